"""The first pack: the clinical professional doctorate of the 2023 report."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import preceptor
from preceptor.policy import (
    Batch,
    Pack,
    Verdict,
    Whole,
    evaluate,
    explain,
    load_pack,
    reference,
    wholes,
)
from preceptor.policy.rules import Example, Rule
from preceptor.standing.schema import SCHEMA

FILE = Path(preceptor.__file__).parent / "packs" / "yunting" / "clinical-doctorate-2023.toml"
ROSTER = Path(__file__).parent.parent / "data"
PACK = load_pack(FILE, SCHEMA)
ON = date(2024, 6, 1)
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{example.verdict}-{example.note.en}")
    for rule in PACK.rules.values()
    for example in rule.examples
]
IDS = [
    "panel.defence.size",
    "panel.defence.rank",
    "panel.defence.supervisors",
    "panel.defence.chair",
    "panel.defence.committee",
    "panel.clinical.rank",
    "panel.proposal",
    "panel.field",
    "panel.midterm",
    "panel.predefence",
    "thesis.blind",
    "thesis.similarity",
    "training.clinical",
    "training.chief",
    "milestones.order",
    "supervisor.veto",
    "supervisor.quota",
    "stipend.grant",
]

Record = dict[str, Any]


def member(**columns: Any) -> Record:
    """A full professor who meets every rule, in the columns that are not given."""
    return {
        "is_doctoral_supervisor": True,
        "title_level": "full",
        "title_series": "physician",
        "in_clinical_work": True,
        "is_outside_unit": False,
        "is_outside_institution": False,
        "is_degree_committee": False,
        "role": "member",
        "field": "same",
        **columns,
    }


def judged(subject: str, *records: Record) -> dict[str, list[Verdict]]:
    """The verdicts of every rule, held to the reference."""
    result = evaluate(PACK, Batch.from_records(SCHEMA, subject, records, ON))
    for place, record in enumerate(records):
        for rule, (verdict, missing) in reference.evaluate(
            PACK, SCHEMA, subject, record, ON
        ).items():
            assert result.verdict(rule, place) is verdict, (rule, record)
            assert result.missing(rule, place) == missing
    return {
        rule: [result.verdict(rule, place) for place in range(len(records))]
        for rule in result.verdicts
    }


def test_the_pack_is_the_eighteen_rules_and_twelve_parameters_of_the_sketch() -> None:
    assert list(PACK.rules) == IDS
    assert len(PACK.parameters) == 12
    assert PACK.id == "yunting/clinical-doctorate"


def test_every_rule_ships_examples_that_pass_fail_and_stay_pending() -> None:
    assert load_pack(FILE, SCHEMA, strict=True).hash == PACK.hash


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_gives_its_verdict_in_both_evaluators(rule: Rule, example: Example) -> None:
    batch = Batch.from_records(SCHEMA, rule.subject, [example.record], example.on)
    assert evaluate(PACK, batch).verdict(rule.id, 0) is example.verdict
    found = reference.evaluate(PACK, SCHEMA, rule.subject, example.record, example.on)
    assert found[rule.id][0] is example.verdict


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_is_explained_without_a_place_left_open(
    rule: Rule, example: Example, language: str
) -> None:
    batch = Batch.from_records(SCHEMA, rule.subject, [example.record], example.on)
    found = next(one for one in explain(PACK, batch, 0, language) if one.rule == rule.id)
    assert found.verdict is example.verdict
    assert "{" not in found.text and found.citation in found.text
    assert bool(found.missing) == (found.verdict is Verdict.PENDING)
    assert bool(found.needed) == (found.verdict is Verdict.FAIL)


def test_what_the_report_does_not_print_is_marked_to_be_confirmed() -> None:
    places = PACK.parameters["quota_by_grade"].steps[0]
    assert (places.evidence, places.citation.source.key) == ("R", "local")
    for parameter in PACK.parameters.values():
        assert [step.from_evidence for step in parameter.steps] == ["R"]
    assert PACK.rules["milestones.order"].evidence == "R"
    assert PACK.rules["training.clinical"].evidence == "S"


def test_similarity_of_exactly_thirty_per_cent_passes_and_a_hair_more_fails() -> None:
    theses = [{"similarity": similarity, "reviews": []} for similarity in ("0.3000", "0.3001")]
    assert judged("thesis", *theses)["thesis.similarity"] == [Verdict.PASS, Verdict.FAIL]


def test_a_proposal_panel_of_five_with_two_supervisors_fails_and_needs_one_more() -> None:
    others = [member(is_doctoral_supervisor=False, title_level="associate")] * 3
    panel = {"stage": "proposal", "members": [member(), member(), *others]}
    assert judged("panel", panel)["panel.proposal"] == [Verdict.FAIL]
    batch = Batch.from_records(SCHEMA, "panel", [panel], ON)
    found = explain(PACK, batch, 0, "en")[0]
    assert (found.rule, found.needed) == ("panel.proposal", "doctoral supervisors: 1 more needed")


def test_a_mid_term_panel_of_four_fails_and_of_three_or_five_passes() -> None:
    panels = [{"stage": "midterm", "members": [member()] * size} for size in (3, 4, 5)]
    assert judged("panel", *panels)["panel.midterm"] == [Verdict.PASS, Verdict.FAIL, Verdict.PASS]


def test_a_pre_defence_panel_needs_full_rank_or_supervisor_qualification() -> None:
    supervisors = [member(title_level="associate")] * 3
    others = [member(title_level="associate", is_doctoral_supervisor=False)] * 3
    panels = [{"stage": "predefence", "members": rows} for rows in (supervisors, others)]
    assert judged("panel", *panels)["panel.predefence"] == [Verdict.PASS, Verdict.FAIL]


def test_the_secretary_of_a_panel_is_nowhere_counted() -> None:
    five = [member(role="chair", is_outside_institution=True, is_degree_committee=True)]
    five += [member()] * 4
    secretary = member(
        role="secretary", title_level="junior", is_doctoral_supervisor=False, in_clinical_work=False,
        field="unrelated",
    )  # fmt: skip
    for stage in ("proposal", "predefence", "clinical_exam", "defence"):
        alone, among = (
            {"stage": stage, "members": members} for members in (five, [*five, secretary])
        )
        for verdicts in judged("panel", alone, among).values():
            assert verdicts[0] is verdicts[1]
            assert verdicts[0] in (Verdict.PASS, Verdict.NOT_APPLICABLE)


def test_a_gate_is_open_only_when_nothing_of_it_fails_or_is_pending() -> None:
    from preceptor.policy import gate_open

    months = [{"months": 1, "kind": "chief_resident", "month": date(2022, 3, 1)}]
    steps = ("proposal", "midterm", "predefence", "defence")
    passed = [
        {"kind": kind, "outcome": "pass", "day": date(2024, 1, 1 + place), "attempt": 1}
        for place, kind in enumerate(steps)
    ]
    started = date(2021, 9, 1)
    records = [
        {"cohort_on": started, "training": months * 24, "milestones": passed},
        {"cohort_on": started, "training": months * 23, "milestones": passed},
        {"cohort_on": None, "training": months * 24, "milestones": passed},
        {"cohort_on": started, "training": months * 24, "milestones": passed[1:]},
    ]
    result = evaluate(PACK, Batch.from_records(SCHEMA, "enrolment", records, ON))
    assert gate_open(result, "defence").tolist() == [True, False, False, False]
    assert gate_open(result, "proposal").all()


TITLES = {
    "教授": ("full", "teacher"), "主任医师": ("full", "physician"), "研究员": ("full", "researcher"),
    "副教授": ("associate", "teacher"), "副主任医师": ("associate", "physician"),
    "副研究员": ("associate", "researcher"), None: (None, None),
}  # fmt: skip
STAGES = {"答辩": "defence", "开题": "proposal", "中期考核": "midterm", "预答辩": "predefence"}
ANSWERS = {"是": True, "否": False, "√": True, None: None}


def roster_panels() -> dict[str, Record]:
    """The panels of the office workbook, read plainly: this file's form is known."""
    book = openpyxl.load_workbook(ROSTER / "roster-2023.xlsx", read_only=True)
    panels: dict[str, Record] = defaultdict(lambda: {"members": []})
    for row in list(book["评审小组"].iter_rows(values_only=True))[1:]:
        number, _, stage, _, name, title, supervisor, outside, committee, clinical, role = row[:11]
        level, series = TITLES[title]
        panels[number] |= {"key": number, "stage": STAGES[stage], "event_on": date(2023, 11, 1)}
        panels[number]["members"].append(
            {
                "name": name,
                "title_level": level,
                "title_series": series,
                "is_doctoral_supervisor": ANSWERS[supervisor],
                "is_outside_institution": ANSWERS[outside],
                "is_degree_committee": committee == "是",
                "in_clinical_work": ANSWERS[clinical],
                "role": "chair" if role == "主席" else "member",
            }
        )
    book.close()
    return dict(panels)


