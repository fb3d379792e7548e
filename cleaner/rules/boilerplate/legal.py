"""Copyright, terms, disclaimers, consent."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import cut_edges, cut_labelled, cut_units, cut_where
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import word_set
from cleaner.rule import pattern, rule

OWNING = word_set(
    """
    copyright c published posted all content no reproduction todos tous alle tutti wszelkie
    все всі tüm جميع تمامی 저작권자 무단 무단전재 * the_work the_article the_material the_content
    the_story the_report the_text the_website this_work this_article this_material
    this_content this_story this_report this_text this_website
    """
)
MARKS = frozenset("©ⓒ")
COPYRIGHT = pattern(
    r"""[\[(]?\s?(?:
      (?:all\ content\ |content\ )?copyright\s?(?:©|@|\(c\)|&copy;|ⓒ|:
        |(?:\d{4}|by\b|—|-)(?![^.©]{0,80}\ (?:was|were|is|are|has|had|have|will|would|said)\ ))\s?.{0,400}
     |(?:©|ⓒ|\(c\)\ ?\d{4}|&copy;)\s?(?:\d{4}|copyright|.{1,60}\d{4}
       |.{0,120}\ball\ rights\ reserved).{0,400}
     |©\s?[A-Z][^.]{1,45}
     |copyright\ (?-i:[A-Z])[^.,]{2,80},\ (?:19|20)\d\d\.?
     |©\s?.{1,60}\b(?:reproduced|permission|reserved)\b.{0,80}
     |저작권자\s?[ⓒ©(].{1,120}|무단\s?전재.{0,40}
     |(?:published|posted)\ under\ (?:a\ )?creative\ commons\b.{0,160}
     |(?:this|the)\ (?:work|article|material|content|story|report|text
       |website)\b.{0,40}\b(?:is\ licensed\ under|(?:may|must|can)\ not\ be\ (?:published
       |reproduced|copied|distributed|republished|reprinted|broadcast)
       |is\ (?:the\ )?(?:copyright|property)|is\ protected\ by\ copyright)\b.{0,300}
     |.{3,80}\ ©\s?.{0,60}all\ rights\ reserved.{0,120}
     |(?:no\ part\ of\ this|reproduction\ (?:in\ whole|or\ distribution|of\ (?:this
       |material)))\b.{0,260}
     |(?:todos\ (?:os|los)\ (?:direitos|derechos)\ reservados|tous\ droits\ réservés
       |alle\ rechte\ vorbehalten|tutti\ i\ diritti\ riservati|©\s?riproduzione\ riservata
       |alle\ rechten\ voorbehouden|wszelkie\ prawa\ zastrzeżone|все\ права\ защищены
       |всі\ права\ захищені|tüm\ hakları\ saklıdır|جميع\ الحقوق\ محفوظة|تمامی\ حقوق)
       (?!\ (?-i:(?:a\ l[oa]s|aos|às|aux)\ [a-zà-ü])).{0,160}
    )[\])]?""",
    "ix",
)


@rule("BP060", fix="safe", starts=OWNING, needles=sorted(MARKS))
def copyright_line(doc: Document) -> Iterable[Edit]:
    """A copyright line, or the sentence on what may be done with the text.

    "© 2019 Example Inc. All rights reserved." stands below the story, sometimes in its middle. The line
    has to begin with the mark, or with the text as its own subject.

    ```diff
      Shares fell 4% on Tuesday.
    - © 2019 Example Inc. All Rights Reserved. This material may not be published or redistributed.
    ```

    ```diff
      Copyright law does not protect recipes, the court held.
    ```
    """
    if MARKS.isdisjoint(doc.unusual):
        return cut_units(doc, OWNING, _is_copyright)
    return [*cut_where(doc, _is_copyright), *cut_edges(doc, None, _is_copyright)]


def _is_copyright(text: str) -> bool:
    return len(text) < 560 and COPYRIGHT.fullmatch(text) is not None


@rule("BP063", fix="safe", starts=["=legal"])
def terms_link(doc: Document) -> Iterable[Edit]:
    """A link to terms, privacy or imprint, alone on its line.

    Footers end with "Privacy Policy | Terms of Use". A line goes when it consists of such phrases.

    ```diff
      Shares fell 4% on Tuesday.
    - All rights reserved.
    - Privacy Policy | Terms of Use
    ```

    ```diff
      Privacy policy is made in Brussels, he said.
    ```
    """
    return cut_labelled(doc, "legal")


DISCLAIMING = word_set(
    """
    disclaimer if note editor's editors editors' legal views view opinions opinion statements
    we all information as the_views the_view the_opinions the_opinion the_statements
    the_article the_column the_post the_content the_information the_material the_site
    the_website the_story the_products this_summary this_report
    this_translation this_page this_views this_view this_opinions this_opinion
    this_statements this_article this_column this_post this_content this_information
    this_material this_site this_website this_story this_products
    """
)
DISCLAIMER = pattern(
    r"""[\[(*]?\s?(?:(?:disclaimer|note|editor['’]?s['’]?\ note|legal\ notice)\s?:\ )?(?:
      (?:the\ )?(?:views?|opinions?|statements?)\b.{0,60}\b(?:expressed|contained|presented
        |stated|views?)\b.{0,120}\b(?:those\ of|do(?:es)?\ not\ (?:necessarily\ )?(?:reflect
        |represent)|not\ (?:necessarily\ )?(?:those|the)|his\ own|her\ own|their\ own
        |are\ solely|is\ solely)\b.{0,400}
     |(?:this|the)\ (?:article|column|post|content|information|material|site|website
       |story)\b.{0,80}\b(?:reflects?\ the\ (?:views?|opinions?)|(?:is
       |are)\ (?:provided\ )?(?:for|intended\ for)\ (?:informational|educational|entertainment
       |general)|(?:is|does)\ not\ (?:intended\ (?:to|as)|constitute|a\ substitute)
       |does\ not\ (?:necessarily\ )?(?:reflect|represent))\b.{0,400}
     |(?:we|the\ site)(?:\ at\ \S+)?\ (?:cannot|can\ not|does?\ not|make\ no)\ (?:make\ any[ ]
       |guarantee|warrant|any\ )?(?:warrant\w*|guarantee\w*
       |representations?)\b.{0,60}\b(?:complete|accura|reliab)\w+\b.{0,300}
     |(?:we|this\ (?:site|post|article|page))\b.{0,40}\b(?:may\ (?:earn|receive|contain
       |include)|contains?|earns?)\b.{0,60}\b(?:commission|affiliate)\b.{0,240}
     |if\ you\ (?:buy|purchase|click|make|order|shop)\b.{0,80}\blinks?\b.{0,40}\bwe\b.{0,60}
       \b(?:commission|paid|percentage|share)\b.{0,160}
     |this\ (?:article|story|content|summary|post|report|translation|page)\ (?:was|is|has\ been)[ ]
       (?:\w+ly\ )?(?:written|generated|produced|created|drafted|translated|summari[sz]ed)\b.{0,40}
       \b(?:AI|artificial\ intelligence|automat\w+|machine\ translation|ChatGPT|language\ model)\b
       .{0,40}\band\b.{0,30}\b(?:reviewed|edited|checked|verified|overseen)\ by\b.{0,160}
     |(?:all\ )?information\ (?:on|in)\ this\ (?:site|website|article)\b.{0,300}
     |disclaimer\s?:\ .{5,500}
     |as\ an\ amazon\ associate\b.{0,160}
     |(?:all|the)\ products\ (?:featured|included|listed|recommended)\b.{0,120}\b(?:independently
       |editors?)\b.{0,300}
     |this\ article\ has\ been\ reviewed\ according\ to\b.{0,300}
     |if\ you\ (?:own|are)\b.{0,60}\b(?:rights|photographer|copyright)\b.{0,300}
    )[\])]?""",
    "ix",
)


@rule("BP061", fix="safe", starts=DISCLAIMING)
def disclaimer(doc: Document) -> Iterable[Edit]:
    """A sentence that says whose views these are, or what the text isn't.

    "The views expressed in this article are those of the author" is the publisher's, not the writer's. The
    line must begin with the views, the text or the label as its subject.

    ```diff
      Shares fell 4% on Tuesday.
    - The views expressed in this article are solely those of the author.
    ```

    ```diff
      The views of the minister do not reflect those of his party, a spokesman said.
    ```
    """
    return cut_units(
        doc,
        DISCLAIMING,
        lambda text: len(text) < 700 and DISCLAIMER.fullmatch(text) and " said" not in text,
    )


COOKIES = pattern(
    r"""(?:(?:we|this\ (?:site|website)|our\ (?:site|website)
      |[\w.]{3,30}\.com)\ (?:and\ our\ (?:partners|affiliates)\ )?(?:may\ )?(?:use
      |uses)\ (?:\w+\ )?cookies\b(?!\ (?:in|from|as|instead|with|at|of)\ (?!our|order|this\ site)).{0,500}
    |by\ (?:continuing|using|browsing|visiting|clicking)\b.{0,80}\b(?:site|website|browse
      |cookies|accept)\b.{0,120}\b(?:agree|consent|accept|cookies)\b.{0,200}
    |(?:usamos|utilizamos|este\ (?:site|sitio)\ (?:usa|utiliza))\b.{0,30}\bcookies\b.{0,300}
      |(?:nous|ce\ site)\ utilis(?:ons|e)\b.{0,40}\bcookies\b.{0,300}|(?:wir\ (?:verwenden|nutzen
        |möchten\ auf\ unserer\ (?:website|webseite|seite))
      |diese\ (?:website|seite)\ (?:verwendet|nutzt))\b.{0,30}\bcookies\b.{0,300}|(?:questo\ sito
      |utilizziamo)\b.{0,30}\bcookies?\b.{0,300}
    |(?:deze\ (?:website|site)|wij|we)\ (?:gebruikt|gebruiken|maakt\ gebruik\ van
      |maken\ gebruik\ van)\ cookies\b.{0,300}|(?:ta\ strona|serwis|strona)\b.{0,30}\b(?:używa
      |wykorzystuje|korzysta)\b.{0,20}\b(?:cookies|ciasteczek)\b.{0,300}|(?:мы\ используем
      |сайт\ использует)\b.{0,30}\bcookie\b.{0,300})""",
    "ix",
)


@rule("BP062", fix="safe", needles=["cookie", "ciasteczek"])
def cookie_notice(doc: Document) -> Iterable[Edit]:
    """The banner that asks for consent to cookies.

    It is part of every page and lands at the head or foot of the text. The line must begin with who uses
    the cookies.

    ```diff
    - We use cookies to improve your experience. By continuing you agree to our cookie policy.
      Shares fell 4% on Tuesday.
    ```

    ```diff
      Regulators asked the sites whether they use cookies to follow readers.
    ```
    """
    if "ookie" not in doc.text and "ciasteczek" not in doc.text:
        return ()
    return [*cut_where(doc, _speaks_of_cookies), *cut_edges(doc, None, _speaks_of_cookies)]


def _speaks_of_cookies(text: str) -> bool:
    return len(text) < 620 and COOKIES.fullmatch(text) is not None
