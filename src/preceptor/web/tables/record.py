"""The records behind a figure, one table for each kind of record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from preceptor.base.dates import stated
from preceptor.web.localised import localised

Cell = dict[str, Any]
Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """How records of one kind are called, read and shown; `texts` gives the cells of a row."""

    title: Text
    heads: tuple[Text, ...]
    texts: Callable[[Any], list[Any]]
    url: Callable[[Any], str] | None = None
    related: tuple[str, ...] = ()


def _link(name: str, column: str = "pk") -> Callable[[Any], str]:
    return lambda row: reverse(name, args=[getattr(row, column)])


def _named(record: Any) -> str:
    return localised(record, "name") if record is not None else ""


def _yes_or_no(value: bool | None) -> str:
    if value is None:
        return _("not known")
    return _("yes") if value else _("no")


def _trainee(row: Any) -> list[Any]:
    return [
        _named(row.person), row.student_number, _named(row.unit), _named(row.direction), row.cohort,
        row.get_state_display(),
    ]  # fmt: skip


def _milestone(row: Any) -> list[Any]:
    return [
        _named(row.enrolment.person), row.enrolment.student_number, row.get_kind_display(),
        row.attempt, stated(row.held_on, row.held_precision), row.get_outcome_display(),
    ]  # fmt: skip


def _panel(row: Any) -> list[Any]:
    return [
        row.number, row.get_stage_display(), stated(row.sits_on, row.sits_precision),
        _named(row.enrolment.person), row.enrolment.student_number,
    ]  # fmt: skip


def _qualification(row: Any) -> list[Any]:
    return [
        _named(row.person), _named(row.unit), _named(row.direction), row.get_degree_level_display(),
        _yes_or_no(row.is_external), row.engaged_on,
    ]  # fmt: skip


def _application(row: Any) -> list[Any]:
    return [
        row.name, row.candidate_number, row.year, _named(row.direction), row.get_origin_display(),
        row.get_outcome_display(),
    ]  # fmt: skip


def _case(row: Any) -> list[Any]:
    return [
        row.number, localised(row, "title"), _named(row.person), row.get_state_display(),
        row.submitted_at and localtime(row.submitted_at).date(),
        row.decided_at and localtime(row.decided_at).date(),
    ]  # fmt: skip


def _sitting(row: Any) -> list[Any]:
    return [
        localised(row, "title"), _named(row.body), row.number,
        row.starts_at and localtime(row.starts_at).date(), row.get_state_display(),
    ]  # fmt: skip


def _advice(row: Any) -> list[Any]:
    return [_named(row.body), row.given_on, row.due_on, row.get_state_display()]


def _postdoc(row: Any) -> list[Any]:
    return [
        _named(row.person), row.number, _named(row.station), row.get_track_display(),
        row.entered_on, row.left_on,
    ]  # fmt: skip


def _station(row: Any) -> list[Any]:
    return [_named(row), row.code, row.get_kind_display(), row.get_state_display()]


def _project(row: Any) -> list[Any]:
    return [row.title, row.number, row.get_level_display(), row.field, row.starts_on]


def _appointment(row: Any) -> list[Any]:
    return [_named(row.person), row.number, row.starts_on, row.ends_on, row.get_state_display()]


def _agreement(row: Any) -> list[Any]:
    return [localised(row, "title"), row.number, row.get_kind_display(), row.signed_on, row.ends_on]


def _platform(row: Any) -> list[Any]:
    return [_named(row), row.code, row.get_kind_display(), row.get_level_display()]


_CALLED = gettext_lazy("What it is called")
_NAME, _NUMBER = gettext_lazy("Name"), gettext_lazy("Student number")
_UNIT, _DIRECTION = gettext_lazy("Unit"), gettext_lazy("Direction")
_CODE, _STEP, _DAY = gettext_lazy("Code"), gettext_lazy("Step"), gettext_lazy("Day")

KINDS: dict[str, Kind] = {
    "enrolment": Kind(
        gettext_lazy("Trainees"),
        (_NAME, _NUMBER, _UNIT, _DIRECTION, gettext_lazy("Cohort"), gettext_lazy("State")),
        _trainee, _link("enrolment"), ("person", "unit", "direction"),
    ),
    "milestone": Kind(
        gettext_lazy("Steps of training"),
        (_NAME, _NUMBER, _STEP, gettext_lazy("Attempt"), _DAY, gettext_lazy("Outcome")),
        _milestone, _link("enrolment", "enrolment_id"), ("enrolment__person",),
    ),
    "panel": Kind(
        gettext_lazy("Panels"),
        (gettext_lazy("Panel number"), _STEP, _DAY, gettext_lazy("Trainee"), _NUMBER),
        _panel, _link("panel"), ("enrolment__person",),
    ),
    "person": Kind(gettext_lazy("Persons"), (_NAME,), lambda row: [_named(row)]),
    "qualification": Kind(
        gettext_lazy("Supervisor qualifications"),
        (_NAME, _UNIT, _DIRECTION, gettext_lazy("Degree"), gettext_lazy("External"),
         gettext_lazy("Engaged")),
        _qualification, None, ("person", "unit", "direction"),
    ),
    "application": Kind(
        gettext_lazy("Applications"),
        (_NAME, gettext_lazy("Candidate number"), gettext_lazy("Year"), _DIRECTION,
         gettext_lazy("Origin"), gettext_lazy("Outcome")),
        _application, None, ("direction",),
    ),
    "discipline": Kind(
        gettext_lazy("Directions"), (_CALLED, _CODE), lambda row: [_named(row), row.code],
        _link("direction", "code"),
    ),
    "unit": Kind(
        gettext_lazy("Units"), (_CALLED, _CODE), lambda row: [_named(row), row.code], _link("unit"),
    ),
    "case": Kind(
        gettext_lazy("Requests"),
        (gettext_lazy("Number"), gettext_lazy("Request"), gettext_lazy("Person concerned"),
         gettext_lazy("State"), gettext_lazy("Submitted"), gettext_lazy("Decided")),
        _case, _link("case"), ("person",),
    ),
    "sitting": Kind(
        gettext_lazy("Sittings"),
        (_CALLED, gettext_lazy("Body"), gettext_lazy("Number"), _DAY, gettext_lazy("State")),
        _sitting, _link("sitting"), ("body",),
    ),
    "advice": Kind(
        gettext_lazy("Advice"),
        (gettext_lazy("Body"), gettext_lazy("Given"), gettext_lazy("Due"), gettext_lazy("State")),
        _advice, None, ("body",),
    ),
    "course": Kind(
        gettext_lazy("Courses"),
        (_CALLED, _CODE, gettext_lazy("Hours"), gettext_lazy("Credits")),
        lambda row: [_named(row), row.code, row.hours, f"{row.credits.normalize():f}"],
    ),
    "postdoc": Kind(
        gettext_lazy("Postdocs"),
        (_NAME, gettext_lazy("Number"), gettext_lazy("Station"), gettext_lazy("Track"),
         gettext_lazy("Entered"), gettext_lazy("Left")),
        _postdoc, _link("postdoc"), ("person", "station"),
    ),
    "station": Kind(
        gettext_lazy("Stations"),
        (_CALLED, _CODE, gettext_lazy("Kind"), gettext_lazy("State")),
        _station, _link("station"),
    ),
    "project": Kind(
        gettext_lazy("Projects"),
        (_CALLED, gettext_lazy("Number"), gettext_lazy("Level"), pgettext_lazy("project", "Field"),
         gettext_lazy("Began")),
        _project,
    ),
    "appointment": Kind(
        gettext_lazy("Appointments"),
        (_NAME, gettext_lazy("Number"), gettext_lazy("From"), gettext_lazy("Until"),
         gettext_lazy("State")),
        _appointment, _link("appointment"), ("person",),
    ),
    "laboratory": Kind(
        gettext_lazy("Laboratories"), (_CALLED, gettext_lazy("Head")),
        lambda row: [_named(row.unit), _named(row.head)], _link("laboratory"), ("unit", "head"),
    ),
    "agreement": Kind(
        gettext_lazy("Agreements"),
        (_CALLED, gettext_lazy("Number"), gettext_lazy("Kind"), gettext_lazy("Signed"),
         gettext_lazy("Until")),
        _agreement, _link("agreement"),
    ),
    "partner": Kind(
        gettext_lazy("Partners"), (_CALLED, _CODE, gettext_lazy("Country")),
        lambda row: [_named(row), row.code, row.country], _link("partner"),
    ),
    "platform": Kind(
        gettext_lazy("Platforms"),
        (_CALLED, _CODE, gettext_lazy("Kind"), gettext_lazy("Level")),
        _platform, _link("platform"),
    ),
    "point": Kind(
        gettext_lazy("Degree points"), (_CALLED, _CODE), lambda row: [_named(row), row.code],
    ),
}  # fmt: skip


def with_names(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """The records with what their cells name."""
    related = KINDS[kind].related
    return rows.select_related(*related) if related else rows


def columns_of(kind: str) -> list[dict[str, Any]]:
    """The heads of the table."""
    return [{"title": title} for title in KINDS[kind].heads]


def cells_of(rows: Sequence[Any], kind: str) -> list[list[Cell]]:
    """The cells of each record; an unknown value is a dash, never empty."""
    return [_cells(row, KINDS[kind]) for row in rows]


def _cells(row: Any, kind: Kind) -> list[Cell]:
    cells: list[Cell] = [
        {"text": "–" if text in (None, "") else text, "label": title}
        for text, title in zip(kind.texts(row), kind.heads, strict=True)
    ]
    if kind.url is not None:
        cells[0]["url"] = kind.url(row)
    return cells
