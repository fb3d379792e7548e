r"""cleaner turns scraped news into text that can be analysed.

    >>> import cleaner
    >>> print(cleaner.clean("Shares fell 4% on Tuesday.\n\nSource link\n\nLeave a Reply"))
    Shares fell 4% on Tuesday.

Names are imported when they are first used, so that `import cleaner` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner import dedup as dedup
    from cleaner.dedup import Duplicates as Duplicates
    from cleaner.dedup import Pair as Pair
    from cleaner.dedup import deduplicate as deduplicate
    from cleaner.document import Document as Document
    from cleaner.edits import Edit as Edit
    from cleaner.edits import Span as Span
    from cleaner.engine import Diagnostic as Diagnostic
    from cleaner.engine import Duplicate as Duplicate
    from cleaner.engine import Result as Result
    from cleaner.errors import CleanerError as CleanerError
    from cleaner.errors import ConfigError as ConfigError
    from cleaner.errors import IndexMismatch as IndexMismatch
    from cleaner.errors import ReadError as ReadError
    from cleaner.errors import WriteError as WriteError
    from cleaner.extraction import extract as extract
    from cleaner.index import Index as Index
    from cleaner.pipeline import Cleaner as Cleaner
    from cleaner.pipeline import check as check
    from cleaner.pipeline import clean as clean
    from cleaner.sites import SiteProfiles as SiteProfiles
    from cleaner.sites import learn_sites as learn_sites

__version__ = "0.1.0"

HOMES = {
    "Cleaner": "pipeline",
    "CleanerError": "errors",
    "ConfigError": "errors",
    "Diagnostic": "engine",
    "Document": "document",
    "Duplicate": "engine",
    "Duplicates": "dedup",
    "Edit": "edits",
    "Index": "index",
    "IndexMismatch": "errors",
    "Pair": "dedup",
    "ReadError": "errors",
    "Result": "engine",
    "SiteProfiles": "sites",
    "Span": "edits",
    "WriteError": "errors",
    "check": "pipeline",
    "clean": "pipeline",
    "deduplicate": "dedup",
    "extract": "extraction",
    "learn_sites": "sites",
}
__all__ = ["__version__", "dedup", *HOMES]  # noqa: PLE0604 - names, checked by a test


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "dedup":
        return import_module("cleaner.dedup")
    if name not in HOMES:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    value = getattr(import_module(f"cleaner.{HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
