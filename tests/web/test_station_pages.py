"""Stations on the pages: list, one station, dossier, coverage, targets and network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from new_fellows import OPENED, Fellows, entering, handed_in, mobile
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import (
    NewHost,
    ask_opening,
    enter_postdoc,
    need_station,
    record_station,
)
from preceptor.fellows.choices import IntakeSource, StationKind, StationState
from preceptor.fellows.models import (
    LabMember,
    Laboratory,
    PiProgramme,
    Station,
    StationCase,
    StationTarget,
)
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import DegreePoint, Discipline, Platform
from preceptor.reports.models import Census, FigureValue

pytest_plugins = ["cast", "fellow_cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]


def asked(client: Client, path: str) -> int:
    """How many queries the page makes when it is read again."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def sheet_of(response: Any) -> list[tuple[Any, ...]]:
    content = b"".join(response.streaming_content)
    return list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)


@pytest.fixture
def needed(fellows: Fellows) -> Station:
    """A mobile station of basic medicine that is only needed."""
    return need_station(
        institution=fellows.institution, unit=fellows.general, code="LD-NEW",
        kind=StationKind.MOBILE, name_zh="基础医学第二流动站", name_en="Second station",
        discipline=fellows.basic, since=today() - timedelta(days=30), by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def census(fellows: Fellows) -> Census:
    """A census that knows how many were in station, and that graduates are not on record."""
    made = Census.objects.create(
        institution=fellows.institution, day=date(2025, 12, 31), edition=1,
        known_at="2026-01-05T00:00:00Z", folder="2025", manifest_hash="0", manifest={"files": {}},
        frozen_by="test",
    )  # fmt: skip
    for key, value in (("postdoc.in_station", Decimal(1)), ("discipline.graduates.1001", None)):
        FigureValue.objects.create(
            census=made, key=key, scope="YT", period="2025-12-31", nature="stock", value=value,
            unit="person", records=1, record_kind="postdoc",
        )  # fmt: skip
    return made


def test_the_list_shows_who_is_there_and_exports_the_same_rows(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client = signed_in(fellows.personnel)
    page = client.get("/stations/?kind=mobile")
    assert [row[0]["text"][:4] for row in page.context["rows"]] == ["基础医学", "临床医学"]
    assert [row[5]["text"] for row in page.context["rows"]] == [0, 1]
    rows = sheet_of(client.get("/lists/stations/export.xlsx?kind=mobile"))
    assert [row[0] for row in rows[1:]] == ["LD-1001", "LD-1002"]
    assert [row[-2] for row in rows[1:]] == [0, 1]


def test_a_station_is_not_there_for_strangers_and_other_hospitals(
    fellows: Fellows, signed_in: SignIn
) -> None:
    for account in (fellows.stranger, fellows.neighbour):
        client = signed_in(account)
        for path in ("", "dossier/", "change/state/", "change/opening/"):
            answer = client.get(f"/stations/{fellows.station.pk}/{path}")
            assert answer.status_code == 404
            assert "许望舒" not in text_of(answer)
        assert fellows.station.name_zh not in text_of(client.get("/stations/"))
    for path in ("coverage", "targets", "network"):
        assert signed_in(fellows.stranger).get(f"/stations/{path}/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_station_tells_its_state_its_people_and_its_targets_in_both_languages(
    fellows: Fellows, signed_in: SignIn, language: str
) -> None:
    client = signed_in(fellows.personnel, language)
    path = f"/stations/{fellows.station.pk}/"
    sent = {"year": "2023", "entries": "4", "in_station": "3"}
    assert client.post(f"{path}change/target/", sent)["Location"] == path
    page = client.get(path)
    name = fellows.station.name_en if language == "en" else fellows.station.name_zh
    assert name in text_of(page)
    assert page.context["aims"][0] == {
        "year": 2023, "entries_target": 4, "entries": 1, "in_station_target": 3, "in_station": 1,
    }  # fmt: skip
    person = "Xu Wangshu" if language == "en" else "许望舒"
    assert page.context["postdocs"]["rows"][0][0]["text"] == person


def test_the_target_of_the_whole_institution_stands_beside_what_was_reached(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client = signed_in(fellows.personnel)
    sent = {"year": str(today().year), "entries": "5", "in_station": ""}
    assert client.post("/stations/targets/set/", sent).status_code == 302
    [row] = client.get("/stations/targets/").context["rows"]
    assert (row["entries_target"], row["entries"]) == (5, 0)
    assert (row["in_station_target"], row["in_station"]) == (None, 1)
    refused = signed_in(fellows.leader).post("/stations/targets/set/", sent | {"year": "2030"})
    assert refused.status_code == 403
    assert StationTarget.objects.count() == 1


def test_coverage_counts_the_disciplines_with_a_doctoral_right_on_the_day(
    fellows: Fellows, signed_in: SignIn
) -> None:
    for discipline in (fellows.clinical, fellows.basic):
        DegreePoint.objects.create(
            institution=fellows.institution, code=f"DP-{discipline.code}", discipline=discipline,
            degree_level="doctor", name_zh=discipline.name_zh, name_en="",
            authorised_on=date(2012, 1, 1),
        )  # fmt: skip
    client = signed_in(fellows.leader)
    page = client.get("/stations/coverage/")
    assert (page.context["covered"], page.context["disciplines"]) == (2, 2)
    early = client.get("/stations/coverage/?on=2011-06-01")
    assert (early.context["covered"], early.context["disciplines"]) == (0, 0)
    assert len(early.context["besides"]) == 2


def test_a_day_that_does_not_exist_is_answered_with_today(
    fellows: Fellows, signed_in: SignIn
) -> None:
    page = signed_in(fellows.leader).get("/stations/coverage/?on=2023-02-30")
    assert page.context["on"] == today()
    assert page.context["form"].errors["on"]


def test_a_needed_station_is_recorded_by_who_keeps_the_unit(
    fellows: Fellows, signed_in: SignIn
) -> None:
    sent = {
        "now": "needed", "kind": "mobile", "discipline": fellows.basic.pk,
        "unit": fellows.general.pk, "code": "LD-9", "name_zh": "新流动站", "name_en": "New station",
        "since": today().isoformat(),
    }  # fmt: skip
    client = signed_in(fellows.personnel)
    wrong = client.post("/stations/new/", sent | {"number": "2026-1"})
    assert wrong.status_code == 200
    assert wrong.context["form"].non_field_errors()
    assert not Station.objects.filter(code="LD-9").exists()
    made = client.post("/stations/new/", sent)
    station = Station.objects.get(code="LD-9")
    assert made["Location"] == f"/stations/{station.pk}/"
    assert station.state == StationState.NEED
    own = sent | {"code": "LD-8"}
    signed_in(fellows.neighbour).post("/stations/new/", own)
    assert not Station.objects.filter(code="LD-8").exists()
    assert signed_in(fellows.leader).get("/stations/new/").status_code == 404


@pytest.mark.usefixtures("procedures")
def test_the_dossier_keeps_the_figures_of_the_census_and_nothing_typed(
    fellows: Fellows, needed: Station, census: Census, signed_in: SignIn
) -> None:
    client, path = signed_in(fellows.personnel), f"/stations/{needed.pk}/"
    client.post(f"{path}dossier/")
    assert not StationCase.objects.exists()
    made = client.post(f"{path}change/opening/", {"reason": "学科发展需要"})
    row = StationCase.objects.get(station=needed)
    assert made["Location"] == f"/cases/{row.case_id}/"
    client.post(f"{path}dossier/", {"postdoc.in_station": "99"})
    row.refresh_from_db()
    assert row.dossier["postdoc.in_station"]["value"] == "1.000000"
    assert row.dossier["discipline.graduates.1001"]["value"] is None
    handed_in(row.case, fellows.personnel)
    page = signed_in(fellows.office).get(f"{path}dossier/")
    lines = {line["title"]: line for line in page.context["kept"]}
    figure = FigureValue.objects.get(key="postdoc.in_station")
    assert f"/figures/{figure.pk}/" in {line["url"] for line in lines.values()}
    assert page.context["fresh"] == []
    assert page.context["is_true"]


@pytest.mark.usefixtures("procedures")
def test_a_station_whose_opening_is_asked_for_says_so_and_names_no_number_yet(
    fellows: Fellows, needed: Station, signed_in: SignIn
) -> None:
    station = needed
    client = signed_in(fellows.personnel)
    assert "reason-station-opening" not in text_of(client.get(f"/stations/{station.pk}/"))
    ask_opening(station=station, by=fellows.personnel)
    page = text_of(client.get(f"/stations/{station.pk}/"))
    assert "reason-station-opening" in page
    assert ">None<" not in page


@pytest.mark.usefixtures("procedures")
def test_who_does_not_keep_the_station_finds_the_reason_and_opens_nothing(
    fellows: Fellows, needed: Station, signed_in: SignIn
) -> None:
    client, path = signed_in(fellows.leader), f"/stations/{needed.pk}/"
    page = client.get(path)
    assert page.context["acts"][0]["reason"]
    assert client.get(f"{path}change/opening/").status_code == 200
    assert client.post(f"{path}change/opening/", {"reason": "试"}).status_code == 403
    assert not StationCase.objects.exists()


def test_a_station_with_people_in_it_is_not_closed_on_the_page(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client = signed_in(fellows.personnel)
    path = f"/stations/{fellows.station.pk}/change/state/"
    answer = client.post(path, {"to": "closed", "on": today().isoformat()})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    fellows.station.refresh_from_db()
    assert fellows.station.state == StationState.OPEN


def test_the_network_draws_who_supervises_where_and_the_table_has_the_same(
    fellows: Fellows, signed_in: SignIn
) -> None:
    enter_postdoc(
        **entering(
            fellows, intake=IntakeSource.JOINT, workstation=fellows.workstation,
            agreement=fellows.agreement, hosts=[NewHost(fellows.persons["T1"])],
            entered_on=date(2024, 1, 1), term_ends_on=date(2025, 12, 31),
        )
    )  # fmt: skip
    page = signed_in(fellows.leader).get("/stations/network/")
    lanes = {lane.code: lane for lane in page.context["lanes"]}
    assert set(lanes) == {"1001", "1002"}
    clinical = lanes["1002"]
    assert [node.text for node in clinical.partners.values()] == ["澄江医疗器械"]
    assert [node.text for node in clinical.supervisors.values()] == ["江晚晴"]
    assert (f"p{fellows.partner.pk}", f"s{fellows.station.pk}") in clinical.links
    drawn = [box["title"] for lane in page.context["drawing"]["lanes"] for box in lane["boxes"]]
    assert any(title.startswith("江晚晴") for title in drawn)
    text = text_of(page)
    for number, lane in enumerate(page.context["drawing"]["lanes"], start=1):
        assert f'<title id="network-{number}">{lane["title"]}</title>' in text
    only = signed_in(fellows.leader).get("/stations/network/?discipline=1001")
    assert [lane.code for lane in only.context["lanes"]] == ["1001"]


def test_the_network_names_the_company_of_an_agreement_and_the_laboratory_of_a_postdoc(
    fellows: Fellows, signed_in: SignIn
) -> None:
    own = record_station(
        institution=fellows.institution, unit=fellows.general, code="GZ-GH", opened_on=OPENED,
        kind=StationKind.WORKSTATION, name_zh="总医院工作站", name_en="Workstation", by=OPERATOR,
    )  # fmt: skip
    joint = enter_postdoc(
        **entering(
            fellows, intake=IntakeSource.JOINT, workstation=own, agreement=fellows.agreement,
            term_ends_on=today() + timedelta(days=90),
        )
    )  # fmt: skip
    place = open_unit(
        upper=fellows.institution, code="YT-L1", kind="laboratory", name_zh="神经环路实验室",
        name_en="Laboratory of Neural Circuits", valid_from=OPENED, by=OPERATOR,
    )  # fmt: skip
    programme = PiProgramme.objects.create(
        institution=fellows.institution, unit=fellows.general, code="EXC", name_zh="卓越计划",
        opened_on=OPENED,
    )  # fmt: skip
    laboratory = Laboratory.objects.create(
        unit=place, institution=fellows.institution, opened_on=OPENED, programme=programme,
        head=fellows.persons["T1"],
    )  # fmt: skip
    LabMember.objects.create(
        laboratory=laboratory, person=joint.person, role="postdoc", valid_from=joint.entered_on
    )
    page = signed_in(fellows.personnel).get("/stations/network/")
    lane = {lane.code: lane for lane in page.context["lanes"]}["1002"]
    assert (f"p{fellows.partner.pk}", f"s{fellows.station.pk}") in lane.links
    assert (f"u{fellows.general.pk}", f"s{own.pk}") in lane.links
    assert [node.text for node in lane.laboratories.values()] == ["神经环路实验室"]
    assert (f"s{fellows.station.pk}", f"l{laboratory.pk}") in lane.links


def test_the_network_shows_a_secretary_the_stations_of_the_unit_alone(
    fellows: Fellows, signed_in: SignIn
) -> None:
    own = mobile(fellows.cancer, "LD-C", fellows.clinical)
    page = signed_in(fellows.neighbour).get("/stations/network/")
    text = text_of(page)
    assert f"/stations/{own.pk}/" in text
    assert f"/stations/{fellows.station.pk}/" not in text
    assert "江晚晴" not in text


def test_long_names_are_broken_in_two_lines_and_cut_with_an_ellipsis() -> None:
    from preceptor.web.shown.network_drawing import wrapped

    assert wrapped("临床医学") == ["临床医学"]
    assert wrapped("Postdoctoral station of Clinical Medicine") == [
        "Postdoctoral station of Clinical", "Medicine",
    ]  # fmt: skip
    long = wrapped("云" * 60)
    assert len(long) == 2
    assert long[1].endswith("…")


@pytest.mark.parametrize("path", ["/stations/", "/stations/network/"])
def test_many_stations_ask_no_more_than_few(fellows: Fellows, signed_in: SignIn, path: str) -> None:
    client = signed_in(fellows.personnel)
    few = asked(client, path)
    for number in range(30):
        mobile(fellows.general, f"LD-{number}", fellows.clinical)
    assert asked(client, path) == few
    assert few <= 12


def test_a_bracket_of_a_name_in_the_network_is_not_torn_apart() -> None:
    from preceptor.web.shown.network_drawing import wrapped

    assert wrapped("神经损伤修复省级重点实验室（第1批）") == [
        "神经损伤修复省级重点实验室",
        "（第1批）",
    ]
    assert wrapped("（" + "云" * 40)[0].startswith("（云")


def test_the_table_of_the_network_has_a_line_for_each_part_that_a_discipline_has(
    fellows: Fellows, signed_in: SignIn
) -> None:
    text = text_of(signed_in(fellows.leader).get("/stations/network/"))
    table = text.split("network-table")[1].split("</table>")[0]
    lanes = signed_in(fellows.leader).get("/stations/network/").context["lanes"]
    assert table.count('scope="rowgroup"') == len(lanes) > 1
    # No laboratory is recorded, and no line says so.
    assert "独立实验室" not in table
    assert "1002 临床医学" in table


def test_a_discipline_that_has_platforms_alone_stands_in_the_network_by_its_english_name(
    fellows: Fellows, signed_in: SignIn
) -> None:
    pharmacy = Discipline.objects.create(
        code="1007",
        name_zh="药学",
        name_en="Pharmacy",
        level="first",
        catalogue="academic",
        valid_from=OPENED,
    )
    Platform.objects.create(
        institution=fellows.institution, unit=fellows.general, code="PT-9", discipline=pharmacy,
        name_zh="药物靶点研究中心", name_en="Research Centre of Drug Targets", level="national",
        kind="research_centre",
    )  # fmt: skip
    page = signed_in(fellows.leader, "en").get("/stations/network/")
    assert "1007 Pharmacy" in [lane["title"] for lane in page.context["drawing"]["lanes"]]
