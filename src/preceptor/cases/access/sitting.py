"""Who may see a sitting, run it, and vote at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.people.access import scope

from ..choices import BodyRole, ItemState
from ..models import Item, Recusal, Sitting, SittingSeat, VoteCast
from ..rivals import Rivals, among, own_rivals, rivals_of
from ..seating import VOTERS, is_there
from .holding import StaffReach, staff_reach


def own_seats(user: Any) -> QuerySet[SittingSeat]:
    """The seats that the user's person holds and that were not released."""
    person = scope(user).person
    held = SittingSeat.objects.filter(released_at=None)
    return held.none() if person is None else held.filter(person=person)


def visible_sittings(user: Any) -> QuerySet[Sitting]:
    """Sittings of the units that the user reads, and those at which the user has a seat. Not those
    that judge who competes with the user, but for a standing body in which the user sits: there the
    user is recused from the item and not shown it (`agenda_of`)."""
    reach = scope(user)
    if reach.everything:
        return Sitting.objects.all()
    seen, seated = reach.within("unit", "institution"), Q(pk__in=own_seats(user).values("sitting"))
    staff = staff_reach(user)
    if staff.kinds:
        seen |= Q(pk__in=_boards(staff).values("sitting"))
    rivals = own_rivals(user)
    if rivals:
        on_rivals = Q(pk__in=Item.objects.filter(among("case", rivals)).values("sitting"))
        seen, seated = seen & ~on_rivals, seated & ~(on_rivals & Q(body=None))
    return Sitting.objects.filter(seen | seated)


@dataclass(frozen=True)
class Agenda:
    """The items of a sitting that somebody is shown, in their order, and how many are withheld because
    they judge who competes with that person."""

    items: tuple[Item, ...]
    withheld: int = 0


def agenda_of(user: Any, sitting: Sitting) -> Agenda:
    """The agenda as the user sees it, with the cases; one query."""
    return _agenda(sitting, () if scope(user).everything else own_rivals(user))


def agenda_for(seat: SittingSeat) -> Agenda:
    """The agenda as the holder of the seat sees it, with or without an account; one query."""
    return _agenda(seat.sitting, rivals_of([seat.person_id]))


def _agenda(sitting: Sitting, rivals: Rivals) -> Agenda:
    rows = sitting.items.select_related("case").order_by("place", "pk")
    if not rivals:
        return Agenda(tuple(rows))
    judged = Case(
        When(among("case", rivals), then=Value(True)), default=Value(False),
        output_field=BooleanField(),
    )  # fmt: skip
    found = list(rows.annotate(is_rivals=judged))
    shown = tuple(one for one in found if not one.is_rivals)
    return Agenda(shown, len(found) - len(shown))


def sittings_in_full(user: Any) -> QuerySet[Sitting]:
    """Of `visible_sittings` those of which the user is shown every item, and so record and minutes."""
    rows, rivals = visible_sittings(user), own_rivals(user)
    if scope(user).everything or not rivals:
        return rows
    return rows.exclude(pk__in=Item.objects.filter(among("case", rivals)).values("sitting"))


def may_read_in_full(user: Any, sitting: Sitting) -> Permit:
    """Whether the user reads what speaks of all items at once, where the sitting is visible: its
    record and its minutes; the same answer as `sittings_in_full`."""
    if not scope(user).everything and _judges_rivals(user, sitting):
        return refused(
            _("You compete with somebody on the agenda: record and minutes are not shown to you.")
        )
    return GRANTED


def _judges_rivals(user: Any, sitting: Sitting) -> bool:
    rivals = own_rivals(user)
    return bool(rivals) and sitting.items.filter(among("case", rivals)).exists()


def _boards(staff: StaffReach) -> QuerySet[Item]:
    """The items of boards that decide what a personnel office has a part in."""
    placed = staff.within("case__unit", "case__institution", "case__kind")
    return Item.objects.filter(placed, sitting__body=None, case__submitted_at__isnull=False)


def _is_staffed(user: Any, sitting: Sitting) -> bool:
    staff = staff_reach(user)
    return bool(staff.kinds) and _boards(staff).filter(sitting=sitting).exists()


