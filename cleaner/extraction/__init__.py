"""A page of HTML in, its story out."""

from __future__ import annotations

from urllib.parse import urlsplit

from cleaner.document import Document


def extract(html: str | bytes, *, url: str = "") -> Document:
    """Return the story of a page; the text is empty when there is none. Never raises on bad HTML."""
    import trafilatura

    try:
        text = trafilatura.extract(html, include_comments=False) or ""
    except Exception:  # noqa: BLE001 - whatever the page made it trip over, the page has no story
        text = ""
    return Document(text=text, url=url, site=urlsplit(url).hostname or "")
