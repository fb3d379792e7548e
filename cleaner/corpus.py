"""Clean a whole corpus: read every document, write it elsewhere, count what happened, lose none."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

from cleaner.config import Config
from cleaner.engine import Result
from cleaner.errors import ConfigError, ReadError
from cleaner.formats import (
    PACKED,
    Record,
    Reject,
    Source,
    find_sources,
    kind_of,
    read,
    replacing,
    to_bytes,
    with_text,
)
from cleaner.pipeline import Cleaner

Report = Callable[[Reject | Record | ReadError], None]


@dataclass
class Summary:
    """What a run did: counts of documents, and of applied edits and flags by rule."""

    documents: int = 0
    changed: int = 0
    empty: int = 0
    rejects: int = 0
    unreadable: int = 0
    characters: int = 0
    removed: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        """Count one cleaned document."""
        self.documents += 1
        self.changed += result.changed
        self.empty += not result.text.strip()
        self.characters += len(result.document.text)
        self.removed += max(0, len(result.document.text) - len(result.text))
        for diagnostic in result.diagnostics:
            (self.applied if diagnostic.applied else self.flagged)[diagnostic.code] += 1


def clean_corpus(
    inputs: Sequence[str], output: str, *, config: Config, report: Report, rejects: str = ""
) -> Summary:
    """Clean every document of the inputs into `output`, in order, and return what was done.

    `output` is "-" (stdout: JSONL, or plain text for a text from stdin), a path of a JSONL file (.jsonl,
    also .gz or .zst), or a folder that mirrors the inputs. What can't be read is given to `report`, so
    are documents without text; rejected ones are also written to `rejects`, as JSONL. Raise ConfigError
    before anything is written where the output would touch an input, WriteError where the system
    refuses to write.
    """
    cleaner = Cleaner.from_config(config)
    summary = Summary()
    found = list(find_sources(inputs, exclude=config.exclude))
    sources = [source for source in found if isinstance(source, Source)]
    for error in found:
        if isinstance(error, ReadError):
            summary.unreadable += 1
            report(error)
    if not sources:
        raise ReadError("nothing to clean: no input could be read")
    _refuse_overlap(inputs, sources, output, rejects)

    with ExitStack() as stack:
        aside = stack.enter_context(replacing(Path(rejects))) if rejects else None

        def reject(item: Reject) -> None:
            summary.rejects += 1
            report(item)
            if aside:
                aside.write(_line({"where": item.where, "id": item.id, "reason": item.reason}))

        def cleaned(source: Source) -> Iterator[tuple[Record, Result]]:
            for item in _read_on(source, config, summary, report):
                if isinstance(item, Reject):
                    reject(item)
                    continue
                result = cleaner.clean(item.document, ignore=file_ignores(config, source))
                summary.add(result)
                if not item.document.text.strip():
                    report(item)
                yield item, result

        if is_stream(output):
            stream: IO[bytes] = (
                sys.stdout.buffer if output == "-" else stack.enter_context(replacing(Path(output)))
            )
            for record, result in chain.from_iterable(map(cleaned, sources)):
                plain = output == "-" and not record.source.kind and record.fields is None
                stream.write(to_bytes(result.text) if plain else to_line(record, result))
        else:
            for source in sources:
                _write_file(Path(output), source, cleaned(source))
    return summary


def _read_on(
    source: Source, config: Config, summary: Summary, report: Report
) -> Iterator[Record | Reject]:
    """What a source holds, up to where it can't be read any further."""
    try:
        yield from read(source, config)
    except ReadError as error:
        summary.unreadable += 1
        report(error)


def file_ignores(config: Config, source: Source) -> tuple[str, ...]:
    """Return the codes that `per-file-ignores` leaves out for a source."""
    if not config.per_file_ignores:
        return ()
    from fnmatch import fnmatch

    names = (str(source.path), source.name, source.path.name)
    return tuple(
        code
        for glob, codes in config.per_file_ignores.items()
        if any(fnmatch(name, glob) for name in names)
        for code in codes
    )


def is_stream(output: str) -> bool:
    """Whether an output is one JSONL stream, not a folder. Raise ConfigError for another kind of file."""
    path = Path(output)
    kind = kind_of(path)
    if output == "-" or kind == "jsonl":
        return True
    if kind or (path.suffix in (*PACKED, ".csv", ".json", ".parquet") and not path.is_dir()):
        raise ConfigError(
            f"{output}: can't write this kind of file; give a folder, a .jsonl (.gz, .zst) file or -"
        )
    return False


def target_of(folder: Path, source: Source) -> Path:
    """Return where a folder output keeps what a source becomes: its name, pages as .txt."""
    name = Path(source.name if source.kind else "stdin.jsonl")
    if source.kind == "html":
        packed = name.suffix if name.suffix in PACKED else ""
        stem = name.with_suffix("") if packed else name
        name = stem.with_suffix(f".txt{packed}")
    return folder / name


def _write_file(folder: Path, source: Source, results: Iterator[tuple[Record, Result]]) -> None:
    target = target_of(folder, source)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{target.parent}: can't make this folder: {error.strerror}") from error
    if source.kind in ("txt", "html"):
        for _, result in results:
            with replacing(target) as stream:
                stream.write(to_bytes(result.text))
        return
    with replacing(target) as stream:
        for record, result in results:
            stream.write(to_line(record, result))


def to_line(record: Record, result: Result) -> bytes:
    """Return a cleaned document as a line of JSON; a JSONL record keeps everything but its text."""
    if record.fields is not None:
        line = with_text(record, result.text) if result.changed else record.line
        return to_bytes(line if line.endswith("\n") else f"{line}\n")
    document = result.document
    known = {name: getattr(document, name) for name in ("url", "title", "lang", "date", "site")}
    fields = {"id": document.id, **{k: v for k, v in known.items() if v}, "text": result.text}
    return _line(fields)


def _line(fields: dict[str, Any]) -> bytes:
    import json

    return to_bytes(json.dumps(fields, ensure_ascii=False) + "\n")


def _refuse_overlap(
    inputs: Iterable[str], sources: Sequence[Source], output: str, rejects: str
) -> None:
    """Raise ConfigError where writing would touch an input or two inputs would share a target."""
    read_from = {source.path.resolve() for source in sources if source.kind}
    if rejects and Path(rejects).resolve() in read_from:
        raise ConfigError(f"--rejects {rejects} is also an input; give another path")
    if is_stream(output):
        if output != "-" and Path(output).resolve() in read_from:
            raise ConfigError(f"{output} is also an input; write somewhere else")
        return
    folder = Path(output).resolve()
    if folder.is_file():
        raise ConfigError(f"{output} is a file; give a folder, a .jsonl (.gz, .zst) file or -")
    for given in inputs:
        if Path(given).is_dir() and folder.is_relative_to(Path(given).resolve()):
            raise ConfigError(f"{output} lies in the input {given}; write somewhere else")
    owners: dict[Path, Source] = {}
    for source in sources:
        target = target_of(folder, source)
        if target in read_from:
            raise ConfigError(f"{target} is also an input; write somewhere else")
        if target in owners:
            both = f"{owners[target].path} and {source.path}"
            raise ConfigError(f"{both} would both become {target}; clean them one at a time")
        owners[target] = source
