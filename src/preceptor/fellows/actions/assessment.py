"""The assessment of a principal investigator: asked for, its evidence frozen, a verdict proposed to
the committee, and what the vote does to the appointment and the next tranche in the same step."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from preceptor.base.actors import Actor, Mandate
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED as ALLOWED
from preceptor.base.permits import Permit, refused
from preceptor.base.today import today
from preceptor.cases.access.case import is_asker, may_act, may_view_case
from preceptor.cases.actions import open_case
from preceptor.cases.choices import CaseState, ItemState
from preceptor.cases.models import Case, Item
from preceptor.cases.seating import waits_for_result
from preceptor.people.models import Person

from ..access.appointment import may_ask_assessment
from ..choices import AppointmentState, EntryKind, ReviewKind, TrancheState, Verdict
from ..models import Appointment, AssessmentCase, LabEntry, PiAssessment, TermEnd, Tranche
from ..queries.appointment import TO_COME, next_tranche, scorecard
from .appointment import following_term, locked_appointment, refuse_term
from .closing import begin_closing
from .investment import move_tranche
from .laboratory import locked_laboratory, write_entry
from .requests import (
    GRANTED,
    REFUSED,
    SET_ASIDE,
    demand,
    demand_procedure,
    reason_of,
    refuse_second,
)

ASSESSMENT = "pi_assessment"
#: Somebody in these states can be assessed.
JUDGED = (AppointmentState.STARTED, AppointmentState.PROBATION)


def ask_assessment(
    *, appointment: Appointment, kind: ReviewKind, by: Actor, reason: str = ""
) -> Case:
    """Prepare an assessment, with the targets and evidence as they stand today.

    Raises PermissionDenied; RuleBroken for an appointment that is not in office, where the
    institution has no procedure for it, or while one of the kind is not ended.
    """
    may_ask_assessment(by, appointment).demand()
    with deed(by) as act:
        held = locked_appointment(appointment)
        demand_procedure(held.institution, ASSESSMENT)
        demand(allows_assessment(held))
        refuse_second(
            Case.objects.filter(assessment_case__appointment=held, assessment_case__kind=kind)
        )
        case = open_case(
            institution=held.institution, unit=held.programme.unit, kind=ASSESSMENT,
            person=held.person, title_zh=_title("zh-hans", held, kind),
            title_en=_title("en", held, kind), reason=reason, by=by,
        )  # fmt: skip
        AssessmentCase.objects.create(
            case=case, appointment=held, kind=kind, scorecard=scorecard(held)
        )
        after = {"appointment": held.pk, "kind": kind}
        act.write("case.assessment", "case", case.pk, after=after)
    return case


def _title(language: str, held: Appointment, kind: str) -> str:
    with override(language):
        name = held.person.name_en if language == "en" else held.person.name_zh
        return _("%(kind)s of %(name)s") % {
            "kind": str(ReviewKind(kind).label).capitalize(),
            "name": name or held.person.name_zh,
        }


def allows_assessment(appointment: Appointment) -> Permit:
    """Whether the appointment is one that can be assessed now."""
    if appointment.state in JUDGED:
        return ALLOWED
    return refused(
        _("In the state “%(state)s” an appointment is not assessed.")
        % {"state": AppointmentState(appointment.state).label}
    )


def is_frozen(row: AssessmentCase) -> bool:
    """Whether the frozen evidence is what the records say now."""
    return row.scorecard == scorecard(row.appointment)


def freeze_scorecard(*, case: Case, by: Actor) -> AssessmentCase:
    """Take the evidence together anew, before the request is handed in; afterwards it stays as it
    is. The same evidence again changes nothing.

    Raises PermissionDenied for everybody but the asker; RuleBroken once it was handed in.
    """
    with deed(by) as act:
        held, row = _locked(case)
        may_view_case(by, held).demand()
        if not is_asker(by, held):
            refused(_("Only who makes the request takes its evidence together.")).demand()
        if held.state not in (CaseState.DRAFT, CaseState.RETURNED):
            raise RuleBroken(_("The request was handed in; its evidence does not change any more."))
        fresh = scorecard(row.appointment)
        if row.scorecard != fresh:
            row.scorecard = fresh
            row.save(update_fields=["scorecard"])
            act.write("case.scorecard", "case", held.pk, after={"goals": len(fresh["goals"])})
    return row


def _locked(case: Case) -> tuple[Case, AssessmentCase]:
    rows = Case.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("kind", "institution", "person", "asked_by").get(pk=case.pk)
    found = AssessmentCase.objects.select_related("appointment__programme", "case")
    return held, found.get(case=held.pk)


def propose_verdict(
    *, case: Case, verdict: Verdict, by: Actor, probation_until: date | None = None
) -> AssessmentCase:
    """Say on which verdict the committee votes; who has the request before the vote says so.

    An extended probation names the day until which it lasts. The same again changes nothing.
    Raises PermissionDenied; RuleBroken for an annual check, while or after the committee votes, or
    without a coming day for a probation.
    """
    with deed(by) as act:
        held, row = _locked(case)
        may_view_case(by, held).demand()
        may_act(by, held).demand()
        _refuse_proposal(held, row, verdict, probation_until)
        until = probation_until if verdict == Verdict.PROBATION else None
        if (row.proposed, row.probation_until) == (verdict, until):
            return row
        before = {"proposed": row.proposed}
        row.proposed, row.probation_until = verdict, until
        row.save(update_fields=["proposed", "probation_until"])
        after = {"proposed": verdict, "probation_until": until}
        act.write("case.propose", "case", held.pk, before=before, after=after)
    return row


def _refuse_proposal(held: Case, row: AssessmentCase, verdict: Verdict, until: date | None) -> None:
    if row.kind == ReviewKind.ANNUAL:
        raise RuleBroken(_("An annual check has no verdict: it is carried or not."))
    items = Item.objects.filter(case=held.pk, state__in=(ItemState.OPEN, ItemState.DECIDED))
    if any(
        one.state == ItemState.OPEN or waits_for_result(one) for one in items.select_related("case")
    ):
        raise RuleBroken(_("The committee is voting; the verdict does not change any more."))
    if verdict == Verdict.PROBATION and (until is None or until <= today()):
        raise RuleBroken(_("An extended probation needs a last day that is still to come."))


def may_vote(row: AssessmentCase) -> Permit:
    """Whether the committee can vote: a verdict is proposed, where the assessment has one."""
    if row.kind != ReviewKind.ANNUAL and row.proposed is None:
        return refused(_("Propose the verdict on which the committee votes."))
    return ALLOWED


def end_assessment(*, row: AssessmentCase, outcome: str, by: Mandate, item: Item | None) -> None:
    """Carry the result out.

    Granted: the proposed verdict. Refused by the vote: the next tranche is held back; refused
    without a vote, nothing changes. Set aside after an appeal: what stood before stands again. Raises
    RuleBroken for a verdict on a term that another one, or the closing of its laboratory, ended or
    stopped meanwhile.
    """
    with deed(by, reason_of(row.case)) as act:
        held = locked_appointment(row.appointment)
        if outcome == GRANTED:
            demand(may_vote(row))
            if row.proposed is not None:
                demand(allows_assessment(held))
            _keep_former(row, held)
            _carry_out(act, row, held, _record(act, row, held, item, row.proposed))
        elif outcome == REFUSED and item is not None:
            _keep_former(row, held)
            _hold_next(act, row, held, _record(act, row, held, item, None))
        elif outcome == SET_ASIDE and row.restores is not None:
            _refuse_later(row, held, row.restores)
            _restore(act, row, held, row.restores)


def _refuse_later(row: AssessmentCase, held: Appointment, kept: dict[str, Any]) -> None:
    """Raise RuleBroken where a later verdict changed the term once more."""
    others = AssessmentCase.objects.filter(
        appointment=held, proposed__isnull=False, restores__isnull=False
    ).exclude(pk=row.pk)  # fmt: skip
    later = [one for one in others if (one.restores or {})["assessment"] > kept["assessment"]]
    if later:
        raise RuleBroken(
            _(
                "A later assessment, %(number)s, changed the term once more. Have that one set aside "
                "first."
            )
            % {"number": later[-1].case}
        )


def _keep_former(row: AssessmentCase, held: Appointment) -> None:
    """What stands now, so that a granted appeal can restore it."""
    laboratory = held.laboratory
    row.restores = {
        "state": held.state,
        "ends_on": held.ends_on.isoformat(),
        "probation_until": _text(held.probation_until),
        "left_on": _text(held.left_on),
        "closing_on": _text(laboratory.closing_on if laboratory else None),
        "tranches": [
            {
                "key": one.pk, "state": one.state, "decided_on": _text(one.decided_on),
                "reason": one.reason, "assessment": one.assessment_id,
            }
            for one in held.tranches.filter(state__in=TO_COME)
        ],
    }  # fmt: skip
    row.save(update_fields=["restores"])


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _record(
    act: Deed, row: AssessmentCase, held: Appointment, item: Item | None, verdict: str | None
) -> PiAssessment:
    decided = item.decided_at if item is not None else None
    day = today() if decided is None else timezone.localtime(decided).date()
    made, _is_new = PiAssessment.objects.update_or_create(
        appointment=held, kind=row.kind, held_on=day,
        defaults={"verdict": verdict, "comment": reason_of(row.case)},
    )  # fmt: skip
    row.restores = {**(row.restores or {}), "assessment": made.pk}
    row.save(update_fields=["restores"])
    act.write("appointment.assess", "appointment", held.pk, after={"kind": row.kind, "on": day})
    return made


def _carry_out(act: Deed, row: AssessmentCase, held: Appointment, assessment: PiAssessment) -> None:
    before = {"state": held.state}
    if row.proposed == Verdict.RENEW:
        _renew(act, row, held, assessment)
    elif row.proposed == Verdict.PROBATION and row.probation_until is not None:
        held.state, held.probation_until = AppointmentState.PROBATION, row.probation_until
        held.ends_on = max(held.ends_on, row.probation_until)
        _hold_next(act, row, held, assessment)
    elif row.proposed in (Verdict.STOP, Verdict.EXIT):
        _stop_all(act, row, held, assessment)
        held.state = AppointmentState.STOPPED
    if row.proposed == Verdict.EXIT:
        held.state, held.left_on = AppointmentState.ENDED, today()
        if held.laboratory is not None:
            begin_closing(act, held.laboratory)
    held.save(update_fields=["state", "probation_until", "ends_on", "left_on"])
    after = {"state": held.state, "verdict": row.proposed}
    act.write("appointment.verdict", "appointment", held.pk, before=before, after=after)
    act.touch("appointment", [held.pk])


def _renew(act: Deed, row: AssessmentCase, held: Appointment, assessment: PiAssessment) -> None:
    """The next tranche is released; the assessment at the end of a term gives a further term too."""
    tranche = next_tranche(held)
    if tranche is not None:
        move_tranche(
            act, tranche, TrancheState.RELEASED, reason_of(row.case), assessment=assessment,
            case=row.case,
        )  # fmt: skip
    held.state, held.probation_until = AppointmentState.STARTED, None
    if row.kind != ReviewKind.APPOINTMENT or Appointment.objects.filter(follows=held).exists():
        return
    first, last = following_term(held.starts_on, held.ends_on, _agreed_end(held))
    # Another programme may have appointed the person meanwhile, or does so at once.
    Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=held.person_id)
    refuse_term(held.programme, held.person, first, last, besides=held.pk)
    further = Appointment.objects.create(
        number=_next_number(held), person=held.person, institution=held.institution,
        programme=held.programme, laboratory=held.laboratory, follows=held, country=held.country,
        starts_on=first, ends_on=last,
    )  # fmt: skip
    after = {"number": further.number, "follows": held.pk, "from": first, "to": last}
    act.write("appointment.make", "appointment", further.pk, after=after)


def _agreed_end(held: Appointment) -> date:
    """The last day of the term before a probation lengthened it."""
    rows = AssessmentCase.objects.filter(
        appointment=held, proposed=Verdict.PROBATION, restores__isnull=False
    )
    ends = (_day((row.restores or {}).get("ends_on")) for row in rows)
    return min((day for day in ends if day is not None), default=held.ends_on)


def _next_number(held: Appointment) -> str:
    """The first term's number, and which term it is."""
    first, term = held, 2
    while first.follows is not None:
        first, term = first.follows, term + 1
    return f"{first.number}-{term}"[:40]


