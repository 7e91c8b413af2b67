"""A principal investigator from the public call to the appointment, by the shipped procedure."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from pi_rows import PDF, SHIPPED, decided, vote_of, voted
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.calls.actions import (
    answer_offer,
    begin_application,
    make_offer,
    open_call,
    publish_call,
    rank_applications,
    submit_application,
)
from preceptor.calls.models import Call, CallApplication
from preceptor.cases.actions import NewSittingSeat, attach_document, call_board
from preceptor.cases.actions.agenda import put_on_agenda
from preceptor.cases.actions.meeting import call_meeting
from preceptor.cases.actions.notice import end_notices
from preceptor.cases.models import Case
from preceptor.cases.partiality import to_recuse
from preceptor.cases.queries import kind_of
from preceptor.fellows.actions import call_for_programme, change_programme
from preceptor.fellows.models import Appointment, PiCall
from preceptor.people.models import Account
from small_calls import over, signed_up
from small_kinds import in_force

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def drafted(pis: Programme, **changed: Any) -> Call:
    """A call of the programme, not published yet."""
    in_force(pis.institution, (SHIPPED / "pi_selection.toml").read_text(encoding="utf-8"))
    now = timezone.now()
    given: dict[str, Any] = {
        "institution": pis.institution, "unit": pis.units["YT-P"], "number": "PI-2026-1",
        "purpose": "fellows.pi", "kind": "pi_selection", "title_zh": "海内外招聘独立 PI",
        "title_en": "Principal investigators wanted", "text_zh": "面向海内外公开招聘。",
        "text_en": "An international open call.", "places": 1, "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=30), "by": pis["personnel"],
    }  # fmt: skip
    return open_call(**(given | changed))


def applied(call: Call, account: Account) -> CallApplication:
    """An application from abroad with all its documents, handed in."""
    application = begin_application(call=call, by=account, name_zh="顾远行", name_en="Gu Yuanxing")
    for name in ("cv", "plan", "doctorate"):
        attach_document(
            case=application.case, name=name, content=BytesIO(PDF), file_name=f"{name}.pdf",
            by=account,
        )  # fmt: skip
    return submit_application(application=application, by=account)


def interviewed(pis: Programme, case: Case) -> Case:
    """The case after a board of three spoke with the applicant and voted for."""
    seats = [
        NewSittingSeat(pis.persons[name], "member" if place else "chair")
        for place, name in enumerate(("director", "other", "leader"))
    ]
    sitting = call_board(
        case=case, seats=seats, starts_at=timezone.now() + timedelta(hours=1),
        revision=case.revision, by=pis["personnel"],
    )  # fmt: skip
    vote_of(sitting, [pis[name] for name in ("director", "other", "leader")], ["for"] * 3)
    return Case.objects.select_related("kind").get(pk=case.pk)


def test_from_the_call_to_the_appointment(pis: Programme, settings: Any) -> None:
    settings.ROOT_URLCONF = "call_addresses"
    call = drafted(pis)
    call_for_programme(call=call, programme=pis.programme, months=48, by=pis["personnel"])
    call = publish_call(call=call, by=pis["personnel"])
    account = signed_up("applicant@example.org")
    application = applied(call, account)
    case = decided(decided(application.case, pis["personnel"]), pis["personnel"])
    assert case.stage == "board"
    case = interviewed(pis, case)
    assert case.stage == "committee"
    case = voted(pis, case, ("for", "for", "against"))
    assert case.stage == "notice"
    assert not Appointment.objects.filter(application=application).exists()
    end_notices(on=today() + timedelta(days=60), by=OPERATOR)
    assert Case.objects.get(pk=case.pk).state == "granted"
    rank_applications(call=over(call), by=pis["personnel"])
    application.refresh_from_db()
    offer = make_offer(application=application, terms="启动经费五百万元", by=pis["personnel"])
    assert not Appointment.objects.filter(application=application).exists()
    answer_offer(offer=offer, accepts=True, by=account)
    made = Appointment.objects.get(application=application)
    assert (made.programme, made.state, made.laboratory) == (pis.programme, "contracted", None)
    assert (made.starts_on.day, made.contract_number) == (1, "")
    assert made.starts_on > today()
    months = (made.ends_on.year - made.starts_on.year) * 12
    assert months + made.ends_on.month - made.starts_on.month == 47


def test_a_call_without_a_programme_or_a_committee_is_not_published(pis: Programme) -> None:
    call = drafted(pis)
    with pytest.raises((NotPermitted, RuleBroken)):
        publish_call(call=call, by=pis["personnel"])
    call_for_programme(call=call, programme=pis.programme, by=pis["personnel"])
    change_programme(programme=pis.programme, academic_committee=None, by=pis["office"])
    with pytest.raises((NotPermitted, RuleBroken)):
        publish_call(call=call, by=pis["personnel"])
    assert Call.objects.get(pk=call.pk).state == "draft"


def test_a_call_of_another_purpose_or_published_is_not_turned_to_a_programme(
    pis: Programme,
) -> None:
    call = drafted(pis)
    for who in ("head", "member", "leader", "neighbour", "stranger"):
        with pytest.raises(NotPermitted):
            call_for_programme(call=call, programme=pis.programme, by=pis[who])
    with pytest.raises(InputRefused):
        call_for_programme(call=call, programme=pis.programme, months=0, by=pis["personnel"])
    for state, purpose in (("draft", "fellows.postdoc"), ("published", "fellows.pi")):
        Call.objects.filter(pk=call.pk).update(state=state, purpose=purpose)
        call.refresh_from_db()
        with pytest.raises(RuleBroken):
            call_for_programme(call=call, programme=pis.programme, by=pis["personnel"])
    assert not PiCall.objects.exists()


def test_a_member_of_the_committee_with_whom_the_applicant_would_work_is_recused(
    pis: Programme, settings: Any
) -> None:
    settings.ROOT_URLCONF = "call_addresses"
    call = drafted(pis)
    call_for_programme(call=call, programme=pis.programme, months=48, by=pis["personnel"])
    call = publish_call(call=call, by=pis["personnel"])
    application = applied(call, signed_up("applicant@example.org"))
    case = decided(decided(application.case, pis["personnel"]), pis["personnel"])
    case = interviewed(pis, case)
    start = timezone.now() + timedelta(hours=1)
    sitting = call_meeting(
        body=pis.committee, starts_at=start, ends_at=start + timedelta(hours=2), by=OPERATOR
    )
    item = put_on_agenda(
        sitting=sitting, case=case, title_zh=case.title_zh,
        voting=kind_of(case).stage("committee").voting, by=OPERATOR,
    )  # fmt: skip
    assert to_recuse(item, sitting) == []
    CallApplication.objects.filter(pk=application.pk).update(host=pis.persons["c0"])
    item.refresh_from_db()
    assert [seat.person for seat in to_recuse(item, sitting)] == [pis.persons["c0"]]
