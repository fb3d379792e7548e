"""Signatures in datasketch's LSH index on a Redis server, which several machines can share."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from datasketch import MinHash, MinHashLSH
from test_dedup import stories, story

from cleaner.dedup import from_lean, shingle_hashes, signatures, to_lean

redis = pytest.importorskip("redis", reason="redis is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """A server of our own, in memory; how to reach it."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = {"host": "127.0.0.1", "port": free.getsockname()[1]}
    options = ["--bind", "127.0.0.1", "--port", str(address["port"]), "--save", ""]
    with subprocess.Popen(
        [program, *options, "--dir", str(tmp_path_factory.mktemp("redis"))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            for _ in range(100):
                try:
                    with closing(redis.Redis(**address)) as asked:
                        asked.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()


def connected(address: dict[str, object]) -> MinHashLSH:
    """As a worker on another machine opens the shared index: by its name."""
    storage = {"type": "redis", "basename": b"news", "redis": address}
    return MinHashLSH(threshold=0.5, num_perm=128, storage_config=storage)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Stories, each with a repost that lost its beginning."""
    found = {document.id: document.text for document in stories()}
    for seed in range(40):
        found[f"made-{seed}"] = story(seed)
        found[f"made-{seed}-again"] = " ".join(story(seed).split()[15:])
    return found


@pytest.fixture(scope="module")
def filled(server, texts) -> dict[str, object]:
    """How to reach the server when a worker has put all texts there."""
    with connected(server).insertion_session() as session:
        for name, row in zip(texts, signatures(list(texts.values())), strict=True):
            session.insert(name, to_lean(row))
    return server


def test_a_shared_index_answers_as_one_in_memory(filled, texts):
    names, rows = list(texts), signatures(list(texts.values()))
    memory, other = MinHashLSH(threshold=0.5, num_perm=128), connected(filled)
    for name, row in zip(names, rows, strict=True):
        memory.insert(name, to_lean(row))
    answers = {name: set(other.query(to_lean(row))) for name, row in zip(names, rows, strict=True)}
    assert answers == {
        name: set(memory.query(to_lean(row))) for name, row in zip(names, rows, strict=True)
    }
    assert all(f"made-{seed}-again" in answers[f"made-{seed}"] for seed in range(40))
    assert not any("made-1" in answers[f"made-{seed}"] for seed in range(2, 40))


def test_sketches_that_datasketch_made_itself_find_ours(filled, texts):
    index = connected(filled)
    for name, text in list(texts.items())[:20]:
        made = MinHash(num_perm=128, seed=1, hashfunc=int, scheme="affine32")
        made.update_batch(shingle_hashes([text])[0].tolist())
        assert name in index.query(made)
        assert (from_lean(made) == signatures([text])[0]).all()
