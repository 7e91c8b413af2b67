"""Rules, procedures and the eighth station's request, once fellows and neighbours are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.cases.actions import adopt_calendar, adopt_kinds
from preceptor.cases.choices import CaseState, Verb
from preceptor.cases.models import Case, CaseKind, CaseStep
from preceptor.fellows.models import Station, StationCase
from preceptor.institutions.models import Unit
from preceptor.people.models import Account
from preceptor.reports.actions import freeze
from preceptor.reports.dossier import as_kept, dossier_of
from preceptor.reports.models import Census
from preceptor.standing.actions import put_in_force
from preceptor.standing.models import PackInForce

from .calls import plant_calls
from .departures import plant_departures
from .fellows.chengling import CHENGLING
from .fellows.opening import CODE, NATIONAL_NUMBER
from .joint.tingnan import TINGNAN
from .requests import plant_requests
from .reviews import plant_review
from .selections import plant_selections
from .units import INSTITUTION

IN_FORCE = date(2018, 9, 1)
KIND = "station_opening"
CASE_NUMBER = "SZ-2023-000008"
#: The census that the dossier's figures are of, and that of the published numbers.
DOSSIER_DAY, CENSUS_DAY = date(2022, 12, 31), date(2023, 12, 31)
#: Code of the institution, pack, and the unit where the pack holds for one alone.
PACKS = (
    (INSTITUTION, "cn/postdoctoral-management", ""),
    (INSTITUTION, "cn/postdoctoral-withdrawal", ""),
    (INSTITUTION, "cn/station-opening", ""),
    (INSTITUTION, "yunting/appointments", ""),
    (INSTITUTION, "yunting/dual-degree", ""),
    (INSTITUTION, "yunting/independent-pi", "YUNTING-EXC"),
    (CHENGLING, "cn/postdoctoral-management", ""),
    (CHENGLING, "cn/postdoctoral-withdrawal", ""),
    (CHENGLING, "cn/station-opening", ""),
    (TINGNAN, "tingnan/dual-degree", ""),
)


@dataclass(frozen=True)
class Move:
    """A step of the request that was decided in 2023: its stage, what was done, and when."""

    stage: str
    verb: Verb
    day: date
    reason: str


MOVES = (
    Move("", Verb.SUBMIT, date(2023, 6, 26), "拟增设生物学博士后科研流动站"),
    Move("offices", Verb.AGREE, date(2023, 7, 7), "人事处、研究生院审核同意"),
    Move("dossier", Verb.AGREE, date(2023, 8, 18), "申报材料已编制完成"),
    Move("experts", Verb.COMPOSE, date(2023, 8, 22), "聘请论证专家七人"),
    Move("demonstration", Verb.DECIDE, date(2023, 8, 30), "同意7票，反对0票，弃权0票"),
    Move("submission", Verb.AGREE, date(2023, 9, 15), "已报省级主管部门"),
    Move("approval", Verb.AGREE, date(2023, 10, 23), "批准设站，登记国家编号"),
)


def has_neighbours() -> bool:
    """Whether fellows, partners and neighbours were put in."""
    return Unit.objects.filter(code=CHENGLING).exists()


def rules_of_fellows() -> None:
    """Put the packs of postdocs, stations, investigators and dual degrees into force; nothing where
    there are no neighbours."""
    if not has_neighbours():
        return
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={code for code, *_ in PACKS})}
    for code, pack, unit in PACKS:
        put_in_force(
            institution=units[code], pack=pack, valid_from=IN_FORCE, by=OPERATOR,
            unit=Unit.objects.get(code=unit) if unit else None,
        )  # fmt: skip


def is_planted() -> bool:
    """Whether `plant_neighbours` is done, or there is nothing for it to do."""
    return not has_neighbours() or StationCase.objects.filter(case__number=CASE_NUMBER).exists()


def plant_neighbours() -> None:
    """Procedures and censuses of the second institution, its request of 2023, and the open calls."""
    place = Unit.objects.get(code=CHENGLING)
    if not PackInForce.objects.filter(institution=place).exists():
        rules_of_fellows()
    with deed(OPERATOR):
        adopt_calendar(institution=place, by=OPERATOR)
        adopt_kinds(institution=place, valid_from=date(2023, 1, 1), by=OPERATOR)
        census = freeze(place, DOSSIER_DAY, by=OPERATOR)
        freeze(place, CENSUS_DAY, by=OPERATOR)
        plant_calls()
        plant_selections()
        plant_requests()
        plant_departures()
        plant_review()
        _plant_opening(place, census)


def _plant_opening(place: Unit, census: Census) -> None:
    """The granted request by which the eighth station was opened, with its steps and dossier."""
    station = Station.objects.get(institution=place, code=CODE)
    asker = Account.objects.get(login="personnel-b")
    case = Case.objects.create(
        number=CASE_NUMBER, institution=place, unit=station.unit, asked_by=asker,
        kind=CaseKind.objects.get(institution=place, name=KIND), title_zh="增设生物学博士后科研流动站",
        title_en="Opening of the postdoctoral mobile station in biology", state=CaseState.GRANTED,
        reason="学校具有生物学一级学科博士学位授权，已有毕业博士", revision=len(MOVES),
        submitted_at=_at(MOVES[0].day), decided_at=_at(MOVES[-1].day),
    )  # fmt: skip
    CaseStep.objects.bulk_create(
        CaseStep(
            case=case, revision=number, stage=move.stage, verb=move.verb, at=_at(move.day),
            by_key=asker.actor_key, by_name=asker.actor_name, reason=move.reason,
        )
        for number, move in enumerate(MOVES, start=1)
    )  # fmt: skip
    StationCase.objects.create(
        case=case, station=station, dossier=as_kept(dossier_of(station, census)),
        national_number=NATIONAL_NUMBER,
    )  # fmt: skip


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))
