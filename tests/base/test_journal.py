"""The journal: nothing that was done can be changed, and nothing half done is told."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from preceptor.base import journal
from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed, register_reevaluator
from preceptor.base.models import JournalEntry

pytestmark = pytest.mark.django_db


def _tell(*verbs: str) -> None:
    for verb in verbs:
        with deed(OPERATOR, "test") as act:
            act.write(verb, "enrolment", 7, before={"state": "training"}, after={"state": "x"})


def test_each_line_seals_the_one_before_it() -> None:
    _tell("first", "second", "third")
    lines = list(JournalEntry.objects.order_by("number"))
    assert [line.number for line in lines] == [1, 2, 3]
    assert lines[1].previous_hash == lines[0].hash
    assert lines[2].previous_hash == lines[1].hash
    assert journal.first_broken() is None
    assert journal.head().hash == lines[2].hash


@pytest.mark.parametrize("statement", [
    "UPDATE base_journalentry SET reason = 'another' WHERE number = 1",
    "DELETE FROM base_journalentry WHERE number = 1",
])  # fmt: skip
def test_the_database_refuses_to_change_or_delete_a_line(statement: str) -> None:
    _tell("first")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert JournalEntry.objects.get(number=1).reason == "test"


def test_a_line_that_does_not_follow_is_found_by_its_number() -> None:
    _tell("first", "second")
    forged = JournalEntry.objects.get(number=2)
    JournalEntry.objects.create(
        number=3, at=forged.at, actor_key="operator", actor_name="operator", verb="forged",
        subject_kind="enrolment", subject_key="7", previous_hash="0" * 64, hash="1" * 64,
    )  # fmt: skip
    assert journal.first_broken() == 3


def test_a_lost_last_line_is_found_because_the_head_remembers_it() -> None:
    _tell("first")
    head = journal.head()
    head.number, head.hash = 2, "f" * 64
    head.save()
    assert journal.first_broken() == 2


def test_a_deed_that_fails_leaves_no_line() -> None:
    with pytest.raises(RuntimeError), deed(OPERATOR) as act:
        act.write("half", "enrolment", 7)
        raise RuntimeError
    assert not JournalEntry.objects.exists()
    assert journal.head().number == 0


def test_an_inner_deed_joins_the_outer_one_and_falls_with_it() -> None:
    with pytest.raises(RuntimeError), deed(OPERATOR):
        _tell("inner")
        raise RuntimeError
    assert not JournalEntry.objects.exists()


def test_what_was_touched_is_judged_once_before_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, set[int]]] = []
    monkeypatch.setattr("preceptor.base.deeds._reevaluators", [])
    register_reevaluator(
        lambda touched: seen.append({key: set(ids) for key, ids in touched.items()})
    )
    with deed(OPERATOR) as act:
        act.touch("enrolment", [1, 2])
        with deed(OPERATOR) as inner:
            inner.touch("enrolment", [2, 3])
            inner.touch("panel", [9])
    assert seen == [{"enrolment": {1, 2, 3}, "panel": {9}}]
