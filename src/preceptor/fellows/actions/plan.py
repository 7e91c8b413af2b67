"""The individual development plan of a postdoc, and the months on the track."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit

from ..access import may_keep_postdoc, may_plan_for
from ..choices import GoalKind, MonthKind
from ..models import PlanGoal, Postdoc, TrackMonths
from .postdoc import demand_present, locked_postdoc, touch


def set_goal(
    *,
    postdoc: Postdoc,
    kind: GoalKind,
    text: str,
    due_on: date,
    by: Actor,
    target: Decimal | None = None,
    agreed_on: date | None = None,
) -> PlanGoal:
    """Put a goal into the plan; `target` is None where it is not counted. The same goal again is
    given unchanged.

    Raises NotPermitted; RuleBroken for an empty text, a negative target, a day before the entry, or
    a postdoc who has left.
    """
    text = text.strip()
    if not text:
        raise RuleBroken(_("Say what the goal is."))
    if target is not None and target < 0:
        raise RuleBroken(_("A target is not negative; leave it empty where nothing is counted."))
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_plan_for(by, held).demand()
        demand_present(held)
        if due_on < held.entered_on:
            raise RuleBroken(
                _("The postdoc entered on %(entry)s; %(day)s lies before it.")
                % {"entry": held.entered_on, "day": due_on}
            )
        row, is_new = PlanGoal.objects.get_or_create(
            postdoc=held, kind=GoalKind(kind), text=text, due_on=due_on,
            defaults={"target": target, "agreed_on": agreed_on},
        )  # fmt: skip
        if is_new:
            after = {"goal": row.pk, "kind": row.kind, "target": target, "due_on": due_on}
            act.write("postdoc.goal", "postdoc", held.pk, after=after)
            touch(act, held)
    return row


def report_goal(
    *, goal: PlanGoal, reached: Decimal, reached_on: date, by: Actor, evidence: str = ""
) -> PlanGoal:
    """Report what was reached of a goal; a later word replaces an earlier one, the same again changes
    nothing. Raises NotPermitted; RuleBroken for a negative number or a day ahead."""
    if reached < 0:
        raise RuleBroken(_("What was reached is not negative."))
    if reached_on > today():
        raise RuleBroken(_("%(day)s lies ahead; report what is reached.") % {"day": reached_on})
    with deed(by) as act:
        held = locked_postdoc(goal.postdoc)
        may_plan_for(by, held).demand()
        row = PlanGoal.objects.get(pk=goal.pk)
        before = {"reached": row.reached, "reached_on": row.reached_on, "evidence": row.evidence}
        after = {"reached": reached, "reached_on": reached_on, "evidence": evidence.strip()}
        if before == after:
            return row
        row.reached, row.reached_on, row.evidence = reached, reached_on, evidence.strip()
        row.save(update_fields=["reached", "reached_on", "evidence"])
        act.write("postdoc.goal_report", "postdoc", held.pk, before=before, after=after)
        touch(act, held)
    return row


def record_months(
    *,
    postdoc: Postdoc,
    kind: MonthKind,
    place: str,
    first_month: date,
    last_month: date,
    by: Actor,
    unit: Unit | None = None,
    is_planned: bool = False,
    share_e2: int = 100,
) -> TrackMonths:
    """Record months of clinical work or in the laboratory, both included; any day stands for its
    month. `is_planned` for those of the plan. The same months at the same place again are given
    unchanged.

    Raises NotPermitted; RuleBroken for months the wrong way round, before the entry, after the day of
    leaving, or spent ahead of today, a share that is none, or an empty place.
    """
    first, last = first_month.replace(day=1), last_month.replace(day=1)
    if last < first:
        raise RuleBroken(_("The last month lies before the first."))
    if not 1 <= share_e2 <= 100:
        raise RuleBroken(_("The share of a month lies between 1 and 100 per cent."))
    if not place.strip():
        raise RuleBroken(_("Say where the months are spent."))
    if not is_planned and last > today():
        raise RuleBroken(_("These months lie ahead; enter them as planned."))
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        if first < held.entered_on.replace(day=1):
            raise RuleBroken(
                _("The postdoc entered on %(entry)s; %(day)s lies before it.")
                % {"entry": held.entered_on, "day": first}
            )
        if held.left_on is not None and last > held.left_on:
            raise RuleBroken(
                _("The postdoc leaves on %(left)s; %(day)s lies after it.")
                % {"left": held.left_on, "day": last}
            )
        row, is_new = TrackMonths.objects.get_or_create(
            postdoc=held, kind=MonthKind(kind), place=place.strip(), first_month=first,
            last_month=last, is_planned=is_planned, defaults={"unit": unit, "share_e2": share_e2},
        )  # fmt: skip
        if is_new:
            after = {"kind": row.kind, "from": first, "to": last, "is_planned": is_planned}
            act.write("postdoc.months", "postdoc", held.pk, after=after)
            touch(act, held)
    return row
