"""Changes of a trainee's record besides the state: more time, a later award, another place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from preceptor.base.actors import OPERATOR
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.training.actions import change_state, move
from preceptor.training.choices import EnrolmentState, PeriodKind
from preceptor.training.models import Enrolment, Placement, StateSpan, StudyPeriod

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
CHANGES = ("state", "period", "placement")
EXTENSION = {
    "kind": "extension", "first": "2024-09-01", "last": "2025-08-31", "reason": "课题延期",
}  # fmt: skip


def text_of(response: Any) -> str:
    return str(response.content.decode())


def address(row: Enrolment, change: str) -> str:
    return f"/trainees/{row.pk}/{change}/"


def place_of(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What the form of the placement sends for 林知远."""
    present = {"unit": cast.general.pk, "direction": cast.medicine.pk, "on": "2024-03-01"}
    return present | {"reason": "导师调动"} | changes


def refusals(response: Any) -> list[str]:
    return [str(error) for error in response.context["form"].non_field_errors()]


def test_a_secretary_extends_the_study_and_the_timeline_shows_it(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary, "en")
    response = client.post(address(cast.lin, "period"), EXTENSION, follow=True)
    assert response.redirect_chain == [(f"/trainees/{cast.lin.pk}/", 302)]
    said = "Recorded: extension of study from 2024-09-01 to 2025-08-31."
    assert [str(message) for message in response.context["messages"]] == [said]
    period = StudyPeriod.objects.get(enrolment=cast.lin)
    assert (period.kind, period.valid_from, period.valid_to, period.reason) == (
        PeriodKind.EXTENSION, date(2024, 9, 1), date(2025, 8, 31), "课题延期",
    )  # fmt: skip
    timeline = client.get(f"/trainees/{cast.lin.pk}/?show=timeline").context["timeline"]
    (shown,) = [entry for entry in timeline if entry["title"] == "extension of study"]
    assert shown["text"] == "until 2025-08-31 · 课题延期"
    line = JournalEntry.objects.filter(verb="enrolment.period").get()
    assert (line.actor_key, line.reason) == (secretary.actor_key, "课题延期")


