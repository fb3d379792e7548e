"""From a source to its documents, in two steps: cut it into raw records, then parse each.

The first step is cheap and done in order by one process, the second can be done anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, overload

from cleaner.config import Config
from cleaner.document import Document
from cleaner.errors import ReadError
from cleaner.formats.sources import STDIN, Source
from cleaner.formats.storage import open_bytes


class Raw(NamedTuple):
    """A record as it was cut from its source.

    `data` holds a line of JSONL or a page of a WARC file; it is None for a text file or page, which is
    read when it is parsed. `fields` holds a row of a table, or what a WARC file says of a page. `reason`
    says why the record can't be used, where that is known already.
    """

    source: Source
    number: int = 0
    data: bytes | None = None
    fields: Mapping[str, Any] | None = None
    reason: str = ""

    @property
    def where(self) -> str:
        return f"{self.source.shown}:{self.number}" if self.number else self.source.shown

    @property
    def blank(self) -> bool:
        """Whether this is an empty line of JSONL, which is no record."""
        return (
            bool(self.number) and self.data is not None and (not self.data or self.data.isspace())
        )


class Lines(Sequence[Raw]):
    """Consecutive lines of a JSONL source: raw records that are made when they are asked for.

    Cut in the hundreds and sent to another process as bytes, a line costs a tenth of what a Raw does.
    """

    __slots__ = ("first", "lines", "source")

    def __init__(self, source: Source, first: int, lines: list[bytes]) -> None:
        self.source, self.first, self.lines = source, first, lines

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Raw]:
        for number, line in enumerate(self.lines, self.first):
            yield Raw(self.source, number, line)

    @overload
    def __getitem__(self, at: int) -> Raw: ...
    @overload
    def __getitem__(self, at: slice) -> list[Raw]: ...
    def __getitem__(self, at: int | slice) -> Raw | list[Raw]:
        if isinstance(at, slice):
            return list(self)[at]
        place = range(len(self.lines))[at]
        return Raw(self.source, self.first + place, self.lines[place])

    def __reduce__(self) -> tuple[Any, ...]:
        return Lines, (self.source, self.first, self.lines)


def chunks(source: Source, size: int) -> Iterator[Lines]:
    """Cut a JSONL source into runs of lines of about so many bytes. Raise ReadError like `raws`."""
    first = 1
    with open_bytes(source.path) as stream:
        while lines := stream.readlines(size):
            yield Lines(source, first, lines)
            first += len(lines)


class Record(NamedTuple):
    """A document and where it stands; for records also its fields, its line of JSONL and the text's key."""

    document: Document
    source: Source
    number: int = 0
    fields: Mapping[str, Any] | None = None
    line: str = ""
    key: str = ""

    @property
    def where(self) -> str:
        return f"{self.source.shown}:{self.number}" if self.number else self.source.shown

    def with_text(self, text: str) -> str:
        """The record's line of JSONL with another text in it; line end and other fields stay."""
        from cleaner.formats.jsonline import splice

        return splice(self.line, self.key, text, self.document.text)


class Reject(NamedTuple):
    """A document that could not be used, and why."""

    where: str
    id: str
    reason: str


def raws(source: Source) -> Iterator[Raw]:
    """Cut a source into raw records, in order. Raise ReadError where it can't be read (any further)."""
    if source.kind in ("txt", "html"):
        yield Raw(source)
    elif source.kind == "parquet":
        from cleaner.formats.tables import parquet_rows

        yield from parquet_rows(source)
    elif source.kind in ("csv", "tsv"):
        from cleaner.formats.tables import csv_rows

        yield from csv_rows(source)
    elif source.kind == "warc":
        from cleaner.formats.warc import pages

        yield from pages(source)
    else:
        with open_bytes(source.path) as stream:
            yield from _lines(source, stream)


def _lines(source: Source, stream: Iterable[bytes]) -> Iterator[Raw]:
    """Lines of JSONL; standard input that doesn't begin like an object is one text."""
    lines = iter(stream)
    number = 0
    for number, data in enumerate(lines, 1):
        if number == 1 and not source.kind and data.lstrip()[:1] != b"{":
            yield Raw(source, 0, data + b"".join(lines))
            return
        yield Raw(source, number, data)
    if not number and not source.kind:
        yield Raw(source, 0, b"")


