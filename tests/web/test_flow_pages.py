"""The flow of postdocs and the figures over the years on their pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from answers import page_of
from new_fellows import Fellows, entering
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import enter_postdoc, leave_station
from preceptor.fellows.choices import StayEnd
from preceptor.institutions.models import Platform
from preceptor.reports.models import Census, FigureValue

pytest_plugins = ["cast", "fellow_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.mark.parametrize("by", ["", "station", "track", "intake"])
def test_in_every_row_the_start_and_what_came_less_what_went_is_the_end(
    fellows: Fellows, signed_in: SignIn, by: str
) -> None:
    enter_postdoc(**entering(fellows, station=fellows.other_station))
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=today(), by=OPERATOR)
    first = (today() - timedelta(days=60)).isoformat()
    page = signed_in(fellows.leader).get(f"/postdocs/flow/?first={first}&by={by}")
    assert page.context["lines"]
    for line in page.context["lines"]:
        start, *moves, end = [value for _label, value in line["cells"]]
        assert start + sum(moves[:3]) - sum(moves[3:]) == end
    assert page.context["totals"] == {"start": 1, "came": 1, "went": 1, "end": 1}


def test_the_workbook_of_the_flow_holds_the_lines_of_the_page(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client, query = signed_in(fellows.personnel), "first=2023-01-01&last=2024-01-01&by=station"
    lines = client.get(f"/postdocs/flow/?{query}").context["lines"]
    answer: Any = client.get(f"/postdocs/flow/export.xlsx?{query}")
    content = b"".join(answer.streaming_content)
    rows = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
    assert [list(row) for row in rows[1:]] == [
        [line["name"], *(value for _label, value in line["cells"])] for line in lines
    ]
    assert rows[1][0] == fellows.station.name_zh


def test_days_the_wrong_way_round_are_told_and_answered_with_this_year(
    fellows: Fellows, signed_in: SignIn
) -> None:
    page = signed_in(fellows.leader).get("/postdocs/flow/?first=2024-05-01&last=2024-01-01")
    assert page.status_code == 200
    assert page.context["form"].errors["first"]
    assert page.context["chosen"]["first"] == date(2024, 1, 1)


def test_who_reads_no_fellows_finds_neither_flow_nor_figures(
    fellows: Fellows, signed_in: SignIn
) -> None:
    for account in (fellows.stranger, fellows.postdoc):
        for path in (
            "flow/", "flow/export.xlsx", "cycle/", "carriers/", "carriers/export.xlsx",
        ):  # fmt: skip
            assert signed_in(account).get(f"/postdocs/{path}").status_code == 404


def census_of(fellows: Fellows, year: int, edition: int, value: Decimal | None) -> Census:
    made = Census.objects.create(
        institution=fellows.institution, day=date(year, 12, 31), edition=edition,
        known_at="2026-01-05T00:00:00Z", folder=f"{year}-{edition}", manifest_hash="0",
        manifest={"files": {}}, frozen_by="test",
    )  # fmt: skip
    for key in ("postdoc.in_station", "cycle.papers", "cycle.translated"):
        FigureValue.objects.create(
            census=made, key=key, scope="YT", period=str(year), nature="stock", value=value,
            unit="person", records=0,
        )  # fmt: skip
    return made


def test_the_figures_of_all_censuses_stand_side_by_side_with_their_pages(
    fellows: Fellows, signed_in: SignIn
) -> None:
    census_of(fellows, 2023, 1, Decimal(10))
    last = census_of(fellows, 2023, 2, Decimal(12))
    census_of(fellows, 2024, 1, None)
    page = signed_in(fellows.leader).get("/postdocs/cycle/")
    assert [one["day"] for one in page.context["days"]] == [date(2023, 12, 31), date(2024, 12, 31)]
    chapters = page.context["chapters"]
    assert [len(one["rows"]) for one in chapters] == [1, 1, 1]
    [first, second] = chapters[0]["rows"][0]["cells"]
    figure = FigureValue.objects.get(census=last, key="postdoc.in_station")
    assert first == {"text": "12", "url": f"/figures/{figure.pk}/"}
    assert second["text"] != "0"


def test_the_form_says_which_days_the_page_counts(fellows: Fellows, signed_in: SignIn) -> None:
    text = signed_in(fellows.leader).get("/postdocs/flow/").content.decode()
    assert f'value="{today().year}-01-01"' in text
    assert f'value="{today().isoformat()}"' in text
    one = signed_in(fellows.leader).get("/postdocs/flow/?last=2025-06-30").content.decode()
    assert 'value="2025-06-30"' in one
    assert f'value="{today().year}-01-01"' not in one


@pytest.fixture
def platform(fellows: Fellows) -> Platform:
    """肝病重点实验室, on which 许望舒 works."""
    made = Platform.objects.create(
        institution=fellows.institution, unit=fellows.general, code="PL-1", kind="key_laboratory",
        level="provincial", name_zh="肝病重点实验室", name_en="Key Laboratory of Liver Disease",
    )  # fmt: skip
    client = Client()
    client.force_login(fellows.personnel, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"platform": made.pk, "on": str(fellows.xu.entered_on)}
    answer = client.post(f"/postdocs/{fellows.xu.pk}/change/platform/", sent)
    assert answer.status_code == 302
    return made


@pytest.mark.parametrize(
    ("language", "name", "head"),
    [
        ("zh-hans", "肝病重点实验室", "许望舒"),
        ("en", "Key Laboratory of Liver Disease", "Xu Wangshu"),
    ],
)
def test_who_carries_the_postdocs_is_told_with_them_in_both_languages(
    fellows: Fellows, signed_in: SignIn, platform: Platform, language: str, name: str, head: str
) -> None:
    reader = signed_in(fellows.leader, language)
    text = page_of(reader.get("/postdocs/carriers/?by=platform&first=2024-01-01"))
    row = text[text.index(f'href="/platforms/{platform.pk}/"') :].partition("</tr>")[0]
    assert name in row
    assert head in row
    assert f'href="/postdocs/{fellows.xu.pk}/"' in row
    for path in (f"/postdocs/{fellows.xu.pk}/", f"/platforms/{platform.pk}/"):
        shown = page_of(reader.get(path))
        assert name in shown
        assert head in shown
    guides = page_of(reader.get("/postdocs/carriers/?first=2024-01-01"))
    assert fellows.persons["T1"].name_zh in guides or fellows.persons["T1"].name_en in guides


def test_the_workbook_holds_who_carries_whom(
    fellows: Fellows, signed_in: SignIn, platform: Platform
) -> None:
    answer: Any = signed_in(fellows.personnel).get(
        "/postdocs/carriers/export.xlsx?by=platform&first=2024-01-01"
    )
    content = b"".join(answer.streaming_content)
    rows = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
    assert rows[1][:3] == ("肝病重点实验室", 1, "许望舒")


def test_the_platform_tells_who_works_there_to_who_sees_the_postdoc_alone(
    fellows: Fellows, signed_in: SignIn, platform: Platform
) -> None:
    path = f"/platforms/{platform.pk}/"
    assert "许望舒" in page_of(signed_in(fellows.secretary).get(path))
    for account in (fellows.neighbour, fellows.stranger):
        body = page_of(signed_in(account).get(path))
        assert "许望舒" not in body
        assert fellows.xu.number not in body


def test_work_on_a_platform_is_ended_on_its_page(
    fellows: Fellows, signed_in: SignIn, platform: Platform
) -> None:
    place = fellows.xu.platform_places.get()
    path = reverse("postdoc_part", args=[fellows.xu.pk, "platform_end", place.pk])
    sent = {"last_on": str(today()), "reason": "转到另一平台"}
    assert signed_in(fellows.leader).post(path, sent).status_code == 403
    for account in (fellows.neighbour, fellows.stranger):
        assert signed_in(account).post(path, sent).status_code == 404
    assert fellows.xu.platform_places.known().get().valid_to is None
    assert signed_in(fellows.personnel).post(path, sent).status_code == 302
    assert fellows.xu.platform_places.known().get().valid_to == today()
