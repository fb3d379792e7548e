"""CH: characters that decoding, escaping and typesetting broke.

Nothing here transliterates, flattens quotation marks or changes what a reader sees of sound text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.document import Document
from cleaner.edits import Edit, Span
from cleaner.rule import flag, pattern, replace, rule


def has_unusual(doc: Document) -> bool:
    """Whether a document has any character that isn't printable ASCII, tab or line break."""
    return bool(doc.unusual)


# A lone inverted question mark inside a word stood for an apostrophe in a font of its own: no entity.
ENTITY = pattern(
    r"""&(?!\#0*191;|\#x0*bf;)(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,24});
    |&nbsp\b|&amp(?=\ [^\s;&])|&\#(?:39|160|82(?:11|12|16|17|20|21|30))(?![\d;])  # have lost their semicolon
    |(?<!&)\#82(?:11|12|16|17|20|21|30);  # … their ampersand""",
    "x",
)


@rule("CH002", fix="safe", needles=["&", "#82"])
def leftover_entity(doc: Document) -> Iterator[Edit]:
    """An HTML entity that was escaped twice or never unescaped.

    Feeds escape what is already escaped, so that a reader sees `&amp;` or `&#8217;`. Decoded are complete
    entities; of those that have lost their first or last mark, spaces, quotes, dashes and ampersands that
    are nothing else. An ampersand of a name stays.

    ```diff
    - Smith &amp; Sons won&#8217;t pay &pound;4&nbsp;million.
    + Smith & Sons won’t pay £4 million.
    ```

    ```diff
    - The bank won#8217;t pay, and Doe &amp Co. didn&#8217t.
    + The bank won’t pay, and Doe & Co. didn’t.
    ```

    ```diff
      AT&T; the R&D; unit of Marks&Spencer, tea &c., ?a=1&amp=2, an amp; a #82117 ticket
    ```
    """
    return replace(ENTITY, _unescaped, doc.text)


def _unescaped(match: re.Match[str]) -> str:
    from html import unescape

    entity = match[0]
    character = unescape(f"&{entity.strip('&;')};")
    if character == "\u00a0":
        return " "
    # What can't stand in text (NUL, surrogates) decodes to U+FFFD or nothing: then the entity stays.
    return character if character and "\ufffd" not in character else entity


