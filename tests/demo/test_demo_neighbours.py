"""The demo's second institution has rules, a decided request and a dossier; two calls are open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.calls.models import Call, CallApplication
from preceptor.cases.choices import CaseState
from preceptor.cases.kinds.reading import read_kind
from preceptor.cases.queries import tasks_of
from preceptor.demo import planted
from preceptor.demo.actions import build
from preceptor.demo.calls import plant_calls
from preceptor.demo.extension import extend
from preceptor.demo.neighbours import is_planted, plant_neighbours
from preceptor.demo.preparation import rules_in_force
from preceptor.demo.requests import plant_requests
from preceptor.fellows.models import LabCase, Postdoc, StationCase
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
    calls = Call.objects.filter(state="published", opens_at__lte=timezone.now())
    assert calls.filter(closes_at__gt=timezone.now()).count() == 2
    stages = {
        (row.call.purpose, row.case.stage)
        for row in CallApplication.objects.select_related("call", "case")
    }
    assert stages == {
        ("fellows.postdoc", "host"), ("fellows.postdoc", "screening"),
        ("fellows.postdoc", "compose"), ("fellows.pi", "long_list"),
    }  # fmt: skip


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
