"""Times that persons spend abroad."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.people.models import Person

from ..access import may_record_abroad
from ..models import Abroad, Agreement, Partner
from .locking import checked, demand_order, stripped
from .partner import country_code

HOME = "CN"
A_DAY = timedelta(days=1)


def record_abroad(
    *, person: Person, kind: str, country: str, first_on: date, by: Actor, host: str = "",
    last_on: date | None = None, partner: Partner | None = None,
    agreement: Agreement | None = None,
) -> Abroad:  # fmt: skip
    """Record a person's time abroad; without a last day its end is open.

    The same time again changes nothing. Raises PermissionDenied; RuleBroken for days in the wrong
    order or that share a day with another time abroad of the person, for the home country, or for a
    partner or agreement of another institution; InputRefused for a country that is no code.
    """
    may_record_abroad(by, person).demand()
    demand_order(first_on, last_on)
    columns = stripped(
        {"kind": kind, "country": country_code(country), "host": host, "partner": partner,
         "agreement": agreement, "first_on": first_on, "last_on": last_on}
    )  # fmt: skip
    with deed(by) as act:
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        same = Abroad.objects.filter(person=person, **columns).first()
        if same is not None:
            return same
        _refuse_elsewhere(person, columns["country"], partner, agreement)
        _refuse_overlap(person, first_on, last_on)
        row = checked(Abroad(institution_id=person.institution_id, person=person, **columns))
        row.save(force_insert=True)
        after = {"abroad": row.pk, "country": row.country, "from": first_on, "to": last_on}
        act.write("abroad.record", "person", person.pk, after=after)
    return row


def _refuse_elsewhere(
    person: Person, country: str, partner: Partner | None, agreement: Agreement | None
) -> None:
    if country == HOME:
        raise RuleBroken(_("China is not abroad. Choose the country of the host."))
    owners = {row.institution_id for row in (partner, agreement) if row is not None}
    if owners - {person.institution_id}:
        raise RuleBroken(_("Partner and agreement are those of the person's own institution."))


def _refuse_overlap(person: Person, first_on: date, last_on: date | None, but: int = 0) -> None:
    rows = Abroad.objects.filter(person=person).exclude(pk=but)
    if last_on is not None:
        rows = rows.filter(first_on__lte=last_on)
    later = Q(returned_on__gt=first_on) | Q(returned_on=None) & (
        Q(last_on=None) | Q(last_on__gte=first_on)
    )
    if (other := rows.filter(later).first()) is not None:
        raise RuleBroken(
            _("%(name)s is abroad from %(first)s to %(last)s already. Record the return first.")
            % {
                "name": person.name_zh, "first": other.first_on,
                "last": other.returned_on or other.last_on or "…",
            }
        )  # fmt: skip


def record_return(*, abroad: Abroad, returned_on: date, by: Actor) -> Abroad:
    """Record the day on which a person was back; that day is not counted abroad any more.

    The same day again changes nothing. Raises PermissionDenied; RuleBroken for a day before the
    start, one that lies ahead, or one that shares a day with another time abroad of the person.
    """
    may_record_abroad(by, abroad.person).demand()
    with deed(by) as act:
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=abroad.person_id)
        row = Abroad.objects.select_for_update(no_key=True, of=("self",)).get(pk=abroad.pk)
        if row.returned_on == returned_on:
            return row
        demand_order(row.first_on, returned_on)
        if returned_on > today():
            raise RuleBroken(
                _("%(day)s lies ahead. The return is recorded when it has happened.")
                % {"day": returned_on}
            )
        if returned_on > row.first_on:
            _refuse_overlap(row.person, row.first_on, returned_on - A_DAY, but=row.pk)
        before = {"abroad": row.pk, "returned_on": row.returned_on}
        row.returned_on = returned_on
        row.save(update_fields=["returned_on"])
        after = {"abroad": row.pk, "returned_on": returned_on}
        act.write("abroad.return", "person", row.person_id, before=before, after=after)
    return row
