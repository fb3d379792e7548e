"""Text that was written as UTF-8 and read in another encoding: "cafÃ©" for "café".

What one word doesn't show, a whole text does: when next to all that isn't ASCII in its lines stands in
groups that would be UTF-8, it is. By chance a line of sound text hardly has one such group, an accented
capital before a closing quotation mark; beside its other accents that is a small part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

ENCODINGS = (  # in which UTF-8 is read by mistake: by Windows and browsers, by ISO's names, by Macs and DOS
    "cp1252", "cp1251", "cp1250", "cp1254", "cp1253", "cp1257", "cp1258", "cp1255", "cp1256",
    "latin-1", "iso8859-2", "iso8859-15", "mac_roman", "koi8-r", "cp437", "cp850",
)  # fmt: skip
UPPER = bytes(range(0x80, 0x100))
CONTINUED = range(0x80, 0xC0)  # bytes that go on in UTF-8 (RFC 3629)
# First bytes, second ones, and how many of any CONTINUED follow: what news is written in. Left out are rare
# letters that a capital before a closing mark would be: IPA (É’), N'Ko (ß“).
GROUPS = (
    ((0xC2,), (*range(0xA0, 0xA4), *range(0xA5, 0xC0)), 0),  # signs of Latin-1, but ¤
    (range(0xC3, 0xC6), CONTINUED, 0),  # Latin letters
    ((0xC6,), (0x8F, 0xA0, 0xA1, 0xAF, 0xB0), 0),  # Ə Ơ ơ Ư ư
    ((0xC8,), range(0x98, 0x9C), 0),  # Ș ș Ț ț
    ((0xC9,), (0x99,), 0),  # ə
    (range(0xCC, 0xD4), CONTINUED, 0),  # accents set apart; Greek, Cyrillic
    (range(0xD5, 0xDC), CONTINUED, 0),  # Armenian, Hebrew, Arabic
    ((0xE0,), range(0xA4, 0xC0), 1),  # Devanagari … Thai, Lao
    (range(0xE1, 0xED), CONTINUED, 1),  # Georgian, Vietnamese; quotes; Chinese, Japanese, Korean
    ((0xED,), range(0x80, 0xA0), 1),
    ((0xEF,), (0xB8, 0xBB, 0xBC, 0xBD, 0xBF), 1),  # full-width forms, byte order mark
    ((0xF0,), (0x9F,), 2),  # emoji
)
# In text that was read wrongly, half of what isn't ASCII or more are second or later bytes; of the different
# ones, most. A quick look at these spares most sound text the rest.
SECOND = 0.4
COVERED, MOSTLY = 0.9, 0.5  # of what isn't ASCII in a line; in all of the text
DISTINCT, FEWEST = 3, 2  # groups; fewer will do where all are Latin letters, signs and quotes
LATIN = "\u02ff"  # the last of these letters
NEUTRAL = "\u00a0\ufffd"  # says nothing: what stands for a byte that was lost …
LONELY = (0xC3, 0xC4, 0xC5, 0xCE, 0xCF, 0xD0, 0xD1)  # … and a first byte that has lost its second
BLANK = "\u00a0"  # a second byte that is often made a common space
GRAVE = frozenset({"fr", "it", "ca"})  # languages in which à ends words, and í is rare
SOUND = frozenset("‘’“”–—…•©®™°€£«» \u200b\ufeff\u00a0\u00ad\ufffd")  # begins no group
QUOTES = frozenset("‘’“”–—…")
NOT_ASCII, TOGETHER = re.compile(r"[^\x00-\x7f]"), re.compile(r"[^\x00-\x7f]{2,}")
LINE = re.compile(r"[^\n]+")
SPACED = re.compile(r" (?!(?:s|quel[ea]s?|quilo)\b)[^\W\d_]")
# A quotation mark that Windows has no character for lost its last byte, after one that opened
MARKS = re.compile(
    "(?P<opens>“|â€œ)|(?P<closes>”|â€\x9d)|(?P<lost>â€(?:\ufffd|(?![\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122])))|\n"
)


@dataclass(frozen=True)
class Reading:
    """How the upper 128 bytes look in an encoding; those without a character are controls, as in browsers."""

    encoding: str

    @cached_property
    def characters(self) -> dict[int, str]:
        """The character of each byte."""
        return {byte: bytes([byte]).decode(self.encoding, "ignore") or chr(byte) for byte in UPPER}

    @cached_property
    def bytes(self) -> dict[int, int]:
        """The byte of each code point, to translate by; ASCII stays."""
        return {ord(character): byte for byte, character in self.characters.items()}

    @cached_property
    def first(self) -> frozenset[str]:
        """What begins a group."""
        return frozenset(self.characters[byte] for some, _, _ in GROUPS for byte in some)

    @cached_property
    def later(self) -> frozenset[str]:
        """What goes on."""
        return frozenset(self.characters[byte] for byte in CONTINUED)

    @cached_property
    def group(self) -> re.Pattern[str]:
        """Find groups of characters that would be one in UTF-8."""

        def some(numbers: Iterable[int]) -> str:
            return f"[{''.join(re.escape(self.characters[number]) for number in numbers)}]"

        later = some(CONTINUED)
        kinds = (
            f"(?<={some(begin)}){some(second)}{later}{{{more}}}" for begin, second, more in GROUPS
        )
        # All that can begin one in front: the search looks for these only
        opens = f"[{''.join(map(re.escape, sorted(self.first)))}]"
        return re.compile(f"{opens}(?:{'|'.join(kinds)})")

    @cached_property
    def neutral(self) -> re.Pattern[str]:
        """Find what isn't ASCII and yet says nothing."""
        alone = "".join(re.escape(self.characters[byte]) for byte in LONELY)
        later = "".join(map(re.escape, sorted(self.later - {BLANK})))
        return re.compile(f"[{alone}](?![{later}])|[{NEUTRAL}]")

    def decoded(self, run: str) -> str:
        """Return what some groups are in UTF-8."""
        return run.translate(self.bytes).encode("latin-1").decode("utf-8")


