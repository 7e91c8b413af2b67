"""Every write to persons, titles, capacities and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.institutions.models import Unit

from .access import may_keep_institution
from .choices import RoleKind
from .models import Account, Capacity, Identifier, Person, Role, Title
from .names import pinyin


@dataclass(frozen=True)
class NewPerson:
    """A person to be registered, with the number that names the person; unknowns are None."""

    scheme: str
    number: str
    name_zh: str
    name_en: str = ""
    sex: str | None = None
    birth_on: date | None = None
    source: str = ""


def register_persons(
    *, institution: Unit, persons: Sequence[NewPerson], by: Actor
) -> dict[str, Person]:
    """Register persons and give them by number. Raises PermissionDenied; never registers twice."""
    may_keep_institution(by, institution).demand()
    with deed(by) as act:
        rows = [
            Person(
                institution=institution, name_zh=new.name_zh, name_en=new.name_en,
                name_pinyin=pinyin(new.name_zh), sex=new.sex, birth_on=new.birth_on,
                source=new.source,
            )
            for new in persons
        ]  # fmt: skip
        Person.objects.bulk_create(rows, batch_size=500)
        Identifier.objects.bulk_create(
            [
                Identifier(person=row, institution=institution, scheme=new.scheme, value=new.number)
                for row, new in zip(rows, persons, strict=True)
            ],
            batch_size=500,
        )
        for row, new in zip(rows, persons, strict=True):
            act.write("person.register", "person", row.pk, after={"number": new.number})
    return {new.number: row for row, new in zip(rows, persons, strict=True)}


def change_person(*, person: Person, by: Actor, reason: str, **changes: object) -> Person:
    """Correct what is recorded of a person; identity columns are journalled masked."""
    from preceptor.base.privacy import masked

    may_keep_institution(by, person.institution).demand()
    with deed(by, reason) as act:
        before = {name: getattr(person, name) for name in changes}
        for name, value in changes.items():
            setattr(person, name, value)
        if "name_zh" in changes:
            person.name_pinyin = pinyin(person.name_zh)
        person.save()
        act.write(
            "person.change", "person", person.pk,
            before={name: masked(Person.privacy, name, value) for name, value in before.items()},
            after={name: masked(Person.privacy, name, value) for name, value in changes.items()},
        )  # fmt: skip
    return person


def give_titles(*, institution: Unit, titles: Sequence[Title], by: Actor) -> None:
    """Record titles held by persons of the institution."""
    may_keep_institution(by, institution).demand()
    with deed(by) as act:
        Title.objects.bulk_create(titles, batch_size=500)
        for title in titles:
            after = {"name": title.name, "level": title.level, "from": title.valid_from}
            act.write("title.give", "person", title.person_id, after=after)
        act.touch("person", [title.person_id for title in titles])


def give_capacities(*, institution: Unit, capacities: Sequence[Capacity], by: Actor) -> None:
    """Record in what capacity persons belong to units."""
    may_keep_institution(by, institution).demand()
    with deed(by) as act:
        Capacity.objects.bulk_create(capacities, batch_size=500)
        for capacity in capacities:
            after = {"kind": capacity.kind, "unit": capacity.unit_id, "from": capacity.valid_from}
            act.write("capacity.give", "person", capacity.person_id, after=after)
        act.touch("person", [capacity.person_id for capacity in capacities])


def open_account(
    *, login: str, name: str, password: str, person: Person | None, email: str = "", by: Actor
) -> Account:
    """Open a way to sign in. Raises RuleBroken when the login is taken."""
    if Account.objects.filter(login=login).exists():
        raise RuleBroken(_("The sign-in name %(login)s is taken.") % {"login": login})
    with deed(by) as act:
        account = Account(login=login, name=name, email=email, person=person)
        account.set_password(password)
        account.save()
        act.write("account.open", "account", account.pk, after={"login": login})
    return account


def grant_role(
    *, account: Account, kind: RoleKind, unit: Unit, valid_from: date, by: Actor
) -> Role:
    """Let an account act in a unit and everything below it from the day on."""
    root = unit.institution or unit
    may_keep_institution(by, root).demand()
    with deed(by) as act:
        role = Role.objects.create(account=account, kind=kind, unit=unit, valid_from=valid_from)
        act.write(
            "role.grant", "account", account.pk, after={"kind": kind.value, "unit": unit.code}
        )
    return role
