"""A time limit for one document on a worker of Spark, whose process is not ours to kill."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN = 0.5  # seconds until the next alarm, where some code has swallowed one


class OutOfTime(BaseException):
    """Not an Exception: code that goes on after every error must not go on after this."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError where the block takes longer.

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
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
            yield
        finally:
            over = True
    except OutOfTime:
        raise TimeoutError from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
