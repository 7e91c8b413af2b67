"""Every address is tried by those who have no business there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch

from api_doors import BESIDE, CONCERNED, OPERATIONS, PUBLIC, names_at_the_interface
from door import OUTSIDERS, UNKNOWN, For
from doors import (
    DOORS,
    REASON,
    ROSTER_NAME,
    Place,
    leaks,
    make,
    names_of_all_addresses,
    row_counts,
    told,
    without_address,
    writes,
)
from preceptor.base import journal

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Answer(NamedTuple):
    """What came back: where it leads, and all that it tells."""

    status: int
    location: str
    text: str


every_door = pytest.mark.parametrize("name", sorted(DOORS))


def by_each(*people: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The test is done as each of them, in a savepoint of its own; a fault names who found it.

    One test for all who stand before a door: its frame would cost more than the question.
    """

    def for_all(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def done(**given: Any) -> None:
            faults = []
            for who in people:
                try:
                    with transaction.atomic():
                        test(who=who, **given)
                        transaction.set_rollback(True)
                except AssertionError as fault:
                    fault.add_note(f"as {who}")
                    faults.append(fault)
            if faults:
                raise ExceptionGroup(f"{test.__name__} {given.get('name', '')}", faults)

        shape = inspect.signature(test)
        asked_for = [one for one in shape.parameters.values() if one.name != "who"]
        vars(done)["__signature__"] = shape.replace(parameters=asked_for)
        return done

    return for_all


every_outsider = by_each(*OUTSIDERS)
CLOSED = sorted(name for name, door in DOORS.items() if door.whom is not For.ANYBODY)
REFUSALS = (403, 404, 405)
RECORDS = sorted(name for name, door in DOORS.items() if door.whom is For.CONCERNED)


@pytest.fixture(scope="module")
def place(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Built once for the module; taken back after it."""
    home = tmp_path_factory.mktemp("home")
    with (
        django_db_blocker.unblock(), override_settings(PRECEPTOR_HOME=home), transaction.atomic()
    ):  # fmt: skip
        yield make(home)
        transaction.set_rollback(True)


def odd_keys(place: Place, name: str) -> list[str]:
    """The door's address with keys that lead nowhere, as far as an address can hold them."""
    found = []
    for keys in DOORS[name].odd:
        with suppress(NoReverseMatch):
            found.append(place.address(name, keys))
    if found:
        stem = place.address(name).rstrip("/").rpartition("/")[0]
        found += [f"{stem}/-1/", f"{stem}/%00/", f"{stem}/%F0%9F/", f"{stem}/1e9/"]
    return found


def questions(place: Place, name: str) -> list[str]:
    """The door's address with each of its queries, sound and odd ones."""
    return [f"{place.address(name)}?{query}" for query in DOORS[name].queries]


def asked(place: Place, who: str, method: str, address: str, sent: Any = None) -> Answer:
    """One request; a fault of ours is raised here, with its traceback."""
    kind = {"content_type": "application/json"} if method in ("put", "patch", "delete") else {}
    response = getattr(place.clients[who], method)(address, sent, **kind)
    return Answer(response.status_code, response.headers.get("Location", ""), told(response))


def test_every_address_of_the_product_has_its_door() -> None:
    names = names_of_all_addresses()
    assert None not in names
    assert sorted(str(name) for name in names) == sorted(DOORS)


#: A page is opened on both databases; an address that takes forms alone answers without asking them.
opened = [
    pytest.param(name, marks=pytest.mark.both) if DOORS[name].gets else name
    for name in sorted(DOORS)
]


@pytest.mark.parametrize("name", opened)
def test_the_office_comes_in_so_that_the_keys_of_these_tests_are_true_ones(
    name: str, place: Place
) -> None:
    with writes() as written:
        answer = asked(place, "office", "get", place.address(name))
    assert answer.status == (302 if name == "sign_in" else 200 if DOORS[name].gets else 405)
    assert written == []


@pytest.mark.both
def test_what_is_hidden_from_others_is_there_for_the_office(place: Place) -> None:
    shown = {
        name: asked(place, "office", "get", place.address(name)).text
        for name in ("enrolment_journal", "enrolments", "enrolments_export", "roster_preview")
    }
    subject = place.subject
    assert REASON in shown["enrolment_journal"]
    assert subject.person.name_zh in shown["enrolments"]
    assert subject.student_number in shown["enrolments_export"]
    assert ROSTER_NAME in shown["roster_preview"]
    assert subject.person.name_zh in place.hidden["neighbour"]
    assert len(place.hidden["neighbour"]) > 60
    assert len(place.hidden["stranger"]) > 120


@pytest.mark.parametrize("name", CLOSED)
@by_each("nobody", "closed")
def test_nobody_and_a_closed_account_are_led_to_sign_in(who: str, name: str, place: Place) -> None:
    for method in ("get", "head", "post"):
        for address in [place.address(name), *odd_keys(place, name)[:1]]:
            with writes() as written:
                answer = asked(place, who, method, address)
            assert answer.status == 302
            assert answer.location.startswith("/sign-in/")
            assert not leaks(place, who, answer.text, typed=address)
            assert written == []


@pytest.mark.parametrize("name", sorted(set(DOORS) - set(CLOSED)))
def test_open_doors_are_open_to_nobody_and_tell_nothing(name: str, place: Place) -> None:
    for address in [place.address(name), *questions(place, name)]:
        with writes() as written:
            answer = asked(place, "nobody", "get", address)
        opened = 404 if "%00" in address else 200
        assert answer.status == (opened if DOORS[name].gets else 405)
        assert written == []
        with writes():
            sent = asked(place, "nobody", "post", address, {"next": "https://example.org/"})
        assert sent.status in (200, 302, 404, 405)
        assert "example.org" not in sent.location
        assert not leaks(place, "nobody", answer.text + sent.text, typed=address)


@every_door
@every_outsider
def test_a_door_opens_to_those_it_is_for_and_tells_only_what_is_theirs(
    name: str, who: str, place: Place
) -> None:
    door = DOORS[name]
    with writes() as written:
        answer = asked(place, who, "get", place.address(name))
    opened = 200 if door.may_open(who) else 404
    assert answer.status == (302 if name == "sign_in" else opened if door.gets else 405)
    assert leaks(place, who, answer.text) <= place.named_in(name)
    assert written == []


#: How a database reads a key too large or none at all is the same for every table: some ask both.
ASKED_OF_BOTH = {
    "agreement", "application", "body", "call", "case", "enrolment", "laboratory", "panel",
    "platform", "postdoc", "sitting", "station", "unit", "waiver",
}  # fmt: skip
odd_doors = [
    pytest.param(name, marks=pytest.mark.both) if name in ASKED_OF_BOTH else name
    for name in sorted(DOORS)
    if DOORS[name].odd
]


@pytest.mark.parametrize("who", ["stranger", "neighbour"])
@pytest.mark.parametrize("name", odd_doors)
def test_keys_that_lead_nowhere_are_answered_without_a_fault_or_a_name(
    name: str, who: str, place: Place
) -> None:
    for address in odd_keys(place, name):
        with writes() as written:
            answer = asked(place, who, "get", address)
        assert answer.status == (404 if DOORS[name].gets else answer.status), address
        assert answer.status in (404, 405)
        assert not leaks(place, who, answer.text, typed=address)
        assert written == []


@pytest.mark.both
@pytest.mark.parametrize("name", [name for name in sorted(DOORS) if DOORS[name].queries])
def test_odd_questions_are_answered_without_a_fault_or_a_name(name: str, place: Place) -> None:
    for address in questions(place, name):
        with writes() as written:
            answer = asked(place, "neighbour", "get", address)
        assert answer.status in (200, 302, 404), address
        assert not leaks(place, "neighbour", answer.text, typed=address)
        assert written == []


@pytest.mark.parametrize("name", [name for name in CLOSED if name != "sign_out"])
@every_outsider
def test_what_an_outsider_sends_is_refused_and_writes_nothing(
    name: str, who: str, place: Place
) -> None:
    sent = {"to": "withdrawn", "on": "2024-01-02", "reason": "x", "day": "2023-12-30"}
    for method in ("post", "put", "patch", "delete") if who == "neighbour" else ("post",):
        with writes() as written:
            answer = asked(place, who, method, place.address(name), sent)
        is_open = DOORS[name].posts and DOORS[name].may_open(who)
        refusals = (200, 302, 403, 404, 405) if is_open else REFUSALS
        assert answer.status in refusals, method
        assert not leaks(place, who, answer.text)
        assert written == []


@pytest.mark.parametrize("name", RECORDS)
@every_outsider
def test_a_forbidden_record_answers_like_one_that_does_not_exist(
    name: str, who: str, place: Place
) -> None:
    key, *parts = DOORS[name].keys(place)
    for method in ("get", "post"):
        forbidden = asked(place, who, method, place.address(name))
        unknown = asked(place, who, method, place.address(name, (UNKNOWN, *parts)))
        assert forbidden.status == unknown.status
        assert method == "post" or forbidden.status == (404 if DOORS[name].gets else 405)
        assert without_address(forbidden.text, key) == without_address(unknown.text, UNKNOWN)


@pytest.mark.parametrize("name", ["census", "figure", "report", "roster_preview"])
def test_a_stranger_cannot_tell_what_exists_from_what_does_not(name: str, place: Place) -> None:
    (true,), wrong = DOORS[name].keys(place), DOORS[name].odd[-1 if name == "roster_preview" else 1]
    forbidden = asked(place, "stranger", "get", place.address(name))
    unknown = asked(place, "stranger", "get", place.address(name, wrong))
    assert (forbidden.status, unknown.status) == (404, 404)
    assert without_address(forbidden.text, true) == without_address(unknown.text, wrong[0])


@pytest.mark.both
@every_outsider
def test_a_hidden_trainee_is_found_by_no_question(who: str, place: Place) -> None:
    """Name, pinyin, English name, student number, panel number; one that is seen is found."""
    person = place.subject.person
    texts = [
        person.name_zh, person.name_en, person.name_en.lower().replace(" ", ""), REASON,
        place.subject.student_number, place.subject.student_number[:4], place.panel.number,
        person.name_zh[0], "P-2024",
    ]  # fmt: skip
    for name in ("search", "enrolments", "enrolments_export", "panels", "home"):
        for question in texts:
            address = f"{place.address(name)}?q={quote(question)}"
            answer = asked(place, who, "get", address)
            assert answer.status == 200
            assert not leaks(place, who, answer.text, typed=question), question


@pytest.mark.both
@every_outsider
def test_no_filter_widens_what_a_reader_sees(who: str, place: Place) -> None:
    subject = place.subject
    guide = subject.supervisions.first()
    assert guide is not None
    filters = [
        f"unit={subject.unit_id}", f"unit={place.root.pk}", f"direction={subject.direction.code}",
        f"cohort={subject.cohort}", "state=suspended", f"supervisor={guide.person_id}",
        "rule=panel.defence.size&verdict=fail", "verdict=fail", "after=0~0", "before=9~9",
        f"unit={place.root.pk}&unit={subject.unit_id}&user=1&account=1&scope=all",
    ]  # fmt: skip
    for name in ("enrolments", "enrolments_export", "panels"):
        for query in filters:
            answer = asked(place, who, "get", f"{place.address(name)}?{query}")
            assert not leaks(place, who, answer.text), (name, query)


def test_figures_of_a_census_hide_the_records_outside_the_scope_of_a_neighbour(
    place: Place,
) -> None:
    for key in place.census.figures.values_list("pk", flat=True)[::15]:
        answer = asked(place, "neighbour", "get", place.address("figure", (key,)))
        assert answer.status == 200
        assert not leaks(place, "neighbour", answer.text)


@every_door
@by_each("nobody", "stranger", "neighbour", "office")
def test_nothing_is_taken_that_was_not_sent_from_a_page_of_ours(
    name: str, who: str, place: Place
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = place.clients[who].cookies.copy()
    client.cookies.pop(settings.CSRF_COOKIE_NAME, None)
    with writes() as written:
        response = client.post(place.address(name), {"theme": "dark", "language": "en"})
    assert response.status_code == 403
    assert not response.cookies
    assert not leaks(place, who, told(response))
    assert written == []


def test_a_tour_through_every_open_door_leaves_every_table_as_it_was(place: Place) -> None:
    before, head = row_counts(), journal.head()
    assert len(before) > 40
    for who in ("office", "neighbour", "classmate", "stranger", "nobody"):
        for name in DOORS:
            asked(place, who, "get", place.address(name))
    for name in ("enrolment", "roster_preview", "census", "figure", "censuses"):
        for address in questions(place, name):
            asked(place, "office", "get", address)
    assert row_counts() == before
    assert journal.head() == head


@pytest.mark.parametrize(
    "address",
    ["/static/../preceptor.sqlite3", "/static/%2e%2e/secrets/session", "/static//etc/passwd",
        "/static/%00",
        "/static/css/%00.css",
     "/reports/{census}/..%2F..%2Fpreceptor.sqlite3", "/reports/{census}/manifest.json",
     "/media/", "/admin/", "/files/", "/.git/config"],
)  # fmt: skip
def test_no_file_of_the_installation_can_be_asked_for(address: str, place: Place) -> None:
    for who in ("nobody", "neighbour", "office"):
        answer = asked(place, who, "get", address.format(census=place.census.pk))
        assert answer.status == 404 or answer.location.startswith("/sign-in/")


def test_static_files_are_open_to_nobody(place: Place) -> None:
    answer = asked(place, "nobody", "get", "/static/css/base.css")
    assert answer.status == 200
    assert "text/css" in answer.text


every_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))


def called(place: Place, who: str, name: str, *, known: bool = True) -> Answer:
    """One request to an operation of the interface."""
    operation = OPERATIONS[name]
    address = operation.address(place, known=known)
    if operation.method == "get":
        asks = name in ("search", "panel_experts", "case_experts")
        return asked(place, who, "get", f"{address}?q=a" if asks else address)
    response = place.clients[who].post(address, {}, content_type="application/json")
    return Answer(response.status_code, "", told(response))


def test_every_address_of_the_interface_is_an_operation_that_is_tried_here() -> None:
    assert names_at_the_interface() - BESIDE == set(OPERATIONS)
    assert len(OPERATIONS) > 60


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - PUBLIC))
@by_each("nobody", "closed")
def test_nobody_is_answered_by_an_operation(name: str, who: str, place: Place) -> None:
    with writes() as written:
        answer = called(place, who, name)
    assert answer.status == 401
    assert not leaks(place, who, answer.text)
    assert written == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_is_on_display_is_told_to_everybody_and_nothing_of_its_request(
    name: str, place: Place
) -> None:
    with writes() as written:
        answer = called(place, "nobody", name)
    assert answer.status == (422 if OPERATIONS[name].method == "post" else 200)
    assert REASON not in answer.text
    assert written == []


