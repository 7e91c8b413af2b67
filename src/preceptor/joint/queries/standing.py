"""Where agreements stand on a day, and who is still under those that ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.lookups import LessThanOrEqual

from preceptor.institutions.models import Unit

from ..choices import AgreementState, Standing
from ..models import Agreement
from ..under import Under, people_under

IN_FORCE = (Standing.IN_FORCE, Standing.EXPIRING)


class WarnsOn(Func):
    """The first day of the warning before the end of an agreement: so many days before it."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template, joiner = "date(%(expressions)s || ' days')", ", '-' || "
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template, joiner = "(%(expressions)s)", " - "
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **extra)


def in_force(on: date, prefix: str = "") -> Q:
    """The agreements in force on the day, their first and last day included; with a prefix the same
    condition through a relation."""

    def at(**lookups: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in lookups.items()})

    stands = at(state=AgreementState.SIGNED) | at(
        state=AgreementState.TERMINATED, terminated_on__gt=on
    )
    return stands & at(starts_on__lte=on) & (at(ends_on=None) | at(ends_on__gte=on))


def _renewals() -> QuerySet[Agreement]:
    """The renewals of an agreement that were signed, and were to be in force at least one day."""
    never = Q(state=AgreementState.TERMINATED, terminated_on__lte=F("starts_on"))
    done = Q(state__in=(AgreementState.SIGNED, AgreementState.TERMINATED))
    return Agreement.objects.filter(done & ~never, follows=OuterRef("pk")).order_by()


def stands(on: date) -> Case:
    """Where an agreement stands on the day, as a column.

    An agreement under notice of termination expires soon until that day. One past its end is renewed
    as soon as its renewal has begun; one whose renewal is signed does not expire soon.
    """
    notice = Q(state=AgreementState.TERMINATED)
    begun = Exists(_renewals().filter(starts_on__lte=on))
    warns_on = WarnsOn(F("ends_on"), F("warns_days"))
    warned = Q(LessThanOrEqual(warns_on, on)) & ~Exists(_renewals())
    cases = (
        (Q(state__in=(AgreementState.DRAFTING, AgreementState.REVIEW)), Standing.DRAFTING),
        (notice & Q(terminated_on__lte=on), Standing.TERMINATED),
        (Q(starts_on__gt=on), Standing.COMING),
        (Q(ends_on__lt=on) & begun, Standing.RENEWED),
        (Q(ends_on__lt=on), Standing.EXPIRED),
        (notice | warned, Standing.EXPIRING),
    )
    branches = [When(condition, then=Value(word.value)) for condition, word in cases]
    return Case(*branches, default=Value(Standing.IN_FORCE.value), output_field=CharField())


def with_standing(rows: QuerySet[Agreement], on: date) -> QuerySet[Any]:
    """The agreements with the column `stands`: where each stands on the day."""
    return rows.annotate(stands=stands(on))


def standings(agreements: Collection[Agreement], on: date) -> dict[int, Standing]:
    """Where each agreement stands on the day, by key; one query."""
    rows = Agreement.objects.filter(pk__in=[row.pk for row in agreements]).order_by()
    return {
        key: Standing(word) for key, word in with_standing(rows, on).values_list("pk", "stands")
    }


def standing_of(agreement: Agreement, on: date) -> Standing:
    """Where the agreement stands on the day."""
    return standings([agreement], on)[agreement.pk]


def expiring(on: date, rows: QuerySet[Agreement] | None = None) -> QuerySet[Agreement]:
    """The signed agreements, of those given or of all, that expire soon and have no renewal."""
    found = Agreement.objects.all() if rows is None else rows
    soon = with_standing(found, on).filter(stands=Standing.EXPIRING)
    return soon.filter(state=AgreementState.SIGNED)


def predecessors(agreements: Iterable[int]) -> frozenset[int]:
    """The agreements and all that they renew, one by one back to the first; keys. Whoever is under an
    earlier one is under the one in force. One query, and one more for each renewal."""
    return predecessors_of_each({"": agreements})[""]