@cache
def readings() -> tuple[Reading, ...]:
    """Return all readings that can be told apart."""
    return tuple(map(Reading, ENCODINGS))


Repair = tuple[int, int, str]


# What is left of a no-break space: "Â" before a blank behind a small letter, a figure or a mark, or between a
# small letter and a mark
STRAY = re.compile(
    r"(?<=[a-z0-9.,;:!?)\]\"”’…])Â(?=[ \n]|\Z)|(?<=[a-z])Â(?=[.,;:!?)\]\"”’]{1,3}(?:\s|\Z))"
)
# One run by itself, of Latin-1 or Windows-1252: it is repaired alone, so ASCII beside it can't change. What
# begins two or more bytes of UTF-8; a long run is cut in front of one.
LEADS = frozenset("ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓØÙÚÛÜÝÞâãäåæçèéêëìíîïðñ€")
SIGN = re.compile(rf"[{''.join(sorted(LEADS))}][\u0080-\u02ff\u2000-\u2122\ufb01\ufb02]")
RUN = re.compile(
    r"[^\x00-\x7f]{1,160}"
    rf"(?:[^\x00-\x7f]{{0,80}}?(?=[\x00-\x7f{''.join(sorted(LEADS - {'€'}))}]|\Z))?"
)


def repairs(text: str, unusual: frozenset[str], language: Callable[[], str]) -> Iterator[Repair]:
    """Yield all repairs of a text, in order: of lines that were read wrongly, and of single runs.

    `unusual`: its different characters that aren't ASCII. `language`: what says its language.
    """
    known = misread(text, unusual, language)
    if "Â" in unusual:
        taken = {start for start, _, _ in known}
        stray = (match.span() for match in STRAY.finditer(text))
        known = sorted([*known, *((start, end, "") for start, end in stray if start not in taken)])
    if unusual.isdisjoint(LEADS) or not SIGN.search(text):
        yield from known
        return
    if "€" in unusual:
        known = sorted([*known, *closing_marks(text)])
    place = 0
    for start, end, read in [*known, (len(text), len(text), "")]:
        for match in RUN.finditer(text, place, start):
            run = match[0]
            repaired = decoded_again(run) if len(run) > 1 and SIGN.search(run) else run
            if repaired != run and not in_capitals(text, match.start(), run, repaired):
                yield *match.span(), repaired
        if end > start:
            yield start, end, decoded_again(read) if SIGN.search(read) else read
        place = end