def read(source: Source, config: Config) -> Iterator[Record | Reject]:
    """Yield the documents of a source in order. Raise ReadError where the source itself can't be read."""
    for raw in raws(source):
        if not raw.blank:
            yield parse(raw, config)


def parse(raw: Raw, config: Config) -> Record | Reject:
    """Make a document of a raw record. Raise ReadError where its own file can't be read."""
    source = raw.source
    if raw.reason:
        return Reject(raw.where, "", raw.reason)
    if source.kind == "html":
        with open_bytes(source.path) as stream:
            return _page(raw, stream.read(), source.name)
    if source.kind == "warc":
        return _page(raw, raw.data or b"", str((raw.fields or {}).get("id") or raw.where))
    if source.kind == "txt" or (source.path == STDIN and not raw.number):
        return _text(raw)
    if raw.fields is not None:
        return _document(raw, raw.fields, "", config)
    return _json(raw, config)


def _utf8(data: bytes) -> str | int:
    """UTF-8 data as text, or the offset of the first byte that isn't UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start


def _text(raw: Raw) -> Record | Reject:
    if raw.data is None:
        with open_bytes(raw.source.path) as stream:
            data = stream.read()
    else:
        data = raw.data
    text = _utf8(data)
    if isinstance(text, int):
        reason = f"not UTF-8: byte {data[text]:#04x} at offset {text:,}"
        return Reject(raw.where, raw.source.name, reason)
    return Record(Document(text, id=raw.source.name), raw.source)


def _page(raw: Raw, data: bytes, name: str) -> Record | Reject:
    from cleaner.extraction import extract

    url = str((raw.fields or {}).get("url") or "")
    page = extract(data, url=url)
    if not page.text:
        reason = page.meta.get("reason") or "no story found in the page"
        return Reject(raw.where, name, str(reason))
    return Record(page.replace(id=name), raw.source, raw.number)


@cache
def _decoder() -> Callable[[str], Any]:
    """What reads JSON; text files don't need it."""
    import json

    return json.JSONDecoder().decode


def _json(raw: Raw, config: Config) -> Record | Reject:
    data = raw.data or b""
    line = _utf8(data)
    if isinstance(line, int):
        reason = f"not UTF-8: byte {data[line]:#04x} at offset {line:,} of the line"
        return Reject(raw.where, "", reason)
    try:
        fields = _decoder()(line.removeprefix("\ufeff"))
    except ValueError as error:
        return Reject(raw.where, "", f"not JSON: {error}")
    except RecursionError:
        return Reject(raw.where, "", "not usable JSON: nested too deep")
    if not isinstance(fields, dict):
        return Reject(raw.where, "", f"a JSON {type(fields).__name__}, not an object with fields")
    return _document(raw, fields, line, config)


def _document(raw: Raw, fields: Mapping[str, Any], line: str, config: Config) -> Record | Reject:
    key = config.text_key
    keys = (
        *(config.id_key, config.url_key, config.title_key),
        *(config.lang_key, config.date_key, config.site_key),
    )
    values = map(fields.get, keys)
    name, url, title, lang, date, site = [
        value if value.__class__ is str else as_text(value) for value in values
    ]
    name = name or raw.where
    if key not in fields:
        known = ", ".join(list(fields)[:8]) or "none"
        return Reject(raw.where, name, f"no field {key!r} (see --text-key); fields: {known}")
    text = fields[key]
    if text is None and raw.source.kind in ("csv", "tsv"):
        text = ""  # an empty cell
    if not isinstance(text, str):
        kind = "null" if text is None else type(text).__name__
        return Reject(raw.where, name, f"field {key!r} is {kind}, not a string")
    document = Document(text, name, url, title, lang, date, site)
    return Record(document, raw.source, raw.number, fields, line, key)


def as_text(value: Any) -> str:
    """Return a field that is text or a number, as text; an empty one for anything else."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | list | dict):
        return ""
    return str(value)


__all__ = ["Lines", "Raw", "ReadError", "Record", "Reject", "chunks", "parse", "raws", "read"]
