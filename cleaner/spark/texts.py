"""Texts as Spark carries them: words, flags and signatures as bytes, numpy arrays on a worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints
from cleaner.dedup.copies import COLUMNS, signed
from cleaner.dedup.corpus import Corpus
from cleaner.dedup.duplicates import everything
from cleaner.dedup.minhash import shingle
from cleaner.dedup.postings import NGRAM, SCARCE, SHARED, Rarity
from cleaner.dedup.tokens import Tokens

if TYPE_CHECKING:
    import pyarrow as pa

READ = (
    "id string, date string, size long, blank boolean, digest binary, tokens long, words binary, "
    "flags binary, signature binary, marked boolean"
)
TEXT = "number long, words binary, flags binary, marked boolean, rare long"
POSTING = ["hash", "number", "leader"]
RARE_FLAG = U8(4)  # of a token, above NUMBER and NAME: a rare shingle starts here


def read_texts(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Turn (id, text, date) into READ: all that later stages need of a text."""
    import pyarrow as pa

    for batch in rows:
        texts = [text or "" for text in batch.column("text").to_pylist()]
        corpus = Corpus.of(texts)
        tokens = corpus.tokens
        signatures = signed(tokens, np.arange(len(tokens)))
        yield pa.RecordBatch.from_arrays(
            [
                batch.column("id"),
                batch.column("date"),
                pa.array([len(text.strip()) for text in texts], pa.int64()),
                pa.array([not text.strip() for text in texts], pa.bool_()),
                pa.array([digest(text) for text in texts], pa.binary()),
                pa.array(tokens.counts),
                binary(tokens.words, tokens.bounds),
                binary(tokens.flags, tokens.bounds),
                binary(signatures.ravel(), np.arange(len(texts) + 1) * COLUMNS),
                pa.array(corpus.marked),
            ],
            names(READ),
        )


def digest(text: str) -> bytes:
    """Return 128 bits that stand for a text: two of a billion texts share them once in 10**20 corpora."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def names(schema: str) -> list[str]:
    """Return the names of the columns of a schema.

    >>> names("id string, size long")
    ['id', 'size']
    """
    return [column.split()[0] for column in schema.split(",")]


def binary(values: NDArray[Any], bounds: Ints) -> pa.Array:
    """Cut an array at bounds into an Arrow array of bytes."""
    import pyarrow as pa

    if len(values) * values.itemsize >> 31:
        raw = values.tobytes()
        cuts = (bounds * values.itemsize).tolist()
        parts = [raw[a:b] for a, b in pairwise(cuts)]
        return pa.array(parts, pa.large_binary())
    offsets = (bounds * values.itemsize).astype(np.int32)
    return pa.BinaryArray.from_buffers(
        pa.binary(),
        len(bounds) - 1,
        [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(values.tobytes())],
    )


def unpacked(column: pa.Array, kind: Any) -> tuple[NDArray[Any], Ints]:
    """Return an Arrow array of bytes as one numpy array and the bounds of its parts."""
    import pyarrow as pa

    if len(column) == 0:
        return np.empty(0, kind), np.zeros(1, np.int64)
    wide = pa.types.is_large_binary(column.type)
    _, where, data = column.buffers()
    offsets = np.frombuffer(where, np.int64 if wide else np.int32)
    offsets = offsets[column.offset : column.offset + len(column) + 1].astype(np.int64)
    raw = np.frombuffer(data or b"", U8)[offsets[0] : offsets[-1]]
    values = np.frombuffer(raw.tobytes(), kind)
    return values, (offsets - offsets[0]) // values.itemsize


@dataclass(frozen=True, slots=True)
class Texts:
    """Some texts of a corpus, in order of their numbers, with what the corpus says of their shingles."""

    numbers: Ints
    tokens: Tokens
    marked: NDArray[np.bool_]
    rarity: Rarity

    @classmethod
    def of(cls, batch: pa.RecordBatch | pa.Table) -> Texts:
        """Take the different texts of rows like TEXT; where `rare` is missing, all shingles are rare."""
        import pyarrow as pa

        if isinstance(batch, pa.Table):
            batch = batch.combine_chunks().to_batches(1 << 40)[0]
        numbers, first = np.unique(batch.column("number").to_numpy(), return_index=True)
        batch = batch.take(pa.array(first))
        words, bounds = unpacked(batch.column("words"), U32)
        flags, _ = unpacked(batch.column("flags"), U8)
        tokens = Tokens(words, flags & U8(3), bounds)
        marked = batch.column("marked").to_numpy(zero_copy_only=False).astype(bool)
        if "rare" not in batch.schema.names:
            return cls(numbers, tokens, marked, everything(tokens))
        marks = np.where(flags & RARE_FLAG, U8(SCARCE | SHARED), U8(SHARED))
        rare = batch.column("rare").to_numpy().astype(np.int64)
        return cls(numbers, tokens, marked, Rarity(marks, rare))

    def places(self, numbers: Ints) -> Ints:
        """Return where texts stand here."""
        return np.searchsorted(self.numbers, numbers)


def tokens_of(batch: pa.RecordBatch) -> Tokens:
    """The words of a batch; nobody asks for their flags."""
    words, bounds = unpacked(batch.column("words"), U32)
    return Tokens(words, np.zeros(len(words), U8), bounds)


def postings(rows: Iterator[pa.RecordBatch], *, bits: int) -> Iterator[pa.RecordBatch]:
    """Turn (number, leader, words) into one row for each different shingle: hash, number, leader."""
    import pyarrow as pa

    for batch in rows:
        hashes, bounds = shingles(batch, bits)
        text = np.repeat(np.arange(batch.num_rows), np.diff(bounds))
        order = np.argsort(hashes, kind="stable")
        hashes, text = hashes[order], text[order]
        fresh = np.ones(len(hashes), bool)
        fresh[1:] = (hashes[1:] != hashes[:-1]) | (text[1:] != text[:-1])
        text = text[fresh]
        number, leader = (batch.column(name).to_numpy()[text] for name in ("number", "leader"))
        columns = [hashes[fresh].view(np.int64), number, leader]
        yield pa.RecordBatch.from_arrays(list(map(pa.array, columns)), POSTING)


def shingles(batch: pa.RecordBatch, bits: int) -> tuple[NDArray[np.uint64], Ints]:
    """Return the hashes of all three-word shingles of a batch, and the bounds of its texts in them."""
    hashes, starts = shingle(tokens_of(batch), NGRAM)
    return hashes >> U64(bits), starts


def with_rarity(rows: Iterator[pa.RecordBatch], *, bits: int) -> Iterator[pa.RecordBatch]:
    """Turn texts with the hashes of their common shingles into TEXT."""
    import pyarrow as pa

    for batch in rows:
        flags, bounds = unpacked(batch.column("flags"), U8)
        flags = flags.copy()
        hashes, starts = shingles(batch, bits)
        common = batch.column("common")
        values = common.flatten().to_numpy().view(U64)
        cuts = np.concatenate([[0], np.cumsum(common.value_lengths().to_numpy())])
        rare = np.zeros(batch.num_rows, np.int64)
        for row in range(batch.num_rows):
            own = hashes[starts[row] : starts[row + 1]]
            scarce = ~np.isin(own, values[cuts[row] : cuts[row + 1]])
            flags[bounds[row] : bounds[row] + len(own)] |= scarce * RARE_FLAG
            rare[row] = scarce.sum()
        columns = [batch.column(name) for name in ("number", "words")]
        columns += [binary(flags, bounds), batch.column("marked"), pa.array(rare)]
        yield pa.RecordBatch.from_arrays(columns, names(TEXT))
