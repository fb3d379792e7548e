"""Scripts, style sheets and data blocks that a tool which only cuts tags leaves between the paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import cut
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import pattern, rule

# What only code has, and nearly every script, style sheet or data block of a page does
SIGN = pattern(
    r"""\b(?:googletag|adsbygoogle|dataLayer|_taboola|_gaq|__next_f|twttr|fjs|JSON\.parse|console\.log)\b
    |\b(?:document|window|self|location|jQuery|navigator|localStorage)(?:\.\w|\[|\()
    |\b(?:gtag|fbq|ga|__tcfapi|setTimeout|addEventListener|appendChild|getElementById|require)\(
    |\$\(|\$\.\w+\(
    |\bfunction\s?[\w$]{0,40}\s?\([^()]{0,80}\)\s?\{
    |=>\s?[{(]
    |\b(?:var|let|const)\s[\w$]{1,40}\s?(?:=|;)
    |\bnew\ [A-Z]\w{2,30}\(
    |@(?:media|font-face|import|keyframes)\b
    |!important|-webkit-|-moz-
    |"@(?:context|type)"
    |;base64,
    |<!\[CDATA\[
    |[{;]\s?[a-z-]{3,30}\s?:\s?[^;{}]{1,60};""",  # a property of a style
    "x",
)


def has_code_marks(doc: Document) -> bool:
    """Whether a text has marks that code can hardly do without, and a sign of a page's."""
    marks = doc.marks
    likely = "{" in marks or (";" in marks and "=" in marks) or ";base64," in doc.text
    return likely and SIGN.search(doc.text) is not None


@rule("BP076", fix="safe", when=has_code_marks)
def leaked_code(doc: Document) -> Iterable[Edit]:
    """Lines of a script, a style sheet or a data block of the page.

    A tool that only cuts tags keeps what stands between `<script>` and `</script>`. Lines that end or
    begin as code does go together, if one of them has what only the code of pages has. A text whose
    prose speaks of code keeps it all.

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - googletag.cmd.push(function() {
    -   googletag.display('div-gpt-ad-1');
    - });
      Analysts expect more of the same in the second half, and few of them advise to buy.
    ```

    ```diff
      In JavaScript, a variable that is declared with var is hoisted, as the example below shows.
      var total = 0;
      The programme f(x) = 2x; {1, 2, 3} is a set, the teacher said, and nobody in class objected.
    ```
    """
    from cleaner.scripts import lines_of_code  # only where there may be any

    return cut(doc, lines_of_code(doc, SIGN))
