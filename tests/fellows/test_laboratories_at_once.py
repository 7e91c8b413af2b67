"""Two who do what cannot both be done, or wait for each other, in the same moment: offers, reports,
things and the closing of a laboratory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from at_once import at_once
from new_fellows import Fellows, entering
from pi_rows import ENDS, SINCE, Programme, write_programme
from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.calls.registry import purpose_of
from preceptor.cases.models import Case, CaseKind
from preceptor.fellows.actions import (
    StartPackage,
    add_representative_work,
    appoint,
    ask_closing_of_laboratory,
    enter_postdoc,
    hold_asset,
    pass_asset,
    record_teaching,
    set_pi_goal,
    sign_appointment,
    start_appointment,
)
from preceptor.fellows.actions.closing import end_closing
from preceptor.fellows.choices import GoalKind, IntakeSource
from preceptor.fellows.models import (
    Appointment,
    ClosingCase,
    LabAsset,
    Laboratory,
    PiGoal,
    Postdoc,
    RepresentativeWork,
    StationCall,
    Teaching,
)
from preceptor.fellows.queries import balance
from preceptor.people.models import Account

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def pis(transactional_db: None) -> Programme:
    return write_programme()


def refused(answers: Iterable[Any]) -> list[RuleBroken]:
    return [one for one in answers if isinstance(one, RuleBroken)]


def taking(fellows: Fellows, person: str, number: str, **columns: Any) -> Callable[[], Postdoc]:
    given = entering(fellows, person=fellows.persons[person], number=number, **columns)
    return lambda: enter_postdoc(**given)


def offered(fellows: Fellows, person: str) -> CallApplication:
    """The application of who was offered a joint place in clinical medicine."""
    now = timezone.now()
    call = Call.objects.create(
        institution=fellows.institution, unit=fellows.general, number=f"ZS-{person}", places=1,
        purpose="fellows.postdoc", kind="postdoc_entry", title_zh="招收公告", title_en="Call",
        opens_at=now - timedelta(days=9), closes_at=now,
    )  # fmt: skip
    StationCall.objects.create(
        call=call, station=fellows.station, workstation=fellows.workstation, track="clinical",
        intake="joint", months=3,
    )  # fmt: skip
    case = Case.objects.create(
        institution=fellows.institution, unit=fellows.general, person=fellows.persons[person],
        kind=CaseKind.objects.get(name="postdoc_entry"), title_zh="进站", state="granted",
    )  # fmt: skip
    return CallApplication.objects.create(case=case, call=call, person=fellows.persons[person])


@pytest.mark.usefixtures("procedures")
def test_of_accepting_an_offer_and_entering_by_hand_at_once_one_gets_the_agreement(
    fellows: Fellows,
) -> None:
    application = offered(fellows, "P2")
    mandate = Mandate("account:1", "applicant", "offer")

    def accepts() -> None:
        with deed(mandate):
            purpose_of(application.call).accept(application, Offer(), mandate)

    joint = taking(
        fellows, "E1", "N2", intake=IntakeSource.JOINT, workstation=fellows.workstation,
        agreement=fellows.agreement, term_ends_on=today() + timedelta(days=90),
    )  # fmt: skip
    answers = at_once([accepts, joint])
    assert len(refused(answers)) == 1
    assert Postdoc.objects.filter(agreement=fellows.agreement).count() == 1


def test_what_an_investigator_reports_twice_at_once_stands_once(pis: Programme) -> None:
    about, head = pis.appointment, pis["head"]

    def aims() -> PiGoal:
        return set_pi_goal(
            appointment=about, kind=GoalKind.PAPER, text="高水平论文", target=Decimal(5),
            due_on=ENDS, by=pis["personnel"],
        )  # fmt: skip

    def names() -> RepresentativeWork:
        return add_representative_work(
            appointment=about, title="A new pathway", year=2024, meaning="提出新机制", by=head
        )

    def teaches() -> Teaching:
        return record_teaching(appointment=about, year=2024, course="科研方法", hours=16, by=head)

    for work in (aims, names, teaches):
        answers = at_once([work] * 4)
        assert len({answer.pk for answer in answers}) == 1
    lines = JournalEntry.objects.filter(subject_kind="appointment", subject_key=str(about.pk))
    for verb in ("appointment.goal", "appointment.work", "appointment.teaching"):
        assert lines.filter(verb=verb).count() == 1


def test_no_laboratory_closes_while_it_is_handed_a_thing(pis: Programme) -> None:
    asset, today_ = LabAsset.objects.get(), today()
    case = ask_closing_of_laboratory(
        laboratory=pis.second, closes_on=today_, reason="并入", by=pis["director"]
    )
    mandate = Mandate("account:1", "leader", "closing")

    def closes() -> None:
        end_closing(row=ClosingCase.objects.get(case=case), outcome="granted", by=mandate)

    def hands_over() -> LabAsset:
        return pass_asset(asset=asset, goes_to=pis.units["YT-P2"], last_day=today_, by=pis["head"])

    at_once([closes, hands_over])
    is_closed = Laboratory.objects.get(pk=pis.second.pk).closed_on is not None
    assert is_closed != LabAsset.objects.known().filter(laboratory=pis.second).exists()


def test_two_laboratories_that_hand_each_other_things_at_once_do_not_wait_for_ever(
    pis: Programme,
) -> None:
    there = hold_asset(
        laboratory=pis.second, number="YQ-002", name="显微镜", valid_from=SINCE, by=pis["other"]
    )
    here = LabAsset.objects.get(number="YQ-001")

    def handing(asset: LabAsset, code: str, by: Account) -> Callable[[], LabAsset]:
        return lambda: pass_asset(asset=asset, goes_to=pis.units[code], last_day=today(), by=by)

    at_once([handing(here, "YT-P2", pis["head"]), handing(there, "YT-P1", pis["other"])])
    held = LabAsset.objects.known().filter(valid_to=None)
    assert set(held.values_list("number", "laboratory")) == {
        ("YQ-001", pis.second.pk), ("YQ-002", pis.laboratory.pk),
    }  # fmt: skip


def test_of_closing_a_laboratory_and_planning_its_money_at_once_neither_breaks_off(
    pis: Programme,
) -> None:
    case = ask_closing_of_laboratory(
        laboratory=pis.second, closes_on=today(), reason="并入", by=pis["director"]
    )
    made = appoint(
        programme=pis.programme, person=pis.persons["other"], number="PI-2", starts_on=SINCE,
        ends_on=ENDS, by=pis["personnel"],
    )  # fmt: skip
    sign_appointment(
        appointment=made, contract_number="HT-2", contracted_on=SINCE, by=pis["personnel"]
    )
    Appointment.objects.filter(pk=made.pk).update(laboratory=pis.second)
    mandate = Mandate("account:1", "leader", "closing")

    def closes() -> None:
        end_closing(row=ClosingCase.objects.get(case=case), outcome="granted", by=mandate)

    def starts() -> Appointment:
        package = StartPackage(money_cny=Decimal(900_000))
        return start_appointment(appointment=made, on=SINCE, package=package, by=pis["director"])

    at_once([closes, starts])
    made.refresh_from_db()
    closed_on = Laboratory.objects.get(pk=pis.second.pk).closed_on
    assert (made.state, closed_on) in (("ended", today()), ("started", None))
    assert balance(pis.second) == (0 if closed_on else 900_000)
