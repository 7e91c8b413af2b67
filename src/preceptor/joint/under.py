"""Who is under an agreement: each room that has such persons tells which still are on a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from .models import Abroad


@dataclass(frozen=True, order=True)
class Under:
    """Somebody under an agreement: which record of which noun says so, and the person's name."""

    agreement: int
    noun: str
    key: int
    name_zh: str
    name_en: str


#: Who of the agreements is still under them on the day; a fixed number of queries.
People = Callable[[Collection[int], date], Iterable[Under]]

_people: list[People] = []


def register_people(people: People) -> None:
    """Let a room tell who is under agreements; once is enough."""
    if people not in _people:
        _people.append(people)


def people_under(agreements: Collection[int], on: date) -> list[Under]:
    """Everybody still under one of the agreements on the day, in a fixed order."""
    if not agreements:
        return []
    return sorted(one for people in _people for one in people(agreements, on))


def away(on: date) -> Q:
    """The times abroad that last on the day: until the return where it is recorded, else through
    the last day that was planned; without either they last."""
    until_return = Q(returned_on__gt=on)
    until_planned = Q(returned_on=None) & (Q(last_on=None) | Q(last_on__gte=on))
    return Q(first_on__lte=on) & (until_return | until_planned)


def _abroad(agreements: Collection[int], on: date) -> Iterator[Under]:
    rows = Abroad.objects.filter(away(on), agreement__in=agreements)
    columns = ("agreement", "pk", "person__name_zh", "person__name_en")
    for agreement, key, name_zh, name_en in rows.values_list(*columns):
        yield Under(agreement, "abroad", key, name_zh, name_en)


register_people(_abroad)
