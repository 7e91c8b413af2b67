"""A university small enough to count by hand, on 31 December 2023.

Beside what counts it holds what must not: rows after the day, rows that were corrected, a trainee
who moved, one who was suspended, one whose state nobody recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from preceptor.admission.models import Application
from preceptor.base.records import retract, supersede
from preceptor.cases.models import Advice, Body, Case, CaseKind, Item, Sitting
from preceptor.institutions.models import DegreePoint, Discipline, Unit, UnitRelation
from preceptor.people.models import Identifier, Person
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.models import (
    Course,
    Enrolment,
    Milestone,
    Panel,
    Placement,
    Programme,
    ProgrammeCourse,
    Rotation,
    SimilarityCheck,
    StateSpan,
    StudyPeriod,
    Thesis,
    ThesisReview,
)

DAY = date(2023, 12, 31)
LONG_AGO = date(2000, 1, 1)
AFTER = date(2024, 3, 1)
PROFESSIONAL = {"degree_level": "doctor", "degree_type": "professional"}


@dataclass
class SmallUniversity:
    """The rows that tests name."""

    root: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    directions: dict[str, Discipline] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    qualifications: dict[str, SupervisorQualification] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)

    def keys(self, *names: str) -> list[int]:
        """Keys of enrolments by name, ascending."""
        return sorted(self.enrolments[name].pk for name in names)


def build(code: str = "SMALL") -> SmallUniversity:
    """The whole university; all of its codes begin with `code`."""
    root = Unit.objects.create(code=code, kind="university", name_zh="小大学", name_en="Small")
    place = SmallUniversity(root)
    _units(place)
    _directions(place)
    _trainees(place)
    _supervisors(place)
    _applications(place)
    _progress(place)
    _courses(place)
    _cases(place)
    return place


def _unit(place: SmallUniversity, code: str, kind: str) -> Unit:
    place.units[code] = Unit.objects.create(
        institution=place.root, code=f"{place.root.code}-{code}", kind=kind, name_zh=f"单位{code}",
        name_en=f"Unit {code}",
    )  # fmt: skip
    return place.units[code]


def _relation(
    lower: Unit, upper: Unit, kind: str, since: date, until: date | None = None
) -> UnitRelation:
    return UnitRelation.objects.create(
        lower=lower, upper=upper, kind=kind, valid_from=since, valid_to=until
    )


def _units(place: SmallUniversity) -> None:
    for code, since in (("H1", LONG_AGO), ("H2", LONG_AGO), ("H3", AFTER)):
        _relation(_unit(place, code, "hospital"), place.root, "affiliated", since)
    _relation(
        _unit(place, "D", "teaching_office"), place.units["H1"], "teaching_office_of", LONG_AGO
    )
    dates = {
        "C1": (LONG_AGO, None), "C2": (date(2023, 9, 1), None), "C4": (date(2023, 9, 1), None),
        "C3": (LONG_AGO, date(2023, 6, 30)),
    }  # fmt: skip
    for code, (since, until) in dates.items():
        college = _unit(place, code, "clinical_college")
        _relation(college, place.root, "clinical_college_of", since, until)
    _relation(place.units["C1"], place.root, "training_base_of", LONG_AGO)
    mistaken = _relation(
        _unit(place, "X", "clinical_college"), place.root, "clinical_college_of", LONG_AGO
    )
    retract(mistaken)


def _directions(place: SmallUniversity) -> None:
    medicine = Discipline.objects.create(
        catalogue=place.root.code, code="1051", level="first", degree_type="professional",
        name_zh="临床医学", name_en="Clinical Medicine", valid_from=LONG_AGO,
    )  # fmt: skip
    rows = (
        ("A", "105101", "内科学", "Internal Medicine", LONG_AGO, None, "培养内科医师。"),
        ("B", "105111", "外科学", "Surgery", LONG_AGO, None, ""),
        ("C", "105113", "骨科学", "Orthopaedics", date(2023, 7, 1), None, ""),
        ("N", "105199", "新方向", "New Direction", AFTER, None, ""),
        ("E", "105198", "旧方向", "Old Direction", LONG_AGO, date(2022, 6, 30), ""),
    )
    for letter, code, zh, en, since, until, goal in rows:
        place.directions[letter] = Discipline.objects.create(
            catalogue=place.root.code, code=code, level="direction", degree_type="professional",
            parent=medicine, name_zh=zh, name_en=en, goal_zh=goal, valid_from=since,
            valid_to=until,
        )  # fmt: skip
    for code, level, kind, since in (
        ("DP", "doctor", "professional", date(2000, 5, 1)),
        ("M", "master", "professional", date(1981, 11, 1)),
    ):
        DegreePoint.objects.create(
            code=f"{place.root.code}-{code}", institution=place.root, discipline=medicine,
            degree_level=level, degree_type=kind, authorised_on=since, name_zh="临床医学",
            name_en="Clinical Medicine",
        )  # fmt: skip


def person(place: SmallUniversity, name: str) -> Person:
    place.persons[name] = Person.objects.create(
        institution=place.root, name_zh=f"密名{name}", name_en=f"Secretname {name}", sex="female",
        birth_on=date(1990, 1, 1),
    )  # fmt: skip
    return place.persons[name]


def _enrol(
    place: SmallUniversity,
    name: str,
    cohort: int,
    direction: str,
    unit: str,
    states: list[tuple[date, str]],
    **changes: Any,
) -> Enrolment:
    """An enrolment with its states, each until the next one; placed from the plan date on."""
    start = date(cohort, 9, 1)
    row = Enrolment.objects.create(
        **{
            "student_number": f"S{name}", "person": person(place, name),
            "institution": place.root, "unit": place.units[unit],
            "direction": place.directions[direction], "mode": "full_time", "cohort": cohort,
            "cohort_on": start, "state": states[-1][1] if states else "training",
            **PROFESSIONAL, **changes,
        }
    )  # fmt: skip
    for index, (since, state) in enumerate(states):
        until = states[index + 1][0] if index + 1 < len(states) else None
        StateSpan.objects.create(
            enrolment=row, state=state, valid_from=since,
            valid_to=None if until is None else date.fromordinal(until.toordinal() - 1),
            reason="秘密原因 secret reason",
        )  # fmt: skip
    Placement.objects.create(
        enrolment=row, unit=row.unit, direction=row.direction, valid_from=start
    )
    place.enrolments[name] = row
    return row


def _trainees(place: SmallUniversity) -> None:
    def began(year: int) -> tuple[date, str]:
        return date(year, 9, 1), "training"

    _enrol(place, "fresh", 2023, "A", "H1", [began(2023)])
    moved = _enrol(place, "moved", 2022, "A", "H1", [began(2022)])
    first = Placement.objects.get(enrolment=moved)
    supersede(first, valid_to=date(2023, 6, 30))
    Placement.objects.create(
        enrolment=moved, unit=place.units["H2"], direction=place.directions["C"],
        valid_from=date(2023, 7, 1),
    )  # fmt: skip
    # Moves once more after the day, so that today's columns say something else.
    Placement.objects.filter(enrolment=moved, valid_to=None, superseded_at=None).update(
        valid_to=AFTER
    )
    Enrolment.objects.filter(pk=moved.pk).update(direction=place.directions["B"])
    rests = [began(2022), (date(2023, 10, 1), "suspended"), (AFTER, "training")]
    rested = _enrol(place, "suspended", 2022, "B", "D", rests)
    StudyPeriod.objects.create(
        enrolment=rested, kind="suspension", valid_from=date(2023, 10, 1), reason="病情 illness"
    )
    left = [began(2021), (date(2023, 3, 1), "withdrawn")]
    gone = _enrol(place, "withdrawn", 2021, "A", "H1", left)
    supersede(Placement.objects.get(enrolment=gone), valid_to=date(2023, 2, 28))
    done = date(2023, 6, 20)
    _enrol(place, "awarded", 2020, "A", "H1", [began(2020), (done, "awarded")], awarded_on=done)
    _enrol(
        place, "in_service_awarded", 2019, "B", "C1", [began(2019), (DAY, "awarded")],
        awarded_on=DAY, mode="in_service",
    )  # fmt: skip
    _enrol(place, "in_service", 2020, "B", "H2", [began(2020)], mode="in_service")
    _enrol(place, "future", 2024, "A", "H1", [(date(2024, 6, 1), "admitted")])
    later = date(2024, 6, 20)
    _enrol(
        place, "awarded_later", 2020, "B", "H2", [began(2020), (later, "awarded")], awarded_on=later
    )
    lapsed = [(date(2023, 6, 1), "admitted"), (date(2023, 9, 15), "lapsed")]
    _enrol(place, "lapsed", 2023, "A", "H1", lapsed)
    _enrol(place, "unknown", 2023, "A", "H2", [])
    mended = _enrol(place, "mended", 2022, "B", "H1", [(date(2022, 9, 1), "withdrawn")])
    supersede(StateSpan.objects.get(enrolment=mended), state="training")
    _enrol(place, "academic", 2022, "A", "H1", [began(2022)], degree_type="academic")


def qualify(place: SmallUniversity, name: str, who: Person, **columns: Any) -> None:
    place.qualifications[name] = SupervisorQualification.objects.create(
        **{
            "person": who, "unit": place.units["H1"], "direction": place.directions["A"],
            "is_external": False, "state": "engaged", "valid_from": LONG_AGO,
            "trained_on": date(2001, 1, 1), "engaged_on": date(2002, 1, 1), **PROFESSIONAL,
            **columns,
        }
    )  # fmt: skip


def _supervisors(place: SmallUniversity) -> None:
    base, surgery = place.units["C1"], place.directions["B"]
    qualify(place, "inside", person(place, "inside"))
    outside = person(place, "outside")
    qualify(place, "outside", outside, unit=base, is_external=True, direction=surgery)
    qualify(place, "outside_again", outside, unit=base, is_external=True)
    qualify(
        place, "master", person(place, "master"), unit=base, is_external=True, degree_level="master"
    )
    qualify(place, "ended", person(place, "ended"), state="ended")
    qualify(place, "later", person(place, "later"), valid_from=AFTER)
    qualify(place, "unsure", person(place, "unsure"), is_external=None)
    qualify(place, "early", person(place, "early"), engaged_on=date(2000, 6, 1))
    qualify(place, "academic", person(place, "scholar"), degree_type="academic")
    qualify(place, "retracted", person(place, "retracted"))
    retract(place.qualifications["retracted"])
    for number in ("T1", "T2"):
        Identifier.objects.create(
            person=place.persons["inside"], institution=place.root, scheme="staff_number",
            value=f"{place.root.code}{number}",
        )  # fmt: skip


def _applications(place: SmallUniversity) -> None:
    decided = date(2023, 6, 1)
    rows = (
        (2023, "admitted", "own", decided), (2023, "admitted", "own", decided),
        (2023, "admitted", "other", decided), (2023, "rejected", "other", decided),
        (2023, "admitted", "own", AFTER), (2022, "admitted", "own", date(2022, 6, 1)),
    )  # fmt: skip
    for number, (year, outcome, origin, on) in enumerate(rows):
        Application.objects.create(
            institution=place.root, candidate_number=f"K{number}", name=f"密名K{number}", year=year,
            direction=place.directions["A"], unit=place.units["H1"], origin=origin,
            applied_on=date(year, 1, 10), outcome=outcome, decided_on=on, **PROFESSIONAL,
        )  # fmt: skip


def _progress(place: SmallUniversity) -> None:
    fresh, moved = place.enrolments["fresh"], place.enrolments["moved"]
    for attempt, (day, outcome) in enumerate(
        [(date(2023, 11, 1), "fail"), (date(2023, 12, 1), "pass"), (AFTER, "fail")], 1
    ):
        Milestone.objects.create(
            enrolment=moved, kind="proposal", attempt=attempt, held_on=day, outcome=outcome
        )
    Milestone.objects.create(
        enrolment=fresh, kind="proposal", held_on=date(2022, 5, 1), outcome="pass"
    )
    for number, sits in (("P1", date(2023, 12, 1)), ("P2", AFTER), ("P3", None)):
        Panel.objects.create(
            number=number, institution=place.root, enrolment=moved, stage="proposal", sits_on=sits
        )
    Rotation.objects.create(
        enrolment=moved, department="内科", unit=place.units["H1"], kind="specialty",
        start_month=date(2023, 1, 1), end_month=date(2023, 6, 1), result="pass",
    )  # fmt: skip
    Rotation.objects.create(
        enrolment=moved, department="外科", start_month=AFTER, end_month=AFTER, kind="specialty"
    )
    thesis = Thesis.objects.create(enrolment=place.enrolments["awarded"], title_zh="秘密题目")
    for attempt, (day, rate) in enumerate([(date(2023, 4, 1), 3001), (date(2023, 5, 1), 3000)], 1):
        SimilarityCheck.objects.create(
            thesis=thesis, attempt=attempt, similarity_e4=rate, checked_on=day
        )
    for number, blind in enumerate((True, True, True, False), 1):
        ThesisReview.objects.create(
            thesis=thesis, number=number, is_blind=blind, returned_on=date(2023, 5, 10),
            outcome="pass",
        )  # fmt: skip


def _courses(place: SmallUniversity) -> None:
    point = DegreePoint.objects.get(code=f"{place.root.code}-DP")
    rows = (
        ("R1", 36, "2", "required"), ("R2", 54, "3", "required"), ("R3", 48, "2", "required"),
        ("E1", 18, "1", "elective"),
    )  # fmt: skip
    courses = [
        Course.objects.create(
            institution=place.root, code=code, name_zh=f"课程{code}", name_en=f"Course {code}",
            hours=hours, credits=Decimal(credits),
        )
        for code, hours, credits, _kind in rows
    ]  # fmt: skip
    for direction, since in (("A", 2015), ("A", 2022), ("B", 2022), ("A", 2024)):
        version = Programme.objects.create(
            point=point, direction=place.directions[direction], cohort_from=since,
            title_zh="方案", title_en="Programme", **PROFESSIONAL,
        )  # fmt: skip
        # Only the version of 2022 has all courses: older and later ones must not count.
        taken = rows if since == 2022 else rows[:1]
        for course, row in zip(courses[: len(taken)], taken, strict=True):
            ProgrammeCourse.objects.create(programme=version, course=course, kind=row[3])


def _instant(day: date) -> datetime:
    """Noon of the day, where the university is."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def _case(
    place: SmallUniversity, kind: CaseKind, number: str, name: str, state: str, begun: date,
    ended: date | None = None, appeal_of: Case | None = None,
) -> Case:  # fmt: skip
    row = place.enrolments[name]
    return Case.objects.create(
        number=f"{place.root.code}-{number}", institution=place.root, unit=row.unit, kind=kind,
        person=row.person, title_zh="申请", title_en="Request", state=state,
        submitted_at=_instant(begun), decided_at=ended and _instant(ended), appeal_of=appeal_of,
    )  # fmt: skip


