"""The algebra of edit scripts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.edits import Edit, Origin, apply, check_script, compose, disjoint, invert, trim


@st.composite
def text_and_script(draw: st.DrawFn, text: str | None = None) -> tuple[str, list[Edit]]:
    text = draw(st.text(max_size=30)) if text is None else text
    places = sorted(
        draw(st.lists(st.integers(0, len(text)), max_size=8).filter(lambda p: len(p) % 2 == 0))
    )
    news = draw(st.lists(st.text(max_size=3), min_size=len(places) // 2, max_size=len(places) // 2))
    pairs = zip(places[::2], places[1::2], strict=True)
    return text, [Edit(start, end, new) for (start, end), new in zip(pairs, news, strict=True)]


@given(text_and_script())
def test_inverse(case: tuple[str, list[Edit]]) -> None:
    text, script = case
    assert apply(apply(text, script), invert(text, script)) == text


@given(st.data())
def test_compose(data: st.DataObject) -> None:
    text, first = data.draw(text_and_script())
    middle = apply(text, first)
    _, second = data.draw(text_and_script(text=middle))
    script = compose(first, second)
    check_script(text, script)
    assert apply(text, script) == apply(middle, second)
    assert apply(apply(text, script), invert(text, script)) == text


def test_compose_on_100_000_random_pairs() -> None:
    chance = random.Random(20210824)

    def script(text: str) -> list[Edit]:
        places = sorted(chance.choices(range(len(text) + 1), k=2 * chance.randint(0, 4)))
        return [
            Edit(a, b, "".join(chance.choices("xyz", k=chance.randint(0, 3))))
            for a, b in zip(places[::2], places[1::2], strict=True)
        ]

    for _ in range(100_000):
        text = "".join(chance.choices("abcdef", k=chance.randint(0, 12)))
        first = script(text)
        middle = apply(text, first)
        second = script(middle)
        whole = compose(first, second)
        check_script(text, whole)
        assert apply(text, whole) == apply(middle, second)


@given(text_and_script())
def test_origin_stays_in_the_text_and_in_order(case: tuple[str, list[Edit]]) -> None:
    text, script = case
    after = apply(text, script)
    origin = Origin(script)
    for start in range(len(after) + 1):
        for end in range(start, len(after) + 1):
            low, high = origin.span(start, end)
            assert 0 <= low <= high <= len(text)


def test_origin_of_untouched_text_is_that_text() -> None:
    text = "one two three four"
    script = [Edit(4, 7, "2"), Edit(8, 14, "")]
    after = apply(text, script)
    start = after.index("four")
    assert Origin(script).span(start, start + 4) == (text.index("four"), len(text))
    assert Origin(script).span(4, 5) == (4, 7)


@given(st.text(max_size=20), st.data())
def test_trim_keeps_the_effect(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edit = Edit(start, end, data.draw(st.text(max_size=8)))
    small = trim(text, edit)
    assert apply(text, [small]) == apply(text, [edit])
    assert small.end - small.start <= end - start
    assert len(small.new) <= len(edit.new)


def test_disjoint_prefers_the_earlier_then_the_longer() -> None:
    edits = [Edit(5, 9), Edit(2, 4), Edit(2, 6), Edit(9, 10, "x"), Edit(12, 12, "y"), Edit(2, 6)]
    assert disjoint(edits) == [Edit(2, 6), Edit(9, 10, "x"), Edit(12, 12, "y")]


@pytest.mark.parametrize("script", [[Edit(3, 2)], [Edit(0, 9)], [Edit(1, 3), Edit(2, 4)]])
def test_check_script_refuses(script: list[Edit]) -> None:
    with pytest.raises(ValueError, match="out of order or outside"):
        check_script("abcd", script)
