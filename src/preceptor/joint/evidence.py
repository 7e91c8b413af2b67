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

from preceptor.base.together import Question, Set, together

from .choices import ContributionKind, EvidenceKind
from .models import (
    Agreement,
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
#: keeps what lies between the days of each.
Source = Callable[[Sequence[Obligation], date], Question[list[Done]]]

_sources: dict[str, list[Source]] = defaultdict(list)


def register_evidence(kind: EvidenceKind, source: Source) -> None:
    """Let a source tell what was done for obligations of the kind; once is enough."""
    if source not in _sources[kind]:
        _sources[kind].append(source)


def done_asked(obligations: Collection[Obligation], until: date) -> Question[dict[int, list[Done]]]:
    """For each obligation by key what was done since it counts and until the day, by day; no entry
    where nothing was. At most two rounds, however many obligations and sources there are."""
    begins = {row.pk: row.counts_from for row in obligations}
    found: dict[int, list[Done]] = defaultdict(list)
    told = yield from together(*_told(obligations, until))
    for one in (one for rows in told for one in rows):
        if begins[one.obligation] <= one.day <= until:
            found[one.obligation].append(one)
    return {key: sorted(done) for key, done in found.items()}


def _told(obligations: Collection[Obligation], until: date) -> Iterator[Question[list[Done]]]:
    by_kind: dict[str, list[Obligation]] = defaultdict(list)
    for row in obligations:
        by_kind[row.evidence].append(row)
    if by_kind:
        yield _entered(obligations, until)
    for kind, rows in by_kind.items():
        for source in _sources.get(kind, ()):
            yield source(rows, until)


def _entered(obligations: Collection[Obligation], until: date) -> Question[list[Done]]:
    """What was entered by hand and not taken back; it counts for every kind."""
    rows = Evidence.objects.filter(
        obligation__in=[row.pk for row in obligations], taken_back_at=None, done_on__lte=until
    )
    [found] = yield [Set(rows.order_by(), ("obligation", "done_on", "amount"))]
    return [Done(*row) for row in found]


def by_agreement(obligations: Iterable[Obligation]) -> dict[int, list[int]]:
    """The keys of the obligations of each agreement."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in obligations:
        found[row.agreement_id].append(row.pk)
    return found


def of_agreements(
    obligations: Sequence[Obligation], rows: Iterable[tuple[int, date, Decimal]]
) -> list[Done]:
    """Rows of an agreement, a day and an amount, told to each obligation of the agreement."""
    keys = by_agreement(obligations)
    return [
        Done(key, day, amount) for agreement, day, amount in rows for key in keys.get(agreement, ())
    ]


def by_school(obligations: Iterable[Obligation]) -> Question[dict[int, list[int]]]:
    """The keys of the obligations to which what a joint school does counts, by the agreement of the
    school: a school that rests on an agreement goes on under its renewals. As many rounds as the
    longest chain of renewals has links."""
    found: dict[int, set[int]] = defaultdict(set)
    fresh = {key: set(keys) for key, keys in by_agreement(obligations).items()}
    while fresh:
        for key, keys in fresh.items():
            found[key] |= keys
        rows = Agreement.objects.filter(pk__in=fresh, follows__isnull=False).order_by()
        [renewals] = yield [Set(rows, ("pk", "follows"))]
        earlier: dict[int, set[int]] = defaultdict(set)
        for key, former in renewals:
            if not fresh[key] <= found[former]:
                earlier[former] |= fresh[key]
        fresh = dict(earlier)
    return {key: sorted(keys) for key, keys in found.items()}


def _events(obligations: Sequence[Obligation], until: date) -> Question[list[Done]]:
    """Joint events held under the agreement, by their last day."""
    rows = JointEvent.objects.filter(
        agreement__in=list(by_agreement(obligations)), last_on__lte=until
    )
    [held] = yield [Set(rows.order_by(), ("agreement", "last_on"))]
    one = Decimal(1)
    return of_agreements(obligations, ((key, day, one) for key, day in held))


def _given(
    obligations: Sequence[Obligation], until: date, *kinds: ContributionKind
) -> Question[list[Done]]:
    rows: QuerySet[Contribution] = Contribution.objects.filter(
        agreement__in=list(by_agreement(obligations)), given_on__lte=until, kind__in=kinds
    )
    [given] = yield [Set(rows.order_by(), ("agreement", "given_on", "amount"))]
    return of_agreements(obligations, given)


def _contributions(obligations: Sequence[Obligation], until: date) -> Question[list[Done]]:
    """Money and equipment that partners gave under the agreement, in CNY."""
    return _given(obligations, until, ContributionKind.MONEY, ContributionKind.EQUIPMENT)


def _instrument_hours(obligations: Sequence[Obligation], until: date) -> Question[list[Done]]:
    """Hours on instruments that partners gave under the agreement."""
    return _given(obligations, until, ContributionKind.INSTRUMENT_HOURS)


def _intake(obligations: Sequence[Obligation], until: date) -> Question[list[Done]]:
    """Trainees taken in under the agreement, or by a joint school that goes on under it, each once, by
    the first day."""
    own = by_agreement(obligations)
    schools = yield from by_school(obligations)
    trainees = AgreementTrainee.objects.filter(agreement__in=list(own), first_on__lte=until)
    duals = DualEnrolment.objects.filter(
        programme__school__agreement__in=list(schools), starts_on__lte=until
    )
    taken, begun = yield [
        Set(trainees.order_by(), ("agreement", "enrolment", "first_on")),
        Set(duals.order_by(), ("programme__school__agreement", "home", "starts_on")),
    ]
    first: dict[tuple[int, int], date] = {}
    for keys, rows in ((own, taken), (schools, begun)):
        for agreement, enrolment, day in rows:
            for key in keys[agreement]:
                first[key, enrolment] = min(first.get((key, enrolment), day), day)
    return [Done(key, day, Decimal(1)) for (key, _enrolment), day in first.items()]


register_evidence(EvidenceKind.EVENT, _events)
register_evidence(EvidenceKind.CONTRIBUTION, _contributions)
register_evidence(EvidenceKind.INSTRUMENT_HOURS, _instrument_hours)
register_evidence(EvidenceKind.INTAKE, _intake)
