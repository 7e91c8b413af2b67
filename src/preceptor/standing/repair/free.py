"""Who is free at the time of a sitting, and how often everybody sits this year."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from preceptor.cases.choices import Answer, SittingState
from preceptor.cases.models import Sitting, SittingSeat
from preceptor.people.models import Absence
from preceptor.training.models import Panel, PanelSeat


def known_day(panel: Panel) -> date | None:
    """The day of the sitting, or the one planned; None where neither is known."""
    starts = panel.sitting.starts_at if panel.sitting is not None else None
    at = timezone.localtime(starts).date() if starts is not None else None
    return panel.sits_on or panel.planned_on or at


def day_of(panel: Panel, on: date) -> date:
    """The day by which persons are judged: of the sitting, else the planned one, else `on`."""
    return known_day(panel) or on


def busy_on(panel: Panel, day: date) -> set[int]:
    """Persons who cannot sit then: absent, at another sitting at that time (on that day where a
    time is not known), on another panel of that day, or having declined this very sitting.

    While the panel has no day at all, only who declined is busy. Four queries.
    """
    declined = SittingSeat.objects.filter(sitting=panel.sitting_id, answer=Answer.DECLINED)
    found = set(declined.values_list("person", flat=True)) if panel.sitting_id else set()
    if known_day(panel) is None:
        return found
    found.update(Absence.objects.on(day).values_list("person", flat=True))
    return found | _at_sittings(panel, day) | _on_panels(panel, day)


def _at_sittings(panel: Panel, day: date) -> set[int]:
    rows = SittingSeat.objects.filter(released_at=None).exclude(answer=Answer.DECLINED)
    rows = rows.exclude(sitting__state=SittingState.CANCELLED).exclude(sitting=panel.sitting_id)
    first, last = _bounds(day)
    # A sitting may have begun the day before, or one without a known end last for all of its day.
    rows = rows.filter(sitting__starts_at__lt=last).filter(
        Q(sitting__ends_at__gt=first) | Q(sitting__ends_at=None, sitting__starts_at__gte=first)
    )
    own = panel.sitting
    return {row.person_id for row in rows.select_related("sitting") if _meets(row.sitting, own)}


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return start, timezone.make_aware(datetime.combine(day, datetime.max.time()))


def _meets(other: Sitting, own: Sitting | None) -> bool:
    """Whether the two overlap; of the same day they do unless both times are known to differ."""
    if own is None or None in (own.starts_at, own.ends_at, other.starts_at, other.ends_at):
        return True
    assert own.starts_at and own.ends_at and other.starts_at and other.ends_at
    return other.starts_at < own.ends_at and own.starts_at < other.ends_at


def _on_panels(panel: Panel, day: date) -> set[int]:
    same = Q(panel__sits_on=day) | Q(panel__sits_on=None, panel__planned_on=day)
    rows = PanelSeat.objects.filter(same).exclude(panel=panel).select_related("panel__sitting")
    return {row.person_id for row in rows if _is_same_time(row.panel.sitting, panel.sitting)}


def _is_same_time(other: Sitting | None, own: Sitting | None) -> bool:
    return other is None or (other.state != SittingState.CANCELLED and _meets(other, own))


def sittings_in(panel: Panel, day: date) -> dict[int, int]:
    """How many other panels and committee sittings each person has in the calendar year of the day;
    two queries."""
    year = (date(day.year, 1, 1), date(day.year, 12, 31))
    held = Q(panel__sits_on__range=year) | Q(panel__sits_on=None, panel__planned_on__range=year)
    rows = PanelSeat.objects.filter(held).exclude(panel=panel)
    found = Counter(rows.values_list("person", flat=True))
    bodies = SittingSeat.objects.filter(
        released_at=None, sitting__panel=None, sitting__starts_at__year=day.year
    ).exclude(sitting__state=SittingState.CANCELLED)
    found.update(bodies.values_list("person", flat=True))
    return dict(found)