def in_capitals(text: str, start: int, run: str, repaired: str) -> bool:
    """Whether a small letter would stand in a word of capitals: it is one of them, and a quotation mark."""
    pairs = zip(run, repaired, strict=False)
    same = next((place for place, (old, new) in enumerate(pairs) if old != new), 0)
    before = text[max(start + same - 2, 0) : start + same]
    return before.isupper() and repaired[same : same + 1].islower()


@lru_cache(1024)  # the same few runs stand in a text again and again, and ftfy takes 50 us for each
def decoded_again(run: str) -> str:
    """Return a run as ftfy repairs it: what it takes for likely, read twice or more times, too."""
    from ftfy import fix_encoding  # 60 ms: only for text that looks broken

    return fix_encoding(run)


def misread(text: str, unusual: frozenset[str], language: Callable[[], str]) -> list[Repair]:
    r"""Return what to put in place of what, where whole lines of a text were read in a wrong encoding.

    `unusual`: the different characters of the text that aren't ASCII. `language`: what says the language.

    >>> text = "ÐŸÐ°Ñ€Ð»Ð°Ð¼ÐµÐ½Ñ‚ ÑƒÑ‚Ð²ÐµÑ€Ð´Ð¸Ð» Ð±ÑŽÐ´Ð¶ÐµÑ‚."
    >>> [new for _, _, new in misread(text, frozenset(text), str)]
    ['Парламент', 'утвердил', 'бюджет']
    >>> misread("Die Größe der NESCAFÉ® Dose", frozenset("öß É®"), str)
    []
    """
    if unusual <= SOUND:
        return []
    likely = [
        reading
        for reading in readings()
        if len(unusual & reading.later) >= SECOND * len(unusual)
        and not unusual.isdisjoint(reading.first)
    ]
    others = len(text) - len(text.encode("ascii", "ignore"))
    if not likely or len("".join(TOGETHER.findall(text))) < MOSTLY * others:
        return []
    best: tuple[Reading, list[range]] | None = None
    most = (MOSTLY * others, 0)
    for reading in likely:
        if len(set(reading.group.findall(text))) < FEWEST:
            continue
        found = covered(text, reading)
        size = sum(map(len, found))
        if size < most[0] or not enough(text, reading, found):
            continue
        rank = (size, -odd(text, reading, found))
        if rank > most:
            best, most = (reading, found), rank
        if rank == (others, 0):
            break  # nothing can be better
    if not best:
        return []
    reading, found = best
    parts = [
        (group.start, group.stop, reading.decoded(text[group.start : group.stop]))
        for group in found
    ]
    return list(joined(sorted([*parts, *restored(text, reading, found, language)])))


def enough(text: str, reading: Reading, groups: Sequence[range]) -> bool:
    """Whether there are too many different groups for chance; one that follows a capital may be chance."""
    seen = {
        text[group.start : group.stop]
        for group in groups
        if not (group.start and "A" <= text[group.start - 1] <= "Z")
    }
    if len(seen) >= DISTINCT:
        return True
    read = set(map(reading.decoded, seen))
    return len(read) >= FEWEST and all(one <= LATIN or one in QUOTES for one in read)


