"""Calls for principal investigators: what an accepted offer becomes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.cases.choices import BodyKind
from preceptor.people.models import Person

from ..actions.programme import PURPOSE
from ..models import Appointment, PiCall


class PiPurpose:
    """A call by which a programme looks for principal investigators."""

    name = PURPOSE

    def may_publish(self, call: Call) -> Permit:
        """Whether the call names a programme that goes on and has an academic committee, whose vote
        chooses."""
        place = _place(call)
        if place is None:
            return refused(_("Say for which programme the call is."))
        if place.programme.closed_on is not None:
            return refused(_("%(programme)s has ended.") % {"programme": place.programme.name_zh})
        if place.programme.academic_committee is None:
            return refused(
                _("%(programme)s has no academic committee yet; its vote chooses.")
                % {"programme": place.programme.name_zh}
            )
        return GRANTED

    def hosts(self, call: Call) -> list[Person]:
        """Nobody: a principal investigator leads a laboratory of the own."""
        return []

    def body_for(self, call: Call, kind: str) -> int | None:
        """The academic committee of the programme chooses."""
        place = _place(call)
        if place is None or kind != BodyKind.ACADEMIC:
            return None
        return place.programme.academic_committee_id

    def accept(self, application: CallApplication, offer: Offer, by: Mandate) -> None:
        """Appoint the applicant from the first day of the next month, for the months that the call
        says; the contract settles the days. Accepted already changes nothing. Raises RuleBroken
        where the call names no programme, or the person holds an appointment in those days."""
        from ..actions.appointment import appoint_from

        if Appointment.objects.filter(application=application).exists():
            return
        place = _place(application.call)
        if place is None:
            raise RuleBroken(_("Say for which programme the call is."))
        appoint_from(
            application=application, programme=place.programme, months=place.months,
            starts_on=_next_month(today()), number=f"{application.call.number}-{application.pk}",
            country=application.country, by=by,
        )  # fmt: skip

    def title(self, call: Call) -> tuple[str, str]:
        """For which programme one applies."""
        place = _place(call)
        if place is None:
            return "独立 PI 聘任", "independent principal investigator"
        programme = place.programme
        return (
            f"独立 PI 聘任（{programme.name_zh}）",
            f"independent principal investigator ({programme.name_en})",
        )


def _place(call: Call) -> PiCall | None:
    rows = PiCall.objects.filter(call=call)
    return rows.select_related(
        "programme__academic_committee", "programme__unit", "programme__institution",
        "programme__director",
    ).first()  # fmt: skip


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
