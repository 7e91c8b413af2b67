"""Planning a sitting and seating it; opening, closing and cancelling it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.permits import GRANTED
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep
from preceptor.people.models import Person

from ..boards import let_read
from ..choices import BodyRole, ItemState, SittingState
from ..models import Body, BodySeat, Recusal, Sitting, SittingSeat
from ..partiality import impartial
from ..seating import VOTERS, double
from .chairing import (
    COMING,
    end_links,
    locked_seat,
    locked_sitting,
    move,
    refuse_seen_before,
    refuse_texts,
    refuse_times,
    refuse_while_voting,
    release,
    when,
)
from .invitation import tell_cancelled
from .membership import follow_membership

#: An item that is still to be decided, and one about which nothing is left to do.
AHEAD = (ItemState.LISTED, ItemState.OPEN)
SETTLED = (ItemState.DECIDED, ItemState.NOTED, ItemState.POSTPONED)


@dataclass(frozen=True)
class NewSittingSeat:
    """A person to be seated; `is_head`: the head of the institution."""

    person: Person
    role: str
    is_head: bool = False


def plan_sitting(
    *,
    institution: Unit,
    unit: Unit,
    title_zh: str,
    title_en: str,
    seats: Sequence[NewSittingSeat],
    by: Actor,
    body: Body | None = None,
    board: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    place: str = "",
    is_public: bool = False,
) -> Sitting:
    """Plan a sitting of a panel (`board`) or a standing body with its seats.

    Day and place may be set later. Raises PermissionDenied unless `by` keeps the unit's records;
    RuleBroken for a person seated twice or an end before the start; InputRefused without a title,
    for a text that is too long, or an unknown role.
    """
    may_keep(by, unit).demand()
    refuse_texts(title_zh, title_en, place)
    refuse_times(starts_at, ends_at)
    _refuse_double([seat.person for seat in seats])
    with deed(by) as act:
        held = Sitting.objects.create(
            institution=institution, unit=unit, body=body, board=board, title_zh=title_zh.strip(),
            title_en=title_en.strip() or title_zh.strip(), starts_at=starts_at, ends_at=ends_at,
            place=place.strip(), is_public=is_public,
        )  # fmt: skip
        held.number = f"M-{today().year}-{held.pk:06}"
        held.save(update_fields=["number"])
        SittingSeat.objects.bulk_create([_seat(held, seat) for seat in seats])
        after = {"number": held.number, "seats": [seat.person.pk for seat in seats]}
        act.write("sitting.plan", "sitting", held.pk, after=after | when(held))
    return held


def _seat(sitting: Sitting, new: NewSittingSeat) -> SittingSeat:
    if new.role not in BodyRole.values:
        raise InputRefused(_("There is no seat “%(role)s” at a sitting.") % {"role": new.role})
    return SittingSeat(sitting=sitting, person=new.person, role=new.role, is_head=new.is_head)


def _refuse_double(persons: Sequence[Person]) -> None:
    twice = double(persons)
    if twice is not None:
        raise RuleBroken(
            _("%(name)s is seated twice. A person has one seat at a sitting.")
            % {"name": twice.name_zh}
        )


def seat_person(
    *,
    sitting: Sitting,
    person: Person,
    role: str,
    by: Actor,
    stands_in_for: SittingSeat | None = None,
) -> SittingSeat:
    """Seat a person; as a substitute when a seat is named, which is released with it.

    Raises PermissionDenied; RuleBroken when the person has a seat already, the sitting is over, a
    vote is open, the seat named is of another sitting or released, or the person would vote on a
    panel about himself or on an appeal against what he judged; InputRefused for an unknown role. A
    recusal of the same person from an item ahead goes with the person.
    """
    with deed(by) as act:
        held = locked_sitting(sitting, by)
        refuse_while_voting(held)
        if SittingSeat.objects.filter(sitting=held, person=person, released_at=None).exists():
            raise RuleBroken(
                _("%(name)s has a seat at this sitting already.") % {"name": person.name_zh}
            )
        seat = _seat(held, NewSittingSeat(person, role))
        _refuse_partial(held, seat)
        if stands_in_for is not None:
            replaced = locked_seat(stands_in_for, held)
            _refuse_role(replaced, role)
            seat.stands_in_for = replaced
            release(replaced)
        seat.save(force_insert=True)
        _keep_recused(seat)
        let_read(held, person)
        after = {"seat": seat.pk, "person": person.pk, "role": role}
        if stands_in_for is not None:
            after["stands_in_for"] = stands_in_for.pk
        act.write("sitting.seat", "sitting", held.pk, after=after)
    return seat


def _refuse_partial(held: Sitting, seat: SittingSeat) -> None:
    """On a panel; a standing body recuses its member before the vote."""
    if held.body_id is not None:
        return
    for item in held.items.filter(state__in=AHEAD, case__isnull=False).select_related("case"):
        permit = impartial(item.case, [seat]) if item.case is not None else GRANTED
        if not permit:
            raise RuleBroken(permit.reason)


def _keep_recused(seat: SittingSeat) -> None:
    """Who was recused, released and is seated again stays recused."""
    earlier = Recusal.objects.filter(
        item__sitting=seat.sitting_id, item__state__in=AHEAD, seat__person=seat.person_id
    )
    for row in earlier.order_by("pk"):
        kept = {"reason": row.reason, "at": row.at, "by_key": row.by_key, "by_name": row.by_name}
        Recusal.objects.get_or_create(item_id=row.item_id, seat=seat, defaults=kept)


def _refuse_role(replaced: SittingSeat, role: str) -> None:
    """A substitute does what the replaced one did: with a vote, or without one."""
    if (replaced.role in VOTERS) != (role in VOTERS):
        raise RuleBroken(_("A substitute has a vote exactly when the person replaced had one."))


def release_seat(*, seat: SittingSeat, by: Actor, reason: str) -> SittingSeat:
    """End a seat, with the reason; its links end with it.

    A member of a standing body who does not come stays a member, by whom quorum and majority are
    counted: such a seat ends only with a substitute, or when the term ended. Releasing twice does
    not do it twice. Raises PermissionDenied; RuleBroken without a reason, while a vote is open, or
    for a seat that must stay.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the seat is released."))
    with deed(by, reason.strip()) as act:
        held = locked_sitting(seat.sitting, by)
        if SittingSeat.objects.filter(pk=seat.pk, released_at__isnull=False).exists():
            return SittingSeat.objects.get(pk=seat.pk)
        refuse_while_voting(held)
        found = locked_seat(seat, held)
        _refuse_member(held, found)
        release(found)
        act.write("sitting.release", "sitting", held.pk, after={"seat": found.pk})
    return found


