"""Names as they are read aloud, so that people are found by pinyin."""

from __future__ import annotations

import pytest

from preceptor.people.names import pinyin


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("曾静远", "zeng jingyuan"),
        ("单知白", "shan zhibai"),
        ("仇远山", "qiu yuanshan"),
        ("覃若水", "qin ruoshui"),
        ("解清和", "xie qinghe"),
        ("任平生", "ren pingsheng"),
        ("区小舟", "ou xiaozhou"),
        ("林知远", "lin zhiyuan"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, read: str) -> None:
    assert pinyin(name) == read


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("欧阳听雪", "ouyang tingxue"),
        ("司马青", "sima qing"),
        ("诸葛明澈", "zhuge mingche"),
        ("尉迟安", "yuchi an"),
        ("万俟云", "moqi yun"),
        ("长孙念", "zhangsun nian"),
        ("单于舟", "chanyu zhou"),
    ],
)
def test_a_surname_of_two_characters_stays_whole(name: str, read: str) -> None:
    assert pinyin(name) == read


def test_a_name_of_two_characters_has_a_surname_of_one() -> None:
    assert pinyin("单于") == "shan yu"
    assert pinyin("曾一") == "zeng yi"


def test_a_lone_surname_and_an_empty_name_are_read_without_a_given_name() -> None:
    assert pinyin("曾") == "zeng"
    assert pinyin("林") == "lin"
    assert pinyin("") == ""


def test_latin_text_stays_as_it_is() -> None:
    assert pinyin("Anna Lind") == "Anna Lind"
