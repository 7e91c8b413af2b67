"""A standing body's year: its meetings, what it decided and advised, who came, whose seat began or ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from preceptor.base.today import today

from .access.body import visible_advice
from .access.case import visible_cases
from .access.minutes import visible_minutes
from .access.sitting import visible_sittings
from .bodies import MET, DayMet, day_met
from .choices import AdviceState, ItemState, SittingState, VoteResult
from .models import Advice, Body, BodySeat, Item, Minutes, Recusal, Sitting, SittingSeat
from .rivals import apart
from .seating import VOTERS, item_voting
from .voting import Quorum, quorum_of


@dataclass(frozen=True)
class Meeting:
    """A meeting of the year with the items that the reader is shown and its newest minutes; `is_read`
    of an item says whether the reader may see its case.

    `members` and `came` count seats with a vote, a substitute in the place of who was replaced;
    `unknown` of them nobody said whether they came.
    """

    sitting: Sitting
    day: date
    is_held: bool
    members: int
    came: int
    unknown: int
    items: tuple[Item, ...]
    minutes: Minutes | None

    @property
    def signatures(self) -> int:
        """How many signed the newest minutes; 0 where there are none."""
        return 0 if self.minutes is None else self.minutes.signed  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Attended:
    """How often a person came to the meetings held in the year: of `called`, `came`, sent a
    substitute (`replaced`), and of whom nobody said it (`unknown`); `recused` counts items."""

    person: Any
    role: str
    called: int = 0
    came: int = 0
    replaced: int = 0
    unknown: int = 0
    recused: int = 0
    is_substitute: bool = False

    @property
    def missed(self) -> int:
        """To how many meetings the person did not come."""
        return self.called - self.came - self.unknown


@dataclass(frozen=True)
class BodyYear:
    """The year as the reader may see it: meetings earliest first, the people by their role, advice
    as it was given, seats that began in the year and seats that ended in it; `days` are those of all its meetings."""

    body: Body
    year: int
    meetings: tuple[Meeting, ...]
    people: tuple[Attended, ...]
    advice: tuple[Advice, ...]
    begun: tuple[BodySeat, ...]
    ended: tuple[BodySeat, ...]
    days: tuple[DayMet, ...]

    @property
    def held(self) -> int:
        """How many meetings were held, those too that the reader may not read."""
        return sum(one.is_held for one in self.days)

    @property
    def unread(self) -> int:
        """How many meetings of the year the reader may not read."""
        return len(self.days) - len(self.meetings)

    @property
    def is_short(self) -> bool:
        """Whether a whole year that is over had fewer meetings than the body is to have."""
        wanted, body = self.body.meetings_a_year, self.body
        is_whole = body.opened_on.year < self.year < today().year
        is_open = body.closed_on is None or body.closed_on.year > self.year
        return wanted is not None and is_whole and is_open and self.held < wanted

    def decided(self, result: VoteResult | None = None) -> int:
        """How many items were decided by a vote; those with the result where one is named."""
        return sum(
            item.state == ItemState.DECIDED and (result is None or item.result == result)
            for one in self.meetings
            for item in one.items
        )

    def advised(self, state: AdviceState) -> int:
        """How many advice of the year stand in the state today."""
        return sum(one.state == state for one in self.advice)


def item_quorum(item: Item) -> Quorum | None:
    """The quorum under which the item was decided; None without a vote, or where nobody counted."""
    voting = item_voting(item)
    if voting is None or item.members is None or item.present is None:
        return None
    return quorum_of(voting, item.members, item.present)


def years_of(body: Body) -> range:
    """The years of which a body can be asked: from the one in which it was set up to this one, or
    the one in which it was closed, and the next one, for which it may plan."""
    last = today().year + 1 if body.closed_on is None else body.closed_on.year
    return range(body.opened_on.year, max(last, body.opened_on.year) + 1)


def year_of(body: Body, year: int, user: Any) -> BodyYear:
    """The body's year as far as the user may see its sittings, items and advice; seven queries."""
    found = meetings_of(body, user)
    of_year = {one.sitting: one for one in found.days if one.on.year == year}
    sittings = sorted(
        (row for row in found.seen if row.pk in of_year), key=lambda row: (_at(row), row.pk)
    )
    keys = [row.pk for row in sittings]
    seats = list(
        SittingSeat.objects.filter(sitting__in=keys).select_related("person")
        .defer("answer_reason", "person__birth_on").order_by("pk")
    )  # fmt: skip
    begun, ended = _changed(body, year)
    return BodyYear(
        body, year, _meetings(sittings, seats, user), _people(sittings, seats),
        tuple(_advice(body, year, user)), begun, ended,
        tuple(of_year.values()),
    )  # fmt: skip


@dataclass(frozen=True)
class Meetings:
    """All meetings of a body but cancelled ones: the days of all of them, the newest first, and the
    sittings that the reader may see, without their records."""

    days: tuple[DayMet, ...]
    seen: tuple[Sitting, ...]


