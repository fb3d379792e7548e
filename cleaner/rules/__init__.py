"""The built-in rules, by family; importing a module is all it takes to register its rules."""

from __future__ import annotations

from cleaner.rule import Rule, rules_of
from cleaner.rules import (
    boilerplate,
    characters,
    duplicate,
    encodings,
    escapes,
    garble,
    quality,
    refusals,
)

BUILT_IN: tuple[Rule, ...] = tuple(
    rule
    for module in (
        encodings,
        characters,
        escapes,
        *boilerplate.MODULES,
        *garble.MODULES,
        quality,
        refusals,
        duplicate,
    )
    for rule in rules_of(module)
)
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in BUILT_IN}
assert len(BY_CODE) == len(BUILT_IN), "two rules share a code"
