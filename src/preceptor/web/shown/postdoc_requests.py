"""The requests about a postdoc: what comes next, and whether the reader says the grade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.together import Question, Set, first_of
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.fellows.access import may_grade
from preceptor.fellows.actions.step import GRADED
from preceptor.fellows.choices import Grade
from preceptor.fellows.models import PostdocCase
from preceptor.web.shown.requests import MOST, cases_about, requests_shown

if TYPE_CHECKING:
    from preceptor.web.shown.postdoc import View

Shown = dict[str, Any]


def cases_asked(view: View) -> Question[list[Case]]:
    """The last requests about the postdoc that the reader may see; one set."""
    about = cases_about(view.user, postdoc_case__postdoc=view.row)
    [found] = yield [Set(first_of(about.select_related("postdoc_case"), MOST))]
    return found


def requests_of(view: View, cases: Sequence[Case]) -> list[Shown]:
    """The requests with the grade where it was said and may be told; they come with what makes them
    requests about a postdoc."""
    lines = requests_shown(view.user, cases)
    for line, case in zip(lines, cases, strict=True):
        row: PostdocCase = case.postdoc_case
        if row.step not in GRADED:
            continue
        if row.grade and (view.keep or case.state == CaseState.GRANTED):
            line["grade"] = _("grade: %(grade)s") % {"grade": Grade(row.grade).label}
        if case.state == CaseState.RUNNING and may_grade(view.user, case):
            line["grade_url"] = reverse("postdoc_part", args=[view.row.pk, "grade", case.pk])
    return lines
