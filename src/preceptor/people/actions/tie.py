"""How a person is reached, when somebody cannot act, and what ties two persons."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.privacy import masked
from preceptor.base.records import retract, supersede
from preceptor.base.today import today

from ..access import may_declare_tie, may_keep_contact, may_record_absence, may_withdraw_tie
from ..choices import TieKind
from ..models import Absence, Contact, Person, Tie

CONTACT = ("email", "telephone", "employer_zh", "employer_en", "country")
NOTE_LENGTH = 1000


def keep_contact(
    *,
    person: Person,
    by: Actor,
    email: str = "",
    telephone: str = "",
    employer_zh: str = "",
    employer_en: str = "",
    country: str = "",
) -> Contact:
    """Record how the person is reached; an empty value says that it is not known.

    Nothing is written when nothing differs. The telephone is journalled masked. Raises
    PermissionDenied, and ValidationError for an address that is none.
    """
    may_keep_contact(by, person).demand()
    given = {
        "email": email.strip(), "telephone": telephone.strip(), "employer_zh": employer_zh.strip(),
        "employer_en": employer_en.strip(), "country": country.strip().upper(),
    }  # fmt: skip
    with deed(by) as act:
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        held = Contact.objects.filter(person=person).first() or Contact(person=person)
        before = {name: getattr(held, name) for name in CONTACT}
        if held.pk is not None and before == given:
            return held
        for name, value in given.items():
            setattr(held, name, value)
        held.full_clean(exclude=["person"])
        held.save()
        act.write("contact.keep", "person", person.pk, before=_masked(before), after=_masked(given))
    return held


def _masked(values: dict[str, str]) -> dict[str, object]:
    return {name: masked(Contact.privacy, name, value) for name, value in values.items()}


def declare_tie(
    *,
    person: Person,
    other: Person,
    kind: str,
    by: Actor,
    note: str = "",
    valid_from: date | None = None,
) -> Tie:
    """Record a tie between two persons; it holds in both directions from the day, today by default.

    Declared once more, by either of them, it is given unchanged. What ties them is not journalled.
    Raises PermissionDenied, RuleBroken for a tie to oneself, InputRefused for an unknown kind.
    """
    may_declare_tie(by, person).demand()
    if person.pk == other.pk:
        raise RuleBroken(_("A tie is one between two persons. Choose the other person."))
    if kind not in TieKind.values:
        raise InputRefused(_("This kind of tie is not known. Choose one of the list."))
    with deed(by) as act:
        _lock(person, other)
        for row in _between(person, other):
            if row.kind == kind:
                return row
        row = Tie.objects.create(
            person=person, other=other, kind=kind, note=note.strip()[:NOTE_LENGTH],
            declared_by=by.actor_name, valid_from=valid_from or today(),
        )  # fmt: skip
        act.write("tie.declare", "person", person.pk, after={"tie": row.pk})
    return row


def withdraw_tie(*, tie: Tie, by: Actor, is_mistaken: bool = False) -> Tie:
    """End a declared tie as of yesterday; a mistaken one, or one of today, was never true.

    What has ended stays as it is. Raises PermissionDenied.
    """
    may_withdraw_tie(by, tie).demand()
    yesterday = today() - timedelta(days=1)
    with deed(by) as act:
        held = Tie.objects.select_for_update(no_key=True, of=("self",)).get(pk=tie.pk)
        if held.superseded_at is not None or held.valid_to is not None:
            return held
        if is_mistaken or held.valid_from > yesterday:
            retract(held)
        else:
            held = supersede(held, valid_to=yesterday)
        act.write("tie.withdraw", "person", held.person_id, before={"tie": tie.pk})
    return held


def _lock(*persons: Person) -> None:
    rows = Person.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(rows.filter(pk__in=[person.pk for person in persons]).values_list("pk"))


def _between(person: Person, other: Person) -> list[Tie]:
    pair = Q(person=person, other=other) | Q(person=other, other=person)
    return list(Tie.objects.known().filter(pair, valid_to=None))


def record_absence(*, person: Person, first_on: date, last_on: date, by: Actor) -> Absence:
    """Record the days on which a person cannot sit or decide, both included.

    The same days once more are given unchanged. Raises PermissionDenied, and RuleBroken for days
    in the wrong order, days that are over, or days of an absence recorded already.
    """
    may_record_absence(by, person).demand()
    if last_on < first_on:
        raise RuleBroken(_("The last day lies before the first."))
    if last_on < today():
        raise RuleBroken(
            _("These days are over. Record an absence that lasts until today at least.")
        )
    with deed(by) as act:
        _lock(person)
        rows = Absence.objects.known().filter(person=person, valid_from__lte=last_on)
        for held in rows.filter(Q(valid_to=None) | Q(valid_to__gte=first_on)):
            if (held.valid_from, held.valid_to) == (first_on, last_on):
                return held
            raise RuleBroken(
                _("An absence from %(first)s to %(last)s is recorded already. End it first.")
                % {"first": held.valid_from, "last": held.valid_to or "…"}
            )
        row = Absence.objects.create(person=person, valid_from=first_on, valid_to=last_on)
        act.write("absence.record", "person", person.pk, after={"from": first_on, "to": last_on})
    return row


def end_absence(*, absence: Absence, by: Actor, last_on: date | None = None) -> Absence:
    """Let an absence end after the day, yesterday by default; one not begun by then never was.

    What has ended stays as it is. Raises PermissionDenied.
    """
    may_record_absence(by, absence.person).demand()
    last = last_on or today() - timedelta(days=1)
    with deed(by) as act:
        held = Absence.objects.select_for_update(no_key=True, of=("self",)).get(pk=absence.pk)
        if held.superseded_at is not None or (held.valid_to and held.valid_to <= last):
            return held
        before = {"from": held.valid_from, "to": held.valid_to}
        if last < held.valid_from:
            retract(held)
        else:
            held = supersede(held, valid_to=last)
        act.write("absence.end", "person", held.person_id, before=before, after={"to": last})
    return held
