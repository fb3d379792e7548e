"""For the tests of Spark: a session, and a made corpus with every kind of repost in it."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from corpora import read_jsonl_zst

from cleaner import Document, deduplicate
from cleaner.config import Config
from cleaner.corpus import Options, clean_corpus, run
from cleaner.corpus.summary import Summary
from cleaner.dedup.corpus import HeldTexts
from cleaner.seen import duplicates_of

ROOT = Path(__file__).parent.parent
NAMES = ["Alba", "Bern", "Cadiz", "Delft", "Evora", "Fulda", "Genoa", "Hobart", "Izmir", "Jena"]
SMALL_WORDS = ["the", "of", "in", "and", "to", "on", "with", "for", "from", "by", "at", "as"]


def session(folder: Path, **more: str) -> Iterator[Any]:
    """A Spark session with two cores; or the reason why there is none."""
    pytest.importorskip("pyspark", reason="Spark is not installed: pip install '.[spark]'")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java 17 or later; there is no java here")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    paths = [str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    from cleaner.spark.frames import session as start

    spark = start(
        "local[2]",
        {
            "spark.driver.memory": "2g",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.autoBroadcastJoinThreshold": "-1",
            "spark.sql.adaptive.enabled": "false",  # a job for each shuffle, to plan what is planned well here
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms512m -Xmn256m "
            "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
            # Without Hadoop's C library each new file and folder starts a process, chmod: so no checksums
            # beside the files, and no file that says the others are there.
            "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
            "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
            "spark.sql.codegen.wholeStage": "false",  # small frames: compiling takes longer than running
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.python.daemon.module": "spark_daemon",
            "spark.local.dir": str(folder),
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.log.level": "ERROR",
            **more,
        },
    )
    yield spark
    spark.stop()
    gc.collect()


def frame(spark: Any, rows: list[tuple[Any, ...]], names: str) -> Any:
    """A frame of rows, by way of Arrow: Spark starts a Python process for rows that come as tuples."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else ([] for _ in names.split())
    table = pa.table(dict(zip(names.split(), map(list, columns), strict=True)))
    return spark.createDataFrame(table)


def sentence(chance: random.Random, vocabulary: list[str]) -> str:
    words = [
        chance.choice(SMALL_WORDS) if chance.random() < 0.4 else chance.choice(vocabulary)
        for _ in range(chance.randint(8, 18))
    ]
    words[chance.randrange(2, len(words))] = chance.choice(NAMES)
    if chance.random() < 0.4:
        words[chance.randrange(2, len(words))] = str(chance.randint(2, 9999))
    return " ".join(words).capitalize() + "."


def story(chance: random.Random, vocabulary: list[str], length: int) -> list[str]:
    return [sentence(chance, vocabulary) for _ in range(length)]


def vocabulary_of(chance: random.Random) -> list[str]:
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(6000)]


