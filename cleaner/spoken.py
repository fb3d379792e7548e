"""Sentences that somebody says in a story: no site speaks of itself so."""

from __future__ import annotations

from cleaner.patterns import pattern

# Who says it, behind or amid what is said: no site ends its own sentences so
SPOKEN = pattern(
    r", (?:(?:the|an?|his|her|its|their) )?[\w'’. -]{1,50} (?:sa(?:id|ys?)|told|wr(?:ote|ites?)|asked"
    r"|urge[ds]?|warned|demanded|pleaded|shouted|promised|ruled|explained|added|advised?)\b[^,.]{0,60}"
    r"(?:\.$|, [a-z])"
)
QUOTED = pattern(r"[\"“][^\"”]{2,160}[,.!?][\"”] \w")


def is_spoken(text: str) -> bool:
    """Whether a sentence says who says it, at its end or between commas, or begins with a quotation.

    >>> is_spoken("We rely on donations, the director told the council."), is_spoken("We rely on you.")
    (True, False)
    >>> is_spoken("Support the free press, he told the students, or there will be none.")
    True
    >>> is_spoken("“Donate today,” the poster shouted in red."), is_spoken("“Donate today!”")
    (True, False)
    """
    if text[0] in '"“' and QUOTED.match(text):
        return True
    return text[-1] == "." and SPOKEN.search(text) is not None
