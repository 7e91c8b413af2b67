"""On the day itself, one day before and one day after: terms of postdocs at their borders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from new_fellows import ENTRY, OPENED, TERM_END, Fellows, entering, mobile
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.fellows.actions import (
    certify,
    end_host,
    end_leave,
    enter_postdoc,
    give_support,
    leave_station,
    prolong,
    record_leave,
    record_months,
    record_station,
    sign_contract,
)
from preceptor.fellows.agreements import is_in_force
from preceptor.fellows.asking import allows_wish, in_time
from preceptor.fellows.choices import (
    IntakeSource,
    LeaveKind,
    MonthKind,
    Payer,
    PostdocState,
    PostdocStep,
    StationKind,
    StayEnd,
    SupportKind,
)
from preceptor.fellows.models import (
    Contract,
    Host,
    Leave,
    Postdoc,
    PostdocCase,
    Stay,
    TrackMonths,
)
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture
def elsewhere(db: None) -> Unit:
    return open_unit(
        upper=None, code="CL", kind="university", name_zh="澄岭医科大学", name_en="Chengling",
        valid_from=date(1951, 6, 1), by=OPERATOR,
    )  # fmt: skip


def left(fellows: Fellows, goes_by: StayEnd, on: date = TERM_END) -> Postdoc:
    return leave_station(postdoc=fellows.xu, goes_by=goes_by, on=on, by=fellows.personnel)


def again(fellows: Fellows, **columns: Any) -> dict[str, Any]:
    """许望舒 enters basic medicine on the day of leaving clinical medicine."""
    given = {"person": fellows.persons["P1"], "station": fellows.other_station}
    return entering(fellows, **given | columns)


def test_a_term_goes_on_from_the_own_one_that_ended_by_a_move(fellows: Fellows) -> None:
    earlier = left(fellows, StayEnd.TRANSFER)
    with pytest.raises(RuleBroken):
        enter_postdoc(**entering(fellows, follows=earlier))
    entry = {"entered_on": TERM_END, "term_ends_on": TERM_END + 300 * A_DAY}
    made = enter_postdoc(**again(fellows, follows=earlier, **entry))
    assert (made.follows, made.stays.get().comes_by) == (earlier, "transfer")


@pytest.mark.parametrize("goes_by", [StayEnd.EXIT, StayEnd.WITHDRAWAL])
def test_no_term_goes_on_from_one_that_ended_otherwise(fellows: Fellows, goes_by: StayEnd) -> None:
    earlier = left(fellows, goes_by)
    with pytest.raises(RuleBroken):
        enter_postdoc(**again(fellows, follows=earlier))
    assert Postdoc.objects.count() == 1


def test_a_term_is_prolonged_to_a_later_day_only(fellows: Fellows) -> None:
    for until in (TERM_END - A_DAY, TERM_END):
        with pytest.raises(RuleBroken):
            prolong(postdoc=fellows.xu, until=until, by=fellows.personnel)
    until = TERM_END + A_DAY
    assert prolong(postdoc=fellows.xu, until=until, by=fellows.personnel).term_ends_on == until


@pytest.mark.parametrize(
    ("goes_by", "is_certified"),
    [
        (StayEnd.EXIT, True), (StayEnd.EARLY_EXIT, True), (StayEnd.WITHDRAWAL, False),
        (StayEnd.TRANSFER, False),
    ],
)  # fmt: skip
def test_a_certificate_of_exit_is_given_to_who_has_exited(
    fellows: Fellows, goes_by: StayEnd, is_certified: bool
) -> None:
    held = left(fellows, goes_by)
    if is_certified:
        assert certify(postdoc=held, certificate="Z-1", by=fellows.personnel).certificate == "Z-1"
    else:
        with pytest.raises(RuleBroken):
            certify(postdoc=held, certificate="Z-1", by=fellows.personnel)


def test_nobody_enters_a_place_or_a_workstation_of_another_institution(
    fellows: Fellows, elsewhere: Unit
) -> None:
    with pytest.raises(RuleBroken, match=elsewhere.name_zh):
        enter_postdoc(**entering(fellows, unit=elsewhere, by=OPERATOR))
    work = record_station(
        institution=elsewhere, unit=elsewhere, code="GZ-9", kind=StationKind.WORKSTATION,
        name_zh="澄岭博士后科研工作站", name_en="Workstation of Chengling", opened_on=OPENED,
        by=OPERATOR,
    )  # fmt: skip
    joint = {"intake": IntakeSource.JOINT, "workstation": work, "agreement": fellows.agreement}
    with pytest.raises(RuleBroken, match=work.name_zh):
        enter_postdoc(**entering(fellows, **joint, term_ends_on=today() + 90 * A_DAY, by=OPERATOR))
    assert Postdoc.objects.count() == 1


def test_a_withdrawal_on_the_very_day_of_a_decided_exit_takes_its_place(fellows: Fellows) -> None:
    Postdoc.objects.update(left_on=today())
    Stay.objects.update(ends_on=today(), goes_by=StayEnd.EXIT)
    held = left(fellows, StayEnd.WITHDRAWAL, today())
    assert (held.state, held.left_on) == (PostdocState.WITHDRAWN, today())
    assert Stay.objects.get().goes_by == StayEnd.WITHDRAWAL


def away(fellows: Fellows, first: date, last: date) -> Leave:
    return record_leave(
        postdoc=fellows.xu, kind=LeaveKind.ILLNESS, first_on=first, last_on=last,
        by=fellows.personnel,
    )  # fmt: skip


def test_a_leave_begins_on_the_day_of_entry_at_the_earliest_and_may_end_as_it_begins(
    fellows: Fellows,
) -> None:
    with pytest.raises(RuleBroken):
        away(fellows, ENTRY - A_DAY, ENTRY)
    row = away(fellows, ENTRY, ENTRY + 9 * A_DAY)
    with pytest.raises(RuleBroken):
        end_leave(leave=row, returned_on=ENTRY - A_DAY, by=fellows.personnel)
    assert end_leave(leave=row, returned_on=ENTRY, by=fellows.personnel).returned_on == ENTRY


def test_who_is_back_may_leave_again_on_the_day_of_the_return_and_not_before(
    fellows: Fellows,
) -> None:
    row = away(fellows, ENTRY, ENTRY + 9 * A_DAY)
    end_leave(leave=row, returned_on=ENTRY + 5 * A_DAY, by=fellows.personnel)
    with pytest.raises(RuleBroken):
        away(fellows, ENTRY + 4 * A_DAY, ENTRY + 7 * A_DAY)
    assert away(fellows, ENTRY + 5 * A_DAY, ENTRY + 7 * A_DAY).pk


def test_the_last_supervisor_ends_on_the_eve_of_a_decided_leaving_at_the_earliest(
    fellows: Fellows,
) -> None:
    ahead = today() + 40 * A_DAY
    Postdoc.objects.update(left_on=ahead)
    host = Host.objects.get()
    with pytest.raises(RuleBroken):
        end_host(host=host, last_on=ahead - 2 * A_DAY, by=fellows.personnel)
    end_host(host=host, last_on=ahead - A_DAY, by=fellows.personnel)
    assert Host.objects.known().get().valid_to == ahead - A_DAY


def test_support_is_paid_from_the_day_of_entry_on(fellows: Fellows) -> None:
    given: dict[str, Any] = {
        "postdoc": fellows.xu, "kind": SupportKind.HOUSING, "payer": Payer.HOST,
        "amount_cny": Decimal(5), "by": fellows.personnel,
    }  # fmt: skip
    with pytest.raises(RuleBroken):
        give_support(**given, paid_on=ENTRY - A_DAY)
    assert [give_support(**given, paid_on=day).paid_on for day in (ENTRY, today())] == [
        ENTRY, today(),
    ]  # fmt: skip


def test_contracts_share_no_day(fellows: Fellows) -> None:
    def signed(number: str, first: date, last: date) -> Contract:
        return sign_contract(
            postdoc=fellows.xu, number=number, signed_on=ENTRY, first_on=first, last_on=last,
            by=fellows.personnel,
        )  # fmt: skip

    signed("HT-1", ENTRY, TERM_END)
    with pytest.raises(RuleBroken, match="HT-1"):
        signed("HT-2", TERM_END, TERM_END + 90 * A_DAY)
    assert signed("HT-2", TERM_END + A_DAY, TERM_END + 90 * A_DAY).pk


def test_a_share_of_a_month_lies_between_one_and_a_hundred_per_cent(fellows: Fellows) -> None:
    for share in (0, 101):
        with pytest.raises(RuleBroken):
            record_months(
                postdoc=fellows.xu, kind=MonthKind.CLINICAL, place="心内科", first_month=ENTRY,
                last_month=ENTRY, share_e2=share, by=fellows.personnel,
            )  # fmt: skip
    assert not TrackMonths.objects.exists()


def wish(fellows: Fellows, step: PostdocStep, **wishes: Any) -> bool:
    given = {"wished_on": None, "to_station": None, **wishes}
    return bool(allows_wish(now(fellows), step, **given))


def now(fellows: Fellows) -> Postdoc:
    return Postdoc.objects.select_related("agreement").get(pk=fellows.xu.pk)


def test_an_extension_ends_later_than_the_term_and_within_its_agreement(fellows: Fellows) -> None:
    assert not wish(fellows, PostdocStep.EXTENSION, wished_on=TERM_END)
    assert wish(fellows, PostdocStep.EXTENSION, wished_on=TERM_END + A_DAY)
    Postdoc.objects.update(agreement=fellows.agreement)
    last = fellows.agreement.ends_on
    assert last is not None
    assert wish(fellows, PostdocStep.EXTENSION, wished_on=last)
    assert not wish(fellows, PostdocStep.EXTENSION, wished_on=last + A_DAY)


def test_a_move_leads_to_another_open_station_of_the_institution_or_elsewhere(
    fellows: Fellows, elsewhere: Unit
) -> None:
    on = {"wished_on": ENTRY + A_DAY}
    assert wish(fellows, PostdocStep.TRANSFER, **on)
    assert wish(fellows, PostdocStep.TRANSFER, to_station=fellows.other_station, **on)
    there = mobile(elsewhere, "CL-1002", fellows.clinical)
    for goal in (fellows.station, there):
        assert not wish(fellows, PostdocStep.TRANSFER, to_station=goal, **on)
    fellows.other_station.state = "rectifying"
    assert not wish(fellows, PostdocStep.TRANSFER, to_station=fellows.other_station, **on)
    assert not wish(fellows, PostdocStep.EXIT, wished_on=ENTRY)
    assert wish(fellows, PostdocStep.EXIT, wished_on=ENTRY + A_DAY)


def test_an_agreement_binds_on_its_last_day_and_not_on_that_of_its_termination(
    fellows: Fellows,
) -> None:
    row = fellows.agreement
    assert row.ends_on is not None and row.starts_on is not None
    assert is_in_force(row, row.starts_on) and is_in_force(row, row.ends_on)
    assert not is_in_force(row, row.starts_on - A_DAY)
    assert not is_in_force(row, row.ends_on + A_DAY)
    row.state, row.terminated_on = "terminated", date(2025, 1, 1)
    assert is_in_force(row, date(2024, 12, 31)) and not is_in_force(row, date(2025, 1, 1))


def test_what_is_asked_for_so_many_months_ahead_is_asked_for_on_the_very_day(
    fellows: Fellows,
) -> None:
    row = PostdocCase(postdoc=fellows.xu, step=PostdocStep.EXIT, wished_on=date(2024, 3, 31))
    assert in_time(row, 1, date(2024, 2, 29)) and in_time(row, 0, date(2024, 3, 31))
    assert not in_time(row, 1, date(2024, 3, 1))
    extended = PostdocCase(
        postdoc=fellows.xu, step=PostdocStep.EXTENSION, wished_on=date(2027, 1, 1)
    )
    assert in_time(extended, 1, date(2025, 7, 31)) and not in_time(extended, 1, date(2025, 8, 1))
