"""The report of a corpus run as one HTML file that needs nothing else: no network, no font, no image.

Texts of articles are hostile: every value is escaped, characters that would turn the page's text
around are shown by their code, and the page's policy runs only the script and style it came with.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cleaner.report.gather import Gathered
from cleaner.report.view import view

HERE = Path(__file__).parent
# Control characters, halves of surrogate pairs, invisible characters, and those that turn the
# direction of what follows. The joiners of Persian and of emoji and the direction marks of Arabic
# and Hebrew are ordinary text.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
BLANKS = str.maketrans({" ": "␣", "\n": "⏎", "\t": "⇥", "\xa0": "⍽", "\u202f": "⍽"})


def render(gathered: Gathered, *, title: str, details: Mapping[str, str]) -> str:
    """Return the report of a run; `details` are shown as they are, as the run's settings."""
    from jinja2 import Environment, StrictUndefined

    style = (HERE / "report.css").read_text(encoding="utf-8")
    script = (HERE / "report.js").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True,
        finalize=seen,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        number=number, percent=percent, blanks=blanks, times=times, link=link
    )
    shown = view(gathered)
    for name in ("lengths", "shares", "dates", "flow"):
        if shown[name]:
            shown[name]["svg"] = trusted(seen(shown[name]["svg"]))
    template = environment.from_string((HERE / "report.html.j2").read_text(encoding="utf-8"))
    return template.render(
        title=title,
        details=details,
        style=trusted(style),
        script=trusted(script),
        policy=policy(style, script),
        **shown,
    )


def policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that allows this style and this script, and nothing else."""
    hashes = (b64encode(sha256(text.encode()).digest()).decode("ascii") for text in (style, script))
    css, code = (f"'sha256-{value}'" for value in hashes)
    return f"default-src 'none'; style-src {css}; script-src {code}; base-uri 'none'; form-action 'none'"


def trusted(text: str) -> Any:
    """Mark our own markup as such."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - the page's own style, script and drawings


def seen(value: Any) -> Any:
    r"""Return a value for the page: in texts that aren't ours, unseen characters as their code.

    >>> seen("a\u202eb")
    'a⟨U+202E⟩b'
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return UNSEEN.sub(_code, value.replace("\r\n", "\n"))


def _code(match: re.Match[str]) -> str:
    point = ord(match[0])
    return chr(0x2400 + point) if point < 0x20 else f"⟨U+{point:04X}⟩"


def blanks(text: str) -> str:
    """Return white space as signs one can see, and nothing for any other text."""
    return text.translate(BLANKS) if not text.strip() else ""


def number(value: float) -> str:
    """Return a number with its thousands set apart."""
    return f"{value:,}"


def times(microseconds: int) -> str:
    """Return a time for people: "12 ms", "3.4 s"."""
    return (
        f"{microseconds / 1e6:,.1f} s"
        if microseconds >= 1_000_000
        else f"{microseconds / 1000:,.0f} ms"
    )


def percent(part: float, whole: float = 1) -> str:
    """Return a share for people: "0 %", "< 0.1 %", "0.4 %", "37 %"."""
    share = 100 * part / whole if whole else 0.0
    if share == 0:
        return "0 %"
    if share < 0.1:
        return "< 0.1 %"
    return f"{share:.1f} %" if share < 10 else f"{share:.0f} %"


def link(url: str) -> str:
    """Return an address that may be followed, or nothing: `javascript:` is a URL, too."""
    return url if re.match(r"https?://[^\s/]", url) and not url.endswith("…") else ""
