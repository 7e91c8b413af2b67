"""The charter of a laboratory: what its head may decide alone, what was used of it, and the ledger.

The ledger is the only place that knows the use: it is summed at the moment of a decision, while the
laboratory is locked. What climbed above the head does not count against the head's limit, because
somebody else's authority decided it; it stands in the ledger all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from preceptor.base.together import Question, Set, answer

from .choices import AppointmentState, LimitKind, LimitPeriod, Rest
from .models import Appointment, Laboratory, Limit, LimitUse

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
#: In these states a principal investigator decides under the charter.
DECIDING = (AppointmentState.STARTED, AppointmentState.PROBATION)


@dataclass(frozen=True)
class Authority:
    """What the head may decide alone in one kind on a day: persons or CNY, as the kind says. Without
    a limit there is no authority, and everything besides the kind is None."""

    kind: LimitKind
    limit: Limit | None = None
    most: Decimal | None = None
    period: LimitPeriod | None = None
    used: Decimal | None = None
    left: Decimal | None = None

    def covers(self, amount: Decimal) -> bool:
        """Whether one more decision of the amount stays within the limit."""
        if self.most is None or self.used is None:
            return False
        return self.used + amount <= self.most


def authority(laboratory: Laboratory, on: date) -> list[Authority]:
    """For every kind, in the order of the kinds, the limit in force on the day, what is used of it
    in its period, and what is left (never below 0, also where a limit was lowered below its use).
    Two queries."""
    return answer(authority_asked(laboratory, on))


def authority_asked(laboratory: Laboratory, on: date) -> Question[list[Authority]]:
    """As `authority`; a set in each of two rounds."""
    [found] = yield [Set(_limits(laboratory, on))]
    limits = {limit.kind: limit for limit in found}
    used = yield from _used(laboratory, limits, on)
    return [_authority(kind, limits.get(kind), used) for kind in LimitKind]


def authority_in(laboratory: Laboratory, kind: str, on: date) -> Authority:
    """`authority` for one kind."""
    return next(one for one in authority(laboratory, on) if one.kind == kind)


def head_decides(laboratory: Laboratory, on: date) -> bool:
    """Whether the head of the laboratory has authority under its charter on the day; see `rest_of`. One
    query."""
    return rest_of(laboratory, on) is None


def terms_of(laboratory: Laboratory) -> QuerySet[Appointment]:
    """The terms of the laboratory as `rest_of` takes them, in the order of their beginning."""
    return Appointment.objects.filter(laboratory=laboratory).order_by("starts_on", "pk")


def rest_of(
    laboratory: Laboratory, on: date, terms: Sequence[Appointment] | None = None
) -> Rest | None:
    """Why the authority of the head rests on the day, so that every request climbs; None while the head
    has it: the laboratory is not being closed, and the head's term as principal investigator lasts and
    was not stopped. Of several terms the last one tells why. A laboratory that was never one of an
    appointment has a head without a term, whose authority never rests. One query; none where `terms` of
    the laboratory are given (`terms_of`)."""
    if laboratory.closing_on is not None:
        return Rest.CLOSING
    rows = list(terms_of(laboratory)) if terms is None else terms
    why = [_rest_of_term(row, on) for row in rows if row.person_id == laboratory.head_id]
    if not rows or None in why:
        return None
    return why[-1] if why else Rest.OTHER


def _rest_of_term(term: Appointment, on: date) -> Rest | None:
    if term.state == AppointmentState.STOPPED:
        return Rest.STOPPED
    if term.left_on is not None and term.left_on <= on:
        return Rest.LEFT
    if term.state == AppointmentState.ENDED or on > term.ends_on:
        return Rest.OVER
    return None if term.state in DECIDING and on >= term.starts_on else Rest.BEFORE


def limits_on(laboratory: Laboratory, on: date) -> dict[str, Limit]:
    """The limit of each kind in force on the day, by kind; one query."""
    return {limit.kind: limit for limit in _limits(laboratory, on)}


def _limits(laboratory: Laboratory, on: date) -> QuerySet[Limit]:
    return Limit.objects.on(on).filter(laboratory=laboratory).order_by("valid_from", "pk")


def ledger(laboratory: Laboratory, kind: str = "") -> QuerySet[LimitUse]:
    """Every decision under the charter, and every return, in the order of their making, with case
    and limit; of one kind where it is given."""
    rows = LimitUse.objects.filter(laboratory=laboratory).select_related("case", "limit", "returns")
    return (rows.filter(kind=kind) if kind else rows).order_by("pk")


def _authority(kind: LimitKind, limit: Limit | None, used: dict[str, Decimal]) -> Authority:
    if limit is None:
        return Authority(kind)
    so_far = used.get(kind, NOTHING)
    left = max(limit.most - so_far, NOTHING)
    return Authority(kind, limit, limit.most, LimitPeriod(limit.period), so_far, left)


def _used(
    laboratory: Laboratory, limits: dict[str, Limit], on: date
) -> Question[dict[str, Decimal]]:
    """What counts against each limit on the day; a limit for each single decision has no use."""
    kinds = [kind for kind, limit in limits.items() if limit.period != LimitPeriod.ONCE]
    if not kinds:
        return {}
    sums = {f"used_{kind}": _sum(kind, limits[kind], on) for kind in kinds}
    rows = Laboratory.objects.filter(pk=laboratory.pk).order_by().annotate(**sums)
    [[found]] = yield [Set(rows, tuple(sums))]
    return {
        kind: (value or NOTHING).quantize(CENT) for kind, value in zip(kinds, found, strict=True)
    }


def _sum(kind: str, limit: Limit, on: date) -> Subquery:
    rows = LimitUse.objects.filter(
        _counted(limit, on), laboratory=OuterRef("pk"), kind=kind, is_within=True,
        decided_on__lte=on,
    )  # fmt: skip
    totals = rows.order_by().values("laboratory").annotate(total=Sum("amount"))
    return Subquery(totals.values("total"))


def _counted(limit: Limit, on: date) -> Q:
    """Decisions of the limit's period; what was returned frees the period in which it was used."""
    first, last = period_of(limit, on)
    own = Q(returns=None) & _between("decided_on", first, last)
    return own | _between("returns__decided_on", first, last)


def _between(column: str, first: date, last: date | None) -> Q:
    found = Q(**{f"{column}__gte": first})
    return found if last is None else found & Q(**{f"{column}__lte": last})


def period_of(limit: Limit, on: date) -> tuple[date, date | None]:
    """The days over which the limit counts around the day, both included; no last day where it has
    none. A year is the calendar year; what was decided under another limit of the kind in that year
    counts as well, so that a new limit does not begin the year anew."""
    if limit.period == LimitPeriod.YEAR:
        return date(on.year, 1, 1), date(on.year, 12, 31)
    return limit.valid_from, limit.valid_to
