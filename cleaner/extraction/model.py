"""Which blocks are the story: boosted oblivious trees, scored in numpy from plain data.

An oblivious tree asks the same question of every block on each level, so a tree of depth 6 is six names,
six borders and 64 leaves, and scoring is a few lookups. weights.json is written by tests/train_blocks.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True)
class Trees:
    """Boosted trees over named columns, as arrays.

    Questions and borders are (trees, depth), leaves (trees, 2 ** depth) in log-odds.
    """

    names: tuple[str, ...]
    questions: NDArray[np.intp]  # number of the name whose column is compared
    borders: NDArray[np.float32]
    leaves: NDArray[np.float64]
    bias: float

    def odds(self, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Return the log-odds of each block."""
        import numpy as np

        values = np.array([columns[name] for name in self.names], np.float32)
        trees, depth = self.questions.shape
        leaf = np.arange(0, trees << depth, 1 << depth)[
            :, None
        ]  # (trees, blocks): where each ends up
        for level in range(depth):
            answers = values[self.questions[:, level]] > self.borders[:, level, None]
            leaf = leaf + (answers.astype(np.intp) << level)
        return np.asarray(self.leaves.ravel()[leaf].sum(axis=0) + self.bias, np.float64)


def probabilities(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what log-odds are as probabilities."""
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


@dataclass(frozen=True)
class Model:
    """Log-odds of words of class names, trees for the page alone, and trees for it and trafilatura."""

    words: dict[str, float]
    first: Trees
    second: Trees


@cache
def load() -> Model:
    """Read the weights that come with the package, once."""
    import json

    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(data["words"], read_trees(data["first"]), read_trees(data["second"]))


def read_trees(data: Mapping[str, Any]) -> Trees:
    """Read trees as weights.json holds them."""
    import numpy as np

    return Trees(
        tuple(data["names"]),
        np.array(data["questions"], np.intp),
        np.array(data["borders"], np.float32),
        np.array(data["leaves"], np.float64),
        data["bias"],
    )
