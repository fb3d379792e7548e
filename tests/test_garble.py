"""Garbled sentences: the evidence that rules ask for, other languages, and text that isn't prose."""

from __future__ import annotations

import time

import pytest

from cleaner import Cleaner, Document, lexicon
from cleaner.rules.garble import doubles, marks
from cleaner.rules.garble.evidence import chunk_around, line_at, tabular, titled

GS = Cleaner(select=["GS"])
UNSAFE = Cleaner(select=["GS"], unsafe=True)


def clean(text: str, lang: str = "en", cleaner: Cleaner = GS) -> str:
    return cleaner.clean(Document(text, lang=lang)).text


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("thedeadliest", ("the", "deadliest")),
        ("wasultimately", ("was", "ultimately")),
        ("statusas", ("status", "as")),
        ("toimplementthe", ("to", "implement", "the")),
        ("ofthe", ("of", "the")),
        ("forecast", None),
        ("beheading", None),
        ("multimedia", None),
        ("website", None),
        ("qwertz", None),
        ("", None),
    ],
)
def test_pieces(word: str, expected: tuple[str, ...] | None) -> None:
    found = lexicon.pieces(word)
    assert (found and found.words) == expected


def test_function_words_are_in_the_list_and_prefixes_are_no_parts() -> None:
    assert all(map(lexicon.is_common, (lexicon.BEFORE | lexicon.BEHIND) - lexicon.PREFIXES))
    assert not any(map(lexicon.is_common, lexicon.PREFIXES))
    assert all(map(lexicon.is_word, lexicon.PREFIXES))


def test_strange_words_are_those_the_list_does_not_know() -> None:
    text = "The minister wasultimately right, says theGaza café's owner; Smith and NATO agree."
    assert lexicon.strange_words(text) == {"wasultimately", "theGaza"}


def test_weak_glue_needs_other_damage() -> None:
    assert clean("He faced awave of mockery.") == "He faced awave of mockery."
    assert clean("He faced awave of mockery in theGaza Strip.") == (
        "He faced a wave of mockery in the Gaza Strip."
    )


def test_two_long_words_need_a_habit() -> None:
    text = "The largest significantbreach of stockmarkets"
    assert clean(f"{text} came on Monday.") == f"{text} came on Monday."
    glued = f"{text} came on Monday,the bank said.It fell inLondon and ofParis."
    assert "significant breach" in clean(glued)


def test_a_name_glued_to_a_function_word_must_stand_elsewhere() -> None:
    habit = "Talks on theGaza Strip began afterIsrael withdrew, andRussia agreed."
    assert "Israel for" in clean(f"{habit} He blamed Israelfor the delay; Israel, he said, left.")
    assert "Lebanonfor" in clean(f"{habit} He blamed Lebanonfor the delay.")


NOT_PROSE = [
    "window.Location(x) and self.Value = other.Name.get()",
    "See theguardian.com, thedailybeast.com/articles/the-deadliest and @theGazaDesk #theGaza",
    "Net 1.2 1.1 , 20.3 18.1 , 7.5 6.2",
    "I have seen\nthe rivers that run\nthe rivers that run\nto the sea",
    "Final score 3 : 1 (2 : 0), at 19.30 h",
    "LONG SHRT LONG SHRT 12 12",
    "“They came at night,” he said. “We heard them.\n\n“Then they left.\n\n“That was all.”",
    '"They came at night," he said. "We heard them.\n\n"Then they left.\n\n"That was all."',
]


@pytest.mark.parametrize("text", NOT_PROSE)
def test_what_is_not_prose_stays(text: str) -> None:
    assert clean(text, cleaner=UNSAFE) == text


OTHERS = {
    "fr": "Le ministre a dit : « Nous ne savons rien » ; qui va payer ? Les élèves ! Il est parti pour les îles.",
    "de": "Der Minister sagte: „Wir wissen nichts“, und die Frau, die das das erste Mal hörte, ging nicht mit.",
    "es": "El ministro dijo: «No sabemos nada», y añadió que los los países del sur... ¿quién paga?",
    "pt": "O ministro disse que “não sabemos nada”, e que os países do sul vão pagar a conta às 19h30.",
    "ja": "「何も分からない」と大臣は言った。“それだけ”だ。",
    "ar": "قال الوزير : « لا نعرف شيئا » .",
}


@pytest.mark.parametrize("lang", OTHERS)
def test_other_languages_keep_their_conventions(lang: str) -> None:
    assert clean(OTHERS[lang], lang, UNSAFE) == OTHERS[lang]


def test_a_blank_before_a_stop_goes_in_every_language_of_latin_script() -> None:
    assert clean("O ministro não foi a Lisboa , disse o jornal .", "pt") == (
        "O ministro não foi a Lisboa, disse o jornal."
    )


def test_marks_are_read_line_by_line() -> None:
    found = marks.read_marks(Document("“One“, she said.\n“Two.\n\n“Three.”"))
    assert [edit.start for edit in found.turned] == [4]
    assert not found.unpaired


def test_repeats_are_found_by_their_lengths() -> None:
    assert [
        phrase
        for _, phrase in doubles.repeats(Document("a lot of things lot of things the the end"))
    ] == [
        ("lot", "of", "things"),
        ("the",),
    ]
    assert doubles.repeats(Document("a" * 300 + " of of")) == ((1, ("of",)),)
    assert not doubles.repeats(Document("She had had enough, but Hu said, Hu said."))


def test_a_word_four_times_is_no_slip() -> None:
    assert clean("He saw the the the end of the road.") == "He saw the end of the road."
    assert clean("It went the the the the the end.") == "It went the the the the the end."


def test_lines_and_chunks() -> None:
    assert line_at("one\ntwo\nthree", 5) == "two"
    assert chunk_around("see http://a.b/c?d now", 10) == "http://a.b/c?d"
    assert tabular("Net 1.2 mln 1.1 mln 20 30")
    assert not tabular("It rose to 1.2 billion dollars in the first quarter of the year.")
    assert titled("The Ten Best Films of the Year")
    assert not titled("Putin told leaders of Central Asia that it mattered")


HOSTILE = [" ", "“", "”", '"', "a", "a .a", "aa.Bb", "aa,bb", "theGaza ", "awave ", "(", "Aa (Aa) ", "is is ", "\n",
           "a,\n", "ahttp://", "a'sstrategy ", ", According to the ", "about. and then ", '“a" “b“c ',
           "abcdefgh ijklmnop qrstuvw abcdefgh ijklmnop qrstuvw\n"]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear(piece: str) -> None:
    """Ten times the text takes about ten times as long, and never much more than a microsecond a character."""

    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        start = time.perf_counter()
        UNSAFE.clean(Document(text, lang="en"))
        return time.perf_counter() - start

    assert seconds(100_000) < max(30 * seconds(10_000), 2.0)


@pytest.mark.parametrize(
    "word", ["formating", "forbiding", "alltogether", "withdrawl", "ontogenesis", "therebetween"]
)
def test_a_typing_error_is_not_cut_in_two(word: str) -> None:
    text = f"The ministry saw the {word} on the continentsince 1945 and thenews of theGaza Strip."
    assert f" {word} " in Cleaner().clean(Document(text)).text
