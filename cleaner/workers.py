"""Worker processes: an ordered, bounded map over batches that survives what an item does to its process.

pebble's pool kills a process that takes too long and replaces one that dies. A batch that fails is run
again item by item, so that only the item at fault is lost.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
R = TypeVar("R")

SECONDS = 10.0  # an item may take; the slowest of 1,135 real pages takes 2
BATCH = 3  # times as long a batch may take
WINDOW = 4  # batches under way for each process: enough to keep it busy, few enough to bound memory
ALLOCATIONS = 50_000  # of a process between two looks for garbage
MEMORY = 4 << 30  # bytes of address space for each process; imports alone reserve half of one


class Failed(NamedTuple, Generic[T]):
    """An item that took its process down or too long, and how."""

    item: T
    reason: str


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of up to `size` items."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def run_ordered(
    batches: Iterable[Sequence[T]],
    work: Callable[[Sequence[T]], R],
    *,
    jobs: int,
    start: Callable[..., None],
    arguments: tuple[Any, ...] = (),
    seconds: float = SECONDS,
) -> Iterator[R | Failed[T]]:
    """Yield `work(batch)` for each batch, in order, done by `jobs` processes.

    `start(*arguments)` is called once in each process. Where a batch fails, `work` is called for each of
    its items alone, and an item that fails again comes out as Failed. Both functions are
    module-level, so that a spawned process can import them.
    """
    from multiprocessing import get_context

    from pebble import ProcessPool

    pool = ProcessPool(
        max_workers=jobs,
        initializer=_start,
        initargs=(start, arguments),
        context=get_context("spawn"),
    )
    pending: deque[tuple[Sequence[T], Any]] = deque()
    source = iter(batches)

    def submit(batch: Sequence[T], limit: float) -> Any:
        return pool.schedule(work, args=[batch], timeout=limit)

    try:
        while True:
            while len(pending) < WINDOW * jobs and (batch := next(source, None)) is not None:
                limit = seconds * (BATCH if len(batch) > 1 else 1)
                pending.append((batch, submit(batch, limit)))
            if not pending:
                break
            batch, future = pending.popleft()
            try:
                yield future.result()
            except Exception as error:  # noqa: BLE001 - whatever it is, the other items go on
                if len(batch) == 1:
                    yield Failed(batch[0], reason_of(error, seconds))
                    continue
                for item in batch:
                    try:
                        yield submit([item], seconds).result()
                    except Exception as again:  # noqa: BLE001
                        yield Failed(item, reason_of(again, seconds))
        pool.close()  # type: ignore[no-untyped-call]
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _start(start: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Prepare a process: the parent handles Ctrl-C, and memory has a limit."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ImportError, ValueError, OSError):  # not on this system: then there is no limit
        pass
    start(*arguments)
    gc.freeze()  # the rules stay; documents come and go without cycles
    gc.set_threshold(ALLOCATIONS)


def reason_of(error: BaseException, seconds: float) -> str:
    """Say in a few words what became of an item that had so many seconds."""
    name = type(error).__name__
    if isinstance(error, TimeoutError):
        return f"took longer than {seconds:g} s"
    if name == "ProcessExpired":
        import signal

        code = getattr(error, "exitcode", None) or 0
        try:
            how = signal.Signals(-code).name
        except ValueError:
            how = f"exit code {code}"
        return f"its process died ({how})"
    if isinstance(error, MemoryError):
        return f"needs more than {MEMORY >> 30} GB of memory"
    return f"{name}: {error}".strip().rstrip(":")
