"""A list of trainees, and from which index it is read: the same few rows of work at any size.

A list is asked for in two ways. *Gathered*: all conditions as they are, so that the database
takes the narrowest index and sorts what it finds; for few rows, and for counting. *Walked*: one
condition leads, by an index that has the order of the list behind it, and the others are asked of
each row on the way until the page is full; for many rows. The indexes hold the columns of the
other filters behind the order, so that no row is fetched to be passed over.

Lists by standing or by verdict lead through the stored ones, all others through the enrolments.
What is shown is in any case fetched from `visible_enrolments`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Sum, Value, When

from preceptor.base.keyset import PAGE, Part, capped_count, numbered_part
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.queries import begins, has_name, matches_name
from preceptor.policy import Pack
from preceptor.training.access import own_keys, visible_enrolments
from preceptor.training.models import Enrolment, Supervision

from .due import due_findings, gates_of
from .models import Finding, Standing, StandingTally

#: What counts for the whole standing of a trainee; panels are judged for themselves.
OWN = ("enrolment", "thesis")
#: A list that has no more rows than these is sorted rather than walked.
FEW = 2_000
#: Trainees of one name do not lie together in the order of the list: of these no more are counted.
NAMED = 3_000


@dataclass(frozen=True)
class Wanted:
    """What is asked of a trainee; None where nothing is asked. `units` and `directions` are keys;
    `placed` are the units that the reader sees, None where these are all."""

    placed: frozenset[int] | None = None
    units: frozenset[int] | None = None
    directions: frozenset[int] | None = None
    cohort: int | None = None
    states: frozenset[str] | None = None
    supervisor: int | None = None
    text: str = ""
    rule: str = ""
    verdict: str = ""

    @property
    def is_name(self) -> bool:
        """Whether the text can be a name, and not only the begin of a student number."""
        return bool(self.text) and not self.text.isdecimal()

    @property
    def is_by_place(self) -> bool:
        """Whether nothing narrows but unit, rule and verdict: what is counted by unit."""
        narrowed = (self.directions, self.cohort, self.states, self.supervisor, self.text or None)
        return all(one is None for one in narrowed)


@dataclass(frozen=True)
class Condition:
    """One condition on the rows of a table. `leads`: it is one value of a column that has an index
    in the order of the list. `is_few`: it means few rows, by their keys. `of_each`: how it is asked
    of a single row, where that differs."""

    plain: Q
    leads: bool = False
    is_few: bool = False
    of_each: Q | None = None


def _one_of(column: str, values: frozenset[Any], leads: bool = True) -> Condition:
    """One of the values; a single one may lead, where the table has such an index."""
    if len(values) == 1:
        return Condition(Q(**{column: next(iter(values))}), leads=leads)
    return Condition(Q(**{f"{column}__in": values}))


@dataclass(frozen=True)
class Listing:
    """The trainees whom the user may see and who meet what is wanted, by student number. `packs`
    are those in force, whose gates say what is due."""

    user: Any
    wanted: Wanted
    packs: Sequence[Pack]

    @property
    def most(self) -> int | None:
        """How far is counted; None: as far as any list."""
        return NAMED if self.wanted.is_name else None

    @cached_property
    def count(self) -> int:
        """How many there are; above `most` only that there are more. At most one query, and one
        for what the reader sees besides whole units."""
        if self._is_nobody:
            return 0
        if self._told is not None:
            return self._told
        read = self._narrow
        return capped_count(read.gathered, read.key, most=self.most, distinct=read.repeats)

    def page(self, query: Mapping[str, str], size: int = PAGE) -> Part[int]:
        """The keys of the trainees on the page that the query asks for by `after` or `before`;
        one query."""
        if not self.count and self._told is None:
            return Part([])
        is_few = self.count <= FEW
        read = self._narrow if is_few else self._wide
        rows = read.gathered if is_few else read.walked
        return numbered_part(rows, read.key, query, size=size, distinct=read.repeats)

    def rows(self) -> QuerySet[Enrolment]:
        """All of them."""
        if self._is_nobody:
            return Enrolment.objects.none()
        read = self._narrow
        return visible_enrolments(self.user).filter(pk__in=read.gathered.values(read.key))

    @cached_property
    def _own(self) -> frozenset[int]:
        """What the reader sees besides whole units."""
        return frozenset() if self.wanted.placed is None else own_keys(self.user)

    @property
    def _is_nobody(self) -> bool:
        """Whether it is known without asking that nobody is meant: a rule without a gate is never
        open."""
        if self.wanted.verdict != "open" or not self.wanted.rule:
            return False
        return not any(self.wanted.rule in rules for rules in gates_of(self.packs).values())

    @cached_property
    def _wide(self) -> Reading:
        """Led by the verdicts where one is wanted: one in many trainees has it."""
        wanted = self.wanted
        by_verdict = Finding if wanted.rule else Standing
        return self._reading(by_verdict if wanted.verdict else Enrolment)

    @cached_property
    def _narrow(self) -> Reading:
        """Led by the enrolments where few are meant by key or by name."""
        wanted = self.wanted
        is_few = wanted.supervisor is not None or wanted.is_name or wanted.placed == frozenset()
        return self._reading(Enrolment) if is_few else self._wide

    def _reading(self, source: type[Any]) -> Reading:
        return Reading(source, self.wanted, self._own, self.packs, self._own_pack)

    @cached_property
    def _own_pack(self) -> str:
        """The pack of the rule, where it is one and speaks of the trainee or the thesis: of such
        a rule a trainee has one verdict."""
        rule = self.wanted.rule
        found = [pack for pack in self.packs if rule in pack.rules]
        return found[0].id if len(found) == 1 and found[0].rules[rule].subject in OWN else ""

    @cached_property
    def _told(self) -> int | None:
        """The number by the kept counts, exact at any size; None where they do not count this."""
        wanted = self.wanted
        if not (wanted.rule or wanted.verdict) or (wanted.rule and not self._own_pack):
            return None
        is_uncounted = wanted.verdict == ("open" if wanted.rule else "waived")
        if is_uncounted or not wanted.is_by_place or self._own:
            return None
        rows = StandingTally.objects.filter(rule=wanted.rule, pack=self._own_pack)
        rows = rows.filter(verdict=wanted.verdict) if wanted.verdict else rows
        for units in (wanted.units, wanted.placed):
            rows = rows if units is None else rows.filter(unit__in=units)
        return int(rows.aggregate(sum=Sum("count"))["sum"] or 0)


@dataclass(frozen=True)
class Reading:
    """What is wanted as conditions on one table: the enrolments, their standings, or the verdicts.

    `own` are the keys of what the reader sees besides `wanted.placed`; `own_pack` is the pack of a
    rule of which a trainee has one verdict.
    """

    source: type[Any]
    wanted: Wanted
    own: frozenset[int]
    packs: Sequence[Pack]
    own_pack: str

    @property
    def key(self) -> str:
        """The column that holds the key of the trainee."""
        return "pk" if self.source is Enrolment else "enrolment"

    @property
    def repeats(self) -> bool:
        """Whether a trainee can stand in several rows: by several panels or packs."""
        return self.source is Finding and not self.own_pack

    @property
    def gathered(self) -> QuerySet[Any]:
        """The rows by all conditions as they are; where some mean few, these lead, as waivers do."""
        few = [one for one in self._narrowing if one.is_few]
        if few or (self.source is Standing and self.wanted.verdict == "waived"):
            return self._led_by(few, [one for one in self._narrowing if not one.is_few])
        return self._led_by(self._narrowing, [])

    @property
    def walked(self) -> QuerySet[Any]:
        """The rows by what leads, and within it each asked for the rest."""
        others = self._narrowing
        front = [one for one in others if one.leads][:1]
        return self._led_by(front, [one for one in others if one not in front])

    def _led_by(self, first: list[Condition], others: list[Condition]) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.source._default_manager.filter(self._meant)
        for condition in first:
            rows = rows.filter(condition.plain)
        for place, condition in enumerate(others):
            # Within a CASE no condition can draw the database to another index.
            asked = When(condition.of_each or condition.plain, then=Value(True))
            name = f"is_met_{place}"
            rows = rows.alias(**{name: Case(asked, default=Value(False))}).filter(**{name: True})
        return rows

    @property
    def _meant(self) -> Q:
        """What the table itself stands for, and the begin of a number: that is the order."""
        wanted = self.wanted
        found = begins("student_number", wanted.text) if wanted.text.isdecimal() else Q()
        if self.source is Standing:
            return found & _stands(wanted.verdict)
        if self.source is Finding:
            return found & Q(rule=wanted.rule) & _said(wanted.verdict)
        return found

    @property
    def _narrowing(self) -> list[Condition]:
        """All other conditions; of those that can lead the narrowest first."""
        wanted, found = self.wanted, self._places()
        if wanted.directions is not None:
            found.append(_one_of("direction", wanted.directions, self.source is not Finding))
        if wanted.cohort is not None:
            cohort = frozenset({wanted.cohort})
            found.append(_one_of("cohort", cohort, self.source is not Finding))
        if self.source is Finding and wanted.verdict == "open":
            found.append(Condition(~due_findings(self.packs)))
        if self.source is Enrolment:
            return found + self._of_trainees() + self._of_verdicts()
        rows = Enrolment.objects.filter(pk=OuterRef(self.key))
        return found + [
            Condition(Q(Exists(rows.filter(one.of_each or one.plain))))
            for one in self._of_trainees()
        ]

    def _places(self) -> list[Condition]:
        """Where trainees are placed: in a wanted unit that the reader sees, or the reader's own."""
        placed, units = self.wanted.placed, self.wanted.units
        if placed is None:
            return [] if units is None else [_one_of("unit", units)]
        seen = _one_of("unit", placed if units is None else placed & units)
        if not self.own:
            return [seen]
        own = Q(**{f"{self.key}__in": self.own})
        if units is not None:
            own &= Q(unit__in=units)
        return [Condition(seen.plain | own)]

    def _of_trainees(self) -> list[Condition]:
        """What only the enrolment itself, or what hangs on it, can say."""
        wanted, found = self.wanted, list[Condition]()
        if wanted.states is not None:
            found.append(_one_of("state", wanted.states))
        if wanted.supervisor is not None:
            found.append(Condition(guided_by(wanted.supervisor), is_few=True))
        if wanted.is_name:
            found.append(named(wanted.text))
        return found

    def _of_verdicts(self) -> list[Condition]:
        """What is stored of an enrolment, where it does not lead."""
        wanted = self.wanted
        if wanted.rule:
            rows = Finding.objects.filter(enrolment=OuterRef("pk"), rule=wanted.rule)
            rows = rows.filter(_said(wanted.verdict)) if wanted.verdict else rows
            if wanted.verdict == "open":
                rows = rows.exclude(due_findings(self.packs))
            return [Condition(Q(Exists(rows)))]
        if wanted.verdict:
            stands = Standing.objects.filter(_stands(wanted.verdict), enrolment=OuterRef("pk"))
            return [Condition(Q(Exists(stands)))]
        return []


