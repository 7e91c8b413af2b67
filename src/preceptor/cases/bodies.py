"""Named reads of standing bodies: who sits on a day, whose term ends, which cases wait, how it votes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from preceptor.base.today import today
from preceptor.institutions.queries import units_below

from .choices import BodyKind, BodyRole, CaseState, ItemState, SittingState, StageKind
from .kinds.kind import Share, Voting
from .kinds.reading import kind_of_text
from .models import Body, BodySeat, Case, CaseKind, Item, Sitting
from .rivals import apart

#: Terms that end within so many days are told.
SOON = timedelta(days=90)
#: Who counts as a member; a secretary and an adviser have no vote.
VOTING = (BodyRole.CHAIR, BodyRole.DEPUTY_CHAIR, BodyRole.MEMBER)
#: Bodies of the Degrees Law; others vote as the institution decides.
DEGREE_KINDS = (BodyKind.DEGREE, BodyKind.DEGREE_SUB)
#: A meeting that was opened was held.
MET = (SittingState.OPEN, SittingState.CLOSED)
#: More than half of all, by secret ballot, with two thirds of all present (Degrees Law, article 10).
BY_LAW = Voting(passes=Share(1, 2, of="all", more_than=True), quorum=Share(2, 3, of="all"))


def kept_voting(voting: Voting) -> dict[str, Any]:
    """The rule as it is stored with a body or an item."""
    return asdict(voting)


def read_voting(kept: Mapping[str, Any]) -> Voting:
    """The rule that was stored. Raises KeyError for a stored value that is none."""
    return Voting(
        passes=Share(**kept["passes"]), quorum=Share(**kept["quorum"]),
        is_secret=kept["is_secret"], may_abstain=kept["may_abstain"],
    )  # fmt: skip


def voting_of(body: Body) -> Voting:
    """How the body votes; as the Degrees Law has it where the body says nothing else."""
    return read_voting(body.voting) if body.voting else BY_LAW


def seats_on(bodies: Collection[int], on: date) -> dict[int, list[BodySeat]]:
    """The seats of each body on the day with their persons: chair first; one query. `is_followed`
    of each says whether its holder has a later seat in the body."""
    order = {role: place for place, role in enumerate(BodyRole.values)}
    found: dict[int, list[BodySeat]] = defaultdict(list)
    rows = BodySeat.objects.on(on).filter(body__in=bodies).annotate(is_followed=Exists(_later(on)))
    for seat in rows.select_related("person", "substitute").order_by("pk"):
        found[seat.body_id].append(seat)
    for seats in found.values():
        seats.sort(key=lambda seat: (order[seat.role], seat.pk))
    return found


def _later(on: date) -> QuerySet[BodySeat]:
    """The seats that the holder of a seat has in the same body after the day."""
    return BodySeat.objects.known().filter(
        body=OuterRef("body"), person=OuterRef("person"), valid_from__gt=on
    )


def is_ending(seat: BodySeat, on: date) -> bool:
    """Whether the term of a seat from `seats_on` ends within 90 days, and no later one follows."""
    is_soon = seat.valid_to is not None and seat.valid_to <= on + SOON
    return is_soon and not seat.is_followed  # type: ignore[attr-defined]


def terms_ending(bodies: QuerySet[Body], on: date, within: timedelta = SOON) -> QuerySet[BodySeat]:
    """Seats whose last day lies between the day and `within` from it, both included, soonest
    first; not those whose holder has a later seat in the same body already. One query."""
    ending = BodySeat.objects.filter(
        ~Exists(_later(on)), superseded_at=None, valid_from__lte=on, valid_to__gte=on,
        valid_to__lte=on + within, body__in=bodies,
    )  # fmt: skip
    return ending.select_related("body", "person").order_by("valid_to", "pk")


def vacancies(bodies: QuerySet[Body], on: date, within: timedelta = SOON) -> QuerySet[BodySeat]:
    """Seats with a vote that ended and were not filled, the newest first: since the seat ended within
    `within` before the day, the body has fewer seats than it had, those to come included; or a chair,
    whenever it ended, after whom nobody has the chair. One query."""
    rows = BodySeat.objects.known().filter(body__in=bodies, role__in=VOTING, valid_to__lt=on)
    ended = OuterRef("valid_to")
    lasting = BodySeat.objects.known().filter(Q(valid_to=None) | Q(valid_to__gte=on))
    then = BodySeat.objects.known().filter(Q(valid_to=None) | Q(valid_to__gte=ended))
    chairs = BodySeat.objects.known().filter(
        Q(valid_to=None) | Q(valid_to__gt=ended), body=OuterRef("body"), role=BodyRole.CHAIR
    )
    rows = rows.alias(
        had=_number(then.filter(valid_from__lte=ended)), has=_number(lasting),
        has_chair=Exists(chairs),
    )  # fmt: skip
    is_fewer = Q(valid_to__gte=on - within, had__gt=F("has"))
    found = rows.filter(is_fewer | Q(role=BodyRole.CHAIR, has_chair=False))
    return found.select_related("body", "person").order_by("-valid_to", "-pk")


def _number(seats: QuerySet[BodySeat]) -> Coalesce:
    """How many of the seats have a vote in the body of the outer row."""
    own = seats.filter(body=OuterRef("body"), role__in=VOTING).order_by()
    return Coalesce(Subquery(own.values("body").annotate(number=Count("pk")).values("number")), 0)


def _stages(kinds: Sequence[CaseKind], body: str) -> list[Q]:
    """Where cases of these kinds wait for a body of the kind, as conditions on cases."""
    return [
        Q(kind=row.pk, stage=stage.id)
        for row in kinds
        for stage in kind_of_text(row.hash, row.content).stages
        if stage.does == "sitting" and stage.body == body
    ]


def waiting_cases(body: Body) -> QuerySet[Case]:
    """Running cases that wait for a body of this kind and stand on no agenda, oldest first.

    A sub-committee and a body of a unit get the cases of their unit and the units below it, a
    guidance committee those of its person.
    """
    running = Case.objects.filter(
        institution=body.institution_id, state=CaseState.RUNNING, stage_kind=StageKind.SITTING
    )
    kinds = CaseKind.objects.filter(pk__in=running.order_by().values("kind"))
    stages = _stages(list(kinds), body.kind)
    if not stages:
        return Case.objects.none()
    listed = Item.objects.filter(
        state__in=(ItemState.LISTED, ItemState.OPEN), case__isnull=False
    ).values("case")
    rows = running.filter(reduce(or_, stages)).exclude(pk__in=listed)
    if body.person_id is not None:
        rows = rows.filter(person=body.person_id)
    elif body.unit_id != body.institution_id:
        rows = rows.filter(unit__in=units_below([body.unit_id]))
    return rows.select_related("person", "unit", "kind").order_by("stage_since", "pk")


def meetings_in(body: Body, year: int) -> QuerySet[Sitting]:
    """The meetings of a body in a year of the calendar, earliest first, without cancelled ones."""
    zone = timezone.get_current_timezone()
    first = datetime(year, 1, 1, tzinfo=zone)
    after = datetime(year + 1, 1, 1, tzinfo=zone)
    rows = Sitting.objects.filter(body=body, starts_at__gte=first, starts_at__lt=after)
    return rows.exclude(state=SittingState.CANCELLED).order_by("starts_at", "pk")


def met_and_next(bodies: Collection[int], year: int) -> tuple[Counter[int], dict[int, date]]:
    """How many meetings each body held in the year, that is opened, and the day of the next one
    that it has planned from today on; one query."""
    rows = Sitting.objects.filter(body__in=bodies).exclude(state=SittingState.CANCELLED)
    held, coming = Counter[int](), dict[int, date]()
    columns = ("body", "state", "opened_at", "starts_at")
    for body, state, opened, starts in rows.order_by("-starts_at").values_list(*columns):
        at = opened or starts
        if body is None or at is None:
            continue
        day = timezone.localdate(at)
        if state in MET:
            held[body] += day.year == year
        elif day >= today():
            coming[body] = day
    return held, coming


class DayMet(NamedTuple):
    """The day of a meeting, that on which it was opened or else the planned one, with its state
    (`SittingState`) and the key of the sitting."""

    on: date
    state: str
    sitting: int

    @property
    def is_held(self) -> bool:
        """Whether the meeting was opened."""
        return self.state in MET


def days_met(bodies: Collection[int]) -> dict[int, list[DayMet]]:
    """The days of each body's meetings, the newest first, without cancelled ones and those without a
    day. Whoever sees a body sees them: what was discussed is in the sitting. One query."""
    rows = Sitting.objects.filter(body__in=bodies).exclude(state=SittingState.CANCELLED)
    found: dict[int, list[DayMet]] = defaultdict(list)
    for row in rows.only("body", "state", "opened_at", "starts_at"):
        day = day_met(row)
        if row.body_id is not None and day is not None:
            found[row.body_id].append(day)
    for days in found.values():
        days.sort(reverse=True)
    return found


def day_met(sitting: Sitting) -> DayMet | None:
    """The day of a meeting; None where none is set."""
    at = sitting.opened_at or sitting.starts_at
    return None if at is None else DayMet(timezone.localdate(at), sitting.state, sitting.pk)


def last_decided(body: Body, user: Any) -> Item | None:
    """The item that the body decided last of those that the user is shown; None before its first
    decision."""
    rows = Item.objects.filter(apart(user, "case"), sitting__body=body, decided_at__isnull=False)
    return rows.select_related("sitting__body").order_by("-decided_at", "-pk").first()


def is_open_on(body: Body, day: date | None = None) -> bool:
    """Whether the body existed on the day (today when none is given)."""
    on = day or today()
    return body.opened_on <= on and (body.closed_on is None or body.closed_on >= on)
