"""The reconciliation page: whether parts add up, and what changed in a year."""

from __future__ import annotations

from decimal import Decimal

from ..documents.model import Block, Chapter, Runs, Table, runs
from ..figures.naming import digits, title_of
from ..figures.reconciliation import RECONCILED
from ..models import FigureValue
from ..queries import census_before, same_a_year_before
from .blocks import waiting
from .reading import Reading

_PARTS = {"direction": ("专业方向", "directions"), "unit": ("培养单位", "units")}
_COMPARED = (
    "org.university_hospitals",
    "org.nonaffiliated_clinical_colleges.ch3_2",
    "org.nonaffiliated_training_bases.ch3_3",
    "direction.count.ch3",
    "intake.fulltime_prof_doctoral",
    "degree.prof_doctor_awarded_incl_inservice",
    "enrolled.fulltime_prof_doctoral",
    "supervisor.prof_doctoral_total",
    "supervisor.prof_doctoral_external",
    "ratio.student_supervisor",
    "admission.applicants",
    "admission.admitted",
    "admission.rate_pct",
)


def chapter(reading: Reading) -> Chapter:
    """The whole is the sum of its parts, plus what lies in none, less what is counted again."""
    return Chapter(
        "",
        reading.say("附 数据核对", "Reconciliation"),
        blocks=(_sums(reading), _years(reading)),
    )


def _sums(reading: Reading) -> Table:
    return Table(
        (
            reading.name_column("指标", "Figure"),
            reading.name_column("分项", "Parts"),
            reading.number_column("统计值", "Value"),
            reading.number_column("分项合计", "Sum of parts"),
            reading.number_column("不在分项之内", "In no part"),
            reading.number_column("重复计数", "Counted again"),
        ),
        tuple(_sum_row(reading, whole.key, by) for whole, _, by in RECONCILED),
        reading.say("合计与分项核对", "Wholes and their parts"),
        note=reading.say(
            "统计值＝分项合计＋不在分项之内－重复计数",
            "value = sum of parts + in no part − counted again",
        ),
    )


def _sum_row(reading: Reading, key: str, by: str) -> tuple[Runs, ...]:
    parts = _PARTS[by][1]
    return (
        runs(title_of(key, reading.language)),
        runs(reading.say(*_PARTS[by])),
        reading.number(key),
        reading.number(f"{key}.sum_of_{parts}"),
        reading.number(f"{key}.in_no_{parts}"),
        reading.number(f"{key}.again_in_{parts}"),
    )


def _years(reading: Reading) -> Block:
    before = census_before(reading.census)
    if before is None:
        return waiting(
            reading,
            "上年末没有数据快照，暂不能逐年比较；补做上年末的快照后生成。",
            "There is no census of the end of the year before; the comparison waits for one.",
        )
    rows = []
    for key in _COMPARED:
        figure = reading.figure(key)
        if figure is not None:
            rows.append(_year_row(reading, figure, same_a_year_before(figure, before)))
    return Table(
        (
            reading.name_column("指标", "Figure"),
            reading.number_column("本年", "This year"),
            reading.number_column("上年", "Year before"),
            reading.number_column("增减", "Change"),
        ),
        tuple(rows),
        reading.say("与上年比较", "Compared with the year before"),
        note=reading.say(
            f"上年数据取自 {before.day} 的数据快照（第 {before.edition} 版）",
            f"year before: census of {before.day}, edition {before.edition}",
        ),
    )


def _year_row(
    reading: Reading, figure: FigureValue, before: FigureValue | None
) -> tuple[Runs, ...]:
    earlier = runs("—") if before is None else (reading.linked(before),)
    change = _change(figure.value, None if before is None else before.value)
    text = "—" if change is None else _signed(change, figure.key)
    linked: Runs = runs(text) if change is None else (reading.linked(figure, text),)
    name = runs(title_of(figure.key, reading.language))
    return name, (reading.linked(figure),), earlier, linked


def _change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """The difference; None where either is unknown."""
    if now is None or before is None:
        return None
    return now - before


def _signed(change: Decimal, key: str) -> str:
    """The change with its sign, in as many places as the figure has; nought has no sign."""
    text = digits(abs(change), key)
    return f"{'+' if change > 0 else '−'}{text}" if change else text
