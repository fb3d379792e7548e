"""Which files an input names, and what each of them holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cleaner.errors import ReadError
from cleaner.formats.storage import is_remote, remote_files

KINDS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".warc": "warc",
}
PACKED = (".gz", ".zst")
UNPACKED_ONLY = ("parquet",)
READABLE = f"{', '.join(KINDS)}, each but .parquet also with {' or '.join(PACKED)}"
STDIN = "-"


class Source(NamedTuple):
    """A file to read: its path or address, what it holds, and its name below the input it was found in."""

    path: str
    kind: str
    name: str

    @property
    def shown(self) -> str:
        return "stdin" if self.path == STDIN else printable(self.path)


def printable(text: str) -> str:
    r"""Return a name on one line: what can't be printed is escaped.

    >>> printable("a\nb")
    'a\\nb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def kind_of(path: str) -> str | None:
    """Return what a file holds by its suffix: a value of KINDS, or None for anything else."""
    name = path.rpartition("/")[2].lower()
    stem, dot, suffix = name.rpartition(".")
    if f".{suffix}" in PACKED and dot:
        kind = KINDS.get(f".{stem.rpartition('.')[2]}") if "." in stem else None
        return kind if kind not in UNPACKED_ONLY else None
    return KINDS.get(f".{suffix}") if dot and stem else None


def find_sources(
    inputs: Sequence[str], *, exclude: Sequence[str] = ()
) -> Iterator[Source | ReadError]:
    """Yield the files that inputs name, folders searched in order of name; an error for each that can't be.

    An input is a file, a folder, a glob, an address that fsspec can open (`s3://…`), or "-". In a
    folder, hidden files and files of other kinds are passed over. `exclude` holds globs, matched against
    the whole path, the path below the input, and each part of it.
    """
    many = len(inputs) > 1
    for given in inputs:
        if given == STDIN:
            yield Source(STDIN, "", "stdin")
        elif is_remote(given):
            yield from _remote(given, exclude)
        elif os.path.isdir(given):
            name = os.path.basename(os.path.realpath(given)) if many else ""
            yield from _in_folder(given, exclude, prefix=name)
        elif os.path.exists(given):
            yield from _file(given, os.path.basename(given), exclude)
        elif any(sign in given for sign in "*?["):
            yield from _matching(given, exclude)
        else:
            yield ReadError(f"{printable(given)}: no such file or folder")


def _file(path: str, name: str, exclude: Sequence[str]) -> Iterator[Source | ReadError]:
    if _excluded(path, name, exclude):
        return
    kind = kind_of(path)
    if kind is None:
        yield ReadError(f"{printable(path)}: can't tell what it holds; read are {READABLE}")
    else:
        yield Source(path, kind, name)


def _matching(pattern: str, exclude: Sequence[str]) -> Iterator[Source | ReadError]:
    from glob import glob

    paths = sorted(path for path in glob(pattern, recursive=True) if kind_of(path))
    if not paths:
        yield ReadError(f"{printable(pattern)}: nothing readable matches")
    for path in paths:
        yield from _file(path, os.path.basename(path), exclude)


def _remote(address: str, exclude: Sequence[str]) -> Iterator[Source | ReadError]:
    try:
        found = [path for path in remote_files(address) if path == address or kind_of(path)]
    except ReadError as error:
        yield error
        return
    if not found:
        yield ReadError(f"{address}: nothing readable there; read are {READABLE}")
    for path in found:
        below = path.removeprefix(address.rstrip("/") + "/").rpartition("://")[2]
        yield from _file(path, below if path != address else path.rpartition("/")[2], exclude)


def _in_folder(folder: str, exclude: Sequence[str], prefix: str) -> Iterator[Source | ReadError]:
    errors: list[OSError] = []
    found = False
    for root, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            kind = kind_of(name)
            if kind is None or name.startswith("."):
                continue
            path = os.path.normpath(os.path.join(root, name))
            below = os.path.relpath(path, folder)
            if not _excluded(path, below, exclude):
                found = True
                yield Source(path, kind, os.path.join(prefix, below) if prefix else below)
    for error in errors:
        yield ReadError(f"{printable(str(error.filename))}: {error.strerror}")
    if not found and not errors:
        yield ReadError(
            f"{printable(folder)}: nothing readable in this folder; read are {READABLE}"
        )


def _excluded(path: str, below: str, exclude: Sequence[str]) -> bool:
    if not exclude:
        return False
    import fnmatch

    names = (path, below, *os.path.normpath(below).split(os.sep))
    globs = [glob.rstrip("/") for glob in exclude]
    return any(
        fnmatch.fnmatch(name, glob) or fnmatch.fnmatch(name, f"{glob}/*")
        for glob in globs
        for name in names
    )
