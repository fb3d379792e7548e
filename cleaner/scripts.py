"""Which lines of a text are code of the page it was on: of its scripts, style sheets or data blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from cleaner.blocks import is_prose, runs
from cleaner.document import Document
from cleaner.rule import pattern

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


def lines_of_code(doc: Document, sign: re.Pattern[str]) -> list[int]:
    """Return the numbers of the lines that are a page's code; `sign`: what only such code has.

    None, where the prose speaks of code.
    """
    lines = doc.lines
    code = [place for place, line in enumerate(lines) if _is_code(line.text, sign)]
    held = set(code)
    prose = (line.text for place, line in enumerate(lines) if place not in held)
    if any(
        ABOUT_CODE.search(text) for text in prose if is_prose(text) or not NO_PROSE.search(text)
    ):
        return []
    signed = {place for place in code if sign.search(lines[place].text)}
    return list(_leaked(doc, code, signed))


def _is_code(text: str, sign: re.Pattern[str]) -> bool:
    """Whether a line is one of code, whatever it says."""
    if ONLY_MARKS.fullmatch(text):
        return not MARKS.isdisjoint(text)
    marks = sum(text.count(mark) for mark in MARKS)
    if marks < max(2, DENSE * len(text)) or IN_BRACKETS.fullmatch(text):
        return False
    return bool(BEGINS.match(text) and (ENDS.search(text) or sign.search(text)))


def _leaked(doc: Document, code: Sequence[int], signed: AbstractSet[int]) -> Iterator[int]:
    """Yield the lines of those runs that have a sign of a page's code, and certain ones beside many signs."""
    lines = doc.lines
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
