"""Appointments on the pages: term, targets, works, teaching, tranches, and the case of an assessment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pi_rows import SINCE, decided, voted, with_report
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import finish_composing
from preceptor.cases.models import Case
from preceptor.fellows.actions import (
    add_representative_work,
    ask_assessment,
    propose_verdict,
    record_teaching,
    report_pi_goal,
    set_pi_goal,
)
from preceptor.fellows.choices import GoalKind, ReviewKind, Verdict
from preceptor.fellows.models import (
    Appointment,
    AssessmentCase,
    Laboratory,
    PiGoal,
    RepresentativeWork,
    Teaching,
    Tranche,
)
from preceptor.fellows.queries import balance
from preceptor.people.models import Account
from preceptor.standing.actions import put_in_force

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAPER = "肿瘤微环境研究"
GONE = "受聘某研究所，携家属迁居"


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


def page(pis: Programme, verb: str = "", part: int = 0) -> str:
    if part:
        return reverse("appointment_part", args=[pis.appointment.pk, verb, part])
    if verb:
        return reverse("appointment_change", args=[pis.appointment.pk, verb])
    return reverse("appointment", args=[pis.appointment.pk])


def goal_of(pis: Programme, target: int = 4) -> PiGoal:
    return set_pi_goal(
        appointment=pis.appointment, kind=GoalKind.PAPER, text="代表性论文",
        target=Decimal(target), due_on=today() + timedelta(days=30), by=OPERATOR,
    )  # fmt: skip


def recorded(pis: Programme) -> None:
    """A target reached in part, a work, and teaching in two years."""
    report_pi_goal(goal=goal_of(pis), reached=Decimal(3), evidence="三篇论文", by=OPERATOR)
    add_representative_work(
        appointment=pis.appointment, title=PAPER, year=2024, meaning="揭示了转移机制", by=OPERATOR
    )
    for year, hours in ((2023, 32), (2024, 48)):
        record_teaching(
            appointment=pis.appointment, year=year, course="细胞生物学", hours=hours, by=OPERATOR
        )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_term_targets_works_teaching_and_tranches_stand_on_the_page(
    pis: Programme, language: str
) -> None:
    recorded(pis)
    shown = text_of(client_of(pis["head"], language).get(page(pis)))
    for there in ("PI-2022-01", "三篇论文", PAPER, "48", "¥1,000,000", "HT-2022-01"):
        assert there in shown
    assert ("Shen Ruoxi" if language == "en" else "沈若溪") in shown


@pytest.mark.parametrize("who", ["stranger", "neighbour", "other", "member"])
def test_an_appointment_is_not_there_for_others(pis: Programme, who: str) -> None:
    recorded(pis)
    for path in (page(pis), page(pis, "work"), page(pis, "report", PiGoal.objects.get().pk)):
        response = client_of(pis[who]).get(path)
        assert response.status_code == 404
        for hidden in ("沈若溪", PAPER, "三篇论文"):
            assert hidden not in text_of(response)


def test_the_rules_say_where_the_appointment_stands_with_clause_and_layer(pis: Programme) -> None:
    for pack, unit in (("yunting/appointments", None), ("yunting/independent-pi", "YT-P")):
        put_in_force(
            institution=pis.institution, pack=pack, unit=pis.units[unit] if unit else None,
            valid_from=SINCE, by=OPERATOR,
        )  # fmt: skip
    shown = text_of(client_of(pis["head"]).get(page(pis)))
    assert 'class="requirements"' in shown
    assert 'class="citation' in shown


def test_the_investigator_reports_with_evidence_and_not_without(pis: Programme) -> None:
    goal, head = goal_of(pis), client_of(pis["head"])
    refused = head.post(page(pis, "report", goal.pk), {"reached": "3"})
    assert refused.status_code == 200
    assert PiGoal.objects.get().reached is None
    sent = {"reached": "3", "evidence": "三篇论文"}
    assert head.post(page(pis, "report", goal.pk), sent).status_code == 302
    assert PiGoal.objects.get().reached == 3


def test_the_investigator_writes_no_target_of_the_own_contract(pis: Programme) -> None:
    sent = {"kind": "paper", "text": "论文", "target": "3", "due_on": str(today())}
    assert client_of(pis["head"]).post(page(pis, "goal"), sent).status_code == 403
    assert not PiGoal.objects.exists()
    assert client_of(pis["director"]).post(page(pis, "goal"), sent).status_code == 302
    assert PiGoal.objects.get().target == 3


def test_works_are_named_and_taken_out_and_teaching_is_recorded(pis: Programme) -> None:
    head = client_of(pis["head"])
    work = {"title": PAPER, "year": "2024", "meaning": "揭示了转移机制"}
    assert head.post(page(pis, "work"), work).status_code == 302
    row = RepresentativeWork.objects.get()
    assert head.post(page(pis, "drop", row.pk), {}).status_code == 302
    assert not RepresentativeWork.objects.exists()
    taught = {"year": "2024", "course": "细胞生物学", "hours": "48"}
    assert head.post(page(pis, "teach"), taught).status_code == 302
    assert Teaching.objects.get().trainees is None


def test_a_released_tranche_is_in_the_account_and_nobody_releases_the_own(pis: Programme) -> None:
    tranche = Tranche.objects.get(appointment=pis.appointment, place=2)
    sent = {"reason": "中期考核合格"}
    path = page(pis, "release", tranche.pk)
    assert client_of(pis["head"]).post(path, sent).status_code == 403
    assert balance(pis.laboratory) == 1_500_000
    assert client_of(pis["director"]).post(path, sent).status_code == 302
    assert balance(pis.laboratory) == 2_500_000
    again = client_of(pis["director"]).post(page(pis, "hold", tranche.pk), sent)
    assert again.status_code == 200
    assert Tranche.objects.get(pk=tranche.pk).state == "released"


def test_a_tranche_outside_the_term_is_refused_at_the_form(pis: Programme) -> None:
    director = client_of(pis["director"])
    sent = {"amount_cny": "100000", "planned_on": "2032-01-01"}
    assert director.post(page(pis, "tranche"), sent).status_code == 200
    assert pis.appointment.tranches.count() == 3
    director.post(page(pis, "tranche"), sent | {"planned_on": "2026-12-01"})
    assert pis.appointment.tranches.count() == 4


def test_an_appointment_is_made_signed_and_begun_with_a_laboratory_of_its_own(
    pis: Programme,
) -> None:
    office = client_of(pis["office"])
    sent = {
        "person": "P-c1", "number": "PI-2026-09", "starts_on": str(today()),
        "ends_on": str(today() + timedelta(days=1825)), "country": "CN",
    }  # fmt: skip
    path = reverse("programme_change", args=[pis.programme.pk, "appoint"])
    assert office.post(path, sent).status_code == 302
    made = Appointment.objects.get(number="PI-2026-09")
    begun = {
        "on": str(today()), "code": "YT-P9", "name_zh": "知秋实验室", "name_en": "Zhiqiu Laboratory",
        "money_cny": "300000",
    }  # fmt: skip
    start = reverse("appointment_change", args=[made.pk, "start"])
    assert office.post(start, begun).status_code == 200
    assert not Laboratory.objects.filter(head=made.person).exists()
    signed = {
        "contract_number": "HT-9", "contracted_on": str(today()), "starts_on": sent["starts_on"],
        "ends_on": sent["ends_on"],
    }  # fmt: skip
    sign = reverse("appointment_change", args=[made.pk, "sign"])
    assert office.post(sign, signed).status_code == 302
    assert office.post(start, begun).status_code == 302
    laboratory = Laboratory.objects.get(head=made.person)
    assert (laboratory.unit.code, balance(laboratory)) == ("YT-P9", 300_000)
    assert Appointment.objects.get(pk=made.pk).state == "started"


def assessed(pis: Programme, kind: ReviewKind = ReviewKind.MIDTERM) -> Case:
    """An assessment handed in and passed on, so that the verdict is to be proposed."""
    case = ask_assessment(appointment=pis.appointment, kind=kind, by=pis["head"])
    with_report(case, pis["head"])
    return decided(case, pis["personnel"])


def test_an_assessment_is_asked_for_on_the_page_with_the_evidence_of_today(
    pis: Programme,
) -> None:
    recorded(pis)
    head = client_of(pis["head"])
    done = head.post(page(pis, "assess"), {"kind": "midterm"})
    case = Case.objects.get()
    assert done.headers["Location"] == reverse("case", args=[case.pk])
    shown = text_of(head.get(done.headers["Location"]))
    assert "三篇论文" in shown
    record_teaching(
        appointment=pis.appointment, year=2025, course="免疫学", hours=777, by=pis["head"]
    )
    assert "777" not in text_of(head.get(done.headers["Location"]))
    head.post(reverse("case_scorecard", args=[case.pk]))
    assert "777" in text_of(head.get(done.headers["Location"]))


def test_the_verdict_is_proposed_by_who_has_the_request_and_not_by_the_person_assessed(
    pis: Programme,
) -> None:
    case = assessed(pis)
    path, sent = reverse("case_verdict", args=[case.pk]), {"verdict": "renew"}
    client_of(pis["head"]).post(path, sent)
    assert AssessmentCase.objects.get().proposed is None
    personnel = client_of(pis["personnel"])
    assert path in text_of(personnel.get(reverse("case", args=[case.pk])))
    personnel.post(path, {"verdict": "probation"})
    assert AssessmentCase.objects.get().proposed is None
    personnel.post(path, sent)
    assert AssessmentCase.objects.get().proposed == Verdict.RENEW
    own = text_of(client_of(pis["head"]).get(reverse("case", args=[case.pk])))
    assert path not in own


def test_the_person_assessed_is_not_told_the_proposed_verdict_before_it_is_decided(
    pis: Programme,
) -> None:
    case = assessed(pis)
    sent = {"verdict": "stop"}
    client_of(pis["personnel"]).post(reverse("case_verdict", args=[case.pk]), sent)
    word = Verdict.STOP.label
    path = reverse("case", args=[case.pk])
    assert f"<strong>{word}</strong>" in text_of(client_of(pis["personnel"]).get(path))
    assert f"<strong>{word}</strong>" not in text_of(client_of(pis["head"]).get(path))


def test_a_stopped_appointment_offers_neither_a_tranche_nor_an_assessment_to_come(
    pis: Programme,
) -> None:
    path = reverse("appointment", args=[pis.appointment.pk])
    plan = reverse("appointment_change", args=[pis.appointment.pk, "tranche"])
    before = text_of(client_of(pis["director"], "en").get(path))
    assert plan in before and "an assessment decides before" in before
    Appointment.objects.filter(pk=pis.appointment.pk).update(state="stopped")
    after = text_of(client_of(pis["director"], "en").get(path))
    assert plan not in after and "an assessment decides before" not in after
    assert "The term ends" in after


def test_outside_letters_about_an_assessment_are_asked_for_on_its_page_and_hidden_from_the_person(
    pis: Programme,
) -> None:
    case = assessed(pis)
    path, asking = reverse("case", args=[case.pk]), reverse("letter_ask", args=[case.pk])
    personnel = client_of(pis["personnel"])
    assert asking in text_of(personnel.get(path))
    due = today() + timedelta(days=9)
    sent = {"name": "Prof. Quill", "email": "quill@example.org", "due_on": due.isoformat()}
    personnel.post(asking, sent)
    assert "Prof. Quill" in text_of(personnel.get(path))
    own = text_of(client_of(pis["head"]).get(path))
    assert "Prof. Quill" not in own and asking not in own


def test_a_request_that_waits_for_a_committee_leads_to_the_page_of_that_committee(
    pis: Programme,
) -> None:
    case = assessed(pis)
    verdict = Verdict.RENEW
    case = finish_composing(
        case=propose_verdict(case=case, verdict=verdict, by=pis["director"]).case,
        by=pis["director"], revision=case.revision,
    )  # fmt: skip
    path, link = reverse("case", args=[case.pk]), reverse("body", args=[pis.committee.pk])
    assert link in text_of(client_of(pis["office"]).get(path))
    assert link not in text_of(client_of(pis["head"]).get(path))
    voted(pis, case, ("for", "for", "for"))
    assert link not in text_of(client_of(pis["office"]).get(path))


def test_evidence_and_verdict_belong_to_assessments_alone(pis: Programme) -> None:
    case = assessed(pis)
    for who in ("stranger", "neighbour", "other"):
        for name in ("case_scorecard", "case_verdict"):
            answer = client_of(pis[who]).post(reverse(name, args=[case.pk]), {"verdict": "renew"})
            assert answer.status_code == 404
    assert AssessmentCase.objects.get().proposed is None


def test_many_targets_and_works_cost_no_more_queries_than_few(pis: Programme) -> None:
    recorded(pis)
    head = client_of(pis["head"])
    few = queries_of(head, page(pis))
    for place in range(5):
        goal_of(pis, target=place + 10)
        add_representative_work(
            appointment=pis.appointment,
            title=f"论文{place}",
            year=2024,
            meaning="重要",
            by=OPERATOR,
        )
    assert queries_of(head, page(pis)) == few <= 12


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("zh-hans", ["合同目标", "代表性成果", "教学工作量", "滚动投入"]),
        (
            "en",
            ["Targets of the contract", "Representative works", "Teaching", "Rolling investment"],
        ),
    ],
)
def test_each_part_of_the_evidence_of_an_assessment_has_its_heading_and_what_is_not_there_none(
    pis: Programme, language: str, headings: list[str]
) -> None:
    head = client_of(pis["head"], language)
    case = ask_assessment(appointment=pis.appointment, kind=ReviewKind.MIDTERM, by=pis["head"])
    row, path = AssessmentCase.objects.get(), reverse("case", args=[case.pk])
    assert row.scorecard is not None
    card = row.scorecard | {"works": [], "teaching": {}, "tranches": []}
    AssessmentCase.objects.update(scorecard=card)
    bare = text_of(head.get(path))
    assert f"<h3>{headings[0]}</h3>" in bare
    assert not [one for one in headings[1:] if f"<h3>{one}</h3>" in bare]
    tranche = {
        "place": 1, "amount_cny": "500000.00", "state": "planned", "planned_on": "2027-01-01",
        "decided_on": None,
    }  # fmt: skip
    work = {"year": 2025, "title": "队列研究", "meaning": "首次报告"}
    card |= {"works": [work], "teaching": {"2025": 36}, "tranches": [tranche]}
    AssessmentCase.objects.update(scorecard=card)
    full = text_of(head.get(path))
    places = [full.index(f"<h3>{one}</h3>") for one in headings]
    assert places == sorted(places)


def test_the_evidence_stands_before_the_verdict_and_no_verdict_is_chosen_beforehand(
    pis: Programme,
) -> None:
    case = assessed(pis)
    personnel, path = client_of(pis["personnel"]), reverse("case_verdict", args=[case.pk])
    text = text_of(personnel.get(reverse("case", args=[case.pk])))
    assert text.index("提交时的考核依据") < text.index(f'action="{path}"')
    assert '<option value="" selected>' in text
    personnel.post(path, {"verdict": ""})
    assert AssessmentCase.objects.get().proposed is None


def test_a_letter_that_was_asked_for_is_taken_back_and_not_restored(pis: Programme) -> None:
    case = assessed(pis)
    sent = {
        "name": "Ada Lindqvist",
        "email": "ada@example.org",
        "due_on": str(today() + timedelta(20)),
    }
    personnel = client_of(pis["personnel"])
    personnel.post(reverse("letter_ask", args=[case.pk]), sent)
    text = text_of(personnel.get(reverse("case", args=[case.pk])))
    assert "撤回<span" in text
    assert "恢复原样" not in text


def ended_by(pis: Programme, who: str, **more: str) -> Any:
    given = {"ground": "moved", "on": str(today()), "paper": "云医人函9号", "reason": GONE} | more
    return client_of(pis[who]).post(page(pis, "end"), given)


def test_personnel_ends_a_term_without_an_assessment_and_undoes_a_mistake(pis: Programme) -> None:
    Appointment.objects.update(ends_on=today() + timedelta(days=400))
    form = text_of(client_of(pis["personnel"]).get(page(pis, "end")))
    assert "协商一致终止" in form
    refused = text_of(ended_by(pis, "personnel", ground="agreed", paper=""))
    assert "双方签署的文件" in refused
    assert Appointment.objects.get(pk=pis.appointment.pk).state == "started"
    assert ended_by(pis, "personnel").status_code == 302
    assert ended_by(pis, "personnel").status_code == 302
    shown = text_of(client_of(pis["personnel"]).get(page(pis)))
    for text in ("调离", "云医人函9号", GONE, "撤销终止"):
        assert text in shown
    assert "appointment-end" not in shown
    laboratory = text_of(client_of(pis["office"]).get(f"/laboratories/{pis.laboratory.pk}/"))
    assert "正在关闭" in laboratory or "关闭" in laboratory
    client_of(pis["director"]).post(page(pis, "resume"), {"reason": "登记有误"})
    again = text_of(client_of(pis["personnel"]).get(page(pis)))
    assert GONE not in again
    assert Appointment.objects.get(pk=pis.appointment.pk).state == "started"


def test_why_somebody_left_is_read_by_who_keeps_appointments_and_the_person_alone(
    pis: Programme,
) -> None:
    Appointment.objects.update(ends_on=today() + timedelta(days=400))
    ended_by(pis, "personnel")
    for who, reads in (
        ("head", True),
        ("personnel", True),
        ("member", False),
        ("neighbour", False),
    ):
        assert (GONE in text_of(client_of(pis[who]).get(page(pis)))) == reads
    english = text_of(client_of(pis["head"], "en").get(page(pis)))
    assert "moved to another institution" in english


@pytest.mark.parametrize("who", ["head", "member", "neighbour", "stranger"])
def test_nobody_below_ends_a_term_on_the_page(pis: Programme, who: str) -> None:
    Appointment.objects.update(ends_on=today() + timedelta(days=400))
    assert ended_by(pis, who).status_code in (200, 403, 404)
    assert Appointment.objects.get(pk=pis.appointment.pk).state == "started"