def _hold_next(act: Deed, row: AssessmentCase, held: Appointment, assessment: PiAssessment) -> None:
    tranche = next_tranche(held)
    if tranche is not None:
        move_tranche(act, tranche, TrancheState.HELD, reason_of(row.case), assessment=assessment)


def _stop_all(act: Deed, row: AssessmentCase, held: Appointment, assessment: PiAssessment) -> None:
    for tranche in held.tranches.filter(state__in=TO_COME).order_by("place"):
        move_tranche(act, tranche, TrancheState.STOPPED, reason_of(row.case), assessment=assessment)


def _restore(act: Deed, row: AssessmentCase, held: Appointment, kept: dict[str, Any]) -> None:
    """What stood before the vote stands again; a further term that began already stays."""
    if held.laboratory is not None and held.laboratory.closed_on is not None:
        raise RuleBroken(
            _("The laboratory closed on %(day)s; what stood before cannot be restored any more.")
            % {"day": held.laboratory.closed_on}
        )
    if TermEnd.objects.filter(appointment=held).exists():
        raise RuleBroken(
            _(
                "The term ended on %(day)s without an assessment; what stood before the verdict is not "
                "restored. If that end does not hold, have it undone first."
            )
            % {"day": held.left_on}
        )
    before = {"state": held.state}
    for one in kept["tranches"]:
        _restore_tranche(act, row, held, one)
    held.state, held.left_on = kept["state"], _day(kept["left_on"])
    held.probation_until = _day(kept["probation_until"])
    held.ends_on = date.fromisoformat(kept["ends_on"])
    held.save(update_fields=["state", "left_on", "probation_until", "ends_on"])
    _take_back_term(act, held)
    # The result that was set aside stays as a day without a verdict.
    PiAssessment.objects.filter(pk=kept["assessment"]).update(verdict=None)
    if held.laboratory is not None:
        laboratory = locked_laboratory(held.laboratory)
        laboratory.closing_on = _day(kept["closing_on"])
        laboratory.save(update_fields=["closing_on"])
    row.restores, row.proposed, row.probation_until = None, None, None
    row.save(update_fields=["restores", "proposed", "probation_until"])
    after = {"state": held.state}
    act.write("appointment.set_aside", "appointment", held.pk, before=before, after=after)
    act.touch("appointment", [held.pk])


