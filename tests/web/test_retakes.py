"""Another attempt at a step that was not passed: what the trainee reads of it, and who may judge it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from panel_cast import adopt, agreed, asked, composed, experts, times, trainee_of, voted
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.people.models import Account, Person
from preceptor.standing.radar import conflicts, rule_of
from preceptor.standing.repair.repairing import repair
from preceptor.training.actions import Chosen, begin_panel, call_panel, compose_panel
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Milestone, MilestoneCase, Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "program"]

SignIn = Callable[..., Client]


@pytest.fixture
def failed(
    cast: Cast, supervisor: Account, secretary: Account, office: Account
) -> tuple[Case, list[Person], Account]:
    """顾清妍's mid-term, refused today by three professors; and the trainee's account."""
    adopt(cast)
    persons, trainee = experts(cast), trainee_of(cast)
    case = agreed(asked(cast.gu, trainee), supervisor)
    panel = composed(case, persons[:3], secretary)
    agreed(case, office)
    starts, ends = times()
    sitting = call_panel(panel=panel, starts_at=starts, ends_at=ends, by=secretary)
    voted(sitting, 0, secretary)
    case.refresh_from_db()
    return case, persons, trainee


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whoever_failed_reads_from_when_until_when_how_often_and_by_which_rule(
    language: str, failed: tuple[Case, list[Person], Account], signed_in: SignIn
) -> None:
    case, _persons, trainee = failed
    client = signed_in(trainee, language)
    client.get(f"/cases/{case.pk}/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/cases/{case.pk}/").content.decode()
    assert len(captured) <= 12
    first, until = today() + timedelta(days=90), today() + timedelta(days=365)
    for word in (first.isoformat(), until.isoformat(), "2020-01-01"):
        assert word in page
    assert ("university's own rule" in page or "university&#x27;s own rule" in page) == (
        language == "en"
    )
    assert ("本校规定" in page) == (language != "en")
    offers = client.get("/cases/new/").context["offers"]
    told = [offer["retake"] for offer in offers if offer["retake"]]
    assert len(told) == 1 and first.isoformat() in told[0]


def test_the_interface_tells_the_same(
    failed: tuple[Case, list[Person], Account], program: Any
) -> None:
    case, _persons, trainee = failed
    told = program(trainee).get(f"/cases/{case.pk}").json()["next_attempt"]
    assert (told["used"], told["most"], told["needs_new_panel"]) == (1, 2, False)
    assert told["first"] == (today() + timedelta(days=90)).isoformat()
    assert "university's own rule" in told["source"]["en"]


def test_when_no_attempt_is_left_no_day_is_named(
    failed: tuple[Case, list[Person], Account], signed_in: SignIn
) -> None:
    case, _persons, trainee = failed
    Milestone.objects.create(
        enrolment=case.milestone_case.enrolment, kind=MilestoneKind.MIDTERM, attempt=2,
        outcome="fail", held_on=today(),
    )  # fmt: skip
    retake = signed_in(trainee, "en").get(f"/cases/{case.pk}/").context["retake"]
    assert retake["text"] == "All attempts are used up: 2 of 2."


def test_a_request_that_was_granted_or_refused_before_the_panel_tells_of_no_other_attempt(
    cast: Cast, supervisor: Account, signed_in: SignIn
) -> None:
    from preceptor.cases.actions import decide_stage

    adopt(cast)
    trainee = trainee_of(cast)
    case = asked(cast.gu, trainee)
    decide_stage(
        case=case, outcome="refused", by=supervisor, revision=case.revision, reason="未完成"
    )
    assert signed_in(trainee).get(f"/cases/{case.pk}/").context["retake"] is None


@pytest.fixture
def again(cast: Cast, secretary: Account, supervisor: Account) -> tuple[Panel, list[Person]]:
    """The second attempt at the clinical examination, whose kind wants a new panel; the panel of the
    first attempt sat with three professors, longer ago than earlier panels count."""
    from preceptor.training.actions import NewSeat, compose_panels

    adopt(cast)
    persons = experts(cast)
    earlier = Panel(
        number="P-2024-0001", institution=cast.institution, enrolment=cast.gu,
        stage=MilestoneKind.CLINICAL_EXAM, sits_on=today() - timedelta(days=700),
    )  # fmt: skip
    seats = [NewSeat(one, "member") for one in persons[:3]]
    compose_panels(institution=cast.institution, panels=[(earlier, seats)], by=OPERATOR)
    type(cast.gu).objects.filter(pk=cast.gu.pk).update(state="midterm_passed")
    cast.gu.refresh_from_db()
    case = agreed(asked(cast.gu, trainee_of(cast), MilestoneKind.CLINICAL_EXAM), supervisor)
    return begin_panel(case=case, by=secretary, planned_on=today()), persons


def test_who_judged_the_first_attempt_is_shown_and_kept_off_where_a_new_panel_is_wanted(
    again: tuple[Panel, list[Person]], secretary: Account, cast: Cast
) -> None:
    panel, persons = again
    found = conflicts(persons, panel.enrolment, today(), rule_of(panel), panel)
    for one in persons[:3]:
        [tie] = [tie for tie in found[one.pk] if tie.kind == "panel"]
        assert (tie.level, tie.is_final) == ("block", True)
        assert "P-2024-0001" in tie.evidence[0].text_zh
    assert not [tie for tie in found[persons[4].pk] if tie.kind == "panel"]
    with pytest.raises(RuleBroken):
        compose_panel(
            panel=panel, seats=[Chosen(persons[0], "chair")], planned_on=today(), by=secretary
        )
    mended = repair(panel, today())
    taken = {change.person.key for change in mended.changes if change.person is not None}
    assert not taken & {one.pk for one in persons[:3]}


def test_an_earlier_panel_of_another_step_keeps_nobody_off(
    again: tuple[Panel, list[Person]],
) -> None:
    panel, persons = again
    Panel.objects.filter(number="P-2024-0001").update(stage=MilestoneKind.PROPOSAL)
    found = conflicts(persons, panel.enrolment, today(), rule_of(panel), panel)
    assert not [tie for ties in found.values() for tie in ties if tie.kind == "panel"]
    assert MilestoneCase.objects.get(panel=panel).milestone == MilestoneKind.CLINICAL_EXAM
