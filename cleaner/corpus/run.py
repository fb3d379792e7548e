"""One run over a corpus: cut, clean in worker processes, write in shards, join them, forget the shards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cleaner import __version__
from cleaner.config import Config
from cleaner.corpus.cut import Cutter
from cleaner.corpus.join import join
from cleaner.corpus.shard import ShardWriter
from cleaner.corpus.state import State, fingerprint_of, size_in, stamp
from cleaner.corpus.summary import Summary
from cleaner.corpus.targets import STDOUT, output_kind, refuse_overlap, targets_of
from cleaner.corpus.work import Batch, Done, Job, Worker, bare, start, work
from cleaner.errors import ReadError
from cleaner.formats import Raw, Reject, Source, find_sources, is_remote, parse, read
from cleaner.formats.storage import remove_parts
from cleaner.hashing import hash_text
from cleaner.workers import SECONDS, Failed, run_ordered

Complain = Callable[[Any], None]  # given a Reject, a Raw without text, or an error
Progress = Callable[[Summary, float | None], None]  # with the share of the input that is done
SMALL = 256  # kilobytes of text that are cleaned in this process: starting others would take longer


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run does beside cleaning. Empty paths mean: not wanted."""

    rejects: str = ""
    edits: str = ""
    report: str = ""
    jobs: int = 0  # worker processes; 0: one for each core
    timeout: float = SECONDS  # seconds that one document may take
    learn_sites: bool = False
    dedup: bool = False
    drop: bool = False
    kept: str = "earliest"  # which document of a cluster represents it, see `deduplicate`
    pairs: str = ""
    index: str = ""  # an index of earlier documents to compare with and add to
    untouched: bool = False  # write the documents as they were; compare them cleaned
    raw: bool = False  # with `untouched`: compare them as they were, too


