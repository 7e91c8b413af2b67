"""Every write to appointments and laboratories is refused to whoever may not; the data is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pi_rows import ENDS, SINCE, limited
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.fellows.actions import (
    add_representative_work,
    appoint,
    ask_assessment,
    ask_closing_of_laboratory,
    ask_lab,
    ask_limit,
    book_entry,
    change_programme,
    counter_entry,
    drop_representative_work,
    hold_asset,
    hold_tranche,
    join_lab,
    leave_lab,
    pass_asset,
    plan_tranche,
    record_teaching,
    release_tranche,
    report_pi_goal,
    return_use,
    set_limit,
    set_pi_goal,
    set_up_programme,
    sign_appointment,
    start_appointment,
    stop_tranche,
)
from preceptor.fellows.choices import (
    EntryKind,
    GoalKind,
    LabRole,
    LimitKind,
    LimitPeriod,
    ReviewKind,
)
from preceptor.fellows.models import LabAsset, LabEntry, LabMember, LimitUse

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
Write = Callable[[Any], object]
#: What the head writes as well, and what who works in the laboratory may.
REPORTED = {"report", "work", "work_drop", "teaching", "assess"}
OWN = ("goal", "plan", "hold_back", "stop", "release", "limit", "return", "book")
LED = {"join", "leave", "hold", "pass", "ask", "ask_limit", "close"}


def writes_of(pis: Programme) -> dict[str, Write]:
    about, lab = pis.appointment, pis.laboratory
    goal = set_pi_goal(
        appointment=about, kind=GoalKind.PAPER, text="论文", target=Decimal(5), due_on=ENDS,
        by=OPERATOR,
    )  # fmt: skip
    work = add_representative_work(
        appointment=about, title="A", year=2024, meaning="新机制", by=OPERATOR
    )
    limit = limited(lab, LimitKind.SPEND, 100)
    use = LimitUse.objects.create(
        laboratory=lab, limit=limit, kind=LimitKind.SPEND, amount=5, used_before=0, most=100,
        is_within=True, decided_on=today(), by_key="account:1", by_name="沈若溪",
    )  # fmt: skip
    member, asset = LabMember.objects.get(), LabAsset.objects.get()
    entry, tranche = LabEntry.objects.get(kind=EntryKind.PACKAGE), about.tranches.get(place=2)
    made = appoint(
        programme=pis.programme, person=pis.persons["other"], number="PI-2", starts_on=SINCE,
        ends_on=ENDS, by=OPERATOR,
    )  # fmt: skip
    sign_appointment(appointment=made, contract_number="HT", contracted_on=SINCE, by=OPERATOR)
    limits: dict[str, Any] = {
        "laboratory": lab, "kind": LimitKind.HIRE, "most": Decimal(1),
        "period": LimitPeriod.YEAR, "valid_from": today(),
    }  # fmt: skip
    return {
        "appoint": lambda by: appoint(
            programme=pis.programme, person=pis.persons["c0"], number="PI-9", starts_on=SINCE,
            ends_on=ENDS, by=by,
        ),
        "sign": lambda by: sign_appointment(
            appointment=made, contract_number="HT-9", contracted_on=SINCE, by=by
        ),
        "start": lambda by: start_appointment(
            appointment=made, on=SINCE, unit=pis.units["YT-P2"], by=by
        ),
        "goal": lambda by: set_pi_goal(
            appointment=about, kind=GoalKind.PATENT, text="专利", target=Decimal(1), due_on=ENDS,
            by=by,
        ),
        "report": lambda by: report_pi_goal(goal=goal, reached=Decimal(1), evidence="目录", by=by),
        "work": lambda by: add_representative_work(
            appointment=about, title="B", year=2024, meaning="新方法", by=by
        ),
        "work_drop": lambda by: drop_representative_work(work=work, by=by),
        "teaching": lambda by: record_teaching(
            appointment=about, year=2024, course="导论", hours=8, by=by
        ),
        "assess": lambda by: ask_assessment(appointment=about, kind=ReviewKind.ANNUAL, by=by),
        "plan": lambda by: plan_tranche(
            appointment=about, amount_cny=Decimal(5), planned_on=ENDS, by=by
        ),
        "hold_back": lambda by: hold_tranche(tranche=tranche, reason="待核", by=by),
        "stop": lambda by: stop_tranche(tranche=tranche, reason="停止", by=by),
        "release": lambda by: release_tranche(tranche=tranche, reason="合格", by=by),
        "join": lambda by: join_lab(
            laboratory=lab, person=pis.persons["c1"], role=LabRole.STAFF, valid_from=SINCE, by=by
        ),
        "leave": lambda by: leave_lab(member=member, last_day=today() + A_DAY, by=by),
        "hold": lambda by: hold_asset(
            laboratory=lab, number="YQ-9", name="显微镜", valid_from=SINCE, by=by
        ),
        "pass": lambda by: pass_asset(
            asset=asset, goes_to=pis.units["YT-01"], last_day=today() + A_DAY, by=by
        ),
        "book": lambda by: book_entry(
            laboratory=lab, kind=EntryKind.SPENT, amount_cny=Decimal(5), booked_on=today(), by=by
        ),
        "counter": lambda by: counter_entry(
            entry=entry, booked_on=today(), reason="错账", by=by
        ),
        "limit": lambda by: set_limit(**limits, paper="批文", by=by),
        "return": lambda by: return_use(use=use, reason="未使用", by=by),
        "ask_limit": lambda by: ask_limit(**limits, reason="需要", by=by),
        "ask": lambda by: ask_lab(
            laboratory=lab, kind=LimitKind.SPEND, amount=Decimal(5), title_zh="试剂",
            title_en="Reagents", by=by,
        ),
        "close": lambda by: ask_closing_of_laboratory(laboratory=lab, closes_on=today(), by=by),
        "set_up": lambda by: set_up_programme(
            institution=pis.institution, unit=pis.units["YT-01"], code="ZY-2", name_zh="计划",
            name_en="Programme", opened_on=SINCE, by=by,
        ),
        "change": lambda by: change_programme(programme=pis.programme, name_en="Another", by=by),
    }  # fmt: skip


@pytest.mark.parametrize("who", ["stranger", "neighbour", "other", "c0"])
def test_whoever_has_no_part_in_it_writes_nothing(pis: Programme, who: str) -> None:
    writes = writes_of(pis)
    before = JournalEntry.objects.count()
    for name, write in writes.items():
        with pytest.raises(NotPermitted):
            write(pis[who])
            pytest.fail(name)
    assert JournalEntry.objects.count() == before


def test_who_works_in_the_laboratory_asks_and_writes_nothing(pis: Programme) -> None:
    for name, write in writes_of(pis).items():
        if name == "ask":
            assert write(pis["member"]) is not None
            continue
        with pytest.raises(NotPermitted):
            write(pis["member"])
            pytest.fail(name)


def test_a_head_reports_and_leads_and_decides_nothing_about_the_own_appointment(
    pis: Programme,
) -> None:
    for name, write in writes_of(pis).items():
        if name in REPORTED | LED:
            write(pis["head"])
            continue
        with pytest.raises(NotPermitted):
            write(pis["head"])
            pytest.fail(name)


def test_a_director_who_is_the_head_decides_nothing_about_the_own(pis: Programme) -> None:
    change_programme(programme=pis.programme, director=pis.persons["head"], by=OPERATOR)
    for row in (pis.appointment, pis.laboratory, pis.programme):
        row.refresh_from_db()
    writes = writes_of(pis)
    for name in OWN:
        with pytest.raises(NotPermitted):
            writes[name](pis["head"])
            pytest.fail(name)
    assert writes["appoint"](pis["head"]) is not None
