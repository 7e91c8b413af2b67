"""For which station a call takes postdocs in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.calls.access import may_keep_call
from preceptor.calls.choices import CallState
from preceptor.calls.models import Call
from preceptor.institutions.queries import name_of

from ..access import may_keep_station
from ..choices import IntakeSource, StationKind, Track
from ..models import Station, StationCall

#: The purpose of calls that take postdocs in.
PURPOSE = "fellows.postdoc"
#: So many months a term may have at most when it is called for; what is allowed the rules say.
MOST_MONTHS = 72


def call_for_station(
    *,
    call: Call,
    station: Station,
    track: Track | str,
    by: Actor,
    intake: IntakeSource | str = IntakeSource.OWN,
    workstation: Station | None = None,
    months: int = 24,
) -> StationCall:
    """Say for which station, track and source a call is, and for how many months who is chosen
    enters. The same again changes nothing.

    Raises NotPermitted; InputRefused for months that cannot be or an unknown track or source; RuleBroken for a call of another
    purpose or institution, a joint intake without a workstation or a workstation without a joint
    intake, and once the call is published.
    """
    may_keep_call(by, call).demand()
    may_keep_station(by, station).demand()
    if not 1 <= months <= MOST_MONTHS:
        raise InputRefused(
            _("A term has 1 to %(most)s months, not %(months)s.")
            % {"most": MOST_MONTHS, "months": months}
        )
    if track not in Track.values or intake not in IntakeSource.values:
        raise InputRefused(_("Choose the track and the source of the places."))
    columns = {
        "station": station, "workstation": workstation, "track": Track(track).value,
        "intake": IntakeSource(intake).value, "months": months,
    }  # fmt: skip
    with deed(by) as act:
        held = Call.objects.select_for_update(no_key=True, of=("self",)).get(pk=call.pk)
        known = StationCall.objects.filter(call=held).first()
        if known is not None and all(
            getattr(known, key) == value for key, value in columns.items()
        ):
            return known
        _refuse(held, station, workstation, intake)
        row, _is_new = StationCall.objects.update_or_create(call=held, defaults=columns)
        after = {
            "station": station.pk, "workstation": workstation.pk if workstation else None,
            "track": row.track, "intake": row.intake, "months": months,
        }  # fmt: skip
        act.write("call.station", "call", held.pk, after=after)
    return row


def _refuse(call: Call, station: Station, workstation: Station | None, intake: str) -> None:
    if call.purpose != PURPOSE or call.institution_id != station.institution_id:
        raise RuleBroken(
            _("This call does not take postdocs in at %(station)s.") % {"station": name_of(station)}
        )
    if call.state != CallState.DRAFT:
        raise RuleBroken(_("The call is published; for which station it is stays as it is."))
    if (workstation is not None) != (intake == IntakeSource.JOINT):
        raise RuleBroken(_("A joint intake names the workstation that takes part; no other does."))
    if workstation is not None and workstation.institution_id != station.institution_id:
        raise RuleBroken(
            _("%(unit)s belongs to another institution than the station.")
            % {"unit": name_of(workstation)}
        )
    if workstation is not None and workstation.kind == StationKind.MOBILE:
        raise RuleBroken(
            _("A joint intake is one of a mobile station with a workstation, branch or base.")
        )
