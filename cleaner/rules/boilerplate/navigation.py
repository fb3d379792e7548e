"""What leads around a site, and what a template leaves: menus, tags, addresses, repeated titles, debris."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import LONGEST_TITLE, cut, cut_labelled, first_words, frame, is_prose, is_titled
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import AMOUNTS, word_set, words
from cleaner.rule import pattern, rule

TAGGED = word_set(
    """
    tag tags tagged filed topic topics labels category categories related key keywords posted
    more in
    terms etiquetas temas mots-clés étiquettes schlagwörter schlagworte themen assuntos
    palavras-chave marcadores argomenti onderwerpen témata klíčová kľúčové ključne címkék
    etichete avainsanat tagi słowa теги метки темы теґи etiketler
    الوسوم كلمات برچسب‌ها टैग topik từ chủ 태그 *
    """
)
TAGS = pattern(
    r"""(?:tags?|labels|tagged(?:\ (?:as|with|in))?|filed\ (?:under|in)|topics?|categor(?:y|ies)
      |related\ (?:topics|tags)|key\ ?words|posted\ in|more\ on|in\ this\ (?:article|story)
      |etiquetas|temas|mots-clés|étiquettes|schlagwörter|schlagworte|themen|assuntos
        |palavras-chave|marcadores|argomenti|onderwerpen|témata|klíčová\ slova|kľúčové\ slová
        |ključne\ (?:reči|riječi|besede)|címkék|etichete|avainsanat|tagi|słowa\ kluczowe|теги|метки|темы
        |теґи|etiketler|الوسوم|كلمات\ مفتاحية|برچسب‌ها|टैग|topik|từ\ khóa|chủ\ đề|标签|標籤|關鍵字|タグ
        |태그)
    \s?[:|：]\s?.{0,300}|(?:related\ tags|tags|terms:|tags\ terms:)
    |(?:posted\ in|filed\ under)\ ?(?-i:[A-Z])[\w ,&/'’-]{2,80}""",
    "ix",
)
LONGEST_HASHTAGS = 700  # characters at the end that are searched: no run of blanks can slow it down
HASHTAGS = pattern(r"(?:(?<=[.!?\"'”’)…])\s*|\s*\n\s*)(?:#[\w’']{2,40}[ ,]{0,3}){2,30}\Z")


@rule("BP070", fix="safe", starts=TAGGED | {"=head"}, needles=["#"])
def tag_list(doc: Document) -> Iterable[Edit]:
    """Tags and categories of a story, above or below it.

    "Filed under: Markets, Banks", "Tags: …", or hashtags behind the last sentence. Only before the first
    paragraph and after the last; a list of topics inside the story is the writer's.

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Filed under: Markets, Banks | 3 Comments
    ```

    ```diff
    - The hearing will be broadcast live.#Markets #Banks #Shares
    + The hearing will be broadcast live.
    ```

    ```diff
      Categories: the act knows three, and the court had to find out which one applies to this case.
    ```
    """
    lines = doc.lines
    head, _, tail = frame(doc)
    first = first_words(doc)
    where = [i for i in (*tail, *head) if i and first[i] in TAGGED] + [i for i in head if not i]
    yield from cut(
        doc,
        (
            i
            for i in where
            if len(lines[i].text) < 320
            and TAGS.fullmatch(lines[i].text)
            and not any(mark in lines[i].text for mark in AMOUNTS)
            and not is_prose(lines[i].text)
        ),
    )
    end = len(doc.text.rstrip())
    start = max(0, end - LONGEST_HASHTAGS)
    if "#" in doc.text[start:end] and (match := HASHTAGS.search(doc.text, start, end)):
        yield Edit(match.start(), end)


MOST_SECTIONS = 4  # lines at the top among which a section is looked for
LONGEST_SECTION = 24
SECTIONS = word_set(
    """
    world | politics | science | sport | sports | business | opinion | us news | u s news
    | uk news | world news | news | tech | technology | entertainment | health | culture
    | lifestyle | travel | education | environment | economy | finance | local | national
    | international | crime | weather | money | style | food | arts | life | local news
    | national security | breaking news | exclusive | home news | uk | us | u s | asia
    | europe | africa | middle east | americas | política | economia | esportes | mundo
    | cultura | deportes | economía | politique | monde | économie | politik | wirtschaft
    | kultur | sport news
    """,
    "|",
)


