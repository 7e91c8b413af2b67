"""Sittings that decide about fellows and stations, in the shape of the subject schema: who sits on
them, judged by the registers of the day of the sitting. Missing stays missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from preceptor.cases.choices import ItemState, SittingState
from preceptor.cases.models import Case, Item, Sitting, SittingSeat
from preceptor.fellows.models import Host
from preceptor.institutions.models import Unit
from preceptor.people.choices import CapacityKind
from preceptor.people.models import Capacity, Contact, Person, Title
from preceptor.people.queries import best_first

from .records import Record, capacities, rows_of

MET = (SittingState.OPEN, SittingState.CLOSED)
IN_HOUSE = (CapacityKind.STAFF, CapacityKind.PHYSICIAN)
#: What an item is about, as the case of the item tells: one column of each room's table.
ABOUT = (
    "case__person", "case__postdoc_case__step", "case__postdoc_case__postdoc",
    "case__call_application", "case__call_application__call__purpose",
    "case__call_application__host", "case__station_case", "case__assessment_case",
)  # fmt: skip
PURPOSES = {"fellows.postdoc": "entry", "fellows.pi": "pi"}


def boards() -> QuerySet[Sitting]:
    """The sittings that the rules of boards speak of: those that a room's requests compose; not
    those of a standing body or of a panel of doctoral training."""
    fellows = Q(board__startswith="fellows.") | Q(board__startswith="calls.")
    return Sitting.objects.filter(fellows, body=None).exclude(state=SittingState.CANCELLED)


def board_records(
    sittings: Sequence[Sitting], on: date, agendas: Agendas | None = None
) -> list[Record]:
    """Records of the subject `board`, in the order given, each with the titles and places of work of
    the day of its sitting (of `on` where no day is set); seven queries.

    Members are all who have a seat and were not released. `sittings` come with their institution;
    `agendas` are what they decide, by key, where that is not written yet.
    """
    known = _Known(sittings, agendas)
    return [_record(row, known, on) for row in sittings]


class Agenda(NamedTuple):
    """What a sitting decides, about whom, with whose supervisors (None: nobody knows them)."""

    what: str | None
    persons: frozenset[int]
    postdocs: frozenset[int]
    hosts: frozenset[int] | None
    votes_for: int | None


Agendas = Mapping[int, Agenda]


class _Known:
    """The members, the agendas and the registers of some sittings."""

    def __init__(self, sittings: Sequence[Sitting], agendas: Agendas | None) -> None:
        seats = SittingSeat.objects.select_related("person").order_by("pk")
        seats = seats.defer("person__birth_on", "answer_reason")
        held = rows_of(sittings, "seats", seats, "sitting")
        self.seats = {
            key: [seat for seat in rows if seat.released_at is None] for key, rows in held.items()
        }
        persons = {seat.person_id: seat.person for rows in self.seats.values() for seat in rows}
        self.titles = rows_of(persons.values(), "titles", Title.objects.known(), "person")
        self.capacities = rows_of(persons.values(), "capacities", capacities(), "person")
        contacts = Contact.objects.filter(person__in=persons).defer("telephone")
        self.contacts = {row.person_id: row for row in contacts}
        self.agendas = _agendas(sittings) if agendas is None else agendas
        postdocs = {key for one in self.agendas.values() for key in one.postdocs}
        self.hosts: dict[int, list[Host]] = defaultdict(list)
        for host in Host.objects.known().filter(postdoc__in=postdocs):
            self.hosts[host.postdoc_id].append(host)


def _agendas(sittings: Sequence[Sitting]) -> dict[int, Agenda]:
    """The agenda of each sitting, without what was postponed; one query."""
    items: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    rows = Item.objects.filter(sitting__in=sittings).exclude(state=ItemState.POSTPONED)
    for row in rows.order_by("pk").values("sitting", "state", "votes_for", *ABOUT):
        items[row["sitting"]].append(row)
    return {sitting.pk: _agenda(items[sitting.pk]) for sitting in sittings}


def agenda_of(case: int) -> Agenda:
    """What a sitting would decide on whose agenda the request stands alone; one query."""
    names = {name: name.removeprefix("case__") for name in ABOUT}
    found = Case.objects.filter(pk=case).values(*names.values()).get()
    about = {name: found[short] for name, short in names.items()}
    return _agenda([{**about, "state": ItemState.LISTED.value, "votes_for": None}])


def _agenda(items: Sequence[Mapping[str, Any]]) -> Agenda:
    decides = {_what(item) for item in items}
    applied = [item for item in items if item["case__call_application"] is not None]
    hosts = [item["case__call_application__host"] for item in applied if _what(item) == "entry"]
    votes = [item["votes_for"] for item in items if item["state"] == ItemState.DECIDED]
    return Agenda(
        what=decides.pop() if len(decides) == 1 else None,
        persons=_keys(items, "case__person"),
        postdocs=_keys(items, "case__postdoc_case__postdoc"),
        hosts=None if None in hosts else frozenset(hosts),
        votes_for=votes[0] if len(votes) == 1 == len(items) else None,
    )


def _keys(items: Iterable[Mapping[str, Any]], name: str) -> frozenset[int]:
    return frozenset(item[name] for item in items if item[name] is not None)


def _what(item: Mapping[str, Any]) -> str:
    """What an item decides, in a word of the schema."""
    if item["case__call_application"] is not None:
        return PURPOSES.get(item["case__call_application__call__purpose"], "other")
    if item["case__station_case"] is not None:
        return "station"
    if item["case__assessment_case"] is not None:
        return "assessment"
    step: str | None = item["case__postdoc_case__step"]
    return step or "other"


def _record(row: Sitting, known: _Known, on: date) -> Record:
    held = _day(row)
    day = held or on
    agenda = known.agendas[row.pk]
    hosts = _hosts(agenda, known, day)
    has_met = _has_met(row, held, on)
    return {
        "key": str(row.pk),
        "event_on": held,
        "what": agenda.what,
        "has_met": has_met,
        "votes_for": agenda.votes_for if has_met else None,
        "members": [
            {
                "name": _name(seat.person),
                "role": seat.role,
                **_title(known.titles[seat.person_id], day),
                "is_outside_institution": _is_outside(seat.person_id, row.institution, known, day),
                "is_host": None if hosts is None else seat.person_id in hosts,
                "is_candidate": seat.person_id in agenda.persons,
                "is_present": seat.is_present,
            }
            for seat in known.seats[row.pk]
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


def _hosts(agenda: Agenda, known: _Known, day: date) -> frozenset[int] | None:
    """Who supervises, or would supervise, those about whom it decides; None where of one of them
    nobody is recorded."""
    found = set(agenda.hosts or ())
    for postdoc in agenda.postdocs:
        own = {row.person_id for row in known.hosts[postdoc] if row.is_true_on(day)}
        if not own:
            return None
        found |= own
    return None if agenda.hosts is None else frozenset(found)


def _title(titles: Sequence[Title], day: date) -> Record:
    """Level and series of the best title of the day; unknown where none is on record."""
    valid = best_first([title for title in titles if title.is_true_on(day)])
    return {"title_level": valid[0].level, "title_series": valid[0].series} if valid else {}


def _is_outside(person: int, institution: Unit, known: _Known, day: date) -> bool | None:
    """Whether the person works outside the institution: by the posts of the day, else by the
    employer whom the person states."""
    held = [row for row in known.capacities[person] if row.is_true_on(day)]
    if any(row.kind in IN_HOUSE and _is_at(row, institution) for row in held):
        return False
    if any(row.kind in (*IN_HOUSE, CapacityKind.EXTERNAL) for row in held):
        return True
    contact = known.contacts.get(person)
    if contact is None or not (contact.employer_zh or contact.employer_en):
        return None
    return not {contact.employer_zh, contact.employer_en} & {
        institution.name_zh,
        institution.name_en,
    }


def _is_at(post: Capacity, institution: Unit) -> bool:
    return institution.pk in (post.unit_id, post.unit.institution_id)


def _name(person: Person) -> str:
    return person.name_en if get_language() == "en" and person.name_en else person.name_zh
