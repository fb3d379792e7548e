"""What the HTML report shows, in order: rows and drawings made from what was gathered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cleaner.report.drawings import dates_plot, flow_plot, lengths_plot, shares_plot
from cleaner.report.gather import EMPTY, HALF, OTHER, Gathered

EXAMPLES = 60
SITES = 40
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
    rows = []
    for family in (*FAMILIES.values(), "Others"):
        counts = Counter[str]()
        for code, name in names.items():
            if name == family:
                counts.update(gathered.rules[code])
        if counts["edits"]:
            rows.append((family, _counts(counts)))
    most = max((counts["removed"] for _, counts in rows), default=0)
    for family, numbers in rows:
        yield {"name": family, **numbers, "bar": bar(numbers["removed"], most)}


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


def _instructive(sample: Mapping[str, list[Any]]) -> int:
    """Rules one sees at work, less what is left out between them."""
    shown = {piece[3][0] for piece in sample["pieces"] if piece[0] == "edit" and piece[3]}
    gaps = [piece for piece in sample["pieces"] if piece[0] == "gap"]
    return len(shown) - 2 * len(gaps)


def language(sample: Mapping[str, Any]) -> str:
    """Return the language a document says it has, if that is a tag that a page may carry."""
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
