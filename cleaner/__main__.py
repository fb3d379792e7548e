"""The command `cleaner`, also as `python -m cleaner`."""

from __future__ import annotations

import gc

ALLOCATIONS = 100_000  # between two looks for garbage: what is imported is none, and that took 7 ms


def run() -> None:
    """Run the command."""
    gc.set_threshold(ALLOCATIONS)
    from cleaner.cli import main

    try:
        main()
    finally:
        gc.freeze()  # else Python looks at everything once more before it ends: 9 ms


if __name__ == "__main__":
    run()
