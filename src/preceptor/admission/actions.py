"""Every write to applications."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution

from .models import Application

#: So many numbers are asked for in one query.
SLICE = 900


def record_applications(
    *, institution: Unit, applications: Sequence[Application], by: Actor
) -> None:
    """Record applications of a yearly cycle.

    Raises PermissionDenied, and RuleBroken for an application to another institution or of a
    candidate number that is taken in its year; then nothing is recorded.
    """
    may_keep_institution(by, institution).demand()
    _refuse_foreign(institution, applications)
    _refuse_taken(institution, applications)
    with deed(by) as act:
        Application.objects.bulk_create(applications, batch_size=500)
        for row in applications:
            after = {"year": row.year, "direction": row.direction_id, "outcome": row.outcome}
            act.write("application.record", "application", row.pk, after=after)


def _refuse_foreign(institution: Unit, applications: Sequence[Application]) -> None:
    for row in applications:
        if row.institution_id != institution.pk:
            raise RuleBroken(
                _("The application %(number)s is not to %(institution)s.")
                % {"number": row.candidate_number, "institution": institution.name_zh}
            )


def _refuse_taken(institution: Unit, applications: Sequence[Application]) -> None:
    taken: set[tuple[int, str]] = set()
    for start in range(0, len(applications), SLICE):
        numbers = [row.candidate_number for row in applications[start : start + SLICE]]
        rows = Application.objects.filter(institution=institution, candidate_number__in=numbers)
        taken.update(rows.values_list("year", "candidate_number"))
    for row in applications:
        if (row.year, row.candidate_number) in taken:
            raise RuleBroken(
                _("The candidate number %(number)s is taken in %(year)s.")
                % {"number": row.candidate_number, "year": row.year}
            )
        taken.add((row.year, row.candidate_number))
