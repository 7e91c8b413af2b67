"""The twelve laboratories: people, things, money, charters and the ledger of what was decided.

Invented. One was closed after its head had left; one is being closed and still has people and things.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from preceptor.fellows.choices import EntryKind, LabRole, LimitKind, LimitPeriod, Verdict
from preceptor.fellows.models import (
    LabAsset,
    LabEntry,
    LabMember,
    Laboratory,
    Limit,
    LimitUse,
)
from preceptor.people.choices import CapacityKind

from ..persons import write_capacity, write_person
from ..stage import Stage
from .excellence import Excellence
from .investigators import ASSESSED, ENDS, STARTS, Head, write_appointment, write_heads
from .postdocs import Written

CLOSED = date(2025, 1, 15)
PACKAGE = Decimal(1_000_000)
PAPER = "卓越计划授权书（2019）第三条"
#: Kind: what the head decides alone at first and in a renewed term, and over which time.
LIMITS = {
    LimitKind.HIRE: (4, 6, LimitPeriod.YEAR),
    LimitKind.SPEND: (300_000, 500_000, LimitPeriod.YEAR),
    LimitKind.ENROL: (12, 15, LimitPeriod.TERM),
    LimitKind.BUY: (200_000, 300_000, LimitPeriod.ONCE),
}
#: What was decided in each year: kind, amount, and on which day.
_DECISIONS = (
    (LimitKind.HIRE, 2, (3, 12)), (LimitKind.SPEND, 120_000, (4, 20)),
    (LimitKind.ENROL, 2, (5, 25)), (LimitKind.BUY, 150_000, (6, 18)),
    (LimitKind.SPEND, 140_000, (9, 9)), (LimitKind.HIRE, 1, (10, 17)),
)  # fmt: skip
_STAFF = (LabRole.STAFF, LabRole.STAFF, LabRole.TECHNICIAN)
_THINGS = (("激光共聚焦显微镜", 1_850_000), ("流式细胞仪", 960_000), ("超低温冰箱", 85_000))
_A_DAY = timedelta(days=1)


def write_laboratories(
    stage: Stage, excellence: Excellence, postdocs: Sequence[Written], later: Sequence[Written]
) -> None:
    """All twelve, with their heads' appointments; `later` are postdocs in station today."""
    random = stage.stream("laboratories")
    for head in write_heads(stage, excellence):
        closing = CLOSED if head.is_gone else None
        key = stage.batch.add(
            Laboratory, unit_id=head.unit, institution_id=stage.root,
            programme_id=excellence.programme, head_id=head.person, opened_on=STARTS,
            closing_on=_closing_on(head), closed_on=closing,
        )  # fmt: skip
        released = write_appointment(stage, excellence, head, key)
        _write_members(stage, random, head, key, postdocs[head.place :: 24])
        if not head.is_gone:
            _write_postdocs(stage, head, key, later[head.place :: 12][:2])
        _write_assets(stage, head, key)
        _write_money(stage, head, key, [(STARTS, PACKAGE), *released])
        _write_charter(stage, excellence, head, key)
    stage.batch.write("laboratories and principal investigators")


def _closing_on(head: Head) -> date | None:
    """The day on which the closing began: of the one who left, and of the one who was stopped."""
    return {Verdict.EXIT: ASSESSED, Verdict.STOP: date(2026, 6, 1)}.get(head.verdict)


def _write_members(
    stage: Stage, random: Random, head: Head, laboratory: int, postdocs: Sequence[Written]
) -> None:
    """Researchers and a technician of the laboratory, and postdocs while in station."""
    until = CLOSED if head.is_gone else None
    for role in _STAFF:
        person, _ = write_person(stage.batch, stage.root, random, (1984, 1994))
        write_capacity(stage.batch, person, head.unit, CapacityKind.STAFF, date(2019, 9, 1))
        _join(stage, laboratory, person, role, date(2019, 9, 1), until)
    _write_postdocs(stage, head, laboratory, postdocs[:2])


def _write_postdocs(stage: Stage, head: Head, laboratory: int, postdocs: Sequence[Written]) -> None:
    """Postdocs as long as they were in station and the laboratory was there."""
    until = CLOSED if head.is_gone else None
    for written in postdocs:
        since = max(written.term.entered_on, STARTS)
        left = written.term.left_on
        ends = [day for day in (left, until) if day is not None]
        if not ends or min(ends) > since:
            _join(
                stage, laboratory, written.person, LabRole.POSTDOC, since, min(ends, default=None)
            )


