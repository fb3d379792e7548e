"""Rules for people who ask: the list, a page, the Markdown of README and rules/README.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cleaner.report.text import Style, table
from cleaner.rule import Rule

COLOURS = {"-": "red", "+": "green", "!": "yellow"}
FAMILIES = {
    "CH": "characters",
    "BP": "boilerplate",
    "GS": "garbled sentences",
    "DQ": "document quality",
    "ND": "near duplicates",
}


def as_table(rules: Iterable[Rule], style: Style) -> Iterator[str]:
    """Yield a line for each rule: code, safety, name and what it finds."""
    rows = [(r.code, _fix(r), r.name, r.summary) for r in rules]
    for line in table(rows):
        code, rest = line[:5], line[5:]
        yield style(code, fg="red", bold=True) + rest


def _fix(rule: Rule) -> str:
    return f"{rule.fix}{' (preview)' if rule.preview else ''}"


def as_text(rule: Rule, style: Style) -> Iterator[str]:
    """Yield a rule's page for a terminal, its diffs in colour."""
    safety = {
        "safe": "Fixed by default.",
        "unsafe": "Fixed with --unsafe only; pointed at otherwise.",
        "none": "Pointed at, never changed.",
    }[rule.fix]
    languages = f" Only in: {', '.join(rule.languages)}." if rule.languages else ""
    preview = " In preview: needs --preview." if rule.preview else ""
    yield style(f"{rule.code} {rule.name}", bold=True)
    yield f"{safety}{languages}{preview}"
    yield ""
    inside = False
    for line in rule.page.split("\n"):
        if line.startswith("```"):
            inside = not inside
            continue
        colour = COLOURS.get(line[:1]) if inside else None
        yield (
            style(f"  {line}", fg=colour) if colour else f"  {line}" if inside else line
        ).rstrip()
    yield ""


def as_markdown(rule: Rule) -> Iterator[str]:
    """Yield a rule's section of rules/README.md."""
    extra = [rule.fix, *rule.languages, *(["preview"] if rule.preview else [])]
    yield f"### {rule.code} {rule.name} ({', '.join(extra)})"
    yield ""
    yield from rule.page.split("\n")
    yield ""


def as_markdown_table(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield the rule table of the README."""
    yield "| code | name | what is found | fix |"
    yield "|---|---|---|---|"
    for rule in rules:
        summary = rule.summary.replace("|", "\\|")
        yield f"| {rule.code} | {rule.name} | {summary} | {_fix(rule)} |"


def as_json(rule: Rule) -> str:
    """Return a rule as a JSON object."""
    fields: dict[str, Any] = {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "fix": rule.fix,
        "preview": rule.preview,
        "languages": list(rule.languages),
        "scope": rule.scope,
        "page": rule.page,
        "examples": [
            {
                "before": e.before,
                "after": e.after,
                "flagged": list(e.flagged),
                "fields": dict(e.fields),
            }
            for e in rule.examples
        ],
    }
    return json.dumps(fields, ensure_ascii=False)


def book(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield cleaner/rules/README.md: every rule's page, by family."""
    rules = list(rules)
    yield "# The book of rules"
    yield ""
    yield "Made from the rules' docstrings by `pytest --update`; `cleaner rule CODE` prints a page."
    yield "A hunk with `-` and `+` shows a change, `!` a flag; one with neither shows what must stay."
    yield ""
    for prefix, family in FAMILIES.items():
        members = [rule for rule in rules if rule.code.startswith(prefix)]
        if members:
            yield f"## {prefix}: {family}"
            yield ""
            for rule in members:
                yield from as_markdown(rule)
