"""The list of panels, and one panel with its members on the day of the sitting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.models import Lineage, StoredFile
from preceptor.people.actions import give_titles
from preceptor.people.choices import TitleLevel, TitleSeries
from preceptor.people.models import Account, Title
from preceptor.training.actions import NewSeat, compose_panels, reschedule_panel
from preceptor.training.models import Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]


def compose(cast: Cast, count: int) -> None:
    """More mid-term panels of the same three members."""
    panels = [
        (
            Panel(
                number=f"P-2023-{number:04}", institution=cast.institution, enrolment=cast.gu,
                stage="midterm", sits_on=date(2023, 5, 10),
            ),
            [NewSeat(cast.persons[key], "member") for key in ("T1", "T2", "T3")],
        )
        for number in range(count)
    ]  # fmt: skip
    compose_panels(institution=cast.institution, panels=panels, by=OPERATOR)


def test_panels_are_listed_for_those_who_see_the_trainee_and_nobody_else(
    signed_in: SignIn,
    trainee: Account,
    supervisor: Account,
    secretary: Account,
    leader: Account,
    neighbour: Account,
    stranger: Account,
) -> None:
    for account in (trainee, supervisor, secretary, leader):
        assert "P-2022-0001" in signed_in(account).get("/panels/").content.decode()
    for account in (neighbour, stranger):
        page = signed_in(account).get("/panels/").content.decode()
        assert "P-2022-0001" not in page
        assert "林知远" not in page


def test_a_neighbour_and_a_stranger_get_no_panel_and_no_name(
    signed_in: SignIn, cast: Cast, neighbour: Account, stranger: Account
) -> None:
    for account in (neighbour, stranger):
        response = signed_in(account).get(f"/panels/{cast.panel.pk}/")
        assert response.status_code == 404
        assert not {"林知远", "江晚晴"} & set(response.content.decode().split())
        assert "江晚晴" not in response.content.decode()


def test_a_member_of_unknown_title_reads_not_recorded_and_leaves_the_panel_pending(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    response = signed_in(secretary, "en").get(f"/panels/{cast.panel.pk}/")
    seats = {seat["name"]: seat for seat in response.context["seats"]}
    assert seats["Fang Shuyu"]["title"] is None
    assert seats["Jiang Wanqing"]["title"] == "教授"
    assert response.context["verdict_word"] == "pending"
    assert "not recorded" in response.content.decode()


def test_a_member_is_shown_with_the_title_of_the_day_of_the_sitting(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    later = Title(
        person=cast.persons["T3"], series=TitleSeries.TEACHER, level=TitleLevel.ASSOCIATE,
        name="副教授", valid_from=date(2023, 1, 1),
    )  # fmt: skip
    give_titles(institution=cast.institution, titles=[later], by=OPERATOR)
    client, address = signed_in(secretary), f"/panels/{cast.panel.pk}/"
    assert client.get(address).context["seats"][2]["title"] is None
    reschedule_panel(
        panel=cast.panel, sits_on=date(2023, 2, 1), precision="day", by=OPERATOR, reason="改期"
    )
    after = client.get(address).context
    assert after["seats"][2]["title"] == "副教授"
    assert after["verdict_word"] == "pass"


def test_the_panel_names_the_cell_that_a_value_came_from(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    file = StoredFile.objects.create(sha256="b" * 64, name="评审小组名单.xlsx", size=1)
    Lineage.objects.create(
        file=file, sheet="答辩", row=7, column="F", header="职称",
        subject_kind="panel", subject_key=str(cast.panel.pk), field="seat.title",
    )  # fmt: skip
    page = signed_in(secretary).get(f"/panels/{cast.panel.pk}/").content.decode()
    assert "评审小组名单.xlsx" in page
    assert "<code>F7</code>" in page


def test_who_is_in_house_is_not_from_another_institution_and_the_rest_stays_unknown(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    seats = signed_in(secretary).get(f"/panels/{cast.panel.pk}/").context["seats"]
    assert [seat["is_outside_institution"] for seat in seats] == [False, False, False]
    assert [seat["is_doctoral_supervisor"] for seat in seats] == [False, False, False]
    assert {seat["field"] for seat in seats} != {None}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?stage=midterm", 4),
        ("?stage=defence", 0),
        ("?q=P-2022", 1),
        ("?q=guqing", 3),
        ("?verdict=pending", 4),
        ("?verdict=pass", 0),
        ("?stage=unheard", 4),
    ],
)
def test_the_list_of_panels_is_narrowed_by_each_filter(
    query: str, count: int, signed_in: SignIn, cast: Cast, office: Account
) -> None:
    compose(cast, 3)
    assert len(signed_in(office).get(f"/panels/{query}").context["rows"]) == count


def test_the_pages_of_panels_ask_as_often_for_one_panel_as_for_thirty(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary)

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = ["/panels/", f"/panels/{cast.panel.pk}/"]
    before = [asked(address) for address in addresses]
    compose(cast, 30)
    assert [asked(address) for address in addresses] == before
    assert max(before) <= 14


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_panels_are_written_in_both_languages(
    language: str, signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary, language)
    assert client.get("/panels/").status_code == 200
    page = client.get(f"/panels/{cast.panel.pk}/").content.decode()
    assert ("Jiang Wanqing" in page) == (language == "en")
    assert ("江晚晴" in page) == (language != "en")
