"""How a cleaned document is written: a line of JSON, a row of a table; and the script that undoes it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from cleaner.config import Config
from cleaner.engine import Result
from cleaner.formats import Raw, Record, open_bytes, to_bytes
from cleaner.formats.jsonline import splice, value_at

KNOWN = ("url", "title", "lang", "date", "site")


def json_bytes(fields: Any) -> bytes:
    """Return plain data as a line of JSON."""
    return to_bytes(json.dumps(fields, ensure_ascii=False, default=str) + "\n")


def row_of(record: Record, result: Result) -> dict[str, Any]:
    """Return a cleaned document as the fields of a row: its own with the new text, or what is known of it."""
    if record.fields is not None and record.key:
        return {**record.fields, record.key: result.text} if result.changed else dict(record.fields)
    document = result.document
    known = {name: getattr(document, name) for name in KNOWN}
    return {
        "id": document.id,
        **{name: value for name, value in known.items() if value},
        "text": result.text,
    }


def to_line(record: Record, result: Result) -> bytes:
    """Return a cleaned document as a line of JSON; a JSONL record keeps every byte but its text's."""
    if record.line:
        line = record.with_text(result.text) if result.changed else record.line
        return to_bytes(line if line.endswith("\n") else f"{line}\n")
    return json_bytes(row_of(record, result))


def edit_line(raw: Raw, cleaned: tuple[Record, Result] | None, config: Config) -> bytes:
    """Return what undoing needs to know of a record, as a line of JSON; nothing where it was not changed.

    A rejected record is kept whole, since the output doesn't have it.
    """
    place = {"source": raw.source.name, "number": raw.number}
    if cleaned is None:
        data = raw.data if raw.data is not None else _content(raw)
        return json_bytes({**place, "rejected": b64encode(data).decode("ascii")})
    record, result = cleaned
    torn = bool(record.line) and not record.line.endswith("\n")
    if not result.changed and not torn:
        return b""
    scraped = result.document.text
    edits = [[e.start, e.end, scraped[e.start : e.end], e.new] for e in result.edits]
    entry: dict[str, Any] = {**place, "id": result.document.id, "edits": edits}
    if torn:
        entry["torn"] = True  # the last line had no line break; the output's has
    if record.line and result.changed:
        # The old text written anew may differ from how it was written: \/ or \u0041, say. Then keep that.
        again = splice(record.with_text(result.text), config.text_key, scraped)
        if again != record.line:
            start, end = value_at(record.line, config.text_key)
            entry["written"] = record.line[start:end]
    return json_bytes(entry)


def _content(raw: Raw) -> bytes:
    """A text file's bytes, kept because they are no text; of pages and rows nothing is kept."""
    if raw.source.kind != "txt":
        return b""
    with open_bytes(raw.source.path) as stream:
        return stream.read()
