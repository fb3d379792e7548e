"""The options of the commands, each written once, and what they make of the settings file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from cleaner.config import Config

Decorator = Callable[[Any], Any]
FORMATS = ("full", "concise", "json", "github", "sarif")

OPTIONS: dict[str, Decorator] = {
    "select": click.option(
        "--select", metavar="CODES", help="Codes or prefixes to enable, comma-separated."
    ),
    "ignore": click.option("--ignore", metavar="CODES", help="Codes or prefixes to disable."),
    "unsafe": click.option(
        "--unsafe/--safe", default=None, help="Also apply fixes that may touch the author's words."
    ),
    "preview": click.option(
        "--preview/--no-preview", default=None, help="Also run rules that are not stable yet."
    ),
    "keep": click.option(
        "--keep",
        multiple=True,
        metavar="REGEX",
        help="No rule touches what this matches. May be repeated.",
    ),
    "rules": click.option(
        "--rules",
        multiple=True,
        metavar="FILE",
        help="A Python file with rules of your own. May be repeated.",
    ),
    "exclude": click.option(
        "--exclude", multiple=True, metavar="GLOB", help="Skip matching files. May be repeated."
    ),
    "config": click.option(
        "--config", "config_file", metavar="FILE", help="Read settings from FILE."
    ),
    "isolated": click.option("--isolated", is_flag=True, help="Read no settings file."),
    **{
        f"{name}_key": click.option(
            f"--{name}-key",
            metavar="KEY",
            help=f"Field of a JSON record that holds its {what}.  [default: {name}]",
        )
        for name, what in {
            "text": "text",
            "id": "identifier",
            "url": "address",
            "title": "title",
            "lang": "language",
            "date": "date",
            "site": "site",
        }.items()
    },
    "ignore_key": click.option(
        "--ignore-key",
        metavar="KEY",
        help="Field of a record that holds codes to ignore for it.",
    ),
    "inputs": click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
    "any_inputs": click.argument("inputs", nargs=-1, metavar="[INPUT]..."),
    "output": click.option(
        "-o",
        "--output",
        required=True,
        metavar="OUTPUT",
        help="A folder, a .jsonl, .csv, .tsv or .parquet file, or - for standard output.",
    ),
    "jobs": click.option(
        "-j",
        "--jobs",
        type=click.IntRange(min=1),
        help="Worker processes.  [default: one for each core]",
    ),
    "timeout": click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Reject a document that takes longer.  [default: 10]",
    ),
    "rejects": click.option(
        "--rejects", metavar="FILE", help="Write what could not be read, and why, as JSONL."
    ),
    "edits": click.option(
        "--edits",
        metavar="FILE",
        help="Write every edit, so that the run can be undone, as JSONL.",
    ),
    "undo": click.option(
        "--undo",
        is_flag=True,
        help="INPUT is the output of a run: write what --edits FILE says it was.",
    ),
    "report": click.option(
        "--report", metavar="FILE", help="Write a report to look at, as one HTML file."
    ),
    "learn_sites": click.option(
        "--learn-sites",
        is_flag=True,
        help="Read the input twice: learn first what recurs on each site.",
    ),
    "sites": click.option("--sites", metavar="FILE", help="Use what was learned of sites before."),
    "dedup": click.option(
        "--dedup", is_flag=True, help="Find reposts among the documents and mark them."
    ),
    "drop": click.option(
        "--drop",
        is_flag=True,
        help="Leave out all but one document of each cluster of reposts.",
    ),
    "kept": click.option(
        "--keep",
        "kept",
        type=click.Choice(["earliest", "longest"]),
        default="earliest",
        show_default=True,
        help="Which document of a cluster the others are copies of.",
    ),
    "index": click.option(
        "--index",
        metavar="FILE",
        help="Compare with the documents in this index too, and add these to it.",
    ),
    "pairs": click.option(
        "--pairs", metavar="FILE", help="Write the pairs of reposts with their evidence, as JSONL."
    ),
    "raw": click.option(
        "--raw", is_flag=True, help="Compare the texts as they are, boilerplate and all."
    ),
    "engine": click.option(
        "--engine",
        type=click.Choice(["local", "spark"]),
        default="local",
        show_default=True,
        help="Where the work is done; Spark writes a folder of parts.",
    ),
    "master": click.option(
        "--master", metavar="URL", help="With --engine spark: the cluster.  [default: local[*]]"
    ),
    "paths": click.argument("paths", nargs=-1, metavar="[PATHS]..."),
    "fix": click.option("--fix", is_flag=True, help="Write safe fixes back to the files."),
    "diff": click.option(
        "--diff", is_flag=True, help="Print what --fix would change, and change nothing."
    ),
    "output_format": click.option(
        "--output-format",
        type=click.Choice(FORMATS),
        default="full",
        show_default=True,
        help="How findings are printed.",
    ),
    "statistics": click.option(
        "--statistics", is_flag=True, help="Print a count per rule instead of each finding."
    ),
    "exit_zero": click.option(
        "--exit-zero", is_flag=True, help="Exit 0 even when something is found."
    ),
    "duplicates": click.option(
        "--duplicates", is_flag=True, help="Also report copies among the files themselves."
    ),
    "seen": click.option(
        "--index", metavar="FILE", help="Also report copies of the documents in this index."
    ),
    "baseline": click.option(
        "--baseline",
        metavar="FILE",
        help="Neither report nor fix the old findings that FILE holds.",
    ),
    "update_baseline": click.option(
        "--update-baseline",
        is_flag=True,
        help="Write what is found now to the baseline, and exit 0.",
    ),
}
CHOICE = ("select", "ignore", "unsafe", "preview", "keep", "rules")
FIELDS = (
    *("text_key", "id_key", "url_key", "title_key", "lang_key", "date_key", "site_key"),
    "ignore_key",
)
SETTINGS = ("exclude", "config", "isolated")
CHECK = (
    *("paths", *CHOICE, "fix", "diff", "output_format", "statistics", "exit_zero", "duplicates"),
    *("seen", "baseline", "update_baseline", *FIELDS, *SETTINGS),
)
CORPUS = ("output", "jobs", "rejects", "drop", "index", "pairs")  # of a run over a corpus
CLEAN = (
    *("inputs", *CORPUS, "timeout", "edits", "undo", "report", "learn_sites", "sites", "dedup"),
    *("engine", "master", *CHOICE, *FIELDS, *SETTINGS),
)
DEDUP = ("any_inputs", *CORPUS, "kept", "raw", *FIELDS, *SETTINGS)


def options(names: tuple[str, ...]) -> Decorator:
    """Add options to a command by name, in the order given."""

    def decorate(command: Any) -> Any:
        for name in reversed(names):
            command = OPTIONS[name](command)
        return command

    return decorate


def config_of(options: dict[str, Any]) -> Config:
    """The settings file with the given options on top."""
    from cleaner.config import Config, find_file, read_file

    given = {name: value for name, value in options.items() if value not in (None, ())}
    named, isolated = given.pop("config_file", None), given.pop("isolated", False)
    file = named or (None if isolated else find_file(os.getcwd()))
    table = read_file(file) if file else {}
    return Config(**{**table, **given})
