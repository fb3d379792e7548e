"""Run the examples of a rule's docstring: what the test suite and `cleaner rule --test` do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaner.document import Document
from cleaner.hunks import Example
from cleaner.pipeline import Cleaner
from cleaner.rule import Rule


def document_of(example: Example, text: str | None = None) -> Document:
    """Return the document of an example, in English unless it says otherwise."""
    fields: dict[str, Any] = {"lang": "en", **example.fields}
    return Document(example.before if text is None else text, **fields)


def failures(rule: Rule, path: str = "") -> Iterator[str]:
    """Yield what is wrong with a rule's page or examples; nothing where all is well.

    `path` is the file of rules that a user's rule comes from.
    """
    lines = rule.page.split("\n")
    if not lines[0].endswith(".") or len(lines[0]) >= 72:
        yield "the docstring's first line names what is found, ends with a stop and has < 72 characters"
    try:
        examples = rule.examples
    except ValueError as error:
        yield str(error)
        return
    if all(example.near_miss for example in examples):
        yield "no example shows a change (lines with - and +) or a flag (lines with !)"
    if not any(example.near_miss for example in examples):
        yield "no example shows a near miss: text that must stay as it is"
    cleaner = Cleaner(select=[rule.code], unsafe=True, rules=[path] if path else ())
    for number, example in enumerate(examples, 1):
        for problem in problems(rule, example, cleaner):
            yield f"example {number}: {problem}"


def problems(rule: Rule, example: Example, cleaner: Cleaner) -> Iterator[str]:
    """Yield what an example promises and the rule, alone, doesn't hold."""
    result = cleaner.clean(document_of(example))
    if result.text != example.after:
        yield f"gives\n{result.text!r}, not\n{example.after!r}"
    if result.undo() != example.before:
        yield "undo doesn't give the text back"
    if cleaner.clean(document_of(example, result.text)).text != result.text:
        yield "cleaning the result changes it again"
    marked = [example.before[d.start : d.end] for d in result.diagnostics if d.new is None]
    for line in example.flagged:
        if not any(text and (text in line or line in text) for text in marked):
            yield f"nothing is flagged in {line!r}"
    if example.near_miss and result.diagnostics:
        yield f"the near miss is found: {example.before!r}"
    if (rule.needles or rule.when) and not rule.starts and not example.near_miss:
        document = document_of(example)
        asked = rule.when is not None and rule.when(document)
        if not asked and not any(needle in document.lower for needle in rule.needles):
            yield f"gives no reason to look: none of the needles {rule.needles}, and `when` says no"
