"""CH: escapes of JSON, SQL and programs that a dump or an export left in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.lexicon import word_set
from cleaner.rule import pattern, replace, rule

# Units of UTF-16, or bytes, in a row
CODED = pattern(r"(?:\\{1,2}u[0-9a-fA-F]{4})+|(?:\\{1,2}x[0-9a-fA-F]{2})+")
CODE = pattern(r"\\{1,2}[ux]([0-9a-fA-F]{2,4})")
MARK = pattern(r"""\\{1,3}(?P<mark>["'“”‘’])|(?<=[\w:/])\\(?P<slash>/)(?=[\w\\])""")
# A line break behind the end of a sentence, or before what begins one; "\noindent" and paths are neither
BREAK = pattern(
    r"""(?:(?:\\r)?\\n[ ]?){2,8}
    |(?<=[.!?…:”"'’)\]])(?:\\r)?\\n[ ]?(?=\S|\Z)
    |(?<=\S)(?:\\r)?\\n[ ]?(?=[A-Z“"‘'—-])""",
    "x",
)
SURE_BREAK = pattern(r"""[.!?…][”"’']?(?:\\r)?\\n[ ]?(?:(?:\\r)?\\n|[A-Z“"‘']|\Z)""")
WINDOWS_PATH = pattern(r"\b[A-Za-z]:\\|(?<!\S)\\\\\w+\\")
LAST_ODD = 0xA0  # above ASCII: controls, and the no-break space


@rule("CH011", fix="safe", needles=["\\"])
def escaped_character(doc: Document) -> Iterator[Edit]:
    r"""A character or line break as JSON, SQL or a program writes it.

    Dumps are read as if they were text, and then an apostrophe is `\u2019` or `\'` and a paragraph ends
    in `\n\n`. One coded character alone must stand in a word; line breaks must follow the end of a
    sentence somewhere. Texts with paths of Windows are left alone.

    ```diff
    - The bank\u2019s chief said \"rates would rise\" on Monday.\n\nNobody else did.
    + The bank’s chief said "rates would rise" on Monday.
    +
    + Nobody else did.
    ```

    ```diff
      The file is in C:\new\data, and "\u00e9" is an e with an accent; write \n for a new line.
    ```
    """
    text = doc.text
    if WINDOWS_PATH.search(text):
        return
    coded = list(CODED.finditer(text))
    if len(coded) > 1 or (coded and _in_word(text, coded[0])):
        for match in coded:
            decoded = _decoded(match[0])
            if decoded:
                yield Edit(*match.span(), decoded)
    for match in MARK.finditer(text):
        yield Edit(*match.span(), match["mark"] or match["slash"])
    if SURE_BREAK.search(text):
        for match in BREAK.finditer(text):
            yield Edit(*match.span(), "\n" * match[0].count("\\n"))


def _in_word(text: str, match: re.Match[str]) -> bool:
    """Whether letters stand on both sides."""
    return text[match.start() - 1 : match.start()].isalpha() and text[match.end() :][:1].isalpha()


def _decoded(escapes: str) -> str:
    """Return what some codes stand for, or nothing where that can't be text."""
    codes = CODE.findall(escapes)
    try:
        if len(codes[0]) > 2:
            found = b"".join(int(code, 16).to_bytes(2, "big") for code in codes).decode("utf-16-be")
        else:
            found = _of_bytes(bytes(int(code, 16) for code in codes))
    except UnicodeDecodeError:
        return ""
    found = found.replace("\u00a0", " ")
    return found if all(" " <= one < "\x7f" or ord(one) > LAST_ODD for one in found) else ""


def _of_bytes(data: bytes) -> str:
    """Return bytes as UTF-8, or else as Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


DOUBLED = pattern(r"(?<=[A-Za-z])(?P<cut>'')(?=(?:s|t|re|ve|ll|d|m)\b(?!''))")
OPENING = pattern(r"(?<![^\s(\[])''(?=\w)")  # then two of them are a quotation mark


@rule("CH012", fix="safe", needles=["''"], languages=["en"])
def doubled_apostrophe(doc: Document) -> Iterable[Edit]:
    """An apostrophe that is there twice, as SQL writes it.

    Only between a word and a contracted ending. Two apostrophes as a quotation mark stay.

    ```diff
    - The bank''s chief didn''t say when.
    + The bank's chief didn't say when.
    ```

    ```diff
      He called it ''the end'' and left; the ship is 60'' long, ''Ella''s words.
    ```
    """
    return () if OPENING.search(doc.text) else replace(DOUBLED, "'", doc.text)


# No question ends in front of a small letter: what may stand before each ending is all that has to be asked
LOST = pattern(r"\?(?P<ending>t|m|re|ve|ll|d|s)\b")
WORD = pattern(r"(?:\A|(?<=[\s“\"(‘—]))[A-Za-z]{1,30}\Z")
OF_SOMETHING = pattern(" [a-z]")
PERSONS = word_set("i we you they")
BEFORE = {
    "t": word_set(
        "can won don doesn didn isn aren wasn weren hasn haven hadn couldn wouldn shouldn mustn needn ain"
    ),
    "m": word_set("i"),
    "re": word_set("we you they"),
    "ve": PERSONS,
    "ll": PERSONS | word_set("it he she that there who"),
    "d": PERSONS | word_set("it he she that there who"),
    "s": word_set("it he she that there what who let here"),
}


@rule("CH013", fix="safe", needles=["?"], languages=["en"])
def question_mark_for_apostrophe(doc: Document) -> Iterator[Edit]:
    """A question mark inside a word, in place of an apostrophe.

    A program that can't write a curly apostrophe writes "?". Only contractions and possessives, which
    leave one reading; addresses are left alone.

    ```diff
    - The bank?s chief didn?t say when, and they?re worried.
    + The bank’s chief didn’t say when, and they’re worried.
    ```

    ```diff
      Who knew? They did. See https://example.org/bank?s=1 and search?t=all. Why?that.
    ```
    """
    text = doc.text
    for match in LOST.finditer(text):
        at, ending = match.start(), match["ending"]
        word = WORD.search(text[max(at - 32, 0) : at])
        if word is None:
            continue
        owns = ending == "s" and len(word[0]) > 1 and OF_SOMETHING.match(text, match.end())
        if owns or word[0].lower() in BEFORE[ending]:
            yield Edit(at, at + 1, "’")
