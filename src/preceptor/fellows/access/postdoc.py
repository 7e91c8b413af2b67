"""Who may see postdocs, keep their records, ask for a step, and grade one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, first_refusal, refused
from preceptor.base.together import Question, Set
from preceptor.cases.access import may_act, may_run_sitting
from preceptor.cases.choices import CaseState, ItemState, StageKind
from preceptor.cases.models import Case, Item
from preceptor.cases.queries import board_of, kind_of
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.models import Account, Person

from ..models import Postdoc
from .station import may_keep_fellows, own_terms


def visible_postdocs(user: Any) -> QuerySet[Postdoc]:
    """Postdocs of the units whose fellows the user reads, those whom the user supervises or has
    supervised to an end not long ago, and the user's own terms."""
    reach = scope(user)
    if reach.everything:
        return Postdoc.objects.all()
    own = own_terms(user).order_by()
    return Postdoc.objects.filter(Q(unit__in=reach.fellows_read) | Q(pk__in=own.values("pk")))


def may_view_postdoc(user: Any, postdoc: Postdoc) -> Permit:
    """Whether the user may see the postdoc; the same answer as `visible_postdocs`."""
    if scope(user).reads_fellows(postdoc.unit_id) or own_terms(user).filter(pk=postdoc.pk).exists():
        return GRANTED
    return refused(_("This postdoc is outside what you may see."))


def reads_judgements(user: Any, postdoc: Postdoc) -> bool:
    """Whether the user is the postdoc or reads the unit: amounts, the kinds of leaves and what rests on
    findings are told to nobody else."""
    reach = scope(user)
    is_own = reach.person is not None and reach.person == postdoc.person_id
    return is_own or reach.reads_fellows(postdoc.unit_id)


def may_keep_postdoc(user: Any, postdoc: Postdoc) -> Permit:
    """Whether the user may write the records of the postdoc; nobody keeps the own."""
    person = scope(user).person
    if person is not None and person == postdoc.person_id:
        return refused(_("Nobody keeps the records of oneself as a postdoc."))
    return may_keep_fellows(user, postdoc.unit)


def may_enter(user: Any, person: Person, unit: Unit) -> Permit:
    """Whether the user may let the person enter a station of the unit: who keeps its fellows, and
    nobody oneself."""
    if scope(user).person == person.pk:
        return refused(_("Nobody keeps the records of oneself as a postdoc."))
    return may_keep_fellows(user, unit)


def may_plan_for(user: Any, postdoc: Postdoc) -> Permit:
    """Whether the user may write the individual development plan: the postdoc, who supervises the
    postdoc or did so to an end not long ago (`own_terms`), and who keeps the records."""
    permit = may_keep_fellows(user, postdoc.unit)
    return GRANTED if permit or _has_term(user, postdoc) else permit


def _has_term(user: Any, postdoc: Postdoc) -> bool:
    """Whether the term is one of the user's own, or of one whom the user supervises."""
    kept = getattr(postdoc, "own_term", None)
    if kept is not None and isinstance(user, Account) and kept[0] == user.pk:
        return bool(kept[1])
    return own_terms(user).filter(pk=postdoc.pk).exists()


def keep_own_term(user: Any, postdoc: Postdoc) -> Question[None]:
    """Keep at the postdoc whether the term is one of the user's own, for a page that changes nothing:
    `may_plan_for` then asks no more. One set; none for who has no account."""
    if isinstance(user, Account):
        [found] = yield [Set(own_terms(user).filter(pk=postdoc.pk).order_by(), ("pk",))]
        postdoc.own_term = (user.pk, bool(found))  # type: ignore[attr-defined]


def may_ask_for_postdoc(user: Any, postdoc: Postdoc) -> Permit:
    """Whether the user may ask for a step of the postdoc: who may write the plan (`may_plan_for`).
    What each may ask for, the kind of the request says."""
    if may_plan_for(user, postdoc):
        return GRANTED
    return refused(
        _("Only the postdoc, the supervisors and who keeps the records of the station may ask.")
    )


def may_grade(user: Any, case: Case) -> Permit:
    """Whether the user may say the grade now: who runs the sitting of the board; where no board sits,
    or it has voted, who keeps the fellows of the unit and has the request to decide."""
    person = scope(user).person
    if person is not None and person == case.person_id:
        return refused(_("Nobody grades oneself."))
    if case.state != CaseState.RUNNING:
        return refused(_("The request is not under way: a grade is given while it is judged."))
    if case.stage_kind == StageKind.REVIEW and not _waits_for_board(case):
        return first_refusal(may_act(user, case), may_keep_fellows(user, case.unit))
    if case.stage_kind != StageKind.SITTING:
        return refused(_("The grade is given when the board sits, not at this stage."))
    sitting = board_of(case)
    if sitting is None:
        return refused(_("No sitting of a board is called for this request yet."))
    return may_run_sitting(user, sitting)


def _waits_for_board(case: Case) -> bool:
    has_board = any(stage.does == StageKind.SITTING.value for stage in kind_of(case).stages)
    return has_board and not Item.objects.filter(case=case, state=ItemState.DECIDED).exists()
