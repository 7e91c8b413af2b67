"""Who may see a case, act in it, and read the reasons that were given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.base.together import Question
from preceptor.people.access import scope
from preceptor.people.models import Account

from ..appeals import barred
from ..choices import CaseState, StageKind, Verb
from ..kinds.kind import ROLE_WORDS, Kind
from ..models import Case, CaseParty, CaseStep, Task
from ..queries import UNDER_WAY, kind_of, open_tasks_asked
from ..rivals import apart, competes
from ..tasks import holdings
from .footing import footing_kept
from .holding import is_tied, posts, staff_reach

#: Stages at which a case can go back to the asker without undoing what others began.
RETURNING = frozenset({StageKind.REVIEW, StageKind.COMPOSE})


def visible_cases(user: Any, only: int | None = None) -> QuerySet[Case]:
    """Submitted cases of the units that the user reads; besides, the user's own: as asker (drafts
    too), as subject, as a party not ended, as holder of a task open or done, and those with an
    open task of somebody for whom the user acts. A personnel office sees the submitted cases of its
    units whose kind names it, and no others there. Never a request that competes with one of the
    user's own. `only` asks for one case, by key."""
    rows = Case.objects.all() if only is None else Case.objects.filter(pk=only)
    reach = scope(user)
    if reach.everything:
        return rows
    if not isinstance(user, Account) or not user.is_active:
        return rows.none()
    seen = Q(pk__in=_own(user) if only is None else _union(_own_parts(user, Bounds(only=only))))
    if reads_units(user):
        placed = reach.within("unit", "institution") & Q(submitted_at__isnull=False)
        seen |= placed & apart(user, "pk")
    return rows.filter(seen)


def reads_units(user: Any) -> bool:
    """Whether the user sees cases besides the own, because of the units that the user reads."""
    reach = scope(user)
    return reach.everything or bool(reach.institutions or reach.parts)


def placed_and_own(user: Any, among: QuerySet[Case]) -> list[QuerySet[Case]]:
    """The cases of `visible_cases` in two parts that share none, for who reads units: those of the
    units first, which an index alone counts, then the own besides."""
    if scope(user).everything:
        return [among]
    placed = scope(user).within("unit", "institution") & Q(submitted_at__isnull=False)
    seen = apart(user, "pk")
    return [among.filter(placed & seen), among.filter(~placed, pk__in=_own(user))]


@dataclass(frozen=True)
class Bounds:
    """Which keys of cases are asked for: those behind a key, those before one, or one alone; and of
    these the cases that are among `among`, None for all."""

    below: int | None = None
    above: int | None = None
    only: int | None = None
    among: QuerySet[Case] | None = None

    def keys(self, rows: QuerySet[Any], key: str) -> QuerySet[Any, Any]:
        """The keys in that column of the rows, within the bounds."""
        limits = {"__lt": self.below, "__gt": self.above, "": self.only}
        rows = rows.filter(
            **{f"{key}{name}": value for name, value in limits.items() if value is not None}
        )
        if self.among is not None:
            rows = rows.filter(Exists(self.among.filter(pk=OuterRef(key))))
        return rows.order_by().values_list(key)


EVERY = Bounds()


def own_keys(user: Account, bounds: Bounds = EVERY, *, is_back: bool = False) -> QuerySet[Any, Any]:
    """The keys of the user's own cases, for who sees no others: newest first, or oldest first. Each
    part is walked in that order along its index, so that the first of them cost the same however
    many there are."""
    ordered = _union(_own_parts(user, bounds))
    return ordered.order_by("key" if is_back else "-key")


def _own(user: Account) -> QuerySet[Any, Any]:
    """The keys of all own cases; the query is built once and kept on the account for the request."""
    kept: QuerySet[Any, Any] | None = getattr(user, "_own_cases", None)
    if kept is None:
        kept = user._own_cases = _union(_own_parts(user, EVERY))  # type: ignore[attr-defined]
    return kept


