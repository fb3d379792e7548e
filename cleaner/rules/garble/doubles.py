"""Things said twice: words, phrases, names with a copy in brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from operator import eq

from cleaner.blocks import once
from cleaner.document import Document
from cleaner.edits import Edit, Span
from cleaner.lexicon import read_words, word_set
from cleaner.rule import flag, pattern, rule

LONGEST_PHRASE = 6  # words


@once
def repeats(doc: Document) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return runs of one to six words that follow themselves: which word is the first, and the run."""
    text = doc.text
    if not _echoing(*read_words(text)):
        return ()
    words = text.split()
    found: list[tuple[int, tuple[str, ...]]] = []
    if any(map(eq, words, islice(words, 1, None))):
        found += (
            (at, (word,)) for at, (word, after) in enumerate(pairwise(words)) if word == after
        )
    for at, size in _echoes(words):
        phrase = words[at : at + size]
        if phrase == words[at + size : at + 2 * size]:
            found.append((at, tuple(phrase)))
    return tuple(sorted(found))


def _echoing(words: Sequence[str], codes: bytes) -> bool:
    """Whether one to six words follow themselves.

    The codes of the words are the bytes of one number. XORed with itself, shifted by n bytes, it has
    n zeros where n codes follow themselves: three operations in C over the whole text for each n.
    """
    number, count = int.from_bytes(codes, "little"), len(words)
    for size, zeros in ECHOES[: count // 2]:
        same = (number ^ number >> 8 * size).to_bytes(count, "little")
        at = same.find(zeros, 0, count - size)
        while at >= 0:
            phrase = words[at : at + size]
            if phrase == words[at + size : at + 2 * size] and (
                "".join(phrase).islower() if size > 1 else phrase[0] in SLIPS
            ):
                return True
            at = same.find(zeros, at + 1, count - size)
    return False


ECHOES = tuple((size, bytes(size)) for size in range(1, LONGEST_PHRASE + 1))


def _echoes(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where two to six words may follow themselves: their lengths do."""
    try:
        lengths = bytes(map(len, words))
    except ValueError:
        lengths = bytes(min(len(word), 255) for word in words)
    number, count = int.from_bytes(lengths, "little"), len(words)
    for size, zeros in ECHOES[1 : count // 2]:
        same = (number ^ number >> 8 * size).to_bytes(count, "little")
        if same.count(0) * 2 > count:
            continue  # no prose: a table, or one word over and over
        at = same.find(zeros, 0, count - size)
        while at >= 0:
            yield at, size
            at = same.find(zeros, at + 1, count - size)


# Not "it": "because of it it makes sense". Not "for", "on", "at" or "in": "the man she looked at at noon".
NEVER_TWICE = word_set(
    "the a an and of to with from by or as its their this are be were has have will is"
)
SLIPS = NEVER_TWICE | {"not"}
DOUBLED_WORD = pattern(
    r"[ ](?P<word>the|an?|and|of|to|with|from|by|or|as|its|their|this|are|be|were|has|have|will)"
    r"(?P<cut>(?:[ ](?P=word)){1,2})(?=[ ])(?![ ](?P=word)[ ])"
)


DOUBLED_IS = pattern(r" is(?P<cut> is)(?= )")
# "What it is is a mistake", "the problem is is that": said so, and heard so.
SUBJECT_OF_IS = word_set(
    "it this that what he she who how where problem thing question point issue answer all"
)


@rule("GS042", fix="safe", when=repeats, languages=["en"])
def doubled_function_word(doc: Document) -> Iterator[Edit]:
    """A function word that is there twice.

    Editing and stitching leave one of them behind. Only words that never follow themselves: "had
    had", "that that", "in in" and "very very" are English, and so is "what it is is".

    ```diff
    - The police were in search of of another man, and the the talks failed.
    + The police were in search of another man, and the talks failed.
    ```

    ```diff
      She said that that smear had had its effect; they settled in in May, to a long long applause.
    ```

    ```diff
      What it is is a mistake.
    ```
    """
    text = doc.text
    if not any(len(phrase) == 1 and phrase[0] in NEVER_TWICE for _, phrase in repeats(doc)):
        return
    for match in DOUBLED_WORD.finditer(text):
        # Four and more are no slip: a table, a stutter that was meant.
        if not text.endswith(f" {match['word']}", 0, match.start()):
            yield Edit(*match.span("cut"))
    for match in DOUBLED_IS.finditer(text):
        if not SUBJECT_OF_IS.intersection(
            text[max(0, match.start() - 60) : match.start()].lower().split()[-4:]
        ):
            yield Edit(*match.span("cut"))


DOUBLED_NOT = pattern(r" (?P<cut>not not)(?= [a-z])")


@rule("GS043", fix="none", when=repeats, languages=["en"])
def doubled_not(doc: Document) -> Iterator[Span]:
    """A "not" that is there twice.

    One of the two may be meant for another word, and with one less or both the sentence says the
    opposite: a person must look.

    ```diff
    ! She might maybe not not seek the office.
    ```

    ```diff
      It is not, not ever, what she meant.
    ```
    """
    if any(phrase == ("not",) for _, phrase in repeats(doc)):
        yield from flag(DOUBLED_NOT, doc.text, "“not” twice: which is meant?")


# "day after day after day", "again and again and again": the repetition is the phrase.
HINGES = word_set("and or by after to upon on in within vs versus no than more")


@rule("GS044", fix="unsafe", when=repeats, languages=["en"])
def doubled_phrase(doc: Document) -> Iterator[Edit]:
    """A phrase that is there twice in a row.

    Stitching and spinning repeat what they joined. At least two words, in lower case, without
    punctuation between; "over and over and over" is no mistake.

    ```diff
    - It would be postponed then your case would be postponed then your case would be heard.
    + It would be postponed then your case would be heard.
    ```

    ```diff
      They went over and over and over it, day after day after day, in Duran Duran shirts.
    ```
    """
    text = doc.text
    found = [(at, len(phrase)) for at, phrase in repeats(doc) if _says_something(phrase)]
    if not found:
        return
    ends = [match.end() for match in WORD.finditer(text)]
    for at, size in found:
        start, end = ends[at + size - 1], ends[at + 2 * size - 1]
        if "\n" not in text[start:end]:
            yield Edit(start, end)


WORD = pattern(r"\S+")


def _says_something(phrase: tuple[str, ...]) -> bool:
    plain = len(set(phrase)) > 1 and all(word.isalpha() and word.islower() for word in phrase)
    if len(phrase) == 2 and phrase[1] == "of":
        return False  # thousands of thousands of people
    return plain and not HINGES.intersection((phrase[0], phrase[-1]))


BRACKETED_NAME = pattern(
    r"\((?P<name>[A-Z][\w’'-]{1,20}(?: (?:[A-Z][\w’'-]{0,20}|de|al|bin|van|von)){1,3})\)"
)


@rule("GS040", fix="unsafe", needles=["("])
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
    text = doc.text
    for match in BRACKETED_NAME.finditer(text):
        if text.endswith(f"{match['name']} ", 0, match.start()):
            yield Edit(match.start() - 1, match.end())


BRACKETED_INITIALS = pattern(r"\((?P<initials>[A-Z]{2,10})\)")
GLOSSED = pattern(
    r"(?P<name>[A-Z][a-z]{2,20}(?: (?:of |and |for |the )?[A-Z][a-z]{2,20}){1,4})"
    r"(?P<cut>(?: of)? (?P<short>[A-Z]{2,6})) $"
)


@rule("GS041", fix="unsafe", needles=["("])
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
    text = doc.text
    for match in BRACKETED_INITIALS.finditer(text):
        before = text[max(0, match.start() - 120) : match.start()]
        gloss = GLOSSED.search(before) if before[-2:-1].isupper() else None
        if (
            gloss
            and match["initials"].startswith(gloss["short"])
            and initials(gloss["name"]) == gloss["short"]
        ):
            end = match.start() - 1
            yield Edit(end - len(gloss["cut"]), end)


def initials(name: str) -> str:
    """The first letters of a name's capitalised words."""
    return "".join(word[0] for word in name.split() if word[0].isupper())
