"""What ties the members of panels to candidates and supervisors, whence they come, and how the
panels voted: from the registers of papers, contacts and sittings. Missing stays missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from preceptor.base.together import Question, Set
from preceptor.cases.bodies import DEGREE_KINDS, VOTING
from preceptor.cases.choices import ItemState
from preceptor.cases.models import BodySeat, Item
from preceptor.people.models import Contact
from preceptor.research.models import Authorship
from preceptor.training.models import Panel

#: The code of ISO 3166-1 of the institution's own country.
HOME = "CN"
#: Papers by person: the key of the paper and the day on which it was published.
Papers = dict[int, dict[int, date | None]]


@dataclass(frozen=True)
class Ties:
    """What these registers know of persons and panels on any day: the countries in which persons work,
    the papers and the seats in degree committees of each, and the decided items of the panels' own
    sittings, by the panel's key."""

    countries: Mapping[int, str]
    papers: Papers
    seats: Mapping[int, Sequence[BodySeat]]
    items: Mapping[int, Sequence[Item]]

    def is_from_abroad(self, person: int) -> bool | None:
        """Whether the person works abroad; None where no country is recorded."""
        country = self.countries.get(person)
        return None if country is None else country.upper() != HOME

    def sits_in_degree_committee(self, person: int, day: date) -> bool:
        """Whether the person is a member of the degree committee or a sub-committee on the day."""
        return any(seat.is_true_on(day) for seat in self.seats.get(person, ()))

    def joint(self, person: int, others: Collection[int], day: date) -> Joint:
        """The papers of the person with any of the others that were out by the day."""
        return Joint(self.papers, person, [other for other in others if other != person], day)

    def votes(self, panel: Panel, on: date) -> tuple[int | None, int | None]:
        """Votes in favour and ballots cast at the panel's own sitting, by the last vote that was
        closed by the day; None where none was."""
        done = [
            item
            for item in self.items.get(panel.pk, ())
            if item.decided_at is not None and timezone.localdate(item.decided_at) <= on
        ]
        last = max(done, key=lambda item: (item.decided_at, item.pk), default=None)
        return (None, None) if last is None else (last.votes_for, last.votes_cast)


class Joint:
    """Papers that one person shares with any of some others, on a day.

    A paper of unknown day counts as out. That there is none is known only where the register has
    papers of both sides; otherwise nothing is known.
    """

    def __init__(self, papers: Papers, person: int, others: Sequence[int], day: date) -> None:
        own = papers.get(person, {})
        self.day = day
        self.days = [
            published
            for other in others
            for paper, published in own.items()
            if paper in papers.get(other, {}) and (published is None or published <= day)
        ]
        self._is_recorded = bool(own and others) and all(papers.get(one) for one in others)

    @property
    def exists(self) -> bool | None:
        """Whether there is one; None where the register cannot tell."""
        return True if self.days else (False if self._is_recorded else None)

    @property
    def years(self) -> int | None:
        """Complete years since the last one; None where there is none or one is of unknown day."""
        known = [day for day in self.days if day is not None]
        if not known or len(known) < len(self.days):
            return None
        last = max(known)
        whole = self.day.year - last.year
        return whole - ((self.day.month, self.day.day) < (last.month, last.day))


def ties_asked(
    persons: Collection[int], others: Collection[int], panels: Sequence[Panel]
) -> Question[Ties]:
    """What is known of the persons, the papers of the others besides; four sets, for any number."""
    authors = Authorship.objects.filter(person__in={*persons, *others}).order_by()
    abroad = Contact.objects.filter(person__in=persons).exclude(country="").order_by()
    countries, papers, seats, items = yield [
        Set(abroad, ("person", "country")),
        Set(authors, ("person", "paper", "paper__published_on")),
        Set(_seats(persons)),
        Set(_decided(panels)),
    ]
    by_person: Papers = defaultdict(dict)
    for person, paper, published in papers:
        by_person[person][paper] = published
    by_seat: dict[int, list[BodySeat]] = defaultdict(list)
    for seat in seats:
        by_seat[seat.person_id].append(seat)
    return Ties(dict(countries), dict(by_person), by_seat, _by_panel(items, panels))


def _seats(persons: Collection[int]) -> QuerySet[BodySeat]:
    rows = BodySeat.objects.known()
    return rows.filter(person__in=persons, body__kind__in=DEGREE_KINDS, role__in=VOTING)


def _decided(panels: Sequence[Panel]) -> QuerySet[Item]:
    rows = Item.objects.filter(sitting__panel__in=[one.pk for one in panels])
    return rows.filter(state=ItemState.DECIDED).defer("summary")


def _by_panel(items: Sequence[Item], panels: Sequence[Panel]) -> dict[int, list[Item]]:
    keys = {panel.sitting_id: panel.pk for panel in panels if panel.sitting_id is not None}
    found: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        if item.sitting_id in keys:
            found[keys[item.sitting_id]].append(item)
    return found
