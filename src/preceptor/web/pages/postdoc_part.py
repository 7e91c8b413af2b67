"""Changes of one row of a postdoc's records: a supervisor, leave, finding, goal or grade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from preceptor.base.permits import Permit
from preceptor.cases.access import visible_cases
from preceptor.fellows.access import may_grade, may_keep_postdoc, may_plan_for
from preceptor.fellows.actions import (
    end_host,
    end_leave,
    grade_step,
    leave_platform,
    report_goal,
    take_back_ground,
)
from preceptor.fellows.choices import Grade
from preceptor.fellows.models import Postdoc
from preceptor.web.changing import Change, change_page
from preceptor.web.forms.postdoc import GradeForm, HostEndForm, ReasonForm, ReturnForm
from preceptor.web.forms.postdoc_plan import GoalReportForm
from preceptor.web.pages.postdoc import seen
from preceptor.web.pages.postdoc_change import place_of

Rows = Callable[[Any, Postdoc], QuerySet[Any]]


@dataclass(frozen=True)
class Part:
    """Of which rows of the postdoc it is a change, and the change; `needs_keeper`: rows that are
    shown to nobody else."""

    rows: Rows
    change: Change
    needs_keeper: bool = False


def _keeps(user: Any, row: Any) -> Permit:
    return may_keep_postdoc(user, row.postdoc)


def _graded(row: Any, given: dict[str, Any], by: Any) -> None:
    grade_step(case=row, grade=Grade(given["grade"]), by=by)


PARTS: dict[str, Part] = {
    "host_end": Part(
        lambda user, row: row.hosts.known(),
        Change(
            _("End a supervisor's part"), _("End it"), _("The part ends with that day."),
            lambda row, user, data: HostEndForm(data), _keeps,
            lambda row, given, by: end_host(host=row, by=by, **given),
        ),
    ),
    "platform_end": Part(
        lambda user, row: row.platform_places.known(),
        Change(
            _("End the work on a platform"), _("End it"), _("The work ends with that day."),
            lambda row, user, data: HostEndForm(data), _keeps,
            lambda row, given, by: leave_platform(place=row, by=by, **given),
        ),
    ),
    "return": Part(
        lambda user, row: row.leaves.all(),
        Change(
            _("Record the return from leave"), _("Record the return"), _("The return is recorded."),
            lambda row, user, data: ReturnForm(data), _keeps,
            lambda row, given, by: end_leave(leave=row, by=by, **given),
        ),
    ),
    "ground_back": Part(
        lambda user, row: row.grounds.all(),
        Change(
            _("Take a finding back"), _("Take it back"),
            _("The finding is taken back; it stays readable as what was once believed."),
            lambda row, user, data: ReasonForm(data), _keeps,
            lambda row, given, by: take_back_ground(ground=row, by=by, **given),
        ),
        needs_keeper=True,
    ),
    "goal_report": Part(
        lambda user, row: row.goals.all(),
        Change(
            _("Report on a goal"), _("Report"), _("What was reached stands in the plan."),
            lambda row, user, data: GoalReportForm(row, data),
            lambda user, row: may_plan_for(user, row.postdoc),
            lambda row, given, by: report_goal(goal=row, by=by, **given),
        ),
    ),
    "grade": Part(
        lambda user, row: visible_cases(user).filter(postdoc_case__postdoc=row),
        Change(
            _("Say the grade"), _("Keep the grade"),
            _("The grade is kept; a later word replaces it until the vote is closed."),
            lambda row, user, data: GradeForm(data), may_grade, _graded,
            _("The grade and the vote must agree: who is not carried is not qualified."),
        ),
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, key: int, verb: str, part: int) -> HttpResponse:
    """One change of one row; 404 for a row that is not the postdoc's, or not shown to the reader."""
    row = seen(request, key)
    if verb not in PARTS:
        raise Http404
    found = PARTS[verb]
    if found.needs_keeper and not may_keep_postdoc(request.user, row):
        raise Http404
    one = get_object_or_404(found.rows(request.user, row), pk=part)
    return change_page(request, found.change, one, place_of(row))
