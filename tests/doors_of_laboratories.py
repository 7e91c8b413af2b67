"""The doors of programmes, laboratories, charters and appointments, and what lies behind them: a
laboratory with the hidden trainee in it, a thing, money, a decision, a target and a tranche."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from door import INTEGERS, LISTS, UNKNOWN, Door, For, Keys
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import (
    NewAsset,
    NewTranche,
    NewUnit,
    StartPackage,
    appoint,
    join_lab,
    set_pi_goal,
    set_up_programme,
    sign_appointment,
    start_appointment,
)
from preceptor.fellows.choices import GoalKind, LabRole
from preceptor.fellows.models import Appointment, LimitUse, PiProgramme
from preceptor.institutions.actions import open_unit
from preceptor.people.models import Person

if TYPE_CHECKING:
    from doors import Place

ODD: tuple[Keys, ...] = ((0, "0"), (UNKNOWN, "burn"), (2**63, "a" * 300))
ODD_PARTS: tuple[Keys, ...] = ((0, "0", 0), (UNKNOWN, "burn", 2**63), (2**63, "leave", 10**40))


def make_laboratory(place: Place, reason: str) -> None:
    """A programme with one investigator in office, whose laboratory has one of everything."""
    first = today() - timedelta(days=30)
    unit = open_unit(
        upper=place.root, code="DOOR-P", kind="programme", name_zh="门庭计划", name_en="Programme",
        valid_from=first, by=OPERATOR,
    )  # fmt: skip
    programme = set_up_programme(
        institution=place.root, unit=unit, code="DOOR", name_zh="门庭计划", name_en="Programme",
        opened_on=first, by=OPERATOR,
    )  # fmt: skip
    row = _in_office(place, programme)
    goals = [
        set_pi_goal(
            appointment=row, kind=GoalKind.PAPER, text=reason, target=Decimal(target),
            due_on=row.ends_on, by=OPERATOR,
        )
        for target in (3, 4)
    ]  # fmt: skip
    laboratory = row.laboratory
    assert laboratory is not None
    members = [
        join_lab(
            laboratory=laboratory, person=person, role=LabRole.TRAINEE, valid_from=first,
            by=OPERATOR,
        )
        for person in (row.person, place.subject.person)
    ]  # fmt: skip
    use = LimitUse.objects.create(
        laboratory=laboratory, kind="spend", amount=9, used_before=0, is_within=False,
        decided_on=first, by_key="operator", by_name="operator", note=reason,
    )  # fmt: skip
    place.called |= {
        "programme": programme.pk, "laboratory": laboratory.pk, "appointment": row.pk,
        "member": _other(members, laboratory.pk), "asset": laboratory.assets.get().pk, "use": use.pk, "goal": _other(goals, row.pk),
        "entry": laboratory.entries.get().pk, "tranche": row.tranches.get().pk,
    }  # fmt: skip


def _other(rows: Sequence[Any], key: int) -> int:
    """The key of a row that differs from the key of what it belongs to: addresses are compared."""
    return next(int(row.pk) for row in rows if row.pk != key)


def _in_office(place: Place, programme: PiProgramme) -> Appointment:
    head = Person.objects.filter(institution=place.root).exclude(pk=place.subject.person_id)[0]
    first = programme.opened_on
    last = first + timedelta(days=1825)
    row = appoint(
        programme=programme, person=head, number="PI-DOOR", starts_on=first, ends_on=last,
        by=OPERATOR,
    )  # fmt: skip
    sign_appointment(appointment=row, contract_number="HT", contracted_on=first, by=OPERATOR)
    package = StartPackage(
        money_cny=Decimal(1000), assets=(NewAsset("YQ-DOOR", "离心机"),),
        tranches=(NewTranche(Decimal(500), last),),
    )  # fmt: skip
    unit = NewUnit("DOOR-L", "门庭实验室", "Laboratory")
    return start_appointment(appointment=row, on=first, new_unit=unit, package=package, by=OPERATOR)


def _of(*words: str) -> Callable[[Any], Keys]:
    """The keys of these records; a word that names none stands as it is."""
    return lambda place: tuple(place.called.get(word, word) for word in words)


LABORATORY_DOORS: dict[str, Door] = {
    "laboratories": Door(
        For.SIGNED_IN, queries=(*LISTS, "programme=%00", "state=open", "state=closing")
    ),
    "laboratory": Door(For.CONCERNED, _of("laboratory"), INTEGERS),
    "charter": Door(For.CONCERNED, _of("laboratory"), INTEGERS),
    "charter_export": Door(For.CONCERNED, _of("laboratory"), INTEGERS),
    "laboratory_ask": Door(For.CONCERNED, _of("laboratory"), INTEGERS, posts=True),
    "laboratory_close": Door(For.CONCERNED, _of("laboratory"), INTEGERS, posts=True),
    "laboratory_change": Door(For.CONCERNED, _of("laboratory", "join"), ODD, posts=True),
    "laboratory_part": Door(
        For.CONCERNED, _of("laboratory", "leave", "member"), ODD_PARTS, posts=True
    ),
    "programme_new": Door(For.OFFICE, posts=True),
    "programmes_pi": Door(For.CONCERNED, _of("programme"), INTEGERS),
    "programme_change": Door(For.CONCERNED, _of("programme", "quota"), ODD, posts=True),
    "appointments": Door(
        For.SIGNED_IN,
        queries=(
            *LISTS,
            "programme=%00",
            "state=in_office",
            "ends=over",
            "standing=fail",
            "standing=x",
            "laboratory=x",
        ),
    ),
    "appointment": Door(For.CONCERNED, _of("appointment"), INTEGERS),
    "appointment_change": Door(For.CONCERNED, _of("appointment", "work"), ODD, posts=True),
    "appointment_part": Door(
        For.CONCERNED, _of("appointment", "report", "goal"), ODD_PARTS, posts=True
    ),
    "case_scorecard": Door(
        For.CONCERNED, lambda place: (place.case,), INTEGERS, posts=True, gets=False
    ),
    "case_verdict": Door(
        For.CONCERNED, lambda place: (place.case,), INTEGERS, posts=True, gets=False
    ),
}
