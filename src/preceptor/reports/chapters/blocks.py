"""Pieces that several chapters build from."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents.model import (
    Block,
    Column,
    Paragraph,
    Run,
    Runs,
    Section,
    Table,
    Text,
    Waiting,
    runs,
)
from ..documents.numbering import section_number
from .reading import Json, Reading


def sentence(*parts: str | Runs) -> Paragraph:
    """A paragraph of words and computed numbers."""
    line: list[Run] = []
    for part in parts:
        line += [Text(part)] if isinstance(part, str) else part
    return Paragraph(tuple(line))


def capital(text: str) -> str:
    """The text as it begins a row: its first letter is a capital."""
    return text[:1].upper() + text[1:]


def waiting(reading: Reading, zh: str, en: str) -> Waiting:
    """One line on what a section waits for."""
    return Waiting(reading.say(zh, en))


def section(
    reading: Reading, chapter: int, place: int, titles: tuple[str, str], *blocks: Block
) -> Section:
    """A section of a chapter, numbered in the report's language."""
    number = section_number(reading.language, chapter, place)
    return Section(number, reading.say(*titles), blocks)


def figure_table(
    reading: Reading,
    caption: tuple[str, str],
    rows: Sequence[tuple[str, str, str]],
    scope: str = "",
) -> Table:
    """Figures one below the other with value, unit and time; rows give both names and the key.

    They are of the scope, else of the degree point.
    """
    return Table(
        (
            reading.name_column("指标", "Figure"),
            reading.number_column("数值", "Value"),
            reading.name_column("单位", "Unit"),
            reading.name_column("统计时间", "Period or date"),
        ),
        tuple(_figure_row(reading, reading.say(zh, en), key, scope) for zh, en, key in rows),
        reading.say(*caption),
    )


def _figure_row(reading: Reading, name: str, key: str, scope: str) -> tuple[Runs, ...]:
    figure = reading.figure(key, scope)
    entry = None if figure is None else reading.entry(figure)
    return (
        runs(name),
        reading.number(key, scope),
        runs((entry.unit if entry else "") or "—"),
        runs(entry.period if entry else ""),
    )


def rule_table(reading: Reading, caption: tuple[str, str], rules: Sequence[Json]) -> Table:
    """Rules of a pack: what they demand, how strictly, and where they stand."""
    strict: dict[str, str] = {
        "block": reading.say("必须满足", "binding"),
        "warn": reading.say("原则上满足", "in principle"),
        "inform": reading.say("仅作提示", "for information"),
    }
    return Table(
        (
            Column(reading.say("要求", "Requirement")),
            Column(reading.say("效力", "Force")),
            Column(reading.say("依据", "Source")),
        ),
        tuple(
            (
                runs(rule["title"][reading.language]),
                runs(strict[rule["kind"]]),
                runs(rule["citation"][reading.language]),
            )
            for rule in rules
        ),
        reading.say(*caption),
        note=_versions(reading, rules),
    )


def _versions(reading: Reading, rules: Sequence[Json]) -> str:
    packs = dict.fromkeys(f"{rule['pack']} {rule['version']}" for rule in rules)
    return (
        reading.say("规则包：", "rule pack ") + reading.say("、", ", ").join(packs) if packs else ""
    )


def rules_on(reading: Reading, *subjects: str) -> list[Json]:
    """The rules of the day on some kinds of records."""
    return [rule for rule in reading.rules["rules"] if rule["subject"] in subjects]


def no_rules(reading: Reading) -> Waiting:
    """What stands where no pack was in force on the day."""
    return waiting(
        reading,
        "统计时点没有已启用的规则包；启用后由规则包生成。",
        "No rule pack was in force on the day; once one is, this section is printed from it.",
    )
