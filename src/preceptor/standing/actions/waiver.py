"""Asking for a waiver, signing, refusing and withdrawing it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.policy import Verdict
from preceptor.training.models import Enrolment, Panel

from ..access import (
    OPEN,
    may_ask_waiver,
    may_refuse_waiver,
    may_sign_waiver,
    may_withdraw_waiver,
)
from ..candidates import Candidate, candidates
from ..choices import SignatureVerb, WaiverState
from ..models import Waiver, WaiverSignature
from ..packs import in_force_in
from ..waiving import waivable

#: No exception lasts longer; an invented bound, because the rules only say that it must expire.
MOST_YEARS = 5
PAPER_LENGTH = 200


def ask_waiver(
    *,
    enrolment: Enrolment,
    rule: str,
    valid_from: date,
    valid_to: date,
    paper: str,
    reason: str,
    by: Actor,
    panel: Panel | None = None,
) -> Waiver:
    """Ask that a rule be waived for a trainee, the thesis, or one panel, for a time.

    The same request while it is open is given back and not made again. Raises PermissionDenied;
    RuleBroken when the rule cannot be waived or is met, the days do not fit, paper or reason is
    missing, or another request for the rule is open; InputRefused for a panel of somebody else.
    """
    may_ask_waiver(by, enrolment).demand()
    if panel is not None and panel.enrolment_id != enrolment.pk:
        raise InputRefused(_("This panel is not one of the trainee's."))
    asked: dict[str, Any] = {"valid_from": valid_from, "valid_to": valid_to, "paper": paper.strip()}
    with deed(by) as act:
        # One request at a time for a record: the second of two at once finds the first.
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        rows = Waiver.objects.filter(enrolment=enrolment, panel=panel, rule=rule)
        open_request = rows.filter(state__in=OPEN).first()
        if open_request is not None:
            return _same_or_refuse(open_request, asked, by)
        _refuse_days(valid_from, valid_to)
        _refuse_blank(asked["paper"], reason)
        found = _candidate(panel or enrolment, rule)
        _refuse_granted_already(rows, valid_from, valid_to)
        held = Waiver.objects.create(
            enrolment=enrolment, panel=panel, pack=found.pack.id, rule=rule, layer=found.pack.layer,
            reason=reason.strip(), asked_by=by.actor_name, asked_by_key=by.actor_key,
            asked_at=timezone.now(), **asked,
        )  # fmt: skip
        _tell(act, held, "waiver.ask", None, {"paper": held.paper, **_days(held)})
    return held


def _same_or_refuse(held: Waiver, asked: dict[str, Any], by: Actor) -> Waiver:
    same = all(getattr(held, name) == value for name, value in asked.items())
    if same and held.asked_by_key == by.actor_key:
        return held
    raise RuleBroken(
        _("A request for a waiver of this rule is open already. It is decided or withdrawn first.")
    )


def _refuse_days(valid_from: date, valid_to: date) -> None:
    if valid_to < valid_from:
        raise RuleBroken(_("The last day lies before the first."))
    if valid_to > longest(valid_from):
        raise RuleBroken(
            _(
                "A waiver holds for %(years)s years at most: until %(day)s, counted from its first day."
            )
            % {"years": MOST_YEARS, "day": longest(valid_from).isoformat()}
        )


def longest(valid_from: date) -> date:
    """The latest last day of a waiver that begins on the day."""
    year = min(valid_from.year + MOST_YEARS, date.max.year)
    if (valid_from.month, valid_from.day) == (2, 29):
        return date(year, 2, 28)
    return valid_from.replace(year=year)


def _refuse_blank(paper: str, reason: str) -> None:
    if not paper:
        raise RuleBroken(_("Name the paper on which the waiver rests."))
    if len(paper) > PAPER_LENGTH:
        raise RuleBroken(
            _("The name of the paper is too long: %(most)s characters at most.")
            % {"most": PAPER_LENGTH}
        )
    if not reason.strip():
        raise RuleBroken(_("Say why the waiver is asked for."))


def _candidate(record: Enrolment | Panel, rule: str) -> Candidate:
    """The rule on the record. Raises RuleBroken when it cannot be waived for it now."""
    found = [
        one for one in candidates(record, today(), get_language() or "") if one.known.rule == rule
    ]
    if not found:
        raise RuleBroken(_("No rule “%(rule)s” in force concerns this record.") % {"rule": rule})
    fitting = [one for one in found if one.permit]
    if not fitting:
        raise RuleBroken(found[0].permit.reason)
    return next((one for one in fitting if one.known.verdict is Verdict.FAIL), fitting[0])


def _refuse_granted_already(rows: Any, valid_from: date, valid_to: date) -> None:
    held = rows.filter(
        state=WaiverState.GRANTED, valid_from__lte=valid_from, valid_to__gte=valid_to
    ).first()
    if held is not None:
        raise RuleBroken(
            _("The rule is waived already from %(first)s to %(last)s.")
            % {"first": held.valid_from.isoformat(), "last": held.valid_to.isoformat()}
        )


def sign_waiver(*, waiver: Waiver, by: Actor) -> Waiver:
    """Sign a request: the first signature waits for the second, which grants it.

    Signing twice does not sign twice. Raises PermissionDenied for who has not the authority of the
    rule's layer, asked for it or signed already; RuleBroken when the rule cannot be waived any more.
    """
    with deed(by) as act:
        held = _locked(waiver)
        if _has_said(held, by, SignatureVerb.GRANTED):
            return held
        may_sign_waiver(by, held).demand()
        _refuse_changed(held)
        second = held.state == WaiverState.SIGNED_ONCE
        _say(held, by, SignatureVerb.GRANTED, "")
        _move(act, held, WaiverState.GRANTED if second else WaiverState.SIGNED_ONCE, "waiver.sign")
        if second:
            _touch(act, held)
    return held


def refuse_waiver(*, waiver: Waiver, reason: str, by: Actor) -> Waiver:
    """Refuse a request; one refusal ends it. Refusing twice does not do it twice.

    Raises PermissionDenied as `sign_waiver` does, and RuleBroken without a reason.
    """
    with deed(by) as act:
        held = _locked(waiver)
        if _has_said(held, by, SignatureVerb.REFUSED):
            return held
        may_refuse_waiver(by, held).demand()
        _say(held, by, SignatureVerb.REFUSED, _given(reason))
        _move(act, held, WaiverState.REFUSED, "waiver.refuse")
    return held


def withdraw_waiver(*, waiver: Waiver, reason: str, by: Actor) -> Waiver:
    """Take back a granted waiver, or the own request; the rule judges at once as without it.

    Raises PermissionDenied, and RuleBroken without a reason. Twice does not do it twice.
    """
    with deed(by) as act:
        held = _locked(waiver)
        if _has_said(held, by, SignatureVerb.WITHDRAWN):
            return held
        may_withdraw_waiver(by, held).demand()
        was_granted = held.state == WaiverState.GRANTED
        _say(held, by, SignatureVerb.WITHDRAWN, _given(reason))
        _move(act, held, WaiverState.WITHDRAWN, "waiver.withdraw")
        if was_granted:
            _touch(act, held)
    return held


def _given(reason: str) -> str:
    if not reason.strip():
        raise RuleBroken(_("Say why: it is kept with the waiver."))
    return reason.strip()


def _locked(waiver: Waiver) -> Waiver:
    rows = Waiver.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("enrolment__unit", "enrolment__institution", "panel").get(
        pk=waiver.pk
    )


def _has_said(held: Waiver, by: Actor, verb: SignatureVerb) -> bool:
    return WaiverSignature.objects.filter(waiver=held, verb=verb, signer_key=by.actor_key).exists()


def _refuse_changed(held: Waiver) -> None:
    """The rule must still be in force, of the layer by which the signers were chosen."""
    force = in_force_in(held.enrolment.institution_id, held.enrolment.unit_id)
    pack = next((one for one in force if one.id == held.pack), None)
    if pack is None or held.rule not in pack.rules or pack.layer != held.layer:
        raise RuleBroken(_("The rule is not in force any more as it was when this was asked for."))
    permit = waivable(pack, pack.rules[held.rule])
    if not permit:
        raise RuleBroken(permit.reason)


def _say(held: Waiver, by: Actor, verb: SignatureVerb, reason: str) -> None:
    WaiverSignature.objects.create(
        waiver=held, signer=by.actor_name, signer_key=by.actor_key, verb=verb, reason=reason,
        signed_at=timezone.now(),
    )  # fmt: skip


def _move(act: Deed, held: Waiver, state: WaiverState, verb: str) -> None:
    before = held.state
    held.state = state
    held.save(update_fields=["state"])
    _tell(act, held, verb, before, {})


def _days(held: Waiver) -> dict[str, date]:
    return {"from": held.valid_from, "to": held.valid_to}


def _tell(act: Deed, held: Waiver, verb: str, before: str | None, more: dict[str, Any]) -> None:
    """A line on the trainee. The reasons are ciphered at rest, and do not stand in the journal."""
    panel = {"panel": held.panel.number} if held.panel else {}
    after = {"rule": held.rule, **panel, "waiver": held.state, **more}
    was = None if before is None else {"rule": held.rule, **panel, "waiver": before}
    act.write(verb, "enrolment", held.enrolment_id, before=was, after=after)


def _touch(act: Deed, held: Waiver) -> None:
    if held.panel_id is not None:
        act.touch("panel", [held.panel_id])
    else:
        act.touch("enrolment", [held.enrolment_id])
