"""What a composition must have before it is sent on, and who may not sit again."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused

from .choices import SeatRole
from .interests import free_of_conflicts
from .models import MilestoneCase, Panel, PanelSeat
from .queries import JUDGING, earlier_panels, former_panels, judges


def has_day(row: MilestoneCase) -> Permit:
    """Whether a day is planned: titles and rules of that day count."""
    panel = row.panel
    if panel is not None and (panel.sits_on or panel.planned_on):
        return GRANTED
    return refused(_("Plan the day of the sitting first: titles and rules of that day count."))


def has_chair(row: MilestoneCase) -> Permit:
    """Whether exactly one person chairs."""
    chairs = PanelSeat.objects.filter(panel=row.panel_id, role=SeatRole.CHAIR).count()
    if chairs == 1:
        return GRANTED
    return refused(_("A panel has one chair; this one has %(count)s.") % {"count": chairs})


def nobody_barred(row: MilestoneCase) -> Permit:
    """Whether nobody on the panel judged a round or an attempt after which new experts sit."""
    seats = PanelSeat.objects.filter(panel=row.panel_id, role__in=JUDGING).select_related("person")
    return none_of(list(seats), barred(row))


def nobody_tied(row: MilestoneCase) -> Permit:
    """Whether no conflict of interest keeps somebody off who sits on the panel with a vote."""
    rows = PanelSeat.objects.filter(panel=row.panel_id, role__in=JUDGING).select_related("person")
    panel = row.panel
    if panel is None:
        return GRANTED
    return free_of_conflicts(panel, [seat.person for seat in rows])


def none_of(seats: Sequence[PanelSeat], barred_persons: set[int]) -> Permit:
    """Whether none of the seats is taken by one of these persons."""
    again = [seat.person.name_zh for seat in seats if seat.person_id in barred_persons]
    if not again:
        return GRANTED
    return refused(
        _("Judged this step before and may not judge it again: %(names)s. Choose other experts.")
        % {"names": "、".join(again)}
    )


def barred(row: MilestoneCase) -> set[int]:
    """Who may not judge: after an appeal the experts of the earlier rounds (Degrees Law, article
    40), and on a re-take the earlier panel where the kind demands a new one."""
    from preceptor.cases.queries import kind_of

    found = judges(former_panels(row))
    retake = kind_of(row.case).retake
    if retake is not None and retake.panel == "new":
        found |= judges(earlier_panels(row))
    return found


def case_row(panel: Panel) -> MilestoneCase | None:
    """The request that the panel is composed for, with its case and kind; None for a panel that was
    recorded without one."""
    rows = MilestoneCase.objects.filter(panel=panel.pk)
    return rows.select_related("case__kind", "case__unit", "case__institution", "enrolment").first()
