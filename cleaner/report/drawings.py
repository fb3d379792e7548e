"""The drawings of the HTML report, each with a sentence that says what it shows and rows for a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from cleaner.report.gather import LENGTHS, SHARES, Gathered
from cleaner.report.plots import WIDE, Flow, Series, brief, columns, flows, timeline

FLOW_SITES = 10  # on each side
ANY = "other sites"


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
    return brief(edge)


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
    ticks = ["none", f"<{edges[1]}", *(f"{low}–{high}" for low, high in pairwise(edges[1:6]))]
    ticks += [*(f"–{high}" for high in edges[6:-1]), f">{edges[-2]}"]
    names = ["nothing", f"up to {edges[1]} %"]
    names += [f"{low} to {high} %" for low, high in pairwise(edges[1:])]
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
        f"Documents by {unit} of publication, from {min(gathered.days)} to {max(gathered.days)}; "
        f"most, {peak[0]:,}, in {peak[1]}. {dated:,} of {total:,} documents have a date."
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
    sources = _largest((edge.source, edge.stories) for edge in edges)
    targets = _largest((edge.target, edge.stories) for edge in edges)
    drawn: Counter[tuple[str, str]] = Counter()
    for source, target, count in edges:
        pair = source if source in sources else ANY, target if target in targets else ANY
        drawn[pair] += count
    shown = [Flow(*pair, count) for pair, count in drawn.items()]
    most = max(edges, key=lambda edge: edge.stories)
    about = (
        f"Bands from the site whose copy is kept, on the left, to the sites with copies of it, on the right. "
        f"The widest band, {most.stories:,} stories, goes from {most.source} to {most.target}."
    )
    return {"svg": flows("flow", "Flow of reposts", about, shown), "about": about}


def _largest(ends: Iterable[tuple[str, int]]) -> set[str]:
    sums: Counter[str] = Counter()
    for site, stories in ends:
        sums[site] += stories
    return set(sorted(sums, key=lambda site: (-sums[site], site))[:FLOW_SITES])
