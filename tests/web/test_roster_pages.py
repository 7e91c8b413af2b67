"""Taking in the office workbook: upload, preview, confirmation. For the office alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.models import Job, StoredFile
from preceptor.institutions.actions import open_unit
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
UPLOAD = "/roster/"
SECRET = "陆云帆"

REFUSED = {
    "sheet": "2021级", "row": 40, "column": "入学日期", "kind": "no_such_day", "value": "2021.2.30",
    "message_zh": "2021 年 2 月没有 30 日。", "message_en": "There is no 30 February 2021.",
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "file": "0" * 64, "name": "roster.xlsx", "taken": 1, "unchanged": 7, "changed": 1,
    "refused": [REFUSED],
    "by_sheet": [{"sheet": "2021级", "taken": 1, "changed": 1, "unchanged": 7, "refused": 1}],
    "new": [{"sheet": "2021级", "row": 9, "number": "2021110900", "name": SECRET}],
    "changes": [{
        "sheet": "2021级", "row": 12, "column": "导师", "number": "2021110001",
        "field": "supervisor", "before": "江晚晴", "after": "韩明澈",
    }],
    "problem": None,
}  # fmt: skip
PROBLEM = ANSWER | {
    "taken": 0, "changed": 0, "unchanged": 0, "refused": [], "new": [], "changes": [], "by_sheet": [],
    "problem": {"zh": "工作簿设有密码。", "en": "The workbook has a password."},
}  # fmt: skip


def text_of(response: Any) -> str:
    return str(response.content.decode())


def workbook(name: str = "roster.xlsx", content: bytes = b"PK\x03\x04 content") -> Any:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def job(db: None) -> Callable[..., Job]:
    """Gives a job of an account in a state, as the worker leaves it."""

    def make(account: Account, task: str = "roster.preview", **columns: Any) -> Job:
        stored, _made = StoredFile.objects.get_or_create(
            sha256="0" * 64, defaults={"name": "roster.xlsx", "size": 9}
        )
        given = {"file": stored.pk, "account": account.pk} | columns.pop("given", {})
        made: Job = Job.objects.create(
            key=uuid.uuid4(), task=task, arguments={"args": [], "kwargs": given},
            **({"state": "done", "result": ANSWER, "finished_at": timezone.now()} | columns),
        )  # fmt: skip
        return made

    return make


@pytest.fixture
def colleague(cast: Cast) -> Account:
    """Another account of the same graduate school."""
    account = open_account(
        login="colleague", name="同事", password="only-for-tests-2026", person=None, by=OPERATOR
    )
    grant_role(
        account=account, kind=RoleKind.OFFICE, unit=cast.institution, valid_from=date(2021, 9, 1),
        by=OPERATOR,
    )  # fmt: skip
    return account


@pytest.fixture
def foreign_office(cast: Cast) -> Account:
    """The graduate school of another university in the same database."""
    other = open_unit(
        upper=None, code="LH", kind="university", name_zh="临海医科大学",
        name_en="Linhai Medical University", valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    account = open_account(
        login="foreign", name="外校", password="only-for-tests-2026", person=None, by=OPERATOR
    )
    grant_role(
        account=account, kind=RoleKind.OFFICE, unit=other, valid_from=date(2021, 9, 1), by=OPERATOR
    )
    return account


def page_of(job: Job) -> str:
    return f"/roster/{job.key}/"


def test_a_workbook_is_kept_and_its_preview_asked_for(
    signed_in: SignIn, office: Account, home: Path
) -> None:
    response = signed_in(office).post(UPLOAD, {"file": workbook()})
    [asked] = Job.objects.all()
    stored = StoredFile.objects.get()
    assert response.headers["Location"] == page_of(asked)
    assert asked.task == "roster.preview"
    assert asked.arguments["kwargs"] == {"file": stored.pk, "account": office.pk}
    assert (
        home / "files" / stored.sha256[:2] / stored.sha256
    ).read_bytes() == b"PK\x03\x04 content"


def test_the_same_workbook_sent_twice_is_previewed_once(
    signed_in: SignIn, office: Account, home: Path
) -> None:
    client = signed_in(office)
    first, second = (client.post(UPLOAD, {"file": workbook()}) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Job.objects.count() == StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("roster.xls", b"PK", "不是 .xlsx 工作簿"),
        ("roster.xlsx", b"", "文件是空的"),
        ("roster.xlsx", b"x" * 2000, "文件超过 0 MB"),
    ],
)
def test_a_file_that_cannot_be_the_workbook_is_refused_at_once_and_not_kept(
    signed_in: SignIn,
    office: Account,
    home: Path,
    settings: Any,
    name: str,
    content: bytes,
    reason: str,
) -> None:
    settings.ROSTER_MAX_BYTES = 1000
    response = signed_in(office).post(UPLOAD, {"file": workbook(name, content)})
    assert response.status_code == 400
    assert reason in text_of(response)
    assert not Job.objects.exists()
    assert not StoredFile.objects.exists()


def test_sending_nothing_says_to_choose_a_workbook(signed_in: SignIn, office: Account) -> None:
    response = signed_in(office).post(UPLOAD, {})
    assert response.status_code == 400
    assert "请先选择工作簿" in text_of(response)


def test_only_the_office_hands_in_a_workbook(
    signed_in: SignIn,
    trainee: Account,
    supervisor: Account,
    secretary: Account,
    leader: Account,
    stranger: Account,
) -> None:
    for account in (trainee, supervisor, secretary, leader, stranger):
        client = signed_in(account)
        assert client.get(UPLOAD).status_code == 404
        assert client.post(UPLOAD, {"file": workbook()}).status_code == 404
    assert not Job.objects.exists()
    assert not StoredFile.objects.exists()


def test_nobody_hands_in_a_workbook_without_signing_in(client: Client, cast: Cast) -> None:
    assert client.post(UPLOAD, {"file": workbook()}).status_code == 302
    assert not StoredFile.objects.exists()


def test_a_preview_shows_new_changed_unchanged_and_refused_rows_in_the_readers_language(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    address = page_of(job(office))
    chinese, english = (signed_in(office, code).get(address) for code in ("zh-hans", "en"))
    assert [stat["value"] for stat in chinese.context["totals"]] == ["1", "1", "7", "1"]
    for expected in (SECRET, "韩明澈", "2021.2.30", "2021 年 2 月没有 30 日。", "确认导入"):
        assert expected in text_of(chinese)
    assert "There is no 30 February 2021." in text_of(english)
    assert "Take it in" in text_of(english)


def test_the_refused_rows_come_as_a_workbook_that_holds_all_of_them(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    many = ANSWER | {"refused": [REFUSED | {"row": row, "value": "=1+1"} for row in range(2, 302)]}
    response = signed_in(office, "en").get(page_of(job(office, result=many)) + "?refused=xlsx")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    heads, *rows = openpyxl.load_workbook(BytesIO(content)).active.values
    assert heads == ("Sheet", "Row", "Column", "What the cell holds", "Kind", "Reason")
    assert len(rows) == 300
    assert rows[0] == (
        "2021级", 2, "入学日期", "=1+1", "no_such_day", "There is no 30 February 2021.",
    )  # fmt: skip


def test_a_refused_workbook_says_why_and_offers_nothing_to_take_in(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    address = page_of(job(office, result=PROBLEM))
    assert "工作簿设有密码。" in text_of(signed_in(office).get(address))
    english = text_of(signed_in(office, "en").get(address))
    assert "The workbook has a password." in english
    assert "Take it in" not in english


def test_a_job_that_failed_says_what_to_do_and_shows_no_traceback(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    error = "builtins.KeyError: 'x'\n\nTraceback (most recent call last):\n  File secret.py"
    found = job(office, state="failed", result=None, error=error)
    page = text_of(signed_in(office, "en").get(page_of(found)))
    assert f"give the number {found.key} to the operator" in page
    assert "Traceback" not in page
    assert "secret.py" not in page


def test_a_job_that_was_refused_says_the_refusal(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    error = "preceptor.base.errors.InputRefused: The file: it is gone.\n\nTraceback"
    found = job(office, state="failed", result=None, error=error)
    page = text_of(signed_in(office).get(page_of(found)))
    assert "The file: it is gone." in page
    assert "Traceback" not in page


def test_a_page_asks_again_while_the_job_runs_and_loads_anew_when_it_has_ended(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    client, found = signed_in(office), job(office, state="running", result=None)
    assert f'hx-get="{page_of(found)}"' in text_of(client.get(page_of(found)))
    asked = client.get(page_of(found), headers={"HX-Request": "true"})
    assert "<html" not in text_of(asked)
    assert 'hx-trigger="every 2s"' in text_of(asked)
    Job.objects.filter(pk=found.pk).update(state="done", result=ANSWER)
    asked = client.get(page_of(found), headers={"HX-Request": "true"})
    assert asked.headers["HX-Refresh"] == "true"


def test_a_preview_is_seen_by_its_office_and_by_nobody_else(
    signed_in: SignIn,
    office: Account,
    colleague: Account,
    foreign_office: Account,
    secretary: Account,
    stranger: Account,
    job: Callable[..., Job],
) -> None:
    found = job(office)
    assert signed_in(colleague).get(page_of(found)).status_code == 200
    for account in (foreign_office, secretary, stranger):
        client = signed_in(account)
        for response in (
            client.get(page_of(found)),
            client.get(page_of(found) + "?refused=xlsx"),
            client.post(page_of(found) + "take/"),
        ):
            assert response.status_code == 404
            assert SECRET not in text_of(response)
    assert Job.objects.count() == 1
    assert SECRET not in text_of(signed_in(foreign_office).get(UPLOAD))


def test_a_job_of_another_kind_is_no_preview(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    found = job(office, task="mail.send")
    assert signed_in(office).get(page_of(found)).status_code == 404


def test_confirming_twice_takes_the_workbook_in_once(
    signed_in: SignIn, office: Account, colleague: Account, job: Callable[..., Job]
) -> None:
    found = job(office)
    addresses = {
        signed_in(account).post(page_of(found) + "take/").headers["Location"]
        for account in (office, office, colleague)
    }
    [taking] = Job.objects.filter(task="roster.take")
    assert addresses == {page_of(taking)}
    assert taking.arguments["kwargs"] == {
        "file": found.arguments["kwargs"]["file"], "account": office.pk, "preview": str(found.key),
    }  # fmt: skip
    Job.objects.filter(pk=taking.pk).update(state="done", result=ANSWER)
    signed_in(office).post(page_of(found) + "take/")
    assert Job.objects.filter(task="roster.take").count() == 1
    assert page_of(taking) in text_of(signed_in(office).get(page_of(found)))


def test_a_taking_in_that_failed_may_be_asked_for_again(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    found = job(office)
    job(office, task="roster.take", state="failed", result=None, given={"preview": str(found.key)})
    signed_in(office).post(page_of(found) + "take/")
    assert Job.objects.filter(task="roster.take", state="queued").count() == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "running", "result": None},
        {"state": "failed", "result": None},
        {"result": PROBLEM},
        {"result": ANSWER | {"taken": 0, "changed": 0}},
        {"task": "roster.take"},
    ],
)
def test_only_a_finished_preview_with_something_new_can_be_taken_in(
    signed_in: SignIn, office: Account, job: Callable[..., Job], columns: dict[str, Any]
) -> None:
    found = job(office, **columns)
    response = signed_in(office).post(page_of(found) + "take/", follow=True)
    assert "没有可导入的内容，请重新上传工作簿。" in text_of(response)
    assert Job.objects.count() == 1


def test_looking_takes_nothing_in(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    found = job(office)
    assert signed_in(office).get(page_of(found) + "take/").status_code == 405
    assert Job.objects.count() == 1


def test_what_was_taken_in_shows_its_numbers_and_the_way_to_the_trainees(
    signed_in: SignIn, office: Account, job: Callable[..., Job]
) -> None:
    page = text_of(signed_in(office).get(page_of(job(office, task="roster.take"))))
    assert "工作簿已导入。" in page
    assert "已写入" in page
    assert "确认导入" not in page


def test_the_upload_page_lists_the_last_uploads_of_the_office(
    signed_in: SignIn, office: Account, colleague: Account, job: Callable[..., Job]
) -> None:
    made = [job(office), job(colleague, state="running", result=None)]
    page = text_of(signed_in(office).get(UPLOAD))
    assert all(page_of(found) in page for found in made)
