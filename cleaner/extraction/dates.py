"""Dates as pages write them, as ISO 8601 days."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import parsedate

ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-/.年]?(\d\d?)[-/.月]?(\d\d?)(?!\d)|(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?=T|\d{6})"
)
DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)[./-](\d\d?)[./-]((?:19|20)\d\d)(?!\d)")
EPOCH = re.compile(r"\d{10}(?:\d{3})?\Z")
NAMED = re.compile(
    r"""(?<!\w)(?:(?P<month>[^\W\d_]{3,9})\.?\s{1,3}(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s{1,3}(?P<year>(?:19|20)\d\d)
    |(?P<day2>\d\d?)(?:st|nd|rd|th|\.)?\s{1,3}(?:de\s{1,3})?(?P<month2>[^\W\d_]{3,9})\.?,?\s{1,3}(?:de\s{1,3})?
        (?P<year2>(?:19|20)\d\d))(?!\d)""",
    re.VERBOSE,
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen янв sty led",
            "feb fev fév fev фев lut úno",
            "mar mär mrz мар břez",
            "apr abr avr апр kwi dub",
            "may mai mag mei мая maj kvě",
            "jun jui giu juin июн cze čer",
            "jul lug juil июл lip",
            "aug ago aoû août авг sie srp",
            "sep set сен wrz zář",
            "oct okt ott out окт paź říj",
            "nov ноя lis",
            "dec dez dic déc дек gru pro",
        ),
        1,
    )
    for name in names.split()
}


def iso_date(text: str) -> str:
    """Return the day a date names as `YYYY-MM-DD`, or an empty string when it can't be told.

    >>> iso_date("2023-12-23T05:39:00+01:00"), iso_date("Sat, 23 Dec 2023 05:39:00 GMT")
    ('2023-12-23', '2023-12-23')
    >>> iso_date("December 23, 2023"), iso_date("23.12.2023"), iso_date("yesterday")
    ('2023-12-23', '2023-12-23', '')
    """
    text = text.strip()[:100]
    if not text:
        return ""
    with suppress(ValueError, OverflowError, OSError, TypeError):
        if EPOCH.match(text):
            return valid(datetime.fromtimestamp(int(text[:10]), UTC).date())
        if match := ISO.search(text):
            return valid(date(*(int(part) for part in match.groups() if part)))
        if match := DAY_FIRST.search(text):
            first, second, year = map(int, match.groups())
            day, month = (first, second) if second <= 12 else (second, first)
            return valid(date(year, month, day))
        if match := NAMED.search(text):
            return named_date(match)
        if parsed := parsedate(text):
            return valid(date(*parsed[:3]))
    return ""


def named_date(match: re.Match[str]) -> str:
    """Return the day of a date whose month is a word."""
    name = (match["month"] or match["month2"]).lower()
    month = next((MONTHS[name[:size]] for size in (4, 3) if name[:size] in MONTHS), 0)
    if not month:
        return ""
    return valid(
        date(int(match["year"] or match["year2"]), month, int(match["day"] or match["day2"]))
    )


def valid(day: date) -> str:
    """Return a day the web can have published on."""
    return day.isoformat() if 1990 <= day.year <= 2100 else ""
