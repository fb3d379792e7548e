"""Load numpy so that its threads for linear algebra, which nothing here uses, rest at once.

OpenBLAS starts one for each core, and each first waits 30 ms in a busy loop: on two cores as much CPU time
as reading 3,000 documents takes. Half a millisecond is enough between two products of matrices.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

TIMEOUT = "OPENBLAS_THREAD_TIMEOUT"  # a logarithm of cycles; read once, when numpy is loaded

if "numpy" not in sys.modules and TIMEOUT not in os.environ:
    os.environ[TIMEOUT] = "20"
    try:
        import_module("numpy")
    finally:
        del os.environ[TIMEOUT]
