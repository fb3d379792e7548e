"""Comment forms, comment threads, and what invites to comment; the repost plugin's source link."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import (
    cut,
    cut_edges,
    cut_labelled,
    first_words,
    frame,
    is_paragraph,
    labelled,
    labels,
    lines_starting,
)
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import LONGEST_LINE, NUMBER, SHORT, label, word_set
from cleaner.rule import pattern, rule


@rule("BP001", fix="safe", needles=["source link"])
def source_link(doc: Document) -> Iterable[Edit]:
    """A "Source link" credit left by a repost plugin.

    Auto-blogging plugins close every syndicated story with a link to the original. Extraction keeps
    the anchor text and loses the address. Only the very end of the document is touched.

    ```diff
      Shares fell 4% on Tuesday.
    - Source link
    ```

    ```diff
      The source link was removed by an editor.
    ```

    ```diff
      The archive gave no source link
    ```
    """
    end = len(doc.text.rstrip())
    start = end - len("source link")
    if doc.text[max(0, start) : end].lower() == "source link":
        before = doc.text[:start].rstrip()
        if not before or before[-1] in ".!?\"'”’»)]" or "\n" in doc.text[len(before) : start]:
            yield Edit(len(before), len(doc.text))


@rule("BP010", fix="safe", starts=["=comments", "source"])
def comment_form(doc: Document) -> Iterable[Edit]:
    """The form below a story that asks for a comment.

    A theme prints "Leave a Reply", the fields, the note on required ones and a button, in the site's
    language; extractors that cut the form often keep its heading. Lines go that consist of such phrases;
    single words such as "Name" go only beside them.

    ```diff
      Shares fell 4% on Tuesday.
    -
    - Leave a Reply Cancel reply
    - Your email address will not be published. Required fields are marked *
    - Comment
    - Name *
    - Post Comment
    ```

    ```diff lang=de
      Die Aktie verlor vier Prozent.
    - Hinterlasse einen Kommentar
    ```

    ```diff
      The minister gave no comment.
      Comment
      The plan is a mistake, and everybody in the ministry knows it.
    ```

    ```diff
      He said he would leave a reply to the letter to his lawyers.
    ```
    """
    yield from cut_labelled(doc, "comments")
    yield from cut_edges(doc, {"source"}, _is_form_below_source)


def _is_form_below_source(text: str) -> bool:
    """Whether a form's heading follows a source link without a line break."""
    found = label(text[len("source link ") :])
    return (
        text.lower().startswith("source link ") and found is not None and found.kind == "comments"
    )


@rule("BP014", fix="safe", starts=["=label"])
def page_foot(doc: Document) -> Iterable[Edit]:
    """The foot of a page: what surrounds a comment form or a footer's links.

    Share bars, teasers, widgets and archives surround the form, in words that no table knows. Where a
    form or a footer stands below the last paragraph, all from the first certain label on goes.

    ```diff
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    - Leave a Reply
    - Bank opens an office in Lisbon
    - August 2021
    ```

    ```diff
      The minister gave no comment on the letter, and his office did not answer calls on Monday.
      Bank opens an office in Lisbon
    ```
    """
    tail = frame(doc).tail
    if not tail.start:
        return ()
    certain = sorted(i for where in labelled(doc).values() for i in where if i in tail)
    if not any(labels(doc)[i].strong and labels(doc)[i].kind in ANCHORS for i in certain):
        return ()
    return cut(doc, range(certain[0], len(doc.lines)))


