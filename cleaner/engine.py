"""Run rules over a document until nothing changes.

Each pass runs rules over one snapshot of the text and applies the disjoint edits of the first stage
that has any: characters, then boilerplate, then sentences, then the unsafe rules. It ends when a
pass finds no edit, so cleaning a cleaned text changes nothing. The passes' scripts are composed into
one over the scraped text, and every finding is mapped back to it.
"""

from __future__ import annotations

import gc
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from cleaner.blocks import signals
from cleaner.document import Document
from cleaner.edits import Edit, Origin, Span, apply, compose, disjoint, invert, trim
from cleaner.rule import Find, Question, Rule

K = TypeVar("K")

# Cascades seen in 13,000 articles end within 9 passes. A text that is still changing after this many
# is left as it was scraped: that keeps cleaning idempotent and its time linear.
MOST_PASSES = 40
HUGE = 50_000  # characters
LONGEST_CREDIT = 200  # characters of a line that names a source
STAGES = ("CH", "BP", "GS")


class Diagnostic(NamedTuple):
    """A finding of a rule, in characters of the scraped text.

    `new` is what stands there instead, None for a flag. `applied` says whether the text was changed:
    it was not for a flag, nor for an unsafe fix in a default run.
    """

    code: str
    name: str
    start: int
    end: int
    new: str | None
    applied: bool
    message: str

    @property
    def mark(self) -> str:
        """Give "*" for what a default run fixes, "?" for what only --unsafe does, "" for a flag."""
        if self.new is None:
            return ""
        return "*" if self.applied else "?"

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


class Duplicate(NamedTuple):
    """What a result says of its own document: whose copy it is, of which kind, in which cluster."""

    of: str
    kind: str
    similarity: float
    cluster: str


