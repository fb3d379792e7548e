"""Arrow: a record batch in, a record batch out, for every engine that maps over batches.

pandas, polars, DuckDB, Ray, Hugging Face datasets and Spark all can; the README shows how. A batch is
cleaned as its rows would be one by one; other columns pass through untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cleaner.config import Config
from cleaner.document import Document
from cleaner.engine import Result
from cleaner.errors import ConfigError, nearest
from cleaner.pipeline import Cleaner, not_cleaned

if TYPE_CHECKING:
    import pyarrow as pa

KEYS = ("id", "url", "title", "lang", "date", "site")
FOUND = "cleaner"  # the added column


def clean_batch(batch: pa.RecordBatch | pa.Table, **options: Any) -> pa.RecordBatch | pa.Table:
    """Return a batch (or table) with its text column cleaned.

    Options are those of Cleaner and the names of columns: `text_key`, `id_key`, `url_key`, … A null text
    stays null; where a row's `ignore_key` names no rule, the text stays as it is, with the finding DQ000.
    With `findings=True` a column `cleaner` is added: for each row a list of {code, start, end, new, applied,
    message}, in characters of the scraped text. Raise ConfigError where the text column is missing or holds
    no strings.
    """
    findings = bool(options.pop("findings", False))
    tool = cleaner_of(options)
    return with_cleaned(batch, tool.config, tool.clean, findings=findings)


def with_cleaned(
    batch: pa.RecordBatch | pa.Table,
    config: Config,
    clean: Callable[..., Result],
    *,
    findings: bool,
) -> pa.RecordBatch | pa.Table:
    """Return a batch with its text column as `clean(document, ignore=…)` makes it; see `clean_batch`."""
    import pyarrow as pa

    index = batch.schema.get_field_index(config.text_key)
    if index < 0:
        names = ", ".join(batch.schema.names)
        raise ConfigError(f"no column {config.text_key!r}; give text_key, one of: {names}")
    field = batch.schema.field(index)
    if not (
        pa.types.is_string(field.type)
        or pa.types.is_large_string(field.type)
        or _is_view(field.type)
    ):
        raise ConfigError(f"column {config.text_key!r} holds {field.type}, not strings")
    columns = {
        name: batch.column(getattr(config, f"{name}_key")).to_pylist()
        for name in KEYS
        if getattr(config, f"{name}_key") in batch.schema.names
    }
    ignored: list[Any] = [None] * batch.num_rows
    if config.ignore_key and config.ignore_key in batch.schema.names:
        ignored = batch.column(config.ignore_key).to_pylist()
    texts: list[str | None] = []
    found: list[list[dict[str, Any]] | None] = []
    for row, text in enumerate(batch.column(index).to_pylist()):
        if text is None:
            texts.append(None)
            found.append(None)
            continue
        known = {
            name: str(values[row]) for name, values in columns.items() if values[row] is not None
        }
        document = Document(text, **known)  # type: ignore[arg-type]
        try:
            ignore = config.ignored_by({config.ignore_key: ignored[row]})
            result = clean(document, ignore=ignore)
        except ConfigError as error:  # of the row's own ignore_key
            result = not_cleaned(document, str(error))
        texts.append(result.text)
        found.append([_finding(diagnostic) for diagnostic in result.diagnostics])
    cleaned = batch.set_column(index, field, pa.array(texts, field.type))
    if findings:
        cleaned = cleaned.append_column(FOUND, pa.array(found, _findings_type()))
    return cleaned


def schema(of: pa.Schema, *, findings: bool = False) -> pa.Schema:
    """Return the schema of what `clean_batch` makes of a batch with the given one."""
    import pyarrow as pa

    return of.append(pa.field(FOUND, _findings_type())) if findings else of


def _findings_type() -> Any:
    import pyarrow as pa

    text, number = pa.string(), pa.int32()
    fields = [
        ("code", text),
        ("start", number),
        ("end", number),
        ("new", text),
        ("applied", pa.bool_()),
        ("message", text),
    ]
    return pa.list_(pa.struct(fields))


def _finding(diagnostic: Any) -> dict[str, Any]:
    names = ("code", "start", "end", "new", "applied", "message")
    return {name: getattr(diagnostic, name) for name in names}


def _is_view(kind: Any) -> bool:
    return str(kind) == "string_view"


class _Held:
    """An option that has no hash, such as site profiles or a table, as part of a cache's key."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(type(self.value))


def cleaner_of(options: Mapping[str, Any]) -> Cleaner:
    """Return the Cleaner for options of `clean_batch`, the same one for the same options."""
    return _cleaner(_frozen(options))


def _frozen(options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    values = {n: tuple(value) if isinstance(value, list) else value for n, value in options.items()}
    return tuple(
        (name, value if isinstance(value, Hashable) else _Held(value))
        for name, value in sorted(values.items())
    )


@lru_cache(maxsize=8)
def _cleaner(options: tuple[tuple[str, Any], ...]) -> Cleaner:
    known = {n: value.value if isinstance(value, _Held) else value for n, value in options}
    sites = known.pop("sites", None)
    if isinstance(sites, str):
        known["sites"] = sites
        sites = None
    names = [field.name for field in fields(Config)]
    for name in known:
        if name not in names:
            raise ConfigError(f"no option {name!r}{nearest(name, names)}")
    return Cleaner.from_config(Config(**known), sites=sites)
