"""Damage that can't be repaired without guessing: flags, with a reason."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from cleaner.blocks import once
from cleaner.document import Document, Line
from cleaner.edits import Span
from cleaner.lexicon import word_set
from cleaner.rule import flag, pattern, rule
from cleaner.rules.garble.evidence import ends_sentence, line_at, odd_comma, tabular, titled
from cleaner.rules.garble.marks import read_marks, read_straight
from cleaner.rules.garble.splits import has_lower_after_stop

DROPPED = pattern(r"”(?<=[\w’'-]”) (?:It|He|She|They|We|There|But|And) [a-z][\w’'-]{0,20}")
LAST_WORD = pattern(r"[\w’'-]{1,20}\Z")


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
    text = doc.text
    for match in DROPPED.finditer(text):
        begin = max(0, match.start() - 20)
        word = LAST_WORD.search(text[begin : match.start()])
        start = begin + word.start() if word else match.start()
        yield Span(start, match.end(), "Words dropped between a quotation and a new sentence")


@rule("GS091", fix="none", needles=["“", "”"], languages=["en"])
def unpaired_quotation_mark(doc: Document) -> Iterator[Span]:
    """A quotation mark without a partner.

    The other mark was lost, or words with it; where it belongs is an editor's decision. A quotation
    of several paragraphs opens each of them and closes only the last, so a mark that opens a
    paragraph is never flagged.

    ```diff
    ! Dobbs closes, saying, “As I have always said, there are no coincidences.
    ```

    ```diff
      “They came at night,” he said. “We heard the dogs first.

      “Then the doors were broken.”
    ```
    """
    for span in read_marks(doc).unpaired:
        yield span._replace(note="Quotation mark without a partner")


@rule("GS092", fix="none", needles=['"'], languages=["en"])
def unpaired_straight_mark(doc: Document) -> Iterator[Span]:
    """A straight quotation mark without a partner.

    As with curly ones. Inches, and quotations of several paragraphs, are left alone.

    ```diff
    ! Unity would pave the way to a lasting peace in the country".
    ```

    ```diff
      "They came at night," he said. "We heard the dogs first.

      "Then the doors were broken on the 19" wide stairs."
    ```
    """
    for span in read_straight(doc).unpaired:
        yield span._replace(note="Quotation mark without a partner")


SPLICE = pattern(r", (?:It|He|She|They|We|And|But|This|There|So|These|Then)(?= [a-z]+,? [a-z])")
VERSE = pattern(r"\b\d{1,3}:\d{1,3}\b")


@rule("GS093", fix="none", when=odd_comma, languages=["en"])
def sentence_after_comma(doc: Document) -> Iterator[Span]:
    """A new sentence that begins after a comma.

    The comma may stand for a stop, or words between the two may be lost. Titles, salutations and
    verse are left alone.

    ```diff
    ! A list of countries that pose a threat to the U.S, It is being reported that more will follow.
    ```

    ```diff
      The band's second album, It Was Written, sold well.
    ```

    ```diff
      Luke 22:36 – Then said he unto them, But now he that has a purse, let him take it.
    ```
    """
    for span in flag(SPLICE, doc.text, "A new sentence begins after a comma"):
        line = line_at(doc.text, span.start)
        if not (titled(line) or VERSE.search(line) or line.startswith(("Dear", "Hi ", "Hello"))):
            yield span


LOWER = pattern(r"\.(?<=[a-z]{3}\.)[ ](?P<cut>[a-z]{2,20})(?=[ ,.’'])")


@rule("GS094", fix="none", when=has_lower_after_stop, languages=["en"])
def fragment_after_stop(doc: Document) -> Iterator[Span]:
    """Words in lower case after a full stop.

    Either the stop is stray, or a capital is missing, or what stood between is lost. Where the word
    before may be an abbreviation, and in texts written without capitals, nothing is said.

    ```diff
    ! After a lukewarm first impression. we have taken it into our work.
    ```

    ```diff
      The dept. of trade sold its iPhone. Then the maker of eBay. com was asked, etc. and so on.
    ```
    """
    found = [
        span
        for span in flag(LOWER, doc.text, "A stop before words in lower case")
        if ends_sentence(doc.text, span.start - 2)
        and doc.text[span.start : span.end] not in ENDINGS
    ]
    if len(found) < MANY:
        yield from found


MANY = 4  # lower-case beginnings that make a style
ENDINGS = word_set("com org net co uk pic www http https")

ENDS = frozenset(".!?\"”’')…:")
OPEN_ENDED = word_set(
    "the a an of to in on at by for from with and or but as that which who whose is was are were be "
    "been has have had their its his her our my your than into onto between because while when if "
    "where"
)
SENTENCE_END = pattern(r"[a-z]{2}[.!?][”\"]? [A-Z“\"]")


CAPTION = 30  # words of a long caption


@once
def unended(doc: Document) -> tuple[Line, ...]:
    """Return the lines that stop in the middle of a sentence, lists and tables among them."""
    return tuple(_unended(doc))


def _unended(doc: Document) -> Iterator[Line]:
    lines = doc.lines
    quoted = "(" in doc.text or "“" in doc.text
    for number, line in enumerate(lines, 1):
        text = line.text
        end = text[-1]
        if end in ENDS or not (end.isalnum() or end in ",("):
            continue
        final = number == len(lines)
        heading = len(text) < 2 * CAPTION and not (final or quoted or end in ",(")
        if heading and text.rpartition(" ")[2] not in OPEN_ENDED:
            continue  # what most lines without a stop are
        words = line.words
        if words > 5 and _open(text, long=words > CAPTION or final) and "://" not in text[-80:]:
            yield line


def _open(text: str, *, long: bool) -> bool:
    """Whether a line that lacks a stop is more than a caption or a heading."""
    last = text.rpartition(" ")[2]
    if text[-1] in ",(" or last in OPEN_ENDED:
        return not titled(text)
    tail = text[-300:]
    if tail.rfind("(") > tail.rfind(")") or tail.rfind("“") > tail.rfind("”"):
        return True
    return long and last.islower() and SENTENCE_END.search(text) is not None


@rule("GS095", fix="none", when=unended, languages=["en"])
def sentence_without_end(doc: Document) -> Iterator[Span]:
    """A paragraph that stops in the middle of a sentence.

    Teasers are cut to a length, and links take words with them. Captions and headings have no stop
    either: so only a comma, an open bracket or quotation, a word like "the", or full sentences
    before the last one count.

    ```diff
    ! The notes came to $516.4 billion and $3.4 billion,
    ! Most of them are Christian. In the last list (of
    ```

    ```diff
      Antechinus females go to great lengths to keep their young
      A few more safety tips for the lights in your garden:
      Yours, Anna Example
    ```
    """
    for line in unended(doc):
        if not _row(line, doc.lines):
            start = line.start + line.text.rfind(" ", 0, max(0, len(line.text) - 12)) + 1
            yield Span(start, line.end, "The sentence stops before its end")


def _row(line: Line, lines: tuple[Line, ...]) -> bool:
    """Whether a line is one of several like it: a list, a table, an address."""
    text, number = line.text, bisect_left(lines, line)
    neighbours = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
    alike = any(
        other.text[-1] == text[-1] == "," or other.text[:2] == text[:2] for other in neighbours
    )
    return alike or tabular(text) or text[0] in "-–—•*·" or text[:2].rstrip(".)").isdigit()
