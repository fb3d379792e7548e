"""A persistent index of documents: today's scrape against all earlier ones, in one SQLite file."""

from __future__ import annotations

# ruff: noqa: E402 - numpy is loaded before anything that imports it
from cleaner.numpy_start import load_numpy

load_numpy()

from cleaner.index.index import Index

__all__ = ["Index"]
