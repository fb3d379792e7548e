"""BP: text that the site wrapped around the story."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import delete, pattern, rule

SOURCE_LINK = pattern(r"\s*\bsource link\s*\Z", "i")


@rule("BP001", fix="safe", needles=["source link"])
def source_link(doc: Document) -> Iterator[Edit]:
    """A "Source link" credit left by a repost plugin.

    Auto-blogging plugins close every syndicated story with a link to the original. Extraction keeps
    the anchor text and loses the address. Only the very end of the document is touched.

    ```diff
      Shares fell 4% on Tuesday.
    - Source link
    ```

    ```diff
      The source link was removed by an editor.
    ```
    """
    return delete(SOURCE_LINK, doc.text)
