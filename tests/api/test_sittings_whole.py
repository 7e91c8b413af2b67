"""What the pages of sittings and bodies show, a program is told and can do."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from answers import page_of, text_of
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import cast_vote, give_charter, give_seat, invite, set_up_body
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import AnswerLink, Body
from preceptor.people.actions import declare_tie
from preceptor.people.models import Absence, Contact
from sitting_cast import MEMBERS, Hall, Meeting, signed_in

pytest_plugins = ["sitting_fixtures", "program"]
pytestmark = pytest.mark.django_db

OUTSIDER = MEMBERS - 1


def told(caller: Any, meeting: Meeting) -> Any:
    return caller.get(f"/sittings/{meeting.sitting.pk}").json()


def test_who_is_there_and_what_is_needed_are_told_as_the_page_shows_them(
    hall: Hall, voting_now: Meeting, program: Any
) -> None:
    cast_vote(
        item=voting_now.item, seat=voting_now.seats[1], choice="for", by=voting_now.account(1)
    )
    shown = signed_in(hall.secretary).get(f"/sittings/{voting_now.sitting.pk}/").context
    known = told(program(hall.secretary), voting_now)
    assert [one["has_voted"] for one in known["seats"]] == [
        one["has_voted"] for one in shown["seats"]
    ]
    assert [one["has_vote"] for one in known["seats"]].count(True) == MEMBERS
    assert known["items"][0]["quorum"] == {
        "members": 9, "present": 9, "needed": 6, "is_met": True,
    }  # fmt: skip
    assert known["items"][0]["quorum"]["present"] == shown["room"]["value"]
    assert known["items"][0]["waits"] is False
    assert known["may_run"] is True


def test_a_member_is_told_the_own_ballot_and_why_there_is_none(
    voting_now: Meeting, program: Any
) -> None:
    before = told(program(voting_now.account(1)), voting_now)
    assert before["own_seat"] == voting_now.seats[1].pk
    assert before["ballot"] == {
        "item": voting_now.item.pk, "is_secret": True, "is_cast": False,
        "choices": ["for", "against", "abstain"], "refusal": None,
    }  # fmt: skip
    path = f"/sittings/{voting_now.sitting.pk}/items/{voting_now.item.pk}/vote"
    program(voting_now.account(1)).post(path, {"choice": "against"})
    after = told(program(voting_now.account(1)), voting_now)["ballot"]
    assert after["is_cast"] is True and after["refusal"]
    assert told(program(voting_now.account(1)), voting_now)["warnings"] is None


def test_whoever_runs_it_is_warned_of_what_the_page_warns(
    hall: Hall, meeting: Meeting, program: Any
) -> None:
    day = timezone.localdate(meeting.sitting.starts_at)
    away = meeting.seats[2].person
    Absence.objects.create(person=away, valid_from=day, valid_to=day)
    Contact.objects.filter(person=meeting.seats[OUTSIDER].person).update(email="")
    invite(sitting=meeting.sitting, by=OPERATOR)
    known = told(program(hall.secretary), meeting)["warnings"]
    assert [one["person"]["key"] for one in known["clashes"]] == [away.pk]
    assert [one["key"] for one in known["unreached"]] == [meeting.seats[OUTSIDER].person_id]
    body = page_of(signed_in(hall.secretary).get(f"/sittings/{meeting.sitting.pk}/"))
    assert away.name_zh in body
    assert told(program(meeting.account(0)), meeting)["warnings"] is None
    assert told(program(meeting.account(0)), meeting)["may_answer"] is True
    declare_tie(person=away, other=meeting.seats[3].person, kind="kinship", by=OPERATOR)
    assert told(program(hall.secretary), meeting)["warnings"]["ties"] == []


def test_the_calendar_file_is_the_one_of_the_page(
    hall: Hall, meeting: Meeting, program: Any
) -> None:
    answer = program(meeting.account(0)).get(f"/sittings/{meeting.sitting.pk}/calendar")
    assert answer["Content-Type"].startswith("text/calendar")
    [event] = Calendar.from_ical(answer.text).walk("VEVENT")
    assert str(event["SUMMARY"]) in ("学位论文答辩会", "Thesis defence")
    assert (
        program(hall.neighbour).get(f"/sittings/{meeting.sitting.pk}/calendar").status_code == 404
    )


def test_a_link_is_made_told_once_and_ended(hall: Hall, meeting: Meeting, program: Any) -> None:
    path = f"/sittings/{meeting.sitting.pk}/seats/{meeting.seats[OUTSIDER].pk}/links"
    caller = program(hall.secretary)
    made = caller.post(path, {"purpose": "invitation"})
    assert made.status_code == 201
    address = made.json()["address"]
    token = address.rstrip("/").rpartition("/")[2]
    assert Client().get(f"/answer/{token}/").status_code == 200
    assert token not in text_of(caller.get(f"/sittings/{meeting.sitting.pk}"))
    assert program(hall.neighbour).post(f"{path}/revoke").status_code == 404
    assert caller.post(f"{path}/revoke").status_code == 200
    assert Client().get(f"/answer/{token}/").status_code in (404, 410)
    assert not AnswerLink.objects.filter(revoked_at=None).exists()
    own = caller.post(path.replace(str(meeting.seats[OUTSIDER].pk), str(meeting.seats[0].pk)),
                      {"purpose": "invitation"})  # fmt: skip
    assert own.status_code == 409


def test_the_page_of_a_seat_ends_its_links_too(hall: Hall, meeting: Meeting) -> None:
    path = f"/sittings/{meeting.sitting.pk}/seats/{meeting.seats[OUTSIDER].pk}/"
    client = signed_in(hall.secretary)
    client.post(path, {"do": "link_invitation"})
    assert AnswerLink.objects.filter(revoked_at=None).count() == 1
    assert client.post(path, {"do": "revoke"}).status_code == 302
    assert not AnswerLink.objects.filter(revoked_at=None).exists()


@pytest.fixture
def committee(hall: Hall, meeting: Meeting) -> Body:
    body = set_up_body(
        institution=hall.institution, unit=hall.institution, kind="academic", code="AC",
        name_zh="学术委员会", name_en="", opened_on=today() - timedelta(days=400), meetings_a_year=2,
        voting=Voting(passes=Share(1, 2, more_than=True)), by=OPERATOR,
    )  # fmt: skip
    give_seat(
        body=body, person=meeting.seats[0].person, role="chair", substitute=meeting.seats[1].person,
        valid_from=today() - timedelta(days=30), valid_to=today() + timedelta(days=30), by=OPERATOR,
    )  # fmt: skip
    return body


def test_a_body_is_told_with_its_terms_years_and_charter(
    hall: Hall, committee: Body, meeting: Meeting, program: Any, settings: Any, tmp_path: Any
) -> None:
    settings.PRECEPTOR_HOME = tmp_path
    charter = give_charter(
        body=committee, title_zh="章程", content=io.BytesIO(b"%PDF-1.7"), file_name="章程.pdf",
        valid_from=today(), by=OPERATOR,
    )  # fmt: skip
    caller = program(hall.office)
    known = caller.get(f"/bodies/{committee.pk}").json()
    [seat] = known["seats"]
    assert (seat["is_ending"], seat["substitute"]["key"]) == (True, meeting.seats[1].person_id)
    assert known["years"] == [{"year": today().year, "held": 0, "wanted": 2}]
    assert (known["may_keep"], known["waiting"]) == (True, [])
    assert [one["has_file"] for one in known["charters"]] == [True]
    file = caller.get(f"/bodies/{committee.pk}/charters/{charter.pk}/file")
    assert b"".join(file.streaming_content) == b"%PDF-1.7"
    assert caller.get(f"/bodies/{committee.pk}/law").json()["requirements"] == []
    [line] = caller.get("/bodies", kind="academic").json()["rows"]
    assert (line["held_this_year"], line["next_on"], line["meetings_a_year"]) == (0, None, 2)
    member = program(meeting.account(0)).get(f"/bodies/{committee.pk}").json()
    assert member["may_keep"] is False


def test_a_charter_is_handed_in_as_a_file(
    hall: Hall, committee: Body, program: Any, settings: Any, tmp_path: Any
) -> None:
    settings.PRECEPTOR_HOME = tmp_path
    caller = program(hall.office)
    sent = {
        "title_zh": "章程", "valid_from": today().isoformat(),
        "file": SimpleUploadedFile("章程.pdf", b"%PDF-1.7"),
    }  # fmt: skip
    path = f"/api/v1/bodies/{committee.pk}/charter/file"
    made = caller.client.post(path, sent, headers=caller.headers)
    assert made.status_code == 201, text_of(made)
    assert [one["title_zh"] for one in made.json()["charters"]] == ["章程"]
    wrong = sent | {"file": SimpleUploadedFile("章程.pdf", b"GIF89a")}
    refused = caller.client.post(path, wrong, headers=caller.headers)
    assert refused.status_code in (409, 422)
    assert len(caller.get(f"/bodies/{committee.pk}").json()["charters"]) == 1


def test_a_meeting_votes_on_an_item_as_the_body_votes(
    hall: Hall, committee: Body, program: Any
) -> None:
    caller = program(hall.office)
    starts = (timezone.localtime() + timedelta(days=7)).isoformat()
    made = caller.post(f"/bodies/{committee.pk}/meetings", {"starts_at": starts})
    assert made.status_code == 201, text_of(made)
    key = made.json()["key"]
    for is_voted in (False, True):
        sent = {"title_zh": f"议题{is_voted}", "is_voted": is_voted}
        assert caller.post(f"/sittings/{key}/items", sent).status_code == 201
    first, second = caller.get(f"/sittings/{key}").json()["items"]
    assert first["voting"] is None and first["quorum"] is None
    assert second["voting"]["passes"]["more_than"] is True
    assert caller.get("/sittings", mine=True).json()["rows"] == []
    assert [one["key"] for one in caller.get("/sittings", body=committee.pk).json()["rows"]] == [
        key
    ]
    for words, count in (({"is_dated": False}, 0), ({"until": today().isoformat()}, 0),
                         ({"since": today().isoformat()}, 2)):  # fmt: skip
        assert caller.get("/sittings", **words).json()["count"] == count


def test_the_office_keeps_a_template_of_minutes_and_nobody_else_does(
    hall: Hall, program: Any, settings: Any, tmp_path: Any
) -> None:
    settings.PRECEPTOR_HOME = tmp_path
    assert "record" in program(hall.office).get("/minutes-templates").json()["fields"]
    assert program(hall.secretary).get("/minutes-templates").status_code == 404
    caller = program(hall.office)
    wrong = caller.client.post(
        "/api/v1/minutes-templates/zh", {"file": SimpleUploadedFile("a.docx", b"no Word file")},
        headers=caller.headers,
    )  # fmt: skip
    assert wrong.status_code == 422
    assert "Word" in wrong.json()["message"]
