"""Tables: CSV and TSV by the standard library, Parquet by pyarrow."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cleaner.errors import ReadError
from cleaner.formats.reading import Raw
from cleaner.formats.sources import Source
from cleaner.formats.storage import open_bytes, to_bytes

ROWS = 500  # rows of Parquet in memory at once
FIELD_LIMIT = 1 << 30  # characters in a CSV field; the standard library's own limit is 131,072


def csv_rows(source: Source) -> Iterator[Raw]:
    """Yield the rows of a CSV or TSV file: strings, and None for a cell that is empty and not quoted.

    Raise ReadError for a header that can't be used and where quoting is broken.
    """
    csv.field_size_limit(FIELD_LIMIT)
    separator = delimiter(source.kind)
    with open_bytes(source.path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        lines = Kept(text)
        rows = csv.reader(lines, delimiter=separator, strict=True)
        try:
            header = next(rows, None)
            if header is None:
                return
            if len(set(header)) < len(header):
                raise ReadError(
                    f"{source.shown}: two columns have the same name: {', '.join(header)}"
                )
            lines.take()
            for number, row in enumerate(rows, 1):
                written = lines.take()
                if row:
                    yield _row(source, number, header, row, written, separator)
        except csv.Error as error:
            raise ReadError(
                f"{source.shown}: not CSV at line {rows.line_num:,}: {error}"
            ) from error
        finally:
            text.detach()


class Kept:
    """Lines passed on, and remembered until they are taken: a row may be several of them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._seen: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._seen.append(line)
            yield line

    def take(self) -> str:
        """Return what was passed on since the last call."""
        seen, self._seen = "".join(self._seen), []
        return seen


def delimiter(kind: str) -> str:
    """Return what separates the columns of a kind of table."""
    return "\t" if kind == "tsv" else ","


def _row(
    source: Source,
    number: int,
    header: Sequence[str],
    row: Sequence[str],
    written: str,
    separator: str,
) -> Raw:
    if len(row) != len(header):
        return Raw(source, number, reason=f"{len(row)} columns where the header has {len(header)}")
    if not written.isascii() and any("\udc80" <= character <= "\udcff" for character in written):
        return Raw(source, number, reason="not UTF-8")
    cells: Sequence[str | None] = row
    if "" in row:
        cells = [
            None if not value and not quoted else value
            for value, quoted in zip(row, _quoted(written, separator), strict=False)
        ]
    return Raw(source, number, fields=dict(zip(header, cells, strict=True)))


def _quoted(written: str, separator: str) -> Iterator[bool]:
    """Whether each cell of a row begins with a quotation mark; that tells an empty text from no text."""
    inside, begins = False, True
    for character in written.rstrip("\r\n"):
        if begins:
            yield character == '"'
        begins = character == separator and not inside
        if character == '"':
            inside = not inside
    if begins:
        yield False


def csv_line(values: Iterable[Any], kind: str) -> bytes:
    """Return a line of CSV (RFC 4180) or TSV.

    None is an empty cell, an empty text a quoted one; numbers and nested values are written as JSON.
    """
    separator = delimiter(kind)
    cells = (_cell(value, separator) for value in values)
    return to_bytes(separator.join(cells) + "\n")


def _cell(value: Any, separator: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float | list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    if (
        text
        and not any(sign in text for sign in (separator, '"', "\n", "\r"))
        and text == text.strip()
    ):
        return text
    return f'"{text.replace(chr(34), chr(34) * 2)}"'


def _pyarrow(source: str) -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise ReadError(
            f"{source}: Parquet needs pyarrow (pip install 'news-text-cleaner[arrow]')"
        ) from None
    return pyarrow


def parquet_schema(path: str) -> Any:
    """Return the Arrow schema of a Parquet file. Raise ReadError where it can't be read."""
    arrow = _pyarrow(path)
    try:
        with open_bytes(path) as stream:
            return arrow.parquet.read_schema(stream)
    except arrow.ArrowException as error:
        raise ReadError(f"{path}: not Parquet, or damaged: {error}") from error


def parquet_rows(source: Source) -> Iterator[Raw]:
    """Yield the rows of a Parquet file, a few hundred of them in memory at once."""
    arrow = _pyarrow(source.shown)
    number = 0
    try:
        with open_bytes(source.path) as stream:
            for batch in arrow.parquet.ParquetFile(stream).iter_batches(batch_size=ROWS):
                for fields in batch.to_pylist():
                    number += 1
                    yield Raw(source, number, fields=fields)
    except arrow.ArrowException as error:
        message = str(error).partition("\n")[0]
        raise ReadError(f"{source.shown}: not Parquet, or damaged: {message}") from error


def unified_schema(
    path: str,
    schemas: list[Any] | None,
    rows: Iterator[list[Mapping[str, Any]]],
    *,
    duplicate: bool,
) -> Any:
    """Return the Arrow schema of a table: of its Parquet sources where there are any, else of its rows.

    Raise WriteError where a column holds values of kinds that have no common type.
    """
    from cleaner.errors import WriteError

    arrow = _pyarrow(path)
    try:
        if schemas is None:
            schemas = [arrow.Table.from_pylist(list(batch)).schema for batch in rows]
        # A batch may hold nothing but nulls in a column: any other type wins over that.
        schema = (
            arrow.unify_schemas(schemas, promote_options="permissive")
            if schemas
            else arrow.schema([])
        )
    except arrow.ArrowException as error:
        raise WriteError(f"{path}: a column holds values of different kinds: {error}") from error
    if duplicate:
        text, number = arrow.string(), arrow.float64()
        kind = arrow.struct(
            [("of", text), ("kind", text), ("similarity", number), ("cluster", text)]
        )
        schema = schema.append(arrow.field("duplicate", kind))
    return schema


def write_parquet(path: str, rows: Iterator[list[Mapping[str, Any]]], schema: Any) -> int:
    """Write batches of rows as one Parquet file, atomically, and return their number."""
    from cleaner.formats.storage import replacing

    arrow = _pyarrow(path)
    count = 0
    with (
        replacing(path) as stream,
        arrow.parquet.ParquetWriter(stream, schema, compression="zstd") as writer,
    ):
        for batch in rows:
            count += len(batch)
            writer.write_table(arrow.Table.from_pylist(list(batch), schema=schema))
    return count
