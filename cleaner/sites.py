"""What a corpus teaches about each of its sites: lines that recur there, kept as a profile.

A line that stands in many stories of one site is the site's, whatever it says. What recurs and is not
the site's is kept out: refrains (stories are counted, not lines), copies and updates of one story,
headings inside stories, and standing facts, paragraphs that a newsroom repeats as background.
A profile is a JSON file for people: read it, delete a line, or set `"keep": true` on one.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

from cleaner.blocks import STOP, cut, cut_edges, edges, frame, is_prose
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.errors import ReadError
from cleaner.rule import Rule

FORMAT = 1
FEWEST = 3  # stories that a line at the head or the tail must stand in
FEWEST_INSIDE = 5  # the same for a line between paragraphs
SHARE = 0.02  # of the site's stories, for either
SHARE_OF_HEADINGS = 0.2  # for short lines between paragraphs, which may be headings
HEADING_WORDS = 4
SENTENCE_WORDS = 8  # fewer, with a stop, are a label too: "Advertisement. Scroll to continue."
AT_EDGE = (
    0.8  # share of a line's places that must be head or tail for it to be learned as an edge's
)
FEWEST_TEASERS = 10  # stories that a paragraph must stand in which says nothing of the page
SHARE_OF_TEASERS = 0.3  # of the site's stories, for the same: background is repeated less
COPIED = 0.3  # share of known paragraphs from which on a story is a copy or an update
FEWEST_WORDINGS = 4  # of a line whose names change
LONGEST = 700
LONGEST_NAMED = 160  # of a line whose names change
LAST_LINES = 8  # of a story that count as its end, in its second half

# A sentence is the site's only if it addresses the reader or speaks of the page.
OURS = re.compile(
    r"\b(?:you|your|we|our|us)\b|\b(?:this|the) (?:story|report|article|post|site|website"
    r"|page|newsletter)\b|newsletter|subscri|sign up|"
    r"\bfollow\b|click|https?:|www\.|@|©|copyright|rights reserved|\b(?:reporter|editor"
    r"|writer|correspondent|columnist) (?:at|for|with|of)\b|editing by|reporting by|photo",
    re.IGNORECASE,
)
# The same, said by nobody but the page.
SIGNED = re.compile(
    r"contributed to this|newsletter|https?:|www\.|@|©|copyright|reporter (?:at|for|with)"
    r"|editing by|reporting by|photo",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“\"][^”\"\n]{0,600}[”\"]")
DIGITS = re.compile(r"\d+")
# A run of capitalised words, with what joins them: bounded, and no two parts can match the same blank.
NAMES = re.compile(r"[A-Z][\w.’'-]*(?:,? (?:and |of |the |de )?[A-Z][\w.’'-]*){0,12}")


class SiteLine(NamedTuple):
    """A line of a site: how it is compared, where it stands, in how many stories, and once as printed."""

    text: str
    where: (
        str  # "edge": only at head or tail; "any": anywhere; "names": at an edge, with other names
    )
    documents: int
    example: str = ""
    keep: bool = False


def line_key(text: str) -> str:
    """Return a line in the form in which it is compared: lower case, single blanks, digits as 0.

    >>> line_key("Published  10:48, Nov 19")
    'published 0:0, nov 0'
    """
    return DIGITS.sub("0", " ".join(text.split())).casefold()


def names_key(text: str) -> str:
    """Return a line with every run of capitalised words as "~".

    >>> names_key("Jane Doe and John Roe contributed to this report.")
    '~ contributed to this report.'
    """
    return line_key(NAMES.sub("~", text))


class SiteProfiles:
    """The lines of each site; `rules` makes them rules for a Cleaner.

    >>> bool(SiteProfiles())
    False
    """

    def __init__(
        self,
        lines: Mapping[str, Iterable[SiteLine]] | None = None,
        documents: Mapping[str, int] | None = None,
    ) -> None:
        self.lines = {
            site: {(x.text, x.where): x for x in found} for site, found in (lines or {}).items()
        }
        self.documents = dict(documents or {})

    def __bool__(self) -> bool:
        return any(self.lines.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SiteProfiles):
            return NotImplemented
        return self.lines == other.lines and self.documents == other.documents

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SiteProfiles({len(self.lines)} sites, {sum(map(len, self.lines.values()))} lines)"

    def merge(self, other: SiteProfiles) -> SiteProfiles:
        """Return what both know: counts are added, and a line that either keeps is kept."""
        lines: dict[str, list[SiteLine]] = {}
        for site in sorted({*self.lines, *other.lines}):
            mine, theirs = self.lines.get(site, {}), other.lines.get(site, {})
            lines[site] = [_merged(mine.get(key), theirs.get(key)) for key in {**mine, **theirs}]
        documents = Counter(self.documents)
        documents.update(other.documents)
        return SiteProfiles(lines, documents)

    def to_dict(self) -> dict[str, Any]:
        """Return the profiles as plain data, the most frequent lines first."""
        return {
            "format": FORMAT,
            "sites": {
                site: {
                    "documents": self.documents.get(site, 0),
                    "lines": [
                        {
                            name: value
                            for name, value in x._asdict().items()
                            if name != "keep" or value
                        }
                        for x in sorted(
                            self.lines[site].values(), key=lambda x: (-x.documents, x.text)
                        )
                    ],
                }
                for site in sorted(self.lines)
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the profiles that `to_dict` made plain."""
        sites = data["sites"]
        return cls(
            {site: [SiteLine(**x) for x in profile["lines"]] for site, profile in sites.items()},
            {site: int(profile.get("documents", 0)) for site, profile in sites.items()},
        )

    def save(self, path: str | Path) -> None:
        """Write the profiles as JSON, a line of the file for each line of a site."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read profiles; raise ReadError where the file isn't one."""
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
            if data.get("format") != FORMAT:
                raise ReadError(
                    f"{path}: not a site profile of format {FORMAT}; learn it again with `--learn-sites`"
                )
            return cls.from_dict(data)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ReadError(f"{path}: no site profile ({type(error).__name__}: {error})") from error

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules that these profiles make: BP900 for lines, BP901 for sentences at the edges."""
        if not self:
            return ()
        return (
            Rule("BP900", "site-line", "safe", partial(_find_lines, self), LINE_PAGE),
            Rule("BP901", "site-sentence", "safe", partial(_find_sentences, self), SENTENCE_PAGE),
        )

    def known(self, doc: Document) -> _Lookup | None:
        """Return what is known of a document's site, to be asked line by line."""
        site = site_of(doc)
        if site not in self.lines:
            return None
        return _Lookup(self.lines[site])