def _union(parts: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *others = parts
    return first.union(*others)


def _own_parts(user: Account, bounds: Bounds) -> list[QuerySet[Any, Any]]:
    """The keys of the user's own cases, in parts that are each found by an index alone."""
    asked = Case.objects.filter(asked_by=user.pk).annotate(key=F("pk"))
    tasks = Task.objects.filter(apart(user, "case")).annotate(key=F("case_id"))
    parts = [asked, tasks.filter(account=user.pk)]
    if user.person_id is not None:
        about = Case.objects.filter(person=user.person_id, submitted_at__isnull=False)
        parties = CaseParty.objects.filter(_not_ended(), apart(user, "case"), person=user.person_id)
        # The few that are not handed in are left out: looking up the case of each would be slower.
        submitted = parties.exclude(case__in=Case.objects.filter(submitted_at=None).order_by())
        parts += [
            tasks.filter(person=user.person_id),
            about.annotate(key=F("pk")),
            submitted.annotate(key=F("case_id")),
        ]
    staff = staff_reach(user)
    if staff.kinds:
        placed = staff.within("unit", "institution", "kind") & Q(submitted_at__isnull=False)
        parts.append(Case.objects.filter(placed, apart(user, "pk")).annotate(key=F("pk")))
    for held in holdings(user):
        if held.giver is not None:
            parts += [branch.annotate(key=F("case_id")) for branch in held.branches()]
    return [bounds.keys(part, "key") for part in parts]


def _not_ended() -> Q:
    return Q(until=None) | Q(until__gte=today())


def may_view_case(user: Any, case: Case) -> Permit:
    """Whether the user may see the case; the same answer as `visible_cases`."""
    kept = footing_kept(user, case)
    if visible_cases(user, case.pk).exists() if kept is None else kept.is_seen:
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
    found = []
    for task in _open_tasks(case):
        held = next(
            (one for one in holdings(user) if one.holds(task, case.kind.name, case.person_id)), None
        )
        if held is not None:
            found.append((task, held.giver))
    return found


def keep_open_tasks(case: Case) -> Question[None]:
    """Keep the open tasks at the case for all questions of a page that changes nothing: `doing` and
    `where_is` then ask no more. One set, none for a case that is not under way."""
    found = yield from open_tasks_asked([case.pk] if case.state in UNDER_WAY else [])
    case.open_now = found.get(case.pk, [])  # type: ignore[attr-defined]


def _open_tasks(case: Case) -> Sequence[Task]:
    kept: list[Task] | None = getattr(case, "open_now", None)
    return open_tasks_of(case) if kept is None else kept


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
    kept = footing_kept(user, case) if giver is None else None
    if competes(case, persons) if kept is None else kept.is_rival:
        return refused(
            _(
                "You, or who delegated this to you, compete with this request: somebody else decides "
                "on it."
            )
        )
    words = {actor.word for actor in kind_of(case).stage(case.stage).by}
    if "subject" in words and user.person_id is not None and user.person_id == case.person_id:
        return GRANTED
    if "asker" in words and user.pk == case.asked_by_id:
        return GRANTED
    if case.person_id in persons:
        return refused(_("Nobody decides a request about himself or herself."))
    if _is_bound(case, persons) if kept is None else kept.is_tied:
        return refused(
            _(
                "A declared tie binds you, or who delegated this to you, to the person concerned: "
                "somebody else decides."
            )
        )
    return GRANTED


def _is_bound(case: Case, persons: Collection[int]) -> bool:
    about = case.person_id
    return about is not None and any(is_tied(person, [about]) for person in persons)


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
    return whole or case.unit_id in reach.parts or staff_reach(user).holds(case)


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
    return has_task(user, case) or acting_for(user, case) is not None


def has_task(user: Account, case: Case) -> bool:
    """Whether the user has or had a task in the case directly."""
    kept = footing_kept(user, case)
    return tasked(user).filter(case=case).exists() if kept is None else kept.has_task


def tasked(user: Account) -> QuerySet[Task]:
    """The tasks that the user has or had directly."""
    named = Q(account=user.pk)
    if user.person_id is not None:
        named |= Q(person=user.person_id)
    return Task.objects.filter(named)
