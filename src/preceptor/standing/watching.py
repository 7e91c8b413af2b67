"""Conflicts of interest that come to be known after a panel was called: whoever calls its sitting is told,
each of them once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.addresses import public_url
from preceptor.base.deeds import deed
from preceptor.base.models import OutgoingMail
from preceptor.base.together import answer
from preceptor.cases.choices import CaseState, SittingState, StageKind
from preceptor.cases.letters import readers_of, write_letters
from preceptor.cases.models import Sitting, SittingSeat
from preceptor.people.models import Person
from preceptor.training.models import MilestoneCase, Panel

from .compositions import keep_panel, ties_asked
from .radar import Conflict
from .radar.conflict import TITLES
from .radar.words import name_in


@dataclass(frozen=True)
class NewTie:
    """What ties a member to the trainee and was not known when the member was invited."""

    panel: Panel
    row: MilestoneCase
    person: Person
    tie: Conflict


def tell_conflicts(*, on: date, by: Actor) -> int:
    """Write to those who call the sitting of each panel that is called and still to come, about every
    conflict of a member that blocks and that nobody overrode, and every other that began since the
    member was invited. Each panel in a deed of its own; nobody is written to twice about the same record.

    Gives how many conflicts were told.
    """
    return sum(_told(found, by) for found in _grouped(on))


def _grouped(on: date) -> Iterator[list[NewTie]]:
    seats = SittingSeat.objects.filter(released_at=None)
    rows = Panel.objects.filter(
        sitting__state=SittingState.CALLED, sits_on__gte=on,
        milestone_case__case__state=CaseState.RUNNING,
        milestone_case__case__stage_kind=StageKind.SITTING,
    ).select_related("enrolment__person", "sitting")  # fmt: skip
    for panel in rows.prefetch_related(Prefetch("sitting__seats", seats)).order_by("pk"):
        if found := list(new_ties(panel, on)):
            yield found


def new_ties(panel: Panel, on: date) -> Iterator[NewTie]:
    """What ties the members of a panel that was called and was not known when they were invited."""
    row = answer(keep_panel(panel))
    if row is None or panel.sitting is None:
        return
    invited = _invited(panel.sitting)
    ties, overrides = answer(ties_asked(panel, row, on))
    for seat in panel.seats.all():
        for tie in ties[seat.person_id]:
            if (seat.person_id, tie.kind) not in overrides and _is_new(
                tie, invited.get(seat.person_id)
            ):
                yield NewTie(panel, row, seat.person, tie)


def _invited(sitting: Sitting) -> dict[int, date]:
    return {
        seat.person_id: timezone.localdate(seat.invited_at)
        for seat in sitting.seats.all()
        if seat.invited_at is not None
    }


def _is_new(tie: Conflict, invited_on: date | None) -> bool:
    """Nobody is called with a conflict that blocks, unless it was overridden: one there is now is new."""
    if tie.level == "block":
        return True
    return tie.since is not None and invited_on is not None and tie.since >= invited_on


def _told(found: Sequence[NewTie], by: Actor) -> int:
    fresh = [one for one in found if not _is_told(one)]
    if not fresh:
        return 0
    with deed(by) as act:
        tasks = fresh[0].row.case.tasks.filter(done_at=None).select_related("account", "person")
        readers = [reader for task in tasks for reader in readers_of(task)]
        told = [one for one in fresh if write_letters(readers, partial(_letter, one), _key(one))]
        persons = sorted({one.person.pk for one in told})
        act.write("panel.watch", "panel", fresh[0].panel.pk, after={"persons": persons})
    return len(told)


def _key(one: NewTie) -> str:
    """The record that shows it is told once, however often it is found."""
    first = one.tie.evidence[0]
    return f"tie:{one.panel.pk}:{one.person.pk}:{one.tie.kind}:{first.noun}:{first.key}"


def _is_told(one: NewTie) -> bool:
    return OutgoingMail.objects.filter(unique_key__startswith=f"{_key(one)}:").exists()


def _letter(one: NewTie) -> tuple[str, str]:
    """Subject and body; the record that shows it stands on the page, not in the letter."""
    places = {
        "name": name_in(one.person, get_language() or ""),
        "number": one.panel.number,
        "kind": str(TITLES[one.tie.kind]),
        "address": public_url("panel", one.panel.pk),
    }
    subject = _("Panel %(number)s: a conflict of interest became known") % places
    if one.tie.level == "block":
        body = _(
            "After the sitting was called, a conflict of interest of %(name)s became known (%(kind)s), "
            "which keeps that person from voting. Find a substitute, or record why that person sits all "
            "the same: %(address)s"
        )
    else:
        body = _(
            "After the sitting was called, a conflict of interest of %(name)s became known (%(kind)s). "
            "It does not keep that person off; look at it before the sitting: %(address)s"
        )
    return subject, body % places
