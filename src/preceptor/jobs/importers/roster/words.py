"""The words of the form and what they mean. Only whole words count, never parts of words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from .refusals import CellRefused, Kind, Text, say
from .rows import MilestoneKind, Outcome, RotationKind, SeatRole, Sex, State
from .text import Value, brief, plain

T = TypeVar("T")

NOT_RECORDED = frozenset({"未知", "不详", "未说明", "待定", "待核", "unknown"})

_SEXES: dict[str, Sex | None] = {
    **dict.fromkeys(("男", "男性", "m", "male", "1"), "male"),
    **dict.fromkeys(("女", "女性", "f", "female", "2"), "female"),
    **dict.fromkeys(("0", "9", "未知", "未说明", "不详"), None),
}
_STATES: dict[str, State] = {
    **dict.fromkeys(("在读", "在校", "在籍", "注册", "已注册", "复学"), "training"),
    **dict.fromkeys(("延期", "延期毕业", "延长学习年限", "延长学制"), "training"),
    **dict.fromkeys(("休学", "保留学籍"), "suspended"),
    **dict.fromkeys(("退学", "已退学", "肄业", "开除学籍", "取消学籍", "转学"), "withdrawn"),
    **dict.fromkeys(("毕业", "已毕业"), "graduated"),
    **dict.fromkeys(("获学位", "获得学位", "已获学位", "授予学位", "已授学位"), "awarded"),
    **dict.fromkeys(("结业", "已结业"), "closed_without_degree"),
}
_ROTATION_KINDS: dict[str, RotationKind] = {
    **dict.fromkeys(("专科训练", "专科轮转", "专业轮转", "临床轮转", "专科"), "specialty"),
    **dict.fromkeys(("住院总医师", "住院总", "总住院医师", "住院总医师岗位"), "chief_resident"),
    **dict.fromkeys(
        ("相当岗位", "住院总相当岗位", "住院总医师相当岗位", "相当于住院总医师"), "equivalent_post"
    ),
}
_STAGES: dict[str, MilestoneKind] = {
    **dict.fromkeys(("开题", "开题报告", "论文开题"), "proposal"),
    **dict.fromkeys(("中期考核", "中期", "中期检查"), "midterm"),
    **dict.fromkeys(("临床能力考核", "临床考核", "临床技能考核"), "clinical_exam"),
    **dict.fromkeys(("预答辩", "论文预答辩", "学位论文预答辩"), "predefence"),
    **dict.fromkeys(("答辩", "论文答辩", "学位论文答辩", "正式答辩"), "defence"),
}
_OUTCOMES: dict[str, Outcome] = {
    **dict.fromkeys(("合格", "通过"), "pass"),
    **dict.fromkeys(("不合格", "不通过", "未通过"), "fail"),
}
_ROLES: dict[str, SeatRole] = {
    **dict.fromkeys(("主席", "答辩主席", "主任委员", "组长"), "chair"),
    **dict.fromkeys(("成员", "委员", "组员"), "member"),
    **dict.fromkeys(("秘书", "答辩秘书"), "secretary"),
}
_ANSWERS: dict[str, bool | None] = {
    **dict.fromkeys(("√", "✓", "✔", "☑", "✅", "是", "有", "对", "y", "yes", "true", "1"), True),
    **dict.fromkeys(("×", "✗", "✘", "✕", "✖", "☒", "❌", "否", "无", "不是"), False),
    **dict.fromkeys(("没有", "n", "no", "false", "0"), False),
    **dict.fromkeys(NOT_RECORDED, None),
}


def _reader(words: Mapping[str, T], kind: Kind, template: Text) -> Callable[[Value], T]:
    def read(value: Value) -> T:
        word = plain(value).lower()
        if word not in words:
            raise CellRefused(kind, say(template, value=brief(value)))
        return words[word]

    return read


sex = _reader(_SEXES, Kind.UNKNOWN_SEX, _("“%(value)s” is not a sex. Write 男 or 女."))
state = _reader(
    _STATES,
    Kind.UNKNOWN_STATE,
    _("“%(value)s” is not a known state of enrolment. Write 在读, 休学, 退学, 毕业 or 结业."),
)
rotation_kind = _reader(
    _ROTATION_KINDS,
    Kind.UNKNOWN_KIND,
    _("“%(value)s” is not a known kind of rotation. Write 专科训练, 住院总医师 or 相当岗位."),
)
stage = _reader(
    _STAGES,
    Kind.UNKNOWN_STAGE,
    _("“%(value)s” is not a known milestone. Write 开题, 中期考核, 临床能力考核, 预答辩 or 答辩."),
)
outcome = _reader(
    _OUTCOMES,
    Kind.UNKNOWN_OUTCOME,
    _("“%(value)s” is not an outcome. Write 合格, 通过 or 不合格 once it is decided."),
)
role = _reader(
    _ROLES,
    Kind.UNKNOWN_ROLE,
    _("“%(value)s” is not a known role on a panel. Write 主席, 成员 or 秘书."),
)
answer = _reader(
    _ANSWERS,
    Kind.UNKNOWN_ANSWER,
    _("“%(value)s” is neither yes nor no. Write 是 or 否, or leave it blank if unknown."),
)