def _restore_tranche(
    act: Deed, row: AssessmentCase, held: Appointment, kept: dict[str, Any]
) -> None:
    tranche = Tranche.objects.select_for_update(no_key=True, of=("self",)).get(pk=kept["key"])
    if tranche.state == TrancheState.RELEASED and held.laboratory is not None:
        _book_back(act, row, held)
    before = {"place": tranche.place, "state": tranche.state}
    tranche.state, tranche.decided_on = kept["state"], _day(kept["decided_on"])
    tranche.reason, tranche.assessment_id = kept["reason"], kept["assessment"]
    tranche.save(update_fields=["state", "decided_on", "reason", "assessment"])
    after = {"place": tranche.place, "state": tranche.state}
    act.write("tranche.restore", "appointment", held.pk, before=before, after=after)


def _book_back(act: Deed, row: AssessmentCase, held: Appointment) -> None:
    """The counter-entry of what the verdict released; spent or not, the account says what is owed."""
    if held.laboratory is None:
        return
    laboratory = locked_laboratory(held.laboratory)
    entries = LabEntry.objects.filter(
        laboratory=laboratory, case=row.case_id, counters=None, countered_by=None
    )
    for entry in entries:
        write_entry(
            act, laboratory, EntryKind(entry.kind), -entry.amount_cny, today(), reason_of(row.case), row.case,
            counters=entry,
        )  # fmt: skip


def _take_back_term(act: Deed, held: Appointment) -> None:
    further = Appointment.objects.filter(
        follows=held, state=AppointmentState.CONTRACTED, contract_number=""
    ).first()
    if further is None:
        return
    before = {"number": further.number, "from": further.starts_on, "to": further.ends_on}
    key = further.pk
    further.delete()
    act.write("appointment.take_back", "appointment", key, before=before)
