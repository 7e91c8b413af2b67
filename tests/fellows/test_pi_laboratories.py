"""Laboratories: who belongs to them, what they hold, their money, and their closing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import pytest

from pi_rows import NOON, SINCE, asked, decided, limited
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import submit_case
from preceptor.cases.models import Case
from preceptor.fellows.actions import (
    ask_closing_of_laboratory,
    book_entry,
    change_programme,
    counter_entry,
    hold_asset,
    join_lab,
    leave_lab,
    open_laboratory,
    pass_asset,
    set_limit,
)
from preceptor.fellows.charter import authority
from preceptor.fellows.choices import EntryKind, LabRole, LimitKind, LimitPeriod
from preceptor.fellows.models import (
    Host,
    LabAsset,
    LabEntry,
    LabMember,
    Laboratory,
    Limit,
    Postdoc,
    Station,
)
from preceptor.fellows.queries import balance, left_behind
from preceptor.institutions.queries import units_below

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

YESTERDAY = NOON.date() - timedelta(days=1)


def emptied(pis: Programme) -> None:
    """Everybody leaves, everything is passed on, and the account is settled."""
    for member in LabMember.objects.known().filter(laboratory=pis.laboratory):
        leave_lab(member=member, last_day=YESTERDAY, by=pis["head"])
    for asset in LabAsset.objects.known().filter(laboratory=pis.laboratory):
        pass_asset(asset=asset, goes_to=pis.units["YT-01"], last_day=YESTERDAY, by=pis["head"])
    book_entry(
        laboratory=pis.laboratory, kind=EntryKind.RETURNED, amount_cny=balance(pis.laboratory),
        booked_on=YESTERDAY, by=pis["personnel"],
    )  # fmt: skip


def test_the_start_package_and_the_released_tranche_are_the_money_of_the_laboratory(
    pis: Programme,
) -> None:
    assert balance(pis.laboratory) == 1_500_000
    assert balance(pis.laboratory, SINCE) == 500_000
    assert balance(pis.second) == 0


def test_money_goes_out_only_as_far_as_it_is_there_and_a_head_books_none(pis: Programme) -> None:
    given = {"laboratory": pis.laboratory, "booked_on": today()}
    with pytest.raises(NotPermitted):
        book_entry(kind=EntryKind.SPENT, amount_cny=Decimal(1), by=pis["head"], **given)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken):
        book_entry(kind=EntryKind.SPENT, amount_cny=Decimal("1500000.01"), by=OPERATOR, **given)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken):
        book_entry(kind=EntryKind.TRANCHE, amount_cny=Decimal(1), by=OPERATOR, **given)  # type: ignore[arg-type]
    for wrong in ("0", "-1", "0.001", "NaN"):
        with pytest.raises(InputRefused):
            book_entry(kind=EntryKind.SPENT, amount_cny=Decimal(wrong), by=OPERATOR, **given)  # type: ignore[arg-type]
    book_entry(kind=EntryKind.SPENT, amount_cny=Decimal(400), by=pis["personnel"], **given)  # type: ignore[arg-type]
    assert balance(pis.laboratory) == 1_499_600


def test_a_wrong_entry_is_followed_by_its_counter_entry_once(pis: Programme) -> None:
    entry = book_entry(
        laboratory=pis.laboratory, kind=EntryKind.SPENT, amount_cny=Decimal(400),
        booked_on=today(), by=pis["personnel"],
    )  # fmt: skip
    back = [
        counter_entry(entry=entry, booked_on=today(), by=pis["personnel"], reason="误记").pk
        for _time in range(2)
    ]
    assert len(set(back)) == 1
    assert balance(pis.laboratory) == 1_500_000
    with pytest.raises(RuleBroken):
        counter_entry(
            entry=LabEntry.objects.get(pk=back[0]), booked_on=today(), by=OPERATOR, reason="误"
        )


def test_a_person_belongs_to_a_laboratory_once_at_a_time(pis: Programme) -> None:
    given = {"laboratory": pis.laboratory, "person": pis.persons["member"], "by": pis["head"]}
    with pytest.raises(RuleBroken):
        join_lab(role=LabRole.TECHNICIAN, valid_from=date(2023, 1, 1), **given)  # type: ignore[arg-type]
    place = LabMember.objects.get(laboratory=pis.laboratory)
    leave_lab(member=place, last_day=date(2022, 12, 31), by=pis["head"])
    with pytest.raises(RuleBroken):
        leave_lab(member=place, last_day=date(2023, 12, 31), by=pis["head"])
    join_lab(role=LabRole.TECHNICIAN, valid_from=date(2023, 1, 1), **given)  # type: ignore[arg-type]
    known = LabMember.objects.known().filter(laboratory=pis.laboratory).order_by("valid_from")
    assert [(row.role, row.valid_to) for row in known] == [
        ("staff", date(2022, 12, 31)),
        ("technician", None),
    ]
    with pytest.raises(RuleBroken):
        join_lab(role=LabRole.STAFF, valid_from=SINCE - timedelta(days=1), **given)  # type: ignore[arg-type]


def test_neither_a_member_nor_another_head_keeps_the_records_of_a_laboratory(
    pis: Programme,
) -> None:
    for who in ("member", "other", "neighbour", "stranger"):
        with pytest.raises(NotPermitted):
            hold_asset(
                laboratory=pis.laboratory, number="YQ-9", name="离心机", valid_from=SINCE,
                by=pis[who],
            )  # fmt: skip
    assert LabAsset.objects.count() == 1


def test_a_thing_passed_to_another_laboratory_is_held_there_from_the_next_day(
    pis: Programme,
) -> None:
    asset = LabAsset.objects.get()
    for _time in range(2):
        pass_asset(
            asset=LabAsset.objects.known().get(laboratory=pis.laboratory),
            goes_to=pis.units["YT-P2"], last_day=date(2024, 2, 28), by=pis["head"],
        )  # fmt: skip
    held = LabAsset.objects.known().get(laboratory=pis.second)
    assert (held.number, held.value_cny, held.valid_from) == (
        asset.number,
        asset.value_cny,
        date(2024, 2, 29),
    )
    passed = LabAsset.objects.known().get(laboratory=pis.laboratory)
    assert (passed.valid_to, passed.goes_to) == (date(2024, 2, 28), pis.units["YT-P2"])


def test_a_laboratory_is_opened_in_a_unit_of_its_programme_that_is_free(pis: Programme) -> None:
    for code in ("YT-01", "YT-P", "YT-P2"):
        with pytest.raises(RuleBroken):
            open_laboratory(
                programme=pis.programme, unit=pis.units[code], head=pis.persons["head"],
                opened_on=SINCE, by=OPERATOR,
            )  # fmt: skip
    assert Laboratory.objects.count() == 2


def test_a_committee_of_another_kind_is_no_committee_of_the_programme(pis: Programme) -> None:
    with pytest.raises(RuleBroken):
        change_programme(
            programme=pis.programme, instrument_committee=pis.committee, by=pis["office"]
        )
    with pytest.raises(NotPermitted):
        change_programme(programme=pis.programme, director=pis.persons["head"], by=pis["director"])


def test_a_closing_is_held_back_by_name_as_long_as_anything_is_left(pis: Programme) -> None:
    request = asked(pis.laboratory, LimitKind.SPEND, 5, pis["member"])
    case = ask_closing_of_laboratory(
        laboratory=pis.laboratory, closes_on=today(), by=pis["head"], reason="聘期届满"
    )
    with pytest.raises(NotPermitted) as refusal:
        submit_case(case=case, by=pis["head"])
    assert request.number is not None
    for name in ("温以宁", "YQ-001 流式细胞仪", "1500000.00", request.number):
        assert name in str(refusal.value)
    assert Case.objects.get(pk=case.pk).state == "draft"


def test_a_postdoc_whom_the_head_alone_guides_is_not_left_without_a_supervisor(
    pis: Programme,
) -> None:
    emptied(pis)
    station = Station.objects.create(
        institution=pis.institution, unit=pis.units["YT-P"], code="LDZ", kind="workstation",
        name_zh="工作站", name_en="Workstation", state="open", opened_on=SINCE,
    )  # fmt: skip
    postdoc = Postdoc.objects.create(
        number="B-1", person=pis.persons["c2"], institution=pis.institution,
        unit=pis.units["YT-P"], station=station, track="basic", intake="own", entered_on=SINCE,
        term_ends_on=today() + timedelta(days=300), state="in_station",
    )  # fmt: skip
    guiding = {"postdoc": postdoc, "role": "host", "valid_from": SINCE}
    Host.objects.create(person=pis.persons["head"], **guiding)
    assert left_behind(pis.laboratory, today()).postdocs == (postdoc,)
    Host.objects.create(person=pis.persons["other"], **guiding)
    assert not left_behind(pis.laboratory, today())


def test_an_empty_laboratory_is_closed_with_its_limits_and_its_appointment(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100)
    limited(pis.laboratory, LimitKind.SPEND, 200, valid_from=today() + timedelta(days=40))
    emptied(pis)
    case = submit_case(
        case=ask_closing_of_laboratory(
            laboratory=pis.laboratory, closes_on=today(), by=pis["director"]
        ),
        by=pis["director"],
    )
    for who in ("director", "personnel", "leader"):
        case = decided(case, pis[who])
    assert case.state == "granted"
    closed = Laboratory.objects.get(pk=pis.laboratory.pk)
    assert closed.closed_on == today()
    tomorrow = today() + timedelta(days=1)
    assert [one.limit for one in authority(closed, tomorrow)] == [None] * 4
    assert not Limit.objects.known().filter(laboratory=closed, valid_to=None).exists()
    pis.appointment.refresh_from_db()
    assert (pis.appointment.state, pis.appointment.left_on) == ("ended", today())
    assert closed.unit_id in units_below([pis.units["YT-P"].pk])
    assert not left_behind(closed, today())


def test_what_comes_in_while_the_closing_runs_holds_the_closing_back(pis: Programme) -> None:
    emptied(pis)
    case = submit_case(
        case=ask_closing_of_laboratory(
            laboratory=pis.laboratory, closes_on=today(), by=pis["head"]
        ),
        by=pis["head"],
    )
    case = decided(decided(case, pis["director"]), pis["personnel"])
    join_lab(
        laboratory=pis.laboratory, person=pis.persons["c2"], role=LabRole.POSTDOC,
        valid_from=today(), by=pis["head"],
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refusal:
        decided(case, pis["leader"])
    assert "苏念真" in str(refusal.value)
    assert Laboratory.objects.get(pk=pis.laboratory.pk).closed_on is None
    assert Case.objects.get(pk=case.pk).state == "running"


def test_a_laboratory_is_not_closed_before_its_day(pis: Programme) -> None:
    emptied(pis)
    coming = today() + timedelta(days=1)
    case = ask_closing_of_laboratory(laboratory=pis.laboratory, closes_on=coming, by=pis["head"])
    case = submit_case(case=case, by=pis["head"])
    case = decided(decided(case, pis["director"]), pis["personnel"])
    with pytest.raises(RuleBroken) as refusal:
        decided(case, pis["leader"])
    assert str(coming) in str(refusal.value)


def test_in_a_closed_laboratory_nothing_changes_any_more(pis: Programme) -> None:
    Laboratory.objects.filter(pk=pis.laboratory.pk).update(closed_on=today())
    closed = Laboratory.objects.get(pk=pis.laboratory.pk)
    with pytest.raises(NotPermitted):
        asked(closed, LimitKind.SPEND, 1, pis["head"])
    with pytest.raises(NotPermitted):
        join_lab(
            laboratory=closed, person=pis.persons["c2"], role=LabRole.STAFF, valid_from=today(),
            by=pis["head"],
        )  # fmt: skip
    with pytest.raises(RuleBroken):
        set_limit(
            laboratory=closed, kind=LimitKind.HIRE, most=Decimal(1), period=LimitPeriod.YEAR,
            valid_from=today(), paper="文件", by=OPERATOR,
        )  # fmt: skip


def test_money_of_a_kind_that_there_is_not_is_refused_by_name_and_nothing_is_booked(
    pis: Programme,
) -> None:
    before = LabEntry.objects.count()
    with pytest.raises(InputRefused, match="gift"):
        book_entry(
            laboratory=pis.laboratory, kind=cast("EntryKind", "gift"), amount_cny=Decimal(5),
            booked_on=today(), by=pis["office"],
        )  # fmt: skip
    assert LabEntry.objects.count() == before