class Result:
    """A cleaned document: the scraped one, the new text, and one script that leads from one to the other."""

    __slots__ = ("diagnostics", "document", "duplicate", "edits", "text")

    def __init__(
        self,
        document: Document,
        text: str,
        edits: Sequence[Edit],
        diagnostics: Sequence[Diagnostic],
        duplicate: Duplicate | None = None,
    ) -> None:
        self.document = document
        self.text = text
        self.edits = list(edits)
        self.diagnostics = list(diagnostics)
        self.duplicate = duplicate

    def __repr__(self) -> str:
        counts = f"{len(self.edits)} edits, {len(self.diagnostics)} diagnostics"
        return f"Result({self.document!r}, {counts})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]

    @property
    def changed(self) -> bool:
        return bool(self.edits)

    @property
    def attribution(self) -> dict[str, str] | None:
        """What the removed lines say of the source: {"name": …} or {"url": …}; None where they say nothing.

        A credit such as "Source: Example News", or the address of the page, is no part of the story, but
        whoever wants to trace a copy needs it.
        """
        from cleaner.rules.boilerplate.sources import attribution

        removed = (self.document.text[edit.start : edit.end] for edit in self.edits if not edit.new)
        lines = [line.strip() for part in removed for line in part.split("\n") if line.strip()]
        named = (
            found for line in lines if len(line) < LONGEST_CREDIT and (found := attribution(line))
        )
        bare = (
            {"url": line}
            for line in lines
            if line.startswith(("http://", "https://")) and " " not in line
        )
        return next(named, None) or next(bare, None)

    def undo(self) -> str:
        """Return the scraped text, made from the cleaned one and the script."""
        return apply(self.text, invert(self.document.text, self.edits))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data: id, text, edits (with the old text), diagnostics, duplicate."""
        scraped = self.document.text
        return {
            "id": self.document.id,
            "text": self.text,
            "edits": [
                {"start": e.start, "end": e.end, "old": scraped[e.start : e.end], "new": e.new}
                for e in self.edits
            ],
            "diagnostics": [diagnostic.to_dict() for diagnostic in self.diagnostics],
            "duplicate": self.duplicate._asdict() if self.duplicate else None,
            "attribution": self.attribution,
        }


class Turns(NamedTuple):
    """Rules in order, and what gives a rule, by its place, a reason to look at a document.

    `always`: those that need none. `starts`: what lines start with. `marks`: needles that are one mark,
    in either case. `needles`: the others, each with a character of it that few texts have, in
    either case (none for needles in ASCII).
    `questions`: see `Rule.when`.
    """

    rules: tuple[tuple[Rule, Find], ...]
    always: frozenset[int]
    starts: Mapping[str, tuple[int, ...]]
    marks: Mapping[str, tuple[int, ...]]
    needles: tuple[tuple[str, frozenset[str], tuple[int, ...]], ...]
    questions: Mapping[Question, tuple[int, ...]]


class Order(NamedTuple):
    """The rules that hold for one language, in the order in which they get their turn."""

    stages: tuple[Turns, ...]
    pointing: Turns
    comparing: Turns


class Plan:
    """Rules in the order in which they get their turn, and the spans they may not touch."""

    def __init__(
        self, rules: Iterable[Rule], *, unsafe: bool = False, keep: Sequence[re.Pattern[str]] = ()
    ) -> None:
        self.rules = tuple(rules)
        self.unsafe = unsafe
        self.keep = tuple(keep)
        self._by_language: dict[str, Order] = {}
        self._asks_language = any(rule.languages for rule in self.rules)

    def _turns(self, doc: Document) -> Order:
        language = doc.language if self._asks_language else ""
        turns = self._by_language.get(language)
        if turns is None:
            turns = self._by_language[language] = self._choose(language)
        return turns

    def _choose(self, language: str) -> Order:
        """Rules that edit, in stages (the user's with boilerplate); that only point; that compare."""
        held = [rule for rule in self.rules if not rule.languages or language in rule.languages]
        texts = [rule for rule in held if rule.scope == "text"]
        passive = ("none",) if self.unsafe else ("none", "unsafe")
        safe = [rule for rule in texts if rule.fix == "safe"]
        stages = [[rule for rule in safe if stage_of(rule) == stage] for stage in STAGES]
        stages.append([rule for rule in texts if rule.fix == "unsafe" and self.unsafe])
        return Order(
            tuple(_turns_of(stage) for stage in stages if stage),
            _turns_of(rule for rule in texts if rule.fix in passive),
            _turns_of(rule for rule in held if rule.scope == "result"),
        )

    def run(self, document: Document) -> Result:
        """Clean a document."""
        if len(document.text) < HUGE:
            return self._run(document)
        # A million short lines are a million tuples: the garbage collector would walk through all of them
        # again and again, in time that is not linear, and find nothing.
        collecting = gc.isenabled()
        gc.disable()
        try:
            return self._run(document)
        finally:
            if collecting:
                gc.enable()

    def _run(self, document: Document) -> Result:
        script: list[Edit] = []
        diagnostics: list[Diagnostic] = []
        current = document
        for _ in range(MOST_PASSES):
            found = self._first_stage(current)
            if not found:
                break
            edits = disjoint(edit for edit, _ in found)
            diagnostics += _applied(found, edits, Origin(script))
            script = compose(script, edits) if script else edits
            current = document.replace(text=apply(current.text, edits))
        else:
            current, script, diagnostics = document, [], []
        script = [e for e in (trim(document.text, e) for e in script) if e.new or e.end > e.start]
        diagnostics += self._flags(document, current, Origin(script))
        diagnostics.sort(key=lambda d: (d.start, d.end, d.code))
        return Result(document, current.text, script, diagnostics)

    def _first_stage(self, doc: Document) -> list[tuple[Edit, Rule]]:
        """The edits of the first stage that finds any."""
        kept = self._kept(doc.text)
        for stage in self._turns(doc).stages:
            found = [
                (edit, rule)
                for rule, finding in _findings(stage, doc, doc)
                if isinstance(finding, Edit) and (whole := _tidy(finding, doc.text))
                for edit in (_beside(whole, kept) if kept else (whole,))
            ]
            if found:
                return found
        return []

    def _flags(self, before: Document, after: Document, origin: Origin) -> Iterator[Diagnostic]:
        """What is only pointed at: in the cleaned text, and by comparing it with the scraped one."""
        kept = self._kept(after.text)
        for rule, finding in _findings(self._turns(after).pointing, after, after):
            if not any(start < finding.end and finding.start < end for start, end in kept):
                yield _pointed(rule, finding, origin)
        for rule, finding in _findings(self._turns(before).comparing, before, before, after):
            yield _pointed(rule, finding, NOWHERE_ELSE)

    def _kept(self, text: str) -> list[tuple[int, int]]:
        """The spans to keep, in order; those that overlap are one."""
        if not self.keep:
            return []
        spans: list[tuple[int, int]] = []
        for start, end in sorted(m.span() for keep in self.keep for m in keep.finditer(text)):
            if spans and start <= spans[-1][1]:
                spans[-1] = spans[-1][0], max(end, spans[-1][1])
            else:
                spans.append((start, end))
        return spans


NOWHERE_ELSE = Origin(())


def _turns_of(rules: Iterable[Rule]) -> Turns:
    rules = tuple(rules)
    needles = _places(rule.needles for rule in rules)
    marks = {needle: places for needle, places in needles.items() if _is_mark(needle)}
    return Turns(
        tuple((rule, rule.find) for rule in rules),
        frozenset(
            place
            for place, rule in enumerate(rules)
            if not (rule.starts or rule.needles or rule.when)
        ),
        _places(rule.starts for rule in rules),
        {**marks, **{mark.upper(): places for mark, places in marks.items()}},
        tuple(
            (needle, frozenset(either for c in _rare(needle) for either in (c, c.upper())), places)
            for needle, places in needles.items()
            if needle not in marks
        ),
        _places((rule.when,) if rule.when else () for rule in rules),
    )


def _rare(needle: str) -> str:
    """The first character of a needle that isn't ASCII, or an empty string."""
    return next((character for character in needle if not character.isascii()), "")


def _is_mark(needle: str) -> bool:
    """Whether `Document.marks` tells if a text has a needle."""
    return len(needle) == len(needle.upper()) == 1 and not (needle.isascii() and needle.isalnum())


def _places(reasons: Iterable[Iterable[K]]) -> dict[K, tuple[int, ...]]:
    """For each reason the places of the rules that have it."""
    found: dict[K, list[int]] = {}
    for place, given in enumerate(reasons):
        for reason in given:
            found.setdefault(reason, []).append(place)
    return {reason: tuple(places) for reason, places in found.items()}


def _findings(
    turns: Turns, doc: Document, *documents: Document
) -> Iterator[tuple[Rule, Edit | Span]]:
    """What rules find, those that have a reason to look: this runs for each document, pass and stage."""
    rules, always, starts, marks, needles, questions = turns
    chosen = set(always)
    if starts:
        for start in signals(doc) & starts.keys():
            chosen.update(starts[start])
    if marks:
        for mark in doc.marks & marks.keys():
            chosen.update(marks[mark])
    if needles:
        lower, unusual = doc.lower, doc.unusual
        for needle, rare, places in needles:
            # Searching costs, and most texts have none of the rarer characters.
            if (not rare or not unusual.isdisjoint(rare)) and needle in lower:
                chosen.update(places)
    for question, places in questions.items():
        if question(doc):
            chosen.update(places)
    for place in sorted(chosen):
        rule, find = rules[place]
        for finding in find(*documents) or ():
            yield rule, finding


def _beside(edit: Edit, kept: Sequence[tuple[int, int]]) -> Iterator[Edit]:
    """The edit, or the parts of a deletion that lie outside the spans to keep."""
    position = edit.start
    for start, end in kept[max(0, bisect_left(kept, (edit.start, edit.start)) - 1) :]:
        if start >= edit.end and not start < edit.start < end:
            break
        if end <= edit.start:
            continue
        if edit.new:
            return
        if start > position:
            yield Edit(position, start)
        position = max(position, end)
    if position == edit.start or position < edit.end:
        yield Edit(position, edit.end, edit.new)


def stage_of(rule: Rule) -> str:
    """Which stage a rule edits in: its family's, or boilerplate's for families of the user."""
    family = rule.code[:2]
    return family if family in STAGES else "BP"


def _tidy(edit: Edit, text: str) -> Edit | None:
    """The smallest equal edit that leaves the final newline where there was one; None if it does nothing."""
    start, end, new = edit
    if end == len(text) and start > 0 and text.endswith("\n") and not new.endswith("\n"):
        new += "\r\n" if text.endswith("\r\n") else "\n"
    edit = trim(text, Edit(start, end, new))
    return edit if edit.new or edit.end > edit.start else None


def _applied(
    found: Sequence[tuple[Edit, Rule]], edits: Sequence[Edit], origin: Origin
) -> Iterator[Diagnostic]:
    """A diagnostic for each applied edit; the first of the rules that asked for it signs it."""
    signers: dict[Edit, Rule] = {}
    for edit, rule in found:
        signers.setdefault(edit, rule)
    for edit in edits:
        rule = signers[edit]
        start, end = origin.span(edit.start, edit.end)
        yield Diagnostic(rule.code, rule.name, start, end, edit.new, True, rule.summary)


def _pointed(rule: Rule, finding: Edit | Span, origin: Origin) -> Diagnostic:
    start, end = origin.span(finding.start, finding.end)
    if isinstance(finding, Edit):
        return Diagnostic(rule.code, rule.name, start, end, finding.new, False, rule.summary)
    return Diagnostic(rule.code, rule.name, start, end, None, False, finding.note or rule.summary)
