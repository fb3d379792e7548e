"""Near duplicates, on stories written for the purpose and on generated ones."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.dedup import Duplicates, Kind, Pair, deduplicate
from cleaner.dedup.characters import categories
from cleaner.document import Document
from cleaner.errors import ConfigError

STORIES = Path(__file__).parent.parent / "fixtures" / "reposts" / "stories.jsonl"
SYLLABLES = [
    a + b
    for a in [
        "b",
        "d",
        "f",
        "g",
        "k",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "t",
        "v",
        "z",
        "br",
        "st",
        "tr",
    ]
    for b in ["a", "e", "i", "o", "u", "ai", "an", "er"]
]
BOILERPLATE = (
    "Save my name, email and website in this browser for the next time I comment. Notify me of new "
    "posts by email. All rights reserved. Follow us for the latest breaking news from around the "
    "world, delivered to your inbox every morning. Related articles you may have missed this week."
)


def test_categories_are_those_of_unicode():
    names = map(unicodedata.category, map(chr, range((1 << 16) - 1)))
    assert categories().tobytes().decode("ascii") == "".join([*names, "Cn"])


def stories() -> list[Document]:
    return [Document(**json.loads(line)) for line in STORIES.read_text("utf-8").splitlines()]


def story(seed: int, words: int = 160) -> str:
    """A text of words that nobody has used before, with names and numbers."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 3))) for _ in range(400)]
    found = []
    while len(found) < words:
        sentence = rng.choices(vocabulary, k=rng.randint(7, 16))
        if rng.random() < 0.3:
            sentence[3] = str(rng.randint(2, 9999))
        if rng.random() < 0.4:
            sentence[5] = sentence[5].title()
        sentence[0] = sentence[0].title()
        sentence[-1] += "."
        found += sentence
    return " ".join(found)


def kinds(found: Duplicates) -> dict[tuple[str, str], str]:
    return {(pair.a, pair.b): pair.kind.value for pair in found.pairs}


@pytest.fixture(scope="module")
def found() -> Duplicates:
    return deduplicate(stories())


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("ferry", "ferry-shouted", Kind.EXACT),
        ("ferry", "ferry-repost", Kind.REPOST),
        ("ferry", "ferry-excerpt", Kind.EXCERPT),
        ("ferry", "ferry-spun", Kind.REWRITTEN),
        ("ferry", "ferry-update", Kind.UPDATE),
        ("ferry", "weekend-roundup", Kind.MERGED),
        ("frost", "weekend-roundup", Kind.MERGED),
        ("river-april", "river-march", Kind.SERIES),
    ],
)
def test_names_the_kind_of_a_pair(found, a, b, kind):
    assert kinds(found)[a, b] == kind


def test_another_story_of_the_same_place_is_no_duplicate(found):
    assert not [pair for pair in found.pairs if "fares" in (pair.a, pair.b)]


def test_only_copies_share_a_cluster_and_the_earliest_represents_them(found):
    members = {name for name, root in found.clusters.items() if root == "ferry"}
    assert members == {"ferry", "ferry-repost", "ferry-shouted", "ferry-spun"}
    assert set(found.dropped) == members - {"ferry"}
    assert sorted((*found.kept, *found.dropped)) == sorted(found.clusters)


def test_the_longest_text_represents_when_there_are_no_dates():
    undated = [document.replace(date="") for document in stories()]
    assert deduplicate(undated).clusters["ferry"] == "ferry-repost"


def test_blanks_around_a_text_make_it_no_longer():
    text = story(1)
    documents = [
        Document(text, id="a"),
        Document(f"\n {text} \n\n", id="b"),
        Document(text, id="c"),
    ]
    assert set(deduplicate(documents).clusters.values()) == {"a"}


def test_of_equal_texts_the_earliest_represents():
    text = story(1)
    dates = {"a": "", "b": "2021-05-02", "c": "2021-05-01", "d": "first of May", "e": "2021-05-01"}
    documents = [Document(text, id=name, date=date) for name, date in dates.items()]
    documents += [Document(f"{text} And more.", id="f", date="2021-04-30")]
    assert set(deduplicate(documents).clusters.values()) == {"f"}
    assert set(deduplicate(documents[:-1]).clusters.values()) == {"c"}


