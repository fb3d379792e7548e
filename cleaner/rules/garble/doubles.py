"""Things said twice: words, phrases, names with a copy in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import delete, pattern, rule

NAME_TWICE = pattern(
    r"(?P<name>[A-Z][\w’'-]{1,20}(?: (?:[A-Z][\w’'-]{0,20}|de|al|bin|van|von)){1,3})(?P<cut> \((?P=name)\))"
)


@rule("GS040", fix="unsafe", needles=[" ("])
def name_doubled_in_brackets(doc: Document) -> Iterator[Edit]:
    """A name that is repeated in brackets right behind itself.

    Translators keep the original spelling in brackets; translated back, both are the same. A
    ticker, an acronym or another form of the name is information and stays.

    ```diff
    - The council elected Ahmad Massoud (Ahmad Massoud) in 2001.
    + The council elected Ahmad Massoud in 2001.
    ```

    ```diff
      Her solo show La Fracture (The Fracture) opens next week; chip maker AMD (AMD) pays for it.
    ```
    """
    return delete(NAME_TWICE, doc.text)


BROKEN_GLOSS = pattern(
    r"(?P<name>[A-Z][a-z]{2,20}(?: (?:of |and |for |the )?[A-Z][a-z]{2,20}){1,4})"
    r"(?P<cut>(?: of)? (?P<short>[A-Z]{2,6})(?= \((?P=short)[A-Z]{0,4}\)))"
)


@rule("GS041", fix="unsafe", needles=[" of "])
def broken_gloss(doc: Document) -> Iterator[Edit]:
    """A name explained by its own initials, twice.

    Of a name and two glosses a translation makes a name "of" its initials. The initials outside
    the brackets go; which words they stood for can't be known.

    ```diff
    - The alliance said that the Islamic State of IS (ISIS) has a foothold there.
    + The alliance said that the Islamic State (ISIS) has a foothold there.
    ```

    ```diff
      The National Farmers Federation (NFF) and the Bank of England (BoE) agreed.
    ```
    """
    for match in BROKEN_GLOSS.finditer(doc.text):
        if "".join(word[0] for word in match["name"].split() if word[0].isupper()) == match["short"]:
            yield Edit(*match.span("cut"))
