"""Passes, stages, cascades, spans to keep, and where findings are said to be."""

from __future__ import annotations

import re

import pytest

from cleaner.document import Document
from cleaner.edits import Edit, Span
from cleaner.engine import Diagnostic, Plan
from cleaner.rule import Rule, delete, pattern, replace, rule


def made(code: str, fix: str, find, **more) -> Rule:
    find.__doc__ = find.__doc__ or f"What {code} finds."
    return rule(code, fix=fix, **more)(find).rule


def deleting(code: str, source: str, fix: str = "safe", **more) -> Rule:
    found = pattern(source)
    return made(code, fix, lambda doc: delete(found, doc.text), **more)


def test_a_cascade_is_one_script_over_the_scraped_text() -> None:
    plan = Plan([deleting("BP801", r"\s*inner\Z"), deleting("BP802", r"\s*outer\Z")])
    result = plan.run(Document("Story. inner outer"))
    assert result.text == "Story."
    assert result.edits == [Edit(6, 18)]
    assert [(d.code, d.start, d.end) for d in result.diagnostics] == [
        ("BP801", 6, 12),
        ("BP802", 12, 18),
    ]
    assert result.undo() == "Story. inner outer"


def test_characters_come_before_boilerplate_before_sentences() -> None:
    order: list[str] = []

    def watching(code: str, letter: str) -> Rule:
        def find(doc: Document):
            if letter in doc.text:
                order.append(code)
                yield Edit(doc.text.index(letter), doc.text.index(letter) + 1)

        return made(code, "safe", find)

    Plan([watching("GS801", "g"), watching("BP801", "b"), watching("CH801", "c")]).run(
        Document("gbc")
    )
    assert [code for i, code in enumerate(order) if code not in order[:i]] == [
        "CH801",
        "BP801",
        "GS801",
    ]


def test_unsafe_fixes_are_proposed_and_only_made_on_request() -> None:
    unsafe = deleting("GS801", "very ", fix="unsafe")
    document = Document("A very good day.")
    proposed = Plan([unsafe]).run(document)
    assert not proposed.changed
    assert proposed.diagnostics == [
        Diagnostic("GS801", "<lambda>", 2, 7, "", False, "What GS801 finds")
    ]
    applied = Plan([unsafe], unsafe=True).run(document)
    assert applied.text == "A good day."
    assert applied.diagnostics[0].applied


def test_flags_are_mapped_back_to_the_scraped_text() -> None:
    flagging = made(
        "GS802", "none", lambda doc: [Span(*m.span(), "odd") for m in re.finditer("odd", doc.text)]
    )
    result = Plan([deleting("BP801", "junk "), flagging]).run(Document("junk an odd word"))
    assert result.text == "an odd word"
    (_, flag) = result.diagnostics
    assert (flag.start, flag.end, flag.new, flag.message) == (8, 11, None, "odd")


def test_a_text_that_never_settles_is_left_alone() -> None:
    swap = made("GS801", "safe", lambda doc: [Edit(0, 1, "b" if doc.text[0] == "a" else "a")])
    result = Plan([swap]).run(Document("a"))
    assert (result.text, result.edits, result.diagnostics) == ("a", [], [])


def test_the_final_newline_stays_if_there_was_one() -> None:
    plan = Plan([deleting("BP801", r"\s*Source link\s*\Z")])
    assert plan.run(Document("Story.\n\nSource link\n")).text == "Story.\n"
    assert plan.run(Document("Story.\n\nSource link")).text == "Story."
    assert plan.run(Document("Story.\r\nSource link\r\n")).text == "Story.\r\n"


def test_overlapping_edits_wait_for_the_next_pass() -> None:
    first = deleting("BP801", "ab")
    second = made("BP802", "safe", lambda doc: replace(pattern("b"), "x", doc.text))
    assert Plan([first, second]).run(Document("abb")).text == "x"


