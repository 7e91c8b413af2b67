"""What is written of postdocs and stations by programs, and what nobody else learns by it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from answers import text_of
from new_fellows import TERM_END, Fellows
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import give_support, record_ground, record_leave, set_target
from preceptor.fellows.models import Host, Postdoc, Stay
from preceptor.fellows.queries import aims

pytest_plugins = ["cast", "fellow_cast", "program"]
pytestmark = pytest.mark.django_db


def entry(fellows: Fellows, **other: Any) -> dict[str, Any]:
    return {
        "person": fellows.persons["P2"].pk, "station": fellows.station.pk, "number": "B2024009",
        "track": "basic", "intake": "own", "entered_on": "2024-03-01",
        "term_ends_on": "2026-02-28", "hosts": [{"person": fellows.persons["T2"].pk}], **other,
    }  # fmt: skip


def test_a_postdoc_is_entered_with_supervisor_and_first_stay(
    fellows: Fellows, program: Any
) -> None:
    facts = {"doctorate_on": "2023-06-30", "is_full_time": True}
    made = program(fellows.personnel).post("/postdocs", entry(fellows, **facts))
    assert made.status_code == 201
    told = made.json()
    assert [host["person"]["name_zh"] for host in told["hosts"]] == ["韩明澈"]
    assert [(stay["station"], stay["comes_by"]) for stay in told["stays"]] == [("LD-1002", "entry")]
    assert (told["doctorate_on"], told["supports"], told["grounds"]) == ("2023-06-30", [], [])
    assert Postdoc.objects.get(number="B2024009").is_own_doctor is None


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"term_ends_on": "2024-01-01"}, 409),
        ({"number": "B2023001"}, 409),
        ({"intake": "joint"}, 409),
        ({"track": "unknown"}, 422),
        ({"entered_on": "2024-02-30"}, 422),
        ({"station": 987654321}, 404),
        ({"hosts": [{"person": 987654321}]}, 404),
        ({"surprise": 1}, 422),
    ],
)
def test_a_wrong_entry_is_refused_in_one_sentence_and_nothing_is_written(
    fellows: Fellows, program: Any, wrong: dict[str, Any], status: int
) -> None:
    before = Stay.objects.count(), Host.objects.count()
    refused = program(fellows.personnel).post("/postdocs", entry(fellows, **wrong))
    assert refused.status_code == status
    assert set(refused.json()) == {"code", "message", "where"}
    assert refused.json()["message"]
    assert (Stay.objects.count(), Host.objects.count()) == before


def test_nobody_enters_a_postdoc_without_keeping_the_station(
    fellows: Fellows, program: Any
) -> None:
    for who in (fellows.neighbour, fellows.stranger, fellows.postdoc, fellows.leader):
        refused = program(who).post("/postdocs", entry(fellows))
        assert refused.status_code in (403, 404)
        assert "陶行舟" not in text_of(refused)
    assert Postdoc.objects.count() == 1


def test_track_number_and_certificate_are_written_each_by_its_operation(
    fellows: Fellows, program: Any
) -> None:
    caller, path = program(fellows.personnel), f"/postdocs/{fellows.xu.pk}"
    told = caller.post(f"{path}/stays", {"on": "2024-01-01", "track": "basic"})
    assert told.status_code == 201
    assert [stay["track"] for stay in told.json()["stays"]] == ["clinical", "basic"]
    assert caller.post(f"{path}/number", {"number": "N-77"}).json()["number"] == "N-77"
    assert caller.post(f"{path}/certificate", {"certificate": "C-1"}).status_code == 409
    Postdoc.objects.filter(pk=fellows.xu.pk).update(state="exited", left_on=TERM_END)
    assert caller.post(f"{path}/certificate", {"certificate": "C-1"}).json()["certificate"] == "C-1"
    assert program(fellows.postdoc).post(f"{path}/number", {"number": "X"}).status_code == 403
    assert caller.post(f"{path}/number", {"number": ""}).status_code == 422


def test_a_finding_is_taken_back_by_who_keeps_the_records_and_hidden_from_others(
    fellows: Fellows, program: Any
) -> None:
    row = record_ground(
        postdoc=fellows.xu, kind="absence", found_on=date(2024, 5, 6), first_on=date(2024, 4, 1),
        days=20, paper="人事处文", note="未到岗", by=OPERATOR,
    )  # fmt: skip
    path = f"/postdocs/{fellows.xu.pk}"
    for who in (fellows.postdoc, fellows.host, fellows.neighbour):
        refused = program(who).post(f"{path}/grounds/{row.pk}/take-back", {"reason": "记错"})
        assert refused.status_code == 404
        assert "人事处文" not in text_of(refused)
    caller = program(fellows.personnel)
    assert caller.post(f"{path}/grounds/{row.pk}/take-back", {"reason": ""}).status_code == 422
    [told] = caller.post(f"{path}/grounds/{row.pk}/take-back", {"reason": "记错"}).json()["grounds"]
    assert told["taken_back_at"] is not None


def test_amounts_leaves_and_findings_are_told_as_far_as_on_the_page(
    fellows: Fellows, program: Any
) -> None:
    give_support(
        postdoc=fellows.xu, kind="salary", payer="host", amount_cny=31_415, by=OPERATOR,
        paid_on=date(2024, 1, 5),
    )  # fmt: skip
    record_leave(
        postdoc=fellows.xu, kind="maternity", first_on=date(2024, 2, 1), last_on=date(2024, 3, 1),
        note="产假材料", by=OPERATOR,
    )  # fmt: skip
    path = f"/postdocs/{fellows.xu.pk}"
    own = program(fellows.postdoc).get(path).json()
    assert [one["amount_cny"] for one in own["supports"]] == ["31415.00"]
    assert [one["kind"] for one in own["leaves"]] == ["maternity"]
    assert own["grounds"] is None
    told = program(fellows.host).get(path)
    assert (told.json()["supports"], told.json()["leaves"][0]["kind"]) == (None, None)
    assert "31415" not in text_of(told)
    assert "产假材料" not in f"{own}{told.json()}"


def test_targets_are_told_to_who_reads_fellows_and_set_by_who_keeps_them(
    fellows: Fellows, program: Any
) -> None:
    year = today().year
    sent = {"year": year, "entries": 40, "in_station": 120}
    assert program(fellows.leader).post("/targets", sent).status_code == 403
    assert program(fellows.stranger).post("/targets", sent).status_code == 404
    assert aims(fellows.institution, [year]) == []
    [told] = program(fellows.personnel).post("/targets", sent).json()
    assert (told["station"], told["entries_target"], told["entries"]) == (None, 40, 0)
    set_target(
        institution=fellows.institution, station=fellows.station, year=year, entries=3, by=OPERATOR
    )
    stations = {row["station"] for row in program(fellows.leader).get("/targets").json()}
    assert stations == {None, "LD-1002"}
    assert program(fellows.personnel).post("/targets", {"year": 1800}).status_code == 422


def test_the_network_names_stations_and_supervisors_to_who_reads_them(
    fellows: Fellows, program: Any
) -> None:
    lanes = {lane["code"]: lane for lane in program(fellows.leader).get("/network").json()}
    [guide] = lanes["1002"]["supervisors"]
    assert (guide["person"]["name_zh"], guide["count"]) == ("江晚晴", 1)
    assert lanes["1002"]["guided"] == [
        {"station": fellows.station.pk, "person": fellows.persons["T1"].pk}
    ]
    assert lanes[""]["joins"] == [
        {"partner": fellows.partner.pk, "station": fellows.workstation.pk}
    ]
    narrowed = program(fellows.leader).get("/network", discipline="1001").json()
    assert [lane["code"] for lane in narrowed] == ["1001"]
    for who in (fellows.stranger, fellows.postdoc):
        refused = program(who).get("/network")
        assert refused.status_code == 404
        assert "江晚晴" not in text_of(refused)


def test_a_station_names_its_company_and_an_incubation_its_postdoc(
    fellows: Fellows, program: Any
) -> None:
    caller = program(fellows.personnel)
    sent = {
        "unit": fellows.general.pk, "code": "GZ-2", "kind": "workstation", "name_zh": "第二工作站",
        "name_en": "Second", "since": "2020-01-01", "partner": fellows.partner.pk,
    }  # fmt: skip
    assert caller.post("/stations", sent).json()["partner"] == fellows.partner.pk
    need = {
        "unit": fellows.general.pk, "number": "IN-2", "title_zh": "项目", "need": "需求",
        "owner": fellows.persons["T1"].pk, "partner": fellows.partner.pk,
        "began_on": (today() - timedelta(days=3)).isoformat(),
    }  # fmt: skip
    told = caller.post("/incubations", need).json()
    assert (told["partner"], told["postdoc"]) == (fellows.partner.pk, None)
