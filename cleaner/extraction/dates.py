"""Dates as pages write them, as ISO 8601 days."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import parsedate

ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-/.]?(\d\d?)[-/.]?(\d\d?)(?!\d)|(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?=T|\d{6})"
)
SPACED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s?[年년]|\.)\s?(\d\d?)(?:\s?[月월]|\.)\s?(\d\d?)(?!\d)"
)
NUMBERS = re.compile(r"(?<!\d)(\d\d?)([./-])(\d\d?)\2((?:19|20)\d\d)(?!\d)")
AMERICAN = frozenset({"en", "en-us"})
EPOCH = re.compile(r"\d{10}(?:\d{3})?\Z")
MONTH = r"(?:[^\W\d_]|[\u0900-\u0963]){2,12}"  # vowel signs of Devanagari are no letters to re
NAMED = re.compile(
    rf"""(?<!\w)(?:(?P<month>{MONTH})\.?\s{{1,3}}(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s{{1,3}}(?P<year>(?:19|20)\d\d)
    |(?P<day2>\d\d?)(?:st|nd|rd|th|\.)?\s{{1,3}}(?:de\s{{1,3}})?(?P<month2>{MONTH})\.?,?\s{{1,3}}(?:de\s{{1,3}})?
        (?P<year2>(?:19|20)\d\d))(?!\d)""",
    re.VERBOSE,
)
NUMBERED = re.compile(
    r"ngày\s(\d\d?)\stháng\s(\d\d?)(?:\snăm\s|,\s?)((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen янв січ sty led oca ينا كان जन",
            "feb fev fév fev фев лют lut úno şub فبر شبا फर फ़र",
            "mar mär mrz мар бер bře مار آذا मार",
            "apr abr avr апр кві kwi dub nis أبر ابر نيس अप्",
            "may mai mag mei мая май тра maj kvě ماي أيا मई",
            "jun jui giu juin июн чер cze čer haz يون حزي जून",
            "jul lug juil июл лип lip tem يول تمو जुल",
            "aug ago aoû août авг сер sie srp ağu أغس اغس अगस",
            "sep set сен вер wrz zář eyl سبت أيل सित",
            "oct okt ott out окт жов paź říj eki أكت اكت अक्",
            "nov ноя лис lis kas نوف नवं",
            "dec dez dic déc дек гру gru pro ara ديس दिस",
        ),
        1,
    )
    for name in names.split()
}


def iso_date(text: str, lang: str = "") -> str:
    """Return the day a date names as `YYYY-MM-DD`, or an empty string when it can't be told.

    03/09/2023 is the ninth of March on an American page, which says "en-US" or just "en".

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
        if match := SPACED.search(text):
            return valid(date(*map(int, match.groups())))
        if match := NUMBERS.search(text):
            first, mark, second, year = match.groups()
            american = mark != "." and lang.lower() in AMERICAN
            day, month = (int(second), int(first)) if american else (int(first), int(second))
            return valid(date(int(year), *((month, day) if month <= 12 else (day, month))))
        if match := NUMBERED.search(text):
            return valid(date(*map(int, reversed(match.groups()))))
        if match := NAMED.search(text):
            return named_date(match)
        if parsed := parsedate(text):
            return valid(date(*parsed[:3]))
    return ""


def named_date(match: re.Match[str]) -> str:
    """Return the day of a date whose month is a word."""
    name = (match["month"] or match["month2"]).lower()
    month = next((MONTHS[name[:size]] for size in (4, 3, 2) if name[:size] in MONTHS), 0)
    if not month:
        return ""
    return valid(
        date(int(match["year"] or match["year2"]), month, int(match["day"] or match["day2"]))
    )


def valid(day: date) -> str:
    """Return a day the web can have published on."""
    return day.isoformat() if 1990 <= day.year <= 2100 else ""
