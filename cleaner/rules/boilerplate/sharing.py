"""Share bars, pleas to share, and lines that ask to be followed."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import cut, cut_labelled, cut_units, frame, labels, lines_starting
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import NUMBER, word_set
from cleaner.rule import pattern, rule

NETWORK = (
    r"(?:facebook|twitter|instagram|linkedin|youtube|telegram|tik\ ?tok|whatsapp"
    r"|pinterest|google\+?|snapchat|"
    r"social\ media|threads|bluesky|reddit|tumblr|flipboard|parler|gab|mewe|X\b)"
)


@rule("BP020", fix="safe", starts=[NUMBER, "=sharing"])
def share_bar(doc: Document) -> Iterable[Edit]:
    """Buttons that share, like, print or mail a story, with their counters.

    A share bar comes out of extraction as "20.1k SHARES Facebook Twitter", or a button a line. A line
    goes when it is made of such words; the name of a single network goes only inside a block of them.

    ```diff
    - 1.2k SHARES Share Tweet
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Share this: Twitter
    - Facebook
    - Email
    ```

    ```diff
      Share adjusted for three-for-two stock split.
    ```

    ```diff
      The networks disagree on what to do about it, and each has found its own answer.
      Facebook
      The company hired four thousand people to read what its users report.
    ```
    """
    lines = doc.lines
    head = frame(doc).head
    yield from cut(
        doc,
        [
            i
            for i in lines_starting(doc, NUMBERS)
            if len(lines[i].text) < 30 and SHARES.fullmatch(lines[i].text)
        ],
    )
    counters = [i for i in head if len(lines[i].text) < 12 and COUNTER.fullmatch(lines[i].text)]
    yield from cut(doc, [i for i in counters if _beside_label(doc, i)])
    yield from cut_labelled(doc, "sharing")


NUMBERS = frozenset({NUMBER})
SHARES = pattern(
    r"\d[\d.,]*[km]?\s{1,2}(?:shares?|likes?|reactions|views"
    r"|retweets)(?:\s{1,2}\d[\d.,]*[km]?\s{1,2}(?:shares?|likes?|comments?|views))*",
    "i",
)
COUNTER = pattern(r"\d{1,4}(?:[.,]\d+)?[kKM]?|\d{1,3}(?:[ ,.]\d{3})+")


def _beside_label(doc: Document, i: int) -> bool:
    found = labels(doc)
    return i - 1 in found or i + 1 in found


SHARING = word_set(
    """
    like spread please kindly don't be make help if join share
    """
)
SHARE_REQUEST = pattern(
    r"""(?:like\ (?:this\ )?(?:story|article|post|what\ you(?:'|’)?re?\ (?:read
      |see)(?:ing)?)\?\ |spread\ the\ word[.!]\ |please[,\ ]+|kindly\ |don['’]t\ forget\ to[ ]
      |be\ sure\ to\ |make\ sure\ (?:to|you)\ |help\ us\ (?:and\ )?|if\ you\ (?:liked?|agree
      |enjoyed|love)\b.{0,60}?,?\ (?:please\ )?|join\ .{1,60}\ and\ )?
    (?:like\ (?:and|&)\ )?share\ (?:and\ like\ )?(?:this|it|the|our)\b\ ?(?:story|article|post
      |news|information|page|video|with|on|everywhere|if|now|far)?.{0,180}""",
    "ix",
)
TO_READERS = pattern(
    r"facebook|friend|family|everyone|social media|below|\bnow\b|please|spread|\?\s"
    r"|if you|[!]\W*$|widely|twitter|far and wide|comment",
    "i",
)


@rule("BP021", fix="safe", starts=SHARING)
def share_request(doc: Document) -> Iterable[Edit]:
    """A sentence that asks readers to share a story.

    Partisan and lifestyle sites end stories with "Please share this story on Facebook!". The sentence
    must begin with the request and name friends, a network or the like.

    ```diff
      Shares fell 4% on Tuesday.
    - Like this story? Share it with a friend!
    ```

    ```diff
      Share the burden, he told his friends in the party, or lose the election.
    ```

    ```diff
      Ministers share this view, an official said.
    ```
    """

    def asks(text: str) -> bool:
        return (
            len(text) < 220
            and bool(SHARE_REQUEST.fullmatch(text) and TO_READERS.search(text))
            and "," not in text[12:40]
        )

    return cut_units(doc, SHARING, asks)


FOLLOWING = word_set(
    """
    also please you don't be make for want stay and follow like join find visit add connect
    subscribe
    """
)
FOLLOW = pattern(
    r"""(?:also\ |please\ |you\ can\ (?:also\ )?|don['’]t\ forget\ to\ |be\ sure\ to[ ]
      |make\ sure\ to\ |for\ more\b.{0,60}?,\ |want\ more\b.{0,80}\?\ |stay\ connected[:,]?[ ]
      |and\ )?
    (?:follow\ (?!the\ money).{1,90}?\ (?:on|at|via)\ |follow\ (?=@)|(?:like|join|find|visit
      |add|connect\ with)\ (?:us|our|me|this)\b.{0,40}?\ (?:on|at)\ |like\ our\ page\ on[ ]
      |subscribe\ to\ (?:our|us|my)\b.{0,40}\ on\ )
    (?:our\ |the\ )?(?:@\w+|"""
    + NETWORK
    + r""").{0,200}
    |follow\ [A-Z][\w.]{1,30}\ on""",
    "ix",
)


@rule("BP022", fix="safe", starts=FOLLOWING)
def follow_line(doc: Document) -> Iterable[Edit]:
    """A line that asks to follow the site or a writer on a network.

    "Follow us on Twitter" and its kin stand at the end, or between the head and the first paragraph. The
    line has to begin with the request and name the network.

    ```diff
      Shares fell 4% on Tuesday.
    - Follow The Daily Example on Facebook, Twitter (@dailyexample) and Instagram.
    ```

    ```diff
      Follow the money, the lawyers say.
    ```

    ```diff
      Twelve million people follow him on Twitter, where he announced the decision.
    ```
    """
    return cut_units(doc, FOLLOWING, lambda text: len(text) < 330 and FOLLOW.fullmatch(text))
