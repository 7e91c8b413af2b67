"""A call is prepared, published, changed, closed and cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.cases.choices import CaseState, StageKind
from preceptor.cases.queries import kind_in_force, kind_of_row
from preceptor.institutions.models import Unit

from ..access import may_keep_call, may_keep_calls
from ..choices import CallState
from ..models import Call, CallApplication, Offer
from ..ports import PORT
from ..queries import ALIVE
from ..registry import purpose_of, purposes
from .telling import tell_cancelled

TEXT_LENGTH = 50_000
MOST_PLACES, MOST_DAYS = 1000, 365
#: What may still change once the public has read the call: the words, and a later closing.
WORDS = frozenset({"title_zh", "title_en", "text_zh", "text_en"})
CHANGEABLE = WORDS | {
    "number", "purpose", "kind", "places", "reserves", "letters", "offer_days", "opens_at",
    "closes_at",
}  # fmt: skip


def open_call(
    *,
    institution: Unit,
    unit: Unit,
    number: str,
    purpose: str,
    kind: str,
    title_zh: str,
    title_en: str,
    text_zh: str,
    text_en: str,
    places: int,
    opens_at: datetime,
    closes_at: datetime,
    by: Actor,
    reserves: int = 0,
    letters: int = 0,
    offer_days: int = 14,
) -> Call:
    """Prepare a call; nobody outside sees it before it is published.

    Raises PermissionDenied; InputRefused for a purpose or a case kind that is unknown, an empty or
    too long text, or a number out of bounds; RuleBroken when the number is taken, the unit is of
    another institution, or the call would close before it opens.
    """
    may_keep_calls(by, unit).demand()
    if (unit.institution_id or unit.pk) != institution.pk:
        raise RuleBroken(_("This unit belongs to another institution."))
    call = Call(
        institution=institution, unit=unit, number=number.strip(), purpose=purpose, kind=kind,
        title_zh=title_zh.strip(), title_en=title_en.strip(), text_zh=text_zh.strip(),
        text_en=text_en.strip(), places=places, reserves=reserves, letters=letters,
        offer_days=offer_days, opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    with deed(by) as act:
        _refuse_faulty(call)
        call.save()
        act.write("call.open", "call", call.pk, after={"number": call.number, "places": places})
    return call


def change_call(*, call: Call, by: Actor, revision: int | None = None, **columns: Any) -> Call:
    """Write other values into a call; a published one only other words, and a later closing before
    it has closed. The same values again change nothing.

    Raises PermissionDenied; ValueError for a column that is not changed here; InputRefused and
    RuleBroken as `open_call`, and RuleBroken for what the public has read already, or when somebody
    changed the call since `revision`.
    """
    if not columns.keys() <= CHANGEABLE:
        raise ValueError(f"change_call takes {sorted(CHANGEABLE)}")
    with deed(by) as act:
        held = locked(call, by)
        _refuse_seen_before(held, revision)
        before = {name: getattr(held, name) for name in columns}
        changed = {
            name: value.strip() if isinstance(value, str) else value
            for name, value in columns.items()
        }
        changed = {name: value for name, value in changed.items() if value != before[name]}
        if not changed:
            return held
        _refuse_late_change(held, changed)
        for name, value in changed.items():
            setattr(held, name, value)
        _refuse_faulty(held)
        _moved(act, held, "call.change", before={name: before[name] for name in changed}, **changed)
    return held


def publish_call(*, call: Call, by: Actor) -> Call:
    """Show the call to everybody; applications are taken from its opening on. Twice does not do it
    twice.

    Raises PermissionDenied; RuleBroken when its closing is past, its procedure is not in force, or
    its purpose does not allow it.
    """
    with deed(by) as act:
        held = locked(call, by)
        if held.state == CallState.PUBLISHED:
            return held
        _demand_state(held, CallState.DRAFT)
        _refuse_faulty(held)
        if held.closes_at <= timezone.now():
            raise RuleBroken(_("The closing of this call is past. Set a later one first."))
        _refuse_unread_letters(held)
        permit = purpose_of(held).may_publish(held)
        if not permit:
            raise RuleBroken(permit.reason)
        _moved(
            act, held, "call.publish", before={"state": held.state}, state=CallState.PUBLISHED,
            published_at=timezone.now(),
        )  # fmt: skip
    return held


def _refuse_unread_letters(call: Call) -> None:
    """Letters are waited for where the board is composed; a procedure without a board asks for none."""
    row = kind_in_force(call.institution, call.kind)
    if not call.letters or row is None:
        return
    if not any(stage.does == StageKind.COMPOSE.value for stage in kind_of_row(row).stages):
        raise RuleBroken(
            _(
                "The call asks for %(letters)s outside letters, but its procedure composes no board "
                "that waits for them. Choose another procedure, or ask for no letters."
            )
            % {"letters": call.letters}
        )


def close_call(*, call: Call, by: Actor) -> Call:
    """Record that the call is closed, after its closing time; drafts that were not handed in stay
    unread. Twice does not do it twice.

    Raises PermissionDenied; RuleBroken before its closing: what was promised to the public holds.
    """
    with deed(by) as act:
        held = locked(call, by)
        if held.state == CallState.CLOSED:
            return held
        _demand_state(held, CallState.PUBLISHED)
        if timezone.now() < held.closes_at:
            raise RuleBroken(
                _("Applications are still taken. A call closes when it said it would.")
            )
        _moved(act, held, "call.close", before={"state": held.state}, state=CallState.CLOSED)
    return held


def cancel_call(*, call: Call, by: Actor, reason: str) -> Call:
    """Cancel a call; whoever began an application is told by letter, with the reason. Twice does not
    do it twice.

    Raises PermissionDenied; RuleBroken without a reason, or while a place is offered or accepted.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the call is cancelled: the applicants are told."))
    with deed(by, reason.strip()) as act:
        held = locked(call, by)
        if held.state == CallState.CANCELLED:
            return held
        if Offer.objects.filter(application__call=held, state__in=ALIVE).exists():
            raise RuleBroken(_("Places of this call are offered or accepted; it is not cancelled."))
        _moved(act, held, "call.cancel", before={"state": held.state}, state=CallState.CANCELLED)
        rows = CallApplication.objects.filter(call=held)
        rows = rows.exclude(case__state=CaseState.WITHDRAWN)
        for row in rows.select_related("case__asked_by", "person", "call"):
            tell_cancelled(row, reason.strip())
    return held