def predecessors_of_each(
    groups: Mapping[str, Iterable[int]],
) -> dict[str, frozenset[int]]:
    """`predecessors` of each group of agreements, by its name; queries as for one."""
    before: dict[int, int] = {}
    fresh = seen = {key for agreements in groups.values() for key in agreements}
    while fresh:
        rows = Agreement.objects.filter(pk__in=fresh, follows__isnull=False).order_by()
        before.update((key, first) for key, first in rows.values_list("pk", "follows") if first)
        fresh = set(before.values()) - seen
        seen = seen | fresh
    return {
        name: frozenset(earlier for key in agreements for earlier in _back_from(key, before))
        for name, agreements in groups.items()
    }


def _back_from(agreement: int, before: Mapping[int, int]) -> Iterator[int]:
    """The agreement and, one by one, what it renews."""
    here: int | None = agreement
    while here is not None:
        yield here
        here = before.get(here)


def chain_of(agreement: Agreement) -> tuple[int, ...]:
    """The agreement, all that it renews and all by which it was renewed; keys, each after the one that
    it renews. One query, and one more for each further link on the longer side."""
    links: dict[int, int | None] = {agreement.pk: agreement.follows_id}
    while True:
        known = set(links)
        ends = Q(pk__in=set(links.values()) - known - {None}) | Q(follows__in=known)
        rows = Agreement.objects.filter(ends).exclude(pk__in=known).order_by()
        links.update(rows.values_list("pk", "follows"))
        if len(links) == len(known):
            break
    after = {before: key for key, before in links.items()}
    chain = [after[next(before for before in after if before not in links)]]
    while chain[-1] in after:
        chain.append(after[chain[-1]])
    return tuple(chain)


@dataclass(frozen=True)
class Ended:
    """An agreement that is not in force any more, and who still is under it."""

    agreement: Agreement
    standing: Standing
    last_on: date
    people: tuple[Under, ...]


def ended_with_people(institution: Unit, on: date) -> list[Ended]:
    """The agreements of the institution that ended, with nothing in force that renews them, and under
    which somebody still is on the day; those that ended first come first.

    A trainee, a dual trainee, a postdoc or somebody abroad. `last_on` is the last day in force.
    """
    return ended_among(Agreement.objects.filter(institution=institution), on)


def ended_among(agreements: QuerySet[Agreement], on: date) -> list[Ended]:
    """As `ended_with_people`, of agreements that come with all that renew them; two queries."""
    known = list(with_standing(agreements, on).order_by("pk"))
    renewed_by = {row.follows_id: row for row in known if row.follows_id is not None}
    ended = [row for row in known if _is_over(row, renewed_by)]
    people: dict[int, list[Under]] = defaultdict(list)
    for one in people_under([row.pk for row in ended], on):
        people[one.agreement].append(one)
    found = [
        Ended(row, Standing(row.stands), last_day(row), tuple(people[row.pk]))
        for row in ended
        if people[row.pk]
    ]
    return sorted(found, key=lambda one: (one.last_on, one.agreement.pk))


_OVER = (Standing.EXPIRED, Standing.TERMINATED, Standing.RENEWED)


def _is_over(row: Any, renewed_by: Mapping[int, Any]) -> bool:
    """Whether neither the agreement nor one that renews it, at whatever remove, is in force."""
    if row.stands not in _OVER:
        return False
    following = renewed_by.get(row.pk)
    while following is not None:
        if following.stands in IN_FORCE:
            return False
        following = renewed_by.get(following.pk)
    return True


def last_day(agreement: Agreement) -> date:
    """The last day on which an agreement that has an end is in force; one that was terminated, the
    day before. Raises ValueError for one without end."""
    days = [agreement.ends_on] if agreement.ends_on else []
    if agreement.terminated_on is not None:
        days.append(agreement.terminated_on - timedelta(days=1))
    if not days:
        raise ValueError(f"Agreement {agreement.number} has no end.")
    return min(days)
