"""One line of JSONL: change or add a top-level field and leave every other byte as it is."""

from __future__ import annotations

import json
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


def splice(line: str, key: str, new: str) -> str:
    r"""Return a line of JSON with another string in one top-level field; all else stays as it is.

    Where the old string was written in ASCII with escapes, so is the new one.

    >>> splice('{"id": 1,  "text": "a"}\n', "text", "b")
    '{"id": 1,  "text": "b"}\n'
    """
    start, end = value_at(line, key)
    escaped = "\\u" in line and line.isascii()
    return line[:start] + json.dumps(new, ensure_ascii=escaped) + line[end:]


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
