"""The pages of censuses, figures and reports: who reads them, and that values are alike for all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.models import Job
from preceptor.base.today import today
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import DegreePoint
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.reports.actions import freeze, write_report
from preceptor.reports.models import Census, FigureValue
from preceptor.training.models import Enrolment

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "frozen_cast"]

SignIn = Callable[..., Client]
Find = Callable[..., FigureValue]
LIST = "/censuses/"
ENROLLED = "enrolled.fulltime_prof_doctoral"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def page_of(record: Census | FigureValue) -> str:
    return f"/{'censuses' if isinstance(record, Census) else 'figures'}/{record.pk}/"


@pytest.fixture
def foreign_office(cast: Cast) -> Account:
    """The graduate school of another university in the same database."""
    other = open_unit(
        upper=None, code="LH", kind="university", name_zh="临海医科大学",
        name_en="Linhai Medical University", valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    account = open_account(
        login="foreign", name="外校", password="only-for-tests-2026", person=None, by=OPERATOR
    )
    grant_role(
        account=account, kind=RoleKind.OFFICE, unit=other, valid_from=date(2021, 9, 1), by=OPERATOR
    )
    return account


def write(census: Census, home: Path) -> list[Path]:
    """The report of the census as HTML, where the pages look for it."""
    folder = home / "report" / str(census.day.year)
    return write_report(
        census, languages=["zh", "en"], formats=["html"], folder=folder, by=OPERATOR
    )


def test_offices_secretaries_and_leaders_read_a_census(
    signed_in: SignIn, office: Account, secretary: Account, leader: Account, census: Census
) -> None:
    for account in (office, secretary, leader):
        client = signed_in(account)
        assert "2023-12-31" in text_of(client.get(LIST))
        assert client.get(page_of(census)).status_code == 200


def test_trainees_supervisors_and_strangers_find_neither_census_nor_figure_nor_report(
    signed_in: SignIn,
    trainee: Account,
    supervisor: Account,
    stranger: Account,
    census: Census,
    figure: Find,
    home: Path,
) -> None:
    write(census, home)
    addresses = [
        LIST, page_of(census), page_of(figure(ENROLLED)), f"/reports/{census.pk}/",
        f"/reports/{census.pk}/figures.csv",
    ]  # fmt: skip
    for account in (trainee, supervisor, stranger):
        for address in addresses:
            response = signed_in(account).get(address)
            assert response.status_code == 404
            assert "林知远" not in text_of(response)


def test_the_office_of_another_university_sees_nothing_of_this_one(
    signed_in: SignIn, foreign_office: Account, census: Census, figure: Find, home: Path
) -> None:
    write(census, home)
    client = signed_in(foreign_office)
    assert client.get(LIST).context["lines"] == []
    for address in (page_of(census), page_of(figure(ENROLLED)), f"/reports/{census.pk}/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/reports/{census.pk}/figures.csv").status_code == 404
    assert client.post(f"/reports/{census.pk}/").status_code == 404


def test_a_census_names_its_edition_its_hash_its_packs_and_the_head_of_the_journal(
    signed_in: SignIn, leader: Account, census: Census
) -> None:
    page = text_of(signed_in(leader).get(page_of(census)))
    for expected in (
        "第 1 版", census.manifest_hash, census.manifest["journal"]["hash"],
        "yunting/clinical-doctorate", "enrolments.parquet", "与冻结时一致",
    ):  # fmt: skip
        assert expected in page


def test_a_census_whose_file_was_changed_says_so(
    signed_in: SignIn, leader: Account, census: Census, home: Path
) -> None:
    path = home / census.folder / "enrolments.parquet"
    path.chmod(0o644)
    path.write_bytes(b"changed")
    for address in (page_of(census), f"{LIST}?check={census.pk}"):
        page = text_of(signed_in(leader, "en").get(address))
        assert "Changed after the freeze" in page
        assert "enrolments.parquet was changed after the freeze." in page


def test_the_list_looks_up_the_check_of_each_census_by_itself(
    signed_in: SignIn, leader: Account, census: Census
) -> None:
    client = signed_in(leader)
    assert f'hx-get="{LIST}?check={census.pk}"' in text_of(client.get(LIST))
    piece = client.get(f"{LIST}?check={census.pk}", headers={"HX-Request": "true"})
    assert "<html" not in text_of(piece)
    assert "与冻结时一致" in text_of(piece)


def test_figures_stand_by_chapter_with_value_unit_period_and_nature(
    signed_in: SignIn, leader: Account, census: Census
) -> None:
    client = signed_in(leader)
    shown = client.get(page_of(census), {"chapter": "situation"}).context["figures"]
    [line] = [line for line in shown if line["key"] == ENROLLED and "/" not in line["scope"]
              and line["scope"] == "临床医学博士专业学位授权点"]  # fmt: skip
    assert (line["value"], line["unit"], line["period"], line["nature"]) == (
        "3", "人", "截至 2023-12-31", "时点数",
    )  # fmt: skip
    tabs = client.get(page_of(census)).context["tabs"]
    assert sum(tab["count"] for tab in tabs) == census.figures.count()
    assert client.get(page_of(census), {"chapter": "nothing"}).status_code == 404


def test_a_part_of_a_figure_is_named_in_the_readers_language(
    signed_in: SignIn, leader: Account, census: Census
) -> None:
    key = "enrolled.by_direction.internal_medicine"
    titles = []
    for language in ("zh-hans", "en"):
        shown = signed_in(leader, language).get(page_of(census)).context["figures"]
        titles += [line["title"] for line in shown if line["key"] == key]
    assert titles == [
        "各专业方向在校人数：内科学",
        "Trainees enrolled by direction: Internal Medicine",
    ]


def test_the_office_asks_for_a_freeze_once_however_often_it_clicks(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    client = signed_in(office)
    for _time in range(2):
        response = client.post(LIST, {"day": "2024-12-31"}, follow=True)
        assert "正在冻结 2024-12-31 的数据。" in text_of(response)
    [asked] = Job.objects.all()
    assert asked.task == "census.freeze"
    assert asked.arguments["kwargs"] == {"day": "2024-12-31", "account": office.pk}


@pytest.mark.parametrize("day", ["2023-02-30", "", "soon"])
def test_a_day_that_does_not_exist_is_not_frozen(
    signed_in: SignIn, office: Account, day: str
) -> None:
    response = signed_in(office).post(LIST, {"day": day})
    assert response.status_code == 400
    assert not Job.objects.exists()


def test_a_day_to_come_is_not_frozen(signed_in: SignIn, office: Account) -> None:
    tomorrow = today() + timedelta(days=1)
    response = signed_in(office).post(LIST, {"day": tomorrow.isoformat()})
    assert "这一天还没有到" in text_of(response)
    assert not Job.objects.exists()


def test_only_the_office_freezes_and_writes(
    signed_in: SignIn, secretary: Account, leader: Account, trainee: Account, census: Census
) -> None:
    for account in (secretary, leader, trainee):
        client = signed_in(account)
        assert client.post(LIST, {"day": "2024-12-31"}).status_code == 404
        assert client.post(f"/reports/{census.pk}/").status_code == 404
        assert 'id="freeze"' not in text_of(client.get(LIST))
    assert not Job.objects.exists()


def test_a_freeze_that_was_refused_tells_the_office_why(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    client = signed_in(office)
    client.post(LIST, {"day": "2024-12-31"})
    error = "preceptor.base.errors.RuleBroken: The records begin on 2021-09-01.\n\nTraceback"
    Job.objects.update(state="failed", error=error, finished_at="2026-01-01T00:00:00Z")
    assert "The records begin" not in text_of(client.get(LIST))
    Job.objects.update(finished_at=timezone.now())
    page = text_of(client.get(LIST))
    assert "The records begin on 2021-09-01." in page
    assert "Traceback" not in page


def test_the_value_of_a_figure_is_the_same_for_every_reader_and_its_records_are_not(
    signed_in: SignIn,
    office: Account,
    leader: Account,
    secretary: Account,
    neighbour: Account,
    figure: Find,
) -> None:
    address = page_of(figure(ENROLLED))
    read = {}
    for account in (office, leader, secretary, neighbour):
        context = signed_in(account).get(address).context
        read[account.login] = (
            context["line"]["value"],
            [row[1]["text"] for row in context["rows"]],
            context["hidden"],
        )
    everybody = ["2021110001", "2021110002", "2021110003"]
    assert read == {
        "office": ("3", everybody, 0),
        "leader": ("3", everybody, 0),
        "secretary": ("3", everybody[:2], 1),
        "neighbour": ("3", everybody[2:], 2),
    }


def test_a_figure_says_how_many_records_are_hidden_and_names_none_of_them(
    signed_in: SignIn, neighbour: Account, figure: Find
) -> None:
    page = text_of(signed_in(neighbour).get(page_of(figure(ENROLLED))))
    assert "另有 2 条记录计入该数值" in page
    for hidden in ("林知远", "顾清妍", "2021110001"):
        assert hidden not in page
    english = text_of(signed_in(neighbour, "en").get(page_of(figure(ENROLLED))))
    assert "2 more records count here and lie outside what you may see." in english


def test_a_figure_gives_its_definition_in_the_readers_language(
    signed_in: SignIn, leader: Account, figure: Find
) -> None:
    page = text_of(signed_in(leader, "en").get(page_of(figure(ENROLLED))))
    assert "suspended trainees count, in-service candidates do not" in page
    assert "stock: what was so on the day" in page
    chinese = text_of(signed_in(leader).get(page_of(figure(ENROLLED))))
    assert "休学者计入，不含在职人员" in chinese


def test_a_figure_that_is_unknown_is_not_shown_as_nought(
    signed_in: SignIn, leader: Account, figure: Find
) -> None:
    unknown = figure("admission.applicants")
    assert unknown.value is None
    context = signed_in(leader).get(page_of(unknown)).context
    assert context["line"]["value"] == "未登记"
    assert context["trend"][0]["value"] is None


def test_the_records_of_every_kind_can_be_shown(
    signed_in: SignIn, office: Account, cast: Cast, point: DegreePoint
) -> None:
    client = signed_in(office)
    shown = set()
    year_of_the_panel = freeze(cast.institution, date(2022, 12, 31), by=OPERATOR)
    for found in year_of_the_panel.figures.filter(records__gt=0):
        if found.record_kind not in shown:
            context = client.get(page_of(found)).context
            assert context["rows"], found.key
            shown.add(found.record_kind)
    assert shown == {"enrolment", "discipline", "unit", "point", "milestone", "panel"}


def test_the_course_of_a_figure_takes_the_last_edition_of_each_day(
    signed_in: SignIn, leader: Account, cast: Cast, census: Census, figure: Find
) -> None:
    earlier = freeze(cast.institution, date(2022, 12, 31), by=OPERATOR)
    again = freeze(cast.institution, census.day, by=OPERATOR)
    trend = signed_in(leader).get(page_of(figure(ENROLLED))).context["trend"]
    assert [bar["label"] for bar in trend] == ["2022-12-31", "2023-12-31"]
    urls = [earlier.figures, again.figures]
    assert [bar["url"] for bar in trend] == [
        page_of(figures.get(key=ENROLLED, scope="YT-DP")) for figures in urls
    ]


def test_a_place_that_is_no_key_shows_the_first_records(
    signed_in: SignIn, office: Account, figure: Find
) -> None:
    client, address = signed_in(office), page_of(figure(ENROLLED))
    for place in ("nonsense", "1~x", "9" * 40):
        assert client.get(address, {"after": place}).status_code == 200
    assert client.get(address, {"kind": "person"}).status_code == 404


def test_a_figure_asks_the_database_as_often_for_many_records_as_for_few(
    signed_in: SignIn, secretary: Account, figure: Find
) -> None:
    client = signed_in(secretary)

    def queries(found: FigureValue) -> int:
        client.get(page_of(found))
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(found))
        return len(captured)

    few = figure("enrolled.by_direction.surgery")
    many = figure("enrolled.by_direction.internal_medicine")
    assert (few.records, many.records) == (1, 2)
    assert queries(few) == queries(many) <= 12


def test_a_census_asks_the_database_as_often_for_any_chapter(
    signed_in: SignIn, secretary: Account, census: Census
) -> None:
    client = signed_in(secretary)
    address = f"{page_of(census)}?chapter=situation"
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) <= 12


def test_the_report_of_a_census_stands_on_its_page_with_numbers_that_lead_to_figures(
    signed_in: SignIn, secretary: Account, census: Census, home: Path
) -> None:
    write(census, home)
    for language, title in (("zh-hans", "学位授权点建设年度报告"), ("en", "yearly report")):
        page = text_of(signed_in(secretary, language).get(f"/reports/{census.pk}/"))
        assert title in page
        assert '<article class="report"' in page
        assert page.count("<h1") == 1
        linked = {int(key) for key in re.findall(r'href="[^"]*/figures/(\d+)/"', page)}
        assert linked
        assert linked <= set(census.figures.values_list("pk", flat=True))


def test_the_files_of_a_report_can_be_downloaded_and_nothing_else(
    signed_in: SignIn, leader: Account, census: Census, home: Path
) -> None:
    paths = write(census, home)
    (home / "report" / "2023" / "private.txt").write_text("林知远")
    client = signed_in(leader)
    for path in paths:
        response = client.get(f"/reports/{census.pk}/{path.name}")
        assert b"".join(response.streaming_content) == path.read_bytes()  # type: ignore[attr-defined]
        assert response.headers["Content-Disposition"].startswith("attachment")
    for name in ("private.txt", "report-2022-zh.html", "report-2023-zh.docx"):
        assert client.get(f"/reports/{census.pk}/{name}").status_code == 404
    style = client.get(f"/reports/{census.pk}/report.css")
    assert style.headers["Content-Type"].startswith("text/css")
    style.close()


def test_a_report_of_another_edition_is_not_passed_off_as_this_ones(
    signed_in: SignIn, office: Account, cast: Cast, census: Census, home: Path
) -> None:
    again = freeze(cast.institution, census.day, by=OPERATOR)
    write(again, home)
    client = signed_in(office)
    page = text_of(client.get(f"/reports/{census.pk}/"))
    assert "已有报告属于其他版次" in page
    assert "<article" not in page
    assert client.get(f"/reports/{census.pk}/report-2023-zh.html").status_code == 404
    assert "<article" in text_of(client.get(f"/reports/{again.pk}/"))


def test_the_office_asks_for_the_report_once_however_often_it_clicks(
    signed_in: SignIn, office: Account, census: Census
) -> None:
    client = signed_in(office)
    assert "报告尚未生成" in text_of(client.get(f"/reports/{census.pk}/"))
    for _time in range(2):
        response = client.post(f"/reports/{census.pk}/", follow=True)
        assert "报告正在生成" in text_of(response) or "正在生成报告" in text_of(response)
    [asked] = Job.objects.all()
    assert asked.task == "report.write"
    assert asked.arguments["kwargs"] == {"census": census.pk, "account": office.pk}


def test_a_leader_sees_why_the_report_cannot_be_asked_for(
    signed_in: SignIn, leader: Account, census: Census
) -> None:
    page = text_of(signed_in(leader).get(f"/reports/{census.pk}/"))
    assert 'aria-disabled="true"' in page


def test_nobody_reads_a_census_without_signing_in(client: Client, census: Census) -> None:
    for address in (LIST, page_of(census), f"/reports/{census.pk}/"):
        assert client.get(address).status_code == 302


def test_a_record_that_left_the_database_counts_as_hidden(
    signed_in: SignIn, office: Account, cast: Cast, point: DegreePoint, census: Census, figure: Find
) -> None:
    Enrolment.objects.filter(pk=cast.shen.pk).delete()
    context = signed_in(office).get(page_of(figure(ENROLLED))).context
    assert (context["line"]["value"], len(context["rows"]), context["hidden"]) == ("3", 2, 1)
