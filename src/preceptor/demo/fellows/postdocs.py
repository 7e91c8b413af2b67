"""One postdoc with the whole of the record: term, stay, hosts, contract, money, months, assessments.

Every figure of this file is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from preceptor.fellows.choices import (
    GroundKind,
    HostRole,
    IntakeSource,
    LeaveKind,
    PostdocState,
    StayEnd,
    StayStart,
    Track,
)
from preceptor.fellows.models import Ground, Host, Leave, Postdoc, Stay
from preceptor.people.choices import CapacityKind
from preceptor.people.models import Capacity

from ..months import add_months
from ..names import Name
from ..persons import write_person
from ..stage import Stage
from . import progress
from .stations import Place

STATES = {
    None: PostdocState.IN_STATION,
    StayEnd.EXIT: PostdocState.EXITED,
    StayEnd.EARLY_EXIT: PostdocState.LEFT_EARLY,
    StayEnd.WITHDRAWAL: PostdocState.WITHDRAWN,
    StayEnd.TRANSFER: PostdocState.TRANSFERRED,
}
#: Where doctorates come from; the own university is the first.
UNIVERSITIES = ("示例医科大学甲", "示例医科大学乙", "示例大学医学院", "示例理工大学")
NORMAL_MONTHS, LONGEST_MONTHS = 24, 48
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Guide:
    """Who supervises, as what."""

    person: int
    role: HostRole
    is_outside: bool = False


@dataclass(frozen=True)
class Term:
    """A term before it is written. `left_on` and `goes_by` are empty while in station;
    `clinical_months` are those of one whose plan has too few; `follows` is the term
    in another station that it goes on from."""

    institution: int
    place: Place
    serial: int
    track: Track
    entered_on: date
    guides: tuple[Guide, ...]
    intake: IntakeSource = IntakeSource.OWN
    left_on: date | None = None
    goes_by: StayEnd | None = None
    workstation: int | None = None
    agreement: int | None = None
    partner_name: str = ""
    clinical_months: int | None = None
    follows: Written | None = None


@dataclass(frozen=True)
class Written:
    """A postdoc that was written."""

    key: int
    person: int
    number: str
    name: Name
    term: Term
    ends_on: date
    months: int = field(default=NORMAL_MONTHS)


def write_postdoc(stage: Stage, random: Random, term: Term) -> Written:
    """The postdoc and all that hangs on it."""
    earlier = term.follows
    person, name = (earlier.person, earlier.name) if earlier else _person(stage, random, term)
    written = _write_term(stage, random, term, person, name)
    _write_stay(stage, written)
    for guide in term.guides:
        stage.batch.add(
            Host, postdoc_id=written.key, person_id=guide.person, role=guide.role,
            is_outside=guide.is_outside, valid_from=term.entered_on, valid_to=term.left_on,
        )  # fmt: skip
    _write_leave(stage, random, written)
    _write_ground(stage, random, written)
    progress.write_progress(stage, random, written)
    return written


def _person(stage: Stage, random: Random, term: Term) -> tuple[int, Name]:
    year = term.entered_on.year
    person, name = write_person(stage.batch, term.institution, random, (year - 34, year - 28))
    stage.batch.add(
        Capacity, person_id=person, unit_id=term.place.unit, kind=CapacityKind.STAFF,
        valid_from=term.entered_on, valid_to=term.left_on,
    )  # fmt: skip
    return person, name


def ends_on(term: Term, day: date) -> date:
    """The last day of the term: of two years, or of as much longer as it was extended so far."""
    end = add_months(term.entered_on, NORMAL_MONTHS) - _A_DAY
    until = min(term.left_on or day, day)
    for months in (30, 36, 42, LONGEST_MONTHS):
        if end >= until:
            break
        end = add_months(term.entered_on, months) - _A_DAY
    return end


def _write_term(stage: Stage, random: Random, term: Term, person: int, name: Name) -> Written:
    number = f"{term.place.number[-5:]}{term.entered_on.year}{term.serial:04}"
    end = ends_on(term, stage.day)
    own = random.random() < 0.4
    doctorate = term.entered_on - timedelta(days=random.randint(20, 900))
    is_left = term.goes_by in (StayEnd.EXIT, StayEnd.EARLY_EXIT)
    key = stage.batch.add(
        Postdoc, number=number, person_id=person, institution_id=term.institution,
        unit_id=term.place.unit, station_id=term.place.key, workstation_id=term.workstation,
        agreement_id=term.agreement, follows_id=term.follows and term.follows.key, track=term.track, intake=term.intake,
        state=STATES[term.goes_by], entered_on=term.entered_on, term_ends_on=end,
        left_on=term.left_on, doctorate_on=doctorate, doctorate_recognised_on=doctorate,
        doctorate_from=UNIVERSITIES[0 if own else random.randint(1, 3)],
        doctorate_discipline_id=term.place.discipline, is_own_doctor=False, is_full_time=True,
        has_special_approval=False, certificate=f"Z{number}" if is_left else "",
    )  # fmt: skip
    return Written(key, person, number, name, term, end)


def _write_stay(stage: Stage, written: Written) -> None:
    """The one stay of the term."""
    term = written.term
    stage.batch.add(
        Stay, postdoc_id=written.key, institution_id=term.institution, station_id=term.place.key,
        track=term.track, intake=term.intake, begins_on=term.entered_on, ends_on=term.left_on,
        comes_by=StayStart.TRANSFER if term.follows else StayStart.ENTRY,
        goes_by=term.goes_by or "",
    )  # fmt: skip


def _write_leave(stage: Stage, random: Random, written: Written) -> None:
    """A leave of some, within the first year and a half; nobody is on leave today."""
    term = written.term
    chance = random.random()
    first = term.entered_on + timedelta(days=random.randint(150, 320))
    if chance >= 0.09 or term.follows or term.goes_by is StayEnd.TRANSFER:
        return
    kind = LeaveKind.MATERNITY if chance < 0.05 else LeaveKind.ABROAD
    last = first + timedelta(days=157 if kind is LeaveKind.MATERNITY else 180)
    if last < (term.left_on or stage.day):
        stage.batch.add(
            Leave, postdoc_id=written.key, kind=kind, first_on=first, last_on=last,
            returned_on=last + _A_DAY,
        )  # fmt: skip


_GROUNDS = (
    (GroundKind.CONTRACT, "本人提出解除工作协议"),
    (GroundKind.ABSENCE, "连续旷工18天"),
    (GroundKind.ILLNESS, "因病无法继续研究工作"),
)


def _write_ground(stage: Stage, random: Random, written: Written) -> None:
    """Why somebody was withdrawn."""
    left = written.term.left_on
    if written.term.goes_by is not StayEnd.WITHDRAWAL or left is None:
        return
    kind, note = _GROUNDS[written.term.serial % len(_GROUNDS)]
    found = left - timedelta(days=random.randint(25, 50))
    is_absence = kind is GroundKind.ABSENCE
    stage.batch.add(
        Ground, postdoc_id=written.key, kind=kind, found_on=found, note=note,
        first_on=found - timedelta(days=18) if is_absence else None,
        days=18 if is_absence else None, paper="所在单位书面报告",
    )  # fmt: skip
