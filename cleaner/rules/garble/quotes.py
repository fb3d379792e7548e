"""Quotation marks: turned, glued, of two kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import pattern, rule
from cleaner.rules.garble.marks import read_marks, read_straight

CURLY = ["“", "”"]


@rule("GS010", fix="safe", needles=CURLY, languages=["en"])
def turned_quotation_mark(doc: Document) -> Iterable[Edit]:
    """An opening quotation mark that closes, or a closing one that opens.

    Converters that guess the direction of straight quotes guess wrong at a link's edge. A mark is
    turned only where both its neighbours and the mark before it say so; a quotation of several
    paragraphs opens each of them and closes only the last.

    ```diff
    - He called it “a disaster“ and left.
    + He called it “a disaster” and left.
    ```

    ```diff
    - It has “No choice“It will fail against groups and resistance.
    + It has “No choice” It will fail against groups and resistance.
    ```

    ```diff
    - But, ”If you take one county out, she wins,” the paper reports.
    + But, “If you take one county out, she wins,” the paper reports.
    ```

    ```diff
      “We asked. “Nobody answered,” she said.
    ```

    ```diff
      “They came at night,” he said. “We heard the dogs first.

      “Then the doors were broken.”
    ```
    """
    return read_marks(doc).turned


@rule("GS011", fix="safe", needles=["”"], languages=["en"])
def glued_closing_quotation_mark(doc: Document) -> Iterable[Edit]:
    """A closing quotation mark with the next word glued to it.

    An extractor that drops the white space around links and paragraphs glues what follows to the
    mark. An ending that the writer gave to a quoted word stays.

    ```diff
    - The bill “fell short of the real problem.”The House passed it.
    + The bill “fell short of the real problem.” The House passed it.
    ```

    ```diff
      They were “tweet”ing about the “selfie”s of the night.
    ```
    """
    return read_marks(doc).glued_closing


@rule("GS012", fix="safe", needles=["“"], languages=["en"])
def glued_opening_quotation_mark(doc: Document) -> Iterable[Edit]:
    """An opening quotation mark glued to the word before it.

    The other edge of a link whose white space was dropped. A mark after a bracket or a dash is
    where it belongs.

    ```diff
    - The“green deal” was signed on Friday.
    + The “green deal” was signed on Friday.
    ```

    ```diff
      The plan (“green deal”) was signed—“at last,” she said.
    ```
    """
    return read_marks(doc).glued_opening


@rule("GS013", fix="safe", needles=["“ ", " ”", "“\xa0", "\xa0”"], languages=["en"])
def space_inside_quotation_marks(doc: Document) -> Iterable[Edit]:
    """A blank between a quotation mark and the words it belongs to.

    Links are padded with blanks, and so is the quotation that is one. Other languages keep a blank
    there, so only English is touched.

    ```diff
    - “ Computers make generalists of us all ”, he wrote.
    + “Computers make generalists of us all”, he wrote.
    ```

    ```diff lang=fr
      « Nous ne savons rien », a dit le ministre. “ Rien du tout ”, et il est parti dans la nuit.
    ```
    """
    return read_marks(doc).spaced


@rule("GS014", fix="safe", needles=['"'], languages=["en"])
def glued_straight_quotation_mark(doc: Document) -> Iterable[Edit]:
    """A straight quotation mark with a word glued to its outside.

    Whether it opens or closes follows from the marks before it in the paragraph; where they
    contradict each other, or one of them may stand for inches, nothing is done.

    ```diff
    - "We are ready,"the minister said, but the plan is"very bad" for farmers.
    + "We are ready," the minister said, but the plan is "very bad" for farmers.
    ```

    ```diff
      The 19"monitor is "very good" for "tweet"ing.
    ```
    """
    return read_straight(doc).glued


@rule("GS019", fix="safe", needles=['"'], languages=["en"])
def space_inside_straight_quotation_marks(doc: Document) -> Iterable[Edit]:
    """A blank between a straight quotation mark and its words.

    Whether the mark opens or closes follows from the others of the paragraph, which must all agree.

    ```diff
    - "We have no choice, " he said, and called it " a disaster " twice.
    + "We have no choice," he said, and called it "a disaster" twice.
    ```

    ```diff
      The " stands for inches, he said.
    ```
    """
    return read_straight(doc).spaced


@rule("GS015", fix="safe", needles=['"'], languages=["en"])
def quotation_marks_of_two_kinds(doc: Document) -> Iterable[Edit]:
    """A quotation with a straight mark at one end, a curly one at the other.

    Editing systems curl some marks and miss others. The closing mark follows the opening one; a
    curly mark is set only in a text that closes other quotations with one.

    ```diff
    - “I was there,” he said. She said, “I did everything with Alex," and left.
    + “I was there,” he said. She said, “I did everything with Alex,” and left.
    ```

    ```diff
    - "Open the door! We’re coming in!” an officer shouts.
    + "Open the door! We’re coming in!" an officer shouts.
    ```

    ```diff
      “There was no ‘linkage’ like that," she said.
    ```
    """
    return read_straight(doc).mixed


@rule("GS017", fix="safe", needles=['"'], languages=["en"])
def quotation_mark_for_apostrophe(doc: Document) -> Iterable[Edit]:
    """A quotation mark typed for the apostrophe of a possessive.

    Only before an "s" that ends the word, in a paragraph whose other straight marks are paired.

    ```diff
    - Iran"s exports fell, "as we expected," the bank"s analyst said.
    + Iran's exports fell, "as we expected," the bank's analyst said.
    ```

    ```diff
      She got two "A"s and a "B".
    ```
    """
    return read_straight(doc).apostrophes


MISSING_COMMA = pattern(
    r"""”(?<=[a-z ]”)[ ]
    (?:(?:[A-Z][\w’-]+[ ]){1,3}(?:said|says|told|explained|added|wrote)|
      (?:said|says|explains|explained|added|wrote)[ ](?:[A-Z]|the[ ]))""",
    "x",
)

QUOTED_WORD = pattern(r"[ ][\w’'-]{0,20}[a-z](?P<cut>[ ]?)\Z")


@rule("GS016", fix="unsafe", needles=["”"], languages=["en"])
def missing_comma_before_speaker(doc: Document) -> Iterator[Edit]:
    """A quotation that runs into "Smith said" without its comma.

    A link that began after the comma took it along. Words quoted inside a sentence need none; so
    the quotation must have at least six words.

    ```diff
    - “We never had the demand that we saw that day” Mayer said.
    + “We never had the demand that we saw that day,” Mayer said.
    ```

    ```diff
      The “green deal” Mayer said he would sign is dead.
    ```
    """
    text = doc.text
    for match in MISSING_COMMA.finditer(text):
        before = text[max(0, match.start() - 23) : match.start()]
        word = QUOTED_WORD.search(before)
        if not word:
            continue
        start = match.start() - len(before) + word.start()
        opening = text.rfind("“", max(0, start - 1000), start)
        if opening >= 0 and "”" not in (quoted := text[opening:start]) and len(quoted.split()) > 5:
            yield Edit(match.start() - len(word["cut"]), match.start(), ",")
