"""What a report shows of the duplicates of a run, as plain data: clusters, aligned pairs, flow."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cleaner.hashing import hash_text
from cleaner.report.marked import middle, short, sound

if TYPE_CHECKING:
    from cleaner.dedup.evidence import StoredText
    from cleaner.dedup.pairs import Duplicates, Pair

Texts = Callable[[str], tuple[str, str, str]]  # id -> title, site, cleaned text

CLUSTERS = 12
MEMBERS = 25  # listed per cluster
ALIGNED = 2  # pairs per cluster, of different kinds
TRACED = 2000  # copies whose sites are looked up where nobody says them
FLOWS = 60
SIDES = 8  # facts that differ
GAP, PASSAGE = 200, 400  # characters shown of what two texts don't share, and of what they do
LINES = re.compile(r"\s*\n\s*")
ALONE = ("excerpt", "merged", "update", "series")  # kinds that make no cluster


def summarise(
    found: Duplicates, texts: Texts, site_of: Callable[[str], str] | None
) -> dict[str, Any]:
    """Return counts, the largest clusters, one pair of each other kind, and the flow between sites."""
    members: dict[str, list[str]] = defaultdict(list)
    for copy, first in found.clusters.items():
        if copy != first:
            members[first].append(copy)
    largest = sorted(members, key=lambda first: (-len(members[first]), first))[:CLUSTERS]
    pairs, examples, dates = _sift(found.pairs, set(largest))
    sizes = Counter(len(copies) + 1 for copies in members.values())
    return {
        "documents": len(found.clusters),
        "clusters": len(members),
        "dropped": len(found.dropped),
        "kinds": dict(sorted(Counter(str(pair.kind) for pair in found.pairs).items())),
        "sizes": {str(size): sizes[size] for size in sorted(sizes)},
        "largest": [
            _cluster(first, sorted(members[first]), pairs[first], texts) for first in largest
        ],
        "examples": [aligned(examples[kind], texts) for kind in ALONE if kind in examples],
        **_flow(members, dates, texts, site_of),
    }


def _sift(
    pairs: Iterable[Pair], largest: set[str]
) -> tuple[dict[str, dict[str, Pair]], dict[str, Pair], dict[str, str]]:
    """Pairs of the shown clusters by representative and copy, an example per kind, dates by id."""
    inside: dict[str, dict[str, Pair]] = {first: {} for first in largest}
    examples: dict[str, Pair] = {}
    dates: dict[str, str] = {}
    for pair in pairs:
        for one, other, date in (
            (pair.a, pair.b, pair.evidence.date_a),
            (pair.b, pair.a, pair.evidence.date_b),
        ):
            if one in largest:
                inside[one][other] = pair
            if date:
                dates[one] = date
        kind = str(pair.kind)
        if kind in ALONE and (kind not in examples or _order(pair) < _order(examples[kind])):
            examples[kind] = pair
    return inside, examples, dates


def _order(pair: Pair) -> tuple[int, str, str]:
    """A fixed but arbitrary order: an example should be typical, not extreme."""
    return hash_text(f"{pair.a} {pair.b}"), pair.a, pair.b


def _cluster(first: str, copies: list[str], pairs: dict[str, Pair], texts: Texts) -> dict[str, Any]:
    direct = {copy: pairs[copy] for copy in copies if copy in pairs}
    title, site, text = texts(first)
    date = next((_date(pair, first) for pair in direct.values()), "")
    listed = []
    for copy in copies[:MEMBERS]:
        pair = direct.get(copy)
        member = _named(copy, texts, _date(pair, copy) if pair else "")
        kind, similarity = (str(pair.kind), round(pair.similarity, 3)) if pair else ("", None)
        listed.append({**member, "kind": kind, "similarity": similarity})
    listed.sort(key=lambda member: (member["date"] or "~", member["id"]))
    return {
        "first": {**_name(first, title, site, text), "date": short(date, 30)},
        "dated": bool(date) and all(member["date"] for member in listed),
        "size": len(copies) + 1,
        "members": listed,
        "pairs": [aligned(pair, texts, left=first) for pair in _telling(direct)],
    }


def _telling(direct: dict[str, Pair]) -> list[Pair]:
    """The pairs that show most: of each kind the one that shares least; exact copies only alone."""
    chosen: dict[str, Pair] = {}
    for copy in sorted(direct):
        pair = direct[copy]
        known = chosen.get(str(pair.kind))
        if known is None or pair.similarity < known.similarity:
            chosen[str(pair.kind)] = pair
    if len(chosen) > 1:
        chosen.pop("exact", None)
    return sorted(chosen.values(), key=lambda pair: -pair.similarity)[:ALIGNED]


def _date(pair: Pair, document: str) -> str:
    return pair.evidence.date_a if pair.a == document else pair.evidence.date_b


def _named(document: str, texts: Texts, date: str) -> dict[str, Any]:
    return {**_name(document, *texts(document)), "date": short(date, 30)}


def _name(document: str, title: str, site: str, text: str) -> dict[str, Any]:
    return {
        "id": short(document, 200),
        "title": short(title, 160) or short(text, 90),
        "site": short(site, 100),
        "characters": len(text),
    }


def aligned(pair: Pair, texts: Texts, left: str = "") -> dict[str, Any]:
    """Return a pair side by side: on the left `left`, else the one that was there first."""
    said = pair.evidence
    sides = [
        (pair.a, said.date_a, _text(said.a), said.coverage_a),
        (pair.b, said.date_b, _text(said.b), said.coverage_b),
    ]
    spans = [((p.start_a, p.end_a), (p.start_b, p.end_b), p.text) for p in said.passages]
    differ = [
        [sound(x), sound(y)] for x, y in (*said.numbers_contradicted, *said.names_contradicted)
    ]
    turned = pair.b == left if left else bool(said.date_b and said.date_b < (said.date_a or "~"))
    if turned:
        sides.reverse()
        spans = sorted((b, a, text) for a, b, text in spans)
        differ = [[y, x] for x, y in differ]
    (one, date_one, text_one, part_one), (other, date_other, text_other, part_other) = sides
    ordered = bool(date_one and date_other and date_one < date_other)
    return {
        "kind": str(pair.kind),
        "similarity": round(pair.similarity, 3),
        "left": {**_named(one, texts, date_one), "coverage": round(part_one, 3)},
        "right": {**_named(other, texts, date_other), "coverage": round(part_other, 3)},
        "ordered": ordered,
        "differ": differ[:SIDES],
        "rows": list(_rows(text_one, text_other, spans)),
    }


def _text(source: str | StoredText) -> str:
    """Return the text, or none where an index keeps only its words."""
    return source if isinstance(source, str) else ""


Spans = list[tuple[tuple[int, int], tuple[int, int], str]]


def _rows(one: str, other: str, spans: Spans) -> Iterator[list[Any]]:
    """Yield [gap, passage, gap, passage, moved]: what stands before a shared passage, and it, twice.

    A side whose text isn't known (an index keeps none) has no gaps. A passage that stands further up
    in the right text is marked as moved.
    """
    at = reached = 0
    straight = in_order(spans)
    for index, ((start, end), (begin, stop), text) in enumerate(spans):
        moved = index not in straight
        here = one[start:end] if one else text
        there = other[begin:stop] if other else text
        gap = "" if moved else _cut(other[reached:begin], GAP)
        yield [_cut(one[at:start], GAP), _cut(here, PASSAGE), gap, _cut(there, PASSAGE), moved]
        at = max(at, end)
        reached = reached if moved else stop
    if one[at:].strip() or other[reached:].strip():
        yield [_cut(one[at:], GAP), "", _cut(other[reached:], GAP), "", False]


def _cut(text: str, most: int) -> str:
    """A text without its middle and without empty lines."""
    return LINES.sub("\n", middle(text, most)).strip("\n")


def in_order(spans: Spans) -> set[int]:
    """Return which passages stand in the same order in both texts, as much text as possible."""
    best: list[
        tuple[int, int]
    ] = []  # characters in order up to this passage, and the one before it
    for index, (_, (begin, stop), _) in enumerate(spans):
        before = [
            (best[earlier][0], -earlier)
            for earlier in range(index)
            if spans[earlier][1][1] <= begin
        ]
        length, previous = max(before, default=(0, 1))
        best.append((length + stop - begin, -previous))
    chosen: set[int] = set()
    index = max(range(len(best)), key=lambda i: (best[i][0], -i), default=-1)
    while index >= 0:
        chosen.add(index)
        index = best[index][1]
    return chosen


def _flow(
    members: dict[str, list[str]],
    dates: dict[str, str],
    texts: Texts,
    site_of: Callable[[str], str] | None,
) -> dict[str, Any]:
    """How many copies each site has of each site's stories, and how many are later by their date."""
    copies = [(copy, first) for first in sorted(members) for copy in members[first]]
    if site_of is None:
        copies.sort(key=lambda pair: (hash_text(pair[0]), pair))
        copies = copies[:TRACED]
    known: dict[str, str] = {}

    def site(document: str) -> str:
        if document not in known:
            known[document] = short(site_of(document) if site_of else texts(document)[1], 100)
        return known[document]

    flow: Counter[tuple[str, str]] = Counter()
    dated: Counter[tuple[str, str]] = Counter()
    for copy, first in copies:
        edge = site(first), site(copy)
        flow[edge] += 1
        dated[edge] += bool(dates.get(first) and dates.get(first, "") < dates.get(copy, ""))
    ranked = sorted(flow, key=lambda edge: (-flow[edge], edge))
    return {
        "flow": [[*edge, flow[edge], dated[edge]] for edge in ranked[:FLOWS]],
        "edges": len(flow),
        "traced": len(copies),
    }
