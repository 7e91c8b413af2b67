"""An appointment of a principal investigator as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from preceptor.base.permits import Permit, first_refusal
from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer, kept_at, together
from preceptor.fellows.access import (
    may_ask_assessment,
    may_end_appointment,
    may_keep_appointment,
    may_move_investment,
    may_read_end,
    may_report,
    visible_laboratories,
    visible_programmes,
)
from preceptor.fellows.actions.assessment import allows_assessment
from preceptor.fellows.choices import (
    AppointmentState,
    Grade,
    ReviewKind,
    TermEndGround,
    TrancheState,
    Verdict,
)
from preceptor.fellows.models import Appointment, PiAssessment, Teaching, TermEnd, Tranche
from preceptor.fellows.queries import next_tranche
from preceptor.people.access import scope
from preceptor.standing.appointments import judged
from preceptor.standing.subjects import explain_read
from preceptor.web.countries import country_name
from preceptor.web.localised import localised
from preceptor.web.shown.fellow_journal import journal_of
from preceptor.web.shown.money import money_text
from preceptor.web.shown.programme import APPOINTED
from preceptor.web.shown.requests import MOST, cases_about, requests_shown
from preceptor.web.shown.requirement import counts, requirements
from preceptor.web.shown.scorecard import TRANCHE_TONES, goal_shown

Shown = dict[str, Any]
#: What may become of a tranche, by its state.
MOVES = {
    TrancheState.PLANNED: ("release", "hold", "stop"),
    TrancheState.HELD: ("release", "stop"),
    TrancheState.RELEASED: (),
    TrancheState.STOPPED: (),
}  # fmt: skip


def page_of(row: Appointment, user: Any) -> Shown:
    """All of an appointment that the reader may see; it comes with person, programme, laboratory and
    the term before. What belongs to it is read in one query."""
    kept = judged() | {"assessments": PiAssessment.objects.all()}
    links, *_kept = answer(
        together(_links(row, user), *(kept_at([row], name, rows) for name, rows in kept.items()))
    )
    relations = scope(user).relations
    [known] = explain_read("appointment", [row], today(), get_language() or "", relations=relations)
    rules = requirements(known, frozenset())
    report, move = may_report(user, row), may_move_investment(user, row)
    cases = list(cases_about(user, assessment_case__appointment=row)[:MOST])
    return {
        "appointment": row,
        "name": localised(row.person, "name"),
        "state_title": AppointmentState(row.state).label,
        "tone": APPOINTED[AppointmentState(row.state)],
        "definitions": _definitions(row, links, user),
        "ahead": ahead_of(row),
        "report": report,
        "move": move,
        "goals": _goals(row),
        "works": list(row.works.all()),
        "years": teaching_shown(row),
        "assessments": _assessments(row),
        "tranches": _tranches(row, move),
        "requests": requests_shown(user, cases),
        "rules": rules,
        "counts": counts(rules),
        "acts": acts_of(row, user, report, move),
        "journal": journal_of(user, "appointment", row),
    }


def _links(row: Appointment, user: Any) -> Question[tuple[str, str]]:
    """The addresses of programme and laboratory, where the reader sees them."""
    programmes = visible_programmes(user).filter(pk=row.programme_id)
    laboratories = visible_laboratories(user).filter(pk=row.laboratory_id or 0)
    placed, open_ones = yield [
        Set(programmes.order_by(), ("pk",)), Set(laboratories.order_by(), ("pk",)),
    ]  # fmt: skip
    return (
        reverse("programmes_pi", args=[row.programme_id]) if placed else "",
        reverse("laboratory", args=[row.laboratory_id]) if open_ones else "",
    )


def _definitions(row: Appointment, links: tuple[str, str], user: Any) -> list[Shown]:
    programme_url, laboratory_url = links
    items: list[Shown] = [
        {"term": pgettext("of principal investigators", "Programme"),
         "value": localised(row.programme, "name"), "url": programme_url},
        {"term": _("Laboratory"), "value": localised(row.laboratory.unit, "name"),
         "url": laboratory_url}
        if row.laboratory
        else {"term": _("Laboratory"), "value": _("opens with the start")},
        {"term": _("Contract"), "value": row.contract_number or _("not signed yet"),
         "note": _("signed on %(day)s") % {"day": row.contracted_on} if row.contracted_on else ""},
        {"term": pgettext("appointment", "Term"), "value": _("%(first)s to %(last)s")
         % {"first": row.starts_on, "last": row.ends_on}},
    ]  # fmt: skip
    if row.probation_until is not None:
        items.append({"term": _("Probation until"), "value": row.probation_until})
    if row.left_on is not None:
        items.append(
            {
                "term": pgettext("appointment", "Left on"),
                "value": row.left_on,
                "note": _end_told(row, user),
            }
        )
    if row.country:
        items.append({"term": _("Comes from the country"), "value": country_name(row.country)})
    for term, other in ((_("Term before"), row.follows), (_("Following term"), _following(row))):
        if other is not None:
            url = reverse("appointment", args=[other.pk])
            items.append({"term": term, "value": other.number, "url": url})
    return items


def _end_of(row: Appointment) -> TermEnd | None:
    found: TermEnd | None = getattr(row, "end_by_hand", None)
    return found


def _end_told(row: Appointment, user: Any) -> str:
    """Why the term ended without an assessment, as far as the reader is told."""
    end = _end_of(row)
    if end is None:
        return ""
    told: list[str] = [str(TermEndGround(end.ground).label), end.paper]
    if may_read_end(user, row):
        told.append(end.reason or "")
    return " · ".join(text for text in told if text)


def _following(row: Appointment) -> Appointment | None:
    found: Appointment | None = getattr(row, "followed_by", None)
    return found


def ahead_of(row: Appointment) -> list[Shown]:
    """What comes next by itself: the contract, the start, the tranche, the end of the term."""
    day = today()
    if row.state == AppointmentState.ENDED:
        return []
    if row.state == AppointmentState.CONTRACTED:
        what = _("Record the start") if row.contract_number else _("Sign the contract")
        return [{"title": what, "day": row.starts_on, "note": in_days(row.starts_on, day)}]
    found: list[Shown] = []
    tranche = next_tranche(row)
    if tranche is not None:
        title = _("Tranche %(place)s: %(amount)s, %(state)s") % {
            "place": tranche.place, "amount": money_text(tranche.amount_cny),
            "state": TrancheState(tranche.state).label,
        }  # fmt: skip
        note = in_days(tranche.planned_on, day)
        found.append({"title": title, "day": tranche.planned_on, "note": note})
    # Once the investment was stopped nothing is left to assess.
    is_stopped = row.state == AppointmentState.STOPPED
    title = _("The term ends") if is_stopped else _("The term ends; an assessment decides before")
    return [*found, {"title": title, "day": row.ends_on, "note": in_days(row.ends_on, day)}]


def in_days(day: date, on: date) -> str:
    """How far the day is from the other one."""
    left = (day - on).days
    if left == 0:
        return _("today")
    return (_("in %(days)s days") if left > 0 else _("%(days)s days ago")) % {"days": abs(left)}


def _goals(row: Appointment) -> list[Shown]:
    return [
        {
            "key": goal.pk,
            **goal_shown(
                goal.kind, goal.text, goal.target, goal.reached, goal.due_on.isoformat(),
                goal.evidence,
            ),
        }
        for goal in row.goals.all()
    ]  # fmt: skip


def teaching_shown(row: Appointment) -> list[Shown]:
    """Each year with its contact hours and courses; a year without a record is not listed."""
    years: dict[int, list[Teaching]] = {}
    for one in row.teaching.all():
        years.setdefault(one.year, []).append(one)
    return [
        {"year": year, "hours": sum(one.hours for one in courses), "courses": courses}
        for year, courses in sorted(years.items(), reverse=True)
    ]


def _assessments(row: Appointment) -> list[Shown]:
    rows: Sequence[PiAssessment] = list(row.assessments.all())
    grades = dict(Grade.choices)
    return [
        {
            "kind": ReviewKind(one.kind).label,
            "day": one.held_on.isoformat(),
            "grade": grades.get(one.grade, one.grade),
            "verdict": Verdict(one.verdict).label if one.verdict else "",
            "comment": one.comment,
        }
        for one in reversed(rows)
    ]


def _tranches(row: Appointment, move: Permit) -> list[Shown]:
    """The parts of the rolling investment, and what the reader may do with each."""
    words = {"release": _("Release"), "hold": _("Hold back"), "stop": _("Stop")}
    rows: Sequence[Tranche] = list(row.tranches.all())
    return [
        {
            "place": one.place,
            "amount": money_text(one.amount_cny),
            "planned": one.planned_on.isoformat(),
            "state": TrancheState(one.state).label,
            "tone": TRANCHE_TONES[TrancheState(one.state)],
            "decided": one.decided_on.isoformat() if one.decided_on else "",
            "reason": one.reason,
            "moves": [
                {"label": words[verb],
                 "url": reverse("appointment_part", args=[row.pk, verb, one.pk])}
                for verb in (MOVES[TrancheState(one.state)] if move else ())
            ],
        }
        for one in rows
    ]  # fmt: skip


def acts_of(row: Appointment, user: Any, report: Permit, move: Permit) -> list[Shown]:
    """What may be done with the appointment, each with the reason where not; nothing that makes no
    sense in its state."""
    keep, end = may_keep_appointment(user, row), may_end_appointment(user, row)
    if row.state == AppointmentState.ENDED:
        undone = [("resume", _("Undo the end"), end, "replace", "")]
        return _acts(row, undone if _end_of(row) is not None else [])
    assess = first_refusal(may_ask_assessment(user, row), allows_assessment(row))
    is_new = row.state == AppointmentState.CONTRACTED
    is_stopped = row.state == AppointmentState.STOPPED
    wanted = [
        *(
            [("sign", pgettext("appointment", "Record the contract"), keep, "certificate", "")]
            if is_new
            else []
        ),
        *([("start", _("Record the start"), keep, "flag", "main")] if is_new else []),
        *([] if is_new else [("assess", _("Ask for an assessment"), assess, "scale", "main")]),
        ("goal", _("Write a target"), keep, "list-check", ""),
        *([] if is_stopped else [("tranche", _("Plan a tranche"), move, "calendar", "")]),
        ("end", _("End without an assessment"), end, "flag", ""),
    ]
    return _acts(row, wanted)


def _acts(row: Appointment, wanted: Sequence[tuple[str, str, Permit, str, str]]) -> list[Shown]:
    return [
        {
            "label": label,
            "url": reverse("appointment_change", args=[row.pk, verb]),
            "icon": icon,
            "kind": kind,
            "reason": "" if permit else str(permit.reason),
            "identifier": f"appointment-{verb}",
        }
        for verb, label, permit, icon, kind in wanted
    ]
