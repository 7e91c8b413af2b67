"""Earlier panels of the trainee, and those of a round that an appeal has set aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.base.together import Question, Set
from preceptor.base.years import last_day_of_years
from preceptor.cases.choices import CaseState
from preceptor.cases.kinds.kind import Conflicts
from preceptor.cases.models import Item
from preceptor.training.models import Enrolment, Panel, PanelSeat
from preceptor.training.queries import JUDGING

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
RETAKEN = _(
    "Judged an earlier attempt at this step on panel %(number)s on %(day)s: a re-take needs others."
)


def panel_signs(
    circle: Circle, on: date, rule: Conflicts, panel: Panel | None
) -> Question[list[Sign]]:
    """Who sat on another panel of the trainee, within the years of the rule; without limit whoever sat
    in a round set aside, and, where the rule wants a new panel for a re-take, whoever judged an earlier
    attempt at the step. Two sets; none for who is no trainee."""
    if circle.enrolment is None:
        return []
    seats = PanelSeat.objects.filter(panel__enrolment=circle.enrolment)
    seats = seats.select_related("panel__sitting").order_by("pk")
    voted, seated = yield [
        _voted(circle.enrolment), Set(seats if panel is None else seats.exclude(panel=panel)),
    ]  # fmt: skip
    aside = _set_aside(voted)
    step = panel.stage if panel is not None and rule.new_panel else None
    signs = (_sign(seat, on, rule.panel_years, seat.panel_id in aside, step) for seat in seated)
    return [sign for sign in signs if sign is not None]


def _voted(enrolment: Enrolment) -> Set:
    """Panels whose sitting voted on a case of the trainee that still runs, with the case's panel."""
    items = Item.objects.filter(
        case__milestone_case__enrolment=enrolment, decided_at__isnull=False
    ).exclude(case__state__in=ENDED)
    return Set(items.order_by(), ("sitting__panel", "case__milestone_case__panel"))


def _set_aside(voted: Iterable[tuple[int | None, int | None]]) -> set[int]:
    """Those of the panels whose case now has another panel."""
    return {sat for sat, current in voted if sat is not None and sat != current}


def _sat_on(panel: Panel, on: date) -> date | None:
    """The day on which the panel sat, before the day; None where it has not, or nobody knows."""
    if panel.sits_on is not None:
        return panel.sits_on if panel.sits_on < on else None
    closed = panel.sitting.closed_at if panel.sitting is not None else None
    return timezone.localtime(closed).date() if closed is not None else None


def _sign(seat: PanelSeat, on: date, years: int, is_aside: bool, step: str | None) -> Sign | None:
    panel, day = seat.panel, _sat_on(seat.panel, on)
    has_judged = seat.role is None or seat.role in JUDGING
    if is_aside or (day is not None and panel.stage == step and has_judged):
        evidence = _evidence(SET_ASIDE if is_aside else RETAKEN, panel, day)
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
