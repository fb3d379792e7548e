"""What a person sees of a long run: how far it is, how long it takes, what stood out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import zstandard

from cleaner.config import Config
from cleaner.corpus import clean_corpus, cut
from cleaner.corpus.cut import Cutter
from cleaner.corpus.summary import Summary
from cleaner.progress import Pace, summarise


def test_the_pace_of_a_run() -> None:
    pace = Pace(100.0)
    summary = Summary(documents=500, changed=20, rejects=1, characters=3_000_000)
    assert pace.words(summary, 0.25, 101.0) == (
        "500 documents, 20 changed, 1 rejected, 500 documents/s, 3.0 M characters/s"
    )
    assert pace.words(summary, 0.5, 111.0).endswith(", 50 %, 20 s left")
    assert pace.words(summary, 0.26, 201.0).endswith(", 26 %, 2 h 3 min left")
    assert pace.words(summary, 0.75, 701.0).endswith(", 75 %, 5 min left")
    assert "left" not in pace.words(summary, None, 711.0)


def corpus(folder: Path, count: int) -> list[str]:
    line = "The bank said on Monday that it would cut its rates in the spring of the year"
    rows = (
        json.dumps({"id": n, "text": f"{line}, by {n} points.\n\nSource link", "site": f"s{n % 9}"})
        for n in range(count)
    )
    data = "".join(f"{row}\n" for row in rows).encode()
    (folder / "a.jsonl").write_bytes(data)
    (folder / "b.jsonl.zst").write_bytes(zstandard.compress(data))
    (folder / "c.txt").write_text("Shares fell.")
    return [str(folder / name) for name in ("a.jsonl", "b.jsonl.zst", "c.txt")]


def test_the_share_of_the_input_that_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cut, "BATCH_LINES", 8 << 10)
    shares: list[float | None] = []
    summary = clean_corpus(
        corpus(tmp_path, 400),
        str(tmp_path / "out"),
        config=Config(),
        complain=print,
        progress=lambda _, share: shares.append(share),
    )
    assert summary.documents == 801
    known = [share for share in shares if share is not None]
    assert known == shares == sorted(known)
    assert known[0] < 0.8
    assert known[-1] == 1.0


def test_the_share_of_inputs_without_a_size_is_not_known() -> None:
    assert Cutter([], print).share() is None


def test_the_summary_names_sites_and_documents(cli, tmp_path: Path) -> None:
    corpus(tmp_path, 30)
    done = cli("clean", str(tmp_path / "a.jsonl"), "-o", "out.jsonl")
    assert "Edits by site: s0 4, s1 4, s2 4, s3 3, s4 3, and 4 more." in done.stderr
    assert "Most changed: 0 (12.5 %), 1 (12.5 %), 2 (12.5 %)." in done.stderr
    assert "Slowest" not in done.stderr, "nobody wants to read of milliseconds"


def test_the_summary_says_how_many_documents_need_an_eye(cli) -> None:
    texts = ("Page not found.", "Access denied.", "The bank cut its outlook for the year, and " * 3)
    Path("crawl.jsonl").write_text("".join(f"{json.dumps({'text': text})}\n" for text in texts))
    done = cli("clean", "crawl.jsonl", "-o", "out.jsonl", "--select", "DQ008,GS095")
    assert (
        "Flagged: DQ008 page-without-story 2. `cleaner check --select DQ` says which.\n"
        in done.stderr
    )
    assert "Flagged" not in cli("clean", "out.jsonl", "-o", "2.jsonl", "--select", "GS095").stderr


def test_the_summary_says_from_which_sites_copies_went_to_which(cli) -> None:
    story = "Ferries between {0} and the islands stop at noon on {1} May because {2} of the crews are ill."
    rows = [
        {
            "id": f"https://{site}.org/{n}",
            "date": f"2024-05-{day:02}",
            "url": f"https://{site}.org/{n}",
            "text": story.format(town, n, n + 20),
        }
        for site, day in (("first", 1), ("second", 2), ("third", 3))
        for n, town in enumerate(("Arnholm", "Lindesvik", "Torsby"))
        if n < 4 - day
    ]
    Path("old.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows[:3]))
    Path("new.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows[3:]))
    done = cli("clean", "old.jsonl", "new.jsonl", "-o", "out.jsonl", "--dedup")
    assert "Duplicates: 3 exact; 0 dropped.\n" in done.stderr
    assert "From site to site: first.org → second.org 2, first.org → third.org 1.\n" in done.stderr
    seen = ("--index", "seen.sqlite")
    assert "From site" not in cli("dedup", "old.jsonl", "-o", "1.jsonl", *seen).stderr
    done = cli(
        "dedup", "new.jsonl", "-o", "2.jsonl", *seen
    )  # the ids of the first ones are addresses
    assert "From site to site: first.org → second.org 2, first.org → third.org 1.\n" in done.stderr


def test_the_summary_names_slow_documents(capsys) -> None:
    summarise(Summary(documents=2, slowest=[(1.26, "a\nb"), (0.02, "c")]), "out", 2.0)
    assert "Slowest: a\\nb (1.3 s)." in capsys.readouterr().err


def test_the_most_changed_and_slowest_survive_merging_and_json() -> None:
    one = Summary(most_changed=[(0.5, "a"), (0.2, "b")], slowest=[(1.0, "a")])
    one.sites["example.org"] = 2
    other = Summary(most_changed=[(0.4, "c"), (0.3, "d")], slowest=[(2.0, "c")])
    other.sites["example.org"] = 3
    other.flows["a.org → b.org"] = 1
    one.merge(Summary.from_dict(json.loads(json.dumps(other.to_dict()))))
    assert one.most_changed == [(0.5, "a"), (0.4, "c"), (0.3, "d")]
    assert one.slowest == [(2.0, "c"), (1.0, "a")]
    assert one.sites == {"example.org": 5}
    assert one.flows == {"a.org → b.org": 1}
