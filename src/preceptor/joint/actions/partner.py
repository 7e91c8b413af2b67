"""Every write to partners: who they are, what they gave, what was done together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit

from ..access import may_keep_partners
from ..models import Agreement, Contribution, JointEvent, Partner
from .locking import checked, demand_order, stripped, told

CHANGEABLE = frozenset({"kind", "name_zh", "name_en", "country", "peer"})


def register_partner(
    *, institution: Unit, code: str, kind: str, name_zh: str, name_en: str = "",
    country: str = "CN", peer: Unit | None = None, by: Actor,
) -> Partner:  # fmt: skip
    """Enter an organisation outside into the register of partners; `country` is its ISO code of two
    letters, `peer` the institution here that is the same organisation.

    The same partner again changes nothing. Raises PermissionDenied; RuleBroken when the code is
    taken or the peer is no other institution; InputRefused for a country that is no code.
    """
    may_keep_partners(by, institution).demand()
    columns = stripped(
        {"kind": kind, "name_zh": name_zh, "name_en": name_en, "country": country_code(country),
         "peer": peer}
    )  # fmt: skip
    _refuse_peer(institution, peer)
    with deed(by) as act:
        Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=institution.pk)
        held = Partner.objects.filter(institution=institution, code=code.strip()).first()
        if held is not None and all(getattr(held, name) == columns[name] for name in columns):
            return held
        if held is not None:
            raise RuleBroken(_("The partner code %(code)s is taken.") % {"code": held.code})
        row = checked(Partner(institution=institution, code=code.strip(), **columns))
        row.save(force_insert=True)
        act.write("partner.register", "partner", row.pk, after=told(columns))
    return row


def change_partner(*, partner: Partner, by: Actor, **columns: object) -> Partner:
    """Correct what the register says of a partner; nothing is written when nothing differs.

    Raises PermissionDenied, ValueError for a column that is not corrected here, and as
    `register_partner` does.
    """
    may_keep_partners(by, partner.institution).demand()
    if not columns.keys() <= CHANGEABLE:
        raise ValueError(f"change_partner takes {sorted(CHANGEABLE)}")
    given = stripped(dict(columns))
    if "country" in given:
        given["country"] = country_code(given["country"])
    _refuse_peer(partner.institution, given.get("peer"))
    with deed(by) as act:
        held = Partner.objects.select_for_update(no_key=True, of=("self",)).get(pk=partner.pk)
        before = {name: getattr(held, name) for name in given}
        if before == given:
            return held
        for name, value in given.items():
            setattr(held, name, value)
        checked(held).save(update_fields=list(given))
        act.write("partner.change", "partner", held.pk, before=told(before), after=told(given))
    return held


def country_code(country: str) -> str:
    """The ISO code of a country in capitals. Raises InputRefused for what is no code of two
    letters."""
    code = country.strip().upper()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        raise InputRefused(
            _("“%(country)s” is not the code of a country. Give its two letters, for example CN.")
            % {"country": country}
        )
    return code


def _refuse_peer(institution: Unit, peer: Unit | None) -> None:
    if peer is not None and (peer.institution_id is not None or peer.pk == institution.pk):
        raise RuleBroken(_("The records of a partner are those of another institution as a whole."))


def _demand_side(agreement: Agreement | None, partner: Partner) -> None:
    """Raise RuleBroken unless the partner is a side of the agreement, where one is named."""
    if agreement is not None and not agreement.parties.filter(partner=partner).exists():
        raise RuleBroken(
            _("%(partner)s is no side of agreement %(number)s.")
            % {"partner": partner.name_zh, "number": agreement.number}
        )


def record_contribution(
    *, partner: Partner, kind: str, amount: Decimal, given_on: date, by: Actor,
    agreement: Agreement | None = None, note: str = "",
) -> Contribution:  # fmt: skip
    """Record what a partner gave, in the unit of its kind (CNY, hours, m²).

    The same again changes nothing: the note tells two gifts of one day apart. Raises PermissionDenied; RuleBroken for an amount of nothing, a day to come, or an agreement to
    which the partner is no side.
    """
    may_keep_partners(by, partner.institution).demand()
    if amount <= 0:
        raise RuleBroken(_("A contribution is more than nothing. Give its amount."))
    if given_on > today():
        raise RuleBroken(_("%(day)s lies ahead. Record what was given.") % {"day": given_on})
    _demand_side(agreement, partner)
    columns = {
        "partner": partner, "agreement": agreement, "kind": kind, "amount": amount,
        "given_on": given_on, "note": note.strip(),
    }  # fmt: skip
    with deed(by) as act:
        Partner.objects.select_for_update(no_key=True, of=("self",)).get(pk=partner.pk)
        held = Contribution.objects.filter(**columns).first()
        if held is not None:
            return held
        row = checked(Contribution(**columns))
        row.save(force_insert=True)
        after = {"kind": kind, "amount": str(amount), "on": given_on, "contribution": row.pk}
        act.write("partner.contribution", "partner", partner.pk, after=after)
    return row


def record_event(
    *, partner: Partner, kind: str, title_zh: str, first_on: date, by: Actor, title_en: str = "",
    last_on: date | None = None, agreement: Agreement | None = None, persons: int | None = None,
) -> JointEvent:  # fmt: skip
    """Record what was done together with a partner; without a last day it lasted one day, and how
    many persons came is unknown where it is not given.

    The same event again changes nothing. Raises PermissionDenied; RuleBroken for days in the wrong
    order, or an agreement to which the partner is no side.
    """
    may_keep_partners(by, partner.institution).demand()
    last = last_on or first_on
    demand_order(first_on, last)
    _demand_side(agreement, partner)
    columns = stripped(
        {"institution": partner.institution, "partner": partner, "agreement": agreement,
         "kind": kind, "title_zh": title_zh, "title_en": title_en, "first_on": first_on,
         "last_on": last, "persons": persons}
    )  # fmt: skip
    with deed(by) as act:
        Partner.objects.select_for_update(no_key=True, of=("self",)).get(pk=partner.pk)
        held = JointEvent.objects.filter(**columns).first()
        if held is not None:
            return held
        row = checked(JointEvent(**columns))
        row.save(force_insert=True)
        after = {"event": row.pk, "kind": kind, "from": first_on, "to": last}
        act.write("partner.event", "partner", partner.pk, after=after)
    return row
