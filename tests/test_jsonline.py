"""One line of JSONL, changed in one field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.formats.jsonline import splice

KEYS = st.sampled_from(["text", "id", 'a"text', "te", "{", "é"])
VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["", "text", '"text": "', "a{", "\\", "é\u2028"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)
TEXTS = st.text(alphabet='aé"\\{}\n:, \u2028😀', max_size=8)


@given(
    st.dictionaries(KEYS, VALUES, max_size=3),
    TEXTS,
    TEXTS,
    st.booleans(),
    st.sampled_from([(", ", ": "), (",", ":"), (" , ", " : ")]),
    st.integers(0, 3),
)
def test_knowing_the_old_string_changes_nothing(
    others: dict[str, object],
    old: str,
    new: str,
    ascii_only: bool,  # noqa: FBT001
    separators: tuple[str, str],
    place: int,
) -> None:
    others.pop("text", None)
    items = list(others.items())
    items.insert(place, ("text", old))
    line = json.dumps(dict(items), ensure_ascii=ascii_only, separators=separators) + "\n"
    done = splice(line, "text", new, old)
    assert done == splice(line, "text", new)
    assert json.loads(done) == {**dict(items), "text": new}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"a": {"text": "x"}, "text": "x"}', '{"a": {"text": "x"}, "text": "y"}'),
        ('{"text": "x", "text": "x"}', '{"text": "x", "text": "y"}'),
        (r'{"text": "x", "te\u0078t": "x"}', r'{"text": "x", "te\u0078t": "y"}'),
        (r'{"a\"text": "x", "text": "x"}', r'{"a\"text": "x", "text": "y"}'),
        ('{"a": "{", "text" : "x"}', '{"a": "{", "text" : "y"}'),
    ],
)
def test_the_right_field_is_changed(line: str, expected: str) -> None:
    assert splice(line, "text", "y", "x") == expected
