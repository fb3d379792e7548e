"""What the HTML report shows, in order: rows and drawings made from what was gathered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cleaner.report.gather import EMPTY, HALF, LENGTHS, OTHER, SHARES, Gathered
from cleaner.report.plots import WIDE, Flow, Series, columns, flows, timeline

EXAMPLES = 60
SITES = 40
FLOW_SITES = 10  # on each side of the drawing
FAMILIES = {"BP": "Boilerplate", "GS": "Sentences", "CH": "Characters"}
KINDS = {
    "exact": "the same words in the same order",
    "repost": "near-verbatim: another headline, other boilerplate, some sentences dropped or moved",
    "rewritten": "the same sentences in other words: spun, or translated there and back",
    "excerpt": "the shorter text is a part of the longer",
    "merged": "the longer text holds the shorter and another story",
    "update": "a later version: the same sentences with other numbers, or marked so",
    "series": "the same template with other facts: not a duplicate",
}
CLUSTERED = ("exact", "repost", "rewritten")
TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
ANY = "other sites"


def view(gathered: Gathered) -> dict[str, Any]:
    """Return all that the template shows, in order."""
    totals = Counter(gathered.totals)
    totals["edits"] = sum(counts["edits"] for counts in gathered.rules.values())
    samples = chosen_samples(gathered.samples)
    sampled = sorted({code for sample in samples for code in sample["codes"]})
    explained = {code: explain(code, gathered.names) for code in sorted(gathered.names)}
    return {
        "totals": totals,
        "explained": explained,
        "rules": list(rule_rows(gathered, explained)),
        "families": list(family_rows(gathered)),
        "sites": list(site_rows(gathered)),
        "site_count": len(gathered.sites) + gathered.sites.get(OTHER, Counter())["sites"],
        "samples": samples,
        "sampled_rules": [explained[code] for code in sampled],
        "reposts": gathered.reposts,
        "kinds": KINDS,
        "clustered": CLUSTERED,
        "flow": flow_plot(gathered.reposts),
        "lengths": lengths_plot(gathered),
        "shares": shares_plot(gathered),
        "dates": dates_plot(gathered),
        "eye": list(eye_rows(gathered)),
        "reasons": [
            {"code": code, "count": gathered.reasons[code]} for code in sorted(gathered.reasons)
        ],
        "slowest": [gathered.slowest[key] for key in sorted(gathered.slowest)],
        "most_changed": [gathered.most_changed[key] for key in sorted(gathered.most_changed)],
        "rejects": sorted(gathered.rejects.items(), key=lambda item: (-item[1]["count"], item[0])),
        "EMPTY": EMPTY,
        "HALF": HALF,
        "OTHER": OTHER,
    }


def explain(code: str, names: Mapping[str, list[str]]) -> dict[str, str]:
    """Return name, fix, first line and first paragraph of a rule; of a user's rule what findings said."""
    from cleaner.rules import BY_CODE

    rule = BY_CODE.get(code)
    if rule is None:
        name, message = names.get(code, [code, ""])
        return {"code": code, "name": name, "fix": "", "summary": message, "more": ""}
    paragraphs = rule.page.partition("```")[0].split("\n\n")[1:]
    more = " ".join(" ".join(paragraphs).split())
    return {
        "code": code,
        "name": rule.name,
        "fix": rule.fix,
        "summary": rule.summary,
        "more": more,
    }