ANCHORS = ("comments", "legal")
COUNTS = word_set(f"{NUMBER} one two three four five six seven eight nine ten")
COUNT = r"(?:\d{1,5}|one|two|three|four|five|six|seven|eight|nine|ten)"
# "3 thoughts on “Title”" as WordPress prints it, in the languages of its themes.
THREAD_HEADING = pattern(
    COUNT
    + r"""\ (?:thoughts?\ on|repl(?:y|ies)\ (?:to|on)|responses?\ (?:to|on)|comments?\ (?:on|to)
      |gedanken?\ zu|kommentare?\ zu|antworten\ (?:auf|zu)|réflexions?\ (?:sur|au\ sujet\ de)
        |commentaires?\ sur
      |réponses?\ à|comentarios?\ en|pensamientos?\ (?:en|sobre)|respuestas?\ a|ideas\ sobre
      |comentários?\ em|pensamentos?\ em|ideias?\ sobre|respostas?\ (?:a|em)|pensieri\ (?:su
        |riguardo)|commenti?\ su
      |risposte\ a|gedachten?\ over|reacties?\ op|myśli\ (?:na\ temat|nt\.|o)|komentarz[ey]?\ do
      |комментари(?:й|я|ев)\ (?:к|на)|коментар(?:і|ів)?\ (?:до|на)|thoughts)
    \ ?\s?["“”„«»‘'].{0,240}
    |["“«].{1,240}["”»]\ (?:üzerine|için)\ \d{1,5}\ (?:yorum|düşünce).{0,20}""",
    "ix",
)
SAYS = pattern(
    r"\S.{1,60} (?:says|said|wrote|sagt|schreibt|dit|a écrit|dice|dijo|diz|disse|ha detto"
    r"|schreef|zegt|pisze|"
    r"говорит|пишет|каже|пише|dedi ki|yazdı)\s?:|(?:يقول|می‌گوید) ?:? ?\S.{1,60}",
    "i",
)
DAY_AND_TIME = r"\D{0,30}\d.{0,40}\d{1,2}[:.h]\d{2}.{0,12}"
MOMENT = pattern(DAY_AND_TIME, "i")

# How blogs of Movable Type and TypePad sign each comment, below it.
SIGNERS = ("posted by", "rédigé par", "écrit par", "publicado por", "verfasst von", "scritto da")
SIGNED = pattern(
    rf"(?:{'|'.join(SIGNERS)}) ?:"
    r" \S.{0,60}?(?: (?:at|on|le|el|em|am|il) |\s?\|\s?)" + DAY_AND_TIME,
    "i",
)
THREAD_LABEL = pattern(
    r"(?:\d{1,5} )?(?:comments?|commentaires?|comentarios?|comentários?|kommentare?|commenti)"
    r"(?: \(\d{1,5}\))?:?",
    "i",
)
NEAR = 12  # lines below the label of comments among which the first is signed


@rule(
    "BP011",
    fix="safe",
    starts=COUNTS | {"=colon"},
    needles=["yorum", "düşünce", *SIGNERS],
)
def comment_thread(doc: Document) -> Iterable[Edit]:
    """What readers wrote below a story, from its heading to the end.

    Blog themes head their comments with "3 thoughts on “Title”", print "Jane says:" above a date and
    a time, or "Posted by: Jane at" both below a comment. All that follows is by readers. A quotation
    that a reporter introduces has no date below it.

    ```diff
      Shares fell 4% on Tuesday.
    - 2 thoughts on “Shares fall”
    - Jane says:
    - August 24, 2021 at 10:12 am
    - About time, if you ask me. They had been overvalued for years and everybody knew it.
    - Reply
    ```

    ```diff
      Shares fell 4% on Tuesday.
    - Comments
    - About time, if you ask me.
    - Posted by: Jane at August 24, 2021 10:12 AM
    ```

    ```diff
      Shares fell 4% on Tuesday.
      The chairman says:
      “We had expected this.”
    ```
    """
    lines = doc.lines
    for i, word in enumerate(first_words(doc)):
        text = lines[i].text
        if word in COUNTS or text[0] in '"“«':
            begins = len(text) < LONGEST_LINE and THREAD_HEADING.fullmatch(text) is not None
        elif text[-1] == ":":
            begins = bool(SAYS.fullmatch(text) and MOMENT.fullmatch(_text(doc, i + 1)))
        else:
            begins = (
                len(text) < SHORT
                and THREAD_LABEL.fullmatch(text) is not None
                and any(SIGNED.fullmatch(line.text) for line in lines[i + 1 : i + 1 + NEAR])
            )
        if begins:
            return cut(doc, range(_foot_start(doc, i), len(lines)))
    return ()


def _foot_start(doc: Document, end: int) -> int:
    """The first certain label between the last paragraph before a line and that line, or the line."""
    certain = {i for where in labelled(doc).values() for i in where}
    start = end
    for i in range(end - 1, -1, -1):
        if is_paragraph(doc, i):
            break
        if i in certain:
            start = i
    return start


def _text(doc: Document, i: int) -> str:
    return doc.lines[i].text if i < len(doc.lines) else ""


