"""Imports point one way, and start-up stays light."""

from __future__ import annotations

import ast
import compileall
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cleaner

PACKAGE = Path(cleaner.__file__).parent
# A module may import, when it is loaded or inside its functions, only from its own layer and those above.
LAYERS = [
    {
        "codepages",
        "errors",
        "edits",
        "language",
        "hashing",
        "hunks",
        "mojibake",
        "numpy_start",
        "patterns",
        "spoken",
    },
    {"document"},
    {"rule", "phrases", "lexicon"},
    {"blocks", "menus", "scripts"},
    {"rules", "sites", "own_rules"},
    {"engine"},
    {"config"},
    {"dedup", "extraction"},
    {"index"},
    {"seen", "workers"},
    {"pipeline"},
    {"formats", "examples"},
    {"report"},
    {"corpus"},
    {"accepted", "baseline", "files", "pages"},
    {"arrow", "spark"},
    {"console", "options"},
    {"progress"},
    {"commands"},
    {"cli"},
    {"__main__"},
]
LEVEL = {name: level for level, layer in enumerate(LAYERS) for name in layer}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def loading(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module that run; imports for type checkers don't."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from loading(node)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_up(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for node in loading(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("cleaner."):
            continue
        other = str(node.module).split(".")[1]
        assert LEVEL[other] <= LEVEL[own], f"{own} imports {other} on line {node.lineno}"


def test_every_public_name_is_there() -> None:
    for name in cleaner.__all__:
        assert getattr(cleaner, name) is not None
    assert set(cleaner.__all__) <= set(dir(cleaner))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = cleaner.nothing


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sorted(name.partition('.')[0] for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return set(done.stdout.splitlines()[-1].split())


HEAVY = {
    "trafilatura",
    "bs4",
    "lxml",
    "datasketch",
    "numpy",
    "scipy",
    "pyarrow",
    "rich",
    "ftfy",
    "pandas",
    "sqlite3",
}


def test_importing_cleaner_imports_nothing_heavy() -> None:
    assert not loaded_by("import cleaner; cleaner.clean; cleaner.Document") & HEAVY


def test_checking_a_clean_text_imports_nothing_heavy(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(
        "Shares fell 4% on Tuesday, the central bank said.\n\nIt was the third fall.\n"
    )
    code = f"import cleaner.cli\ntry: cleaner.cli.main(['check', {str(story)!r}])\nexcept SystemExit: pass"
    assert not loaded_by(code) & (HEAVY | {"click.testing", "orjson", "zstandard"})


def cpu_seconds(folder: Path, *arguments: str) -> float:
    """CPU time of a run of Python in a folder."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=False, capture_output=True, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(("compiled", "times"), [(True, 2), (False, 3)])
def test_start_up_beside_click(
    compiled: bool,  # noqa: FBT001
    times: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Installers compile modules; a clone on a machine that writes no bytecode has none."""
    shutil.copytree(PACKAGE, tmp_path / "cleaner", ignore=shutil.ignore_patterns("__pycache__"))
    if compiled:
        compileall.compile_dir(tmp_path / "cleaner", quiet=1)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    story = tmp_path / "story.txt"
    story.write_text(
        "Shares fell 4% on Tuesday, the central bank said.\n\nIt was the third fall.\n"
    )
    ours, clicks = [], []
    for _ in range(15):  # a busy machine has its moments: then again
        ours.append(cpu_seconds(tmp_path, "-m", "cleaner", "check", str(story)))
        clicks.append(cpu_seconds(tmp_path, "-c", "import click"))
        if len(ours) >= 3 and min(ours) <= times * min(clicks):
            break
    assert min(ours) <= times * min(clicks)
