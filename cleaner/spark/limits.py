"""Limits of time and memory for one document on a worker of Spark, whose process is not ours to kill."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cleaner.workers import MEMORY

AGAIN = 0.5  # seconds until the next alarm, where some code has swallowed one
SIZE = Path("/proc/self/statm")  # of this process, in pages


class OutOfTime(BaseException):
    """Not an Exception: code that goes on after every error must not go on after this."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError where the block takes longer, MemoryError where it takes 4 GB more than there was.

    An alarm of the system does it: it reaches Python code and its regular expressions, but not a library
    written in C that never comes back, nor a thread beside the main one, nor Windows.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    over = False

    def ring(*_: Any) -> None:
        if not over:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    try:
        try:
            with bounded(MEMORY):
                signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
                yield
        finally:
            over = True
    except OutOfTime:
        raise TimeoutError from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def bounded(more: int) -> Iterator[None]:
    """Let the process grow by so many bytes of address space only, where the system tells its size."""
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = int(SIZE.read_text().split()[0]) * resource.getpagesize() + more
        if soft != resource.RLIM_INFINITY and soft <= limit:
            limit = soft
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ImportError, ValueError, OSError):
        yield
        return
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
