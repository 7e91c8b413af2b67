"""The five tables of the form, known by the words of their headers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]|【[^】]*】")
_MARKS = re.compile(r"[\s*:;,、.。%№#\u200b\ufeff]+")

STUDENT_NUMBER_WORDS = frozenset({"学号", "学生学号", "研究生学号", "学籍号"})
GROUP_WORDS = frozenset(
    {"导师", "指导教师", "导师信息", "专业", "轮转时间", "起止时间", "起止年月", "轮转起止"}
)


class FormName(StrEnum):
    """Which table of the form a sheet holds."""

    TRAINEES = "trainees"
    ROTATIONS = "rotations"
    MILESTONES = "milestones"
    THESES = "theses"
    PANELS = "panels"


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """A header for comparison: no spaces, brackets, stars, colons or percent signs."""
    flat = _BRACKETS.sub("", unicodedata.normalize("NFKC", text))
    return _MARKS.sub("", flat).lower()


@dataclass(frozen=True, slots=True)
class Form:
    """One table of the form.

    `words` gives each field the headers it is known by, `signature` the fields by which the
    table is known at all, `required` those without whose columns it cannot be read (with the
    header to ask for), `keys` the fields in which a total or a sample shows itself.
    """

    name: FormName
    words: dict[str, frozenset[str]]
    signature: frozenset[str]
    required: dict[str, str]
    keys: frozenset[str]

    def field_of(self, key: str) -> str | None:
        """The field a header names, None if it is none of this form's."""
        return next((field for field, words in self.words.items() if key in words), None)


def _words(**spellings: str) -> dict[str, frozenset[str]]:
    return {
        "serial": frozenset({"序号", "编号", "行号", "no"}),
        "student_number": STUDENT_NUMBER_WORDS,
        **{field: frozenset(words.lower().split()) for field, words in spellings.items()},
    }


TRAINEES = Form(
    FormName.TRAINEES,
    _words(
        name="姓名 学生姓名 研究生姓名",
        sex="性别",
        birth_on="出生日期 出生年月 出生年月日 生日 出生时间",
        cohort="年级 入学年级 入学年份 入学年度 级别 所在年级",
        direction_code="专业代码 专业编码 专业领域代码 方向代码 学科代码 专业方向代码",
        direction_name="专业名称 专业 专业领域 专业方向 方向 方向名称 学科 学科名称",
        supervisor_number="导师工号 导师职工号 导师编号 指导教师工号 导师信息工号 工号",
        supervisor_name="导师姓名 导师 指导教师 指导教师姓名 导师信息姓名",
        state="学籍状态 状态 学籍 在读状态",
        unit_name="单位 培养单位 所在单位 医院 所在医院",
    ),
    frozenset({"student_number", "name", "direction_code"}),
    {"student_number": "学号", "name": "姓名", "cohort": "年级", "direction_code": "专业代码"},
    frozenset({"serial", "student_number", "name"}),
)
ROTATIONS = Form(
    FormName.ROTATIONS,
    _words(
        name="姓名 学生姓名",
        department="轮转科室 科室 轮转专业 科室名称 轮转部门",
        start_month="起 起始 开始 自 起始月 起始月份 起始年月 起始时间 起始日期 开始月份 开始年月 "
        "开始时间 开始日期 起月 轮转时间起 起止时间起 起止年月起 轮转起止起 轮转时间开始",
        end_month="止 终止 结束 至 终止月 结束月份 结束年月 结束时间 结束日期 终止月份 终止年月 "
        "终止时间 终止日期 止月 轮转时间止 起止时间止 起止年月止 轮转起止止 轮转时间结束",
        kind="类别 轮转类别 类型 轮转类型 岗位类别",
        assessment="考核 考核结果 出科考核 出科考核结果 考核成绩 考核等级",
    ),
    frozenset({"student_number", "start_month", "end_month"}),
    {"student_number": "学号", "start_month": "起", "end_month": "止", "kind": "类别"},
    frozenset({"serial", "student_number", "name"}),
)
MILESTONES = Form(
    FormName.MILESTONES,
    _words(
        name="姓名 学生姓名",
        kind="环节 培养环节 考核环节 环节名称",
        held_on="日期 时间 考核日期 考核时间 完成日期 完成时间 举行日期",
        outcome="结果 考核结果 结论 考核结论 通过情况",
        attempt="次数 第几次 考核次数 次",
    ),
    frozenset({"student_number", "kind", "outcome"}),
    {"student_number": "学号", "kind": "环节", "outcome": "结果"},
    frozenset({"serial", "student_number", "name"}),
)
THESES = Form(
    FormName.THESES,
    _words(
        name="姓名 学生姓名",
        title="论文题目 学位论文题目 题目 论文名称",
        similarity="重复率 查重率 总重复率 论文重复率 复制比 文字复制比 总文字复制比 相似度 相似比",
        checked_on="检测日期 检测时间 查重日期 查重时间 日期",
    ),
    frozenset({"student_number", "similarity"}),
    {"student_number": "学号", "similarity": "重复率"},
    frozenset({"serial", "student_number", "name"}),
)
PANELS = Form(
    FormName.PANELS,
    _words(
        serial="序号 行号 no",
        name="姓名 学生姓名",
        panel_number="小组编号 小组号 编号 评审小组编号 委员会编号 小组",
        stage="环节 培养环节 评审环节 环节名称",
        sits_on="日期 时间 评审日期 会议日期 举行日期 答辩日期",
        expert_name="专家 专家姓名 评审专家 委员姓名 评委",
        title_text="职称 专业技术职务 专家职称",
        is_doctoral_supervisor="博导 是否博导 博士生导师 是否博士生导师",
        is_outside="外单位 是否外单位 校外 是否校外 外单位专家",
        is_degree_committee="学位委员 学位委员会委员 是否学位委员 学位评定委员 学位评定分委员会委员",
        in_clinical_work="临床在岗 是否临床在岗 从事临床工作 是否从事临床工作",
        role="角色 职务 小组职务 组内职务 身份",
    ),
    frozenset({"student_number", "panel_number", "expert_name"}),
    {
        "panel_number": "小组编号",
        "student_number": "学号",
        "stage": "环节",
        "expert_name": "专家",
    },
    frozenset({"serial", "panel_number", "student_number", "name", "expert_name"}),
)
FORMS = (PANELS, MILESTONES, THESES, ROTATIONS, TRAINEES)
