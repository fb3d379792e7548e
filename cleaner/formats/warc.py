"""Pages of WARC files (ISO 28500): the responses that hold HTML, read by fastwarc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    wanted = (WarcRecordType.response, WarcRecordType.resource)
    # fastwarc unpacks .gz itself, record by record, three times as fast as the standard library.
    opened = open_raw if source.path.endswith(".gz") else open_bytes
    with opened(source.path) as stream:
        records = iter(ArchiveIterator(stream, parse_http=False))
        number = 0
        while True:
            try:
                record = next(records, None)
                if record is None:
                    break
                number += 1
                raw = _page(source, number, record) if record.record_type in wanted else None
            except (OSError, ValueError, RuntimeError) as error:
                raise ReadError(
                    f"{source.shown}: damaged WARC data at record {number}: {error}"
                ) from error
            if raw is not None:
                yield raw
    if not number:
        raise ReadError(f"{source.shown}: there is no WARC record in it")


def _page(source: Source, number: int, record: Any) -> Raw | None:
    """The page of a record; None where it holds none."""
    headers = {name.lower(): value for name, value in record.headers.items()}
    url = headers.get("warc-target-uri", "").strip("<>")
    fields = {"id": url or headers.get("warc-record-id", ""), "url": url}
    data = record.reader.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return Raw(
            source, number, fields=fields, reason=f"a page of more than {MOST_BYTES >> 20} MB"
        )
    content_type = headers.get("content-type", "").lower()
    if content_type.startswith("application/http") or data.startswith(b"HTTP/"):
        status, content_type, data = _response(data)
        if status != "200":
            return None
    return Raw(source, number, data, fields) if content_type.lower().startswith(HTML) else None


def _response(data: bytes) -> tuple[str, str, bytes]:
    """Status, content type and body of an HTTP response (RFC 9112).

    Done here because old archives end header lines with a bare line feed, which fastwarc's own parser
    reads on past the end of the headers. Compressed bodies are left to the extractor.
    """
    ends = [
        (at, length)
        for mark, length in ((b"\r\n\r\n", 4), (b"\n\n", 2))
        if (at := data.find(mark)) >= 0
    ]
    at, length = min(ends, default=(len(data), 0))
    first, *lines = data[:at].decode("latin-1").splitlines() or [""]
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = data[at + length :]
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _joined(body)
    return first.partition(" ")[2][:3], headers.get("content-type", ""), body


def _joined(body: bytes) -> bytes:
    """A chunked body in one piece; as it is where its chunk sizes are wrong, since many archives unchunk."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 20)
        try:
            size = int(body[at:end].partition(b";")[0], 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size == 0:
            return b"".join(parts)
        if size < 0 or end + 2 + size > len(body):
            return b"".join(parts) + body[at:] if parts else body
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 4 + size
