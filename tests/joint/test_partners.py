"""Partners ever and active, who is abroad, and agreements that ended with people under them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from joint_rows import ends_on, entered, sign, signed
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.fellows.models import Postdoc
from preceptor.joint.access import may_view_partner, visible_abroad, visible_partners
from preceptor.joint.actions import (
    draft_agreement,
    leave_agreement,
    leave_dual,
    record_abroad,
    record_contribution,
    record_event,
    record_return,
    register_partner,
    renew_agreement,
    terminate_agreement,
)
from preceptor.joint.choices import Standing
from preceptor.joint.models import Abroad, Agreement, Contribution, Partner
from preceptor.joint.queries import (
    CountryAbroad,
    CountryPartners,
    abroad_by_country,
    ended_with_people,
    partners_active,
    partners_by_country,
    partners_ever,
)
from preceptor.people.models import Account
from preceptor.training.actions import change_state
from preceptor.training.choices import EnrolmentState

if TYPE_CHECKING:
    from cast import Cast
    from joint_rows import Joint

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def abroad_partner(cast: Cast, code: str, country: str) -> Partner:
    return register_partner(
        institution=cast.institution, code=code, kind="university", name_zh=f"外校{code}",
        country=country, by=OPERATOR,
    )  # fmt: skip


def test_partners_ever_and_partners_active_are_kept_apart(cast: Cast, joint: Joint) -> None:
    old, new, never = (abroad_partner(cast, code, "DE") for code in ("D1", "D2", "D3"))
    signed(cast.general, old, "A-1", date(2010, 1, 1), date(2015, 1, 1), kind="exchange")
    signed(cast.general, new, "A-2", date(2020, 1, 1), ends_on(), kind="exchange")
    draft_agreement(
        institution=cast.institution, unit=cast.general, number="A-3", kind="exchange",
        title_zh="意向", by=OPERATOR,
    )  # fmt: skip
    off = signed(cast.general, never, "A-4", date(2021, 1, 1), date(2022, 1, 1), kind="exchange")
    terminate_agreement(
        agreement=off, terminated_on=date(2021, 1, 1), reason="未生效即解除", by=OPERATOR
    )
    root, day = cast.institution, today()
    assert set(partners_ever(root, day, "DE")) == {old, new}
    assert set(partners_active(root, day, "DE")) == {new}
    assert set(partners_ever(root, date(2019, 12, 31))) == {old}
    assert set(partners_active(root, date(2015, 1, 1))) == {old}
    assert not partners_active(root, date(2015, 1, 2)).exists()
    assert partners_by_country(root, day) == [
        CountryPartners("DE", 2, 1), CountryPartners("CN", 1, 1),
    ]  # fmt: skip
    assert not partners_ever(joint.university, day).exists()


def test_partners_are_read_in_their_institution_and_kept_by_its_office(
    cast: Cast, joint: Joint, office: Account, secretary: Account, trainee: Account,
    peer_office: Account, stranger: Account,
) -> None:  # fmt: skip
    for user, is_seen in ((office, True), (secretary, True), (trainee, False),
                          (peer_office, False), (stranger, False)):  # fmt: skip
        assert list(visible_partners(user)) == ([joint.partner] if is_seen else [])
        assert bool(may_view_partner(user, joint.partner)) == is_seen
    for user in (secretary, peer_office):
        with pytest.raises(NotPermitted):
            record_contribution(
                partner=joint.partner, kind="money", amount=1, given_on=today(), by=user
            )
    assert not Contribution.objects.exists()


def test_what_a_partner_gave_or_did_is_refused_where_it_cannot_be(cast: Cast, joint: Joint) -> None:
    other = abroad_partner(cast, "D1", "DE")

    def gave(**more: Any) -> None:
        given = {"partner": joint.partner, "amount": 5, "given_on": today(), **more}
        record_contribution(kind="money", by=OPERATOR, **given)

    for wrong in ({"amount": 0}, {"given_on": today() + DAY},
                  {"partner": other, "agreement": joint.agreement}):  # fmt: skip
        with pytest.raises(RuleBroken):
            gave(**wrong)
    with pytest.raises(RuleBroken):
        record_event(
            partner=joint.partner, kind="meeting", title_zh="年会", first_on=today(),
            last_on=today() - DAY, by=OPERATOR,
        )  # fmt: skip
    again = [
        record_event(
            partner=joint.partner, kind="meeting", title_zh="年会", first_on=today(), by=OPERATOR
        ).pk
        for _time in range(2)
    ]
    assert again[0] == again[1]


def went(cast: Cast, who: str, kind: str, country: str, first: date, **more: Any) -> Abroad:
    return record_abroad(
        person=cast.persons[who], kind=kind, country=country, first_on=first, by=OPERATOR, **more
    )


def test_who_is_abroad_on_a_day_is_counted_by_country_and_kind(cast: Cast) -> None:
    first = date(2025, 3, 1)
    lin = went(cast, "S1", "trainee", "de", first, last_on=date(2025, 8, 31))
    went(cast, "S2", "trainee", "DE", first)
    went(cast, "T1", "staff", "US", first, last_on=first)
    root = cast.institution
    assert abroad_by_country(root, first) == [
        CountryAbroad("DE", 2, 0, 0), CountryAbroad("US", 0, 0, 1),
    ]  # fmt: skip
    assert abroad_by_country(root, first - DAY) == []
    assert abroad_by_country(root, date(2025, 8, 31)) == [CountryAbroad("DE", 2, 0, 0)]
    assert abroad_by_country(root, date(2025, 9, 1)) == [CountryAbroad("DE", 1, 0, 0)]
    record_return(abroad=lin, returned_on=date(2025, 10, 5), by=OPERATOR)
    assert abroad_by_country(root, date(2025, 10, 4))[0].persons == 2
    assert abroad_by_country(root, date(2025, 10, 5))[0].persons == 1


def test_times_abroad_that_cannot_be_are_refused(cast: Cast, joint: Joint) -> None:
    first = date(2025, 3, 1)
    row = went(cast, "S1", "trainee", "DE", first, last_on=date(2025, 8, 31))
    assert went(cast, "S1", "trainee", "DE", first, last_on=date(2025, 8, 31)) == row
    with pytest.raises(RuleBroken, match="2025-03-01"):
        went(cast, "S1", "trainee", "US", date(2025, 8, 31))
    with pytest.raises(RuleBroken):
        went(cast, "S2", "trainee", "US", first, last_on=first - DAY)
    with pytest.raises(RuleBroken):
        went(cast, "S2", "trainee", "CN", first)
    with pytest.raises(InputRefused):
        went(cast, "S2", "trainee", "Germany", first)
    with pytest.raises(RuleBroken):
        record_abroad(
            person=joint.away.person, kind="trainee", country="DE", first_on=first,
            partner=joint.partner, by=OPERATOR,
        )  # fmt: skip
    for day in (first - DAY, today() + DAY):
        with pytest.raises(RuleBroken):
            record_return(abroad=row, returned_on=day, by=OPERATOR)
    assert Abroad.objects.count() == 1


def test_a_return_is_recorded_before_the_next_time_abroad_begins(cast: Cast) -> None:
    first, next_first = date(2025, 3, 1), date(2025, 10, 1)
    row = went(cast, "S1", "trainee", "DE", first, last_on=date(2025, 8, 31))
    went(cast, "S1", "trainee", "US", next_first, last_on=date(2025, 12, 31))
    with pytest.raises(RuleBroken, match="2025-10-01"):
        record_return(abroad=row, returned_on=next_first + DAY, by=OPERATOR)
    assert record_return(abroad=row, returned_on=next_first, by=OPERATOR).returned_on == next_first
    assert record_return(abroad=row, returned_on=first, by=OPERATOR).returned_on == first


def test_a_time_abroad_is_recorded_by_the_unit_and_seen_with_the_person(
    cast: Cast, office: Account, secretary: Account, neighbour: Account, trainee: Account,
    peer_office: Account,
) -> None:  # fmt: skip
    for user in (neighbour, trainee, peer_office):
        with pytest.raises(NotPermitted):
            record_abroad(
                person=cast.persons["S1"], kind="trainee", country="DE", first_on=today(), by=user
            )
    row = record_abroad(
        person=cast.persons["S1"], kind="trainee", country="DE", first_on=today(), by=secretary
    )
    seen = [one.login for one in (office, secretary, trainee, neighbour, peer_office)
            if row in visible_abroad(one)]  # fmt: skip
    assert seen == ["office", "secretary", "trainee"]


def under(cast: Cast, day: date | None = None) -> dict[str, list[tuple[str, str]]]:
    found = ended_with_people(cast.institution, day or today())
    return {
        one.agreement.number: [(person.noun, person.name_zh) for person in one.people]
        for one in found
    }


def ended(joint: Joint) -> None:
    Agreement.objects.filter(pk=joint.agreement.pk).update(ends_on=today() - DAY)


def test_an_agreement_that_ended_with_people_still_under_it_is_found(
    cast: Cast, joint: Joint
) -> None:
    went(cast, "T1", "staff", "DE", today(), agreement=joint.agreement)
    assert under(cast) == {}
    ended(joint)
    assert under(cast) == {
        "2024-007": [("abroad", "江晚晴"), ("dual", "林知远"), ("enrolment", "顾清妍")]
    }
    [found] = ended_with_people(cast.institution, today())
    assert (found.standing, found.last_on) == (Standing.EXPIRED, today() - DAY)
    assert ended_with_people(joint.university, today()) == []


def test_who_left_or_finished_is_under_it_no_more(cast: Cast, joint: Joint) -> None:
    ended(joint)
    leave_agreement(trainee=joint.trainee, last_on=today() - DAY, by=OPERATOR)
    assert under(cast) == {"2024-007": [("dual", "林知远")]}
    change_state(
        enrolment=cast.lin, to=EnrolmentState.WITHDRAWN, on=today(), reason="本人申请", by=OPERATOR
    )
    assert under(cast) == {}
    assert under(cast, today() - DAY) == {}
    leave_dual(dual=joint.dual, left_on=today(), reason="退学", by=OPERATOR)


def test_an_agreement_with_a_renewal_in_force_leaves_nobody_behind(
    cast: Cast, joint: Joint
) -> None:
    ended(joint)
    renewal = renew_agreement(
        agreement=joint.agreement, number="2026-007", starts_on=today(), ends_on=ends_on(),
        by=OPERATOR,
    )  # fmt: skip
    assert list(under(cast)) == ["2024-007"]
    sign(renewal)
    assert under(cast) == {}
    terminate_agreement(agreement=renewal, terminated_on=today() + DAY, reason="停办", by=OPERATOR)
    assert under(cast) == {}
    assert list(under(cast, today() + DAY)) == ["2024-007"]


def test_a_postdoc_in_station_under_an_ended_agreement_is_found(cast: Cast, joint: Joint) -> None:
    row = signed(
        cast.general, joint.partner, "T-1", date(2024, 1, 1), today() - DAY, kind="tripartite"
    )
    entered(cast, row)
    assert under(cast) == {"T-1": [("postdoc", "方叔玉")]}
    Postdoc.objects.update(left_on=today())
    assert under(cast) == {}
