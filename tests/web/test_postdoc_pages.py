"""Postdocs on the pages: list, one postdoc for each reader, records, requests, and the first page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from new_fellows import ENTRY, Fellows, entering, handed_in
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.models import Case, Hearing
from preceptor.fellows.actions import (
    ask_step,
    enter_postdoc,
    record_ground,
    record_leave,
    set_funding,
    set_goal,
)
from preceptor.fellows.asking import months_later
from preceptor.fellows.choices import PostdocStep
from preceptor.fellows.models import Ground, Host, PlanGoal, Postdoc, PostdocCase, TrackMonths
from preceptor.people.actions import NewPerson, register_persons
from preceptor.standing.actions import put_in_force

pytest_plugins = ["cast", "fellow_cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
NOTE, PAPER = "连续两周未到岗，电话无人接听", "人事处〔2024〕17号"


def asked(client: Client, path: str) -> int:
    """How many queries the page makes when it is read again."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def page_path(fellows: Fellows) -> str:
    return f"/postdocs/{fellows.xu.pk}/"


@pytest.fixture
def absence(fellows: Fellows) -> Ground:
    """An absence of 20 days that was found about 许望舒."""
    return record_ground(
        postdoc=fellows.xu, kind="absence", found_on=date(2024, 5, 6), first_on=date(2024, 4, 1),
        days=20, paper=PAPER, note=NOTE, by=fellows.personnel,
    )  # fmt: skip


@pytest.fixture
def rules(fellows: Fellows) -> None:
    """The national rules of management and of withdrawal in force."""
    for pack in ("cn/postdoctoral-management", "cn/postdoctoral-withdrawal"):
        put_in_force(
            institution=fellows.institution, pack=pack, valid_from=date(2020, 1, 1), by=OPERATOR
        )


def test_the_list_shows_postdocs_with_their_verdict_and_exports_the_same_rows(
    fellows: Fellows, rules: None, signed_in: SignIn
) -> None:
    enter_postdoc(**entering(fellows))
    client = signed_in(fellows.personnel)
    page = client.get("/postdocs/?track=clinical")
    [row] = page.context["rows"]
    assert row[0]["text"] == "许望舒"
    assert row[-1]["verdict"] in ("fail", "warn")
    answer: Any = client.get("/lists/postdocs/export.xlsx?track=clinical")
    content = b"".join(answer.streaming_content)
    rows = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
    assert [row[0] for row in rows[1:]] == ["B2023001"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("needs=over", {"B2023001"}), ("needs=ending", set()), ("q=陶", {"B2026001"}),
        ("station=LD-1002", {"B2023001", "B2026001"}), ("state=exited", set()),
        ("state=present", {"B2023001", "B2026001"}), ("intake=never", {"B2023001", "B2026001"}),
    ],
)  # fmt: skip
def test_the_filters_narrow_the_list(
    fellows: Fellows, signed_in: SignIn, query: str, numbers: set[str]
) -> None:
    enter_postdoc(**entering(fellows))
    rows = signed_in(fellows.leader).get(f"/postdocs/?{query}").context["rows"]
    assert {row[0]["note"] for row in rows} == numbers


def test_who_is_late_from_leave_is_found(fellows: Fellows, signed_in: SignIn) -> None:
    client = signed_in(fellows.personnel)
    assert client.get("/postdocs/?needs=late").context["rows"] == []
    sent = {"kind": "abroad", "first_on": "2024-03-01", "last_on": "2024-06-30"}
    assert client.post(f"{page_path(fellows)}change/leave/", sent).status_code == 302
    assert len(client.get("/postdocs/?needs=late").context["rows"]) == 1
    leave = fellows.xu.leaves.get()
    back = {"returned_on": "2024-07-01"}
    client.post(f"{page_path(fellows)}change/return/{leave.pk}/", back)
    assert client.get("/postdocs/?needs=late").context["rows"] == []


