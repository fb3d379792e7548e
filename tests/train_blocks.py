"""Train the block model of cleaner/extraction on pages with gold text, and measure it with hosts held out.

    pip install catboost
    CLEANER_BENCH_DATA=... python tests/train_blocks.py --report     # five folds by host; writes nothing
    CLEANER_BENCH_DATA=... python tests/train_blocks.py              # all pages; writes weights.json

The folder holds html.jsonl.zst: url, html, gold_text. A block's label is the share of its 4-word runs that
the gold text has; its weight its words over the root of the page's. Weights of words are fitted on other hosts than
those whose pages they describe, also inside a training set, so that no feature knows a label. Three in ten sites are shown
without class names, as those of other languages would be, because the pages with gold text are nearly all English.
"""

# ruff: noqa: T201 - a script

from __future__ import annotations

import argparse
import json
import math
import os
import pickle
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import trafilatura

import cleaner
from cleaner.extraction.blocks import Block, Page, read_blocks
from cleaner.extraction.evidence import opinion, taken
from cleaner.extraction.features import UNSPACED, Columns, features
from cleaner.extraction.metadata import Metadata, read_metadata
from cleaner.extraction.model import WEIGHTS, probabilities, read_trees
from cleaner.extraction.story import SURE, both, expected, select
from cleaner.extraction.text import render
from cleaner.extraction.tree import parse
from cleaner.extraction.trimming import trimmed

TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
RUN = 4
FOLDS, INNER = 5, 4
NAMELESS = 3  # of ten sites
BRIEF = 250  # words that a brief story has less of
MIN_HOSTS, PRIOR = (
    4,
    6.0,
)  # a word must be on so many sites; it is pulled to the mean as by so many more
SETTINGS: dict[str, Any] = {
    "iterations": 500, "learning_rate": 0.05, "depth": 6, "l2_leaf_reg": 5, "border_count": 64, "rsm": 0.3,
    "loss_function": "CrossEntropy", "random_seed": 1, "thread_count": 2, "verbose": 0,
}  # fmt: skip


@dataclass
class Sample:
    """A page with its labels."""

    id: str
    source: str
    host: str
    gold: list[str]
    page: Page
    known: Metadata
    evidence: str
    reference: str  # what trafilatura gives by default
    labels: np.ndarray
    tokens: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """Between the share of its page that a block is and its number of words."""
        return np.minimum((self.tokens + 2) / math.sqrt(max(len(self.gold), 100) * 1000), 0.5)

    def fold(self, folds: int, salt: str = "") -> int:
        return zlib.crc32(f"{salt}{self.host}".encode()) % folds

    @property
    def nameless(self) -> bool:
        return self.fold(10, "nameless") < NAMELESS

    def columns(self, words: dict[str, float], *, evidence: bool = True) -> Columns:
        known = self.known
        columns = features(
            self.page,
            words,
            titles=known.titles,
            body=known.body,
            summary=known.description,
        )
        if evidence:
            columns |= taken(self.page, self.evidence, columns["size"])
        return {name: np.asarray(column, np.float32) for name, column in columns.items()}


def read_samples(path: Path, cache: Path | None) -> list[Sample]:
    """Read and label all pages that have gold text."""
    if cache and cache.exists():
        return pickle.loads(cache.read_bytes())
    import zstandard

    samples = []
    with zstandard.open(path, "rt", encoding="utf-8") as stream:
        for record in map(json.loads, stream):
            if not record["gold_text"].strip():
                continue
            tree = parse(record["html"])
            known, page = read_metadata(tree, record["url"] or ""), read_blocks(tree)
            evidence = opinion(tree, page.clutter)
            page.clutter.clear()
            if not page.blocks:
                continue
            labels, tokens = label(page.blocks, record["gold_text"])
            gold = TOKEN.findall(record["gold_text"])
            samples.append(
                Sample(
                    record["id"],
                    record["source_set"],
                    site(record),
                    gold,
                    page,
                    known,
                    evidence,
                    trafilatura.extract(record["html"]) or "",
                    labels,
                    tokens,
                )
            )
    if cache:
        cache.write_bytes(pickle.dumps(samples))
    return samples


def site(record: dict[str, Any]) -> str:
    """The registered domain of a page, roughly; pages without an address are sites of their own."""
    parts = (urlsplit(record["url"] or "").hostname or record["id"]).lower().split(".")
    return ".".join(parts[-2:] if len(parts) < 3 or len(parts[-2]) > 3 else parts[-3:])


