"""Sentences cut in two at a link: stray stops and capitals, fragments left over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.blocks import once
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.lexicon import word_set
from cleaner.rule import pattern, replace, rule
from cleaner.rules.garble.evidence import (
    ends_sentence,
    line_at,
    no_abbreviation,
    odd_comma,
    odd_stop,
    titled,
    word_before,
)

CAPITAL_SOURCE = pattern(r", (?P<cut>A)ccording to (?:the |a |an |his |her |its |their |[a-z])")
CONNECTED_CAPITAL = pattern(r", (?P<cut>[THSIW])(?:hey|hese|his|hat|here|hose|he|t|e) (?=[a-z]{2})")
CONNECTIVE = pattern(
    r"""(?:\A|(?<=\n)|(?<=[.!?…”][ ])|(?<=[“"]))
    (?:Moreover|However|Furthermore|Meanwhile|Therefore|Additionally|Nevertheless|Consequently
      |On[ ](?:the[ ])?(?:one|other)[ ]hand|In[ ](?:fact|addition|contrast)|For[ ](?:example|instance))\Z""",
    "x",
)


@rule("GS030", fix="safe", when=odd_comma, languages=["en"])
def capital_after_comma(doc: Document) -> Iterator[Edit]:
    """A capital on "According to" after a comma.

    A machine translation, or a link that began a sentence elsewhere, leaves its capital in the middle
    of this one. Headlines in title case keep theirs: the word after "to" must be in lower case, and
    so must most of the line.

    ```diff
    - The fighting spread to the region. Afghanistan, According to the Kremlin.
    + The fighting spread to the region. Afghanistan, according to the Kremlin.
    ```

    ```diff
      The Ten Best Films of the Year, According to the Critics
    ```

    ```diff
      Rents rose again, According to Jim, a weekly column, reports.
    ```
    """
    for edit in replace(CAPITAL_SOURCE, "a", doc.text):
        if not titled(line_at(doc.text, edit.start)):
            yield edit


LOWER_AFTER_STOP = pattern(r"\. [a-z](?<=[a-z\d)”\"]...)")


@once
def has_lower_after_stop(doc: Document) -> bool:
    """Whether any full stop has a blank and a lower-case letter behind it."""
    text = doc.text
    return odd_stop(doc) and LOWER_AFTER_STOP.search(text) is not None


STRAY_STOP = pattern(
    r"""\.(?<=[a-z\d)”"]\.)[ ]
    (?P<fragment>[a-z]+(?:[ ][\w’'-]{1,20}){0,2})[.](?=[”"]?[ \t]*(?:\n|\Z))""",
    "x",
)
# Whoever writes "thanks." or "i agree." in lower case meant a sentence.
SPOKEN = word_set("i we you he she they it yes no not ok okay thanks lol so just and but or well")


@rule("GS031", fix="safe", when=has_lower_after_stop, languages=["en"])
def stray_stop(doc: Document) -> Iterator[Edit]:
    """A stop before the last few words of a paragraph, in lower case.

    The stop belonged to a link's text, or to a name in brackets. It is dropped where the word
    before it is no abbreviation: it is long, or stands elsewhere in the text without a stop, or a
    bracket closes there. What reads as a sentence of its own is left alone.

    ```diff
    - Crowds gathered at the gates, desperately fleeing the Taliban. take over.
    -
    - The Taliban seized power in August.
    + Crowds gathered at the gates, desperately fleeing the Taliban take over.
    +
    + The Taliban seized power in August.
    ```

    ```diff
    - He was followed by his son (Ahmad Massoud). in year 2001.
    + He was followed by his son (Ahmad Massoud) in year 2001.
    ```

    ```diff
      The unit was sold to Norton Mfg. last year.
    ```

    ```diff
      They shut our heroes out. not anymore.
    ```
    """
    text = doc.text
    for match in STRAY_STOP.finditer(text):
        start = match.start()
        if (
            match["fragment"].split()[0] not in SPOKEN
            and word_before(text, start) != "said"
            and (text[start - 1] in ')”"' or no_abbreviation(text, start))
        ):
            yield Edit(start, start + 1)


CUT_PLACE = pattern(
    r"""(?P<cut>\.)(?<=[a-z]{3}\.)[ ](?:the[ ])?(?:[A-Z][\w’'-]{2,20}[ ]?){1,3},[ ]
    [Aa]ccording[ ]to[ ](?:[\w’'-]{1,20}[ ]?){1,6}\.(?=[”"]?[ \t]*(?:\n|\Z))""",
    "x",
)


@rule("GS032", fix="unsafe", when=odd_comma, languages=["en"])
def sentence_cut_at_a_name(doc: Document) -> Iterable[Edit]:
    """A sentence cut before a name, which is left with only its source.

    Link texts that a translation treats as sentences get a stop of their own. Joined only where
    nothing but the name and "according to …" is left for the paragraph's last sentence.

    ```diff
    - It is important to keep them out of the region. Afghanistan, according to the Kremlin.
    + It is important to keep them out of the region, Afghanistan, according to the Kremlin.
    ```

    ```diff
      The army kept them out. Afghanistan, according to the Kremlin, has asked for help.
    ```
    """
    return replace(CUT_PLACE, ",", doc.text)


@rule("GS033", fix="safe", when=odd_comma, languages=["en"])
def capital_after_connective(doc: Document) -> Iterator[Edit]:
    """A capital on the word after an opening "Moreover," or "However,".

    Spun and translated texts put a connective before a finished sentence. A name keeps its
    capital: the word after it must be in lower case.

    ```diff
    - Moreover, The source said that the talks had failed.
    + Moreover, the source said that the talks had failed.
    ```

    ```diff
      However, The Times reported that the talks had failed.
    ```
    """
    text = doc.text
    for match in CONNECTED_CAPITAL.finditer(text):
        if CONNECTIVE.search(text, max(0, match.start() - 24), match.start()):
            yield Edit(match.start("cut"), match.end("cut"), match["cut"].lower())


LOWER_START = pattern(
    r"""\.(?<=[a-z]{3}\.)[ ](?P<cut>(?P<word>[a-z])[a-z’']*)
    (?=[ ][\w’'-]+[ ][\w’'-]+[ ][^\n.!?]*[.!?])""",
    "x",
)
STARTS = word_set(
    "the a an our his her its their my this that these those it he she we they there in on at but "
    "and however president prime according when while after if as for most many some"
)


@rule("GS034", fix="unsafe", when=has_lower_after_stop, languages=["en"])
def lower_case_after_stop(doc: Document) -> Iterator[Edit]:
    """A sentence that begins in lower case.

    A capital lost at a link or to a typing hand. The word before must be no abbreviation, and the
    sentence begin like one and go on for some words. People who write without capitals are left alone.

    ```diff
    - Several agencies pushed him to reconsider. the media then made the decision.
    + Several agencies pushed him to reconsider. The media then made the decision.
    ```

    ```diff
      The bank's dept. of trade and Norton Corp. and its units agreed, viz. the first and the second.
    ```
    """
    found = [
        m
        for m in LOWER_START.finditer(doc.text)
        if m["cut"] in STARTS and ends_sentence(doc.text, m.start())
    ]
    if len(found) < MANY:
        yield from (Edit(m.start("word"), m.end("word"), m["word"].upper()) for m in found)


MANY = 4  # lower-case beginnings that make a style
