"""What each character is to a tokeniser, and the form in which it is compared.

Case and accents don't count. Scripts without spaces (Chinese, Japanese, Thai …) are set apart: each of
their characters starts a token.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

U8, U16, U32, U64 = np.uint8, np.uint16, np.uint32, np.uint64
Ints = NDArray[np.int64]

SPACE, LETTER, DIGIT, SOLO, POINT, NOTHING = range(6)
GAP, STOP, COMMA = 0, 1, 2  # folded forms of what is no word by itself, below all that is
NUMBER, NAME = 1, 2  # flags of a token: starts with a digit; starts with a capital
SOFT_HYPHEN = b"\xad"
# Of ASCII: the bit by which small letters differ from capitals, which digits have, too
CASE, SMALL_A, LETTERS, ZERO, DIGITS, LAST_ASCII = map(U8, (0x20, ord("a"), 26, ord("0"), 10, 0x7F))
PAD = 8  # NULs after the last text, so that words can be read eight characters at a time

# Written without spaces between words: Thai and Lao, Tibetan, Burmese, Khmer, kana, Han and its
# compatibility forms, Yi. Korean has spaces.
UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x0F00, 0x0FFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xF900, 0xFAFF),
)
# Blocks of one category, two thirds of all: Han, Hangul, surrogates and private use
UNIFORM = (
    (0x3400, 0x4DBF, "Lo"),
    (0x4E00, 0x9FFF, "Lo"),
    (0xAC00, 0xD7A3, "Lo"),
    (0xD800, 0xDFFF, "Cs"),
    (0xE000, 0xF8FF, "Co"),
)
NO_CASE = (0x3000, 0xD7FF)  # Han, kana, Hangul …: nothing to fold

Kinds = tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.bool_]]


def categories() -> NDArray[np.uint16]:
    """For each 16-bit code point its Unicode category: the two letters as one number."""
    found = np.empty(1 << 16, U16)
    start = 0
    for first, last, name in (*UNIFORM, (0xFFFF, 0xFFFF, "Cn")):
        names = "".join(map(unicodedata.category, map(chr, range(start, first))))
        found[start:first] = np.frombuffer(names.encode("ascii"), U16)
        found[first : last + 1] = np.frombuffer(name.encode("ascii"), U16)
        start = last + 1
    return found


def among(category: NDArray[np.uint16], *names: str) -> NDArray[np.bool_]:
    """Return which code points have one of these categories."""
    codes = np.frombuffer("".join(names).encode("ascii"), U16)
    found: NDArray[np.bool_] = np.logical_or.reduce([category == code for code in codes])
    return found


@cache
def tables() -> Kinds:
    """For each 16-bit code point: its folded form, what it is to a tokeniser, is it a capital."""
    size, category = 1 << 16, categories()
    major = category.view(U8)[::2]  # the first of two letters
    fold, kind = np.arange(size).astype(U16), np.zeros(size, U8)
    kind[(major == ord("L")) | (major == ord("N")) | among(category, "Mc")] = LETTER
    kind[among(category, "Nd")] = DIGIT
    # Accents set apart, soft hyphens, joiners: no part of a word's identity
    kind[among(category, "Mn", "Me", "Cf")] = NOTHING
    kind[ord("_")] = LETTER
    cased = major == ord("L")
    cased[slice(*NO_CASE)] = False
    capital = cased & among(category, "Lu", "Lt")
    codes = np.flatnonzero(cased).tolist()
    # All at once, each between NULs: one by one takes ten times as long
    apart = unicodedata.normalize("NFKD", "\0".join(map(chr, codes))).split("\0")
    for code, parts in zip(codes, apart, strict=True):
        base = ord(parts[0].lower()[0])
        # A Latin-1 letter stays in Latin-1 (the micro sign does not become Greek mu)
        fold[code] = base if base <= (0xFF if code <= 0xFF else 0xFFFF) else code
    for code in np.flatnonzero(kind == DIGIT).tolist():
        fold[code] = ord("0") + unicodedata.digit(chr(code))
    for first, last in UNSPACED:
        block = kind[first : last + 1]
        block[block == LETTER] = SOLO
    kind[[ord("."), ord(",")]] = POINT
    fold[[ord("."), ord(",")]] = STOP, COMMA
    return fold, kind, capital


@cache
def narrow_table() -> NDArray[np.uint8]:
    """For each Latin-1 character: its folded form, GAP between words."""
    fold, kind, _ = (table[:256] for table in tables())
    return np.where(kind == SPACE, GAP, fold).astype(U8)


@cache
def narrow_flags() -> bytes:
    """For each Latin-1 character: the flags of a token that begins with it."""
    fold, _, capital = (table[:256] for table in tables())
    digits = (fold >= ord("0")) & (fold <= ord("9"))
    return (digits * U8(NUMBER) | capital * U8(NAME)).tobytes()


def fold_narrow(raw: bytes) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return Latin-1 characters folded, GAP between words, and which of them are of words.

    Most are ASCII, which is folded by arithmetic, in a third of the time that looking up each takes.
    """
    codes = np.frombuffer(raw, U8)
    folded = codes | CASE
    word = (folded - SMALL_A) < LETTERS
    digit = (codes - ZERO) < DIGITS
    word |= digit
    folded *= word.view(U8)
    others = codes > LAST_ASCII
    if b"_" in raw:
        others |= codes == ord("_")
    between = digit[:-2] & digit[2:]  # the stop of a number, as a rule
    others[1:-1] |= np.greater(between, word[1:-1], out=between)
    at = others.nonzero()[0]
    if len(at):
        found = narrow_table().take(codes.take(at))
        folded[at] = found
        word[at] = found != GAP
    return folded, word