def locked(call: Call, by: Actor) -> Call:
    """The call as it stands, locked, which `by` keeps: of two who change it or its places one waits.
    Raises PermissionDenied."""
    held = alone(call)
    may_keep_call(by, held).demand()
    return held


def alone(call: Call) -> Call:
    """The call as it stands, locked, whoever asks; what happens to its places happens one by one."""
    rows = Call.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("institution", "unit").get(pk=call.pk)


def _refuse_seen_before(call: Call, revision: int | None) -> None:
    if revision is not None and revision != call.revision:
        raise RuleBroken(_("Somebody else changed the call meanwhile. Reload the page."))


def _demand_state(call: Call, state: CallState) -> None:
    if call.state != state:
        raise RuleBroken(
            _("The call is already at: %(state)s. Reload the page.")
            % {"state": CallState(call.state).label}
        )


def _refuse_late_change(call: Call, changed: dict[str, Any]) -> None:
    """Whoever reads a call relies on it."""
    if call.state == CallState.DRAFT:
        return
    _demand_state(call, CallState.PUBLISHED)
    if changed.keys() - WORDS - {"closes_at"}:
        raise RuleBroken(
            _("The call is published: only its words may change, and its closing may be later.")
        )
    later = changed.get("closes_at", call.closes_at)
    if later < call.closes_at or (later != call.closes_at and timezone.now() >= call.closes_at):
        raise RuleBroken(_("A published call closes later only while it is open."))


def _refuse_faulty(call: Call) -> None:
    """Everything that can be wrong with what a call says."""
    if call.purpose not in purposes():
        raise InputRefused(_("There is no purpose “%(name)s” of calls.") % {"name": call.purpose})
    row = kind_in_force(call.institution, call.kind)
    if row is None or row.port != PORT:
        raise InputRefused(
            _("No procedure “%(kind)s” for applications is in force at %(institution)s.")
            % {"kind": call.kind, "institution": call.institution.name_zh}
        )
    if not 1 <= call.places <= MOST_PLACES or not 1 <= call.offer_days <= MOST_DAYS:
        raise InputRefused(
            _("A call has 1 to %(places)s places, and an offer holds for 1 to %(days)s days.")
            % {"places": MOST_PLACES, "days": MOST_DAYS}
        )
    if max(len(call.text_zh), len(call.text_en)) > TEXT_LENGTH:
        raise InputRefused(_("The text of the call is too long."))
    if call.closes_at <= call.opens_at:
        raise RuleBroken(_("The call must close after it opens."))
    _refuse_columns(call)


def _refuse_columns(call: Call) -> None:
    try:
        call.clean_fields(exclude=["institution", "unit"])
    except ValidationError as error:
        raise InputRefused("\n".join(error.messages)) from None
    twins = Call.objects.filter(institution=call.institution_id, number=call.number)
    if twins.exclude(pk=call.pk).exists():
        raise RuleBroken(
            _("The number %(number)s is taken by another call.") % {"number": call.number}
        )


def _moved(act: Deed, call: Call, verb: str, before: dict[str, Any], **columns: Any) -> None:
    """Write the columns and one more revision, with a line in the journal."""
    for name, value in columns.items():
        setattr(call, name, value)
    call.revision += 1
    call.save(update_fields=[*columns, "revision"])
    act.write(verb, "call", call.pk, before=before, after=columns)
