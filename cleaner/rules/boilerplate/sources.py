"""Where a story was taken from, where it appeared first, and what was changed since."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import (
    cut,
    cut_edges,
    cut_units,
    frame,
    lines_starting,
)
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import word_set
from cleaner.rule import pattern, rule

SOURCES = word_set(
    """
    source sources via h/t h hat credit original read fonte fontes quelle quellen bron fuente
    sursa forrás zdroj izvor извор източник kilde källa lähde πηγή heimild allikas avots šaltinis
    źródło источник материал джерело матеріал kaynak المصدر منبع स्रोत sumber nguồn * 출처 com theo from as
    according written
    """
)
SOURCE = pattern(
    r"""[\[(*—–-]?\s?(?:
      (?:source|sources|via|h\ ?/\ ?t|hat\ tip|credit|source\ of|original\ source
        |read\ more\ at|fonte|fontes|quelle|quellen|bron|fuente|źródło|источник|джерело
        |kaynak|sursa|forrás|zdroj|izvor|извор|източник|kilde|källa|lähde|πηγή|heimild
        |allikas|avots|šaltinis|المصدر|منبع|स्रोत|sumber|nguồn|来源|來源|出典|출처|com\ informações\ de
        |com\ informações\ do)\s?[:：]\s*\S.{0,160}
     |(?:via|h\ ?/\ ?t|from(?!\ \w+\ \d)|hat\ tip\ to|source|theo)\ (?-i:[^\W\d_a-z])
       (?!.*\ (?-i:(?!of\ |the\ |and\ |for\ |de\ |du\ |la\ |via\ )[a-z]{2,})\b).{1,40}
     |матер[иі]ал\s?:\s*\S{1,40}\.\w{2,5}
     |(?:via|from)\ \S.{1,90}?\ https?://\S{4,120}
     |(?:as\ written\ by|from|according\ to|written\ by)\ .{3,70}:
     |(?:source|sources|original\ source|original\ article|sources?\ (?:here
       |and\ \w+))\s?:?|\S{3,40}\ reports:)
    \s?[\])]?""",
    "ix",
)
LINKED = pattern(r"https?://|www\.|\.(?:com|org|net|info|tv|co|news)\b", "i")


@rule("BP057", fix="safe", starts=SOURCES | {"=colon"})
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


APPEARING = word_set(
    """
    a_version
    originally first published cross-posted crossposted republished re-published reprinted re-printed
    reposted re-posted reproduced used syndicated adapted you click
    dieser cet este esta questo dit o der l'article la
    l'articolo het artykuł сообщение the_post the_article the_story this_post this_article
    this_story this_piece this_content this_column this_essay this_report this_entry this_op-ed
    this_oped this_interview this_blog this_commentary
    """
)
FIRST_APPEARED = pattern(
    r"""[\[(*]?\s?(?:
      the\ (?:post|article|story)\b.{0,260}?\bappeared\ first\ (?:on|at|in)\b.{0,300}
     |this\ (?:post|article|story|piece|content|column|essay|report|entry|op-?ed
        |interview|blog\ post|commentary)\b.{0,260}?\b(?:appeared\ first\ (?:on|at|in)
        |first\ appeared\ (?:on|in|at)|(?:was|is|were)?\ ?(?:first|originally)\ (?:published
        |posted|appeared|written|printed|produced|aired|featured)|(?:was|is)\ (?:re-?published
        |reprinted|reproduced|syndicated|adapted|an\ excerpt|excerpted|translated)
        |may\ be\ (?:freely\ )?(?:reproduced|republished|reprinted)|has\ been\ (?:republished
        |reprinted|adapted|syndicated))\b(?!.{0,300}\b(?:but|(?-i:I))\b).{0,300}
     |a\ version\ of\ this\ (?:article|story|piece|column|essay)\ (?:appears|appeared|ran)[ ]
        (?:in\ print|on\ page)\b.{0,300}
     |(?:originally|first)\ (?:published|posted|appeared|printed)\ (?:on|by|at|in)\b.{0,160}
     |published\ in\ (?:the\ )?(?-i:[A-Z])[\w\ ]{2,40},\ (?-i:[A-Z])\w{2,8}\ \d{1,2}(?:st|nd|rd
       |th)?,\ \d{4}\.?
     |(?:re-?published|re-?printed|cross-?posted|reposted|re-?posted|reproduced|used|syndicated
       |adapted)\ (?:here\ )?(?:(?:with|by)\ (?:the\ )?(?:kind\ |express\ )?permission|courtesy|from
       |under)\b(?!.*,\ (?-i:the|it|he|she|they|an?|his|her|its|this)\ ).{0,240}
     |you\ can\ (?:republish|find\ the\ original)\b.{0,160}|click\ here\ to\ (?:see
       |read)\ the\ original\b.{0,80}
     |(?:dieser\ (?:artikel|text|beitrag)\ (?:ist\ zuerst|erschien\ (?:zuerst|ursprünglich
         |zunächst))\ (?:bei|auf|in|im)
       |cet\ article\ (?:a\ été\ (?:publié\ initialement|initialement\ publié)|est\ republié)
         \ (?:sur|dans|à\ partir)
       |este\ (?:artículo|texto|reportaje)\ (?:fue\ publicado|se\ publicó)\ originalmente\ (?:en|por)
       |est[ea]\ (?:texto|artigo|matéria|reportagem)\ foi\ publicad[oa]\ originalmente\ (?:no|na|em|pel[oa])
       |questo\ articolo\ è\ (?:stato\ pubblicato|apparso)\ originariamente\ (?:su|in|da)
       |dit\ artikel\ verscheen\ eerder\ (?:op|in|bij))\ [^\d]{2,120}
     |o\ (?:post|artigo)\ .{1,200}\ apareceu\ primeiro\ em\ .{1,80}
       |der\ beitrag\ .{1,200}\ erschien\ zuerst\ auf\ .{1,80}
       |l['’]article\ .{1,200}\ est\ apparu\ en\ premier\ sur\ .{1,80}
       |la\ entrada\ .{1,200}\ (?:aparece|se\ publicó)\ primero\ en\ .{1,80}
     |l['’]articolo\ .{1,200}\ proviene\ da\ .{1,80}
       |het\ bericht\ .{1,200}\ verscheen\ eerst\ op\ .{1,80}
       |artykuł\ .{1,200}\ pochodzi\ z\ serwisu\ .{1,80}
       |сообщение\ .{1,200}\ появились?\ сначала\ на\ .{1,80}
    )[\])]?""",
    "ix",
)


@rule("BP058", fix="safe", starts=APPEARING)
def appeared_first(doc: Document) -> Iterable[Edit]:
    """A line that says where a story appeared first.

    Feeds add "The post Title appeared first on Site." in the language of the site; reposts add "Originally
    published by" or "Reprinted with permission". The line must begin with the story as its subject, with
    "this" for all but the first: "the story" may be another one.

    ```diff
      Shares fell 4% on Tuesday.
    - The post Shares Fall appeared first on Example News.
    ```

    ```diff
      The camp, which first appeared in 2014, lies in the desert near the border.
    ```

    ```diff
      The story was first published by the Sunday Telegraph and led to the resignation of the minister.
      It was published in the Sunday Telegraph.
    ```
    """
    return cut_units(
        doc, APPEARING, lambda text: len(text) < 520 and FIRST_APPEARED.fullmatch(text)
    )


CORRECTING = word_set(
    """
    editor's editors editors' correction corrections clarification update updates this_story
    this_post this_article this_report this_headline an_earlier a_previous
    """
)
CORRECTION = pattern(
    r"""[\[(*]?\s?(?:(?:this|an?)\ (?:earlier\ version\ of\ this\ )?(?:story|post|article
      |report|headline)\ (?:has\ been|was)\ (?:updated|corrected|amended|edited)\b.{0,300}
    |(?:editor['’]?s['’]?\ note|correction|clarification
      |update)s?\b.{0,40}?:\s?.{0,60}\b(?:earlier|previous|original)\ version\b.{0,400}
    |an\ earlier\ version\ of\ this\b.{0,400})[\])]?""",
    "ix",
)


@rule("BP059", fix="unsafe", starts=CORRECTING)
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