def label(blocks: Sequence[Block], gold_text: str) -> tuple[np.ndarray, np.ndarray]:
    """Share of each block that the gold text has, and its number of words."""
    gold = TOKEN.findall(gold_text)
    runs = set(zip(*(gold[start:] for start in range(RUN)), strict=False))
    lines = {tuple(TOKEN.findall(line)) for line in gold_text.split("\n")}
    tokens = [tuple(TOKEN.findall(block.text)) for block in blocks]
    labels = np.zeros(len(blocks))
    for number, words in enumerate(tokens):
        if not words:
            labels[number] = labels[number - 1] if number else 0.0
        elif len(words) >= RUN:
            found = [words[start : start + RUN] in runs for start in range(len(words) - RUN + 1)]
            labels[number] = sum(found) / len(found)
        else:
            before = tokens[number - 1][-3:] if number else ()
            after = tokens[number + 1][:3] if number + 1 < len(tokens) else ()
            labels[number] = (
                words in lines or (before + words)[-RUN:] in runs or (words + after)[:RUN] in runs
            )
    return labels, np.array([len(words) for words in tokens])


def word_weights(samples: Iterable[Sample]) -> dict[str, float]:
    """Log-odds that a box whose class has a word is story, against any box; each site counts once per word."""
    rates: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    base: defaultdict[str, list[float]] = defaultdict(list)
    for sample in samples:
        mass: defaultdict[str, float] = defaultdict(float)
        story: defaultdict[str, float] = defaultdict(float)
        boxes = sample.page.boxes
        for block, share, count in zip(
            sample.page.blocks, sample.labels, sample.tokens, strict=True
        ):
            words, number = set(block.words), block.box
            for _ in range(3):
                if number >= 0:
                    words.update(boxes[number].words)
                    number = boxes[number].parent
            size = min(int(count), 60) + 2
            for word in (*words, ""):
                mass[word] += size
                story[word] += size * share
        for word, size in mass.items():
            (rates[word] if word else base)[sample.host].append(story[word] / size)
    mean = fmean(fmean(shares) for shares in base.values()) if base else 0.5
    weights = {}
    for word, hosts in rates.items():
        if len(hosts) >= MIN_HOSTS:
            rate = (sum(map(fmean, hosts.values())) + PRIOR * mean) / (len(hosts) + PRIOR)
            weight = logit(min(max(rate, 0.01), 0.99)) - logit(mean)
            if abs(weight) > 0.3:
                weights[word] = round(weight, 2)
    return weights


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def fit(
    pages: Sequence[Columns], samples: Sequence[Sample], names: Sequence[str]
) -> dict[str, Any]:
    """Fit boosted oblivious trees on some columns and return them as plain data."""
    from tempfile import TemporaryDirectory

    from catboost import CatBoostClassifier, Pool

    rows = np.hstack([np.array([page[name] for name in names], np.float32) for page in pages]).T
    labels = np.concatenate([sample.labels for sample in samples])
    weights = np.concatenate([sample.weights for sample in samples])
    model = CatBoostClassifier(**SETTINGS, allow_writing_files=False)
    model.fit(Pool(rows, labels, weight=weights))
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model.save_model(str(path), format="json")
        return plain(json.loads(path.read_text()), names)


