"""Statistics of a corpus run, of bounded size whatever its length: what the HTML report shows.

Everything is a count or a table that keeps the entries with the least keys, so the order of
documents doesn't matter and shards merged in order give what one pass gives.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from cleaner.engine import Result
from cleaner.hashing import hash_text
from cleaner.report.marked import card, sample, shares, short, signed, site_of

if TYPE_CHECKING:
    from cleaner.dedup.pairs import Duplicates

PER_RULE = 3  # sampled documents
LISTED = 20  # slowest and most changed documents
PER_REASON = 40  # documents that need an eye
REJECTED = 20  # per reason
REASONS = 50  # of rejects, told apart
MOST_SITES = 4000  # told apart; beyond, those with the fewest documents are summed
OTHER = "\N{HORIZONTAL ELLIPSIS}"  # the name of what is summed
HALF, EMPTY = "half", "empty"  # reasons to look at a document, beside the codes of DQ rules

# Ten bins per decade with round edges (Renard's R10 series): 100, 125, 160, 200, 250, 315 …
R10 = (100, 125, 160, 200, 250, 315, 400, 500, 630, 800)
LENGTHS = tuple(step * 10**decade // 10 for decade in range(8) for step in R10)
SHARES = (
    0.0,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.75,
    1.0,
)  # upper edges, percent of characters
DATE = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?")

NUMBER = re.compile(r"(?<![\w-])(?:0x[0-9a-f]+|\d[\d,.]*\d|\d)")  # what tells equal reasons apart

Table = dict[str, Any]  # entries by a key that orders them; only the least keys stay


class Gathered:
    """What a run did. `add` and `reject` while it goes, `duplicates` at its end, then render it."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.rules: dict[str, Counter[str]] = {}
        self.names: dict[str, list[str]] = {}
        self.sites: dict[str, Counter[str]] = {}
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.shares: Counter[str] = Counter()
        self.days: Counter[str] = Counter()
        self.slowest: Table = {}
        self.most_changed: Table = {}
        self.reasons: Counter[str] = Counter()
        self.eye: dict[str, Table] = {}
        self.rejects: dict[str, dict[str, Any]] = {}
        self.samples: dict[str, Table] = {}
        self.reposts: dict[str, Any] | None = None

    def add(self, result: Result, seconds: float = 0.0) -> None:
        """Count a cleaned document and the time it took."""
        document = result.document
        before, after = len(document.text), len(result.text)
        empty = not result.text.strip()
        self.totals.update(
            documents=1,
            changed=int(result.changed),
            empty=int(empty),
            before=before,
            after=after,
            removed=max(0, before - after),
            microseconds=round(seconds * 1e6),
        )
        self.before[str(bisect_right(LENGTHS, before))] += 1
        self.after[str(bisect_right(LENGTHS, after))] += 1
        share = max(0, before - after) / before if before else 0.0
        self.shares[str(bisect_left(SHARES, share))] += 1
        if date := DATE.match(document.date or ""):
            self.days[date[0]] += 1
        self._count(result, site_of(document))
        self._look(result, seconds, share, empty=empty)

    def _count(self, result: Result, site: str) -> None:
        """Edits, characters and flags, by rule and by site."""
        own: dict[str, Counter[str]] = {}
        for found in result.diagnostics:
            kind = "edits" if found.applied else "flags" if found.new is None else "proposed"
            own.setdefault(found.code, Counter())[kind] += 1
            self._name(found.code, found.name, found.message)
        for edit, signers in signed(result):
            for code, part in shares(edit, signers):
                own[code]["removed"] += part
        numbers = self.sites.setdefault(site, Counter())
        numbers.update(documents=1, changed=int(result.changed))
        numbers.update(before=len(result.document.text), after=len(result.text))
        for code, counts in own.items():
            rule = self.rules.setdefault(code, Counter())
            rule.update(counts)
            rule["documents"] += 1
            for kind in ("edits", "removed"):
                if counts[kind]:
                    numbers[f"{code} {kind}"] += counts[kind]
        if len(self.sites) > 2 * MOST_SITES:
            self._fold_sites()

    def _look(self, result: Result, seconds: float, share: float, *, empty: bool) -> None:
        """Keep the document where it is among the slowest, most changed, doubtful or sampled ones."""
        document = result.document
        key = f"{hash_text(document.id):08x}"
        changed = sum(max(e.end - e.start, len(e.new)) for e in result.edits)
        for table, value in ((self.slowest, round(seconds * 1e6)), (self.most_changed, changed)):
            if value and _rank(value, key) < _limit(table, LISTED):
                ranked = {**card(result), "value": value}
                _keep(table, _rank(value, _full(key, result)), ranked, LISTED)
        codes = {d.code for d in result.diagnostics}
        reasons = {code for code in codes if code.startswith("DQ")}
        if empty:
            reasons.add(EMPTY)
        elif share > 0.5 and "DQ003" not in reasons:  # the same, where that rule wasn't chosen
            reasons.add(HALF)
        self.totals["eye"] += bool(reasons)
        for reason in sorted(reasons):
            self.reasons[reason] += 1
            table = self.eye.setdefault(reason, {})
            if key < _limit(table, PER_REASON):
                said = [d.message for d in result.diagnostics if d.code == reason][:1]
                doubt = {**card(result), "said": short("".join(said), 300)}
                _keep(table, _full(key, result), doubt, PER_REASON)
        entry: dict[str, Any] = {}
        for code in sorted(codes):
            table = self.samples.setdefault(code, {})
            if key < _limit(table, PER_RULE):
                entry = entry or sample(result)
                _keep(table, _full(key, result), entry, PER_RULE)

    def _name(self, code: str, name: str, message: str) -> None:
        known = self.names.get(code)
        if known is None or [name, message] < known:
            self.names[code] = [name, short(message, 300)]

    def reject(self, where: str, id: str, reason: str) -> None:  # noqa: A002 - the field's usual name
        """Count a document that could not be read."""
        self.totals["rejected"] += 1
        kind = short(NUMBER.sub(OTHER, reason), 160)
        entry = [short(where, 200), short(id, 200), short(reason, 300)]
        self._rejected(kind, 1, [entry])

    def _rejected(self, kind: str, count: int, first: Iterable[list[str]]) -> None:
        if kind not in self.rejects and len(self.rejects) >= REASONS:
            kind = OTHER
        known = self.rejects.setdefault(kind, {"count": 0, "first": []})
        known["count"] += count
        known["first"] = [*known["first"], *first][:REJECTED]

    def duplicates(
        self,
        duplicates: Duplicates,
        texts: Callable[[str], tuple[str, str, str]],
        *,
        site_of: Callable[[str], str] | None = None,
    ) -> None:
        """Keep the largest clusters, an example of each kind, and the flow between sites.

        `texts` gives title, site and cleaned text of a document; it is asked for what is shown. The
        flow follows every copy where `site_of` is given, else a sample of them.
        """
        from cleaner.report.reposts import summarise

        self.reposts = summarise(duplicates, texts, site_of)

    def merge(self, other: Self) -> None:
        """Add what another part of the run, later in order, gathered."""
        for name in COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for name in NESTED:
            mine = getattr(self, name)
            for key, counts in getattr(other, name).items():
                mine.setdefault(key, Counter()).update(counts)
        for name, most in TABLES.items():
            setattr(self, name, _least({**getattr(other, name), **getattr(self, name)}, most))
        for name, most in GROUPS.items():
            mine = getattr(self, name)
            for key, table in getattr(other, name).items():
                mine[key] = _least({**table, **mine.get(key, {})}, most)
        for code, (rule, message) in other.names.items():
            self._name(code, rule, message)
        for kind, known in other.rejects.items():
            self._rejected(kind, known["count"], known["first"])
        if len(self.sites) > 2 * MOST_SITES:
            self._fold_sites()
        self.reposts = self.reposts or other.reposts

    def _fold_sites(self) -> None:
        """Sum the sites with the fewest documents: exact counts of a bounded number remain."""
        ranked = sorted(self.sites, key=lambda s: (-self.sites[s]["documents"], s))
        rest = self.sites.setdefault(OTHER, Counter())
        for site in ranked[MOST_SITES:]:
            if site != OTHER:
                rest.update(self.sites.pop(site))
                rest["sites"] += 1

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON; a sampled document stands there once."""
        plain = {name: getattr(self, name) for name in PLAIN}
        entries = {key: entry for table in self.samples.values() for key, entry in table.items()}
        sampled = {code: sorted(table) for code, table in self.samples.items()}
        return {**plain, "documents": entries, "samples": sampled}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` was made from."""
        made = cls()
        for name in PLAIN:
            setattr(made, name, data[name])
        for name in COUNTERS:
            setattr(made, name, Counter(data[name]))
        for name in NESTED:
            setattr(made, name, {key: Counter(counts) for key, counts in data[name].items()})
        entries = data["documents"]
        made.samples = {
            code: {key: entries[key] for key in keys} for code, keys in data["samples"].items()
        }
        return made


COUNTERS = ("totals", "before", "after", "shares", "days", "reasons")
NESTED = ("rules", "sites")
TABLES = {"slowest": LISTED, "most_changed": LISTED}
GROUPS = {"eye": PER_REASON, "samples": PER_RULE}
PLAIN = (*COUNTERS, *NESTED, *TABLES, "names", "eye", "rejects", "reposts")


def _full(key: str, result: Result) -> str:
    """The key of one document: of its id, then of all the rest, as ids may come twice."""
    document = result.document
    rest = f"{document.text}\n{document.title}\n{document.url}\n{document.site}\n{document.date}"
    return f"{key}-{hash_text(rest):08x}"


def _rank(value: int, key: str) -> str:
    """A key that orders the largest values first."""
    return f"{10**15 - min(value, 10**15):016d}-{key}"


def _limit(table: Table, most: int) -> str:
    """What a key must be less than to have a chance of being kept."""
    return max(table) + "~" if len(table) >= most else "~"


def _keep(table: Table, key: str, entry: Any, most: int) -> None:
    table.setdefault(key, entry)
    if len(table) > most:
        del table[max(table)]


def _least(table: Table, most: int) -> Table:
    return {key: table[key] for key in sorted(table)[:most]}
