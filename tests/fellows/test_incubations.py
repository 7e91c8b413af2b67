"""Incubations between medicine and engineering: stage by stage, with owners and evidence."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest

from new_fellows import Fellows
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.fellows.actions import (
    add_to_team,
    begin_incubation,
    begin_stage,
    drop_incubation,
    finish_stage,
)
from preceptor.fellows.choices import StageKind
from preceptor.fellows.models import Incubation, IncubationStage

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
BEGAN = date(2025, 3, 1)


def begun(fellows: Fellows, **columns: Any) -> Incubation:
    given: dict[str, Any] = {
        "institution": fellows.institution, "unit": fellows.general, "number": "FH-01",
        "title_zh": "可降解支架", "need": "术后再狭窄", "began_on": BEGAN,
        "owner": fellows.persons["T1"], "partner": fellows.partner, "postdoc": fellows.xu,
        "by": fellows.secretary,
    }  # fmt: skip
    return begin_incubation(**given | columns)


def finished(fellows: Fellows, row: Incubation, kind: StageKind) -> IncubationStage:
    stage = begin_stage(
        incubation=row, kind=kind, owner=fellows.persons["T2"], on=BEGAN, by=fellows.secretary
    )
    return finish_stage(stage=stage, done_on=BEGAN, evidence="检测报告", by=fellows.secretary)


def test_it_begins_with_a_need_and_who_owns_it_once(fellows: Fellows) -> None:
    row = begun(fellows)
    assert begun(fellows) == row
    [stage] = row.stages.all()
    assert (stage.kind, stage.owner) == (StageKind.NEED, fellows.persons["T1"])
    for wrong in ({"need": " "}, {"began_on": today() + timedelta(days=1)}):
        with pytest.raises(RuleBroken):
            begun(fellows, number="FH-02", **wrong)


def test_stages_follow_each_other_with_evidence(fellows: Fellows) -> None:
    row = begun(fellows)
    with pytest.raises(RuleBroken):
        begin_stage(
            incubation=row, kind=StageKind.PROTOTYPE, owner=fellows.persons["T2"], on=BEGAN,
            by=fellows.secretary,
        )  # fmt: skip
    [need] = row.stages.all()
    for wrong in ({"evidence": " "}, {"done_on": BEGAN - timedelta(days=1)}):
        with pytest.raises(RuleBroken):
            finish_stage(
                **{"stage": need, "done_on": BEGAN, "evidence": "论证报告", "by": fellows.host}
                | wrong
            )
    for content, name in (
        (b"MZ\x90", "report.pdf"), (b"", "report.pdf"), (b"%PDF-1.4", "run.exe"),
        (b"%PDF-" + b"0" * (20 << 20), "large.pdf"),
    ):  # fmt: skip
        with pytest.raises(InputRefused):
            finish_stage(
                stage=need, done_on=BEGAN, evidence="论证报告", by=fellows.host,
                file=BytesIO(content), file_name=name,
            )  # fmt: skip
    assert IncubationStage.objects.get(pk=need.pk).done_on is None
    proven = finish_stage(
        stage=need, done_on=BEGAN, evidence="论证报告", by=fellows.host,
        file=BytesIO(b"%PDF-1.4"), file_name="../report.pdf",
    )  # fmt: skip
    assert proven.file is not None and proven.file.name == "report.pdf"
    for kind in (StageKind.TEAM, StageKind.PROTOTYPE, StageKind.VALIDATION, StageKind.TRANSLATION):
        finished(fellows, row, kind)
    assert row.stages.count() == 5
    with pytest.raises(RuleBroken):
        drop_incubation(incubation=row, on=today(), reason="无资金", by=fellows.secretary)


def test_one_that_is_given_up_says_why_and_takes_nothing_more(fellows: Fellows) -> None:
    row = begun(fellows)
    with pytest.raises(RuleBroken):
        drop_incubation(incubation=row, on=today(), reason=" ", by=fellows.secretary)
    drop_incubation(incubation=row, on=today(), reason="动物实验无效", by=fellows.secretary)
    with pytest.raises(RuleBroken) as refusal:
        add_to_team(incubation=row, person=fellows.persons["E1"], part="工程", by=fellows.secretary)
    assert "动物实验无效" in str(refusal.value)


def test_the_team_writes_and_a_stranger_does_not(fellows: Fellows) -> None:
    row = begun(fellows)
    add_to_team(incubation=row, person=fellows.persons["E1"], part="结构设计", by=fellows.postdoc)
    for role in ("stranger", "neighbour", "leader"):
        with pytest.raises(NotPermitted):
            add_to_team(
                incubation=row, person=fellows.persons["E2"], part="设计",
                by=getattr(fellows, role),
            )  # fmt: skip
    assert row.team.count() == 1
