"""What a run did, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Self

from cleaner.document import Document
from cleaner.engine import Result
from cleaner.sites import site_of


@dataclass
class Summary:
    """Counts of documents, characters, and of applied edits and flags by rule."""

    documents: int = 0
    changed: int = 0
    empty: int = 0
    rejects: int = 0
    unreadable: int = 0
    characters: int = 0
    removed: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    flows: Counter[str] = field(default_factory=Counter)  # copies by "from → to", both sites
    dropped: int = 0
    sites: Counter[str] = field(default_factory=Counter)  # edits by site
    slowest: list[tuple[float, str]] = field(default_factory=list)  # seconds and id
    most_changed: list[tuple[float, str]] = field(default_factory=list)  # share of the text and id

    NAMED = 3  # documents in each of the lists

    def add(self, result: Result, seconds: float = 0.0) -> None:
        """Count one cleaned document."""
        self.documents += 1
        self.changed += result.changed
        self.empty += not result.text or result.text.isspace()
        self.characters += len(result.document.text)
        self.removed += max(0, len(result.document.text) - len(result.text))
        for diagnostic in result.diagnostics:
            (self.applied if diagnostic.applied else self.flagged)[diagnostic.code] += 1
        if result.edits:
            if site := site_of(result.document):
                self.sites[site] += len(result.edits)
            changed = sum(edit.end - edit.start + len(edit.new) for edit in result.edits)
            share = min(1.0, changed / len(result.document.text))
            self.most_changed = _with(self.most_changed, share, result.document.id)
        if seconds:
            self.slowest = _with(self.slowest, seconds, result.document.id)

    def count_copies(self, copies: Iterable[tuple[str, Document, Document]]) -> None:
        """Count duplicates by kind and, where both sites are known, from which site to which they went.

        `copies`: the kind, the document, and whose copy it is.
        """
        for kind, copy, source in copies:
            self.duplicates[kind] += 1
            sites = site_of(source), site_of(copy)
            if all(sites):
                self.flows[" → ".join(sites)] += 1

    def merge(self, other: Self) -> None:
        """Add the counts of another summary."""
        for item in fields(self):
            mine, theirs = getattr(self, item.name), getattr(other, item.name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            else:
                setattr(
                    self,
                    item.name,
                    _first(mine, theirs) if isinstance(mine, list) else mine + theirs,
                )

    def to_dict(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return a summary from what `to_dict` gave, through JSON or not."""
        made = cls(**values)
        for name in ("applied", "flagged", "duplicates", "flows", "sites"):
            setattr(made, name, Counter(getattr(made, name)))
        for name in ("slowest", "most_changed"):
            setattr(made, name, [(float(amount), str(id_)) for amount, id_ in getattr(made, name)])
        return made


def _with(listed: list[tuple[float, str]], amount: float, id_: str) -> list[tuple[float, str]]:
    """The list with a document where it belongs there; this is asked for each one."""
    if len(listed) == Summary.NAMED and amount < listed[-1][0]:
        return listed
    return _first(listed, [(amount, id_)])


def _first(
    mine: list[tuple[float, str]], theirs: list[tuple[float, str]]
) -> list[tuple[float, str]]:
    """The documents with the largest amounts."""
    return sorted([*mine, *theirs], key=lambda named: (-named[0], named[1]))[: Summary.NAMED]
