"""The pages of units: the tree of a day, and one unit with its relations in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.institutions.actions import open_unit, relate_units
from preceptor.institutions.models import Unit
from preceptor.people.models import Account
from preceptor.supervisors.actions import record_qualifications
from preceptor.supervisors.models import SupervisorQualification

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
LIST = "/units/"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def open_college(cast: Cast, number: int, first: date) -> Unit:
    return open_unit(
        upper=cast.institution, code=f"YT-C{number:02}", kind="clinical_college",
        name_zh=f"第{number}临床学院", name_en=f"Clinical College {number}",
        relation="clinical_college_of", valid_from=first, by=OPERATOR,
    )  # fmt: skip


def numbers_on(client: Client, day: str) -> dict[str, str]:
    stats = client.get(LIST, {"on": day}).context["stats"]
    return {str(stat["label"]): stat["value"] for stat in stats}


def test_the_tree_shows_the_units_of_the_day_and_counts_each_kind(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    open_college(cast, 1, date(2015, 9, 1))
    open_college(cast, 2, date(2023, 7, 1))
    client = signed_in(office, "en")
    before, after = (numbers_on(client, day) for day in ("2022-12-31", "2023-12-31"))
    assert (
        before["Non-affiliated clinical college"],
        after["Non-affiliated clinical college"],
    ) == (
        "1",
        "2",
    )
    assert before["University hospital"] == after["University hospital"] == "2"
    assert "Clinical College 2" not in text_of(client.get(LIST, {"on": "2022-12-31"}))
    assert "Clinical College 2" in text_of(client.get(LIST, {"on": "2023-12-31"}))


def test_a_relation_that_has_ended_is_not_in_the_tree_any_more(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    base = open_college(cast, 1, date(2015, 9, 1))
    relate_units(
        lower=cast.general, upper=base, kind="part_of", valid_from=date(2016, 1, 1),
        valid_to=date(2016, 12, 31), by=OPERATOR,
    )  # fmt: skip
    client = signed_in(office)

    def hospitals_below(day: str) -> int:
        [root] = client.get(LIST, {"on": day}).context["roots"]
        [college] = [branch for branch in root.branches if branch.unit == base]
        return len(college.branches)

    assert [hospitals_below(day) for day in ("2016-12-31", "2017-01-01")] == [1, 0]


@pytest.mark.parametrize("day", ["2023-02-30", "soon", "31.12.2023"])
def test_a_day_that_does_not_exist_is_named_and_today_is_shown(
    signed_in: SignIn, office: Account, day: str
) -> None:
    response = signed_in(office).get(LIST, {"on": day})
    assert response.status_code == 200
    assert "没有这一天" in text_of(response)
    assert response.context["is_today"]


def test_a_unit_names_what_it_belonged_to_and_when(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    campus = open_unit(
        upper=cast.institution, code="YT-K", kind="campus", name_zh="翠汀校区",
        name_en="Cuiting Campus", valid_from=date(1990, 1, 1), by=OPERATOR,
    )  # fmt: skip
    relate_units(
        lower=cast.general, upper=campus, kind="part_of", valid_from=date(1995, 1, 1),
        valid_to=date(2004, 6, 30), by=OPERATOR,
    )  # fmt: skip
    page = text_of(signed_in(office).get(f"/units/{cast.general.pk}/"))
    for expected in ("云汀医科大学", "1951-06-01", "至今", "翠汀校区", "1995-01-01", "2004-06-30"):
        assert expected in page


def test_a_unit_counts_the_trainees_and_supervisors_that_the_reader_may_see(
    signed_in: SignIn, office: Account, secretary: Account, trainee: Account, cast: Cast
) -> None:
    held = SupervisorQualification(
        person=cast.persons["T1"], unit=cast.general, direction=cast.medicine,
        degree_level="doctor", degree_type="professional", is_external=False, state="engaged",
        valid_from=date(2015, 1, 1),
    )  # fmt: skip
    record_qualifications(institution=cast.institution, qualifications=[held], by=OPERATOR)

    def numbers(account: Account, unit: Unit) -> list[str]:
        people = signed_in(account).get(f"/units/{unit.pk}/").context["people"]
        return [stat["value"] for stat in people]

    assert numbers(office, cast.institution) == ["3", "3", "1", "0"]
    assert numbers(secretary, cast.institution) == ["2", "2", "1", "0"]
    assert numbers(secretary, cast.cancer) == ["0", "0", "0", "0"]
    assert numbers(trainee, cast.general) == ["1", "1", "0", "0"]


def test_the_number_of_trainees_leads_to_the_list_of_the_unit(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    client = signed_in(office)
    people = client.get(f"/units/{cast.general.pk}/").context["people"]
    [url] = [stat["url"] for stat in people if stat.get("url")]
    assert len(client.get(url).context["rows"]) == 2


def test_registers_of_units_name_no_trainee(
    signed_in: SignIn, stranger: Account, cast: Cast
) -> None:
    client = signed_in(stranger)
    for address in (LIST, f"/units/{cast.general.pk}/"):
        response = client.get(address)
        assert response.status_code == 200
        assert "林知远" not in text_of(response)


def test_a_unit_that_is_not_there_is_not_found_and_nobody_reads_without_signing_in(
    signed_in: SignIn, office: Account, client: Client, cast: Cast
) -> None:
    assert signed_in(office).get("/units/999999/").status_code == 404
    assert client.get(LIST).status_code == 302


def test_units_ask_the_database_as_often_for_many_units_as_for_few(
    signed_in: SignIn, secretary: Account, cast: Cast
) -> None:
    client = signed_in(secretary)

    def queries() -> list[int]:
        counted = []
        for address in (LIST, f"/units/{cast.institution.pk}/"):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counted.append(len(captured))
        return counted

    few = queries()
    for number in range(20):
        open_college(cast, number, date(2015, 9, 1))
    assert queries() == few
    assert max(few) <= 12
