"""Decisions of the degree evaluation committee, in the shape of the subject schema.

A record is one item that was put to the vote, or will be: the law asks about the committee on the
day of the sitting, and about that one vote. Missing stays missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from preceptor.cases.bodies import VOTING
from preceptor.cases.choices import BodyKind, BodyRole, ItemState, SittingState
from preceptor.cases.models import Body, BodySeat, Item, Recusal, Sitting, SittingSeat
from preceptor.institutions.models import Unit
from preceptor.people.models import Person, Title
from preceptor.people.queries import best_first

Record = dict[str, Any]
#: What the schema knows of; an adviser without a vote is no member.
ROLES = (*VOTING, BodyRole.SECRETARY)
MET = (SittingState.OPEN, SittingState.CLOSED)


def committee_items(institution: Unit) -> QuerySet[Item]:
    """The items that the degree evaluation committee decides or decided by a vote; not those of a
    cancelled sitting, and not those that were only discussed or postponed."""
    return Item.objects.filter(
        sitting__institution=institution, sitting__body__kind=BodyKind.DEGREE,
        voting__isnull=False, state__in=(ItemState.LISTED, ItemState.OPEN, ItemState.DECIDED),
    ).exclude(sitting__state=SittingState.CANCELLED)  # fmt: skip


def committee_records(items: Sequence[Item], on: date) -> list[Record]:
    """Records of the subject `committee`, in the order given, each with the members, titles and
    headship of the day of its sitting (of `on` where no day is set).

    Members are all who have a seat in the body on that day, whether invited or not: the law
    counts shares of all. Present is who came, had not left before the vote and was not recused from
    the item: a recused member is one of all, and takes no part, which satisfies article 10 in
    either reading of it. A substitute makes no member present. `items` must come with their
    sitting and its body; four queries.
    """
    bodies = {item.sitting.body_id for item in items}
    seats: dict[int, list[BodySeat]] = defaultdict(list)
    rows = BodySeat.objects.known().filter(body__in=bodies, role__in=ROLES)
    rows = rows.select_related("person").defer("person__birth_on").order_by("pk")
    for seat in rows:
        seats[seat.body_id].append(seat)
    came: dict[tuple[int, int], SittingSeat] = {}
    invited = SittingSeat.objects.filter(sitting__in={item.sitting_id for item in items})
    for place in invited.filter(released_at=None).defer("answer_reason"):
        came[place.sitting_id, place.person_id] = place
    recused = set(Recusal.objects.filter(item__in=items).values_list("item", "seat"))
    titles = _titles({seat.person_id for some in seats.values() for seat in some})
    known = Known(came, recused, titles)
    return [_record(item, seats[item.sitting.body_id or 0], known, on) for item in items]


def composition_record(body: Body, on: date) -> Record:
    """The committee as it is composed on the day, as a record without a meeting: what the law says
    of members and chair can be judged, what it says of presence and votes does not concern it. Two
    queries."""
    rows = BodySeat.objects.on(on).filter(body=body, role__in=ROLES)
    seats = list(rows.select_related("person").defer("person__birth_on").order_by("pk"))
    known = Known({}, set(), _titles({seat.person_id for seat in seats}))
    return _record(composition_of(body, on), seats, known, on)


def composition_of(body: Body, on: date) -> Item:
    """What stands for the committee itself where a decision of the day would stand; it is never kept."""
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    return Item(sitting=Sitting(body=body, institution_id=body.institution_id, starts_at=noon))


class Known(NamedTuple):
    """Who was invited (by sitting and person), who was recused (item and seat), and the titles."""

    came: dict[tuple[int, int], SittingSeat]
    recused: set[tuple[int, int]]
    titles: dict[int, list[Title]]


def _titles(persons: set[int]) -> dict[int, list[Title]]:
    found: dict[int, list[Title]] = defaultdict(list)
    for title in Title.objects.known().filter(person__in=persons):
        found[title.person_id].append(title)
    return found


def _record(item: Item, seats: list[BodySeat], known: Known, on: date) -> Record:
    held = _day(item.sitting)
    day = held or on
    has_met = _has_met(item.sitting, held, on)
    own = [seat for seat in seats if seat.is_true_on(day)]
    voting = [seat for seat in own if seat.role in VOTING]
    return {
        "key": str(item.pk),
        "event_on": held,
        "has_met": has_met,
        "has_odd_number": len(voting) % 2 == 1,
        "votes_for": item.votes_for if has_met else None,
        "members": [
            {
                "name": _name(seat.person),
                "role": seat.role,
                "title_level": _level(known.titles[seat.person_id], day),
                "is_head": seat.is_head,
                "is_present": _is_present(seat.person_id, item, known),
            }
            for seat in own
        ],
    }


def _day(sitting: Sitting) -> date | None:
    """The day on which it was opened, else that for which it is called."""
    at = sitting.opened_at or sitting.starts_at
    return None if at is None else timezone.localdate(at)


def _has_met(sitting: Sitting, held: date | None, on: date) -> bool | None:
    """Whether it was held by the day; None for a day gone by on which nobody opened it."""
    if sitting.state in MET:
        return held is None or held <= on
    return None if held is not None and held < on else False


def _is_present(person: int, item: Item, known: Known) -> bool | None:
    """Whether the member was there when the item was voted on; None while nobody has said.

    Who was not invited is not there, and neither is who was recused.
    """
    seat = known.came.get((item.sitting_id, person))
    if seat is None or (item.pk, seat.pk) in known.recused:
        return False
    if not seat.is_present:
        return seat.is_present
    voted = item.opened_at or item.decided_at
    return seat.left_at is None or (voted is not None and voted < seat.left_at)


def _level(titles: Sequence[Title], day: date) -> str | None:
    """The level of the best title of the day; None where none is on record."""
    valid = best_first([title for title in titles if title.is_true_on(day)])
    return valid[0].level if valid else None


def _name(person: Person) -> str:
    return person.name_en if get_language() == "en" and person.name_en else person.name_zh
