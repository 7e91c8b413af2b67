"""Asking for a step before a panel, for more time, and for the degree; each opens a case."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.cases.actions import open_case
from preceptor.cases.choices import CaseState
from preceptor.cases.kinds.kind import Kind, Words
from preceptor.cases.models import Case
from preceptor.cases.queries import kind_in_force, kind_of_row, spoken

from ..access import may_ask_for
from ..asking import allows_again, allows_period, allows_state, allows_step
from ..choices import EnrolmentState, MilestoneKind, PeriodKind
from ..models import Enrolment, MilestoneCase, OtherCase, PeriodCase, StateCase
from ..ports import OTHER
from ..queries import ALIVE, alive_request, attempts_of, next_attempt

#: The kinds of case by name; a step has the kind of its own name.
PERIOD, AWARD = "period", "degree_award"
AWARD_TITLE = gettext_lazy("award of the degree")


def ask_milestone(
    *,
    enrolment: Enrolment,
    milestone: MilestoneKind,
    by: Actor,
    wished_on: date | None = None,
    reason: str = "",
) -> Case:
    """Prepare the request to take a step before a panel; documents are handed in, then it is
    submitted.

    Who may: the trainee, who supervises the trainee today, and who keeps the records. Raises
    PermissionDenied; RuleBroken when the institution has no such kind, one is running already, the
    state does not lead to the step, or a re-take is too early, too late or not left.
    """
    may_ask_for(by, enrolment).demand()
    with deed(by) as act:
        held = _locked(enrolment)
        retake = _kind(held, milestone).retake
        _refuse_second(alive_request(held, milestone))
        attempts = attempts_of(held, milestone)
        _demand(allows_step(held, MilestoneKind(milestone), attempts, retake, today()))
        case = _open(held, milestone, MilestoneKind(milestone).label, by, reason)
        row = MilestoneCase.objects.create(
            case=case, enrolment=held, milestone=milestone, attempt=next_attempt(attempts),
            wished_on=wished_on,
        )  # fmt: skip
        after = {"enrolment": held.pk, "milestone": milestone, "attempt": row.attempt}
        act.write("case.step", "case", case.pk, after=after)
    return case


def ask_period(
    *,
    enrolment: Enrolment,
    kind: PeriodKind,
    first_on: date,
    last_on: date | None,
    reason: str,
    by: Actor,
) -> Case:
    """Prepare the request for an extension, a suspension or a deferred award.

    Raises PermissionDenied; RuleBroken when no reason is given, the days are the wrong way round,
    the state does not allow it, or a request of the kind is running already.
    """
    may_ask_for(by, enrolment).demand()
    if last_on is not None and last_on < first_on:
        raise RuleBroken(_("The last day lies before the first."))
    if not reason.strip():
        raise RuleBroken(_("Say why: more time needs a reason."))
    with deed(by) as act:
        held = _locked(enrolment)
        _kind(held, PERIOD)
        _demand(allows_period(held, PeriodKind(kind)))
        _refuse_second(
            PeriodCase.objects.filter(enrolment=held, kind=kind, case__state__in=ALIVE)
            .select_related("case")
            .first()
        )
        case = _open(held, PERIOD, PeriodKind(kind).label, by, reason)
        PeriodCase.objects.create(
            case=case, enrolment=held, kind=kind, first_on=first_on, last_on=last_on
        )
        after = {"enrolment": held.pk, "kind": kind, "from": first_on, "to": last_on}
        act.write("case.period", "case", case.pk, after=after)
    return case


def ask_state(*, enrolment: Enrolment, to: EnrolmentState, by: Actor, reason: str = "") -> Case:
    """Prepare the request that the degree be awarded.

    Raises PermissionDenied; RuleBroken for a state that no kind decides, one that cannot follow
    the present one, or while a request for it is running.
    """
    may_ask_for(by, enrolment).demand()
    with deed(by) as act:
        held = _locked(enrolment)
        kind = _kind(held, AWARD)
        if kind.settings.get("to") != to:
            raise RuleBroken(
                _("No kind of request decides on the state “%(to)s”.")
                % {"to": EnrolmentState(to).label}
            )
        _demand(allows_state(held, EnrolmentState(to)))
        _refuse_second(
            StateCase.objects.filter(enrolment=held, to=to, case__state__in=ALIVE)
            .select_related("case")
            .first()
        )
        case = _open(held, AWARD, AWARD_TITLE, by, reason)
        StateCase.objects.create(case=case, enrolment=held, to=to)
        act.write("case.state", "case", case.pk, after={"enrolment": held.pk, "to": to})
    return case


def ask_other(*, enrolment: Enrolment, kind: str, by: Actor, reason: str = "") -> Case:
    """Prepare a request of a kind that the office made.

    Raises PermissionDenied; RuleBroken for a kind that is not in force or asks for something else,
    while a request of the kind is running, or where another attempt is too early, too late or not left.
    """
    may_ask_for(by, enrolment).demand()
    with deed(by) as act:
        held = _locked(enrolment)
        said = _kind(held, kind)
        if said.port != OTHER:
            raise RuleBroken(_("A request of this kind is not made here."))
        rows = OtherCase.objects.filter(enrolment=held, case__kind__name=kind)
        _refuse_second(rows.filter(case__state__in=ALIVE).select_related("case").first())
        refused = list(rows.filter(case__state=CaseState.REFUSED).select_related("case"))
        _demand(allows_again(refused, said.retake, today()))
        case = _open(held, kind, said.title, by, reason)
        OtherCase.objects.create(case=case, enrolment=held)
        act.write("case.other", "case", case.pk, after={"enrolment": held.pk, "kind": kind})
    return case


def _locked(enrolment: Enrolment) -> Enrolment:
    """The trainee, locked, so that of two requests at once the second finds the first."""
    rows = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person", "unit", "institution").get(pk=enrolment.pk)


def _kind(enrolment: Enrolment, name: str) -> Kind:
    found = kind_in_force(enrolment.institution, name)
    if found is None:
        raise RuleBroken(
            _("%(institution)s has no procedure in force for this request. Ask the office.")
            % {"institution": enrolment.institution.name_zh}
        )
    return kind_of_row(found)


def _demand(permit: Permit) -> None:
    """Refuse as a rule, not as a right: nobody may do it now."""
    if not permit:
        raise RuleBroken(permit.reason)


def _refuse_second(row: MilestoneCase | PeriodCase | StateCase | OtherCase | None) -> None:
    if row is not None:
        raise RuleBroken(
            _("This was asked for already and is not decided: %(case)s. Go on with that request.")
            % {"case": row.case.number or row.case.title_zh}
        )


def _open(
    enrolment: Enrolment, kind: str, about: str | Promise | Words, by: Actor, reason: str
) -> Case:
    """The case, titled by what is asked for and the trainee's name, in both languages."""
    person, titles = enrolment.person, {}
    for language in ("zh-hans", "en"):
        with override(language):
            name = person.name_en or person.name_zh if language == "en" else person.name_zh
            what = spoken(about) if isinstance(about, Words) else about
            titles[language] = capfirst(_("%(what)s: %(name)s") % {"what": what, "name": name})
    return open_case(
        institution=enrolment.institution, unit=enrolment.unit, kind=kind, person=person,
        title_zh=titles["zh-hans"], title_en=titles["en"], reason=reason.strip(), by=by,
    )  # fmt: skip
