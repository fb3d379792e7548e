"""A persistent index of documents: today's scrape against all earlier ones, in one SQLite file."""

from __future__ import annotations

from cleaner.index.index import Index

__all__ = ["Index"]
