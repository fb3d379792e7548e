"""Findings for other programs: JSON lines, GitHub annotations, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner import __version__
from cleaner.engine import Diagnostic
from cleaner.report.identity import identify
from cleaner.report.place import Place, place, spot
from cleaner.rules import BY_CODE

if TYPE_CHECKING:
    from cleaner.files import Checked

# GitHub shows at most this many results of a SARIF upload and refuses more than 25,000.
MOST_RESULTS = 5000
MOST_LOCATIONS = 100  # of a result that are shown
MOST_ANNOTATIONS = 10  # of each level, that GitHub shows for a step
NAMED = 5  # copies that a message names
REGION = ("startLine", "startColumn", "endLine", "endColumn")
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(checked: Checked) -> Iterator[str]:
    """Yield a JSON object for each finding; offsets and rows are of the document's text."""
    record = checked.record
    for found in checked.result.diagnostics:
        text = record.document.text
        where = place(text, *spot(text, found.start, found.end))
        yield json.dumps(
            {
                "path": record.source.shown,
                "line": record.number or None,
                "id": record.document.id,
                **found.to_dict(),
                "old": text[found.start : found.end],
                "row": where.row,
                "column": where.column,
                "fixed": found.applied and checked.fixed,
            },
            ensure_ascii=False,
        )


class Spot(NamedTuple):
    """A place in a file, rows and columns from 1."""

    path: str
    row: int
    column: int
    end_row: int
    end_column: int


class Shown(NamedTuple):
    """A result: a finding, or all copies of one story; the first place is its own."""

    code: str
    message: str
    fixable: bool
    hash: str
    places: list[Spot]


def results(items: Iterable[Checked]) -> Iterator[Shown]:
    """Yield findings in order, then a result for each cluster of copies, however many they are."""
    clusters: dict[str, list[Shown]] = {}
    for checked in items:
        for found in checked.result.diagnostics:
            identity = identify(checked.record, found)
            shown = Shown(
                found.code,
                f"{found.code} {found.message}",
                found.new is not None,
                identity.hash,
                [_in_file(checked, found)],
            )
            known = BY_CODE.get(found.code)
            if known is None or known.scope != "corpus":
                yield shown
                continue
            of = checked.result.duplicate
            clusters.setdefault(of.cluster if of else found.message, []).append(shown)
    for cluster, members in clusters.items():
        yield members[0] if len(members) == 1 else _joined(cluster, members)


def _joined(cluster: str, members: Sequence[Shown]) -> Shown:
    """One result for the copies of a story."""
    places = list(dict.fromkeys(place for member in members for place in member.places))
    names = [f"{place.path}:{place.row}" if place.row > 1 else place.path for place in places]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    code = min(member.code for member in members)
    text = f"{code} {len(names):,} documents repeat {cluster!r}: {', '.join(names[:NAMED])}{more}"
    return members[0]._replace(code=code, message=text, places=places)


def as_github(items: Iterable[Checked]) -> Iterator[str]:
    """Yield GitHub Actions annotations, ten of each level, and a line that counts those left out."""
    counts: Counter[str] = Counter()
    for shown in results(items):
        level = "error" if shown.fixable else "warning"
        counts[level] += 1
        if counts[level] > MOST_ANNOTATIONS:
            continue
        path, row, column, end_row, end_column = shown.places[0]
        spot = f"file={_property(path)},line={row},endLine={end_row}"
        if row == end_row:
            spot += f",col={column},endColumn={end_column}"
        title = _property(f"cleaner ({shown.code})")
        yield f"::{level} title={title},{spot}::{_data(shown.message)}"
    if left := sum(max(0, count - MOST_ANNOTATIONS) for count in counts.values()):
        yield (
            f"::notice title=cleaner::{left:,} more findings are left out: GitHub shows "
            f"{MOST_ANNOTATIONS} errors and {MOST_ANNOTATIONS} warnings of a step"
        )


def as_sarif(items: Iterable[Checked]) -> str:
    """Return one SARIF log of up to 5,000 results, those with a fix first; a notification counts the rest."""
    fixes: list[dict[str, Any]] = []
    flags: list[dict[str, Any]] = []
    total = 0
    seen: Counter[str] = Counter()
    for total, shown in enumerate(results(items), 1):  # noqa: B007 - the last number is the count
        kept = fixes if shown.fixable else flags
        if len(kept) < MOST_RESULTS:
            place = f"{shown.places[0].path} {shown.code} {shown.hash}"
            seen[place] += 1
            kept.append(_sarif_result(shown, seen[place]))
    found = [*fixes, *flags][:MOST_RESULTS]
    rules = [
        {
            "id": code,
            "name": known.name,
            "shortDescription": {"text": known.summary},
            "help": {"text": known.page, "markdown": known.page},
        }
        for code in sorted({result["ruleId"] for result in found})
        if (known := BY_CODE.get(code))
    ]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "cleaner", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": found,
    }
    if total > len(found):
        text = f"{total - len(found):,} more findings are left out; the limit is {MOST_RESULTS:,}."
        note = {"level": "note", "message": {"text": text}}
        run["invocations"] = [
            {"executionSuccessful": True, "toolExecutionNotifications": [note]},
        ]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False)


def _sarif_result(shown: Shown, number: int) -> dict[str, Any]:
    """A result; `number` tells equal ones of a file apart, so that GitHub knows each again when it moves."""
    first, *others = map(_location, shown.places[: 1 + MOST_LOCATIONS])
    result: dict[str, Any] = {
        "ruleId": shown.code,
        "level": "warning" if shown.fixable else "note",
        "message": {"text": shown.message.partition(" ")[2]},
        "locations": [first],
        "partialFingerprints": {"primaryLocationLineHash": f"{shown.hash}:{number}"},
    }
    return {**result, "relatedLocations": others} if others else result


def _location(spot: Spot) -> dict[str, Any]:
    region = dict(zip(REGION, spot[1:], strict=True))
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(spot.path)}, "region": region}}


def _in_file(checked: Checked, found: Diagnostic) -> Spot:
    """The place in the file; a record's finding stands for its whole line."""
    record = checked.record
    path = record.source.shown
    if record.fields is not None:
        return Spot(path, record.number, 1, record.number, len(record.line.rstrip("\r\n")) + 1)
    text = record.document.text
    where: Place = place(text, *spot(text, found.start, found.end))
    return Spot(path, where.row, where.column, where.end_row, where.end_column)


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path.replace("\\", "/"))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
