"""Public notice: objections on its days, their answers, and its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.cases.access import visible_notices, visible_objections
from preceptor.cases.actions import answer_objection, end_notices, object_to
from preceptor.cases.models import Case, CaseKind, Notice, Objection
from preceptor.people.models import Account
from timed_kinds import asked, decided

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases"]
pytestmark = pytest.mark.django_db

#: The display begins on Friday before the Spring Festival and lasts five working days.
FIRST, LAST, AFTER = date(2026, 2, 13), date(2026, 2, 27), date(2026, 2, 28)
WORDS: dict[str, Any] = {
    "name": "某某",
    "contact": "13800000000",
    "text": "论文第三章数据与他人相同",
}


@pytest.fixture
def notice(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account, office: Account,
    on: Callable[[date], None],
) -> Notice:  # fmt: skip
    on(FIRST)
    office.email = "office@example.org"
    office.save(update_fields=["email"])
    case = decided(asked(cast, trainee), "agreed", supervisor)
    return Notice.objects.get(case=case)


def test_a_display_lasts_its_working_days_over_the_festival(notice: Notice) -> None:
    assert (notice.first_on, notice.last_on, notice.state) == (FIRST, LAST, "open")
    assert notice.case.due_on == LAST
    assert "资助申请" in notice.text_zh
    assert "Grant" in notice.text_en


def test_anybody_reads_what_is_on_display_on_its_days_only(
    notice: Notice, stranger: Account, on: Callable[[date], None]
) -> None:
    for day, seen in ((FIRST, True), (LAST, True), (AFTER, False)):
        on(day)
        assert visible_notices(None).exists() is seen
        assert visible_notices(stranger).exists() is seen


def test_anybody_objects_up_to_and_on_the_last_day(
    notice: Notice, on: Callable[[date], None]
) -> None:
    on(LAST)
    made = object_to(notice=notice, **WORDS)
    assert object_to(notice=notice, **WORDS) == made
    assert Objection.objects.get().state == "open"
    letter = OutgoingMail.objects.get(unique_key__startswith="objection:")
    assert (letter.to, WORDS["text"] in letter.body) == ("office@example.org", False)
    told = JournalEntry.objects.get(verb="notice.object")
    assert WORDS["name"] not in f"{told.before}{told.after}{told.actor_name}"


def test_a_day_late_is_too_late_to_object(notice: Notice, on: Callable[[date], None]) -> None:
    on(AFTER)
    with pytest.raises(RuleBroken, match="2026-02-27"):
        object_to(notice=notice, **WORDS)
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"contact": ""}, {"text": " \n"}, {"text": "长" * 5001}]
)
def test_an_objection_without_name_contact_or_facts_is_refused(
    notice: Notice, change: dict[str, str]
) -> None:
    with pytest.raises(InputRefused):
        object_to(notice=notice, **(WORDS | change))
    assert not Objection.objects.exists()


def test_a_display_without_objection_ends_the_day_after_and_grants_once(
    notice: Notice, on: Callable[[date], None], port: object
) -> None:
    assert end_notices(on=LAST, by=OPERATOR) == 0
    on(AFTER)
    assert end_notices(on=AFTER, by=OPERATOR) == 1
    assert end_notices(on=AFTER, by=OPERATOR) == 0
    notice.refresh_from_db()
    case = Case.objects.get(pk=notice.case_id)
    assert (notice.state, case.state) == ("clear", "granted")
    assert [outcome for _number, outcome, _by in port.done] == ["granted"]  # type: ignore[attr-defined]


def test_an_open_objection_keeps_the_case_until_it_is_answered(
    notice: Notice, office: Account, on: Callable[[date], None]
) -> None:
    made = object_to(notice=notice, **WORDS)
    on(AFTER)
    assert end_notices(on=AFTER, by=OPERATOR) == 0
    assert Case.objects.get().state == "running"
    answer_objection(objection=made, is_upheld=False, answer="经核查，数据独立取得。", by=office)
    notice.refresh_from_db()
    assert (notice.state, Case.objects.get().state) == ("clear", "granted")


def test_an_upheld_objection_leads_to_the_hearing_when_the_display_ends(
    notice: Notice, office: Account, on: Callable[[date], None]
) -> None:
    made = object_to(notice=notice, **WORDS)
    answer_objection(objection=made, is_upheld=True, answer="属实。", by=office)
    assert Case.objects.get().stage == "notice"
    on(AFTER)
    assert end_notices(on=AFTER, by=OPERATOR) == 1
    assert (Case.objects.get().stage, Notice.objects.get().state) == ("hearing", "upheld")


def test_an_objection_is_answered_by_who_acts_and_by_nobody_else(
    notice: Notice, office: Account, trainee: Account, secretary: Account, leader: Account
) -> None:
    made = object_to(notice=notice, **WORDS)
    own = object_to(notice=notice, **(WORDS | {"name": "另一人"}), by=office)
    for by in (trainee, secretary, leader):
        with pytest.raises(NotPermitted):
            answer_objection(objection=made, is_upheld=False, answer="不成立。", by=by)
        assert not visible_objections(by).exists()
    with pytest.raises(NotPermitted):
        answer_objection(objection=own, is_upheld=False, answer="不成立。", by=office)
    with pytest.raises(InputRefused):
        answer_objection(objection=made, is_upheld=False, answer=" ", by=office)
    assert set(Objection.objects.values_list("state", flat=True)) == {"open"}
    assert visible_objections(office).count() == 2


def test_nobody_but_the_job_lets_time_take_effect(notice: Notice, office: Account) -> None:
    with pytest.raises(NotPermitted):
        end_notices(on=AFTER, by=office)
    assert Notice.objects.get().state == "open"
