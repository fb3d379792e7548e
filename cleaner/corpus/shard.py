"""One shard while it is written: output, edits and rejects, each to a file of its own."""

from __future__ import annotations

import json
import pickle
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cleaner.corpus.encode import json_bytes
from cleaner.corpus.state import State
from cleaner.corpus.summary import Summary
from cleaner.corpus.targets import Target, target_path
from cleaner.corpus.work import Batch, Done
from cleaner.errors import WriteError
from cleaner.formats import PACKED, Source, replacing

if TYPE_CHECKING:
    from cleaner.corpus.run import Options


class ShardWriter:
    """Takes batches until its shard is whole."""

    def __init__(
        self,
        state: State,
        number: int,
        index: int,
        target: Target,
        options: Options,
        *,
        streaming: bool,
    ) -> None:
        self.state = state
        self.number = number
        self.index = index
        self.target = target
        self.streaming = streaming
        self.size = 0
        self.summary = Summary()
        self._stack = ExitStack()
        self._edits = self._open(f"edits-{number:06d}.jsonl") if options.edits else None
        self._rejects = self._open(f"rejects-{number:06d}.jsonl") if options.rejects else None
        self._out: IO[bytes] | None = None
        self._segment: list[Done] = []
        if streaming:
            self._out = sys.stdout.buffer
        elif target.form != "text":
            suffix = next((suffix for suffix in PACKED if target.path.endswith(suffix)), "")
            self._out = self._open(f"part-{number:06d}{suffix if target.form == 'jsonl' else ''}")

    def _open(self, name: str) -> IO[bytes]:
        return self._stack.enter_context(replacing(self.state.path(name)))

    def write(self, batch: Batch) -> None:
        """Write the documents of a batch. On an error nothing of the shard is kept."""
        try:
            self._write(batch)
        except BaseException:
            self._stack.__exit__(*sys.exc_info())
            raise

    def _write(self, batch: Batch) -> None:
        self.size += batch.size
        self.summary.merge(batch.summary)
        for done in batch.done:
            if self._edits:
                self._note(done)
            if done.reject and self._rejects:
                self._rejects.write(json_bytes(done.reject._asdict()))
            if done.text is not None:
                self._write_file(done.raw.source, done.text)
        if batch.lines and self._out:
            self._out.write(batch.lines)
        if batch.rows and self._out:
            pickle.dump(batch.rows, self._out)
        if self.streaming:
            sys.stdout.buffer.flush()

    def _write_file(self, source: Source, text: bytes) -> None:
        path = Path(target_path(self.target.path, source))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteError(f"{path.parent}: can't make this folder: {error.strerror}") from error
        with replacing(path, durable=False) as stream:
            stream.write(text)

    def _note(self, done: Done) -> None:
        """Keep what undoing needs, headed by the records it is about."""
        if self._segment and self._segment[-1].raw.source != done.raw.source:
            self._close_segment()
        self._segment.append(done)

    def _close_segment(self) -> None:
        assert self._edits is not None
        if not self._segment:
            return
        first, last = self._segment[0].raw, self._segment[-1].raw
        head = {
            "source": first.source.name,
            "kind": first.source.kind,
            "first": first.number,
            "last": last.number,
        }
        self._edits.write(json_bytes(head))
        for done in self._segment:
            self._edits.write(done.edits)
        self._segment = []

    def finish(self, gathered: Any) -> dict[str, Any]:
        """Close the shard, note it in the manifest, and return its entry."""
        if self._edits:
            self._close_segment()
        self._stack.close()
        if gathered is not None:
            data = json.dumps(gathered.to_dict(), ensure_ascii=False).encode("utf-8", "replace")
            with replacing(self.state.path(f"gathered-{self.number:06d}.json")) as stream:
                stream.write(data)
            self.state.forget([f"gathered-{self.number - 1:06d}.json"])
        entry = {
            "shard": self.number,
            "target": self.index,
            "size": self.size,
            "summary": self.summary.to_dict(),
        }
        self.state.finish(entry)
        return entry
