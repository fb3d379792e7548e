"""Settings: one name for an option, whether on the command line, in TOML or as an argument.

`[tool.cleaner]` of the nearest pyproject.toml, or a cleaner.toml, above the place where the command
runs. The TOML key and the option have hyphens where the argument has underscores.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from cleaner.errors import ConfigError, nearest

Codes = tuple[str, ...]
PROJECT = "pyproject.toml"


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings with their defaults.

    Raise ConfigError for a value of the wrong type or a pattern that doesn't compile; codes are
    checked when a Cleaner is made, since rules of the user count too.
    """

    select: Codes | None = None
    ignore: Codes = ()
    unsafe: bool = False
    preview: bool = False
    keep: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sites: str = ""
    per_site_ignores: Mapping[str, Codes] = field(default_factory=dict)
    per_file_ignores: Mapping[str, Codes] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    baseline: str = ""
    ignore_key: str = ""
    text_key: str = "text"
    id_key: str = "id"
    url_key: str = "url"
    title_key: str = "title"
    lang_key: str = "lang"
    date_key: str = "date"
    site_key: str = "site"

    def __post_init__(self) -> None:
        for option in fields(self):
            value = getattr(self, option.name)
            object.__setattr__(self, option.name, _typed(option.name, str(option.type), value))
        for keep in self.keep:
            compile_keep(keep)

    def ignored_in(
        self, path: str, name: str, fields: Mapping[str, Any] | None = None
    ) -> tuple[str, ...]:
        """Return the codes to leave out for a file, by its path and name, and for a record of it."""
        own = self.ignored_by(fields) if fields else ()
        if not self.per_file_ignores:
            return own
        from fnmatch import fnmatch

        names = (path, name, path.rpartition("/")[2])
        of_file = (
            code
            for glob, codes in self.per_file_ignores.items()
            if any(fnmatch(known, glob) for known in names)
            for code in codes
        )
        return *of_file, *own

    def ignored_by(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the codes in the field that `ignore-key` names: a list, or a string with commas.

        Raise ConfigError where it holds anything else.
        """
        held = fields.get(self.ignore_key) if self.ignore_key else None
        return _strings(self.ignore_key, held) if held else ()


def compile_keep(source: str) -> re.Pattern[str]:
    """Return the pattern of a `keep` entry; `^` and `$` stand for the ends of a line."""
    try:
        return re.compile(source, re.MULTILINE)
    except re.error as error:
        raise ConfigError(f"keep: {source!r} is no regular expression: {error}") from error


def _typed(name: str, kind: str, value: Any) -> Any:
    """The value in the form the field wants, or a ConfigError that says which it is."""
    key = name.replace("_", "-")
    if kind == "bool":
        if isinstance(value, bool):
            return value
        raise ConfigError(f"{key} is true or false, not {value!r}")
    if kind == "str":
        if isinstance(value, str):
            return value
        raise ConfigError(f"{key} is a string, not {value!r}")
    if kind.startswith("Mapping"):
        if not isinstance(value, Mapping):
            raise ConfigError(
                f'{key} is a table such as {{ "example.org" = ["BP"] }}, not {value!r}'
            )
        return {str(k): _strings(f"{key}.{k}", v) for k, v in value.items()}
    if value is None and "None" in kind:
        return None
    return _strings(key, value)


def _strings(key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, Sequence) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ConfigError(f"{key} is a list of strings, not {value!r}")


def from_table(table: Mapping[str, Any], *, where: str, folder: str) -> dict[str, Any]:
    """Return keyword arguments for Config from a TOML table.

    Paths of `rules`, `sites` and `baseline` are relative to the file's folder. Raise ConfigError for an
    unknown key, naming the nearest known one.
    """
    known = {option.name.replace("_", "-"): option.name for option in fields(Config)}
    options: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            hint = nearest(key, list(known)) or f"; known are {', '.join(sorted(known))}"
            raise ConfigError(f"{where}: unknown key {key!r}{hint}")
        options[known[key]] = value
    if "rules" in options:
        options["rules"] = [
            os.path.join(folder, path) for path in _strings("rules", options["rules"])
        ]
    for name in ("sites", "baseline"):
        if options.get(name):
            options[name] = os.path.join(folder, str(options[name]))
    return options


def find_file(start: str) -> str | None:
    """Return the nearest cleaner.toml, or pyproject.toml with [tool.cleaner], at or above a folder."""
    above = os.path.abspath(start)
    folder = ""
    while folder != above:
        folder = above
        own, project = os.path.join(folder, "cleaner.toml"), os.path.join(folder, PROJECT)
        if os.path.isfile(own):
            return own
        if os.path.isfile(project):
            with open(project, "rb") as stream:
                if b"[tool.cleaner" in stream.read():
                    return project
        above = os.path.dirname(folder)
    return None


def read_file(path: str) -> dict[str, Any]:
    """Return keyword arguments for Config from a TOML file. Raise ConfigError where it can't be used."""
    import tomllib

    try:
        with open(path, "rb") as stream:
            table = tomllib.load(stream)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    if os.path.basename(path) == PROJECT:
        table = table.get("tool", {}).get("cleaner", {})
    try:
        return from_table(table, where=path, folder=os.path.dirname(path))
    except ConfigError as error:
        message = str(error)
        raise ConfigError(message if message.startswith(path) else f"{path}: {message}") from None
