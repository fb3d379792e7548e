r"""What a rule is: a function under its pattern, whose docstring is its page and its test.

from cleaner.rule import delete, pattern, rule

OUR_BOX = pattern(r"^\s*Get our morning mail.*$", "im")

@rule("XX001", fix="safe", needles=["get our morning mail"])
def morning_mail_box(doc):
    '''The box that asks readers to take the morning mail.

    How the web makes this, and what is left alone.

    ...diff hunks: see `cleaner.hunks.Example`
    '''
    return delete(OUR_BOX, doc.text)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, cast

from cleaner.edits import Edit, Span
from cleaner.errors import ConfigError, nearest
from cleaner.patterns import pattern

__all__ = [
    "Find", "Question", "Rule", "delete", "flag", "pattern", "replace", "rule", "rules_of", "select",
]  # fmt: skip

if TYPE_CHECKING:
    from cleaner.document import Document
    from cleaner.hunks import Example

Fix = Literal["safe", "unsafe", "none"]
Scope = Literal["text", "result", "corpus"]
Find = Callable[..., Iterable[Edit | Span]]
Question = Callable[["Document"], object]
F = TypeVar("F", bound=Find)

CODE = re.compile(r"[A-Z]{2}\d{3}")


class Rule(NamedTuple):
    """A named heuristic. `find` yields an Edit where it knows the fix, and a Span where it can only point.

    `needles` are lower-case literals, `starts` first words of lines (and signs, see `blocks.signals`),
    `when` is a cheap question about a document, asked once for all rules that share it. A document with
    none of the needles and starts and a "no" to the question can't have a finding and is not looked at;
    a rule without any of the three looks at all. `languages` are two-letter codes; empty means any.
    `scope` says what `find` is given: "text" the document, "result" the document as scraped and as
    cleaned, "corpus" the document and its pairs with others.
    """

    code: str
    name: str
    fix: Fix
    find: Find
    doc: str
    needles: tuple[str, ...] = ()
    scope: Scope = "text"
    preview: bool = False
    languages: tuple[str, ...] = ()
    starts: frozenset[str] = frozenset()
    when: Question | None = None

    @property
    def summary(self) -> str:
        """The first line of the docstring: what is found."""
        return self.doc.strip().partition("\n")[0].rstrip(".")

    @property
    def page(self) -> str:
        """The docstring as Markdown, without indentation."""
        import inspect

        return inspect.cleandoc(self.doc)

    @property
    def examples(self) -> list[Example]:
        from cleaner.hunks import examples

        return list(examples(self.page))

    def __reduce__(self) -> str | tuple[Any, ...]:
        # Built-in rules travel to other processes by name; a Cleaner loads user rules there again.
        return _rule_of, (self.find.__module__, self.find.__name__)


def _rule_of(module: str, name: str) -> Rule:
    from importlib import import_module

    return cast("Rule", getattr(import_module(module), name).rule)


def rule(
    code: str,
    *,
    fix: Fix,
    needles: Sequence[str] = (),
    starts: Iterable[str] = (),
    when: Question | None = None,
    languages: Sequence[str] = (),
    scope: Scope = "text",
    preview: bool = False,
) -> Callable[[F], F]:
    """Make a function a rule; its name, with hyphens, is the rule's name. The function itself is returned.

    The rule is kept as the function's attribute `rule`: `rules_of` collects those of a module.
    """
    if not CODE.fullmatch(code):
        raise ConfigError(f"{code!r} is no rule code: two capitals and three digits, as in BP001")

    def decorate(find: F) -> F:
        name = find.__name__.replace("_", "-")
        made = Rule(
            code,
            name,
            fix,
            find,
            find.__doc__ or "",
            tuple(needles),
            scope,
            preview,
            tuple(languages),
            frozenset(starts),
            when,
        )
        find.rule = made  # type: ignore[attr-defined]
        return find

    return decorate


def rules_of(module: ModuleType) -> tuple[Rule, ...]:
    """Return the rules defined in a module, in order."""
    functions = (value for value in vars(module).values() if isinstance(value, FunctionType))
    found = (getattr(function, "rule", None) for function in functions)
    return tuple(r for r in found if isinstance(r, Rule) and r.find.__module__ == module.__name__)


def select(
    rules: Iterable[Rule],
    *,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    preview: bool = False,
) -> tuple[Rule, ...]:
    """Return the rules whose code (or name) is selected and not ignored; codes may be prefixes.

    A preview rule takes part when `preview` is set or its whole code is selected. Raise ConfigError
    for a selector that no rule answers to.
    """
    rules = tuple(rules)
    for selector in (*(select or ()), *ignore):
        if not any(_answers(r, selector) for r in rules):
            known = sorted({r.code for r in rules} | {r.name for r in rules})
            hint = nearest(selector, known) or "; `cleaner rule` lists them"
            raise ConfigError(f"no rule has the code, prefix or name {selector!r}{hint}")
    return tuple(
        r
        for r in rules
        if (select is None or any(_answers(r, selector) for selector in select))
        and not any(_answers(r, selector) for selector in ignore)
        and (preview or not r.preview or r.code in (select or ()))
    )


def _answers(rule: Rule, selector: str) -> bool:
    return bool(selector) and (rule.code.startswith(selector) or rule.name == selector)


def delete(found: re.Pattern[str], text: str) -> Iterator[Edit]:
    """Yield the deletion of every match, or of its group `cut` where the pattern has one."""
    group = "cut" if "cut" in found.groupindex else 0
    for match in found.finditer(text):
        if match.end(group) > match.start(group):
            yield Edit(*match.span(group))


def replace(
    found: re.Pattern[str], new: str | Callable[[re.Match[str]], str], text: str
) -> Iterator[Edit]:
    """Yield an edit for every match (or its group `cut`): `new`, or what `new` makes of the match."""
    group = "cut" if "cut" in found.groupindex else 0
    for match in found.finditer(text):
        yield Edit(*match.span(group), new if isinstance(new, str) else new(match))


def flag(found: re.Pattern[str], text: str, note: str = "") -> Iterator[Span]:
    """Yield the span of every match, or of its group `cut`."""
    group = "cut" if "cut" in found.groupindex else 0
    for match in found.finditer(text):
        yield Span(*match.span(group), note)
