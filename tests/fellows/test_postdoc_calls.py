"""A call for postdocs: what it needs, who may be a host, and what an accepted offer becomes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from new_fellows import OPENED, Fellows, entering, tripartite
from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.calls.actions import open_call, publish_call
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.calls.registry import purpose_of
from preceptor.cases.models import Case, CaseKind
from preceptor.fellows.actions import (
    call_for_station,
    enter_postdoc,
    move_station,
    record_station,
)
from preceptor.fellows.asking import months_later
from preceptor.fellows.choices import IntakeSource, StationState, Track
from preceptor.fellows.models import Host, Postdoc, StationCall
from preceptor.joint.models import AgreementParty

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("procedures")]


@pytest.fixture
def call(fellows: Fellows) -> Call:
    """A call that is being prepared."""
    now = timezone.now()
    return open_call(
        institution=fellows.institution, unit=fellows.general, number="ZS-2026-01",
        purpose="fellows.postdoc", kind="postdoc_entry", title_zh="临床医学博士后招收公告",
        title_en="Call for postdocs in clinical medicine", text_zh="招收二名", text_en="Two places",
        places=2, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30),
        by=fellows.personnel,
    )  # fmt: skip


def aimed(fellows: Fellows, call: Call, **columns: Any) -> StationCall:
    given: dict[str, Any] = {
        "call": call, "station": fellows.station, "track": Track.DUAL, "by": fellows.personnel,
    }  # fmt: skip
    return call_for_station(**given | columns)


def accepted(fellows: Fellows, call: Call) -> Postdoc | None:
    """陶行舟 accepts the offer."""
    case = Case.objects.create(
        institution=fellows.institution, unit=fellows.general,
        kind=CaseKind.objects.get(name="postdoc_entry"), person=fellows.persons["P2"],
        title_zh="进站", title_en="entry", state="granted",
    )  # fmt: skip
    application = CallApplication.objects.create(
        case=case, call=call, person=fellows.persons["P2"], host=fellows.persons["T2"],
        doctorate_on=today() - timedelta(days=300), doctorate_from="澄江大学", is_full_time=True,
    )  # fmt: skip
    offer = Offer.objects.create(
        application=application, made_at=timezone.now(), answer_by=today(), state="accepted"
    )
    mandate = Mandate("account:1", "applicant", str(case))
    for _time in range(2):
        with deed(mandate):
            purpose_of(call).accept(application, offer, mandate)
    return Postdoc.objects.filter(application=application).first()


def test_a_call_is_published_once_it_names_a_station_that_is_open(
    fellows: Fellows, call: Call
) -> None:
    with pytest.raises((RuleBroken, NotPermitted)):
        publish_call(call=call, by=fellows.personnel)
    assert aimed(fellows, call) == aimed(fellows, call)
    move_station(
        station=fellows.station, to=StationState.RECTIFYING, on=today(), by=fellows.personnel
    )
    assert fellows.station.name_zh in str(purpose_of(call).may_publish(call).reason)
    move_station(station=fellows.station, to=StationState.OPEN, on=today(), by=fellows.personnel)
    publish_call(call=call, by=fellows.personnel)
    with pytest.raises(RuleBroken):
        aimed(fellows, Call.objects.get(pk=call.pk), track=Track.BASIC)


def test_a_joint_call_names_its_workstation_and_no_other_call_does(
    fellows: Fellows, call: Call
) -> None:
    for wrong in (
        {"intake": IntakeSource.JOINT}, {"workstation": fellows.workstation},
        {"intake": IntakeSource.JOINT, "workstation": fellows.other_station},
    ):  # fmt: skip
        with pytest.raises(RuleBroken):
            aimed(fellows, call, **wrong)
    for role in ("neighbour", "leader", "stranger"):
        with pytest.raises(NotPermitted):
            aimed(fellows, call, by=getattr(fellows, role))
    assert not StationCall.objects.exists()


def test_hosts_hold_a_post_in_the_unit_of_the_station(fellows: Fellows, call: Call) -> None:
    assert purpose_of(call).hosts(call) == []
    aimed(fellows, call)
    names = {person.pk for person in purpose_of(call).hosts(call)}
    assert fellows.persons["T1"].pk in names and fellows.persons["P1"].pk not in names


def test_an_accepted_offer_becomes_one_term_with_the_host_and_what_was_stated(
    fellows: Fellows, call: Call
) -> None:
    aimed(fellows, call, months=36)
    made = accepted(fellows, call)
    assert made is not None and Postdoc.objects.count() == 2
    assert (made.track, made.doctorate_from, made.is_full_time) == (Track.DUAL, "澄江大学", True)
    last = months_later(today(), 36) - timedelta(days=1)
    assert (made.entered_on, made.term_ends_on) == (today(), last)
    assert Host.objects.get(postdoc=made).person == fellows.persons["T2"]


def test_a_joint_offer_is_accepted_under_an_agreement_that_nobody_is_under_yet(
    fellows: Fellows, call: Call
) -> None:
    aimed(fellows, call, intake=IntakeSource.JOINT, workstation=fellows.workstation, months=6)
    fellows.agreement.delete()
    with pytest.raises(RuleBroken) as refusal:
        accepted(fellows, call)
    assert fellows.workstation.name_zh in str(refusal.value)
    CallApplication.objects.all().delete()
    signed = tripartite(fellows.institution, fellows.general, fellows.partner, "HT-9")
    made = accepted(fellows, call)
    assert made is not None and made.agreement == signed


def test_an_agreement_that_lasts_as_long_as_the_term_goes_before_a_newer_one_that_does_not(
    fellows: Fellows, call: Call
) -> None:
    aimed(fellows, call, intake=IntakeSource.JOINT, workstation=fellows.workstation, months=3)
    short = tripartite(
        fellows.institution, fellows.general, fellows.partner, "HT-9", signed_on=today(),
        ends_on=today() + timedelta(days=30),
    )  # fmt: skip
    made = accepted(fellows, call)
    assert made is not None and made.agreement == fellows.agreement
    with pytest.raises(RuleBroken, match=short.number):
        enter_postdoc(
            **entering(
                fellows, person=fellows.persons["E6"], number="N2", intake=IntakeSource.JOINT,
                workstation=fellows.workstation, agreement=short,
            )
        )  # fmt: skip


def test_a_tripartite_agreement_takes_in_one_postdoc_and_no_second(
    fellows: Fellows, call: Call
) -> None:
    aimed(fellows, call, intake=IntakeSource.JOINT, workstation=fellows.workstation, months=6)
    Postdoc.objects.filter(pk=fellows.xu.pk).update(agreement=fellows.agreement)
    with pytest.raises(RuleBroken, match=fellows.workstation.name_zh):
        accepted(fellows, call)
    with pytest.raises(RuleBroken, match=fellows.agreement.number):
        enter_postdoc(
            **entering(
                fellows, intake=IntakeSource.JOINT, workstation=fellows.workstation,
                agreement=fellows.agreement, term_ends_on=today() + timedelta(days=90),
            )
        )  # fmt: skip
    assert Postdoc.objects.get() == fellows.xu


def test_a_workstation_of_the_institution_s_own_takes_in_by_an_agreement_that_its_unit_signed(
    fellows: Fellows, call: Call
) -> None:
    own = record_station(
        institution=fellows.institution, unit=fellows.general, code="GZ-ZY", kind="workstation",
        name_zh="总医院博士后科研工作站", name_en="Workstation of the hospital",
        opened_on=OPENED, paper="设站批文", reason="补录", by=fellows.personnel,
    )  # fmt: skip
    aimed(fellows, call, intake=IntakeSource.JOINT, workstation=own, months=6)
    AgreementParty.objects.filter(unit=fellows.general).delete()
    with pytest.raises(RuleBroken):
        accepted(fellows, call)
    CallApplication.objects.all().delete()
    AgreementParty.objects.create(agreement=fellows.agreement, unit=fellows.general)
    made = accepted(fellows, call)
    assert made is not None and made.agreement == fellows.agreement
