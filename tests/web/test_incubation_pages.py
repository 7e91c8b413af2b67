"""Incubations on the pages: from a clinical need to its translation, or given up with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from new_fellows import Fellows
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import add_to_team, begin_incubation
from preceptor.fellows.models import Incubation, IncubationStage

pytest_plugins = ["cast", "fellow_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
NEED = "床旁快速判断脓毒症"


def begun(fellows: Fellows, number: str = "IN-1") -> Incubation:
    return begin_incubation(
        institution=fellows.institution, unit=fellows.general, number=number, title_zh="脓毒症试纸",
        need=NEED, began_on=today() - timedelta(days=40), owner=fellows.persons["T1"], by=OPERATOR,
    )  # fmt: skip


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_incubation_goes_from_its_need_to_the_next_stage_with_evidence(
    fellows: Fellows, signed_in: SignIn, language: str
) -> None:
    row = begun(fellows)
    client, path = signed_in(fellows.host, language), f"/incubations/{row.pk}/"
    early = client.post(f"{path}change/stage/", {"owner": "T1", "on": today().isoformat()})
    assert early.context["form"].non_field_errors()
    need = row.stages.get()
    empty = client.post(f"{path}stages/{need.pk}/", {"done_on": today().isoformat()})
    assert empty.context["form"].errors["evidence"]
    client.post(f"{path}stages/{need.pk}/", {"done_on": today().isoformat(), "evidence": "需求书"})
    client.post(f"{path}change/stage/", {"owner": "T2", "on": today().isoformat()})
    assert [one.kind for one in IncubationStage.objects.order_by("pk")] == ["need", "team"]
    page = client.get(path)
    assert [step["state"] for step in page.context["track"]] == [
        "done", "now", "ahead", "ahead", "ahead",
    ]  # fmt: skip
    assert "需求书" in text_of(page)


def test_one_that_is_given_up_says_why_and_takes_nobody_any_more(
    fellows: Fellows, signed_in: SignIn
) -> None:
    row = begun(fellows)
    client, path = signed_in(fellows.secretary), f"/incubations/{row.pk}/"
    assert client.post(f"{path}change/drop/", {"on": today().isoformat()}).status_code == 200
    client.post(f"{path}change/drop/", {"on": today().isoformat(), "reason": "灵敏度不足"})
    row.refresh_from_db()
    assert row.drop_reason == "灵敏度不足"
    page = client.get(path)
    assert page.context["acts"] == []
    assert page.context["track"][0]["state"] == "failed"
    late = client.post(f"{path}change/team/", {"number": "T2", "part": "算法"})
    assert late.context["form"].non_field_errors()
    assert not row.team.exists()


def test_an_incubation_is_not_there_for_strangers_and_is_for_its_team(
    fellows: Fellows, signed_in: SignIn
) -> None:
    row = begun(fellows)
    path = f"/incubations/{row.pk}/"
    for account in (fellows.stranger, fellows.neighbour, fellows.postdoc):
        client = signed_in(account)
        for one in (path, f"{path}change/drop/", f"{path}stages/{row.stages.get().pk}/"):
            answer = client.get(one)
            assert answer.status_code == 404
            assert NEED not in text_of(answer)
        assert "脓毒症试纸" not in text_of(client.get("/incubations/"))
    add_to_team(incubation=row, person=fellows.persons["P1"], part="样机", by=OPERATOR)
    assert NEED in text_of(signed_in(fellows.postdoc).get(path))
    leader = signed_in(fellows.leader)
    assert leader.get(path).context["keep"].reason
    sent = {"on": today().isoformat(), "reason": "试"}
    assert leader.post(f"{path}change/drop/", sent).status_code == 403


def test_the_list_is_narrowed_by_stage_and_state_and_exports_the_same_rows(
    fellows: Fellows, signed_in: SignIn
) -> None:
    row, other = begun(fellows), begun(fellows, "IN-2")
    Incubation.objects.filter(pk=other.pk).update(dropped_on=today(), drop_reason="停")
    IncubationStage.objects.filter(incubation=row).update(due_on=today() - timedelta(days=1))
    client = signed_in(fellows.personnel)
    for query, numbers in (
        ("state=late", {"IN-1"}), ("state=dropped", {"IN-2"}), ("state=done", set()),
        ("stage=need", {"IN-1"}), ("state=running", {"IN-1"}), ("q=IN-2", {"IN-2"}),
    ):  # fmt: skip
        rows = client.get(f"/incubations/?{query}").context["rows"]
        assert {one[0]["note"] for one in rows} == numbers, query
        answer: Any = client.get(f"/lists/incubations/export.xlsx?{query}")
        content = b"".join(answer.streaming_content)
        sheet = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
        assert {one[0] for one in sheet[1:]} == numbers


def test_a_need_is_entered_by_who_keeps_the_unit(fellows: Fellows, signed_in: SignIn) -> None:
    sent = {
        "number": "IN-9", "unit": fellows.general.pk, "title_zh": "新项目", "need": NEED,
        "owner": "nobody", "began_on": today().isoformat(),
    }  # fmt: skip
    client = signed_in(fellows.secretary)
    assert "nobody" in text_of(client.post("/incubations/new/", sent))
    assert not Incubation.objects.exists()
    assert client.post("/incubations/new/", sent | {"owner": "T1"}).status_code == 302
    assert Incubation.objects.get().stages.get().owner == fellows.persons["T1"]
    assert signed_in(fellows.leader).get("/incubations/new/").status_code == 404


def test_a_list_of_many_asks_no_more_than_one_of_few(fellows: Fellows, signed_in: SignIn) -> None:
    client = signed_in(fellows.personnel)
    begun(fellows)

    def queries() -> int:
        client.get("/incubations/")
        with CaptureQueriesContext(connection) as found:
            client.get("/incubations/")
        return len(found)

    few = queries()
    for number in range(20):
        begun(fellows, f"M-{number}")
    assert queries() == few <= 12
