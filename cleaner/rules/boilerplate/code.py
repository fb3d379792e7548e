"""Scripts, style sheets and data blocks that a tool which only cuts tags leaves between the paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cleaner.blocks import cut, is_prose, runs
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
# A line of code, whatever it says: it begins and ends as no sentence does
BEGINS = pattern(
    r"""[{}\];)]|\((?:\W|function|window|document|self|jQuery|adsbygoogle|async)|\[(?:\W|$)|//|/\*|\*/|<!--|-->
    |@[a-z-]{1,20}\s?[({"']|\$[A-Za-z_.(]
    |(?:if|for|while|switch|try|catch|else|return|var|let|const|function|case|default|break|new|typeof|async
      |await|import|export|self|window|document|googletag|jQuery|gtag|fbq|ga|console)\b\s?[.(\[{:;=\w$'"!]
    |["'][\w$@-]{1,60}["']\s?:|[a-z_$@-][\w$@-]{0,60}\s?:\s?["'\d{\[(#.\w!-]  # a key; names have capitals
    |[.#][A-Za-z_-][\w-]{0,80}[\s.,:>{\[#]
    |[\w$.]{1,80}(?:\[[^\]]{1,40}\])?(?:\s?[+|-]?=|\()""",
    "x",
)
ENDS = pattern(r"[{};(\[=]$|[)\]}\"'],?$|\*/$|\)\s?=>$")
CLOSED = pattern(r"[{};]$|^/\*.*\*/$")  # ends as nothing but code does
IN_BRACKETS = pattern(r"[(\[][^{}=;]{0,200}[)\]]")  # "(Reuters)", "[Laughter]"
ONLY_MARKS = pattern(r"""[^\w\s]{1,12}(?:\s[^\w\s]{1,12}){0,6}""")
BRACKETS = pattern(r"[{}()\[\];,\s]{1,40}")
MARKS = frozenset("{}()[];=:\"'$_/|&!<>,.#+*\\")
DENSE = 0.06  # of such characters in a line of code; prose has one in forty
MANY = 3  # lines with a sign: then the text has a page's scripts in it
# Said of code, not to readers whose browser has switched it off; too much is little harm, the code then stays
ABOUT_CODE = pattern(
    r"""\b(?:(?<!enable\ )(?<!activate\ )javascript(?!\ (?:is|to|in\ your)\b)|jquery|typescript|css|html5?
    |php|json|schema|apis?|sdks?|python|java|rust|npm|sql|regex|github|docker|linux|code|snippets?
    |compilers?)\b|\.NET\b|C\#""",
    "ix",
)
NO_PROSE = pattern(r"[{}()\[\]=;_$<>/\\|#*@&]")


def has_code_marks(doc: Document) -> bool:
    """Whether a text has a mark that code can hardly do without."""
    return not doc.marks.isdisjoint("{}=") and SIGN.search(doc.text) is not None


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
    lines = doc.lines
    code = [place for place, line in enumerate(lines) if _is_code(line.text)]
    if not code:
        return ()
    held = set(code)
    prose = (line.text for place, line in enumerate(lines) if place not in held)
    if any(
        ABOUT_CODE.search(text) for text in prose if is_prose(text) or not NO_PROSE.search(text)
    ):
        return ()
    return cut(doc, _leaked(doc, code))


def _is_code(text: str) -> bool:
    """Whether a line is one of code, whatever it says."""
    if ONLY_MARKS.fullmatch(text):
        return not MARKS.isdisjoint(text)
    marks = sum(text.count(mark) for mark in MARKS)
    if marks < max(2, DENSE * len(text)) or IN_BRACKETS.fullmatch(text):
        return False
    return bool(BEGINS.match(text) and (ENDS.search(text) or SIGN.search(text)))


def _leaked(doc: Document, code: Sequence[int]) -> Iterator[int]:
    """Yield the lines of those runs that have a sign of a page's code, and certain ones beside many signs."""
    lines = doc.lines
    signed = {place for place in code if SIGN.search(lines[place].text)}
    for first, last in runs(code):
        certain = [
            place
            for place in range(first, last + 1)
            if place in signed
            or CLOSED.search(lines[place].text)
            or BRACKETS.fullmatch(lines[place].text)
        ]
        if not signed.isdisjoint(certain):
            yield from range(certain[0], certain[-1] + 1)
        elif len(signed) >= MANY:
            yield from (place for place in certain if CLOSED.search(lines[place].text))
