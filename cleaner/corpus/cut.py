"""Cut the inputs into batches for the workers and shards for the output, the same way in every run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from cleaner.corpus.targets import Target
from cleaner.errors import ReadError
from cleaner.formats import Raw, raws
from cleaner.formats.storage import position

# A batch is what a worker gets at once: large enough that dispatch (20 us a document) doesn't count,
# small enough that a failing one is soon done again. Pages take a thousand times as long as texts.
BATCH_DOCUMENTS, BATCH_PAGES, BATCH_BYTES = 64, 16, 1 << 20
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

    def batches(self) -> Iterator[list[Raw]]:
        """Yield batches; a shard is in `shards` before its last batch is given out."""
        number = 0
        for index, target in enumerate(self.targets):
            batch: list[Raw] = []
            size = held = weight = 0
            for raw, last in self._with_last(target):
                batch.append(raw)
                size += 1
                amount = len(raw.data or b"") or 1024
                weight += amount
                held += amount
                full = last or size >= SHARD_DOCUMENTS or held >= SHARD_BYTES
                most = BATCH_PAGES if raw.source.kind in ("html", "warc") else BATCH_DOCUMENTS
                if not full and len(batch) < most and weight < BATCH_BYTES:
                    continue
                if number >= self.done:
                    if full:
                        self.shards.append(Shard(index, number, size))
                    yield batch
                batch, weight = [], 0
                if full:
                    number += 1
                    size = held = 0

    def _with_last(self, target: Target) -> Iterator[tuple[Raw, bool]]:
        """Each record of a target, and whether it is the last one."""
        held: Raw | None = None
        for source in target.sources:
            try:
                for raw in raws(source):
                    if held is not None:
                        yield held, False
                    held = raw
            except ReadError as error:
                self.report(error)
            self.behind += self.sizes.get(source.path, 0)
        if held is not None:
            yield held, True
