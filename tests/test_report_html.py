"""The HTML report: what is gathered is bounded and merges, and the page is sound, safe and usable."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import itertools
import json
import os
import re
import select
import shutil
import subprocess
import time
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Document
from cleaner.edits import Edit, apply
from cleaner.engine import Diagnostic, Result
from cleaner.report import gather, marked
from cleaner.report.gather import OTHER, Gathered
from cleaner.report.html import policy, render, seen
from cleaner.report.plots import timeline
from cleaner.report.reposts import in_order

HERE = Path(gather.__file__).parent
HARBOUR = (
    "The harbour board of Westmoor voted on Tuesday to close the old ferry pier, which 1,200 commuters use on a working day. "
    "Engineers found cracks in 14 of its 36 piles in the spring, the board's chair, Ada Lindqvist, said.\n\n"
    "A replacement would cost about 9.4 million crowns, she said, and could open in two years. Fishermen who land their catch "
    "beside the pier asked for a temporary berth. The board will hear them next week.\n\n"
)
BAKERY = (
    "A bakery in the town of Ellisfield has sold the same rye loaf since 1911. Its owner, Tomas Reuter, plans to retire "
    "in March , and no one in his family wants the ovens.Customers have begun to collect money for a cooperative.\n\n"
)
BOXES = [
    "Source link",
    "Leave a Reply",
    "Share this:\nFacebook\nTwitter",
    "Sign up for our newsletter",
    "Related articles",
    "Read more: Ferry season opens early",
    "Click here to get our app",
    "Photo: Mia Hansen",
]
HOSTILE = [
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    '"><b id=pwned>',
    "a \u202eb \u2066c \u200bd \x00e \x85f",
    "\ud800 half a pair",
    "{{ 7 * 7 }} {% raw %}",
    "\U0001f469\u200d\U0001f680 \U0001f1eb\U0001f1ee emoji",
    "אמר השר ביום שני כי הנמל ייסגר. (he said)",
    "می\u200cخواهم خبر را بخوانم",
    "]]> --> <!-- x",
]


def stories(count: int = 40) -> list[Document]:
    made = []
    for i in range(count):
        body = (HARBOUR, BAKERY, HARBOUR + BAKERY, BAKERY * 2)[i % 4]
        tail = "\n\n".join(BOXES[(i // 3 + j) % len(BOXES)] for j in range(i % 5))
        made.append(
            Document(
                f"{body}{tail}",
                id=f"story-{i}",
                title=f"Story {i}" if i % 3 else "",
                url=f"https://www.site-{i % 7}.example/{i}" if i % 5 else "javascript:alert(1)",
                date=("", "2024-03-01", "2024-03-09T10:00", "2024-02", "soon")[i % 5],
            )
        )
    return made


@pytest.fixture(scope="module")
def results() -> list[Result]:
    cleaner = Cleaner(preview=True)
    return [cleaner.clean(document) for document in stories()]


def gathered(results: list[Result]) -> Gathered:
    made = Gathered()
    for number, result in enumerate(results):
        made.add(result, 0.001 * (number % 13))
        if number % 9 == 0:
            made.reject(
                f"part.jsonl:{number}",
                f"r{number}",
                f"not JSON: Expecting ',' delimiter: line 1 column {number}",
            )
    return made


def plain(state: Gathered) -> dict:
    return json.loads(json.dumps(state.to_dict()))


def pair(
    a: str, b: str, kind: str, texts: dict[str, str], similarity: float = 0.9, dates=("", "")
) -> SimpleNamespace:
    """What reports read of a Pair, with the first 40 characters as the shared passage."""
    passage = SimpleNamespace(start_a=0, end_a=40, start_b=0, end_b=40, text=texts[a][:40])
    evidence = SimpleNamespace(
        a=texts[a], b=texts[b], date_a=dates[0], date_b=dates[1], passages=(passage,), coverage_a=0.5, coverage_b=0.4,
        numbers_contradicted=(("14", "15"),), names_contradicted=(),
    )  # fmt: skip
    return SimpleNamespace(a=a, b=b, kind=kind, similarity=similarity, evidence=evidence)


def duplicates(texts: dict[str, str]) -> SimpleNamespace:
    first, *others = texts
    copies = others[:-1]
    kinds = itertools.cycle(["exact", "repost", "rewritten"])
    pairs = [
        pair(first, copy, kind, texts, dates=("2024-01-01", "2024-01-02"))
        for copy, kind in zip(copies, kinds, strict=False)
    ]
    pairs.append(pair(first, others[-1], "series", texts))
    clusters = {name: first if name in copies else name for name in texts}
    return SimpleNamespace(
        pairs=pairs, clusters=clusters, kept=(first, others[-1]), dropped=tuple(copies)
    )


def full(results: list[Result]) -> Gathered:
    state = gathered(results)
    texts = {r.document.id: r.text for r in results[:12]}
    state.duplicates(
        duplicates(texts), lambda name: (f"Title {name}", f"{name}.example", texts[name])
    )
    return state


@pytest.fixture(scope="module")
def page(results: list[Result]) -> str:
    return render(full(results), title="A test run", details={"Input": "stories.jsonl"})


# What is gathered


@pytest.mark.parametrize("cuts", [(20,), (1, 2, 39), (10, 10, 30)])
def test_merging_shards_in_order_is_one_pass(results, cuts) -> None:
    whole = Gathered()
    for begin, end in itertools.pairwise([0, *cuts, len(results)]):
        part = Gathered()
        for number in range(begin, end):
            part.add(results[number], 0.001 * (number % 13))
            if number % 9 == 0:
                reason = f"not JSON: Expecting ',' delimiter: line 1 column {number}"
                part.reject(f"part.jsonl:{number}", f"r{number}", reason)
        whole.merge(Gathered.from_dict(plain(part)))
    one = gathered(results)
    assert plain(whole) == plain(one)
    assert render(whole, title="t", details={}) == render(one, title="t", details={})


def test_equal_ids_and_order_of_documents(results) -> None:
    same = [Result(r.document.replace(id="same"), r.text, r.edits, r.diagnostics) for r in results]
    forth, back = Gathered(), Gathered()
    for one, other in zip(same, reversed(same), strict=True):
        forth.add(one)
        back.add(other)
    assert plain(forth)["samples"] == plain(back)["samples"]
    assert plain(forth)["eye"] == plain(back)["eye"]


def test_counts_add_up(results) -> None:
    state = gathered(results)
    assert (
        state.totals["documents"]
        == len(results)
        == sum(s["documents"] for s in state.sites.values())
    )
    assert state.totals["rejected"] == 5
    assert list(state.rejects) == ["not JSON: Expecting ',' delimiter: line … column …"]
    edits = sum(len(r.edits) for r in results)
    assert sum(rule["edits"] for rule in state.rules.values()) >= edits > 0
    removed = sum(max(0, e.end - e.start - len(e.new)) for r in results for e in r.edits)
    assert sum(rule["removed"] for rule in state.rules.values()) == removed
    assert state.days == Counter({"2024-03-01": 8, "2024-03-09": 8, "2024-02": 8})
    assert "site-1.example" in state.sites


def test_size_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(gather, "MOST_SITES", 10)
    state = Gathered()
    text = f"{'word ' * 30_000}\n\nSource link"
    for i in range(600):
        found = Diagnostic(
            f"XX{i % 40:03d}", "name" * 50, 150_000, len(text), "", True, "message " * 90
        )
        document = Document(text, id=f"{i}" * 300, title="t" * 5000, site=f"site-{i}")
        state.add(Result(document, text[:150_000], [Edit(150_000, len(text))], [found]), 0.5)
        state.reject("w" * 5000, "i" * 5000, f"{'r' * 500} {chr(65 + i % 26)}")
    assert len(json.dumps(state.to_dict())) < 1_000_000
    assert len(state.sites) <= 21
    assert sum(s["documents"] for s in state.sites.values()) == 600
    assert state.sites[OTHER]["sites"] + len(state.sites) - 1 == 600
    assert max(map(len, state.samples.values())) == gather.PER_RULE
    assert len(render(state, title="t", details={})) < 1_500_000


def test_state_is_bounded_where_rejects_are_of_many_kinds() -> None:
    state = Gathered()
    for first, second in itertools.product("abcdefghij", repeat=2):
        state.reject("w", "i", f"reason {first}{second}")
    assert len(state.rejects) == gather.REASONS + 1
    assert sum(known["count"] for known in state.rejects.values()) == 100


def test_real_duplicates_are_told() -> None:
    from cleaner import deduplicate

    ferry = HARBOUR + HARBOUR.replace("Westmoor", "Eastmoor").replace("pier", "quay") + BAKERY
    made = [
        Document(f"{ferry}\nAs told by the Courier.", id="b", date="2024-05-02"),
        Document(ferry, id="a", date="2024-05-01"),
        Document(f"Ferries: what we know. {ferry}", id="c", date="2024-05-03"),
        Document(
            "The orchestra of Lund opens its season with Nielsen on Friday; tickets are sold out.",
            id="d",
        ),
    ]
    texts = {document.id: document.text for document in made}
    state = Gathered()
    asked: list[str] = []
    told = deduplicate(made)
    state.duplicates(
        told, lambda name: asked.append(name) or (f"Title {name}", f"{name}.example", texts[name])
    )
    state = Gathered.from_dict(plain(state))
    assert state.reposts["dropped"] == len(told.dropped) == 2
    cluster = state.reposts["largest"][0]
    assert (cluster["first"]["id"], cluster["dated"], cluster["size"]) == ("a", True, 3)
    assert [member["id"] for member in cluster["members"]] == ["b", "c"]
    shown = cluster["pairs"][0]
    assert shown["left"]["id"] == "a"
    assert shown["ordered"]
    assert any(
        "Engineers found cracks" in row[1] and "Engineers found cracks" in row[3]
        for row in shown["rows"]
    )
    assert sorted(edge[:3] for edge in state.reposts["flow"]) == [
        ["a.example", f"{x}.example", 1] for x in "bc"
    ]
    assert set(asked) <= {"a", "b", "c"}
    assert "First · " in render(state, title="t", details={})


# Documents in pieces


@st.composite
def changed(draw) -> Result:
    text = draw(st.text("ab \n", min_size=1, max_size=400))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    edits = [
        Edit(a, b, draw(st.text("xy ", max_size=5)))
        for a, b in zip(places[::2], places[1::2], strict=False)
    ]
    edits = [e for i, e in enumerate(edits) if i == 0 or e.start > edits[i - 1].end]
    found = [Diagnostic("BP001", "n", e.start, e.end, e.new, True, "m") for e in edits]
    a, b = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    found.append(Diagnostic("DQ001", "n", a, b, None, False, "m"))
    found.sort(key=lambda d: (d.start, d.end, d.code))
    return Result(Document(text), apply(text, edits), edits, found)


def told(pieces: list, *, after: bool) -> str:
    parts = {
        "text": lambda p: p[1],
        "flag": lambda p: p[1],
        "edit": lambda p: p[2] if after else p[1],
    }
    return "".join(parts[piece[0]](piece) for piece in pieces)


@given(changed())
def test_pieces_tell_the_whole_text_before_and_after(result: Result) -> None:
    pieces = marked.pieces(result)
    assert told(pieces, after=False) == result.document.text
    assert told(pieces, after=True) == result.text
    for edit, signers in marked.signed(result):
        assert any((d.start, d.end) == (edit.start, edit.end) for d in signers)


def test_a_long_text_is_cut_around_its_edits() -> None:
    text = "word " * 200_000
    edits = [Edit(i, i + 1, "W") for i in range(1000, 900_000, 5000)]
    found = [Diagnostic("BP001", "n", e.start, e.end, e.new, True, "m") for e in edits]
    found[100] = found[100]._replace(code="BP002")
    begin = time.perf_counter()
    pieces = marked.pieces(Result(Document(text), apply(text, edits), edits, found))
    assert time.perf_counter() - begin < 0.5
    assert 1000 < len(json.dumps(pieces)) < 3 * marked.SHOWN
    shown = [piece for piece in pieces if piece[0] == "edit"]
    gaps = [piece for piece in pieces if piece[0] == "gap"]
    assert sum(piece[2] for piece in gaps) == len(edits) - len(shown)
    assert {code for piece in shown for code in piece[3]} == {"BP001", "BP002"}


def test_one_long_line_is_cut() -> None:
    text = "x" * 1_000_000
    pieces = marked.pieces(Result(Document(text), "", [Edit(0, len(text))], []))
    assert len(json.dumps(pieces)) < 2 * marked.LONGEST


def test_middle_and_short_keep_utf8_sound() -> None:
    assert marked.middle("a\ud800b", 9) == "a\ufffdb"
    assert "…" in marked.middle("word " * 100, 60)
    assert marked.short(" a \n b ", 9) == "a b"
    assert len(marked.short("x" * 10**6, 50)) == 50


def test_passages_in_order() -> None:
    spans = [((0, 9), (90, 99), ""), ((10, 30), (0, 20), ""), ((31, 51), (21, 41), "")]
    assert in_order(spans) == {1, 2}
    assert in_order([]) == set()


def test_timeline_takes_the_unit_that_fits() -> None:
    assert timeline({"2024-02-27": 1, "2024-03-01": 2})[1].values == [1, 0, 0, 2]
    assert timeline({"2023-11": 1, "2024-01-02": 2})[1].names == ["2023-11", "2023-12", "2024-01"]
    assert timeline({"1950-01-01": 1, "2024-02-30": 1})[0] == "year"
    assert timeline({"2024-02-30": 1, "2024-02-01": 1})[0] == "month"


# The page


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in order, nothing stands where it may not."""

    VOID = frozenset({"meta", "br", "input", "link", "img"})
    BLOCK = frozenset(
        {"p", "div", "table", "ul", "dl", "section", "figure", "details", "h2", "h3", "h4"}
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.feed(text)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag: str, attrs) -> None:
        known = {name: value or "" for name, value in attrs}
        assert len(known) == len(attrs)
        self.attributes.append((tag, known))
        if "id" in known:
            self.ids.append(known["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in self.BLOCK:
            assert "p" not in self.stack, f"<{tag}> in a paragraph"
        if tag in {"a", "button"}:
            assert not {"a", "button"} & set(self.stack)
            assert "summary" not in self.stack
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


SECTIONS = [
    "summary",
    "rules",
    "sites",
    "documents",
    "reposts",
    "flow",
    "lengths",
    "eye",
    "rejects",
]


@pytest.mark.parametrize("state", ["full", "empty", "untouched"])
def test_the_page_is_well_formed(page, state) -> None:
    if state == "empty":
        page = render(Gathered(), title="Nothing", details={})
    elif state == "untouched":
        quiet = Gathered()
        quiet.add(Cleaner().clean(Document(HARBOUR * 2, id="a")))
        page = render(quiet, title="Untouched", details={})
    read = Page(page)
    assert len(read.ids) == len(set(read.ids))
    assert [known["id"] for tag, known in read.attributes if tag == "section"] == SECTIONS
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in itertools.pairwise(read.headings))
    tags = Counter(tag for tag, _ in read.attributes)
    assert tags["main"] == tags["nav"] == tags["header"] == tags["footer"] == tags["h1"] == 1
    assert all("scope" in known for tag, known in read.attributes if tag == "th")
    assert tags["caption"] == tags["table"]
    named = {
        word for _, known in read.attributes for word in known.get("aria-labelledby", "").split()
    }
    described = {
        word for _, known in read.attributes for word in known.get("aria-describedby", "").split()
    }
    targets = {
        known["href"][1:] for tag, known in read.attributes if known.get("href", "").startswith("#")
    }
    assert named | described | targets <= set(read.ids)


def test_the_page_loads_nothing(page) -> None:
    read = Page(page)
    for tag, known in read.attributes:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert not {"src", "srcset", "style", "data", "background", "action"} & set(known)
        assert not any(name.startswith("on") for name in known)
        if "href" in known:
            assert tag == "a"
            assert re.match(r"#|https?://", known["href"])
    assert not re.search(r"url\(|@import|\bfetch\b|XMLHttpRequest", page)


def test_the_policy_allows_this_script_and_style_only(page) -> None:
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL)[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    said = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace(
        "&#39;", "'"
    )
    assert said == policy(style, script)
    assert said.startswith("default-src 'none'")
    assert "unsafe" not in said
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in said


def hostile() -> str:
    state = Gathered()
    for i, text in enumerate(HOSTILE):
        body = f"{text} {HARBOUR}{text}\n\nSource link"
        document = Document(
            body,
            id=text,
            title=text,
            site=text,
            url=f"https://e.example/{text}",
            lang=text,
            date=text,
        )
        edits = [Edit(0, len(text), text[::-1]), Edit(len(body) - 11, len(body), text)]
        found = [
            Diagnostic("BP001", "n", 0, len(text), text[::-1], True, text),
            Diagnostic("GS095", "n", 30, 60, None, False, text),
            Diagnostic("DQ001", "n", 0, len(body), None, False, text),
            Diagnostic(f"XX{i:03d}", text, len(body) - 11, len(body), text, True, text),
        ]
        state.add(Result(document, apply(body, edits), edits, found), 0.1)
        state.reject(text, text, text)
    texts = {f"{i} {text}": f"{text} {HARBOUR}" for i, text in enumerate(HOSTILE)}
    state.duplicates(duplicates(texts), lambda name: (name, name, texts[name]))
    state = Gathered.from_dict(json.loads(json.dumps(state.to_dict())))
    return render(state, title=HOSTILE[1], details={text: text for text in HOSTILE})


def test_hostile_texts_are_only_text() -> None:
    page = hostile()
    read = Page(page)
    tags = Counter(tag for tag, _ in read.attributes)
    assert tags["script"] == tags["style"] == 1
    assert not {"img", "b"} & {
        tag for tag, known in read.attributes if "id" in known or "src" in known
    }
    assert "pwned" not in read.ids
    assert "49 " not in page[: page.index("<script>")].split("7 * 7")[1][:20]
    page.encode()
    assert not re.search("[\x00-\x08\x0b-\x1f\x85\u202a-\u202e\u2066-\u2069\u200b]", page)
    assert "⟨U+202E⟩" in page
    assert "\U0001f469\u200d\U0001f680" in page
    assert "می\u200cخواهم" in page
    assert 'dir="auto"' in page
    assert seen("a\u2066b\x01") == "a⟨U+2066⟩b␁"


def channel(value: str) -> float:
    part = int(value, 16) / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    red, green, blue = (channel(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_have_contrast() -> None:
    themes = re.findall(r":root \{(.*?)\}", (HERE / "report.css").read_text(), re.DOTALL)
    assert len(themes) == 2
    for theme in themes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", theme))
        for ink, ground in [
            *itertools.product(("ink", "soft", "pen"), ("paper", "raised")), ("ink", "wash"), ("ink", "wash-2"), ("pen", "wash"), ("paper", "pen"),
        ]:  # fmt: skip
            low, high = sorted((luminance(colours[ink]), luminance(colours[ground])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground, colours)


def test_importing_what_gathers_imports_no_template_engine() -> None:
    code = "import sys, cleaner.report.gather, cleaner.report.html; print('jinja2' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run(
        [shutil.which("python") or "python3", "-c", code],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["False", "False"]


# In a browser

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --remote-debugging-pipe"
)
needs_chromium = pytest.mark.skipif(
    not CHROMIUM, reason="no chromium, chromium-browser or google-chrome on PATH"
)


class Browser:
    """A headless Chromium, driven by its DevTools protocol over two pipes."""

    def __init__(self, folder: Path) -> None:
        pipes = (*os.pipe(), *os.pipe())
        commands, self.commands, self.answers, answers = (
            fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in pipes
        )
        for end in pipes:
            os.close(end)
        actions = [
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, commands, 3),
            (os.POSIX_SPAWN_DUP2, answers, 4),
        ]
        options = [*OPTIONS.split(), f"--user-data-dir={folder}", "about:blank"]
        self.process = os.posix_spawn(
            CHROMIUM, [CHROMIUM, *options], os.environ, file_actions=actions
        )
        os.close(commands)
        os.close(answers)
        self.rest, self.number, self.session, self.events = b"", 0, "", []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def read(self) -> dict:
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.answers], [], [], 60)
            data = os.read(self.answers, 1 << 20) if ready else b""
            assert data, "Chromium doesn't answer"
            self.rest += data
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def call(self, method: str, **params) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while (answer := self.read()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def open(
        self,
        path: Path,
        fragment: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
    ) -> None:
        """Open a page anew, for a size and a theme."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.call("Page.navigate", url="about:blank")
        self.js("1")
        self.events.clear()
        self.call("Page.navigate", url=f"{path.as_uri()}{fragment}")
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read())

    def js(self, code: str):
        answer = self.call(
            "Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def key(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode={"Tab": 9, "Escape": 27}[key],
            )

    def screenshot(self, path: Path) -> None:
        path.write_bytes(
            base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
        )

    def complaints(self) -> list[dict]:
        bad = {"Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"}
        return [event for event in self.events if event.get("method") in bad]

    def close(self) -> None:
        self.session = ""
        self.call("Browser.close")
        os.waitpid(self.process, 0)
        os.close(self.commands)
        os.close(self.answers)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    made = Browser(tmp_path_factory.mktemp("chromium"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def file(page, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


SHOWN = (
    "[...document.querySelectorAll({0!r})].filter(e => e.checkVisibility()).map(e => e.textContent)"
)


@needs_chromium
@pytest.mark.parametrize(
    ("name", "width", "dark"), [("light", 1280, False), ("dark", 1280, True), ("phone", 390, False)]
)
def test_it_opens_in_a_browser(browser, file, tmp_path, name, width, dark) -> None:
    browser.open(file, width=width, dark=dark)
    assert browser.complaints() == []
    asked = [
        e["params"]["request"]["url"]
        for e in browser.events
        if e.get("method") == "Network.requestWillBeSent"
    ]
    assert asked == [file.as_uri()]
    assert browser.js("performance.getEntriesByType('navigation')[0].loadEventEnd") < 2000
    assert browser.js("document.documentElement.scrollWidth") <= width
    red = int(
        browser.js("getComputedStyle(document.documentElement).backgroundColor")
        .split("(")[1]
        .split(",")[0]
    )
    assert (red < 80) == dark
    browser.screenshot(tmp_path / f"{name}.png")
    assert (tmp_path / f"{name}.png").stat().st_size > 10_000


@needs_chromium
def test_search_and_filter(browser, file) -> None:
    browser.open(file, "#?q=source+link")
    rules = browser.js(SHOWN.format("#rules tr[data-item]"))
    assert rules
    assert all("source link" in text.lower() for text in rules)
    assert "found" in browser.js("document.querySelector('#found').textContent")
    browser.js("location.hash = '#?rule=BP010'")
    browser.js("new Promise(done => setTimeout(done, 50))")
    documents = browser.js(SHOWN.format("#documents .item > summary"))
    assert documents
    assert all("BP010" in text for text in documents)
    browser.js("location.hash = '#?q=nothingofthekind'")
    browser.js("new Promise(done => setTimeout(done, 50))")
    assert browser.js(SHOWN.format("[data-item]")) == []
    assert browser.js(SHOWN.format(".none"))[0] == "No rule matches the search."
    assert browser.complaints() == []


@needs_chromium
def test_sorting_and_views(browser, file) -> None:
    browser.open(file)
    browser.js("document.querySelector('#rules table[data-sort] th:first-child button').click()")
    codes = browser.js(SHOWN.format("#rules table[data-sort] tbody th"))
    assert codes == sorted(codes)
    assert browser.js("document.querySelector('#rules th[aria-sort]').ariaSort") == "ascending"
    display = "getComputedStyle(document.querySelector('.text {}')).display"
    assert browser.js(display.format("del")) == "inline"
    browser.js("document.querySelector('#view-after').click()")
    assert browser.js(display.format("del")) == "none"
    browser.js("document.querySelector('#view-before').click()")
    assert (browser.js(display.format("del")), browser.js(display.format("ins"))) == (
        "inline",
        "none",
    )


@needs_chromium
def test_keyboard(browser, file) -> None:
    browser.open(file)
    browser.key("Tab")
    assert browser.js("document.activeElement.className") == "skip"
    code = browser.js(
        "(() => { const a = document.querySelector('.text a.code'); a.focus(); return a.textContent; })()"
    )
    assert browser.js(SHOWN.format("#tip"))[0].startswith(code)
    browser.key("Escape")
    assert browser.js(SHOWN.format("#tip")) == []


@needs_chromium
def test_everything_is_there_without_a_script(browser, file) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(file)
        assert browser.js("document.querySelectorAll('.item:not([open])').length") == 0
        items = "[...document.querySelectorAll('[data-item]')]"
        assert (
            browser.js(f"{items}.length")
            == browser.js(f"{items}.filter(e => e.checkVisibility()).length")
            > 40
        )
        assert browser.js(SHOWN.format(".needs-script, .none")) == []
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


@needs_chromium
def test_hostile_texts_do_nothing_in_a_browser(browser, tmp_path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(hostile(), encoding="utf-8")
    browser.open(path, width=390)
    assert browser.js("window.pwned") is None
    assert browser.js("document.querySelector('#pwned')") is None
    assert browser.complaints() == []
    assert browser.js("document.documentElement.scrollWidth") <= 390