class _Lookup:
    """One site's lines, ready to be asked."""

    def __init__(self, lines: Mapping[tuple[str, str], SiteLine]) -> None:
        self.lines = lines

    def has(self, text: str, *where: str) -> bool:
        key = names_key(text) if "names" in where else line_key(text)
        return any(
            (found := self.lines.get((key, place))) is not None and not found.keep
            for place in where
        )


LINE_PAGE = """A line that recurs in the stories of its site.

A corpus shows what a site prints around its stories: what stands in many of them is not the story. The
profile says which lines those are, and whether they go anywhere or only above and below the story.

```diff site=example.org
  Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
- Markets desk, Example Tower
```

```diff site=example.com
  Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
  Markets desk, Example Tower
```
"""
SENTENCE_PAGE = """A sentence that recurs at the end or beginning of the stories of its site.

In stories without line breaks the site's lines are sentences at either end. Those the profile knows go.

```diff site=example.org
- Shares fell 4% on Tuesday. You are reading the free edition of Example.
+ Shares fell 4% on Tuesday.
```

```diff site=example.com
  Shares fell 4% on Tuesday. You are reading the free edition of Example.
```
"""


def _find_lines(profiles: SiteProfiles, doc: Document) -> list[Edit]:
    known = profiles.known(doc)
    if not known:
        return []
    edge = edge_lines(doc)
    return cut(
        doc,
        [
            i
            for i, line in enumerate(doc.lines)
            if len(line.text) <= LONGEST
            and (
                known.has(line.text, "any")
                or (i in edge and (known.has(line.text, "edge") or known.has(line.text, "names")))
            )
        ],
    )


def _find_sentences(profiles: SiteProfiles, doc: Document) -> list[Edit]:
    known = profiles.known(doc)
    if not known:
        return []
    return cut_edges(doc, None, lambda text: known.has(text, "any", "edge"))


