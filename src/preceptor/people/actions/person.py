"""Every write to persons, titles, capacities and accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.privacy import masked
from preceptor.base.records import supersede
from preceptor.institutions.models import Unit

from ..access import (
    may_change_password,
    may_grant_role,
    may_keep_institution,
    may_open_account,
)
from ..choices import IdentifierScheme, RoleKind
from ..models import Account, Capacity, Identifier, Person, Role, Title
from ..names import pinyin

#: So many keys are asked for in one query.
SLICE = 900
CHANGEABLE = frozenset({"name_zh", "name_en", "sex", "birth_on"})


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


def _known(institution: Unit, persons: Sequence[NewPerson]) -> dict[tuple[str, str], Person]:
    """Those of the persons whom their number names already."""
    found = {}
    for start in range(0, len(persons), SLICE):
        numbers = [new.number for new in persons[start : start + SLICE]]
        rows = Identifier.objects.filter(institution=institution, value__in=numbers)
        for row in rows.select_related("person"):
            found[row.scheme, row.value] = row.person
    return found


def _row(institution: Unit, new: NewPerson) -> Person:
    return Person(
        institution=institution, name_zh=new.name_zh, name_en=new.name_en,
        name_pinyin=pinyin(new.name_zh), sex=new.sex, birth_on=new.birth_on, source=new.source,
    )  # fmt: skip


def _refuse_national(persons: Sequence[NewPerson]) -> None:
    if any(new.scheme == IdentifierScheme.NATIONAL for new in persons):
        raise RuleBroken(
            _(
                "A national identity number cannot name a person here: the number that does is "
                "not encrypted. Use the staff number or the student number."
            )
        )


def register_persons(
    *, institution: Unit, persons: Sequence[NewPerson], by: Actor
) -> dict[str, Person]:
    """Register persons and give them by number; whom a number names already is given unchanged.

    Raises PermissionDenied, and RuleBroken for a national identity number.
    """
    may_keep_institution(by, institution).demand()
    _refuse_national(persons)
    with deed(by) as act:
        found = _known(institution, persons)
        fresh: dict[tuple[str, str], NewPerson] = {}
        for new in persons:
            if (new.scheme, new.number) not in found:
                fresh.setdefault((new.scheme, new.number), new)
        rows = Person.objects.bulk_create(
            [_row(institution, new) for new in fresh.values()], batch_size=500
        )
        created = dict(zip(fresh, rows, strict=True))
        Identifier.objects.bulk_create(
            [
                Identifier(person=row, institution=institution, scheme=scheme, value=number)
                for (scheme, number), row in created.items()
            ],
            batch_size=500,
        )
        for (_scheme, number), row in created.items():
            act.write("person.register", "person", row.pk, after={"number": number})
    every = found | created
    return {new.number: every[new.scheme, new.number] for new in persons}


def change_person(*, person: Person, by: Actor, reason: str, **changes: object) -> Person:
    """Correct what is recorded of a person; identity columns are journalled masked.

    Nothing is written when nothing differs. Raises PermissionDenied, and ValueError for a column
    that is not corrected here.
    """
    may_keep_institution(by, person.institution).demand()
    if not changes.keys() <= CHANGEABLE:
        raise ValueError(f"change_person takes {sorted(CHANGEABLE)}")
    with deed(by, reason) as act:
        held = Person.objects.select_for_update().get(pk=person.pk)
        before = {name: getattr(held, name) for name in changes}
        for name, value in changes.items():
            setattr(person, name, value)
        if before == changes:
            return person
        person.name_pinyin = pinyin(person.name_zh) if "name_zh" in changes else held.name_pinyin
        person.save(update_fields=[*changes, "name_pinyin"])
        act.write(
            "person.change", "person", person.pk,
            before={name: masked(Person.privacy, name, value) for name, value in before.items()},
            after={name: masked(Person.privacy, name, value) for name, value in changes.items()},
        )  # fmt: skip
    return person


def demand_own(institution: Unit, persons: Collection[int]) -> None:
    """Raise RuleBroken unless all the persons are of the institution."""
    keys = sorted(set(persons))
    for start in range(0, len(keys), SLICE):
        some = Person.objects.filter(pk__in=keys[start : start + SLICE])
        if stranger := some.exclude(institution=institution).first():
            raise RuleBroken(
                _("%(name)s is not a person of %(institution)s.")
                % {"name": stranger.name_zh, "institution": institution.name_zh}
            )


def give_titles(*, institution: Unit, titles: Sequence[Title], by: Actor) -> None:
    """Record titles held by persons of the institution; a title recorded already is left out.

    Raises PermissionDenied, and RuleBroken for a person of another institution.
    """
    may_keep_institution(by, institution).demand()
    demand_own(institution, [title.person_id for title in titles])
    with deed(by) as act:
        names = ("person_id", "series", "level", "name", "valid_from", "valid_to")
        held = _held(Title, names, [title.person_id for title in titles])
        fresh = [row for row in titles if _values(row, names) not in held]
        Title.objects.bulk_create(fresh, batch_size=500)
        for title in fresh:
            after = {"name": title.name, "level": title.level, "from": title.valid_from}
            act.write("title.give", "person", title.person_id, after=after)
        act.touch("person", [title.person_id for title in fresh])


def give_capacities(*, institution: Unit, capacities: Sequence[Capacity], by: Actor) -> None:
    """Record in what capacity persons belong to units; one recorded already is left out.

    Raises PermissionDenied, and RuleBroken for a person of another institution.
    """
    may_keep_institution(by, institution).demand()
    demand_own(institution, [capacity.person_id for capacity in capacities])
    with deed(by) as act:
        names = ("person_id", "unit_id", "kind", "valid_from", "valid_to")
        held = _held(Capacity, names, [capacity.person_id for capacity in capacities])
        fresh = [row for row in capacities if _values(row, names) not in held]
        Capacity.objects.bulk_create(fresh, batch_size=500)
        for capacity in fresh:
            after = {"kind": capacity.kind, "unit": capacity.unit_id, "from": capacity.valid_from}
            act.write("capacity.give", "person", capacity.person_id, after=after)
        act.touch("person", [capacity.person_id for capacity in fresh])


def open_account_with_role(
    *, login: str, name: str, password: str, person: Person, email: str, kind: RoleKind,
    unit: Unit, valid_from: date, by: Actor,
) -> Account:  # fmt: skip
    """Open an account and let it act in its first role: both, or neither.

    Raises PermissionDenied, and RuleBroken when the login is taken or the person has an account.
    """
    if held := Account.objects.filter(person=person).first():
        raise RuleBroken(
            _("%(name)s has an account already: %(login)s. Grant that one the role.")
            % {"name": person.name_zh, "login": held.login}
        )
    with deed(by):
        account = open_account(
            login=login, name=name, password=password, person=person, email=email, by=by
        )
        grant_role(account=account, kind=kind, unit=unit, valid_from=valid_from, by=by)
    return account


def end_title(*, title: Title, last_day: date, by: Actor, reason: str = "") -> Title:
    """Record that a title was held until the day, that day included.

    The same end again changes nothing. Raises PermissionDenied, and RuleBroken for a day before the
    first or a row that was corrected since.
    """
    may_keep_institution(by, title.person.institution).demand()
    with deed(by, reason) as act:
        ended = _ended(title, last_day)
        if ended is not title:
            after = {"name": title.name, "to": last_day}
            act.write("title.end", "person", title.person_id, after=after)
            act.touch("person", [title.person_id])
    return ended


def end_capacity(*, capacity: Capacity, last_day: date, by: Actor, reason: str = "") -> Capacity:
    """Record that a person belonged to the unit in the capacity until the day, that day included.

    The same end again changes nothing. Raises PermissionDenied, and RuleBroken for a day before the
    first or a row that was corrected since.
    """
    may_keep_institution(by, capacity.person.institution).demand()
    with deed(by, reason) as act:
        ended = _ended(capacity, last_day)
        if ended is not capacity:
            after = {"kind": capacity.kind, "unit": capacity.unit_id, "to": last_day}
            act.write("capacity.end", "person", capacity.person_id, after=after)
            act.touch("person", [capacity.person_id])
    return ended


def end_role(*, role: Role, last_day: date, by: Actor, reason: str = "") -> Role:
    """Let an account act in the role until the day, that day included, and no longer.

    The same end again changes nothing. Raises PermissionDenied, and RuleBroken for a day before the
    first, a row that was corrected since, or a role of one's own: nobody shuts the door on
    themselves.
    """
    may_grant_role(by, role.kind, role.unit).demand()
    if isinstance(by, Account) and by.pk == role.account_id:
        raise RuleBroken(_("A role of your own is ended by somebody else."))
    with deed(by, reason) as act:
        ended = _ended(role, last_day)
        if ended is not role:
            after = {"kind": role.kind, "unit": role.unit.code, "to": last_day}
            act.write("role.end", "account", role.account_id, after=after)
    return ended


D = TypeVar("D", Title, Capacity, Role)


def _ended(record: D, last_day: date) -> D:
    """The row with its last day; the row itself where it ends on that day already."""
    held = type(record)._base_manager.select_for_update().get(pk=record.pk)
    if held.superseded_at is not None:
        raise RuleBroken(_("This entry was corrected meanwhile. Reload the page and try again."))
    if last_day < held.valid_from:
        raise RuleBroken(
            _("The last day, %(day)s, lies before the first, %(first)s.")
            % {"day": last_day, "first": held.valid_from}
        )
    return record if held.valid_to == last_day else supersede(held, valid_to=last_day)


def close_account(*, account: Account, by: Actor, reason: str = "") -> Account:
    """Let nobody sign in with the account any more; what it did stays under its name.

    Raises PermissionDenied, and RuleBroken for the account that asks.
    """
    if isinstance(by, Account) and by.pk == account.pk:
        raise RuleBroken(_("Your own account is closed by somebody else."))
    may_open_account(by, account.person).demand()
    return _set_active(account, False, by, reason)


def reopen_account(*, account: Account, by: Actor, reason: str = "") -> Account:
    """Let a closed account sign in again. Raises PermissionDenied."""
    may_open_account(by, account.person).demand()
    return _set_active(account, True, by, reason)


def _set_active(account: Account, is_active: bool, by: Actor, reason: str) -> Account:
    with deed(by, reason) as act:
        held = Account.objects.select_for_update().get(pk=account.pk)
        if held.is_active != is_active:
            held.is_active = is_active
            held.save(update_fields=["is_active"])
            act.write("account.reopen" if is_active else "account.close", "account", held.pk)
    account.is_active = is_active
    return account


Names = tuple[str, ...]


def _values(row: Title | Capacity, names: Names) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in names)


def _held(
    model: type[Title] | type[Capacity], names: Names, persons: Collection[int]
) -> set[tuple[object, ...]]:
    """What is known of the persons already, as values of the columns."""
    keys, found = sorted(set(persons)), set[tuple[object, ...]]()
    for start in range(0, len(keys), SLICE):
        rows = model.objects.known().filter(person__in=keys[start : start + SLICE])
        found.update(rows.values_list(*names))
    return found


def open_account(
    *, login: str, name: str, password: str, person: Person | None, email: str = "", by: Actor
) -> Account:
    """Open a way to sign in. Raises PermissionDenied, and RuleBroken when the login is taken."""
    may_open_account(by, person).demand()
    if Account.objects.filter(login=login).exists():
        raise RuleBroken(_("The sign-in name %(login)s is taken.") % {"login": login})
    with deed(by) as act:
        account = Account(login=login, name=name, email=email, person=person)
        account.set_password(password)
        account.save()
        act.write("account.open", "account", account.pk, after={"login": login})
    return account


def change_password(*, account: Account, password: str, by: Actor) -> Account:
    """Give the account another password; the journal says that, and nothing of the password.

    Raises PermissionDenied unless the account itself or the operator asks.
    """
    may_change_password(by, account).demand()
    with deed(by) as act:
        held = Account.objects.select_for_update().get(pk=account.pk)
        held.set_password(password)
        held.save(update_fields=["password"])
        act.write("account.password", "account", held.pk)
    account.password = held.password
    return account


def grant_role(
    *, account: Account, kind: RoleKind, unit: Unit, valid_from: date, by: Actor
) -> Role:
    """Let an account act in a unit and everything below it from the day on.

    A role that the account holds already is given unchanged. Raises PermissionDenied.
    """
    may_grant_role(by, kind, unit).demand()
    columns = {"account": account, "kind": kind, "unit": unit, "valid_from": valid_from}
    held = Role.objects.known().filter(**columns, valid_to=None).first()
    if held is not None:
        return held
    with deed(by) as act:
        role = Role.objects.create(**columns)
        act.write(
            "role.grant", "account", account.pk, after={"kind": kind.value, "unit": unit.code}
        )
    return role
