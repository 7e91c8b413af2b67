"""The second institution's eighth station: the need in June, open in November 2023.

Source of the months: domain specification 8.6; the days are invented.
"""

from __future__ import annotations

from datetime import date

from preceptor.fellows.choices import StationKind, StationState
from preceptor.fellows.models import Station

from ..stage import Stage
from .catalogue import DISCIPLINES, Academic
from .chengling import BIOLOGY, Chengling
from .stations import Place, write_spans

CODE, NATIONAL_NUMBER = f"CL-{BIOLOGY}", "DEMO-20008"
STEPS = (
    (StationState.NEED, date(2023, 6, 5)),
    (StationState.PREPARING, date(2023, 6, 26)),
    (StationState.DEMONSTRATED, date(2023, 8, 30)),
    (StationState.SUBMITTED, date(2023, 9, 15)),
    (StationState.APPROVED, date(2023, 10, 23)),
    (StationState.OPEN, date(2023, 11, 1)),
)


def write_eighth_station(stage: Stage, academic: Academic, place: Chengling) -> None:
    """The station with the states that it went through."""
    zh, en = DISCIPLINES[BIOLOGY]
    unit, opened = place.units["BM"], STEPS[-1][1]
    key = stage.batch.add(
        Station, institution_id=place.root, unit_id=unit, code=CODE, number=NATIONAL_NUMBER,
        kind=StationKind.MOBILE, name_zh=f"{zh}博士后科研流动站",
        name_en=f"Postdoctoral mobile station in {en.lower()}", discipline_id=academic[BIOLOGY],
        first_office_id=place.units["HR"], second_office_id=place.units["GS"],
        state=StationState.OPEN, opened_on=opened,
    )  # fmt: skip
    write_spans(stage, key, STEPS)
    place.places[BIOLOGY] = Place(
        key, unit, NATIONAL_NUMBER, opened, academic[BIOLOGY], f"{zh}博士后科研流动站"
    )
