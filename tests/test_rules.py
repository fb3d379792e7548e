"""Every example in every rule's docstring, run."""

from __future__ import annotations

import re

import pytest

from cleaner import Cleaner, Document
from cleaner.rule import Example, Rule
from cleaner.rules import BUILT_IN

CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in BUILT_IN
    if rule.scope != "corpus"
    for number, example in enumerate(rule.examples, 1)
]


def document(example: Example, text: str | None = None) -> Document:
    fields = {"lang": "en", **example.fields}
    return Document(example.before if text is None else text, **fields)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example) -> None:
    cleaner = Cleaner(select=[rule.code], unsafe=True)
    result = cleaner.clean(document(example))
    assert result.text == example.after
    assert result.undo() == example.before
    assert cleaner.clean(document(example, result.text)).text == result.text
    flagged = {example.before[d.start : d.end] for d in result.diagnostics if d.new is None}
    for line in example.flagged:
        assert any(text and (text in line or line in text) for text in flagged), flagged
    if example.near_miss:
        assert not result.diagnostics


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_no_other_rule_reacts(rule: Rule, example: Example) -> None:
    """All rules together do to an example what its own rule does, in a run that applies its kind of fix."""
    result = Cleaner(unsafe=rule.fix == "unsafe", preview=rule.preview).clean(document(example))
    others = [d for d in result.diagnostics if d.code != rule.code and d.applied]
    assert result.text == example.after, others


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_needles_and_languages_hold(rule: Rule, example: Example) -> None:
    if not example.near_miss and rule.needles:
        assert any(needle in example.before.lower() for needle in rule.needles)


@pytest.mark.parametrize("rule", BUILT_IN, ids=lambda rule: rule.code)
def test_shape(rule: Rule) -> None:
    """A first line that fits the table, a paragraph, one change or flag, one near miss."""
    lines = rule.page.split("\n")
    assert lines[0].endswith(".")
    assert len(lines[0]) < 72
    assert lines[1] == ""
    assert re.search(r"\w{3}.*\.$", rule.page.split("\n\n")[1], re.DOTALL), "a paragraph after the first line"
    if rule.scope == "corpus":
        return
    assert any(not example.near_miss for example in rule.examples), "an example that changes or is flagged"
    assert any(example.near_miss for example in rule.examples), "a near miss that stays"
    assert not re.match(r"(remove|fix|delete|repair|flag)s?-", rule.name), "a name says what is found"
    assert all(needle == needle.lower() for needle in rule.needles)