def wide(texts: Sequence[str]) -> NDArray[np.uint16]:
    """All characters of the texts, each text closed by NULs; those beyond 16 bits become separators."""
    joined = "\0".join(texts) + "\0" * PAD
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), U32)
    return np.minimum(points, 0xFFFF).astype(U16)


def narrow(texts: Sequence[str]) -> tuple[bytes, Ints]:
    """Return the characters as Latin-1, and the positions of those that don't fit in it.

    Wide characters that stand between words, as curly quotes and dashes do, fit: they become NULs.
    """
    others = [place for place, text in enumerate(texts) if not text.isascii()]
    if not others:
        return ("\0".join(texts) + "\0" * PAD).encode("ascii"), np.empty(0, np.int64)
    if 2 * len(others) > len(texts):
        return narrowed(texts)
    # Most texts are ASCII in most corpora, and copied ten times faster than the others are encoded
    chosen = [texts[place] for place in others]
    raw, outside = narrowed(chosen)
    ends = np.cumsum(np.fromiter(map(len, chosen), np.int64, len(chosen)) + 1)
    parts = [text.encode("ascii") if text.isascii() else b"" for text in texts]
    for place, text, end in zip(others, chosen, ends.tolist(), strict=True):
        parts[place] = raw[end - len(text) - 1 : end - 1]
    if len(outside):
        starts = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)[others] - ends
        outside = outside + starts[np.searchsorted(ends, outside, "right")]
    parts.append(bytes(PAD - 1))
    return b"\0".join(parts), outside


def narrowed(texts: Sequence[str]) -> tuple[bytes, Ints]:
    """Do what `narrow` does, by way of UTF-16."""
    joined = "\0".join(texts) + "\0" * PAD
    units = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), U16)
    if len(units) > len(joined):  # surrogates shift what follows
        units = wide(texts)
    outside = np.flatnonzero(units > 0xFF)
    _, kinds, _ = tables()
    codes = units.astype(U8)
    codes[outside] = 0
    outside = outside[kinds.take(units.take(outside)) != SPACE]
    raw = codes.tobytes()
    if SOFT_HYPHEN in raw:
        outside = np.sort(np.concatenate([outside, np.flatnonzero(codes == SOFT_HYPHEN[0])]))
    return raw, outside
