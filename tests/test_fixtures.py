"""Whole documents: the seed, text that must survive, and damage that is known and not repaired yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpora import ROOT

from cleaner import Cleaner, Document

FIXTURES = ROOT / "fixtures"
SEED = ROOT / "seeds" / "000_bb0970fab92e8459.txt"
KEPT = sorted((FIXTURES / "kept").glob("*.txt"))
KNOWN = sorted((FIXTURES / "known-failures").glob("*.before.txt"))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", ["default", "unsafe"])
def test_the_seed(mode: str) -> None:
    """The document this project began with comes out as an editor would have it, in both modes."""
    tool = Cleaner(unsafe=mode == "unsafe")
    result = tool.clean(Document(read(SEED), lang="en"))
    assert result.text == read(FIXTURES / "seed" / f"{mode}.txt").removesuffix("\n")
    assert result.undo() == read(SEED)
    assert not tool.clean(Document(result.text, lang="en")).changed


def test_the_seed_is_flagged() -> None:
    """Four sentences no rule can repair without guessing, and the document as a whole."""
    result = Cleaner().clean(Document(read(SEED), lang="en"))
    flags = [d for d in result.diagnostics if not d.applied]
    assert [d.code for d in flags if d.code.startswith("DQ")] == ["DQ001"]
    for quote in (
        "region. Afghanistan, According",
        "Islamic State of IS (ISIS)",
        "Ai Ahmad Massoud (Ahmad Massoud). in year 2001",
        "“No choice“It will",
    ):
        start = read(SEED).index(quote)
        local = [d for d in flags if not d.code.startswith("DQ")]
        assert any(d.start < start + len(quote) and start < d.end for d in local), quote


def fields_of(path: Path) -> dict[str, str]:
    """A fixture's language stands in its name: NAME.fr.txt; without one it is English."""
    parts = path.name.split(".")
    return {"lang": parts[1] if len(parts) == 3 and len(parts[1]) == 2 else "en"}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_text_that_only_looks_damaged_is_kept(path: Path) -> None:
    result = Cleaner().clean(Document(read(path), **fields_of(path)))
    assert result.text == read(path), [d for d in result.diagnostics if d.applied]


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.name.partition(".")[0])
@pytest.mark.xfail(
    strict=True, reason="known and not repaired yet: a pass here means the fixture can move"
)
def test_known_failures(path: Path) -> None:
    after = path.with_name(path.name.replace(".before.", ".after."))
    assert Cleaner().clean(Document(read(path), lang="en")).text == read(after)
