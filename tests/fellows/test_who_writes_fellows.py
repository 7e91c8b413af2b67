"""Every write to a postdoc's records is refused to whoever does not keep them; the data is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from new_fellows import ENTRY, OPENED, TERM_END, Fellows, boarded, decided, entering, handed_in
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.fellows.access import history_told
from preceptor.fellows.actions import (
    add_host,
    ask_step,
    certify,
    change_stay,
    end_host,
    end_leave,
    enter_postdoc,
    give_support,
    grade_step,
    leave_station,
    number_postdoc,
    prolong,
    record_ground,
    record_leave,
    record_months,
    report_goal,
    set_funding,
    set_goal,
    sign_contract,
    take_back_ground,
)
from preceptor.fellows.actions.departure import come_back
from preceptor.fellows.actions.postdoc import take_back_extension
from preceptor.fellows.choices import (
    GoalKind,
    Grade,
    GroundKind,
    LeaveKind,
    MonthKind,
    Payer,
    PostdocStep,
    StayEnd,
    SupportKind,
    Track,
)
from preceptor.fellows.models import Host
from preceptor.people.actions import grant_role
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
Write = Callable[[Any], object]


def keeping(fellows: Fellows) -> dict[str, Write]:
    """What only who keeps the records does, by its name."""
    xu, ahead = fellows.xu, today() + 30 * A_DAY
    goal = set_goal(
        postdoc=xu, kind=GoalKind.PAPER, text="论文", due_on=TERM_END, by=fellows.personnel
    )
    ground = record_ground(
        postdoc=xu, kind=GroundKind.ETHICS, found_on=today(), by=fellows.personnel
    )
    leave = record_leave(
        postdoc=xu, kind=LeaveKind.ILLNESS, first_on=ENTRY, last_on=ENTRY, by=fellows.personnel
    )
    host = Host.objects.get(postdoc=xu)
    return {
        "number": lambda by: number_postdoc(postdoc=xu, number="B9", by=by),
        "certify": lambda by: certify(postdoc=xu, certificate="Z9", by=by),
        "prolong": lambda by: prolong(postdoc=xu, until=ahead, by=by),
        "shorten": lambda by: take_back_extension(
            postdoc=xu, extended=TERM_END, former=TERM_END - A_DAY, by=by
        ),
        "change": lambda by: change_stay(postdoc=xu, on=today(), track=Track.BASIC, by=by),
        "leave": lambda by: record_leave(
            postdoc=xu, kind=LeaveKind.OTHER, first_on=today(), last_on=today(), by=by
        ),
        "return": lambda by: end_leave(leave=leave, returned_on=ENTRY + A_DAY, by=by),
        "ground": lambda by: record_ground(
            postdoc=xu, kind=GroundKind.MISCONDUCT, found_on=today(), by=by
        ),
        "ground_back": lambda by: take_back_ground(ground=ground, reason="误记", by=by),
        "contract": lambda by: sign_contract(
            postdoc=xu, number="HT-1", signed_on=ENTRY, first_on=ENTRY, last_on=TERM_END, by=by
        ),
        "funding": lambda by: set_funding(
            postdoc=xu, payer=Payer.HOST, purpose=SupportKind.SALARY, amount_cny=Decimal(5),
            since=ENTRY, by=by,
        ),
        "support": lambda by: give_support(
            postdoc=xu, kind=SupportKind.HOUSING, payer=Payer.HOST, amount_cny=Decimal(5),
            paid_on=ENTRY, by=by,
        ),
        "months": lambda by: record_months(
            postdoc=xu, kind=MonthKind.CLINICAL, place="心内科", first_month=ENTRY,
            last_month=ENTRY, by=by,
        ),
        "host": lambda by: add_host(postdoc=xu, person=fellows.persons["T2"], by=by),
        "host_end": lambda by: end_host(host=host, last_on=today(), by=by),
        "exit": lambda by: leave_station(postdoc=xu, goes_by=StayEnd.EXIT, on=today(), by=by),
        "back": lambda by: come_back(postdoc=xu, by=by),
        "withdrawal": lambda by: ask_step(postdoc=xu, step=PostdocStep.WITHDRAWAL, by=by),
        "entry": lambda by: enter_postdoc(**entering(fellows, by=by)),
        "goal": lambda by: set_goal(
            postdoc=xu, kind=GoalKind.PATENT, text="专利", due_on=TERM_END, by=by
        ),
        "goal_report": lambda by: report_goal(
            goal=goal, reached=Decimal(1), reached_on=today(), by=by
        ),
    }  # fmt: skip


#: What the postdoc and the supervisors write as well.
PLANNED = {"goal", "goal_report"}


def test_a_stranger_and_the_secretary_of_another_unit_write_nothing(fellows: Fellows) -> None:
    writes = keeping(fellows)
    before = JournalEntry.objects.count()
    for name, write in writes.items():
        for who in (fellows.stranger, fellows.neighbour, fellows.leader):
            with pytest.raises(NotPermitted):
                write(who)
                pytest.fail(f"{name}: {who.login}")
    assert JournalEntry.objects.count() == before


def test_neither_the_postdoc_nor_a_supervisor_keeps_the_records(fellows: Fellows) -> None:
    for name, write in keeping(fellows).items():
        for who in (fellows.postdoc, fellows.host):
            if name in PLANNED:
                assert write(who) is not None
                continue
            with pytest.raises(NotPermitted):
                write(who)
                pytest.fail(f"{name}: {who.login}")


def made_officer(fellows: Fellows) -> Account:
    """许望舒, who is the secretary of the hospital as well."""
    grant_role(
        account=fellows.postdoc, kind=RoleKind.SECRETARY, unit=fellows.general, valid_from=OPENED,
        by=OPERATOR,
    )  # fmt: skip
    return Account.objects.get(pk=fellows.postdoc.pk)


def test_an_officer_who_is_the_postdoc_reads_no_reasons_about_oneself(fellows: Fellows) -> None:
    keeping(fellows)
    officer = made_officer(fellows)
    told = history_told(officer, "postdoc", fellows.xu)
    assert not told.tells_reasons
    assert not told.lines.filter(verb="postdoc.ground").exists()
    whole = history_told(fellows.secretary, "postdoc", fellows.xu)
    assert whole.tells_reasons and whole.lines.filter(verb="postdoc.ground").exists()


@pytest.mark.usefixtures("procedures")
def test_an_officer_who_is_the_postdoc_does_not_grade_the_own_assessment(fellows: Fellows) -> None:
    case = ask_step(postdoc=fellows.xu, step=PostdocStep.MIDTERM, by=fellows.postdoc)
    case = decided(handed_in(case, fellows.postdoc), fellows.host)
    boarded(case, fellows.board(), fellows.secretary)
    with pytest.raises(NotPermitted):
        grade_step(case=case, grade=Grade.EXCELLENT, by=made_officer(fellows))
    assert grade_step(case=case, grade=Grade.GOOD, by=fellows.secretary).grade == Grade.GOOD


def test_an_officer_who_is_the_postdoc_keeps_the_own_records_no_more_than_others(
    fellows: Fellows,
) -> None:
    writes = keeping(fellows)
    officer = made_officer(fellows)
    assert enter_postdoc(**entering(fellows, by=officer)).pk
    for name in writes.keys() - PLANNED - {"entry"}:
        with pytest.raises(NotPermitted):
            writes[name](officer)
            pytest.fail(name)
    with pytest.raises(NotPermitted):
        enter_postdoc(**entering(fellows, person=fellows.persons["P1"], by=officer))