def test_a_postdoc_is_not_there_for_strangers_and_other_hospitals(
    fellows: Fellows, absence: Ground, signed_in: SignIn
) -> None:
    for account in (fellows.stranger, fellows.neighbour):
        client = signed_in(account)
        for path in ("", "change/host/", "change/exit/", f"change/ground_back/{absence.pk}/"):
            answer = client.get(f"{page_path(fellows)}{path}")
            assert answer.status_code == 404
            for secret in ("许望舒", "Xu Wangshu", "B2023001", NOTE, PAPER):
                assert secret not in text_of(answer)
        assert "许望舒" not in text_of(client.get("/postdocs/"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_postdoc_is_shown_in_both_languages(
    fellows: Fellows, rules: None, signed_in: SignIn, language: str
) -> None:
    page = signed_in(fellows.personnel, language).get(page_path(fellows))
    name, host = ("Xu Wangshu", "Jiang Wanqing") if language == "en" else ("许望舒", "江晚晴")
    for text in (name, host, "B2023001", "maternity leave" if language == "en" else "产假"):
        assert text in text_of(page)
    for code in ("annual 或 midterm", "annual or midterm", "disciplinary 或", "maternity<"):
        assert code not in text_of(page)
    assert page.context["term"]["limit"] == (date(2025, 8, 31) - ENTRY).days


def test_findings_are_told_to_who_keeps_the_records_alone(
    fellows: Fellows, rules: None, absence: Ground, signed_in: SignIn
) -> None:
    for account in (fellows.personnel, fellows.office, fellows.secretary):
        assert NOTE in text_of(signed_in(account).get(page_path(fellows)))
    for account in (fellows.leader, fellows.host, fellows.postdoc):
        client = signed_in(account)
        page = client.get(page_path(fellows))
        assert page.status_code == 200
        assert NOTE not in text_of(page)
        assert PAPER not in text_of(page)
        assert page.context["grounds"] is None
        part = client.get(f"{page_path(fellows)}change/ground_back/{absence.pk}/")
        assert part.status_code == 404


def test_a_supervisor_is_not_told_what_the_rules_of_withdrawal_say(
    fellows: Fellows, rules: None, absence: Ground, signed_in: SignIn
) -> None:
    own = signed_in(fellows.postdoc).get(page_path(fellows)).context
    assert {one["rule"] for one in own["withdrawal_rules"]} >= {"withdrawal.absence"}
    told = signed_in(fellows.host).get(page_path(fellows)).context
    assert told["withdrawal_rules"] == []
    assert told["shown_rules"]
    rows = signed_in(fellows.host).get("/postdocs/").context["rows"]
    assert len(rows) == 1


def test_each_list_of_withdrawal_in_force_gives_its_own_answer(
    fellows: Fellows, absence: Ground, signed_in: SignIn
) -> None:
    put_in_force(
        institution=fellows.institution, pack="cn/postdoctoral-withdrawal",
        valid_from=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip
    page = signed_in(fellows.office).get(page_path(fellows))
    [known] = [one for one in page.context["withdrawal_rules"] if one["verdict"] == "fail"]
    assert known["remedy"] == known["actor"] == ""
    assert "不成立，构成退站事由" in text_of(page)
    assert known["rule"] == "withdrawal.absence"
    assert known["citation"]
    assert known["message"]


def test_amounts_and_kinds_of_leave_are_not_told_to_a_supervisor(
    fellows: Fellows, signed_in: SignIn
) -> None:
    record_leave(
        postdoc=fellows.xu, kind="illness", first_on=date(2024, 3, 1), last_on=date(2024, 3, 9),
        note=NOTE, by=fellows.personnel,
    )  # fmt: skip
    set_funding(
        postdoc=fellows.xu, payer="host", purpose="salary", amount_cny=Decimal(234567),
        since=ENTRY, payer_unit=fellows.general, by=fellows.personnel,
    )  # fmt: skip
    own = text_of(signed_in(fellows.postdoc).get(page_path(fellows)))
    assert "234,567" in own
    page = signed_in(fellows.host).get(page_path(fellows))
    assert "234,567" not in text_of(page)
    assert page.context["funding"][0]["amount"] is None
    kinds = {one["kind"] for one in page.context["leaves"]}
    officer = signed_in(fellows.office).get(page_path(fellows))
    assert kinds.isdisjoint({one["kind"] for one in officer.context["leaves"]})
    assert NOTE not in text_of(page)


@pytest.mark.parametrize(
    ("verb", "sent"),
    [
        ("host", {"number": "T2", "role": "basic", "on": "2024-01-01"}),
        ("contract", {"number": "HT-1", "signed_on": "2023-08-20", "first_on": "2023-09-01",
                      "last_on": "2025-08-31"}),
        ("funding", {"payer": "host", "purpose": "salary", "amount_cny": "200000",
                     "since": "2023-09-01"}),
        ("support", {"kind": "travel", "payer": "host", "amount_cny": "3000.50",
                     "paid_on": "2024-01-05"}),
        ("goal", {"kind": "paper", "text": "发表论文", "target": "2", "due_on": "2025-06-30"}),
        ("months", {"kind": "clinical", "place": "急诊科", "first_month": "2024-01",
                    "last_month": "2024-03", "share_e2": "100"}),
        ("track", {"track": "basic", "intake": "own", "on": "2024-01-01"}),
        ("number", {"number": "2023110022"}),
        ("ground", {"kind": "ethics", "found_on": "2024-05-01"}),
    ],
)  # fmt: skip
def test_who_keeps_the_records_writes_them_and_a_leader_does_not(
    fellows: Fellows, signed_in: SignIn, verb: str, sent: dict[str, str]
) -> None:
    path = f"{page_path(fellows)}change/{verb}/"
    refused = signed_in(fellows.leader).post(path, sent)
    assert refused.status_code == 403
    before = _kept(fellows)
    answer = signed_in(fellows.secretary).post(path, sent)
    assert answer.status_code == 302
    assert answer["Location"] == page_path(fellows)
    assert _kept(fellows) != before


def _kept(fellows: Fellows) -> tuple[Any, ...]:
    row = Postdoc.objects.get(pk=fellows.xu.pk)
    counts = (
        "hosts", "contracts", "funding", "supports", "goals", "months", "grounds", "stays",
    )  # fmt: skip
    return (row.track, row.number, *(getattr(row, name).count() for name in counts))


def test_what_the_rules_refuse_stands_at_the_form_and_nothing_is_written(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client, before = signed_in(fellows.personnel), _kept(fellows)
    bad = {
        "host": {"number": "P1", "role": "host", "on": "2024-01-01"},
        "contract": {"number": "1", "signed_on": "2024-01-01", "first_on": "2024-02-01",
                     "last_on": "2024-01-01"},
        "ground": {"kind": "absence", "found_on": "2024-01-01"},
        "months": {"kind": "clinical", "place": "急诊科", "first_month": "2023-01",
                   "last_month": "2023-02", "share_e2": "100"},
        "track": {"track": "basic", "intake": "joint", "on": "2024-01-01"},
    }  # fmt: skip
    for verb, sent in bad.items():
        answer = client.post(f"{page_path(fellows)}change/{verb}/", sent)
        assert answer.status_code == 200
        assert answer.context["form"].non_field_errors(), verb
    assert _kept(fellows) == before
    assert client.get(f"{page_path(fellows)}change/none/").status_code == 404


def test_the_postdoc_sets_goals_and_reports_on_them_but_keeps_no_records(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client, path = signed_in(fellows.postdoc), page_path(fellows)
    sent = {"kind": "paper", "text": "发表论文两篇", "target": "2", "due_on": "2025-06-30"}
    assert client.post(f"{path}change/goal/", sent).status_code == 302
    goal = PlanGoal.objects.get()
    report = {"reached": "1", "reached_on": "2024-06-30", "evidence": "DOI 10.1"}
    client.post(f"{path}change/goal_report/{goal.pk}/", report)
    [shown] = client.get(path).context["goals"]
    assert (shown["reached"], shown["tone"]) == (Decimal(1), "warn")
    assert shown["meter"]["limit"] == 2
    assert client.post(f"{path}change/number/", {"number": "1"}).status_code == 403
    assert client.get(path).context["acts"]["records"] == []


def test_a_row_of_another_postdoc_is_not_changed_through_this_one(
    fellows: Fellows, signed_in: SignIn
) -> None:
    tao = enter_postdoc(**entering(fellows))
    goal = set_goal(postdoc=tao, kind="skill", text="测序", due_on=today(), by=fellows.personnel)
    client = signed_in(fellows.personnel)
    path = f"{page_path(fellows)}change/goal_report/{goal.pk}/"
    sent = {"reached": "1", "reached_on": today().isoformat()}
    assert client.post(path, sent).status_code == 404
    goal.refresh_from_db()
    assert goal.reached is None


def test_months_planned_and_spent_are_counted_once_each(
    fellows: Fellows, signed_in: SignIn
) -> None:
    for place, planned, first, last in (
        ("急诊科", True, 1, 6), ("急诊科", False, 1, 3), ("重症医学科", False, 3, 4),
    ):  # fmt: skip
        TrackMonths.objects.create(
            postdoc=fellows.xu, kind="clinical", is_planned=planned, place=place,
            first_month=date(2024, first, 1), last_month=date(2024, last, 1),
        )  # fmt: skip
    [months] = signed_in(fellows.leader).get(page_path(fellows)).context["months"]
    assert (months["planned"], months["spent"]) == (6, 4)


@pytest.mark.usefixtures("procedures")
def test_the_postdoc_asks_for_exit_on_the_own_page_and_sees_what_comes_next(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client, path = signed_in(fellows.postdoc), page_path(fellows)
    steps = {act["verb"]: act for act in client.get(path).context["acts"]["steps"]}
    assert "withdrawal" not in steps
    assert steps["exit"]["reason"] == ""
    sent = {"wished_on": (today() + timedelta(days=60)).isoformat(), "reason": "完成研究计划"}
    answer = client.post(f"{path}change/exit/", sent)
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    [line] = client.get(path).context["requests"]
    assert line["url"] == f"/cases/{case.pk}/"
    assert line["next"]
    again = client.post(f"{path}change/exit/", sent)
    assert again.status_code == 200
    assert Case.objects.count() == 1


@pytest.mark.usefixtures("procedures")
def test_a_withdrawal_is_asked_for_by_officers_alone(
    fellows: Fellows, absence: Ground, signed_in: SignIn
) -> None:
    path, sent = f"{page_path(fellows)}change/withdrawal/", {"reason": "旷工"}
    for account in (fellows.host, fellows.postdoc, fellows.leader):
        assert signed_in(account).post(path, sent).status_code == 403
    assert not PostdocCase.objects.exists()
    assert signed_in(fellows.personnel).post(path, sent).status_code == 302
    assert PostdocCase.objects.get().grounds[0]["days"] == 20


@pytest.mark.usefixtures("procedures", "rules")
def test_a_withdrawal_shows_its_grounds_with_their_clause_to_who_may_be_told(
    fellows: Fellows, absence: Ground, signed_in: SignIn
) -> None:
    sent = {"reason": "旷工二十天"}
    case = signed_in(fellows.personnel).post(f"{page_path(fellows)}change/withdrawal/", sent)
    shown = signed_in(fellows.personnel).get(case["Location"])
    assert [one["rule"] for one in shown.context["withdrawal_rules"]] == ["withdrawal.absence"]
    assert "2006 年国家博士后规定" in text_of(shown)
    assert PAPER in text_of(shown)
    handed_in(Case.objects.get(), fellows.personnel)
    for account in (fellows.leader, fellows.postdoc):
        told = signed_in(account).get(case["Location"])
        assert "2006 年国家博士后规定" in text_of(told)
        assert PAPER not in text_of(told) and NOTE not in text_of(told)
    for account in (fellows.host, fellows.stranger, fellows.neighbour):
        hidden = text_of(signed_in(account).get(case["Location"]))
        assert PAPER not in hidden and "2006 年国家博士后规定" not in hidden
    Hearing.objects.create(
        case=Case.objects.get(), round=1, facts="旷工属实", told_at=timezone.now(),
        answer_until=today(),
    )  # fmt: skip
    Case.objects.update(state="granted", decided_at=timezone.now())
    for account in (fellows.personnel, fellows.postdoc):
        assert "旷工属实" in text_of(signed_in(account).get(case["Location"]))
    for account in (fellows.leader, fellows.host, fellows.stranger, fellows.neighbour):
        assert "旷工属实" not in text_of(signed_in(account).get(case["Location"]))


@pytest.mark.usefixtures("procedures")
def test_the_page_says_by_when_the_exit_is_asked_for_until_it_is(
    fellows: Fellows, signed_in: SignIn
) -> None:
    Postdoc.objects.update(term_ends_on=date(2090, 8, 31))
    client = signed_in(fellows.postdoc)
    assert "2090-07-31" in client.get(page_path(fellows)).context["comes_next"]
    # From 31 January a month leads to 28 February too: the last day is no earlier.
    Postdoc.objects.update(term_ends_on=date(2090, 2, 28))
    assert "2090-01-31" in client.get(page_path(fellows)).context["comes_next"]
    Postdoc.objects.update(term_ends_on=date(2090, 8, 31))
    sent = {"wished_on": "2090-08-31", "reason": "完成研究计划"}
    client.post(f"{page_path(fellows)}change/exit/", sent)
    handed_in(Case.objects.get(), fellows.postdoc)
    assert client.get(page_path(fellows)).context["comes_next"] == ""
    Postdoc.objects.update(left_on=date(2090, 8, 31))
    decided = client.get(page_path(fellows)).context
    assert "2090-08-31" in decided["comes_next"]
    assert decided["term"]["value"] == (today() - ENTRY).days


def test_a_postdoc_without_a_role_finds_the_own_term_on_the_first_page(
    fellows: Fellows, signed_in: SignIn
) -> None:
    page = signed_in(fellows.postdoc).get("/")
    assert [one["is_own"] for one in page.context["fellows"]] == [True]
    assert page_path(fellows) in text_of(page)
    assert "您的账号目前没有角色" not in text_of(page)
    hosted = signed_in(fellows.host).get("/")
    assert [one["name"] for one in hosted.context["fellows"]] == ["许望舒"]
    stranger = signed_in(fellows.stranger).get("/")
    assert page_path(fellows) not in text_of(stranger)


@pytest.mark.usefixtures("procedures")
def test_a_postdoc_finds_the_request_under_way_and_the_last_day_to_ask_for_the_exit(
    fellows: Fellows, signed_in: SignIn
) -> None:
    Postdoc.objects.update(term_ends_on=today() + timedelta(days=200))
    client = signed_in(fellows.postdoc)
    [card] = client.get("/").context["fellows"]
    assert card["exit_by"] == months_later(today() + timedelta(days=200), -1)
    assert card["requests"] == []
    case = ask_step(postdoc=fellows.xu, step=PostdocStep.MIDTERM, by=fellows.postdoc)
    handed_in(case, fellows.postdoc)
    [card] = client.get("/").context["fellows"]
    assert [one["key"] for one in card["requests"]] == [case.pk]
    [hosted] = signed_in(fellows.host).get("/").context["fellows"]
    assert "exit_by" not in hosted


def test_an_officer_reads_how_many_postdocs_and_stations_there_are(
    fellows: Fellows, signed_in: SignIn
) -> None:
    page = signed_in(fellows.personnel).get("/")
    numbers = {one["url"]: one["value"] for one in page.context["numbers"]}
    assert numbers[reverse("stations")] == 3
    assert 1 in numbers.values()
    other = signed_in(fellows.stranger).get("/")
    assert other.context["numbers"] == []


def test_the_number_of_a_person_that_nobody_has_is_told_at_the_form(
    fellows: Fellows, signed_in: SignIn
) -> None:
    sent = {"number": "无此人", "role": "host", "on": "2024-01-01"}
    answer = signed_in(fellows.personnel).post(f"{page_path(fellows)}change/host/", sent)
    assert "无此人" in text_of(answer)
    assert Host.objects.count() == 1


def test_a_postdoc_is_entered_by_who_keeps_the_station(fellows: Fellows, signed_in: SignIn) -> None:
    sent = {
        "number": "P2", "station": fellows.station.pk, "postdoc_number": "B-9", "track": "basic",
        "intake": "own", "entered_on": "2026-01-05", "term_ends_on": "2028-01-04", "host": "T2",
        "is_full_time": "yes",
    }  # fmt: skip
    client = signed_in(fellows.secretary)
    joint = client.post("/postdocs/new/", sent | {"intake": "joint"})
    assert joint.context["form"].non_field_errors()
    assert Postdoc.objects.count() == 1
    assert client.post("/postdocs/new/", sent).status_code == 302
    row = Postdoc.objects.get(number="B-9")
    assert (row.is_full_time, row.is_own_doctor) == (True, None)
    assert row.hosts.get().person == fellows.persons["T2"]
    other = signed_in(fellows.neighbour).post("/postdocs/new/", sent | {"number": "E1"})
    assert other.status_code == 200
    assert Postdoc.objects.count() == 2


def test_a_page_of_fifty_postdocs_asks_no_more_than_twelve_questions(
    fellows: Fellows, rules: None, signed_in: SignIn
) -> None:
    client = signed_in(fellows.personnel)
    enter_postdoc(**entering(fellows))
    few = asked(client, "/postdocs/"), asked(client, page_path(fellows))
    numbers = [f"N{number}" for number in range(48)]
    new = [NewPerson("staff_number", number, f"新人{number}", number) for number in numbers]
    persons = register_persons(institution=fellows.institution, persons=new, by=OPERATOR)
    for number in numbers:
        enter_postdoc(**entering(fellows, person=persons[number], number=number))
        set_goal(postdoc=fellows.xu, kind="other", text=number, due_on=today(), by=OPERATOR)
    assert len(client.get("/postdocs/").context["rows"]) == 50
    # The count does not grow with rows, neither of the list nor of the page of one.
    assert (asked(client, "/postdocs/"), asked(client, page_path(fellows))) == few
    assert few[0] <= 12
    assert few[1] <= 12
    own = signed_in(fellows.postdoc)
    assert max(asked(own, "/"), asked(own, page_path(fellows))) <= 12


def test_a_postdoc_who_would_make_a_request_is_led_to_the_own_term_and_not_to_no_trainee(
    fellows: Fellows, signed_in: SignIn
) -> None:
    page = signed_in(fellows.postdoc).get("/cases/new/")
    own = Postdoc.objects.get(person=fellows.postdoc.person, left_on=None)
    assert [line["url"] for line in page.context["elsewhere"]] == [f"/postdocs/{own.pk}/#acts"]
    assert "没有符合条件的研究生" not in page.content.decode()
    stranger = signed_in(fellows.stranger).get("/cases/new/").content.decode()
    assert '<a class="button" href="/calls/">' in stranger
    assert f"/postdocs/{own.pk}/" not in stranger


def test_the_days_of_a_postdoc_are_written_as_on_every_page(
    fellows: Fellows, signed_in: SignIn
) -> None:
    own = Postdoc.objects.get(person=fellows.postdoc.person, left_on=None)
    text = signed_in(fellows.personnel).get(f"/postdocs/{own.pk}/").content.decode()
    definitions = text.split('class="definitions"')[1].split("</dl>")[0]
    assert f"<dd>{own.entered_on.isoformat()}" in definitions
    assert "年" not in definitions.split(own.entered_on.isoformat())[0].split("<dd>")[-1]
