"""Laboratories and programmes on the pages: list, charter, requests under it, members, things, money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pi_rows import SINCE, asked, decided, limited
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.fellows.actions import book_entry, change_programme, found_laboratory
from preceptor.fellows.actions.laboratory import NewUnit
from preceptor.fellows.choices import AppointmentState, EntryKind, LimitKind
from preceptor.fellows.models import (
    Appointment,
    LabAsset,
    LabCase,
    LabEntry,
    LabMember,
    Laboratory,
    Limit,
    LimitUse,
    PiProgramme,
)
from preceptor.fellows.queries import balance
from preceptor.institutions.actions import register_regulation
from preceptor.institutions.models import Unit
from preceptor.people.actions import grant_role
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.web.shown.charter import climbing

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"


def client_of(account: Account, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(account, backend=BACKEND)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def queries_of(client: Client, path: str) -> int:
    """How many queries the page makes when it is read again."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def sheet_of(response: Any) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


@pytest.fixture
def page(pis: Programme) -> Callable[..., str]:
    """Gives addresses about the first laboratory."""
    return lambda name, *parts: reverse(name, args=[pis.laboratory.pk, *parts])


def test_the_list_shows_the_laboratories_of_the_programme_and_exports_the_same(
    pis: Programme,
) -> None:
    office = client_of(pis["office"])
    shown = text_of(office.get("/laboratories/"))
    assert "云溪实验室" in shown
    assert "明舟实验室" in shown
    assert "陆明舟" not in text_of(office.get("/laboratories/?q=云溪"))
    lines = sheet_of(office.get("/lists/laboratories/export.xlsx?q=云溪"))
    assert [line[1] for line in lines[1:]] == ["云溪实验室"]
    assert lines[1][6] == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["laboratory", "charter", "laboratory_ask", "laboratory_close"])
