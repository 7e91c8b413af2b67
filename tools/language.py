"""Writes the page on the rule language: its text from tools/pages, its examples from the packs that ship.

A line of the text that begins with `:: ` is replaced; lines of one kind that follow each other make
one table:

    :: say PACK SUBJECT CONDITION          the condition as written and as pages read it
    :: fact PACK SUBJECT NAME              a fact as written and what it is called
    :: values PACK PARAMETER               the values of a parameter by their day
    :: examples PACK RULE                  the examples of a rule with their verdicts
    :: refuse PACK SUBJECT CONDITION       what the page says of a condition that is wrong

`{LONGEST}` and the other names of LIMITS are replaced by the bound that the engine has. A condition
that no longer means what its line says it shows is found here: ValueError names the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from preceptor.policy import lexer, loading, parser
from preceptor.policy.facts import Fact
from preceptor.standing.editing.changes.example import MOST_EXAMPLES
from preceptor.standing.editing.conditions import checked
from preceptor.standing.packs import find
from preceptor.web.forms.draft_condition import MOST_BLOCKS, MOST_ROWS
from preceptor.web.shown.example import examples_of
from preceptor.web.shown.expression import Words
from preceptor.web.templatetags.interface import VERDICTS

FOLDER = Path(__file__).resolve().parent / "pages"
MARK = ":: "
#: The day on which parameters are named with their value.
ON = date(2025, 6, 1)
LIMITS = {
    "LONGEST": lexer.LONGEST,
    "DEEPEST": parser.DEEPEST,
    "MOST_ITEMS": parser.MOST_ITEMS,
    "MOST_EXAMPLES": MOST_EXAMPLES,
    "MOST_BLOCKS": MOST_BLOCKS,
    "MOST_ROWS": MOST_ROWS,
    "LARGEST_FILE": loading.LARGEST_FILE // 1_000_000,
}
HEADS = {
    "say": (("写法", "读作"), ("written", "reads")),
    "fact": (("写法", "含义"), ("written", "means")),
    "values": (("参数", "自何日起", "取值", "依据"), ("parameter", "from", "value", "source")),
    "examples": (("记录", "结论"), ("record", "verdict")),
}
Cells = tuple[str, ...]


def said(language: str, pack: str, subject: str, text: str) -> Iterator[Cells]:
    """A condition as written, and in words. Raises ValueError when it is refused."""
    known = find(pack)
    found = checked(known, subject, text)
    if found.expression is None:
        raise ValueError(f"{text}: {found.fault}")
    words = Words(known, subject, ON).conditions(found.expression)
    yield f"`{cell(text)}`", cell(_semicolon(language).join(words))


def fact(language: str, pack: str, subject: str, name: str) -> Iterator[Cells]:
    """A fact as written, and what it is called."""
    known: Fact = find(pack).facts[subject][name]
    where = f' where = "{known.where.text}"' if known.where else ""
    yield f"`{cell(f'{known.aggregate} {known.source}{where}')}`", known.title.within(language)


def values(language: str, pack: str, name: str) -> Iterator[Cells]:
    """The values of a parameter, oldest first."""
    whole = find(pack)
    known, words = whole.parameters[name], Words(whole, whole.subjects[0], ON)
    for step in known.steps:
        source = f"{step.citation.text(language)} {step.evidence}"
        value = words.value(known, step.value)
        yield known.title.within(language), step.since.isoformat(), value, source


def examples(language: str, pack: str, rule: str) -> Iterator[Cells]:
    """The examples of a rule: what is told of each record, or what sets it apart from the others."""
    known = find(pack).rules[rule]
    shown = examples_of(known, Words(find(pack), known.subject, ON))
    for one in shown:
        told = one["note"] or _semicolon(language).join(
            f"{told['term']} {told['value']}" for told in one["facts"]
        )
        yield cell(told), str(VERDICTS[one["verdict"]][2])


def refused(language: str, pack: str, subject: str, text: str) -> Iterator[str]:
    """What the page says of a wrong condition. Raises ValueError when it is right."""
    fault = checked(find(pack), subject, text).fault
    if fault is None:
        raise ValueError(f"{text} is not refused")
    yield from ("```text", *fault.caret.splitlines(), fault.sentence(language), "```")


ROWS: dict[str, Callable[..., Iterator[Cells]]] = {
    "say": said, "fact": fact, "values": values, "examples": examples,
}  # fmt: skip
PARTS = {"say": 3, "fact": 3, "values": 2, "examples": 2, "refuse": 3}


def cell(text: str) -> str:
    """The text as a cell of a table may hold it."""
    return " ".join(text.split()).replace("|", "\\|")


def _semicolon(language: str) -> str:
    return "；" if language == "zh" else "; "


def _split(line: str) -> tuple[str, list[str]]:
    kind, _space, rest = line.removeprefix(MARK).partition(" ")
    return kind, rest.split(" ", PARTS[kind] - 1)


def _filled(language: str, kind: str, given: list[list[str]]) -> Iterator[str]:
    """What stands in the place of lines of one kind that follow each other."""
    if kind == "refuse":
        for parts in given:
            yield from (*refused(language, *parts), "")
        return
    heads = HEADS[kind][0 if language == "zh" else 1]
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for parts in given:
        for cells in ROWS[kind](language, *parts):
            yield f"| {' | '.join(cells)} |"


def language_page(language: str) -> str:
    """The whole page; the language of the texts of pages is set by the caller."""
    text = (FOLDER / f"language.{language}.md").read_text(encoding="utf-8")
    for name, limit in LIMITS.items():
        text = text.replace(f"{{{name}}}", str(limit))
    lines: list[str] = []
    for kind, group in groupby(text.splitlines(), _kind):
        if kind:
            lines += _filled(language, kind, [_split(line)[1] for line in group])
        else:
            lines += group
    return "\n".join(lines) + "\n"


def _kind(line: str) -> str:
    return _split(line)[0] if line.startswith(MARK) else ""
