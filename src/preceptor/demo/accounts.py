"""One account for each role, each with its person."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.people.choices import (
    CapacityKind,
    IdentifierScheme,
    RoleKind,
    TitleLevel,
    TitleSeries,
)
from preceptor.people.models import Account, Person, Role
from preceptor.training.models import Enrolment

from .institution import Institution
from .persons import write_capacity, write_person, write_title
from .supervisors import SupervisorRoll

PASSWORD = "preceptor-demo"
ROLE_SINCE = date(2015, 1, 1)
IN_POST_SINCE = date(2014, 9, 1)
ENOUGH_TRAINEES = 4


class DemoAccount(NamedTuple):
    """An account of the demo: how to sign in, in what role, and whose desk it is."""

    login: str
    role: RoleKind
    name: str | Promise


DEMO_ACCOUNTS = [
    DemoAccount("trainee", RoleKind.TRAINEE, _("Doctoral trainee, General Hospital")),
    DemoAccount("supervisor", RoleKind.SUPERVISOR, _("Doctoral supervisor")),
    DemoAccount("secretary", RoleKind.SECRETARY, _("Secretary for trainees, General Hospital")),
    DemoAccount("office", RoleKind.OFFICE, _("Graduate school office")),
    DemoAccount("leader", RoleKind.LEADER, _("Leader of the university")),
]
_OFFICERS = (RoleKind.SECRETARY, RoleKind.OFFICE, RoleKind.LEADER)


def write_accounts(institution: Institution, roll: SupervisorRoll | None) -> None:
    """The accounts; without a roll there are no trainees and supervisors to have one."""
    hashed = make_password(PASSWORD)
    for account in DEMO_ACCOUNTS:
        if account.role in _OFFICERS:
            person, unit = _officer(institution, account)
        elif roll is not None:
            found = (
                _trainee(institution)
                if account.login == "trainee"
                else _supervisor(institution, roll)
            )
            if found is None:
                continue
            person, unit = found
        else:
            continue
        _write(institution, account, person, unit, hashed)
    institution.batch.write("accounts and roles")


def _officer(institution: Institution, account: DemoAccount) -> tuple[int, int]:
    """A person of the office, and the unit that the account reaches."""
    batch, units = institution.batch, institution.units
    hospital = units.hospitals[0]
    unit = hospital if account.role is RoleKind.SECRETARY else units.root
    post = hospital if unit == hospital else units.colleges["GS"]
    number = f"A{1 + _OFFICERS.index(account.role):04}"
    person, _name = write_person(
        batch,
        units.root,
        institution.stream(f"account {account.login}"),
        (1970, 1985),
        [(IdentifierScheme.STAFF_NUMBER, number)],
    )
    write_title(batch, person, TitleSeries.TEACHER, TitleLevel.INTERMEDIATE, IN_POST_SINCE)
    write_capacity(batch, person, post, CapacityKind.STAFF, IN_POST_SINCE)
    return person, unit


def _trainee(institution: Institution) -> tuple[int, int] | None:
    numbers = institution.planted.get("trainee_account")
    if not numbers:
        return None
    enrolment = Enrolment.objects.get(institution=institution.root, student_number=numbers[0])
    return enrolment.person_id, enrolment.unit_id


def _supervisor(institution: Institution, roll: SupervisorRoll) -> tuple[int, int] | None:
    """Who guides most trainees now: in the General Hospital, if someone there has enough."""
    hospital = institution.units.hospitals[0]

    def rank(place: int) -> tuple[bool, int, int]:
        load = roll.load[place]
        return roll.units[place] == hospital and load >= ENOUGH_TRAINEES, load, -place

    if not len(roll):
        return None
    place = max(range(len(roll)), key=rank)
    return roll.person(place), roll.units[place]


def _write(
    institution: Institution, account: DemoAccount, person: int, unit: int, hashed: str
) -> None:
    batch = institution.batch
    batch.write("persons of the accounts")
    key = batch.add(
        Account,
        login=account.login,
        name=Person.objects.values_list("name_zh", flat=True).get(pk=person),
        email=f"{account.login}@example.edu",
        person_id=person,
        password=hashed,
    )
    batch.add(Role, account_id=key, kind=account.role, unit_id=unit, valid_from=ROLE_SINCE)
