"""Names of the demo's persons are invented, and read as they are spoken."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from preceptor.demo.names import GIVEN, SURNAMES, draw_name
from preceptor.people.names import pinyin

SOURCES = Path(__file__).resolve().parents[3] / "shared"


@pytest.mark.skipif(not SOURCES.exists(), reason="the source documents lie beside the checkout")
def test_no_name_that_can_be_drawn_occurs_in_the_sources() -> None:
    texts = [*SOURCES.glob("sources/*.txt"), SOURCES / "domain/facts.yaml"]
    text = "".join(path.read_text(encoding="utf-8") for path in texts)
    surnames = "|".join(surname for surname, _ in SURNAMES)
    given = "".join(syllable for syllable, _ in GIVEN)
    assert re.findall(f"(?:{surnames})[{given}]", re.sub(r"\s", "", text)) == []


def test_surnames_of_two_readings_are_read_as_surnames() -> None:
    read = dict(SURNAMES)
    assert (read["曾"], read["单"], read["仇"]) == ("zeng", "shan", "qiu")


def test_the_reading_of_a_name_is_the_one_that_the_register_of_persons_gives() -> None:
    random = Random(1)
    for _ in range(3000):
        name = draw_name(random)
        assert name.pinyin == pinyin(name.zh)
        assert name.en.lower() == name.pinyin


def test_names_have_two_or_three_characters_and_no_syllable_twice() -> None:
    random = Random(2)
    drawn = [draw_name(random).zh for _ in range(3000)]
    assert {len(name) for name in drawn} == {2, 3}
    assert all(len(set(name)) == len(name) for name in drawn)
    assert len(set(drawn)) > 2500