@rule("BP071", fix="safe", starts=["=head", "=tail", "=navigation"])
def navigation_line(doc: Document) -> Iterable[Edit]:
    """A line of a menu, of a page's tools or of its archive.

    "Skip to content", "Text size", "← Older story". A line goes when it consists of such phrases; the name
    of a section goes only in the first lines, above or below the title.

    ```diff
    - Skip to content
    - World
      Bank cuts forecast
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Back to top
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      Background
      The bank was founded in 1921 by two brothers from Leeds and went public in 1987.
    ```
    """
    lines = doc.lines
    head = frame(doc).head
    if len(head) > 1:
        short = [i for i in head[:MOST_SECTIONS] if len(lines[i].text) < LONGEST_SECTION]
        yield from cut(doc, [i for i in short if " ".join(words(lines[i].text)) in SECTIONS])
    tail = frame(doc).tail
    if tail.start:
        yield from cut(
            doc,
            [
                i
                for i in tail
                if len(lines[i].text) < LONGEST_TITLE and ARROWED.fullmatch(lines[i].text)
            ],
        )
    yield from cut_labelled(doc, "navigation")


ARROWED = pattern(r"[←⟵].{2,140}|.{2,140}[→⟶]|«\s[^»]{2,140}|[^«]{2,140}\s»")


@rule("BP072", fix="safe", starts=["=marks"])
def stray_marks(doc: Document) -> Iterable[Edit]:
    """A line without a letter or digit, at the head or the tail.

    Rules and asterisks above or below a story separated it from what is gone. Between two paragraphs they
    mark a break of the writer's, and stay.

    ```diff
    - * * *
      Shares fell 4% on Tuesday.
    - ___
    ```

    ```diff
      Shares fell 4% on Tuesday.
      * * *
      A year before, nobody had expected it.
    ```
    """
    lines = doc.lines
    first, end = 0, len(lines)
    while first < end and _is_marks(lines[first].text):
        first += 1
    while end > first and _is_marks(lines[end - 1].text):
        end -= 1
    if first < end:
        yield from cut(doc, (*range(first), *range(end, len(lines))))


def _is_marks(text: str) -> bool:
    return len(text) < 60 and not any(character.isalnum() for character in text)


@rule("BP073", fix="safe")
def repeated_line(doc: Document) -> Iterable[Edit]:
    """The title, or the beginning of a paragraph, printed again.

    Pages repeat their title in a bar and their teaser in a box below the story. A title stays where it
    comes first; below it and after the last paragraph it goes, and so does a last line that begins an early
    paragraph and breaks off. A feed may glue the title to the first paragraph: there it goes, too. Refrains,
    and paragraphs that a wire sent twice, stay.

    ```diff title="Bank cuts forecast as rates rise"
      Bank cuts forecast as rates rise
    - Bank cuts forecast as rates rise
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```

    ```diff
      Bank cuts forecast as rates rise
    - Bank cuts forecast as rates riseShares fell on Tuesday after the company cut its forecast for the year.
    + Shares fell on Tuesday after the company cut its forecast for the year.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      There was no one left to speak out.
      They came for the others, one after the other, and took them away in the night.
      There was no one left to speak out.
      They came for me, and when they had come for me the street had fallen silent.
    ```
    """
    lines = doc.lines
    if len(lines) < 3:
        return _glued_title(doc) if len(lines) == 2 else ()
    title = doc.title or lines[0].text
    found = []
    twice = 20 < len(title) < LONGEST_TITLE and doc.lower.count(title[:20].lower().strip()) > 1
    if twice and title.count(" ") >= 3:
        plain, size = title.casefold().split(), len(title) + 6
        where = sorted({*range(min(len(lines), 8)), *frame(doc).tail, len(lines) - 1})
        found = [
            i
            for i in where
            if len(lines[i].text) < size and lines[i].text.casefold().split() == plain
        ][1:]
    last = lines[-1].text
    if (
        len(lines) > 4
        and len(last) < 300
        and is_prose(last)
        and any(line.text.startswith(last) and len(line.text) > len(last) for line in lines[:5])
    ):
        found.append(len(lines) - 1)
    return [*cut(doc, found), *_glued_title(doc)]


def _glued_title(doc: Document) -> Iterable[Edit]:
    """The deletion of the first line where it stands again, glued to the next one."""
    title, below = doc.lines[0].text, doc.lines[1]
    start = below.start + len(title)
    if (
        below.text.startswith(title)
        and 20 < len(title) < LONGEST_TITLE
        and title.count(" ") >= 3
        and title[-1].isalnum()
        and is_prose(doc.text[start : below.end])
        and doc.text[start].isupper()
    ):
        yield Edit(below.start, start)


