"""Shared by the tests: --update, the data for benchmarks, and a command line that runs in-process."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from corpora import DATA
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="write generated files and golden texts anew"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if DATA:
        return
    skip = pytest.mark.skip(
        reason="CLEANER_BENCH_DATA is not set: a folder with the development corpora"
    )
    for item in items:
        if "benchmark" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run `cleaner ARGS` in an empty folder."""
    from cleaner.cli import main

    monkeypatch.chdir(tmp_path)

    try:
        runner = CliRunner(mix_stderr=False)  # click 8.1
    except TypeError:
        runner = CliRunner()

    def run(*args: str, stdin: str | bytes | None = None) -> Result:
        return runner.invoke(main, list(map(str, args)), input=stdin, catch_exceptions=False)

    return run
