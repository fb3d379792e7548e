"""Regular expressions that cost nothing until they are used."""

from __future__ import annotations

import re
from typing import Any, cast

FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


class Lazy:
    """A regular expression that is compiled when it is first used: start-up pays for none.

    Its methods are slots that are filled then, so that later uses cost what they cost on a pattern.
    """

    METHODS = ("finditer", "findall", "fullmatch", "match", "search", "split", "sub", "groupindex")
    __slots__ = (*METHODS, "_flags", "source")

    def __init__(self, source: str, flags: str) -> None:
        self.source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        # Called for a slot that isn't filled yet.
        if name not in self.METHODS:
            raise AttributeError(name)
        flags = sum((FLAGS[letter] for letter in self._flags), re.RegexFlag(0))
        compiled = re.compile(self.source, flags)
        for method in self.METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Lazy, (self.source, self._flags)


def pattern(source: str, flags: str = "") -> re.Pattern[str]:
    """Return a regular expression compiled on first use; flags are letters of "imsx"."""
    return cast("re.Pattern[str]", Lazy(source, flags))
