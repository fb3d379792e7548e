"""Who contributed to a story, and notes on its author."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import (
    LONGEST_HEAD,
    cut,
    cut_edges,
    first_words,
    is_prose,
    labels,
    lines_starting,
)
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import word_set
from cleaner.rule import pattern, rule
from cleaner.rules.boilerplate.bylines import credits_of_works

CREDITING = word_set(
    """
    additional original reporting writing editing reported edited written compiled produced
    translated researched with files material contributions agency inputs published this_story
    this_report this_article
    """
)
CONTRIBUTOR = pattern(
    r"""[\[(*—–-]?\s?(?:
      [^.!?"“”]{2,160}?(?:\.[^.!?"“”]{1,60}){0,3}?\ (?:also\ )?contributed\ (?:to\ (?:this
        |the)\ (?:report|story|article|update|post|piece|column|reporting|coverage)|reporting
        |research|from\ [A-Z][\w\ ,]{2,60})\b.{0,90}
     |(?-i:[A-Z][\w’'-]+(?:(?:,|\ and
       |,\ and)?\ [A-Z][\w’'-]+){0,6})\ reported\ from\ (?-i:[A-Z])[\w\ ,.]{2,80}
     |(?:(?:additional|further|original|with)\ )?(?:reporting|writing|editing
       |additional\ reporting|reported|edited|written|compiled|produced|translated
       |researched)(?:\ (?:and|&)\ (?:reported|edited|written|photographed|editing|writing
         |photographs)\ |\ (?:in|from)\ \w+\ )?\ ?by:?\ (?-i:[^a-z]).{2,240}
     |(?:with\ )?(?:files|reporting|additional\ reporting|material|contributions
       |agency\ inputs?|inputs)\ (?:from|by)\ (?:the\ )?(?-i:[^a-z]).{2,90}
     |this\ (?:story|report|article)\ was\ produced\ by\ (?-i:[A-Z]).{2,80}?\band\ co-?published[ ]
       (?:by|with)\ .{2,90}
     |(?:this\ (?:story|report|article)\ (?:was|is)\ )?(?:produced|compiled|reported
       |published)\ (?:in\ (?:partnership|collaboration)\ with|by\ staff)\b.{0,90}
    )[\])]?""",
    "ix",
)


OWN = pattern(r"this (?:story|report|article) (?:was|is) ", "i")
CLAUSE = pattern(
    r"^[“\"]|\b(?:led|helped|shows?|showed|found|reveals?|revealed|suggests?|prompted|forced|sparked|was|were|has|had)"
    r" |, (?:the|it|he|she|this|they|an?|its|his|her) [\w'’ ]{2,40} (?:says?|said"
    r"|looks?|is|was|are|were|has|have|will|would|show|\w+ed|\w+s)\b"
)


@rule("BP053", fix="safe", starts=CREDITING, needles=["contributed", " reported from "])
def contributor_line(doc: Document) -> Iterable[Edit]:
    """A line that names who contributed, reported or edited.

    Agencies and papers close with "Jane Doe contributed to this report." or "(Reporting by Jane Doe;
    editing by John Roe)". The line must be that and nothing else, and no credit of a film or a book.

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

    def names(text: str) -> bool:
        return (
            len(text) < 420
            and CONTRIBUTOR.fullmatch(text) is not None
            and (" contributed " in text or " reported from " in text or not _has_clause(text))
        )

    anywhere = "contributed" in doc.text or " reported from " in doc.text
    if anywhere:
        first = first_words(doc)
        where = [
            i
            for i, line in enumerate(doc.lines)
            if (
                first[i] in CREDITING
                or "contributed" in line.text
                or " reported from " in line.text
            )
            and names(line.text)
        ]
    else:
        where = [i for i in lines_starting(doc, CREDITING) if names(doc.lines[i].text)]
    if where:
        where = [i for i in where if i not in credits_of_works(doc)]
    return [*cut(doc, where), *cut_edges(doc, None if anywhere else CREDITING, names)]


def _has_clause(text: str) -> bool:
    """Whether a line says more than who made the story: "This story was" alone doesn't."""
    own = OWN.match(text)
    return CLAUSE.search(text, own.end() if own else 0) is not None