def odd(text: str, reading: Reading, groups: Sequence[range]) -> int:
    """Return how many capitals there would be behind a small letter: in another encoding they are none."""
    behind = (group for group in groups if group.start and "a" <= text[group.start - 1] <= "z")
    return sum(reading.decoded(text[group.start : group.stop]).isupper() for group in behind)


def covered(text: str, reading: Reading) -> list[range]:
    """Return the groups of those lines that consist of groups, beside ASCII."""
    groups = [range(*match.span()) for match in reading.group.finditer(text)]
    found: list[range] = []
    place = 0
    for line in LINE.finditer(text):
        begin = place
        while place < len(groups) and groups[place].start < line.end():
            place += 1
        size = sum(map(len, groups[begin:place]))
        if not size:
            continue
        others = len(NOT_ASCII.findall(line[0])) - size
        lost = len(reading.neutral.findall(line[0]))
        if size >= COVERED * (size + others - lost) and size >= others:
            found += groups[begin:place]
    return found


def joined(parts: Iterable[Repair]) -> Iterator[Repair]:
    """Yield one repair for those that follow one another."""
    start = end = -1
    read: list[str] = []
    for first, last, piece in parts:
        if first != end:
            if read:
                yield start, end, "".join(read)
            start, read = first, []
        read.append(piece)
        end = last
    if read:
        yield start, end, "".join(read)


def restored(
    text: str, reading: Reading, groups: Sequence[range], language: Callable[[], str]
) -> Iterator[Repair]:
    """Yield repairs of letters that have lost a byte, where only one letter can have stood.

    The no-break space of "Ã\u00a0" is often made a common one, and the soft hyphen of "Ã\u00ad" dropped.
    """
    if reading.characters[0xA0] != BLANK:
        return
    a, s, r, p = (re.escape(reading.characters[byte]) for byte in (0xC3, 0xC5, 0xD0, 0xCE))
    cyrillic, greek = (
        "".join(re.escape(reading.characters[byte]) for byte in some)
        for some in ((0xD0, 0xD1), (0xCE, 0xCF))
    )
    lost = re.compile(
        rf"(?P<word>(?<![^\W_]){a})(?=\x20)|(?P<end>(?<=[a-z]){a})(?=\x20)|(?P<i>(?<=[a-z]){a})(?=[a-z])"
        rf"|(?<![^\W_])(?:(?P<s>{s}\x20)(?=[a-z])|(?P<r>{r}\x20)(?=[{cyrillic}])|(?P<p>{p}\x20)(?=[{greek}]))"
    )
    for line in whole_lines(text, groups):
        for match in lost.finditer(text, line.start, line.stop):
            start, end = match.span()
            kind = str(match.lastgroup)
            if kind == "end" and language() not in GRAVE:
                continue
            if kind in ("word", "end") and not SPACED.match(text, end):
                end += 1  # before a comma, a hyphen or another space, or in às and àquele, it was no space
            yield start, end, {"i": "í", "s": "Š", "r": "Р", "p": "Π"}.get(kind, "à")


def whole_lines(text: str, groups: Sequence[range]) -> Iterator[range]:
    """Yield the lines in which groups stand, each once."""
    end = -1
    for group in groups:
        if group.start > end:
            start = text.rfind("\n", 0, group.start) + 1
            end = text.find("\n", group.start)
            end = len(text) if end < 0 else end
            yield range(start, end)


def closing_marks(text: str) -> Iterator[Repair]:
    """Yield closing quotation marks that have lost their last byte, where one is open in the line.

    >>> list(closing_marks("He said “it is overâ€, and left."))
    [(19, 21, '”')]
    """
    is_open = False
    for match in MARKS.finditer(text):
        if match.lastgroup == "lost" and is_open:
            yield *match.span(), "”"
        is_open = match.lastgroup == "opens"