def clean_corpus(
    inputs: Sequence[str],
    output: str,
    *,
    config: Config,
    complain: Complain,
    options: Options | None = None,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Clean every document of the inputs into `output`, in order, and return what was done.

    `output` is "-", a file (.jsonl, .csv, .tsv, each also packed, or .parquet) or a folder that mirrors the
    inputs. `complain` is given what can't be read and documents without text. An interrupted run goes on
    where it was when it is called again the same way; its output is the same to the byte. Raise
    ConfigError before anything is written where the output would touch an input, WriteError where the
    system refuses to write, ReadError where nothing can be read.
    """
    options = options or Options()
    sources, unreadable = sources_of(inputs, config, complain)
    named = (options.rejects, options.edits, options.report, options.pairs, options.index)
    sides = [path for path in named if path]
    refuse_overlap(inputs, sources, output, sides)
    run = Run(sources, output, config, options, complain, progress, say)
    run.summary.unreadable += unreadable
    return run.go()


def sources_of(
    inputs: Sequence[str], config: Config, complain: Complain
) -> tuple[list[Source], int]:
    """Return the files that inputs name, and how many inputs can't be read; these are complained of.

    Raise ReadError where there is no file at all.
    """
    found = list(find_sources(inputs, exclude=config.exclude))
    sources = [source for source in found if isinstance(source, Source)]
    for error in found:
        if isinstance(error, ReadError):
            complain(error)
    if not sources:
        raise ReadError("nothing to clean: no input could be read")
    return sources, len(found) - len(sources)


class Run:
    """One run: what it reads, what it writes, and what it has counted."""

    def __init__(
        self,
        sources: Sequence[Source],
        output: str,
        config: Config,
        options: Options,
        complain: Complain,
        progress: Progress | None,
        say: Callable[[str], None],
    ) -> None:
        self.sources = sources
        self.output = output
        self.config = config
        self.options = options
        self.complain = complain
        self.progress = progress or (lambda *_: None)
        self.say = say
        self.targets = targets_of(output, sources)
        self.summary = Summary()
        self.gathered: Any = None
        self.stamps = {source.path: stamp(source.path) for source in sources}

    def go(self) -> Summary:
        """Do it all and return the counts."""
        streaming = self.output == STDOUT and not self.options.dedup
        with ExitStack() as stack:
            state = self._state(stack)
            entries = self._resume(state)
            stack.callback(self._tidy_up, state, entries)
            sites = self._sites(state) if self.options.learn_sites else None
            job = Job(
                self.config,
                output_kind(self.output),
                edits=bool(self.options.edits),
                gather=bool(self.options.report),
                untouched=self.options.untouched,
                plain=streaming and [source.path for source in self.sources] == ["-"],
                sites=sites,
            )
            cutter = Cutter(self.targets, self._unreadable, done=len(entries), sizes=self._sizes())
            of = {
                source: index
                for index, target in enumerate(self.targets)
                for source in target.sources
            }
            writer: ShardWriter | None = None
            for batch in self._results(cutter, job):
                if writer is None:
                    target = of[batch.source]
                    writer = ShardWriter(
                        state,
                        len(entries),
                        target,
                        self.targets[target],
                        self.options,
                        streaming=streaming,
                    )
                writer.write(batch)
                self._count(batch)
                self.progress(self.summary, cutter.share())
                if cutter.shards and writer.size == cutter.shards[0].size:
                    cutter.shards.popleft()
                    entries.append(writer.finish(self.gathered))
                    writer = None
            self._refuse_changes()
            join(self, state, entries, streaming=streaming)
            entries.clear()  # the output is there: nothing to go on with
        return self.summary

    @staticmethod
    def _tidy_up(state: State, entries: Sequence[Any]) -> None:
        """Leave nothing behind, unless there are finished shards to go on with."""
        if not entries:
            state.forget()

    def _state(self, stack: ExitStack) -> State:
        """Where finished shards are kept: beside the output, where another run finds them."""
        identity = {
            "cleaner": __version__,
            "configuration": f"{hash_text(repr((self.config, self.options, self.output))):08x}",
            "input": fingerprint_of(self.sources),
        }
        unstable = any(source.path == "-" for source in self.sources)
        if self.output == STDOUT or is_remote(self.output) or unstable:
            return State(Path(stack.enter_context(TemporaryDirectory()), "state"), identity)
        path = Path(self.output)
        folder = (
            path / ".cleaner"
            if output_kind(self.output) == "folder"
            else path.with_name(f".{path.name}.cleaner")
        )
        return State(folder, identity)

    def _resume(self, state: State) -> list[dict[str, Any]]:
        """The entries of finished shards, with their counts taken over."""
        if state.changed:
            self.say(
                "An interrupted run was found, but not of the same "
                f"{' and '.join(state.changed)}: starting over."
            )
        if state.was_interrupted:
            self._remove_parts()
        for entry in state.resumed:
            self.summary.merge(Summary.from_dict(entry["summary"]))
        if state.resumed:
            self.say(f"Going on after {self.summary.documents:,} documents of an interrupted run.")
            if self.options.report:
                from cleaner.report.gather import Gathered

                last = state.path(f"gathered-{len(state.resumed) - 1:06d}.json")
                self.gathered = Gathered.from_dict(json.loads(last.read_text(encoding="utf-8")))
        return list(state.resumed)

    def _remove_parts(self) -> None:
        """Remove what the interrupted run had begun to write in the places of its output."""
        options = self.options
        sides = (options.rejects, options.edits, options.report, options.pairs)
        for path in {*(target.path for target in self.targets), *filter(None, sides)}:
            if (
                path != STDOUT
                and not is_remote(path)
                and os.path.isdir(os.path.dirname(path) or ".")
            ):
                remove_parts(path)

    def _sites(self, state: State) -> Any:
        """What recurs on each site: learned in a first pass over the inputs, or taken from the last run."""
        from cleaner.sites import SiteProfiles, learn_sites

        path = state.path("sites.json")
        if path.exists():
            return SiteProfiles.load(path)

        def documents() -> Iterator[Any]:
            for source in self.sources:
                try:
                    for item in read(source, self.config):
                        if not isinstance(item, Reject):
                            yield item.document
                except ReadError:
                    continue  # the second pass reports it

        profiles = learn_sites(documents())
        profiles.save(path)
        return profiles

    def _results(self, cutter: Cutter, job: Job) -> Iterator[Batch]:
        """Cleaned batches in order, done in this process where the input is small text, else in others."""
        if self._small():
            worker = Worker(job)
            yield from map(worker.do, cutter.batches())
            return
        jobs = self.options.jobs or os.cpu_count() or 1
        for result in run_ordered(
            cutter.batches(),
            work,
            jobs=jobs,
            start=start,
            arguments=(job,),
            seconds=self.options.timeout,
        ):
            yield failed(result, self.config) if isinstance(result, Failed) else result

    def _small(self) -> bool:
        if self.options.jobs or self.config.rules:
            return False
        plain = all(
            source.kind in ("txt", "jsonl", "csv", "tsv") and not is_remote(source.path)
            for source in self.sources
        )
        return plain and sum(map(size_in, self.stamps.values())) <= SMALL << 10

    def _count(self, batch: Batch) -> None:
        self.summary.merge(batch.summary)
        if batch.gathered is not None:
            if self.gathered is None:
                self.gathered = type(batch.gathered)()
            self.gathered.merge(batch.gathered)
        for done in batch.done:
            if done.reject or done.unreadable or done.empty:
                self.complain(
                    ReadError(done.unreadable) if done.unreadable else done.reject or done.raw
                )

    def _sizes(self) -> dict[str, int]:
        """Bytes of each input; empty where those of one can't be known."""
        known = all(self.stamps.values())
        return {path: size_in(of) for path, of in self.stamps.items()} if known else {}

    def _unreadable(self, error: ReadError) -> None:
        self.summary.unreadable += 1
        self.complain(error)

    def _refuse_changes(self) -> None:
        """Raise ReadError where an input was changed while it was read: the output would be of two minds."""
        changed = [path for path, old in self.stamps.items() if stamp(path) != old]
        if changed:
            more = f" and {len(changed) - 1:,} more" if len(changed) > 1 else ""
            raise ReadError(
                f"{changed[0]}{more} changed while being read; nothing was written. Run it again."
            )


def failed(result: Failed[Raw], config: Config) -> Batch:
    """What a record that took its process down becomes: a reject."""
    reject = rejected(result.item, result.reason, config)
    done = Done(bare(result.item), reject=reject)
    return Batch(1, result.item.source, done=[done], summary=Summary(rejects=1))


def rejected(raw: Raw, reason: str, config: Config) -> Reject:
    """Return the reject for a record that could not be cleaned. Of a page nothing is read here."""
    name = str((raw.fields or {}).get("id") or raw.source.name)
    if raw.source.kind not in ("txt", "html", "warc"):
        item = parse(raw, config)  # of a record only its fields are read here
        name = item.id if isinstance(item, Reject) else item.document.id
    return Reject(raw.where, name, reason)


__all__ = ["Options", "clean_corpus"]
