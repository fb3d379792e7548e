"""What a document shows about itself, once per text: words, lines, habits of its extractor."""

from __future__ import annotations

import re

from cleaner.lexicon import is_common, word_set

# "etc" and friends end in a stop anywhere; a lower-case word after them proves nothing.
ABBREVIATED = word_set(
    "etc viz dept govt corp inc ltd co cos bros bhd assn assoc intl natl mfg univ dist ave blvd est "
    "approx incl excl misc min max avg vol fig jan feb mar apr jun jul aug sep sept oct nov dec mon "
    "tue tues wed thu thur thurs fri sat sun calif conn del fla ill ind kan mass mich minn miss mont "
    "neb nev okla ore penn tenn tex wash wis wyo ariz ark colo pres rep reps sen sens gen gov lt col "
    "sgt capt prof rev hon jr sr vs cf ed eds trans yrs hrs mins secs lbs oz mln bln bn tech syst"
)

LAST_WORD = re.compile(r"[\w’'-]+$")
LONG_WORD = re.compile(r"[^\W\d_]{4,}")


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


NUMBERS = re.compile(r"\S*\d\S*")


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
