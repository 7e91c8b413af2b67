"""The subjects of rules: everything that a reader may be told about has a name in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from preceptor.people.choices import TitleLevel, TitleSeries
from preceptor.policy import Enum, Subject
from preceptor.policy.units import UNITS
from preceptor.standing.schema import SCHEMA
from preceptor.standing.schema.words import GATE_TITLES
from preceptor.standing.verdicts import LOADERS
from preceptor.training.choices import (
    EnrolmentState,
    FieldRelation,
    MilestoneKind,
    Outcome,
    RotationKind,
    SeatRole,
)

SUBJECTS = list(SCHEMA.subjects.items())


def paths(subject: Subject) -> Iterator[str]:
    """All that a subject can name: itself, columns, lists, their columns, and values."""
    yield ""
    columns = dict(subject.columns)
    for name in subject.lists:
        yield name
        columns |= {f"{name}.{key}": kind for key, kind in subject.rows(name).columns.items()}
    for name, kind in columns.items():
        yield name
        if isinstance(kind, Enum):
            yield from (f"{name}.{value}" for value in kind.values)


def values(path: str) -> set[str]:
    """The values of an enumeration of a column, as `panel.stage` or `panel.members.role`."""
    name, *rest = path.split(".")
    subject = SCHEMA.subjects[name]
    kind = subject.columns[rest[0]] if len(rest) == 1 else subject.rows(rest[0]).columns[rest[1]]
    assert isinstance(kind, Enum)
    return set(kind.values)


def test_the_subjects_are_those_that_the_packs_speak_of() -> None:
    assert list(SCHEMA.subjects) == [
        "enrolment", "panel", "thesis", "supervisor", "stipend", "committee", "postdoc", "sampling",
        "applicant", "board", "station", "appointment", "dual",
    ]  # fmt: skip
    assert set(LOADERS) <= set(SCHEMA.subjects)


@pytest.mark.parametrize(("name", "subject"), SUBJECTS, ids=[name for name, _ in SUBJECTS])
def test_everything_that_can_be_named_has_a_name_in_both_languages(
    name: str, subject: Subject
) -> None:
    known = set(paths(subject))
    assert known <= set(subject.titles), f"{name}: {sorted(known - set(subject.titles))}"
    assert set(subject.titles) <= known, f"{name}: {sorted(set(subject.titles) - known)}"
    for path, (zh, en) in subject.titles.items():
        assert any("一" <= letter <= "鿿" for letter in zh), path
        assert en.isascii() and en, path


@pytest.mark.parametrize(("name", "subject"), SUBJECTS, ids=[name for name, _ in SUBJECTS])
def test_units_belong_to_columns_that_exist_and_are_known(name: str, subject: Subject) -> None:
    for path, unit in subject.units.items():
        assert path in set(paths(subject)), f"{name}.{path}"
        assert unit in UNITS


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        ("panel.stage", MilestoneKind.values),
        ("panel.members.role", [*SeatRole.values, "adviser"]),
        ("panel.members.field", FieldRelation.values),
        ("panel.members.title_level", TitleLevel.values),
        ("panel.members.title_series", TitleSeries.values),
        ("enrolment.state", EnrolmentState.values),
        ("enrolment.training.kind", RotationKind.values),
        ("enrolment.milestones.kind", MilestoneKind.values),
        ("enrolment.milestones.outcome", Outcome.values),
        ("thesis.reviews.outcome", Outcome.values),
    ],
)
def test_an_enumeration_has_the_names_that_the_records_have(path: str, choices: list[str]) -> None:
    """What the records hold and the schema does not know could not be judged."""
    assert values(path) == set(choices)


def test_every_step_that_a_rule_may_hold_back_has_a_title_in_both_languages() -> None:
    gates = {gate for subject in SCHEMA.subjects.values() for gate in subject.gates}
    assert gates <= set(GATE_TITLES)
    assert all(zh and en for zh, en in GATE_TITLES.values())
