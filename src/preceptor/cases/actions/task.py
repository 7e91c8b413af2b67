"""Tasks: made for everybody who has to act at a stage, closed when it is left."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor as Doer
from preceptor.base.errors import RuleBroken
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Person

from ..access.holding import is_tied
from ..appeals import barred
from ..choices import TaskHolder, Verb
from ..kinds.kind import ROLE_WORDS, Actor
from ..letters import Reader, reader_of, readers_of, write_letters
from ..models import Case, Task
from ..queries import kind_of, spoken
from ..registry import port_of


def make_tasks(case: Case, actors: Iterable[Actor]) -> list[Task]:
    """One open task for each who is named, with a letter to each; `case` stands at its stage.

    Raises RuleBroken where nobody at all is named by the words today, so that no case waits on
    nobody.
    """
    named = tuple(actors)
    rows = _without_twins([task for actor in named for task in _tasks(case, actor)])
    if not rows:
        raise RuleBroken(_nobody(case, named))
    for task in rows:
        task.save()
        _tell(task)
    return rows


def _tasks(case: Case, actor: Actor) -> list[Task]:
    """The tasks that one word makes, not saved."""
    if actor.word in ROLE_WORDS:
        return [_task(case, TaskHolder.ROLE, role=actor.word, unit=_place(case, actor))]
    if actor.word == "asker":
        return _asker_tasks(case)
    if actor.word == "subject":
        return [_of_person(case, case.person)] if case.person else []
    persons = port_of(case).persons(case, actor.word)
    return [_of_person(case, person) for person in persons if _may_judge(case, person)]


def _asker_tasks(case: Case) -> list[Task]:
    """A task for who made the request: the account, else its subject, else the office."""
    if case.asked_by is not None:
        return [_task(case, TaskHolder.ACCOUNT, account=case.asked_by)]
    if case.person is not None:
        return [_of_person(case, case.person)]
    return [_task(case, TaskHolder.ROLE, role=RoleKind.OFFICE.value)]


def make_asker_tasks(case: Case) -> list[Task]:
    """The task of correcting what was returned, with a letter; `case` was given back."""
    rows = _asker_tasks(case)
    for task in rows:
        task.save()
        _tell_returned(task)
    return rows


def _place(case: Case, actor: Actor) -> object:
    return case.unit if actor.of == "unit" else None


def _may_judge(case: Case, person: Person) -> bool:
    """Nobody is asked about himself, nor about whom a declared tie binds him to, nor to judge an
    appeal against what he took part in."""
    if case.appeal_of_id is not None and person.pk in barred(case):
        return False
    if case.person_id is None:
        return True
    return person.pk != case.person_id and not is_tied(person.pk, [case.person_id])


def _of_person(case: Case, person: Person | None) -> Task:
    return _task(case, TaskHolder.PERSON, person=person)


def _task(case: Case, holder: TaskHolder, **whose: object) -> Task:
    return Task(
        case=case, stage=case.stage, holder=holder, institution=case.institution,
        since=timezone.now(), due_on=case.due_on, **whose,
    )  # fmt: skip


def _without_twins(tasks: Iterable[Task]) -> list[Task]:
    """Each holder once."""
    found = {(task.account_id, task.person_id, task.role, task.unit_id): task for task in tasks}
    return list(found.values())


def _nobody(case: Case, actors: Iterable[Actor]) -> str | Promise:
    return gettext_lazy(
        "Nobody can act at “%(stage)s”: no “%(words)s” is recorded, or a tie keeps them away. Have "
        "the office record who it is, then try again."
    ) % {
        "stage": spoken(kind_of(case).stage(case.stage).title),
        "words": ", ".join(actor.word for actor in actors),
    }


def close_tasks(case: Case) -> None:
    """Close all open tasks of the case; they were not done, another step made them needless."""
    Task.objects.filter(case=case, done_at=None).update(done_at=timezone.now())


def do_tasks(tasks: Iterable[Task], by: Doer, verb: Verb) -> None:
    """Mark the tasks as done by the actor."""
    keys = [task.pk for task in tasks]
    Task.objects.filter(pk__in=keys, done_at=None).update(
        done_at=timezone.now(), done_by_key=by.actor_key, outcome=verb
    )


def _tell(task: Task) -> None:
    """A letter to whoever has the task now; reasons stay out of it."""

    def words() -> tuple[str, str]:
        names = {"number": task.case, "title": _title(task.case)}
        subject = _("%(number)s waits on you: %(title)s") % names
        body = _("The request “%(title)s” (%(number)s) waits on you.") % names
        if task.due_on:
            body += "\n" + _("Please act by %(day)s.") % {"day": task.due_on.isoformat()}
        return subject, body

    write_letters(readers_of(task), words, f"task:{task.pk}")


def _tell_returned(task: Task) -> None:
    """A letter to who has to correct the request; what has to be corrected stays out of it."""

    def words() -> tuple[str, str]:
        names = {"number": task.case, "title": _title(task.case)}
        subject = _("%(number)s was returned for correction: %(title)s") % names
        body = _(
            "The request “%(title)s” (%(number)s) was returned for correction. What has to be "
            "corrected is on the page of the request."
        )
        return subject, body % names

    write_letters(readers_of(task), words, f"task:{task.pk}")


def _title(case: Case) -> str:
    return case.title_en if get_language() == "en" else case.title_zh


def tell_end(case: Case) -> None:
    """A letter to the asker, and to the subject where that is another, that the case has ended."""

    def words() -> tuple[str, str]:
        names = {"number": case, "title": _title(case), "state": case.get_state_display()}
        subject = _("%(number)s has ended: %(state)s") % names
        body = _("The request “%(title)s” (%(number)s) has ended: %(state)s.") % names
        return subject, body + "\n" + _(
            "The decision and its reasons are on the page of the request."
        )

    write_letters(_concerned(case), words, f"case:{case.pk}:{case.round}:end:{case.revision}")


def _concerned(case: Case) -> list[Reader | None]:
    asker: Account | None = case.asked_by
    person = case.person if asker is None or asker.person_id != case.person_id else None
    return [reader_of(asker, None) if asker else None, reader_of(None, person)]
