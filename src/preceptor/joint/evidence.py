"""What was done for an obligation, read from operations.

Each kind of evidence has one or more sources. This room registers those that its own tables answer;
a room above registers the others (`standing/agreements.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from .choices import ContributionKind, EvidenceKind
from .models import (
    AgreementTrainee,
    Contribution,
    DualEnrolment,
    Evidence,
    JointEvent,
    Obligation,
)


class Done(NamedTuple):
    """Something done for an obligation on a day, in the unit of the obligation's evidence."""

    obligation: int
    day: date
    amount: Decimal


#: What was done for the obligations until the day, that day included, whenever it was: the caller
#: keeps what lies between the days of each. A fixed number of queries.
Source = Callable[[Sequence[Obligation], date], Iterable[Done]]

_sources: dict[str, list[Source]] = defaultdict(list)


def register_evidence(kind: EvidenceKind, source: Source) -> None:
    """Let a source tell what was done for obligations of the kind; once is enough."""
    if source not in _sources[kind]:
        _sources[kind].append(source)


def done_for(obligations: Collection[Obligation], until: date) -> dict[int, list[Done]]:
    """For each obligation by key what was done since it counts and until the day, by day; no entry
    where nothing was. As many queries as sources, however many obligations there are."""
    begins = {row.pk: row.counts_from for row in obligations}
    found: dict[int, list[Done]] = defaultdict(list)
    for one in _told(obligations, until):
        if begins[one.obligation] <= one.day <= until:
            found[one.obligation].append(one)
    return {key: sorted(done) for key, done in found.items()}


def _told(obligations: Collection[Obligation], until: date) -> Iterator[Done]:
    by_kind: dict[str, list[Obligation]] = defaultdict(list)
    for row in obligations:
        by_kind[row.evidence].append(row)
    if by_kind:
        yield from _entered(obligations, until)
    for kind, rows in by_kind.items():
        for source in _sources.get(kind, ()):
            yield from source(rows, until)


def _entered(obligations: Collection[Obligation], until: date) -> Iterator[Done]:
    """What was entered by hand and not taken back; it counts for every kind."""
    rows = Evidence.objects.filter(
        obligation__in=[row.pk for row in obligations], taken_back_at=None, done_on__lte=until
    )
    for key, day, amount in rows.values_list("obligation", "done_on", "amount"):
        yield Done(key, day, amount)


def by_agreement(obligations: Iterable[Obligation]) -> dict[int, list[int]]:
    """The keys of the obligations of each agreement."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in obligations:
        found[row.agreement_id].append(row.pk)
    return found


def of_agreements(
    obligations: Sequence[Obligation], rows: Iterable[tuple[int, date, Decimal]]
) -> Iterator[Done]:
    """Rows of an agreement, a day and an amount, told to each obligation of the agreement."""
    keys = by_agreement(obligations)
    for agreement, day, amount in rows:
        for key in keys.get(agreement, ()):
            yield Done(key, day, amount)


def _events(obligations: Sequence[Obligation], until: date) -> Iterator[Done]:
    """Joint events held under the agreement, by their last day."""
    rows = JointEvent.objects.filter(
        agreement__in=list(by_agreement(obligations)), last_on__lte=until
    ).values_list("agreement", "last_on")
    one = Decimal(1)
    return of_agreements(obligations, ((key, day, one) for key, day in rows))


def _given(
    obligations: Sequence[Obligation], until: date, *kinds: ContributionKind
) -> Iterator[Done]:
    rows: QuerySet[Contribution] = Contribution.objects.filter(
        agreement__in=list(by_agreement(obligations)), given_on__lte=until, kind__in=kinds
    )
    return of_agreements(obligations, rows.values_list("agreement", "given_on", "amount"))


def _contributions(obligations: Sequence[Obligation], until: date) -> Iterator[Done]:
    """Money and equipment that partners gave under the agreement, in CNY."""
    return _given(obligations, until, ContributionKind.MONEY, ContributionKind.EQUIPMENT)


def _instrument_hours(obligations: Sequence[Obligation], until: date) -> Iterator[Done]:
    """Hours on instruments that partners gave under the agreement."""
    return _given(obligations, until, ContributionKind.INSTRUMENT_HOURS)


def _intake(obligations: Sequence[Obligation], until: date) -> Iterator[Done]:
    """Trainees taken in under the agreement, each once, by the first day."""
    agreements = list(by_agreement(obligations))
    trainees = AgreementTrainee.objects.filter(agreement__in=agreements, first_on__lte=until)
    duals = DualEnrolment.objects.filter(
        programme__school__agreement__in=agreements, starts_on__lte=until
    )
    first: dict[tuple[int, int], date] = {}
    for agreement, enrolment, day in (
        *trainees.values_list("agreement", "enrolment", "first_on"),
        *duals.values_list("programme__school__agreement", "home", "starts_on"),
    ):
        held = first.get((agreement, enrolment), day)
        first[agreement, enrolment] = min(held, day)
    rows = ((agreement, day, Decimal(1)) for (agreement, _), day in first.items())
    return of_agreements(obligations, rows)


register_evidence(EvidenceKind.EVENT, _events)
register_evidence(EvidenceKind.CONTRIBUTION, _contributions)
register_evidence(EvidenceKind.INSTRUMENT_HOURS, _instrument_hours)
register_evidence(EvidenceKind.INTAKE, _intake)
