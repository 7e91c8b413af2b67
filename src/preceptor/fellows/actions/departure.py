"""A postdoc leaves the station, on a day that may lie ahead; or is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution, scope
from preceptor.people.models import Person

from ..access import may_keep_postdoc
from ..choices import PostdocState, StayEnd
from ..models import Postdoc, Stay
from ..states import PRESENT
from .host import end_hosts, restore_hosts
from .postdoc import (
    demand_present,
    demand_staying,
    end_stay,
    last_stay,
    locked_postdoc,
    touch,
)

#: In which state a term ends by which way out.
ENDS = {
    StayEnd.EXIT: PostdocState.EXITED,
    StayEnd.EARLY_EXIT: PostdocState.LEFT_EARLY,
    StayEnd.WITHDRAWAL: PostdocState.WITHDRAWN,
    StayEnd.TRANSFER: PostdocState.TRANSFERRED,
}
#: What may have been written to a term since its entry.
WRITTEN = ("cases", "contracts", "funding", "supports", "goals", "months", "leaves", "grounds",
           "assessments", "incubations")  # fmt: skip


def leave_station(
    *, postdoc: Postdoc, goes_by: StayEnd, on: date, by: Actor, reason: str = ""
) -> Postdoc:
    """End a term and its open stay on the day, and with it the parts of the supervisors. A decided request does this, also ahead: then the
    postdoc is in station until the day, and `end_terms` lets the state follow. Who keeps the records
    does it by hand for former years. Done once it is not done again; a withdrawal or an earlier end
    takes the place of one that lies ahead.

    Raises NotPermitted; InputRefused for an end that is none; RuleBroken for a day not after the
    beginning of the present stay, and for a later end than the one that was decided.
    """
    if goes_by not in ENDS:
        raise InputRefused(_("A term does not end by a change of track or source."))
    with deed(by, reason) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        stay = last_stay(held)
        if held.left_on is not None and (stay.goes_by, held.left_on) == (goes_by, on):
            return held
        if held.state == ENDS[goes_by]:
            return held
        demand_present(held)
        _demand_earlier(held, on)
        end_stay(stay, on, goes_by, may_lie_ahead=scope(by).everything)
        before = {"state": held.state, "left_on": held.left_on}
        held.left_on = on
        if on <= today():
            held.state = ENDS[goes_by]
        held.save(update_fields=["state", "left_on"])
        after = {"state": held.state, "on": on, "goes_by": goes_by}
        act.write("postdoc.leave", "postdoc", held.pk, before=before, after=after)
        end_hosts(act, held, on)
        touch(act, held)
    return held


def _demand_earlier(held: Postdoc, on: date) -> None:
    """A decided end is not put off by another; nor undone where the next term is entered already."""
    if held.left_on is None:
        return
    if on > held.left_on:
        demand_staying(held)
    following = Postdoc.objects.filter(follows=held).first()
    if following is not None:
        raise RuleBroken(
            _(
                "It is decided that %(number)s moves on %(day)s; the following term %(following)s is "
                "entered already. Have the move set aside first, or end the following term once it "
                "has begun."
            )
            % {"number": held.number, "day": held.left_on, "following": following.number}
        )


def end_terms(*, institution: Unit, by: Actor) -> int:
    """Let the states of postdocs whose decided day of leaving has come say so; gives how many
    changed. Done every night. Raises NotPermitted."""
    may_keep_institution(by, institution).demand()
    due = Q(institution=institution, state__in=PRESENT, left_on__lte=today())
    with deed(by) as act:
        rows = Postdoc.objects.select_for_update(no_key=True, of=("self",))
        gone = list(rows.filter(due).order_by("pk"))
        for row in gone:
            before = {"state": row.state}
            row.state = ENDS[StayEnd(last_stay(row).goes_by)]
            row.save(update_fields=["state"])
            act.write("postdoc.left", "postdoc", row.pk, before=before, after={"state": row.state})
            touch(act, row)
    return len(gone)


def come_back(
    *, postdoc: Postdoc, by: Actor, reason: str = "", hosts: Sequence[dict[str, Any]] = (),
    former_end: tuple[date, StayEnd] | None = None,
) -> Postdoc:  # fmt: skip
    """Undo the end of a term whose decision was set aside: the last stay is open again, or ends as it
    was to end before (`former_end`), and the parts of the supervisors last as `hosts` says they stood
    before. A following term that has not begun, and to which nothing was written yet, is taken back.

    Raises NotPermitted; RuleBroken where the person is in another station meanwhile.
    """
    on, goes_by = former_end or (None, "")
    with deed(by, reason) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        if held.left_on is None:
            return held
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=held.person_id)
        last = last_stay(held)
        _take_back_following(act, held)
        others = Stay.objects.filter(Q(ends_on=None) | Q(ends_on__gt=held.left_on))
        if others.filter(postdoc__person=held.person_id).exclude(pk=last.pk).exists():
            raise RuleBroken(
                _("The person is in another station meanwhile; this term cannot be taken up again.")
            )
        before = {"state": held.state, "left_on": held.left_on}
        last.ends_on, last.goes_by = on, goes_by
        last.save(update_fields=["ends_on", "goes_by"])
        if former_end is not None and former_end[0] <= today():
            held.state = ENDS[former_end[1]]
        elif held.state not in PRESENT:
            held.state = PostdocState.IN_STATION
        restore_hosts(act, held, held.left_on, hosts)
        held.left_on = on
        held.save(update_fields=["state", "left_on"])
        after = {"state": held.state, "left_on": on}
        act.write("postdoc.back", "postdoc", held.pk, before=before, after=after)
        touch(act, held)
    return held


def _take_back_following(act: Deed, held: Postdoc) -> None:
    """Take back the term to which the postdoc was to move, as long as it is nothing but an entry."""
    row = Postdoc.objects.filter(follows=held, entered_on__gt=today()).first()
    if row is None or any(getattr(row, part).exists() for part in WRITTEN):
        return
    before = {"number": row.number, "station": row.station_id, "entered_on": row.entered_on}
    act.write("postdoc.entry_back", "postdoc", row.pk, before=before)
    row.delete()
