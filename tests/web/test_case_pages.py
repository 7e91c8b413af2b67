"""Requests: the list, one request with what may be done, and making a new one."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import adopt_kinds, decide_stage, submit_case
from preceptor.cases.choices import CaseState, Verb
from preceptor.cases.models import Case, CaseKind, CaseStep, Reminder
from preceptor.people.actions import delegate
from preceptor.people.models import Account
from small_kinds import KIND, PDF, finding, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
REASON = "报告课题结果，家属住院需陪同"
SECRET = "研究设计尚有缺陷，须与导师商议"


def url(case: Case) -> str:
    return reverse("case", args=[case.pk])


def page(client: Client, case: Case) -> str:
    response = client.get(url(case))
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, case: Case, verb: str, revision: int | None = None, **given: Any) -> Any:
    """A step as the form of the page as it stands now would send it, or of an older one."""
    if revision is None:
        revision = Case.objects.get(pk=case.pk).revision
    address = reverse("case_step", args=[case.pk, verb])
    return client.post(address, {"revision": revision, "token": "t1", **given}, follow=True)


def state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


@pytest.fixture
def home(settings: Any, tmp_path: Any) -> None:
    settings.PRECEPTOR_HOME = tmp_path


pytestmark = [pytestmark, pytest.mark.usefixtures("home")]


def test_a_request_goes_from_the_draft_to_the_grant_on_its_page(
    draft: Case, trainee: Account, supervisor: Account, secretary: Account, office: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    send(signed_in(trainee), draft, "submit")
    assert state(draft) == CaseState.RUNNING
    for place, account in enumerate((supervisor, secretary, office)):
        client = signed_in(account)
        assert 'value="agreed"' in page(client, draft)
        response = send(client, draft, "decide", outcome="agreed", token=f"d{place}")
        assert response.status_code == 200
    assert state(draft) == CaseState.GRANTED
    verbs = list(CaseStep.objects.filter(case=draft).values_list("verb", flat=True))
    assert verbs == [Verb.OPEN, Verb.SUBMIT, Verb.AGREE, Verb.AGREE, Verb.AGREE]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_where_the_request_is_with_whom_and_what_comes_next(
    language: str, case: Case, trainee: Account, signed_in: SignIn
) -> None:
    shown = page(signed_in(trainee, language), case)
    stages = {
        "zh-hans": ("导师意见", "江晚晴", "培养单位审核"),
        "en": ("Opinion of the supervisor", "Jiang Wanqing", "Check by the unit"),
    }
    assert all(word in shown for word in stages[language])
    assert str(case.due_on or Case.objects.get(pk=case.pk).due_on) in shown
    assert shown.count('aria-current="step"') == 1


def test_who_does_not_act_finds_the_button_with_the_reason(
    case: Case, trainee: Account, secretary: Account, signed_in: SignIn
) -> None:
    for account in (trainee, secretary):
        shown = page(signed_in(account), case)
        assert 'aria-disabled="true"' in shown
        assert 'value="agreed"' not in shown
        response = send(signed_in(account), case, "decide", outcome="agreed")
        assert response.status_code == 403
    assert CaseStep.objects.filter(case=case).count() == 2


def test_strangers_and_the_neighbour_find_nothing_and_learn_nothing(
    case: Case, stranger: Account, neighbour: Account, signed_in: SignIn
) -> None:
    document = case.documents.get()
    addresses = [
        url(case), reverse("case_rules", args=[case.pk]), reverse("case_appeal", args=[case.pk]),
        reverse("case_document", args=[case.pk, document.pk]),
    ]  # fmt: skip
    for account in (stranger, neighbour):
        client = signed_in(account)
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 404
            assert "林知远" not in response.content.decode()
        for verb in ("submit", "decide", "return", "withdraw", "remind", "attach"):
            assert send(client, case, verb, outcome="agreed", reason="x").status_code == 404
        listed = client.get(reverse("cases")).content.decode()
        assert "林知远" not in listed
        assert Case.objects.get(pk=case.pk).number not in listed
    assert CaseStep.objects.filter(case=case).count() == 2


def test_a_draft_is_seen_by_its_asker_alone(
    draft: Case, secretary: Account, office: Account, trainee: Account, signed_in: SignIn
) -> None:
    assert "邀请函" in page(signed_in(trainee), draft)
    for account in (secretary, office):
        assert signed_in(account).get(url(draft)).status_code == 404


def test_a_refusal_without_a_reason_changes_nothing_and_says_so(
    case: Case, supervisor: Account, signed_in: SignIn
) -> None:
    response = send(signed_in(supervisor), case, "decide", outcome="refused")
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert state(case) == CaseState.RUNNING


def test_what_was_written_is_not_lost_when_somebody_was_faster(
    cast: Cast, case: Case, supervisor: Account, signed_in: SignIn
) -> None:
    seen = Case.objects.get(pk=case.pk).revision
    decide_stage(case=case, outcome="agreed", by=supervisor, revision=seen)
    client = signed_in(supervisor)
    response = send(client, case, "decide", revision=seen, outcome="refused", reason=SECRET)
    shown = response.content.decode()
    assert "江晚晴" in shown
    assert SECRET in shown
    assert 'role="alert"' in shown
    assert state(case) == CaseState.RUNNING
    assert not CaseStep.objects.filter(case=case, verb=Verb.REFUSE).exists()


def test_a_double_click_is_one_step(case: Case, supervisor: Account, signed_in: SignIn) -> None:
    client = signed_in(supervisor)
    seen = Case.objects.get(pk=case.pk).revision
    for _click in range(2):
        response = send(client, case, "decide", revision=seen, outcome="agreed", token="same")
        assert response.status_code == 200
        assert 'role="alert"' not in response.content.decode()
    assert CaseStep.objects.filter(case=case, verb=Verb.AGREE).count() == 1


def test_a_request_returned_is_corrected_and_handed_in_again(
    case: Case, trainee: Account, supervisor: Account, signed_in: SignIn
) -> None:
    send(signed_in(supervisor), case, "return", reason="邀请函缺页")
    assert state(case) == CaseState.RETURNED
    client = signed_in(trainee)
    assert "邀请函缺页" in page(client, case)
    send(client, case, "submit", token="again")
    assert state(case) == CaseState.RUNNING


def test_reasons_are_read_by_those_who_judge_and_by_the_subject_at_the_end(
    case: Case, trainee: Account, supervisor: Account, secretary: Account, signed_in: SignIn
) -> None:
    send(signed_in(supervisor), case, "decide", outcome="agreed", reason=SECRET)
    assert SECRET in page(signed_in(secretary), case)
    assert SECRET not in page(signed_in(trainee), case)
    assert REASON in page(signed_in(trainee), case)
    send(signed_in(secretary), case, "decide", outcome="refused", reason="经费不足", token="r")
    assert state(case) == CaseState.REFUSED
    assert SECRET in page(signed_in(trainee), case)


def test_a_kind_that_tells_only_the_end_shows_its_subject_no_stage(
    cast: Cast, port: Any, trainee: Account, secretary: Account, signed_in: SignIn
) -> None:
    in_force(cast.institution, KIND.replace('sees = "stages"', 'sees = "outcome"'))
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    client = signed_in(trainee)
    assert "导师意见" not in page(client, case)
    assert "导师意见" not in client.get(reverse("cases")).content.decode()
    assert "导师意见" in page(signed_in(secretary), case)


def test_documents_are_added_replaced_and_read_by_those_who_see_the_request(
    draft: Case, trainee: Account, secretary: Account, signed_in: SignIn
) -> None:
    client = signed_in(trainee)
    assert "会议日程" in page(client, draft)
    wrong = SimpleUploadedFile("日程.png", b"no picture at all")
    response = send(client, draft, "attach", name="programme", file=wrong)
    assert 'role="alert"' in response.content.decode()
    good = SimpleUploadedFile("新函.pdf", PDF + b"%second")
    send(client, draft, "attach", name="letter", file=good)
    row = draft.documents.get(name="letter", replaced_at=None)
    assert row.file_name == "新函.pdf"
    submit_case(case=draft, by=trainee)
    address = reverse("case_document", args=[draft.pk, row.pk])
    response = signed_in(secretary).get(address)
    assert b"".join(response.streaming_content) == PDF + b"%second"
    assert response["Content-Disposition"].startswith("attachment")
    late = SimpleUploadedFile("迟.pdf", PDF + b"%late")
    assert send(client, draft, "attach", name="letter", file=late).status_code == 403


def test_handing_in_without_a_needed_document_names_it(
    draft: Case, trainee: Account, signed_in: SignIn
) -> None:
    draft.documents.all().delete()
    client = signed_in(trainee)
    assert "tone-warn" in page(client, draft)
    response = send(client, draft, "submit")
    assert "邀请函" in response.context["refusal"]
    assert state(draft) == CaseState.DRAFT


def test_the_gate_is_shown_before_and_kept_with_the_step(
    cast: Cast, port: Any, trainee: Account, gate: Callable[..., None], signed_in: SignIn
) -> None:
    in_force(cast.institution, 'gate = "defence"\n' + KIND)
    made = prepared(cast, trainee)
    client = signed_in(trainee)
    rules = reverse("case_rules", args=[made.pk])
    gate(finding("training.clinical", "block", "fail"))
    assert "差五个月" in client.get(rules).content.decode()
    assert reverse("rule", args=["training.clinical"]) in client.get(rules).content.decode()
    response = send(client, made, "submit")
    assert "training.clinical" in response.context["refusal"]
    assert state(made) == CaseState.DRAFT
    gate(finding("training.note", "warn", "fail"))
    assert 'role="alert"' in send(client, made, "submit", token="w").content.decode()
    send(client, made, "submit", token="w2", passing_over="导师已知悉并同意补修")
    assert state(made) == CaseState.RUNNING
    assert "规定training.note" in page(client, made)


def test_the_asker_reminds_once_a_day(
    case: Case, trainee: Account, supervisor: Account, secretary: Account, signed_in: SignIn
) -> None:
    Account.objects.filter(pk=supervisor.pk).update(email="supervisor@example.org")
    client = signed_in(trainee)
    send(client, case, "remind")
    assert Reminder.objects.filter(case=case).count() == 1
    assert reverse("case_step", args=[case.pk, "remind"]) not in page(client, case)
    assert send(client, case, "remind").status_code == 200
    assert Reminder.objects.filter(case=case).count() == 1
    assert send(signed_in(secretary), case, "remind").status_code == 403


def test_the_asker_withdraws_and_nobody_else_does(
    case: Case, trainee: Account, secretary: Account, signed_in: SignIn
) -> None:
    assert send(signed_in(secretary), case, "withdraw").status_code == 403
    send(signed_in(trainee), case, "withdraw", reason="会议取消")
    assert state(case) == CaseState.WITHDRAWN
    assert 'value="agreed"' not in page(signed_in(trainee), case)


def test_who_acts_for_another_is_told_for_whom(
    cast: Cast, case: Case, supervisor: Account, office: Account, signed_in: SignIn
) -> None:
    day = today()
    delegate(
        giver=supervisor,
        taker=office,
        valid_from=day,
        valid_to=day + timedelta(days=7),
        by=supervisor,
    )
    client = signed_in(office)
    assert "江晚晴" in page(client, case)
    send(client, case, "decide", outcome="agreed")
    step = CaseStep.objects.get(case=case, verb=Verb.AGREE)
    assert step.on_behalf_of == "江晚晴"


def test_an_unknown_step_or_a_broken_form_is_answered_clearly(
    case: Case, supervisor: Account, signed_in: SignIn
) -> None:
    client = signed_in(supervisor)
    assert send(client, case, "celebrate").status_code == 404
    assert client.get(reverse("case_step", args=[case.pk, "decide"])).status_code == 405
    broken = client.post(reverse("case_step", args=[case.pk, "decide"]), {"outcome": "agreed"})
    assert 'role="alert"' in broken.content.decode()
    assert send(client, case, "decide", outcome="maybe").status_code == 200
    assert state(case) == CaseState.RUNNING


def test_the_list_narrows_by_state_kind_unit_person_and_lateness(
    cast: Cast, case: Case, office: Account, trainee: Account, signed_in: SignIn
) -> None:
    number = Case.objects.get(pk=case.pk).number
    client = signed_in(office)

    def found(query: str) -> bool:
        return str(number) in client.get(reverse("cases") + query).content.decode()

    here = ("", "?state=open", "?state=running", "?kind=leave", f"?unit={cast.general.pk}")
    assert all(found(query) for query in (*here, f"?q={number}", "?q=林知远"))
    away = ("?state=granted", f"?unit={cast.cancer.pk}", "?late=1", "?whose=mine")
    assert not any(found(query) for query in (*away, "?q=L-1999", "?q=沈墨白"))
    Case.objects.filter(pk=case.pk).update(due_on=date(2022, 1, 1))
    assert found("?late=1")
    client = signed_in(trainee)
    assert found("?whose=mine")
    assert found("?whose=about")


@pytest.mark.parametrize("query", ["after=%00", "before=x~1", "unit=-1", "kind=%00", "q=%EF%BF%BF"])
def test_odd_questions_are_answered(
    query: str, case: Case, office: Account, signed_in: SignIn
) -> None:
    assert signed_in(office).get(f"{reverse('cases')}?{query}").status_code in (200, 404)


def test_pages_of_the_list_follow_each_other(
    cast: Cast, leave_kind: CaseKind, trainee: Account, office: Account, signed_in: SignIn
) -> None:
    _many(cast, leave_kind, trainee, 60)
    client = signed_in(office)
    first = client.get(reverse("cases")).context
    second = client.get(first["next_url"]).context
    assert len(first["rows"]) == 50
    assert len(second["rows"]) == 10
    back = client.get(second["previous_url"]).context
    assert back["rows"] == first["rows"]
    assert not first["previous_url"]


def _many(cast: Cast, kind: CaseKind, asker: Account, count: int) -> None:
    Case.objects.bulk_create(
        Case(
            number=f"L-2026-9{place:05}", institution=cast.institution, unit=cast.general, kind=kind,
            person=cast.persons["S1"], asked_by=asker, title_zh="参会", title_en="Leave",
            state=CaseState.RUNNING, stage="check", stage_kind="review",
            submitted_at="2026-01-01T00:00Z", stage_since="2026-01-01T00:00Z",
        )
        for place in range(count)
    )  # fmt: skip


def test_a_long_list_costs_no_more_questions_than_a_short_one(
    cast: Cast, leave_kind: CaseKind, case: Case, trainee: Account, secretary: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    client = signed_in(secretary)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    queries(reverse("cases"))
    few = queries(reverse("cases"))
    _many(cast, leave_kind, trainee, 40)
    assert queries(reverse("cases")) == few <= 11


def test_the_page_of_a_request_costs_a_fixed_number_of_questions(
    case: Case, trainee: Account, supervisor: Account, secretary: Account, office: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    counts = {}
    for account in (trainee, supervisor, secretary, office):
        client = signed_in(account)
        client.get(url(case))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(case))
        counts[account.login] = len(captured)
    assert max(counts.values()) <= 11, counts


def test_the_export_has_the_requests_of_the_list_and_no_reason(
    case: Case, office: Account, signed_in: SignIn
) -> None:
    response = signed_in(office).get(reverse("list_export", args=["cases"]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    said = list(book.active.iter_rows(values_only=True))
    assert len(said) == 2
    assert Case.objects.get(pk=case.pk).number in said[1]
    assert REASON not in repr(said)


@pytest.fixture
def kinds(cast: Cast) -> None:
    adopt_kinds(institution=cast.institution, by=OPERATOR, valid_from=date(2021, 9, 1))


@pytest.mark.usefixtures("kinds")
def test_a_trainee_makes_a_request_about_the_own_training(
    cast: Cast, trainee: Account, signed_in: SignIn
) -> None:
    client = signed_in(trainee)
    offers = client.get(reverse("case_new")).context["offers"]
    assert len(offers) >= 6
    address = f"{reverse('case_new')}?enrolment={cast.lin.pk}&kind=period"
    assert client.get(address).status_code == 200
    given = {"kind": "suspension", "first_on": "2026-12-01", "last_on": "2027-06-01"}
    assert client.post(address, given).status_code == 200
    assert not Case.objects.exists()
    response = client.post(address, {**given, "reason": "休养"})
    made = Case.objects.get()
    assert response["Location"] == url(made)
    assert made.period_case.enrolment == cast.lin
    again = client.post(address, {**given, "reason": "休养"})
    assert again.status_code == 200
    assert Case.objects.count() == 1


@pytest.mark.usefixtures("kinds")
def test_supervisors_and_secretaries_choose_among_their_own_trainees(
    cast: Cast, supervisor: Account, secretary: Account, signed_in: SignIn
) -> None:
    for account in (supervisor, secretary):
        client = signed_in(account)
        shown = client.get(reverse("case_new")).content.decode()
        assert "林知远" in shown
        assert "沈墨白" not in shown
        foreign = client.get(f"{reverse('case_new')}?enrolment={cast.shen.pk}").content.decode()
        assert "沈墨白" not in foreign
    address = f"{reverse('case_new')}?enrolment={cast.lin.pk}&kind=midterm"
    response = signed_in(secretary).post(address, {"wished_on": "2026-12-20"})
    made = Case.objects.get()
    assert response["Location"] == url(made)
    assert made.milestone_case.wished_on == date(2026, 12, 20)


@pytest.mark.usefixtures("kinds")
def test_a_stranger_and_the_neighbour_make_no_request_about_others(
    cast: Cast, stranger: Account, neighbour: Account, signed_in: SignIn
) -> None:
    for account in (stranger, neighbour):
        address = f"{reverse('case_new')}?enrolment={cast.lin.pk}&kind=midterm"
        response = signed_in(account).post(address, {})
        assert "林知远" not in response.content.decode()
    assert not Case.objects.exists()
