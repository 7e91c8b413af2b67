"""A call for the postdocs of a station, made on its page, and its board as the shipped rules judge it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from new_fellows import PDF, Fellows
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.calls.actions import (
    begin_application,
    publish_call,
    save_application,
    submit_application,
)
from preceptor.calls.models import Call, CallApplication
from preceptor.calls.registry import purpose_of
from preceptor.cases.actions import attach_document, decide_stage
from preceptor.people.models import Account
from preceptor.standing.actions import put_in_force
from preceptor.standing.supposed_boards import supposed_board
from small_calls import signed_up

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
SIZE, HOST = "postdoc.board.entry.size", "postdoc.board.entry.host"


@pytest.fixture
def enter() -> Callable[[Account], Client]:
    """Gives a browser in which the account is signed in."""

    def signed_in(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def sent(fellows: Fellows, **more: Any) -> dict[str, Any]:
    now = timezone.localtime()
    moments = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=9)}
    return {
        "number": "BSH-1", "aim": f"station:{fellows.station.pk}", "track": "clinical",
        "intake": "own", "months": "24", "kind": "postdoc_entry", "title_zh": "博士后招收",
        "title_en": "Postdocs", "text_zh": "招收", "text_en": "Wanted", "places": "1",
        "reserves": "0", "letters": "0", "offer_days": "14",
        **{name: f"{at:%Y-%m-%dT%H:%M}" for name, at in moments.items()}, **more,
    }  # fmt: skip


def test_a_call_for_a_station_is_made_on_its_page_or_not_at_all(
    fellows: Fellows, procedures: None, enter: Callable[[Account], Client]
) -> None:
    client = enter(fellows.personnel)
    faulty = [
        {"track": ""}, {"aim": "station:999999"}, {"intake": "joint"}, {"kind": "degree_award"},
        {"closes_at": "2001-01-01T00:00"}, {"places": "0"},
    ]  # fmt: skip
    for more in faulty:
        page = client.post("/calls/new/", sent(fellows, **more))
        assert page.context["form"].errors, more
        assert not Call.objects.exists()
    assert client.post("/calls/new/", sent(fellows)).status_code == 302
    made = Call.objects.get()
    assert made.station_call.station == fellows.station  # type: ignore[attr-defined]
    assert (made.purpose, made.unit, made.state) == (
        "fellows.postdoc",
        fellows.station.unit,
        "draft",
    )
    changed = sent(fellows, track="basic", revision=made.revision)
    assert client.post(f"/calls/{made.pk}/edit/", changed).status_code == 302
    made.station_call.refresh_from_db()  # type: ignore[attr-defined]
    assert made.station_call.track == "basic"  # type: ignore[attr-defined]
    assert enter(fellows.stranger).get("/calls/new/").status_code == 404


def _application(fellows: Fellows, client: Client) -> CallApplication:
    client.post("/calls/new/", sent(fellows))
    call = publish_call(call=Call.objects.get(), by=OPERATOR)
    account = signed_up("su@example.org")
    made = begin_application(call=call, by=account, name_zh="苏未央")
    host = next(one for one in purpose_of(call).hosts(call) if one == fellows.persons["T1"])
    save_application(application=made, by=account, host=host)
    for name in ("doctorate", "plan"):
        attach_document(
            case=made.case, name=name, content=BytesIO(PDF), file_name=f"{name}.pdf", by=account
        )
    submit_application(application=made, by=account)
    for _stage in ("host", "screening"):
        made.case.refresh_from_db()
        decide_stage(case=made.case, outcome="agreed", by=OPERATOR, revision=made.case.revision)
    made.case.refresh_from_db()
    return made


def test_the_rules_judge_a_board_before_it_is_called(
    fellows: Fellows, procedures: None, enter: Callable[[Account], Client]
) -> None:
    put_in_force(
        institution=fellows.institution, pack="cn/postdoctoral-management", valid_from=today(),
        by=OPERATOR,
    )  # fmt: skip
    case = _application(fellows, enter(fellows.personnel)).case
    assert case.stage == "compose"

    def verdicts(*keys: str) -> dict[str, str]:
        roles = {fellows.persons[key]: "chair" if key == "E1" else "member" for key in keys}
        found = supposed_board(case, roles, None, today(), "en").explanations
        return {one.rule: one.verdict.value for one in found}

    few = verdicts("E1", "E2")
    assert few[SIZE] in ("fail", "pending")
    assert few[HOST] == "pass"
    assert verdicts("E1", "E2", "T1")[HOST] == "fail"
    assert not case.items.exists()


def test_a_supervisor_who_is_looked_up_for_the_board_is_kept_off_by_the_rule_and_its_clause(
    fellows: Fellows, procedures: None, enter: Callable[[Account], Client]
) -> None:
    put_in_force(
        institution=fellows.institution, pack="cn/postdoctoral-management", valid_from=today(),
        by=OPERATOR,
    )  # fmt: skip
    case = _application(fellows, enter(fellows.personnel)).case
    client = enter(fellows.secretary)
    seats = [fellows.persons[key].pk for key in ("E1", "E2")]
    for chosen in ([], seats):
        sought = {"do": "search", "seat": chosen, "q": fellows.persons["T1"].name_zh}
        page = client.post(f"/cases/{case.pk}/board/", sought)
        (line,) = page.context["found"]
        assert line["stopped"]
        assert [one["title"] for one in line["clauses"]] == ["合作导师不参加进站考核"]
        assert "大连化物所进站指南（进站考核）" in page.content.decode()
    sought = {"do": "search", "q": fellows.persons["T2"].name_zh}
    (free,) = client.post(f"/cases/{case.pk}/board/", sought).context["found"]
    assert (free["stopped"], free["clauses"]) == ("", [])


def test_everybody_reads_which_workstation_takes_part_and_for_how_long_a_call_is(
    fellows: Fellows, procedures: None, enter: Callable[[Account], Client], client: Client
) -> None:
    joint = sent(fellows, intake="joint", workstation=str(fellows.workstation.pk), months="30")
    enter(fellows.personnel).post("/calls/new/", joint)
    call = publish_call(call=Call.objects.get(), by=OPERATOR)
    page = client.get(f"/calls/{call.pk}/").content.decode()
    for text in (fellows.workstation.name_zh, "联合招收", "临床型", ">30<"):
        assert text in page
