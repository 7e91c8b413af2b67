"""What a joint intake asks of its tripartite agreement. The register of agreements is another room's;
here only the columns of the row are read."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused

from .models import Postdoc, Station

TRIPARTITE, SIGNED, TERMINATED = "tripartite", "signed", "terminated"


class Agreement(Protocol):
    """The columns of an agreement that are read here."""

    pk: Any
    institution_id: Any
    number: Any
    kind: Any
    state: Any
    starts_on: Any
    ends_on: Any
    terminated_on: Any
    parties: Any


def is_in_force(agreement: Agreement, on: date) -> bool:
    """Whether the agreement binds on the day: signed, begun, neither ended nor terminated by then."""
    if agreement.starts_on is None or on < agreement.starts_on:
        return False
    if agreement.ends_on is not None and on > agreement.ends_on:
        return False
    if agreement.state == TERMINATED:
        return agreement.terminated_on is not None and on < agreement.terminated_on
    return bool(agreement.state == SIGNED)


def carries(agreement: Agreement, station: Station, entered_on: date, ends_on: date) -> Permit:
    """Whether a joint intake at the station can rest on the agreement for the term."""
    named = {"number": agreement.number}
    if agreement.institution_id != station.institution_id:
        return refused(
            _("The agreement %(number)s is of another institution than the station.") % named
        )
    if agreement.kind != TRIPARTITE:
        return refused(
            _(
                "The agreement %(number)s is no tripartite agreement on postdocs. Choose one of that kind."
            )
            % named
        )
    if not is_in_force(agreement, entered_on):
        return refused(
            _("The agreement %(number)s is not in force on %(day)s, the day of entry.")
            % (named | {"day": entered_on})
        )
    if agreement.ends_on is not None and ends_on > agreement.ends_on:
        return refused(
            _(
                "The term ends on %(term)s, but the agreement %(number)s already on %(end)s. Shorten "
                "the term, or renew the agreement first."
            )
            % (named | {"term": ends_on, "end": agreement.ends_on})
        )
    return GRANTED


def binds(agreement: Agreement, workstation: Station) -> Permit:
    """Whether whoever holds the workstation is a side of the agreement; a station of the institution
    itself has no other holder."""
    partner = workstation.partner_id
    if partner is None or agreement.parties.filter(partner=partner).exists():
        return GRANTED
    return refused(
        _("%(workstation)s is held by nobody who is a side of the agreement %(number)s.")
        % {"workstation": workstation.name_zh, "number": agreement.number}
    )


def _register() -> Any:
    """All rows of the register of agreements."""
    return Postdoc._meta.get_field("agreement").related_model._default_manager


def lock_agreement(agreement: Agreement) -> None:
    """Nobody else is taken in under the agreement until the transaction ends."""
    rows = _register().select_for_update(no_key=True, of=("self",))
    list(rows.filter(pk=agreement.pk).values_list("pk"))


def is_free(agreement: Agreement, person: int) -> Permit:
    """Whether the person can be taken in under the agreement, which the caller has locked: it is made
    for one postdoc, by station, workstation and postdoc (a further term of the same person rests on
    it too)."""
    others = Postdoc.objects.filter(agreement=agreement.pk).exclude(person=person)
    if not others.exists():
        return GRANTED
    return refused(
        _(
            "Under the agreement %(number)s another postdoc was taken in already. Sign one for this "
            "postdoc, and name it here."
        )
        % {"number": agreement.number}
    )


def tripartite_with(workstation: Station, on: date, until: date | None = None) -> Any | None:
    """The newest tripartite agreement with the holder of the workstation that is in force on the day
    and under which nobody was taken in yet, locked until the transaction ends; None where there is
    none. One that lasts `until` the end of the term goes before one that does not. Of two who ask at
    once the second gets another one. A workstation of the institution itself is held by its unit."""
    holder = (
        Q(parties__partner=workstation.partner_id)
        if workstation.partner_id is not None
        else Q(parties__unit=workstation.unit_id)
    )
    rows = _register().filter(
        Q(ends_on=None) | Q(ends_on__gte=on), holder,
        institution=workstation.institution_id, kind=TRIPARTITE, state=SIGNED, starts_on__lte=on,
        postdocs=None,
    )  # fmt: skip
    lasting = Q(ends_on=None) | Q(ends_on__gte=until or on)
    newest = rows.order_by("-signed_on", "-pk")
    for found in [*newest.filter(lasting), *newest.exclude(lasting)]:
        lock_agreement(found)
        if not Postdoc.objects.filter(agreement=found.pk).exists():
            return found
    return None
