"""Settings: types, files, unknown keys, and the same names everywhere."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from cleaner import Cleaner, ConfigError, Document
from cleaner.cli import check
from cleaner.commands import clean
from cleaner.config import Config, find_file, read_file

DIRTY = "Shares of the bank fell 4% on Tuesday after it cut its outlook.\n\nLeave a Reply\n"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("unsafe", "yes", "unsafe is true or false, not 'yes'"),
        ("select", 3, "select is a list of strings, not 3"),
        ("keep", ["("], "keep: '(' is no regular expression"),
        ("text_key", 1, "text-key is a string, not 1"),
        ("per_site_ignores", ["BP"], "per-site-ignores is a table"),
    ],
)
def test_a_wrong_value_is_named(option: str, value: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("(", r"\(")):
        Config(**{option: value})


def test_codes_may_be_one_string() -> None:
    assert Config(select="BP, GS010").select == ("BP", "GS010")


@pytest.mark.parametrize("codes", [["BP9XX"], ["nothing"], [""]])
def test_an_unknown_code_is_refused(codes: list[str]) -> None:
    with pytest.raises(ConfigError, match="no rule has the code"):
        Cleaner(select=codes)
    with pytest.raises(ConfigError, match="no rule has the code"):
        Cleaner(per_site_ignores={"example.org": codes})


def test_pyproject_and_own_file(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_file(str(below)) is None
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.other]\n")
    assert find_file(str(below)) is None
    project.write_text('[tool.cleaner]\nselect = ["BP"]\ntext-key = "body"\nrules = ["ours.py"]\n')
    assert find_file(str(below)) == str(project)
    assert read_file(str(project)) == {
        "select": ["BP"],
        "text_key": "body",
        "rules": [str(tmp_path / "ours.py")],
    }
    own = tmp_path / "a" / "cleaner.toml"
    own.write_text("unsafe = true\n")
    assert find_file(str(below)) == str(own)
    assert read_file(str(own)) == {"unsafe": True}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("text_key = 'a'", "unknown key 'text_key', did you mean 'text-key'?"),
        ("zzz = 1", "unknown key 'zzz'; known are "),
        ("select = ", "is not valid TOML"),
        ("rules = 3", "rules is a list of strings"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, toml: str, message: str) -> None:
    file = tmp_path / "cleaner.toml"
    file.write_text(toml)
    with pytest.raises(ConfigError) as caught:
        read_file(str(file))
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)


def test_options_keys_and_arguments_have_the_same_names() -> None:
    known = {option.name for option in fields(Config)}
    for command in (check, clean):
        given = {parameter.name for parameter in command.params}
        assert {
            "select",
            "ignore",
            "unsafe",
            "preview",
            "keep",
            "rules",
            "text_key",
            "exclude",
        } <= given & known


def test_per_site_ignores_go_by_site_or_url() -> None:
    cleaner = Cleaner(per_site_ignores={"example.org": ["BP"]})
    assert cleaner.clean(Document(DIRTY)).changed
    assert not cleaner.clean(Document(DIRTY, site="example.org")).changed
    assert not cleaner.clean(Document(DIRTY, url="https://www.example.org/a")).changed
    assert cleaner.clean(Document(DIRTY, url="https://other.example.org/a")).changed


def test_keep_protects_a_line_inside_what_is_removed() -> None:
    text = f"{DIRTY}Your email address will not be published.\nCorrection: the fall was 3%.\nPost Comment\n"
    assert "Correction: the fall was 3%." in Cleaner(keep=["^Correction:.*$"]).clean(text).text
