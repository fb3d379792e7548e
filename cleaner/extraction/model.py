"""Which blocks are the story: boosted oblivious trees, scored in numpy from plain data.

An oblivious tree asks the same question of every row on each level, so a tree of depth 6 is six columns, six
borders and 64 leaves, and scoring is two lookups. weights.json is written by tests/train_blocks.py.
"""

from __future__ import annotations

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
    """Boosted trees: (trees, depth) columns and borders, (trees, 2 ** depth) leaves, in log-odds."""

    columns: NDArray[np.int32]
    borders: NDArray[np.float32]
    leaves: NDArray[np.float64]
    bias: float

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of each row."""
        import numpy as np

        trees, depth = self.columns.shape
        answers = rows[:, self.columns.ravel()].reshape(-1, trees, depth) > self.borders
        leaf = answers @ (1 << np.arange(depth))
        return 1 / (1 + np.exp(-self.bias - self.leaves[np.arange(trees), leaf].sum(axis=1)))


@dataclass(frozen=True)
class Model:
    """Log-odds of words of class names, the trees, and the probability from which a block is story."""

    words: dict[str, float]
    trees: Trees
    threshold: float


@cache
def load() -> Model:
    """Read the weights that come with the package, once."""
    import json

    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(data["words"], trees(data["trees"]), data["threshold"])


def trees(data: dict[str, Any]) -> Trees:
    """Read trees as weights.json holds them."""
    import numpy as np

    return Trees(
        np.array(data["columns"], np.int32),
        np.array(data["borders"], np.float32),
        np.array(data["leaves"], np.float64),
        data["bias"],
    )