TAG = pattern(
    r"""</?(?:a|abbr|b|blockquote|br|center|cite|code|del|div|em|figcaption|figure|font|h[1-6]|hr|i|iframe
    |img|ins|li|ol|p|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul)
    (?:\s{1,3}[a-z][a-z-]{0,20}\s?=\s?(?:"[^"<>]{0,500}"|'[^'<>]{0,500}')){0,12}\s{0,3}/?>
    |<!--[^<>]{0,500}-->|<!\[CDATA\[|\]\]>""",
    "ix",
)
BREAKING = {
    "blockquote",
    "br",
    "center",
    "div",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
BREAKING |= {"hr", "li", "ol", "p", "section", "table", "tr", "ul"}
TAG_NAME = pattern(r"</?([a-z][a-z0-9]*)", "i")


ABOUT_HTML = pattern(r"(?<![<!\w])(?:HTML5?|XHTML|DOM|markup)\b(?!>)")


@rule("CH003", fix="safe", needles=["<", "]]>"])
def leftover_tag(doc: Document) -> Iterator[Edit]:
    """An HTML tag or comment that leaked into the text.

    Escaped markup becomes visible when a feed is unescaped twice. A tag goes when it has attributes,
    closes, or is a break; a block tag leaves a line break behind. The marks of a CDATA section go, too.
    Angle brackets with anything but HTML in them stay, and so does a bare opening tag. A text that speaks
    of HTML keeps them all.

    ```diff
    - The <a href="https://example.org/x">ministry</a> said <em>no</em>.<br/>It gave no reason.
    + The ministry said no.
    + It gave no reason.
    ```

    ```diff
      Shares of Example Corp <EXM.N> fell, those of Parts <P> rose.
      Set the word in <b> for bold, if x < y and y > z.
    ```

    ```diff
      In HTML, a list is <ul><li>one</li></ul>, and <br/> breaks a line.
    ```
    """
    text = doc.text
    if ABOUT_HTML.search(text):
        return
    closed = {m[0][2:-1].strip().lower() for m in TAG.finditer(text) if m[0].startswith("</")}
    for match in TAG.finditer(text):
        name = TAG_NAME.match(match[0])
        tag = name[1].lower() if name else ""
        start, end = match.span()
        at_edge = text[start - 1 : start] in ("", "\n") or text[end : end + 1] in ("", "\n")
        # Inside a line, <P> can be a company's ticker
        ends = tag in ("br", "hr") or (tag == "p" and (at_edge or match[0] != "<P>"))
        if not (name is None or tag in closed or ends or "=" in match[0]):
            continue
        breaks = tag in BREAKING and start > 0 and end < len(text)
        seam = breaks and text[start - 1] != "\n" and text[end] != "\n"
        yield Edit(start, end, "\n" if seam else "")


INVISIBLE = pattern("[\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffc]+")
JOINER = pattern("[\u200c\u200d\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
# Thai, Lao, Myanmar, Khmer and Tibetan mark word borders with a zero-width space.
SPACELESS = pattern("[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff]")
# Joiners shape Arabic and Indic letters and bind emoji; direction marks matter beside Arabic and Hebrew.
SHAPED = pattern(
    "[\u0590-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb1d-\ufeff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
)


@rule("CH004", fix="safe", when=has_unusual)
def invisible_character(doc: Document) -> Iterator[Edit]:
    r"""A zero-width space, soft hyphen, byte order mark or stray joiner.

    Pages hold them as line-break hints and tracking marks; they split a word for every search and
    count. Joiners and direction marks stay in texts whose script or emoji need them, and zero-width
    spaces in scripts that separate words with them.

    ```diff
    - The parlia\u00adment voted\u200b on Monday.
    + The parliament voted on Monday.
    ```

    ```diff
      می‌خواهم و نمی‌دانم
    ```
    """
    text, unusual = doc.text, "".join(doc.unusual)
    if INVISIBLE.search(unusual) and not SPACELESS.search(unusual):
        yield from replace(INVISIBLE, "", text)
    if JOINER.search(unusual) and not SHAPED.search(unusual):
        yield from replace(JOINER, "", text)


BREAKS = frozenset("\u2028\u2029\x85\x0b\x0c")
BREAK = pattern("\r?[\u2028\u2029\x85\x0b\x0c]+")
ODD_SPACES = frozenset("\u00a0\u1680\u202f\u205f").union(map(chr, range(0x2000, 0x200B)))
ODD_SPACE = pattern(
    "[ ]{0,50}[\u00a0\u1680\u2000-\u200a\u202f\u205f][ \u00a0\u1680\u2000-\u200a\u202f\u205f]{0,50}"
)
NUMBER_SPACE = pattern("[\u00a0\u2009\u202f]")


@rule("CH005", fix="safe", when=has_unusual)
def odd_space(doc: Document) -> Iterator[Edit]:
    r"""A no-break, thin or other odd space where an ordinary one is meant.

    Editors of content systems insert them unseen, and then "New York" is not "New York". Kept are the
    space that groups digits and, in French, the one before `: ; ! ?` and inside « ». Line and
    paragraph separators become line breaks.

    ```diff
    - The\u00a0mayor of New\u00a0York, 44, resigned.
    + The mayor of New York, 44, resigned.
    ```

    ```diff lang=fr
      Le coût\u00a0: 10\u202f000 euros, «\u00a0pas plus\u00a0», dit-il.
    ```
    """
    text = doc.text
    if not doc.unusual.isdisjoint(BREAKS):
        yield from replace(BREAK, "\n", text)
    if doc.unusual.isdisjoint(ODD_SPACES):
        return
    french = doc.language == "fr"
    for match in ODD_SPACE.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if NUMBER_SPACE.fullmatch(match[0]) and before.isdigit() and after.isdigit():
            continue
        if french and len(match[0]) == 1 and (after in tuple(":;!?»%€") or before == "«"):
            continue
        at_edge = before in ("", "\n") or after in ("", "\n")
        yield Edit(start, end, "" if at_edge else " ")


CONTROL = pattern("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]+|[\x80-\x84\x86-\x9f]")


@rule("CH006", fix="safe", when=has_unusual)
def control_character(doc: Document) -> Iterator[Edit]:
    r"""A control character, half of a surrogate pair, or Windows-1252 byte.

    NULs and escapes come from broken downloads, bytes 0x80 to 0x9F from pages that call themselves
    Latin-1 and are Windows-1252: those become the quotation mark or dash they stood for. Tabs and line
    breaks stay.

    ```diff
    - She said \x93no\x94 twice.\x00
    + She said “no” twice.
    ```

    ```diff
      Team	Points
      Rovers	41
    ```
    """
    if CONTROL.search("".join(doc.unusual)):
        yield from replace(CONTROL, _meant, doc.text)


def _meant(match: re.Match[str]) -> str:
    if "\x80" <= match[0] <= "\x9f":
        return match[0].encode("latin-1").decode("cp1252", "ignore")
    return ""


DECOMPOSED = pattern(
    "[^\\W\\d_][\u0300-\u036f]{1,8}|[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?"
)


@rule("CH007", fix="safe", when=has_unusual)
def decomposed_letter(doc: Document) -> Iterator[Edit]:
    r"""A letter and its accent as two characters where one exists.

    Some systems store é as e and a combining accent. It looks the same and matches nothing. Only such
    pairs are composed (Unicode normal form C); marks that have no composed form stay.

    ```diff
    - The cafe\u0301 in Ha\u0300 Nội
    + The café in Hà Nội
    ```

    ```diff
      A tilde over q, q\u0303, has no letter of its own.
    ```
    """
    if not any(
        "\u0300" <= character <= "\u036f" or "\u1100" <= character <= "\u11ff"
        for character in doc.unusual
    ):
        return
    from unicodedata import normalize

    for match in DECOMPOSED.finditer(doc.text):
        composed = normalize("NFC", match[0])
        if composed != match[0]:
            yield Edit(*match.span(), composed)


LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
LIGATURE = pattern("[\ufb00-\ufb06]")


@rule("CH008", fix="safe", needles=list(LIGATURES))
def typesetting_ligature(doc: Document) -> Iterator[Edit]:
    """A typesetter's ligature in place of its letters.

    Text that went through a PDF keeps the one-character ﬁ and ﬂ, and "ﬁnance" is found by nobody who
    searches for "finance". Letters of languages, such as æ and œ, are no ligatures.

    ```diff
    - The ﬁnance minister's oﬃce
    + The finance minister's office
    ```

    ```diff
      Encyclopædia and œuvre
    ```
    """
    return replace(LIGATURE, lambda match: LIGATURES[match[0]], doc.text)


LOST_APOSTROPHE = pattern(r"(?<=[A-Za-z])(?P<cut>\ufffd{1,3})(?=(?:s|t|re|ve|ll|d|m)\b)")


@rule("CH009", fix="unsafe", needles=["\ufffd"], languages=["en"])
def lost_apostrophe(doc: Document) -> Iterator[Edit]:
    r"""A replacement character where English can only have an apostrophe.

    A decoder that meets a byte it does not know writes U+FFFD and loses the byte. Between a letter and
    a contracted ending one reading is left. Elsewhere CH010 points at it.

    ```diff
    - The company\ufffds results didn\ufffdt impress.
    + The company’s results didn’t impress.
    ```

    ```diff
      The caf\ufffd in S\ufffdo Paulo
    ```
    """
    return replace(LOST_APOSTROPHE, "’", doc.text)


LOST = pattern("\ufffd{1,100}")


@rule("CH010", fix="none", needles=["\ufffd"])
def lost_character(doc: Document) -> Iterator[Span]:
    r"""A replacement character: what stood here was lost in decoding.

    Nothing in the text says which character it was, so it is only pointed at.

    ```diff
    ! The caf\ufffd closed.
    ```

    ```diff
      The café closed?
    ```
    """
    return flag(LOST, doc.text)
