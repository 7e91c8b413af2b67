"""Who may see a case, act in it, and read the reasons that were given."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.people.access import scope
from preceptor.people.models import Account

from ..appeals import barred
from ..choices import CaseState, StageKind, Verb
from ..kinds.kind import ROLE_WORDS, Kind
from ..models import Case, CaseParty, CaseStep, Task
from ..queries import UNDER_WAY, kind_of
from ..tasks import holdings
from .holding import is_tied, posts

#: Stages at which a case can go back to the asker without undoing what others began.
RETURNING = frozenset({StageKind.REVIEW, StageKind.COMPOSE})


def visible_cases(user: Any) -> QuerySet[Case]:
    """Submitted cases of the units that the user reads; besides, the user's own: as asker (drafts
    too), as subject, as a party not ended, as holder of a task open or done, and those with an
    open task of somebody for whom the user acts."""
    reach = scope(user)
    if reach.everything:
        return Case.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return Case.objects.none()
    seen = Q(pk__in=_own_cases(user))
    if reach.institutions or reach.parts:
        seen |= reach.within("unit", "institution") & Q(submitted_at__isnull=False)
    return Case.objects.filter(seen)


def _own_cases(user: Account) -> QuerySet[Any, Any]:
    """The keys of the user's own cases: one union, so that each part is found by its index."""
    asked = Case.objects.filter(asked_by=user.pk).order_by().values("pk")
    parts: list[QuerySet[Any, Any]] = [_with_tasks(Q(account=user.pk))]
    if user.person_id is not None:
        about = Case.objects.filter(person=user.person_id, submitted_at__isnull=False)
        parties = CaseParty.objects.filter(_not_ended(), person=user.person_id)
        submitted = parties.filter(case__submitted_at__isnull=False).order_by()
        parts += [
            _with_tasks(Q(person=user.person_id)),
            about.order_by().values("pk"),
            submitted.values("case_id"),
        ]
    for held in holdings(user):
        if held.giver is not None:
            parts += [branch.values("case_id") for branch in held.branches()]
    return asked.union(*parts)


def _with_tasks(whose: Q) -> QuerySet[Any, Any]:
    return Task.objects.filter(whose).order_by().values("case_id")


def _not_ended() -> Q:
    return Q(until=None) | Q(until__gte=today())


def may_view_case(user: Any, case: Case) -> Permit:
    """Whether the user may see the case; the same answer as `visible_cases`."""
    if visible_cases(user).filter(pk=case.pk).exists():
        return GRANTED
    return refused(_("This request is outside what you may see."))


def may_act(user: Any, case: Case) -> Permit:
    """Whether the user may take the step that the case waits for: an open task is the user's, or of
    somebody for whom the user acts, and nothing ties the user to the subject."""
    if case.state != CaseState.RUNNING:
        return refused(_("The request is not under way; nothing waits on anybody."))
    if scope(user).everything:
        return GRANTED
    givers = [giver for _task, giver in doing(user, case)]
    if not givers:
        return refused(_("The request does not wait on you at this stage."))
    return _unconcerned(user, case, None if None in givers else givers[0])


def open_tasks_of(case: Case) -> list[Task]:
    """The open tasks of the case, in their order; one query."""
    return list(Task.objects.filter(case=case, done_at=None).order_by("id"))


def doing(user: Any, case: Case) -> list[tuple[Task, Account | None]]:
    """The open tasks of the case that the user may do, each with for whom the user would act: None
    for the own. A task that is the user's own in any way is not done for somebody else."""
    tasks = Task.objects.filter(case=case, done_at=None).select_related("case__kind")
    found = []
    for task in tasks.order_by("id"):
        held = next((one for one in holdings(user) if one.holds(task)), None)
        if held is not None:
            found.append((task, held.giver))
    return found


def tasks_to_do(user: Any, case: Case) -> list[Task]:
    """The open tasks that the user would do with one step: the own ones, else those of one for whom
    the user acts."""
    found = doing(user, case)
    givers = [giver for _task, giver in found]
    whose = None if None in givers else next(iter(givers), None)
    return [task for task, giver in found if giver == whose]


def acting_for(user: Any, case: Case) -> Account | None:
    """For whom the user would act in the case; None where the task is the user's own, or nobody's
    for whom the user acts."""
    givers = [giver for _task, giver in doing(user, case)]
    return None if None in givers else next(iter(givers), None)


def _unconcerned(user: Account, case: Case, giver: Account | None) -> Permit:
    """Nobody decides on himself, nor on whom a declared tie binds him to; who is asked in a case
    because it is about him or his request is asked as such by the kind."""
    persons = {one.person_id for one in (user, giver) if one is not None and one.person_id}
    if case.appeal_of_id is not None and persons & barred(case):
        return refused(
            _(
                "You, or who delegated this to you, took part in what is appealed: somebody else "
                "decides on it."
            )
        )
    words = {actor.word for actor in kind_of(case).stage(case.stage).by}
    if "subject" in words and user.person_id is not None and user.person_id == case.person_id:
        return GRANTED
    if "asker" in words and user.pk == case.asked_by_id:
        return GRANTED
    if case.person_id in persons:
        return refused(_("Nobody decides a request about himself or herself."))
    if case.person_id and any(is_tied(person, [case.person_id]) for person in persons):
        return refused(
            _(
                "A declared tie binds you, or who delegated this to you, to the person concerned: "
                "somebody else decides."
            )
        )
    return GRANTED


