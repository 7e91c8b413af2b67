"""Task lists: what waits on somebody, from cases and from the rooms above that registered theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.base.today import today
from preceptor.institutions.queries import relations_on, units_below
from preceptor.people.access import scope
from preceptor.people.models import Account, Role
from preceptor.people.queries import delegations_to

from .choices import TaskHolder
from .kinds.kind import ROLE_WORDS
from .kinds.reading import kind_of_text
from .models import Task

#: So many tasks are on one page.
PAGE = 50
#: The source of what this room keeps itself.
CASES = "case"


@dataclass(frozen=True)
class Holding:
    """What one account holds today: its own tasks, its person's, and those of its roles.

    `whole` are the institutions, and `units` the units, in which it has a role, by role. For a
    holding that was delegated, `giver` is who gave it and `case_kind` the kind of case it is
    limited to, empty for all; tasks about `not_about` (the taker) are not among them.
    """

    account: int
    person: int | None
    whole: Mapping[str, frozenset[int]] = field(default_factory=dict)
    units: Mapping[str, frozenset[int]] = field(default_factory=dict)
    giver: Account | None = None
    case_kind: str = ""
    not_about: int | None = None

    def holds(self, task: Task) -> bool:
        """Whether the task is one of these; `task` comes with its case and the case's kind."""
        if self.case_kind and task.case.kind.name != self.case_kind:
            return False
        if self.not_about is not None and task.case.person_id == self.not_about:
            return False
        if task.holder == TaskHolder.ACCOUNT:
            return task.account_id == self.account
        if task.holder == TaskHolder.PERSON:
            return self.person is not None and task.person_id == self.person
        return task.institution_id in self.whole.get(task.role, ()) or (
            task.unit_id in self.units.get(task.role, ())
        )

    def branches(self) -> list[QuerySet[Task]]:
        """The open tasks as querysets of which each walks one index, and that share no row."""
        rows = Task.objects.filter(done_at=None).order_by()
        own, of_role = rows.filter(holder=TaskHolder.ACCOUNT), rows.filter(holder=TaskHolder.ROLE)
        found = [own.filter(account=self.account)]
        if self.person is not None:
            found.append(rows.filter(holder=TaskHolder.PERSON, person=self.person))
        for role, institutions in self.whole.items():
            found += [of_role.filter(role=role, institution=key) for key in sorted(institutions)]
        for role, units in self.units.items():
            found.append(of_role.filter(role=role, unit__in=sorted(units)))
        return [self._narrowed(branch) for branch in found]

    def _narrowed(self, branch: QuerySet[Task]) -> QuerySet[Task]:
        if self.case_kind:
            branch = branch.filter(case__kind__name=self.case_kind)
        if self.not_about is not None:
            branch = branch.exclude(case__person=self.not_about)
        return branch


def holdings(user: Any) -> list[Holding]:
    """What the user holds today, first the own, then what others delegated; four queries at most.
    Nothing for a stranger. Kept on the account for the request."""
    if not isinstance(user, Account) or not user.is_active:
        return []
    kept: list[Holding] | None = getattr(user, "_holdings", None)
    if kept is None:
        kept = user._holdings = _holdings(user)  # type: ignore[attr-defined]
    return kept


def _holdings(user: Account) -> list[Holding]:
    day = today()
    reach, given = scope(user), list(delegations_to(user, day))
    roles: dict[int, list[Role]] = defaultdict(list)
    for role in [*reach.roles, *_roles({row.giver_id for row in given}, day)]:
        if role.kind in ROLE_WORDS:
            roles[role.account_id].append(role)
    relations = (reach.relations or relations_on(day)) if roles else {}
    found = [Holding(user.pk, user.person_id, *_reach(roles[user.pk], relations))]
    for row in given:
        parts = _reach(roles[row.giver_id], relations)
        found.append(
            Holding(
                row.giver_id, row.giver.person_id, *parts, giver=row.giver,
                case_kind=row.case_kind, not_about=user.person_id,
            )
        )  # fmt: skip
    return found


def _roles(accounts: Collection[int], day: date) -> list[Role]:
    if not accounts:
        return []
    return list(Role.objects.on(day).filter(account__in=accounts).select_related("unit"))


Reach = dict[str, frozenset[int]]


def _reach(roles: Iterable[Role], relations: Mapping[int, Sequence[int]]) -> tuple[Reach, Reach]:
    """The institutions in which each role is held whole, and the units of the other roles."""
    whole: dict[str, set[int]] = defaultdict(set)
    parts: dict[str, set[int]] = defaultdict(set)
    for role in roles:
        side = whole if role.unit.institution_id is None else parts
        side[role.kind].add(role.unit_id)
    units = {
        kind: units_below(held, relations=relations)
        for kind, held in parts.items()
        if kind not in whole
    }
    return {kind: frozenset(held) for kind, held in whole.items()}, units


@dataclass(frozen=True)
class TaskLine:
    """One thing that waits on somebody, in both languages.

    `noun` and `noun_key` name the page where it is done; `key` is the task's own in its `source`.
    `due_on` is None without a deadline. `for_name` is on whose behalf, empty for the own. `kind` is
    the name of the case kind, with its title; empty for what is no case.
    """

    source: str
    key: int
    noun: str
    noun_key: int
    number: str
    title_zh: str
    title_en: str
    stage_zh: str
    stage_en: str
    since: datetime
    due_on: date | None = None
    for_name: str = ""
    kind: str = ""
    kind_zh: str = ""
    kind_en: str = ""

    @property
    def is_overdue(self) -> bool:
        """Whether its last day has passed."""
        return self.due_on is not None and self.due_on < today()

    @property
    def place(self) -> Place:
        """Its place in the order of all tasks: first what is due first, then what has no deadline."""
        return Place(self.due_on, self.source, self.key)


