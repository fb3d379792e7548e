"""The library's verbs: clean and check one text, or many.

A Cleaner holds the chosen rules; it has no state, so it can be shared between threads and sent to
other processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from cleaner.config import Config, compile_keep
from cleaner.document import FIELDS, Document
from cleaner.engine import Diagnostic, Plan, Result
from cleaner.rule import Rule, select
from cleaner.rules import BUILT_IN

if TYPE_CHECKING:
    from cleaner.index import Index

BATCH = 64  # documents sent to a process, or added to an index, at once


class Cleaner:
    """Chosen rules, ready to clean.

    >>> Cleaner(ignore=["BP"]).clean("Shares fell.Analysts expect more.").text
    'Shares fell.Analysts expect more.'
    """

    def __init__(
        self,
        *,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] = (),
        unsafe: bool = False,
        preview: bool = False,
        keep: Sequence[str] = (),
        rules: Sequence[str] = (),
        sites: Any = None,
        per_site_ignores: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Choose rules; raise ConfigError for an unknown code, a broken pattern or file.

        `select` and `ignore` take codes, prefixes of codes or names. `keep` takes regular expressions:
        no rule touches what they match. `rules` are paths of Python files with rules of your own.
        """
        options = {
            "ignore": ignore,
            "unsafe": unsafe,
            "preview": preview,
            "keep": keep,
            "rules": rules,
        }
        self._setup(
            Config(select=select, per_site_ignores=per_site_ignores or {}, **options),  # type: ignore[arg-type]
            sites,
        )

    @classmethod
    def from_config(cls, config: Config, *, sites: Any = None) -> Self:
        """Make a Cleaner with the settings of a Config, and site profiles."""
        made = cls.__new__(cls)
        made._setup(config, sites)  # noqa: SLF001 - its own
        return made

    def _setup(self, config: Config, sites: Any) -> None:
        self.config = config
        self.sites = sites
        if isinstance(sites, str) or (sites is None and config.sites):
            from cleaner.sites import SiteProfiles

            self.sites = SiteProfiles.load(sites or config.sites)
        own = list(_own_rules(config.rules))
        own += self.sites.rules() if self.sites is not None else ()
        self._known = (*BUILT_IN, *own)
        self.rules = _chosen(self._known, config)
        self.keep = tuple(map(compile_keep, config.keep))
        self._plans: dict[tuple[str, ...], Plan] = {}
        for codes in (*config.per_site_ignores.values(), *config.per_file_ignores.values()):
            self.refuse_unknown(codes)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.config, self.sites)

    def refuse_unknown(self, codes: Sequence[str]) -> None:
        """Raise ConfigError for a code, prefix or name that no rule answers to, selected or not."""
        select(self._known, ignore=codes)

    def clean(
        self,
        document: Document | str,
        *,
        ignore: Sequence[str] = (),
        keep: Sequence[re.Pattern[str]] = (),
    ) -> Result:
        """Clean one document; `ignore` and `keep` are further codes and patterns for this one.

        Raise ConfigError for a code to ignore that doesn't exist.
        """
        if isinstance(document, str):
            document = Document(document)
        if self.config.per_site_ignores:
            site = document.site or host_of(document.url)
            ignore = (*ignore, *self.config.per_site_ignores.get(site, ()))
        return self._plan(tuple(ignore), tuple(keep)).run(document)

    def check(self, document: Document | str) -> list[Diagnostic]:
        """Return what `clean` would do and what it can only point at."""
        return self.clean(document).diagnostics

    def pipe(
        self, documents: Iterable[Document | str], *, jobs: int = 1, index: Index | None = None
    ) -> Iterator[Result]:
        """Clean a stream: results in the order of the documents, memory bounded, `jobs` processes.

        With an index each document is compared with all that is in it and then added: `duplicate` says
        whose copy it is. A document that takes its process down comes back as it was, with the finding
        DQ000. Processes are spawned: call this under `if __name__ == "__main__":` in a script.
        """
        from cleaner.seen import compared, numbered
        from cleaner.workers import batched

        stream: Iterable[Document] = (
            Document(item) if isinstance(item, str) else item for item in documents
        )
        if index is not None:
            stream = numbered(stream)
        results = map(self.clean, stream) if jobs <= 1 else self._in_processes(stream, jobs)
        if index is None:
            yield from results
            return
        for batch in batched(results, BATCH):
            yield from compared(batch, index, self.rules)

    def _in_processes(self, documents: Iterable[Document], jobs: int) -> Iterator[Result]:
        from cleaner.workers import Failed, batched, run_ordered

        batches = batched(documents, BATCH)
        for done in run_ordered(batches, _clean_batch, jobs=jobs, start=_start, arguments=(self,)):
            if isinstance(done, Failed):
                yield not_cleaned(done.item, done.reason)
            else:
                yield from done

    def _plan(self, ignored: tuple[str, ...], keep: tuple[re.Pattern[str], ...]) -> Plan:
        plan = None if keep else self._plans.get(ignored)
        if plan is None:
            self.refuse_unknown(ignored)
            rules = [
                r
                for r in self.rules
                if not any(r.code.startswith(c) or r.name == c for c in ignored)
            ]
            plan = Plan(rules, unsafe=self.config.unsafe, keep=(*self.keep, *keep))
            if not keep:
                self._plans[ignored] = plan
        return plan


