"""Chinese names as they are read aloud."""

from __future__ import annotations

#: Surnames of one character that are read otherwise than the character alone.
SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou",
    "盖": "ge", "朴": "piao", "尉": "wei", "冼": "xian", "员": "yun", "翟": "zhai", "乐": "yue",
    "覃": "qin", "华": "hua", "纪": "ji", "缪": "miao", "种": "chong", "秘": "bi", "洗": "xian",
}  # fmt: skip

#: Surnames of two characters.
COMPOUND = {
    "欧阳": "ouyang", "司马": "sima", "上官": "shangguan", "诸葛": "zhuge", "东方": "dongfang",
    "皇甫": "huangfu", "令狐": "linghu", "慕容": "murong", "司徒": "situ", "司空": "sikong",
    "夏侯": "xiahou", "公孙": "gongsun", "端木": "duanmu", "轩辕": "xuanyuan", "宇文": "yuwen",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "单于": "chanyu", "独孤": "dugu",
    "南宫": "nangong", "西门": "ximen", "钟离": "zhongli", "闻人": "wenren", "申屠": "shentu",
    "澹台": "tantai", "濮阳": "puyang", "淳于": "chunyu", "呼延": "huyan", "赫连": "helian",
}  # fmt: skip


def pinyin(name: str) -> str:
    """The name in lower-case pinyin without tones, surname first; Latin text stays as it is.

    A name of two characters has a surname of one: 单于 is 单, called 于.
    """
    if len(name) > 2 and (surname := COMPOUND.get(name[:2])):
        return f"{surname} {''.join(_syllables(name[2:]))}"
    if surname := SURNAMES.get(name[:1]):
        return f"{surname} {''.join(_syllables(name[1:]))}".strip()
    syllables = _syllables(name)
    return f"{syllables[0]} {''.join(syllables[1:])}".strip() if syllables else ""


def _syllables(name: str) -> list[str]:
    # The dictionary is large: a process that names nobody starts without it.
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(name, style=Style.NORMAL)