@dataclass(frozen=True)
class Place:
    """A place in the list of tasks, after which the next page begins."""

    due_on: date | None
    source: str
    key: int

    @property
    def order(self) -> tuple[bool, date, str, int]:
        return (self.due_on is None, self.due_on or date.max, self.source, self.key)


@dataclass(frozen=True)
class Wanted:
    """Which tasks are asked for: of one kind (the name of a case kind, or of a source), those
    overdue, and those on somebody's behalf (`is_delegated`, None for both)."""

    kind: str = ""
    is_overdue: bool = False
    is_delegated: bool | None = None

    def takes(self, line: TaskLine) -> bool:
        """Whether a line is one of these."""
        if self.kind and self.kind not in (line.kind, line.source):
            return False
        if self.is_delegated is not None and self.is_delegated != bool(line.for_name):
            return False
        return line.is_overdue or not self.is_overdue

    def narrowed(self, rows: QuerySet[Task]) -> QuerySet[Task]:
        """The tasks of cases among these, but for whom they are done."""
        if self.is_overdue:
            rows = rows.filter(due_on__lt=today())
        if self.kind and self.kind != CASES:
            rows = rows.filter(case__kind__name=self.kind)
        return rows


EVERYTHING = Wanted()

Source = Callable[[Any], list[TaskLine]]
_sources: dict[str, Source] = {}


def register_source(name: str, lines: Source) -> None:
    """Let what a room above keeps appear among the tasks; `lines` gives all that waits on a user,
    a short list. Raises ValueError when another function holds the name."""
    held = _sources.setdefault(name, lines)
    if held is not lines:
        raise ValueError(f"The source of tasks {name!r} is registered already.")


def tasks_of(
    user: Any,
    *,
    after: Place | None = None,
    most: int | None = PAGE,
    wanted: Wanted = EVERYTHING,
) -> list[TaskLine]:
    """What waits on the user, in the order in which it is due: the first `most` after the place;
    all of it for None. A fixed number of queries."""
    found = _case_lines(user, after, most, wanted)
    for lines in _sources.values():
        found += [line for line in lines(user) if wanted.takes(line)]
    found = sorted(found, key=lambda line: line.place.order)
    if after is not None:
        found = [line for line in found if line.place.order > after.order]
    return found if most is None else found[:most]


def _case_lines(user: Any, after: Place | None, most: int | None, wanted: Wanted) -> list[TaskLine]:
    keys = _keys(user, after, most, wanted)
    rows = Task.objects.filter(pk__in=keys).select_related("case__kind")
    return [_line(user, task) for task in rows.defer("case__reason")]


def _keys(user: Any, after: Place | None, most: int | None, wanted: Wanted) -> list[int]:
    """The keys of the tasks on the page: those with a deadline first, then those without."""
    is_undated = after is not None and after.due_on is None
    found: list[int] = []
    if not is_undated:
        dated = Q(due_on__isnull=False) if after is None else _beyond(after)
        found = _walked(_branches(user, wanted), ("due_on", "id"), dated, most)
    if not wanted.is_overdue and (most is None or len(found) < most):
        rest = None if most is None else most - len(found)
        undated = Q(due_on=None)
        if after is not None and is_undated:
            undated &= _same_day(after)
        found += _walked(_branches(user, wanted), ("id",), undated, rest)
    return found


def _beyond(after: Place) -> Q:
    """Tasks with a deadline behind the place; the first bound is for the index."""
    same_day = Q(due_on=after.due_on) & _same_day(after)
    return Q(due_on__gte=after.due_on) & (Q(due_on__gt=after.due_on) | same_day)


def _same_day(after: Place) -> Q:
    """Among those that are due with the place, those behind it: by source first, then by key."""
    if after.source == CASES:
        return Q(id__gt=after.key)
    return Q(pk__in=()) if after.source > CASES else Q()


def _walked(
    tasks: Sequence[QuerySet[Task]], columns: tuple[str, ...], bounds: Q, most: int | None
) -> list[int]:
    """Keys from each index in its order, merged by the database; never all that a role may do."""
    branches = [branch.filter(bounds).values_list(*columns) for branch in tasks]
    if not branches:
        return []
    first, *others = branches
    rows = first.union(*others, all=True) if others else first
    ordered = rows.order_by(*columns)
    return list(dict.fromkeys(row[-1] for row in (ordered if most is None else ordered[:most])))


def _branches(user: Any, wanted: Wanted) -> list[QuerySet[Task]]:
    if scope(user).everything:
        return [wanted.narrowed(Task.objects.filter(done_at=None).order_by())]
    return [
        wanted.narrowed(branch)
        for held in holdings(user)
        if wanted.is_delegated in (None, held.giver is not None)
        for branch in held.branches()
    ]


def _line(user: Any, task: Task) -> TaskLine:
    case = task.case
    stage = kind_of_text(case.kind.hash, case.kind.content).stage(task.stage).title
    held = next((one for one in holdings(user) if one.holds(task)), None)
    return TaskLine(
        source=CASES, key=task.pk, noun="case", noun_key=case.pk, number=str(case),
        title_zh=case.title_zh, title_en=case.title_en, stage_zh=stage.zh, stage_en=stage.en,
        since=task.since, due_on=task.due_on,
        for_name=held.giver.name if held is not None and held.giver is not None else "",
        kind=case.kind.name, kind_zh=case.kind.title_zh, kind_en=case.kind.title_en,
    )  # fmt: skip


def count_tasks(user: Any, most: int = 99) -> int:
    """How many tasks wait on the user, counted no further than one above `most`."""
    return len(tasks_of(user, most=most + 1))


def sources() -> Collection[str]:
    """The names of what is among the tasks besides cases."""
    return sorted(_sources)
