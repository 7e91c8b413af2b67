"""Stations, postdocs and their stays, what they won and were given; principal investigators.

What ended, was granted or decided after the day was open on the day.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from preceptor.fellows.choices import AppointmentState
from preceptor.fellows.models import (
    Appointment,
    Host,
    Incubation,
    Laboratory,
    PiAssessment,
    Postdoc,
    StationSpan,
    Stay,
    Support,
    Tranche,
)
from preceptor.research.models import (
    Authorship,
    Contributor,
    Inventor,
    Paper,
    Patent,
    Project,
    ProjectMember,
    Translation,
)

from ..moment import Moment
from ..table import CensusTable, Column, columns


def _stations(moment: Moment) -> QuerySet[StationSpan]:
    return StationSpan.objects.on(moment.day).filter(station__institution=moment.institution)


def _postdocs(moment: Moment) -> QuerySet[Postdoc]:
    """Terms that had begun by the day."""
    rows = Postdoc.objects.filter(institution=moment.institution, entered_on__lte=moment.day)
    return rows.annotate(left_by_day=moment.only_if("left_on", "left_on"))


def _stays(moment: Moment) -> QuerySet[Stay]:
    """Stays that had begun by the day, with the ends that lie on it or before."""
    rows = Stay.objects.filter(institution=moment.institution, begins_on__lte=moment.day)
    return rows.annotate(
        ends_by_day=moment.only_if("ends_on", "ends_on"),
        goes_by_day=moment.only_if("ends_on", "goes_by"),
    )


def _hosts(moment: Moment) -> QuerySet[Host]:
    return Host.objects.on(moment.day).filter(postdoc__institution=moment.institution)


def _supports(moment: Moment) -> QuerySet[Support]:
    return Support.objects.filter(postdoc__institution=moment.institution, paid_on__lte=moment.day)


def _incubations(moment: Moment) -> QuerySet[Incubation]:
    rows = Incubation.objects.filter(institution=moment.institution, began_on__lte=moment.day)
    return rows.annotate(dropped_by_day=moment.only_if("dropped_on", "dropped_on"))


def _projects(moment: Moment) -> QuerySet[Project]:
    return Project.objects.filter(institution=moment.institution, starts_on__lte=moment.day)


def _papers(moment: Moment) -> QuerySet[Paper]:
    return Paper.objects.filter(institution=moment.institution, published_on__lte=moment.day)


def _patents(moment: Moment) -> QuerySet[Patent]:
    rows = Patent.objects.filter(institution=moment.institution, applied_on__lte=moment.day)
    return rows.annotate(granted_by_day=moment.only_if("granted_on", "granted_on"))


def _translations(moment: Moment) -> QuerySet[Translation]:
    return Translation.objects.filter(institution=moment.institution, signed_on__lte=moment.day)


def _laboratories(moment: Moment) -> QuerySet[Laboratory]:
    return Laboratory.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=moment.day),
        institution=moment.institution, opened_on__lte=moment.day,
    )  # fmt: skip


def _appointments(moment: Moment) -> QuerySet[Appointment]:
    """Terms that had begun by the day and had not ended."""
    return Appointment.objects.filter(
        Q(left_on=None) | Q(left_on__gt=moment.day),
        institution=moment.institution, starts_on__lte=moment.day,
    ).exclude(state=AppointmentState.CONTRACTED)  # fmt: skip


def _assessments(moment: Moment) -> QuerySet[PiAssessment]:
    return PiAssessment.objects.filter(
        appointment__institution=moment.institution, held_on__lte=moment.day
    )


def _tranches(moment: Moment) -> QuerySet[Tranche]:
    return Tranche.objects.filter(
        appointment__institution=moment.institution, decided_on__lte=moment.day
    )


def _links(name: str, model: Any, work: str, rows: Any, **extra: Any) -> CensusTable:
    """Who has a part in the works of `rows`."""
    return CensusTable(
        name, model,
        columns(**{f"{work}_id": "key", "person_id": "key", **extra}),
        lambda moment: model.objects.filter(**{f"{work}__in": rows(moment).values("pk")}),
    )  # fmt: skip


TABLES = (
    CensusTable(
        "stations", StationSpan,
        (
            Column("key", "key", "station_id"), Column("code", "text", "station__code"),
            Column("kind", "text", "station__kind"),
            Column("discipline_id", "key", "station__discipline_id"), Column("state", "text"),
        ),
        _stations,
    ),
    CensusTable(
        "postdocs", Postdoc,
        columns(
            person_id="key", unit_id="key", institution=("text", "institution__code"),
            follows_id="key", agreement_id="key", workstation_id="key", entered_on="day",
            term_ends_on="day", left_on=("day", "left_by_day"),
        ),
        _postdocs,
    ),
    CensusTable(
        "stays", Stay,
        columns(
            postdoc_id="key", institution=("text", "institution__code"),
            station=("text", "station__code"), track="text", intake="text", begins_on="day",
            comes_by="text", ends_on=("day", "ends_by_day"), goes_by=("text", "goes_by_day"),
        ),
        _stays,
    ),
    CensusTable(
        "hosts", Host, columns(postdoc_id="key", person_id="key", role="text", is_outside="flag"),
        _hosts,
    ),
    CensusTable(
        "postdoc_supports", Support,
        columns(postdoc_id="key", kind="text", payer="text", amount_cny="decimal", paid_on="day"),
        _supports,
    ),
    CensusTable(
        "incubations", Incubation,
        columns(
            institution=("text", "institution__code"), postdoc_id="key", began_on="day",
            dropped_on=("day", "dropped_by_day"),
        ),
        _incubations,
    ),
    CensusTable(
        "projects", Project,
        columns(
            institution=("text", "institution__code"), starts_on="day", level="text",
            scheme="text", field="text", amount_cny="decimal",
        ),
        _projects,
    ),
    _links("project_members", ProjectMember, "project", _projects, is_head="flag"),
    CensusTable("papers", Paper, columns(published_on="day"), _papers),
    _links("authorships", Authorship, "paper", _papers, place="whole"),
    CensusTable(
        "patents", Patent, columns(applied_on="day", granted_on=("day", "granted_by_day")),
        _patents,
    ),
    _links("inventors", Inventor, "patent", _patents),
    CensusTable(
        "translations", Translation, columns(signed_on="day", amount_cny="decimal"), _translations
    ),
    _links("contributors", Contributor, "translation", _translations, share_e4="whole"),
    CensusTable(
        "laboratories", Laboratory,
        columns(institution=("text", "institution__code"), unit_id="key", opened_on="day"),
        _laboratories,
    ),
    CensusTable(
        "appointments", Appointment,
        columns(
            institution=("text", "institution__code"), person_id="key", laboratory_id="key",
            country="text", starts_on="day", ends_on="day",
        ),
        _appointments,
    ),
    CensusTable(
        "pi_assessments", PiAssessment,
        columns(
            appointment_id="key", institution=("text", "appointment__institution__code"),
            kind="text", held_on="day", verdict="text",
        ),
        _assessments,
    ),
    CensusTable(
        "tranches", Tranche,
        columns(
            appointment_id="key", institution=("text", "appointment__institution__code"),
            state="text", amount_cny="decimal", decided_on="day",
        ),
        _tranches,
    ),
)  # fmt: skip
