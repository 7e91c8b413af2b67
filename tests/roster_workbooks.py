"""Workbooks of the roster form, made for the tests."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from preceptor.jobs.importers.roster import Roster, read_roster

DATA = Path(__file__).resolve().parent / "data"
OFFICE_WORKBOOK = DATA / "roster-2023.xlsx"
EXPECTED: dict[str, Any] = json.loads((DATA / "roster-2023.expected.json").read_text())
DIRECTIONS = frozenset(EXPECTED["by_direction"])

TRAINEE_HEADER = ("序号", "学号", "姓名", "性别", "出生日期", "年级", "专业代码", "学籍状态")
ROTATION_HEADER = ("学号", "轮转科室", "起", "止", "类别", "考核")
MILESTONE_HEADER = ("学号", "环节", "日期", "结果", "次数")
THESIS_HEADER = ("学号", "论文题目", "重复率", "检测日期")
PANEL_HEADER = (
    "小组编号", "学号", "环节", "日期", "专家", "职称", "博导", "外单位", "学位委员", "临床在岗", "角色",
)  # fmt: skip


def trainee(number: object = "2021510001", **changes: object) -> tuple[object, ...]:
    """One good trainee's row under TRAINEE_HEADER, with the named cells changed."""
    row: dict[str, object] = {
        "serial": 1,
        "number": number,
        "name": "余怀",
        "sex": "女",
        "birth": "1993-10-24",
        "cohort": "2021级",
        "code": "105110",
        "state": "在读",
    }
    assert changes.keys() <= row.keys()
    return tuple((row | changes).values())


def seat(expert: str = "顾轩", **changes: object) -> tuple[object, ...]:
    """One good seat under PANEL_HEADER, with the named cells changed."""
    row: dict[str, object] = {
        "panel": "P001",
        "number": "2021510001",
        "stage": "答辩",
        "date": "2023.11",
        "expert": expert,
        "title": "教授",
        "doctoral": "是",
        "outside": "否",
        "committee": "",
        "clinical": "√",
        "role": "成员",
    }
    assert changes.keys() <= row.keys()
    return tuple((row | changes).values())


class Book:
    """A workbook under construction."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.book.remove(self.book.active)

    def sheet(self, name: str, *rows: Sequence[object]) -> Worksheet:
        sheet: Worksheet = self.book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        return sheet

    def trainees(self, *rows: Sequence[object], name: str = "总医院") -> Worksheet:
        return self.sheet(name, TRAINEE_HEADER, *rows)

    def file(self) -> io.BytesIO:
        stream = io.BytesIO()
        self.book.save(stream)
        stream.seek(0)
        return stream

    def read(self, **options: Any) -> Roster:
        return read_roster(self.file(), directions=DIRECTIONS, **options)


def refused(roster: Roster) -> list[tuple[str, int, str, str]]:
    """Sheet, row, column and kind of each refusal, in order."""
    return [(one.sheet, one.row, one.column, str(one.kind)) for one in roster.refusals]