def rule_rows(gathered: Gathered, explained: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Rules that found something: what removes most first, then what edits most."""
    rows = [{**explained[code], **_counts(gathered.rules[code])} for code in gathered.rules]
    rows.sort(key=lambda r: (-r["removed"], -r["edits"], -r["flags"] - r["proposed"], r["code"]))
    most = max((row["removed"] for row in rows), default=0) or 1
    for row in rows:
        yield {**row, "bar": bar(row["removed"], most)}


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {
        name: counts.get(name, 0) for name in ("removed", "edits", "flags", "proposed", "documents")
    }


def bar(value: int, most: int) -> int:
    """Return a length of 1 to 100, or 0 for nothing."""
    return max(1, round(100 * value / most)) if value else 0


def family_rows(gathered: Gathered) -> Iterable[dict[str, Any]]:
    """What each family of rules did, by name."""
    names = {code: FAMILIES.get(code[:2], "Others") for code in gathered.rules}
    most = 1
    rows = []
    for family in (*FAMILIES.values(), "Others"):
        counts = Counter[str]()
        for code, name in names.items():
            if name == family:
                counts.update(gathered.rules[code])
        if counts["edits"]:
            rows.append({"name": family, **_counts(counts)})
            most = max(most, counts["removed"])
    for row in rows:
        yield {**row, "bar": bar(row["removed"], most)}


def site_rows(gathered: Gathered) -> Iterable[dict[str, Any]]:
    """The sites with most documents, the rest as one; each with the rules that removed most there."""
    ranked = sorted(
        (site for site in gathered.sites if site != OTHER),
        key=lambda site: (-gathered.sites[site]["documents"], site),
    )
    rest, count = Counter[str](gathered.sites.get(OTHER, {})), len(ranked[SITES:])
    count += rest.pop("sites", 0)
    for site in ranked[SITES:]:
        rest.update(gathered.sites[site])
    rows = [_site_row(site or "site unknown", gathered.sites[site]) for site in ranked[:SITES]]
    if rest:
        rows.append(_site_row(f"{count:,} other sites", rest))
    most = max((row["share"] for row in rows), default=0) or 1
    for row in rows:
        yield {**row, "bar": bar(round(row["share"] * 10**6), round(most * 10**6))}


def _site_row(name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    edits = {
        key.removesuffix(" edits"): value for key, value in counts.items() if key.endswith(" edits")
    }
    removed = {code: counts.get(f"{code} removed", 0) for code in edits}
    top = sorted(edits, key=lambda code: (-removed[code], -edits[code], code))
    gone = max(0, counts["before"] - counts["after"])
    return {
        "name": name,
        "documents": counts["documents"],
        "changed": counts["changed"],
        "removed": gone,
        "share": gone / counts["before"] if counts["before"] else 0.0,
        "edits": sum(edits.values()),
        "rules": [{"code": code, "edits": edits[code], "removed": removed[code]} for code in top],
    }


def chosen_samples(samples: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return at most EXAMPLES documents, so that as many rules as possible are seen as often as possible.

    Rules take turns: each is given its next document unless one that is already chosen shows it.
    """
    chosen: dict[str, dict[str, Any]] = {}
    seen_codes: Counter[str] = Counter()
    for turn in range(1, max(map(len, samples.values()), default=0) + 1):
        for code in sorted(samples):
            if seen_codes[code] >= turn:
                continue
            key = next((k for k in sorted(samples[code]) if k not in chosen), None)
            if key is None or len(chosen) >= EXAMPLES:
                continue
            chosen[key] = samples[code][key]
            seen_codes.update(chosen[key]["codes"])
    ranked = sorted(chosen, key=lambda key: (-_instructive(chosen[key]), key))
    return [{**chosen[key], "lang": language(chosen[key])} for key in ranked]


def _instructive(sample: Mapping[str, Any]) -> int:
    """Rules one sees at work, less what is left out between them."""
    shown = {code for piece in sample["pieces"] if piece[0] == "edit" for code in piece[3]}
    return len(shown) - 2 * sum(piece[0] == "gap" for piece in sample["pieces"])


def language(sample: Mapping[str, Any]) -> str:
    found = TAG.fullmatch(sample.get("lang", ""))
    return found[0] if found else ""


def eye_rows(gathered: Gathered) -> Iterable[dict[str, Any]]:
    """Documents to look at, each once with all its reasons; what has most reasons first."""
    documents: dict[str, dict[str, Any]] = {}
    for code in sorted(gathered.eye):
        for key, entry in gathered.eye[code].items():
            reasons = documents.setdefault(key, {**entry, "reasons": []})["reasons"]
            reasons.append({"code": code, "said": entry["said"]})
    ranked = sorted(documents, key=lambda key: (-len(documents[key]["reasons"]), key))
    yield from (documents[key] for key in ranked)


def lengths_plot(gathered: Gathered) -> dict[str, Any]:
    """How long documents were before and after, with ten bins per decade."""
    bins = sorted({int(key) for key in (*gathered.before, *gathered.after)})
    if not bins:
        return {}
    span = range(max(0, bins[0] - 1), bins[-1] + 2)
    before = [gathered.before.get(str(index), 0) for index in span]
    after = [gathered.after.get(str(index), 0) for index in span]
    names = [_bin(index) for index in span]
    about = (
        f"Documents by length in characters. Half of them are longer than about {_median(span, before):,} "
        f"before cleaning and {_median(span, after):,} after it."
    )
    series = Series([f"{name} characters" for name in names], after, [*map(_tick, span)], before)
    drawn = columns(
        "lengths", "Lengths before and after", about, series, axis="characters", write=False
    )
    rows = zip(names, before, after, strict=True)
    return {"svg": drawn, "about": about, "rows": [row for row in rows if row[1] or row[2]]}


def _edge(index: int) -> int:
    """The least length of a bin."""
    return LENGTHS[index - 1] if index else 0


def _bin(index: int) -> str:
    if index >= len(LENGTHS):
        return f"{_edge(index):,} and more"
    return f"{_edge(index):,} to {LENGTHS[index] - 1:,}"


def _tick(index: int) -> str:
    edge = _edge(index)
    if str(edge).rstrip("0") not in {"1", "2", "5"}:
        return ""
    if edge >= 1_000_000:
        return f"{edge // 1_000_000}M"
    return f"{edge // 1000}k" if edge >= 1000 else str(edge)


def _median(span: Iterable[int], counts: Iterable[int]) -> int:
    """The least length of the bin with the middle document."""
    filled = [(index, count) for index, count in zip(span, counts, strict=True) if count]
    half = sum(count for _, count in filled) / 2
    for index, count in filled:
        half -= count
        if half <= 0:
            return _edge(index)
    return 0


def shares_plot(gathered: Gathered) -> dict[str, Any]:
    """Which part of each document was removed."""
    if not gathered.shares:
        return {}
    edges = [f"{100 * share:g}" for share in SHARES]
    ticks = ["none", f"< {edges[1]} %"]
    ticks += [f"{low}–{high}" for low, high in zip(edges[1:-2], edges[2:-1], strict=True)]
    ticks.append(f"> {edges[-2]} %")
    names = ["nothing", f"up to {edges[1]} %"]
    names += [f"{low} to {high} %" for low, high in zip(edges[1:-1], edges[2:], strict=True)]
    values = [gathered.shares.get(str(index), 0) for index in range(len(SHARES))]
    half = sum(values[SHARES.index(0.5) + 1 :])
    about = (
        f"Documents by the part of their characters that was removed: {values[0]:,} lost none, "
        f"{half:,} more than half."
    )
    series = Series(names, values, ticks)
    drawn = columns(
        "shares", "Share removed", about, series, axis="percent of characters", write=True
    )
    rows = [row for row in zip(names, values, strict=True) if row[1]]
    return {"svg": drawn, "about": about, "rows": rows}


def dates_plot(gathered: Gathered) -> dict[str, Any]:
    """When documents were published, by day, month or year."""
    if not gathered.days:
        return {}
    unit, series = timeline(gathered.days)
    dated, total = sum(gathered.days.values()), gathered.totals["documents"]
    peak = max(zip(series.values, series.names, strict=True), default=(0, ""))
    about = (
        f"Documents by {unit} of publication, from {min(gathered.days)} to {max(gathered.days)}; most, {peak[0]:,}, "
        f"in {peak[1]}. {dated:,} of {total:,} documents have a date."
    )
    drawn = columns(
        "dates", "Dates of publication", about, series, axis=unit, write=False, width=WIDE
    )
    rows = [row for row in zip(series.names, series.values, strict=True) if row[1]]
    return {"svg": drawn, "about": about, "unit": unit, "rows": rows}


def flow_plot(reposts: Mapping[str, Any] | None) -> dict[str, Any]:
    """From which site to which site stories went; the small ones summed on both sides."""
    if not reposts or not reposts["flow"]:
        return {}
    edges = [
        Flow(source or "site unknown", target or "site unknown", count)
        for source, target, count, _ in reposts["flow"]
    ]
    sources, targets = _largest(edges, 0), _largest(edges, 1)
    drawn: Counter[tuple[str, str]] = Counter()
    for source, target, count in edges:
        pair = source if source in sources else ANY, target if target in targets else ANY
        drawn[pair] += count
    shown = [Flow(*pair, count) for pair, count in drawn.items()]
    most = max(edges, key=lambda edge: edge.count)
    about = (
        f"Bands from the site whose copy is kept, on the left, to the sites with copies of it, on the right. "
        f"The widest band, {most.count:,} stories, goes from {most.source} to {most.target}."
    )
    return {"svg": flows("flow", "Flow of reposts", about, shown), "about": about}


def _largest(edges: Iterable[Flow], side: int) -> set[str]:
    sums: Counter[str] = Counter()
    for edge in edges:
        sums[str(edge[side])] += edge.count
    return set(sorted(sums, key=lambda site: (-sums[site], site))[:FLOW_SITES])
