"""Letters about cases: to whom they go, and in which language each reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import translation

from preceptor.base.mail import write_mail
from preceptor.base.today import today
from preceptor.institutions.queries import relations_on
from preceptor.people.models import Account, Contact, Delegation, Person, Role

from .access.case import may_act
from .choices import TaskHolder
from .models import Task

DEFAULT = "zh-hans"


@dataclass(frozen=True)
class Reader:
    """Who reads a letter: the address, the language, and the name by which the journal knows it."""

    email: str
    language: str
    name: str


#: Gives subject and body, in the language that is active when it is called.
Words = Callable[[], tuple[str, str]]


def reader_of(account: Account | None, person: Person | None) -> Reader | None:
    """How an account or a person is reached; None when no address is recorded.

    The address of the account comes first, then the one recorded for the person.
    """
    if account is None and person is not None:
        account = Account.objects.filter(person=person, is_active=True).first()
    if account is not None and person is None:
        person = account.person
    if account is not None and account.email:
        return Reader(account.email, account.language or DEFAULT, account.name)
    contact = Contact.objects.filter(person=person).first() if person is not None else None
    if person is None or contact is None or not contact.email:
        return None
    return Reader(contact.email, account.language if account else DEFAULT, person.name_zh)


def write_letters(
    readers: Iterable[Reader | None], words: Words, unique_key: str, *, holds_secret: bool = False
) -> list[str]:
    """Write the letter to each reader with an address, in the reader's language; inside a deed.

    Gives the names of who was written to. The same key again writes nobody a second letter. With
    `holds_secret` (an answer link) the outbox forgets the body once the letter is sent.
    """
    told = {}
    for reader in readers:
        if reader is None or reader.email in told:
            continue
        with translation.override(reader.language or DEFAULT):
            subject, body = words()
        key = f"{unique_key}:{reader.email}"
        write_mail(
            to=reader.email, subject=subject[:200], body=body, unique_key=key,
            holds_secret=holds_secret,
        )  # fmt: skip
        told[reader.email] = reader.name
    return list(told.values())


def holders(task: Task) -> list[Account]:
    """The active accounts that may do the task today, directly: not those who act for them."""
    active = Account.objects.filter(is_active=True)
    if task.holder == TaskHolder.ACCOUNT:
        return [task.account] if task.account is not None and task.account.is_active else []
    if task.holder == TaskHolder.PERSON:
        return list(active.filter(person=task.person))
    roles = Role.objects.on(today()).filter(kind=task.role)
    above = _units_above(task.unit_id or task.institution_id)
    return list(active.filter(pk__in=roles.filter(unit__in=above).values("account")).order_by("pk"))


def _units_above(unit: int) -> set[int]:
    """The unit and all units above it today, by any relation; one query."""
    relations = relations_on(today())
    found, fresh = {unit}, {unit}
    while fresh:
        fresh = {upper for upper, lower in relations.items() if fresh & set(lower)} - found
        found |= fresh
    return found


def readers_of(task: Task) -> list[Reader]:
    """Who is written to about a task: who holds it, and who may act for one of these today; a person
    without an account is reached by the contact."""
    held = holders(task)
    found = [reader_of(account, None) for account in [*held, *_acting(task, held)]]
    if not held and task.person is not None:
        found = [reader_of(None, task.person)]
    return [reader for reader in found if reader is not None]


def _acting(task: Task, held: Sequence[Account]) -> list[Account]:
    """Who acts for one of the holders today; nobody learns of a request on which he or she may not
    decide. One query, and those of the permit for each who is found."""
    rows = Delegation.objects.on(today()).filter(giver__in=held, taker__is_active=True)
    covers = Q(case_kind="") | Q(case_kind=task.case.kind.name)
    takers = {
        row.taker_id: row.taker for row in rows.filter(covers).select_related("taker__person")
    }
    own = {account.pk for account in held}
    return [one for key, one in takers.items() if key not in own and may_act(one, task.case)]


def readers_by_role(role: str, institution: int) -> list[Reader]:
    """Those who hold the role for the whole institution today."""
    roles = Role.objects.on(today()).filter(Q(unit=institution), kind=role)
    accounts = Account.objects.filter(is_active=True, pk__in=roles.values("account"))
    return [reader for row in accounts if (reader := reader_of(row, None)) is not None]
