"""What holds for every text: undo, idempotence, disjoint edits, no letters added, linear time."""

from __future__ import annotations

import mmap
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from statistics import median

import pytest
from corpora import read_jsonl_zst
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, Document
from cleaner.edits import check_script
from cleaner.examples import document_of
from cleaner.rules import BUILT_IN

SAFE, UNSAFE, SENTENCES = Cleaner(), Cleaner(unsafe=True), Cleaner(ignore=["CH"])

# Arbitrary Unicode, half surrogates too, mixed with what rules look for: pieces of their own examples.
PIECES = sorted(
    {
        line.strip()
        for rule in BUILT_IN
        for example in rule.examples
        for line in example.before.split("\n")
    }
)
MARKS = list(" \n\t.,:;!?…“”‘’\"'«»()[]|·•-–—*&#@%/\\\u00a0\u200b\u200d\ufffd\u0301")
CHUNKS = st.one_of(
    st.text(max_size=12), st.sampled_from(PIECES), st.sampled_from(MARKS), st.just("\n\n")
)
TEXTS = st.lists(CHUNKS, max_size=12).map("".join)


def check_laws(cleaner: Cleaner, document: Document) -> None:
    result = cleaner.clean(document)
    check_script(document.text, result.edits)
    assert result.undo() == document.text
    again = cleaner.clean(document.replace(text=result.text))
    assert again.text == result.text, again.diagnostics
    for diagnostic in result.diagnostics:
        assert 0 <= diagnostic.start <= diagnostic.end <= len(document.text)


@pytest.mark.parametrize("cleaner", [SAFE, UNSAFE], ids=["safe", "unsafe"])
@pytest.mark.parametrize("lang", ["en", "fr", ""])
@settings(max_examples=120)
@given(TEXTS)
def test_laws_on_any_text(cleaner: Cleaner, lang: str, text: str) -> None:
    check_laws(cleaner, Document(text, lang=lang, title=text.partition("\n")[0][:80]))


@settings(max_examples=200)
@given(TEXTS)
def test_safe_sentence_and_boilerplate_rules_add_no_letters(text: str) -> None:
    """Only CH restores letters that an encoding or an entity stood for."""
    result = SENTENCES.clean(Document(text, lang="en"))
    before, after = (Counter(filter(str.isalpha, t.casefold())) for t in (text, result.text))
    assert not after - before


@pytest.mark.parametrize("cleaner", [SAFE, UNSAFE], ids=["safe", "unsafe"])
def test_laws_on_every_example(cleaner: Cleaner) -> None:
    for rule in BUILT_IN:
        for example in rule.examples:
            check_laws(cleaner, document_of(example))


UNITS = {
    "spaces": " ",
    "quotes": "“",
    "straight quotes": '"',
    "letters": "a",
    "capitals": "A",
    "digits": "1",
    "lines": "\n",
    "short lines": "ab\n",
    "one line": "word ",
    "no space": "word.Word,word",
    "stops": "a .a .",
    "brackets": "((",
    "parentheses": "(a) ",
    "ampersands": "&",
    "tags": "<a ",
    "closed tags": '<a href="x">b</a>',
    "pipes": "a | ",
    "bullets": "• a\n",
    "dashes": "- ",
    "ellipses": "… ",
    "commas": ", ",
    "hyphens": "a- a",
    "combining": "e\u0301",
    "no-break": "\u00a0a",
    "mojibake": "â€™",
    "replacement": "\ufffda",
    "surrogates": "\ud800",
    "share": "Share Tweet ",
    "share lines": "Share\nTweet\n",
    "photos": "Photo: ",
    "by": "By By ",
    "read more": "Read more: ",
    "source link": "Source link\n",
    "urls": "http://a.b ",
    "glued": "http://",
    "quoted": "“a“ ",
    "sentence": "The bank said on Monday that rates would rise. ",
    "paragraph": "The bank said on Monday that rates would rise.\n\n",
    "chinese": "部长昨天谈到了新的法律。",
    "doubled": "the the ",
    "names": "Ai Ahmad (Ai Ahmad) ",
}
STEPS = (10_000, 100_000, 1_000_000)
MOST_GROWTH = 12  # per step
EXCUSED = 1.5  # times as much, where the machine itself takes longer for a large text
LEAST_SECONDS = 0.05  # what is faster is noise


def own_seconds(cleaner: Cleaner, text: str, unit: str) -> float:
    """CPU time less what the kernel takes to hand out memory.

    A million short lines take 64 MB, page by page: 20 ms beside the rule's 90. A tenth of them fits into
    what the process already has.
    """
    resource = pytest.importorskip("resource", reason="the platform counts no page faults")
    document = Document(text, lang="en", title=unit * 3)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    start = time.process_time()
    cleaner.clean(document)
    seconds = time.process_time() - start
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
    return seconds - faults * seconds_of_a_fault()


