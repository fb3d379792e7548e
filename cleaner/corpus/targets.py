"""Where the output goes: one file, standard output, or a folder that mirrors the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import ConfigError
from cleaner.formats import PACKED, Source, is_remote, kind_of

STDOUT = "-"
WRITABLE = ".jsonl, .csv, .tsv (also .gz and .zst) and .parquet"
TABLES = ("csv", "tsv", "parquet")


class Target(NamedTuple):
    """One file to write and the sources it is made of; for kind "files", a folder and its text files."""

    path: str
    kind: str
    sources: tuple[Source, ...]

    @property
    def form(self) -> str:
        """What a worker makes of a document: a text, a line of JSON, or a row."""
        return "text" if self.kind == "files" else "rows" if self.kind in TABLES else "jsonl"


def form_of(output: str, source: str) -> str:
    """Return the form for a kind of output and a kind of source: see `Target.form`."""
    if output == "folder" and source in ("txt", "html"):
        return "text"
    kind = source if output == "folder" else output
    return "rows" if kind in TABLES else "jsonl"


def targets_of(output: str, sources: Sequence[Source]) -> list[Target]:
    """Return what is to be written, in the order of the sources."""
    if (kind := output_kind(output)) != "folder":
        return [Target(output, kind, tuple(sources))]
    targets: list[Target] = []
    files: list[Source] = []
    for source in sources:
        if source.kind in ("txt", "html"):
            files.append(source)
            continue
        if files:
            targets.append(Target(output, "files", tuple(files)))
            files = []
        path = target_path(output, source)
        targets.append(Target(path, kind_of(path) or "jsonl", (source,)))
    if files:
        targets.append(Target(output, "files", tuple(files)))
    return targets


def output_kind(output: str) -> str:
    """Return "jsonl", "csv", "tsv", "parquet" or "folder". Raise ConfigError for another kind of file."""
    if output == STDOUT:
        return "jsonl"
    kind = kind_of(output)
    if kind == "jsonl" or kind in TABLES:
        return kind
    path = Path(output)
    if kind or (path.suffix in (*PACKED, ".json") and not path.is_dir()):
        raise ConfigError(
            f"{output}: can't write this kind of file; give a folder, - or a file: {WRITABLE}"
        )
    if is_remote(output):
        raise ConfigError(f"{output}: a remote output is one file: {WRITABLE}")
    return "folder"


def target_path(folder: str, source: Source) -> str:
    """Return where a folder output keeps what a source becomes: pages as .txt, archives as .jsonl."""
    name = source.name if source.kind else "stdin.jsonl"
    new = {"html": ".txt", "warc": ".jsonl"}.get(source.kind)
    if new:
        packed = next((suffix for suffix in PACKED if name.endswith(suffix)), "")
        stem = name.removesuffix(packed)
        name = f"{stem[: stem.rindex('.')]}{new}{packed}"
    return str(Path(folder, name))


def refuse_overlap(
    inputs: Iterable[str], sources: Sequence[Source], output: str, side_files: Sequence[str]
) -> None:
    """Raise ConfigError where writing would touch an input, or two outputs would share a path."""
    read_from = {str(Path(s.path).resolve()) for s in sources if s.kind and not is_remote(s.path)}
    read_from |= {s.path for s in sources if is_remote(s.path)}
    for side in side_files:
        if _absolute(side) in read_from:
            raise ConfigError(f"{side} is also an input; give another path")
    if output_kind(output) != "folder":
        if output != STDOUT and _absolute(output) in read_from:
            raise ConfigError(f"{output} is also an input; write somewhere else")
        shared = [side for side in side_files if _absolute(side) == _absolute(output)]
        if shared:
            raise ConfigError(f"{output} is to be written twice; give {shared[0]} another path")
        return
    folder = Path(output).resolve()
    if folder.is_file():
        raise ConfigError(f"{output} is a file; give a folder, - or a file: {WRITABLE}")
    for given in inputs:
        if Path(given).is_dir() and folder.is_relative_to(Path(given).resolve()):
            raise ConfigError(f"{output} lies in the input {given}; write somewhere else")
    owners: dict[str, Source] = {}
    for source in sources:
        target = target_path(output, source)
        if str(Path(target).resolve()) in read_from:
            raise ConfigError(f"{target} is also an input; write somewhere else")
        if target in owners:
            both = f"{owners[target].path} and {source.path}"
            raise ConfigError(f"{both} would both become {target}; clean them one at a time")
        owners[target] = source


def _absolute(path: str) -> str:
    return path if is_remote(path) else str(Path(path).resolve())
