"""Persons: a name, a sex and a birth date drawn apart, and the numbers that name them.

No identity numbers and no mail addresses are made; every person has a number of the demo scheme.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

from preceptor.people.choices import CapacityKind, IdentifierScheme, Sex, TitleLevel, TitleSeries
from preceptor.people.models import Capacity, Identifier, Person, Title

from .insertion import Batch
from .names import Name, draw_name

Numbers = Iterable[tuple[IdentifierScheme, str]]
_SEXES = (Sex.FEMALE, Sex.MALE)

TITLES = {
    (TitleSeries.PHYSICIAN, TitleLevel.FULL): "主任医师",
    (TitleSeries.PHYSICIAN, TitleLevel.ASSOCIATE): "副主任医师",
    (TitleSeries.PHYSICIAN, TitleLevel.INTERMEDIATE): "主治医师",
    (TitleSeries.PHYSICIAN, TitleLevel.JUNIOR): "住院医师",
    (TitleSeries.TEACHER, TitleLevel.FULL): "教授",
    (TitleSeries.TEACHER, TitleLevel.ASSOCIATE): "副教授",
    (TitleSeries.TEACHER, TitleLevel.INTERMEDIATE): "讲师",
    (TitleSeries.TEACHER, TitleLevel.JUNIOR): "助教",
    (TitleSeries.RESEARCHER, TitleLevel.FULL): "研究员",
    (TitleSeries.RESEARCHER, TitleLevel.ASSOCIATE): "副研究员",
    (TitleSeries.RESEARCHER, TitleLevel.INTERMEDIATE): "助理研究员",
    (TitleSeries.RESEARCHER, TitleLevel.JUNIOR): "研究实习员",
    (TitleSeries.TECHNICIAN, TitleLevel.FULL): "主任技师",
    (TitleSeries.TECHNICIAN, TitleLevel.ASSOCIATE): "副主任技师",
    (TitleSeries.TECHNICIAN, TitleLevel.INTERMEDIATE): "主管技师",
    (TitleSeries.TECHNICIAN, TitleLevel.JUNIOR): "技师",
    (TitleSeries.NURSE, TitleLevel.FULL): "主任护师",
    (TitleSeries.NURSE, TitleLevel.ASSOCIATE): "副主任护师",
    (TitleSeries.NURSE, TitleLevel.INTERMEDIATE): "主管护师",
    (TitleSeries.NURSE, TitleLevel.JUNIOR): "护师",
}


def write_person(
    batch: Batch, root: int, random: Random, born: tuple[int, int], numbers: Numbers = ()
) -> tuple[int, Name]:
    """A person born in one of the years, and the numbers that name the person."""
    name = draw_name(random)
    person = batch.add(
        Person,
        institution_id=root,
        name_zh=name.zh,
        name_en=name.en,
        name_pinyin=name.pinyin,
        sex=random.choice(_SEXES),
        birth_on=date(random.randint(*born), random.randint(1, 12), random.randint(1, 28)),
    )
    for scheme, value in ((IdentifierScheme.DEMO, f"DEMO-{person:07}"), *numbers):
        batch.add(Identifier, person_id=person, institution_id=root, scheme=scheme, value=value)
    return person, name


def write_title(
    batch: Batch,
    person: int,
    series: TitleSeries,
    level: TitleLevel,
    since: date,
    until: date | None = None,
) -> None:
    """A title of the series and level, held from `since` to `until`, both days included."""
    batch.add(
        Title,
        person_id=person,
        series=series,
        level=level,
        name=TITLES[series, level],
        valid_from=since,
        valid_to=until,
    )


def write_capacity(batch: Batch, person: int, unit: int, kind: CapacityKind, since: date) -> None:
    """That the person belongs to the unit in this capacity, from the day on."""
    batch.add(Capacity, person_id=person, unit_id=unit, kind=kind, valid_from=since)
