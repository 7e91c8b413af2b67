"""The page on which the new experts of an appeal are chosen, called and invited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from new_experts import Review, colleague, guides_too, keys
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.models import Case, Sitting
from preceptor.people.actions import declare_tie, give_capacities
from preceptor.people.choices import CapacityKind, TieKind
from preceptor.people.models import Account, Capacity, Person
from preceptor.training.actions import ask_milestone
from preceptor.training.choices import MilestoneKind

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "appeal_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def address(case: Case) -> str:
    return f"/cases/{case.pk}/experts/"


def chosen(case: Case, persons: list[Person], do: str = "search", **more: Any) -> dict[str, Any]:
    """What the form sends: the first has the chair."""
    when = {"day": today().isoformat(), "start": "09:00", "end": "11:00", "place": "302 室"}
    return {"do": do, "seat": keys(persons), "revision": case.revision, **when, **more}


def shown(lines: list[dict[str, Any]]) -> list[int]:
    return [line["key"] for line in lines]


def stage(case: Case) -> str:
    return Case.objects.get(pk=case.pk).stage


def test_experts_are_found_added_and_taken_off_and_nothing_is_written(
    review: Review, office: Account, signed_in: SignIn
) -> None:
    case, persons = review.case, review.experts
    client = signed_in(office)
    page = client.get(address(case))
    assert (page.status_code, page.context["chosen"], page.context["found"]) == (200, [], [])
    page = client.post(address(case), chosen(case, [], q="白若溪"))
    assert shown(page.context["found"]) == [persons[3].pk]
    page = client.post(address(case), chosen(case, persons[3:5], "", add=persons[5].pk))
    assert shown(page.context["chosen"]) == keys(persons[3:6])
    page = client.post(address(case), chosen(case, persons[3:6], "", remove=persons[4].pk))
    assert shown(page.context["chosen"]) == keys([persons[3], persons[5]])
    page = client.post(address(case), chosen(case, persons[3:5], q="白若溪"))
    assert page.context["found"] == []
    assert not Sitting.objects.filter(items__case=case).exists()


def test_who_cannot_decide_is_shown_with_the_reason_and_without_a_button(
    cast: Cast, review: Review, office: Account, signed_in: SignIn
) -> None:
    persons = review.experts
    declare_tie(person=persons[4], other=cast.persons["T1"], kind=TieKind.KINSHIP, by=OPERATOR)
    guides_too(cast, persons[5])
    physician = Capacity(
        person=cast.persons["S2"], unit=cast.cancer, kind=CapacityKind.PHYSICIAN,
        valid_from=cast.gu.cohort_on,
    )  # fmt: skip
    give_capacities(institution=cast.institution, capacities=[physician], by=OPERATOR)
    client = signed_in(office)
    stopped = {
        persons[0]: ("is_former", True), persons[4]: ("is_former", False),
        persons[5]: ("is_concerned", False), cast.persons["S2"]: ("is_concerned", True),
    }  # fmt: skip
    for person, (word, value) in stopped.items():
        page = client.post(address(review.case), chosen(review.case, [], q=person.name_zh))
        [line] = page.context["found"]
        assert line["is_stopped"] and line[word] is value
        assert f'name="add" value="{person.pk}"' not in page.content.decode()
    free = {persons[6]: [], colleague(cast): [False]}
    for person, blocks in free.items():
        page = client.post(address(review.case), chosen(review.case, [], q=person.name_zh))
        [line] = page.context["found"]
        assert not line["is_stopped"]
        assert [tie["is_block"] for tie in line["conflicts"]] == blocks
        assert f'name="add" value="{person.pk}"' in page.content.decode()


def test_experts_are_called_once_however_often_the_button_is_pressed(
    review: Review, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    sent = chosen(review.case, review.experts[3:6], "call", token="once")
    for _click in range(2):
        answer = client.post(address(review.case), sent)
        assert (answer.status_code, answer["Location"]) == (302, f"/cases/{review.case.pk}/")
    sitting = Sitting.objects.get(items__case=review.case)
    seated = sitting.seats.order_by("pk").values_list("person", flat=True)
    assert list(seated) == keys(review.experts[3:6])
    assert stage(review.case) == "review"


def test_a_refusal_stands_at_the_form_with_who_is_chosen_and_nothing_is_written(
    cast: Cast, review: Review, office: Account, signed_in: SignIn
) -> None:
    case, persons = review.case, review.experts
    client = signed_in(office)
    supervisor = cast.persons["T1"]
    for several, said in (
        ([*persons[3:6], supervisor], supervisor.name_zh),
        ([*persons[3:6], persons[0]], persons[0].name_zh),
        (persons[3:5], "3"),
    ):
        page = client.post(address(case), chosen(case, several, "call"))
        assert page.status_code == 200
        assert said in page.context["form"].non_field_errors()[0]
        assert shown(page.context["chosen"]) == keys(several)
    page = client.post(address(case), chosen(case, persons[3:6], "call", day=""))
    assert "day" in page.context["form"].errors
    assert stage(case) == "compose"
    assert not Sitting.objects.filter(items__case=case).exists()


def test_who_can_be_seated_no_more_is_off_the_list_and_the_others_are_not_called_without_a_word(
    review: Review, office: Account, signed_in: SignIn
) -> None:
    gone = review.experts[6]
    Capacity.objects.filter(person=gone).delete()
    sent = chosen(review.case, [*review.experts[3:6], gone], "call")
    page = signed_in(office).post(address(review.case), sent)
    assert page.context["form"].non_field_errors()
    assert shown(page.context["chosen"]) == keys(review.experts[3:6])
    assert gone.name_zh not in page.content.decode()
    assert stage(review.case) == "compose"


def test_who_comes_second_reads_who_was_faster(
    review: Review, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    sent = chosen(review.case, review.experts[3:6], "call", token="first")
    assert client.post(address(review.case), sent).status_code == 302
    second = chosen(review.case, review.experts[4:7], "call", token="second")
    page = client.post(address(review.case), second)
    assert page.status_code == 403
    assert office.name in page.context["form"].non_field_errors()[0]
    assert Sitting.objects.filter(items__case=review.case).count() == 1


def test_nobody_chooses_but_whom_the_appeal_waits_for_and_others_read_no_name(
    review: Review, supervisor: Account, secretary: Account, neighbour: Account,
    stranger: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    sent = chosen(review.case, review.experts[3:6], "call", q="叶听澜")
    for account, status in (
        (neighbour, 404), (stranger, 404), (supervisor, 404), (review.asker, 403),
        (secretary, 403),
    ):  # fmt: skip
        client = signed_in(account)
        answer = client.post(address(review.case), sent)
        assert answer.status_code == status
        assert "白若溪" not in answer.content.decode() and "叶听澜" not in answer.content.decode()
        read = client.get(address(review.case))
        assert read.status_code == (200 if status == 403 else 404)
        assert 'name="seat"' not in read.content.decode()
    assert stage(review.case) == "compose"


def test_a_request_that_is_no_appeal_has_no_experts_to_choose(
    cast: Cast, review: Review, office: Account, signed_in: SignIn
) -> None:
    case = ask_milestone(enrolment=cast.lin, milestone=MilestoneKind.MIDTERM, by=office)
    sent = chosen(case, review.experts[3:6], "call")
    assert signed_in(office).get(address(case)).context["permit"] is None
    assert signed_in(office).post(address(case), sent).status_code == 403
    assert not Sitting.objects.filter(items__case=case).exists()


def test_the_page_asks_as_often_for_one_expert_as_for_seven(
    review: Review, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)

    def asked(persons: list[Person], search: str) -> tuple[int, int]:
        sent = chosen(review.case, persons, q=search)
        client.post(address(review.case), sent)
        with CaptureQueriesContext(connection) as captured:
            page = client.post(address(review.case), sent)
        return len(captured), len(page.context["chosen"]) + len(page.context["found"])

    few, many = asked(review.experts[:1], "Expert 3"), asked(review.experts[:3], "Expert")
    assert (few[1], many[1]) == (2, 7)
    assert few[0] == many[0] <= 40
