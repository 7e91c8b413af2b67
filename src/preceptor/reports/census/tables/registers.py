"""Units, disciplines, degree points, regulations.

Unit relations and disciplines keep their ended rows as well, with their dates: a report also
states what was so at the end of the year before.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from preceptor.admission.models import Application
from preceptor.institutions.models import (
    DegreePoint,
    Discipline,
    Regulation,
    Unit,
    UnitRelation,
)
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.models import Placement

from ..moment import Moment
from ..table import CensusTable, columns


def _units(moment: Moment) -> QuerySet[Unit]:
    """The units of the tree, and those that stand in a relation to one of them."""
    related = _relations(moment).values("lower")
    return Unit.objects.filter(
        Q(pk=moment.institution.pk) | Q(institution=moment.institution) | Q(pk__in=related)
    )


def _relations(moment: Moment) -> QuerySet[UnitRelation]:
    inside = moment.units().values("pk")
    return UnitRelation.objects.known().filter(upper__in=inside, valid_from__lte=moment.day)


def _disciplines(moment: Moment) -> QuerySet[Discipline]:
    """Entries that had begun, and those that a row of the day names too early all the same.

    Whoever was placed in a direction before it stood in the catalogue must not drop out of the
    whole.
    """
    placed = Placement.objects.known().filter(
        enrolment__institution=moment.institution, valid_from__lte=moment.day
    )
    qualified = SupervisorQualification.objects.on(moment.day).filter(
        person__institution=moment.institution
    )
    applied = Application.objects.filter(institution=moment.institution, applied_on__lte=moment.day)
    return Discipline.objects.filter(
        Q(valid_from__lte=moment.day)
        | Q(pk__in=placed.values("direction"))
        | Q(pk__in=qualified.values("direction"))
        | Q(pk__in=applied.values("direction"))
    )


def _points(moment: Moment) -> QuerySet[DegreePoint]:
    return DegreePoint.objects.filter(
        moment.happened("authorised_on"), institution=moment.institution
    )


def _regulations(moment: Moment) -> QuerySet[Regulation]:
    return Regulation.objects.filter(
        moment.happened("effective_from"),
        Q(effective_to=None) | Q(effective_to__gte=moment.day),
        Q(institution=moment.institution) | Q(institution=None),
    )


TABLES = (
    CensusTable(
        "units",
        Unit,
        columns(institution_id="key", code="text", kind="text", name_zh="text", name_en="text"),
        _units,
    ),
    CensusTable(
        "unit_relations",
        UnitRelation,
        columns(lower_id="key", upper_id="key", kind="text", valid_from="day", valid_to="day"),
        _relations,
    ),
    CensusTable(
        "disciplines",
        Discipline,
        columns(
            catalogue="text",
            code="text",
            level="text",
            degree_type="text",
            parent_id="key",
            name_zh="text",
            name_en="text",
            goal_zh="text",
            goal_en="text",
            valid_from="day",
            valid_to="day",
        ),
        _disciplines,
    ),
    CensusTable(
        "degree_points",
        DegreePoint,
        columns(
            code="text",
            discipline_id="key",
            degree_level="text",
            degree_type="text",
            authorised_on="day",
            authorised_precision="text",
            name_zh="text",
            name_en="text",
        ),
        _points,
    ),
    CensusTable(
        "regulations",
        Regulation,
        columns(
            code="text",
            layer="text",
            title_zh="text",
            title_en="text",
            issuer_zh="text",
            issuer_en="text",
            number="text",
            on_trial="flag",
            issued_on="day",
            effective_from="day",
            effective_to="day",
            pack="text",
            source_in_pack="text",
        ),
        _regulations,
    ),
)
