"""Read documents from files, folders and streams, and write them: txt, html, jsonl, each plain, .gz or .zst.

A bad record never stops a stream: it comes out as a Reject with its place and the reason. What can't
be read at all raises ReadError.
"""

from __future__ import annotations

import fnmatch
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from cleaner.config import Config
from cleaner.document import Document
from cleaner.errors import ReadError, WriteError

KINDS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
PACKED = (".gz", ".zst")
READABLE = f"{', '.join(KINDS)}, each also with {' or '.join(PACKED)}"
STDIN = Path("-")


class Source(NamedTuple):
    """A file to read: where it is, what it holds, and its name below the input it was found in."""

    path: Path
    kind: str
    name: str

    @property
    def shown(self) -> str:
        return "stdin" if self.path == STDIN else str(self.path)


class Record(NamedTuple):
    """A document and where it stands; for JSONL also its fields, its line as read and the text's key."""

    document: Document
    source: Source
    number: int = 0
    fields: dict[str, Any] | None = None
    line: str = ""
    key: str = ""

    @property
    def where(self) -> str:
        return f"{self.source.shown}:{self.number}" if self.number else self.source.shown


class Reject(NamedTuple):
    """A document that could not be read, and why."""

    where: str
    id: str
    reason: str


def kind_of(path: Path) -> str | None:
    """Return "txt", "html" or "jsonl" by the path's suffix, or None for anything else."""
    suffixes = path.suffixes[-2:] if path.suffix in PACKED else [path.suffix]
    return KINDS.get(suffixes[0].lower()) if suffixes else None


def find_sources(
    inputs: Sequence[str], *, exclude: Sequence[str] = ()
) -> Iterator[Source | ReadError]:
    """Yield the files that inputs name, folders searched in order of name; an error for each that can't be.

    In a folder, hidden files and files of other kinds are passed over. `exclude` holds globs, matched
    against the whole path, the path below the input, and each part of it.
    """
    for given in inputs:
        path = Path(given)
        if path == STDIN:
            yield Source(STDIN, "", "stdin")
        elif path.is_dir():
            yield from _in_folder(path, exclude, prefix=path.name if len(inputs) > 1 else "")
        elif not path.exists():
            yield ReadError(f"{given}: no such file or folder")
        elif _excluded(path, path.name, exclude):
            continue
        elif (kind := kind_of(path)) is None:
            yield ReadError(f"{given}: can't tell what it holds; read are {READABLE}")
        else:
            yield Source(path, kind, path.name)


def _in_folder(folder: Path, exclude: Sequence[str], prefix: str) -> Iterator[Source | ReadError]:
    errors: list[OSError] = []
    found = False
    for root, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            kind = kind_of(path)
            below = str(path.relative_to(folder))
            if kind and not name.startswith(".") and not _excluded(path, below, exclude):
                found = True
                yield Source(path, kind, str(Path(prefix, below)))
    for error in errors:
        yield ReadError(f"{error.filename}: {error.strerror}")
    if not found and not errors:
        yield ReadError(f"{folder}: nothing readable in this folder; read are {READABLE}")


