"""GS: sentences that scraping broke."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import pattern, replace, rule

TURNED_QUOTE = pattern(r"“[^“”\n]{1,200}(?P<cut>“)(?=[\s,.;:A-Z])")


@rule("GS010", fix="safe", needles=["“"])
def turned_closing_quote(doc: Document) -> Iterator[Edit]:
    """A closing quotation mark that was turned into an opening one.

    Converters that guess the direction of straight quotes guess wrong at a link's edge.

    ```diff
    - He called it “a disaster“ and left.
    + He called it “a disaster” and left.
    ```

    ```diff
      “We asked. “Nobody answered,” she said.
    ```
    """
    return replace(TURNED_QUOTE, "”", doc.text)
