"""The demo's second institution has rules, a decided request and a dossier; two calls are open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.calls.access import may_score
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.calls.queries import open_calls, ranking, totals_of
from preceptor.cases.choices import CaseState
from preceptor.cases.kinds.reading import read_kind
from preceptor.cases.models import Hearing, Letter, SittingSeat
from preceptor.cases.queries import board_of, tasks_of
from preceptor.demo import planted
from preceptor.demo.actions import build
from preceptor.demo.calls import PI_CALL, POSTDOC_CALL, plant_calls
from preceptor.demo.departures import plant_departures
from preceptor.demo.extension import extend
from preceptor.demo.neighbours import is_planted, plant_neighbours
from preceptor.demo.preparation import rules_in_force
from preceptor.demo.requests import plant_requests
from preceptor.demo.reviews import plant_review
from preceptor.demo.selections import plant_selections
from preceptor.fellows.models import AssessmentCase, LabCase, Postdoc, PostdocCase, StationCase
from preceptor.people.models import Account
from preceptor.policy import Verdict
from preceptor.reports.dossier import departures, from_kept
from preceptor.standing.models import PackInForce
from preceptor.standing.subjects import explain_record


@pytest.fixture(scope="module")
def town(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The institution at a tenth with everything beside it, judged; taken back after the file."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(settings, "PRECEPTOR_HOME", tmp_path_factory.mktemp("home"))
        build(scale=Decimal("0.1"), by=OPERATOR)
        extend(by=OPERATOR)
        rules_in_force()
        plant_neighbours()
        yield
        transaction.set_rollback(True)


def rules_broken(number: str | None) -> set[str]:
    postdoc = Postdoc.objects.get(number=number)
    said = explain_record("postdoc", postdoc, today(), "en")
    return {one.rule for one in said if one.verdict == Verdict.FAIL}


@pytest.mark.usefixtures("town")
def test_each_institution_has_the_rules_that_bind_it() -> None:
    found = set(PackInForce.objects.values_list("institution__code", "pack"))
    assert ("CHENGLING", "cn/postdoctoral-management") in found
    assert ("TINGNAN", "tingnan/dual-degree") in found
    assert ("YUNTING", "yunting/dual-degree") in found
    programme = PackInForce.objects.get(pack="yunting/independent-pi")
    assert programme.unit is not None
    assert programme.unit.code == "YUNTING-EXC"


@pytest.mark.usefixtures("town")
def test_the_clock_finds_the_postdoc_past_six_years() -> None:
    assert "postdoc.clock" in rules_broken(planted.past_six_years())


@pytest.mark.usefixtures("town")
def test_the_plan_with_too_few_clinical_months_is_found() -> None:
    number = planted.dual_postdoc_short_of_clinical_months()
    assert rules_broken(number) == {"postdoc.track.dual"}
    assert rules_broken(planted.postdoc_of_the_account()) == set()


@pytest.mark.usefixtures("town")
def test_the_request_of_the_eighth_station_went_through_all_stages_of_its_procedure() -> None:
    row = StationCase.objects.get()
    case = row.case
    assert case.state == CaseState.GRANTED
    assert (case.submitted_at, case.decided_at) != (None, None)
    kind = read_kind(case.kind.content)
    stages = [step.stage for step in case.steps.order_by("revision") if step.stage]
    assert stages == [stage.id for stage in kind.stages]
    assert row.national_number == row.station.number


@pytest.mark.usefixtures("town")
def test_the_dossier_says_what_its_census_says() -> None:
    dossier = StationCase.objects.get().dossier
    assert dossier is not None
    entries = from_kept(dossier)
    assert departures(entries) == []
    words = {entry.figure: entry.words("en") for entry in entries}
    assert (words["station.disciplines"], words["station.covered"]) == ("8", "7")


@pytest.mark.usefixtures("town")
def test_two_calls_are_open_today_with_applications_in_different_stages() -> None:
    calls = open_calls()
    assert calls.count() == 2
    rows = CallApplication.objects.filter(call__in=calls).select_related("call", "case")
    stages = {(row.call.purpose, row.case.stage) for row in rows}
    assert stages == {
        ("fellows.postdoc", "host"), ("fellows.postdoc", "screening"),
        ("fellows.postdoc", "compose"), ("fellows.pi", "long_list"),
    }  # fmt: skip


@pytest.mark.usefixtures("town")
def test_a_closed_call_has_an_accepted_offer_one_to_be_answered_and_a_reserve() -> None:
    call = Call.objects.get(number=f"{POSTDOC_CALL}-{today().year}-1")
    assert call.closes_at < timezone.now()
    rows = call.applications.order_by("rank")
    assert [(row.result, [one.state for one in row.offers.all()]) for row in rows] == [
        ("placed", ["accepted"]), ("placed", ["open"]), ("reserve", []),
    ]  # fmt: skip
    assert all(row.total is not None and row.members == 5 for row in ranking(call))
    offer = Offer.objects.get(state="open")
    assert offer.answer_by >= today()
    entered = Postdoc.objects.get(application__isnull=False)
    assert (entered.state, entered.entered_on) == ("in_station", today())


@pytest.mark.usefixtures("town")
def test_in_another_closed_call_the_board_gives_points_and_one_letter_is_missing() -> None:
    rows = CallApplication.objects.filter(call__number=f"{PI_CALL}-{today().year}-1")
    first, second = rows.select_related("case", "call").order_by("pk")
    assert (first.case.stage, second.case.stage) == ("interview", "long_list")
    assert totals_of(first.call, [first.pk])[first.pk][1] == 2
    letters = Letter.objects.filter(case__in=[first.case, second.case])
    assert Counter(letters.values_list("case", "state")) == {
        (first.case_id, "given"): 2, (second.case_id, "given"): 1, (second.case_id, "asked"): 1,
    }  # fmt: skip
    for login in ("director", "supervisor"):
        assert may_score(Account.objects.get(login=login), first), login


@pytest.mark.usefixtures("town")
def test_an_exit_waits_for_its_board_of_six_and_a_withdrawal_for_a_hearing() -> None:
    rows = {row.step: row.case for row in PostdocCase.objects.select_related("case")}
    sitting = board_of(rows["exit"])
    assert (rows["exit"].stage, sitting and sitting.state) == ("sitting", "called")
    assert SittingSeat.objects.filter(sitting=sitting).count() == 6
    hearing = Hearing.objects.get(case=rows["withdrawal"])
    assert hearing.is_told and hearing.wants_hearing and hearing.decided_at is None
    heard = Account.objects.get(login="postdoc-2")
    assert heard.person == rows["withdrawal"].person


@pytest.mark.usefixtures("town")
def test_an_extension_waits_at_the_station_and_a_move_to_another_is_granted_ahead() -> None:
    rows = {row.step: row for row in PostdocCase.objects.select_related("case", "postdoc")}
    assert rows["extension"].case.stage == "station"
    moved = rows["transfer"].postdoc
    assert (rows["transfer"].case.state, moved.state) == ("granted", "in_station")
    assert moved.left_on is not None and moved.left_on > today()
    following = Postdoc.objects.get(follows=moved)
    assert (following.entered_on, following.station.code) == (moved.left_on, "YT-BM")


@pytest.mark.usefixtures("town")
def test_an_assessment_of_an_investigator_waits_for_two_of_three_letters() -> None:
    row = AssessmentCase.objects.select_related("case").get()
    assert (row.case.stage, row.proposed) == ("proposal", None)
    states = Letter.objects.filter(case=row.case).values_list("state", flat=True)
    assert Counter(states) == {"asked": 2, "given": 1}


@pytest.mark.usefixtures("town")
def test_work_waits_on_the_personnel_office() -> None:
    assert tasks_of(Account.objects.get(login="personnel"))


@pytest.mark.usefixtures("town")
def test_what_is_within_the_limit_waits_on_the_head_and_what_is_beyond_on_the_director() -> None:
    rows = LabCase.objects.select_related("case")
    assert {(row.kind, row.case.stage, row.has_climbed) for row in rows} == {
        ("hire", "head", False), ("buy", "director", True),
    }  # fmt: skip
    for login in ("pi", "director", "supervisor"):
        assert tasks_of(Account.objects.get(login=login)), login


@pytest.mark.usefixtures("town")
def test_nothing_is_planted_twice() -> None:
    assert is_planted()
    assert not plant_calls()
    assert not plant_requests()
    assert not plant_selections()
    assert not plant_departures()
    assert not plant_review()
