"""What players, galleries, live tickers and embedded posts print around their content."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import cut, cut_labelled, first_words, is_titled, lines_starting
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import NUMBER, word_set
from cleaner.rule import pattern, rule

CLIP = pattern(r"(?:play )?[^.!?]{12,140}\s\d{1,2}:[0-5]\d(?::[0-5]\d)?", "i")
COUNTED = word_set(f"{NUMBER} play image photo slide picture foto bild")
TIMED = pattern(r" \d{1,2}:[0-5]\d$")
PLAY = pattern(r"play [A-Z].{8,140}(?: (?:facebook|twitter|google plus|embed|email|share))+", "i")
COUNT = pattern(
    r"(?:image|photo|slide|picture|foto|bild) \d{1,3} (?:of|de|von|/) \d{1,3}"
    r"|\d{1,3}\s{0,3}/\s{0,3}(?!(?:5|10|100)$)\d{1,3}"  # of five or ten: the mark of a review
    r"|\d{1,3} (?:photos|images|slides|fotos)"
    r"|\(?\d{1,3} (?:of|de|von) \d{1,3}\)?"
    r"|(?:\d{1,2}:)?\d{1,2}:[0-5]\d\s?/\s?(?:\d{1,2}:)?\d{1,2}:[0-5]\d",  # how far a player is
    "i",
)


@rule("BP080", fix="safe", starts=COUNTED | {"=player", "=digit"})
def player_debris(doc: Document) -> Iterable[Edit]:
    """Controls of a player, a gallery's counter, a clip's title and length.

    "Play Video", "Image 1 of 18", "Voters Line Up in the Rain 0:42". A line with a time at its end must
    be set like a title; scores and verses are not.

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Watch the Chairman Explain the Forecast to Shareholders 0:42
    - Image 1 of 18
    - Play Video
      Analysts expect more of the same in the second half, and few of them advise to buy.
    ```

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
      1 Corinthians 6:19
      4/5
      The runner from Leeds finished the race in 3:45
    ```
    """
    lines = doc.lines
    yield from cut_labelled(doc, "player")
    words = first_words(doc)
    short = [
        i
        for i in range(1, len(lines))
        if (words[i] in COUNTED or lines[i].text[-1].isdigit()) and len(lines[i].text) < 170
    ]
    yield from cut(
        doc,
        [
            i
            for i in short
            if _is_clip(lines[i].text)
            or (TIMED.search(lines[i].text) and PLAY.fullmatch(lines[i - 1].text))
            or (_is_count(lines[i].text) and not lines[i - 1].text[0].isdigit())
        ],
    )


def _is_clip(text: str) -> bool:
    if text[-3:-2] == ":":
        return is_titled(text) and CLIP.fullmatch(text) is not None
    return text[0] in "Pp" and PLAY.fullmatch(text) is not None


def _is_count(text: str) -> bool:
    return len(text) < 24 and COUNT.fullmatch(text) is not None


FRAMING = word_set(
    f"{NUMBER} a_post a_photo a_video a_reel an_instagram a_facebook a_twitter"
    " view twitter see embedded replying in show translate follow"
)
POST_FRAME = pattern(
    r"""(?:[\d,.]+\ [\d,.]+\ retweets?\s+[\d,.]+\ [\d,.]+\ likes?|[\d,.]+\ (?:retweets?|likes?
      |replies|quote\ tweets|bookmarks|views)(?:\s+[\d,.]+\ (?:retweets?|likes?|replies
      |quote\ tweets|bookmarks|views)){1,4}
    |\d{1,2}:\d{2}\ [AP]M\ [-–·]\ (?:[A-Z][a-z]{2}\ \d{1,2},
      |\d{1,2}\ [A-Z][a-z]{2,8})\ \d{4}(?:\ ·\ .{0,60})?
    |(?:a\ (?:post|photo|video|reel)\ (?:shared|posted)\ by\ .{3,80}\(@\w.{1,80}
      |view\ this\ (?:post|photo|profile)\ on\ \w+|an?\ (?:instagram|facebook
      |twitter)\ post\ by\ .{3,80}|twitter\ ads\ info\ and\ privacy
      |see\ .{2,60}'s\ other\ tweets
      |\d[\d,.]*\ people\ are\ talking\ about\ this|embedded\ (?:video|content)|(?:replying\ to
        |in\ reply\ to)\ @\w+|show\ this\ thread|translate\ tweet|follow\ @\w{2,30}))""",
    "ix",
)


@rule("BP081", fix="safe", starts=FRAMING)
def embed_frame(doc: Document) -> Iterable[Edit]:
    """Counters, times and buttons of an embedded post.

    The post itself, and who wrote it, are left alone: stories speak of them.

    ```diff
      — Jane Doe (@janedoe) November 3, 2016
    - 4:05 PM - 12 Oct 2016
    - 1,204 1,204 Retweets   3,310 3,310 likes
    ```

    ```diff
      He got 1,204 likes for the post and lost his job the next day.
    ```
    """
    lines = doc.lines
    chosen = lines_starting(doc, FRAMING)
    return cut(
        doc, [i for i in chosen if len(lines[i].text) < 170 and POST_FRAME.fullmatch(lines[i].text)]
    )