def test_every_page_of_a_laboratory_is_there_in_both_languages(
    pis: Programme, page: Callable[..., str], name: str, language: str
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    response = client_of(pis["head"], language).get(page(name))
    assert response.status_code == 200
    assert ("Yunxi Laboratory" if language == "en" else "云溪实验室") in text_of(response)


@pytest.mark.parametrize("who", ["stranger", "neighbour", "other"])
@pytest.mark.parametrize("name", ["laboratory", "charter", "charter_export", "laboratory_ask"])
def test_a_laboratory_is_not_there_for_who_has_nothing_to_do_with_it(
    pis: Programme, page: Callable[..., str], who: str, name: str
) -> None:
    response = client_of(pis[who]).get(page(name))
    assert response.status_code == 404
    for hidden in ("云溪实验室", "沈若溪", "温以宁", "流式细胞仪", "1,500,000"):
        assert hidden not in text_of(response)


def test_a_member_sees_the_laboratory_but_neither_its_money_nor_its_charter(
    pis: Programme, page: Callable[..., str]
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 77_123, paper="云医校〔2022〕9号")
    member = client_of(pis["member"])
    shown, whole = (
        text_of(client.get(page("laboratory"))) for client in (member, client_of(pis["head"]))
    )
    assert "温以宁" in shown
    for hidden in ("1,500,000", "77,123", "云医校〔2022〕9号"):
        assert (hidden in shown, hidden in whole) == (False, True)
    assert member.get(page("charter")).status_code == 404
    assert member.get(page("charter_export")).status_code == 404
    entry = LabEntry.objects.filter(laboratory=pis.laboratory)[0]
    assert member.get(page("laboratory_part", "counter", entry.pk)).status_code == 404
    sent = {"check": "1", "kind": "spend", "amount": "80000"}
    answer = text_of(member.post(page("laboratory_ask"), sent))
    assert "tone-warn" in answer
    assert "77,123" not in answer


def test_use_stands_against_limit_and_the_ledger_names_who_decided(
    pis: Programme, page: Callable[..., str]
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    decided(asked(pis.laboratory, LimitKind.SPEND, 20_000, pis["member"]), pis["head"])
    beyond = asked(pis.laboratory, LimitKind.SPEND, 40_000, pis["member"], title="购置冰箱")
    decided(decided(beyond, pis["head"]), pis["director"])
    shown = text_of(client_of(pis["head"]).get(page("charter")))
    assert "¥20,000" in shown
    assert "¥30,000" in shown
    assert shown.index("购置冰箱") < shown.index("购置离心机")
    assert "秦望舒" in shown
    lines = sheet_of(client_of(pis["office"]).get(page("charter_export")))
    assert [(line[2], line[6]) for line in lines[1:]] == [(20000, "沈若溪"), (40000, "秦望舒")]


def test_before_sending_the_form_says_what_is_left_and_whether_it_will_climb(
    pis: Programme, page: Callable[..., str]
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    head = client_of(pis["head"])
    assert "¥50,000" in text_of(head.get(page("laboratory_ask")))
    sent = {"check": "1", "kind": "spend", "amount": "50000"}
    within = text_of(head.post(page("laboratory_ask"), sent))
    beyond = text_of(head.post(page("laboratory_ask"), sent | {"amount": "50000.01"}))
    none = text_of(head.post(page("laboratory_ask"), sent | {"kind": "hire", "amount": "1"}))
    assert "tone-pass" in within
    assert "tone-warn" in beyond
    assert "tone-warn" in none
    assert not LabCase.objects.exists()


def test_a_request_is_prepared_by_the_form_and_a_part_of_a_person_is_refused_at_it(
    pis: Programme, page: Callable[..., str]
) -> None:
    member = client_of(pis["member"])
    sent = {"kind": "hire", "amount": "0.5", "title_zh": "聘用研究助理"}
    refused = member.post(page("laboratory_ask"), sent)
    assert refused.status_code == 200
    assert not Case.objects.exists()
    made = member.post(page("laboratory_ask"), sent | {"amount": "1"})
    case = Case.objects.get()
    assert made.headers["Location"] == reverse("case", args=[case.pk])
    assert (case.lab_case.kind, case.lab_case.amount) == ("hire", 1)
    shown = text_of(client_of(pis["member"]).get(page("laboratory")))
    assert "聘用研究助理" in shown


def test_the_director_sets_a_limit_and_the_head_is_refused_with_the_reason(
    pis: Programme, page: Callable[..., str]
) -> None:
    sent = {
        "kind": "spend", "most": "60000", "period": "year", "valid_from": str(today()),
        "paper": "云医校〔2026〕1号",
    }  # fmt: skip
    head = client_of(pis["head"]).post(page("laboratory_change", "limit-set"), sent)
    assert head.status_code == 403
    assert "秦望舒" in text_of(head)
    assert not Limit.objects.exists()
    done = client_of(pis["director"]).post(page("laboratory_change", "limit-set"), sent)
    assert done.status_code == 302
    assert Limit.objects.get().most == 60_000


def test_the_head_asks_for_another_limit(pis: Programme, page: Callable[..., str]) -> None:
    sent = {
        "kind": "hire", "most": "2", "period": "year", "valid_from": str(today()),
        "reason": "课题扩展需要",
    }  # fmt: skip
    done = client_of(pis["head"]).post(page("laboratory_change", "limit-ask"), sent)
    case = Case.objects.get()
    assert done.headers["Location"] == reverse("case", args=[case.pk])
    assert case.charter_case.most == 2


def test_what_a_decision_used_is_given_back_by_those_above_alone(
    pis: Programme, page: Callable[..., str]
) -> None:
    limited(pis.laboratory, LimitKind.HIRE, 2)
    decided(asked(pis.laboratory, LimitKind.HIRE, 1, pis["member"]), pis["head"])
    use = LimitUse.objects.get()
    sent = {"reason": "录用人员未报到"}
    path = page("laboratory_part", "return", use.pk)
    assert client_of(pis["head"]).post(path, sent).status_code == 403
    assert client_of(pis["director"]).post(path, sent).status_code == 302
    assert LimitUse.objects.get(returns=use).amount == -1


def test_a_person_joins_and_leaves_by_the_forms(pis: Programme, page: Callable[..., str]) -> None:
    head = client_of(pis["head"])
    sent = {"number": "P-c2", "role": "technician", "valid_from": str(SINCE)}
    unknown = head.post(page("laboratory_change", "join"), sent | {"number": "P-9"})
    assert unknown.status_code == 200
    assert LabMember.objects.count() == 1
    assert head.post(page("laboratory_change", "join"), sent).status_code == 302
    joined = LabMember.objects.get(person=pis.persons["c2"])
    left = {"last_day": "2024-06-30", "reason": "合同期满"}
    path = page("laboratory_part", "leave", joined.pk)
    assert head.post(path, left).status_code == 302
    rows = LabMember.objects.known().filter(person=pis.persons["c2"])
    assert [row.valid_to for row in rows] == [date(2024, 6, 30)]


def test_a_member_of_another_laboratory_is_not_ended_through_this_one(
    pis: Programme, page: Callable[..., str]
) -> None:
    row = LabMember.objects.get(laboratory=pis.laboratory)
    path = reverse("laboratory_part", args=[pis.second.pk, "leave", row.pk])
    assert client_of(pis["other"]).post(path, {"last_day": str(today())}).status_code == 404


def test_a_thing_is_recorded_and_passed_on(pis: Programme, page: Callable[..., str]) -> None:
    head = client_of(pis["head"])
    sent = {"number": "YQ-7", "name": "离心机", "valid_from": str(SINCE)}
    assert head.post(page("laboratory_change", "hold"), sent).status_code == 302
    asset = LabAsset.objects.get(number="YQ-7")
    assert asset.value_cny is None
    passing = {"goes_to": "YT-P2", "last_day": str(today()), "reason": "调拨"}
    path = page("laboratory_part", "pass", asset.pk)
    assert "YT-P2" in text_of(head.get(path))
    assert head.post(path, passing).status_code == 302
    assert LabAsset.objects.known().get(laboratory=pis.second).number == "YQ-7"


def test_money_is_booked_and_taken_back_and_more_than_is_there_is_refused_at_the_form(
    pis: Programme, page: Callable[..., str]
) -> None:
    office = client_of(pis["office"])
    sent = {"kind": "spent", "amount_cny": "1500000.01", "booked_on": str(today()), "note": "试剂"}
    assert office.post(page("laboratory_change", "book"), sent).status_code == 200
    assert balance(pis.laboratory) == 1_500_000
    office.post(page("laboratory_change", "book"), sent | {"amount_cny": "400"})
    assert balance(pis.laboratory) == Decimal(1_499_600)
    assert "¥1,499,600" in text_of(office.get(page("laboratory")))
    entry = LabEntry.objects.get(kind=EntryKind.SPENT)
    path = page("laboratory_part", "counter", entry.pk)
    office.post(path, {"booked_on": str(today()), "reason": "误记"})
    assert balance(pis.laboratory) == 1_500_000


def test_the_closing_shows_what_would_be_left_behind(
    pis: Programme, page: Callable[..., str]
) -> None:
    head = client_of(pis["head"])
    shown = text_of(head.get(page("laboratory_close")))
    for left in ("温以宁", "YQ-001", "¥1,500,000"):
        assert left in shown
    sent = {"closes_on": str(today()), "reason": "聘期届满"}
    assert head.post(page("laboratory_close"), sent).status_code == 302
    assert Case.objects.get().closing_case.closes_on == today()


def test_unknown_verbs_are_not_there(pis: Programme, page: Callable[..., str]) -> None:
    head = client_of(pis["head"])
    for path in (
        page("laboratory_change", "burn"),
        page("laboratory_part", "burn", 1),
        reverse("programme_change", args=[pis.programme.pk, "burn"]),
    ):
        assert client_of(pis["office"]).get(path).status_code == 404
    assert head.get(page("laboratory_part", "leave", 10**9)).status_code == 404


def test_the_page_of_a_programme_shows_director_committees_laboratories_and_lines(
    pis: Programme,
) -> None:
    path = reverse("programmes_pi", args=[pis.programme.pk])
    shown = text_of(client_of(pis["office"]).get(path))
    for there in ("秦望舒", "卓越人才计划学术委员会", "云溪实验室", "明舟实验室", "沈若溪"):
        assert there in shown
    refused = client_of(pis["neighbour"]).get(path)
    assert refused.status_code == 404
    assert "秦望舒" not in text_of(refused)


def test_a_director_without_a_staff_number_stays_when_something_else_is_changed(
    pis: Programme,
) -> None:
    path = reverse("programme_change", args=[pis.programme.pk, "change"])
    director = pis.programme.director
    assert director is not None
    director.identifiers.all().delete()
    office = client_of(pis["office"])
    form = office.get(path).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert sent["director"] == ""
    assert office.post(path, sent | {"name_en": "Excellence Programme"}).status_code == 302
    changed = PiProgramme.objects.get()
    assert (changed.name_en, changed.director_id) == ("Excellence Programme", director.pk)


def test_the_layer_that_decides_a_quota_line_follows_from_the_delegation(pis: Programme) -> None:
    path = reverse("programme_change", args=[pis.programme.pk, "quota"])
    sent = {"year": today().year, "degree_level": "doctor", "places": "12"}
    assert client_of(pis["director"]).post(path, sent).status_code == 403
    assert client_of(pis["office"]).post(path, sent).status_code == 302
    paper = register_regulation(
        code="YT-DEL", institution=pis.institution, layer="university", title_zh="授权书",
        title_en="Delegation", effective_from=SINCE, by=OPERATOR,
    )  # fmt: skip
    change_programme(programme=pis.programme, delegation=paper, by=OPERATOR)
    assert client_of(pis["director"]).post(path, sent | {"places": "20"}).status_code == 302
    page = reverse("programmes_pi", args=[pis.programme.pk])
    shown = text_of(client_of(pis["director"]).get(page))
    assert "授权书" in shown
    line = pis.institution.quota_lines.get()
    assert (line.places, line.layer, line.regulation_id) == (20, "programme", paper.pk)


def test_who_keeps_the_programme_opens_a_laboratory_together_with_its_unit(
    pis: Programme,
) -> None:
    path = reverse("programme_change", args=[pis.programme.pk, "laboratory"])
    sent = {
        "code": "YT-P3", "name_zh": "知秋实验室", "name_en": "Zhiqiu Laboratory", "head": "P-c1",
        "opened_on": str(today()),
    }  # fmt: skip
    assert client_of(pis["head"]).post(path, sent).status_code == 403
    assert not Unit.objects.filter(code="YT-P3").exists()
    for _time in range(2):
        assert client_of(pis["director"]).post(path, sent).status_code == 302
    made = Laboratory.objects.get(unit__code="YT-P3")
    assert (made.head, made.unit.kind) == (pis.persons["c1"], "laboratory")
    assert "知秋实验室" in text_of(client_of(pis["secretary"]).get("/laboratories/"))
    taken = client_of(pis["director"]).post(path, sent | {"code": "YT-01"})
    assert taken.status_code == 200


def test_the_office_changes_director_and_committees_by_the_form(pis: Programme) -> None:
    path = reverse("programme_change", args=[pis.programme.pk, "change"])
    office = client_of(pis["office"])
    assert "P-director" in text_of(office.get(path))
    sent = {
        "name_zh": "基础医学卓越人才计划", "name_en": "Basic Medicine Excellence Programme",
        "director": "P-c0", "academic_committee": pis.committee.pk,
    }  # fmt: skip
    assert office.post(path, sent).status_code == 302
    held = PiProgramme.objects.get(pk=pis.programme.pk)
    assert (held.director, held.academic_committee) == (pis.persons["c0"], pis.committee)
    assert client_of(pis["head"]).post(path, sent).status_code == 403


def test_many_laboratories_cost_no_more_queries_than_few(pis: Programme) -> None:
    office = client_of(pis["office"])
    few = queries_of(office, "/laboratories/")
    for place in range(5):
        found_laboratory(
            programme=pis.programme, new_unit=NewUnit(f"YT-L{place}", "实验室", "Laboratory"),
            head=pis.persons["c0"], opened_on=SINCE, by=OPERATOR,
        )  # fmt: skip
    assert queries_of(office, "/laboratories/") == few <= 12


def test_a_long_ledger_costs_no_more_queries_than_a_short_one(
    pis: Programme, page: Callable[..., str]
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    office = client_of(pis["office"])
    decided(asked(pis.laboratory, LimitKind.SPEND, 10, pis["member"]), pis["head"])
    paths = (page("laboratory"), page("charter"))
    few = [queries_of(office, path) for path in paths]
    for place in range(3):
        decided(asked(pis.laboratory, LimitKind.SPEND, 10, pis["member"]), pis["head"])
        book_entry(
            laboratory=pis.laboratory, kind=EntryKind.SPENT, amount_cny=Decimal(1),
            booked_on=SINCE + timedelta(days=place), by=OPERATOR,
        )  # fmt: skip
    many = [queries_of(office, path) for path in paths]
    assert many[1] == few[1] <= 12
    assert many[0] <= few[0] <= 12


def test_the_head_finds_the_own_laboratory_on_the_first_page(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    request = asked(pis.laboratory, LimitKind.SPEND, 10, pis["member"], title="购置移液器")
    shown = text_of(client_of(pis["head"]).get("/"))
    assert "云溪实验室" in shown
    assert "¥50,000" in shown
    assert reverse("case", args=[request.pk]) in shown
    assert "云溪实验室" not in text_of(client_of(pis["other"]).get("/"))


def test_the_first_page_of_a_head_and_the_first_tasks_of_an_office_ask_at_most_twelve_questions(
    pis: Programme,
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    head, office = client_of(pis["head"]), client_of(pis["office"])
    for count in (1, 3):
        for _request in range(count):
            asked(pis.laboratory, LimitKind.SPEND, 10, pis["member"])
        assert queries_of(head, "/") <= 12
        assert queries_of(office, "/tasks/first/") <= 12


def test_who_leads_a_laboratory_has_a_place_here_without_a_role(pis: Programme) -> None:
    home = reverse("home")
    head = text_of(client_of(pis["head"], "en").get(home))
    assert "Yunxi Laboratory" in head
    assert "Your account has no role today" not in head
    assert "Your account has no role today" in text_of(client_of(pis["stranger"], "en").get(home))


@pytest.mark.parametrize(
    ("language", "told", "reason"),
    [
        ("zh-hans", "负责人的授权已中止", "投入已停止"),
        ("en", "authority of the head rests", "investment"),
    ],
)
def test_a_resting_authority_stands_in_the_head_of_both_pages_with_what_it_means(
    pis: Programme, page: Callable[..., str], language: str, told: str, reason: str
) -> None:
    head, member = client_of(pis["head"], language), client_of(pis["member"], language)
    limited(pis.laboratory, LimitKind.BUY, 100_000)
    for name in ("laboratory", "charter"):
        assert told not in text_of(head.get(page(name)))
    Appointment.objects.filter(pk=pis.appointment.pk).update(state=AppointmentState.STOPPED)
    for name in ("laboratory", "charter"):
        response = head.get(page(name))
        assert reason in response.context["rest"]["text"]
        assert told in text_of(response)
    assert told not in text_of(member.get(page("laboratory")))


def test_who_asks_is_told_that_a_resting_authority_lets_the_request_climb_and_not_why(
    pis: Programme,
) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100_000)
    amount = Decimal(10)
    assert climbing(pis.laboratory, LimitKind.BUY, amount, today(), False)["level"] == "success"
    Appointment.objects.filter(pk=pis.appointment.pk).update(state=AppointmentState.STOPPED)
    told = climbing(pis.laboratory, LimitKind.BUY, amount, today(), False)
    assert told["level"] == "warning"
    assert "停止" not in told["text"] and "stopped" not in told["text"]


def test_who_reads_the_charter_is_told_before_asking_that_the_authority_rests(
    pis: Programme, page: Callable[..., str]
) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100_000)
    head, member = client_of(pis["head"]), client_of(pis["member"])
    home, form = reverse("home"), page("laboratory_ask")
    told = "负责人的授权已中止"
    assert told not in text_of(head.get(home)) + text_of(head.get(form))
    Appointment.objects.filter(pk=pis.appointment.pk).update(state=AppointmentState.STOPPED)
    assert told in text_of(head.get(form))
    assert told in text_of(head.get(home))
    assert told not in text_of(member.get(form))


def test_a_closed_laboratory_is_called_closed_and_not_one_that_is_being_closed(
    pis: Programme, page: Callable[..., str]
) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100_000)
    Laboratory.objects.update(closing_on=today(), closed_on=today())
    response = client_of(pis["head"], "en").get(page("charter"))
    assert response.context["rest"]["title"] == "The laboratory is closed"
    assert "director" not in response.context["rest"]["text"]


def test_the_head_who_would_make_a_request_is_led_to_the_form_of_the_own_laboratory(
    pis: Programme, page: Callable[..., str]
) -> None:
    answer = client_of(pis["head"]).get("/cases/new/")
    assert page("laboratory_ask") in [line["url"] for line in answer.context["elsewhere"]]
    other = client_of(pis["other"]).get("/cases/new/")
    assert page("laboratory_ask") not in [line["url"] for line in other.context["elsewhere"]]


def test_who_leads_a_laboratory_finds_the_laboratories_on_the_phone(pis: Programme) -> None:
    grant_role(
        account=pis["head"], kind=RoleKind.SUPERVISOR, unit=pis.laboratory.unit,
        valid_from=SINCE, by=OPERATOR,
    )  # fmt: skip
    body = text_of(client_of(pis["head"]).get("/"))
    bar = body[body.index('class="phone-bar"') :].partition("</nav>")[0]
    assert '"/laboratories/"' in bar
    assert '"/stations/"' not in bar
