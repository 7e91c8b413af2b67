"""On which platforms postdocs work, and who carries them: supervisors, laboratories, platforms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from new_fellows import Fellows, entering
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.journal import first_broken
from preceptor.base.today import today
from preceptor.fellows.actions import enter_postdoc, leave_platform, place_at_platform
from preceptor.fellows.models import (
    LabMember,
    Laboratory,
    PiProgramme,
    PlatformPlace,
    Postdoc,
)
from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import Platform, PlatformSpan, Unit
from preceptor.people.models import Person
from preceptor.research.models import (
    Authorship,
    Contributor,
    Inventor,
    Paper,
    Patent,
    Project,
    ProjectMember,
    Translation,
)
from preceptor.standing.carriers import Carrier, carriers

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
DAY = date(2024, 6, 1)


@pytest.fixture
def platform(fellows: Fellows) -> Platform:
    """肝病重点实验室, in operation."""
    return platform_of(fellows.institution, fellows.general, "PL-1")


def platform_of(institution: Unit, unit: Unit, code: str) -> Platform:
    made = Platform.objects.create(
        institution=institution, unit=unit, code=code, kind=PlatformKind.KEY_LABORATORY,
        level=PlatformLevel.PROVINCIAL, name_zh="肝病重点实验室", name_en="Key Laboratory of Liver Disease",
    )  # fmt: skip
    PlatformSpan.objects.create(
        platform=made, state=PlatformState.OPERATING, valid_from=date(2015, 1, 1)
    )
    return made


def wrote(institution: Unit, number: str, on: date, *authors: Person) -> Paper:
    paper = Paper.objects.create(
        institution=institution, number=number, title=f"论文 {number}", published_on=on
    )
    for place, one in enumerate(authors, start=1):
        Authorship.objects.create(paper=paper, person=one, place=place)
    return paper


def found(fellows: Fellows, kind: Any, user: Any = None) -> list[Carrier]:
    return carriers(user or fellows.personnel, fellows.institution, kind, FIRST, LAST)


def test_a_postdoc_works_on_a_platform_from_the_entry_on_and_once(
    fellows: Fellows, platform: Platform
) -> None:
    place = place_at_platform(postdoc=fellows.xu, platform=platform, by=fellows.personnel)
    assert place.valid_from == fellows.xu.entered_on
    again = place_at_platform(postdoc=fellows.xu, platform=platform, on=DAY, by=fellows.personnel)
    assert again == place
    assert PlatformPlace.objects.count() == 1
    leave_platform(place=place, last_on=DAY, by=fellows.personnel, reason="转到另一平台")
    assert PlatformPlace.objects.known().get().valid_to == DAY
    assert first_broken() is None


def test_work_that_has_not_begun_is_taken_back(fellows: Fellows, platform: Platform) -> None:
    ahead = today() + timedelta(days=30)
    place = place_at_platform(postdoc=fellows.xu, platform=platform, on=ahead, by=fellows.personnel)
    leave_platform(place=place, last_on=today(), by=fellows.personnel)
    assert not PlatformPlace.objects.known().exists()
    with pytest.raises(RuleBroken):
        leave_platform(place=place, last_on=today(), by=fellows.personnel)


def test_a_platform_of_others_or_closed_and_a_day_before_the_entry_are_refused(
    fellows: Fellows, platform: Platform
) -> None:
    other = Unit.objects.create(code="OTHER", kind="university", name_zh="外校", name_en="Other")
    with pytest.raises(RuleBroken, match="肝病重点实验室"):
        place_at_platform(
            postdoc=fellows.xu, platform=platform_of(other, other, "PL-9"), by=OPERATOR
        )
    with pytest.raises(RuleBroken):
        place_at_platform(
            postdoc=fellows.xu, platform=platform, by=fellows.personnel,
            on=fellows.xu.entered_on - timedelta(days=1),
        )  # fmt: skip
    PlatformSpan.objects.update(state=PlatformState.CLOSED)
    with pytest.raises(RuleBroken):
        place_at_platform(postdoc=fellows.xu, platform=platform, by=fellows.personnel)
    assert not PlatformPlace.objects.exists()


def test_nobody_but_who_keeps_the_records_places_a_postdoc(
    fellows: Fellows, platform: Platform
) -> None:
    for who in (fellows.postdoc, fellows.host, fellows.neighbour, fellows.leader, fellows.stranger):
        with pytest.raises(NotPermitted):
            place_at_platform(postdoc=fellows.xu, platform=platform, by=who)
    assert not PlatformPlace.objects.exists()


def test_what_came_of_it_stands_beside_each_who_carries_a_postdoc(
    fellows: Fellows, platform: Platform
) -> None:
    xu, host = fellows.xu.person, fellows.persons["T1"]
    place_at_platform(postdoc=fellows.xu, platform=platform, by=fellows.personnel)
    wrote(fellows.institution, "A1", DAY, xu, host)
    wrote(fellows.institution, "A2", LAST, xu)
    wrote(fellows.institution, "A3", LAST + timedelta(days=1), xu)
    wrote(fellows.institution, "A4", DAY, host)
    project = Project.objects.create(
        institution=fellows.institution, number="P1", title="课题", starts_on=DAY
    )
    ProjectMember.objects.create(project=project, person=xu, is_head=True)
    patent = Patent.objects.create(
        institution=fellows.institution, number="Z1", title="装置", applied_on=DAY
    )
    Inventor.objects.create(patent=patent, person=xu, place=1)
    contract = Translation.objects.create(
        institution=fellows.institution, number="T1", title="合同", signed_on=FIRST,
        amount_cny=Decimal("250000.50"),
    )  # fmt: skip
    Contributor.objects.create(translation=contract, person=xu, share_e4=10_000)
    for kind, row in (("host", host), ("platform", platform)):
        [one] = found(fellows, kind)
        assert one.row == row
        assert [head.key for head in one.postdocs] == [fellows.xu.pk]
        assert (one.papers, one.projects, one.patents) == (2, 1, 1)
        assert one.translated_cny == one.translated_per_head == Decimal("250000.50")
        assert one.days_to_project == (DAY - fellows.xu.entered_on).days
    assert found(fellows, "laboratory") == []


def test_what_two_did_together_counts_once_and_money_is_told_per_head(
    fellows: Fellows, platform: Platform
) -> None:
    Postdoc.objects.filter(pk=fellows.xu.pk).update(entered_on=date(2023, 9, 1))
    tao = enter_postdoc(**entering(fellows, by=OPERATOR))
    Postdoc.objects.filter(pk=tao.pk).update(entered_on=DAY)
    for one in (fellows.xu, tao):
        one.refresh_from_db()
        place_at_platform(postdoc=one, platform=platform, by=fellows.personnel)
    wrote(fellows.institution, "A1", DAY, fellows.xu.person, tao.person)
    contract = Translation.objects.create(
        institution=fellows.institution, number="T1", title="合同", signed_on=LAST,
        amount_cny=Decimal(100_000),
    )  # fmt: skip
    for one in (fellows.xu, tao):
        Contributor.objects.create(translation=contract, person=one.person, share_e4=5000)
    [carrier] = found(fellows, "platform")
    assert len(carrier.postdocs) == 2
    assert (carrier.papers, carrier.translated_cny) == (1, 100_000)
    assert carrier.translated_per_head == 50_000
    assert carrier.days_to_project is None


def test_who_worked_there_before_or_left_before_is_not_carried_within_the_days(
    fellows: Fellows, platform: Platform
) -> None:
    place = place_at_platform(postdoc=fellows.xu, platform=platform, by=fellows.personnel)
    leave_platform(place=place, last_on=FIRST, by=fellows.personnel)
    assert len(found(fellows, "platform")) == 1
    PlatformPlace.objects.known().update(valid_to=FIRST - timedelta(days=1))
    assert found(fellows, "platform") == []
    PlatformPlace.objects.known().update(valid_to=None)
    Postdoc.objects.filter(pk=fellows.xu.pk).update(left_on=FIRST)
    assert found(fellows, "platform") == []


def test_of_two_terms_of_one_person_the_laboratory_carries_the_one_within_the_days(
    fellows: Fellows,
) -> None:
    Postdoc.objects.filter(pk=fellows.xu.pk).update(left_on=FIRST - timedelta(days=40))
    later = enter_postdoc(**entering(fellows, by=OPERATOR))
    Postdoc.objects.filter(pk=later.pk).update(person=fellows.xu.person, entered_on=DAY)
    programme = PiProgramme.objects.create(
        institution=fellows.institution, unit=fellows.general, code="P", name_zh="计划",
        name_en="Programme", opened_on=date(2015, 1, 1),
    )  # fmt: skip
    laboratory = Laboratory.objects.create(
        institution=fellows.institution, unit=fellows.general, programme=programme,
        head=fellows.persons["T1"], opened_on=date(2015, 1, 1),
    )  # fmt: skip
    LabMember.objects.create(
        laboratory=laboratory, person=fellows.xu.person, role="postdoc",
        valid_from=fellows.xu.entered_on,
    )  # fmt: skip
    [one] = found(fellows, "laboratory")
    assert (one.row, [head.key for head in one.postdocs]) == (laboratory, [later.pk])


def test_only_postdocs_whom_the_reader_sees_are_counted(
    fellows: Fellows, platform: Platform
) -> None:
    place_at_platform(postdoc=fellows.xu, platform=platform, by=fellows.personnel)
    assert len(found(fellows, "platform", fellows.leader)) == 1
    assert found(fellows, "platform", fellows.neighbour) == []
    assert found(fellows, "host", fellows.stranger) == []
    with pytest.raises(InputRefused):
        found(fellows, "nobody")


def test_the_number_of_queries_does_not_grow_with_the_carriers(
    fellows: Fellows, platform: Platform
) -> None:
    place_at_platform(postdoc=fellows.xu, platform=platform, by=fellows.personnel)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(fellows, "platform")
        return len(queries)

    few = asked()
    for number in range(2, 6):
        other = platform_of(fellows.institution, fellows.general, f"PL-{number}")
        place_at_platform(postdoc=fellows.xu, platform=other, by=fellows.personnel)
    assert asked() == few <= 8
