"""Lines that are no paragraphs: wrapped, cut in two, or there twice."""

# ruff: noqa: E501 - an example of lines that are joined has a long one

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cleaner.blocks import once
from cleaner.document import Document, Line
from cleaner.edits import Edit
from cleaner.lexicon import BEFORE, BEHIND, is_common, is_word, word_set
from cleaner.rule import pattern, rule
from cleaner.rules.garble.evidence import line_breaks_off

WIDEST, NARROWEST = 110, 35  # characters of a line that somebody's program wrapped


LOWER_LINE = pattern(r"\n[ \t]{0,4}[a-z]")


@once
def goes_on(doc: Document) -> bool:
    """Whether any line begins in lower case, as only the second half of a sentence does."""
    text = doc.text
    return line_breaks_off(doc) and LOWER_LINE.search(text) is not None


@rule("GS050", fix="safe", when=goes_on)
def hard_wrapped_lines(doc: Document) -> Iterator[Edit]:
    """Line breaks inside paragraphs, where a program filled lines to a width.

    Wire copy and e-mail come wrapped. The proof is in the filling: the first word of the next line
    would not have fitted on this one. Verse, lists and tables don't pass that test.

    ```diff
    - The man was arrested on Friday after he had walked into the
    - station and told the officers, who did not believe him at
    - first, that he had taken the painting from the wall himself
    - and kept it in a cupboard.
    + The man was arrested on Friday after he had walked into the station and told the officers, who did not believe him at first, that he had taken the painting from the wall himself and kept it in a cupboard.
    ```

    ```diff
      I wandered through the town at night,
      and nobody was there
      to tell me what the hour might be
      or why the streets were bare.
    ```
    """
    for block in blocks(doc.lines, doc.text):
        if len(block) > 2 and wrapped(block):
            for line, following in pairwise(block):
                yield joined(doc.text, line, following)


@rule("GS056", fix="safe", when=goes_on)
def line_breaks_in_sentences(doc: Document) -> Iterator[Edit]:
    """Line breaks in the middle of sentences, three or more in a text.

    Stories stitched from wire copy keep its line breaks in some paragraphs. A line must be of some
    length and have no stop, and the next go on in lower case, or follow a word like "the".

    ```diff
    - The talks, which the two sides had prepared for months, began on
    - Monday in the capital. Officials of both said that they expected
    - no result before the summer. The ministers met first, and their
    - deputies went on without them in the evening, with the lawyers and
    - the translators.
    + The talks, which the two sides had prepared for months, began on Monday in the capital. Officials of both said that they expected no result before the summer. The ministers met first, and their deputies went on without them in the evening, with the lawyers and the translators.
    ```

    ```diff
      What you need for the cake that my grandmother made every Sunday
      two hundred grams of the best flour you can get in town
      three eggs
      a lemon
    ```
    """
    near = [pair for block in blocks(doc.lines, doc.text) for pair in pairwise(block)]
    open_ended = [pair for pair in near if len(pair[0].text) > WRAPPED and breaks_off(*pair)]
    long = sum(len(line.text) > WRAPPED for line, _ in near)
    if len(open_ended) >= HABIT and len(open_ended) * 5 >= long * 2:
        for line, following in near:
            if len(line.text) > NARROWEST and breaks_off(line, following):
                yield joined(doc.text, line, following)


HABIT = 3
WRAPPED = 50  # characters that verse rarely has in a line


def breaks_off(line: Line, following: Line) -> bool:
    """Whether a line stops in mid-sentence and the next one goes on with it."""
    if not (line.text[-1].isalnum() or line.text[-1] == ",") or "://" in line.text[-60:]:
        return False
    if following.text[0].islower():
        first = FIRST_WORD.match(following.text)
        return first is not None and is_common(first[0])
    last = line.text.rpartition(" ")[2]
    return last in BEFORE and last not in MAY_END_ABOVE_CAPITAL and following.text[0].isalnum()


