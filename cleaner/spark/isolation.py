"""What kills a worker's process is found when Spark runs its task again: each document in a child then."""

from __future__ import annotations

import faulthandler
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from cleaner.spark.limits import limited
from cleaner.workers import reason_of

R = TypeVar("R")

LATER = 2  # times the limit of a document, until what no alarm reaches is killed


class Isolated(Generic[R]):
    """Calls a function for one document after the other; a call gives its result, or None and a reason.

    In the first attempt of a task a call is made in this process, with limits of time and memory. A process
    that dies there, or is killed because it hangs where no alarm reaches it, fails the attempt. Spark makes
    another, and this class the calls in a child: then the reason says how the child died.
    """

    def __init__(self, work: Callable[..., R], seconds: float) -> None:
        from pyspark import TaskContext

        context = TaskContext.get()
        self.again = context is not None and context.attemptNumber() > 0
        self.work = work
        self.seconds = seconds
        self.child: tuple[Any, Any] | None = None  # a process and a connection to it
        self.watched = 0.0  # since when, by the clock of this process

    def __call__(self, *document: Any) -> tuple[R | None, str]:
        if self.again:
            return self._apart(document)
        now = time.monotonic()
        if not self.watched or now - self.watched > self.seconds / 2:
            # A thread in C does it: one in Python may never get its turn. To start it takes 80 us.
            faulthandler.dump_traceback_later((LATER + 0.5) * self.seconds, exit=True)
            self.watched = now
        return self._here(document)

    def rest(self) -> None:
        """Say that no call is under way for a while."""
        if self.watched:
            faulthandler.cancel_dump_traceback_later()
            self.watched = 0.0

    def close(self) -> None:
        """End the child, if there is one."""
        self.rest()
        if self.child:
            process, connection = self.child
            connection.close()
            process.kill()
            process.join()
            self.child = None

    def _here(self, document: tuple[Any, ...]) -> tuple[R | None, str]:
        try:
            with limited(self.seconds):
                return self.work(*document), ""
        except Exception as error:  # noqa: BLE001 - whatever it is, the other documents go on
            return None, reason_of(error, self.seconds)

    def _apart(self, document: tuple[Any, ...]) -> tuple[R | None, str]:
        """Call in the child, and where that dies in a fresh one: the fault may be an earlier call's."""
        for fresh in (self.child is None, True):
            process, connection = self.child or self._fork()
            try:
                connection.send(document)
                if not connection.poll(LATER * self.seconds):
                    self.close()
                    return None, reason_of(TimeoutError(), self.seconds)
                answer: tuple[R | None, str] = connection.recv()
            except (EOFError, OSError):
                process.join()
                self.close()
                if fresh:
                    break
            else:
                return answer
        return None, _died(process.exitcode, self.seconds)

    def _fork(self) -> tuple[Any, Any]:
        from multiprocessing import get_context

        context = get_context("fork")  # so that it has the function, and all that is loaded
        ours, theirs = context.Pipe()
        process = context.Process(target=self._serve, args=(ours, theirs), daemon=True)
        process.start()
        theirs.close()
        self.child = process, ours
        return self.child

    def _serve(self, ours: Any, theirs: Any) -> None:
        """Answer calls until nobody asks any more."""
        ours.close()  # else the child would not notice the end of its parent
        with suppress(EOFError, OSError):
            while True:
                document = theirs.recv()
                faulthandler.dump_traceback_later((LATER + 1) * self.seconds, exit=True)
                theirs.send(self._here(document))
                faulthandler.cancel_dump_traceback_later()


def _died(code: int | None, seconds: float) -> str:
    """Say how a process ended, in the words of a run on one machine."""
    from pebble import ProcessExpired

    error = ProcessExpired("", code=code or 0)  # type: ignore[no-untyped-call]
    return reason_of(error, seconds)