def may_view_sitting(user: Any, sitting: Sitting) -> Permit:
    """Whether the user may see the sitting; the same answer as `visible_sittings`."""
    reach = scope(user)
    if reach.everything:
        return GRANTED
    is_barred = _judges_rivals(user, sitting)
    if not is_barred and _is_placed(user, sitting):
        return GRANTED
    is_open = not is_barred or sitting.body_id is not None
    if is_open and own_seats(user).filter(sitting=sitting).exists():
        return GRANTED
    return refused(_("This sitting is outside what you may see."))


def _is_placed(user: Any, sitting: Sitting) -> bool:
    reach = scope(user)
    is_read = sitting.institution_id in reach.institutions or sitting.unit_id in reach.parts
    return is_read or _is_staffed(user, sitting)


def may_run_sitting(user: Any, sitting: Sitting) -> Permit:
    """Whether the user may run the sitting: who keeps the records of its unit, whoever has the
    secretary's seat at it, and a personnel office the boards of what it has a part in; never who
    competes with somebody on its agenda."""
    if _judges_rivals(user, sitting):
        return refused(
            _("You compete with somebody on the agenda: this sitting is run by somebody else.")
        )
    if scope(user).keeps(sitting.unit_id) or _is_staffed(user, sitting):
        return GRANTED
    if own_seats(user).filter(sitting=sitting, role=BodyRole.SECRETARY).exists():
        return GRANTED
    return refused(
        _("The sitting is run by its secretary, the secretary of the unit or the office.")
    )


def may_answer(user: Any, seat: SittingSeat) -> Permit:
    """Whether the user may answer the invitation: its holder, and whoever runs the sitting and
    was told by the holder."""
    person = scope(user).person
    if person is not None and person == seat.person_id:
        return GRANTED
    return may_run_sitting(user, seat.sitting)


def may_vote(user: Any, item: Item) -> Permit:
    """Whether the user may vote on the item now. A ballot is never delegated: only the account of
    the person who holds the seat votes, not an operator either."""
    seat = own_seats(user).filter(sitting=item.sitting_id).first()
    if seat is None:
        return refused(_("You have no seat at this sitting."))
    return may_seat_vote(seat, item)


def may_seat_vote(seat: SittingSeat, item: Item) -> Permit:
    """Whether the holder of the seat may vote on the item now; each refusal says why."""
    return seat_refusal(
        seat, item,
        is_recused=Recusal.objects.filter(item=item, seat=seat).exists(),
        has_voted=VoteCast.objects.filter(item=item, seat=seat).exists(),
    )  # fmt: skip


def seat_refusal(seat: SittingSeat, item: Item, *, is_recused: bool, has_voted: bool) -> Permit:
    """The same where it is known already whether the seat is recused and voted; no query."""
    standing = _as_it_stands(seat, item)
    if not standing:
        return standing
    if is_recused:
        return refused(_("You take no part in this item: a recusal is recorded."))
    if has_voted:
        return refused(_("You voted on this item already."))
    return GRANTED


def _as_it_stands(seat: SittingSeat, item: Item) -> Permit:
    """What seat and item say by themselves; no query."""
    if item.state != ItemState.OPEN:
        return refused(closed_because(item))
    if seat.sitting_id != item.sitting_id or seat.released_at is not None:
        return refused(_("You have no seat at this sitting any more."))
    if seat.role not in VOTERS:
        return refused(_("The secretary and advisers have no vote."))
    if seat.left_at is not None:
        return refused(_("You are recorded as having left. Tell the secretary if you are back."))
    if not is_there(seat):
        return refused(_("You are not recorded as present. Tell the secretary that you are here."))
    return GRANTED


def closed_because(item: Item) -> Any:
    """Why nobody votes on the item now."""
    reasons = {
        ItemState.LISTED: _("The vote on this item has not been opened yet."),
        ItemState.DECIDED: _("The vote on this item is closed; a ballot can no longer be cast."),
        ItemState.NOTED: _("There is no vote on this item."),
        ItemState.POSTPONED: _("This item was postponed."),
    }
    return reasons[ItemState(item.state)]
