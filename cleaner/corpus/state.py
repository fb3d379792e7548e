"""What an interrupted run leaves behind, so that the same command can go on: shards and a manifest.

A run writes its output in shards, each to a file of its own that takes its name only when it is complete
and on disk; then a line of the manifest says so. After a crash, at whatever moment, what the manifest
names is there, and everything else is done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import rmtree
from typing import Any

from cleaner.errors import WriteError
from cleaner.formats import Source
from cleaner.formats.storage import is_remote
from cleaner.hashing import hash_text

MANIFEST = "manifest.jsonl"


def fingerprint_of(sources: Sequence[Source]) -> str:
    """Return a short text that changes when a file is added, removed, replaced or written to."""
    lines = [f"{source.path}\0{source.name}\0{stamp(source.path)}" for source in sources]
    return f"{len(lines)}:{hash_text(chr(10).join(lines)):08x}"


def stamp(path: str) -> str:
    """Return size and time of change of a local file; nothing for standard input and remote ones."""
    if path == "-" or is_remote(path):
        return ""
    try:
        status = Path(path).stat()
    except OSError:
        return "gone"
    return f"{status.st_size}:{status.st_mtime_ns}"


def size_in(stamp: str) -> int:
    """Return the size of a file by its stamp; 0 where there is none."""
    size = stamp.partition(":")[0]
    return int(size) if size.isdigit() else 0


class State:
    """A folder of finished shards with its manifest."""

    def __init__(self, folder: Path, identity: dict[str, str]) -> None:
        """Open or make the folder; what an earlier run with another identity left there is removed.

        `resumed` holds the entries of finished shards, `changed` the names of what differs from the run
        that was interrupted, if one `was_interrupted`. Raise WriteError where the folder can't be made.
        """
        self.folder = folder
        self.resumed: list[dict[str, Any]] = []
        self.changed: list[str] = []
        try:
            entries = self._read()
            self.was_interrupted = bool(entries)
            if entries:
                self.changed = [name for name in identity if entries[0].get(name) != identity[name]]
            if self.changed or not entries:
                rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                self._append(identity)
            else:
                self.resumed = entries[1:]
        except OSError as error:
            if not self.resumed:
                rmtree(folder, ignore_errors=True)
            raise WriteError(f"{folder}: {error.strerror or error}") from error

    def _read(self) -> list[dict[str, Any]]:
        """The manifest's entries up to the first that is torn."""
        entries = []
        try:
            lines = (self.folder / MANIFEST).read_bytes().splitlines(keepends=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n"):
                break
            entries.append(entry)
        kept = sum(map(len, lines[: len(entries)]))
        if entries and kept < sum(map(len, lines)):
            with (self.folder / MANIFEST).open("r+b") as stream:
                stream.truncate(kept)
        return entries

    def _append(self, entry: dict[str, Any]) -> None:
        with (self.folder / MANIFEST).open("ab") as stream:
            stream.write(json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def path(self, name: str) -> Path:
        """Return where a file of the run is kept."""
        return self.folder / name

    def finish(self, entry: dict[str, Any]) -> None:
        """Note a finished shard. Its files are on disk before this is called."""
        try:
            sync_folder(self.folder)
            self._append(entry)
        except OSError as error:
            raise WriteError(f"{self.folder}: {error.strerror or error}") from error

    def forget(self, names: Iterable[str] = ()) -> None:
        """Remove files of the run, or without names all of it."""
        for name in names:
            self.path(name).unlink(missing_ok=True)
        if not names:
            rmtree(self.folder, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make the names of new files in a folder as durable as their content, where the system can."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(number)
    except OSError:
        pass
    finally:
        os.close(number)
