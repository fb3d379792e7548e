"""The examples in the docstrings of rules: diff hunks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

HUNK = re.compile(r"^```diff(?P<fields>[^\n]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))")


class Example(NamedTuple):
    r"""One diff hunk of a rule's docstring.

    Lines begin with a sign and a blank: ` ` stays, `-` goes, `+` comes, `!` stays and is flagged. A
    hunk with only ` ` lines must be left alone. Words after the fence's `diff` set fields of the
    document: three backticks, `diff lang=fr title="A title"`. Invisible characters are written as
    `\u200b` or `\x00`.
    """

    before: str
    after: str
    flagged: tuple[str, ...]
    fields: Mapping[str, str]
    source: str

    @property
    def near_miss(self) -> bool:
        return self.before == self.after and not self.flagged


def examples(page: str) -> Iterator[Example]:
    """Yield the examples of a rule's page. Raise ValueError for a hunk that can't be read."""
    for match in HUNK.finditer(page):
        before: list[str] = []
        after: list[str] = []
        flagged: list[str] = []
        for line in match["body"].split("\n")[:-1]:
            sign, text = line[:1] or " ", ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), line[2:])
            if sign not in " -+!" or line[1:2] not in ("", " "):
                raise ValueError(
                    f"a line of a hunk begins with one of ' -+!' and a blank: {line!r}"
                )
            if sign != "+":
                before.append(text)
            if sign != "-":
                after.append(text)
            if sign == "!":
                flagged.append(text)
        pairs = (word.partition("=") for word in shlex.split(match["fields"]))
        fields = {key: value for key, _, value in pairs}
        yield Example("\n".join(before), "\n".join(after), tuple(flagged), fields, match[0])
