"""Chapter 2: training goals and the degree standard."""

from __future__ import annotations

from decimal import Decimal

from ..documents.labels import written_date
from ..documents.model import Block, Chapter, Table, runs
from .blocks import capital, no_rules, rule_table, rules_on, section, waiting
from .reading import Json, Reading


def chapter(reading: Reading) -> Chapter:
    """Goals wait for their register; the standard is printed from the rules of the day."""
    goals = waiting(
        reading,
        "学位授权点总体培养目标，待培养方案信息录入后生成；各专业方向的培养目标见第三部分。",
        "The goals of the degree point as a whole wait for the register of programmes; those of "
        "each direction stand in chapter 3.",
    )
    return Chapter(
        reading.say("二", "2"),
        reading.say("培养目标与学位标准", "Training goals and degree standard"),
        (
            section(reading, 2, 1, ("培养目标", "Training goals"), goals),
            section(reading, 2, 2, ("学位标准", "Degree standard"), *_standard(reading)),
        ),
    )


def _standard(reading: Reading) -> tuple[Block, ...]:
    rules = rules_on(reading, "enrolment", "thesis")
    if not rules:
        return (no_rules(reading),)
    caption = ("申请博士专业学位的要求", "Requirements for the professional doctorate")
    used = {name for rule in rules for name in rule["parameters"]}
    return (rule_table(reading, caption, rules), _limits(reading, used))


def _limits(reading: Reading, names: set[str]) -> Table:
    """The limits that the rules name, with the values of the day."""
    chosen = [row for row in reading.rules["parameters"] if row["name"] in names]
    caption = ("学位标准的限值", "Limits of the degree standard")
    return parameter_table(reading, caption, chosen)


_UNITS = {
    "month": ("个月", "months"),
    "person": ("人", "persons"),
    "ratio": ("", ""),
    "CNY": ("元", "CNY"),
}


def parameter_table(reading: Reading, caption: tuple[str, str], rows: list[Json]) -> Table:
    """Parameters of the packs with the values in force on the day."""
    words = {unit: reading.say(*pair) for unit, pair in _UNITS.items()}
    return Table(
        (
            reading.name_column("项目", "Item"),
            reading.number_column("规定值", "Value"),
            reading.name_column("单位", "Unit"),
        ),
        tuple(
            (
                runs(capital(row["title"][reading.language])),
                runs(_limit(reading, row)),
                runs(words.get(str(row["unit"]), str(row["unit"])) or "—"),
            )
            for row in rows
        ),
        reading.say(*caption),
        note=reading.say(
            f"{written_date('zh', reading.census.day)}施行的规定",
            f"as in force on {written_date('en', reading.census.day)}",
        ),
    )


def _limit(reading: Reading, row: Json) -> str:
    """The values of a parameter on the day, a share as a percentage; a dash where it has none."""
    if not row["values"]:
        return "—"
    if row["unit"] == "ratio":
        return "、".join(f"{(Decimal(value) * 100).normalize():f}%" for value in row["values"])
    return reading.say("、", ", ").join(row["values"])
