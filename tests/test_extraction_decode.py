"""Bytes to text: marks, declarations that are right and wrong, damage, compression."""

from __future__ import annotations

import gzip
import sys

import pytest

import cleaner
from cleaner.extraction.decode import decode
from cleaner.extraction.tree import Refused

GERMAN = (
    "Die Brücke über die Lauter bleibt gesperrt, sagte Amtsleiterin Ruth Löffler für die Behörde."
)
RUSSIAN = (
    "Портовые рабочие проголосовали во вторник за продолжение забастовки на вторую неделю подряд."
)
CHINESE = (
    "市交通局昨日宣布，自下月一日起，三条夜间公交线路将延长至滨海机场，末班车时间推迟到凌晨两点半。"
)
JAPANESE = "市の交通局は、来月一日から三つの夜行バス路線を空港まで延長すると昨日発表した。"
KOREAN = "시 교통국은 다음 달 1일부터 야간 버스 세 개 노선을 공항까지 연장한다고 어제 발표했다."


def html(text: str, charset: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return (
        f"<html><head>{meta}<title>x</title></head><body>"
        + f"<p>{text}</p>\n" * 5
        + "</body></html>"
    )


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8", ""),
        (GERMAN, "utf-8", "iso-8859-1"),
        (GERMAN, "cp1252", "iso-8859-1"),
        (GERMAN, "cp1252", "utf-8"),
        (GERMAN, "utf-8-sig", "iso-8859-1"),
        (GERMAN, "utf-16", "utf-8"),
        (GERMAN, "utf-16-le", "utf-8"),
        (GERMAN, "utf-16-be", ""),
        (GERMAN, "utf-32", ""),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "cp1251", "iso-8859-1"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (CHINESE, "gb18030", "gb2312"),
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (KOREAN, "cp949", "ks_c_5601-1987"),
    ],
)
def test_encodings(text: str, encoding: str, declared: str) -> None:
    assert text in decode(html(text, declared).encode(encoding))


def test_one_bad_byte_does_not_change_the_encoding() -> None:
    data = html(GERMAN * 20, "utf-8").encode().replace(b"gesperrt", b"ge\xffsperrt", 1)
    assert "Die Brücke über" in decode(data)


def test_cut_in_the_middle_of_a_character() -> None:
    assert "Портовые" in decode(html(RUSSIAN, "utf-8").encode()[:-60] + "р".encode()[:1])


def test_unknown_declaration() -> None:
    assert "Brücke" in decode(html(GERMAN, "x-nonsense").encode("cp1252"))


@pytest.mark.parametrize("layers", [1, 2])
def test_gzip(layers: int) -> None:
    data = html(GERMAN).encode()
    for _ in range(layers):
        data = gzip.compress(data)
    assert GERMAN in decode(data)


def test_gzip_in_members_and_cut() -> None:
    data = html(GERMAN).encode()
    assert GERMAN in decode(gzip.compress(data[:200]) + gzip.compress(data[200:]))
    assert decode(gzip.compress(html(GERMAN * 500).encode())[:-30]).startswith("<html>")


def test_gzip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["cleaner.extraction.decode"], "MAX_BYTES", 1_000_000)
    with pytest.raises(Refused, match="too large"):
        decode(gzip.compress(b"<p>" + b"x" * 2_000_000))


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08", b"\x1f\x8b\x08\x00garbage"])
def test_damaged_gzip(data: bytes) -> None:
    assert cleaner.extract(data).meta["reason"] == "damaged gzip"