@pytest.mark.parametrize(
    ("text", "kept", "left"),
    [
        ("one cut two", "", "one  two"),
        ("one cut two", "cut", "one cut two"),
        ("one cut two", "one", "one  two"),
        ("one cut two", "u", "one u two"),
        ("one cut cut", "cut$", "one  cut"),
        ("cut b cut c", "c$", " b  c"),
        ("cut b cut c", "(?<!^)cut", " b cut c"),
        ("cut b cut c", "^cut|b cut c|cut", "cut b cut c"),
    ],
)
def test_keep(text: str, kept: str, left: str) -> None:
    keep = [re.compile(kept, re.MULTILINE)] if kept else []
    assert Plan([deleting("BP801", "cut")], keep=keep).run(Document(text)).text == left


def test_keep_refuses_a_replacement_that_touches_it() -> None:
    plan = Plan(
        [made("GS801", "safe", lambda doc: replace(pattern("ab"), "x", doc.text))],
        keep=[re.compile("b")],
    )
    assert plan.run(Document("ab a")).text == "ab a"


def test_needles_and_languages_are_gates() -> None:
    gated = deleting("BP801", "[Cc]ut", needles=["cut"], languages=["fr"])
    english = "The cut of the year was that of the bank, which is the first to fall."
    french = "Le cut est dans la ville et les habitants sont sur une place pour le voir."
    assert Plan([gated]).run(Document(english)).text == english
    assert "cut" not in Plan([gated]).run(Document(french)).text
    assert Plan([gated]).run(Document("Cut", lang="fr")).text == ""


def test_a_question_is_asked_once_for_all_rules_that_share_it() -> None:
    asked: list[str] = []

    def long(doc: Document) -> bool:
        asked.append(doc.text)
        return len(doc.text) > 4

    plan = Plan([deleting("BP801", "a", when=long), deleting("BP802", "b", when=long)])
    assert plan.run(Document("a b")).text == "a b"
    assert asked == ["a b"]
    assert plan.run(Document("a b c d")).text == "  c d"


def test_a_needle_is_a_reason_beside_a_question() -> None:
    either = deleting("BP801", "a", needles=["a"], when=lambda _: False)
    assert Plan([either]).run(Document("a b")).text == " b"


@pytest.mark.parametrize(
    ("needle", "text", "left"),
    [
        ("düş", "Bir DÜŞÜNCE", "Bir ÜNCE"),
        ("ⓒ", "a Ⓒ b", "a  b"),
        ("ﬁ", "ﬁve", "ve"),
        ("”x", "a”x", "a"),
        ("\n", "a\nb", "ab"),
        ("#", "a#b", "ab"),
        ("7", "a7b", "ab"),
        ("é", "CAFÉ", "CAF"),
    ],
)
def test_needles_are_found_in_either_case(needle: str, text: str, left: str) -> None:
    rule = deleting("BP801", f"(?i){re.escape(needle)}|Ⓒ", needles=[needle])
    assert Plan([rule]).run(Document(text)).text == left


def test_the_first_rule_signs_an_edit_two_ask_for() -> None:
    result = Plan([deleting("BP801", "cut"), deleting("BP802", "cut")]).run(Document("a cut b"))
    assert [d.code for d in result.diagnostics] == ["BP801"]


def test_result_rules_see_both_texts() -> None:
    def find(before: Document, after: Document):
        if len(after.text) < len(before.text):
            yield Span(0, len(before.text), "shorter")

    comparing = made("DQ801", "none", find, scope="result")
    plan = Plan([deleting("BP801", "cut"), comparing])
    assert [d.code for d in plan.run(Document("a cut b")).diagnostics] == ["DQ801", "BP801"]
    assert plan.run(Document("a b")).diagnostics == []


def test_to_dict_holds_the_old_text() -> None:
    result = Plan([deleting("BP801", "cut ")]).run(Document("a cut b", id="7"))
    assert result.to_dict() == {
        "id": "7",
        "text": "a b",
        "edits": [{"start": 2, "end": 6, "old": "cut ", "new": ""}],
        "diagnostics": [result.diagnostics[0].to_dict()],
        "duplicate": None,
        "attribution": None,
    }
