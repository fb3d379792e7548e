"""What asks readers for money or support: single sentences, and paragraphs below a story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cleaner.blocks import cut, cut_units, is_paragraph
from cleaner.document import Document, Line
from cleaner.edits import Edit
from cleaner.phrases import word_set
from cleaner.rule import pattern, rule
from cleaner.spoken import is_spoken

APPEALING = word_set(
    """
    please add sign chip consider support supporting donate donating contribute make making to
    if help become your reader we this_site
    """
)
APPEAL = pattern(
    r"""\W{0,3}(?:(?:please\ )?(?:add\ your\ name\ to|sign\ (?:our|the|this)\ petition
      |chip\ in)\b.{0,200}
    |(?:please\ )?(?:consider\ )?(?:support(?:ing)?|donat(?:e|ing)|contribut(?:e|ing)|mak(?:e
      |ing)\ (?:a|your)\ (?:\S+\ )?(?:donation|contribution|gift))\b.{0,60}\b(?:our\ (?:work
      |journalism|site|mission|reporting|newsroom|website)|independent\ (?:journalism|media
      |news)|to\ (?:us|our)\b|today|here|now|this\ (?:site|website|work)|click\ here)\b.{0,160}
    |to\ donate\b.{0,80}\bclick\ here.{0,10}
    |(?:if\ you\b.{0,100}?,\ )?(?:please\ )?(?:help\ us|become\ a\ (?:member|supporter|patron
      |subscriber))\b.{0,160}\b(?:donat|support|contribut|member|patreon|paypal
      |journalism)\w*.{0,120}
    |(?:your|reader)\ (?:support|donations?|contributions?)\b.{0,40}\b(?:makes?|keeps?|helps?
      |allows?|enables?|is|are)\b.{0,60}\b(?:us|our|this\ (?:site|work)|possible)\b.{0,100}
    |(?:we|this\ site)\b.{0,60}\b(?:rel(?:y|ies)
      |depends?)\ (?:\w+\ )?(?:up)?on\ (?:\w+\ )?(?:readers?|donations?|your)\b.{0,200})""",
    "ix",
)


@rule("BP033", fix="safe", starts=APPEALING)
def donation_appeal(doc: Document) -> Iterable[Edit]:
    """A sentence that asks readers for money, a membership or a signature.

    "Donate" is a word of the news, so the line must begin with the request and speak of the site's own
    work or of the reader's doing it now.

    ```diff
      Shares fell 4% on Tuesday.
    - Please support our journalism with a donation today.
    ```

    ```diff
      Donate the money to charity, the union told the bank.
    ```

    ```diff
      The club has donated more than $10,000 to relief funds.
    ```
    """
    return cut_units(
        doc, APPEALING, lambda text: len(text) < 400 and text[-1] != ":" and APPEAL.fullmatch(text)
    )


# Of a site that speaks of itself: who, about what, what for, and what the reader is to do.
SELF = pattern(r"\b(?:we|our|ours|us|you|your)\b", "i")
CAUSE = pattern(
    r"\b(?:journalism|newsroom|reporting|independent media|our (?:work|stories|mission)"
    r"|this (?:story|article|coverage|site)|access to information"
    r"|(?:the|our|quality|local|independent|to|that) news|news (?:organi[sz]ations?|outlets?))\b",
    "i",
)
MEANS = pattern(
    r"\b(?:support|donat|contribut|gift|member|reader|free|paywall|fund|non-?profit|tax-deductible|subscri"
    r"|your (?=support|gift|donation|contribution)|accessible|access|sign(?=\s+up\b)|help(?=\s+us\b)"
    r"|cost(?=s?\s+money\b))",
    "i",
)
ENOUGH = 2  # different means
PLEA = pattern(
    r"\b(?:please|donate|sign up|become an?|join us|help us|help keep|you can help|consider|subscribe"
    r"|thanks to (?:you|our|readers)|your (?:support|donation|gift|contribution|help)|readers like you"
    r"|we (?:believe|keep|rely|depend|need you|can['’]t do)|(?:we are|we['’]re) committed"
    r"|favou?r to ask|(?:members|readers) support us|from as little as|depends on (?:you|readers))\b",
    "i",
)
REPORTED = pattern(r"[“”\"«»]|\b(?:said|says|told|wrote|according to|added)\b", "i")
LONGEST_APPEAL, MOST_APPEALS, LONGEST_CALL = 700, 4, 60
CALL = pattern(r"(?:support|help|stand with|donate|join|become)\b[^.]*", "i")
FEWEST_PARAGRAPHS = 1  # of the story above


@rule(
    "BP036",
    fix="safe",
    needles=["journalism", "newsroom", "reporting", "news", "our ", "this story"],
)
def appeal_below_story(doc: Document) -> Iterable[Edit]:
    """A paragraph below a story in which the site asks readers to support it.

    It speaks of "our journalism", of readers, members and funds, and says what to do. Only the last
    paragraphs go, and none where others speak so too: then the story is the paper's own.

    ```diff
      Shares fell 4% on Tuesday, after the bank had cut its forecast for the whole of the year.
      Analysts had expected a smaller loss, and most of them sold what they had on Wednesday.
    - Support the Ledger
    - At the Ledger, we believe that news should be free for everyone. Readers like you pay for it.
    ```

    ```diff
      Shares of the paper fell 4% on Tuesday, after it had cut its forecast for the whole of the year.
      It has lost half of its readers, and nobody in the newsroom believes that they will be back soon.
      We need your support, the editor told members, if our journalism is to stay free of debt.
    ```
    """
    lines = doc.lines
    start = len(lines)
    while start and _is_appeal(lines[start - 1].text):
        start -= 1
    if not 0 < len(lines) - start <= MOST_APPEALS or any(
        _is_appeal(line.text) for line in lines[:start]
    ):
        return ()
    start = _with_calls(lines, start)
    if sum(is_paragraph(doc, i) for i in range(start)) < FEWEST_PARAGRAPHS:
        return ()
    return cut(doc, range(start, len(lines)))


def _is_appeal(text: str) -> bool:
    """Whether a site speaks of itself and its readers in a paragraph, and asks for something."""
    if len(text) > LONGEST_APPEAL or is_spoken(text) or REPORTED.search(text):
        return False
    if not (SELF.search(text) and CAUSE.search(text) and PLEA.search(text)):
        return False
    return len({found.lower() for found in MEANS.findall(text)}) >= ENOUGH


def _with_calls(lines: Sequence[Line], start: int) -> int:
    """The first of the short lines above an appeal of which one calls for support, or the appeal itself."""
    for above in (start - 1, start - 2):
        text = lines[above].text if above > 0 else ""
        if not text or len(text) > LONGEST_CALL or text[-1] in ".:,":
            break
        if CALL.fullmatch(text):
            return above
    return start
