"""Stations, postdocs and incubations at the interface: the same records and refusals as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from answers import text_of
from new_fellows import Fellows
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import record_ground
from preceptor.fellows.models import Ground, Incubation, Postdoc, PostdocCase, Station
from preceptor.institutions.models import Platform
from preceptor.standing.actions import put_in_force

pytest_plugins = ["cast", "fellow_cast", "program"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def rules(fellows: Fellows) -> None:
    """The national list of grounds for a withdrawal in force."""
    put_in_force(
        institution=fellows.institution, pack="cn/postdoctoral-withdrawal",
        valid_from=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip


def test_the_lists_have_the_rows_of_their_pages(
    fellows: Fellows, program: Any, signed_in: SignIn
) -> None:
    for path, column in (("stations", "code"), ("postdocs", "number")):
        told = program(fellows.personnel).get(f"/{path}").json()["rows"]
        shown = signed_in(fellows.personnel).get(f"/{path}/").context["rows"]
        assert [one[column] for one in told] == [row[0]["note"].split("，")[0] for row in shown]
    assert program(fellows.neighbour).get("/postdocs").json()["rows"] == []


def test_a_postdoc_is_told_as_far_as_the_page_tells(
    fellows: Fellows, rules: None, program: Any
) -> None:
    record_ground(
        postdoc=fellows.xu, kind="absence", found_on=date(2024, 5, 6), first_on=date(2024, 4, 1),
        days=20, paper="人事处文", note="未到岗", by=fellows.personnel,
    )  # fmt: skip
    path = f"/postdocs/{fellows.xu.pk}"
    own = program(fellows.postdoc).get(path).json()
    verdicts = {one["rule"]: one["verdict"] for one in own["requirements"]}
    assert verdicts["withdrawal.absence"] == "fail"
    told = program(fellows.host).get(path)
    assert "withdrawal." not in text_of(told)
    assert "未到岗" not in text_of(told)
    assert program(fellows.neighbour).get(path).status_code == 404
    assert program(fellows.stranger).get(path).status_code == 404


def test_a_program_reads_one_postdoc_under_every_list_and_which_one_decides(
    fellows: Fellows, rules: None, program: Any
) -> None:
    Ground.objects.create(
        postdoc=fellows.xu, kind="absence", found_on=date(2024, 5, 6), first_on=date(2024, 4, 1),
        days=20,
    )  # fmt: skip
    told = program(fellows.postdoc).get(f"/postdocs/{fellows.xu.pk}/lists").json()
    lists = {one["pack"].split("/")[0]: one for one in told["lists"]}
    assert [name for name, one in lists.items() if one["is_in_force"]] == ["cn"]
    absence = {
        name: next((g for g in one["grounds"] if g["rule"] == "withdrawal.absence"), None)
        for name, one in lists.items()
    }
    said = absence["soochow-university"]
    assert (said["verdict"], said["citation"]) == (
        "fail", "Soochow University, page, grounds for withdrawal",
    )  # fmt: skip
    assert {used["value"] for used in said["parameters"]} == {"15", "30"}
    assert absence["zhejiang-university"] is None
    assert "withdrawal.absence" in lists["zhejiang-university"]["not_named"]
    assert "withdrawal.absence" in told["differing"]
    assert "withdrawal.misconduct" not in told["differing"]


def test_no_program_reads_the_lists_for_who_may_not_read_the_grounds(
    fellows: Fellows, rules: None, program: Any
) -> None:
    for account in (fellows.host, fellows.neighbour, fellows.stranger):
        told = program(account).get(f"/postdocs/{fellows.xu.pk}/lists")
        assert told.status_code == 404
        assert "withdrawal" not in text_of(told)


def test_the_flow_adds_up_and_wrong_days_are_refused(fellows: Fellows, program: Any) -> None:
    office = program(fellows.office)
    [row] = office.get("/flow", first="2023-01-01", last="2023-12-31").json()
    assert (row["start"], row["entries"], row["end"]) == (0, 1, 1)
    assert office.get("/flow", first="2024-01-01", last="2023-12-31").status_code == 422
    assert program(fellows.stranger).get("/flow", first="2023-01-01", last="2023-12-31").status_code == 404  # fmt: skip


def test_a_program_places_a_postdoc_on_a_platform_and_reads_who_carries(
    fellows: Fellows, program: Any
) -> None:
    platform = Platform.objects.create(
        institution=fellows.institution, unit=fellows.general, code="PL-1", kind="key_laboratory",
        level="provincial", name_zh="肝病重点实验室",
    )  # fmt: skip
    path, sent = (
        f"/postdocs/{fellows.xu.pk}/platforms",
        {"platform": platform.pk, "on": "2024-06-01"},
    )
    assert program(fellows.host).post(path, sent).status_code == 403
    assert program(fellows.neighbour).post(path, sent).status_code == 404
    made = program(fellows.personnel).post(path, sent)
    assert made.status_code == 201
    [place] = made.json()["platforms"]
    assert place["platform"]["name_zh"] == "肝病重点实验室"
    asked = {"first": "2024-01-01", "last": "2024-12-31", "by": "platform"}
    [row] = program(fellows.leader).get("/postdoc-carriers", **asked).json()
    assert (row["key"], row["postdocs"], row["papers"]) == (platform.pk, [fellows.xu.pk], 0)
    assert row["days_to_project"] is None
    assert program(fellows.stranger).get("/postdoc-carriers", **asked).status_code == 404
    end = {"last_on": "2024-12-31", "reason": "转到另一平台"}
    ended = program(fellows.personnel).post(f"{path}/{place['key']}/end", end)
    assert [one["valid_to"] for one in ended.json()["platforms"]] == ["2024-12-31"]


def test_a_program_writes_what_its_account_may_write(fellows: Fellows, program: Any) -> None:
    path = f"/postdocs/{fellows.xu.pk}/goals"
    sent = {"kind": "paper", "text": "发表论文", "due_on": "2025-06-30", "target": "2"}
    made = program(fellows.postdoc).post(path, sent)
    assert made.status_code == 201
    [goal] = made.json()["goals"]
    report = {"reached": "2", "reached_on": "2024-06-30"}
    told = program(fellows.host).post(f"{path}/{goal['key']}/report", report).json()
    assert told["goals"][0]["reached"] == "2.00"
    leave = {"kind": "abroad", "first_on": "2024-01-01", "last_on": "2024-02-01"}
    refused = program(fellows.postdoc).post(f"/postdocs/{fellows.xu.pk}/leaves", leave)
    assert refused.status_code == 403
    assert not fellows.xu.leaves.exists()


@pytest.mark.usefixtures("procedures")
def test_a_request_is_prepared_by_a_program_and_a_second_one_refused(
    fellows: Fellows, program: Any
) -> None:
    sent = {
        "step": "exit", "wished_on": (today() + timedelta(days=60)).isoformat(), "reason": "完成",
    }  # fmt: skip
    path = f"/postdocs/{fellows.xu.pk}/requests"
    assert program(fellows.postdoc).post(path, sent).status_code == 201
    assert program(fellows.postdoc).post(path, sent).status_code == 409
    assert PostdocCase.objects.count() == 1


def test_a_needed_station_and_an_incubation_are_recorded(fellows: Fellows, program: Any) -> None:
    sent = {
        "unit": fellows.general.pk, "code": "LD-N", "kind": "mobile", "name_zh": "新站",
        "name_en": "New", "since": today().isoformat(), "is_needed": True,
        "discipline": fellows.basic.pk,
    }  # fmt: skip
    assert program(fellows.leader).post("/stations", sent).status_code == 403
    made = program(fellows.personnel).post("/stations", sent)
    assert (made.status_code, made.json()["state"]) == (201, "need")
    assert Station.objects.filter(code="LD-N").count() == 1
    need = {
        "unit": fellows.general.pk, "number": "IN-1", "title_zh": "项目", "need": "需求",
        "owner": fellows.persons["T1"].pk, "began_on": today().isoformat(),
    }  # fmt: skip
    told = program(fellows.secretary).post("/incubations", need)
    assert told.status_code == 201
    drop = {"on": today().isoformat(), "reason": "停"}
    program(fellows.secretary).post(f"/incubations/{told.json()['key']}/drop", drop)
    assert Incubation.objects.get().drop_reason == "停"


def test_a_postdoc_is_told_in_at_most_twelve_questions(
    fellows: Fellows, rules: None, program: Any
) -> None:
    for account in (fellows.postdoc, fellows.host, fellows.personnel):
        told = program(account)
        assert told.get(f"/postdocs/{fellows.xu.pk}").status_code == 200
        with CaptureQueriesContext(connection) as queries:
            told.get(f"/postdocs/{fellows.xu.pk}")
        assert len(queries) <= 12


def test_coverage_is_told_for_a_day(fellows: Fellows, program: Any) -> None:
    told = program(fellows.leader).get("/coverage", on="2024-01-01").json()
    assert (told["covered"], told["disciplines"]) == (0, 0)
    assert program(fellows.postdoc).get("/coverage").status_code == 404


def test_who_is_entered_for_a_day_to_come_is_not_in_station_yet(
    fellows: Fellows, program: Any, signed_in: SignIn
) -> None:
    for state in ("in_station", "on_leave"):
        Postdoc.objects.filter(pk=fellows.xu.pk).update(
            entered_on=today() + timedelta(days=9), term_ends_on=today() + timedelta(days=900),
            state=state,
        )  # fmt: skip
        assert program(fellows.personnel).get("/postdocs", state=state).json()["rows"] == []
        shown = signed_in(fellows.personnel).get("/postdocs/", {"state": state}).context["rows"]
        assert list(shown) == []
        Postdoc.objects.filter(pk=fellows.xu.pk).update(entered_on=today())
        told = program(fellows.personnel).get("/postdocs", state=state).json()["rows"]
        assert [one["number"] for one in told] == [fellows.xu.number]