def _stands(verdict: str) -> Q:
    """The stored standings that are this as a whole; `waived`: with any requirement waived."""
    return Q(is_waived=True) if verdict == "waived" else Q(whole=verdict)


def _said(verdict: str) -> Q:
    """The stored rows that read as the verdict; a rule that only warns gives notice. What is open
    was not met: whether it is due is asked besides."""
    if verdict == "warn":
        return Q(verdict="fail", kind="warn")
    return (
        Q(verdict="fail") & ~Q(kind="warn") if verdict in ("fail", "open") else Q(verdict=verdict)
    )


def guided_by(person: int) -> Q:
    """Trainees whom the person supervises today."""
    guided = Supervision.objects.on(today()).filter(person=person)
    return Q(pk__in=guided.values("enrolment"))


def named(text: str) -> Condition:
    """Trainees so named, or whose student number begins with the text."""
    if not text.isascii():
        people = Q(person__in=matches_name(text))
        return Condition(people, is_few=True, of_each=has_name("person", text))
    number = begins("student_number", text)
    found = Enrolment.objects.filter(number).values("pk")
    found = found.union(Enrolment.objects.filter(person__in=matches_name(text)).values("pk"))
    return Condition(Q(pk__in=found), is_few=True, of_each=number | has_name("person", text))


def placed_of(user: Any, units: Sequence[Unit]) -> frozenset[int] | None:
    """The units whose trainees the user sees by scope: those of institutions read whole, and the
    parts; None where these are all of `units`, which are those of the installation."""
    reach = scope(user)
    if reach.everything:
        return None
    seen = {
        unit.pk for unit in units if (unit.institution_id or unit.pk) in reach.institutions
    } | reach.parts
    return None if all(unit.pk in seen for unit in units) else frozenset(seen)
