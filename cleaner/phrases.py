"""What sites print around a story, by kind and language, and how a line is compared with it.

Each table maps a language to its phrases, separated by " | ". Case, punctuation and digits don't
count. A single word counts only beside other phrases, unless "!" stands before it; so does a longer
phrase with "?" before it, because a writer may use it as a heading. "*" at the end stands for
anything that follows on the line, "*" at the beginning for anything before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

LONGEST_LINE = 200  # characters; a longer line is never a label
MOST_TRAILING = 14  # words that "*" may stand for


class Phrase(NamedTuple):
    """What a phrase says of a line that consists of it."""

    kind: str
    strong: bool


# Comment forms and threads.
COMMENTS = {
    "en": """
        leave a reply | leave a comment | leave your comment | post a comment | add a comment | write a comment |
        leave a reply to * | leave a reply cancel reply | cancel reply | click here to cancel reply |
        your email address will not be published | email address will not be published | post comment | submit comment |
        required fields are marked | your email address will not be published required fields are marked |
        save my name email and website in this browser for the next time i comment | log in to reply | login to reply |
        you must be logged in to post a comment | you must be logged in to leave a reply | logged in as * |
        comments are closed | comments are now closed | comments are closed for this article | comments are off |
        your comment is awaiting moderation | notify me of follow-up comments by email | notify me of followup comments via e-mail |
        notify me of new posts by email | notify me of new posts via email | no comments yet | be the first to comment |
        be the first to comment on * | show comments | hide comments | view comments | view all comments | load comments |
        view the discussion thread | please enable javascript to view the comments powered by disqus | comments powered by disqus |
        blog comments powered by disqus | join the conversation | join the discussion | start the conversation | sort by oldest |
        comments off on * | have your say | what do you think | enter your comment here | please log in to comment |
        please log in to leave a comment | sign in to comment | log in to comment | fill in your details below or click an icon to log in |
        you are commenting using your wordpress com account | you are commenting using your facebook account | connecting to |
        this site uses akismet to reduce spam learn how your comment data is processed |
        comment | comments | no comments | reply | replies | name | email | e-mail | website | submit | post | required | conversation
    """,
}
TABLES: dict[str, Mapping[str, str]] = {"comments": COMMENTS}

DROPPED = {
    ord(c): " "
    for c in "0123456789!\"#$%&()*+,./:;<=>?@[\\]^_`{|}~–—…“”„«»‹›‘‚•·|→←↓↑►▼×¡¿।،؛؟。、，：；！？（）「」『』【】《》〈〉～・…\u00a0\u200b\u200e\u200f\ufeff"
}
DROPPED[ord("’")] = "'"


def words(text: str) -> list[str]:
    """Return the words of a line in the form in which they are compared.

    >>> words("Leave a Reply to Jane: Cancel reply (3)")
    ['leave', 'a', 'reply', 'to', 'jane', 'cancel', 'reply']
    """
    return [word for word in text.casefold().translate(DROPPED).split() if word.strip("-'")]


class Index(NamedTuple):
    """The tables, arranged for looking up."""

    phrases: dict[str, Phrase]
    longest: dict[str, int]  # first word -> words of the longest phrase that begins with it
    openings: dict[str, Phrase]  # phrases before "*"
    endings: dict[str, Phrase]  # phrases after "*"
    last_words: frozenset[str]


@cache
def index() -> Index:
    """Return the index of all tables; of two entries for one phrase the stronger wins, then the earlier."""
    made = Index({}, {}, {}, {}, frozenset())
    for kind, table in TABLES.items():
        for entry in _entries(table):
            plain = words(entry)
            strong = entry.startswith("!") or (len(plain) > 1 and not entry.startswith("?")) or _unspaced(plain)
            phrase, key = Phrase(kind, strong), " ".join(plain)
            place = made.endings if entry.startswith("*") else made.openings if entry.endswith("*") else made.phrases
            if key not in place or (strong and not place[key].strong):
                place[key] = phrase
            if place is not made.endings:
                made.longest[plain[0]] = max(made.longest.get(plain[0], 0), len(plain))
    return made._replace(last_words=frozenset(key.rpartition(" ")[2] for key in made.endings))


def _entries(table: Mapping[str, str]) -> Iterator[str]:
    for phrases in table.values():
        yield from (entry for entry in " ".join(phrases.split()).split(" | ") if words(entry))


def _unspaced(plain: list[str]) -> bool:
    """Whether a single word is a whole phrase in a script without spaces: five characters or more."""
    return len(plain) == 1 and len(plain[0]) > 4 and plain[0][0] > "\u0e00" and not "\uac00" <= plain[0][0] <= "\ud7a3"


@lru_cache(maxsize=8192)
def label(text: str) -> Phrase | None:
    """Return what a line is when it consists of known phrases, one or several; None for any other line.

    It is strong when one of the phrases is, and its kind is that of the first strong one.

    >>> label("Share this: Twitter Facebook")
    Phrase(kind='sharing', strong=True)
    >>> label("Twitter")
    Phrase(kind='sharing', strong=False)
    >>> label("Share prices fell") is None
    True
    """
    if len(text) > LONGEST_LINE:
        return None
    plain = words(text)
    known = index()
    if not plain or (plain[0] not in known.longest and plain[-1] not in known.last_words):
        return None
    if len(plain) <= MOST_TRAILING and plain[-1] in known.last_words:
        for size in range(min(len(plain) - 1, 8), 0, -1):
            if found := known.endings.get(" ".join(plain[-size:])):
                return found
    return _covered(plain, known)


def _covered(plain: list[str], known: Index) -> Phrase | None:
    """The label of words that phrases cover without a gap, the longest phrase first."""
    seen: dict[Phrase, int] = {}
    at = 0
    while at < len(plain):
        limit = min(known.longest.get(plain[at], 0), len(plain) - at)
        for size in range(limit, 0, -1):
            key = " ".join(plain[at : at + size])
            if found := known.phrases.get(key):
                seen[found] = seen.get(found, 0) + 1
                at += size
                break
            rest = len(plain) - at - size
            if (found := known.openings.get(key)) and 0 < rest <= MOST_TRAILING:
                seen[found] = seen.get(found, 0) + 1
                at = len(plain)
                break
        else:
            return None
    for phrase in seen:
        if phrase.strong:
            return phrase
    kind, count = next(iter(seen)).kind, sum(seen.values())
    return Phrase(kind, count > 2 and len(seen) == 1)