def _refuse_member(held: Sitting, seat: SittingSeat) -> None:
    if held.body_id is None or seat.role not in VOTERS:
        return
    day = timezone.localdate(held.starts_at) if held.starts_at else today()
    persons = [seat.person_id]
    if seat.stands_in_for is not None:
        persons.append(seat.stands_in_for.person_id)
    if BodySeat.objects.on(day).filter(body=held.body_id, person__in=persons).exists():
        raise RuleBroken(
            _(
                "%(name)s is counted as a member of the standing body whether present or not. Seat "
                "a substitute, or leave the seat as it is."
            )
            % {"name": seat.person.name_zh}
        )


def open_sitting(*, sitting: Sitting, by: Actor, revision: int | None = None) -> Sitting:
    """Open the sitting; from now on votes can be opened. At one of a standing body whoever is a member
    today has a seat (`follow_membership`).

    Opening twice does not open twice. Raises PermissionDenied; RuleBroken when somebody changed it
    since `revision`, or nobody is seated.
    """
    with deed(by) as act:
        held = locked_sitting(sitting, by)
        if held.state == SittingState.OPEN:
            return held
        refuse_seen_before(held, revision)
        follow_membership(act, held, today())
        if not held.seats.filter(released_at=None, role__in=VOTERS).exists():
            raise RuleBroken(_("Nobody with a vote is seated. Seat the members first."))
        move(act, held, "sitting.open", state=SittingState.OPEN, opened_at=timezone.now())
    return held


def close_sitting(
    *, sitting: Sitting, by: Actor, record: str = "", revision: int | None = None
) -> Sitting:
    """Close the sitting with its record; every item must be decided, discussed or postponed.

    Closing twice does not close twice. Raises PermissionDenied; RuleBroken while an item is open or
    when somebody changed the sitting since `revision`.
    """
    with deed(by) as act:
        held = locked_sitting(sitting, by, (SittingState.OPEN, SittingState.CLOSED))
        if held.state == SittingState.CLOSED:
            return held
        refuse_seen_before(held, revision)
        left = held.items.exclude(state__in=SETTLED).first()
        if left is not None:
            raise RuleBroken(
                _("“%(item)s” is not settled: close its vote, note it or postpone it first.")
                % {"item": left.title_zh}
            )
        now = timezone.now()
        end_links(held, now)
        state = SittingState.CLOSED
        move(act, held, "sitting.close", state=state, closed_at=now, record=record.strip())
    return held


def cancel_sitting(
    *, sitting: Sitting, by: Actor, reason: str = "", revision: int | None = None
) -> Sitting:
    """Cancel a sitting that was not opened; its cases can go on another agenda, and whoever was
    invited is told by letter.

    Cancelling twice does not do it twice. Raises PermissionDenied; RuleBroken without a reason, or
    once the sitting was opened.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the sitting is cancelled: the invited are told."))
    with deed(by, reason.strip()) as act:
        held = locked_sitting(sitting, by, (*COMING, SittingState.CANCELLED))
        if held.state == SittingState.CANCELLED:
            return held
        refuse_seen_before(held, revision)
        held.items.filter(state=ItemState.LISTED).update(state=ItemState.POSTPONED)
        end_links(held, timezone.now())
        was_called = held.state == SittingState.CALLED
        move(act, held, "sitting.cancel", state=SittingState.CANCELLED)
        if was_called:
            tell_cancelled(held, reason.strip())
    return held
