"""Bylines and time stamps, above a story and below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cleaner.blocks import (
    cut,
    first_words,
    frame,
    is_prose,
    labelled,
    once,
    runs,
)
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import word_set
from cleaner.rule import pattern, rule

# A letter that is no small one of Latin-1, Cyrillic or Greek
CAPITAL = r"[^\W\d_a-zß-öø-ÿа-яёіїєґα-ω]"
NAMED = CAPITAL + r"[\w.'’-]*"
PERSON = rf"(?-i:{NAMED}(?:\ (?:{NAMED}|de|da|dos|van|von|der|al|bin|la|el)){{1,4}})"
# What a site prints before the names of those who wrote or edited a story
ROLE = (
    r"(?:editors?|reporter|editör|muhabir|penulis|pewarta|wartawan|reportase|penyunting|redaktur"
    r"|redaktor|redaktör|autora?|reportagem|edição|curated\ by|автор"
    r"|редактор|корреспондент|кореспондент|συντάκτης)"
)
# What Blogger prints before the name and the time
POSTED = (
    r"(?:posted\ by|eingestellt\ von|publicado\ por|publié\ par|pubblicato\ da|postado\ por"
    r"|geplaatst\ door|gönderen|publicat\ de|dicatat\ oleh|diposting\ oleh|diposkan\ oleh"
    r"|ipinaskil\ ni|αναρτήθηκε\ από|upplagd\ av|lagt\ inn\ av|indsendt\ af|lähettänyt|bejegyezte"
    r"|vystavil|objavio|objavila|autor|автор|đăng\ bởi|เขียนโดย|投稿者|작성자|張貼者|发帖者|مرسلة\ بواسطة"
    r"|פורסם\ על\ ידי|публикувано\ от|опубліковано)"
)
AGENCIES = word_set(
    "AFP AP dpa DPA Reuters EFE ANSA Ansa Lusa LUSA APA SDA sda ATS NTB TT ANP Belga PAP"
)
AGENCY = rf"(?-i:{'|'.join(sorted(AGENCIES))})"
# Of a sentence that begins like a byline
PREDICATE = r"[^.]{0,60}\ (?:was|were|is|are|has|had|will)\ "
BYLINE = pattern(
    r"""(?:by|from|authors?|written\ by|posted\ by|published\ by|words\ by|reported\ by|por|par
      |von|di|door|autor|author)\s?:?
    |(?:by:?|written\ by|posted\ by|published\ by|posted\ on\ by|author:|authors:|words\ by|par:?
      |von:?|por:?|di|door|av|af)\ """
    + PERSON
    + r"""(?:(?:,|\ and|\ &|\ with|\ und|\ et|\ y|\ e|\ en|\ och|\ og)\ """
    + PERSON
    + r"""){0,3}(?:\ staff)?(?:\s?[,|/•·:–—-]\s?"""
    + rf"(?!{PREDICATE})"
    + r""".{2,80}|\ (?:on|for|in|at)\ .{3,60})?
    |(?:posted|published|written)\ (?:on\ )?by\ (?!(?-i:the|an?)\ |"""
    + PREDICATE
    + r""")\S.{1,60}|staff|(?:by\ )?(?:staff
      |associated\ press|news\ desk|web\ desk|staff\ (?:writer|reporter)|opinion\ columnist
      |contributing\ writer|guest\ (?:writer|contributor|columnist)\b.{0,60})
    |by\ (?-i:[A-Z][\w.&'’-]*(?:\ [A-Z][\w.&'’-]*){0,4})\s?[|•·–—-]\s?[^.]{0,20}\d[^.]{4,40}
    |(?:delivered|contributed|received|submitted)\ by\ [A-Z].{3,80}
    |"""
    + rf"{POSTED}\s?:?\s?\S.{{0,50}}\D\d{{1,2}}[:.]\d\d(?:\s?[ap]\.?m\.?)?"
    + rf"|(?:(?:par|von|por|di|da)\ )?(?-i:{NAMED}(?:\ {NAMED}){{0,4}})\ (?:avec|mit|con|com|with)\ {AGENCY}"
    + rf"|(?:par|von|por|di|da|by)\ {AGENCY}|(?:rédigé\ par|scritto\ da|escrito\ por)\ {PERSON}"
    + r"""|"""
    + rf"{ROLE}\s?:(?:\s?(?-i:{NAMED}(?:(?:,|\ |/|\ and\ |\ dan\ )\s?{NAMED}){{0,5}}))?",
    "ix",
)
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|janeiro|fevereiro|março"
    r"|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|enero|febrero"
    r"|marzo|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|janvier|février|mars"
    r"|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|januar|februar"
    r"|märz|juni|juli|oktober|dezember|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre"
    r"|ottobre|dicembre|januari|februari|maart|mei|augustus|tháng\ \d+)"
)
DAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:segunda|terça"
    r"|quarta|quinta|sexta)(?:-feira)?|sábado|domingo|lunes|martes|miércoles|jueves"
    r"|viernes|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag"
    r"|mittwoch|donnerstag|freitag|samstag|sonntag)"
)
CLOCK = (
    r"(?:\d{1,2}[:.h]\d{2}(?::\d\d)?\s?h?(?:\s?[ap]\.?m\.?)?"
    r"(?:\s?\(?[A-Z]{2,4}\)?)?(?:\s?/\s?[\w\ :.]{3,40})?)"
)
DATE = (
    r"(?:(?:"
    + DAY
    + r"[.,]?\ )?(?:"
    + MONTH
    + r"[.,]?\ \d{1,2}(?:st|nd|rd|th)?,?\ ?\d{4}|\d{1,2}(?:st|nd|rd|th|º|\.)?\ (?:de\ )?"
    + MONTH
    + r"[.,]?\ (?:de\ )?\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{4}年\d{1,2}月\d{1,2}日)|(?:an?|\d{1,2})\ (?:min(?:ute)?|hr|hour|day|week|month)s?\ ago)"
)
STAMP = pattern(
    r"""[|\[(•·]?\s?(?:(?:(?:first\ |last\ |originally\ )?(?:published|updated|posted|modified
      |created|uploaded|added|issued|edited)|publicado|atualizado|actualizado|publié
      |mis\ à\ jour|veröffentlicht|aktualisiert|pubblicato|aggiornato|gepubliceerd|
      original|last\ (?:updated?|modified)|on|기사입력|입력|수정|this\ (?:article|story
        |entry)\ was\ posted)\s?(?:on|at|em|el|le|am|il|op)?\s?[:\[]*\s?)*
    (?:(?:"""
    + CLOCK
    + r""")[,|]?\ (?:on\ )?)?"""
    + DATE
    + r"""(?:[,]?\s?(?:[|,•·–—/-]|at|às|à|um|alle|om|-)?\s?"""
    + CLOCK
    + r""")?(?:\ source\s?:\s?\S{3,40})?(?:\s?[|/•·,–—-]\s?(?:"""
    + PERSON
    + r"""|(?:updated|original|published|modified)\b.{4,70}|\d+\ min(?:ute)?s?\ read
      |[\w\ ]{2,24}))?\s?[\])]?""",
    "ix",
)
LABELLED_STAMP = pattern(
    r"""[|\[(]?\s?(?:(?:first\ |last\ )?(?:published|updated|posted|modified)|this\ (?:article
      |story|entry)\ was\ (?:posted|published)|publicado|atualizado
      |기사입력)\b(?!.*,\ (?-i:the|it|he|she|they|an?|his|her|its|this|el|la|los|las|os?|as|les?)\ )
      \s?:?.{0,30}?\b(?:(?:19|20)\d\d|\d{1,2}:\d\d|ago)\b.{0,60}
      |\d+\ min(?:ute)?s?\ read""",
    "ix",
)
# With a label a date may have a month of any language
FOREIGN_STAMP = pattern(
    r"(?:actualizado|publicado|ultimo aggiornamento|aggiornato|pubblicato|laatst bijgewerkt|bijgewerkt"
    r"|gepubliceerd|data publikacji|aktualizacja|opublikowano|опубликовано|обновлено|дата публикации"
    r"|опубліковано|оновлено|güncelleme|son güncelleme|yayınlanma|giriş|publicerad|uppdaterad|publisert"
    r"|oppdatert|publiceret|opdateret|julkaistu|päivitetty|publikováno|aktualizováno|diterbitkan)"
    r"\s?:?(?: (?:el|il|op|am|le|den))? ?(?:\d{1,2}\.? (?:de )?[^\W\d]{3,12}[.,]? (?:de )?\d{4}"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{4})(?:\D{0,9}\d{1,2}[:.h]\d{2})?(?: (?:h|uhr|uur|wib))?",
    "i",
)
# A stamp behind those who wrote the story: glued to a name, or after "Edited By: Jane Doe"
SIGNED_STAMP = pattern(
    rf"(?:(?-i:{NAMED}(?:\ {NAMED}){{1,3}}(?<=[a-zß-ÿ]))"
    rf"|(?:(?:.{{2,40}}\ )?(?:edited|written|reported|curated|produced)\ )?by:?\ (?-i:{NAMED})"
    r"[^.!?]{0,60}?\ ?)"
    rf"(?-i:Published|Updated|Posted|Modified)(?:\ (?:on|at))?\s?:?\s?{DATE}"
    rf"(?:,?\s?(?:[|,•·–—/-]|at)?\s?{CLOCK})?(?:\s?[|–—-]\s?(?:updated|published|modified)\b.{{4,40}})?",
    "ix",
)
COUNTER = pattern(r"\d[\d ,.]{0,9}[kKmM]?")
SIGNED = pattern(
    r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3},? (?:[A-Z][\w&]* ){0,3}(?:Reporter"
    r"|Correspondent|Editor|Writer|Columnist|Staff|News|Times|Post|TODAY|Today|Press|AP"
    r"|AFP|Reuters|CNN|BBC|Tribune|Journal|Contributor|Digital)(?: [A-Z]\w+){0,2}"
)
LONGEST_POST = 60
POST = pattern(
    r"(?:(?:of|special (?:to|for)) (?:the )?)?(?-i:[A-Z][\w.&'’-]*(?: [A-Z][\w.&'’-]*){0,3}) staff"
    r"|special (?:to|for) (?:the )?(?-i:[A-Z][\w.&'’-]*(?: [A-Z][\w.&'’-]*){0,3})",
    "i",
)
LONGEST_TOP = 5  # lines at the top among which a stamp can stand for the first paragraph
PARTICLES = word_set(
    """
    de da do dos del van von der den al bin la le el
    """
)


STAMPING = word_set(
    """
    first last originally published updated posted modified created uploaded added issued
    edited publicado atualizado actualizado publié mis veröffentlicht aktualisiert pubblicato
    aggiornato gepubliceerd ultimo laatst bijgewerkt data aktualizacja opublikowano опубликовано
    обновлено дата опубліковано оновлено güncelleme son yayınlanma giriş publicerad uppdaterad
    publisert oppdatert publiceret opdateret julkaistu päivitetty publikováno aktualizováno
    diterbitkan original date time on 기사입력 입력 수정 # * jan january feb february mar
    march apr april may jun june jul july aug august sep sept september oct october nov
    november dec december mon monday tue tues tuesday wed wednesday thu thur thurs thursday
    fri friday sat saturday sun sunday segunda segunda-feira terça terça-feira quarta
    quarta-feira quinta quinta-feira sexta sexta-feira sábado domingo lunes martes miércoles
    jueves viernes lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag
    mittwoch donnerstag freitag samstag sonntag this_article this_story this_entry an_hour
    a_minute a_day a_week a_month
    """
)
BYLINED = word_set(
    """
    by from author authors written posted published words reported por par von di door av af autor
    staff associated news web opinion contributing guest delivered contributed received
    submitted editor editors reporter editör muhabir penulis pewarta wartawan reportase penyunting
    redaktur redaktor redaktör autora curated автор редактор корреспондент кореспондент συντάκτης
    eingestellt publicado publié rédigé pubblicato scritto escrito postado geplaatst gönderen publicat dicatat
    diposting diposkan ipinaskil αναρτήθηκε upplagd lagt indsendt lähettänyt bejegyezte vystavil objavio
    reportagem edição objavila đăng 작성자 مرسلة פורסם публикувано опубліковано da *
    """
)


def _is_name(text: str) -> bool:
    """Whether a line can be the name of a person: two to four words in capitals, perhaps a handle."""
    plain = text.partition(" @")[0].split()
    if not (2 <= len(plain) <= 5 and len(text) < 40 and text[-1] not in ":!?"):
        return False
    return (
        all(word[0].isupper() or word in PARTICLES for word in plain)
        and not any(map(str.isdigit, text))
        and _is_word(plain[-1])
    )


def _is_word(text: str) -> bool:
    return text.replace("-", "").replace("’", "").replace("'", "").isalpha()


def _is_stamp(text: str) -> bool:
    return len(text) < 130 and any(
        form.fullmatch(text) for form in (STAMP, LABELLED_STAMP, FOREIGN_STAMP)
    )


def _is_signed_stamp(text: str) -> bool:
    return (
        len(text) < 130
        and any(word in text for word in ("Published", "Updated", "Posted", "Modified"))
        and SIGNED_STAMP.fullmatch(text) is not None
    )


def _is_byline(text: str) -> bool:
    return (
        len(text) < 130
        and BYLINE.fullmatch(text) is not None
        and not (text[:2] == "By" and text[-1] in ".:" and is_prose(text))
    )


@rule("BP055", fix="safe", starts=["=head", "=deck", "=tail"])
def byline(doc: Document) -> Iterable[Edit]:
    """A byline above the first paragraph or below the last one.

    "By Jane Doe", "Posted by admin", "Authors:" are the page's. Only before the first paragraph and after
    the last one; a bare name goes only where a byline or a date stands beside it. Those of a film or a book
    that is written about stay.

    ```diff
    - By Jane Doe and John Roe
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      Analysts expect more of the same in the second half, and few of them advise to buy.
    - Reporter: Jane Doe
    - Editor: John Roe
    ```

    ```diff
      Der Rat beschloss am Dienstag, die Straße über den Pass zu sperren, bis Ingenieure sie geprüft haben.
      Anwohner sagten, sie hätten vor der Abstimmung nichts gehört, und die andere Straße sei länger.
    - Eingestellt von Erika Muster um 10:10
    ```

    ```diff
      Der Rat beschloss am Dienstag, die Straße über den Pass zu sperren, bis Ingenieure sie geprüft haben.
      Eingestellt von der Staatsanwaltschaft wurde das Verfahren gegen den Bürgermeister.
    ```

    ```diff
      The minister spoke to the press on Tuesday, after the company had cut its forecast for the whole year.
      Reporter: Will you resign?
      Minister: No.
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


@rule("BP056", fix="safe", starts=["=head", "=deck", "=tail"])
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
    - Jane DoePublished August 30, 2026 - Updated August 30, 2026 08:19am
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```

    ```diff
      Road Closed By Storm Updated August 24, 2026
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


OF_A_WORK = word_set(
    """
    directed starring cast screenplay music cinematography choreography publisher pages isbn running
    rated genre
    """
)
CREDIT = pattern(
    r"(?:directed|screenplay|music|cinematography|choreography)(?: by\b|:)|(?:starring|cast)\b"
    r"|(?:publisher|pages|isbn|genre)\s?:|running time\b|rated [A-Z]",
    "i",
)
LONGEST_CREDIT = 80


@once
def credits_of_works(doc: Document) -> frozenset[int]:
    """Return the lines that say who made a film, a play or a book that is written about: a block of them."""
    lines, first = doc.lines, first_words(doc)
    if OF_A_WORK.isdisjoint(first):
        return frozenset()
    short = [i for i, line in enumerate(lines) if len(line.text) < LONGEST_CREDIT]
    blocks = (range(start, end + 1) for start, end in runs(short))
    return frozenset(
        i
        for block in blocks
        if any(first[i] in OF_A_WORK and CREDIT.match(lines[i].text) for i in block)
        for i in block
    )


@once
def _page_lines(doc: Document) -> tuple[list[int], list[int]]:
    """The bylines and the time stamps in head, deck and tail, by index, each with what stands beside them."""
    lines = doc.lines
    head, deck, tail = frame(doc)
    foot = [i for i in tail if i > 1]
    if not head and not deck and not foot:
        return [], []
    first = first_words(doc)
    stamps = [i for i in (*head, *foot) if first[i] in STAMPING and _is_stamp(lines[i].text)]
    if stamps and any(
        len(line.text) < 40 and STAMP.fullmatch(line.text) for line in lines[head.stop : tail.start]
    ):
        stamps = [i for i in stamps if ":" in lines[i].text]
    # A long stamp that ends with "p.m." looks like a first paragraph
    stamps += [
        i
        for i in (*range(head.stop, min(head.stop + 1, LONGEST_TOP)), *deck)
        if ":" in lines[i].text and first[i] in STAMPING and _is_stamp(lines[i].text)
    ]
    stamps += [i for i in (*head, *deck) if i not in stamps and _is_signed_stamp(lines[i].text)]
    names = [
        i
        for i in (*head, *deck, *foot)
        if (
            (first[i] in BYLINED or lines[i].text.rpartition(" ")[2] in AGENCIES)
            and _is_byline(lines[i].text)
        )
        or (
            i not in tail
            and len(lines[i].text) < 60
            and " " in lines[i].text
            and SIGNED.fullmatch(lines[i].text)
            and not lines[i].text.isupper()
        )
    ]
    writers = {lines[i].text.removeprefix("By ") for i in names}
    names += [i for i in foot if len(lines[i].text) < 40 and lines[i].text in writers]
    if len(foot) == 1 and len(tail) == 1 and _is_name(lines[-1].text) and doc.language == "vi":
        names += foot
    buttons = {i for found in labelled(doc).values() for i in found} if head else set()
    if not names and not stamps and not buttons:
        return [], []
    works = credits_of_works(doc)
    named = [i for i in _with_names(doc, names, buttons) if i not in works]
    return named, _with_counters(doc, _with_names(doc, stamps, ()))


def _with_names(doc: Document, found: list[int], more: Collection[int]) -> list[int]:
    """Lines, and the bare names beside them (or beside `more`) above the story."""
    head, deck, _ = frame(doc)
    beside = {i + step for i in (*found, *more) for step in (-1, 1)}
    bare = (i for i in (*head, *deck) if i in beside and i not in found and i > 0)
    return [
        *found,
        *(i for i in bare if _is_name(doc.lines[i].text) or _is_post(doc.lines[i].text)),
    ]


def _is_post(text: str) -> bool:
    """Whether a line says for which paper the writer named beside it works."""
    return len(text) < LONGEST_POST and POST.fullmatch(text) is not None


def _with_counters(doc: Document, found: list[int]) -> list[int]:
    """Time stamps, and the counters beside them."""
    beside = {i + step for i in found for step in (-1, 1)} - {-1, len(doc.lines)}
    return [*found, *(i for i in beside if COUNTER.fullmatch(doc.lines[i].text))]
