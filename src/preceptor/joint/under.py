"""Who is under an agreement: each room that has such persons tells which still are on a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.base.together import Question, Set, answer, together

from .models import Abroad


@dataclass(frozen=True, order=True)
class Under:
    """Somebody under an agreement: which record of which noun says so, and the person's name."""

    agreement: int
    noun: str
    key: int
    name_zh: str
    name_en: str


#: Who of the agreements is still under them on the day.
People = Callable[[Collection[int], date], Question[list[Under]]]

_people: list[People] = []


def register_people(people: People) -> None:
    """Let a room tell who is under agreements; once is enough."""
    if people not in _people:
        _people.append(people)


def people_under(agreements: Collection[int], on: date) -> list[Under]:
    """Everybody still under one of the agreements on the day, in a fixed order. One query."""
    return answer(people_asked(agreements, on))


def people_asked(agreements: Collection[int], on: date) -> Question[list[Under]]:
    """`people_under` as a question, to be asked together with others."""
    if not agreements:
        return []
    told = yield from together(*(people(agreements, on) for people in _people))
    return sorted(one for found in told for one in found)


def named_under(noun: str, rows: QuerySet[Any], *columns: str) -> Question[list[Under]]:
    """Whom the rows tell: the columns are those of the agreement, the record, and both names."""
    [found] = yield [Set(rows.order_by(), columns)]
    return [Under(agreement, noun, *one) for agreement, *one in found]


def away(on: date) -> Q:
    """The times abroad that last on the day: until the return where it is recorded, else through
    the last day that was planned; without either they last."""
    until_return = Q(returned_on__gt=on)
    until_planned = Q(returned_on=None) & (Q(last_on=None) | Q(last_on__gte=on))
    return Q(first_on__lte=on) & (until_return | until_planned)


def _abroad(agreements: Collection[int], on: date) -> Question[list[Under]]:
    rows = Abroad.objects.filter(away(on), agreement__in=agreements)
    return named_under("abroad", rows, "agreement", "pk", "person__name_zh", "person__name_en")


register_people(_abroad)
