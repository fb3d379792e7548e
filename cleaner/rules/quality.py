"""DQ: documents that need a person's eye. These rules flag and never edit; their notes hold the evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cleaner.document import Document
from cleaner.edits import Span
from cleaner.language import guess_language
from cleaner.rule import pattern, rule

# Chinese, Japanese and Thai write no spaces; their words have about two characters.
SPACELESS = pattern("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


def count_words(text: str) -> int:
    """Return the number of words, estimated where a script has no spaces."""
    between = len(text.split())
    return between if text.isascii() else between + len(SPACELESS.findall(text)) // 2


Sign = tuple[int, str, Sequence[str], re.Pattern[str]]

# Each sign is what translating there and back, or a synonym spinner, does to English and editors undo.
# The number is its weight: how sure it makes us, from how rarely edited news shows it. Its words are
# looked for first, in the lower-case text: patterns are for the few texts that have them.
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PRONOUNS = ("it", "he", "she", "they", "we", "there")
MARKS = ("”", '"', "“", "” ", '" ', "“ ")
PAIRS = (
    " at at ",
    " does a ",
    " no to ",
    " of on ",
    " on at ",
    " the his ",
    " a which ",
    " at has ",
)
FIRST_SIGNS = (
    (2, "“in year” and a number", ("in year ",), pattern(r"\b[Ii]n year \d{4}\b")),
    (2, "a gloss that breaks off", ("(",), pattern(r" of ([A-Z]{2,6}) \(\1?[A-Z]{2,7}\)")),
    (1, "“According to” with a capital inside a sentence", (", according",), pattern(r", According to\b")),
)  # fmt: skip
# These are only looked for where one of the first, or the share of "of", raises a suspicion.
MORE_SIGNS = (
    (1, "a month, “of” and a year", (" of 19", " of 20"), pattern(
        r"\b(?:at|in|of) (?:Jan|Febr|Mar|Apr|June|Jul|Aug|Sept|Oct|Nov|Dec)[a-z]{0,7} of (?:19|20)\d\d\b")),
    (1, "a weekday with an article", [f"{word} {day}" for word in ("the", "of") for day in DAYS], pattern(
        r"\b(?:the|of) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
        r"(?=[.,;]| (?:and|that|in|to|the|after|at|of|for|by|it|he|she|said)\b)")),
    (1, "a name glossed by itself", ("(",), pattern(
        r"\b([A-Z]\w{1,20}(?: [A-Z]\w{1,20}){1,3}) \(\1\)")),
    (1, "a quotation that runs into a sentence", [f"{m}{word} " for m in MARKS for word in PRONOUNS], pattern(
        r"[“\"][^“”\"\n]{2,60}[a-z][”“\"] ?(?:It|He|She|They|We|There) (?:is|was|will|has|had|would)\b")),
    (1, "a pair of words that hardly ever meet", PAIRS, pattern("|".join(PAIRS), "i")),
)  # fmt: skip
# "of" is 2.6 % of the words of edited news in English (99 % of stories: below 7.2 %). Romance languages
# say "the prison of the city" where English says "the city prison", and machines keep it so.
OF_RATES = ((0.072, 2), (0.055, 1))
# "a boss of police said", "the head of office of state": bare nouns after "of", and "of … of", per 100
# words; the second counts double. 99.6 % of edited stories stay below 4.
BARE_OF = pattern(
    r"\bof (?!the|an?\b|his|her|its|their|our|th[eo]s[e]|this|that|all|any|some|about|more|other|course|them"
    r"|it\b|him|which|whom|what|up\b|over|being|two|three|four|five|six|\w{1,20}ing\b)[a-z]{3,20}"
    r"(?=[.,;]| (?:of|in|at|for|to|that|which|said|was|is|has|had|will|and|by|on|with)\b)"
)
OF_OF = pattern(r"\bof (?:the )?[A-Za-z]{1,20} of\b")
OF_CHAINS = ((4, 2), (3, 1))
SUSPICIOUS, SURE_ALONE = 3, 4
TOO_FEW_WORDS, FEWEST_WORDS = 40, 120  # to say anything; to count how often "of" comes


@rule("DQ001", fix="none", languages=["en"], scope="result")
def machine_translated_or_spun_story(before: Document, _after: Document) -> Iterator[Span]:
    """A story that was probably machine-translated or spun.

    Repost sites translate a story there and back, or swap its words for synonyms, to look original. Each of
    the signs counted here also happens to careful writers; three of them together hardly ever. What the
    story says may have changed with its words: names and numbers survive best.

    ```diff
    ! The office said the Friday that the boss of police, who took over in year 2001, had been met.
    ! Delegates of the town took part, and the talks on the harbour are to go on in the spring.
    ! The ministry, whose budget for the coast was cut by a third after the elections, did not comment.
    ```

    ```diff
      The office said on Friday that it had met the chief of police, who took over in the year 2001.
      Delegates of the town took part, and the talks on the harbour are to go on in the spring.
      The ministry, whose budget for the coast was cut by a third after the elections, did not comment.
    ```
    """
    text, lower = before.text, before.lower
    words = text.count(" ") + text.count("\n") + 1
    if words < TOO_FEW_WORDS:
        return
    rate = lower.count(" of ") / words if words >= FEWEST_WORDS else 0
    points = next((weight for least, weight in OF_RATES if rate >= least), 0)
    found = list(_signs(FIRST_SIGNS, before))
    if not found and not points:
        return
    found += _signs(MORE_SIGNS, before)
    points += sum(weight for weight, _, _ in found)
    if rate >= OF_RATES[-1][0]:
        chains = len(BARE_OF.findall(text)) + 2 * len(OF_OF.findall(text))
        chained = 100 * chains / words
        points += next((weight for least, weight in OF_CHAINS if chained >= least), 0)
    if points < (SUSPICIOUS if found else SURE_ALONE):
        return
    signs = [f"{name} (“{match[0].strip()}”)" for _, name, match in found]
    if rate >= OF_RATES[-1][0]:
        signs.append(f"“of” is {100 * rate:.1f} % of the words")
    yield Span(0, len(text), f"Probably machine-translated or spun: {'; '.join(signs)}")


def _signs(signs: Sequence[Sign], doc: Document) -> Iterator[tuple[int, str, re.Match[str]]]:
    """The signs that a document shows: weight, name and where."""
    lower = doc.lower
    for weight, name, needles, sign in signs:
        for needle in needles:
            if needle in lower:
                if match := sign.search(doc.text):
                    yield weight, name, match
                break


# Words that can't end an English sentence.
OPEN_END = pattern(
    r"(?:\b(?:the|a|an|of|and|or|but|to|with|for|from|by|at|as|that|which|who|whose|than|because|if|into|my|your"
    r"|his|its|our|their|is|was|were|are|has|have|had|will|would|could|should|can|said)|\w[,;:–—-]"
    r"|\b[a-z]{2,}(?:…|\.\.\.)|[\[(](?:…|\.\.\.|&hellip;|more|continued)[\])])\Z"
)
ENDED = pattern(r"[.!?。！？][\"'”’»)\]]*\Z")


@rule("DQ002", fix="none")
def truncated_story(doc: Document) -> Iterator[Span]:
    """A story that stops in the middle of a sentence.

    Feeds carry the first few hundred characters, and paywalls less. Flagged where the last line is a
    sentence's beginning: it ends with a comma, an ellipsis or a word that can't end a sentence, and the
    lines before it do end. A headline, a list or a signature may well have no full stop.

    ```diff
      Shares fell 4% on Tuesday after the bank cut its outlook for the year.
      The chairman said the board would meet again in March.
    ! He told reporters that the decision had been taken by the
    ```

    ```diff
      Shares fell 4% on Tuesday after the bank cut its outlook for the year.
      The chairman said the board would meet again in March.
      A longer version of this story is to follow
    ```
    """
    lines = doc.lines
    if not lines:
        return
    last = lines[-1]
    if last.text[-1] in ".!?”\"'’)" and last.text[-3:] != "...":
        return
    ends = OPEN_END.search(last.text[-60:])
    if ends is None or last.words < 8:
        return
    before = doc.text[: last.start] + last.text[: len(last.text) // 2]
    if len(re.findall(r"[a-z]{2}[.!?][\"'”’]?\s", before[-2000:])) >= 2:
        yield Span(last.start, last.end, f"The story breaks off after “{last.text[-40:]}”")


@rule("DQ003", fix="none", scope="result")
def mostly_boilerplate(before: Document, after: Document) -> Iterator[Span]:
    """A document of which more than half was removed.

    Either the extractor missed the story and kept its surroundings, or a rule removed too much: both
    are worth a look.

    ```diff
    ! Shares fell 4% on Tuesday.
    - Leave a Reply
    - Your email address will not be published. Required fields are marked *
    - Save my name, email, and website in this browser for the next time I comment.
    - Notify me of follow-up comments by email.
    - Notify me of new posts by email.
    - Post Comment
    ```

    ```diff
      Shares fell 4% on Tuesday after the central bank said that it would keep its rates.
    ```
    """
    if 3 * len(after.text) > 2 * len(before.text):
        return
    whole, left = count_words(before.text), count_words(after.text)
    if left < whole / 2 and left:
        share = 100 * (whole - left) / whole
        yield Span(0, len(before.text), f"{share:.0f} % of {whole:,} words were removed")


@rule("DQ004", fix="none", scope="result")
def mostly_list(before: Document, after: Document) -> Iterator[Span]:
    """A document that is mostly a list: headlines, links, scores or prices.

    Section fronts, tag pages and link lists pass for articles. Flagged from ten lines on, when four
    fifths of them have fewer than eight words and no sentence's end.

    ```diff
    ! Budget passes after long debate
    ! Floods close two schools
    ! Museum to reopen in spring
    ! Rovers sign goalkeeper
    ! New bridge delayed again
    ! Council votes on parking
    ! Bakery wins prize
    ! Trains to run later
    ! Teachers return to work
    ! Mayor opens market
    ```

    ```diff
      The council agreed on three points. They are these:
      - a new bridge
      - a later train
      It will meet again in May.
    ```
    """
    lines = after.lines
    if len(lines) < 10:
        return
    short = [
        t for t in (line.text for line in lines) if t.count(" ") < 7 and not ENDED.search(t[-8:])
    ]
    if len(short) >= 4 * len(lines) / 5:
        yield Span(
            0, len(before.text), f"{len(short)} of {len(lines)} lines are short and no sentences"
        )


PLAINLY_ENGLISH = (" the ", " and ", " of ")  # no other language writes these: it needs no counting


@rule("DQ005", fix="none", scope="result")
def mixed_languages(before: Document, after: Document) -> Iterator[Span]:
    """A document in two languages.

    A translation below its original, a foreign press release, or two stories under one address. Flagged
    when a fifth of the text, in lines of twenty words and more, is in another language than the rest; a
    quotation in its own language is not.

    ```diff
    ! The minister said that the law was ready and that it would be sent to the house by the end of May.
      Le ministre a dit que la loi est prête et que le texte sera envoyé aux députés dans les mois à venir.
    ```

    ```diff
      The minister said that the law was ready and that it would be sent to the house by the end of the year.
      “La loi est prête”, he said.
    ```
    """
    if after.text.isascii() and after.language == "en":
        return  # no language but English does without other letters for long
    words: Counter[str] = Counter()
    for line in after.lines:
        if len(line.text) < 80 or (count := line.words) < 20:
            continue
        english = any(word in line.text for word in PLAINLY_ENGLISH)
        if language := "en" if english else guess_language(line.text):
            words[language] += count
    if len(words) < 2:
        return
    total = sum(words.values())
    (first, _), (second, count) = words.most_common(2)
    if count >= total / 5:
        share = 100 * count / total
        yield Span(
            0, len(before.text), f"{share:.0f} % of the text is {second!r}, the rest {first!r}"
        )


FEWEST = 12  # words: the shortest wire briefs have more


@rule("DQ006", fix="none", scope="result")
def too_short_story(before: Document, after: Document) -> Iterator[Span]:
    """A document with next to nothing left: fewer than twelve words.

    A cookie notice, a paywall's first line or a caption, where a story was expected. Documents that were
    empty from the start are not flagged.

    ```diff
    ! Subscribers can read the full story.
    ```

    ```diff
      The central bank left its main rate at 4.5 percent on Tuesday, as expected.
    ```
    """
    if len(after.text) > 30 * FEWEST:
        return
    left = count_words(after.text)
    if left < FEWEST and before.text.strip():
        yield Span(0, len(before.text), f"{left} words are left" if left != 1 else "1 word is left")


# The most common German words, each letter replaced by the next one
SHIFTED = pattern(
    r"\b(?:voe|efs|ejf|efo|efn|ebt|nju|jtu|wpo|gýs|tjdi|ojdiu|bvg|fjo|fjof|fjofs|xvsef)\b"
)
LEAST_SHIFTED = 3  # of them, different ones
SHIFTED_SHARE = 0.08  # of the words of a line: those above are a sixth of all in German


@rule("DQ007", fix="none", needles=[" voe "])
def letters_shifted_by_one(doc: Document) -> Iterator[Span]:
    """Paragraphs in which the next letter of the alphabet stands for each.

    German regional papers show stories so, blurred, to readers who haven't paid; a scraper gets
    "efs Gfvfsxfis" for "der Feuerwehr". No analysis can use that.

    ```diff
    ! Efs Nboo xvsef wpo efs Gfvfsxfis hfsfuufu voe jtu ojdiu wfsmfu{u- tbhuf fjo Tqsfdifs/
      Im Obergeschoss des Hauses hatte es in einem Zimmer gebrannt, sagte ein Sprecher.
    ```

    ```diff
      Shetlanders call an inlet a voe, and the longest voe ends at the village of Voe, which freezes first.
    ```
    """
    for line in doc.lines:
        found = SHIFTED.findall(line.text)
        if len(set(found)) >= LEAST_SHIFTED and len(found) >= SHIFTED_SHARE * line.words:
            yield Span(
                line.start, line.end, "Unreadable: every letter is the next one of the alphabet"
            )
