"""The duplicate stage of a run: find reposts among the cleaned documents, and what to say of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.corpus.encode import json_bytes
from cleaner.corpus.join import Marks, lines_of, part_path, rows_of
from cleaner.corpus.state import State
from cleaner.corpus.targets import target_path
from cleaner.document import Document
from cleaner.formats import open_bytes, replacing
from cleaner.formats.reading import as_text
from cleaner.report.marked import site_of

if TYPE_CHECKING:
    from cleaner.corpus.run import Options, Run

COPIES = ("exact", "repost", "rewritten")  # of which one is enough
INDEXED = 8000  # documents added to an index at once: each commit rewrites its counters


def find_reposts(run: Run, state: State, entries: Sequence[Mapping[str, Any]]) -> Marks:
    """Compare all cleaned documents of a run; write the pairs where they are wanted."""
    documents = list(_unique(cleaned_documents(run, state, entries)))
    if run.options.index:
        return _against_index(run, documents)
    from cleaner.dedup import deduplicate
    from cleaner.dedup.corpus import HeldTexts
    from cleaner.seen import duplicates_of

    compared = comparable(run.options, documents)
    found = deduplicate(compared, keep=run.options.kept)
    position = {document.id: number for number, document in enumerate(documents)}
    copies = duplicates_of(found, HeldTexts.of(compared))
    said = {position[own]: mark._asdict() for own, mark in copies.items()}
    _count(run, documents, said, position)
    dropped = [position[name] for name in found.dropped] if run.options.drop else []
    run.summary.dropped += len(dropped)
    if run.options.pairs:
        write_pairs(run.options.pairs, found.pairs)
    if run.gathered is not None:
        run.gathered.duplicates(
            found,
            lambda name: _shown(documents[position[name]]),
            site_of=lambda name: site_of(documents[position[name]]),
        )
    return Marks(said, dropped, found)


def comparable(options: Options, documents: Sequence[Document]) -> Sequence[Document]:
    """The documents as they are compared: without boilerplate, if they still have it and that is wanted."""
    if not options.untouched or options.raw:
        return documents
    from cleaner.pipeline import Cleaner

    tool = Cleaner(select=["CH", "BP"])
    return [document.replace(text=tool.clean(document).text) for document in documents]


def _against_index(run: Run, documents: Sequence[Document]) -> Marks:
    """Compare with an index and add to it; what comes later in this run is not yet seen.

    A run that was killed here and is done again gives the same: its documents take their own places.
    """
    from cleaner.index import Index
    from cleaner.seen import duplicate_of, pairs_before

    position = {document.id: number for number, document in enumerate(documents)}
    said: dict[int, Mapping[str, Any]] = {}
    pairs: list[Any] = []
    compared = comparable(run.options, documents)
    with Index.open(run.options.index) as index:
        for start in range(0, len(compared), INDEXED):
            batch = compared[start : start + INDEXED]
            for number, found in enumerate(pairs_before(batch, index, position), start):
                pairs += found if run.options.pairs else ()
                if duplicate := duplicate_of(compared[number].id, found):
                    said[number] = duplicate._asdict()
    _count(run, documents, said, position)
    dropped = [n for n, mark in said.items() if mark["kind"] in COPIES] if run.options.drop else []
    run.summary.dropped += len(dropped)
    if run.options.pairs:
        write_pairs(run.options.pairs, pairs)
    return Marks(said, dropped, None)


def _count(
    run: Run,
    documents: Sequence[Document],
    said: Mapping[int, Mapping[str, Any]],
    position: Mapping[str, int],
) -> None:
    """Count what was said of documents."""

    def named(name: str) -> Document:
        return documents[position[name]] if name in position else only_named(name)

    run.summary.count_copies(
        (str(mark["kind"]), documents[number], named(mark["of"])) for number, mark in said.items()
    )


def _shown(document: Document) -> tuple[str, str, str]:
    return document.title, site_of(document), document.text


def only_named(name: str) -> Document:
    """Return what is known of a document that is in an index only: its id, which may be an address."""
    return Document("", id=name, url=name)


def write_lines(path: str, lines: Iterable[bytes]) -> None:
    """Write lines to a file that takes its name when all are written."""
    with replacing(path) as stream:
        for line in lines:  # a zstd stream has no writelines
            stream.write(line)


def write_pairs(path: str, pairs: Iterable[Any]) -> None:
    """Write pairs with their evidence, one a line."""
    write_lines(path, (json_bytes(pair_dict(pair)) for pair in pairs))


def pair_dict(pair: Any) -> dict[str, Any]:
    """Return a pair with its evidence as plain data."""
    evidence = pair.evidence
    return {
        "a": pair.a,
        "b": pair.b,
        "kind": str(getattr(pair.kind, "value", pair.kind)),
        "similarity": round(pair.similarity, 4),
        "evidence": evidence.to_dict() if hasattr(evidence, "to_dict") else {},
    }


def _unique(documents: Iterator[Document]) -> Iterator[Document]:
    """Documents under different ids: the second of a name gets "#2", and so on."""
    seen: dict[str, int] = {}
    for document in documents:
        count = seen[document.id] = seen.get(document.id, 0) + 1
        yield document if count == 1 else document.replace(id=f"{document.id}#{count}")


def cleaned_documents(
    run: Run, state: State, entries: Sequence[Mapping[str, Any]]
) -> Iterator[Document]:
    """Yield the run's documents as they were cleaned, in order."""
    config = run.config
    keys = {
        "id": config.id_key,
        "url": config.url_key,
        "title": config.title_key,
        "date": config.date_key,
        "site": config.site_key,
    }

    def document(fields: Mapping[str, Any], place: str) -> Document:
        names = keys if config.text_key in fields else {name: name for name in keys}
        known: dict[str, Any] = {name: as_text(fields.get(key)) for name, key in names.items()}
        known["id"] = known["id"] or place
        return Document(str(fields.get(config.text_key, fields.get("text", ""))), **known)

    for index, target in enumerate(run.targets):
        if target.kind == "files":
            for source in target.sources:
                path = target_path(run.output, source)
                if Path(path).exists():
                    with open_bytes(path) as stream:
                        yield Document(stream.read().decode("utf-8", "replace"), id=source.name)
            continue
        numbers = [entry["shard"] for entry in entries if entry["target"] == index]
        parts = [part_path(state, number, target) for number in numbers]
        name = target.sources[0].name
        rows: Iterator[Mapping[str, Any]] = (
            (row for batch in rows_of(parts) for row in batch)
            if target.form == "rows"
            else map(json.loads, lines_of(parts))
        )
        for number, fields in enumerate(rows, 1):
            yield document(fields, f"{name}:{number}")


def write_report(run: Run, marks: Marks | None) -> None:
    """Write the HTML report of a run."""
    from cleaner.report.gather import Gathered
    from cleaner.report.html import render

    _ = marks
    names = list(dict.fromkeys(source.name.partition("/")[0] for source in run.sources))
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    details = {"input": f"{', '.join(names[:3])}{more}", "output": run.output}
    html = render(run.gathered or Gathered(), title=details["input"], details=details)
    with replacing(run.options.report) as stream:
        stream.write(html.encode("utf-8", "replace"))
