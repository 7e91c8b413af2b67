"""The records kept about a postdoc: supervisors, papers, money, plan, months, assessments, leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.dates import months_between
from preceptor.base.today import today
from preceptor.fellows.choices import (
    AssessmentKind,
    GoalKind,
    Grade,
    GroundKind,
    HostRole,
    LeaveKind,
    MonthKind,
    Payer,
    SupportKind,
)
from preceptor.fellows.models import (
    FundingShare,
    Ground,
    Host,
    Leave,
    PlanGoal,
    PlatformPlace,
    Stay,
    Support,
    TrackMonths,
)
from preceptor.standing.postdocs import judged
from preceptor.web.localised import localised

if TYPE_CHECKING:
    from preceptor.web.shown.postdoc import View

Shown = dict[str, Any]


def kept_sets(view: View) -> dict[str, QuerySet[Any]]:
    """The relations of a postdoc that the page shows or the rules ask about, each with its rows; what
    was noted of a ground only for who keeps the records."""
    grounds = {"grounds": Ground.objects.all()} if view.keep else {}
    return judged() | grounds | {
        "stays": Stay.objects.select_related("station"),
        "hosts": Host.objects.known().select_related("person"),
        "platform_places": PlatformPlace.objects.known().select_related("platform"),
        "funding": FundingShare.objects.on(today()).select_related("payer_unit").order_by("payer", "pk"),
        "supports": Support.objects.order_by("-paid_on", "-pk"),
        "months": TrackMonths.objects.select_related("unit"),
    }  # fmt: skip


def records_of(view: View) -> Shown:
    """All records that the reader may see, as the sections of the page take them; the postdoc comes
    with `kept_sets`, so that nothing is asked here."""
    return {
        "hosts": hosts_of(view),
        "platforms": platforms_of(view),
        "contracts": list(view.row.contracts.all()),
        "funding": funding_of(view),
        "supports": supports_of(view),
        "goals": goals_of(view),
        "months": months_of(view),
        "assessments": assessments_of(view),
        "leaves": leaves_of(view),
        "grounds": grounds_of(view) if view.keep else None,
    }


def _part(view: View, verb: str, key: int) -> str:
    return reverse("postdoc_part", args=[view.row.pk, verb, key])


def hosts_of(view: View) -> list[Shown]:
    """Who supervises, as what, since when; those of today first."""
    shown = [
        {
            "name": localised(one.person, "name"),
            "role": HostRole(one.role).label,
            "since": one.valid_from,
            "until": one.valid_to,
            "is_outside": one.is_outside,
            "is_now": one.is_true_on(today()),
            "end_url": _part(view, "host_end", one.pk)
            if view.keep and one.valid_to is None
            else "",
        }
        for one in view.row.hosts.all()
    ]
    return sorted(shown, key=lambda one: not one["is_now"])


def platforms_of(view: View) -> list[Shown]:
    """On which platforms the postdoc works or worked, for as long as in station; those of today first."""
    left = view.row.left_on
    shown = [
        {
            "name": localised(one.platform, "name"),
            "url": reverse("platform", args=[one.platform_id]),
            "since": one.valid_from,
            "until": one.valid_to or left,
            "is_now": one.is_true_on(today()) and (left is None or left > today()),
            "end_url": _part(view, "platform_end", one.pk)
            if view.keep and one.valid_to is None and left is None
            else "",
        }
        for one in view.row.platform_places.all()
    ]
    return sorted(shown, key=lambda one: not one["is_now"])


def funding_of(view: View) -> list[Shown]:
    """Who pays what a year today; the amount is told to who reads the unit and to the postdoc."""
    return [
        {
            "payer": Payer(one.payer).label,
            "who": localised(one.payer_unit, "name") if one.payer_unit else one.payer_name,
            "purpose": SupportKind(one.purpose).label,
            "amount": money(one.amount_cny) if view.reads_judgements else None,
            "since": one.valid_from,
        }
        for one in view.row.funding.all()
    ]


def supports_of(view: View) -> list[Shown]:
    """What was paid or given, the newest first; nothing for who may not read amounts."""
    if not view.reads_judgements:
        return []
    return [
        {
            "kind": SupportKind(one.kind).label,
            "payer": Payer(one.payer).label,
            "amount": money(one.amount_cny),
            "day": one.paid_on,
        }
        for one in view.row.supports.all()[:24]
    ]


def money(amount: Any) -> str:
    """An amount in CNY with its thousands apart, without cents that are none."""
    text = f"{amount:,.2f}"
    return text.removesuffix(".00")


def goals_of(view: View) -> list[Shown]:
    """The goals of the plan with what was reported; a goal nobody reported on is open."""
    rows: Iterable[PlanGoal] = view.row.goals.all()
    return [
        {
            "text": one.text,
            "kind": GoalKind(one.kind).label,
            "target": one.target,
            "due_on": one.due_on,
            "reached": one.reached,
            "reached_on": one.reached_on,
            "evidence": one.evidence,
            "agreed_on": one.agreed_on,
            "tone": _tone(one),
            "state": _state(one),
            "meter": _meter(one),
            "report_url": _part(view, "goal_report", one.pk) if view.plan else "",
        }
        for one in rows
    ]


def _is_met(goal: PlanGoal) -> bool:
    return goal.reached is not None and (goal.target is None or goal.reached >= goal.target)


def _tone(goal: PlanGoal) -> str:
    if _is_met(goal):
        return "pass"
    return "warn" if goal.due_on < today() else "pending"


def _state(goal: PlanGoal) -> str:
    if _is_met(goal):
        return _("reached")
    return _("overdue") if goal.due_on < today() else _("under way")


def _meter(goal: PlanGoal) -> Shown | None:
    """How far a counted goal is reached; None where it has no target or nothing was reported."""
    if not goal.target or goal.reached is None:
        return None
    text = _("%(reached)s of %(target)s") % {
        "reached": goal.reached.normalize(), "target": goal.target.normalize(),
    }  # fmt: skip
    return {"value": min(goal.reached, goal.target), "limit": goal.target, "text": text}


def months_of(view: View) -> list[Shown]:
    """For each kind the calendar months planned and spent, each month once, and the places."""
    rows = list(view.row.months.all())
    return [
        {
            "kind": kind.label,
            "planned": len(_months(rows, kind, True)),
            "spent": len(_months(rows, kind, False)),
            "rows": [_line(one) for one in rows if one.kind == kind],
        }
        for kind in MonthKind
        if any(one.kind == kind for one in rows)
    ]


def _months(rows: Sequence[TrackMonths], kind: str, is_planned: bool) -> set[date]:
    """The calendar months; of those spent none that lies ahead."""
    found = {
        month
        for one in rows
        if one.kind == kind and one.is_planned == is_planned
        for month in months_between(one.first_month, one.last_month)
    }
    return found if is_planned else {month for month in found if month <= today()}


def _line(one: TrackMonths) -> Shown:
    return {
        "place": localised(one.unit, "name") if one.unit else one.place,
        "first": f"{one.first_month:%Y-%m}",
        "last": f"{one.last_month:%Y-%m}",
        "is_planned": one.is_planned,
        "share": one.share_e2,
    }


def assessments_of(view: View) -> list[Shown]:
    """The assessments held; a grade that is not given yet says so."""
    return [
        {
            "kind": AssessmentKind(one.kind).label,
            "year": one.year,
            "attempt": one.attempt,
            "held_on": one.held_on,
            "grade": Grade(one.grade).label if one.grade else _("no grade yet"),
            "tone": {"unqualified": "fail", None: "pending"}.get(one.grade, "pass"),
        }
        for one in reversed(view.row.assessments.all())
    ]


def leaves_of(view: View) -> list[Shown]:
    """The leaves; of which kind is told to who reads the unit and to the postdoc alone."""
    rows: Sequence[Leave] = list(view.row.leaves.all())
    return [
        {
            "kind": LeaveKind(one.kind).label if view.reads_judgements else _("leave"),
            "first_on": one.first_on,
            "last_on": one.last_on,
            "returned_on": one.returned_on,
            "is_late": one.returned_on is None and one.last_on < today(),
            "return_url": _part(view, "return", one.pk)
            if view.keep and one.returned_on is None and one.first_on <= today()
            else "",
        }
        for one in reversed(rows)
    ]


def grounds_of(view: View) -> list[Shown]:
    """What was found; for who keeps the records alone."""
    rows: Sequence[Ground] = list(view.row.grounds.all())
    return [
        {
            "kind": GroundKind(one.kind).label,
            "found_on": one.found_on,
            "first_on": one.first_on,
            "days": one.days,
            "paper": one.paper,
            "note": one.note,
            "is_back": one.taken_back_at is not None,
            "back_url": _part(view, "ground_back", one.pk) if one.taken_back_at is None else "",
        }
        for one in reversed(rows)
    ]
