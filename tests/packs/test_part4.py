"""The rules on fellows, stations and dual degrees, case by case, as an officer would ask them."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from judged_packs import judge
from preceptor.calls.choices import WorkKind
from preceptor.cases.choices import BodyRole
from preceptor.fellows.choices import (
    AppointmentState,
    GoalKind,
    GroundKind,
    IntakeSource,
    LeaveKind,
    MonthKind,
    PostdocStep,
    ReviewKind,
    StationKind,
    StationState,
    Track,
    TrancheState,
    Verdict,
)
from preceptor.joint.choices import AwardKind
from preceptor.policy import Enum, layered
from preceptor.standing.packs import SHIPPED, find
from preceptor.standing.schema import SCHEMA
from preceptor.training.choices import EnrolmentState

ON = date(2024, 6, 1)
Record = dict[str, Any]
MANAGEMENT = "cn/postdoctoral-management"
NEW = (
    MANAGEMENT, "cn/station-opening", "yunting/appointments", "yunting/independent-pi",
    "yunting/dual-degree", "tingnan/dual-degree",
)  # fmt: skip


def record(subject: str, **columns: Any) -> Record:
    """A record with no rows in its lists, save those given."""
    rows: Record = {name: [] for name in SCHEMA.subjects[subject].lists}
    return {"event_on": ON, **rows, **columns}


def failing(pack: str, subject: str, row: Record) -> set[str]:
    return {
        rule.rpartition(".")[2]
        for rule, verdict in judge(find(pack), subject, row, ON).items()
        if verdict.value == "fail"
    }


FIT: Record = {
    "purpose": "postdoc", "age_months": 360, "months_since_doctorate": 12, "is_own_doctor": False,
    "is_same_discipline": False, "is_medicine": True, "is_full_time": True,
    "has_special_approval": False, "months_planned": 24, "earlier_months": 0,
}  # fmt: skip

APPLICANTS: list[tuple[str, Record, set[str]]] = [
    ("a fit applicant", {}, set()),
    ("37 in clinical medicine with approval", {"age_months": 444, "has_special_approval": True},
     {"age"}),
    ("37 in biology with approval",
     {"age_months": 444, "has_special_approval": True, "is_medicine": False}, set()),
    ("37 in biology without approval", {"age_months": 444, "is_medicine": False}, {"age"}),
    ("40 in biology with approval",
     {"age_months": 480, "has_special_approval": True, "is_medicine": False}, {"age"}),
    ("a doctorate of four years ago", {"months_since_doctorate": 48}, {"degree_age"}),
    ("an own doctor of the station's discipline",
     {"is_own_doctor": True, "is_same_discipline": True}, {"same_unit"}),
    ("the same with special approval",
     {"is_own_doctor": True, "is_same_discipline": True, "has_special_approval": True}, set()),
    ("in service, for a year", {"is_full_time": False, "months_planned": 12}, {"full_time"}),
    ("a third station after five years", {"earlier_months": 60}, {"clock"}),
    ("somebody who applies as a PI", {"purpose": "pi", "age_months": 600}, set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "expected"), [case[1:] for case in APPLICANTS], ids=[case[0] for case in APPLICANTS]
)
def test_who_may_enter_a_station(columns: Record, expected: set[str]) -> None:
    assert failing(MANAGEMENT, "applicant", record("applicant", **FIT | columns)) == expected


def test_an_applicant_of_whom_nothing_is_known_passes_nothing() -> None:
    row = record("applicant", purpose="postdoc")
    verdicts = {verdict.value for verdict in judge(find(MANAGEMENT), "applicant", row, ON).values()}
    assert verdicts == {"pending"}


def seats(count: int, **columns: Any) -> list[Record]:
    given = {
        "role": "member", "title_level": "full", "is_outside_institution": False, "is_host": False,
    }  # fmt: skip
    return [given | columns for _place in range(count)]


BOARDS: list[tuple[str, str, list[Record], set[str]]] = [
    ("entry, five seniors", "entry", seats(5), set()),
    ("entry, five with the supervisor", "entry", seats(4) + seats(1, is_host=True), {"host"}),
    ("entry, four and a lecturer", "entry", seats(4) + seats(1, title_level="intermediate"), {"size"}),
    ("exit, five with two from outside", "exit",
     seats(3) + seats(2, is_outside_institution=True), {"size"}),
    ("exit, six with one from outside", "exit",
     seats(5) + seats(1, is_outside_institution=True), {"outside"}),
    ("exit, six with two from outside, the supervisor among them", "exit",
     seats(3) + seats(1, is_host=True) + seats(2, is_outside_institution=True), set()),
    ("an annual assessment by three", "annual", seats(3), set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "members", "expected"), [case[1:] for case in BOARDS], ids=[case[0] for case in BOARDS]
)
def test_who_may_sit_on_a_board(what: str, members: list[Record], expected: set[str]) -> None:
    row = record("board", what=what, has_met=False, members=members)
    assert failing(MANAGEMENT, "board", row) == expected


def test_the_two_sides_of_a_dual_degree_ask_for_different_things() -> None:
    course = {"credits": "2", "passed": True, "is_required": False, "is_recognised": False}
    row = record(
        "dual", cohort_on=date(2021, 9, 1), side="home", award_kind="two_certificates",
        is_enrolled=True, is_enrolled_there=True, has_left=False, home_state="training",
        partner_state="training", courses=[course] * 5 + [course | {"is_recognised": True}] * 3,
        milestones=[{"kind": "defence", "outcome": "pass"}],
    )  # fmt: skip
    assert failing("yunting/dual-degree", "dual", row) == set()
    assert failing("tingnan/dual-degree", "dual", row) == {"recognised", "midterm"}


def test_the_programme_sets_only_what_the_university_leaves_to_it() -> None:
    upper, lower = layered([find("yunting/appointments"), find("yunting/independent-pi")])
    decided = {
        name: (parameter.steps[-1].layer, parameter.steps[-1].value)
        for name, parameter in upper.parameters.items()
    }
    assert decided == {
        "letters_min": ("programme", 5), "teaching_hours_min": ("programme", 16),
        "works_min": ("university", 3),
    }  # fmt: skip
    assert lower.layer == "programme"


def test_what_an_institution_chose_itself_is_marked_to_be_confirmed() -> None:
    for name in NEW:
        pack = find(name)
        for parameter in pack.parameters.values():
            for step in parameter.steps:
                assert (step.citation.source.key != "local") or step.evidence == "R", parameter.name
                assert step.from_evidence == "R" or step.evidence == "R"


def test_no_rule_of_the_entry_of_postdocs_was_read_in_a_statute() -> None:
    """The sources are pages and copies: an office must see that it has to confirm them."""
    levels = {rule.id: rule.evidence for rule in find(MANAGEMENT).rules.values()}
    assert set(levels.values()) <= set("BDR")
    assert levels["postdoc.entry.clock"] == "R" and levels["postdoc.entry.full_time"] == "B"
    age = find(MANAGEMENT).parameters
    assert {age[name].steps[0].evidence for name in ("age_years", "approved_age_years")} == {"D"}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("postdoc.track", Track.values),
        ("postdoc.intake", IntakeSource.values),
        ("postdoc.leaves.leave", LeaveKind.values),
        ("postdoc.months.setting", MonthKind.values),
        ("postdoc.goals.goal", GoalKind.values),
        ("applicant.track", Track.values),
        ("applicant.works.work", WorkKind.values),
        ("board.members.role", BodyRole.values),
        ("board.what", ["entry", *PostdocStep.values, "station", "pi", "assessment", "other"]),
        ("station.kind", StationKind.values),
        ("station.phase", StationState.values),
        ("appointment.phase", AppointmentState.values),
        ("appointment.goals.goal", GoalKind.values),
        ("appointment.assessments.kind", ReviewKind.values),
        ("appointment.assessments.verdict", Verdict.values),
        ("appointment.tranches.release", TrancheState.values),
        ("dual.award_kind", AwardKind.values),
        ("dual.home_state", EnrolmentState.values),
        ("dual.partner_state", EnrolmentState.values),
    ],
)
def test_the_rules_know_every_word_that_the_records_may_hold(path: str, values: list[str]) -> None:
    name, *rest = path.split(".")
    subject = SCHEMA.subjects[name]
    kind = subject.columns[rest[0]] if len(rest) == 1 else subject.rows(rest[0]).columns[rest[1]]
    assert isinstance(kind, Enum) and set(kind.values) == set(values)


def test_every_sanction_that_can_be_found_is_known_to_the_lists_of_withdrawal() -> None:
    kind = SCHEMA.subjects["postdoc"].rows("sanctions").columns["sanction"]
    assert isinstance(kind, Enum) and set(kind.values) <= set(GroundKind.values)


def test_each_gate_of_a_shipped_request_about_fellows_is_known_to_the_rules() -> None:
    """A gate that no subject knows could never hold anything back."""
    gates = {gate for subject in SCHEMA.subjects.values() for gate in subject.gates}
    asked = set()
    for path in (SHIPPED.parent / "cases" / "shipped" / "yunting").glob("*.toml"):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        if content["port"].startswith(("fellows.", "calls.")) and content.get("gate"):
            asked.add(content["gate"])
    assert {"entry", "exit", "opening", "assessment"} <= asked <= gates
