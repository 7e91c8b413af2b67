"""The page of data quality: what the records lack or contradict, each count with its records."""

from __future__ import annotations

from ..documents.model import Block, BulletList, Chapter, Paragraph, Runs, Table, runs
from ..figures.keys import record_keys
from ..figures.naming import title_of
from ..models import FigureValue
from .reading import Reading

_COUNTED = (
    "quality.direction_without_goal",
    "quality.direction_without_programme",
    "quality.course_hours_per_credit",
    "quality.engaged_before_training",
    "quality.engaged_without_training",
    "quality.two_staff_numbers",
    "quality.trainee_without_state",
    "quality.trainee_without_place",
    "thesis.similarity_over",
)


def chapter(reading: Reading) -> Chapter:
    """What needs a look; the records themselves lie behind each number, by the reader's rights."""
    blocks: list[Block] = [_table(reading), *_panels(reading)]
    blocks.append(
        Paragraph(
            runs(
                reading.say(
                    "点击数据可在系统中查看相应记录；能看到哪些记录取决于查看人的权限。",
                    "Each number leads to its records in the system, as far as the reader's rights go.",
                )
            )
        )
    )
    return Chapter("", reading.say("附 数据质量问题", "Data quality"), blocks=tuple(blocks))


def _table(reading: Reading) -> Table:
    return Table(
        (reading.name_column("问题", "Finding"), reading.number_column("数量", "Number")),
        tuple(
            (runs(title_of(key, reading.language, reading.names)), reading.number(key))
            for key in _COUNTED
        ),
        reading.say("需要核实的记录", "Records that need a look"),
    )


_FAILING = {
    "quality.panel_failing.": ("已召开但不符合规定的评审小组", "Panels that sat and break a rule"),
    "quality.planned_panel_failing.": (
        "待召开且不符合规定的评审小组", "Panels to come that break a rule",
    ),
}  # fmt: skip


def _panels(reading: Reading) -> list[Block]:
    """The panels that break a rule, by rule, with their numbers."""
    blocks: list[Block] = []
    for prefix, words in _FAILING.items():
        failing = [
            figure
            for (key, _), figure in sorted(reading.figures.items())
            if key.startswith(prefix) and figure.value
        ]
        if failing:
            lines = tuple(_panel_line(reading, figure, prefix) for figure in failing)
            blocks += [Paragraph(runs(reading.say(*words))), BulletList(lines)]
    return blocks


def _panel_line(reading: Reading, figure: FigureValue, prefix: str) -> Runs:
    numbers = [reading.panel_numbers[key] for key in record_keys(figure)]
    rule = reading.names[figure.key.removeprefix(prefix)]
    listed = reading.say("、", ", ").join(numbers)
    return (
        *runs(f"{rule}{reading.say('：', ': ')}"),
        reading.linked(figure),
        *runs(reading.say(f" 个（{listed}）", f" ({listed})")),
    )
