"""Who carries the postdocs - supervisors, laboratories, platforms - and what came of it.

Numbers side by side and never one score: whoever compares reads the postdocs behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F, Min, Q, QuerySet

from preceptor.base.errors import InputRefused
from preceptor.fellows.access import visible_laboratories, visible_postdocs
from preceptor.fellows.choices import LabRole
from preceptor.fellows.models import Host, LabMember, Laboratory, PlatformPlace, Postdoc
from preceptor.institutions.access import visible_platforms
from preceptor.institutions.models import Platform, Unit
from preceptor.people.models import Person
from preceptor.research.models import Contributor

Kind = Literal["host", "laboratory", "platform"]
KINDS: tuple[Kind, ...] = ("host", "laboratory", "platform")


@dataclass(frozen=True)
class Carried:
    """One postdoc of a carrier, by key and names of the person."""

    key: int
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Carrier:
    """Who carries, whom within the days, and what these did within them: papers published, projects
    begun, patents applied for, and the money of translation contracts signed, in CNY. What several did
    together counts once. `days_to_project` is the mean number of days from the entry to the first
    project since, over those who have one by the last day; None where nobody has."""

    row: Person | Laboratory | Platform
    postdocs: tuple[Carried, ...]
    papers: int
    projects: int
    patents: int
    translated_cny: Decimal
    days_to_project: Decimal | None

    @property
    def translated_per_head(self) -> Decimal:
        """The money of the contracts divided by the postdocs, in CNY, to two decimals."""
        return (self.translated_cny / len(self.postdocs)).quantize(Decimal("0.01"))


def carriers(user: Any, institution: Unit, kind: Kind, first: date, last: date) -> list[Carrier]:
    """Who carried postdocs of the institution whom the user may see, within the days, both included;
    those of most postdocs first, then by key. A fixed number of queries.

    A postdoc is carried by a supervisor, a laboratory or a platform on the days on which that is
    recorded and the postdoc is in station. Raises InputRefused for a kind that is none.
    """
    if kind not in KINDS:
        raise InputRefused(f"“{kind}”: host, laboratory, platform")
    terms = _terms(user, institution, first, last)
    links = _LINKS[kind](user, terms, first, last).order_by()
    groups: dict[int, list[Pair]] = defaultdict(list)
    for pair in sorted(set(links.values_list(*_PAIR)), key=lambda one: (one[0], one[2])):
        groups[pair[0]].append(pair)
    persons = links.values("carried")
    done = {name: _done(persons, path, day, first, last) for name, (path, day) in _WORKS.items()}
    paid, waits = _paid(persons, first, last), _waits(links.values("term"), last)
    rows = _ROWS[kind](groups)
    made = [_carrier(rows[key], pairs, done, paid, waits) for key, pairs in groups.items()]
    return sorted(made, key=lambda one: (-len(one.postdocs), one.row.pk))


def _carrier(
    row: Any, pairs: Sequence[Pair], done: Mapping[str, Works], paid: Paid, waits: Mapping[int, int]
) -> Carrier:
    people = {person for _carrier, person, *_others in pairs}
    contracts = {key: amount for one in people for key, amount in paid.get(one, ())}
    days = [waits[term] for _carrier, _person, term, *_names in pairs if term in waits]
    return Carrier(
        row,
        tuple(Carried(term, zh, en) for _carrier, _person, term, zh, en in pairs),
        **{name: len(set().union(*(works[one] for one in people))) for name, works in done.items()},
        translated_cny=sum(contracts.values(), Decimal(0)),
        days_to_project=(Decimal(sum(days)) / len(days)).quantize(Decimal("0.1")) if days else None,
    )


Works = Mapping[int, set[int]]
Paid = Mapping[int, Sequence[tuple[int, Decimal]]]
#: Where the works of a person lie, and the day that counts.
_WORKS = {
    "papers": ("authorships__paper", "published_on"),
    "projects": ("projects__project", "starts_on"),
    "patents": ("inventions__patent", "applied_on"),
}


def _done(persons: QuerySet[Any, Any], path: str, day: str, first: date, last: date) -> Works:
    """The works of each person of which the day lies within."""
    rows = Person.objects.filter(pk__in=persons, **{f"{path}__{day}__range": (first, last)})
    found: dict[int, set[int]] = defaultdict(set)
    for person, work in rows.order_by().values_list("pk", path):
        found[person].add(work)
    return found


def _paid(persons: QuerySet[Any, Any], first: date, last: date) -> Paid:
    """The contracts of translation of each person signed within, with their amounts."""
    rows = Contributor.objects.filter(
        person__in=persons, translation__signed_on__range=(first, last)
    )
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for person, key, amount in rows.values_list("person", "translation", "translation__amount_cny"):
        found[person].append((key, amount))
    return found


def _waits(terms: QuerySet[Any, Any], last: date) -> dict[int, int]:
    """How many days passed from the entry of a term to the first project since; by key, without those
    who have none by the last day."""
    begun = Q(
        person__projects__project__starts_on__gte=F("entered_on"),
        person__projects__project__starts_on__lte=last,
    )
    rows = Postdoc.objects.filter(pk__in=terms).order_by()
    rows = rows.annotate(first_on=Min("person__projects__project__starts_on", filter=begun))
    told = rows.exclude(first_on=None).values_list("pk", "entered_on", "first_on")
    return {key: (first - entered).days for key, entered, first in told}


#: Of a link: who carries, the person who is carried, the term, and the names of the person.
_PAIR = ("carrier", "carried", "term", "name_zh", "name_en")
Pair = tuple[int, int, int, str, str]


def _within(first: date, last: date) -> Q:
    return Q(valid_from__lte=last) & (Q(valid_to=None) | Q(valid_to__gte=first))


def _terms(user: Any, institution: Unit, first: date, last: date) -> QuerySet[Any]:
    """The terms of which a day lies within."""
    rows = visible_postdocs(user).filter(institution=institution, entered_on__lte=last)
    return rows.filter(Q(left_on=None) | Q(left_on__gt=first)).order_by()


def _linked(
    rows: QuerySet[Any], carrier: str, path: str, terms: QuerySet[Any], first: date, last: date
) -> QuerySet[Any]:
    """The dated rows that are true on a day within on which the postdoc, found by the path, is in
    station; each with what `_PAIR` names. Three spans that meet two by two have a day in common."""
    in_term = (Q(**{f"{path}__left_on": None}) | Q(**{f"{path}__left_on__gt": F("valid_from")})) & (
        Q(valid_to=None) | Q(valid_to__gte=F(f"{path}__entered_on"))
    )
    # One call: a person with several terms is asked about the same of them in every condition.
    found = rows.filter(_within(first, last), in_term, **{f"{path}__in": terms.values("pk")})
    linked: QuerySet[Any] = found.annotate(
        carrier=F(carrier), carried=F(f"{path}__person"), term=F(path),
        name_zh=F(f"{path}__person__name_zh"), name_en=F(f"{path}__person__name_en"),
    )  # fmt: skip
    return linked


def _hosts(user: Any, *days: Any) -> QuerySet[Any]:
    return _linked(Host.objects.known(), "person", "postdoc", *days)


def _places(user: Any, *days: Any) -> QuerySet[Any]:
    rows = PlatformPlace.objects.known().filter(
        platform__in=visible_platforms(user).order_by().values("pk")
    )
    return _linked(rows, "platform", "postdoc", *days)


def _members(user: Any, *days: Any) -> QuerySet[Any]:
    rows = LabMember.objects.known().filter(
        role=LabRole.POSTDOC, laboratory__in=visible_laboratories(user).order_by().values("pk")
    )
    return _linked(rows, "laboratory", "person__postdocs", *days)


_LINKS = {"host": _hosts, "laboratory": _members, "platform": _places}


def _persons(keys: Iterable[int]) -> dict[int, Any]:
    return Person.objects.defer("birth_on").in_bulk(list(keys))


def _laboratories(keys: Iterable[int]) -> dict[int, Any]:
    return Laboratory.objects.select_related("unit").in_bulk(list(keys))


def _platforms(keys: Iterable[int]) -> dict[int, Any]:
    return Platform.objects.in_bulk(list(keys))


_ROWS = {"host": _persons, "laboratory": _laboratories, "platform": _platforms}
