"""Who made, wrote, photographed and first published it: credits, bylines, bios, sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from cleaner.blocks import (
    LONGEST_HEAD,
    cut,
    cut_edges,
    cut_units,
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
from cleaner.rule import pattern, rule

LONGEST_CAPTION = 400  # characters; a last line longer than this is a flattened story

AGENCY = (
    r"(?:Getty(?:\ Images)?|AP(?:\ Photos?|\ Images)?|AFP|Reuters|EPA(?:-EFE)?|EFE|Shutterstock|Bloomberg|Flickr|Associated\ Press|Alamy(?:\ Stock\ Photo)?|PA(?:\ Wire|\ Images)?|"
    r"iStock(?:photo)?|Rex(?:\ Features)?|Anadolu(?:\ Agency)?|Xinhua|Sipa(?:\ USA)?|Zuma(?:\ Press)?|WireImage|FilmMagic|Splash(?:\ News)?|UPI|dpa|Wikimedia(?:\ Commons)?|Pixabay|Unsplash|Pexels|"
    r"CQ\ Roll\ Call|NurPhoto|Pool|Wikipedia|Creative\ Commons|Instagram|Twitter|YouTube|Facebook|Divulgação|Reprodução|Folhapress|Agência\ Brasil|TASS|Sputnik|IMAGO|NTB|TT|Scanpix|Belga|ANP|Keystone|POLITICO|WENN|INSTARimages|BACKGRID)"
)
PICTURE = r"(?:image|photo|photograph|picture|graphic|illustration|screenshot|screen\ ?(?:grab|shot|capture)|thumbnail|foto|fotografia|imagem|imagen|bild|fotos|photos|images|zdjęcie|fot|фото|ảnh|صورة|사진|写真|图片|图|圖|Photographer|video|artwork|gif)"
NAME = r"[\w.'’‘-]+"
CREDIT = pattern(
    r"""[\[(（]?\s?(?:
      (?:(?:featured|main|lead|top|cover|header|feature|file|stock|opening)\ )*"""
    + PICTURE
    + r"""s?(?:\ (?:credits?|sources?|copyright|courtesy(?:\ of)?|provided|supplied|taken))?(?:\s?[:=/©]|\ (?:by|via|from|of|copyright|credits?|courtesy(?:\ of)?|©|used|is\ in\ the\ public\ domain)\b)+\s?[^:]{1,90}?
     |(?:Crédito|Credit|Créditos|Credits|Foto|Imagem|Imagen|Bildquelle|Fotograf|Reprodução|Divulgação|Courtesy)\s?[:/]\s?.{2,70}
     |(?:"""
    + NAME
    + r"""[ ]){0,6}"""
    + NAME
    + r"""\s?[/|]\s?(?:"""
    + NAME
    + r"""[ ]?){0,5}(?:\s?[/|]\s?)?"""
    + AGENCY
    + r"""(?:\s?[/|]\s?\w[\w\ .]{0,30})?
     |AP\ Photo(?:/.{2,60})?|(?:Getty(?:\ Images)?|Shutterstock|iStock(?:photo)?|AFP|EPA|WireImage|Flickr|Image\ copyright.{0,60}|Getty\ Images/.{2,60}|REUTERS/.{3,60}|AFP/.{3,60}|EPA/.{3,40}|Ảnh\ .{0,6}Internet|Image\ caption|File\ photo|Stock\ photo)
     |(?:courtesy|photo\ courtesy)\ (?:of\ )?(?:the\ )?[A-Z].{2,60}
    )\s?[\])）]?\.?""",
    "ix",
)
PREDICATE = pattern(
    r"\b(?:shows?|was|were|said|has|have|had|will|would|who|which|that|after|during|before|while|speaks?|is(?! in the public)|are)\b",
    "i",
)
SLASHED = pattern(
    r"[A-Z][a-zà-ÿ'’-]+ (?:[A-Z]\. |[A-Z][a-zà-ÿ'’-]+ ){0,2}[A-Z][\w'’-]+ ?/ ?(?:The )?[A-Z][\w.&'’-]{1,20}(?: [A-Z][\w.&'’-]{1,20}){0,3}"
)


PICTURED = frozenset(
    "image images photo photos photograph photographs picture pictures graphic illustration screenshot screengrab screen thumbnail foto fotos fotografia imagem imagen bild zdjęcie fot фото ảnh صورة 사진 * photographer video artwork gif getty shutterstock istock afp epa ap wireimage flickr file stock featured feature main lead top cover header opening courtesy crédito credit créditos credits bildquelle fotograf reprodução divulgação".split()
)


def is_credit(text: str) -> bool:
    """Whether a line credits a picture and says nothing else."""
    if len(text) > 130 or not (CREDIT.fullmatch(text) or SLASHED.fullmatch(text)):
        return False
    if text[0] in "([" and not text.rstrip(".")[-1] in ")]":
        return False
    return not PREDICATE.search(text) and text.count(" ") < 16


@rule("BP050", fix="safe")
def image_credit(doc: Document) -> Iterable[Edit]:
    """A line that credits a picture and says nothing else.

    "Photo by Jane Doe/Getty Images" stays behind when the picture goes. Captions, which carry facts, are
    left alone, and so is a credit inside one.

    ```diff
      Shares fell 4% on Tuesday.
    - (Photo courtesy of Jane Doe.)
      Analysts expect more.
    - Featured image via Getty Images/Jane Doe
    ```

    ```diff
      The bank's head office in Leeds. Photograph: Jane Doe/Reuters
    ```

    ```diff
      Images of Mars show features that were most likely made by water
    ```
    """
    lines = doc.lines
    marked = [
        i
        for i, line in enumerate(lines)
        if len(line.text) <= 130
        and ("/" in line.text or "|" in line.text or ":" in line.text or "©" in line.text)
    ]
    yield from cut(
        doc, [i for i in {*marked, *lines_starting(doc, PICTURED)} if is_credit(lines[i].text)]
    )
    if doc.lines and len(doc.lines[-1].text) > LONGEST_CAPTION:
        yield from cut_edges(doc, None, is_credit)


CREDITING = frozenset(
    "additional original reporting writing editing reported edited written compiled produced translated researched with files material contributions agency inputs this published".split()
)
CONTRIBUTOR = pattern(
    r"""[\[(*—–-]?\s?(?:
      [^.!?"“”]{2,160}?(?:\.[^.!?"“”]{1,60}){0,3}?\ (?:also\ )?contributed\ (?:to\ (?:this|the)\ (?:report|story|article|update|post|piece|column|reporting|coverage)|reporting|research|from\ [A-Z][\w\ ,]{2,60})\b.{0,90}
     |(?:(?:additional|further|original|with)\ )?(?:reporting|writing|editing|additional\ reporting|reported|edited|written|compiled|produced|translated|researched)(?:\ (?:and|&)\ (?:\w+\ ){1,3}|\ (?:in|from)\ \w+\ )?\ ?by:?\ [A-Z].{2,240}
     |(?:with\ )?(?:files|reporting|additional\ reporting|material|contributions|agency\ inputs?|inputs)\ (?:from|by)\ [A-Z“].{2,90}
     |(?:this\ (?:story|report|article)\ (?:was|is)\ )?(?:produced|compiled|reported|published)\ (?:in\ (?:partnership|collaboration)\ with|by\ staff)\b.{0,90}
    )[\])]?""",
    "ix",
)


CLAUSE = pattern(
    r"^[“\"]|, (?:the|it|he|she|this|they|an?|its|his|her) [\w'’ ]{2,40} (?:says?|said|looks?|is|was|are|were|has|have|will|would|show|\w+ed|\w+s)\b"
)


@rule("BP053", fix="safe")
def contributor_line(doc: Document) -> Iterable[Edit]:
    """A line that names who contributed, reported or edited.

    Agencies and papers close with "Jane Doe contributed to this report." or "(Reporting by Jane Doe;
    editing by John Roe)". The line must be that and nothing else.

    ```diff
      Shares fell 4% on Tuesday.
    - The Example Press contributed to this report.
    ```

    ```diff
      Shares fell 4% on Tuesday.
    - (Reporting by Jane Doe; Editing by John Roe)
    ```

    ```diff
      A weak dollar contributed to the fall in reported profit.
    ```
    """

    def credits(text: str) -> bool:
        return (
            len(text) < 420
            and CONTRIBUTOR.fullmatch(text) is not None
            and (" contributed " in text or not CLAUSE.search(text))
        )

    if "contributed" in doc.text:
        return [*cut_where(doc, credits), *cut_edges(doc, None, credits)]
    return cut_units(doc, CREDITING, credits)


JOB = r"(?:reporter|writer|editor|correspondent|journalist|columnist|producer|contributor|author|blogger|novelist|freelancer|fellow|professor|lecturer|historian|director|founder|co-founder|analyst|anchor|host|intern|researcher|attorney|photographer|president|commentator|strategist|staffer|podcaster|activist|pastor)"
BIO = pattern(
    r"(?:Dr\.? |Prof\.? |Rev\.? |Sen\.? |Rep\.? |Gen\.? |Lt\. Col\. |Col\. |Captain |Capt\. )?(?P<name>[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|de|van|von|der|al|bin|la|el)){1,3}),? (?:is|was|has been|currently serves as|serves as|works|reports|covers|writes|lives|has (?:written|worked|served|reported)|joined|holds)\b(?=.{0,140}?\b"
    + f"(?i:{JOB})"
    + r"s?\b|.{0,40}\b(?:covers|writes|reports)\b|.{0,80}(?:@|Twitter|Follow|book)).{10,600}"
)
CONTACTING = frozenset(
    "have follow email e-mail contact reach write tweet send got story tips tip he she they you his her their".split()
)
INTRODUCED = pattern(
    r"^\S+ .{3,60}?\b(?:is|was|has been|serves as|works|reports|covers|writes|lives|joined|holds|has|can) "
)
CONTACT = pattern(
    r"""(?:(?:follow|email|e-mail|contact|reach|write\ to|tweet|send\ (?:news\ )?tips?\ to|got\ a\ tip)\b.{0,110}?(?:@|\bat\ ?(?:twitter|x\b)|on\ (?:twitter|x\b|facebook)|at\ \S+\.com).{0,140}
    |(?:got|have)\ (?:a\ |any\ )?(?:news\ )?(?:tips?|questions?|story|comments?)\b.{0,60}\?.{0,100}
    |(?:story\ )?tips?\b.{0,40}\bcan\ be\ sent\ to.{3,120}
    |(?:he|she|they|you|[A-Z]\w+)\ can\ (?:also\ )?(?:be\ (?:reached|contacted|followed|found)|(?:follow|send\ tips|reach|contact|email)\b).{0,40}(?:at\ ?\S*@|on|via|to).{2,160}
    |write\ to\ .{3,60}\ at\ \S+@\S+
    |[^.!?@]{0,60}\s?[\w.+-]{2,40}@[\w.-]{3,40}\.[a-z]{2,4}\W{0,2}
    |(?:his|her|their)\ (?:work|latest\ book|new\ book|writing|articles?|most\ recent\ book|first\ book)\b.{0,60}\b(?:appeared|is|has|can\ be|include)\b.{0,240})""",
    "ix",
)


LONGEST_BIO = 650
MOST_BIOS = 6
REPORTER = pattern(
    r"[^,.]{4,50} (?:is|was) an? (?:[\w-]+ ){0,4}(?i:reporter|writer|journalist|columnist|producer|contributor|correspondent|editor|freelancer)s? (?:for|at|with|based|covering|in|on|who)\b"
)
CONTACT_CUE = pattern(
    r"@\w|\b(?:Twitter|Follow|Facebook|her (?:new |latest )?book|his (?:new |latest )?book)\b|\.com\b"
)
BOXED = frozenset(
    "by copyright get sign subscribe follow please agree opt-out you've the stay".split()
) | {""}
BOX = pattern(
    r"by (?:entering|providing|signing|clicking|subscribing)\b|©|copyright\b|get (?:the|all|a)\b|sign up|subscribe|please (?:adhere|read|note)\b.{0,30}comment|agree to receive|opt-out|you['’]ve success|.{0,60}\bnewsletter brings|the hottest stories|stay up",
    "i",
)


@rule("BP054", fix="safe")
def author_bio(doc: Document) -> Iterable[Edit]:
    """The note on an author below a story, and how to reach them.

    "Jane Doe is a reporter for Example News. Follow her on Twitter" stands after the last paragraph. A
    sentence with a job in it is a note only at the end, when the story has never named the person before
    (a byline at the top aside); an address or a handle has to be the writer's.

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Jane Doe is a reporter for Example News covering markets.
    - Story tips can be sent to jane.doe@example.org and on Twitter @janedoe.
    ```

    ```diff
      Jane Doe said the fall would continue, and that she had sold most of her own shares in May.
      Jane Doe is an analyst at Example Bank.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      The minister is an author of three novels.
    ```
    """
    lines = doc.lines
    end = last = _page_start(doc)
    while end > max(1, last - MOST_BIOS) and _is_bio(doc, end - 1):
        end -= 1
    for i in range(max(1, len(lines) - 6), min(end, len(lines) - 1)):
        if (
            first_words(doc)[i] in ("about", "more", "author")
            and len(lines[i].text) < 50
            and (match := ABOUT.fullmatch(lines[i].text))
        ):
            below = lines[i + 1].text
            if not match["name"] or below.startswith(
                (match["name"], "I ", "I’", "I'", "He ", "She ")
            ):
                return cut(doc, range(i, len(lines)))
    return cut(doc, range(end, last))


def _is_bio(doc: Document, i: int) -> bool:
    line = doc.lines[i]
    if len(line.text) > LONGEST_BIO or (
        "@" not in line.text
        and first_words(doc)[i] not in CONTACTING
        and not INTRODUCED.search(line.text)
    ):
        return False
    if CONTACT.fullmatch(line.text) and len(line.text) < 320:
        return True
    match = BIO.fullmatch(line.text) if len(line.text) <= LONGEST_BIO else None
    if not match or not (
        REPORTER.match(line.text) or CONTACT_CUE.search(line.text) or _page_below(doc, i)
    ):
        return False
    surname = match["name"].rpartition(" ")[2]
    begin = (
        doc.lines[min(2, i - 1)].start if not is_prose(doc.lines[0].text) else doc.lines[0].start
    )
    return surname not in doc.text[begin : line.start] or _only_bylines(doc, surname, i)


def _page_start(doc: Document) -> int:
    """The first of the lines at the end that are the page's own and no note on an author."""
    end = len(doc.lines)
    while end > 1 and end > len(doc.lines) - LONGEST_HEAD and _is_page(doc, end - 1):
        end -= 1
    return end


def _is_page(doc: Document, i: int) -> bool:
    text = doc.lines[i].text
    return i in labels(doc) or (
        first_words(doc)[i] in BOXED and BOX.match(text) is not None and not CONTACT.fullmatch(text)
    )


def _page_below(doc: Document, i: int) -> bool:
    """Whether what follows line i is the page's: a label, a form or a copyright."""
    if i + 1 == len(doc.lines):
        return False
    return _is_page(doc, i + 1) or CONTACT.fullmatch(doc.lines[i + 1].text) is not None


def _only_bylines(doc: Document, surname: str, i: int) -> bool:
    """Whether a name stands before line i only in lines too short to be the story's."""
    return all(
        surname not in line.text or (len(line.text) < 60 and not is_prose(line.text))
        for line in doc.lines[:i]
    )


ABOUT = pattern(
    r"(?:About|ABOUT|about|More about) (?:[Tt]he (?:[Aa]uthor|[Ww]riter)s?|(?P<name>[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,2})):?|Author bio:?",
)


PERSON = r"(?-i:[A-Z][\w.'’-]*(?:\ (?:[A-Z][\w.'’-]*|de|da|dos|van|von|der|al|bin|la|el)){1,4})"
BYLINE = pattern(
    r"""(?:by|from|authors?|written\ by|posted\ by|published\ by|words\ by|reported\ by|por|par|von|di|door|autor|author)\s?:?
    |(?:by|written\ by|posted\ by|published\ by|posted\ on\ by|author:|authors:|words\ by|par|von|por)\ """
    + PERSON
    + r"""(?:(?:,|\ and|\ &|\ with)\ """
    + PERSON
    + r"""){0,3}(?:\s?[,|/•·:–—-]\s?.{2,80}|\ (?:on|for|in|at)\ .{3,60})?
    |(?:posted|published|written)\ (?:on\ )?by\ \S.{1,60}|staff|(?:by\ )?(?:staff|associated\ press|news\ desk|web\ desk|staff\ (?:writer|reporter)|opinion\ columnist|contributing\ writer|guest\ (?:writer|contributor|columnist)\b.{0,60})
    |(?:delivered|contributed|received|submitted)\ by\ [A-Z].{3,80}""",
    "ix",
)
MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|enero|febrero|marzo|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|januar|februar|märz|juni|juli|oktober|dezember|tháng\ \d+)"
DAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|sábado|domingo|lunes|martes|miércoles|jueves|viernes|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
CLOCK = r"(?:\d{1,2}[:.h]\d{2}(?::\d\d)?\s?h?(?:\s?[ap]\.?m\.?)?(?:\s?\(?[A-Z]{2,4}\)?)?(?:\s?/\s?[\w\ :.]{3,40})?)"
DATE = (
    r"(?:(?:"
    + DAY
    + r"[.,]?\ )?(?:"
    + MONTH
    + r"[.,]?\ \d{1,2}(?:st|nd|rd|th)?,?\ ?\d{4}|\d{1,2}(?:st|nd|rd|th|º|\.)?\ (?:de\ )?"
    + MONTH
    + r"[.,]?\ (?:de\ )?\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日)|(?:an?|\d{1,2})\ (?:minute|hour|day|week|month)s?\ ago)"
)
STAMP = pattern(
    r"""[|\[(•·]?\s?(?:(?:(?:first\ |last\ |originally\ )?(?:published|updated|posted|modified|created|uploaded|added|issued|edited)|publicado|atualizado|actualizado|publié|mis\ à\ jour|veröffentlicht|aktualisiert|pubblicato|aggiornato|gepubliceerd|
      original|last\ (?:updated?|modified)|on|기사입력|입력|수정|this\ (?:article|story|entry)\ was\ posted)\s?(?:on|at|em|el|le|am|il|op)?\s?[:\[]*\s?)*
    (?:(?:"""
    + CLOCK
    + r""")[,|]?\ (?:on\ )?)?"""
    + DATE
    + r"""(?:[,]?\s?(?:[|,•·–—/-]|at|às|à|um|alle|om|-)?\s?"""
    + CLOCK
    + r""")?(?:\s?[|/•·,–—-]\s?(?:"""
    + PERSON
    + r"""|(?:updated|original|published|modified)\b.{4,70}|\d+\ min(?:ute)?s?\ read|[\w\ ]{2,24}))?\s?[\])]?""",
    "ix",
)
LABELLED_STAMP = pattern(
    r"""[|\[(]?\s?(?:(?:first\ |last\ )?(?:published|updated|posted|modified)|this\ (?:article|story|entry)\ was\ (?:posted|published)|publicado|atualizado|기사입력)\b\s?:?.{0,30}?\b(?:(?:19|20)\d\d|\d{1,2}:\d\d|ago)\b.{0,60}|\d+\ min(?:ute)?s?\ read""",
    "ix",
)
COUNTER = pattern(r"\d[\d ,.]{0,9}[kKmM]?")
SIGNED = pattern(
    r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3},? (?:[A-Z][\w&]* ){0,3}(?:Reporter|Correspondent|Editor|Writer|Columnist|Staff|News|Times|Post|TODAY|Today|Press|AP|AFP|Reuters|CNN|BBC|Tribune|Journal|Contributor|Digital)(?: [A-Z]\w+){0,2}"
)
PARTICLES = frozenset("de da do dos del van von der den al bin la le el".split())


STAMPING = frozenset(
    "first last originally published updated posted modified created uploaded added issued edited publicado atualizado actualizado publié mis veröffentlicht aktualisiert pubblicato aggiornato gepubliceerd original date time on 기사입력 입력 수정 this # a an * "
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov november dec december mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday "
    "segunda segunda-feira terça terça-feira quarta quarta-feira quinta quinta-feira sexta sexta-feira sábado domingo lunes martes miércoles jueves viernes lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
)
BYLINED = frozenset(
    "by from author authors written posted published words reported por par von di door autor staff associated news web opinion contributing guest delivered contributed received submitted".split()
)


def _is_name(text: str) -> bool:
    """Whether a line can be the name of a person: two to four words in capitals, perhaps a handle."""
    plain = text.partition(" @")[0].split()
    if not (2 <= len(plain) <= 5 and len(text) < 40 and text[-1] not in ":!?"):
        return False
    return (
        all(word[0].isupper() or word in PARTICLES for word in plain)
        and not any(map(str.isdigit, text))
        and is_word(plain[-1])
    )


def is_word(text: str) -> bool:
    return text.replace("-", "").replace("’", "").replace("'", "").isalpha()


def _is_stamp(text: str) -> bool:
    return len(text) < 130 and bool(STAMP.fullmatch(text) or LABELLED_STAMP.fullmatch(text))


def _is_byline(text: str) -> bool:
    return (
        len(text) < 130
        and BYLINE.fullmatch(text) is not None
        and not (text[:2] == "By" and text[-1] in ".:" and is_prose(text))
    )


@rule("BP055", fix="safe")
def byline(doc: Document) -> Iterable[Edit]:
    """A byline above the first paragraph or below the last one.

    "By Jane Doe", "Posted by admin", "Authors:" are the page's. Only before the first paragraph and after
    the last one; a bare name goes only where a byline or a date stands beside it.

    ```diff
    - By Jane Doe and John Roe
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```

    ```diff
      By early 2005 the net could have two new domain names.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      By region
      Britain contributed most of it, and the rest came from Spain and from the north of Italy.
    ```
    """
    return cut(doc, _page_lines(doc)[0])


@rule("BP056", fix="safe")
def timestamp(doc: Document) -> Iterable[Edit]:
    """A line with the time of publication, above or below the story.

    "Published 10:48, Tue, Nov 19, 2019", a bare date, "updated an hour ago"; and a counter beside it. Dates
    that head the entries of a timeline are left alone: where a bare date recurs, none goes.

    ```diff
      Bank cuts forecast
    - Nov 20 2019, 11:06am IST
    - updated: Nov 20 2019, 15:24pm IST
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```

    ```diff
      May 9, 2017
      The bank opens its first office abroad, in Lisbon, with a staff of four and one client.
      June 12, 2018
      The office is closed again, and the four are sent home with a month's pay.
    ```
    """
    return cut(doc, _page_lines(doc)[1])


@lru_cache(maxsize=4)
def _page_lines(doc: Document) -> tuple[list[int], list[int]]:
    """The bylines and the time stamps in head, deck and tail, by index, each with what stands beside them."""
    lines = doc.lines
    head, deck, tail = frame(doc)
    foot = [i for i in tail if i > 1]
    first = first_words(doc)
    stamps = [i for i in (*head, *foot) if first[i] in STAMPING and _is_stamp(lines[i].text)]
    if stamps and any(
        len(line.text) < 40 and STAMP.fullmatch(line.text) for line in lines[head.stop : tail.start]
    ):
        stamps = [i for i in stamps if ":" in lines[i].text]
    stamps += [
        i
        for i in deck
        if ":" in lines[i].text and first[i] in STAMPING and _is_stamp(lines[i].text)
    ]
    names = [
        i
        for i in (*head, *deck, *foot)
        if (first[i] in BYLINED and _is_byline(lines[i].text))
        or (i not in tail and len(lines[i].text) < 60 and SIGNED.fullmatch(lines[i].text))
    ]
    writers = {lines[i].text.removeprefix("By ") for i in names}
    names += [i for i in foot if len(lines[i].text) < 40 and lines[i].text in writers]
    if foot and doc.language == "vi" and foot[-1] == tail[0] == len(lines) - 1:
        names += [i for i in foot if _is_name(lines[i].text)]
    buttons = {i for found in labelled(doc).values() for i in found}
    return _with_names(doc, names, buttons), _with_counters(doc, _with_names(doc, stamps, ()))


def _with_names(doc: Document, found: list[int], more: Collection[int]) -> list[int]:
    """Lines, and the bare names beside them (or beside `more`) above the story."""
    head, deck, _ = frame(doc)
    beside = {i + step for i in (*found, *more) for step in (-1, 1)}
    bare = (i for i in (*head, *deck) if i in beside and i not in found and 0 < i)
    return [*found, *(i for i in bare if _is_name(doc.lines[i].text))]


def _with_counters(doc: Document, found: list[int]) -> list[int]:
    """Time stamps, and the counters beside them."""
    beside = {i + step for i in found for step in (-1, 1)} - {-1, len(doc.lines)}
    return [*found, *(i for i in beside if COUNTER.fullmatch(doc.lines[i].text))]


SOURCES = frozenset(
    "source sources via h/t h hat credit original read fonte fontes quelle quellen bron fuente źródło источник джерело kaynak المصدر منبع स्रोत sumber nguồn * 출처 com theo from as according written".split()
)
SOURCE = pattern(
    r"""[\[(*—–-]?\s?(?:
      (?:source|sources|via|h\ ?/\ ?t|hat\ tip|credit|source\ of|original\ source|read\ more\ at|fonte|fontes|quelle|quellen|bron|fuente|źródło|источник|джерело|kaynak|المصدر|منبع|स्रोत|sumber|nguồn|来源|來源|出典|출처|com\ informações\ de|com\ informações\ do)\s?[:：]\s*\S.{0,160}
     |(?:via|h\ ?/\ ?t|from|hat\ tip\ to|source|theo)\ (?-i:[^\W\d_a-z]).{1,40}
     |(?:as\ written\ by|from|according\ to|written\ by)\ .{3,70}:
     |(?:source|sources|original\ source|original\ article|source\ link|sources?\ (?:here|and\ \w+))\s?:?|\S{3,40}\ reports:)
    \s?[\])]?""",
    "ix",
)
LINKED = pattern(r"https?://|www\.|\.(?:com|org|net|info|tv|co|news)\b", "i")


@rule("BP057", fix="safe")
def source_attribution(doc: Document) -> Iterable[Edit]:
    """A line that says where a copied story was taken from.

    "Source: Example News", "Via Example", "(h/t Example)" above the story or below it. What it says is kept
    in the edit, and `attribution` reads it. Lines inside the story stay, unless they are a label and an
    address.

    ```diff
    - Via Example News
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Source: https://example.org/2021/shares-fall
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      Sources: the bank, its auditors and two of the directors, who spoke to us on Monday.
      The bank did not want to speak about the report, and its auditors did not answer calls.
    ```
    """
    lines = doc.lines
    head, _, tail = frame(doc)
    last = len(lines) - 1

    def in_place(i: int) -> bool:
        text = lines[i].text
        if i in tail or i == last:
            return i > 0 and (text[-1] != "." or "http" in text or len(text) < 40)
        return (
            (i in head and text[-1] != ".")
            or (
                text[-1] != ":" and len(text) < 60 and text[:3].lower() == "via" and text[-1] != "."
            )
            or (":" in text[:10] and LINKED.search(text) is not None)
        )

    chosen = [i for i in lines_starting(doc, SOURCES) if len(lines[i].text) < 190]
    if lines and lines[-1].text.endswith("reports:"):
        chosen.append(last)
    found = [i for i in chosen if SOURCE.fullmatch(lines[i].text)]
    yield from cut(
        doc, [i for i in found if in_place(i) and not (lines[i].text[-1] == ":" and i not in tail)]
    )
    yield from cut_edges(doc, SOURCES, _names_source)


def _names_source(text: str) -> bool:
    return (
        len(text) < 90
        and (":" in text[:12] or text[:4].lower() == "h/t ")
        and text[-1] not in ".:"
        and SOURCE.fullmatch(text) is not None
    )


APPEARING = frozenset(
    "the this originally first republished re-published reprinted re-printed reposted re-posted reproduced used syndicated adapted you click o der l'article la l'articolo het artykuł сообщение".split()
)
FIRST_APPEARED = pattern(
    r"""[\[(*]?\s?(?:
      (?:the|this)\ (?:post|article|story|piece|content|column|essay|report|entry|op-?ed|interview|blog\ post|commentary)\b.{0,260}?\b(?:appeared\ first\ (?:on|at|in)|first\ appeared\ (?:on|in|at)|(?:was|is|were)?\ ?(?:first|originally)\ (?:published|posted|appeared|written|printed|produced|aired|featured)|(?:was|is)\ (?:re-?published|reprinted|reproduced|syndicated|adapted|an\ excerpt|excerpted|translated)|may\ be\ (?:freely\ )?(?:reproduced|republished|reprinted)|has\ been\ (?:republished|reprinted|adapted|syndicated))\b.{0,300}
     |(?:originally|first)\ (?:published|posted|appeared|printed)\ (?:on|by|at|in)\b.{0,160}
     |(?:re-?published|re-?printed|reposted|re-?posted|reproduced|used|syndicated|adapted)\ (?:here\ )?(?:with\ (?:the\ )?(?:kind\ |express\ )?permission|courtesy|from|under)\b.{0,240}
     |you\ can\ (?:republish|find\ the\ original)\b.{0,160}|click\ here\ to\ (?:see|read)\ the\ original\b.{0,80}
     |o\ (?:post|artigo)\ .{1,200}\ apareceu\ primeiro\ em\ .{1,80}|der\ beitrag\ .{1,200}\ erschien\ zuerst\ auf\ .{1,80}|l['’]article\ .{1,200}\ est\ apparu\ en\ premier\ sur\ .{1,80}|la\ entrada\ .{1,200}\ (?:aparece|se\ publicó)\ primero\ en\ .{1,80}
     |l['’]articolo\ .{1,200}\ proviene\ da\ .{1,80}|het\ bericht\ .{1,200}\ verscheen\ eerst\ op\ .{1,80}|artykuł\ .{1,200}\ pochodzi\ z\ serwisu\ .{1,80}|сообщение\ .{1,200}\ появились?\ сначала\ на\ .{1,80}
    )[\])]?""",
    "ix",
)


@rule("BP058", fix="safe")
def appeared_first(doc: Document) -> Iterable[Edit]:
    """A line that says where a story appeared first.

    Feeds add "The post Title appeared first on Site." in the language of the site; reposts add "Originally
    published by" or "Reprinted with permission". The line must begin with the story as its subject.

    ```diff
      Shares fell 4% on Tuesday.
    - The post Shares Fall appeared first on Example News.
    ```

    ```diff
      The camp, which first appeared in 2014, lies in the desert near the border.
    ```

    ```diff
      It was published in the Sunday Telegraph.
    ```
    """
    return cut_units(
        doc, APPEARING, lambda text: len(text) < 520 and FIRST_APPEARED.fullmatch(text)
    )


CORRECTING = frozenset(
    "this an a editor's editors editors' correction corrections clarification update updates".split()
)
CORRECTION = pattern(
    r"""[\[(*]?\s?(?:(?:this|an?)\ (?:earlier\ version\ of\ this\ )?(?:story|post|article|report|headline)\ (?:has\ been|was)\ (?:updated|corrected|amended|edited)\b.{0,300}
    |(?:editor['’]?s['’]?\ note|correction|clarification|update)s?\b.{0,40}?:\s?.{0,60}\b(?:earlier|previous|original)\ version\b.{0,400}
    |an\ earlier\ version\ of\ this\b.{0,400})[\])]?""",
    "ix",
)


@rule("BP059", fix="unsafe")
def correction_note(doc: Document) -> Iterable[Edit]:
    """A note that a story was updated or corrected.

    "This story has been updated with additional information." is the editors' word on their own text, so
    it goes only when asked for.

    ```diff
      Shares fell 4% on Tuesday.
    - This story has been updated with additional information.
    ```

    ```diff
      The forecast has been updated, the bank said.
    ```
    """
    return cut_units(doc, CORRECTING, lambda text: len(text) < 420 and CORRECTION.fullmatch(text))


def attribution(line: str) -> dict[str, str] | None:
    """Return what a removed line says of the source: its name or address, or None.

    >>> attribution("Source: https://example.org/a")
    {'url': 'https://example.org/a'}
    >>> attribution("(h/t Example News)")
    {'name': 'Example News'}
    """
    if not SOURCE.fullmatch(line):
        return None
    if address := ADDRESS.search(line):
        return {"url": address[0]}
    name = LEAD.sub("", line).strip(" \t()[]:.*")
    return {"name": name} if name else None


ADDRESS = pattern(r"(?:https?://|www\.)[^\s()\[\]]+")
LEAD = pattern(
    r"^[\[(*—–\s-]*(?:h\s?/\s?t|[^\W\d_]+(?: (?:tip|source|article|by|to))*)\s?[:：]?\s*", "i"
)
