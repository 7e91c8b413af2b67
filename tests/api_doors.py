"""Every operation of the REST interface as a door: its address, with the keys of what lies there."""

from __future__ import annotations

from dataclasses import dataclass

from door import UNKNOWN
from doors import Place, secretary_role
from preceptor.api.description import described
from preceptor.api.urls import urlpatterns

#: What is at the interface besides its operations.
BESIDE = {"openapi", "docs", "unknown"}


@dataclass(frozen=True)
class Operation:
    """A method and an address with places for keys."""

    name: str
    method: str
    path: str

    def address(self, place: Place, *, known: bool = True) -> str:
        """Where it is, with the keys of what lies behind the doors, or with unknown ones."""
        noun = self.path.split("/")[3]
        key = _keys(place).get(noun, UNKNOWN) if known else UNKNOWN
        told = {"key": key, "document": UNKNOWN, "rule": "training.clinical", "objection": UNKNOWN}
        told |= {"work": UNKNOWN, "letter": UNKNOWN, "language": "zh"}
        told["part"] = _part(place, self.path)
        if noun == "agreements":
            told["document"] = place.agreed["document"]
        told |= {"year": 2026, "day": "2026-10-01", **_parts(place, noun)}
        told |= {"code": place.subject.direction.code, "name": "report-2023-zh.docx"}
        return self.path.format(**told)


def _keys(place: Place) -> dict[str, int]:
    return {
        "enrolments": place.subject.pk,
        "panels": place.panel.pk,
        "waivers": place.waiver,
        "drafts": place.planned,
        "censuses": place.census.pk,
        "figures": place.figure,
        "units": place.subject.unit_id,
        "accounts": secretary_role().account_id,
        "cases": place.case,
        "notices": place.notice,
        "sittings": place.sitting,
        "minutes": place.minutes,
        "bodies": place.body,
        "advice": place.advice,
        "contacts": place.subject.person_id,
        "ties": place.tie,
        "programmes": place.called["programme"],
        "laboratories": place.called["laboratory"],
        "appointments": place.called["appointment"],
        "calls": place.called["call"],
        "applications": place.called["application"],
        "offers": place.called["offer"],
        "agreements": place.agreed["agreement"],
        "partners": place.agreed["partner"],
        "abroad": place.agreed["abroad"],
        "schools": place.agreed["school"],
        "duals": place.agreed["dual"],
        "platforms": place.agreed["platform"],
        "stations": place.called["station"],
        "postdocs": place.called["postdoc"],
        "incubations": place.called["incubation"],
    }


def _parts(place: Place, noun: str) -> dict[str, int]:
    """The keys of what belongs to a sitting, a body or a panel."""
    if noun == "bodies":
        return {"seat": place.body_seat, "charter": place.charter, "year": place.body_since}
    if noun == "panels":
        return {"seat": place.panel.seats.values_list("pk", flat=True)[0]}
    return {"seat": place.sitting_seat, "item": place.item}


def _part(place: Place, path: str) -> int:
    """The key of what belongs to a laboratory, an appointment, an agreement, a school or a platform;
    one that nothing has elsewhere."""
    words = {
        "members": "member", "assets": "asset", "entries": "entry", "ledger": "use",
        "goals": "goal", "tranches": "tranche", "sides": "side", "evidence": "evidence",
        "recognitions": "recognition", "co-builders": "builder",
    }  # fmt: skip
    noun = path.split("/{part}")[0].rpartition("/")[2]
    return (place.called | place.agreed)[words[noun]] if noun in words else UNKNOWN


OPERATIONS = {
    told["operationId"]: Operation(told["operationId"], method, path)
    for path, methods in described()["paths"].items()
    for method, told in methods.items()
}
#: What hangs on a trainee, whom outsiders may not see.
OF_TRAINEES = (
    "abroad", "advice", "agreements", "duals", "applications", "appointments", "incubations", "laboratories", "postdocs", "programmes", "offers", "stations", "bodies", "cases", "contacts", "enrolments", "minutes", "panels", "sittings", "ties",
    "waivers",
)  # fmt: skip
#: What is open to everybody, as its pages are.
PUBLIC = {"notices", "notice", "object_to_notice", "calls", "call"}
#: Whose address names a record of the trainee, or what belongs to the institution alone.
CONCERNED = sorted(
    name
    for name, found in OPERATIONS.items()
    if found.path.split("/")[3] in OF_TRAINEES and "{key}" in found.path
)


def names_at_the_interface() -> set[str]:
    """The names of the addresses that lead to the interface."""
    return {str(entry.name) for entry in urlpatterns}
