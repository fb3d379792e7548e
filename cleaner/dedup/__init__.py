"""Near duplicates: shingles and signatures, candidates, verified pairs with a kind, clusters."""

from __future__ import annotations

# ruff: noqa: E402 - numpy is loaded before anything that imports it
from cleaner.numpy_start import load_numpy

load_numpy()

from cleaner.dedup.duplicates import ComparedDocuments, deduplicate
from cleaner.dedup.evidence import Evidence, Passage
from cleaner.dedup.kinds import Kind, Thresholds
from cleaner.dedup.minhash import from_lean, shingle_hashes, signatures, to_lean
from cleaner.dedup.pairs import Duplicates, Pair

__all__ = [
    "ComparedDocuments",
    "Duplicates",
    "Evidence",
    "Kind",
    "Pair",
    "Passage",
    "Thresholds",
    "deduplicate",
    "from_lean",
    "shingle_hashes",
    "signatures",
    "to_lean",
]