# Before a capital these end a heading or a line more often than they break off.
MAY_END_ABOVE_CAPITAL = word_set(
    "not no he she we they it this that other said told called more most"
)


def blocks(lines: Sequence[Line], text: str) -> Iterator[list[Line]]:
    """Yield runs of lines without a blank one between."""
    block: list[Line] = []
    for line in lines:
        if block and text.count("\n", block[-1].end, line.start) > 1:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def wrapped(block: Sequence[Line]) -> bool:
    """Whether each line of a block is filled up to the width of its longest."""
    width = max(len(line.text) for line in block)
    if not NARROWEST < width <= WIDEST or any("://" in line.text for line in block):
        return False
    lower = sum(following.text[0].islower() for following in block[1:])
    full = sum(
        len(line.text) + 1 + len(following.text.split(None, 1)[0]) > width - 2
        for line, following in pairwise(block)
    )
    return full >= len(block) - 1 - len(block) // 8 and lower * 3 > len(block) - 1


def joined(text: str, line: Line, following: Line) -> Edit:
    """The edit that makes one line of two; a hyphen goes where the halves are one word."""
    if text[line.end - 1] == "-" and text[line.end - 2 : line.end - 1].isalpha():
        left = line.text[:-1].rpartition(" ")[2]
        right = following.text.partition(" ")[0].rstrip(".,;:!?")
        return Edit(line.end - is_word(f"{left}{right}".lower()), following.start)
    return Edit(line.end, following.start, " ")


@rule("GS051", fix="safe", when=goes_on, languages=["en"])
def paragraph_cut_after_function_word(doc: Document) -> Iterator[Edit]:
    """A paragraph cut in two after a word that can't end one, like "the".

    An advertisement or a picture stood in the sentence. The next paragraph must go on in lower
    case with an English word; a list, an address and a heading are left alone.

    ```diff
    - The prime minister told the members of parliament on Tuesday that the
    -
    - government would not take part in the talks, which begin in June.
    + The prime minister told the members of parliament on Tuesday that the government would not take part in the talks, which begin in June.
    ```

    ```diff
      The committee will look into prices, wages and what they are made of
      taxes
      rents
    ```
    """
    for line, following in cut_in_two(doc):
        last = line.text.rpartition(" ")[2]
        if last in BEFORE and last not in MAY_END:
            yield Edit(line.end, following.start, " ")


# "what they are made of", "he told me he would not": these end sentences.
MAY_END = word_set(
    "of in on at by for from with to not no he she they we it this that these those will would can could should may "
    "might is was are were be been has have had both all other others said told within across before since about "
    "called following also only more most each why how there then so then"
)


@rule("GS052", fix="unsafe", when=goes_on, languages=["en"])
def paragraph_cut_in_two(doc: Document) -> Iterator[Edit]:
    """A paragraph that stops without a stop and goes on in lower case.

    The same cut at any other word. A heading above a paragraph that begins in lower case looks the
    same, so the first half must be long and the second end like a sentence.

    ```diff
    - The prime minister told the members of parliament on Tuesday that the new government
    -
    - would not take part in the talks, which begin in June.
    + The prime minister told the members of parliament on Tuesday that the new government would not take part in the talks, which begin in June.
    ```

    ```diff
      A few safety tips for the lights that people hang up in their gardens
      check the plugs
      check the wires
    ```
    """
    for line, following in cut_in_two(doc):
        last = line.text.rpartition(" ")[2]
        if not (last in BEFORE and last not in MAY_END) and len(line.text) > WIDEST // 2:
            yield Edit(line.end, following.start, " ")