# Addressed to the reader, at the start of a line or sentence.
INVITING = word_set(
    """
    so tell let now what please sound share leave weigh comment add post drop have feel
    """
)
LONGEST_INVITATION = 260
INVITATION = pattern(
    r"""(?:(?:so|tell\ us|let\ us\ know|now)[,:]?\ )?(?:\w+,\ )?
    (?:what\ (?:do|did|are|is)\ you(?:r\ thoughts)?\b.{0,120}\b(?:below|comments?)\b.{0,60}
      |what\ do\ you\ think\??(?:\ (?:about\ th(?:is|at)|of\ th(?:is|at)|folks|guys)\??)?
      |(?:please\ )?(?:let\ us\ know|tell\ us|sound\ off|share\ (?:your\ thoughts
        |your\ opinions?|this)|leave\ (?:us\ )?(?:a|your)\ (?:comment|thoughts?)s?
         |weigh\ in|comment|leave\ your\ comments?|add\ your\ comments?|post\ your\ comments?
           |drop\ (?:a|your)\ comments?)\b.{0,120}\b(?:below|comments?(?:\ section)?
           |comment\ box)\b.{0,40}
      |have\ (?:a|your)\ (?:say|opinion|view)\ (?:on|in|about)\b.{0,80}\b(?:comments?
        |below)\b.{0,40}
      |(?:please\ )?(?:feel\ free\ to\ )?leave\ (?:us\ )?(?:a|your)\ comments?(?:\ below)?[.!]?)
    [.!?”"]*""",
    "ix",
)


@rule("BP012", fix="safe", starts=INVITING)
def comment_invitation(doc: Document) -> Iterable[Edit]:
    """A sentence that asks readers to comment.

    Sites end stories with "What do you think? Let us know in the comments below." The line must address
    the reader and say where to write, or be the bare question as the last line.

    ```diff
      Shares fell 4% on Tuesday.
    - Let us know what you think in the comments below!
    ```

    ```diff
      Shares fell 4% on Tuesday.
    - What do you think about this?
    ```

    ```diff
      “What do you think?” she asked. “Let us know,” said the agents, and left.
    ```

    ```diff
      What do you think?
      She asked the question again, and again nobody in the room had an answer for her.
    ```
    """
    lines, tail = doc.lines, frame(doc).tail
    chosen = [i for i in lines_starting(doc, INVITING) if i in tail or "omment" in lines[i].text]
    return cut(doc, [i for i in chosen if INVITATION.fullmatch(lines[i].text[:LONGEST_INVITATION])])


POLICIES = word_set(
    """
    please we comments comment all by atenção os die les los the_editor the_editors
    the_moderator the_moderators
    """
)
POLICY = pattern(
    r"""(?:please\ (?:adhere\ to|read|follow|see|review|note)\ (?:our
      |the)\ (?:comment(?:ing)?s?|community|discussion)\ (?:policy|policies|guidelines|rules
      |standards)
    |(?:we|the\ editors?|the\ moderators?)\ (?:reserve|welcome|moderate|encourage
      |do\ not\ moderate)\b.{0,120}\bcomments?\b
    |comments?\ (?:are\ moderated|may\ be\ moderated|that\ are\ (?:abusive|off-topic|offensive)
      |will\ be\ (?:moderated|reviewed|approved|removed|deleted)|posted\ (?:here|below)\ (?:do
      |are)|containing|policy\b)
    |all\ comments\ (?:are|will\ be|must)\b
    |by\ (?:posting|submitting|leaving|commenting)\b.{0,60}\byou\ agree\b
    |atenção:\ comentários\b|(?:os\ comentários\ são\ de\ (?:inteira\ )?responsabilidade)
      |die\ kommentarfunktion\b|les\ commentaires\ sont\ modérés
    |los\ comentarios\ (?:son|que)\b.{0,80}\b(?:responsabilidad|moderad))
    .{0,900}""",
    "ix",
)


@rule("BP013", fix="safe", starts=POLICIES)
def comment_policy(doc: Document) -> Iterable[Edit]:
    """The house rules for comments.

    They stand above or below the form, often as a long paragraph. Only such a line after the last
    paragraph of the story, or the last line itself, is touched.

    ```diff
      Shares fell 4% on Tuesday.
    - Comments are moderated and may take an hour to appear.
    ```

    ```diff
      Comments are moderated, the ministry said, because of the election campaign.
      The opposition called the decision a scandal and asked the court to look into it.
    ```
    """
    last = len(doc.lines) - 1
    where = {*frame(doc).tail, last} - {0, -1}
    return cut(
        doc,
        [
            i
            for i in where
            if first_words(doc)[i] in POLICIES and POLICY.fullmatch(doc.lines[i].text)
        ],
    )
