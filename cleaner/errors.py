"""What can go wrong, as a small tree.

    CleanerError            every error of this package; the command line turns it into exit code 2
    ├── ConfigError         an unknown option, code or key; a broken pattern or configuration file
    ├── ReadError           an input that is missing, unreadable or not what its name says
    ├── WriteError          an output that can't be written
    └── IndexMismatch       an index built with other parameters or another version

Each message says what happened, where, and what to do. A bad *record* is no error: it is rejected
with a reason and the stream goes on.
"""

from __future__ import annotations


class CleanerError(Exception):
    """An error with a message for a person."""


class ConfigError(CleanerError):
    """A setting that can't be used."""


class ReadError(CleanerError):
    """An input that can't be read."""


class WriteError(CleanerError):
    """An output that can't be written."""


class IndexMismatch(CleanerError):  # noqa: N818 - says what it is
    """An index that doesn't fit this run."""


def nearest(word: str, known: list[str]) -> str:
    """Return a hint ", did you mean 'x'?" for the known word closest to `word`, or an empty string."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.6) or get_close_matches(
        word.lower(), known, n=1, cutoff=0.5
    )
    return f", did you mean {close[0]!r}?" if close else ""
