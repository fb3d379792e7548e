"""Menus of a page whose tags were cut: which lines go, and which lists are a writer's."""

from __future__ import annotations

import time

import pytest

import cleaner
from cleaner.document import Document
from cleaner.menus import is_link, menu_lines, names
from cleaner.phrases import table

STORY = """\
The council voted on Monday to keep the market hall open until the end of next year.
Traders had feared that they would have to move out before the busy weeks in December."""
TITLE = "Market hall stays"
ENGLISH = "Home|About Us|News|Sports|Prep Zone|Opinion|Obituaries|Public Notices|Contact Us|Privacy Policy"
MENUS = {
    "en": ENGLISH,
    "de": "Startseite|Politik|Wirtschaft|Sport|Kultur|Ratgeber|Anmelden|Newsletter|Impressum|Datenschutz",
    "fr": "Accueil|Politique|Économie|Monde|Sport|Culture|Le Mag|S’abonner|Mentions légales|Contact",
    "es": "Inicio|Política|Economía|Deportes|Cultura|Vida sana|Suscríbete|Aviso legal|Contacto",
    "pt": "Início|Política|Economia|Esportes|Cultura|Blogs|Assine|Fale conosco|Quem somos",
    "it": "Notizie|Politica|Economia|Sport|Cultura|Blog|Accedi|Abbonati|Chi siamo|Contatti",
    "nl": "Nieuws|Politiek|Economie|Sport|Cultuur|Dossiers|Inloggen|Abonneren|Over ons|Contact",
    "pl": "Wiadomości|Polityka|Gospodarka|Sport|Kultura|Zaloguj się|Prenumerata|Kontakt|Regulamin",
    "ru": "Главная|Политика|Экономика|Спорт|Культура|Проекты|Войти|Подписка|Контакты|О нас",
    "tr": "Ana Sayfa|Gündem|Ekonomi|Spor|Dünya|Yazarlar|Üye Ol|Abone Ol|Künye|İletişim",
}


def lines(text: str) -> str:
    return text.replace("|", "\n")


@pytest.mark.parametrize("language", MENUS)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_menu_goes_above_and_below_a_story(language, between):
    menu = lines(MENUS[language])
    page = f"{menu}\n{TITLE}\n{STORY}\n{menu}".replace("\n", between)
    assert cleaner.clean(page) == f"{TITLE}\n{STORY}".replace("\n", between)


def test_every_language_of_the_table_has_a_menu_here():
    assert {title.split()[0] for title in table("menus")} == set(MENUS)


def test_no_name_is_both_a_page_and_a_section_of_a_language():
    known = table("menus")
    for language in MENUS:
        assert not set(known[f"{language} pages"]) & set(known[f"{language} sections"])
        assert all(name == " ".join(name.split()) for name in known[f"{language} pages"])
    assert names()["privacy policy"]
    assert not names()["politics"]


