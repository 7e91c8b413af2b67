"""A sitting run by a program: invited, opened, voted on and closed, with its rights and secrets."""

from __future__ import annotations

from typing import Any

import pytest

from answers import text_of
from preceptor.cases.models import Sitting, VoteCast
from sitting_cast import Hall, Meeting

pytest_plugins = ["sitting_fixtures", "program"]
pytestmark = pytest.mark.django_db


def read(sitting: Sitting) -> dict[str, int]:
    return {"revision": Sitting.objects.get(pk=sitting.pk).revision}


def test_a_sitting_is_called_held_voted_on_and_closed(
    hall: Hall, meeting: Meeting, program: Any
) -> None:
    path, runs = f"/sittings/{meeting.sitting.pk}", program(hall.secretary)
    assert runs.post(f"{path}/invite", read(meeting.sitting)).json()["state"] == "called"
    for place in (0, 1):
        answered = program(meeting.account(place)).post(f"{path}/answer", {"answer": "accepted"})
        assert answered.json()["seats"][place]["answer"] == "accepted"
    assert runs.post(f"{path}/open", read(meeting.sitting)).json()["state"] == "open"
    item = f"{path}/items/{meeting.item.pk}"
    assert runs.post(f"{item}/open").status_code == 409
    for seat in meeting.seats:
        runs.post(f"{path}/seats/{seat.pk}/presence", {"is_present": True})
    assert runs.post(f"{item}/open").json()["items"][0]["state"] == "open"
    for place in range(7):
        told = program(meeting.account(place)).post(f"{item}/vote", {"choice": "for"})
        assert told.json()["items"][0]["voted"] == place + 1
        assert told.json()["items"][0]["result"] is None
    again = program(meeting.account(0)).post(f"{item}/vote", {"choice": "against"})
    assert again.status_code in (403, 409)
    counted = runs.post(f"{item}/close").json()["items"][0]
    assert counted["result"]["votes_for"] == 7
    assert counted["votes"] == []
    closed = runs.post(f"{path}/close", {**read(meeting.sitting), "record": "已表决"}).json()
    assert (closed["state"], closed["record"]) == ("closed", "已表决")


def test_who_does_not_run_a_sitting_changes_nothing_at_it(
    hall: Hall, voting_now: Meeting, program: Any
) -> None:
    path = f"/sittings/{voting_now.sitting.pk}"
    revision = read(voting_now.sitting)
    names = {seat.person.name_zh for seat in voting_now.seats}

    def names_in(answer: Any) -> set[str]:
        return {name for name in names if name in text_of(answer)}

    assert names_in(program(hall.secretary).get(path)) == names
    member, seat = program(voting_now.account(1)), voting_now.seats[1].pk
    for answer in (
        member.post(f"{path}/close", revision), member.post(f"{path}/cancel", {"reason": "x"}),
        member.post(f"{path}/seats/{seat}/presence", {"is_present": False}),
        member.post(f"{path}/items/{voting_now.item.pk}/close"),
        program(hall.neighbour).post(f"{path}/open", revision),
        program(hall.neighbour).post(f"{path}/items/{voting_now.item.pk}/vote", {"choice": "for"}),
        program(hall.secretary).post(f"{path}/items/{voting_now.item.pk}/vote", {"choice": "for"}),
    ):  # fmt: skip
        assert answer.status_code == 404
        assert names_in(answer) == set()
    assert read(voting_now.sitting) == revision
    assert not VoteCast.objects.exists()


def test_an_old_revision_changes_nothing(hall: Hall, meeting: Meeting, program: Any) -> None:
    caller, path = program(hall.secretary), f"/sittings/{meeting.sitting.pk}"
    old = read(meeting.sitting)
    assert caller.post(f"{path}/invite", old).status_code == 200
    late = caller.post(f"{path}/cancel", {**old, "reason": "改期"})
    assert (late.status_code, late.json()["code"]) == (409, "rule_broken")
    matched = {"If-Match": f'"{old["revision"]}"'}
    assert caller.post(f"{path}/cancel", {"reason": "改期"}, **matched).status_code == 409
    assert caller.post(f"{path}/cancel", {"reason": "改期"}).status_code == 422
    assert caller.get(path).json()["state"] == "called"


def test_a_body_is_set_up_seated_and_advises(hall: Hall, meeting: Meeting, program: Any) -> None:
    caller = program(hall.office)
    made = caller.post(
        "/bodies",
        {"kind": "academic", "unit": hall.institution.pk, "code": "AC", "name_zh": "学术委员会",
         "opened_on": "2024-01-01"},
    )  # fmt: skip
    assert made.status_code == 201, text_of(made)
    path = f"/bodies/{made.json()['key']}"
    person = meeting.seats[0].person_id
    seated = caller.post(f"{path}/seats", {"person": person, "valid_from": "2024-01-01"}).json()
    assert [one["person"]["key"] for one in seated["seats"]] == [person]
    advice = caller.post(
        f"{path}/advice",
        {"text": "修订培养方案", "given_on": "2024-05-06", "owner_unit": hall.general.pk},
    ).json()
    report = {"state": "done", "text": "已修订"}
    told = caller.post(f"/advice/{advice['key']}/reports", report).json()
    assert (told["state"], [one["text"] for one in told["reports"]]) == ("done", ["已修订"])
    assert program(hall.neighbour).post(f"{path}/close", {}).status_code in (404, 422)
    assert caller.get(path).json()["closed_on"] is None
