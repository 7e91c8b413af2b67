"""Named reads of case kinds and cases: what is in force, where a case is and with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer
from preceptor.institutions.models import Unit
from preceptor.people.choices import RoleKind

from .choices import CaseState, KindState, SittingState
from .kinds.kind import ENDS, Kind, Words
from .kinds.reading import kept_kind, kind_of_text
from .models import Case, CaseKind, Reminder, Sitting, Task
from .tasks import TaskLine as TaskLine
from .tasks import tasks_of as tasks_of

#: States of a case that is not ended: somebody has to act.
UNDER_WAY = (CaseState.RUNNING, CaseState.RETURNED)


def spoken(words: Words) -> str:
    """A text of a kind in the language of the reader: English where it is spoken, else Chinese."""
    return words.en if get_language() == "en" else words.zh


def kinds_on(institution: Unit, on: date | None = None) -> QuerySet[CaseKind]:
    """The versions of case kinds in force at the institution on the day (today), by name."""
    day = on or today()
    return CaseKind.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        institution=institution,
        valid_from__lte=day,
        state__in=[KindState.IN_FORCE, KindState.ENDED],
    ).order_by("name")


def kind_in_force(institution: Unit, name: str, on: date | None = None) -> CaseKind | None:
    """The version of the kind in force on the day (today); None when there is none."""
    return kinds_on(institution, on).filter(name=name).first()


def kind_of(case: Case) -> Kind:
    """What the case's kind says, in the version under which the case runs; read once for each
    content. `case` comes with its kind, else one query."""
    return kind_of_row(case.kind)


def kind_of_row(kind: CaseKind) -> Kind:
    """What a stored version says; read once for each content, which may be deferred."""
    return kept_kind(kind.hash) or kind_of_text(kind.hash, kind.content)


def reminded_today(cases: Collection[int]) -> set[int]:
    """Those of the cases (keys) of which somebody reminded today; one query, none without cases."""
    rows = Reminder.objects.filter(on=today(), case__in=cases) if cases else Reminder.objects.none()
    return set(rows.values_list("case_id", flat=True))


def board_of(case: Case) -> Sitting | None:
    """The sitting of the board that decides the case: of those with the case on their agenda the
    newest that was not cancelled; None where none was called. A standing body is no board."""
    rows = Sitting.objects.filter(items__case=case, body=None)
    return rows.exclude(state=SittingState.CANCELLED).order_by("-pk").first()


@dataclass(frozen=True)
class Holder:
    """With whom a case is: a person or account by name, or a role (`RoleKind`) at a unit."""

    name_zh: str
    name_en: str
    role: str = ""
    person: int | None = None
    account: int | None = None
    unit: int | None = None


@dataclass(frozen=True)
class Whereabouts:
    """Where a case is: the stage's title, with whom since when and until when, and the titles of
    the stages that can come next. A case that is not under way has no stage, and nobody has it."""

    stage: Words | None
    holders: tuple[Holder, ...] = ()
    since: datetime | None = None
    due_on: date | None = None
    next_stages: tuple[Words, ...] = ()


def where_is(case: Case) -> Whereabouts:
    """Where one case is, and with whom; no query for one whose open tasks were kept."""
    kept: list[Task] | None = getattr(case, "open_now", None)
    return whereabouts([case])[case.pk] if kept is None else _whereabouts(case, kept)


def whereabouts(cases: Sequence[Case]) -> dict[int, Whereabouts]:
    """Where the cases are, by key; one query for any number of cases that come with their kind."""
    return answer(whereabouts_asked(cases))


def whereabouts_asked(cases: Sequence[Case]) -> Question[dict[int, Whereabouts]]:
    """As `whereabouts`; one set, none where no case is under way."""
    tasks = yield from open_tasks_asked([case.pk for case in cases if case.state in UNDER_WAY])
    return {case.pk: _whereabouts(case, tasks.get(case.pk, [])) for case in cases}


#: What says by whom a task is held.
_HELD = (
    "case", "stage", "holder", "role", "account__name", "person__name_zh", "person__name_en",
    "unit__name_zh", "unit__name_en", "institution__name_zh", "institution__name_en",
)  # fmt: skip


def open_tasks(cases: Collection[int]) -> dict[int, list[Task]]:
    """The open tasks of the cases by case, with the names of those who hold them; one query."""
    return answer(open_tasks_asked(cases))


def open_tasks_asked(cases: Collection[int]) -> Question[dict[int, list[Task]]]:
    """As `open_tasks`; one set, none without cases."""
    found: dict[int, list[Task]] = defaultdict(list)
    if cases:
        rows = Task.objects.filter(case__in=cases, done_at=None).order_by("id")
        rows = rows.select_related("account", "person", "unit", "institution")
        [tasks] = yield [Set(rows.only(*_HELD))]
        for task in tasks:
            found[task.case_id].append(task)
    return dict(found)


def _whereabouts(case: Case, tasks: Sequence[Task]) -> Whereabouts:
    if case.state not in UNDER_WAY:
        return Whereabouts(None)
    kind = kind_of(case)
    stage = kind.stage(case.stage)
    goals = dict.fromkeys(goal for goal in stage.then.values() if goal not in ENDS)
    return Whereabouts(
        stage=stage.title,
        holders=tuple(dict.fromkeys(holder_of(task) for task in tasks)),
        since=case.stage_since,
        due_on=case.due_on,
        next_stages=tuple(kind.stage(goal).title for goal in goals),
    )


def holder_of(task: Task) -> Holder:
    """Who has the task; `task` comes with account, person, unit and institution."""
    if task.person:
        named = task.person.name_en or task.person.name_zh
        return Holder(task.person.name_zh, named, person=task.person.pk)
    if task.account:
        return Holder(task.account.name, task.account.name, account=task.account.pk)
    place = task.unit or task.institution
    return Holder(place.name_zh, place.name_en, RoleKind(task.role).value, unit=place.pk)
