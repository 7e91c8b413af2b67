"""Named reads of sittings: who may vote on an item, who is there, and who is wanted elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone

from preceptor.people.models import Absence, Person

from .bodies import DEGREE_KINDS, read_voting
from .choices import BodyRole, CaseState, ItemState, SittingState, StageKind
from .kinds.kind import Voting
from .models import Item, Sitting, SittingSeat, VoteCast
from .voting import Quorum, quorum_of

#: Who has a vote; a secretary and an adviser have none.
VOTERS = (BodyRole.CHAIR, BodyRole.DEPUTY_CHAIR, BodyRole.MEMBER)


@dataclass(frozen=True)
class Attendance:
    """The numbers of one item: members with a vote and those of them who are there. Whoever was
    recused is not there, and no member for the item either, but in a body of the Degrees Law;
    whoever voted and left since is still counted as having been there."""

    members: int
    present: int


@dataclass(frozen=True)
class Clash:
    """A person who cannot come: another sitting at the same time, or an absence (no sitting)."""

    person: Person
    sitting: Sitting | None


def item_voting(item: Item) -> Voting | None:
    """The rule by which the item is decided; None for an item without a vote."""
    return None if item.voting is None else read_voting(item.voting)


def is_there(seat: SittingSeat) -> bool:
    """Whether the holder of the seat is in the room now."""
    return bool(seat.is_present) and seat.left_at is None and seat.released_at is None


def voting_seats(sitting: Sitting) -> list[SittingSeat]:
    """The seats with a vote that were not released, with their persons; one query."""
    rows = SittingSeat.objects.filter(sitting=sitting, released_at=None, role__in=VOTERS)
    return list(rows.select_related("person").order_by("pk"))


def counts_recused(sitting: Sitting) -> bool:
    """Whether a recused member stays among all members: in the degree evaluation committee and its
    sub-committees. The Degrees Law (article 10) takes two thirds and the majority of all members
    and knows no exception. Elsewhere the shares are taken of those who may decide the item."""
    return sitting.body is not None and sitting.body.kind in DEGREE_KINDS


def attendance_of(
    seats: Iterable[SittingSeat],
    recused: Iterable[int] = (),
    voted: Iterable[int] = (),
    *,
    keeps_recused: bool = False,
) -> Attendance:
    """The numbers of an item, from the seats of its sitting and the keys of the recused and of
    those who voted; with `keeps_recused` (see `counts_recused`) the recused stay among the
    members. No query."""
    out, cast = set(recused), set(voted)
    own = [seat for seat in seats if seat.role in VOTERS and seat.released_at is None]
    free = [seat for seat in own if seat.pk not in out]
    present = sum(is_there(seat) or seat.pk in cast for seat in free)
    return Attendance(len(own if keeps_recused else free), present)


def attendance(item: Item) -> Attendance:
    """The numbers of the item now; four queries, fewer where the sitting comes with its body."""
    recused = item.recusals.values_list("seat", flat=True)
    voted = VoteCast.objects.filter(item=item).values_list("seat", flat=True)
    return attendance_of(
        voting_seats(item.sitting), recused, voted, keeps_recused=counts_recused(item.sitting)
    )


def quorum_now(item: Item) -> Quorum | None:
    """Whether enough are there for the item; None for one without a vote."""
    voting = item_voting(item)
    if voting is None:
        return None
    found = attendance(item)
    return quorum_of(voting, found.members, found.present)


def waits_for_result(item: Item) -> bool:
    """Whether the item decided a case that was not taken on, because a rule held it back; `item`
    comes with its case. No query."""
    case = item.case
    return (
        case is not None
        and item.state == ItemState.DECIDED
        and case.state == CaseState.RUNNING
        and case.stage_kind == StageKind.SITTING
        and case.stage_since is not None
        and item.decided_at is not None
        and case.stage_since <= item.decided_at
    )


def _end(sitting: Sitting) -> datetime:
    """When the sitting ends; one without an end takes the rest of its day."""
    if sitting.ends_at is not None:
        return sitting.ends_at
    assert sitting.starts_at is not None
    day = timezone.localdate(sitting.starts_at)
    return timezone.make_aware(datetime.combine(day, time.max))


def _overlapping(sitting: Sitting) -> list[SittingSeat]:
    """The seats elsewhere of this sitting's persons, at sittings to come or in session."""
    persons = SittingSeat.objects.filter(sitting=sitting, released_at=None).values("person")
    states = (SittingState.PLANNED, SittingState.CALLED, SittingState.OPEN)
    rows = SittingSeat.objects.filter(
        Q(sitting__ends_at=None) | Q(sitting__ends_at__gt=sitting.starts_at),
        person__in=persons, released_at=None, sitting__state__in=states,
        sitting__starts_at__lt=_end(sitting),
    ).exclude(sitting=sitting)  # fmt: skip
    return list(rows.select_related("person", "sitting__body").order_by("pk"))


def clashes(sitting: Sitting) -> list[Clash]:
    """Who of the seated is at another sitting at that time, or absent on that day; empty where no
    time is set. A clash is told, it forbids nothing. Two queries."""
    if sitting.starts_at is None:
        return []
    start = sitting.starts_at
    found = [
        Clash(seat.person, seat.sitting)
        for seat in _overlapping(sitting)
        if seat.sitting.starts_at is not None and _end(seat.sitting) > start
    ]
    persons = SittingSeat.objects.filter(sitting=sitting, released_at=None).values("person")
    away = Absence.objects.on(timezone.localdate(start)).filter(person__in=persons)
    return found + [Clash(row.person, None) for row in away.select_related("person")]


def double(persons: Sequence[Person]) -> Person | None:
    """The first person named twice; None when everybody is named once."""
    seen: dict[int, int] = defaultdict(int)
    for person in persons:
        seen[person.pk] += 1
        if seen[person.pk] > 1:
            return person
    return None
