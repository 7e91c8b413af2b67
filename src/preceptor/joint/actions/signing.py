"""Signing an agreement, renewing and terminating it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.institutions.queries import name_of

from ..access import may_keep_agreement
from ..choices import AgreementState
from ..models import Agreement, AgreementParty, Sight
from .agreement import demand_complete, draft_agreement, stepped
from .locking import checked, demand_open, locked


def record_signature(
    *, party: AgreementParty, signatory: str, signed_on: date, by: Actor, signatory_post: str = ""
) -> AgreementParty:
    """Record who signed for a side, and when; nothing is written when nothing differs.

    Raises PermissionDenied; RuleBroken when the agreement is signed by all already, nobody is named,
    or the day lies ahead.
    """
    given = {
        "signatory": signatory.strip(), "signatory_post": signatory_post.strip(),
        "signed_on": signed_on,
    }  # fmt: skip
    with deed(by) as act:
        held = locked(party.agreement)
        may_keep_agreement(by, held).demand()
        row = AgreementParty.objects.get(pk=party.pk, agreement=held)
        before = {name: getattr(row, name) for name in given}
        if before == given:
            return row
        demand_open(held)
        _refuse_signature(given["signatory"], signed_on)
        for name, value in given.items():
            setattr(row, name, value)
        checked(row).save(update_fields=list(given))
        stepped(held)
        after = {"party": row.pk, **given}
        act.write("agreement.signature", "agreement", held.pk, before=before, after=after)
    return row


def _refuse_signature(signatory: object, signed_on: date) -> None:
    if not signatory:
        raise RuleBroken(_("Name who signed for this side."))
    if signed_on > today():
        raise RuleBroken(
            _("%(day)s lies ahead. A signature is recorded when it was given.") % {"day": signed_on}
        )


def sign_agreement(*, agreement: Agreement, by: Actor, revision: int | None = None) -> Agreement:
    """Declare an agreement signed once every side has signed; it is signed on the day of the last one.

    Signed twice, nothing happens the second time. Raises PermissionDenied; RuleBroken when it was not
    in legal review, is incomplete (see `send_to_review`), or a side has not signed.
    """
    with deed(by) as act:
        held = locked(agreement, revision)
        may_keep_agreement(by, held).demand()
        if held.state == AgreementState.SIGNED:
            return held
        if held.state != AgreementState.REVIEW:
            raise RuleBroken(
                _("Agreement %(number)s was not in legal review. Send it there first.")
                % {"number": held.number}
            )
        demand_complete(held)
        held.signed_on = _last_signature(held)
        held.state = AgreementState.SIGNED
        stepped(held)
        after = {
            "state": held.state,
            "on": held.signed_on,
            "from": held.starts_on,
            "to": held.ends_on,
        }
        act.write("agreement.sign", "agreement", held.pk, after=after)
    return held


def _last_signature(held: Agreement) -> date:
    parties = list(held.parties.select_related("partner", "unit"))
    unsigned = [row for row in parties if row.signed_on is None or not row.signatory]
    if unsigned:
        raise RuleBroken(
            _("Agreement %(number)s is not signed by all sides. Missing: %(sides)s.")
            % {"number": held.number, "sides": "、".join(map(side_name, unsigned))}
        )
    days = [row.signed_on for row in parties if row.signed_on is not None]
    _refuse_signature(True, max(days))
    return max(days)


def side_name(party: AgreementParty) -> str:
    """The name of a side for the reader of a message."""
    if party.unit is not None:
        return name_of(party.unit)
    return party.partner.name_zh if party.partner is not None else ""


def terminate_agreement(
    *, agreement: Agreement, terminated_on: date, reason: str, by: Actor,
    revision: int | None = None,
) -> Agreement:  # fmt: skip
    """End a signed agreement before its time: from the day on it is not in force. The day may lie
    ahead, as the end of a notice.

    The same again changes nothing. Raises PermissionDenied; RuleBroken without a reason, when it is
    not signed, was terminated to another day, or ended on its own before the day.
    """
    with deed(by, reason.strip()) as act:
        held = locked(agreement, revision)
        may_keep_agreement(by, held).demand()
        if held.state == AgreementState.TERMINATED and held.terminated_on == terminated_on:
            return held
        _refuse_termination(held, terminated_on, reason.strip())
        held.state, held.terminated_on = AgreementState.TERMINATED, terminated_on
        held.terminated_reason = reason.strip()
        stepped(checked(held))
        after = {"state": held.state, "from": terminated_on}
        act.write("agreement.terminate", "agreement", held.pk, after=after)
    return held


def _refuse_termination(held: Agreement, day: date, reason: str) -> None:
    if not reason:
        raise RuleBroken(_("Say why the agreement is terminated: it is kept with it."))
    if held.state == AgreementState.TERMINATED:
        raise RuleBroken(
            _("Agreement %(number)s was terminated already, as of %(day)s.")
            % {"number": held.number, "day": held.terminated_on}
        )
    if held.state != AgreementState.SIGNED:
        raise RuleBroken(
            _("Agreement %(number)s is not signed; there is nothing to terminate.")
            % {"number": held.number}
        )
    if held.signed_on is not None and day < held.signed_on:
        raise RuleBroken(
            _("Agreement %(number)s was signed on %(day)s; it cannot end before that.")
            % {"number": held.number, "day": held.signed_on}
        )
    if held.ends_on is not None and day > held.ends_on:
        raise RuleBroken(
            _("Agreement %(number)s ends on %(day)s on its own.")
            % {"number": held.number, "day": held.ends_on}
        )


def renew_agreement(
    *, agreement: Agreement, number: str, starts_on: date, by: Actor, ends_on: date | None = None,
    open_reason: str = "",
) -> Agreement:  # fmt: skip
    """Draft the agreement that renews a signed one, with its title, sides, data clause and what its
    partners see; it goes through review and signature like any other. Whoever is under the old one
    is under the new one from its first day on.

    The same renewal again is given back. Raises PermissionDenied; RuleBroken when the agreement is
    not signed or was terminated, has no end, was renewed already, or would overlap its renewal.
    """
    with deed(by) as act:
        held = locked(agreement)
        may_keep_agreement(by, held).demand()
        renewal = Agreement.objects.filter(follows=held).first()
        if renewal is not None:
            return _same_or_refuse(renewal, number.strip(), starts_on, ends_on)
        _refuse_renewal(held, starts_on)
        columns: dict[str, Any] = {
            name: getattr(held, name)
            for name in ("institution", "unit", "kind", "title_zh", "title_en", "warns_days",
                         "data_clause")
        }  # fmt: skip
        fresh = draft_agreement(
            **columns, number=number, starts_on=starts_on, ends_on=ends_on,
            open_reason=open_reason, follows=held, by=by,
        )  # fmt: skip
        _take_over(held, fresh)
        after = {"renewal": fresh.pk, "number": fresh.number}
        act.write("agreement.renew", "agreement", held.pk, after=after)
    return fresh


def _same_or_refuse(
    renewal: Agreement, number: str, starts_on: date, ends_on: date | None
) -> Agreement:
    if (renewal.number, renewal.starts_on, renewal.ends_on) == (number, starts_on, ends_on):
        return renewal
    raise RuleBroken(
        _("This agreement was renewed already, by agreement %(number)s. Change that one.")
        % {"number": renewal.number}
    )


def _refuse_renewal(held: Agreement, starts_on: date) -> None:
    if held.state != AgreementState.SIGNED:
        raise RuleBroken(
            _("Only a signed agreement is renewed; agreement %(number)s is not one.")
            % {"number": held.number}
        )
    if held.ends_on is None:
        raise RuleBroken(
            _("Agreement %(number)s has no end; it is changed by a new one after it is terminated.")
            % {"number": held.number}
        )
    if starts_on <= held.ends_on:
        raise RuleBroken(
            _("Agreement %(number)s lasts until %(day)s. Its renewal begins after that day.")
            % {"number": held.number, "day": held.ends_on}
        )


def _take_over(held: Agreement, fresh: Agreement) -> None:
    """The sides, unsigned, and what partners see."""
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=fresh, partner_id=row.partner_id, unit_id=row.unit_id, part=row.part
        )
        for row in held.parties.all()
    )
    Sight.objects.bulk_create(
        Sight(agreement=fresh, partner_id=row.partner_id, noun=row.noun)
        for row in held.sights.all()
    )
