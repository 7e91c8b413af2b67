"""Entry into a station, and what is recorded of a postdoc there: what is refused, and what is kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from new_fellows import ENTRY, TERM_END, Fellows, account, entering, first_level, mobile, tripartite
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.fellows.actions import (
    NewHost,
    add_host,
    begin_leaves,
    certify,
    change_stay,
    end_host,
    end_leave,
    enter_postdoc,
    give_support,
    leave_station,
    move_station,
    number_postdoc,
    record_ground,
    record_leave,
    record_months,
    report_goal,
    set_funding,
    set_goal,
    sign_contract,
    take_back_ground,
)
from preceptor.fellows.choices import (
    GoalKind,
    GroundKind,
    HostRole,
    IntakeSource,
    LeaveKind,
    MonthKind,
    Payer,
    PostdocState,
    StationState,
    StayEnd,
    StayStart,
    SupportKind,
    Track,
)
from preceptor.fellows.models import (
    FundingShare,
    Ground,
    Host,
    Leave,
    Postdoc,
    Stay,
)
from preceptor.institutions.actions import open_unit
from preceptor.joint.models import Partner
from preceptor.people.choices import RoleKind

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refused(fellows: Fellows, **columns: Any) -> str:
    """The refusal of an entry; nothing of it is kept."""
    before = Postdoc.objects.count(), Stay.objects.count(), Host.objects.count()
    with pytest.raises(RuleBroken) as refusal:
        enter_postdoc(**entering(fellows, **columns))
    assert before == (Postdoc.objects.count(), Stay.objects.count(), Host.objects.count())
    return str(refusal.value)


def now(fellows: Fellows) -> Postdoc:
    return Postdoc.objects.get(pk=fellows.xu.pk)


def test_an_entry_writes_the_term_its_stay_the_supervisors_and_the_journal(
    fellows: Fellows,
) -> None:
    host = NewHost(fellows.persons["T2"], HostRole.CLINICAL)
    made = enter_postdoc(**entering(fellows, hosts=[host]))
    [stay] = made.stays.all()
    assert (stay.comes_by, stay.begins_on, stay.ends_on) == (StayStart.ENTRY, made.entered_on, None)
    [seat] = Host.objects.filter(postdoc=made)
    assert (seat.person, seat.role, seat.valid_from) == (host.person, "clinical", made.entered_on)
    line = JournalEntry.objects.get(verb="postdoc.enter", subject_key=str(made.pk))
    assert line.actor_name == "personnel"


def test_only_who_keeps_the_fellows_of_the_unit_lets_somebody_enter(fellows: Fellows) -> None:
    for role in ("neighbour", "leader", "stranger", "host", "postdoc"):
        with pytest.raises(NotPermitted):
            enter_postdoc(**entering(fellows, by=getattr(fellows, role)))
    assert Postdoc.objects.count() == 1
    for number, role in enumerate(("secretary", "office")):
        made = enter_postdoc(**entering(fellows, by=getattr(fellows, role), number=f"N{number}"))
        leave_station(postdoc=made, goes_by=StayEnd.EXIT, on=today(), by=fellows.office)
        made.stays.all().delete()


def test_a_person_is_in_one_station_at_a_time_and_the_refusal_names_where(
    fellows: Fellows,
) -> None:
    said = refused(fellows, person=fellows.persons["P1"], station=fellows.other_station)
    assert fellows.station.name_zh in said and str(ENTRY) in said
    with override("en"):
        english = refused(
            fellows, person=fellows.persons["P1"], station=fellows.other_station, number="N-EN"
        )
    assert fellows.station.name_en in english and fellows.station.name_zh not in english


def test_a_stay_that_would_run_into_a_later_one_is_refused(fellows: Fellows) -> None:
    first = ENTRY - timedelta(days=400)
    said = refused(fellows, person=fellows.persons["P1"], entered_on=first, term_ends_on=TERM_END)
    assert str(ENTRY) in said


def test_of_a_stay_elsewhere_only_the_fact_is_told(fellows: Fellows) -> None:
    other = open_unit(
        upper=None, code="TN", kind="university", name_zh="汀南医科大学", name_en="Tingnan",
        valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    there = mobile(other, "LD-0710", first_level("0710", "生物学", "Biology"))
    officer = account("there", None, RoleKind.PERSONNEL, other)
    with pytest.raises(RuleBroken) as refusal:
        enter_postdoc(**entering(fellows, person=fellows.persons["P1"], station=there, by=officer))
    assert fellows.station.name_zh not in str(refusal.value)
    assert "2023" not in str(refusal.value)


def test_nobody_enters_a_station_that_was_not_open_on_the_day(fellows: Fellows) -> None:
    said = refused(fellows, entered_on=date(2009, 12, 31), term_ends_on=TERM_END)
    assert fellows.station.name_zh in said and "2009-12-31" in said
    move_station(
        station=fellows.station, to=StationState.RECTIFYING, on=today(), by=fellows.personnel
    )
    assert str(today()) in refused(fellows, entered_on=today(), term_ends_on=today() + 99 * DAY)


def test_a_joint_intake_needs_a_workstation_and_an_agreement_in_force(fellows: Fellows) -> None:
    joint: dict[str, Any] = {"intake": IntakeSource.JOINT}
    refused(fellows, **joint)
    work = joint | {"workstation": fellows.workstation}
    assert fellows.workstation.name_zh in refused(fellows, **work)
    root, unit, partner = fellows.institution, fellows.general, fellows.partner
    bad = {
        "HT-S": {"kind": "strategic"},
        "HT-D": {"state": "drafting"},
        "HT-E": {"ends_on": today() - timedelta(days=60)},
        "HT-L": {"starts_on": today()},
        "HT-T": {"state": "terminated", "terminated_on": today() - timedelta(days=40)},
        "HT-C": {"ends_on": today() + timedelta(days=100)},
    }
    for number, columns in bad.items():
        agreement = tripartite(root, unit, partner, number, **columns)
        assert number in refused(fellows, agreement=agreement, **work)
    made = enter_postdoc(
        **entering(
            fellows, **work,
            agreement=tripartite(root, unit, partner, "HT-O", ends_on=None, open_reason="逐年续签"),
        )
    )  # fmt: skip
    assert (made.workstation, made.intake) == (fellows.workstation, IntakeSource.JOINT)


def test_an_agreement_with_somebody_else_than_the_workstation_carries_no_joint_intake(
    fellows: Fellows,
) -> None:
    other = Partner.objects.create(
        institution=fellows.institution, code="QT", kind="company", name_zh="青潭生物"
    )
    agreement = tripartite(fellows.institution, fellows.general, other, "HT-QT")
    agreement.ends_on, agreement.open_reason = None, "逐年续签"
    agreement.save()
    said = refused(
        fellows, intake=IntakeSource.JOINT, workstation=fellows.workstation, agreement=agreement
    )
    assert "HT-QT" in said and fellows.workstation.name_zh in said


def test_an_agreement_of_another_institution_carries_no_joint_intake(fellows: Fellows) -> None:
    other = open_unit(
        upper=None, code="TN", kind="university", name_zh="汀南医科大学", name_en="Tingnan",
        valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    foreign = tripartite(other, other, fellows.partner, "HT-F")
    said = refused(
        fellows, intake=IntakeSource.JOINT, workstation=fellows.workstation, agreement=foreign
    )
    assert "HT-F" in said


def test_a_term_without_length_a_number_twice_and_oneself_as_host_are_refused(
    fellows: Fellows,
) -> None:
    refused(fellows, term_ends_on=today() - timedelta(days=30))
    assert "B2023001" in refused(fellows, number="B2023001")
    refused(fellows, number=" ")
    refused(fellows, hosts=[NewHost(fellows.persons["P2"])])
    refused(fellows, hosts=[NewHost(fellows.persons["T2"]), NewHost(fellows.persons["T2"])])
    refused(fellows, follows=fellows.xu)


def test_a_change_of_track_makes_a_further_stay_and_the_same_again_none(fellows: Fellows) -> None:
    on = date(2024, 3, 1)
    for _time in range(2):
        change_stay(postdoc=fellows.xu, on=on, track=Track.DUAL, by=fellows.personnel)
    first, second = Stay.objects.filter(postdoc=fellows.xu)
    assert (first.ends_on, first.goes_by, second.begins_on, second.comes_by) == (
        on, "change", on, "change",
    )  # fmt: skip
    assert now(fellows).track == Track.DUAL
    for day in (on, today() + DAY):
        with pytest.raises(RuleBroken):
            change_stay(postdoc=fellows.xu, on=day, track=Track.BASIC, by=fellows.personnel)
    with pytest.raises(RuleBroken):
        change_stay(postdoc=fellows.xu, on=today(), intake=IntakeSource.JOINT, by=OPERATOR)
    assert Stay.objects.filter(postdoc=fellows.xu).count() == 2


def test_who_has_left_is_not_written_to_any_more(fellows: Fellows) -> None:
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=TERM_END, by=fellows.personnel)
    left = now(fellows)
    assert (left.state, left.left_on) == (PostdocState.EXITED, TERM_END)
    with pytest.raises(RuleBroken):
        add_host(postdoc=left, person=fellows.persons["T2"], by=fellows.personnel)
    with pytest.raises(RuleBroken):
        leave_station(postdoc=left, goes_by=StayEnd.WITHDRAWAL, on=today(), by=fellows.personnel)
    leave_station(postdoc=left, goes_by=StayEnd.EXIT, on=today(), by=fellows.personnel)
    assert now(fellows).left_on == TERM_END
    certify(postdoc=left, certificate="CZ-2025-1", by=fellows.personnel)
    assert now(fellows).certificate == "CZ-2025-1"


def test_nobody_in_station_is_left_without_a_supervisor(fellows: Fellows) -> None:
    [present] = Host.objects.known().filter(postdoc=fellows.xu)
    with pytest.raises(RuleBroken):
        end_host(host=present, last_on=today(), by=fellows.personnel)
    for _time in range(2):
        add_host(postdoc=fellows.xu, person=fellows.persons["T2"], on=today(), by=fellows.personnel)
    end_host(host=present, last_on=today(), by=fellows.personnel)
    assert [row.person for row in Host.objects.on(today() + DAY).filter(postdoc=fellows.xu)] == [
        fellows.persons["T2"]
    ]
    with pytest.raises(RuleBroken):
        add_host(postdoc=fellows.xu, person=fellows.persons["P1"], by=fellows.personnel)


def test_a_leave_shows_in_the_state_until_the_return(fellows: Fellows) -> None:
    first = today() - timedelta(days=10)
    leave = record_leave(
        postdoc=fellows.xu, kind=LeaveKind.MATERNITY, first_on=first, note="剖宫产",
        last_on=today() + timedelta(days=80), by=fellows.personnel,
    )  # fmt: skip
    assert now(fellows).state == PostdocState.ON_LEAVE
    assert "剖宫产" not in str(list(JournalEntry.objects.values_list("after", "reason")))
    with pytest.raises(RuleBroken):
        record_leave(
            postdoc=fellows.xu, kind=LeaveKind.ILLNESS, first_on=today(), last_on=today(),
            by=fellows.personnel,
        )  # fmt: skip
    with pytest.raises(RuleBroken):
        end_leave(leave=leave, returned_on=first - DAY, by=fellows.personnel)
    end_leave(leave=leave, returned_on=today(), by=fellows.personnel)
    assert now(fellows).state == PostdocState.IN_STATION


def test_a_leave_recorded_ahead_begins_by_itself(fellows: Fellows) -> None:
    record_leave(
        postdoc=fellows.xu, kind=LeaveKind.ABROAD, first_on=today() + DAY,
        last_on=today() + 90 * DAY, by=fellows.personnel,
    )  # fmt: skip
    assert now(fellows).state == PostdocState.IN_STATION
    Leave.objects.update(first_on=today())
    assert begin_leaves(institution=fellows.institution, by=OPERATOR) == 1
    assert begin_leaves(institution=fellows.institution, by=OPERATOR) == 0
    assert now(fellows).state == PostdocState.ON_LEAVE


def test_a_ground_has_days_where_days_are_counted_and_is_taken_back_not_deleted(
    fellows: Fellows,
) -> None:
    with pytest.raises(RuleBroken):
        record_ground(
            postdoc=fellows.xu, kind=GroundKind.ABSENCE, found_on=today(), by=fellows.personnel
        )
    ground = record_ground(
        postdoc=fellows.xu, kind=GroundKind.ABSENCE, found_on=today(), days=16,
        note="家属住院", by=fellows.personnel,
    )  # fmt: skip
    with pytest.raises(RuleBroken):
        take_back_ground(ground=ground, by=fellows.personnel, reason=" ")
    take_back_ground(ground=ground, by=fellows.personnel, reason="补交了假条")
    assert Ground.objects.get().taken_back_at is not None
    assert "家属住院" not in str(list(JournalEntry.objects.values_list("after", "reason")))


def test_contracts_do_not_overlap_and_one_number_is_one_contract(fellows: Fellows) -> None:
    signed: dict[str, Any] = {
        "postdoc": fellows.xu, "signed_on": ENTRY, "first_on": ENTRY, "last_on": TERM_END,
        "by": fellows.personnel,
    }  # fmt: skip
    assert sign_contract(number="HT1", **signed) == sign_contract(number="HT1", **signed)
    with pytest.raises(RuleBroken) as refusal:
        sign_contract(number="HT2", **signed)
    assert "HT1" in str(refusal.value)


def test_a_new_share_of_the_same_payer_ends_the_former_and_zero_ends_it(fellows: Fellows) -> None:
    share: dict[str, Any] = {
        "postdoc": fellows.xu, "payer": Payer.STATION, "purpose": SupportKind.SALARY,
        "by": fellows.personnel,
    }  # fmt: skip
    set_funding(amount_cny=Decimal(100000), since=ENTRY, **share)
    set_funding(amount_cny=Decimal(120000), since=date(2024, 9, 1), **share)
    known = FundingShare.objects.known().filter(postdoc=fellows.xu)
    assert [(row.amount_cny, row.valid_to) for row in known.order_by("valid_from")] == [
        (100000, date(2024, 8, 31)), (120000, None),
    ]  # fmt: skip
    assert set_funding(amount_cny=Decimal(0), since=date(2025, 9, 1), **share) is None
    assert not FundingShare.objects.on(today()).filter(postdoc=fellows.xu).exists()
    with pytest.raises(RuleBroken):
        set_funding(amount_cny=Decimal(-1), since=ENTRY, **share)


def test_support_lies_between_entry_and_today(fellows: Fellows) -> None:
    gift: dict[str, Any] = {
        "postdoc": fellows.xu, "kind": SupportKind.HOUSING, "payer": Payer.HOST,
        "amount_cny": Decimal(5000), "by": fellows.personnel,
    }  # fmt: skip
    give_support(paid_on=ENTRY, **gift)
    for day in (ENTRY - DAY, today() + DAY):
        with pytest.raises(RuleBroken):
            give_support(paid_on=day, **gift)


def test_the_postdoc_and_the_host_write_the_plan_and_a_stranger_does_not(fellows: Fellows) -> None:
    goal: dict[str, Any] = {
        "postdoc": fellows.xu, "kind": GoalKind.PAPER, "text": "以第一作者发表论文",
        "due_on": TERM_END, "target": Decimal(2),
    }  # fmt: skip
    made = set_goal(by=fellows.postdoc, **goal)
    assert set_goal(by=fellows.host, **goal) == made
    with pytest.raises(NotPermitted):
        set_goal(by=fellows.stranger, **goal)
    report_goal(goal=made, reached=Decimal(1), reached_on=today(), by=fellows.postdoc)
    made.refresh_from_db()
    assert made.reached == 1
    with pytest.raises(RuleBroken):
        report_goal(goal=made, reached=Decimal(-1), reached_on=today(), by=fellows.postdoc)


def test_months_ahead_can_be_planned_and_not_spent(fellows: Fellows) -> None:
    ahead = today() + timedelta(days=70)
    months: dict[str, Any] = {
        "postdoc": fellows.xu, "kind": MonthKind.CLINICAL, "place": "眼科",
        "first_month": ahead, "last_month": ahead, "by": fellows.secretary,
    }  # fmt: skip
    with pytest.raises(RuleBroken):
        record_months(**months)
    row = record_months(**months, is_planned=True)
    assert row.first_month.day == 1 and row == record_months(**months, is_planned=True)


def test_a_national_number_belongs_to_one_term(fellows: Fellows) -> None:
    made = enter_postdoc(**entering(fellows))
    with pytest.raises(RuleBroken):
        number_postdoc(postdoc=made, number="B2023001", by=fellows.personnel)
    number_postdoc(postdoc=made, number="B2026777", by=fellows.personnel)
    assert Postdoc.objects.get(pk=made.pk).number == "B2026777"