def _excluded(path: Path, below: str, exclude: Sequence[str]) -> bool:
    names = (str(path), below, *Path(below).parts)
    return any(
        fnmatch.fnmatch(name, glob.rstrip("/")) or fnmatch.fnmatch(name, f"{glob.rstrip('/')}/*")
        for glob in exclude
        for name in names
    )


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked. Raise ReadError where that fails, also later while reading."""
    try:
        if path == STDIN:
            yield sys.stdin.buffer
        elif path.suffix == ".gz":
            import gzip

            with gzip.open(path, "rb") as stream:
                yield stream  # type: ignore[misc]
        elif path.suffix == ".zst":
            import io

            import zstandard

            try:
                with path.open("rb") as raw:
                    reader = zstandard.ZstdDecompressor().stream_reader(
                        raw, read_across_frames=True
                    )
                    yield io.BufferedReader(reader)
            except zstandard.ZstdError as error:
                raise ReadError(f"{path}: damaged zstd data: {error}") from error
        else:
            with path.open("rb") as stream:
                yield stream
    except EOFError as error:
        raise ReadError(f"{path}: ends in the middle of its gzip data") from error
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error
    except Exception as error:
        if type(error).__name__ == "error" and path.suffix == ".gz":  # zlib.error
            raise ReadError(f"{path}: damaged gzip data: {error}") from error
        raise


def read(source: Source, config: Config) -> Iterator[Record | Reject]:
    """Yield the documents of a source in order. Raise ReadError where the source itself can't be read."""
    with open_bytes(source.path) as stream:
        kind = source.kind
        if not kind:  # stdin: JSONL when it begins like an object of the kind, else one text
            first = stream.readline()
            kind = "jsonl" if first.lstrip()[:1] == b"{" else "txt"
            lines: Iterable[bytes] = _chain(first, stream)
            if kind == "txt":
                yield _text(source, b"".join(lines))
                return
            yield from _jsonl(source, lines, config)
        elif kind == "txt":
            yield _text(source, stream.read())
        elif kind == "html":
            yield _page(source, stream.read())
        else:
            yield from _jsonl(source, stream, config)


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def decode(data: bytes) -> str | int:
    """Return UTF-8 data as text, or the offset of the first byte that isn't UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start


def _text(source: Source, data: bytes) -> Record | Reject:
    text = decode(data)
    if isinstance(text, int):
        return Reject(
            source.shown, source.name, f"not UTF-8: byte {data[text]:#04x} at offset {text:,}"
        )
    return Record(Document(text, id=source.name), source)


def _page(source: Source, data: bytes) -> Record | Reject:
    from cleaner.extraction import extract

    page = extract(data)
    if not page.text:
        reason = page.meta.get("reason") or "no story found in the page"
        return Reject(source.shown, source.name, str(reason))
    return Record(page.replace(id=source.name), source)


def _jsonl(source: Source, lines: Iterable[bytes], config: Config) -> Iterator[Record | Reject]:
    for number, data in enumerate(lines, 1):
        if not data.strip():
            continue
        where = f"{source.shown}:{number}"
        line = decode(data)
        if isinstance(line, int):
            yield Reject(
                where, "", f"not UTF-8: byte {data[line]:#04x} at offset {line:,} of the line"
            )
            continue
        yield _record(source, number, line, where, config)


def _record(source: Source, number: int, line: str, where: str, config: Config) -> Record | Reject:
    import json

    try:
        fields = json.loads(line.removeprefix("\ufeff"))
    except ValueError as error:
        return Reject(where, "", f"not JSON: {error}")
    except RecursionError:
        return Reject(where, "", "not usable JSON: nested too deep")
    if not isinstance(fields, dict):
        return Reject(where, "", f"a JSON {type(fields).__name__}, not an object with fields")
    name = _known(fields, config.id_key) or where
    if config.text_key not in fields:
        keys = ", ".join(list(fields)[:8]) or "none"
        return Reject(where, name, f"no field {config.text_key!r} (see --text-key); fields: {keys}")
    text = fields[config.text_key]
    if not isinstance(text, str):
        kind = "null" if text is None else type(text).__name__
        return Reject(where, name, f"field {config.text_key!r} is {kind}, not a string")
    document = Document(
        text,
        id=name,
        url=_known(fields, config.url_key),
        title=_known(fields, config.title_key),
        lang=_known(fields, config.lang_key),
        date=_known(fields, config.date_key),
        site=_known(fields, config.site_key),
    )
    return Record(document, source, number, fields, line, config.text_key)


def _known(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    return (
        str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    )


def splice(line: str, key: str, new: str) -> str:
    r"""Return a line of JSON with another string in one top-level field; all else stays as it is.

    Where the old string was pure ASCII, the new one is escaped so as to be that too.

    >>> splice('{"id": 1,  "text": "a"}\n', "text", "b")
    '{"id": 1,  "text": "b"}\n'
    """
    import json

    decoder = json.JSONDecoder()
    whole = decoder.raw_decode
    position = line.index("{") + 1
    found = (0, 0)
    while True:
        position = _blank(line, position)
        if line[position] == "}":
            break
        name, position = whole(line, position)
        start = _blank(line, _blank(line, position) + 1)
        _, position = whole(line, start)
        if name == key:
            found = start, position  # the last of equal keys is the one that counts
        position = _blank(line, position)
        if line[position] == ",":
            position += 1
    start, end = found
    ascii_only = line[start:end].isascii() and (line.isascii() and "\\u" in line)
    written = json.dumps(new, ensure_ascii=ascii_only)
    return line[:start] + written + line[end:]


def with_text(record: Record, text: str) -> str:
    """Return a JSONL record's line with another text in it; line ends and all other fields stay."""
    return splice(record.line, record.key, text)


def _blank(line: str, position: int) -> int:
    while line[position] in " \t\r\n\ufeff":
        position += 1
    return position


def to_bytes(text: str) -> bytes:
    """Return UTF-8; half a surrogate pair, which UTF-8 can't hold, becomes U+FFFD."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its name only when all is written; packed by its suffix.

    The permissions of a file that is replaced are kept. On any error nothing is left behind, and what
    the system refuses (a full disk, a read-only folder) raises WriteError.
    """
    target = path.resolve() if path.is_symlink() else path
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("wb") as raw:
                with _packed(raw, target.suffix) as stream:
                    yield stream
                raw.flush()
                os.fsync(raw.fileno())
            if target.exists():
                part.chmod(target.stat().st_mode & 0o7777)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}; nothing was written there") from error


@contextmanager
def _packed(raw: IO[bytes], suffix: str) -> Iterator[IO[bytes]]:
    if suffix == ".gz":
        import gzip

        # No name and time in the header: the same documents give the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as stream:
            yield stream  # type: ignore[misc]
    elif suffix == ".zst":
        import zstandard

        with zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False) as packed:
            yield packed
    else:
        yield raw