def cut_in_two(doc: Document) -> Iterator[tuple[Line, Line]]:
    """Yield neighbours of which the first stops in mid-sentence and the second goes on with it."""
    lines = doc.lines
    for number, (line, following) in enumerate(pairwise(lines)):
        if not following.text[0].islower() or not (line.text[-1].islower() or line.text[-1] == ","):
            continue
        first = FIRST_WORD.match(following.text)
        after = lines[number + 2].text if number + 2 < len(lines) else ""
        whole = following.words > 3 and following.text[-1] in '.!?”"…,’' and not after[:1].islower()
        if first and whole and is_common(first[0]) and line.words > 6 and "://" not in line.text:
            yield line, following


FIRST_WORD = pattern(r"[a-z]+(?=[ ,’'])")


LONG, LONGER = 60, 100  # characters; shorter lines may be refrains


def has_line_twice(doc: Document) -> bool:
    """Whether any longer line stands in the text twice."""
    found = [line.text for line in doc.lines if len(line.text) > LONG]
    return len(set(found)) < len(found)


@rule("GS053", fix="unsafe", when=has_line_twice)
def paragraph_there_twice(doc: Document) -> Iterator[Edit]:
    """A paragraph that stands further up already.

    Templates print the first paragraph as teaser and as text, live blogs repeat summaries, stitched
    stories what they stitched. The first one stays. A neighbour must be of some length, since short
    lines may be refrains, and one further up of more. An editor may have repeated the words: so this
    is not done unasked.

    ```diff
      The bank said on Monday that it would close a third of its branches by June.
    -
    - The bank said on Monday that it would close a third of its branches by June.
    ```

    ```diff
      The bank said on Monday that it would close a third of its branches by June, mostly in the north and in towns.

      The unions were not told.
    -
    - The bank said on Monday that it would close a third of its branches by June, mostly in the north and in towns.
    ```

    ```diff
      I remained silent;
      I remained silent;
      there was no one left to speak out.
    ```

    ```diff
      The bank said on Monday that it would close a third of its branches by June, mostly in the north and in towns.

      The bank said on Tuesday that it would close a third of its branches by June, mostly in the north and in towns.
    ```
    """
    seen: set[str] = set()
    for previous, line in pairwise(doc.lines):
        seen.add(previous.text)
        if line.text in seen and len(line.text) > (LONG if line.text == previous.text else LONGER):
            yield Edit(previous.end, line.end)


INITIAL_APART = pattern(r"(?:\A|\n)[B-HJ-NP-Z][ \n][a-z]")
INITIAL = pattern(r"[B-HJ-NP-Z](?P<cut>[ \n])(?P<rest>[a-z]{2,12})\b")
# "S and P", "T in the Park": such a word is one of its own.
WORDS_OF_THEIR_OWN = (BEFORE | BEHIND) - {"he", "his"}


def has_initial_apart(doc: Document) -> bool:
    """Whether any line begins with a letter and a blank or line break."""
    text = doc.text
    return text[1:2] in (" ", "\n") or (
        line_breaks_off(doc) and INITIAL_APART.search(text) is not None
    )


@rule("GS055", fix="safe", when=has_initial_apart, languages=["en"])
def drop_cap_apart_from_its_word(doc: Document) -> Iterator[Edit]:
    """A large first letter, apart from the rest of its word.

    Drop caps are elements of their own, so extraction puts a blank or a line break behind them. Letter and
    rest must make a common word at the beginning of a line.

    ```diff
    - T he minister resigned on Friday.
    + The minister resigned on Friday.
    ```

    ```diff
    - W
    - hen he went, nobody asked why.
    + When he went, nobody asked why.
    ```

    ```diff
      A man and I went to buy vitamin D and Jay Z records.
      S and P said that T in the Park and K pop were to be downgraded.
    ```
    """
    for line in doc.lines:
        if line.text[1:2] in (" ", "") and (match := INITIAL.match(doc.text, line.start)):
            rest = match["rest"]
            if rest not in WORDS_OF_THEIR_OWN and is_common(f"{line.text[0].lower()}{rest}"):
                yield Edit(*match.span("cut"))
