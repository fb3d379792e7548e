"""Cut the inputs into batches for the workers and shards for the output, the same way in every run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from cleaner.corpus.targets import Target
from cleaner.errors import ReadError
from cleaner.formats import Raw, raws
from cleaner.formats.reading import chunks
from cleaner.formats.storage import position

# A batch is what a worker gets at once: large enough that dispatch (a millisecond) doesn't count,
# small enough that a failing one is soon done again. Pages take a thousand times as long as texts.
BATCH_DOCUMENTS, BATCH_PAGES, BATCH_BYTES = 256, 16, 1 << 20
BATCH_LINES = 256 << 10  # bytes of a batch that is cut by its lines alone
# A shard is what an interrupted run does again.
SHARD_DOCUMENTS, SHARD_BYTES = 4096, 32 << 20

NOTHING: Mapping[str, int] = MappingProxyType({})


class Shard(NamedTuple):
    """Consecutive raw records of one target."""

    target: int
    number: int
    size: int


class Cutter:
    """Reads all sources in order and says which shards its batches belong to."""

    def __init__(
        self,
        targets: Sequence[Target],
        report: Callable[[ReadError], None],
        *,
        done: int = 0,
        sizes: Mapping[str, int] = NOTHING,
    ) -> None:
        """Pass over the first `done` shards: they are finished. `sizes`: bytes of each source's file."""
        self.targets = targets
        self.sizes = sizes
        self.behind = 0  # bytes of the sources that were read to their ends
        self.report = report
        self.done = done
        self.shards: deque[Shard] = deque()

    def share(self) -> float | None:
        """How much of the inputs has been cut, 0 to 1; None where their sizes aren't known."""
        whole = sum(self.sizes.values())
        return min(1.0, (self.behind + position()) / whole) if whole else None

    def batches(self) -> Iterator[Sequence[Raw]]:
        """Yield batches; a shard is in `shards` before its last batch is given out."""
        number = 0
        for index, target in enumerate(self.targets):
            size = held = 0
            for batch, weight, last in self._with_last(target):
                size += len(batch)
                held += weight
                full = last or size >= SHARD_DOCUMENTS or held >= SHARD_BYTES
                if number >= self.done:
                    if full:
                        self.shards.append(Shard(index, number, size))
                    yield batch
                if full:
                    number += 1
                    size = held = 0

    def _with_last(self, target: Target) -> Iterator[tuple[Sequence[Raw], int, bool]]:
        """Each batch of a target, its bytes, and whether it is the last one."""
        held: tuple[Sequence[Raw], int] | None = None
        for batch in self._batches_of(target):
            if held is not None:
                yield *held, False
            held = batch
        if held is not None:
            yield *held, True

    def _batches_of(self, target: Target) -> Iterator[tuple[Sequence[Raw], int]]:
        """The batches of a target and their bytes: whole runs of lines, or records of several sources."""
        batch: list[Raw] = []
        weight = 0
        for piece, amount in self._pieces(target):
            if not batch and (amount >= BATCH_LINES or len(piece) >= BATCH_DOCUMENTS):
                yield piece, amount
                continue
            batch += piece
            weight += amount
            most = BATCH_PAGES if piece[0].source.kind in ("html", "warc") else BATCH_DOCUMENTS
            if len(batch) >= most or weight >= BATCH_BYTES:
                yield batch, weight
                batch, weight = [], 0
        if batch:
            yield batch, weight

    def _pieces(self, target: Target) -> Iterator[tuple[Sequence[Raw], int]]:
        """What is read at once, and its bytes."""
        for source in target.sources:
            try:
                if source.kind == "jsonl":
                    for lines in chunks(source, BATCH_LINES):
                        yield lines, sum(map(len, lines.lines))
                else:
                    for raw in raws(source):
                        yield (raw,), len(raw.data or b"") or 1024
            except ReadError as error:
                self.report(error)
            self.behind += self.sizes.get(source.path, 0)
