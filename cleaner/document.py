"""A document as rules read it: its text and what is known about it, with lines and sentences.

Everything derived from the text (lines, lower case, language) is computed once and only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from cleaner.language import guess_language
from cleaner.patterns import pattern

FIELDS = ("text", "id", "url", "title", "lang", "date", "site", "meta")
ORDINARY = frozenset(map(chr, [*range(0x20, 0x7F), *b"\t\n\r"]))
WORDLY = b" 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Line(NamedTuple):
    """A line that isn't blank: its offsets without surrounding white space, and what stands there."""

    start: int
    end: int
    text: str

    @property
    def words(self) -> int:
        """How many words it has, counted between white space."""
        return len(self.text.split())


class Document:
    """A text, and what is known about it. Frozen: cleaning gives a Result, never another Document.

    `date` is ISO 8601 (`2021-08-24`), `lang` a BCP 47 tag (`en`, `pt-BR`), `site` a host name. `meta`
    holds anything else and travels along.
    """

    text: str
    id: str
    url: str
    title: str
    lang: str
    date: str
    site: str
    meta: Mapping[str, Any]

    def __init__(
        self,
        text: str,
        id: str = "",  # noqa: A002 - the field's usual name
        url: str = "",
        title: str = "",
        lang: str = "",
        date: str = "",
        site: str = "",
        meta: Mapping[str, Any] = NOTHING,
    ) -> None:
        own = self.__dict__  # half the time of an update
        own["text"] = text
        own["id"] = id
        own["url"] = url
        own["title"] = title
        own["lang"] = lang
        own["date"] = date
        own["site"] = site
        own["meta"] = meta

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Document is frozen; use document.replace({name}=...)")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in FIELDS)

    def __hash__(self) -> int:
        return hash((self.text, self.id, self.url))

    def __repr__(self) -> str:
        known = [f"{name}={getattr(self, name)!r}" for name in FIELDS[1:] if getattr(self, name)]
        text = self.text if len(self.text) <= 60 else f"{self.text[:57]}..."
        return f"Document({', '.join([repr(text), *known])})"

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        values = (getattr(self, name) for name in FIELDS[:-1])
        return type(self), (*values, dict(self.meta))

    def replace(self, **changes: Any) -> Document:
        """Return a document with other values in some fields."""
        return Document(**{**{name: getattr(self, name) for name in FIELDS}, **changes})

    @cached_property
    def lower(self) -> str:
        """The text in lower case, for quick "is it there at all" questions.

        Lower case may have another length than the text (Turkish dotted İ), so offsets don't carry over.
        """
        return self.text.lower()

    @cached_property
    def marks(self) -> frozenset[str]:
        """The distinct characters that aren't ASCII letters, digits or blanks; bytes make it quick."""
        rest = self.text.encode("utf-8", "surrogatepass").translate(None, WORDLY)
        return frozenset(rest.decode("utf-8", "surrogatepass"))

    @cached_property
    def unusual(self) -> frozenset[str]:
        """The distinct characters that aren't printable ASCII, tab or line break."""
        return self.marks - ORDINARY

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that aren't blank, in order."""
        return tuple(lines(self.text))

    @cached_property
    def sentences(self) -> tuple[Line, ...]:
        """The sentences, in order, split within lines."""
        return tuple(sentences(self.text))

    @cached_property
    def language(self) -> str:
        """Two-letter language of the text: what its function words say, else what `lang` says, else ""."""
        return guess_language(self.text, self.lower) or self.lang[:2].lower()


new_line = tuple.__new__  # half the cost of calling Line, and there are millions


def lines(text: str) -> Iterator[Line]:
    r"""Yield the lines of a text that aren't blank, stripped of white space.

    >>> [line.text for line in lines("One.\n\n  Two.  \n")]
    ['One.', 'Two.']
    """
    start = 0
    for whole in text.split("\n"):
        stripped = whole.strip()
        if stripped:
            size = len(stripped)
            begin = start if size == len(whole) else start + len(whole) - len(whole.lstrip())
            yield new_line(Line, (begin, begin + size, stripped))
        start += len(whole) + 1


# A stop, closing quotes or brackets, white space; then something that can begin a sentence.
# Bounded on every side, so no backtracking beyond a few characters.
BOUNDARY = pattern(
    r"""(?P<stop>[.!?…]["'”’»)\]]{0,3})[ \t\u00a0]{1,4}(?=["'“‘«(\[¿¡]{0,3}[^\W_a-z])"""
    r"""|(?P<full>[。！？]["'”’」』）]{0,3})"""
)
ABBREVIATION = pattern(
    r"(?:^|[\s(“\"])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Sgt|Capt|Rep|Sen|Gov|Hon|Rev|St|Jr|Sr|No|vs|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Sra?|Dra?|Bd|Mme|Mlle|etc|(?:[^\W\d_]\.){1,4}[^\W\d_])\.$"
)


def sentences(text: str) -> Iterator[Line]:
    r"""Yield the sentences of a text; a line break always ends one, an initial or a title never does.

    >>> [s.text for s in sentences("Mr. Smith left. He was 40.\nShares fell")]
    ['Mr. Smith left.', 'He was 40.', 'Shares fell']
    """
    for line in lines(text):
        begin = 0
        for match in BOUNDARY.finditer(line.text):
            end = match.end("stop") if match["stop"] else match.end("full")
            if match["stop"] and ABBREVIATION.search(line.text[max(begin, end - 12) : end]):
                continue
            yield Line(line.start + begin, line.start + end, line.text[begin:end])
            begin = match.end()
        if begin < len(line.text):
            yield Line(line.start + begin, line.end, line.text[begin:])
