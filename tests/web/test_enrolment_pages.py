"""The pages of trainees: list, workbook, standing, record, change of state, journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.models import JournalEntry, Lineage, StoredFile
from preceptor.base.today import today
from preceptor.people.actions import NewPerson, change_person, register_persons
from preceptor.people.models import Account
from preceptor.standing.actions import evaluate_all
from preceptor.standing.listing import Listing
from preceptor.standing.models import Finding, Standing
from preceptor.standing.tallies import recount
from preceptor.training.actions import NewEnrolment, change_state, enrol, record_milestones
from preceptor.training.choices import EnrolmentState, MilestoneKind
from preceptor.training.models import Enrolment, Milestone
from preceptor.web import keyset

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
LIST = "/trainees/"
TABS = ("standing", "timeline", "courses", "panels", "record")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def enrol_more(cast: Cast, count: int) -> None:
    """More trainees in the General Hospital, judged like the others."""
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


def sheet_of(response: Any) -> list[tuple[Any, ...]]:
    content = b"".join(response.streaming_content)
    return list(openpyxl.load_workbook(BytesIO(content)).active.values)


def test_each_role_lists_the_trainees_of_its_scope_and_no_others(
    signed_in: SignIn,
    trainee: Account,
    supervisor: Account,
    secretary: Account,
    neighbour: Account,
    office: Account,
    leader: Account,
    stranger: Account,
) -> None:
    names = {"林知远", "顾清妍", "沈墨白"}
    expected = {
        trainee: {"林知远"},
        supervisor: {"林知远", "顾清妍"},
        secretary: {"林知远", "顾清妍"},
        neighbour: {"沈墨白"},
        office: names,
        leader: names,
        stranger: set(),
    }
    for account, seen in expected.items():
        page = text_of(signed_in(account).get(LIST))
        assert {name for name in names if name in page} == seen


@pytest.mark.parametrize("tab", TABS)
def test_a_neighbour_and_a_stranger_get_no_trainee_page_and_no_name(
    tab: str, signed_in: SignIn, cast: Cast, neighbour: Account, stranger: Account
) -> None:
    for account in (neighbour, stranger):
        response = signed_in(account).get(f"{LIST}{cast.lin.pk}/?show={tab}")
        assert response.status_code == 404
        assert "林知远" not in text_of(response)
        assert cast.lin.student_number not in text_of(response)


def test_nobody_reaches_a_page_of_trainees_without_signing_in(cast: Cast) -> None:
    key = cast.lin.pk
    for address in (LIST, f"{LIST}export.xlsx", f"{LIST}{key}/", f"{LIST}{key}/journal/"):
        response = Client().get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/")


def test_a_trainee_reads_nineteen_of_twenty_four_months_and_what_is_missing(
    signed_in: SignIn, cast: Cast, trainee: Account
) -> None:
    chinese = text_of(signed_in(trainee).get(f"{LIST}{cast.lin.pk}/"))
    assert "已完成 19 个月，要求不少于 24 个月" in chinese
    assert "还差 5 个月" in chinese
    english = text_of(signed_in(trainee, "en").get(f"{LIST}{cast.lin.pk}/"))
    assert "19 months; at least 24 required" in english
    assert "Report 2023, part 4(5)" in english


def test_a_requirement_of_a_later_step_is_open_and_not_failed(
    signed_in: SignIn, cast: Cast, trainee: Account
) -> None:
    response = signed_in(trainee, "en").get(f"{LIST}{cast.lin.pk}/")
    verdicts = {one["rule"]: one["verdict"] for one in response.context["requirements"]}
    assert verdicts["training.clinical"] == "open"
    assert verdicts["milestones.order"] == "open"
    assert response.context["counts"]["fail"] == 0


def test_the_strip_of_months_counts_a_month_once_by_kind(
    signed_in: SignIn, cast: Cast, trainee: Account
) -> None:
    months = signed_in(trainee).get(f"{LIST}{cast.lin.pk}/").context["months"]
    assert [(entry["class"], entry["count"]) for entry in months["legend"]] == [
        ("month-specialty", 16),
        ("month-chief-resident", 3),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_is_written_in_both_languages(
    tab: str, language: str, signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    response = signed_in(secretary, language).get(f"{LIST}{cast.lin.pk}/?show={tab}")
    assert response.status_code == 200
    name = "Lin Zhiyuan" if language == "en" else "林知远"
    assert f"<h1>{name}</h1>" in text_of(response)


def test_an_unknown_tab_is_not_found(signed_in: SignIn, cast: Cast, secretary: Account) -> None:
    assert signed_in(secretary).get(f"{LIST}{cast.lin.pk}/?show=salary").status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=林知远", {"林知远"}),
        ("q=zhiyuan", set()),
        ("q=linzhi", {"林知远"}),
        ("q=Gu Qing", {"顾清妍"}),
        ("q=2021110003", {"沈墨白"}),
        ("q=2021110", {"林知远", "顾清妍", "沈墨白"}),
        ("direction=105111", {"顾清妍"}),
        ("cohort=2020", set()),
        ("", {"林知远", "顾清妍", "沈墨白"}),
        ("state=all", {"林知远", "顾清妍", "沈墨白"}),
        ("state=", {"林知远", "顾清妍", "沈墨白"}),
        ("state=studying", {"林知远", "顾清妍", "沈墨白"}),
        ("state=suspended", set()),
        ("rule=training.chief&verdict=fail", {"林知远", "顾清妍", "沈墨白"}),
        ("rule=training.chief&verdict=pass", set()),
        ("rule=panel.midterm&verdict=pending", {"林知远"}),
        ("rule=training.chief&verdict=open", {"林知远", "顾清妍", "沈墨白"}),
        ("verdict=fail", set()),
        ("verdict=open", {"林知远", "顾清妍", "沈墨白"}),
        ("verdict=pass", set()),
    ],
)
def test_the_list_is_narrowed_by_each_filter(
    query: str, names: set[str], signed_in: SignIn, office: Account
) -> None:
    page = text_of(signed_in(office).get(f"{LIST}?{query}"))
    assert {name for name in ("林知远", "顾清妍", "沈墨白") if f">{name}</a>" in page} == names


def names_on(response: Any) -> set[str]:
    return {row[0]["text"] for row in response.context["rows"]}


def test_the_list_opens_on_those_who_study_and_one_tab_further_are_all_records(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    Enrolment.objects.filter(pk=cast.gu.pk).update(state=EnrolmentState.AWARDED)
    client = signed_in(office, "en")
    opened = client.get(LIST)
    assert names_on(opened) == {"Lin Zhiyuan", "Shen Mobai"}
    assert opened.context["chips"] == []
    studying, every = opened.context["tabs"]
    assert (studying["is_current"], every["is_current"]) == (True, False)
    assert names_on(client.get(every["url"])) == {"Lin Zhiyuan", "Gu Qingyan", "Shen Mobai"}
    assert names_on(client.get(studying["url"])) == names_on(opened)


def test_the_workbook_of_the_opened_list_holds_those_who_study(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    Enrolment.objects.filter(pk=cast.gu.pk).update(state=EnrolmentState.AWARDED)
    client = signed_in(office)
    numbers = {cast.lin.student_number, cast.shen.student_number}
    for address in (f"{LIST}export.xlsx", client.get(LIST).context["export_url"]):
        assert {line[0] for line in sheet_of(client.get(address))[1:]} == numbers
    every = client.get(f"{LIST}?state=all").context["export_url"]
    assert len(sheet_of(client.get(every))) == 4


def test_who_narrows_by_something_else_searches_all_records(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    Enrolment.objects.filter(pk=cast.gu.pk).update(state=EnrolmentState.AWARDED)
    client = signed_in(office)
    assert names_on(client.get(f"{LIST}?q=guqing")) == {"顾清妍"}
    page = client.get(f"{LIST}?direction=105111&state=studying")
    assert names_on(page) == set()
    assert names_on(client.get(page.context["tabs"][1]["url"])) == {"顾清妍"}
    one = client.get(f"{LIST}?state=awarded").context
    assert [str(chip["value"]) for chip in one["chips"]] == ["已授学位"]
    assert not any(tab["is_current"] for tab in one["tabs"])
    assert names_on(client.get(one["chips"][0]["url"])) == {"林知远", "沈墨白"}


def test_pages_and_chips_of_the_list_keep_to_the_states_that_were_chosen(
    signed_in: SignIn, cast: Cast, office: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Listing.page, "__defaults__", (1,))
    Enrolment.objects.filter(pk=cast.shen.pk).update(state=EnrolmentState.AWARDED)
    client = signed_in(office)
    second = client.get(client.get(LIST).context["next_url"])
    assert names_on(second) == {"顾清妍"}
    assert second.context["next_url"] == ""
    every = client.get(f"{LIST}?cohort=2021").context
    assert names_on(client.get(every["next_url"])) == {"顾清妍"}
    (chip,) = every["chips"]
    third = client.get(client.get(client.get(chip["url"]).context["next_url"]).context["next_url"])
    assert names_on(third) == {"沈墨白"}


def test_the_strip_of_months_ends_with_the_training_of_those_who_study_no_more(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    def years() -> list[int]:
        months = signed_in(office).get(f"{LIST}{cast.lin.pk}/").context["months"]
        return [row["year"] for row in months["years"]]

    assert years() == list(range(2021, today().year + 1))
    Enrolment.objects.filter(pk=cast.lin.pk).update(state=EnrolmentState.AWARDED)
    assert years() == [2021, 2022, 2023]


def test_a_unit_filter_takes_everything_below_the_unit(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    client = signed_in(office)
    assert client.get(f"{LIST}?unit={cast.institution.pk}").context["count_text"].startswith("3 ")
    assert client.get(f"{LIST}?unit={cast.cancer.pk}").context["count_text"].startswith("1 ")


def test_the_filter_of_a_unit_out_of_scope_opens_no_door(
    signed_in: SignIn, cast: Cast, neighbour: Account
) -> None:
    page = text_of(signed_in(neighbour).get(f"{LIST}?unit={cast.general.pk}"))
    assert "林知远" not in page
    assert "顾清妍" not in page


def test_the_filter_of_a_supervisor_gives_those_guided_today(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    response = signed_in(office).get(f"{LIST}?supervisor={cast.persons['T1'].pk}")
    assert {row[0]["text"] for row in response.context["rows"]} == {"林知远", "顾清妍"}


def stand(trainee: Enrolment, whole: str) -> None:
    """Let the stored standing of a trainee be another, and the counts with it."""
    Standing.objects.filter(enrolment=trainee).update(whole=whole)
    recount(trainee.institution)


def test_the_verdict_alone_is_the_stored_standing_as_a_whole(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    client = signed_in(office)

    def found(verdict: str) -> set[str]:
        page = client.get(f"{LIST}?verdict={verdict}").context
        assert page["count_text"].startswith(f"{len(page['rows'])} ")
        assert all(row[-1]["verdict"] == verdict for row in page["rows"])
        return {row[0]["text"] for row in page["rows"]}

    stand(cast.gu, "pending")
    assert found("pending") == {"顾清妍"}
    assert "顾清妍" not in found("pass") | found("fail") | found("open")
    stand(cast.gu, "pass")
    assert found("pass") == {"顾清妍"}


def test_what_is_not_met_is_open_until_its_step_is_near(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    client = signed_in(office)

    def verdicts() -> set[str]:
        rows = {row[0]["text"]: row[-1]["verdict"] for row in client.get(LIST).context["rows"]}
        page = client.get(f"{LIST}{cast.lin.pk}/").context["requirements"]
        shown = {one["rule"]: one["verdict"] for one in page}
        listed = client.get(f"{LIST}?verdict={rows['林知远']}").context["rows"]
        assert "林知远" in {row[0]["text"] for row in listed}
        return {rows["林知远"], shown["training.clinical"]}

    assert verdicts() == {"open"}
    planned = Milestone(
        enrolment=cast.lin, kind=MilestoneKind.PREDEFENCE, planned_on=date(2024, 1, 16)
    )
    record_milestones(institution=cast.institution, milestones=[planned], by=OPERATOR)
    assert verdicts() == {"fail"}
    Milestone.objects.filter(pk=planned.pk).delete()
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)
    assert verdicts() == {"open"}
    Enrolment.objects.filter(pk=cast.lin.pk).update(state=EnrolmentState.PREDEFENCE_PASSED)
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)
    assert verdicts() == {"fail"}


def test_a_panel_that_fails_leaves_the_standing_of_its_trainee_as_it_is(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    stand(cast.lin, "pass")
    Finding.objects.filter(panel=cast.panel).update(verdict="fail")
    rows = signed_in(office).get(f"{LIST}?verdict=pass").context["rows"]
    assert [row[0]["text"] for row in rows] == ["林知远"]


def test_pages_by_key_show_every_trainee_once_there_and_back(
    signed_in: SignIn, cast: Cast, office: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Listing.page, "__defaults__", (2,))
    enrol_more(cast, 4)
    client, seen, pages, address = signed_in(office), [], [], LIST
    while address:
        page = client.get(address).context
        pages.append([row[0]["note"] for row in page["rows"]])
        seen += pages[-1]
        back, address = page["previous_url"], page["next_url"]
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 7
    assert [row[0]["note"] for row in client.get(back).context["rows"]] == pages[-2]


def test_the_first_page_has_no_way_back_even_when_it_was_reached_backwards(
    signed_in: SignIn, cast: Cast, office: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Listing.page, "__defaults__", (2,))
    client = signed_in(office)
    second = client.get(client.get(LIST).context["next_url"]).context
    first = client.get(second["previous_url"]).context
    assert first["previous_url"] == ""
    assert first["next_url"] != ""


def test_a_broken_place_in_the_address_breaks_nothing(signed_in: SignIn, office: Account) -> None:
    for place in ("after=~", "before=~x", "after=9~99999999999999999999", "cohort=x&unit=y"):
        assert signed_in(office).get(f"{LIST}?{place}").status_code == 200


def test_a_count_beyond_what_is_counted_is_said_to_be_more(
    signed_in: SignIn, office: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "COUNTED", 2)
    monkeypatch.setattr("preceptor.base.keyset.COUNTED", 2)
    assert signed_in(office, "en").get(LIST).context["count_text"] == "2+ trainees"


def test_list_and_trainee_page_ask_as_often_for_three_trainees_as_for_forty(
    signed_in: SignIn, cast: Cast, office: Account, secretary: Account
) -> None:
    addresses = [LIST, f"{LIST}?verdict=fail", f"{LIST}?q=lin", f"{LIST}{cast.lin.pk}/"]
    clients = [signed_in(office), signed_in(secretary)]
    before = [queries(client, address) for client in clients for address in addresses]
    enrol_more(cast, 37)
    after = [queries(client, address) for client in clients for address in addresses]
    assert after == before
    assert max(before) <= 12


def test_the_workbook_holds_exactly_the_filtered_list_with_each_rules_verdict(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary, "en")
    query = "?direction=105101"
    heads, *lines = sheet_of(client.get(f"{LIST}export.xlsx{query}"))
    listed = [row[0]["note"] for row in client.get(f"{LIST}{query}").context["rows"]]
    assert [line[0] for line in lines] == listed == [cast.lin.student_number]
    line = dict(zip(heads, lines[0], strict=True))
    assert line["At least 24 months of clinical training"] == "Not met"
    assert line["Every doctoral thesis is reviewed blind"] is None
    assert line["Supervisor"] == "Jiang Wanqing"
    assert line["As of"].date() == today()


def test_the_workbook_of_a_neighbour_holds_none_of_our_trainees(
    signed_in: SignIn, neighbour: Account
) -> None:
    cells = [
        cell for line in sheet_of(signed_in(neighbour).get(f"{LIST}export.xlsx")) for cell in line
    ]
    assert "沈墨白" in cells
    assert not {"林知远", "顾清妍"} & set(cells)


def test_a_name_that_looks_like_a_formula_stays_text_in_the_workbook(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    formula = "=HYPERLINK(1)"
    change_person(person=cast.persons["S3"], by=OPERATOR, reason="测试", name_zh=formula)
    response = signed_in(office).get(f"{LIST}export.xlsx")
    content = b"".join(response.streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value == formula]
    assert cells
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


def test_a_secretary_suspends_a_trainee_with_day_and_reason(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    address = f"{LIST}{cast.lin.pk}/state/"
    given = {"to": "suspended", "on": "2024-03-01", "reason": "家庭成员患病"}
    response = signed_in(secretary).post(address, given)
    assert response.status_code == 302
    cast.lin.refresh_from_db()
    assert cast.lin.state == EnrolmentState.SUSPENDED
    line = JournalEntry.objects.filter(verb="enrolment.state").last()
    assert line is not None
    assert (line.actor_key, line.reason) == (secretary.actor_key, "家庭成员患病")


def test_a_change_against_the_rules_is_one_message_and_writes_nothing(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    lines = JournalEntry.objects.count()
    given = {"to": "suspended", "on": "2019-01-01", "reason": "患病"}
    response = signed_in(secretary).post(f"{LIST}{cast.lin.pk}/state/", given)
    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
    cast.lin.refresh_from_db()
    assert cast.lin.state == EnrolmentState.CANDIDATE
    assert JournalEntry.objects.count() == lines


@pytest.mark.parametrize("missing", ["to", "on", "reason"])
def test_a_change_of_state_needs_state_day_and_reason(
    missing: str, signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    given = {"to": "suspended", "on": "2024-03-01", "reason": "患病"} | {missing: ""}
    response = signed_in(secretary).post(f"{LIST}{cast.lin.pk}/state/", given)
    assert missing in response.context["form"].errors
    cast.lin.refresh_from_db()
    assert cast.lin.state == EnrolmentState.CANDIDATE


def test_who_does_not_keep_the_unit_cannot_change_a_state_and_is_told_why(
    signed_in: SignIn, cast: Cast, trainee: Account, supervisor: Account, leader: Account
) -> None:
    address = f"{LIST}{cast.lin.pk}/state/"
    given = {"to": "suspended", "on": "2024-03-01", "reason": "患病"}
    for account in (trainee, supervisor, leader):
        client = signed_in(account)
        assert str(client.get(address).context["permit"].reason) != ""
        assert client.post(address, given).status_code == 403
    cast.lin.refresh_from_db()
    assert cast.lin.state == EnrolmentState.CANDIDATE


def test_a_record_that_the_reader_may_not_change_has_a_disabled_button_with_the_reason(
    signed_in: SignIn, cast: Cast, supervisor: Account
) -> None:
    page = text_of(signed_in(supervisor, "en").get(f"{LIST}{cast.lin.pk}/"))
    assert 'aria-disabled="true"' in page
    assert 'id="reason-change"' in page
    assert "/period/" not in page


def test_the_journal_is_for_those_who_keep_or_read_the_unit(
    signed_in: SignIn,
    cast: Cast,
    trainee: Account,
    supervisor: Account,
    secretary: Account,
    leader: Account,
    neighbour: Account,
) -> None:
    address = f"{LIST}{cast.lin.pk}/journal/"
    answers = {
        account: signed_in(account).get(address).status_code
        for account in (trainee, supervisor, secretary, leader, neighbour)
    }
    assert answers == {
        trainee: 404, supervisor: 404, secretary: 200, leader: 200, neighbour: 404,
    }  # fmt: skip


def test_the_reason_of_a_suspension_is_hidden_from_the_supervisor(
    signed_in: SignIn, cast: Cast, trainee: Account, supervisor: Account, secretary: Account
) -> None:
    change_state(
        enrolment=cast.lin, to=EnrolmentState.SUSPENDED, on=date(2024, 3, 1),
        reason="抑郁症治疗", by=OPERATOR,
    )  # fmt: skip
    address = f"{LIST}{cast.lin.pk}/?show=timeline"
    assert "抑郁症治疗" in text_of(signed_in(trainee).get(address))
    assert "抑郁症治疗" in text_of(signed_in(secretary).get(address))
    assert "抑郁症治疗" not in text_of(signed_in(supervisor).get(address))


def test_the_record_names_the_cell_that_a_value_came_from(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    file = StoredFile.objects.create(sha256="a" * 64, name="培养名册.xlsx", size=1)
    Lineage.objects.create(
        file=file, sheet="2021级", row=42, column="C", header="专业方向",
        subject_kind="enrolment", subject_key=str(cast.lin.pk), field="direction",
    )  # fmt: skip
    page = text_of(signed_in(secretary).get(f"{LIST}{cast.lin.pk}/?show=record"))
    assert "培养名册.xlsx" in page
    assert "<code>C42</code>" in page
