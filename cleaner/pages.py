"""The stories of pages, for people who look at one: `cleaner extract`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from cleaner.config import Config
from cleaner.document import Document
from cleaner.errors import ReadError
from cleaner.extraction import extract
from cleaner.formats import STDIN, Record, Reject, find_sources, open_bytes, read

PAGES = ("html", "warc")
FIELDS = ("id", "url", "title", "lang", "date", "site", "text")
HEADED = ("title", "date", "lang", "site", "url")  # what is shown above a text


def extract_pages(inputs: Sequence[str]) -> Iterator[Document | Reject | ReadError]:
    """Yield the story of each page, and what could not be read or has none, in order.

    Inputs are files, folders and globs of .html and .warc; "-" is one page. In folders, other files are
    passed over.
    """
    for source in find_sources(inputs):
        if isinstance(source, ReadError):
            yield source
            continue
        try:
            if source.path == STDIN:
                with open_bytes(STDIN) as stream:
                    page = extract(stream.read())
                yield page.replace(id="stdin") if page.text else _none(page)
            elif source.kind in PAGES:
                for item in read(source, Config()):
                    yield item.document if isinstance(item, Record) else item
            elif source.path in inputs:
                yield ReadError(f"{source.shown}: not a page; read are .html and .warc")
        except ReadError as error:
            yield error


def _none(page: Document) -> Reject:
    return Reject("stdin", "stdin", str(page.meta.get("reason", "")))


def as_text(document: Document) -> Iterator[str]:
    """Yield what is known of a page, a line each, and its text, with a blank line after either."""
    known = {"page": document.id, **{name: getattr(document, name) for name in HEADED}}
    yield from (
        f"{name}: {value}" for name, value in (known | dict(document.meta)).items() if value
    )
    yield from ("", document.text, "")


def as_json(document: Document) -> str:
    """Return a document as a JSON object on one line."""
    fields = {name: getattr(document, name) for name in FIELDS}
    return json.dumps(fields | {"meta": dict(document.meta)}, ensure_ascii=False)
