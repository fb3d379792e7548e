"""Findings for other programs: capped, and one result for a cluster of copies, however many they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaner.report import machine

STORY = "Shares of the bank fell 4% on Tuesday after it cut its outlook for the year, it said.\n"
STRIKE = (
    "Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. "
    "The hospital, which has 240 beds, moved patients to two clinics inland and cancelled surgery.\n"
)


def annotations(cli, *more: str) -> list[str]:
    return cli("check", "--output-format", "github", *more).stdout.splitlines()


def sarif(cli, *more: str) -> dict:
    return json.loads(cli("check", "--output-format", "sarif", *more).stdout)["runs"][0]


def test_a_cluster_is_one_result(cli) -> None:
    for number in range(12):
        Path(f"{number:02d}.txt").write_text(
            STRIKE.replace("surgery", f"surgery on ward {number + 10}")
        )
    rows = [json.dumps({"id": f"r{number}", "text": STRIKE}) for number in range(2)]
    Path("z.jsonl").write_text("\n".join(rows) + "\n")
    assert cli("check", "--duplicates", "--output-format", "concise").stdout.count("ND00") == 13
    (line,) = annotations(cli, "--duplicates")
    assert line.startswith("::warning title=cleaner (ND001),file=")
    assert "ND001 13 documents repeat '00.txt': 01.txt, 02.txt" in line
    assert line.endswith(" and 8 more")
    (result,) = sarif(cli, "--duplicates")["results"]
    assert result["ruleId"] == "ND001"
    assert result["message"]["text"].startswith("13 documents repeat '00.txt'")
    places = [*result["locations"], *result["relatedLocations"]]
    files = [place["physicalLocation"]["artifactLocation"]["uri"] for place in places]
    assert files == [*(f"{number:02d}.txt" for number in range(1, 12)), "z.jsonl", "z.jsonl"]
    assert places[-1]["physicalLocation"]["region"]["startLine"] == 2


def test_two_clusters_and_a_pair_stay_apart(cli) -> None:
    for name, text in (("a", STRIKE), ("b", STRIKE), ("c", STORY * 3), ("d", STORY * 3)):
        Path(f"{name}.txt").write_text(text)
    lines = annotations(cli, "--duplicates", "--select", "ND")
    assert [line.partition("::ND001 ")[2].partition(":")[0] for line in lines] == [
        "The same text as 'a.txt'",
        "The same text as 'c.txt'",
    ]


def test_annotations_are_capped_by_level_and_the_rest_is_counted(cli) -> None:
    dirty = "".join(json.dumps({"text": f"{STORY}\nSource link\n"}) + "\n" for _ in range(25))
    Path("a.jsonl").write_text(dirty + json.dumps({"text": "Too short."}) + "\n")
    lines = annotations(cli)
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 1
    assert lines[-1] == (
        "::notice title=cleaner::15 more findings are left out: GitHub shows 10 errors and 10 warnings "
        "of a step"
    )


def test_sarif_is_capped_fixes_first_and_says_how_many_are_left_out(
    cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, dirty = {"text": "Too short."}, {"text": f"{STORY}\nSource link\n"}
    Path("a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [short] * 3 + [dirty] * 3))
    run = sarif(cli)
    assert len(run["results"]) == 6
    assert "invocations" not in run
    monkeypatch.setattr(machine, "MOST_RESULTS", 4)
    run = sarif(cli)
    assert [result["level"] for result in run["results"]] == ["warning"] * 3 + ["note"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "2 more findings are left out; the limit is 4."


def test_results_are_known_again_when_they_move(cli) -> None:
    def prints() -> list[str]:
        results = sarif(cli)["results"]
        return sorted(
            result["partialFingerprints"]["primaryLocationLineHash"] for result in results
        )

    row = json.dumps({"text": f"{STORY}\nSource link\n"}) + "\n"
    Path("a.jsonl").write_text(row * 2)
    before = prints()
    assert len(set(before)) == 2
    Path("a.jsonl").write_text(json.dumps({"text": STORY}) + "\n" + row * 2)
    assert prints() == before
