"""What players, galleries, live tickers and embedded posts print around their content."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.blocks import cut, cut_labelled, cut_where, is_titled
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import pattern, rule

CLIP = pattern(r"(?:play )?[^.!?]{12,140}\s\d{1,2}:[0-5]\d(?::[0-5]\d)?", "i")
PLAY = pattern(r"play [A-Z].{8,140}(?: (?:facebook|twitter|google plus|embed|email|share))+", "i")
COUNT = pattern(
    r"(?:image|photo|slide|picture|foto|bild) \d{1,3} (?:of|de|von|/) \d{1,3}|\d{1,3}\s{0,3}/\s{0,3}\d{1,3}|\d{1,3} (?:photos|images|slides|fotos)|\(?\d{1,3} (?:of|de|von) \d{1,3}\)?", "i"
)


@rule("BP080", fix="safe")
def player_debris(doc: Document) -> Iterator[Edit]:
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
      The runner from Leeds finished the race in 3:45
    ```
    """
    lines = doc.lines
    last = len(lines) - 1
    yield from cut_labelled(doc, "player")
    for i, line in enumerate(lines):
        text = line.text
        if len(text) < 170 and (
            (text[-3:-2] == ":" and CLIP.fullmatch(text) and is_titled(text) and 0 < i <= last)
            or (text[0] in "Pp" and PLAY.fullmatch(text))
            or (len(text) < 24 and COUNT.fullmatch(text) and 0 < i and not lines[i - 1].text[0].isdigit())
        ):
            yield from cut(doc, [i])


POST_FRAME = pattern(
    r"""(?:[\d,.]+\ [\d,.]+\ retweets?\s+[\d,.]+\ [\d,.]+\ likes?|[\d,.]+\ (?:retweets?|likes?|replies|quote\ tweets|bookmarks|views)(?:\s+[\d,.]+\ (?:retweets?|likes?|replies|quote\ tweets|bookmarks|views)){1,4}
    |\d{1,2}:\d{2}\ [AP]M\ [-–·]\ (?:[A-Z][a-z]{2}\ \d{1,2},|\d{1,2}\ [A-Z][a-z]{2,8})\ \d{4}(?:\ ·\ .{0,60})?
    |(?:a\ (?:post|photo|video|reel)\ (?:shared|posted)\ by\ .{3,120}|view\ this\ (?:post|photo|profile)\ on\ \w+|an?\ (?:instagram|facebook|twitter)\ post\ by\ .{3,80}|.{2,40}'s\ tweet|twitter\ ads\ info\ and\ privacy|see\ .{2,60}'s\ other\ tweets
      |\d[\d,.]*\ people\ are\ talking\ about\ this|embedded\ (?:video|content)|(?:replying\ to|in\ reply\ to)\ @\w+|show\ this\ thread|translate\ tweet|follow\ @\w{2,30}))""",
    "ix",
)


@rule("BP081", fix="safe", needles=["retweet", "pm - ", "am - ", "pm · ", "am · ", " shared by", " posted by", "on instagram", "on twitter", "on facebook", "on x", "likes", "tweet", "twitter ads", "talking about this", "replying to", "reply to @", "show this thread", "follow @", "embedded", "views", "post by"])
def embed_frame(doc: Document) -> Iterator[Edit]:
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
    return cut_where(doc, lambda text: len(text) < 170 and POST_FRAME.fullmatch(text))
