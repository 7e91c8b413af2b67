"""What the interface tells is what the pages show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from answers import text_of
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.people.actions import NewPerson, register_persons
from preceptor.people.models import Account
from preceptor.standing.actions import evaluate_all
from preceptor.standing.models import Finding
from preceptor.training.actions import NewEnrolment, enrol
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "program"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def enrol_more(cast: Cast, count: int) -> None:
    numbers = [f"2022110{number:03}" for number in range(1, count + 1)]
    new = [
        NewPerson("student_number", key, f"新生{key[-3:]}", f"New {key[-3:]}") for key in numbers
    ]
    persons = register_persons(institution=cast.institution, persons=new, by=OPERATOR)
    entries = [
        NewEnrolment(
            student_number=key, person=persons[key], unit=cast.general, direction=cast.medicine,
            cohort=2022, cohort_on=date(2022, 9, 1), state=EnrolmentState.TRAINING,
            mode="full_time",
        )
        for key in numbers
    ]  # fmt: skip
    enrol(institution=cast.institution, entries=entries, by=OPERATOR)
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)


@pytest.mark.parametrize(
    "query",
    [{}, {"verdict": "fail"}, {"rule": "training.clinical"}, {"q": "林"}, {"q": "2021"},
     {"rule": "training.clinical", "verdict": "fail"}, {"cohort": "2021"},
     {"state": "studying"}, {"direction": "105101"}],
)  # fmt: skip
def test_the_list_has_the_trainees_and_verdicts_of_its_page(
    cast: Cast, office: Account, signed_in: SignIn, program: Any, query: dict[str, str]
) -> None:
    shown = signed_in(office).get("/trainees/", {"state": "all", **query}).context["rows"]
    told = program(office).get("/enrolments", **query).json()
    assert [row[0]["note"] for row in shown] == [row["student_number"] for row in told["rows"]]
    assert [row[-1].get("verdict") for row in shown] == [row["verdict"] for row in told["rows"]]
    assert told["count"] == len(shown)
    if "rule" not in query:
        notes = [row[-1]["note"] for row in shown]
        assert all(str(row["met"]) in note for row, note in zip(told["rows"], notes, strict=True))


def test_a_standing_has_the_requirements_of_its_page_in_every_language(
    cast: Cast, trainee: Account, signed_in: SignIn, program: Any
) -> None:
    for language, named in (("en", "en"), ("zh-hans", "zh")):
        context = signed_in(trainee, language).get(f"/trainees/{cast.lin.pk}/").context
        told = program(trainee, language=named).get(f"/enrolments/{cast.lin.pk}/standing").json()
        shown = {one["rule"]: (one["verdict"], one["title"]) for one in context["requirements"]}
        assert {
            one["rule"]: (one["verdict"], one["title"]) for one in told["requirements"]
        } == shown
        assert told["met"] == context["counts"]["pass"] + context["counts"]["waived"]
        with translation.override(language):
            assert told["step"]["title"] == str(context["step"].title)


def test_a_panel_has_the_seats_and_verdict_of_its_page(
    cast: Cast, secretary: Account, signed_in: SignIn, program: Any
) -> None:
    context = signed_in(secretary).get(f"/panels/{cast.panel.pk}/").context
    told = program(secretary).get(f"/panels/{cast.panel.pk}").json()
    assert told["verdict"] == context["verdict_word"]
    assert [seat["person_zh"] for seat in told["seats"]] == [
        seat["name"] for seat in context["seats"]
    ]
    assert [seat["title"] for seat in told["seats"]] == [seat["title"] for seat in context["seats"]]
    assert {one["rule"]: one["verdict"] for one in told["requirements"]} == {
        one["rule"]: one["verdict"] for one in context["requirements"]
    }


def test_a_rule_counts_as_its_page_counts(
    cast: Cast, office: Account, signed_in: SignIn, program: Any
) -> None:
    context = signed_in(office).get("/rules/training.clinical/").context
    told = program(office).get("/rules/training.clinical").json()
    assert sum(told["counts"].values()) == context["tally"].total == 3
    concerned = program(office).get("/rules/training.clinical/findings").json()
    assert concerned["count"] == len(context["rows"])
    assert told["counts"].get("fail", 0) == context["tally"].counts["fail"]


@pytest.mark.parametrize("size", [1, 2, 3, 200])
def test_pages_by_key_give_every_trainee_once(
    cast: Cast, office: Account, program: Any, size: int
) -> None:
    enrol_more(cast, 4)
    caller, seen, after = program(office), [], ""
    while True:
        page = caller.get("/enrolments", size=size, after=after).json()
        seen += [row["student_number"] for row in page["rows"]]
        assert len(page["rows"]) <= size
        assert page["count"] == 7
        after = page["after"]
        if not after:
            break
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 7


def test_lists_and_pages_ask_as_many_queries_for_one_as_for_many(
    cast: Cast, office: Account, program: Any
) -> None:
    caller = program(office)

    def asked() -> list[int]:
        counts = []
        for path in ("/enrolments", "/panels", "/rules/training.clinical/findings", "/overview",
                     "/search?q=新", "/accounts", "/units", "/waivers", "/cases"):  # fmt: skip
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert caller.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    caller.get("/enrolments")
    before = asked()
    enrol_more(cast, 9)
    assert asked() == before
    assert max(before) <= 12


def test_a_neighbour_is_told_of_no_trainee_of_another_hospital(
    cast: Cast, neighbour: Account, office: Account, program: Any
) -> None:
    caller, told = program(neighbour), text_of(program(office).get("/search?q=林"))
    assert "林知远" in told and "顾清妍" in text_of(program(office).get("/enrolments"))
    for path in ("/enrolments", "/panels", "/rules/training.clinical/findings", "/search?q=林",
                 "/overview", "/waivers", "/qualifications", "/tasks", "/sittings"):  # fmt: skip
        text = text_of(caller.get(path))
        assert "林知远" not in text and "顾清妍" not in text and cast.panel.number not in text
    listed = caller.get("/enrolments").json()
    assert [row["person"]["name_zh"] for row in listed["rows"]] == ["沈墨白"]
    assert caller.get("/rules/training.clinical").json()["counts"] == _counts(cast.shen)


def _counts(row: Enrolment) -> dict[str, int]:
    found = Finding.objects.get(enrolment=row, rule="training.clinical")
    return {found.verdict: 1}


def test_a_trainee_reads_no_journal_and_a_secretary_does(
    cast: Cast, trainee: Account, secretary: Account, program: Any
) -> None:
    path = f"/enrolments/{cast.lin.pk}/journal"
    assert program(trainee).get(path).status_code == 404
    caller = program(secretary)
    first = caller.get(path, size=2).json()
    rest = caller.get(path, size=200, after=first["after"]).json()
    numbers = [line["number"] for line in first["rows"] + rest["rows"]]
    assert len(numbers) > 3
    assert numbers == sorted(set(numbers), reverse=True)
    assert rest["after"] is None


def test_what_if_tells_what_its_page_tells(
    cast: Cast, trainee: Account, signed_in: SignIn, program: Any
) -> None:
    query = {"rotation": "specialty", "first": "2023-04", "last": "2023-08"}
    context = signed_in(trainee).get(f"/trainees/{cast.lin.pk}/what-if/", query).context
    told = program(trainee).get(f"/enrolments/{cast.lin.pk}/what-if", **query).json()
    changed = [one["rule"] for one in told["requirements"] if one["is_changed"]]
    assert changed == ["training.clinical"]
    assert len(changed) == len(context["found"]["changed"] if "found" in context else changed)