def meetings_of(body: Body, user: Any) -> Meetings:
    """The meetings of a body for the user; one query."""
    is_seen = Exists(visible_sittings(user).filter(pk=OuterRef("pk")))
    rows = Sitting.objects.filter(body=body).exclude(state=SittingState.CANCELLED)
    found = list(rows.annotate(is_seen=is_seen).defer("record").order_by("starts_at", "pk"))
    days = [day for row in found if (day := day_met(row)) is not None]
    return Meetings(
        tuple(sorted(days, reverse=True)),
        tuple(row for row in found if row.is_seen),
    )


def _at(sitting: Sitting) -> datetime:
    at = sitting.opened_at or sitting.starts_at
    assert at is not None  # the year of a meeting without a day is not known
    return at


def _meetings(
    sittings: Sequence[Sitting], seats: Iterable[SittingSeat], user: Any
) -> tuple[Meeting, ...]:
    keys = [row.pk for row in sittings]
    items: dict[int, list[Item]] = defaultdict(list)
    is_read = Exists(visible_cases(user).filter(pk=OuterRef("case")))
    rows = Item.objects.filter(apart(user, "case"), sitting__in=keys).select_related("case")
    for item in rows.annotate(is_read=is_read).order_by("place", "pk"):
        items[item.sitting_id].append(item)
    minutes = visible_minutes(user).filter(sitting__in=keys).annotate(signed=Count("signatures"))
    newest = {row.sitting_id: row for row in minutes.order_by("version")}
    voting: dict[int, list[SittingSeat]] = defaultdict(list)
    for seat in seats:
        if seat.released_at is None and seat.role in VOTERS:
            voting[seat.sitting_id].append(seat)
    return tuple(
        Meeting(
            row, timezone.localdate(_at(row)), row.state in MET, len(voting[row.pk]),
            sum(bool(seat.is_present) for seat in voting[row.pk]),
            sum(seat.is_present is None for seat in voting[row.pk]),
            tuple(items[row.pk]), newest.get(row.pk),
        )
        for row in sittings
    )  # fmt: skip


def _people(sittings: Sequence[Sitting], seats: Sequence[SittingSeat]) -> tuple[Attended, ...]:
    """Who had a seat at a meeting that was held: the chair first, substitutes last; one query.

    A seat that was taken back counts only where a substitute took it, and its holder was not seated
    again.
    """
    held = {row.pk for row in sittings if row.state in MET}
    replaced = {seat.stands_in_for_id for seat in seats}
    sits = {(seat.sitting_id, seat.person_id) for seat in seats if seat.released_at is None}
    found: dict[int, Attended] = {}
    for seat in seats:
        if seat.sitting_id not in held or (seat.released_at and seat.pk not in replaced):
            continue
        if seat.released_at and (seat.sitting_id, seat.person_id) in sits:
            continue
        known = found.get(seat.person_id, Attended(seat.person, seat.role, is_substitute=True))
        found[seat.person_id] = _with(known, seat)
    for person in Recusal.objects.filter(item__sitting__in=held).values_list(
        "seat__person", flat=True
    ):
        if person in found:
            found[person] = replace(found[person], recused=found[person].recused + 1)
    order = {role: place for place, role in enumerate(_ROLES)}
    return tuple(
        sorted(found.values(), key=lambda one: (one.is_substitute, order[one.role], one.person.pk))
    )


_ROLES = (*VOTERS, "secretary", "adviser")


def _with(known: Attended, seat: SittingSeat) -> Attended:
    is_gone = seat.released_at is not None
    return replace(
        known, role=seat.role, called=known.called + 1,
        came=known.came + (bool(seat.is_present) and not is_gone),
        replaced=known.replaced + is_gone,
        unknown=known.unknown + (seat.is_present is None and not is_gone),
        is_substitute=known.is_substitute and seat.stands_in_for_id is not None,
    )  # fmt: skip


def _advice(body: Body, year: int, user: Any) -> Iterable[Advice]:
    rows = visible_advice(user).filter(body=body, given_on__year=year)
    return rows.select_related("owner", "owner_unit", "person").order_by("given_on", "pk")


def _changed(body: Body, year: int) -> tuple[tuple[BodySeat, ...], tuple[BodySeat, ...]]:
    """The seats that began and those that ended in the year; one query."""
    rows = BodySeat.objects.known().filter(
        Q(valid_from__year=year) | Q(valid_to__year=year), body=body
    )
    found = list(rows.select_related("person").order_by("valid_from", "pk"))
    ended = [row for row in found if row.valid_to and row.valid_to.year == year]
    return (
        tuple(row for row in found if row.valid_from.year == year),
        tuple(sorted(ended, key=lambda row: (row.valid_to, row.pk))),
    )
