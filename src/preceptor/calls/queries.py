"""Named reads of calls: which are open, how the applications compare, what an applicant was offered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from preceptor.cases.choices import CaseState, ItemState, SittingState
from preceptor.cases.models import Item, Recusal, SittingSeat

from .choices import CallState, OfferState
from .models import Call, CallApplication, Criterion, Offer, Score

#: An offer that holds a place.
ALIVE = (OfferState.OPEN, OfferState.ACCEPTED)
HUNDRED = Decimal(100)
PLACES = Decimal("0.01")


def open_calls(at: datetime | None = None) -> QuerySet[Call]:
    """The calls that take applications at the moment (now), first the one that closes first."""
    moment = at or timezone.now()
    rows = Call.objects.filter(state=CallState.PUBLISHED, opens_at__lte=moment)
    return rows.filter(closes_at__gt=moment).order_by("closes_at", "id")


def item_before(seat: SittingSeat, application: CallApplication) -> Item | None:
    """The item of the application on the agenda of the sitting of this seat; None where it is not on
    it, or was postponed."""
    rows = Item.objects.filter(case=application.case_id, sitting=seat.sitting_id)
    return rows.exclude(state=ItemState.POSTPONED).select_related("sitting").first()


@dataclass(frozen=True)
class Ranked:
    """An application in the comparison. `total` is out of 100, the mean of what each member of the
    board gave, weighted by the criteria; None where nobody gave points, which is not nought.
    `place` counts from 1 in the order of the totals; None for an application that is not granted."""

    application: CallApplication
    total: Decimal | None
    members: int
    place: int | None


def ranking(call: Call) -> list[Ranked]:
    """The applications of the call that were handed in and not withdrawn: the granted ones in their
    order, then the others. Equal totals are ordered by who handed in earlier; whom nobody gave points
    comes after all who have some. Three queries."""
    rows = CallApplication.objects.filter(call=call, case__submitted_at__isnull=False)
    rows = rows.exclude(case__state=CaseState.WITHDRAWN).select_related("case", "person", "host")
    applications = list(rows.order_by("case__submitted_at", "pk"))
    totals = totals_of(call, [row.pk for row in applications])
    granted = [row for row in applications if row.case.state == CaseState.GRANTED]
    granted.sort(key=lambda row: _worth(totals.get(row.pk)))
    others = [row for row in applications if row.case.state != CaseState.GRANTED]
    ordered = [(row, place) for place, row in enumerate(granted, start=1)]
    return [
        Ranked(row, *totals.get(row.pk, (None, 0)), place)
        for row, place in [*ordered, *((row, None) for row in others)]
    ]


def _worth(found: tuple[Decimal | None, int] | None) -> tuple[bool, Decimal]:
    """By what applications are compared, the best first; the order of handing in stays within."""
    total = found[0] if found else None
    return (True, Decimal(0)) if total is None else (False, -total)


def totals_of(call: Call, applications: Collection[int]) -> dict[int, tuple[Decimal | None, int]]:
    """For each application its total out of 100 and how many members gave points for all criteria;
    no entry where nobody did. Points of who was recused, or of an earlier board, do not count. Two queries."""
    criteria = list(call.criteria.all())
    by_member: dict[int, dict[int, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for score in _counted(applications):
        by_member[score.application_id][score.person_id].append(score)
    found: dict[int, tuple[Decimal | None, int]] = {}
    for key, members in by_member.items():
        sums = [_sum(scores, criteria) for scores in members.values()]
        whole = [one for one in sums if one is not None]
        if whole:
            mean = sum(whole, Decimal(0)) / len(whole)
            found[key] = (mean.quantize(PLACES), len(whole))
    return found


def _counted(applications: Collection[int]) -> QuerySet[Score]:
    """The points of who had a seat on the last board of the application: those of a board whose
    decision an appeal has set aside do not count."""
    boards = Item.objects.filter(case=OuterRef(OuterRef("application__case")), sitting__body=None)
    kept = boards.exclude(sitting__state=SittingState.CANCELLED).order_by("-pk")
    seated = SittingSeat.objects.filter(
        sitting=Subquery(kept.values("sitting")[:1]), person=OuterRef("person")
    )
    recused = Recusal.objects.filter(
        item__case=OuterRef("application__case"), seat__person=OuterRef("person")
    )
    rows = Score.objects.filter(Exists(seated), ~Exists(recused), application__in=applications)
    return rows.order_by("application", "person", "criterion")


def _sum(scores: Iterable[Score], criteria: Collection[Criterion]) -> Decimal | None:
    """What one member gave, out of 100; None where a criterion is missing."""
    given = {score.criterion_id: score.points for score in scores}
    weights = sum(one.weight for one in criteria)
    if not weights or any(one.pk not in given for one in criteria):
        return None
    parts = (given[one.pk] / one.most * one.weight for one in criteria)
    return sum(parts, Decimal(0)) / weights * HUNDRED


def offers_of(call: Call) -> QuerySet[Offer]:
    """All offers of the call, newest first, with the applicant."""
    rows = Offer.objects.filter(application__call=call)
    return rows.select_related("application__person", "application__case")


def taken_places(call: Call) -> int:
    """How many places are offered or accepted now."""
    return Offer.objects.filter(application__call=call, state__in=ALIVE).count()


def open_offer(application: CallApplication) -> Offer | None:
    """The offer that holds a place for the applicant, open or accepted; None without one."""
    return application.offers.filter(state__in=ALIVE).first()
