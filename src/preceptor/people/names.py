"""Chinese names as they are read aloud."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

#: Surnames that are read otherwise than the character alone.
SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou",
    "盖": "ge", "朴": "piao", "尉": "wei", "冼": "xian", "员": "yun", "翟": "zhai", "乐": "yue",
    "覃": "qin", "华": "hua", "纪": "ji", "缪": "miao", "种": "chong", "秘": "bi", "洗": "xian",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "单于": "chanyu",
}  # fmt: skip


def pinyin(name: str) -> str:
    """The name in lower-case pinyin without tones, surname first; Latin text stays as it is."""
    for length in (2, 1):
        surname = SURNAMES.get(name[:length])
        if surname and len(name) > length - 1:
            given = "".join(lazy_pinyin(name[length:], style=Style.NORMAL))
            return f"{surname} {given}".strip()
    syllables = lazy_pinyin(name, style=Style.NORMAL)
    return f"{syllables[0]} {''.join(syllables[1:])}".strip() if syllables else ""
