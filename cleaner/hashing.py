"""A short hash of a text: to name things by, not to keep secrets."""

from __future__ import annotations

from zlib import crc32


def hash_text(text: str) -> int:
    """Return a 32-bit hash of a text that is the same in every process."""
    return crc32(text.encode("utf-8", "surrogatepass"))
