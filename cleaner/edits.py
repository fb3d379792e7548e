"""Edit scripts over a text: apply, invert, compose, and map offsets back.

A script is a list of edits, sorted by position and disjoint. All functions are pure, run in time
linear in their input, and expect valid scripts (see `check_script`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple


class Span(NamedTuple):
    """Characters `start` to `end` of a text, and optionally a note for the person who reads it."""

    start: int
    end: int
    note: str = ""


class Edit(NamedTuple):
    """Replace characters `start` to `end` of a text by `new`."""

    start: int
    end: int
    new: str = ""


Script = Sequence[Edit]


def check_script(text: str, script: Script) -> None:
    """Raise ValueError unless the script is sorted, disjoint and inside the text."""
    position = 0
    for edit in script:
        if not position <= edit.start <= edit.end <= len(text):
            raise ValueError(f"{edit} is out of order or outside 0..{len(text)}")
        position = edit.end


def apply(text: str, script: Script) -> str:
    """Return the text after the script."""
    parts: list[str] = []
    position = 0
    for start, end, new in script:
        parts += text[position:start], new
        position = end
    return "".join([*parts, text[position:]])


def invert(text: str, script: Script) -> list[Edit]:
    """Return the script that leads from `apply(text, script)` back to `text`."""
    shift, inverse = 0, []
    for start, end, new in script:
        inverse.append(Edit(start + shift, start + shift + len(new), text[start:end]))
        shift += len(new) - (end - start)
    return inverse


def trim(text: str, edit: Edit) -> Edit:
    """Return the smallest edit with the same effect; what it starts with is trimmed first."""
    start, end, new = edit
    limit = min(end - start, len(new))
    head = next((i for i in range(limit) if text[start + i] != new[i]), limit)
    limit -= head
    tail = next((i for i in range(limit) if text[end - 1 - i] != new[len(new) - 1 - i]), limit)
    return Edit(start + head, end - tail, new[head : len(new) - tail])


def disjoint(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits in order of position without those that overlap one that is kept.

    Of two overlapping edits the earlier start wins, then the longer. Two insertions at one place
    overlap, and so do edits that touch: neighbours decide what is right for a seam only once they are known.
    """
    chosen: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end, edit.new)):
        if not chosen or edit.start > chosen[-1].end:
            chosen.append(edit)
    return chosen


def compose(first: Script, second: Script) -> list[Edit]:
    """Return one script with the effect of `first` followed by `second`.

    `second` refers to the text after `first`. Edits that overlap or touch in the middle text become
    one edit of the result, so it is sorted and disjoint again. O(len(first) + len(second)).
    """
    middle = [
        (start, Edit(start, start + len(edit.new), edit.new), edit)
        for start, edit in zip(_new_starts(first), first, strict=True)
    ]
    result: list[Edit] = []
    i = j = shift = 0  # shift: offset in the middle text minus offset in the source text
    while i < len(middle) or j < len(second):
        low = min(
            middle[i][0] if i < len(middle) else second[j].start,
            second[j].start if j < len(second) else middle[i][0],
        )
        high, run_i, run_j = low, i, j
        while True:
            if i < len(middle) and middle[i][0] <= high:
                high = max(high, middle[i][1].end)
                i += 1
            elif j < len(second) and second[j].start <= high:
                high = max(high, second[j].end)
                j += 1
            else:
                break
        start = low - shift
        shift += sum(_growth(edit) for _, _, edit in middle[run_i:i])
        survivors = [part for _, part, _ in middle[run_i:i]]
        new = _rewrite(low, high, survivors, second[run_j:j])
        if new or start < high - shift:
            result.append(Edit(start, high - shift, new))
    return result


def _growth(edit: Edit) -> int:
    return len(edit.new) - (edit.end - edit.start)


def _new_starts(script: Script) -> list[int]:
    """Where each edit's new text begins in the text after the script."""
    shifts = accumulate((_growth(edit) for edit in script), initial=0)
    return [edit.start + shift for edit, shift in zip(script, shifts, strict=False)]


def _rewrite(low: int, high: int, parts: Sequence[Edit], second: Script) -> str:
    """Return the middle text from low to high after `second`.

    Whatever of it `second` leaves is new text of the first script, given as `parts`: a run has no
    other characters.
    """
    text, position, index = [], low, 0
    for edit in [*second, Edit(high, high)]:
        while index < len(parts) and position < edit.start:
            start, end, new = parts[index]
            text.append(new[position - start : edit.start - start])
            position = min(end, edit.start)
            if position < end:
                break
            index += 1
        text.append(edit.new)
        position = max(position, edit.end)
        while index < len(parts) and parts[index].end <= position:
            index += 1
    return "".join(text)


class Origin:
    """Where offsets of the text after a script come from in the text before it."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.starts = _new_starts(script)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets before the script of characters start to end after it.

        New text counts as coming from the whole of what it replaced.
        """
        if start == end:
            after = self._after(end)
            return after, after
        return self._before(start), self._after(end)

    def _before(self, offset: int) -> int:
        """Where the character that begins at an offset begins in the source."""
        index = bisect_right(self.starts, offset) - 1
        if index < 0:
            return offset
        edit, inside = self.script[index], offset - self.starts[index]
        return edit.start if inside < len(edit.new) else edit.end + inside - len(edit.new)

    def _after(self, offset: int) -> int:
        """Where the character that ends at an offset ends in the source."""
        index = bisect_right(self.starts, offset - 1) - 1 if offset else -1
        if index < 0:
            return offset
        edit, inside = self.script[index], offset - self.starts[index]
        return edit.end + max(0, inside - len(edit.new))
