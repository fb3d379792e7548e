"""Damage that can't be repaired without guessing: flags, with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.document import Document
from cleaner.edits import Span
from cleaner.rule import flag, pattern, rule

DROPPED = pattern(
    r"(?P<cut>[\w’'-]{1,20}” (?:It|He|She|They|We|There|But|And) [a-z][\w’'-]{0,20})"
    r"(?<=[a-z])"
)


@rule("GS090", fix="none", needles=["” "], languages=["en"])
def words_dropped_after_quotation(doc: Document) -> Iterator[Span]:
    """A sentence that begins right after a quotation that has not ended one.

    Between `“no choice”` and `It will fail` the end of one sentence or the beginning of the next
    was dropped with a link. Only the source knows the words. A quotation that ends in a stop, or
    that is a title, is no such place.

    ```diff
    ! It has “no choice” It will fail against groups and resistance.
    ```

    ```diff
      He had “no choice.” It failed. He called it “no choice”, but “Monday” The Band is back.
    ```
    """
    return flag(DROPPED, doc.text, "Words dropped between a quotation and a new sentence")
