"""One line of JSONL: change or add a top-level field and leave every other byte as it is."""

from __future__ import annotations

import json
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any


def value_at(line: str, key: str) -> tuple[int, int]:
    """Return where the value of a top-level field stands in a line of JSON; (0, 0) where it has none.

    Of several equal keys the last one counts, as for every parser.
    """
    whole = json.JSONDecoder().raw_decode
    position = line.index("{") + 1
    found = (0, 0)
    while True:
        position = _blank(line, position)
        if line[position] == "}":
            return found
        name, position = whole(line, position)
        start = _blank(line, _blank(line, position) + 1)
        _, position = whole(line, start)
        if name == key:
            found = start, position
        position = _blank(line, position)
        if line[position] == ",":
            position += 1


def splice(line: str, key: str, new: str, old: str = "") -> str:
    r"""Return a line of JSON with another string in one top-level field; all else stays as it is.

    Where the old string was written in ASCII with escapes, so is the new one. Whoever knows the `old`
    string spares a second reading of the line.

    >>> splice('{"id": 1,  "text": "a"}\n', "text", "b", "a")
    '{"id": 1,  "text": "b"}\n'
    """
    escaped = "\\u" in line and line.isascii()
    write = encode_basestring_ascii if escaped else encode_basestring
    start, end = (_plainly_at(line, key, write(old)) if old else None) or value_at(line, key)
    return line[:start] + write(new) + line[end:]


def _plainly_at(line: str, key: str, value: str) -> tuple[int, int] | None:
    """Where a field's value stands, if the line is written as nearly all are; None if it may be elsewhere.

    Only one object begins before it, the line's own, and the name doesn't come again, escaped neither.
    """
    name = encode_basestring(key)
    at = line.find(name)
    if at < 0:
        return None
    start = at + len(name)
    if not line.startswith(":", start):
        return None
    start += 2 if line.startswith(" ", start + 1) else 1
    end = start + len(value)
    if (
        not line.startswith(value, start)
        or line.count("{", 0, at) != 1
        or line.startswith("\\", at - 1)
        or line.find(name, end) >= 0
        or line.find("\\u", end) >= 0
    ):
        return None
    return start, end


def with_field(line: str, key: str, value: Any) -> str:
    r"""Return a line of JSON with a field set: replaced where it is, else added at the end.

    >>> with_field('{"id": 1}\n', "kind", None)
    '{"id": 1, "kind": null}\n'
    """
    written = json.dumps(value, ensure_ascii=False)
    start, end = value_at(line, key)
    if end:
        return line[:start] + written + line[end:]
    close = line.rindex("}")
    comma = "" if line[:close].rstrip().endswith("{") else ", "
    return f"{line[:close]}{comma}{json.dumps(key)}: {written}{line[close:]}"


def _blank(line: str, position: int) -> int:
    while line[position] in " \t\r\n\ufeff":
        position += 1
    return position
