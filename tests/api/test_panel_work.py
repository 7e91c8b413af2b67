"""A panel composed by a program: ties, supposed verdicts, the repair, and the written composition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from answers import text_of
from panel_cast import adopt, agreed, asked, experts, trainee_of
from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.people.models import Account, Person
from preceptor.training.actions import begin_panel
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