def not_cleaned(document: Document, reason: str) -> Result:
    """Return a document as it was, with the finding DQ000 that says why."""
    text, why = document.text, f"Not cleaned: {reason}"
    failure = Diagnostic("DQ000", "not-cleaned", 0, len(text), None, False, why)
    return Result(document, text, [], [failure])


_own: Cleaner | None = None


def _start(cleaner: Cleaner) -> None:
    global _own  # noqa: PLW0603 - one for each process, set by its initializer
    _own = cleaner


def _clean_batch(documents: Sequence[Document]) -> list[Result]:
    assert _own is not None
    return [_own.clean(document) for document in documents]


def _own_rules(paths: Iterable[str]) -> Iterator[Rule]:
    for path in paths:
        from cleaner.own_rules import load_rules

        yield from load_rules(path)


def _chosen(rules: Sequence[Rule], config: Config) -> tuple[Rule, ...]:
    return select(rules, select=config.select, ignore=config.ignore, preview=config.preview)


def _restore(config: Config, sites: Any) -> Cleaner:
    return Cleaner.from_config(config, sites=sites)


def host_of(url: str) -> str:
    """Return the host name of a URL without "www.", or an empty string.

    >>> host_of("https://www.example.org/a?b")
    'example.org'
    """
    if not isinstance(url, str):  # scraped fields hold anything, lists of addresses too
        return ""
    rest = url.partition("://")[2]
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2].partition(":")[0].lower()
    return host.removeprefix("www.")


@lru_cache(maxsize=32)
def _cached(options: tuple[tuple[str, Any], ...]) -> Cleaner:
    return Cleaner(**dict(options))


def _prepare(text: str, options: Mapping[str, Any]) -> tuple[Cleaner, Document]:
    fields = {name: value for name, value in options.items() if name in FIELDS}
    rest = {name: value for name, value in options.items() if name not in FIELDS}
    frozen = tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(rest.items())
    )
    try:
        cleaner = _cached(frozen)
    except TypeError:  # an option that can't be hashed, or doesn't exist: then this raises again
        cleaner = Cleaner(**rest)
    return cleaner, Document(text, **fields)


def clean(text: str, **options: Any) -> str:
    """Return a text without boilerplate and with its damage repaired.

    Options are those of Cleaner, and fields of Document (`title`, `lang`, `site`, …) that help rules.
    """
    cleaner, document = _prepare(text, options)
    return cleaner.clean(document).text


def check(text: str, **options: Any) -> list[Diagnostic]:
    """Return what `clean` would do to a text, and what it can only point at."""
    cleaner, document = _prepare(text, options)
    return cleaner.check(document)
