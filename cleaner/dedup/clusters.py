"""Clusters of copies, each with a representative that every member was compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Edges = dict[int, set[int]]
Verify = Callable[[list[tuple[int, int]]], Iterable[bool]]

ROUNDS = 8  # of checking; a chain that is still not resolved falls apart into single texts
SMALL = 64  # members; of larger clusters only the pairs with a few promising members are checked
PROMISING = 3


def clusters(
    components: Sequence[Sequence[int]],
    edges: Edges,
    rank: Mapping[int, tuple[Any, ...]],
    verify: Verify,
) -> dict[int, int]:
    """Return for each text of the components the representative of its cluster.

    `edges` holds verified pairs, both ways; `verify` compares pairs that aren't in it. `rank` says who
    represents whom: the smallest rank among the members that are related to all others. A text that
    isn't related to the representative goes to another cluster.
    """
    representative: dict[int, int] = {}
    waiting = []
    for component in components:
        others = len(component) - 1
        if all(len(edges[text]) == others for text in component):  # most are: nothing to verify
            head = min(component, key=rank.__getitem__)
            representative |= dict.fromkeys(component, head)
        else:
            waiting.append(sorted(component))
    for _ in range(ROUNDS):
        if not waiting:
            break
        complete(waiting, edges, rank, verify)
        rest: list[list[int]] = []
        for members in waiting:
            inside = set(members)
            hub = min(members, key=lambda text: (-len(edges[text] & inside), rank[text]))
            chosen = (edges[hub] & inside) | {hub}
            full = [text for text in chosen if len(edges[text] & chosen) == len(chosen) - 1]
            head = min(full, key=rank.__getitem__)
            representative |= dict.fromkeys(chosen, head)
            left = sorted(inside - chosen)
            if left:
                rest += connected(left, edges)
        waiting = [members for members in rest if len(members) > 1]
        representative |= {members[0]: members[0] for members in rest if len(members) == 1}
    return representative | {text: text for members in waiting for text in members}


Rank = tuple[Any, Any, str]  # the smallest represents the others


def reasons(
    heads: Mapping[int, int], rank: Callable[[int], Rank], deciding: tuple[str, str]
) -> dict[int, str]:
    """Say of each representative why it is the one.

    `heads`: of members; ranks as in `clusters`; `deciding`: what their first two parts say.
    """
    least: dict[int, Rank] = {}
    for text, head in heads.items():
        if text != head:
            other = rank(text)
            if head not in least or other < least[head]:
                least[head] = other
    said = {}
    for head, other in least.items():
        own = rank(head)
        if other < own:
            said[head] = "a copy of all"
        elif other[0] > own[0]:
            said[head] = deciding[0]
        elif other[:2] > own[:2]:
            said[head] = deciding[1]
        else:
            said[head] = "smallest id"
    return said


def complete(
    components: Sequence[Sequence[int]],
    edges: Edges,
    rank: Mapping[int, tuple[Any, ...]],
    verify: Verify,
) -> None:
    """Verify the pairs of each component that could make its best members its representative."""
    missing = []
    for members in components:
        firsts = members
        if len(members) > PROMISING:
            hub = min(members, key=lambda text: (-len(edges[text]), rank[text]))
            firsts = sorted({*sorted(members, key=rank.__getitem__)[:PROMISING], hub})
        missing += [
            (min(first, text), max(first, text))
            for first in firsts
            for text in members
            if text != first and text not in edges[first]
        ]
    asked = sorted(set(missing))
    for (a, b), yes in zip(asked, verify(asked), strict=True):
        if yes:
            edges[a].add(b)
            edges[b].add(a)


def connected(texts: Sequence[int], edges: Edges) -> list[list[int]]:
    """Return the connected parts of some texts, each sorted."""
    left, parts = set(texts), []
    for first in texts:
        if first not in left:
            continue
        left.discard(first)
        part, frontier = [first], [first]
        while frontier:
            found = edges[frontier.pop()] & left
            left -= found
            part += found
            frontier += found
        parts.append(sorted(part))
    return parts


def neighbours(pairs: Iterable[tuple[int, int]]) -> Edges:
    """Return a symmetric adjacency of pairs."""
    edges: Edges = defaultdict(set)
    for a, b in pairs:
        edges[a].add(b)
        edges[b].add(a)
    return edges