def mean_seconds(cleaner: Cleaner, text: str, unit: str) -> float:
    """Of as many runs as make a megabyte.

    The quickest of a few would not do: a short run slips between two disturbances, a long one never does.
    """
    runs = STEPS[-1] // len(text)
    return sum(own_seconds(cleaner, text, unit) for _ in range(runs)) / runs


@cache
def seconds_of_a_fault() -> float:
    """CPU time of a page that is touched first, at its quickest."""

    def touch(pages: int = 4096) -> float:
        with mmap.mmap(-1, pages * mmap.PAGESIZE) as memory:
            start = time.process_time()
            for page in range(pages):
                memory[page * mmap.PAGESIZE] = 1
            first = time.process_time()
            for page in range(pages):
                memory[page * mmap.PAGESIZE] = 2
            return ((first - start) - (time.process_time() - first)) / pages

    return max(0.0, min(touch() for _ in range(9)))


def growth_of_memory() -> tuple[float, ...]:
    """How much more than ten times as long it takes to cut ten times the text, per step: 1 to EXCUSED.

    That is linear, but what a large text takes no longer fits into a cache: on some machines, and beside
    some neighbours, that shows. So it is measured when it is asked for, not once.
    """

    def cut(size: int) -> float:
        text = "a bird" * (size // 6)
        start = time.process_time()
        for _ in range(STEPS[-1] // size):
            re.findall("(?s).{8}", text)
        return (time.process_time() - start) * size

    seconds = [median(cut(size) for _ in range(5)) for size in STEPS]
    growth = (large / small / 10 for small, large in pairwise(seconds))
    return tuple(min(max(more, 1.0), EXCUSED) for more in growth)


def grows(seconds: list[float], machine: Callable[[], Sequence[float]] = growth_of_memory) -> bool:
    """Whether ten times the text takes more than twelve times the time, in any step, for this machine."""
    steps = list(pairwise(seconds))
    if not any(large > max(LEAST_SECONDS, MOST_GROWTH * small) for small, large in steps):
        return False  # whatever the machine
    return any(
        large > LEAST_SECONDS and large > MOST_GROWTH * more * small
        for (small, large), more in zip(steps, machine(), strict=True)
    )


def test_what_growth_is_seen() -> None:
    assert not grows([0.01, 0.1, 1.1])
    assert not grows([0.0001, 0.002, 0.01])
    assert grows([0.01, 0.1, 10.0])
    assert grows([0.0002, 0.06, 0.6])
    assert grows([0.01, 0.1, 1.3], lambda: (1, 1))
    assert not grows([0.01, 0.1, 1.3], lambda: (1, 1.1))
    assert all(1 <= more <= EXCUSED for more in growth_of_memory())


@pytest.mark.benchmark
@pytest.mark.parametrize("rule", BUILT_IN, ids=lambda rule: rule.code)
def test_time_of_each_rule_is_linear(rule) -> None:
    """Ten times the hostile input takes at most twelve times as long, for each rule alone."""
    if rule.scope == "corpus":
        pytest.skip("looks at signatures, not text")
    slow = {}
    cleaner = Cleaner(select=[rule.code], unsafe=True)
    for name, unit in UNITS.items():
        texts = [unit * (size // len(unit)) for size in STEPS]
        seconds = [own_seconds(cleaner, text, unit) for text in texts[:2]]
        if seconds[1] * 100 < LEAST_SECONDS:
            continue  # even a quadratic rule would be done with a megabyte before the clock can tell
        seconds.append(own_seconds(cleaner, texts[2], unit))
        for _ in range(5):
            if not grows(seconds):
                break  # else again, with as much work of each size: a busy machine has its moments
            seconds = [mean_seconds(cleaner, text, unit) for text in texts]
        else:
            slow[name] = [round(s, 4) for s in seconds]
    assert not slow


@pytest.mark.parametrize("name", UNITS)
def test_time_of_the_whole_is_bounded(name: str) -> None:
    """A hostile text of 25 kB is cleaned within seconds, by all rules together."""
    unit = UNITS[name]
    document = Document(unit * (25_000 // len(unit)), lang="en", title=unit * 3)
    start = time.process_time()
    check_laws(UNSAFE, document)
    assert time.process_time() - start < 5


@pytest.mark.benchmark
@pytest.mark.parametrize("corpus", ["scraped.jsonl.zst", "clean.jsonl.zst"])
def test_laws_on_every_document_of_a_corpus(corpus: str) -> None:
    count = 0
    for record in read_jsonl_zst(corpus):
        fields = {key: record.get(key) or "" for key in ("id", "url", "title", "lang", "site")}
        check_laws(SAFE, Document(record["text"], **fields))
        count += 1
    assert count > 2_000
