"""Plots as inline SVG: a few shapes with a title, a description and colours from the style sheet.

Nothing here is interactive and no text is trusted; the page puts a data table beside every plot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import accumulate
from typing import NamedTuple

WIDTH, WIDE, HEIGHT = 480, 980, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 20, 40
APART = 28  # least distance between labels of the x axis
MOST_BARS = 120


class Series(NamedTuple):
    """Numbers to draw side by side: a name for each, and what the axis says below it."""

    names: Sequence[str]
    values: Sequence[int]
    ticks: Sequence[str]
    outline: Sequence[int] = ()  # drawn as a line around the bars


def svg(name: str, title: str, about: str, body: str, size: tuple[int, int]) -> str:
    """Return a drawing that a screen reader reads as one picture with a name and a description."""
    return (
        f'<svg class="plot" viewBox="0 0 {size[0]} {size[1]}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(about)}</desc>'
        f"{body}</svg>"
    )


def columns(
    name: str, title: str, about: str, series: Series, *, axis: str, write: bool, width: int = WIDTH
) -> str:
    """Return vertical bars; `write` puts each number above its bar instead of a scale on the left."""
    count = max(1, len(series.values))
    top = max([1, *series.values, *series.outline])
    left = 8 if write else LEFT
    step = (width - left - RIGHT) / count
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP

    def y(value: float) -> float:
        return round(floor - room * value / top, 1)

    parts = [] if write else list(_scale(top, y, left, width - RIGHT))
    pad = min(4.0, step * 0.15)
    for index, value in enumerate(series.values):
        x = left + index * step
        if value:
            parts.append(
                f'<rect class="bar" x="{x + pad:.1f}" y="{min(y(value), floor - 1):.1f}" '
                f'width="{step - 2 * pad:.1f}" height="{max(1.0, floor - y(value)):.1f}">'
                f"<title>{escape(series.names[index])}: {value:,}</title></rect>"
            )
        if write and value:
            parts.append(_text(x + step / 2, y(value) - 4, f"{value:,}", "middle", "value"))
    if series.outline:
        parts.append(_steps([y(value) for value in series.outline], left, step, floor))
    parts.append(f'<path class="axis" d="M{left} {floor}H{width - RIGHT}"/>')
    parts += _labels(series.ticks, left, step, floor + 15, every=write)
    parts.append(_text(width - RIGHT, HEIGHT - 6, axis, "end", "axis-name"))
    return svg(name, title, about, "".join(parts), (width, HEIGHT))


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _scale(top: int, y: Callable[[float], float], left: int, right: int) -> Iterator[str]:
    """Two to four lines across at round numbers."""
    step = nice(top / 2)
    for value in range(step, top + 1, step):
        yield f'<path class="grid" d="M{left} {y(value)}H{right}"/>'
        yield _text(left - 6, y(value) + 4, brief(value), "end")


def brief(value: int) -> str:
    """Return a number of few characters.

    >>> [brief(value) for value in (500, 2000, 250_000, 1_500_000)]
    ['500', '2k', '250k', '1.5M']
    """
    if value >= 1_000_000:
        return f"{value / 1_000_000:g}M"
    return f"{value / 1000:g}k" if value >= 1000 else str(value)


def nice(value: float) -> int:
    """Return the largest of 1, 2, 5, 10, 20, 50 … that is not above a value, at least 1.

    >>> [nice(value) for value in (0.2, 3, 7.5, 49, 5000)]
    [1, 2, 5, 20, 5000]
    """
    power: int = 10 ** (len(str(max(1, int(value)))) - 1)
    return next((step * power for step in (5, 2) if step * power <= value), power)


def _steps(heights: Sequence[float], left: float, step: float, floor: float) -> str:
    moves = "".join(f"V{top}H{left + (i + 1) * step:.1f}" for i, top in enumerate(heights))
    return f'<path class="outline" d="M{left} {floor}{moves}V{floor}"/>'


def _labels(
    labels: Sequence[str], left: float, step: float, y: float, *, every: bool
) -> Iterator[str]:
    """Labels below the bars: all of them, or those that fit, at the left edge of theirs."""
    last = float("-inf")
    for index, label in enumerate(labels):
        x = left + index * step + (step / 2 if every or step > 2 * APART else 0)
        if label and (every or x - last >= APART + 4 * len(label)):
            yield _text(x, y, label, "middle")
            last = x


def timeline(days: Mapping[str, int]) -> tuple[str, Series]:
    """Return the unit ("day", "month", "year") that suits dates, and the counts without holes."""
    for unit, width in (("day", 10), ("month", 7), ("year", 4)):
        counts: dict[str, int] = {}
        for date, number in days.items():
            if len(date) < width:
                counts = {}
                break
            counts[date[:width]] = counts.get(date[:width], 0) + number
        labels = list(_every(min(counts), max(counts), unit)) if counts else []
        if 0 < len(labels) <= MOST_BARS or (labels and unit == "year"):
            return unit, Series(labels, [counts.get(label, 0) for label in labels], labels)
    return "day", Series([], [], [])


def _every(first: str, last: str, unit: str) -> Iterator[str]:
    """All days, months or years from first to last, a little more than can be drawn at most."""
    from datetime import date, timedelta

    if unit == "day":
        try:
            begin, end = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:  # a 31st of June: months will do
            yield from ("",) * (MOST_BARS + 1)
            return
        for offset in range(min((end - begin).days, MOST_BARS) + 1):
            yield (begin + timedelta(offset)).isoformat()
    elif unit == "month":
        begin_month = int(first[:4]) * 12 + int(first[5:]) - 1
        end_month = int(last[:4]) * 12 + int(last[5:]) - 1
        for month in range(begin_month, min(end_month, begin_month + MOST_BARS) + 1):
            yield f"{month // 12}-{month % 12 + 1:02d}"
    else:
        yield from map(str, range(int(first), int(last) + 1))


class Flow(NamedTuple):
    """So many stories went from one site to another."""

    source: str
    target: str
    stories: int


ACROSS = 760  # of the drawing of flows
NAMES = 190  # of it for names, on each side
THICKNESS = 320  # of all flows together
BESIDE = 14  # between two sites


def flows(name: str, title: str, about: str, edges: Sequence[Flow]) -> str:
    """Return bands from sites on the left to sites on the right, as thick as there are stories."""
    total = max(1, sum(edge.stories for edge in edges))
    scale = THICKNESS / total
    sources = _sums((edge.source, edge.stories) for edge in edges)
    targets = _sums((edge.target, edge.stories) for edge in edges)
    left, right = _places(sources, scale), _places(targets, scale)
    begin, end = dict(left), dict(right)
    x, far = NAMES, ACROSS - NAMES
    mid = ACROSS / 2
    parts = []
    order = {site: index for index, site in enumerate(targets)}
    for edge in sorted(edges, key=lambda e: (list(sources).index(e.source), order[e.target])):
        thick = max(1.0, edge.stories * scale)
        y, z = begin[edge.source] + thick / 2, end[edge.target] + thick / 2
        begin[edge.source] += edge.stories * scale
        end[edge.target] += edge.stories * scale
        parts.append(
            f'<path class="flow" stroke-width="{thick:.1f}" '
            f'd="M{x + 6} {y:.1f}C{mid:.0f} {y:.1f} {mid:.0f} {z:.1f} {far - 6} {z:.1f}">'
            f"<title>{escape(edge.source)} → {escape(edge.target)}: {edge.stories:,}</title></path>"
        )
    for sums, places, at, anchor, shift in (
        (sources, left, x, "end", -8),
        (targets, right, far - 6, "start", 14),
    ):
        for site, count in sums.items():
            height = max(2.0, count * scale)
            parts.append(
                f'<rect class="node" x="{at}" y="{places[site]:.1f}" width="6" height="{height:.1f}"/>'
            )
            label = site if len(site) <= 22 else f"{site[:21]}…"
            parts.append(
                _text(at + shift, places[site] + height / 2 + 4, f"{label} {count:,}", anchor)
            )
    lowest = [
        places[site] + count * scale
        for sums, places in ((sources, left), (targets, right))
        for site, count in sums.items()
    ]
    return svg(name, title, about, "".join(parts), (ACROSS, int(max([20, *lowest])) + 16))


def _sums(ends: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Stories by site, the largest first."""
    sums: dict[str, int] = {}
    for site, stories in ends:
        sums[site] = sums.get(site, 0) + stories
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _places(sums: Mapping[str, int], scale: float) -> dict[str, float]:
    """Where each site begins, from the top."""
    tops = accumulate((count * scale + BESIDE for count in sums.values()), initial=12.0)
    return dict(zip(sums, tops, strict=False))
