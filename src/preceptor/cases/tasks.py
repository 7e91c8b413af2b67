"""Task lists: what waits on somebody, from cases and from the rooms above that registered theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from preceptor.base.today import today
from preceptor.institutions.queries import units_below
from preceptor.people.access import rows_for, scope
from preceptor.people.models import Account, Delegation, Role

from .choices import TaskHolder
from .kinds.kind import ROLE_WORDS, Kind
from .kinds.reading import kept_kind, kind_of_text
from .models import CaseKind, Task
from .rivals import Rivals, own_rivals, rivals_of, without
from .sources import lines_of
from .sources import register_source as register_source
from .sources import sources as sources

#: So many tasks are on one page.
PAGE = 50
#: The source of what this room keeps itself.
CASES = "case"


@dataclass(frozen=True)
class Holding:
    """What one account holds today: its own tasks, its person's, and those of its roles.

    `whole` are the institutions, and `units` the units, in which it has a role, by role. For a
    holding that was delegated, `giver` is who gave it and `case_kind` the kind of case it is
    limited to, empty for all; tasks about `not_about` (the taker) are not among them. Nor are those
    of the requests in `rivals`, which compete with one of the taker or the giver.
    """

    account: int
    person: int | None
    whole: Mapping[str, frozenset[int]] = field(default_factory=dict)
    units: Mapping[str, frozenset[int]] = field(default_factory=dict)
    giver: Account | None = None
    case_kind: str = ""
    not_about: int | None = None
    rivals: Rivals = ()

    def holds(self, task: Task | Step, kind: str, about: int | None) -> bool:
        """Whether the task, of a case of the kind about the person, is one of these."""
        if self.case_kind and kind != self.case_kind:
            return False
        if self.not_about is not None and about == self.not_about:
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
        return branch.filter(without("case", self.rivals))


def holdings(user: Any) -> list[Holding]:
    """What the user holds today, first the own, then what others delegated; one query at most besides
    that of the scope. Nothing for a stranger. Kept on the account for the request."""
    if not isinstance(user, Account) or not user.is_active:
        return []
    kept: list[Holding] | None = getattr(user, "_holdings", None)
    if kept is None:
        kept = user._holdings = _holdings(user)  # type: ignore[attr-defined]
    return kept


def _holdings(user: Account) -> list[Holding]:
    reach = scope(user)
    given = reach.given
    roles: dict[int, list[Role]] = defaultdict(list)
    for role in [*reach.roles, *reach.givers_roles]:
        if role.kind in ROLE_WORDS:
            roles[role.account_id].append(role)
    relations = reach.relations
    own = _reach(roles[user.pk], relations)
    found = [Holding(user.pk, user.person_id, *own, rivals=own_rivals(user))]
    rivals = _rivals(user, given) if given else ()
    for row in given:
        parts = _reach(roles[row.giver_id], relations)
        found.append(
            Holding(
                row.giver_id, row.giver.person_id, *parts, giver=row.giver,
                case_kind=row.case_kind, not_about=user.person_id, rivals=rivals,
            )
        )  # fmt: skip
    return found


def _rivals(user: Account, given: Iterable[Delegation]) -> Rivals:
    """What competes with the taker or with one of the givers: nobody does it for another either."""
    persons = {user.person_id, *(row.giver.person_id for row in given)}
    return rivals_of([person for person in persons if person is not None])


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


def tasks_of(
    user: Any,
    *,
    after: Place | None = None,
    most: int | None = PAGE,
    wanted: Wanted = EVERYTHING,
) -> list[TaskLine]:
    """What waits on the user, in the order in which it is due: the first `most` after the place;
    all of it for None. A fixed number of queries."""
    keys = _keys(user, after, most, wanted)
    return _in_order(_case_lines(user, keys), lines_of(user), after, most, wanted)


@dataclass(frozen=True)
class Waiting:
    """A page of what waits on somebody, and how much waits in all, however it was narrowed."""

    lines: list[TaskLine]
    count: int


def waiting_on(
    user: Any, *, after: Place | None, most: int, wanted: Wanted, counted: int
) -> Waiting:
    """What `tasks_of` gives, and what `count_tasks` gives for `counted`: what both need is read
    once."""
    others = lines_of(user)
    if after is None and wanted == EVERYTHING:
        keys = _keys(user, None, max(most, counted + 1), wanted)
        count = len(keys)
    else:
        keys, count = _keys(user, after, most, wanted), _count(user, counted + 1)
    lines = _in_order(_case_lines(user, keys[:most]), others, after, most, wanted)
    return Waiting(lines, min(count + len(others), counted + 1))


def count_tasks(user: Any, most: int = 99) -> int:
    """How many tasks wait on the user, counted no further than one above `most`; reads keys alone."""
    return min(_count(user, most + 1) + len(lines_of(user)), most + 1)


def _in_order(
    cases: list[TaskLine], others: list[TaskLine], after: Place | None, most: int | None,
    wanted: Wanted,
) -> list[TaskLine]:  # fmt: skip
    found = [*cases, *(line for line in others if wanted.takes(line))]
    found.sort(key=lambda line: line.place.order)
    if after is not None:
        found = [line for line in found if line.place.order > after.order]
    return found if most is None else found[:most]


def _count(user: Any, most: int) -> int:
    """How many tasks of cases there are, but no more than `most`; one query. The parts of one holding
    share no row, so that so many of each are enough to find as many different ones."""
    most_rows = most * max(1, len(holdings(user)))

    def keys() -> QuerySet[Any, Any] | None:
        rows = _together([one.values_list("pk") for one in _branches(user, EVERYTHING)])
        return None if rows is None else rows[:most_rows]

    return min(len(set(rows_for(user, ("count of tasks", most_rows), keys))), most)


def _together(branches: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any] | None:
    """The rows of all; None without any."""
    if not branches:
        return None
    first, *others = branches
    return first.union(*others, all=True) if others else first


def _keys(user: Any, after: Place | None, most: int | None, wanted: Wanted) -> list[int]:
    """The keys of the tasks on the page: those with a deadline first, then those without."""
    is_undated = after is not None and after.due_on is None
    found: list[int] = []
    if not is_undated:
        dated = Q(due_on__isnull=False) if after is None else _beyond(after)
        found = _walked(user, wanted, ("due_on", "id"), dated, most)
    if not wanted.is_overdue and (most is None or len(found) < most):
        rest = None if most is None else most - len(found)
        undated = Q(due_on=None)
        if after is not None and is_undated:
            undated &= _same_day(after)
        found += _walked(user, wanted, ("id",), undated, rest)
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
    user: Any, wanted: Wanted, columns: tuple[str, ...], bounds: Q, most: int | None
) -> list[int]:
    """Keys from each index in its order, merged by the database; never all that a role may do."""

    def keys() -> QuerySet[Any, Any] | None:
        branches = (branch.filter(bounds) for branch in _branches(user, wanted))
        rows = _together([branch.values_list(*columns) for branch in branches])
        return None if rows is None else rows.order_by(*columns)[:most]

    name = ("tasks", wanted, columns, bounds, most)
    return list(dict.fromkeys(row[-1] for row in rows_for(user, name, keys)))


def _branches(user: Any, wanted: Wanted) -> list[QuerySet[Task]]:
    if scope(user).everything:
        return [wanted.narrowed(Task.objects.filter(done_at=None).order_by())]
    return [
        wanted.narrowed(branch)
        for held in holdings(user)
        if wanted.is_delegated in (None, held.giver is not None)
        for branch in held.branches()
    ]


class Step(NamedTuple):
    """A task with what its line tells of its case."""

    pk: int
    stage: str
    holder: str
    account_id: int | None
    person_id: int | None
    role: str
    unit_id: int | None
    institution_id: int
    since: datetime
    due_on: date | None
    case: int
    number: str | None
    title_zh: str
    title_en: str
    about: int | None
    kind: str
    kind_zh: str
    kind_en: str
    digest: str


_STEP = (
    "pk", "stage", "holder", "account_id", "person_id", "role", "unit_id", "institution_id",
    "since", "due_on", "case_id", "case__number", "case__title_zh", "case__title_en",
    "case__person_id", "case__kind__name", "case__kind__title_zh", "case__kind__title_en",
    "case__kind__hash",
)  # fmt: skip


def _case_lines(user: Any, keys: Collection[int]) -> list[TaskLine]:
    rows = Task.objects.filter(pk__in=keys).order_by().values_list(*_STEP)
    found = [Step(*row) for row in rows] if keys else []
    kinds = _kinds({step.digest for step in found})
    held = holdings(user)
    is_delegated = any(one.giver is not None for one in held)
    return [_line(step, kinds[step.digest], held if is_delegated else []) for step in found]


def _kinds(digests: Collection[str]) -> dict[str, Kind]:
    """The kinds by digest; one query for those that this process has not read yet."""
    found = {digest: kind for digest in digests if (kind := kept_kind(digest)) is not None}
    missing = [digest for digest in digests if digest not in found]
    if missing:
        rows = CaseKind.objects.filter(hash__in=missing).order_by()
        found |= {
            digest: kind_of_text(digest, text)
            for digest, text in rows.values_list("hash", "content")
        }
    return found


def _line(step: Step, kind: Kind, held: Sequence[Holding]) -> TaskLine:
    title = kind.stage(step.stage).title
    whose = next((one for one in held if one.holds(step, step.kind, step.about)), None)
    return TaskLine(
        source=CASES, key=step.pk, noun="case", noun_key=step.case,
        number=step.number or f"draft {step.case}", title_zh=step.title_zh, title_en=step.title_en,
        stage_zh=title.zh, stage_en=title.en, since=step.since, due_on=step.due_on,
        for_name=whose.giver.name if whose is not None and whose.giver is not None else "",
        kind=step.kind, kind_zh=step.kind_zh, kind_en=step.kind_en,
    )  # fmt: skip
