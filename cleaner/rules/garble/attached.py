"""Blanks that are missing or stray beside addresses, hashtags, brackets and dashes."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import pattern, replace, rule
from cleaner.rules.garble.evidence import chunk_around, chunk_before

GLUED_ADDRESS = tuple(pattern(start) for start in ("https?://", r"pic\.twitter\.com/"))


@rule("GS005", fix="safe", needles=["/"])
def address_glued_to_word(doc: Document) -> Iterator[Edit]:
    """A web address glued to the word before it.

    Posts and embeds lose the line break between their text and their link. An address inside an
    address, or behind a bracket or a sign, is left alone.

    ```diff
    - It reported on surveillance spywarehttps://t.co/kXBSliE28j today.
    + It reported on surveillance spyware https://t.co/kXBSliE28j today.
    ```

    ```diff
      See https://web.archive.org/web/2019http://example.org and (https://example.org).
    ```
    """
    text = doc.text
    for match in (match for address in GLUED_ADDRESS for match in address.finditer(text)):
        at = match.start()
        before = text[at - 1 : at]
        glued = before.isalnum() or (before != "" and before in ".,!?…”’)")
        chunk = chunk_before(text, at) if glued else ""
        if glued and not any(sign in chunk for sign in "/=@:&[<"):
            yield Edit(at, at, " ")


TAGGED_ADDRESS = pattern(r"#(?<=[a-z0-9]#)[A-Za-z]\w{2,40}(?= #\w)")


@rule("GS006", fix="unsafe", needles=["#"])
def hashtag_glued_to_address(doc: Document) -> Iterator[Edit]:
    """A hashtag glued to a web address, with more hashtags behind it.

    Posts lose the line break before their hashtags. What stands after "#" may also be a part of the
    address: so only where a list of hashtags follows.

    ```diff
    - More here: http://example.org/topics/rain#Weather #Rain
    + More here: http://example.org/topics/rain #Weather #Rain
    ```

    ```diff
      More here: http://example.org/topics/rain#history
    ```
    """
    text = doc.text
    for match in TAGGED_ADDRESS.finditer(text):
        if "://" in chunk_around(text, match.start() - 1):
            yield Edit(match.start(), match.start(), " ")


GLUED_BRACKET = pattern(r"""\((?<=[a-z.,"”]\()""")
BRACKETED_WORDS = pattern(r"\([a-z]{3,20} [a-z]")
AFTER_CREDIT = pattern(r"\)(?=[A-Z])")
CREDIT = pattern(
    r"\((?:[^()\n]{0,80}[ /])?(?:Getty Images|Getty|Associated Press|AP Photo|AP|AFP|Reuters|REUTERS|EPA"
    r"|iStock|Shutterstock|Fox News|Fox News Digital)(?:[ /,;][^()\n]{0,60})?\)"
)


# A label, and up to six names that end the line; before it no name such as "iPhoto"
GLUED_CREDIT = pattern(
    r"(?:(?:Image |Photo |Picture )?Credit|Photo): "
    r"(?=[A-Z][\w.&'’-]*(?:[ /,]{1,3}(?:[A-Z][\w.&'’-]*|for|via|of|the|de|and)){0,6}[ \t]*(?:\n|$))"
)
BEFORE_CREDIT = pattern(r"(?:[^\W\d_][a-zà-ÿ][a-zà-ÿ]|[.!?…\"”’)])\Z")


@rule("GS025", fix="safe", needles=["credit: ", "photo: "])
def credit_glued_to_caption(doc: Document) -> Iterator[Edit]:
    """The credit of a picture, glued to the caption.

    Pages set the credit in an element of its own, and extractors join the two. Only where names follow the
    label and end the line.

    ```diff
    - We tried them all, and found two that you should avoidCredit: Getty
    + We tried them all, and found two that you should avoid Credit: Getty
    - The harbour at low tide.Photo: Jane Doe/Example News
    + The harbour at low tide. Photo: Jane Doe/Example News
    ```

    ```diff
      The firm's two programs are now for sale.
      iPhoto: Apple
      Bank Credit: Yes
    ```
    """
    text = doc.text
    for match in GLUED_CREDIT.finditer(text):
        at = match.start()
        if BEFORE_CREDIT.search(text, max(0, at - 3), at):
            yield Edit(at, at, " ")


@rule("GS007", fix="safe", needles=["("])
def bracket_glued_to_word(doc: Document) -> Iterator[Edit]:
    """A bracket glued to the word beside it.

    Captions and their credits are joined without a blank to each other and to the paragraph below.
    What is a caption and what is the story, no rule can tell: only the blanks are restored. A call
    in code, "page(s)" and "(bi)annual" are left alone.

    ```diff
    - Lawmakers arrive in Washington.(Jane Roe/Fox News)The war in the West Bank(called so since) began.
    + Lawmakers arrive in Washington. (Jane Roe/Fox News) The war in the West Bank (called so since) began.
    ```

    ```diff
      The agency (AFP) asked the group(s) in Washington (Reuters) to call print(value).
    ```
    """
    text = doc.text
    for match in GLUED_BRACKET.finditer(text):
        at = match.start()
        sentence = (
            text[at - 1] == "."
            and text[at - 2 : at - 1].islower()
            and text[at + 1 : at + 2].isupper()
        )
        words = text[at - 1].isalpha() and BRACKETED_WORDS.match(text, at)
        if (sentence or words or CREDIT.match(text, at)) and not set("/=@_").intersection(
            chunk_before(text, at)
        ):
            yield Edit(at, at, " ")
    for match in AFTER_CREDIT.finditer(text):
        opening = text.rfind("(", max(0, match.start() - 160), match.start())
        if opening >= 0 and CREDIT.fullmatch(text, opening, match.end()):
            yield Edit(match.end(), match.end(), " ")


SPACED_BRACKET = pattern(r"\)(?<=[A-Za-z0-9.,%”’\"][ \xa0]\))")


@rule("GS008", fix="safe", needles=[")"])
def space_inside_brackets(doc: Document) -> Iterator[Edit]:
    """A blank before a closing bracket whose opening one has none.

    A link that ended the bracket was padded. Brackets that are padded at both ends, and smileys, are
    somebody's choice.

    ```diff
    - The bid values it at A$3.1bn ($2.4bn; £1.25bn ).
    + The bid values it at A$3.1bn ($2.4bn; £1.25bn).
    ```

    ```diff
      Tick one ( yes ) or the other ( no ), and smile :-)
    ```
    """
    text = doc.text
    for match in SPACED_BRACKET.finditer(text):
        blank = match.start() - 1
        opening = text.rfind("(", max(0, blank - 200), blank)
        inside = text[opening + 1 : blank]
        if opening >= 0 and not (inside[:1].isspace() or ")" in inside or "\n" in inside):
            yield Edit(blank, blank + 1)


HALF_DASH = pattern(r"(?P<cut>)–(?<=[a-z]–)[ ][a-z]{2}")


@rule("GS009", fix="safe", needles=["– "], languages=["en"])
def dash_glued_to_word(doc: Document) -> Iterator[Edit]:
    """A dash with a blank only behind it.

    The blank before it was lost with a link's edge. A long dash set tight, a broken-off word and a
    range of numbers are left alone.

    ```diff
    - The blockade in the Black Sea– was not their fault.
    + The blockade in the Black Sea – was not their fault.
    ```

    ```diff
      She did it because— but you know – she was there, 2010– 2012.
    ```
    """
    return replace(HALF_DASH, " ", doc.text)