def edge_lines(doc: Document) -> frozenset[int]:
    """Return the lines above the first paragraph, from the last one on, and the last ones of a long story."""
    count = len(doc.lines)
    prose = [i for i, line in enumerate(doc.lines) if is_prose(line.text)]
    head, _, tail = frame(doc)
    near = range(prose[-1], count) if prose else tail
    last = range(max(count - LAST_LINES, (count + 1) // 2), count)
    return frozenset((*head, *tail, *near, *last, *range(min(2, count))))


def site_of(doc: Document) -> str:
    """Return the site of a document: its field, else the host of its address.

    >>> site_of(Document("", url="https://www.example.org/a"))
    'example.org'
    """
    if doc.site:
        return str(doc.site).rpartition("://")[2].removeprefix("www.").rstrip("/")
    host = str(doc.url).partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
    return host.partition(":")[0].lower().removeprefix("www.")


class _Seen:
    """What has been seen of one line on one site."""

    __slots__ = ("at_edge", "documents", "example", "sentence", "wordings")

    def __init__(self, example: str) -> None:
        self.example = example
        self.documents = self.at_edge = 0
        self.sentence = _is_sentence(example)
        self.wordings: set[str] = set()


def _is_sentence(text: str) -> bool:
    """Whether a line is prose, or a shorter sentence: that may be a writer's refrain."""
    return is_prose(text) or (
        text.count(" ") >= SENTENCE_WORDS - 1 and STOP.search(text, len(text) - 8) is not None
    )


def learn_sites(documents: Iterable[Document]) -> SiteProfiles:
    """Learn from documents which lines recur on each site; documents without a site teach nothing."""
    lines: dict[str, dict[tuple[str, bool], _Seen]] = defaultdict(dict)
    paragraphs: dict[str, set[int]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for doc in documents:
        site = site_of(doc)
        if not site or _is_copy(doc, paragraphs[site]):
            continue
        counts[site] += 1
        for key, text, at_edge in {
            (key, at_edge): (key, text, at_edge) for key, text, at_edge in _units(doc)
        }.values():
            seen = lines[site].setdefault(key, _Seen(text))
            seen.documents += 1
            seen.at_edge += at_edge
            if key[1] and len(seen.wordings) < FEWEST_WORDINGS:
                seen.wordings.add(line_key(text))
    learned = {site: list(_learned(found, counts[site], site)) for site, found in lines.items()}
    return SiteProfiles(
        {site: found for site, found in learned.items() if found},
        {s: counts[s] for s, found in learned.items() if found},
    )


def _is_copy(doc: Document, known: set[int]) -> bool:
    """Whether a story repeats the paragraphs of one seen before; else its own become known."""
    own = {
        hash(line.text) for line in doc.lines if is_prose(line.text) and not OURS.search(line.text)
    }
    if own and len(own & known) >= COPIED * len(own):
        return True
    known |= own
    return False


def _units(doc: Document) -> Iterator[tuple[tuple[str, bool], str, bool]]:
    """The lines of a document and the sentences at its edges: key, text, whether it is at an edge."""
    edge = edge_lines(doc)
    title = line_key(doc.title)
    for i, line in enumerate(doc.lines):
        if len(line.text) <= LONGEST and line_key(line.text) != title:
            yield (line_key(line.text), False), line.text, i in edge
            if (
                i in edge
                and len(line.text) <= LONGEST_NAMED
                and (masked := names_key(line.text)).count(" ") >= 3
                and "~" in masked
            ):
                yield (masked, True), line.text, True
    for side in edges(doc):
        for sentence, _ in side:
            yield (line_key(sentence.text), False), sentence.text, True


def _learned(
    found: Mapping[tuple[str, bool], _Seen], documents: int, site: str
) -> Iterator[SiteLine]:
    """The lines of a site that are its own."""
    name = site.partition(".")[0].casefold()
    for (key, masked), seen in found.items():
        if seen.documents < max(FEWEST, SHARE * documents) or not any(map(str.isalpha, key)):
            continue
        plain = QUOTED.sub("", seen.example)
        ours = OURS.search(plain) is not None or (len(name) > 3 and name in key.replace(" ", ""))
        if masked:
            if (
                SIGNED.search(plain)
                and len(seen.example) <= LONGEST_NAMED
                and len(seen.wordings) >= FEWEST_WORDINGS
                and seen.documents >= FEWEST_INSIDE
            ):
                yield SiteLine(key, "names", seen.documents, seen.example)
        elif (
            seen.sentence
            and not ours
            and seen.documents < max(FEWEST_TEASERS, SHARE_OF_TEASERS * documents)
        ):
            continue
        elif seen.at_edge >= AT_EDGE * seen.documents:
            yield SiteLine(key, "edge", seen.documents, seen.example)
        elif seen.documents >= FEWEST_INSIDE and (
            ours
            or key.count(" ") >= HEADING_WORDS
            or seen.documents >= SHARE_OF_HEADINGS * documents
        ):
            yield SiteLine(key, "any", seen.documents, seen.example)


def _merged(mine: SiteLine | None, theirs: SiteLine | None) -> SiteLine:
    if mine is None or theirs is None:
        return mine or theirs  # type: ignore[return-value]
    return mine._replace(documents=mine.documents + theirs.documents, keep=mine.keep or theirs.keep)
