"""The pages of directions: those of a day, and one with its goal and programme versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.institutions.actions import add_discipline
from preceptor.institutions.models import DegreePoint, Discipline
from preceptor.people.models import Account
from preceptor.training.models import Course, Programme, ProgrammeCourse

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
LIST = "/directions/"
MEDICINE = "/directions/105101/"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def codes(client: Client, **query: str) -> list[str]:
    return [line["entry"].code for line in client.get(LIST, query).context["lines"]]


@pytest.fixture
def programme(cast: Cast) -> Programme:
    """Two required courses of 54 + 36 hours and 3 + 2 credits, one elective of 18 and 1.5."""
    first = add_discipline(
        by=OPERATOR, catalogue="YT", code="1051", level="first", degree_type="professional",
        name_zh="临床医学", name_en="Clinical Medicine", valid_from=date(2011, 3, 1),
    )  # fmt: skip
    point = DegreePoint.objects.create(
        code="YT-DP", institution=cast.institution, discipline=first, degree_level="doctor",
        degree_type="professional", name_zh="授权点", name_en="Point",
    )  # fmt: skip
    version = Programme.objects.create(
        point=point, direction=cast.medicine, cohort_from=2022, degree_level="doctor",
        degree_type="professional", title_zh="内科学培养方案", title_en="Programme in medicine",
        normal_years=3, longest_years=8,
    )  # fmt: skip
    for code, kind, hours, credits in (
        ("R1", "required", 54, "3"),
        ("R2", "required", 36, "2"),
        ("E1", "elective", 18, "1.5"),
    ):
        course = Course.objects.create(
            institution=cast.institution, code=code, name_zh=f"课程{code}", name_en=f"Course {code}",
            hours=hours, credits=Decimal(credits),
        )  # fmt: skip
        ProgrammeCourse.objects.create(programme=version, course=course, kind=kind)
    return version


def test_a_direction_stands_in_the_list_from_its_first_day_on(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    Discipline.objects.filter(pk=cast.surgery.pk).update(valid_from=date(2023, 7, 1))
    client = signed_in(office)
    assert codes(client, on="2022-12-31") == ["105101"]
    assert codes(client, on="2023-12-31") == ["105101", "105111"]


def test_a_direction_that_left_the_catalogue_is_not_listed_after_its_last_day(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    Discipline.objects.filter(pk=cast.surgery.pk).update(valid_to=date(2020, 8, 31))
    client = signed_in(office)
    assert codes(client, on="2020-08-31") == ["105101", "105111"]
    assert codes(client, on="2020-09-01") == ["105101"]


def test_people_of_a_direction_are_counted_within_the_readers_scope(
    signed_in: SignIn, office: Account, secretary: Account, neighbour: Account
) -> None:
    def enrolled(account: Account) -> list[int]:
        return [line["enrolled"] for line in signed_in(account).get(LIST).context["lines"]]

    assert enrolled(office) == [2, 1]
    assert enrolled(secretary) == [1, 1]
    assert enrolled(neighbour) == [1, 0]


def test_a_direction_without_goal_says_so_and_one_with_a_goal_shows_it(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    client = signed_in(office)
    assert "缺少培养目标" in text_of(client.get(MEDICINE))
    Discipline.objects.filter(pk=cast.medicine.pk).update(goal_zh="培养内科专科医师。")
    page = text_of(client.get(MEDICINE))
    assert "培养内科专科医师。" in page
    assert "缺少培养目标" not in page


def test_a_goal_known_in_chinese_alone_is_shown_to_readers_of_english_marked_as_chinese(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    Discipline.objects.filter(pk=cast.medicine.pk).update(goal_zh="培养内科专科医师。")
    page = text_of(signed_in(office, "en").get(MEDICINE))
    assert 'lang="zh-Hans">培养内科专科医师。' in page


def test_a_programme_version_adds_up_hours_and_credits_by_kind_of_course(
    signed_in: SignIn, office: Account, programme: Programme
) -> None:
    [shown] = signed_in(office, "en").get(MEDICINE).context["programmes"]
    totals = [
        (len(group["courses"]), group["hours"], group["credits"]) for group in shown["groups"]
    ]
    assert totals == [(2, 90, "5"), (1, 18, "1.5")]
    assert shown["cohorts"] == "from cohort 2022"
    assert shown["years"] == "3 years, at most 8"


def test_programmes_of_another_institution_are_not_shown(
    signed_in: SignIn, stranger: Account, programme: Programme
) -> None:
    assert signed_in(stranger).get(MEDICINE).context["programmes"] == []


def test_an_unknown_direction_is_not_found_and_nobody_reads_without_signing_in(
    signed_in: SignIn, office: Account, client: Client, cast: Cast
) -> None:
    assert signed_in(office).get("/directions/999999/").status_code == 404
    assert client.get(MEDICINE).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_directions_ask_the_database_as_often_for_many_as_for_few(
    signed_in: SignIn, secretary: Account, programme: Programme, language: str
) -> None:
    client = signed_in(secretary, language)

    def queries() -> list[int]:
        counted = []
        for address in (LIST, MEDICINE):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counted.append(len(captured))
        return counted

    few = queries()
    for number in range(20):
        add_discipline(
            by=OPERATOR, catalogue="YT", code=f"1052{number:02}", level="direction",
            degree_type="professional", name_zh=f"方向{number}", name_en=f"Direction {number}",
            valid_from=date(2015, 9, 1),
        )  # fmt: skip
    for cohort in range(2015, 2022):
        Programme.objects.create(
            point=programme.point, direction=programme.direction, cohort_from=cohort,
            degree_level="doctor", degree_type="professional", title_zh="方案", title_en="Programme",
        )  # fmt: skip
    assert queries() == few
    assert max(few) <= 12