def test_a_deferral_may_have_no_end_yet_and_leaves_the_state(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    given = EXTENSION | {"kind": "deferral", "last": ""}
    assert signed_in(office).post(address(cast.lin, "period"), given).status_code == 302
    period = StudyPeriod.objects.get(enrolment=cast.lin)
    assert (period.kind, period.valid_to) == (PeriodKind.DEFERRAL, None)
    cast.lin.refresh_from_db()
    assert cast.lin.state == EnrolmentState.CANDIDATE


def test_the_timeline_tells_a_suspension_and_a_step_that_was_passed_once(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    StateSpan.objects.filter(enrolment=cast.lin).update(valid_from=date(2022, 6, 2))
    change_state(
        enrolment=cast.lin, to=EnrolmentState.SUSPENDED, on=date(2024, 3, 1), reason="患病",
        by=OPERATOR,
    )  # fmt: skip
    page = signed_in(secretary, "en").get(f"/trainees/{cast.lin.pk}/?show=timeline")
    told = page.context["timeline"]
    titles = [str(entry["title"]) for entry in told if entry["state"] == "past"]
    assert titles.count("suspended") == 1
    assert titles.count("suspension") == 0
    assert "thesis proposal: passed" in titles
    assert "proposal passed" not in titles


def test_the_same_extension_sent_twice_is_recorded_once(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary)
    for _time in range(2):
        assert client.post(address(cast.lin, "period"), EXTENSION).status_code == 302
    assert StudyPeriod.objects.filter(enrolment=cast.lin).count() == 1


@pytest.mark.parametrize(
    ("state", "given", "said"),
    [
        ("candidate", {"last": "2024-08-31"}, "结束日期早于开始日期"),
        ("graduated", {}, "延期"),
    ],
)
def test_a_period_against_the_rules_is_one_message_at_the_form_and_writes_nothing(
    state: str, given: dict[str, str], said: str, signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    Enrolment.objects.filter(pk=cast.lin.pk).update(state=state)
    lines = JournalEntry.objects.count()
    response = signed_in(secretary).post(address(cast.lin, "period"), EXTENSION | given)
    assert response.status_code == 200
    (refusal,) = refusals(response)
    assert said in refusal
    assert not StudyPeriod.objects.exists()
    assert JournalEntry.objects.count() == lines


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", ""), ("kind", "suspension"), ("first", ""), ("first", "2024-02-30"), ("reason", "")],
)
def test_a_period_needs_kind_first_day_and_reason(
    field: str, value: str, signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    response = signed_in(secretary).post(address(cast.lin, "period"), EXTENSION | {field: value})
    assert list(response.context["form"].errors) == [field]
    assert not StudyPeriod.objects.exists()


def test_no_more_time_is_given_once_the_degree_is_awarded(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    Enrolment.objects.filter(pk=cast.lin.pk).update(state=EnrolmentState.AWARDED)
    client = signed_in(secretary, "en")
    page = text_of(client.get(address(cast.lin, "period")))
    assert "Only while the degree is still to come can there be more time." in page
    assert client.post(address(cast.lin, "period"), EXTENSION).status_code == 403
    assert not StudyPeriod.objects.exists()


def test_the_office_moves_a_trainee_to_another_hospital_and_direction(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    client = signed_in(office, "en")
    given = place_of(cast, unit=cast.cancer.pk, direction=cast.surgery.pk)
    response = client.post(address(cast.lin, "placement"), given, follow=True)
    said = "Now placed: Cancer Hospital, Surgery."
    assert [str(message) for message in response.context["messages"]] == [said]
    cast.lin.refresh_from_db()
    assert (cast.lin.unit, cast.lin.direction) == (cast.cancer, cast.surgery)
    place = Placement.objects.known().get(enrolment=cast.lin, valid_to=None)
    assert (place.valid_from, place.reason) == (date(2024, 3, 1), "导师调动")
    timeline = text_of(client.get(f"/trainees/{cast.lin.pk}/?show=timeline"))
    assert "Placed: Cancer Hospital" in timeline
    assert "Surgery · 导师调动" in timeline


def test_the_journal_tells_a_move_in_names_and_not_in_keys(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    move(
        enrolment=cast.lin, unit=cast.cancer, direction=cast.medicine, on=date(2024, 3, 1),
        reason="导师调动", by=OPERATOR,
    )  # fmt: skip
    journal = signed_in(office).get(f"/trainees/{cast.lin.pk}/journal/").context["lines"]
    changes = {
        str(change["name"]): (change["before"], change["after"]) for change in journal[0]["changes"]
    }
    assert changes["单位"] == ("总医院", "肿瘤医院")
    assert str(journal[0]["actor"]) == "系统管理员（命令行）"
    assert "专业方向" not in changes


def test_a_secretary_is_offered_the_units_of_the_own_hospital_only(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary)
    form = client.get(address(cast.lin, "placement")).context["form"]
    assert [key for key, _name in form.fields["unit"].choices] == [cast.general.pk]
    given = place_of(cast, unit=cast.cancer.pk)
    response = client.post(address(cast.lin, "placement"), given)
    assert list(response.context["form"].errors) == ["unit"]
    given = place_of(cast, direction=cast.surgery.pk)
    assert client.post(address(cast.lin, "placement"), given).status_code == 302
    cast.lin.refresh_from_db()
    assert (cast.lin.unit, cast.lin.direction) == (cast.general, cast.surgery)


def test_a_move_to_where_the_trainee_is_and_one_that_lies_ahead_are_refused_at_the_form(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    client, tomorrow = signed_in(office, "en"), (today() + timedelta(days=1)).isoformat()
    lines = JournalEntry.objects.count()
    for given, said in (
        (place_of(cast), "This is the present unit and direction."),
        (place_of(cast, unit=cast.cancer.pk, on=tomorrow), f"{tomorrow} lies ahead"),
    ):
        response = client.post(address(cast.lin, "placement"), given)
        assert response.status_code == 200
        assert len(refusals(response)) == 1
        assert said in text_of(response)
    assert JournalEntry.objects.count() == lines


def test_a_move_needs_a_reason(signed_in: SignIn, cast: Cast, office: Account) -> None:
    given = place_of(cast, unit=cast.cancer.pk, reason=" ")
    response = signed_in(office).post(address(cast.lin, "placement"), given)
    assert list(response.context["form"].errors) == ["reason"]
    cast.lin.refresh_from_db()
    assert cast.lin.unit == cast.general


@pytest.mark.parametrize("change", CHANGES)
def test_who_keeps_no_unit_is_told_why_and_changes_nothing(
    change: str,
    signed_in: SignIn,
    cast: Cast,
    trainee: Account,
    supervisor: Account,
    leader: Account,
) -> None:
    given = EXTENSION | place_of(cast, unit=cast.cancer.pk, to="suspended")
    lines = JournalEntry.objects.count()
    for account in (trainee, supervisor, leader):
        client = signed_in(account, "en")
        page = text_of(client.get(address(cast.lin, change)))
        assert "You may not make this change" in page
        assert "the secretary of General Hospital, may do this." in page
        assert client.post(address(cast.lin, change), given).status_code == 403
    assert JournalEntry.objects.count() == lines


@pytest.mark.parametrize("change", CHANGES)
def test_a_neighbour_and_a_stranger_find_no_form_and_no_name(
    change: str, signed_in: SignIn, cast: Cast, neighbour: Account, stranger: Account
) -> None:
    given = EXTENSION | place_of(cast, unit=cast.cancer.pk, to="suspended")
    for account in (neighbour, stranger):
        client = signed_in(account)
        for response in (
            client.get(address(cast.lin, change)),
            client.post(address(cast.lin, change), given),
        ):
            assert response.status_code == 404
            assert "林知远" not in text_of(response)
    cast.lin.refresh_from_db()
    assert (cast.lin.state, cast.lin.unit) == (EnrolmentState.CANDIDATE, cast.general)


def test_the_menu_leads_to_each_change_and_says_which_one_is_closed(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client, page = signed_in(secretary, "en"), f"/trainees/{cast.lin.pk}/"
    entries = client.get(page).context["changes"]["entries"]
    assert [entry["url"] for entry in entries] == [address(cast.lin, name) for name in CHANGES]
    assert [str(entry["reason"]) for entry in entries] == ["", "", ""]
    Enrolment.objects.filter(pk=cast.lin.pk).update(state=EnrolmentState.WITHDRAWN)
    shown = text_of(client.get(page))
    assert f'href="{address(cast.lin, "placement")}"' in shown
    assert f'href="{address(cast.lin, "state")}"' not in shown
    assert "This enrolment has ended; no other state can follow." in shown


def test_a_trainee_has_no_menu_on_the_own_page(
    signed_in: SignIn, cast: Cast, trainee: Account
) -> None:
    page = text_of(signed_in(trainee, "en").get(f"/trainees/{cast.lin.pk}/"))
    assert "Change the record" not in page


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_form_is_written_in_both_languages(
    language: str, change: str, signed_in: SignIn, cast: Cast, office: Account
) -> None:
    response = signed_in(office, language).get(address(cast.lin, change))
    assert response.status_code == 200
    assert ("Record the change" in text_of(response)) == (language == "en")
    assert ("确认变更" in text_of(response)) == (language != "en")
