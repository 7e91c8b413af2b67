"""Earlier panels of the trainee, and those of a round that an appeal has set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.base.years import last_day_of_years
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Item
from preceptor.training.models import Enrolment, Panel, PanelSeat

from .circle import Circle
from .conflict import Evidence, Sign
from .words import LANGUAGES, day_text, said

ENDED = (CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN)
SAT = _("Sat on panel %(number)s of the trainee on %(day)s.")
NOT_DATED = _(
    "Was seated on panel %(number)s of the trainee; whether and when it sat is not recorded."
)
SET_ASIDE = _(
    "Sat on panel %(number)s of the trainee on %(day)s, whose result an appeal has set aside: "
    "the new round needs others."
)


def panel_signs(circle: Circle, on: date, years: int, panel: Panel | None) -> Iterator[Sign]:
    """Who sat on another panel of the trainee, within so many years; and whoever sat in a round set
    aside, without limit. Two queries; none for who is no trainee."""
    if circle.enrolment is None:
        return
    aside = _set_aside(circle.enrolment)
    seats = PanelSeat.objects.filter(panel__enrolment=circle.enrolment)
    seats = seats.select_related("panel__sitting").order_by("pk")
    for seat in seats.exclude(panel=panel) if panel is not None else seats:
        sign = _sign(seat, on, years, is_aside=seat.panel_id in aside)
        if sign is not None:
            yield sign


def _set_aside(enrolment: Enrolment) -> set[int]:
    """Panels whose sitting voted on a case that still runs and now has another panel."""
    items = Item.objects.filter(
        case__milestone_case__enrolment=enrolment, decided_at__isnull=False
    ).exclude(case__state__in=ENDED)
    rows = items.values_list("sitting__panel", "case__milestone_case__panel")
    return {sat for sat, current in rows if sat is not None and sat != current}


def _sat_on(panel: Panel, on: date) -> date | None:
    """The day on which the panel sat, before the day; None where it has not, or nobody knows."""
    if panel.sits_on is not None:
        return panel.sits_on if panel.sits_on < on else None
    closed = panel.sitting.closed_at if panel.sitting is not None else None
    return timezone.localtime(closed).date() if closed is not None else None


def _sign(seat: PanelSeat, on: date, years: int, *, is_aside: bool) -> Sign | None:
    panel, day = seat.panel, _sat_on(seat.panel, on)
    if is_aside:
        evidence = _evidence(SET_ASIDE, panel, day)
        return Sign(seat.person_id, "panel", evidence, day, is_final=True)
    if day is not None:
        if last_day_of_years(day, years) < on:
            return None
        return Sign(seat.person_id, "panel", _evidence(SAT, panel, day), day)
    planned = panel.planned_on
    if panel.sits_on is None and planned is not None and planned < on:
        if last_day_of_years(planned, years) < on:
            return None
        return Sign(
            seat.person_id, "panel", _evidence(NOT_DATED, panel, None), None, is_certain=False
        )
    return None


def _evidence(template: str | Promise, panel: Panel, day: date | None) -> Evidence:
    zh, en = (
        said(template, language, number=panel.number, day=day_text(day)) for language in LANGUAGES
    )
    return Evidence(zh, en, "panel", panel.pk)