ADDRESS = pattern(
    r"[\[(]?(?:https?://\S{4,400}|www\.\S{4,200}|[\w-]{2,40}\.(?:com|org|net|info|co\.uk"
    r"|com\.br|news|tv)(?:/\S{0,200})?)[\])]?[.,]?",
    "i",
)
POST = pattern(
    r"https?://(?:(?:www\.|mobile\.)?(?:twitter|x)\.com/\w+/status/\S+|t\.co/\w+"
    r"|(?:www\.)?instagram\.com/p/\S+)",
    "i",
)


@rule("BP074", fix="safe", starts=["=word"])
def bare_address(doc: Document) -> Iterable[Edit]:
    """A web address on a line of its own, above or below the story.

    Reposts set the address of the original below the title or the story. Inside the story an address
    alone is the writer's link, and stays, unless it is that of an embedded post. So do addresses under
    names, where a story ends with a list of whom to turn to.

    ```diff
      Bank cuts forecast
    - https://example.org/2021/bank-cuts-forecast
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      https://example.org/report.pdf
      Analysts expect more of the same in the second half, and few of them advise to buy.
    ```

    ```diff
      Travellers should call the embassy of the country where they are staying at once.
      Embassy in Rome
      https://rome.example.org
      Embassy in Athens
      https://athens.example.org
    ```
    """
    lines = doc.lines
    head, _, tail = frame(doc)
    pages = [
        i
        for i, line in enumerate(lines)
        if " " not in line.text and len(line.text) < 420 and ADDRESS.fullmatch(line.text)
    ]
    under_names = [
        i
        for i in pages
        if i in tail and i - 1 not in pages and i > 1 and not is_prose(lines[i - 1].text)
    ]
    listed = len(under_names) > 1

    def is_page(i: int) -> bool:
        return (
            (i in head and i < 4)
            or (i in tail and i > 0 and not listed)
            or (i == 1 and is_titled(lines[0].text))
            or bool(POST.fullmatch(lines[i].text))
        )

    return cut(doc, filter(is_page, pages))


# Names of Material icons, which stand as text where their font isn't loaded
ICON = (
    r"(?:play_arrow|pause_circle\w*|play_circle\w*|skip_(?:previous|next)|playlist_\w+|volume_\w+"
    r"|keyboard_arrow_\w+|chevron_\w+|arrow_\w+|expand_(?:more|less)|more_(?:vert|horiz)|access_time"
    r"|calendar_today|bookmark_\w+|favorite_border|open_in_new|account_circle|thumb_(?:up|down)\w*"
    r"|content_copy|chat_bubble\w*|mail_outline|photo_camera|fast_(?:forward|rewind))"
)
DEBRIS = pattern(
    rf"""(?:{ICON}(?:\ {ICON}){{0,8}}|"""
    r"""<\ ?!\s?[–—-]{1,2}.{0,200}|[–—-]{1,2}\ ?>|<br\ ?/?>|</?(?:p|div|span|img|br|hr|b|i
      |strong|em|figure|script|style)\b[^<>]{0,200}>|\[/?(?:caption|embed|gallery|video|audio
      |/caption)\b[^\]]{0,200}\].{0,40}|\{\{.{0,80}\}\}|\.|null|undefined|NaN|\[object\ Object\]
    |\[/?[a-z][\w-]{2,20}(?:\ [a-z][\w-]{1,20}=["“”'’][^\]\n]{0,160}["“”'’]){1,6}\ ?/?\]
    |[\w-]{0,60}_[\w-]{0,60}_\d{6,}[\w-]{0,30}|[\w-]{2,80}\.(?:jpe?g|png|gif|webp|mp4)|(?:var
      |function|window|document)\b[\ .(][^.]{0,200}[;{}]|window\._\w+.{0,200}
    |(?:%|\d+%)?\s?of\ readers\ think\ this\ story\ is\ fact\b.{0,60})""",
    "ix",
)


@rule("BP075", fix="safe", starts=["=odd"])
def template_debris(doc: Document) -> Iterable[Edit]:
    """What a broken template leaves: marks, short codes, names of icons.

    Only whole lines that no writer would set.

    ```diff
      Shares fell 4% on Tuesday.
    - < !– this is where we need to show the related articles
    - –>
    - plane_photo_w_watermark_0_1463649006
    - skip_previous play_arrow skip_next
      Analysts expect more.
    ```

    ```diff
      The file is called report_2021.pdf, the lawyers said.
    ```
    """
    return cut(
        doc,
        (
            i
            for i, line in enumerate(doc.lines)
            if len(line.text) < 260 and _looks_broken(line.text)
        ),
    )


def _looks_broken(text: str) -> bool:
    return (
        text[0] in "<–—-[{.%w0123456789"
        or "_" in text
        or "." in text[-6:-3]
        or text in ("null", "undefined", "NaN")
    ) and DEBRIS.fullmatch(text) is not None
