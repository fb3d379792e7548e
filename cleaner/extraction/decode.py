"""Bytes of a page to text, whatever they claim to be.

In order of trust: a byte order mark, bytes that are valid UTF-8, what the page declares, statistics.
Declarations are often wrong and UTF-8 is hardly ever valid by accident, so the content comes before them.
"""

from __future__ import annotations

import re
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from contextlib import suppress

from cleaner.extraction.tree import MAX_CHARACTERS, Refused

MAX_BYTES = 4 * MAX_CHARACTERS  # after unpacking; no encoding takes more for a character
GZIP = b"\x1f\x8b\x08"
MAX_LAYERS = 2  # a page gzipped by its server and again by a crawler
MAX_MEMBERS = 200
MARKS = (
    (BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF8, "utf-8"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(
    rb"""(?:charset|encoding)\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE
)
HEAD = 8_192  # bytes in which a declaration counts; browsers look at 1,024
SAMPLE = 20_000  # bytes that statistics look at
TAGS = re.compile(rb"<[^>]{0,2000}>")
ASCII_TEXT = re.compile(rb"[\t\n\r\x20-\x7e]+")
# What browsers read for a declared name where Python's codec is narrower (WHATWG Encoding Standard).
WIDER = {
    **dict.fromkeys(
        ("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1"), "cp1252"
    ),
    "iso-8859-9": "cp1254",
    **dict.fromkeys(("iso-8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    "big5": "big5hkscs",
    # who declares these in readable ASCII means no such thing
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "unicode"), "utf-8"),
}
ONE_BYTE_LATIN = frozenset({"cp1252", "cp1254", "iso-8859-15", "iso-8859-2", "cp1250"})
MOSTLY_LATIN = (
    0.35  # Latin-script text has fewer non-ASCII letters than this; Cyrillic or Thai nearly all
)


def decode(data: bytes) -> str:
    """Return the text of a page's bytes; raise Refused when they are too many or no text."""
    data = unpack(data)
    if not data.strip(b"\0 \t\r\n"):
        raise Refused("empty")
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    encoding = utf16(data)
    if encoding:
        return data.decode(encoding, "replace")
    if is_binary(data):
        raise Refused("no text: the bytes are of some other kind of file")
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    return decode_legacy(data)


def unpack(data: bytes) -> bytes:
    """Undo gzip, with a limit on the size of the result."""
    for _ in range(MAX_LAYERS):
        if len(data) > MAX_BYTES:
            raise Refused(f"too large: {len(data):,} bytes, the limit is {MAX_BYTES:,}")
        if not data.startswith(GZIP):
            break
        data = gunzip(data)
    return data


def gunzip(data: bytes) -> bytes:
    """Unpack what can be read of a gzip file; a cut or damaged one gives its beginning."""
    whole = bytearray()
    with suppress(zlib.error):
        for _ in range(MAX_MEMBERS):
            member = zlib.decompressobj(wbits=31)
            whole += member.decompress(data, MAX_BYTES + 1 - len(whole))
            if len(whole) > MAX_BYTES:
                raise Refused(f"too large: more than {MAX_BYTES:,} bytes once unpacked")
            data = member.unused_data
            if not data.startswith(GZIP):
                break
    if not whole:
        raise Refused("damaged gzip")
    return bytes(whole)


def utf16(data: bytes) -> str:
    """Return the byte order of UTF-16 without a mark, told from its zeros; else an empty string."""
    head = data[:1_000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.05:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < len(head) * 0.05:
        return "utf-16-be"
    return ""


def is_binary(data: bytes) -> bool:
    """Whether bytes are a picture, an archive or the like: full of control characters, no tag early on."""
    head = data[:4_000]
    controls = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return controls > len(head) * 0.05 or head.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG"))


def decode_legacy(data: bytes) -> str:
    """Decode what is no valid UTF-8: damaged UTF-8, or an encoding declared or told from the bytes."""
    repaired = data.decode("utf-8", "replace")
    bad, foreign = (
        repaired.count("\N{REPLACEMENT CHARACTER}"),
        sum(map(len, ASCII_TEXT.split(data))),
    )
    if bad * 20 < foreign:  # some bytes were lost, the rest can't be anything else
        return repaired
    declared = declaration(data)
    if declared:
        with suppress(LookupError, UnicodeDecodeError):
            return data.decode(declared, "replace" if declared in ONE_BYTE_LATIN else "strict")
    return data.decode(guess(data), "replace")


def declaration(data: bytes) -> str:
    """Return the encoding that a page declares, as browsers read it; empty when it can't be true."""
    match = DECLARED.search(data[:HEAD])
    name = match[1].decode("ascii").lower() if match else ""
    encoding = WIDER.get(name, name)
    if encoding in ("utf-8", "utf8"):  # it isn't
        return ""
    return "" if encoding in ONE_BYTE_LATIN and not looks_latin(data) else encoding


def looks_latin(data: bytes) -> bool:
    """Whether the text between the tags has few enough bytes beyond ASCII for a Latin script."""
    text = TAGS.sub(b"", data[: 10 * SAMPLE])
    letters = sum(map(str.isalpha, text.decode("latin-1")))
    beyond = sum(map(len, ASCII_TEXT.split(text)))
    return beyond < MOSTLY_LATIN * max(letters, 1)


def guess(data: bytes) -> str:
    """Return the likeliest encoding of bytes that say nothing true about it."""
    from charset_normalizer import from_bytes

    text = b" ".join(TAGS.sub(b" ", data[: 10 * SAMPLE]).split())[:SAMPLE]
    best = from_bytes(text).best()
    return best.encoding if best and best.encoding != "ascii" else "cp1252"