def paragraphs(sentences: list[str]) -> str:
    return "\n\n".join(" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3))


def stories(count: int, *, seed: int = 1) -> list[Document]:
    """Different stories."""
    chance = random.Random(seed)
    vocabulary = vocabulary_of(chance)
    return [
        Document(
            paragraphs(story(chance, vocabulary, chance.randint(8, 24))),
            id=f"s{chance.randrange(10**9):09d}",
            date=f"20{chance.randint(10, 25)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
            if chance.random() < 0.7
            else "",
        )
        for _ in range(count)
    ]


def reposts(count: int = 60, *, seed: int = 2) -> list[Document]:
    """Stories with reposts of every kind, blank texts, templates and a text that went around the world."""
    chance = random.Random(seed)
    vocabulary = vocabulary_of(chance)
    made: list[str] = []
    for number in range(count):
        own = story(chance, vocabulary, chance.randint(12, 24))
        made.append(paragraphs(own))
        kind = number % 10
        if kind == 0:  # exact copies, and one that differs in typography only
            made += [paragraphs(own), paragraphs(own), paragraphs(own).replace(",", " ,").upper()]
        elif kind == 1:
            made.append(paragraphs([s for s in own if chance.random() < 0.85]))
        elif kind == 2:
            made.append(paragraphs(own[: len(own) // 3]))
        elif kind == 3:
            other = story(chance, vocabulary, 14)
            made += [paragraphs(other), paragraphs(own + other)]
        elif kind in (4, 5):
            made += [reworded(own, chance, vocabulary, rate) for rate in (0.08, 0.16)]
        elif kind == 6:
            later = [s.replace("1", "7").replace("4", "8").replace("2", "5") for s in own]
            made.append(f"Updated: {paragraphs(later)}")
        elif kind == 7:
            template = "{} corp said profit rose to {} million in the quarter from {} a year ago, it said on {}."
            made += [
                template.format(name, chance.randint(10, 99), chance.randint(10, 99), "Monday")
                for name in NAMES[:4]
            ]
        elif kind == 8:  # a chain: each copy loses something else
            for _ in range(3):
                own = [s for s in own if chance.random() < 0.93]
                made.append(paragraphs(own))
    viral = story(chance, vocabulary, 15)
    made += [paragraphs([*viral, sentence(chance, vocabulary)]) for _ in range(35)]
    made += [paragraphs(viral)] * 15
    made += ["", "", "   \n", "...", "...", "One two", "One two", "One  two!", "\u3053\u3093" * 9]
    documents = [
        Document(
            text,
            id=f"d{chance.randrange(10**9):09d}",
            date=chance.choice(["", "2021-03-04", "2020-01", "19 May", "2022-11-30T10:00"]),
        )
        for text in made
    ]
    chance.shuffle(documents)
    return documents


def reworded(own: list[str], chance: random.Random, vocabulary: list[str], rate: float) -> str:
    return paragraphs(
        [
            " ".join(
                chance.choice(vocabulary) if w.islower() and chance.random() < rate else w
                for w in s.split(" ")
            )
            for s in own
        ]
    )


def marked_on_one_machine(documents: list[Document]) -> list[dict[str, Any]]:
    """Rows as one machine marks them."""
    marks = duplicates_of(deduplicate(documents), HeldTexts.of(documents))
    return [
        {"id": d.id, "text": d.text, "duplicate": marks[d.id]._asdict() if d.id in marks else None}
        for d in documents
    ]


def digest_of(rows: list[dict[str, Any]]) -> str:
    """SHA-256 of the sorted (id, text, kind, cluster)."""
    found = sorted(
        (row["id"], row["text"], mark.get("kind", ""), mark.get("cluster", row["id"]))
        for row in rows
        for mark in [row["duplicate"] or {}]
    )
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def dev_reposts() -> list[Document]:
    """The development corpus of reposts."""
    rows = read_jsonl_zst("reposts.jsonl.zst")
    return [Document(r["text"], id=r["id"], date=r["date"] or "") for r in rows]


def on_one_machine(inputs: list[str], output: str, **more: Any) -> tuple[bytes, Summary]:
    """What `cleaner clean` writes and counts, done in this process."""
    run.SMALL = 1 << 20  # kilobytes
    options = Options(**more)
    summary = clean_corpus(
        inputs, output, config=Config(), complain=lambda _: None, options=options
    )
    return Path(output).read_bytes(), summary


def page_of(text: str) -> str:
    """A page with this text as its story."""
    body = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    return f"<html><title>Rates</title><body><article>{body}</article></body></html>"


def marks_of_one_machine(plain: Any, *_: Any, **__: Any) -> Any:
    """In place of `cleaner.spark.reposts.marks_in`: the same marks, of one machine and far sooner."""
    import pyarrow as pa

    documents = [Document(**row) for row in plain.toArrow().to_pylist()]
    marks = duplicates_of(deduplicate(documents), HeldTexts.of(documents))
    columns = {"own": list(marks), "duplicate": [mark._asdict() for mark in marks.values()]}
    return plain.sparkSession.createDataFrame(pa.table(columns))
