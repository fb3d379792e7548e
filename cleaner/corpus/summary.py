"""What a run did, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, Self

from cleaner.engine import Result


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
    dropped: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)

    SLOWEST = 3

    def add(self, result: Result, seconds: float = 0.0) -> None:
        """Count one cleaned document."""
        self.documents += 1
        self.changed += result.changed
        self.empty += not result.text.strip()
        self.characters += len(result.document.text)
        self.removed += max(0, len(result.document.text) - len(result.text))
        for diagnostic in result.diagnostics:
            (self.applied if diagnostic.applied else self.flagged)[diagnostic.code] += 1
        if seconds:
            self._slow([(seconds, result.document.id)])

    def merge(self, other: Self) -> None:
        """Add the counts of another summary."""
        for item in fields(self):
            if item.name == "slowest":
                self._slow(other.slowest)
            elif isinstance(getattr(self, item.name), Counter):
                getattr(self, item.name).update(getattr(other, item.name))
            else:
                setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    def _slow(self, more: list[tuple[float, str]]) -> None:
        self.slowest = sorted([*self.slowest, *more], reverse=True)[: self.SLOWEST]

    def to_dict(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return a summary from what `to_dict` gave, through JSON or not."""
        made = cls(**values)
        for name in ("applied", "flagged", "duplicates"):
            setattr(made, name, Counter(getattr(made, name)))
        made.slowest = [(float(seconds), str(id_)) for seconds, id_ in made.slowest]
        return made
