"""Who is free at the time of a sitting, and how often everybody sits this year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q
from django.utils import timezone

from preceptor.base.together import Question, Set
from preceptor.cases.choices import Answer, CaseState, SittingState
from preceptor.cases.models import Sitting, SittingSeat
from preceptor.people.models import Absence
from preceptor.training.models import Panel, PanelSeat

#: A request that ended so has no sitting any more, whatever day was planned for it.
ENDED = (CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN)


@dataclass(frozen=True)
class Engagement:
    """What keeps somebody from a sitting: an absence from a day to a day, another sitting from a time
    to a time, another panel planned for that day, or having declined this very sitting. What is not
    known is None."""

    kind: Literal["absent", "sitting", "panel", "declined"]
    begins: date | datetime | None = None
    ends: date | datetime | None = None


#: By the key of the person; who is free is not in it.
Engaged = dict[int, list[Engagement]]
DECLINED = Engagement("declined")
PANEL = Engagement("panel")


def known_day(panel: Panel) -> date | None:
    """The day of the sitting, or the one planned; None where neither is known."""
    starts = panel.sitting.starts_at if panel.sitting is not None else None
    at = timezone.localtime(starts).date() if starts is not None else None
    return panel.sits_on or panel.planned_on or at


def day_of(panel: Panel, on: date) -> date:
    """The day by which persons are judged: of the sitting, else the planned one, else `on`."""
    return known_day(panel) or on


def engaged_asked(panel: Panel, day: date, persons: Collection[int] | None) -> Question[Engaged]:
    """What keeps persons from sitting then: an absence, another sitting at that time (on that day where
    a time is not known), another panel of that day, or having declined this very sitting.

    While the panel has no day at all, only who declined is engaged. Four sets at most. Without
    `persons` everybody is looked at.
    """
    declined = SittingSeat.objects.filter(sitting=panel.sitting_id, answer=Answer.DECLINED)
    theirs = Set(declined.filter(_of(persons)).order_by(), ("person",))
    if known_day(panel) is None:
        [gone] = yield [theirs]
        return _engaged((key, DECLINED) for (key,) in gone)
    gone, absent, seats, panels = yield [
        theirs,
        Set(Absence.objects.on(day).filter(_of(persons))),
        Set(_sittings_of(panel, day).filter(_of(persons)).select_related("sitting")),
        Set(_panels_of(panel, day).filter(_of(persons)).select_related("panel__sitting")),
    ]
    return _engaged(_found(panel, gone, absent, seats, panels))


def _of(persons: Collection[int] | None) -> Q:
    return Q() if persons is None else Q(person__in=persons)


def _engaged(found: Iterator[tuple[int, Engagement]]) -> Engaged:
    held: Engaged = defaultdict(list)
    for person, engagement in found:
        if engagement not in held[person]:
            held[person].append(engagement)
    return dict(held)


def _found(
    panel: Panel, gone: list[Any], absent: list[Any], seats: list[Any], panels: list[Any]
) -> Iterator[tuple[int, Engagement]]:
    own = panel.sitting
    for (key,) in gone:
        yield key, DECLINED
    for row in absent:
        yield row.person_id, Engagement("absent", row.valid_from, row.valid_to)
    for row in seats:
        if _meets(row.sitting, own):
            yield row.person_id, Engagement("sitting", row.sitting.starts_at, row.sitting.ends_at)
    for row in panels:
        # A panel that was called is told by its sitting.
        if row.panel.sitting is None:
            yield row.person_id, PANEL
        elif row.panel.sitting.state != SittingState.CANCELLED and _meets(row.panel.sitting, own):
            held = row.panel.sitting
            yield row.person_id, Engagement("sitting", held.starts_at, held.ends_at)


def _sittings_of(panel: Panel, day: date) -> Any:
    rows = SittingSeat.objects.filter(released_at=None).exclude(answer=Answer.DECLINED)
    rows = rows.exclude(sitting__state=SittingState.CANCELLED).exclude(sitting=panel.sitting_id)
    first, last = _bounds(day)
    # A sitting may have begun the day before, or one without a known end last for all of its day.
    rows = rows.filter(sitting__starts_at__lt=last).filter(
        Q(sitting__ends_at__gt=first) | Q(sitting__ends_at=None, sitting__starts_at__gte=first)
    )
    return rows.order_by("pk")


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return start, timezone.make_aware(datetime.combine(day, datetime.max.time()))


def _meets(other: Sitting, own: Sitting | None) -> bool:
    """Whether the two overlap; of the same day they do unless both times are known to differ."""
    if own is None or None in (own.starts_at, own.ends_at, other.starts_at, other.ends_at):
        return True
    assert own.starts_at and own.ends_at and other.starts_at and other.ends_at
    return other.starts_at < own.ends_at and own.starts_at < other.ends_at


def _panels_of(panel: Panel, day: date) -> Any:
    same = Q(panel__sits_on=day) | Q(panel__sits_on=None, panel__planned_on=day)
    rows = PanelSeat.objects.filter(same).exclude(panel=panel).exclude(_given_up())
    return rows.exclude(link__sitting_seat__answer=Answer.DECLINED).order_by("pk")


def _given_up() -> Q:
    """A panel that was planned and never sat, whose request has ended."""
    return Q(panel__sits_on=None, panel__milestone_case__case__state__in=ENDED)


def loads_asked(
    panel: Panel, day: date, persons: Collection[int] | None
) -> Question[dict[int, int]]:
    """How many other panels and committee sittings each person has in the calendar year of the day;
    two sets. What was cancelled, given up or declined does not count."""
    year = (date(day.year, 1, 1), date(day.year, 12, 31))
    held = Q(panel__sits_on__range=year) | Q(panel__sits_on=None, panel__planned_on__range=year)
    rows = PanelSeat.objects.filter(held).exclude(panel=panel).exclude(_given_up())
    rows = rows.exclude(panel__sitting__state=SittingState.CANCELLED)
    rows = rows.exclude(link__sitting_seat__answer=Answer.DECLINED)
    bodies = SittingSeat.objects.filter(
        released_at=None, sitting__panel=None, sitting__starts_at__year=day.year
    ).exclude(sitting__state=SittingState.CANCELLED)
    bodies = bodies.exclude(answer=Answer.DECLINED)
    panels, sittings = yield [
        Set(rows.filter(_of(persons)).order_by(), ("person",)),
        Set(bodies.filter(_of(persons)).order_by(), ("person",)),
    ]
    return dict(Counter(key for (key,) in [*panels, *sittings]))
