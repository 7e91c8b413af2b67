"""The doors of stations, postdocs and incubations, and what lies behind them: the hidden trainee as a
postdoc with a goal, and an incubation of the trainee's unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from door import DAYS, INTEGERS, LISTS, UNKNOWN, Door, For, Keys
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import (
    begin_incubation,
    begin_stage,
    enter_postdoc,
    finish_stage,
    record_station,
    set_goal,
)
from preceptor.fellows.choices import GoalKind, IntakeSource, StageKind, StationKind, Track
from preceptor.people.models import Person

if TYPE_CHECKING:
    from doors import Place

ODD: tuple[Keys, ...] = ((0, "0"), (UNKNOWN, "burn"), (2**63, "a" * 300))
ODD_PARTS: tuple[Keys, ...] = ((0, "0", 0), (UNKNOWN, "burn", 2**63), (2**63, "return", 10**40))
PAIRS: tuple[Keys, ...] = ((0, 0), (2**63, 2**63))


def make_fellow(place: Place, reason: str) -> None:
    """A base of the trainee's unit where the trainee is a postdoc, and an incubation there; in the
    plan and in the need stands the reason."""
    first, subject = today() - timedelta(days=30), place.subject
    station = record_station(
        institution=place.root, unit=subject.unit, code="DOOR-S", kind=StationKind.PRACTICE_BASE,
        name_zh="门庭基地", name_en="Base", opened_on=first, paper="设站批文", reason="补录", by=OPERATOR,
    )  # fmt: skip
    postdoc = enter_postdoc(
        person=subject.person, station=station, number="BH-DOOR", track=Track.CLINICAL,
        intake=IntakeSource.OWN, entered_on=first, term_ends_on=first + timedelta(days=730),
        by=OPERATOR,
    )  # fmt: skip
    # The first goal may have the key of the postdoc; the door is told apart by another one.
    given = {"postdoc": postdoc, "kind": GoalKind.SKILL, "due_on": today(), "by": OPERATOR}
    set_goal(text="读书报告", **given)
    goal = set_goal(text=reason, **given)
    owner = Person.objects.filter(institution=place.root).exclude(pk=subject.person_id)[0]
    incubation = begin_incubation(
        institution=place.root, unit=subject.unit, number="FH-DOOR", title_zh="门庭孵化",
        need=reason, began_on=first, owner=owner, by=OPERATOR,
    )  # fmt: skip
    finish_stage(stage=incubation.stages.get(), done_on=today(), evidence="需求书", by=OPERATOR)
    stage = begin_stage(
        incubation=incubation, kind=StageKind.TEAM, owner=owner, on=today(), by=OPERATOR
    )
    place.called |= {
        "station": station.pk, "postdoc": postdoc.pk, "plan_goal": goal.pk,
        "incubation": incubation.pk, "stage": stage.pk,
    }  # fmt: skip


def _of(*words: str) -> Callable[[Any], Keys]:
    """The keys of these records; a word that names none stands as it is."""

    def keys(place: Any) -> Keys:
        return tuple(place.called.get(word, word) for word in words)

    return keys


FLOW = (*DAYS, "first=2023-02-30", "first=9999-12-31", "last=0001-01-01", "by=%00", "station=%00",
        "institution=%00", "institution=x", "first=2024-05-01&last=2024-01-01")  # fmt: skip

FELLOW_DOORS: dict[str, Door] = {
    "stations": Door(For.SIGNED_IN, queries=(*LISTS, "kind=%00", "state=open", "discipline=%00")),
    "station": Door(For.CONCERNED, _of("station"), INTEGERS),
    "station_new": Door(For.READER, posts=True),
    "station_dossier": Door(For.CONCERNED, _of("station"), INTEGERS, posts=True),
    "station_change": Door(For.CONCERNED, _of("station", "target"), ODD, posts=True),
    "station_targets": Door(For.READER, queries=FLOW),
    "station_target": Door(For.READER, posts=True),
    "coverage": Door(For.READER, queries=FLOW),
    "network": Door(For.READER, queries=("discipline=%00", "unit=x", "institution=%00")),
    "postdocs": Door(
        For.SIGNED_IN, queries=(*LISTS, "track=%00", "needs=late", "needs=asked", "station=%00")
    ),
    "postdoc": Door(For.CONCERNED, _of("postdoc"), INTEGERS),
    "postdoc_lists": Door(For.CONCERNED, _of("postdoc"), INTEGERS),
    "postdoc_new": Door(For.READER, posts=True),
    "postdoc_change": Door(For.CONCERNED, _of("postdoc", "exit"), ODD, posts=True),
    "postdoc_part": Door(
        For.CONCERNED, _of("postdoc", "goal_report", "plan_goal"), ODD_PARTS, posts=True
    ),
    "flow": Door(For.READER, queries=FLOW),
    "flow_export": Door(For.READER, queries=FLOW),
    "carriers": Door(For.READER, queries=FLOW),
    "carriers_export": Door(For.READER, queries=FLOW),
    "cycle": Door(For.READER, queries=("institution=%00", "institution=x")),
    "incubations": Door(For.SIGNED_IN, queries=(*LISTS, "stage=%00", "state=late")),
    "incubation": Door(For.CONCERNED, _of("incubation"), INTEGERS),
    "incubation_new": Door(For.READER, posts=True),
    "incubation_change": Door(For.CONCERNED, _of("incubation", "drop"), ODD, posts=True),
    "incubation_part": Door(For.CONCERNED, _of("incubation", "stage"), PAIRS, posts=True),
}
