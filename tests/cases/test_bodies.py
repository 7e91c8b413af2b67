"""Standing bodies: seats, terms, charters, meetings, advice, and who may see and keep them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from committees import SINCE, Committee, degree_committee, meeting
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.access import (
    may_advise,
    may_keep_body,
    may_report_on_advice,
    may_view_advice,
    may_view_body,
    visible_advice,
    visible_bodies,
)
from preceptor.cases.actions import (
    advise,
    close_body,
    end_seat,
    give_charter,
    give_seat,
    report_on_advice,
    set_up_body,
)
from preceptor.cases.bodies import meetings_in, seats_on, terms_ending, voting_of
from preceptor.cases.models import Advice, Body, BodySeat, SittingSeat
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def body_of(cast: Cast, kind: str = "academic", **columns: Any) -> Body:
    return set_up_body(
        **{
            "institution": cast.institution, "unit": cast.general, "code": f"B-{kind}", "kind": kind,
            "name_zh": "总医院学术委员会", "name_en": "Academic Committee", "opened_on": SINCE,
            "by": OPERATOR, **columns,
        }
    )  # fmt: skip


def test_a_body_votes_as_the_degrees_law_has_it_unless_it_says_otherwise(cast: Cast) -> None:
    voting = voting_of(body_of(cast))
    assert voting.is_secret
    assert (voting.passes.is_met(5, 9), voting.passes.is_met(4, 8)) == (True, False)
    assert (voting.quorum.is_met(6, 9), voting.quorum.is_met(5, 9)) == (True, False)


def test_setting_up_the_same_body_twice_gives_the_same_one_and_another_code_is_needed(
    cast: Cast,
) -> None:
    first = body_of(cast)
    assert body_of(cast) == first
    with pytest.raises(RuleBroken):
        body_of(cast, name_zh="另一个委员会")


def test_an_institution_has_one_degree_committee_and_sub_committees_belong_to_it(
    cast: Cast,
) -> None:
    upper = body_of(cast, "degree", code="DEC", unit=cast.institution)
    with pytest.raises(RuleBroken):
        body_of(cast, "degree", code="DEC-2", unit=cast.institution)
    with pytest.raises(RuleBroken):
        body_of(cast, "degree_sub", code="SUB")
    with pytest.raises(RuleBroken):
        body_of(cast, "academic", upper=upper)
    assert body_of(cast, "degree_sub", code="SUB", upper=upper).upper == upper


def test_a_guidance_committee_is_for_one_person_and_that_person_never_sits_in_it(
    cast: Cast,
) -> None:
    lin = cast.persons["S1"]
    with pytest.raises(RuleBroken):
        body_of(cast, "guidance")
    body = body_of(cast, "guidance", person=lin)
    with pytest.raises(RuleBroken):
        body_of(cast, "guidance", code="B-2", person=lin)
    with pytest.raises(RuleBroken):
        give_seat(body=body, person=lin, role="member", valid_from=SINCE, by=OPERATOR)


def test_a_seat_lasts_for_the_term_of_the_body_to_the_day(cast: Cast) -> None:
    body = body_of(cast, term_years=4)
    seat = give_seat(
        body=body, person=cast.persons["T1"], role="member", valid_from=SINCE, by=OPERATOR
    )
    assert (seat.valid_to, seat.term) == (date(2028, 8, 31), 1)
    leap = body_of(cast, "education", opened_on=date(2020, 1, 1), term_years=1)
    seat = give_seat(
        body=leap, person=cast.persons["T1"], role="member", valid_from=date(2024, 2, 29),
        by=OPERATOR,
    )  # fmt: skip
    assert seat.valid_to == date(2025, 2, 28)


def test_nobody_has_two_seats_in_one_body_on_a_day_but_may_have_a_second_term(cast: Cast) -> None:
    body, person = body_of(cast, term_years=1), cast.persons["T1"]
    first = give_seat(body=body, person=person, role="member", valid_from=SINCE, by=OPERATOR)
    again = give_seat(body=body, person=person, role="member", valid_from=SINCE, by=OPERATOR)
    assert again == first
    assert first.valid_to is not None
    with pytest.raises(RuleBroken):
        give_seat(body=body, person=person, role="adviser", valid_from=first.valid_to, by=OPERATOR)
    second = give_seat(
        body=body, person=person, role="member", valid_from=first.valid_to + A_DAY, by=OPERATOR
    )
    assert second.term == 2


def test_there_is_one_chair_at_a_time_and_a_substitute_is_no_member(cast: Cast) -> None:
    body = body_of(cast)
    give_seat(body=body, person=cast.persons["T1"], role="chair", valid_from=SINCE, by=OPERATOR)
    with pytest.raises(RuleBroken):
        give_seat(body=body, person=cast.persons["T2"], role="chair", valid_from=SINCE, by=OPERATOR)
    with pytest.raises(RuleBroken):
        give_seat(
            body=body, person=cast.persons["T2"], role="member", valid_from=SINCE,
            substitute=cast.persons["T1"], by=OPERATOR,
        )  # fmt: skip


def test_a_seat_ends_with_a_reason_and_what_was_recorded_before_stays_readable(cast: Cast) -> None:
    body = body_of(cast)
    seat = give_seat(
        body=body, person=cast.persons["T1"], role="member", valid_from=SINCE, by=OPERATOR
    )
    with pytest.raises(RuleBroken):
        end_seat(seat=seat, last_on=today(), reason=" ", by=OPERATOR)
    with pytest.raises(RuleBroken):
        end_seat(seat=seat, last_on=SINCE - A_DAY, reason="退休", by=OPERATOR)
    ended = end_seat(seat=seat, last_on=today(), reason="退休", by=OPERATOR)
    assert ended.valid_to == today()
    assert seats_on([body.pk], today() + A_DAY) == {}
    assert BodySeat.objects.filter(pk=seat.pk, superseded_at__isnull=False).exists()
    with pytest.raises(RuleBroken):
        end_seat(seat=seat, last_on=today() + A_DAY, reason="再改", by=OPERATOR)


def test_terms_that_end_within_ninety_days_are_told_unless_the_next_term_is_there(
    cast: Cast,
) -> None:
    body, day = body_of(cast), today()
    ends = {"T1": day + 90 * A_DAY, "T2": day + 91 * A_DAY, "T3": day}
    for key, last in ends.items():
        give_seat(
            body=body, person=cast.persons[key], role="member", valid_from=SINCE, valid_to=last,
            by=OPERATOR,
        )  # fmt: skip
    told = terms_ending(Body.objects.all(), day)
    assert [seat.person for seat in told] == [cast.persons["T3"], cast.persons["T1"]]
    give_seat(
        body=body, person=cast.persons["T1"], role="member", valid_from=ends["T1"] + A_DAY,
        by=OPERATOR,
    )  # fmt: skip
    told = terms_ending(Body.objects.all(), day)
    assert [seat.person for seat in told] == [cast.persons["T3"]]


def test_the_next_charter_ends_the_one_before_on_the_day_before(cast: Cast) -> None:
    body = body_of(cast)
    first = give_charter(
        body=body, title_zh="章程", text_zh="第一条", valid_from=SINCE, by=OPERATOR
    )
    give_charter(
        body=body, title_zh="章程（修订）", content=BytesIO(b"%PDF-1.7"), file_name="charter.pdf",
        valid_from=date(2026, 1, 1), by=OPERATOR,
    )  # fmt: skip
    held = list(body.charters.known().values_list("title_zh", "valid_to"))
    assert ("章程", date(2025, 12, 31)) in held
    with pytest.raises(RuleBroken):
        give_charter(
            body=body, title_zh="更早", text_zh="x", valid_from=first.valid_from, by=OPERATOR
        )
    with pytest.raises(InputRefused):
        give_charter(
            body=body, title_zh="程序", content=BytesIO(b"MZ"), file_name="charter.exe",
            valid_from=date(2027, 1, 1), by=OPERATOR,
        )  # fmt: skip


def test_a_meeting_seats_whoever_has_a_seat_on_that_day(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    for seat in BodySeat.objects.filter(body=made.body).order_by("-pk")[:2]:
        end_seat(seat=seat, last_on=today(), reason="调离", by=OPERATOR)
    sitting = meeting(made, today() + A_DAY)
    seats = list(SittingSeat.objects.filter(sitting=sitting).order_by("pk"))
    assert [seat.person for seat in seats] == made.members[:7]
    assert (seats[0].role, seats[0].is_head) == ("chair", True)
    assert list(meetings_in(made.body, (today() + A_DAY).year)) == [sitting]


def test_without_a_chair_and_after_it_was_closed_a_body_does_not_meet(cast: Cast) -> None:
    body = body_of(cast)
    with pytest.raises(RuleBroken):
        meeting(Committee(body, []))
    give_seat(body=body, person=cast.persons["T1"], role="chair", valid_from=SINCE, by=OPERATOR)
    close_body(body=body, closed_on=today() - A_DAY, reason="并入教育委员会", by=OPERATOR)
    assert seats_on([body.pk], today()) == {}
    body.refresh_from_db()
    with pytest.raises(NotPermitted):
        meeting(Committee(body, []))


def test_a_body_with_a_meeting_to_come_is_not_closed(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    meeting(made)
    with pytest.raises(RuleBroken):
        close_body(body=made.body, closed_on=today(), reason="换届", by=OPERATOR)


def test_advice_is_followed_up_until_it_is_done_and_what_was_said_stays(
    cast: Cast, supervisor: Account
) -> None:
    body = body_of(cast)
    given = advise(
        body=body, text="补做样本量估算", given_on=today(), person=cast.persons["S1"],
        owner=cast.persons["T1"], due_on=today() + 30 * A_DAY, by=OPERATOR,
    )  # fmt: skip
    report_on_advice(advice=given, text="正在补做", state="open", by=supervisor)
    report_on_advice(advice=given, text="已完成", state="done", by=supervisor)
    again = report_on_advice(advice=given, text="已完成", state="done", by=supervisor)
    assert [row.text for row in given.reports.all()] == ["正在补做", "已完成"]
    assert again.state == "done"
    with pytest.raises(NotPermitted):
        report_on_advice(advice=given, text="又改主意", state="declined", by=supervisor)
    words = [str(entry.after) for entry in JournalEntry.objects.filter(subject_kind="body")]
    assert not any("样本量" in line for line in words)


def test_advice_needs_a_text_somebody_to_follow_it_up_and_a_day_that_fits(cast: Cast) -> None:
    body, day = body_of(cast), today()
    owner = cast.persons["T1"]
    for wrong in (
        {"text": " ", "owner": owner},
        {"text": "加强规范"},
        {"text": "加强规范", "owner": owner, "due_on": day - A_DAY},
    ):
        with pytest.raises(RuleBroken):
            advise(body=body, given_on=day, by=OPERATOR, **wrong)
    assert not Advice.objects.exists()


ROLES = ("trainee", "supervisor", "secretary", "neighbour", "office", "leader", "stranger")


def told(request: pytest.FixtureRequest, asked: Callable[[Account], object]) -> dict[str, bool]:
    return {name: bool(asked(request.getfixturevalue(name))) for name in ROLES}


def test_standing_bodies_are_open_to_officers_and_guidance_committees_to_few(
    cast: Cast, request: pytest.FixtureRequest
) -> None:
    body = body_of(cast)
    guidance = body_of(cast, "guidance", code="G-1", person=cast.persons["S1"])
    give_seat(body=guidance, person=cast.persons["T1"], role="chair", valid_from=SINCE, by=OPERATOR)
    officers = {"secretary", "office", "leader"}
    seen = told(request, lambda user: may_view_body(user, body))
    assert {name for name, sees in seen.items() if sees} == officers | {"neighbour"}
    seen = told(request, lambda user: may_view_body(user, guidance))
    assert {name for name, sees in seen.items() if sees} == officers | {"trainee", "supervisor"}
    kept = told(request, lambda user: may_keep_body(user, body))
    assert {name for name, keeps in kept.items() if keeps} == {"secretary", "office"}
    for name in ROLES:
        user = request.getfixturevalue(name)
        for one in (body, guidance):
            assert bool(may_view_body(user, one)) == (one in visible_bodies(user))


def test_advice_is_read_by_whom_it_concerns_and_not_by_the_neighbour(
    cast: Cast, request: pytest.FixtureRequest
) -> None:
    body = body_of(cast)
    given = advise(
        body=body, text="暂缓送审", given_on=today(), person=cast.persons["S1"],
        owner=cast.persons["T1"], by=OPERATOR,
    )  # fmt: skip
    seen = told(request, lambda user: may_view_advice(user, given))
    assert {name for name, sees in seen.items() if sees} == set(ROLES) - {"neighbour", "stranger"}
    reports = told(request, lambda user: may_report_on_advice(user, given))
    assert {name for name, may in reports.items() if may} == {"supervisor", "secretary", "office"}
    advises = told(request, lambda user: may_advise(user, body))
    assert {name for name, may in advises.items() if may} == {"secretary", "office"}
    neighbour = request.getfixturevalue("neighbour")
    assert not visible_advice(neighbour).exists()


def test_a_secretary_keeps_no_body_of_the_university(cast: Cast, secretary: Account) -> None:
    with pytest.raises(NotPermitted):
        body_of(cast, "instrument", unit=cast.institution, by=secretary)
    assert not Body.objects.exists()