LISTS = {
    "topics": "Voters named these as the most important:|Economy|Health|Education|Environment|Crime|Taxes"
    "|Energy|Climate|Housing|Immigration",
    "sports": "Medals will be awarded in:|Football|Basketball|Tennis|Golf|Boxing|Rugby|Cricket|Judo|Hockey",
    "cabinet": "The posts went to:|Finance|Jan Novak|Health|Petra Svobodova|Education|Eva Dvorakova"
    "|Environment|Pavel Cerny|Energy|Iva Mala|Culture|Ota Vesely",
    "prizes": "And the winners are:|Best Video|Slow River|Best Music|North|Best Books|The Archive|Photos"
    "|Harbour at Night|Television|Tales",
    "numbers": "1. Home|2. News|3. Sports|4. Contact|5. Privacy|6. Subscribe|7. Search|8. Archive|9. Login",
    "sentences": "Go home.|Read the news!|Call for help.|Subscribe?|Search.|Contact us.|Log in.|Log out.",
    "networks": "Facebook|Twitter|Instagram|YouTube|LinkedIn|Pinterest|TikTok|Snapchat|WhatsApp|Telegram",
    "poem": "Home|A light|Home again|The road|Home at last|The river|A door|The sea|Home|The end",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_writers_stays(name):
    first, last = STORY.split("\n")
    page = "\n".join([first, lines(LISTS[name]), last])
    assert not menu_lines(Document(page))
    if name not in ("networks", "numbers", "sentences"):
        assert cleaner.clean(page) == page


@pytest.mark.parametrize("below", ["Politics", "Politics|Markets", "By Jane Doe|Politics"])
def test_a_headline_between_a_menu_and_a_label_stays(below):
    page = "\n".join([lines(ENGLISH), TITLE, lines(below), STORY])
    assert TITLE in cleaner.clean(page).split("\n")


def test_a_page_without_a_paragraph_stays():
    page = lines(ENGLISH)
    assert cleaner.clean(page).count("\n") >= 5
    assert all(diagnostic.code != "BP077" for diagnostic in cleaner.check(page))


def test_what_stands_between_far_links_stays():
    first, last = STORY.split("\n")
    far = lines("|".join(f"Street {chr(65 + n)}" for n in range(22)))
    page = "\n".join([first, lines(ENGLISH), far, lines(ENGLISH), last])
    assert cleaner.clean(page) == f"{first}\n{far}\n{last}"


TEASER = "Mayor answers questions on the new tram line at a long meeting"


def test_what_stands_above_a_menu_goes_unless_it_is_the_title():
    page = "\n".join([TITLE, TEASER, lines(ENGLISH), TEASER, STORY])
    assert cleaner.clean(page) == f"{TEASER}\n{STORY}"
    assert cleaner.clean(page, title=TITLE) == f"{TITLE}\n{TEASER}\n{STORY}"


def test_what_stands_below_a_menu_goes_unless_it_is_much_of_the_story():
    days = ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    above = "\n".join(STORY.replace("Monday", day).replace("Traders", f"{day}s") for day in days)
    page = f"{above}\n{lines(ENGLISH)}\n{TEASER}\n"
    first, _ = STORY.split("\n")
    assert cleaner.clean(page + first) == above
    assert cleaner.clean(page + STORY) == f"{above}\n{TEASER}\n{STORY}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Food & Drink", True),
        ("|", True),
        ("Letters to the Editor", True),
        ("Council votes to keep hall", False),
        ("Shares fell:", False),
        ("2 min read", False),
        ("市场大厅将继续开放到明年年底这是昨天的决定", False),
        ("Rechtsschutzversicherungen", True),
    ],
)
def test_a_link_is_short_and_no_sentence(text, expected):
    assert is_link(text) == expected


def test_many_short_lines_take_little_time():
    page = lines("|".join([ENGLISH, "Somewhere"] * 2_000)) + "\n" + STORY
    document = Document(page)
    started = time.process_time()
    assert len(menu_lines(document)) > 20_000
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "path",
    [
        "Home > News > Business",
        "Home / News / Business",
        "Home » News » 5 dead in crash",
        "News > World > Europe",
        "Startseite > Politik",
        "Inicio > Noticias > Mundo",
        "Главная » Новости",
        "ホーム > ニュース > 経済",
    ],
)
def test_a_path_above_a_story_goes(path: str) -> None:
    assert cleaner.clean(f"{path}\n{STORY}") == STORY
    within = STORY.replace("\n", f"\n{path}\n")
    assert cleaner.clean(within) == within


@pytest.mark.parametrize(
    "line",
    [
        "Home / Away / Draw",
        "Home 3 | Away 2",
        "Start/Stop-Automatik im Test",
        "Home is where the harbour is",
        "Berlin > Bonn",
        "Start → Dorfplatz → Kirche",
        "Trump | Biden | Harris",
    ],
)
def test_a_line_that_is_no_path_stays(line: str) -> None:
    assert cleaner.clean(f"{line}\n{STORY}") == f"{line}\n{STORY}"
