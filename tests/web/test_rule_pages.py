"""The pages of rules: all in force, and one with its source, its values and whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.actions import register_regulation
from preceptor.people.actions import NewPerson, register_persons
from preceptor.people.models import Account
from preceptor.standing.actions import evaluate_all, put_in_force
from preceptor.training.actions import NewEnrolment, enrol
from preceptor.training.choices import EnrolmentState
from standing.test_bindings import ORDERED, STRICTER

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
LIST = "/rules/"
CLINICAL = "/rules/training.clinical/"
PACK = "yunting/clinical-doctorate"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def enrol_more(cast: Cast, count: int) -> None:
    """More trainees in the General Hospital, none of whom has begun clinical training."""
    numbers = [f"2022110{number:03}" for number in range(1, count + 1)]
    new = [NewPerson("student_number", number, f"陆云{number[-2:]}") for number in numbers]
    persons = register_persons(institution=cast.institution, persons=new, by=OPERATOR)
    entries = [
        NewEnrolment(
            student_number=number, person=persons[number], unit=cast.general,
            direction=cast.medicine, cohort=2022, cohort_on=date(2022, 9, 1),
            state=EnrolmentState.TRAINING, mode="full_time",
        )
        for number in numbers
    ]  # fmt: skip
    enrol(institution=cast.institution, entries=entries, by=OPERATOR)
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def shares(client: Client) -> dict[str, dict[str, int]]:
    """The counts of each rule as the list shows them."""
    packs = client.get(LIST).context["packs"]
    return {
        line["id"]: line["counts"]
        for _pack, groups in packs
        for _title, lines in groups
        for line in lines
    }


def test_every_rule_of_the_pack_stands_in_the_list_with_its_title_in_the_readers_language(
    signed_in: SignIn, office: Account
) -> None:
    chinese = text_of(signed_in(office).get(LIST))
    english = text_of(signed_in(office, "en").get(LIST))
    assert "临床能力训练不少于 24 个月" in chinese
    assert "At least 24 months of clinical training" in english
    assert len(shares(signed_in(office))) == 18


def test_counts_are_those_of_the_readers_own_units(
    signed_in: SignIn,
    office: Account,
    secretary: Account,
    neighbour: Account,
    trainee: Account,
    stranger: Account,
) -> None:
    readers = {office: 3, secretary: 2, neighbour: 1, trainee: 1}
    counted = {
        account: shares(signed_in(account))["training.clinical"]["fail"] for account in readers
    }
    assert counted == readers
    assert shares(signed_in(stranger)) == {}


def test_the_list_of_trainees_behind_the_link_has_as_many_as_the_rule_counts(
    signed_in: SignIn, secretary: Account
) -> None:
    client = signed_in(secretary)
    address = client.get(CLINICAL).context["fail_url"]
    assert address == "/trainees/?rule=training.clinical&verdict=fail"
    rows = client.get(address).context["rows"]
    assert len(rows) == shares(client)["training.clinical"]["fail"] == 2


def test_a_rule_says_what_it_demands_in_words_with_the_value_in_force(
    signed_in: SignIn, office: Account
) -> None:
    chinese = signed_in(office).get(CLINICAL).context["conditions"]
    english = signed_in(office, "en").get(CLINICAL).context["conditions"]
    assert chinese == ["临床能力训练月数不少于24 个月（现行“临床能力训练总月数”）"]
    assert english == [
        "Months of clinical training: at least 24 (“months of clinical training in all” of today)"
    ]


def test_a_rule_on_some_stages_only_says_when_it_applies(
    signed_in: SignIn, office: Account
) -> None:
    context = signed_in(office, "en").get("/rules/panel.defence.rank/").context
    assert context["applies"] == ["Step: defence"]
    assert context["conditions"] == ["Members below full senior rank: none"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_rule_of_the_pack_has_a_page_in_both_languages(
    signed_in: SignIn, office: Account, language: str
) -> None:
    client = signed_in(office, language)
    for rule in shares(client):
        response = client.get(f"/rules/{rule}/")
        assert response.status_code == 200
        assert response.context["conditions"]


def test_each_value_of_a_parameter_names_its_first_day_its_source_and_how_sure_both_are(
    signed_in: SignIn, office: Account
) -> None:
    [parameter] = signed_in(office, "en").get(CLINICAL).context["parameters"]
    [value] = parameter["values"]
    assert (value["value"], value["since"]) == ("24", date(2015, 9, 1))
    assert (value["evidence"], value["from_evidence"]) == ("S", "R")
    assert value["citation"] == "Report 2023, part 4(5)"
    assert parameter["bounds"] == "0 to 60"


def test_a_rule_leads_to_the_regulation_that_the_register_holds_for_its_source(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    entry = register_regulation(
        by=OPERATOR, code="YT-R", institution=cast.institution, layer="university",
        title_zh="年度报告", title_en="Yearly report", pack="yunting/clinical-doctorate",
        source_in_pack="report2023",
    )  # fmt: skip
    assert f'href="/regulations/{entry.pk}/"' in text_of(signed_in(office).get(CLINICAL))


def test_who_fails_is_named_with_what_would_meet_the_rule(
    signed_in: SignIn, secretary: Account
) -> None:
    page = text_of(signed_in(secretary).get(CLINICAL))
    assert "林知远" in page
    assert "还差 5 个月" in page
    assert "5 more needed" in text_of(signed_in(secretary, "en").get(CLINICAL))


def test_what_is_missing_is_counted_by_the_number_of_the_trainees_own_hospital(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    stricter = STRICTER.replace("VALUE", "30")
    place: dict[str, Any] = {"institution": cast.institution, "by": OPERATOR}
    put_in_force(pack=PACK, valid_from=date(2024, 1, 1), text=ORDERED, **place)
    put_in_force(
        pack="yunting/stricter", valid_from=date(2024, 1, 1), text=stricter, unit=cast.general,
        **place,
    )  # fmt: skip
    evaluate_all(on=today(), **place)
    rows = signed_in(office, "en").get(CLINICAL).context["rows"]
    said = {row[1]["text"]: row[-1]["text"] for row in rows}
    assert "11 more needed" in said["2021110001"]
    assert said["2021110002"].startswith("30 more") and said["2021110003"].startswith("24 more")


def test_a_pending_verdict_names_the_record_that_is_missing(
    signed_in: SignIn, secretary: Account
) -> None:
    client = signed_in(secretary, "en")
    rows = client.get("/rules/milestones.order/?verdict=pending").context["rows"]
    [lin] = [row for row in rows if row[1]["text"] == "2021110001"]
    assert "mid-term" in lin[-1]["text"]


def test_a_rule_on_panels_names_the_panel_and_its_trainee(
    signed_in: SignIn, secretary: Account, cast: Cast
) -> None:
    client = signed_in(secretary)
    [row] = client.get("/rules/panel.midterm/?verdict=pending").context["rows"]
    assert row[0]["url"] == f"/panels/{cast.panel.pk}/"
    assert row[1]["text"] == "林知远"


def test_a_neighbour_reads_the_rule_but_none_of_the_trainees_of_another_hospital(
    signed_in: SignIn, neighbour: Account
) -> None:
    page = text_of(signed_in(neighbour).get(CLINICAL))
    assert "沈墨白" in page
    for hidden in ("林知远", "顾清妍", "2021110001", "2021110002"):
        assert hidden not in page


def test_a_stranger_finds_no_rule(signed_in: SignIn, stranger: Account, cast: Cast) -> None:
    response = signed_in(stranger).get(CLINICAL)
    assert response.status_code == 404
    assert "林知远" not in text_of(response)


def test_an_unknown_rule_is_not_found(signed_in: SignIn, office: Account) -> None:
    assert signed_in(office).get("/rules/training.nothing/").status_code == 404


def test_nobody_reads_rules_without_signing_in(client: Client, cast: Cast) -> None:
    for address in (LIST, CLINICAL):
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/")


def test_those_who_fail_come_in_pages_each_of_them_once(
    signed_in: SignIn, secretary: Account, cast: Cast
) -> None:
    enrol_more(cast, 30)
    client = signed_in(secretary)
    seen, address = [], CLINICAL
    while address:
        context = client.get(address).context
        seen += [row[1]["text"] for row in context["rows"]]
        address = context["next_url"].partition("#")[0]
    assert len(seen) == len(set(seen)) == 32
    assert seen == sorted(seen)


def test_a_place_that_is_no_key_gives_a_page_all_the_same(
    signed_in: SignIn, secretary: Account
) -> None:
    assert signed_in(secretary).get(f"{CLINICAL}?after=nonsense~x").status_code == 200


def test_a_rule_asks_the_database_as_often_for_many_trainees_as_for_few(
    signed_in: SignIn, secretary: Account, cast: Cast
) -> None:
    client = signed_in(secretary)
    addresses = (LIST, CLINICAL, "/rules/thesis.similarity/")
    few = [queries(client, address) for address in addresses]
    enrol_more(cast, 24)
    assert [queries(client, address) for address in addresses] == few
    assert max(few) <= 12
