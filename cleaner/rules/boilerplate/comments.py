"""Comment forms, comment threads, and what invites to comment; the repost plugin's source link."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.blocks import cut, labelled
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import delete, pattern, rule

SOURCE_LINK = pattern(r"\s*(?:(?<=[.!?\"'”’»)\n])|\A)\s*\bsource link\s*\Z", "i")


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

    ```diff
      The archive gave no source link
    ```
    """
    return delete(SOURCE_LINK, doc.text)


@rule("BP010", fix="safe")
def comment_form(doc: Document) -> Iterator[Edit]:
    """The form below a story that asks for a comment.

    A theme prints "Leave a Reply", the fields, the note on required ones and a button, in the site's
    language; extractors that cut the form often keep its heading. Lines go that consist of such phrases;
    single words such as "Name" go only beside them.

    ```diff
      Shares fell 4% on Tuesday.
    -
    - Leave a Reply Cancel reply
    - Your email address will not be published. Required fields are marked *
    - Comment
    - Name *
    - Post Comment
    ```

    ```diff
      The minister gave no comment.
      Comment
      The plan is a mistake, and everybody in the ministry knows it.
    ```

    ```diff
      He said he would leave a reply to the letter to his lawyers.
    ```
    """
    return cut(doc, labelled(doc, "comments"))
