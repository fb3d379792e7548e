"""A page of HTML in, its story out.

    decode -> tree -> metadata
                   -> blocks -> features -> model (-> evidence -> model) -> text, or a fallback

One parse; every step is linear in the size of the page, and what is too large is refused with a reason.
"""

from __future__ import annotations

from cleaner.document import Document
from cleaner.extraction.blocks import read_blocks
from cleaner.extraction.decode import decode
from cleaner.extraction.metadata import Metadata, read_metadata, shown_date
from cleaner.extraction.story import read_story
from cleaner.extraction.titles import host
from cleaner.extraction.tree import Refused, parse

__all__ = ["extract"]


def extract(html: str | bytes, *, url: str = "") -> Document:
    """Return the story of a page, with its title, date, language, address and site where the page says them.

    Never raises on bad HTML. The text is empty when there is no story; then `meta["reason"]` says why:
    too large, nested too deep, empty, no HTML, no text. `meta["extraction"]` says where the text comes
    from: blocks, or a fallback ("json-ld", "article", "densest"). `meta["author"]` and `meta["site_name"]`
    are the page's own.
    """
    try:
        tree = parse(decode(html) if isinstance(html, bytes) else html)
    except Refused as refusal:
        return Document(text="", url=url, site=host(url), meta={"reason": str(refusal)})
    alive = list(tree.iter())  # lxml makes an element anew on every visit unless somebody holds it
    known, page = read_metadata(tree, url), read_blocks(tree)
    text, source = read_story(tree, page, known)
    del alive
    return Document(
        text=text,
        url=known.url,
        title=known.title,
        lang=known.lang,
        date=known.date or shown_date(page, known),
        site=host(known.url),
        meta=described(known, text, source),
    )


def described(known: Metadata, text: str, source: str) -> dict[str, str]:
    """Return what goes into a Document's meta; `source` is where the text comes from or why there is none."""
    meta = {
        "extraction": source if text else "",
        "reason": "" if text else source,
        "author": known.author,
        "site_name": known.site_name,
    }
    return {name: value for name, value in meta.items() if value}