@pytest.mark.parametrize(
    ("dates", "more", "reason"),
    [
        (("2021-05-02", "2021-05-01"), "", "earliest date"),
        (("2021-05-01", ""), "", "earliest date"),
        (("", ""), " And more.", "longest text"),
        (("2021", "2021"), "", "smallest id"),
    ],
)
def test_why_a_document_represents_others(dates, more, reason):
    text = story(1)
    one, other = Document(text, id="a", date=dates[0]), Document(text + more, id="b", date=dates[1])
    found = deduplicate([one, other, Document(story(2), id="alone")])
    assert dict(found.reasons) == {found.clusters["a"]: reason}


@pytest.mark.parametrize(
    ("keep", "head", "reason"),
    [("earliest", "b", "earliest date"), ("longest", "a", "longest text")],
)
def test_which_document_is_kept_can_be_chosen(keep, head, reason):
    long = Document(story(1) + " The ferry company did not comment.", id="a", date="2021-05-02")
    found = deduplicate([long, Document(story(1), id="b", date="2021-05-01")], keep=keep)
    assert dict(found.clusters) == dict.fromkeys("ab", head)
    assert dict(found.reasons) == {head: reason}


def test_of_equal_texts_the_earliest_is_kept_either_way():
    documents = [Document(story(1), id=i, date=f"2021-05-0{d}") for i, d in (("a", 2), ("b", 1))]
    for keep in ("earliest", "longest"):
        assert deduplicate(documents, keep=keep).kept == ("b",)


def test_an_unknown_document_to_keep_is_refused():
    with pytest.raises(ConfigError, match="keep is 'earliest' or 'longest', not 'first'"):
        deduplicate([], keep="first")


def test_the_earliest_represents_only_if_it_is_a_copy_of_all():
    words = story(1, 300).split()
    parts = {"a": words[:200], "b": words, "c": words[100:]}
    found = deduplicate(
        Document(" ".join(part), id=name, date="2021-05-01" if name == "a" else "2021-05-02")
        for name, part in parts.items()
    )
    assert dict(found.clusters) == dict.fromkeys("abc", "b")
    assert dict(found.reasons) == {"b": "a copy of all"}


def test_evidence_shows_what_changed(found):
    (pair,) = (pair for pair in found.pairs if (pair.a, pair.b) == ("ferry", "ferry-update"))
    evidence = pair.evidence
    assert evidence.numbers_contradicted == (("11", "19"), ("340,000", "515,000"))
    assert "1,400" in evidence.numbers_shared
    assert "Calder" in evidence.names_shared
    assert 0.9 < evidence.coverage_a < 1
    for passage in evidence.passages:
        assert evidence.a[passage.start_a : passage.end_a] == passage.text
        assert evidence.b[passage.start_b : passage.end_b].split()[0] == passage.text.split()[0]
    assert json.dumps(evidence.to_dict())


def test_the_order_of_documents_changes_nothing(found):
    documents = stories()
    for seed in range(5):
        random.Random(seed).shuffle(documents)
        again = deduplicate(documents)
        assert kinds(again) == kinds(found)
        assert dict(again.clusters) == dict(found.clusters)
        assert (again.kept, again.dropped) == (found.kept, found.dropped)