def _cases(place: SmallUniversity) -> None:
    """Five requests, of which one was decided after the day and one submitted after it; a vote that
    failed and one that carried; a committee that met twice, once after the day; advice."""
    kind = CaseKind.objects.create(
        institution=place.root, name="defence", version="1", title_zh="答辩", title_en="Defence",
        port="small", content="", hash="", state="in_force", valid_from=LONG_AGO,
        written_by_key="operator", written_by="operator",
    )  # fmt: skip
    refused = _case(place, kind, "C1", "fresh", "refused", date(2023, 3, 1), date(2023, 3, 11))
    _case(place, kind, "C2", "fresh", "granted", date(2023, 3, 20), date(2023, 4, 4), refused)
    _case(place, kind, "C3", "moved", "granted", date(2023, 12, 1), AFTER)
    _case(place, kind, "C4", "moved", "granted", date(2022, 11, 1), date(2022, 12, 1))
    _case(place, kind, "C5", "moved", "running", AFTER)
    body = Body.objects.create(
        institution=place.root, unit=place.root, code=f"{place.root.code}-B", kind="degree",
        name_zh="委员会", name_en="Committee", opened_on=LONG_AGO,
    )  # fmt: skip
    for day in (date(2023, 3, 10), AFTER):
        sitting = Sitting.objects.create(
            institution=place.root, unit=place.root, body=body, title_zh="会议", title_en="Meeting",
            state="closed", starts_at=_instant(day), ends_at=_instant(day) + timedelta(hours=1),
        )  # fmt: skip
        result = "failed" if day < DAY else "passed"
        Item.objects.create(
            sitting=sitting, place=1, case=refused, title_zh="表决", state="decided",
            result=result, members=9, present=9, votes_for=4, decided_at=_instant(day),
        )  # fmt: skip
        Advice.objects.create(
            body=body, sitting=sitting, text="补充病例", given_on=day,
            state="done" if day < DAY else "open",
        )  # fmt: skip
