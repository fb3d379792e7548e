"""Findings for other programs: JSON lines, GitHub annotations, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cleaner.engine import Diagnostic
from cleaner.report.place import Place, place, spot
from cleaner.rules import BY_CODE

if TYPE_CHECKING:
    from cleaner.files import Checked

# GitHub shows at most this many results of a SARIF upload and refuses more than 25,000.
MOST_RESULTS = 5000
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


def as_github(checked: Checked) -> Iterator[str]:
    """Yield a GitHub Actions annotation for each finding."""
    for found in checked.result.diagnostics:
        row, column, end_row, end_column = _in_file(checked, found)
        spot = f"file={_property(checked.record.source.shown)},line={row},endLine={end_row}"
        if row == end_row:
            spot += f",col={column},endColumn={end_column}"
        level = "error" if found.new is not None else "warning"
        title = _property(f"cleaner ({found.code})")
        yield f"::{level} title={title},{spot}::{_data(f'{found.code} {found.message}')}"


def as_sarif(items: Iterable[Checked], version: str) -> str:
    """Return one SARIF log; findings past the first 5,000 are counted in a notification."""
    results: list[dict[str, Any]] = []
    left_out = 0
    used: set[str] = set()
    for checked in items:
        for found in checked.result.diagnostics:
            if len(results) >= MOST_RESULTS:
                left_out += 1
                continue
            used.add(found.code)
            results.append(_sarif_result(checked, found))
    rules = [
        {
            "id": code,
            "name": known.name,
            "shortDescription": {"text": known.summary},
            "help": {"text": known.page, "markdown": known.page},
        }
        for code in sorted(used)
        if (known := BY_CODE.get(code))
    ]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "cleaner", "version": version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if left_out:
        text = f"{left_out:,} more findings are left out; the limit is {MOST_RESULTS:,}."
        note = {"level": "note", "message": {"text": text}}
        run["invocations"] = [
            {"executionSuccessful": True, "toolExecutionNotifications": [note]},
        ]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False)


def _sarif_result(checked: Checked, found: Diagnostic) -> dict[str, Any]:
    row, column, end_row, end_column = _in_file(checked, found)
    region = {"startLine": row, "startColumn": column, "endLine": end_row, "endColumn": end_column}
    return {
        "ruleId": found.code,
        "level": "warning" if found.new is not None else "note",
        "message": {"text": found.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(checked.record.source.shown)},
                    "region": region,
                }
            }
        ],
    }


def _in_file(checked: Checked, found: Diagnostic) -> tuple[int, int, int, int]:
    """Rows and columns in the file; a record's finding stands for its whole line."""
    record = checked.record
    if record.fields is not None:
        return record.number, 1, record.number, len(record.line.rstrip("\r\n")) + 1
    text = record.document.text
    where: Place = place(text, *spot(text, found.start, found.end))
    return where.row, where.column, where.end_row, where.end_column


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path.replace("\\", "/"))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
