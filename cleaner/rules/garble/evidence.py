"""What a document shows about itself, once per text: words, lines, habits of its extractor."""

from __future__ import annotations

from cleaner.blocks import once
from cleaner.document import Document
from cleaner.lexicon import is_common, word_set
from cleaner.rule import pattern

# "etc" and friends end in a stop anywhere; a lower-case word after them proves nothing.
ABBREVIATED = word_set(
    "etc viz dept govt corp inc ltd co cos bros bhd assn assoc intl natl mfg univ dist ave blvd est "
    "approx incl excl misc min max avg vol fig jan feb mar apr jun jul aug sep sept oct nov dec mon "
    "tue tues wed thu thur thurs fri sat sun calif conn del fla ill ind kan mass mich minn miss mont "
    "neb nev okla ore penn tenn tex wash wis wyo ariz ark colo pres rep reps sen sens gen gov lt col "
    "sgt capt prof rev hon jr sr vs cf ed eds trans yrs hrs mins secs lbs oz mln bln bn tech syst"
)

# Each pattern begins with the literal that is rarest in prose, so that searching is a memory scan.
ODD_STOP = pattern(
    r"""\.(?:
    (?<=[ \xa0]\.)  # a blank before it
    |[A-ZÀ-Þ](?<=[a-zà-ÿ\d%]..)  # a capital glued to it
    |[ ][a-z](?<=[a-z\d)”\"]...))  # lower case behind it
    """,
    "x",
)
ODD_COMMA = pattern(
    r""",(?:
    (?<=[ \xa0],)  # a blank before it
    |[a-z](?<=[A-Za-z]..)  # a word glued to it
    |[ ](?:[TSHWI](?:hey|hese|hen|hat|here|hose|his|he|t|e|o)|And|But)[ ][a-z]  # a sentence behind it
    |[ ][Aa]ccording[ ]to[ ])
    """,
    "x",
)
ODD_POSSESSIVE = tuple(
    pattern(rf"{mark}s(?:[A-Za-z](?<=[A-Za-z]{mark}s.)|[ ](?<=[ ]{mark}s[ ]))") for mark in "'’"
)
LINE_BREAKS_OFF = pattern(r"\n(?:[ \t]{0,4}[a-z]|[B-HJ-NP-Z] [a-z])")


@once
def odd_stop(doc: Document) -> bool:
    """Whether any full stop has a neighbour that it has not in edited prose.

    These questions are asked first: nearly all documents of edited news are done with them.
    """
    text = doc.text
    return ODD_STOP.search(text) is not None


@once
def odd_comma(doc: Document) -> bool:
    """Whether any comma has such a neighbour."""
    text = doc.text
    return ODD_COMMA.search(text) is not None


@once
def odd_possessive(doc: Document) -> bool:
    """Whether any possessive is apart from its word, or glued to the next."""
    text = doc.text
    return any(
        odd.search(text) for mark, odd in zip("'’", ODD_POSSESSIVE, strict=True) if mark in text
    )


@once
def line_breaks_off(doc: Document) -> bool:
    """Whether any line begins in lower case, or with a letter apart from its word."""
    text = doc.text
    return LINE_BREAKS_OFF.search(text) is not None


LAST_WORD = pattern(r"[\w’'-]+$")
LONG_WORD = pattern(r"[^\W\d_]{4,}")


def line_at(text: str, offset: int) -> str:
    """Return the line an offset lies in, at most 400 characters each way."""
    start, end = max(0, offset - AROUND), offset + AROUND
    after = text.find("\n", offset, end)
    return text[text.rfind("\n", start, offset) + 1 or start : after if after >= 0 else end]


AROUND = 400


def chunk_around(text: str, offset: int) -> str:
    """Return what stands around an offset up to the nearest white space, at most 80 characters each way."""
    right = text[offset : offset + 80].split(None, 1)
    return chunk_before(text, offset) + (right[0] if right and not text[offset].isspace() else "")


def chunk_before(text: str, offset: int) -> str:
    """Return what stands before an offset back to white space, at most 80 characters."""
    left = text[max(0, offset - 80) : offset].split()
    return left[-1] if left and not text[offset - 1].isspace() else ""


NUMBERS = pattern(r"\S*\d\S*")


def tabular(line: str) -> bool:
    """Whether a line looks like the row of a table: columns of blanks, or mostly numbers."""
    words = line.split()
    numbers = len(NUMBERS.findall(line))
    return "   " in line.strip() or bool(numbers * 5 > 2 * len(words) > 4)


def titled(line: str) -> bool:
    """Whether nearly all longer words of a line begin with a capital, as in a headline."""
    words = LONG_WORD.findall(line[:400])
    lower: int = sum(word[0].islower() for word in words)
    return lower * 5 <= len(words)


def word_before(text: str, offset: int) -> str:
    """Return the word that ends at an offset, or an empty string."""
    match = LAST_WORD.search(text[max(0, offset - 40) : offset])
    return match[0] if match else ""


def ends_sentence(text: str, stop: int) -> bool:
    """Whether a stop behind a common word in lower case ends a sentence rather than an abbreviation."""
    word = word_before(text, stop).replace("’", "'").rpartition("'")[2]
    return is_common(word) and word not in ABBREVIATED


LONGEST_ABBREVIATION = 6  # letters, as in "Messrs."


def no_abbreviation(text: str, stop: int) -> bool:
    """Whether the word before a stop is too long for an abbreviation, or stands elsewhere without a stop."""
    word = word_before(text, stop)
    if len(word) < 3 or word.lower() in ABBREVIATED:
        return False
    if len(word) > LONGEST_ABBREVIATION:
        return True
    return any(text.find(f" {word}{after}") >= 0 for after in (" ", ",", "’", "'", "\n"))
