"""Findings for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from cleaner.engine import Diagnostic
from cleaner.report.place import excerpt, place, spot, visible, width
from cleaner.rules import BY_CODE

if TYPE_CHECKING:
    from cleaner.files import Checked

Style = Callable[..., str]
SHOWN_NEW = 40  # characters of a replacement


def location(checked: Checked, diagnostic: Diagnostic) -> str:
    """Return path:row:column; for a record path:line, its id, and row:column in its text."""
    record = checked.record
    text = record.document.text
    where = place(text, *spot(text, diagnostic.start, diagnostic.end))
    if record.fields is None:
        return f"{record.source.shown}:{where.row}:{where.column}"
    name = f" (id {visible(record.document.id)})" if record.document.id != record.where else ""
    return f"{record.where}{name}, {record.key} {where.row}:{where.column}"


def full(checked: Checked, style: Style) -> Iterator[str]:
    """Yield each finding with its place, the text around it and what it becomes."""
    text = checked.record.document.text
    for found in checked.result.diagnostics:
        sign = f" [{found.mark}]" if found.mark else ""
        code = style(found.code, fg="red", bold=True)
        yield f"{code}{style(sign, fg='cyan')} {found.message}"
        start, end = spot(text, found.start, found.end)
        row = str(place(text, start, end).row)
        pad = " " * len(row)
        bar = style("|", fg="blue", bold=True)
        arrow = style("-->", fg="blue", bold=True)
        yield f"  {pad}{arrow} {location(checked, found)}"
        if found.new is None and (found.start, found.end) == (0, len(text)):
            yield ""
            continue  # the whole document: there is nothing to point at
        line, carets = excerpt(text, start, end)
        yield f"  {pad} {bar}"
        yield f"  {style(row, fg='blue', bold=True)} {bar} {line}"
        becomes = style(f" {_becomes(found, text)}" if found.new is not None else "", fg="green")
        yield f"  {pad} {bar} {style(carets, fg='red', bold=True)}{becomes}"
        yield ""


def _becomes(found: Diagnostic, text: str) -> str:
    """What a fix makes of the marked text, in a word or two."""
    start, end, new = found.start, found.end, found.new or ""
    rows = text.count("\n", *spot(text, start, end))
    more = f" (and {rows} more line{'s' * (rows > 1)})" if rows else ""
    if (word := _word(text, start, end, new)) is not None:
        return f"becomes `{visible(word[0] + new + word[1])}`"
    if not new:
        old = text[start:end]
        return f"remove{more}" if old.strip() or more else "remove the space"
    if new.isspace():
        shown = "a line break" if "\n" in new else "a space"
    else:
        cut = new if len(new) <= SHOWN_NEW else f"{new[: SHOWN_NEW - 1]}…"
        shown = f"`{visible(cut)}`"
    return f"insert {shown}" if start == end else f"becomes {shown}{more}"


def _word(text: str, start: int, end: int, new: str) -> tuple[str, str] | None:
    """What stands directly before and after an edit inside a word; None elsewhere or where it is long."""
    if any(map(str.isspace, text[start:end])):
        return None
    before = text[max(0, start - SHOWN_NEW) : start].rpartition(" ")[2].rpartition("\n")[2]
    after = text[end : end + SHOWN_NEW].partition(" ")[0].partition("\n")[0]
    inside = (before and after) or ((new or start == end) and (before or after))
    return (before, after) if inside and len(before) + len(after) < SHOWN_NEW else None


def concise(checked: Checked, style: Style) -> Iterator[str]:
    """Yield each finding on a line of its own."""
    for found in checked.result.diagnostics:
        sign = f" [{found.mark}]" if found.mark else ""
        code = style(found.code, fg="red", bold=True)
        yield f"{location(checked, found)}: {code}{style(sign, fg='cyan')} {found.message}"


def statistics(counts: Counter[tuple[str, str]], style: Style) -> Iterator[str]:
    """Yield a table of findings by rule, most frequent first. Keys are (code, mark)."""
    if not counts:
        return
    size = max(len(f"{count:,}") for count in counts.values())
    for (code, sign), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        known = BY_CODE.get(code)
        name = f"{known.name}: {known.summary}" if known else ""
        yield f"{count:>{size},}  {style(code, fg='red', bold=True)}  [{sign or ' '}]  {name}"


def table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows as aligned columns."""
    rows = list(rows)
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (size - width(cell)) for cell, size in zip(row, sizes, strict=True))
        yield "  ".join(cells).rstrip()
