"""Waivers on the pages: asking, signing, refusing, the list, and which rule is waived too often."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.jobs.commands.explain import explain
from preceptor.people.models import Account
from preceptor.standing.actions import ask_waiver, refuse_waiver, sign_waiver
from preceptor.standing.models import Finding, PackInForce, StandingTally, Waiver

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
RULE = "training.clinical"
PAPER = "云汀医大研〔2026〕17 号"
REASON = "轮转期间照料重病的父亲"
REFUSAL = "病历材料与申请不符"
FIRST, LAST = today() - timedelta(days=30), today() + timedelta(days=365)


def given(**changed: Any) -> dict[str, Any]:
    return {
        "rule": RULE, "valid_from": FIRST.isoformat(), "valid_to": LAST.isoformat(),
        "paper": PAPER, "reason": REASON,
    } | changed  # fmt: skip


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def asked(cast: Cast, secretary: Account) -> Waiver:
    """The secretary has asked for 林知远."""
    return ask_waiver(
        enrolment=cast.lin, rule=RULE, valid_from=FIRST, valid_to=LAST, paper=PAPER, reason=REASON,
        by=secretary,
    )  # fmt: skip


@pytest.fixture
def granted(asked: Waiver, office: Account, leader: Account) -> Waiver:
    """Office and leader have signed."""
    sign_waiver(waiver=asked, by=office)
    return sign_waiver(waiver=asked, by=leader)


def test_the_secretary_asks_from_the_requirement_and_office_and_leader_grant_it(
    signed_in: SignIn, cast: Cast, secretary: Account, office: Account, leader: Account
) -> None:
    client = signed_in(secretary, "en")
    page = text_of(client.get(f"/trainees/{cast.lin.pk}/"))
    address = f"/trainees/{cast.lin.pk}/waiver/"
    assert f'href="{address}?rule={RULE}"' in page
    answer = client.post(address, given())
    waiver = Waiver.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/waivers/{waiver.pk}/")
    for signer, said in ((office, "second person"), (leader, "is granted")):
        reader = signed_in(signer, "en")
        done = reader.post(f"/waivers/{waiver.pk}/sign/", follow=True)
        (message,) = done.context["messages"]
        assert said in str(message)
    waiver.refresh_from_db()
    assert waiver.state == "granted"
    requirements = client.get(f"/trainees/{cast.lin.pk}/").context["requirements"]
    (waived,) = (one for one in requirements if one["verdict"] == "waived")
    for word in (PAPER, LAST.isoformat(), office.name, leader.name, "not met"):
        assert word in waived["waiver"]


def test_a_panel_has_the_same_way_to_ask(
    signed_in: SignIn, cast: Cast, secretary: Account, office: Account, leader: Account
) -> None:
    client = signed_in(secretary, "en")
    address = f"/panels/{cast.panel.pk}/waiver/"
    page = client.get(f"{address}?rule=panel.midterm")
    assert page.context["effect"]["now"] == "pending"
    assert "a waiver leaves that open" in text_of(page)
    days = {"valid_from": "2022-01-01", "valid_to": "2022-12-31"}
    client.post(address, given(rule="panel.midterm", **days))
    waiver = Waiver.objects.get()
    assert waiver.panel == cast.panel
    shown = client.get(f"/panels/{cast.panel.pk}/").context["requirements"]
    (open_one,) = (one for one in shown if one["rule"] == "panel.midterm")
    assert open_one["request"]["url"] == f"/waivers/{waiver.pk}/"


def test_the_preview_says_what_changes_and_writes_nothing(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client, address = signed_in(secretary, "en"), f"/trainees/{cast.lin.pk}/waiver/"
    lines = JournalEntry.objects.count()
    inside = client.post(address, given(preview="1", paper=""))
    assert (inside.context["effect"]["now"], inside.context["effect"]["then"]) == ("fail", "waived")
    assert "reads “Waived” instead of “Not met”" in text_of(inside)
    later = given(valid_from=(today() + timedelta(days=9)).isoformat(), preview="1")
    outside = client.post(address, later)
    assert outside.context["effect"]["then"] == "fail"
    assert "would change nothing" in text_of(outside)
    assert not Waiver.objects.exists()
    assert JournalEntry.objects.count() == lines


def test_a_refusal_of_the_rules_is_one_message_at_the_form(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client, address = signed_in(secretary, "en"), f"/trainees/{cast.lin.pk}/waiver/"
    far = (today() + timedelta(days=3000)).isoformat()
    response = client.post(address, given(valid_to=far))
    assert response.status_code == 200
    (refusal,) = response.context["form"].non_field_errors()
    assert "5 years at most" in refusal
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("field", ["rule", "valid_from", "valid_to", "paper", "reason"])
def test_each_field_of_a_request_is_needed(
    field: str, signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    response = signed_in(secretary).post(f"/trainees/{cast.lin.pk}/waiver/", given(**{field: ""}))
    assert list(response.context["form"].errors) == [field]
    assert not Waiver.objects.exists()


def test_a_rule_of_the_state_shows_a_closed_button_with_its_reason(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    row = PackInForce.objects.get(institution=cast.institution)
    text = row.text.replace('version = "2023.1"', 'version = "2023.1"\nlayer = "statute"', 1)
    PackInForce.objects.filter(pk=row.pk).update(text=text, layer="statute", hash="statute")
    client = signed_in(secretary, "en")
    requirements = client.get(f"/trainees/{cast.lin.pk}/").context["requirements"]
    (clinical,) = (one for one in requirements if one["rule"] == RULE)
    assert "nobody here waives it" in str(clinical["request"]["reason"])
    page = client.get(f"/trainees/{cast.lin.pk}/waiver/?rule={RULE}")
    assert "nobody here waives it" in text_of(page)
    assert '<form class="sheet' not in text_of(page)


def test_a_leader_reads_why_not_and_a_trainee_is_not_troubled(
    signed_in: SignIn, cast: Cast, leader: Account, trainee: Account
) -> None:
    for account, status in ((leader, 403), (trainee, 403)):
        client = signed_in(account, "en")
        address = f"/trainees/{cast.lin.pk}/waiver/"
        assert "You may not ask for this waiver" in text_of(client.get(address))
        assert client.post(address, given()).status_code == status
    own = signed_in(trainee, "en").get(f"/trainees/{cast.lin.pk}/")
    assert "Ask for a waiver" not in text_of(own)
    assert not Waiver.objects.exists()


def test_a_neighbour_and_a_stranger_find_no_waiver_and_no_name(
    signed_in: SignIn, cast: Cast, granted: Waiver, neighbour: Account, stranger: Account
) -> None:
    pages = [f"/waivers/{granted.pk}/{part}" for part in ("", "sign/", "refuse/", "withdraw/")]
    asking = [f"/trainees/{cast.lin.pk}/waiver/", f"/panels/{cast.panel.pk}/waiver/"]
    for account in (neighbour, stranger):
        client = signed_in(account)
        for address in [*pages, *asking]:
            methods = [client.get, client.post]
            if address.endswith("sign/"):
                methods = [client.post]
            elif address == pages[0]:
                methods = [client.get]
            for method in methods:
                response = method(address, given())
                assert response.status_code == 404, address
                for word in ("林知远", REASON, PAPER):
                    assert word not in text_of(response)
        for address in ("/waivers/", "/waivers/?waits=me", "/waivers/?state=granted"):
            page = text_of(client.get(address))
            assert not [word for word in ("林知远", "2021110001", PAPER) if word in page]
        exported = client.get("/waivers/export.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(exported.streaming_content)))
        assert book.active.max_row == 1
    granted.refresh_from_db()
    assert granted.state == "granted"


def test_the_trainee_sees_the_own_waiver_but_no_reason_and_the_supervisor_sees_both(
    signed_in: SignIn, cast: Cast, asked: Waiver, office: Account, trainee: Account,
    supervisor: Account, secretary: Account,
) -> None:  # fmt: skip
    refuse_waiver(waiver=asked, reason=REFUSAL, by=office)
    own = text_of(signed_in(trainee).get(f"/waivers/{asked.pk}/"))
    assert PAPER in own
    assert REFUSAL not in own
    assert REASON not in own
    for account in (supervisor, secretary, office):
        page = text_of(signed_in(account).get(f"/waivers/{asked.pk}/"))
        assert REFUSAL in page
        assert REASON in page


def test_no_list_and_no_workbook_tells_a_reason(
    signed_in: SignIn, asked: Waiver, office: Account, leader: Account
) -> None:
    refuse_waiver(waiver=asked, reason=REFUSAL, by=office)
    client = signed_in(leader)
    listed = text_of(client.get("/waivers/"))
    exported = b"".join(client.get("/waivers/export.xlsx").streaming_content)
    cells = _cells(exported)
    assert PAPER in listed
    assert PAPER in cells
    for word in (REASON, REFUSAL):
        assert word not in listed
        assert word not in " ".join(cells)


def _cells(workbook: bytes) -> list[str]:
    rows = openpyxl.load_workbook(io.BytesIO(workbook)).active.iter_rows(values_only=True)
    return [str(cell) for row in rows for cell in row if cell is not None]


def test_who_may_not_decide_is_told_why_and_writes_nothing(
    signed_in: SignIn, asked: Waiver, secretary: Account, supervisor: Account, trainee: Account
) -> None:
    for account in (secretary, supervisor, trainee):
        client = signed_in(account, "en")
        page = client.get(f"/waivers/{asked.pk}/")
        assert not page.context["sign"]
        with translation.override("en"):
            assert str(page.context["sign"].reason) in text_of(page)
        client.post(f"/waivers/{asked.pk}/sign/")
        refused = client.post(f"/waivers/{asked.pk}/refuse/", {"reason": "x"})
        assert refused.status_code == 403
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert asked.signatures.count() == 0


def test_a_granted_waiver_is_withdrawn_with_a_reason(
    signed_in: SignIn, cast: Cast, granted: Waiver, leader: Account
) -> None:
    client, address = signed_in(leader, "en"), f"/waivers/{granted.pk}/withdraw/"
    assert list(client.post(address, {"reason": ""}).context["form"].errors) == ["reason"]
    done = client.post(address, {"reason": "情况已变"}, follow=True)
    assert "The waiver is withdrawn." in text_of(done)
    assert Finding.objects.get(enrolment=cast.lin, rule=RULE).verdict == "fail"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        (f"?rule={RULE}", 1),
        ("?rule=training.chief", 1),
        ("?state=granted", 1),
        ("?state=in_force", 1),
        ("?state=expired", 0),
        ("?state=asked", 1),
        ("?ends=60", 0),
        ("?waits=me", 1),
        ("?state=unheard&rule=none", 2),
    ],
)
def test_list_and_workbook_are_narrowed_alike(
    query: str, count: int, signed_in: SignIn, cast: Cast, granted: Waiver, office: Account,
    secretary: Account,
) -> None:  # fmt: skip
    ask_waiver(
        enrolment=cast.gu, rule="training.chief", valid_from=FIRST, valid_to=LAST, paper="二号",
        reason=REASON, by=secretary,
    )  # fmt: skip
    client = signed_in(office)
    rows = client.get(f"/waivers/{query}").context["rows"]
    assert len(rows) == count
    exported = b"".join(client.get(f"/waivers/export.xlsx{query}").streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(exported))
    numbers = [str(row[0]) for row in book.active.iter_rows(min_row=2, values_only=True)]
    assert numbers == [row[0]["note"] for row in rows]


def test_a_waiver_that_ends_within_sixty_days_is_found_before_it_does(
    signed_in: SignIn, granted: Waiver, office: Account
) -> None:
    for days, found in ((60, 1), (61, 0), (-1, 0)):
        Waiver.objects.update(valid_to=today() + timedelta(days=days))
        page = signed_in(office).get("/waivers/?ends=60")
        assert len(page.context["rows"]) == found, days


def test_the_home_of_a_signer_counts_what_waits(
    signed_in: SignIn, asked: Waiver, office: Account, secretary: Account
) -> None:
    page = signed_in(office, "en").get("/")
    assert page.context["overview"]["waivers"] == 1
    assert "/waivers/?waits=me" in text_of(page)
    sign_waiver(waiver=asked, by=office)
    assert "/waivers/?waits=me" not in text_of(signed_in(office).get("/"))
    assert "/waivers/?waits=me" not in text_of(signed_in(secretary).get("/"))


def test_a_rule_that_is_waived_often_asks_whether_it_should_change(
    signed_in: SignIn, cast: Cast, granted: Waiver, office: Account
) -> None:
    client = signed_in(office, "en")
    page = client.get("/waivers/rules/")
    (line,) = page.context["lines"]
    assert (line["in_force"], line["waived"], line["asked"], line["refused"]) == (1, 1, 0, 0)
    assert line["would_fail"] == 1 + Finding.objects.filter(rule=RULE, verdict="fail").count()
    assert page.context["suggestions"] == []
    _stored(waived=3, fail=7)
    page = text_of(client.get("/waivers/rules/"))
    assert "Waived for 3 of 10 that would not meet it: should the rule change?" in page
    assert f'href="/rules/{RULE}/"' in page
    for waived, fail in ((2, 0), (3, 10)):
        _stored(waived=waived, fail=fail)
        assert client.get("/waivers/rules/").context["suggestions"] == []


def _stored(*, waived: int, fail: int) -> None:
    """The kept counts of one rule, as if so many trainees of a unit had these verdicts."""
    template = StandingTally.objects.filter(rule=RULE).first()
    assert template is not None
    StandingTally.objects.filter(rule=RULE).delete()
    for verdict, count in (("waived", waived), ("fail", fail)):
        template.pk, template.verdict, template.count = None, verdict, count
        template.save(force_insert=True)


def test_the_pages_of_waivers_ask_as_often_for_one_as_for_thirty(
    signed_in: SignIn, cast: Cast, granted: Waiver, office: Account
) -> None:
    client = signed_in(office)
    addresses = ["/waivers/", "/waivers/?waits=me", "/waivers/rules/", f"/waivers/{granted.pk}/",
                 f"/trainees/{cast.lin.pk}/"]  # fmt: skip

    def asked_for() -> list[int]:
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    _ask_again(granted, 1)
    before = asked_for()
    _ask_again(granted, 29)
    assert asked_for() == before
    assert len(client.get("/waivers/").context["rows"]) == 31
    assert max(before) <= 12


def _ask_again(waiver: Waiver, count: int) -> None:
    """Requests for as many other rules."""
    first = Waiver.objects.count()
    for number in range(first, first + count):
        Waiver.objects.create(
            enrolment=waiver.enrolment, pack=waiver.pack, rule=f"{RULE}{number}",
            layer=waiver.layer, reason=REASON, paper=PAPER, valid_from=FIRST, valid_to=LAST,
            asked_by="x", asked_by_key="account:0", asked_at=waiver.asked_at,
        )  # fmt: skip


def test_the_command_prints_who_waived_what_until_when(cast: Cast, granted: Waiver) -> None:
    number = cast.lin.student_number
    for language, without in (("en", "Without the waiver"), ("zh", "")):
        said = CliRunner().invoke(explain, ["enrolment", number, "--lang", language])
        for word in (PAPER, LAST.isoformat(), "office", "leader", without):
            assert word in said.output
    plain = CliRunner().invoke(explain, ["enrolment", number, "--format", "json"])
    answer = json.loads(plain.output)
    notes = {one["rule"]: one["waiver"] for one in answer["requirements"] if one["waiver"]}
    assert list(notes) == [RULE]
    assert notes[RULE]["signers"] == ["office", "leader"]
    assert notes[RULE]["to"] == LAST.isoformat()


def test_the_workbook_of_trainees_prints_the_waiver_in_the_cell_of_the_rule(
    signed_in: SignIn, granted: Waiver, secretary: Account
) -> None:
    answer = signed_in(secretary, "en").get("/trainees/export.xlsx")
    cells = _cells(b"".join(answer.streaming_content))
    (cell,) = (cell for cell in cells if PAPER in cell)
    assert cell == f"Waived until {LAST.isoformat()} by office, leader, paper: {PAPER}"


def test_the_journal_of_the_trainee_tells_who_asked_and_signed(
    signed_in: SignIn, cast: Cast, granted: Waiver, secretary: Account
) -> None:
    page = text_of(signed_in(secretary, "en").get(f"/trainees/{cast.lin.pk}/journal/"))
    for word in ("Waiver asked for", "Waiver signed", "signed by one of two", PAPER):
        assert word in page
    assert REASON not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_waivers_are_written_in_both_languages(
    language: str, signed_in: SignIn, cast: Cast, granted: Waiver, office: Account
) -> None:
    client = signed_in(office, language)
    words = {
        "/waivers/": ("Waivers", "豁免"),
        "/waivers/rules/": ("Waivers by rule", "各规则的豁免情况"),
        f"/waivers/{granted.pk}/": ("What is excepted", "豁免内容"),
        f"/waivers/{granted.pk}/withdraw/": ("Withdraw the waiver", "撤回豁免"),
        f"/trainees/{cast.gu.pk}/waiver/": ("Ask for a waiver", "申请豁免"),
    }
    for address, (english, chinese) in words.items():
        page = text_of(client.get(address))
        assert (english in page) == (language == "en"), address
        assert (chinese in page) == (language != "en"), address
