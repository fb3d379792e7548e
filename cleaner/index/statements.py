"""SQL that is run with any number of values, or sees one state of the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

ASKED = 500  # values in one statement


def rows_in(
    database: sqlite3.Connection, statement: str, values: Sequence[int | str]
) -> Iterator[tuple[Any, ...]]:
    """Run a statement with `IN (?)` for any number of values."""
    for first in range(0, len(values), ASKED):
        some = list(values[first : first + ASKED])
        size = min(1 << (len(some) - 1).bit_length(), ASKED)  # so that few statements are prepared
        some += some[-1:] * (size - len(some))
        yield from database.execute(listing(statement, size), some)


@cache
def listing(statement: str, size: int) -> str:
    """Return a statement with room for so many values."""
    return statement.replace("(?)", f"({','.join('?' * size)})")


@contextmanager
def snapshot(database: sqlite3.Connection) -> Iterator[None]:
    """Let several statements see one state of the file, whatever another process writes meanwhile."""
    database.execute("BEGIN")
    try:
        yield
    finally:
        database.execute("COMMIT")
