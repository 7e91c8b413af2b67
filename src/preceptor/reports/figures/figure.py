"""What a figure is.

The SQL of a figure gives one row for each record that it counts, with the columns

    point    code of the degree point, or of the institution
    unit     code of a unit below it, null for the figure of the whole point
    part     what the figure is broken down by (a direction, a cohort ...), null for none
    counted  what is counted or added up where that is not the record itself
    record   key of the record

over the tables of the census and the views of `views`; `getvariable` gives the day, the first
day of its year and the last day of the year before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Nature = Literal["flow", "stock"]
#: year: 1 January to the day. day: on the day. previous_end: on the last day of the year before.
#: three_years: the year of the day and the two before it, up to the day. event: a date of history.
Window = Literal["year", "day", "previous_end", "three_years", "event"]
#: What has a value even when no record counts; `found`: nothing but what is found.
Frame = Literal["point", "direction", "unit", "milestone", "rule", "panel_rule", "found"]
#: How the value comes from the picked rows; `records` counts the records themselves.
Measure = Literal["records", "count(*)", "count(DISTINCT counted)", "sum(counted)", "min(counted)"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A definition. `known` is SQL that gives the points for which the figure is known at all.

    `unsure` is SQL that gives point and record of what could not be judged for lack of a value.
    Where nothing is known the value is null, never 0.
    """

    key: str
    title_zh: str
    title_en: str
    nature: Nature
    unit: str
    population_zh: str
    population_en: str
    window: Window
    record_kind: str
    sql: str
    frame: Frame = "point"
    measure: Measure = "records"
    known: str = "SELECT code AS point FROM points"
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Quotient:
    """A figure divided by another, times `factor`, rounded half up to `decimals` places.

    It is known where both are known and the divisor is not 0; its records are those of both.
    """

    key: str
    title_zh: str
    title_en: str
    nature: Nature
    unit: str
    population_zh: str
    population_en: str
    window: Window
    dividend: str
    divisor: str
    factor: int = 1
    decimals: int = 1


Definition = Figure | Quotient