def test_the_same_in_every_process():
    code = (
        "import json, sys; from cleaner.dedup import deduplicate; from cleaner.document import Document;"
        "found = deduplicate([Document(**json.loads(line)) for line in open(sys.argv[1], encoding='utf-8')]);"
        "print([repr(pair) for pair in found.pairs], sorted(found.clusters.items()))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(STORIES)],
            env={
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": str(STORIES.parent.parent.parent),
                "PATH": "",
            },
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_text_copied_often_is_found_whole():
    documents = [
        Document(
            f"{story(number)} {story(1000 + 100 * number + copy, 12)}", id=f"{number}/{copy:03}"
        )
        for number in range(4)
        for copy in range(80)
    ]
    documents += [Document(story(9000 + number), id=f"other{number}") for number in range(50)]
    clusters = deduplicate(documents).clusters
    for number in range(4):
        roots = {root for name, root in clusters.items() if name.startswith(f"{number}/")}
        assert len(roots) == 1
    assert sum(name.startswith("other") and name == root for name, root in clusters.items()) == 50


def test_an_excerpt_of_a_text_copied_often_is_found():
    whole = story(1)
    documents = [
        Document(f"{whole} {story(100 + copy, 12)}", id=f"copy{copy:02}") for copy in range(60)
    ]
    documents += [Document(story(500 + number), id=f"other{number}") for number in range(20)]
    excerpt = " ".join(whole.split()[:60])
    found = deduplicate([*documents, Document(excerpt, id="excerpt")])
    assert any(pair.kind == Kind.EXCERPT and "excerpt" in (pair.a, pair.b) for pair in found.pairs)


def test_one_boilerplate_tail_makes_no_cluster():
    documents = [
        Document(f"{story(number, 90)} {BOILERPLATE}", id=str(number)) for number in range(300)
    ]
    found = deduplicate(documents)
    assert not found.pairs
    assert len(found.kept) == 300


def test_templates_with_other_facts_are_no_duplicates():
    rng = random.Random(5)
    documents = [
        Document(
            f"{rng.choice(['Nova', 'Pacific', 'Orion', 'Delta'])} Holdings on {rng.choice(['May', 'July'])} {rng.randint(1, 30)} "
            f"reported a quarterly profit of ${rng.random() * 900:.2f} million, or ${rng.random() * 9:.2f} per share, "
            f"compared with ${rng.random() * 900:.2f} million a year earlier. Revenue rose {rng.random() * 30:.1f} percent "
            f"to ${rng.random() * 20:.2f} billion. Shares were down {rng.random() * 5:.2f} percent at ${rng.random() * 99:.2f} "
            "in early trading. The results exclude one-time items.",
            id=f"{size}/{number}",
        )
        for size in (3, 15, 100)
        for number in range(size)
    ]
    for size in ("3/", "15/", "100/"):
        chosen = [document for document in documents if document.id.startswith(size)]
        assert {pair.kind for pair in deduplicate(chosen).pairs} <= {Kind.SERIES}


def test_identical_texts_and_empty_ones():
    documents = [
        Document(text, id=name)
        for name, text in zip("abcdef", ["", "", " \n", "One.", "One.", "ONE"], strict=True)
    ]
    found = deduplicate(documents)
    assert kinds(found) == {("d", "e"): "exact", ("d", "f"): "exact", ("e", "f"): "exact"}
    assert found.dropped == ("e", "f")


def test_no_documents():
    assert deduplicate([]) == Duplicates((), {}, (), ())


def test_two_documents_with_one_id_are_refused():
    with pytest.raises(
        ConfigError, match=r"two documents have the id 'x'\. Give every document its own id"
    ):
        deduplicate([Document("One.", id="x"), Document("Two.", id="x")])


def test_texts_are_compared_as_cleaned():
    documents = [
        Document(f"{story(number, 60)} {BOILERPLATE}", id=str(number)) for number in range(3)
    ]
    assert deduplicate(documents).pairs
    assert not deduplicate(documents, clean=lambda text: text.replace(BOILERPLATE, "")).pairs


@pytest.mark.parametrize(
    "sentence",
    [
        "東京都は三日、港湾地区の再開発計画を見直すと発表した。工事費は当初の予定を四割上回り、住民からは説明を求める声が上がっている。",
        "กรุงเทพมหานครประกาศเมื่อวันอังคารว่าจะปิดสะพานข้ามแม่น้ำเป็นเวลาสามสัปดาห์เพื่อซ่อมแซมโครงสร้างที่เสียหายจากน้ำท่วม",
    ],
)
def test_scripts_without_spaces(sentence):
    rng = random.Random(2)
    letters = sorted(set(sentence) - set("、。"))
    others = ["".join(rng.choices(letters, k=len(sentence))) for _ in range(20)]
    documents = [Document(text, id=f"other{number}") for number, text in enumerate(others)]
    documents += [
        Document(sentence + others[0][:20], id="a"),
        Document(others[1][:15] + sentence, id="b"),
    ]
    assert ("a", "b") in kinds(deduplicate(documents))


WORDS = st.lists(
    st.sampled_from(
        ["alpha", "Beta", "12", "gamma", "3.5", "delta", "東京", "été", ";", ".", "\n"]
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=8), st.randoms(use_true_random=False))
def test_any_texts_in_any_order(texts, rng):
    documents = [Document(" ".join(text), id=str(number)) for number, text in enumerate(texts)]
    found = deduplicate(documents)
    assert found.clusters.keys() == {document.id for document in documents}
    assert all(found.clusters[root] == root for root in found.clusters.values())
    assert all(pair.a < pair.b and 0 <= pair.similarity <= 1 for pair in found.pairs)
    rng.shuffle(documents)
    again = deduplicate(documents)
    assert kinds(again) == kinds(found)
    assert again.clusters == found.clusters


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_evidence_of_any_texts(a, b):
    found = deduplicate([Document(a, id="a"), Document(b, id="b")])
    for pair in found.pairs:
        assert isinstance(pair, Pair)
        assert json.dumps(pair.evidence.to_dict())
