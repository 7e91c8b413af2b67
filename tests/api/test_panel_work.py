"""A panel composed by a program: ties, supposed verdicts, the repair, and the written composition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from answers import text_of
from panel_cast import adopt, agreed, asked, experts, times, trainee_of
from preceptor.base.actors import OPERATOR
from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.cases.actions import finish_composing
from preceptor.cases.models import Case
from preceptor.jobs.tasks import panel_repair
from preceptor.people.actions import declare_tie
from preceptor.people.models import Absence, Account, Person
from preceptor.training.actions import NewSeat, begin_panel, call_panel, compose_panels
from preceptor.training.models import Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "program"]
pytestmark = pytest.mark.django_db


class Work(NamedTuple):
    """A panel that waits to be composed, and who could sit on it."""

    panel: Panel
    case: Case
    persons: list[Person]
    by: Account


@pytest.fixture
def work(cast: Cast, supervisor: Account, secretary: Account, settings: Any, tmp_path: Any) -> Work:
    settings.PRECEPTOR_HOME = tmp_path
    adopt(cast)
    persons = experts(cast)
    case = asked(cast.gu, by=trainee_of(cast))
    agreed(case, supervisor)
    case.refresh_from_db()
    return Work(begin_panel(case=case, by=secretary), case, persons, secretary)


def seats(work: Work, count: int) -> dict[str, Any]:
    chosen = work.persons[:count]
    return {
        "planned_on": today().isoformat(),
        "seats": [
            {"person": one.pk, "role": "member" if place else "chair"}
            for place, one in enumerate(chosen)
        ],
    }


def test_a_composition_is_judged_before_it_is_written_and_told_as_written(
    work: Work, program: Any
) -> None:
    caller, path = program(work.by), f"/panels/{work.panel.pk}/composition"
    supposed = caller.post(f"{path}/check", seats(work, 3)).json()
    assert [one["person"] for one in supposed["members"]] == [one.pk for one in work.persons[:3]]
    assert not work.panel.seats.exists()
    written = caller.post(path, seats(work, 3)).json()
    assert caller.get(path).json() == written
    assert written["requirements"] == supposed["requirements"]
    assert work.panel.seats.count() == 3


def test_the_supervisor_among_the_members_is_told_with_evidence_until_overridden(
    work: Work, cast: Cast, program: Any
) -> None:
    caller, path = program(work.by), f"/panels/{work.panel.pk}"
    sent = seats(work, 2)
    guide = cast.persons["T1"].pk
    sent["seats"].append({"person": guide, "role": "member"})
    found = caller.post(f"{path}/composition/check", sent).json()
    ties = {one["person"]: one["conflicts"] for one in found["members"]}
    assert ties[guide][0]["kind"] == "supervisor"
    assert ties[guide][0]["evidence"][0]["text"]["zh"]
    assert not any(ties[one.pk] for one in work.persons[:2])
    assert ties[guide][0]["level"] == "block"
    assert found["is_stopped"]
    reason = {"person": guide, "conflict": "supervisor", "reason": "仅列席答疑"}
    assert caller.post(f"{path}/overrides", reason).status_code == 201
    again = caller.post(f"{path}/composition/check", sent).json()
    assert again["members"][2]["conflicts"][0]["is_overridden"]
    assert not again["is_stopped"]


def test_experts_are_found_by_name_with_their_load(work: Work, program: Any) -> None:
    found = program(work.by).get(f"/panels/{work.panel.pk}/experts", q="纪云").json()
    assert [(one["person_zh"], one["load"], one["is_busy"]) for one in found] == [
        ("纪云深", 0, False)
    ]


def test_a_repair_is_asked_for_once_and_its_answer_read(work: Work, program: Any) -> None:
    caller, path = program(work.by), f"/panels/{work.panel.pk}/repair"
    assert caller.get(path).status_code == 404
    for _again in range(2):
        asked_for = caller.post(path)
        assert (asked_for.status_code, asked_for.json()["state"]) == (202, "queued")
    job = Job.objects.get(task="panel.repair")
    words = {"zh": "增加纪云深", "en": "Add Ji Yunshen"}
    person = {"key": work.persons[0].pk, "name": words}
    change = {"kind": "add", "text": words, "out": None, "person": person, "role": "member"}
    job.result = {
        "is_feasible": True, "is_optimal": True, "changes": [change], "conflicting": [],
    }  # fmt: skip
    job.state = JobState.DONE
    job.save()
    told = caller.get(path).json()
    assert told["state"] == "done" and told["is_feasible"]
    assert [(one["text"], one["person"]) for one in told["changes"]] == [
        (words, work.persons[0].pk)
    ]


def test_a_composition_that_is_written_nowhere_is_mended_and_told_as_it_can_be_written(
    work: Work, program: Any
) -> None:
    caller, path = program(work.by), f"/panels/{work.panel.pk}"
    sent = seats(work, 2)
    asked_for = caller.post(f"{path}/repair", sent).json()
    assert asked_for["of"] == sent["seats"] and asked_for["seats"] == []
    job = Job.objects.get(task="panel.repair")
    job.result = panel_repair.call(**job.arguments["kwargs"])
    job.state = JobState.DONE
    job.save()
    told = caller.get(f"{path}/repair").json()
    assert told["is_feasible"] and [one["kind"] for one in told["changes"]] == ["add"]
    assert told["changes"][0]["load"] == 0
    mended = {"planned_on": told["planned_on"], "seats": told["seats"]}
    assert caller.post(f"{path}/composition/check", mended).json()["verdict"] == "pass"
    assert not work.panel.seats.exists()
    assert caller.post(f"{path}/composition", mended).json()["verdict"] == "pass"
    assert work.panel.seats.count() == 3
    elsewhere = {**sent, "seats": [*sent["seats"], {"person": 2**60, "role": "member"}]}
    assert caller.post(f"{path}/repair", elsewhere).status_code == 404


def test_who_could_take_a_seat_of_a_called_panel_is_told_the_least_loaded_first(
    work: Work, cast: Cast, office: Account, supervisor: Account, program: Any
) -> None:
    caller = program(work.by)
    caller.post(f"/panels/{work.panel.pk}/composition", seats(work, 3))
    work.case.refresh_from_db()
    finish_composing(case=work.case, by=work.by, revision=work.case.revision)
    agreed(work.case, office)
    starts, ends = times()
    call_panel(panel=work.panel, starts_at=starts, ends_at=ends, by=work.by)
    busy, loaded = work.persons[3:5]
    Absence.objects.create(person=busy, valid_from=today(), valid_to=today())
    declare_tie(
        person=work.persons[5], other=cast.persons["S2"], kind="kinship", by=OPERATOR,
        valid_from=today(),
    )  # fmt: skip
    other = Panel(
        number="P-2026-9001", institution=cast.institution, enrolment=cast.shen, stage="midterm",
        planned_on=today().replace(month=1, day=5),
    )  # fmt: skip
    compose_panels(
        institution=cast.institution, panels=[(other, [NewSeat(loaded, "member")])], by=OPERATOR
    )
    seat = work.panel.seats.get(person=work.persons[1])
    path = f"/panels/{work.panel.pk}/seats/{seat.pk}/substitutes"
    found = caller.get(path).json()
    keys = [one["person"] for one in found]
    assert keys.index(work.persons[6].pk) < keys.index(loaded.pk)
    assert not {busy.pk, work.persons[5].pk, *(one.pk for one in work.persons[:3])} & set(keys)
    refused = program(supervisor).get(path)
    assert refused.status_code == 403 and loaded.name_zh not in text_of(refused)


def test_whoever_is_absent_is_told_with_the_days(work: Work, program: Any) -> None:
    Absence.objects.create(person=work.persons[0], valid_from=today(), valid_to=today())
    found = program(work.by).post(f"/panels/{work.panel.pk}/composition/check", seats(work, 2))
    absent, free = found.json()["members"]
    day = today().isoformat()
    assert absent["engagements"] == [{"kind": "absent", "begins": day, "ends": day}]
    assert (absent["is_busy"], free["is_busy"], free["engagements"]) == (True, False, [])


def test_nobody_but_who_composes_reads_ties_or_writes_a_composition(
    work: Work, cast: Cast, supervisor: Account, neighbour: Account, program: Any
) -> None:
    path = f"/panels/{work.panel.pk}"
    assert "纪云深" in text_of(program(work.by).get(f"{path}/experts", q="纪"))
    for account, status in ((supervisor, 403), (neighbour, 404)):
        caller = program(account)
        answers = [
            caller.get(f"{path}/composition"), caller.get(f"{path}/experts", q="纪"),
            caller.post(f"{path}/composition/check", seats(work, 2)),
            caller.post(f"{path}/composition", seats(work, 2)), caller.post(f"{path}/repair"),
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} == {status}
        assert not any("纪云深" in text_of(answer) for answer in answers)
    assert not work.panel.seats.exists()
    assert not Job.objects.filter(task="panel.repair").exists()
