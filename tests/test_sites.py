"""What is learned of a site, and what must not be."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from cleaner import Cleaner, Document, learn_sites
from cleaner.errors import ReadError
from cleaner.sites import SiteProfiles, line_key, names_key

PEOPLE = ("Jane Doe", "John Roe", "Ann Poe", "Max Moe", "Eve Loe", "Tom Coe", "Kim Woe", "Pia Zoe")
TOWNS = ("Leeds", "Lisbon", "Porto", "Turin", "Lyon", "Ghent", "Graz", "Basel")


def story(number: int, *, heading: str = "", last: str = "") -> str:
    town, person = TOWNS[number % 8], PEOPLE[number % 8]
    return "\n".join(
        part
        for part in (
            f"Harbour of {town} opens for pier {chr(97 + number % 26)}{chr(97 + number // 26)}",
            f"The harbour of {town} opened on day {number} after repairs that had taken {person} and a crew of {number + 3} all winter.",
            heading,
            f"“We are glad to see the ships again, all {number + 20} of them,” said {person}, who runs the harbour of {town} for the city.",
            f"{person} contributed to this report.",
            last,
            "Example Wire, Tower Street",
            "You are reading the free edition of Example, number 12.",
        )
        if part
    )


def corpus(count: int = 24, **parts: str) -> list[Document]:
    return [Document(story(n, **parts), id=str(n), site="example.org") for n in range(count)]


def keys(profiles: SiteProfiles, site: str = "example.org") -> set[str]:
    return {text for text, _ in profiles.lines.get(site, {})}


def test_lines_and_names_are_learned() -> None:
    found = keys(learn_sites(corpus()))
    assert {
        "example wire, tower street",
        "you are reading the free edition of example, number 0.",
    } <= found
    assert "~ contributed to this report." in found


def test_cleaner_uses_profiles() -> None:
    cleaner = Cleaner(sites=learn_sites(corpus()))
    result = cleaner.clean(Document(story(99), site="example.org"))
    assert result.text == "\n".join(story(99).split("\n")[:3])
    assert {d.code for d in result.diagnostics if d.applied} >= {"BP900"}
    assert result.undo() == story(99)
    elsewhere = cleaner.clean(Document(story(99), site="example.com"))
    assert "Example Wire, Tower Street" in elsewhere.text


def test_headings_inside_stories_stay() -> None:
    """Four of twenty-four stories have the heading: that is the writers' habit, not the site's frame."""
    documents = [
        *corpus(20),
        *[d.replace(text=story(int(d.id) + 50, heading="What comes next")) for d in corpus(4)],
    ]
    assert "what comes next" not in keys(learn_sites(documents))


def test_standing_facts_stay() -> None:
    """Background that the newsroom repeats in a few stories is the story's."""
    fact = "The harbours were closed in 2019, when a storm broke the piers of all eight cities on the coast."
    documents = [
        *corpus(20),
        *[d.replace(text=story(int(d.id) + 50, last=fact)) for d in corpus(4)],
    ]
    assert line_key(fact) not in keys(learn_sites(documents))


def test_a_writers_refrain_stays() -> None:
    """A sentence that neither addresses the reader nor speaks of the page, however short it is."""
    refrain = "These towns have never had a friend in the capital!"
    notice = "Readers in all towns can subscribe at the front desk!"
    documents = [
        *corpus(20),
        *[d.replace(text=story(int(d.id) + 50, last=refrain)) for d in corpus(4)],
        *[d.replace(text=story(int(d.id) + 80, last=notice)) for d in corpus(4)],
    ]
    learned = keys(learn_sites(documents))
    assert line_key(refrain) not in learned
    assert line_key(notice) in learned


def test_copies_of_one_story_teach_nothing() -> None:
    documents = [Document(story(1), id=str(n), site="example.org") for n in range(9)]
    assert not learn_sites(documents)


def test_refrains_count_once() -> None:
    documents = [Document("I remained silent;\n" * 9 + story(1), site="example.org")]
    assert not learn_sites(documents)


def test_documents_without_a_site_teach_nothing() -> None:
    assert not learn_sites(document.replace(site="") for document in corpus())


def test_site_from_the_address() -> None:
    documents = [d.replace(site="", url="https://www.example.org/a") for d in corpus()]
    assert keys(learn_sites(documents)) == keys(learn_sites(corpus()))


def test_file_is_readable_and_can_be_edited(tmp_path: Path) -> None:
    path = tmp_path / "sites.json"
    learned = learn_sites(corpus())
    learned.save(path)
    assert SiteProfiles.load(path) == learned
    text = path.read_text(encoding="utf-8").replace(
        '"text": "example wire, tower street",',
        '"keep": true, "text": "example wire, tower street",',
    )
    path.write_text(text, encoding="utf-8")
    cleaned = Cleaner(sites=SiteProfiles.load(path)).clean(Document(story(99), site="example.org"))
    assert "Example Wire, Tower Street" in cleaned.text
    assert "free edition" not in cleaned.text


def test_merge_adds_and_keeps() -> None:
    one, two = learn_sites(corpus()), learn_sites(corpus(12))
    merged = one.merge(two)
    assert merged.documents["example.org"] == 36
    key = ("example wire, tower street", "edge")
    assert merged.lines["example.org"][key].documents == 36
    assert one.merge(SiteProfiles()) == one


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 99, "sites": {}}', '{"format": 1, "sites": {"a": {}}}']
)
def test_broken_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sites.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError):
        SiteProfiles.load(path)


def test_profiles_and_their_cleaner_travel() -> None:
    profiles = learn_sites(corpus())
    assert pickle.loads(pickle.dumps(profiles)) == profiles
    cleaner = pickle.loads(pickle.dumps(Cleaner(sites=profiles)))
    assert "Tower Street" not in cleaner.clean(Document(story(99), site="example.org")).text


def test_order_of_documents_does_not_matter() -> None:
    assert keys(learn_sites(corpus())) == keys(learn_sites(reversed(corpus())))


def test_keys() -> None:
    assert line_key("Published 10:48") == line_key("published  22:01")
    assert names_key("Jane Doe of Example contributed.") == "~ contributed."
