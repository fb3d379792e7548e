"""Bytes in and out: local files and, where fsspec is installed, remote ones; packed by their suffix."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from cleaner.errors import ReadError, WriteError

if TYPE_CHECKING:
    from pathlib import Path


def is_remote(path: str) -> bool:
    """Whether a path is an address such as s3://bucket/key."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.isalnum() and len(scheme) > 1


def _filesystem(address: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError:
        raise ReadError(
            f"{address}: remote paths need fsspec (pip install 'news-text-cleaner[remote]')"
        ) from None
    try:
        filesystem, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise ReadError(f"{address}: {error}") from error
    return filesystem, path


def remote_files(address: str) -> list[str]:
    """Return the addresses of the files that a remote file, folder or glob names, in order."""
    filesystem, path = _filesystem(address)
    scheme = address.partition("://")[0]
    try:
        if any(sign in path for sign in "*?["):
            found = filesystem.glob(path)
        elif filesystem.isdir(path):
            found = filesystem.find(path)
        elif filesystem.exists(path):
            return [address]
        else:
            raise ReadError(f"{address}: no such file or folder")
    except OSError as error:
        raise ReadError(f"{address}: {error.strerror or error}") from error
    return sorted(f"{scheme}://{name}" for name in found)


@contextmanager
def open_bytes(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked. Raise ReadError where that fails, also later while reading."""
    try:
        with open_raw(path) as raw:
            if path.endswith(".gz"):
                import gzip

                with gzip.GzipFile(fileobj=raw) as stream:
                    yield stream  # type: ignore[misc]
            elif path.endswith(".zst"):
                import io

                import zstandard

                try:
                    reader = zstandard.ZstdDecompressor().stream_reader(
                        raw, read_across_frames=True
                    )
                    yield io.BufferedReader(reader, 1 << 20)
                except zstandard.ZstdError as error:
                    raise ReadError(f"{path}: damaged zstd data: {error}") from error
            else:
                yield raw
    except EOFError as error:
        raise ReadError(f"{path}: ends in the middle of its gzip data") from error
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise ReadError(f"{path}: damaged gzip data: {error}") from error
        raise


@contextmanager
def open_raw(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading as it is, packed or not."""
    if path == "-":
        yield sys.stdin.buffer
    elif is_remote(path):
        filesystem, key = _filesystem(path)
        with filesystem.open(key, "rb") as stream:
            yield stream
    else:
        with open(path, "rb") as stream:
            _reading.append(stream)
            try:
                yield stream
            finally:
                _reading.remove(stream)


_reading: list[IO[bytes]] = []  # the local files that this process has open


def position() -> int:
    """Return how many bytes of the local file opened first were read, as they are on disk."""
    return _reading[0].tell() if _reading else 0


def to_bytes(text: str) -> bytes:
    """Return UTF-8; half a surrogate pair, which UTF-8 can't hold, becomes U+FFFD."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


@contextmanager
def replacing(path: str | Path, *, pack: bool = True, durable: bool = True) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its name only when all is written; packed by its suffix.

    Without `pack` the caller packs. With `durable` the file is on disk, not only in the system's memory,
    before it takes its name; one of a hundred thousand small files needn't wait for that. The
    permissions of a file that is replaced are kept. On any error nothing is left behind, and what the
    system refuses (a full disk, a read-only folder) raises WriteError.
    """
    name = str(path)
    if is_remote(name):
        with _uploading(name, pack=pack) as stream:
            yield stream
        return
    from pathlib import Path

    local = Path(path)
    target = local.resolve() if local.is_symlink() else local
    part = target.with_name(f".{target.name[:200]}.{os.getpid()}.part")
    try:
        try:
            with part.open("wb") as raw:
                with packed(raw, name if pack else "") as stream:
                    yield stream
                if durable:
                    raw.flush()
                    os.fsync(raw.fileno())
            if target.exists():
                part.chmod(target.stat().st_mode & 0o7777)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WriteError(f"{name}: {error.strerror or error}; nothing was written there") from error


def remove_parts(path: str) -> None:
    """Remove what killed writers left of a file, or of the files below a folder; nothing reads it."""
    if os.path.isdir(path):
        found = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
        beginning = "."
    else:
        folder, name = os.path.split(path)
        found = [os.path.join(folder, known) for known in os.listdir(folder or ".")]
        beginning = f".{name[:200]}."
    for part in found:
        stem, _, process = os.path.basename(part).removesuffix(".part").rpartition(".")
        if part.endswith(".part") and process.isdigit() and f"{stem}.".startswith(beginning):
            with suppress(FileNotFoundError):
                os.unlink(part)


@contextmanager
def _uploading(address: str, *, pack: bool) -> Iterator[IO[bytes]]:
    """Write beside, then upload whole: object stores show a file only when it is complete."""
    import tempfile
    from pathlib import Path

    filesystem, key = _filesystem(address)
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder, "upload")
        with local.open("wb") as raw, packed(raw, address if pack else "") as stream:
            yield stream
        try:
            filesystem.put_file(str(local), key)
        except OSError as error:
            raise WriteError(
                f"{address}: {error.strerror or error}; nothing was written there"
            ) from error


@contextmanager
def packed(raw: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """Wrap a stream by a name's suffix; the same content always gives the same bytes."""
    if name.endswith(".gz"):
        import gzip

        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as stream:
            yield stream  # type: ignore[misc]
    elif name.endswith(".zst"):
        import zstandard

        with zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False) as stream:
            yield stream
    else:
        yield raw
