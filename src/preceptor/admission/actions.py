"""Every write to applications and quota lines."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.institutions.choices import DegreeLevel, RegulationLayer
from preceptor.institutions.models import Regulation, Unit
from preceptor.people.access import may_keep_institution

from .access import delegation_in, may_set_quota_line
from .models import Application, QuotaLine

#: So many numbers are asked for in one query.
SLICE = 900
#: No unit has more places; what is above is a slip of the pen.
MOST_PLACES = 10_000


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


def set_quota_line(
    *, institution: Unit, unit: Unit, year: int, degree_level: DegreeLevel, places: int,
    layer: RegulationLayer, by: Actor, regulation: Regulation | None = None, note: str = "",
) -> QuotaLine:  # fmt: skip
    """Set how many places a unit may fill in a year, and which layer decided: the university, or a
    programme to which it left its own line. A line that is there takes the new number; the same
    again changes nothing.

    The line of a programme names the delegation as its regulation. Raises NotPermitted with the
    reason, as `may_set_quota_line`; InputRefused for a number of places that cannot be, or a unit
    or regulation of another institution.
    """
    may_set_quota_line(by, unit, year, layer).demand()
    if not 0 <= places <= MOST_PLACES:
        raise InputRefused(_("A number of places cannot be %(places)s.") % {"places": places})
    _refuse_elsewhere(institution, unit, regulation)
    found = delegation_in(unit, year) if layer == RegulationLayer.PROGRAMME else None
    columns = {
        "places": places, "layer": layer, "note": note.strip()[:200],
        "regulation": found.paper if found is not None else regulation,
    }  # fmt: skip
    with deed(by) as act:
        # The unit is locked, so that of two lines at once the second finds the first.
        Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit.pk)
        line = QuotaLine.objects.filter(
            institution=institution, unit=unit, year=year, degree_level=degree_level
        ).first() or QuotaLine(
            institution=institution, unit=unit, year=year, degree_level=degree_level
        )
        before = None if line.pk is None else {"places": line.places, "layer": line.layer}
        if line.pk is not None and all(getattr(line, name) == columns[name] for name in columns):
            return line
        for name, value in columns.items():
            setattr(line, name, value)
        line.save()
        after = {"unit": unit.code, "year": year, "places": places, "layer": layer}
        act.write("quota.set", "quota_line", line.pk, before=before, after=after)
    return line


def _refuse_elsewhere(institution: Unit, unit: Unit, regulation: Regulation | None) -> None:
    if (unit.institution_id or unit.pk) != institution.pk:
        raise InputRefused(
            _("%(unit)s is no unit of %(institution)s.")
            % {"unit": unit.name_zh, "institution": institution.name_zh}
        )
    owner = regulation.institution_id if regulation is not None else None
    if owner is not None and owner != institution.pk:
        raise InputRefused(_("This regulation is one of another institution."))
