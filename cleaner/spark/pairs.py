"""Pairs of texts on a worker: compared and judged, put together to hosts of several, and clustered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.dedup.characters import U32, Ints
from cleaner.dedup.clusters import clusters, connected, neighbours
from cleaner.dedup.compare import Comparison, compare
from cleaner.dedup.copies import ALIKE, COLUMNS
from cleaner.dedup.duplicates import same
from cleaner.dedup.kinds import (
    KINDS,
    MOST,
    PARTNERS,
    UNRELATED,
    Thresholds,
    Verdicts,
    apart,
    copies,
    covered,
    judge,
    pairs_within,
    told,
)
from cleaner.spark.texts import Texts, names, unpacked

if TYPE_CHECKING:
    import pyarrow as pa

JUDGED = (
    "a long, b long, kind string, similarity double, alike boolean, tokens_a long, tokens_b long, "
    "from_a long, to_a long, from_b long, to_b long"
)
HOSTED = "host long, one long, other long"
HEADED = "number long, head long"
SIDES = ("words", "flags", "marked", "rare")
HELD = 1 << 25  # bytes of texts that are clustered together


def alike(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Keep pairs whose signatures agree well enough."""
    for batch in rows:
        one, other = (
            unpacked(batch.column(name), U32)[0].reshape(-1, COLUMNS) for name in ("of_a", "of_b")
        )
        kept = np.flatnonzero((one == other).mean(axis=1) >= ALIKE)
        yield batch.select(["a", "b"]).take(kept)


def sides(batch: pa.RecordBatch) -> Texts:
    """The texts of both sides of pairs."""
    import pyarrow as pa

    columns = ["number", *(name for name in SIDES if f"{name}_a" in batch.schema.names)]
    tables = []
    for side in ("a", "b"):
        named = [side, *(f"{name}_{side}" for name in columns[1:])]
        tables.append(pa.table([batch.column(name) for name in named], columns))
    return Texts.of(pa.concat_tables(tables))


def verdicts(
    texts: Texts, a: Ints, b: Ints, limits: Thresholds, *, least: float = 0
) -> tuple[Comparison, Verdicts]:
    """Compare pairs of places and judge them."""
    found = compare(texts.tokens, texts.rarity, a, b, least=least)
    equal = same(texts.tokens, found.a, found.b)
    judged = judge(
        found, texts.tokens, texts.rarity, marked=texts.marked, equal=equal, limits=limits
    )
    return found, judged


def judged(
    rows: Iterator[pa.RecordBatch], *, limits: Thresholds, least: float
) -> Iterator[pa.RecordBatch]:
    """Turn pairs with the texts of both sides into JUDGED; a < b, unrelated ones left out."""
    import pyarrow as pa

    for batch in rows:
        if not batch.num_rows:
            continue
        texts = sides(batch)
        one, other = (texts.places(batch.column(side).to_numpy()) for side in ("a", "b"))
        found, what = verdicts(texts, one, other, limits, least=least)
        kept = np.flatnonzero(what.code != UNRELATED)
        counts = texts.tokens.counts
        swapped = (found.a > found.b)[kept]

        def side(one: Ints, other: Ints, kept: Ints = kept, swapped: Any = swapped) -> list[Ints]:
            return [np.where(swapped, y[kept], x[kept]) for x, y in ((one, other), (other, one))]

        a, b = side(texts.numbers[found.a], texts.numbers[found.b])
        tokens = side(counts[found.a], counts[found.b])
        begin, end = side(found.from_a, found.from_b), side(found.to_a, found.to_b)
        columns = [
            a,
            b,
            [KINDS[code].value for code in what.code[kept].tolist()],
            told(what.similarity[kept]),
            copies(found, what.code)[kept],
            *tokens,
            begin[0],
            end[0],
            begin[1],
            end[1],
        ]
        yield pa.RecordBatch.from_arrays(list(map(pa.array, columns)), names(JUDGED))


def hosts(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Turn (host, guest, begin, end, tokens), sorted, into HOSTED: guests that stand apart in a host.

    The same conditions as in `cleaner.dedup.kinds.merged`, but for "they are strangers".
    """
    import pyarrow as pa

    found: list[tuple[int, int, int]] = []
    for host, guests in runs(rows):
        tokens = guests[0][-1]
        if len(guests) < 2 or sum(end - begin for _, begin, end, _ in guests) < MOST * tokens:
            continue
        names_of, begin, end, _ = np.array(guests[:PARTNERS], np.int64).T
        size = np.array([len(begin)])
        if covered(begin, end, size)[0] < MOST * tokens:
            continue
        i, j = pairs_within(np.array([0]), size)
        strangers = apart(begin, end, i, j)
        one, other = names_of[i[strangers]].tolist(), names_of[j[strangers]].tolist()
        found += [(host, *pair) for pair in zip(one, other, strict=True)]
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    yield pa.RecordBatch.from_arrays([pa.array(c, pa.int64()) for c in columns], names(HOSTED))


def runs(rows: Iterator[pa.RecordBatch]) -> Iterator[tuple[int, list[tuple[int, ...]]]]:
    """Yield the rows of each value of the first column."""
    from itertools import groupby

    flat = (
        row
        for batch in rows
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    for key, group in groupby(flat, key=lambda row: row[0]):
        yield key, [row[1:] for row in group]


def headed(rows: Iterator[pa.RecordBatch], *, limits: Thresholds) -> Iterator[pa.RecordBatch]:
    """Turn components into HEADED: for each text, the representative of its cluster.

    Rows are sorted by `root`; a row is a text (with `date` and `size`) and its copies `copies`.
    """
    import pyarrow as pa

    for table in whole(rows):
        texts = Texts.of(table)
        number = table.column("number").to_numpy()
        order = np.argsort(number)
        columns = [table.column(name).take(order).to_pylist() for name in ("date", "size", "root")]
        rank = {
            place: (date or "9999", -size, place)
            for place, (date, size, _) in enumerate(zip(*columns, strict=True))
        }
        others = table.column("copies").take(order).to_pylist()
        edges = neighbours(
            (place, other)
            for place, near in enumerate(others)
            for other in texts.places(np.array(near, np.int64)).tolist()
        )

        def verify(asked: list[tuple[int, int]], texts: Texts = texts) -> list[bool]:
            if not asked:
                return []
            one, other = np.array(asked, np.int64).T
            found, what = verdicts(texts, one, other, limits)
            low, high = np.minimum(found.a, found.b), np.maximum(found.a, found.b)
            good = copies(found, what.code)
            yes = dict(
                zip(zip(low.tolist(), high.tolist(), strict=True), good.tolist(), strict=True)
            )
            return [yes[pair] for pair in asked]

        heads = clusters(connected(sorted(edges), edges), edges, rank, verify)
        pairs = np.array(sorted(heads.items()), np.int64).reshape(-1, 2)
        found = [pa.array(texts.numbers[pairs[:, side]]) for side in (0, 1)]
        yield pa.RecordBatch.from_arrays(found, names(HEADED))


def whole(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut rows that are sorted by `root` into tables of whole components of about HELD bytes."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    for batch in rows:
        if not batch.num_rows:
            continue
        held.append(batch)
        if sum(part.nbytes for part in held) < HELD:
            continue
        table = pa.Table.from_batches(held)
        roots = table.column("root").to_numpy()
        last = int(np.searchsorted(roots, roots[-1]))
        if last:
            yield table.slice(0, last).combine_chunks()
        held = table.slice(last).to_batches()
    if held:
        yield pa.Table.from_batches(held).combine_chunks()
