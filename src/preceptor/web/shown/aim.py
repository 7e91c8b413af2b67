"""For whom a call can look: the stations and programmes that the reader keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.calls.models import Call
from preceptor.calls.ports import PORT
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kinds_on
from preceptor.fellows.access import visible_programmes, visible_stations
from preceptor.fellows.actions import call_for_programme, call_for_station
from preceptor.fellows.choices import IntakeSource, StationKind, StationState
from preceptor.fellows.models import PiProgramme, Station
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.web.filters.call import PI, POSTDOC
from preceptor.web.forms.call import PROGRAMME, STATION
from preceptor.web.localised import localised


@dataclass(frozen=True)
class Aim:
    """One of them: the row, its unit and institution, and the purpose of such calls."""

    row: Any
    unit: Unit
    institution: Unit
    purpose: str


@dataclass(frozen=True)
class Aims:
    """All that the reader can choose, by the key of the form, and the procedures in force."""

    found: Mapping[str, Aim]
    stations: Mapping[str, Station]
    kinds: Sequence[CaseKind]

    @property
    def any(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.found)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Key and name of each."""
        return [(key, localised(aim.row, "name")) for key, aim in self.found.items()]

    @property
    def workstations(self) -> list[tuple[str, str]]:
        """Key and name of the workstations."""
        return [(key, localised(row, "name")) for key, row in self.stations.items()]

    def named(self, key: str) -> Aim:
        """The one of this key. Raises InputRefused for another."""
        if key not in self.found:
            raise InputRefused(_("Choose for whom the call looks."))
        return self.found[key]

    def take(self, call: Call, given: Mapping[str, Any], by: Any) -> None:
        """Write for which station or programme the call is."""
        aim = self.named(given["aim"])
        if aim.purpose == PI:
            call_for_programme(call=call, programme=aim.row, months=given["months"], by=by)
            return
        is_joint = given["intake"] == IntakeSource.JOINT
        call_for_station(
            call=call, station=aim.row, track=given["track"], intake=given["intake"],
            months=given["months"], by=by,
            workstation=self.stations.get(given["workstation"]) if is_joint else None,
        )  # fmt: skip


def aims_of(user: Any) -> Aims:
    """The open stations and the programmes that go on, of the units that the user keeps."""
    kept = scope(user).fellows
    rows = visible_stations(user).filter(unit__in=kept, state=StationState.OPEN)
    stations = list(rows.select_related("unit", "institution").order_by("code"))
    programmes = visible_programmes(user).filter(unit__in=kept, closed_on=None)
    found = {
        f"{STATION}:{row.pk}": _aim(row, POSTDOC)
        for row in stations
        if row.kind != StationKind.WORKSTATION
    }
    found |= {
        f"{PROGRAMME}:{row.pk}": _aim(row, PI)
        for row in programmes.select_related("unit", "institution").order_by("pk")
    }
    workstations = {str(row.pk): row for row in stations if row.kind != StationKind.MOBILE}
    root = scope(user).institution
    kinds = list(kinds_on(root).filter(port=PORT)) if root is not None else []
    return Aims(found, workstations, kinds)


def _aim(row: Station | PiProgramme, purpose: str) -> Aim:
    return Aim(row, row.unit, row.institution, purpose)