def test_the_panels_of_the_office_workbook_get_the_verdicts_of_its_oracle() -> None:
    panels = roster_panels()
    expected = json.loads((ROSTER / "roster-2023.expected.json").read_text())["panels"]
    batch = Batch.from_records(SCHEMA, "panel", list(panels.values()), ON)
    codes = wholes(evaluate(PACK, batch), without={"panel.field"})
    found = {number: list(Whole)[code].value for number, code in zip(panels, codes, strict=True)}
    assert found == {number: panel["want"] for number, panel in expected.items()}
    assert len(found) == 40


def test_the_field_of_an_expert_that_the_workbook_does_not_have_stays_pending() -> None:
    panels = list(roster_panels().values())
    batch = Batch.from_records(SCHEMA, "panel", panels, ON)
    result = evaluate(PACK, batch)
    concerned = [panel["stage"] in ("proposal", "predefence") for panel in panels]
    for place, asked in enumerate(concerned):
        wanted = Verdict.PENDING if asked else Verdict.NOT_APPLICABLE
        assert result.verdict("panel.field", place) is wanted
    assert result.counts("panel.field")["pending"] == sum(concerned) == 6


@pytest.fixture
def loosened(tmp_path: Path) -> Pack:
    path = tmp_path / "loosened.toml"
    path.write_text(
        FILE.read_text().replace("clinical >= clinical_months", "clinical > clinical_months")
    )
    return load_pack(path, SCHEMA)


def test_a_changed_operator_is_noticed_by_an_example(loosened: Pack) -> None:
    from preceptor.policy import PackError
    from preceptor.policy.examples import check_examples

    with pytest.raises(PackError) as caught:
        check_examples(loosened)
    assert caught.value.problem == "example_differs"
    assert caught.value.where.startswith("rule training.clinical, example")
    assert loosened.hash != PACK.hash