def _join(
    stage: Stage, laboratory: int, person: int, role: LabRole, since: date, until: date | None
) -> None:
    stage.batch.add(
        LabMember, laboratory_id=laboratory, person_id=person, role=role, valid_from=since,
        valid_to=until,
    )  # fmt: skip


def _write_assets(stage: Stage, head: Head, laboratory: int) -> None:
    """Things bought in the first years; those of the closed laboratory went back to the programme."""
    goes_to = stage.unit("YUNTING-BM") if head.is_gone else None
    for number, (name, value) in enumerate(_THINGS, start=1):
        stage.batch.add(
            LabAsset, laboratory_id=laboratory, number=f"YT-A{head.place + 1:02}{number:02}",
            name=name, value_cny=Decimal(value), goes_to_id=goes_to,
            valid_from=date(2019, 8 + number, 20), valid_to=CLOSED if head.is_gone else None,
        )  # fmt: skip


def _write_money(
    stage: Stage, head: Head, laboratory: int, received: Sequence[tuple[date, Decimal]]
) -> None:
    """What came in, what was spent in each half-year, and what was given back at the closing."""
    last = CLOSED if head.is_gone else stage.day
    balance = Decimal(0)
    for place, (day, amount) in enumerate(received):
        kind = EntryKind.TRANCHE if place else EntryKind.PACKAGE
        _book(stage, laboratory, kind, amount, day, "")
        balance += amount
    for year in range(STARTS.year, last.year + 1):
        for month in (6, 12):
            day, amount = date(year, month, 20), Decimal(310_000 + 4_000 * head.place)
            if STARTS < day <= last and _in_hand(received, day, balance) > amount:
                _book(stage, laboratory, EntryKind.SPENT, -amount, day, "试剂、耗材与人员")
                balance -= amount
    if head.is_gone and balance:
        _book(stage, laboratory, EntryKind.RETURNED, -balance, CLOSED, "实验室撤销，余额退回")


def _in_hand(received: Sequence[tuple[date, Decimal]], day: date, balance: Decimal) -> Decimal:
    """What is left on the day: the balance of all that came in, without what comes later."""
    return balance - sum((amount for since, amount in received if since > day), Decimal(0))


def _book(
    stage: Stage, laboratory: int, kind: EntryKind, amount: Decimal, day: date, note: str
) -> None:
    stage.batch.add(
        LabEntry, laboratory_id=laboratory, kind=kind, amount_cny=amount, booked_on=day, note=note
    )


def _write_charter(stage: Stage, excellence: Excellence, head: Head, laboratory: int) -> None:
    """Limits of all four kinds, wider in a renewed term, and what was decided under them."""
    is_renewed = head.verdict is Verdict.RENEW
    for kind, (first, second, period) in LIMITS.items():
        until = ENDS if is_renewed or head.is_gone else None
        terms = [(STARTS, until, first)]
        if is_renewed:
            terms.append((ENDS + _A_DAY, None, second))
        for since, last, most in terms:
            key = stage.batch.add(
                Limit, laboratory_id=laboratory, kind=kind, most=Decimal(most), period=period,
                paper=PAPER, valid_from=since, valid_to=last,
            )  # fmt: skip
            _write_uses(stage, excellence, head, (laboratory, key), (kind, most, period), since,
                        last or stage.day)  # fmt: skip


def _write_uses(
    stage: Stage, excellence: Excellence, head: Head, keys: tuple[int, int],
    limit: tuple[LimitKind, int, LimitPeriod], since: date, last: date,
) -> None:  # fmt: skip
    """The decisions of one limit, each with what was used before it; what does not fit climbed to
    the director."""
    kind, most, period = limit
    used: dict[int, Decimal] = {}
    for year in range(since.year, last.year + 1):
        for named, amount, (month, dom) in _DECISIONS:
            day = date(year, month, dom)
            if named is not kind or not since <= day <= last:
                continue
            over = {LimitPeriod.YEAR: year, LimitPeriod.TERM: 0}.get(period)
            before = used.get(over, Decimal(0)) if over is not None else Decimal(0)
            wanted = Decimal(amount * (3 if (year + head.place) % 5 == 0 else 1))
            is_within = before + wanted <= most
            if is_within and over is not None:
                used[over] = before + wanted
            stage.batch.add(
                LimitUse, laboratory_id=keys[0], limit_id=keys[1], kind=kind, amount=wanted,
                used_before=before, most=Decimal(most), is_within=is_within, decided_on=day,
                by_key=f"person:{head.person if is_within else excellence.director}",
                by_name="实验室负责人" if is_within else "计划主任",
                note="" if is_within else "超出授权限额，由主任决定",
            )  # fmt: skip
