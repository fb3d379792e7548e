"""Links to other stories: labels, the headlines below them, and headlines set between paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import (
    STOP,
    cut,
    cut_edges,
    cut_labelled,
    cut_where,
    first_words,
    frame,
    is_prose,
    labelled,
    labels,
    lines_starting,
)
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import word_set, words
from cleaner.rule import pattern, rule

LONGEST_LIST = 16  # lines of a list of related stories
LONGEST_HEADLINE = 125  # characters; headlines are written to fit


def is_headline(text: str) -> bool:
    """Whether a line can be the headline of another story: short, several words, no full stop."""
    return (
        12 < len(text) < LONGEST_HEADLINE
        and text.count(" ") >= 2
        and text[-1] not in ".:;,"
        and not is_prose(text)
    )


# Labels that take the headline below them along, and such as stand below the headline they belong to.
ABOVE = word_set(
    """
    related article | related articles | related story | related stories | related video
    | related videos | related card | related | read next | up next | read also | also read
    | see also | don't miss | más información | lea también | lee también | leia também
    | veja também | saiba mais | leggi anche | à lire aussi | lire aussi | lesen sie auch
    | mehr zum thema | lees ook | czytaj także | czytaj też | zobacz też | читайте также
    | читайте також | baca juga | xem thêm | tin liên quan | ilgili haber | اقرأ أيضا
    | اقرأ أيضاً | بیشتر بخوانید | यह भी पढ़ें | 関連記事 | 相关阅读 | 相关新闻 | 관련 기사 | 관련기사
    """,
    "|",
)
BELOW = frozenset({"read more"})


# Labels that may head a list of the writer's own
OWN_LISTS = word_set(
    """
    further reading | suggested reading | learn more | más información | next | previous | more
    | watch | latest | clip | suite | далее | далі | 続き
    """,
    "|",
)


def _heads_headlines(doc: Document, i: int) -> bool:
    """Whether a line is a label with two headlines or more below it, and nothing else up to the next one."""
    found = labels(doc).get(i)
    if not found or found.kind != "related" or " ".join(words(doc.lines[i].text)) in OWN_LISTS:
        return False
    listed = [doc.lines[j].text for j in _listed(doc, i)]
    return len(listed) > 1 and all(map(is_headline, listed))


def _listed(doc: Document, i: int) -> Iterable[int]:
    """The lines below a label after the last paragraph, up to the next label: what it lists."""
    for j in range(i + 1, min(len(doc.lines), i + LONGEST_LIST)):
        if j in labels(doc):
            return
        yield j


@rule("BP041", fix="safe", starts=["=label"])
def related_label(doc: Document) -> Iterable[Edit]:
    """A label such as "Related articles", "Read more" or "Most popular".

    The list it heads is gone, or stands below it: of that, one headline without a full stop goes with the
    label, after the last paragraph the whole list. "Read more" also takes the headline above it, when
    paragraphs stand on either side.

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Related article
    - Bank cuts outlook as rates rise
      Analysts expect more of the same in the second half, and few of them advise to buy.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Bank cuts outlook as rates rise
    - Read more
      Analysts expect more of the same in the second half, and few of them advise to buy.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Latest news
    - Lisbon office opens its doors to clients
    - Storm closes ports in the north
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      Further reading
      The rise and fall of country banks, by Jane Doe
      A short history of the forecast, by John Roe
    ```

    ```diff
      Related companies' profit 0.6 mln vs 0.5 mln.
    ```

    ```diff
      Read more books, the minister told the children.
    ```
    """
    lines = doc.lines
    found = set(labelled(doc).get("related", ()))
    tail = frame(doc).tail
    certain = {i for where in labelled(doc).values() for i in where} if found else found
    found |= {i for i in certain if i in tail and labels(doc)[i].kind == "related"}
    if tail.start:
        found.update(i for i in tail if _heads_headlines(doc, i))
    for i in tuple(found):
        if (
            i in tail
            and tail.start
            and first_words(doc)[i] not in ("watch", "continue", "video", "view", "scroll")
        ):
            found.update(_listed(doc, i))
        key = " ".join(words(lines[i].text))
        if key in ABOVE and i + 1 < len(lines) and is_headline(lines[i + 1].text):
            found.add(i + 1)
        if key in BELOW and 1 < i < len(lines) - 1 and is_headline(lines[i - 1].text):
            above, below = lines[i - 2].text, lines[i + 1].text
            found |= {i - 1} if is_prose(above) and is_prose(below) else set()
    if found:
        yield from cut(doc, found)
    yield from cut_labelled(doc, "related")


LABEL = (
    r"(?:read\ (?:more|next|also|this|on|here|it)|see\ (?:more|also|related)"
    r"|also\ (?:read|see)|related(?:\ (?:story|stories|article|articles|coverage|post"
    r"|video|content|news))?|more(?:\ on\ this)?|watch(?:\ (?:also|now|live|next|more))?|"
    r"don['’]t\ miss|must[-\ ](?:read|see|watch)|recommended|continue\ reading"
    r"|you\ (?:may|might)\ also\ like|explore\ more|trending|in\ case\ you\ missed\ it"
    r"|icymi|further\ reading|up\ next|next|previous|flashback|"
    r"check\ (?:this\ )?out|listen|"
    r"lea\ también|lee\ también|leer\ más|te\ puede\ interesar|ver\ también|lire\ aussi"
    r"|à\ lire(?:\ aussi)?|voir\ aussi|lesen\ sie\ (?:auch|hier|mehr)|mehr\ zum\ thema"
    r"|lesen\ sie\ dazu|leia\ (?:também|mais)|veja\ também|saiba\ mais|"
    r"leggi\ anche|vedi\ anche|lees\ (?:ook|meer)|czytaj(?:\ (?:także|też|więcej|również))?"
    r"|zobacz\ (?:też|także)|przeczytaj\ (?:także|też)|читайте\ также|смотрите\ также"
    r"|читайте\ також|дивіться\ також|baca(?:\ juga)?|simak\ juga|lihat\ juga|"
    r"xem\ thêm|đọc\ thêm|ilgili\ haber|اقرأ\ أيضا?ً?|شاهد\ أيضا?ً?|بیشتر\ بخوانید"
    r"|همچنین\ بخوانید|यह\ भी\ पढ़ें|ये\ भी\ पढ़ें|関連記事|相关阅读|相关新闻|延伸阅读|延伸閱讀|관련\ ?기사"
    r"|les\ (?:også|mer|meir)|læs\ (?:også|mere)|läs\ (?:också|även|mer)|lue\ (?:myös|lisää)|loe\ (?:ka"
    r"|veel|lisaks|rohkem)|(?:přečtěte\ si|čtěte|číst)\ (?:také|též|i|více|dále)|(?:prečítajte\ si"
    r"|čítajte)\ (?:tiež|aj|viac)|(?:citește|citiți|vezi)\ (?:și|mai\ mult)"
    r"|διαβ[άα]στε\ (?:επ[ίι]σης|ακ[όο]μη"
    r"|ακ[όο]μα|περισσ[όο]τερα|και)|(?:вижте|прочетете|четете)\ (?:още|също)|(?:pročitajte|pročitaj|čitajte)"
    r"\ (?:još|i|također|takođe|više)|(?:прочитајте|погледајте)\ (?:још|и)|(?:preberite|beri)\ (?:še|tudi)"
    r"|lasi(?:et)?\ (?:arī|vēl)|skaitykite\ (?:taip\ pat|daugiau|plačiau)|olvas(?:sa|d)\ el"
    r"|llegi(?:u|eix)\ també|irakurri\ (?:ere|gehiago)|קראו\ (?:גם|עוד)|مزید\ پڑھیں|یہ\ بھی\ پڑھیں"
    r"|আরও\ পড়ুন|আরো\ পড়ুন|इसे\ भी\ पढ़ें|और\ पढ़ें|மேலும்\ படிக்க|ఇవి\ కూడా\ చదవండి|อ่าน(?:เพิ่มเติม|ต่อ)"
    r"|читать\ (?:также|далее)|смотрите\ ещё|читати\ також|関連ニュース|あわせて読みたい|相关报道|相关文章"
    r"|相關(?:新聞|報導|文章)|更多(?:新聞|新闻|阅读)|推荐阅读|함께\ 보기|관련\ 뉴스)"
)
LEADING = word_set(
    """
    read see also related more watch don't must must-read must-see must-watch recommended
    continue you explore trending in icymi further up next previous flashback check listen lea
    lee leer te ver lire à voir lesen mehr leia veja saiba leggi vedi lees czytaj zobacz
    przeczytaj читайте смотрите дивіться baca simak lihat xem đọc ilgili اقرأ شاهد بیشتر
    همچنین यह ये 관련 관련기사 les læs läs lue loe přečtěte čtěte číst prečítajte čítajte citește citiți
    vezi διαβάστε διαβαστε
    вижте прочетете четете pročitajte pročitaj čitajte прочитајте погледајте preberite beri
    lasi lasiet skaitykite olvassa olvasd llegiu llegeix irakurri קראו مزید یہ আরও আরো इसे और மேலும் ఇవి
    читать читати 함께 find get view for keep story to * (more this_story this_post
    """
)
LABELLED_LINK = pattern(
    r"(?:[+»›>→▶►•*|-]{1,3}\ {0,2})?" + LABEL + r"\ ?(?:[:|»›>：]|[-–—]\ )\s*\S.{3,180}", "ix"
)
OPEN_LABEL = pattern(
    r"""(?:read\ also|see\ more|SEE\ MORE|READ\ MORE|READ:|WATCH:|MORE:
      |RELATED:)\ (?-i:[A-Z“"‘']).{5,160}
    |\W{0,2}read\ (?:more|the\ (?:full|rest|original|entire|whole
      |complete))\b[^.,]{0,80}(?:here|story|article|report|post|analysis|interview|piece
      |statement|letter|transcript|column)\W{0,3}
    |\W{0,2}(?:read|see|find|get)\ (?:more|all)\ (?:about|on|from|of|great|stories|articles
      |news|stor\w+)\b[^,]{0,70}(?:here|https?://\S+|www\.\S+)\W{0,3}
    |\W{0,2}(?:read|watch|see|listen\ to|view|check\ out)\b[^.,]{0,60}\b(?:here|below
      |above)(?:\ [-–—]\ [^.]{3,60}\d:\d\d)?\s?[:.!]{0,3}\W?
    |(?:for\ more|more|keep\ reading|story\ developing|this\ (?:story
      |post)\ is\ developing).{0,3}(?:\.{3}|…|→|»|>>)
    |(?:to\ read|for)\ (?:more|further)\b.{0,80}?\b(?:visit|see|go\ to|click|check\ out
      |information\ see)\b.{0,60}(?:https?://|www\.|\.com|\.org|\.net|click\ here|here|:)
      (?!.*\b(?:call\b|\d{3}-\d{4})).{0,60}
    |(?:more|related|read|watch)\s?:|read\ or\ share\ this\b.{0,80}
    |(?:continue|keep)\ reading(?:\ .{1,120})?\s?(?:→|»|›|>|…|\.\.\.)
    |.{0,6}\(?more(?:…|\.\.\.)\)?
    |(?i:more)\ (?:(?:great|top|popular|recent|big)\ )?(?-i:[A-Z][\w.]+\ ){1,3}(?:stories
      |articles|news|headlines)
    |(?:leia|veja|confira|saiba)\ (?:mais|também)\b(?:\ (?:notícias|sobre|em|no|na
      |aqui)\b[^.]{0,90})?\W{0,3}
    |read\ the\ original\ (?:article|story|post|version)\ (?:on|at|in)\ .{2,60}
    |watch(?:\ the|\ this|\ full|\ it|\ her|\ him|\ more)*(?:(?:\ (?:video|interview|clip|here
      |below|above|segment|report|footage|speech|trailer))+\s?[:.!]{0,3}|\s?:?)""",
    "ix",
)


@rule("BP040", fix="safe", starts=LEADING)
def read_more_link(doc: Document) -> Iterable[Edit]:
    """A line that leads to another story, or to the rest of this one.

    "Related: Bank cuts outlook", "Read the full story here.", "Continue reading →", in forty languages. A
    label with a colon needs a headline after it: a line that ends with a full stop is the story's.

    ```diff
      Shares fell 4% on Tuesday.
    - Related: Bank cuts outlook as rates rise
      Analysts expect more.
    - Read the full story here.
    ```

    ```diff lang=pt
      As ações caíram 4% na terça-feira.
    - Leia também: Banco reduz previsão para o ano
    ```

    ```diff
      Next: the court decides whether the law holds.
    ```

    ```diff
      More than 40 people read the letter before it was sent.
    ```
    """

    def leads_away(text: str) -> bool:
        if len(text) > 230 or (text.startswith("In ") and not text.lower().startswith("in case")):
            return False
        if LABELLED_LINK.fullmatch(text):
            return (
                not STOP.search(text)
                or text[-1] in "!?'\"”’)"
                or (len(words(text)) < 5 and "http" in text)
            )
        return OPEN_LABEL.fullmatch(text) is not None

    lines = doc.lines
    whole = cut(doc, [i for i in lines_starting(doc, LEADING) if leads_away(lines[i].text)])
    return [*whole, *cut_edges(doc, LEADING - {"for", "find"}, leads_away)]


LOWER = pattern(r"[^\W\d_A-Z]")
CAPITALS = pattern(r"[A-Z]{2}")
NUMBERED = pattern(r"\d{1,3}[.)]\s")  # the heading of a section


def _shouts(text: str) -> bool:
    """Whether a line is a headline in capitals: six words or more, and no row of a table."""
    if not (30 <= len(text) <= LONGEST_HEADLINE and text.isupper() and text.count(" ") >= 5):
        return False
    return (
        text[0].isalnum()
        and not NUMBERED.match(text)
        and text[-1] not in '.:;,!”")'
        and "  " not in text
        and sum(map(str.isdigit, text)) * 8 < len(text)
    )


# Characters: of headlines in capitals that a site sets between paragraphs one at least is so long, and those
# of a writer's headings shorter
LONG_HEADLINE, LONGEST_HEADING = 50, 40


@rule("BP042", fix="safe", starts=["=capitals"])
def capitals_headline(doc: Document) -> Iterable[Edit]:
    """A headline in capitals between two paragraphs: a link to another story.

    Some sites set such links without a label. Both neighbours must be paragraphs (or such a link, a label or
    a caption below it), one of them must be as long as headlines are and headings aren't, and the document
    must not shout otherwise: where a writer's headings are in short capitals, nothing is touched.

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - REGULATOR LOOKS INTO BANK'S LOANS TO ITS OWN DIRECTORS
      Analysts expect more of the same in the second half, and few of them advise to buy.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      A DIFFICULT YEAR FOR THE BANK AND ITS DIRECTORS
      Analysts expect more of the same in the second half, and few of them advise to buy.
    ```

    ```diff
      THE BANK SAID ON TUESDAY THAT IT WOULD CUT ITS FORECAST
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```
    """
    lines = doc.lines
    if len(lines) < 3:
        return ()
    found = [
        i
        for i, line in enumerate(lines)
        if len(line.text) <= LONGEST_HEADLINE and _shouts(line.text)
    ]
    if not found or len(found) > len(lines) // 4 + 1 or lines[0].text.isupper():
        return ()
    if max(len(lines[i].text) for i in found) < LONG_HEADLINE or _has_headings(doc, found):
        return ()
    return cut(
        doc,
        (
            i
            for i in found
            if 0 < i < len(lines) - 1 and len(lines[i - 1].text) >= 60 and _story_below(doc, i)
        ),
    )


def _has_headings(doc: Document, found: list[int]) -> bool:
    """Whether a story sets headings of its own in short capitals: no labels, and no calls to click."""
    return any(
        8 < len(line.text) < LONGEST_HEADING
        and line.text.isupper()
        and ":" not in line.text
        and i not in found
        and i not in labels(doc)
        and not line.text.startswith("CLICK")
        for i, line in enumerate(doc.lines)
    )


def _story_below(doc: Document, i: int) -> bool:
    return any(is_prose(line.text) for line in doc.lines[i + 1 : i + 4])


# A label glued to the headline below it, as extraction without line breaks leaves it.
FUSED = pattern(
    r"(?:(?<=[.!?\"'”’)])|(?<![^\s]))\s?(?P<cut>Related (?:article|video|story"
    r"|card)s?)(?=[A-Z“‘\"'][\w’'“”‘-]+)"
)


# A section, the age of a story and its headline, as lists of new stories glue them
AGED = pattern(
    r"[A-Z][\w &'’-]{1,30}?[a-z]\d{1,2} (?:minute|hour|day|week|month|year)s? ago[A-Z“‘\"']\S*[ ].{8,200}"
)
GLUED_AGE = pattern(r" ago[A-Z“‘\"']")


@rule("BP043", fix="safe", needles=["related ", " ago"])
def fused_label(doc: Document) -> Iterable[Edit]:
    """A label, or the age of a story, glued to the headline of a story.

    "Related articleBank cuts outlook" comes from a label and a headline in neighbouring boxes. A line that
    is only that goes; inside a longer line, where the headline ends is unknown, and the label alone goes.
    So do lines such as "Markets5 days agoBank cuts outlook".

    ```diff
      Shares fell 4% on Tuesday.
    - Related articleBank cuts outlook as rates rise
      Analysts expect more.
    ```

    ```diff
      Shares fell 4% on Tuesday.
    - Markets5 days agoBank cuts outlook as rates rise
    - Sports2 hours agoHarbour town wins the cup
    ```

    ```diff
      Related articles of the treaty were repealed.
      Group G7 was founded some 50 years ago. It met in June.
    ```
    """
    if GLUED_AGE.search(doc.text):
        yield from cut_where(doc, AGED.fullmatch)
    if "Related " not in doc.text:
        return
    whole = [
        i for i, line in enumerate(doc.lines) if FUSED.match(line.text) and is_headline(line.text)
    ]
    yield from cut(doc, whole)
    for match in FUSED.finditer(doc.text):
        if not any(doc.lines[i].start <= match.start("cut") < doc.lines[i].end for i in whole):
            yield Edit(*match.span("cut"))