@every_operation
@every_outsider
def test_an_operation_tells_an_outsider_only_what_is_theirs(
    name: str, who: str, place: Place
) -> None:
    with writes() as written:
        answer = called(place, who, name)
    assert answer.status in ((404,) if name in CONCERNED else (200, 404, 422)), answer.text
    assert leaks(place, who, answer.text) <= place.named_in("report")
    assert written == []


@pytest.mark.parametrize("name", CONCERNED)
@every_outsider
def test_an_operation_on_a_forbidden_record_answers_as_on_one_that_does_not_exist(
    name: str, who: str, place: Place
) -> None:
    forbidden, unknown = called(place, who, name), called(place, who, name, known=False)
    assert forbidden.status == unknown.status
    assert forbidden.text == unknown.text


@every_operation
def test_an_operation_takes_nothing_from_a_session_without_a_token(name: str, place: Place) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = place.clients["office"].cookies.copy()
    client.cookies.pop(settings.CSRF_COOKIE_NAME, None)
    with writes() as written:
        response = client.post(OPERATIONS[name].address(place), {}, content_type="application/json")
    same = [found for found in OPERATIONS.values() if found.path == OPERATIONS[name].path]
    assert response.status_code == (403 if any(one.method == "post" for one in same) else 405)
    assert written == []
