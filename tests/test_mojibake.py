"""UTF-8 that was read in another encoding: sixteen of them, the languages that are read in them, and sound text."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, Document
from cleaner.mojibake import Reading, closing_marks, misread, readings

CLEANER = Cleaner(select=["CH001"])
SITE_LINES = Path(__file__).with_name("site_lines.txt")

SENTENCES = {
    "ar": "وقال الوزير إن القانون الجديد سيدخل حيز التنفيذ يوم الاثنين.",
    "az": "Nazir bildirdi ki, yeni qanun bazar ertəsi günü qüvvəyə minəcək.",
    "bg": "Министърът съобщи, че законът влиза в сила в понеделник.",
    "cs": "Ministr řekl, že nový zákon začne platit příští úterý.",
    "de": "Der Minister erklärte am Montag, das neue Gesetz für Bürger gelte bald – „sofort“.",
    "el": "Ο υπουργός είπε ότι ο νέος νόμος ισχύει από Δευτέρα.",
    "en": "The bank’s chief said “rates would rise” — again.",
    "es": "El ministro comunicó que la ley entrará en vigor mañana.",
    "fr": "Le ministre a déclaré lundi que la loi « entrera en vigueur » bientôt.",
    "he": "השר אמר כי החוק החדש ייכנס לתוקף ביום שני.",
    "hi": "मंत्री ने कहा कि नया कानून सोमवार से लागू होगा।",
    "hu": "A miniszter azt mondta, hogy az új törvény hétfőn lép életbe.",
    "ja": "大臣は新しい法律が月曜日に施行されると述べた。",
    "ka": "მინისტრმა თქვა, რომ ახალი კანონი ორშაბათს შევა ძალაში.",
    "ko": "장관은 새 법이 월요일부터 시행된다고 말했다.",
    "lv": "Ministrs sacīja, ka jaunais likums stāsies spēkā pirmdien.",
    "pl": "Minister powiedział, że nowa ustawa wejdzie w życie w środę.",
    "ro": "Ministrul a spus că legea intră în vigoare săptămâna viitoare, iar părțile știu.",
    "ru": "Министр сообщил журналистам, что новый закон вступит в силу в понедельник.",
    "th": "รัฐมนตรีกล่าวว่ากฎหมายใหม่จะมีผลบังคับใช้ในวันจันทร์",
    "tr": "Bakan, yeni yasanın pazartesi günü yürürlüğe gireceğini söyledi.",
    "uk": "Міністр повідомив журналістам, що новий закон набуде чинності в понеділок.",
    "vi": "Bộ trưởng cho biết luật mới sẽ có hiệu lực vào thứ Hai.",
    "zh": "部长星期一表示，新的法律即将生效。",
}
NATIVE = {
    **dict.fromkeys(("ru", "uk", "bg"), ("cp1251", "koi8-r")),
    **dict.fromkeys(("cs", "pl", "hu", "ro"), ("cp1250", "iso8859-2")),
    **dict.fromkeys(("de", "fr", "es", "en"), ("latin-1", "iso8859-15", "mac_roman", "cp850", "cp437")),
    **dict.fromkeys(("tr", "az"), ("cp1254",)),
    "ar": ("cp1256",),
    "el": ("cp1253",),
    "he": ("cp1255",),
    "lv": ("cp1257",),
    "vi": ("cp1258",),
}  # fmt: skip
READ = [
    (language, encoding)
    for language in SENTENCES
    for encoding in ("cp1252", *NATIVE.get(language, ()))
]


def garbled(text: str, encoding: str) -> str:
    """Read UTF-8 as browsers read another encoding: bytes that have no character become controls."""
    upper = Reading(encoding).characters
    return "".join(upper.get(byte, chr(byte)) for byte in text.encode())


@pytest.mark.parametrize(("language", "encoding"), READ)
def test_every_language_comes_back(language: str, encoding: str) -> None:
    sound = SENTENCES[language]
    document = Document(garbled(f"{sound}\n\n{sound}", encoding), lang=language)
    assert CLEANER.clean(document).text == f"{sound}\n\n{sound}"


def test_figures_of_the_readme() -> None:
    """Every pair of a language and an encoding comes back; the text as a whole given to ftfy, fewer."""
    from ftfy import fix_encoding

    texts = [
        (f"{SENTENCES[language]}\n\n{SENTENCES[language]}", encoding) for language, encoding in READ
    ]
    theirs = sum(fix_encoding(garbled(sound, encoding)) == sound for sound, encoding in texts)
    readme = SITE_LINES.parents[1].joinpath("README.md").read_text("utf-8")
    assert (
        f"{theirs} of {len(READ)} (ftfy) | {len(READ)} of {len(READ)} | `tests/test_mojibake.py`"
        in readme
    )


@pytest.mark.parametrize("language", SENTENCES)
def test_sound_text_stays(language: str) -> None:
    for text in (SENTENCES[language], SENTENCES[language].upper()):
        assert not CLEANER.clean(Document(text, lang=language)).edits


@pytest.mark.parametrize(
    "mark", ["”", "…", "’S", "®", "™", "»", " –", "—", "“", "\u00a0", "·", "°"]
)
def test_capitals_before_a_mark_are_no_groups(mark: str) -> None:
    """An accented capital and a closing mark are a group by chance, and whole lines have no other accent."""
    lines = [line for line in SITE_LINES.read_text("utf-8").splitlines() if not line.isascii()]
    assert len(lines) > 500
    for text in (
        f"{mark}\n".join(lines).upper(),
        f"{mark}\n".join(" ".join(lines).upper().split()),
    ):
        assert not misread(text, frozenset(text) - frozenset(map(chr, range(128))), str)


@pytest.mark.parametrize(
    "text",
    [
        "NESCAFÉ® and NESCAFÉ™ at the CAFÉ’S table: JOSÉ—JOSÉ…",
        "„Spaß“ und „Gruß“ sagte er. „Spaß… Gruß–“",
        "AMANHÃ, A IRMÃ… MAÇÃ»",
        "GANÓ” VOLVIÓ… PERÚ’",
        "«МОСКВА» и «РОССИЯ» — газеты. ЗАРЯ» ВСЯ»",
        "ماں نے کہا ہاں، گاؤں میں",
        "It cost 5 â€ and nobody knew why.",
    ],
)
def test_near_misses(text: str) -> None:
    assert not CLEANER.clean(Document(text)).edits


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "fr",
            "Lâ€™Ã©cole est Ã  la rue. DÃ©jÃ  vu Ã  lâ€™heure, il nâ€™ira pas lÃ -bas.",
            "L’école est à la rue. Déjà vu à l’heure, il n’ira pas là-bas.",
        ),
        (
            "it",
            "La cittÃ  e l'universitÃ  di Roma, perchÃ© la societÃ  Ã¨ piÃ¹ giÃ , dice.",
            "La città e l'università di Roma, perché la società è più già, dice.",
        ),
        (
            "es",
            "La polÃtica del paÃs cambiÃ³ maÃ±ana: dijo que el dÃa serÃ¡ mÃ¡s difÃcil.",
            "La política del país cambió mañana: dijo que el día será más difícil.",
        ),
        (
            "es",  # "allí" or "à": no language with í at the end of words has its letter guessed
            "El dÃ­a que lleguÃ© allÃ  serÃ¡ maÃ±ana.",
            "El día que llegué allÃ  será mañana.",
        ),
        (
            "pt",
            "A eleiÃ§Ã£o Ã  presidÃªncia nÃ£o serÃ¡ Ã s trÃªs.",
            "A eleição à presidência não será às três.",
        ),
        ("cs", "Å koda uvedla, Å¾e novÃ½ zÃ¡kon platÃ­.", "Škoda uvedla, že nový zákon platí."),
        ("ru", "ÐŸÐ°Ñ€Ð»Ð°Ð¼ÐµÐ½Ñ‚ Ð Ð¸Ð³Ð¸ ÑƒÑ‚Ð²ÐµÑ€Ð´Ð¸Ð» Ð±ÑŽÐ´Ð¶ÐµÑ‚.", "Парламент Риги утвердил бюджет."),
    ],
)  # fmt: skip
def test_letters_that_have_lost_a_byte(language: str, text: str, expected: str) -> None:
    """A no-break space that became a common one, a soft hyphen that was dropped."""
    assert CLEANER.clean(Document(text, lang=language)).text == expected


def test_closing_quotation_marks_that_have_lost_a_byte() -> None:
    text = "“It is overâ€, he said. â€œNo.â€â€œYesâ€\ufffd?\nNone is open hereâ€."
    assert [text[start:end] for start, end, _ in closing_marks(text)] == ["â€", "â€", "â€\ufffd"]
    expected = "“It is over”, he said. “No.”“Yes”?\nNone is open hereâ€."
    assert CLEANER.clean(Document(text)).text == expected


def test_what_is_left_of_a_no_break_space() -> None:
    text = "It rained.Â  Then (as saidÂ before)Â it stopped.Â\n(So it isÂ).\nChâu Âu, VÂ và Ângelo stay, and Â by itself."
    expected = "It rained.  Then (as said before) it stopped.\n(So it is).\nChâu Âu, VÂ và Ângelo stay, and Â by itself."
    assert CLEANER.clean(Document(text)).text == expected


def test_a_paragraph_that_was_read_wrongly_twice() -> None:
    once = garbled(SENTENCES["fr"], "cp1252")
    assert CLEANER.clean(Document(garbled(once, "cp1252"))).text == SENTENCES["fr"]


def test_readings_have_every_byte() -> None:
    for reading in readings():
        assert len(reading.bytes) == 128
        assert reading.decoded(garbled("Größe ✓", reading.encoding)[2:4]) == "ö"
