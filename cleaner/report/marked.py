"""A cleaned document cut down to its edits: pieces to show before and after side by side.

All offsets are resolved here, so that what is kept of a document is bounded and can be shown as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.engine import Diagnostic, Result
from cleaner.pipeline import host_of

SHOWN = 3000  # characters of a document, about: what one reads before the next one
AROUND = 140  # characters on each side of an edit
LONGEST = 700  # characters of one removed passage
SMALLEST = 240  # characters worth leaving out
NOTES = 12

# Text that stays · so many characters and marks left out · old and new text with the codes that did
# it · text that a rule only points at, its codes, and the fix it proposes (or None).
Piece = list[Any]
TEXT, GAP, EDIT, FLAG = "text", "gap", "edit", "flag"


def site_of(document: Document) -> str:
    """Return the name of a document's site, or an empty string."""
    site = document.site or document.url
    return short(host_of(site) or document.site, 100)


def card(result: Result) -> dict[str, Any]:
    """Return what names a document in a list."""
    document = result.document
    return {
        "id": short(document.id, 200),
        "title": short(document.title, 200) or short(result.text or document.text, 90),
        "site": site_of(document),
        "url": short(document.url, 500),
        "date": short(document.date, 30),
        "before": len(document.text),
        "after": len(result.text),
    }


def sample(result: Result) -> dict[str, Any]:
    """Return a document to show before and after."""
    return {
        **card(result),
        "lang": short(result.document.lang, 20),
        "edits": len(result.edits),
        "codes": sorted({d.code for d in result.diagnostics}),
        "notes": notes(result.diagnostics, len(result.document.text)),
        "pieces": pieces(result),
    }


class Mark(NamedTuple):
    """Something to show in a text: an applied edit, or a span that rules point at."""

    start: int
    end: int
    new: str | None
    codes: tuple[str, ...]
    applied: bool

    @property
    def cost(self) -> int:
        return min(self.end - self.start, LONGEST) + min(len(self.new or ""), LONGEST) + 2 * AROUND


def signed(result: Result) -> Iterator[tuple[Edit, list[Diagnostic]]]:
    """Yield each edit with the applied diagnostics it comes from.

    Passes are composed, so an edit may have several signers. Those that overlap it come first; one
    that merely touches it (its edit was trimmed) signs only where no other does.
    """
    edits = result.edits
    ends = [edit.end for edit in edits]
    signers: list[list[Diagnostic]] = [[] for _ in edits]
    for found in result.diagnostics:
        index = bisect_left(ends, found.start) if found.applied else len(edits)
        while index < len(edits) and edits[index].start <= found.end:
            signers[index].append(found)
            index += 1
    for edit, near in zip(edits, signers, strict=True):
        yield edit, [d for d in near if _overlap(edit, d)] or near


def _overlap(edit: Edit, found: Diagnostic) -> bool:
    if edit.start == edit.end or found.start == found.end:
        return found.start <= edit.start and edit.end <= found.end
    return edit.start < found.end and found.start < edit.end


def shares(edit: Edit, signers: Sequence[Diagnostic]) -> Iterator[tuple[str, int]]:
    """Yield (code, characters removed) so that the parts of all signers add up to the edit."""
    rest = max(0, edit.end - edit.start - len(edit.new))
    narrow = sorted(signers, key=lambda d: (d.end - d.start, d.start, d.code))
    for diagnostic in narrow[:-1]:
        own = max(0, diagnostic.end - diagnostic.start - len(diagnostic.new or ""))
        part = min(own, rest)
        rest -= part
        yield diagnostic.code, part
    if narrow:
        yield narrow[-1].code, rest


def marks(result: Result) -> list[Mark]:
    """Return the edits, and the pointed spans beside them, sorted and disjoint."""
    edits = [
        Mark(e.start, e.end, e.new, tuple(dict.fromkeys(d.code for d in by)), applied=True)
        for e, by in signed(result)
    ]
    whole = len(result.document.text)
    pointed = [
        Mark(d.start, d.end, d.new, (d.code,), applied=False)
        for d in result.diagnostics
        if not d.applied and not (d.start == 0 and d.end == whole) and d.end - d.start <= LONGEST
    ]
    chosen: list[Mark] = []
    position = index = 0
    for mark in sorted(pointed, key=lambda m: (m.start, m.end, m.codes)):
        while index < len(edits) and edits[index].start <= mark.start:
            position = max(position, edits[index].end)
            index += 1
        free = index == len(edits) or mark.end <= edits[index].start
        if free and mark.start >= position and mark.end > mark.start:
            chosen.append(mark)
            position = mark.end
    return sorted([*edits, *chosen], key=lambda m: (m.start, m.end))


