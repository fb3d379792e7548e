"""Settings for numpy are made while it is loaded, leave no trace, and fit the processor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.numpy_start import AVX512, DISABLED, HUGE, TIMEOUT, settings

ZEN4 = "processor : 0\nvendor_id : AuthenticAMD\ncpu family : 25\nflags : fpu avx2 avx512f\n\n"
ZEN3 = ZEN4.replace(" avx512f", "")
ZEN5 = ZEN4.replace("25", "26")
INTEL = ZEN4.replace("AuthenticAMD", "GenuineIntel").replace("25", "6")


def run(code: str, *options: str, **given: str) -> list[str]:
    """Return the words that a fresh process prints."""
    command = [sys.executable, *options, "-c", code]
    ours = (DISABLED, HUGE, TIMEOUT)
    unset = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(command, env=unset | given, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("given", [{}, {TIMEOUT: "24"}, {DISABLED: "", TIMEOUT: "24"}])
def test_numpy_is_loaded_without_a_trace_in_the_environment(given: dict[str, str]):
    names = (TIMEOUT, HUGE, DISABLED)
    code = (
        f"import os, cleaner.dedup as _; print([os.environ.get(name, 'unset') for name in {names}])"
    )
    assert run(code, **given) == str([given.get(name, "unset") for name in names]).split()


@pytest.mark.skipif(sys.platform != "linux", reason="numpy asks for huge pages on Linux only")
@pytest.mark.parametrize(("given", "asked"), [({}, "False"), ({HUGE: "1"}, "True")])
def test_numpy_asks_for_no_huge_pages_unless_told_to(given: dict[str, str], asked: str):
    multiarray = pytest.importorskip("numpy._core.multiarray", reason="numpy before 2.0")
    if not hasattr(multiarray, "_get_madvise_hugepage"):
        pytest.skip("this numpy doesn't tell")
    code = """import cleaner.dedup as _
from numpy._core.multiarray import _get_madvise_hugepage
print(_get_madvise_hugepage())"""
    assert run(code, **given) == [asked]


def test_other_threads_rest():
    code = "import time, cleaner.dedup as _; print(time.process_time() - time.thread_time())"
    assert float(run(code)[0]) < 0.02


@pytest.mark.parametrize(
    ("cpuinfo", "told"), [(ZEN4, AVX512), (ZEN3, None), (ZEN5, None), (INTEL, None)]
)
def test_only_zen_4_is_told_to_sort_without_avx_512(
    cpuinfo: str, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv(DISABLED, raising=False)
    (tmp_path / "cpuinfo").write_text(cpuinfo, encoding="utf-8")
    assert settings(tmp_path / "cpuinfo").get(DISABLED) == told
    assert DISABLED not in settings(tmp_path / "absent")


def test_what_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv(DISABLED, "")
    monkeypatch.setenv(TIMEOUT, "24")
    monkeypatch.setenv(HUGE, "1")
    (tmp_path / "cpuinfo").write_text(ZEN4, encoding="utf-8")
    assert settings(tmp_path / "cpuinfo") == {}


def test_names_that_this_numpy_does_not_know_raise_nothing(tmp_path: Path):
    (tmp_path / "cpuinfo").write_text(ZEN4, encoding="utf-8")
    code = f"""from cleaner.numpy_start import load_numpy
load_numpy({str(tmp_path / "cpuinfo")!r})
from numpy import array
print(array([3, 1, 2]).sum())"""
    assert run(code, "-W", "error") == ["6"]
