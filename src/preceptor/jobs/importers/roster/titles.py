"""Professional titles: series and level (GB/T 8561, GB/T 12407)."""

from __future__ import annotations

import re

from .rows import Title, TitleLevel, TitleSeries
from .text import Value, plain

_LADDERS: dict[TitleSeries, tuple[str, str, str, str]] = {
    "teacher": ("教授", "副教授", "讲师", "助教"),
    "physician": ("主任医师", "副主任医师", "主治医师", "医师 住院医师"),
    "researcher": ("研究员", "副研究员", "助理研究员", "研究实习员"),
    "technician": ("主任技师", "副主任技师", "主管技师", "技师 技士"),
    "nurse": ("主任护师", "副主任护师", "主管护师", "护师 护士"),
    "engineer": ("正高级工程师 教授级高级工程师", "高级工程师", "工程师", "助理工程师"),
}
_LEVELS: tuple[TitleLevel, ...] = ("full", "associate", "intermediate", "junior")
_NO_SERIES: dict[TitleLevel, str] = {
    "full": "正高 正高级 主任药师",
    "associate": "副高 副高级 副主任药师",
    "intermediate": "中级 主管药师",
    "junior": "初级 药师",
}
_KNOWN: dict[str, Title] = {
    word: Title(series, level)
    for series, ladder in _LADDERS.items()
    for level, words in zip(_LEVELS, ladder, strict=True)
    for word in words.split()
} | {word: Title(None, level) for level, words in _NO_SERIES.items() for word in words.split()}
_GRADE = re.compile(r"[一二三四1-4]级|\([^)]*\)")
_BETWEEN = re.compile(r"[、,，;；/和兼]")


def titles(value: Value) -> tuple[Title, ...]:
    """The titles a cell names, highest first; empty when none is known (unknown, not low).

    “主任医师、教授” gives two, “二级教授” and “教授(二级)” one. A word that is in no ladder is
    unknown, however much it resembles one that is.
    """
    words = _BETWEEN.split(_GRADE.sub("", plain(value)))
    known = {_KNOWN[word] for word in words if word in _KNOWN}
    return tuple(sorted(known, key=lambda title: (_LEVELS.index(title.level), str(title.series))))