JOB = (
    r"(?:reporter|writer|editor|correspondent|journalist|columnist|producer|contributor"
    r"|author|blogger|novelist|freelancer|fellow|professor|lecturer|historian|director"
    r"|founder|co-founder|analyst|anchor|host|intern|researcher|attorney|photographer"
    r"|president|commentator|strategist|staffer|podcaster|activist|pastor)"
)
BIO = pattern(
    r"(?:Dr\.? |Prof\.? |Rev\.? |Sen\.? |Rep\.? |Gen\.? |Lt\. Col\. |Col\. |Captain "
    r"|Capt\. )?(?P<name>[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|de|van|von|der|al|bin|la"
    r"|el)){1,3}),? (?:is|was|has been|currently serves as|serves as|works|reports|covers"
    r"|writes|lives|has (?:written|worked|served|reported)|joined|holds)\b(?=.{0,140}?\b"
    f"(?i:{JOB})"
    r"s?\b|.{0,40}\b(?:covers|writes|reports)\b|.{0,80}(?:@|Twitter|Follow|book)).{10,600}"
)
CONTACTING = word_set(
    """
    have do follow email e-mail contact reach write tweet send got story tips tip he she they you
    his her their
    """
)
INTRODUCED = pattern(
    r"\S+ .{3,60}?\b(?:is|was|has been|serves as|works|reports|covers|writes|lives"
    r"|joined|holds|has|can) "
)
CONTACT = pattern(
    r"""(?:(?:follow|email|e-mail|contact|reach|write\ to|tweet|send\ (?:news\ )?tips?\ to
      |got\ a\ tip)\b.{0,110}?(?:@|\bat\ ?(?:twitter|x\b)|on\ (?:twitter|x\b|facebook)
      |at\ \S+\.com).{0,140}
    |do\ you\ have\ (?:any\ )?(?:information|an?\ (?:story|tip|experience))\b.{0,60}\?\ (?:please\ )?
      (?:contact|e-?mail|tell|write\ to|get\ in\ touch|reach)\ (?:(?:the|our)\ reporters?|us|me)\b.{0,100}
    |have\ an?\ (?:opinion|view)\b.{0,40}\?\ (?:please\ )?(?:write|send|e-?mail|share|let\ us)\b.{0,100}
    |(?:got|have|do\ you\ have)\ (?:a\ |any\ )?(?:confidential\ )?(?:news\ )?(?:tips?|questions?|story
      |comments?)\b.{0,60}\?(?:\W{0,3}|(?=.*(?:@|\b(?:us|our|me|e-?mail|write|send|submit|contact|reach|let)\b)).{0,100})
    |(?:story\ )?tips?\b.{0,40}\bcan\ be\ sent\ to.{3,120}
    |(?:he|she|they|you|(?-i:[A-Z]\w+(?:\ [A-Z]\w+){0,2}))\ can\ (?:also\ )?(?:be\ (?:reached
      |contacted|followed|found)
      |send\ tips\b|(?:follow|reach|contact|email)\ (?:(?:me|us|him|her|them|the\ (?:author|writer|reporter
        |newsroom))\b|(?-i:[A-Z@]))).{0,40}(?:at\ ?\S*@|\b(?:on|via|to)\b).{2,160}
    |write\ to\ .{3,60}\ at\ \S+@\S+
    |(?!for\ |info(?!@)|details|tickets|register|rsvp|to\ )[^.!?@]{0,60}\s?[\w.+-]{2,40}@
      [\w.-]{3,40}\.[a-z]{2,4}\W{0,2}
    |(?:his|her|their)\ (?:work|latest\ book|new\ book|writing|articles?|most\ recent\ book
      |first\ book)\b.{0,60}\b(?:appeared|is|has|can\ be|include)\b.{0,240})""",
    "ix",
)


LONGEST_BIO = 650
MOST_BIOS = 6
REPORTER = pattern(
    r"[^,.]{4,50} (?:is|was) an? (?:[\w-]+ ){0,4}(?i:reporter|writer|journalist|columnist"
    r"|producer|contributor|correspondent|editor|freelancer)s? (?:for|at|with|based"
    r"|covering|in|on|who)\b"
)
CONTACT_CUE = pattern(
    r"@\w|\b(?:Twitter|Follow|Facebook|her (?:new |latest )?book|his (?:new "
    r"|latest )?book)\b|\.com\b"
)
BOXED = word_set(
    """
    by copyright get sign subscribe follow please agree opt-out you've stay the_hottest
    """
) | {""}
BOX = pattern(
    r"by (?:entering|providing|signing|clicking|subscribing)\b|©|copyright\b|get (?:the"
    r"|all|a)\b|sign up|subscribe|please (?:adhere|read|note)\b.{0,30}comment"
    r"|agree to receive|opt-out|you['’]ve success|.{0,60}\bnewsletter brings"
    r"|the hottest stories|stay up",
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
        and not INTRODUCED.match(line.text)
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
    r"(?:About|ABOUT|about|More about) (?:[Tt]he (?:[Aa]uthor|[Ww]riter)s?"
    r"|(?P<name>[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,2})):?|Author bio:?",
)
