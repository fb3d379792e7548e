"""What a finding is, wherever it moves: its rule and its text with the words around it, no line number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cleaner.report.place import spot, visible

if TYPE_CHECKING:
    from cleaner.engine import Diagnostic
    from cleaner.formats import Record

AROUND = 20  # characters of the same line on each side: they tell one missing blank from the next
SHOWN = 60  # characters


class Identity(NamedTuple):
    """Rule, 16 hex digits for what was found, and how it begins, for people."""

    code: str
    hash: str
    text: str


def identify(record: Record, found: Diagnostic) -> Identity:
    """Return what a finding is.

    It stays when lines are added above, when white space changes and when a record moves to another line;
    it ends when the text that was found is changed, or the 20 characters beside it. A finding about a whole
    document is that of its id, or in a text file of the file; without an id, of the text.
    """
    from hashlib import sha256

    text = record.document.text
    if found.new is None and (found.start, found.end) == (0, len(text)):
        name = record.document.id if record.number else ""
        nameless = bool(record.number) and name == record.where
        parts = ["", text if nameless else name, ""]
        shown = "" if nameless else name
    else:
        start, end = spot(text, found.start, found.end)
        begin, close = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        close = close if close >= 0 else len(text)
        before = text[max(begin, start - AROUND) : start]
        parts = [before, text[start:end], text[end : min(close, end + AROUND)]]
        shown = " ".join(parts[1].split()) or " ".join(" ".join(parts).split())
    plain = "\0".join(" ".join(part.split()) for part in parts)
    digest = sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
    return Identity(found.code, digest, visible(shown))
