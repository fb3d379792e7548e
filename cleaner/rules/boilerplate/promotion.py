"""What the site wants of its reader: newsletters, apps, subscriptions, money, a look at an advertisement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.blocks import (
    cut,
    cut_edges,
    cut_labelled,
    cut_units,
    cut_where,
    frame,
    labelled,
    labels,
    lines_starting,
    runs,
)
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import word_set
from cleaner.rule import pattern, rule

CONSENTING = word_set(
    """
    by you agree unsubscribe opt opt-out your we you've this_site
    """
)
CONSENT = pattern(
    r"""by\ (?:entering|providing|submitting|clicking|signing|subscribing|registering
      |continuing|joining|checking|creating)\b.{0,220}?\b
        (?:you|i)\ (?:agree|accept|consent|acknowledge|confirm|are\ agreeing|opt)\b.{0,400}
    |(?:you\ )?agree\ to\ receive\b.{0,160}\b(?:communications?|e-?mails?|newsletters?|offers?
      |messages?)\b.{0,160}
    |(?:you\ (?:understand\ that\ you\ )?(?:can|may)\ )?(?:unsubscribe
      |opt[-\ ]?out)\ (?:at\ any\ ?time|anytime|whenever)\b.{0,120}
    |you(?:['’]ve|\ have)\ (?:been\ )?successfully\ (?:subscribed|signed\ up
      |registered)\b.{0,120}
    |your\ (?:e-?mail|information)\b.{0,60}\bwill\ (?:not|never|only)\ be\ (?:shared|used
      |sold)\b.{0,120}
    |this\ site\ is\ protected\ by\ recaptcha\b.{0,160}
    |we\ (?:will|'ll|’ll)\ (?:never|not)\ (?:share|sell|spam)\b.{0,60}\b(?:e-?mail|address
      |information|you)\b.{0,60}""",
    "ix",
)
BLURB = pattern(
    r"(?:get|stay|sign|join|subscribe|don['’]t|start|keep|be the|discover|receive|your"
    r"|want|the (?:latest|hottest|biggest|best|day)|"
    r"our|all the|enter|breaking|daily|weekly|free)\b.{10,240}|.{0,80}\bnewsletters?\b.{0,160}",
    "i",
)


@rule("BP030", fix="safe", starts=CONSENTING | {"=subscribe"})
def newsletter_form(doc: Document) -> Iterable[Edit]:
    """A form for a newsletter or an account, with its consent and its answer.

    The form below a story leaves its small print behind: the consent ("By entering your email you agree
    …"), the button, "Subscribed", "You've successfully subscribed". Lines go that consist of such phrases
    or begin with the consent, and the sentence right above a consent that advertises the letter.

    ```diff
      Shares fell 4% on Tuesday.
    - Get the latest on markets delivered every morning.
    - By entering your email and clicking Subscribe, you agree to our Terms of Use, and
    - agree to receive promotional communications from Example News. You understand that you can
    - opt-out at any time.
    - Subscribed
    - You've successfully subscribed to this newsletter!
    ```

    ```diff
      Shareholders may subscribe to the new shares until April 30.
    ```

    ```diff
      Users get the app for free. They agree to receive messages, a court ruled, by ticking a box.
    ```
    """
    lines = doc.lines
    consent = [i for i in lines_starting(doc, CONSENTING) if CONSENT.fullmatch(lines[i].text)]
    if consent:
        above = [first - 1 for first, _ in runs(consent) if first > 1]
        blurbs = [i for i in above if len(lines[i].text) < 260 and BLURB.fullmatch(lines[i].text)]
        yield from cut(doc, [*labelled(doc).get("subscribe", ()), *consent, *blurbs])
    yield from cut_labelled(doc, "subscribe")


INVITING = word_set(
    """
    editor's editors editor's editors' note for want can't don't like enjoy enjoyed enjoying
    listen download find hear please click sign subscribe register join opt get receive have also
    follow stay keep
    a_version this_story this_article this_post this_column this_piece
    """
)
LETTER = (
    r"(?:(?:e-?)?newsletters?|mailing\ list|e-?mail\ (?:alerts?|list|updates?|briefings?)"
    r"|daily\ (?:digest|briefing|e-?mail)|inbox|free\ (?:e-?mail|daily)\b.{0,20})"
)
INVITATION = pattern(
    r"""(?:\(|\[)?(?:(?:editor['’]?s['’]?\ )?note:?[ ]
      |[\w\ ]{2,20}\ newsletter\ [\w\ ]{0,20}?(?=get\b)|for\ more\b.{0,80}?,\ |want\ (?:more
      |to)\b.{0,100}\?\ |can['’]t\ get\ enough\b.{0,60}\?\ |don['’]t\ miss\b.{0,80}?[.!,][ ]
      |(?:like|enjoy(?:ed|ing)?)\ (?:what|this|our)\b.{0,60}\?\ )?
    (?:(?:(?:please|make\ sure\ to|be\ sure\ to)\ )?(?:click\ here\ to\ )?(?:sign\ up|subscribe
      |register|join\ the\ \d
      |opt\ in)\b.{0,140}?\b"""
    + LETTER
    + r"""\b.{0,400}
      |(?:get|receive|have|want)\b.{1,160}?\b(?:(?:delivered|sent|straight|direct(?:ly)?
        |right)\b.{0,40}\b(?:to|into|in)\ your\ (?:e-?mail|inbox|mailbox|phone)
        |in\ your\ inbox)\b.{0,200}
      |.{0,60}?\b(?:delivered|sent)\ (?:\w+\ ){0,2}(?:to|into)\ your\ inbox\b.{0,200}
      |.{0,60}?\bnewsletter\ (?:brings\ you|delivers|gives\ you|helps\ you
        |rounds\ up\ for\ you)\b.{0,200}
      |(?:also\ )?(?:subscribe\ (?:to|here|now|today)|sign\ up\ (?:here|now|today|to
        |for))\b(?!\ (?:the|new|a|an|\d)\b).{0,100}?\b(?:youtube\ channel|podcast|for\ free
        |website|channel|and\ (?:stay|get|never|receive)|updates|content|unlimited|daily
        |premium|here)\b.{0,200}
      |(?:also\ )?follow\ .{1,80}\bsubscribe\ ?to.{0,100}newsletter\b.{0,60}
      |(?:sign\ up|subscribe)\ to\ read\b.{0,80}|subscribe\ to\ [A-Z].{1,60}\ for\ free
      |a\ version\ of\ this\ (?:story|article|post|column|essay|piece)\b.{0,80}\b(?:newsletter
        |e-?mail)\b.{0,300}
      |this\ (?:story|article|post|column|piece)\ (?:(?:first|originally)\ )?(?:appeared|ran
        |was\ (?:first|originally)\ (?:published|sent))\b.{0,60}\bnewsletter\b.{0,300}
      |(?:get|stay|keep)\b.{0,60}\b(?:up[-\ ]to[-\ ]date|the\ latest\ (?:news|updates?|stories
        |headlines))\b.{0,140}\b(?:newsletter|e-?mail|inbox|subscrib|sign(?:ing)?\ up
        |follow)\w*.{0,120}
      |(?:listen|subscribe|download|follow|find|hear)\b.{0,120}\bwherever\ you\ (?:get|listen\ to|find)[ ]
        (?:your\ )?podcasts\b.{0,60}
      |for\ (?:all\ )?(?:of\ )?the\ latest\b.{0,40}\b(?:news|updates?|headlines)\b.{0,40}?,?[ ]
        (?:download|follow|subscribe\ to)\ (?:the|our|us|(?-i:[A-Z])).{0,120})
    [\])]?""",
    "ix",
)


@rule("BP031", fix="safe", starts=INVITING, needles=["newsletter", "your inbox"])
def newsletter_invitation(doc: Document) -> Iterable[Edit]:
    """A sentence that offers a newsletter, a channel or a subscription.

    It stands in a box within the story or as an editor's note above it: "Sign up for our Asia newsletter",
    "delivered straight to your inbox". The line must begin with the request and name what is offered.

    ```diff
    - Editor's Note: Sign up for Example's Wednesday science newsletter. Explore the universe with us.
      The probe reached its orbit on Tuesday and sent its first picture of the moon.
    ```

    ```diff
      BT is offering customers free internet telephone calls if they sign up to broadband.
    ```

    ```diff
      Sign up to the treaty, the ministers said, and the money will follow.
    ```
    """
    lines = doc.lines

    def invites(text: str) -> bool:
        return len(text) < 520 and INVITATION.fullmatch(text) is not None

    named: list[int] = []
    if "newsletter" in doc.lower or "your inbox" in doc.lower:
        named = [
            i
            for i, line in enumerate(lines)
            if len(line.text) < 300 and ("ewsletter" in line.text or "inbox" in line.text)
        ]
    found = {i for i in (*lines_starting(doc, INVITING), *named) if invites(lines[i].text)}
    beside = {i + step for i in found for step in (-1, 1)}
    found |= {i for i in beside if (phrase := labels(doc).get(i)) and phrase.kind == "subscribe"}
    yield from cut(doc, found)
    yield from cut_edges(doc, INVITING, invites)


# In capitals it can stand anywhere: nobody writes "CLICK HERE TO" in a story.
CLICK_HERE = pattern(
    r"(?:(?<=[.!?\"'”’)])|(?<![^\s]))[ \t]{0,3}(?:CLICK (?:HERE )?(?:TO"
    r"|FOR)(?: [A-Z0-9&'’.,-]{1,24}){0,12} (?:APP|OPINION|COVERAGE|NEWSLETTER"
    r"|NEWS(?! (?:APP|OPINION)))"
    r"|GET THE(?: [A-Z0-9&'’.-]{1,20}){1,5} APP BY CLICKING HERE)[.!]?(?=\s|$|[\"“'‘]"
    r"|[A-Z][a-z’'-])"
)
GETTING = frozenset({"download", "get", "install"})
CLICK_LINE = pattern(
    r"""\W{0,3}(?:(?-i:CLICK\ (?:HERE\ )?(?:TO|FOR)\ ?[^a-z]{2,90})
    |(?:please\ )?click\ (?:here|on\ the\ link|the\ link|below|(?:here\ )?(?=to\ (?:watch|read
      |see|listen|subscribe|sign|join|order|buy|donate|learn|view|download)))\b.{0,90}
    |(?:download|get|install)\ (?:the|our)\ (?:free\ |new[ ]
      |official\ )?(?:[\w&'’.]{1,20}\ ){0,4}app\b(?!,).{0,80}
    |.{1,60}[:!?.]\ click\ here[.!]?|for\ .{1,60},?\ (?:please\ )?click\ (?:here|on\ the\ link
      |below)[.!:]?|.{0,40}\b(?:FOR\ (?:THE\ )?ENTIRE
      |READ\ THE)\b.{0,20}\bCLICK\ .{0,10}LINK.?)\W{0,3}""",
    "ix",
)


@rule("BP032", fix="safe", starts=GETTING, needles=["click"])
def click_here(doc: Document) -> Iterable[Edit]:
    """A link text that tells readers to click, or to get the app.

    "CLICK HERE TO GET THE EXAMPLE NEWS APP" stands between paragraphs; without line breaks, in the middle
    of the text. In capitals it goes wherever it stands, otherwise only as a line of its own.

    ```diff
      Shares fell 4% on Tuesday.
    - CLICK HERE TO GET THE EXAMPLE NEWS APP
      Analysts expect more.
    ```

    ```diff
    - Shares fell. CLICK HERE TO GET THE EXAMPLE NEWS APP Analysts expect more.
    + Shares fell. Analysts expect more.
    ```

    ```diff
      Users who click here, the researchers found, lose their passwords within minutes.
    ```
    """
    if "click" in doc.lower:
        yield from _in_capitals(doc.text)
        yield from cut_where(doc, _asks_to_click)
        yield from cut_edges(doc, None, _asks_to_click)
    yield from cut_units(doc, GETTING, _asks_to_click)


def _in_capitals(text: str) -> Iterator[Edit]:
    """The deletions of CLICK_HERE: looked for where its capitals stand, blanks before them included."""
    end = 0
    for capitals in CAPITALS.finditer(text):
        start = capitals.start()
        before = text[max(0, start - 3) : start]
        blanks = len(before) - len(before.rstrip(" \t"))
        tries = (CLICK_HERE.match(text, start - size) for size in range(blanks, -1, -1))
        match = next((match for match in tries if match), None)
        if match and match.start() >= end:
            end = match.end()
            yield Edit(*match.span())


CAPITALS = pattern("CLICK |GET THE ")


def _asks_to_click(text: str) -> bool:
    if len(text) >= 140 or "," in text[:12] or (text.startswith("CLICK") and not text.isupper()):
        return False
    return CLICK_LINE.fullmatch(text) is not None


# No look-behind in front: the pattern then begins with a letter, and is quick to rule out.
AD_SEAM = pattern(
    r"(?:Advertisement\s{1,2}[-–—]\s{1,2}story continues below"
    r"|Story [Cc]ontinue[sd] [Bb]elow(?: [Aa]dvertisement)?"
    r"|STORY CONTINUES BELOW(?: ADVERTISEMENT)?|ADVERTISEMENT|Suppress this ad slot"
    r"|Article continues (?:below|after) (?:this )?(?:advertisement|ad)"
    r"|[↓▼] ?Continue [Rr]eading [Bb]elow)\.?(?=\s|$|[A-Z“\"])"
)


# A name and no clause
SPONSORED = pattern(r"(?:sponsored|paid\ for)\ by\ (?-i:[A-Z0-9])[^,.!?;:]{1,60}", "ix")
AD_WORDS = ("dvertisement", "ADVERTISEMENT", "ontinue", "Suppress")


SPONSORING = frozenset({"sponsored", "paid"})


@rule("BP034", fix="safe", starts=SPONSORING | {"=advertising"}, needles=["advertisement", "below"])
def advertising_marker(doc: Document) -> Iterable[Edit]:
    """A marker around an advertisement, such as "Story continues below".

    The advertisement is gone, its label stays: on a line of its own, or in a flattened text between two
    sentences. Only exact labels go, in twenty-nine languages.

    ```diff
      Shares fell 4% on Tuesday.
    - Advertisement
    - Story continues below
      Analysts expect more.
    ```

    ```diff
    - Shares fell. Story continues below advertisement Analysts expect more.
    + Shares fell. Analysts expect more.
    ```

    ```diff
      Advertisement spending fell 4% on Tuesday.
    ```

    ```diff
      'Post-Christmas lull' in lending
    ```
    """
    yield from cut_labelled(doc, "advertising")
    head, _, tail = frame(doc)
    sponsored = [i for i in lines_starting(doc, SPONSORING) if i in head or (i in tail and i)]
    yield from cut(doc, [i for i in sponsored if SPONSORED.fullmatch(doc.lines[i].text)])
    if not any(word in doc.text for word in AD_WORDS):
        return
    for match in AD_SEAM.finditer(doc.text):
        before = doc.text[max(0, match.start() - 4) : match.start()]
        if not before.strip() or before.rstrip(" ")[-1] in ".!?\"'”’)\n":
            yield Edit(match.start() - len(before) + len(before.rstrip(" ")), match.end())


PAYWALLED = word_set(
    """
    already subscribe log login sign register create you you've to start try thank
    this_article this_story this_content this_page the_full
    """
)
PAYWALL = pattern(
    r"""(?:already\ (?:a\ )?(?:subscriber|subscribed|have\ an\ account|registered
      |a\ member)\b.{0,60}
    |(?:subscribe|log\ ?in|sign\ (?:in|up)|register
      |create\ a(?:\ free)?\ account)\b.{0,40}\bto\ (?:continue|keep|read|access|unlock
      |view)\b.{0,80}
    |(?:this|the\ full)\ (?:article|story|content|page)\ is\ (?:only\ )?(?:available\ )?(?:for
      |to|reserved\ for|exclusive\ to)\ .{0,30}\b(?:subscribers|members)\b.{0,60}
    |you(?:['’]ve|\ have)\ (?:reached|read|used|\d)\b.{0,60}\b(?:free\ (?:articles?|stories)
      |article\ limit|monthly\ limit)\b.{0,80}
    |to\ continue\ reading\b.{0,80}|(?:start|try)\b.{0,30}\bfree\ trial\b.{0,60}
    |thank\ you\ for\ (?:reading|visiting|signing\ up|subscribing|your\ (?:support|interest
      |patience))[\w\ ]{0,40}[.!]?)""",
    "ix",
)


@rule("BP035", fix="safe", starts=PAYWALLED)
def paywall_notice(doc: Document) -> Iterable[Edit]:
    """A notice that the rest is for subscribers.

    It stands where the free part ends. The line must say it to the reader; what papers report about
    paywalls has a subject of its own.

    ```diff
      Shares fell 4% on Tuesday.
    - Already a subscriber? Log in here.
    ```

    ```diff
      Subscribers have to log in to continue, the paper said, from next month.
    ```
    """
    return cut_units(doc, PAYWALLED, lambda text: len(text) < 200 and PAYWALL.fullmatch(text))
