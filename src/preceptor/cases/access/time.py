"""Who may act on what time brings: reminders, notices, hearings, appeals, the calendar."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import institutions_of, may_keep_institution, scope
from preceptor.people.models import Account

from ..choices import CaseState, NoticeState, ObjectionState, StageKind
from ..models import CalendarYear, Case, Notice, Objection
from .case import may_act
from .task import visible_tasks


def _is_asker(user: Any, case: Case) -> bool:
    if not isinstance(user, Account) or not user.is_active:
        return False
    return case.asked_by_id == user.pk


def _is_subject(user: Any, case: Case) -> bool:
    if not isinstance(user, Account) or not user.is_active or user.person_id is None:
        return False
    return case.person_id == user.person_id


def may_remind(user: Any, case: Case) -> Permit:
    """Whether the user may remind those with whom the case lies: who asked, or whom it is about."""
    if case.state != CaseState.RUNNING:
        return refused(_("This request waits on nobody: it is not in progress."))
    if _is_asker(user, case) or _is_subject(user, case):
        return GRANTED
    return refused(_("Only the person who asked may send a reminder."))


def may_appeal(user: Any, case: Case) -> Permit:
    """Whether the user may appeal a decided case: whom it is about (Degrees Law, articles 40 and 41:
    the applicant for the degree); where it is about nobody, who asked."""
    if case.state not in (CaseState.GRANTED, CaseState.REFUSED):
        return refused(_("Only what was decided can be appealed."))
    if _is_subject(user, case) or (case.person_id is None and _is_asker(user, case)):
        return GRANTED
    return refused(_("Only the person concerned may appeal."))


def may_state_view(user: Any, case: Case) -> Permit:
    """Whether the user may state the own view on an intended refusal: only whom it is about; where
    the case is about nobody, who asked."""
    if case.state != CaseState.RUNNING or case.stage_kind != StageKind.HEARING:
        return refused(_("No hearing is under way at present."))
    if _is_subject(user, case) or (case.person_id is None and _is_asker(user, case)):
        return GRANTED
    return refused(_("Only the person whom it concerns may state a view."))


def may_state_facts(user: Any, case: Case) -> Permit:
    """Whether the user may tell the facts, grounds and basis of an intended refusal: on whom the
    case waits; never its subject."""
    return may_decide_hearing(user, case)


def may_decide_hearing(user: Any, case: Case) -> Permit:
    """Whether the user may say what comes of a hearing: on whom the case waits; never its subject."""
    if case.state != CaseState.RUNNING or case.stage_kind != StageKind.HEARING:
        return refused(_("No hearing is under way at present."))
    if _is_subject(user, case):
        return refused(_("Nobody decides on themselves."))
    return may_act(user, case)


def visible_notices(user: Any) -> QuerySet[Notice]:
    """What is on public display today: for everybody, signed in or not."""
    shown = Notice.objects.filter(state=NoticeState.OPEN)
    return shown.filter(first_on__lte=today(), last_on__gte=today())


def visible_objections(user: Any) -> QuerySet[Objection]:
    """The objections that the user may read: to notices of cases that wait on the user, and the own.
    Names and contacts of who objected are for those alone who answer."""
    if scope(user).everything:
        return Objection.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return Objection.objects.none()
    waiting = visible_tasks(user).values("case")
    return Objection.objects.filter(Q(notice__case__in=waiting) | Q(by_key=user.actor_key))


def may_answer_objection(user: Any, objection: Objection) -> Permit:
    """Whether the user may answer an objection: who acts at the stage, but not who made it and not
    whom the case is about."""
    case = objection.notice.case
    if objection.state != ObjectionState.OPEN or objection.notice.state != NoticeState.OPEN:
        return refused(_("This objection was answered already."))
    if isinstance(user, Account) and objection.by_key == user.actor_key:
        return refused(_("An objection is answered by somebody else than who made it."))
    if _is_subject(user, case):
        return refused(_("Nobody decides on themselves."))
    return may_act(user, case)


def may_run_clock(user: Any) -> Permit:
    """Whether the user may let time take effect: the nightly job, as the operator."""
    if scope(user).everything:
        return GRANTED
    return refused(_("What time brings is done by the nightly job."))


def may_edit_calendar(user: Any, institution: Unit) -> Permit:
    """Whether the user may enter the official calendar: the graduate school office."""
    return may_keep_institution(user, institution)


def visible_calendar_years(user: Any) -> QuerySet[CalendarYear]:
    """The calendars of the institutions to which the user belongs."""
    if scope(user).everything:
        return CalendarYear.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return CalendarYear.objects.none()
    return CalendarYear.objects.filter(institution__in=institutions_of(user))
