"""Load numpy in the way that suits this machine, as settings that it reads only once.

OpenBLAS starts one thread for each core, and each first waits 30 ms in a busy loop: on two cores as much CPU
time as reading 3,000 documents takes. Half a millisecond is enough between two products of matrices, and
nothing here multiplies any.

numpy sorts with AVX-512 where there is any. Zen 4 has it, but there the instruction that sorting rests on
(a compressed store to memory) runs as microcode, and sorting takes five times as long as with AVX2:
github.com/numpy/x86-simd-sort/issues/6. So on these processors numpy is told not to.

numpy asks for huge pages for arrays of 4 MB and more. Where memory is in use, as it is after a look through a
corpus of files, Linux then stops to move other pages together: up to a quarter of the time that finding
reposts takes, or 0.2 s before the first answer of an index. Small pages cost some hundredths, always.

What the user has set stays, and so does a numpy that is already loaded.
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib import import_module
from os import PathLike

TIMEOUT = "OPENBLAS_THREAD_TIMEOUT"  # a logarithm of cycles
HUGE = "NUMPY_MADVISE_HUGEPAGE"
DISABLED = "NPY_DISABLE_CPU_FEATURES"
AVX512 = "X86_V4 AVX512_ICL AVX512_SPR AVX512_SKX AVX512_CLX AVX512_CNL"  # of numpy since 2.4, and before
CPUINFO = "/proc/cpuinfo"
ABOUT = 4096  # bytes of /proc/cpuinfo that hold all of the first core
ZEN4 = 25  # "family" 19h: Zen 3, which has no AVX-512, and Zen 4; Zen 5 is another one


def sorts_slowly(cpuinfo: str) -> bool:
    r"""Return whether the first core in the text of /proc/cpuinfo is a Zen 4.

    >>> sorts_slowly("vendor_id : AuthenticAMD\ncpu family : 25\nflags : fpu avx512f\n")
    True
    """
    lines = (line.partition(":") for line in cpuinfo.splitlines())
    known = {name.strip(): value.strip() for name, _, value in lines}
    family = known.get("vendor_id"), known.get("cpu family")
    return family == ("AuthenticAMD", str(ZEN4)) and "avx512f" in known.get("flags", "").split()


def settings(cpuinfo: str | PathLike[str]) -> dict[str, str]:
    """Return the variables to set while numpy is loaded."""
    chosen = {TIMEOUT: "20", HUGE: "0"}
    try:
        with open(cpuinfo, encoding="utf-8", errors="replace") as file:
            if sorts_slowly(file.read(ABOUT)):
                chosen[DISABLED] = AVX512
    except OSError:  # not Linux: nothing is known, nothing set
        pass
    return {name: value for name, value in chosen.items() if name not in os.environ}


def load_numpy(cpuinfo: str | PathLike[str] = CPUINFO) -> None:
    """Load numpy, if it isn't."""
    if "numpy" in sys.modules:
        return
    chosen = settings(cpuinfo)
    os.environ.update(chosen)
    try:
        with warnings.catch_warnings():  # of names that this numpy doesn't have
            warnings.filterwarnings("ignore", category=ImportWarning, message="(?s).*CPU features")
            import_module("numpy")
    finally:
        for name in chosen:
            del os.environ[name]
