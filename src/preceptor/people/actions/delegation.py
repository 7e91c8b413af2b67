"""Letting one account act for another for a time, and ending that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.mail import write_mail
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.institutions.models import Unit

from ..access import institutions_of, may_delegate, may_end_delegation
from ..choices import DelegationKind
from ..models import Absence, Account, Delegation

REASON_LENGTH = 200
#: In which language somebody is written to who chose none.
LANGUAGE = "zh-hans"


def delegate(
    *,
    giver: Account,
    taker: Account,
    valid_from: date,
    valid_to: date,
    by: Actor,
    kind: str = DelegationKind.DELEGATION,
    case_kind: str = "",
    reason: str = "",
) -> Delegation:
    """Let `taker` act for `giver` on the days, both included: for all tasks, or for those of one
    kind of case. The giver delegates; the office sets a substitution during a recorded absence. Both
    are written to, but for who did it.

    The same once more is given unchanged. Nothing that is delegated is passed on: whoever has
    delegated takes over nothing, and the other way round. A ballot is never delegated. Raises
    PermissionDenied, and RuleBroken for days, accounts or an overlap that does not fit.
    """
    asked: dict[str, Any] = {
        "giver": giver, "taker": taker, "valid_from": valid_from, "valid_to": valid_to,
        "kind": DelegationKind(kind), "case_kind": case_kind,
    }  # fmt: skip
    may_delegate(by, giver, kind).demand()
    institution = _institution(giver, taker)
    with deed(by) as act:
        _lock(giver, taker)
        held = Delegation.objects.known().filter(**asked).first()
        if held is not None:
            return held
        _refuse_days(giver, valid_from, valid_to, kind)
        _refuse_overlap(giver, taker, valid_from, valid_to, case_kind)
        row = Delegation.objects.create(
            **asked, institution=institution, reason=reason.strip()[:REASON_LENGTH],
            made_by=by.actor_name,
        )  # fmt: skip
        act.write("delegation.give", "account", giver.pk, after=_said(row))
        _tell(row, by)
    return row


def end_delegation(
    *, delegation: Delegation, by: Actor, last_day: date | None = None
) -> Delegation:
    """End a delegation after the day; without one it holds until yesterday, so that it ends at
    once, and one that had not begun never was. Ending what has ended changes nothing.

    Raises PermissionDenied, and RuleBroken for a day after the last one or before yesterday.
    """
    may_end_delegation(by, delegation).demand()
    last = today() - timedelta(days=1) if last_day is None else last_day
    with deed(by) as act:
        rows = Delegation.objects.select_for_update(no_key=True, of=("self",))
        held = rows.get(pk=delegation.pk)
        if held.superseded_at is not None or _is_over(held, last):
            return held
        if last < today() - timedelta(days=1):
            raise RuleBroken(_("A delegation cannot be ended for days that have passed."))
        before = _said(held)
        if last < held.valid_from:
            retract(held)
        else:
            held = supersede(held, valid_to=last)
        act.write("delegation.end", "account", held.giver_id, before=before, after={"to": last})
    return held


def _tell(row: Delegation, by: Actor) -> None:
    """A letter to who acts from now on, and to for whom, where somebody else set it."""
    days = {"first": row.valid_from.isoformat(), "last": str(row.valid_to or "")}
    names = {"giver": row.giver.name, "taker": row.taker.name, **days}
    for account in (row.taker, row.giver):
        if not account.email or account.actor_key == by.actor_key:
            continue
        with override(account.language or LANGUAGE):
            subject = gettext("%(taker)s acts for %(giver)s from %(first)s to %(last)s") % names
            body = gettext(
                "What waits on %(giver)s stands in the list of tasks of %(taker)s on these days. Votes "
                "are not delegated. Either of the two ends it at any time on the page of delegations."
            )
            write_mail(
                to=account.email, subject=subject, body=body % names,
                unique_key=f"delegation:{row.pk}:{account.pk}",
            )  # fmt: skip


def _is_over(held: Delegation, last: date) -> bool:
    return held.valid_to is not None and held.valid_to <= last


def _lock(giver: Account, taker: Account) -> None:
    """Two delegations of the same accounts at once: the second finds the first."""
    rows = Account.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.filter(pk__in=(giver.pk, taker.pk)).values_list("pk"))


def _institution(giver: Account, taker: Account) -> Unit:
    """The institution that both are of. Raises RuleBroken when there is none."""
    if giver.pk == taker.pk:
        raise RuleBroken(_("Nobody delegates to themselves. Choose another account."))
    if not taker.is_active:
        raise RuleBroken(_("This account is closed. Choose another one."))
    shared = institutions_of(giver) & institutions_of(taker)
    if not shared:
        raise RuleBroken(
            _("Choose an account of the same institution: only there can somebody act for you.")
        )
    return Unit.objects.get(pk=min(shared))


def _refuse_days(giver: Account, first: date, last: date, kind: str) -> None:
    if last < first:
        raise RuleBroken(_("The last day lies before the first."))
    if first < today():
        raise RuleBroken(_("A delegation begins today at the earliest."))
    if kind == DelegationKind.SUBSTITUTION and not _is_absent(giver, first, last):
        raise RuleBroken(
            _("A substitution needs a recorded absence on all its days. Record the absence first.")
        )


def _is_absent(giver: Account, first: date, last: date) -> bool:
    rows = Absence.objects.known().filter(person=giver.person_id, valid_from__lte=first)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=last)).exists()


def _refuse_overlap(
    giver: Account, taker: Account, first: date, last: date, case_kind: str
) -> None:
    rows = Delegation.objects.known().filter(valid_from__lte=last)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=first))
    if rows.filter(giver=giver, taker=taker, case_kind=case_kind).exists():
        raise RuleBroken(
            _("%(name)s is your substitute on some of these days already. End that one first.")
            % {"name": taker.name}
        )
    if rows.filter(giver=taker).exists():
        raise RuleBroken(
            _("%(name)s has delegated tasks on some of these days. Choose somebody else.")
            % {"name": taker.name}
        )
    if rows.filter(taker=giver).exists():
        raise RuleBroken(
            _(
                "%(name)s acts for somebody else on some of these days; what is delegated is not "
                "passed on. End that delegation first, or choose other days."
            )
            % {"name": giver.name}
        )


def _said(row: Delegation) -> dict[str, Any]:
    return {
        "taker": row.taker_id, "kind": row.kind, "case_kind": row.case_kind,
        "from": row.valid_from, "to": row.valid_to,
    }  # fmt: skip
