"""A file of old findings that a data repository lives with, and what it hides.

It is made to be read and kept under version control: a line for each finding, sorted, without line
numbers, so that its diff shows what came and what went.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from cleaner.errors import ConfigError
from cleaner.formats import is_remote, replacing
from cleaner.report.identity import Identity, identify

if TYPE_CHECKING:
    from cleaner.engine import Diagnostic
    from cleaner.files import Checked
    from cleaner.formats import Record, Source

VERSION = 1  # of what the hashes are made of


class Entry(NamedTuple):
    """A finding of a file. The path is relative to the baseline's folder, with slashes."""

    path: str
    code: str
    text: str
    hash: str


class Saved(NamedTuple):
    """What a baseline holds now (findings, files), and how many entries came and went."""

    findings: int
    files: int
    new: int
    gone: int


class Baseline:
    """Known findings with how often each may be found, and what was found of them so far."""

    def __init__(self, path: str, known: Counter[Entry], *, hiding: bool = True) -> None:
        self.path = path
        self.known = known
        self.hidden = 0
        counts = {_bare(entry): count for entry, count in known.items()}
        self._left = Counter(counts if hiding else {})
        self._found: Counter[Entry] = Counter()
        self._checked: set[str] = set()
        self._folder = Path(path).resolve().parent

    @classmethod
    def load(cls, path: str) -> Self:
        """Read a baseline. Raise ConfigError where it is missing or none."""
        try:
            held = json.loads(Path(path).read_text(encoding="utf-8"))
            version = held["baseline"]
            known = Counter(
                {
                    Entry(*(row[name] for name in Entry._fields)): row["count"]
                    for row in held["findings"]
                }
            )
            if not all(isinstance(count, int) for count in known.values()):
                raise TypeError("a count is no number")  # noqa: TRY301 - said like any other damage
        except FileNotFoundError:
            raise ConfigError(
                f"{path}: no such baseline; `cleaner check --baseline {path} --update-baseline` makes one"
            ) from None
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError) as error:
            why = f"no {error}" if isinstance(error, KeyError) else error
            raise ConfigError(
                f"{path} is not a baseline ({why}); write it anew with --update-baseline"
            ) from None
        if version != VERSION:
            raise ConfigError(
                f"{path} is a baseline of version {version}, and this cleaner's is {VERSION}; write it anew "
                "with --update-baseline"
            )
        return cls(path, known)

    @classmethod
    def to_update(cls, path: str) -> Self:
        """Read a baseline, or begin one, that hides nothing and is to be written anew."""
        known = cls.load(path).known if Path(path).exists() else Counter[Entry]()
        return cls(path, known, hiding=False)

    def checks(self, source: Source) -> None:
        """Note that all of a file has been read: what isn't found in it now is gone."""
        self._checked.add(self._path_of(source))

    def hides(self, record: Record, found: Diagnostic) -> bool:
        """Whether a finding is known, and not more often found than it is known."""
        key = _bare(self._entry(record, found))
        if not self._left[key]:
            return False
        self._left[key] -= 1
        self.hidden += 1
        return True

    def add(self, checked: Checked) -> None:
        """Note the findings of a document for `save`."""
        for found in checked.result.diagnostics:
            self._found[self._entry(checked.record, found)] += 1

    def stale(self, codes: Collection[str]) -> list[Entry]:
        """Return the entries that no finding answered to, of files that were read or are gone.

        Only those of rules that took part, named by `codes`.
        """
        return sorted(
            entry
            for entry in self.known
            if entry.code in codes and self._left[_bare(entry)] > 0 and self._gone_over(entry)
        )

    def save(self, codes: Collection[str]) -> Saved:
        """Write the findings that were added, and say what changed.

        Entries of rules that took no part, and of files that were not read but are still there, stay. Raise
        WriteError where the file can't be written.
        """
        kept = {
            entry: count
            for entry, count in self.known.items()
            if entry.code not in codes or not self._gone_over(entry)
        }
        new = Counter({**kept, **self._found})
        with replacing(self.path) as stream:
            stream.write(_written(new).encode("utf-8", "replace"))
        old = {_bare(entry) for entry in self.known}
        now = {_bare(entry) for entry in new}
        return Saved(
            sum(new.values()), len({entry.path for entry in new}), len(now - old), len(old - now)
        )

    def _gone_over(self, entry: Entry) -> bool:
        return entry.path in self._checked or not (
            is_remote(entry.path) or self._folder.joinpath(entry.path).exists()
        )

    def _entry(self, record: Record, found: Diagnostic) -> Entry:
        is_: Identity = identify(record, found)
        return Entry(self._path_of(record.source), is_.code, is_.text, is_.hash)

    def _path_of(self, source: Source) -> str:
        if is_remote(source.path):
            return source.path
        relative = os.path.relpath(Path(source.path).resolve(), self._folder)
        return relative.replace(os.sep, "/")


def _bare(entry: Entry) -> tuple[str, str, str]:
    """An entry without the text that is only there for people."""
    return entry.path, entry.code, entry.hash


def _written(entries: Counter[Entry]) -> str:
    rows: Iterable[dict[str, Any]] = (
        {**entry._asdict(), "count": entries[entry]} for entry in sorted(entries)
    )
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"baseline": {VERSION}, "findings": [\n{lines}\n]}}\n'
