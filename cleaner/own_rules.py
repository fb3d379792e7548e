"""Rules of the user: Python files that are imported by path."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from cleaner.errors import ConfigError
from cleaner.hashing import hash_text
from cleaner.rule import Rule, rules_of


def load_rules(path: str) -> tuple[Rule, ...]:
    """Import a file of rules and return them. Raise ConfigError where that fails or none is there."""
    file = Path(path).resolve()
    name = f"cleaner_user_rules_{file.stem}_{abs(hash_text(str(file))):x}"
    if name in sys.modules:
        return rules_of(sys.modules[name])
    spec = importlib.util.spec_from_file_location(name, file)
    if not file.is_file() or spec is None or spec.loader is None:
        raise ConfigError(f"{path}: no such file of rules; `rules` takes paths of Python files")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise ConfigError(f"{path}: {type(error).__name__}: {error}") from error
    found = rules_of(module)
    if not found:
        del sys.modules[name]
        raise ConfigError(f"{path}: no rule in it; decorate a function with @rule (cleaner.rule)")
    return found
