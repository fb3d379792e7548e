"""The index of all tables, which is built once and kept in two files: reading them takes 5 ms."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.phrases import (
    CODED,
    DETERMINERS,
    FILLERS,
    KINDS,
    NUMBER,
    SHORT,
    UNSPACED,
    Index,
    Phrase,
    first_word,
    table,
    words,
)

NONE: frozenset[str] = frozenset()


def build() -> Index:
    """Build the index from the tables; of two entries for one phrase the stronger wins, then the earlier."""
    made = Index({}, {}, {}, {}, NONE, NONE, NONE, NONE)
    firsts, long_firsts = {UNSPACED, NUMBER, ""} | (FILLERS - DETERMINERS), {UNSPACED}
    for kind, entry in _entries():
        plain = _plain(entry)
        strong = entry.startswith("!") or (len(plain) > 1 and not entry.startswith("?"))
        phrase, key = Phrase(kind, strong), " ".join(plain)
        place = made.phrases
        if entry.endswith("*"):
            place = made.openings
        elif "*" in entry[:2]:
            place = made.endings
        if key not in place or (strong and not place[key].strong):
            place[key] = phrase
        if place is not made.endings:
            made.longest[plain[0]] = max(made.longest.get(plain[0], 0), len(plain))
            first = first_word(key)
            firsts.add(first)
            if len(key) > SHORT // 2:
                long_firsts.add(first)
    last_words = frozenset(key.rpartition(" ")[2] for key in made.endings)
    return made._replace(
        last_words=last_words,
        last_letters=frozenset(word[-2:] for word in last_words),
        firsts=frozenset(firsts),
        long_firsts=frozenset(long_firsts),
    )


def written(built: Index, *, wide: bool) -> str:
    """Return the text of a file, of keys in ASCII or others: a block for each field and value, and for each set."""
    code = {phrase: number for number, phrase in enumerate(CODED)}
    blocks: dict[str, list[str]] = {}
    for name in ("phrases", "openings", "endings"):
        for key, phrase in getattr(built, name).items():
            blocks.setdefault(f"{name} {code[phrase]:02}", []).append(key)
    for word, size in built.longest.items():
        blocks.setdefault(f"longest {size:02}", []).append(word)
    for name in ("last_words", "last_letters", "firsts", "long_firsts"):
        blocks[name] = [key for key in getattr(built, name) if key]
    some = (
        (head, sorted(key for key in keys if key.isascii() is not wide))
        for head, keys in blocks.items()
    )
    lines = ("\n".join([head, *keys]) for head, keys in sorted(some) if keys)
    return "\n\n".join(["# Made from the tables beside it by `pytest --update`.", *lines])


def _plain(entry: str) -> list[str]:
    """The words of an entry; most are written as they are compared, and start-up is kept short."""
    bare = entry.strip("!?* ")
    if " -" not in bare and bare.replace(" ", "").replace("-", "").isalpha():
        return bare.casefold().split()
    return words(bare)


def _entries() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        for entries in table(kind).values():
            for entry in entries:
                yield kind, entry
