"""Leaves of postdocs: recorded, and ended by the return."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution

from ..access import may_keep_postdoc
from ..choices import LeaveKind, PostdocState
from ..models import Leave, Postdoc
from ..states import PRESENT
from .postdoc import demand_present, locked_postdoc, touch

NOTE_LENGTH = 1000


def record_leave(
    *, postdoc: Postdoc, kind: LeaveKind, first_on: date, last_on: date, by: Actor, note: str = ""
) -> Leave:
    """Record a leave, both days included; whether it stops a clock the rules say.

    Raises NotPermitted; RuleBroken where the days are the wrong way round, lie before the entry, or
    overlap another leave, and when the postdoc has left. The note is not journalled.
    """
    if last_on < first_on:
        raise RuleBroken(_("The last day lies before the first."))
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        demand_present(held)
        if first_on < held.entered_on:
            raise RuleBroken(
                _("The postdoc entered on %(entry)s; %(day)s lies before it.")
                % {"entry": held.entered_on, "day": first_on}
            )
        _demand_no_other(held, first_on, last_on)
        row = Leave.objects.create(
            postdoc=held, kind=LeaveKind(kind), first_on=first_on, last_on=last_on,
            note=note.strip()[:NOTE_LENGTH],
        )  # fmt: skip
        after = {"kind": row.kind, "from": first_on, "to": last_on}
        act.write("postdoc.leave_of_absence", "postdoc", held.pk, after=after)
        _bring_up_to_date(held)
        touch(act, held)
    return row


def _demand_no_other(held: Postdoc, first_on: date, last_on: date) -> None:
    still = Q(returned_on=None) | Q(returned_on__gt=first_on)
    rows = Leave.objects.filter(still, postdoc=held, first_on__lte=last_on, last_on__gte=first_on)
    other = rows.first()
    if other is not None:
        raise RuleBroken(
            _("Another leave lies there already: %(kind)s from %(first)s to %(last)s.")
            % {
                "kind": LeaveKind(other.kind).label, "first": other.first_on, "last": other.last_on,
            }
        )  # fmt: skip


def end_leave(*, leave: Leave, returned_on: date, by: Actor) -> Leave:
    """Record the day of the return, which is the first day back at the station; earlier than planned
    or late. The same day again changes nothing.

    Raises NotPermitted; RuleBroken for a day before the leave began, or ahead.
    """
    with deed(by) as act:
        held = locked_postdoc(leave.postdoc)
        may_keep_postdoc(by, held).demand()
        row = Leave.objects.get(pk=leave.pk)
        if row.returned_on == returned_on:
            return row
        if not row.first_on <= returned_on <= today():
            raise RuleBroken(
                _("The return lies between %(first)s, when the leave began, and today.")
                % {"first": row.first_on}
            )
        before = {"returned_on": row.returned_on}
        row.returned_on = returned_on
        row.save(update_fields=["returned_on"])
        after = {"returned_on": returned_on}
        act.write("postdoc.return", "postdoc", held.pk, before=before, after=after)
        _bring_up_to_date(held)
        touch(act, held)
    return row


def _bring_up_to_date(held: Postdoc) -> bool:
    """Let the state say whether the postdoc is on leave today; who did not return is still."""
    if held.state not in PRESENT:
        return False
    away = Leave.objects.filter(postdoc=held, first_on__lte=today(), returned_on=None)
    state = PostdocState.ON_LEAVE if away.exists() else PostdocState.IN_STATION
    if state == held.state:
        return False
    held.state = state
    held.save(update_fields=["state"])
    return True


def begin_leaves(*, institution: Unit, by: Actor) -> int:
    """Let the states of postdocs whose leave begins today, or began, say so; gives how many changed.

    Done every night, because a leave is recorded ahead. Raises NotPermitted.
    """
    may_keep_institution(by, institution).demand()
    begun = Leave.objects.filter(
        postdoc__institution=institution, postdoc__state=PostdocState.IN_STATION,
        first_on__lte=today(), returned_on=None,
    )  # fmt: skip
    keys = sorted(set(begun.order_by().values_list("postdoc", flat=True)))
    with deed(by) as act:
        rows = Postdoc.objects.select_for_update(no_key=True, of=("self",))
        changed = [row for row in rows.filter(pk__in=keys).order_by("pk") if _bring_up_to_date(row)]
        for row in changed:
            act.write("postdoc.on_leave", "postdoc", row.pk, after={"state": row.state})
            touch(act, row)
    return len(changed)
