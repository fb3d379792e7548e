"""Measure how the cost of finding reposts grows with the corpus, and draw it.

    python tests/measure_dedup_scaling.py FOLDER 10000 30000 100000 300000 1000000

FOLDER holds reposts.jsonl.zst, real news. Texts of any number are simulated from it: each word follows the
one before as often as in the real texts, so common phrases are common and most shingles are new. One text
in ten is a copy of another with some words replaced, one in a hundred copies one of a few viral texts.
Each size runs in a process of its own, CPU time is taken. Writes fixtures/reposts/scaling.svg and .tsv.
"""

from __future__ import annotations

import io
import json
import math
import random
import resource
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

from cleaner.document import Document
from cleaner.numpy_start import load_numpy

TARGET = Path(__file__).parent.parent / "fixtures" / "reposts"
LENGTH = 400  # words: 2.5 kB
WAVE = 20_000  # texts made at a time
VIRAL = 20


def real_words(folder: Path, limit: int = 6000) -> list[str]:
    """All words of some real texts, in a row."""
    import zstandard

    with (folder / "reposts.jsonl.zst").open("rb") as stream:
        reader = zstandard.ZstdDecompressor().stream_reader(stream)
        lines = io.TextIOWrapper(reader, encoding="utf-8")
        return [word for line in islice(lines, limit) for word in json.loads(line)["text"].split()]


def simulate(words: list[str], count: int, seed: int = 1) -> list[Document]:
    """Texts in which every word follows its predecessor as in the real ones."""
    load_numpy()
    import numpy as np

    rng = np.random.default_rng(seed)
    number: dict[str, int] = {}
    codes = np.array([number.setdefault(word, len(number)) for word in words])
    order = np.argsort(codes[:-1], kind="stable")
    followers = codes[1:][order]
    starts = np.searchsorted(codes[:-1][order], np.arange(len(number) + 1))
    spelled = np.array([*number], object)
    texts: list[str] = []
    while len(texts) < count:
        size = min(WAVE, count - len(texts))
        made = np.empty((LENGTH, size), np.int64)
        made[0] = codes[rng.integers(len(codes) - 1, size=size)]
        for place in range(1, LENGTH):
            before = made[place - 1]
            options = np.maximum(starts[before + 1] - starts[before], 1)
            next_word = starts[before] + (rng.random(size) * options).astype(np.int64)
            made[place] = followers[np.minimum(next_word, len(followers) - 1)]
        texts += [" ".join(row) for row in spelled[made.T].tolist()]
    chance = random.Random(seed)
    for place in range(VIRAL, count):
        kind = chance.random()
        if kind < 0.11:
            source = texts[chance.randrange(VIRAL if kind < 0.01 else place)].split()
            for _ in range(len(source) // 12):
                source[chance.randrange(len(source))] = chance.choice(words)
            texts[place] = " ".join(source)
    return [Document(text, id=f"{place:07}") for place, text in enumerate(texts)]


def measure(folder: Path, count: int) -> dict[str, float]:
    """CPU seconds and memory of one run."""
    from cleaner.dedup import deduplicate

    documents = simulate(real_words(folder), count)
    characters = sum(len(document.text) for document in documents)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    found = deduplicate(documents)
    return {
        "documents": count,
        "seconds": round(time.process_time() - started, 2),
        "megabytes of text": round(characters / 1e6),
        "peak megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "peak before": round(before / 1024),
        "pairs": len(found.pairs),
        "copies": len(found.dropped),
    }


def drawing(rows: list[dict[str, float]]) -> str:
    """An SVG plot of CPU seconds over documents, both logarithmic, with n log n through the first point."""
    width, height, left, bottom = 640, 400, 70, 50
    sizes, seconds = ([row[key] for row in rows] for key in ("documents", "seconds"))
    first = seconds[0] / (sizes[0] * math.log(sizes[0]))
    expected = [first * size * math.log(size) for size in sizes]
    low_x, high_x = (round(math.log10(size)) for size in (min(sizes), max(sizes)))
    low_y = math.floor(math.log10(min(seconds)))
    high_y = math.ceil(math.log10(max(*seconds, *expected)))

    def x(value: float) -> float:
        return left + (math.log10(value) - low_x) / max(high_x - low_x, 1) * (width - left - 30)

    def y(value: float) -> float:
        return (
            height
            - bottom
            - (math.log10(value) - low_y) / max(high_y - low_y, 1) * (height - bottom - 30)
        )

    def path(values: list[float]) -> str:
        return " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(sizes, values, strict=True))

    box = f"0 0 {width} {height}"
    style = 'role="img" font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {style}>',
        "<title>CPU time of cleaner.deduplicate over the number of documents</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for power in range(low_x, high_x + 1):
        at = x(10**power)
        parts += [
            f'<path d="M{at:.1f} 30V{height - bottom}" stroke="#ddd"/>',
            f'<text x="{at:.1f}" y="{height - bottom + 20}" text-anchor="middle">{10**power:,}</text>',
        ]
    for power in range(low_y, high_y + 1):
        at = y(10.0**power)
        parts += [
            f'<path d="M{left} {at:.1f}H{width - 30}" stroke="#ddd"/>',
            f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>',
        ]
    parts += [
        f'<polyline points="{path(expected)}" fill="none" stroke="#888" stroke-dasharray="5 4"/>',
        f'<polyline points="{path(seconds)}" fill="none" stroke="#06c" stroke-width="2"/>',
        *(
            f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="4" fill="#06c"/>'
            for a, b in zip(sizes, seconds, strict=True)
        ),
        f'<text x="{width / 2}" y="{height - 8}" text-anchor="middle">documents of 2.4 kB</text>',
        f'<text x="{left + 12}" y="46" fill="#06c">measured CPU time, one core</text>',
        f'<text x="{left + 12}" y="64" fill="#666">n log n through the first point (dashed)</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    folder, sizes = Path(sys.argv[1]), [int(size) for size in sys.argv[2:]]
    if len(sizes) == 1:
        sys.stdout.write(json.dumps(measure(folder, sizes[0])))
        return
    rows = []
    for size in sizes:
        command = [sys.executable, __file__, str(folder), str(size)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append(json.loads(answer.stdout))
        sys.stderr.write(f"{rows[-1]}\n")
    TARGET.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(rows[0]), *("\t".join(map(str, row.values())) for row in rows)]
    (TARGET / "scaling.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    (TARGET / "scaling.svg").write_text(drawing(rows), "utf-8")


if __name__ == "__main__":
    main()