def plain(data: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Trees that catboost saved as model.py reads them; a level that short trees lack is one nobody passes."""
    depth = SETTINGS["depth"]
    used = sorted(
        {s["float_feature_index"] for tree in data["oblivious_trees"] for s in tree["splits"]}
    )
    questions, borders, leaves = [], [], []
    for tree in data["oblivious_trees"]:
        splits, values = tree["splits"], tree["leaf_values"]
        missing = depth - len(splits)
        questions.append([used.index(s["float_feature_index"]) for s in splits] + [0] * missing)
        borders.append([float(f"{s['border']:.6g}") for s in splits] + [1e30] * missing)
        leaves.append([round(value, 4) for value in values] + [0.0] * (2**depth - len(values)))
    scale, bias = data["scale_and_bias"]
    assert scale == 1
    return {
        "names": [names[number] for number in used],
        "bias": round(float(np.ravel(bias)[0]), 6),
        "questions": questions,
        "borders": borders,
        "leaves": leaves,
    }


def train(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return weights of words, trees for the page alone, and trees for it and trafilatura."""
    pages: dict[str, Columns] = {}
    for inner in range(INNER):
        words = word_weights(s for s in samples if s.fold(INNER, "words") != inner)
        pages |= {
            s.id: s.columns({} if s.nameless else words)
            for s in samples
            if s.fold(INNER, "words") == inner
        }
    columns = [pages[s.id] for s in samples]
    names = [name for name in columns[0] if name != "size"]
    first = fit(columns, samples, [name for name in names if not name.startswith("traf")])
    words = dict(sorted(word_weights(samples).items()))
    return {"words": words, "first": first, "second": fit(columns, samples, names)}


def measure(samples: Sequence[Sample], texts: Sequence[str]) -> str:
    """Precision, recall and F1 of 4-word runs as score_extract.py counts them, page F1 by set, foreign words."""
    precisions, recalls, by_set = [], [], defaultdict(list)
    words = foreign = 0
    for sample, text in zip(samples, texts, strict=True):
        got = TOKEN.findall(text)
        expected, found = runs(sample.gold), runs(got)
        common = (expected & found).total()
        precision, recall = common / max(found.total(), 1), common / expected.total()
        precisions += [precision] if got else []
        recalls.append(recall)
        by_set[sample.source].append(f_score(precision, recall))
        words += len(got)
        foreign += (Counter(got) - Counter(sample.gold)).total()
    precision, recall = fmean(precisions), fmean(recalls)
    sets = "  ".join(f"{name} {fmean(scores):.4f}" for name, scores in sorted(by_set.items()))
    return f"P {precision:.4f}  R {recall:.4f}  F1 {f_score(precision, recall):.4f}  {sets}  foreign {foreign / words:.4f}"


def runs(tokens: list[str]) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(tokens[i : i + RUN]) for i in range(max(1, len(tokens) - RUN + 1)) if tokens
    )


def f_score(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def held_out(samples: Sequence[Sample]) -> dict[str, dict[str, np.ndarray]]:
    """Probabilities of the blocks of each page from models that haven't seen its host, by model."""
    rows = ("first", "second", "both", "both, without class names")
    scores: dict[str, dict[str, np.ndarray]] = {row: {} for row in rows}
    asked = 0
    for fold in range(FOLDS):
        data = train([s for s in samples if s.fold(FOLDS) != fold])
        first, second = read_trees(data["first"]), read_trees(data["second"])
        for sample in (s for s in samples if s.fold(FOLDS) == fold):
            for row, words in (("both", data["words"]), ("both, without class names", {})):
                columns = sample.columns(words)
                alone, helped = first.odds(columns), second.odds(columns)
                judged = probabilities(alone)
                sure = expected(judged, columns["size"])[0] > SURE
                scores[row][sample.id] = judged if sure else both(alone, helped)
                if words:
                    scores["first"][sample.id] = judged
                    scores["second"][sample.id] = probabilities(helped)
                    asked += not sure
        print("fold", fold, file=sys.stderr, flush=True)
    print(f"trafilatura is asked on {asked / len(samples):.0%} of the pages", file=sys.stderr)
    return scores


def report(samples: Sequence[Sample], kept: Path | None) -> None:
    """Print what the models do for hosts they haven't seen, beside trafilatura."""
    if kept and kept.exists():
        scores = pickle.loads(kept.read_bytes())
    else:
        scores = held_out(samples)
        if kept:
            kept.write_bytes(pickle.dumps(scores))
    rules = cleaner.Cleaner()
    brief = [s for s in samples if len(s.gold) < BRIEF]
    for what, some in (("", samples), (f", stories of less than {BRIEF} words", brief)):
        print(f"trafilatura{what}", measure(some, [s.reference for s in some]))
        print(f"trafilatura, as asked{what}", measure(some, [s.evidence for s in some]))
        for row, found in scores.items():
            documents = [
                cleaner.Document(story(s, found[s.id]), title=s.known.title, lang=s.known.lang)
                for s in some
            ]
            print(row + what, measure(some, [document.text for document in documents]))
            print(f"{row} + rules{what}", measure(some, [rules.clean(d).text for d in documents]))


def story(sample: Sample, scores: np.ndarray) -> str:
    """The text that read_story makes of probabilities."""
    rows = select(scores, sample.page)
    return render(
        sample.page.blocks[row] for row in trimmed(rows, sample.page, sample.known.titles)
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--report", action="store_true", help="five folds by host; writes nothing")
    parser.add_argument("--cache", type=Path, help="keep the labelled pages in this file")
    parser.add_argument(
        "--scores",
        type=Path,
        help="keep the held-out probabilities in this file, or use those in it",
    )
    args = parser.parse_args()
    samples = read_samples(Path(os.environ["CLEANER_BENCH_DATA"], "html.jsonl.zst"), args.cache)
    if args.report:
        report(samples, args.scores)
        return
    WEIGHTS.write_text(json.dumps(train(samples), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