def choose(found: Sequence[Mark], budget: int = SHOWN) -> list[int]:
    """Return the indices of the marks to show: the first of every code, then all others in order."""
    seen: set[str] = set()
    first: list[int] = []
    others: list[int] = []
    for index, mark in enumerate(found):
        (first if set(mark.codes) - seen else others).append(index)
        seen.update(mark.codes)
    chosen: list[int] = []
    for index in (*first, *others):
        budget -= found[index].cost
        if chosen and budget < 0:
            break
        chosen.append(index)
    return sorted(chosen)


def pieces(result: Result) -> list[Piece]:
    """Return the document in pieces, cut to about SHOWN characters around its marks."""
    text = result.document.text
    found = marks(result)
    chosen = list(range(len(found))) if len(text) <= SHOWN else choose(found)
    spent = sum(found[index].cost - 2 * AROUND for index in chosen)
    around = max(AROUND, (SHOWN - spent) // (2 * max(1, len(chosen))))
    made: list[Piece] = []
    last = -1
    for index in [*chosen, len(found)]:
        begin = found[last].end if last >= 0 else 0
        end = found[index].start if index < len(found) else len(text)
        left_out = found[last + 1 : index]
        made += _between(text, begin, end, left_out, around, edge=(last < 0, index == len(found)))
        if index < len(found):
            made.append(_shown(text, found[index]))
        last = index
    return made


def _shown(text: str, mark: Mark) -> Piece:
    old = middle(text[mark.start : mark.end], LONGEST)
    new = None if mark.new is None else middle(sound(mark.new), LONGEST)
    return (
        [EDIT, old, new, list(mark.codes)] if mark.applied else [FLAG, old, list(mark.codes), new]
    )


def _between(
    text: str, begin: int, end: int, left_out: Sequence[Mark], room: int, *, edge: tuple[bool, bool]
) -> Iterator[Piece]:
    """The unchanged text from begin to end, with a gap where it is long or marks are left out.

    Around a gap stand only characters that no mark touches: what is shown as unchanged is unchanged.
    """
    if not left_out and end - begin <= 2 * room + SMALLEST:
        if end > begin:
            yield [TEXT, sound(text[begin:end])]
        return
    until = min(begin + (0 if edge[0] and not edge[1] else room), end)
    since = max(end - (0 if edge[1] and not edge[0] else room), until)
    if left_out:
        until = max(begin, min(until, left_out[0].start))
        since = min(end, max(since, left_out[-1].end))
    until, since = _at_blank(text, begin, until, -1), _at_blank(text, end, since, 1)
    if until > begin:
        yield [TEXT, sound(text[begin:until])]
    if since > until:
        yield [GAP, since - until, len(left_out)]
    if end > since:
        yield [TEXT, sound(text[since:end])]


def _at_blank(text: str, stop: int, offset: int, step: int) -> int:
    """The offset moved towards `stop` to the next blank, if there is one within a word's length."""
    for place in range(offset, offset + 24 * step, step):
        if place == stop or not 0 < place < len(text):
            break
        if text[place].isspace() or text[place - 1].isspace():
            return place
    return offset


def notes(diagnostics: Iterable[Diagnostic], whole: int) -> list[list[str]]:
    """Return (code, message) of what is said of the document as a whole, each code once."""
    found = {
        d.code: d.message
        for d in diagnostics
        if d.new is None and (d.code.startswith("DQ") or (d.start == 0 and d.end == whole))
    }
    return [[code, middle(found[code], 300)] for code in sorted(found)][:NOTES]


def sound(text: str) -> str:
    """Return a text with halves of surrogate pairs, which UTF-8 can't hold, as U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def middle(text: str, most: int) -> str:
    """Return a text of at most about `most` characters, the middle of a much longer one left out."""
    if len(text) <= most + most // 4:
        return sound(text)
    until = _at_blank(text, 0, most * 2 // 3, -1)
    since = _at_blank(text, len(text), len(text) - most // 3, 1)
    left_out = f"[… {since - until:,} characters …]"
    return f"{sound(text[:until]).rstrip()} {left_out} {sound(text[since:]).lstrip()}"


def short(text: str, most: int) -> str:
    """Return the beginning of a text as one line of at most `most` characters."""
    line = " ".join(text[: 4 * most].split())
    return sound(line if len(line) <= most and len(text) <= 4 * most else f"{line[: most - 1]}…")
