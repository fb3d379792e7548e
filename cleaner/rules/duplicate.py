"""ND: stories that were already seen. They flag, and need an index to look in (`--index`).

The examples are pairs of texts: what was seen before, and the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaner.document import Document
from cleaner.edits import Span
from cleaner.rule import rule

if TYPE_CHECKING:
    from cleaner.dedup import Pair


SAID = {
    "exact": "The same text as",
    "repost": "A copy of",
    "rewritten": "A rewriting of",
    "excerpt": "A part of, or the whole that holds,",
    "merged": "Merged from others and",
    "update": "Another version of",
}


def _of_kind(doc: Document, pairs: Sequence[Pair], *kinds: str) -> Iterator[Span]:
    for pair in pairs:
        if pair.kind in kinds:
            other = pair.b if pair.a == doc.id else pair.a
            share = f"{100 * pair.similarity:.0f} % of the shorter text is in shared passages"
            yield Span(0, len(doc.text), f"{SAID[str(pair.kind)]} {other!r}: {share}")


@rule("ND001", fix="none", scope="corpus")
def copy_of_a_story(doc: Document, pairs: Sequence[Pair]) -> Iterator[Span]:
    """A copy of a story that was already seen, word for word or nearly so.

    Syndication, mirrors and content farms publish one text many times. Names, numbers and dates must
    agree: the next report of a series is no copy, however alike.

    ```text
    Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. The
    hospital, which has 240 beds, moved patients to two clinics inland and cancelled planned surgery.
    ```

    ```text
    Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. The
    hospital, which has 240 beds, moved patients to two clinics inland and cancelled all planned surgery.
    ```
    """
    return _of_kind(doc, pairs, "exact", "repost")


@rule("ND002", fix="none", scope="corpus")
def rewritten_story(doc: Document, pairs: Sequence[Pair]) -> Iterator[Span]:
    """A story that was already seen, in other words: spun or translated back.

    Repost sites swap words for synonyms, or translate a story to another language and back. Names,
    numbers and rare runs of three words survive.

    ```text
    Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. The
    hospital, which has 240 beds, moved patients to two clinics inland and cancelled planned surgery. A
    spokeswoman for the union, Ingrid Falk, said that talks with the council had failed twice since May.
    ```

    ```text
    Nurses in the port town of Lindesholm started a three-day walkout on Thursday over night shifts. The
    hospital, which has 240 beds, shifted patients to two clinics inland and called off planned surgery.
    A spokeswoman for the union, Ingrid Falk, stated that talks with the council had failed twice since
    May.
    ```
    """
    return _of_kind(doc, pairs, "rewritten")


@rule("ND003", fix="none", scope="corpus")
def part_of_a_story(doc: Document, pairs: Sequence[Pair]) -> Iterator[Span]:
    """An excerpt of a story that was already seen, or several merged.

    Aggregators take the first paragraphs, or join two stories under one headline.

    ```text
    Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. The
    hospital, which has 240 beds, moved patients to two clinics inland and cancelled planned surgery. A
    spokeswoman for the union, Ingrid Falk, said that talks with the council had failed twice since May.
    The council says that it can't pay for more staff before the next budget, which is due in November.
    Farmers brought soup and firewood to the strikers, who had lit fires at both of the hospital's gates.
    An ambulance driver, Ole Brandt, said that every call had been answered within the usual ten minutes.
    ```

    ```text
    The hospital, which has 240 beds, moved patients to two clinics inland and cancelled planned surgery.
    A spokeswoman for the union, Ingrid Falk, said that talks with the council had failed twice since May.
    ```
    """
    return _of_kind(doc, pairs, "excerpt", "merged")


@rule("ND004", fix="none", scope="corpus")
def update_of_a_story(doc: Document, pairs: Sequence[Pair]) -> Iterator[Span]:
    """A later or earlier version of a story that was already seen.

    Newsrooms publish a story again when there is more to say. Which version to keep is for people to
    decide.

    ```text
    Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. The
    hospital, which has 240 beds, moved patients to two clinics inland and cancelled planned surgery.
    ```

    ```text
    Updated: Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night
    shifts. The hospital, which has 240 beds, moved patients to two clinics inland and cancelled surgery.
    On Friday evening the council offered new posts.
    ```
    """
    return _of_kind(doc, pairs, "update")