def may_decide(user: Any, case: Case) -> Permit:
    """Whether the user may agree or refuse now: `may_act`, at a stage that asks for an opinion."""
    permit = may_act(user, case)
    if permit and case.stage_kind != StageKind.REVIEW:
        return refused(_("No opinion is asked for at this stage."))
    return permit


def may_compose(user: Any, case: Case) -> Permit:
    """Whether the user may compose the panel now: `may_act`, at the stage that composes it."""
    permit = may_act(user, case)
    if permit and case.stage_kind != StageKind.COMPOSE:
        return refused(_("No panel is composed at this stage."))
    return permit


def may_return(user: Any, case: Case) -> Permit:
    """Whether the user may send the case back to the asker for correction now."""
    permit = may_act(user, case)
    if not permit:
        return permit
    if case.stage_kind not in RETURNING or not kind_of(case).stage(case.stage).returns:
        return refused(_("At this stage a request is not returned for correction."))
    return GRANTED


def is_asker(user: Any, case: Case) -> bool:
    """Whether the request is the user's; the command line stands for whoever made it there."""
    if scope(user).everything:
        return True
    return isinstance(user, Account) and user.is_active and case.asked_by_id == user.pk


def may_submit(user: Any, case: Case) -> Permit:
    """Whether the user may hand in the request, for the first time or corrected."""
    if not is_asker(user, case):
        return refused(_("Only who makes the request hands it in."))
    if case.state not in (CaseState.DRAFT, CaseState.RETURNED):
        return refused(_("The request was handed in already."))
    return GRANTED


def may_attach(user: Any, case: Case) -> Permit:
    """Whether the user may add or replace documents: the asker, while the request is not handed in."""
    if not is_asker(user, case):
        return refused(_("Only who makes the request adds documents to it."))
    if case.state not in (CaseState.DRAFT, CaseState.RETURNED):
        return refused(
            _(
                "The request was handed in: documents change only when it is returned for correction."
            )
        )
    return GRANTED


def may_withdraw(user: Any, case: Case) -> Permit:
    """Whether the user may take the request back: the asker, before it is decided."""
    if not is_asker(user, case):
        return refused(_("Only who makes the request takes it back."))
    if case.state != CaseState.DRAFT and case.state not in UNDER_WAY:
        return refused(_("The request has ended; it cannot be taken back."))
    return GRANTED


def may_open(
    user: Any,
    kind: Kind,
    institution: int,
    unit: int,
    person: int | None,
    *,
    with_port: bool = True,
) -> Permit:
    """Whether the user may make a request of the kind for the person. `with_port`: a word that only
    the port can tell is believed, because the request does not exist yet; it is asked again when
    the request is handed in."""
    if scope(user).everything:
        return GRANTED
    if isinstance(user, Account) and user.is_active:
        for actor in kind.opens:
            if actor.word in ROLE_WORDS:
                place = institution if actor.of == "institution" else unit
                opens = place in posts(user).get(actor.word, frozenset())
            elif actor.word == "subject":
                opens = person is not None and user.person_id == person
            else:
                opens = with_port or actor.word == "asker"
            if opens:
                return GRANTED
    return refused(_("You are not among those who may make this request."))


def is_staff(user: Any, case: Case) -> bool:
    """Whether the user reads the case for its unit or institution, not for oneself."""
    reach = scope(user)
    whole = reach.everything or case.institution_id in reach.institutions
    return whole or case.unit_id in reach.parts


def sees_stages(user: Any, case: Case, kind: Kind) -> bool:
    """Whether the user sees the stages of a running case; its subject, its asker and the parties see
    them unless the kind tells them only the end."""
    return kind.sees != "outcome" or _takes_part(user, case) or case.state not in UNDER_WAY


def sees_reasons(user: Any, case: Case, kind: Kind) -> bool:
    """Whether the user reads the reasons given at each step: who has or had a task in the case, and
    who reads the unit; its subject, asker and parties once the case has ended, and before that
    where the kind says so."""
    return kind.sees == "reasons" or _takes_part(user, case) or case.state not in UNDER_WAY


def may_read_reason(user: Any, case: Case, kind: Kind, step: CaseStep) -> bool:
    """Whether the user reads the reason of this step: besides `sees_reasons`, the own ones, and the
    asker what has to be corrected."""
    if isinstance(user, Account) and step.by_key == user.actor_key:
        return True
    if step.verb == Verb.RETURN and is_asker(user, case):
        return True
    return sees_reasons(user, case, kind)


def _takes_part(user: Any, case: Case) -> bool:
    """Whether the user judges or keeps the case; nobody does so in the own case."""
    if scope(user).everything:
        return True
    if not isinstance(user, Account) or not user.is_active:
        return False
    if case.person_id is not None and user.person_id == case.person_id:
        return False
    if is_staff(user, case):
        return True
    if user.pk == case.asked_by_id:
        return False
    named = Q(account=user.pk)
    if user.person_id is not None:
        named |= Q(person=user.person_id)
    return Task.objects.filter(named, case=case).exists() or acting_for(user, case) is not None
