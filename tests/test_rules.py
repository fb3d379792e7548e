"""Every example in every rule's docstring, run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cleaner import Cleaner, Document
from cleaner.examples import document_of, problems
from cleaner.hunks import Example
from cleaner.rule import Rule
from cleaner.rules import BUILT_IN

CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in BUILT_IN
    for number, example in enumerate(rule.examples, 1)
]
PAIRS = [pytest.param(rule, id=rule.code) for rule in BUILT_IN if rule.scope == "corpus"]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example) -> None:
    """Alone, the rule turns before into after, can be undone, and leaves its own result alone."""
    with_others = (
        Cleaner(unsafe=True) if rule.scope == "result" else Cleaner(select=[rule.code], unsafe=True)
    )
    assert list(problems(rule, example, with_others)) == []


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_no_other_rule_reacts(rule: Rule, example: Example) -> None:
    """All rules together do to an example what its own rule does alone."""
    result = Cleaner(unsafe=rule.fix == "unsafe", preview=rule.preview).clean(document_of(example))
    others = [d for d in result.diagnostics if d.code != rule.code and d.applied]
    assert result.text == example.after, others


@pytest.mark.parametrize("rule", BUILT_IN, ids=lambda rule: rule.code)
def test_shape(rule: Rule) -> None:
    """A first line that fits the table, a paragraph, one change or flag, one near miss."""
    lines = rule.page.split("\n")
    assert lines[0].endswith(".")
    assert len(lines[0]) < 72
    assert lines[1] == ""
    assert re.search(r"\w{3}.*\.$", rule.page.split("\n\n")[1], re.DOTALL), (
        "a paragraph after the first line"
    )
    if rule.scope == "corpus":
        return
    assert any(not example.near_miss for example in rule.examples), (
        "an example that changes or is flagged"
    )
    assert any(example.near_miss for example in rule.examples), "a near miss that stays"
    assert not re.match(r"(remove|fix|delete|repair|flag)s?-", rule.name), (
        "a name says what is found"
    )
    assert all(needle == needle.lower() for needle in rule.needles)


def test_codes_are_in_order_and_unique() -> None:
    codes = [rule.code for rule in BUILT_IN]
    assert len(codes) == len(set(codes))
    assert len({rule.name for rule in BUILT_IN}) == len(BUILT_IN)


@pytest.mark.parametrize("rule", PAIRS)
def test_pair_of_texts(rule: Rule, tmp_path: Path) -> None:
    """An index that holds the first text finds the second; the rule, and no other, says so."""
    from cleaner import Index

    first, second = (
        " ".join(t.split()) for t in re.findall(r"```text\n(.*?)```", rule.page, re.DOTALL)
    )
    with Index.open(tmp_path / "index.sqlite") as index:
        (alone,) = Cleaner(select=["ND"]).pipe([Document(first, id="a")], index=index)
        (result,) = Cleaner(select=["ND"]).pipe([Document(second, id="b")], index=index)
    assert [found.code for found in result.diagnostics] == [rule.code]
    assert alone.duplicate is None
    assert result.duplicate is not None
    assert result.duplicate.of == "a"
