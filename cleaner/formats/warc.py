"""Pages of WARC files (ISO 28500): the responses that hold HTML, read by fastwarc."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.errors import ReadError
from cleaner.formats.reading import Raw
from cleaner.formats.sources import Source
from cleaner.formats.storage import open_bytes, open_raw

MOST_BYTES = 64 << 20  # of a page; more is no article
HTML = ("text/html", "application/xhtml+xml")


def pages(source: Source) -> Iterator[Raw]:
    """Yield the HTML pages of a WARC file, numbered by its records, with url and date.

    Responses with another status than 200, and those that hold no HTML, are passed over: an archive has
    redirects and images by the thousand. A damaged archive raises ReadError where it breaks off.
    """
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        raise ReadError(
            f"{source.shown}: WARC needs fastwarc (pip install 'news-text-cleaner[warc]')"
        ) from None
    wanted = WarcRecordType.response | WarcRecordType.resource
    # fastwarc unpacks .gz itself, record by record, three times as fast as the standard library.
    opened = open_raw if source.path.endswith(".gz") else open_bytes
    with opened(source.path) as stream:
        records = iter(ArchiveIterator(stream, record_types=wanted, parse_http=True))
        number = 0
        while True:
            number += 1
            try:
                record = next(records, None)
                if record is None:
                    return
                raw = _page(source, number, record)
            except (OSError, ValueError, RuntimeError) as error:
                raise ReadError(
                    f"{source.shown}: damaged WARC data at record {number}: {error}"
                ) from error
            if raw is not None:
                yield raw


def _page(source: Source, number: int, record: object) -> Raw | None:
    http = getattr(record, "http_headers", None)
    content_type = str(getattr(record, "http_content_type", None) or "").lower()
    headers = dict(record.headers.items())  # type: ignore[attr-defined]
    if http is None:
        content_type = str(headers.get("Content-Type", "")).lower()
    elif http.status_code not in (200, None):
        return None
    if not content_type.startswith(HTML):
        return None
    url = str(headers.get("WARC-Target-URI", "")).strip("<>")
    fields = {"id": url or str(headers.get("WARC-Record-ID", "")), "url": url}
    data = record.reader.read(MOST_BYTES + 1)  # type: ignore[attr-defined]
    if len(data) > MOST_BYTES:
        return Raw(
            source, number, fields=fields, reason=f"a page of more than {MOST_BYTES >> 20} MB"
        )
    return Raw(source, number, data, fields)
