"""Calls for postdocs: who may be a host, and what an accepted offer becomes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.institutions.queries import units_below
from preceptor.people.choices import CapacityKind
from preceptor.people.models import Capacity, Person

from ..actions.postdoc import EntryFacts, NewHost, enter_postdoc, hold_entry
from ..actions.station_call import PURPOSE
from ..agreements import tripartite_with
from ..asking import months_later
from ..choices import HostRole, IntakeSource, StationState, Track
from ..models import Postdoc, Station, StationCall

#: In these capacities somebody can supervise a postdoc.
_HOSTS = (CapacityKind.STAFF, CapacityKind.PHYSICIAN)


def place_of(call: Call) -> StationCall | None:
    """For which station and track the call is; None where nobody said so yet."""
    rows = StationCall.objects.filter(call=call)
    return rows.select_related("station__unit", "station__institution", "workstation").first()


class PostdocPurpose:
    """A call by which a station takes postdocs in."""

    name = PURPOSE

    def may_publish(self, call: Call) -> Permit:
        """Whether the call names an open station, and for a joint intake an open workstation."""
        place = place_of(call)
        if place is None:
            return refused(_("Say for which station and on which track the call is."))
        if place.intake == IntakeSource.JOINT and place.workstation is None:
            return refused(_("A joint intake names the workstation that takes part."))
        for station in (place.station, place.workstation):
            if station is not None and station.state != StationState.OPEN:
                return refused(_("%(station)s is not open.") % {"station": station.name_zh})
        return GRANTED

    def hosts(self, call: Call) -> list[Person]:
        """Who holds a post today in the unit of the station or below it, by name."""
        place = place_of(call)
        if place is None:
            return []
        posts = Capacity.objects.on(today()).filter(
            unit__in=units_below([place.station.unit_id]), kind__in=_HOSTS
        )
        rows = Person.objects.filter(pk__in=posts.order_by().values("person"))
        return list(rows.order_by("name_pinyin", "pk"))

    def accept(self, application: CallApplication, offer: Offer, by: Mandate) -> None:
        """Let the applicant enter the station today, under a provisional number; accepted already
        changes nothing. Raises RuleBroken as `enter_postdoc` does, and where a joint intake has no
        tripartite agreement in force."""
        if Postdoc.objects.filter(application=application).exists():
            return
        place = place_of(application.call)
        if place is None:
            raise RuleBroken(_("Say for which station and on which track the call is."))
        host, last = application.host, _last_day(today(), place.months)
        hold_entry(application.person, place.station.institution)
        enter_postdoc(
            person=application.person, station=place.station, workstation=place.workstation,
            agreement=_agreement(place.workstation, last), track=Track(place.track),
            intake=IntakeSource(place.intake), entered_on=today(),
            term_ends_on=last, application=application,
            number=f"{application.call.number}-{application.pk}", facts=_facts(application),
            hosts=[NewHost(host, HostRole.HOST)] if host else [], by=by,
        )  # fmt: skip

    def title(self, call: Call) -> tuple[str, str]:
        """For which station one applies."""
        place = place_of(call)
        if place is None:
            return "博士后进站", "entry as a postdoc"
        return (
            f"博士后进站（{place.station.name_zh}）",
            f"entry as a postdoc ({place.station.name_en})",
        )


def _last_day(entered_on: date, months: int) -> date:
    """The last day of a term of so many months, which belongs to it."""
    return months_later(entered_on, months) - timedelta(days=1)


def _agreement(workstation: Station | None, until: date) -> Any | None:
    if workstation is None:
        return None
    found = tripartite_with(workstation, today(), until)
    if found is None:
        raise RuleBroken(
            _(
                "No tripartite agreement with %(workstation)s is in force for this place. The "
                "personnel office signs it first; the offer can be accepted then."
            )
            % {"workstation": workstation.name_zh}
        )
    return found


def _facts(application: CallApplication) -> EntryFacts:
    return EntryFacts(
        doctorate_on=application.doctorate_on, doctorate_from=application.doctorate_from,
        doctorate_discipline=application.doctorate_discipline,
        is_own_doctor=application.is_own_doctor, is_full_time=application.is_full_time,
        has_special_approval=application.has_special_approval,
    )  # fmt: skip
