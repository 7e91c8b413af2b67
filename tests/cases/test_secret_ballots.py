"""A secret ballot leaks nothing: what is left behind depends on the counts and on nothing else.

Two runs of one sitting, in which voters swap their choices with equal totals, must leave the same
database behind, the same letters, logs and pages for every reader.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from answers import unpacked
from preceptor.base.actors import OPERATOR
from preceptor.base.encryption import decrypted
from preceptor.base.models import JournalEntry
from preceptor.cases.actions import (
    cast_vote,
    close_sitting,
    close_vote,
    give_seat,
    invite,
    make_link,
    open_vote,
    set_up_body,
    write_minutes,
)
from preceptor.cases.models import BallotBox, Body, Item, Minutes
from preceptor.people.actions import make_key
from sitting_cast import (
    MEMBERS,
    OPEN,
    Hall,
    Meeting,
    add_item,
    all_there,
    make_hall,
    make_meeting,
    signed_in,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NOON = datetime(2026, 5, 6, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST = ("for", "for", "against", "for", "abstain", "against", "for", "for", "against")
SWAPPED = ("against", "against", "for", "abstain", "for", "for", "against", "for", "for")
#: Random by nature, and no choice goes into it.
RANDOM = {"django_session", "django_migrations"}
RANDOM_COLUMNS = {"base_job.key", "axes_accesslog.session_hash"}
#: The part of a workbook that holds the minute of its writing.
WRITTEN_AT = "docProps/core.xml"

Told = dict[str, str]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock that stands still, that of the queue too, which is the database's own."""
    monkeypatch.setattr("preceptor.base.queue.backend.Now", lambda: NOON)
    with time_machine.travel(NOON, tick=False):
        yield


def start_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty database that counts from one again, and the same tokens again."""
    call_command("flush", verbosity=0, interactive=False, reset_sequences=True)
    numbers = itertools.count(1)
    monkeypatch.setattr("secrets.token_urlsafe", lambda _size: f"token-{next(numbers):04}")


def cell(name: str, value: Any) -> Any:
    """A value as it is compared: what is ciphered is read; what is random by nature is left out."""
    if name in RANDOM_COLUMNS:
        return "random"
    if isinstance(value, str) and value.startswith("gAAAA"):
        return f"clear:{decrypted(value)}"
    if isinstance(value, str) and value.startswith("md5$"):
        return "password"
    return str(value)


def database() -> Told:
    """Every row of every table, in the order in which the database gives it."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in RANDOM:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                names = [f"{table}.{column[0]}" for column in cursor.description]
                rows = [list(map(cell, names, row)) for row in cursor.fetchall()]
                found[table] = json.dumps(rows, ensure_ascii=False, indent=0)
    return found


def sealed_lengths() -> set[int]:
    """How long the sealed counts are as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sealed FROM {BallotBox._meta.db_table}")
        return {len(row[0]) for row in cursor.fetchall()}


def pages(hall: Hall, meeting: Meeting, token: str) -> Told:
    """All pages on the sitting as each kind of reader sees them."""
    key, item, seat = meeting.sitting.pk, meeting.items[0].pk, meeting.seats[0].pk
    part = [reverse("sitting", args=[key]), reverse("sitting_live", args=[key])]
    read = [*part, reverse("sitting_result", args=[key]), reverse("sittings")]
    run = [
        *read, reverse("sitting_calendar", args=[key]), reverse("sitting_plan", args=[key]),
        reverse("sitting_item", args=[key, item]), reverse("sitting_seat", args=[key, seat]),
        reverse("list_export", args=["sittings"]), reverse("home"), reverse("tasks"),
    ]  # fmt: skip
    readers = [
        ("secretary", hall.secretary, "zh-hans", run), ("office", hall.office, "en", read),
        ("leader", hall.leader, "en", read), ("chair", meeting.account(0), "en", read),
        ("member", meeting.account(1), "zh-hans", [*read, reverse("tasks")]),
        ("member in English", meeting.account(1), "en", part),
        ("recorder", meeting.accounts[meeting.recorder.pk], "en", [*read, run[6]]),
        ("neighbour", hall.neighbour, "en", part),
        ("nobody", None, "en", [*part, reverse("answer", args=[token])]),
    ]  # fmt: skip
    return {
        f"{who} {address}": _body(signed_in(account, language).get(address))
        for who, account, language, addresses in readers
        for address in addresses
    }


def _body(response: Any) -> str:
    """What an answer tells, without the token of its forms and the time in a workbook."""
    if response.streaming:
        with closing(response):
            parts = unpacked(b"".join(response.streaming_content))
        told = [parts[name] for name in sorted(parts) if name != WRITTEN_AT]
        return f"{response.status_code} {' '.join(told)}"
    text = response.content.decode()
    for mark in (
        'name="csrfmiddlewaretoken" value="',
        '"X-CSRFToken": "',
        "X-CSRFToken&quot;: &quot;",
    ):
        while mark in text:
            start = text.index(mark)
            text = text[:start] + text[start + len(mark) + 64 :]
    return f"{response.status_code} {text}"


def run(
    choices: tuple[str, ...],
    watch: Callable[[str, Hall, Meeting, str], None],
    *,
    of_body: bool = False,
) -> None:
    """One sitting, of a panel or of a body: invited, opened, everybody votes as told, the vote is
    closed."""
    hall = make_hall()
    body = make_body(hall) if of_body else None
    given = {} if body is None else {"body": body, "board": ""}
    meeting = make_meeting(hall, starts_at=NOON, ends_at=None, **given)
    for seat in meeting.seats if body is not None else ():
        give_seat(
            body=body, person=seat.person, role=seat.role, valid_from=NOON.date(), by=OPERATOR
        )
    item = add_item(meeting)
    invite(sitting=meeting.sitting, by=OPERATOR)
    all_there(meeting)
    open_vote(item=item, by=OPERATOR)
    link, token = make_link(
        seat=meeting.seats[MEMBERS - 1], purpose="ballot", item=item, by=OPERATOR
    )
    for place, choice in enumerate(choices):
        how: dict[str, Any] = {"link": link}
        if place < MEMBERS - 1:
            client = signed_in(meeting.account(place))
            address = reverse("sitting_vote", args=[meeting.sitting.pk, item.pk])
            assert client.post(address, {"choice": choice}).status_code == 302
        else:
            cast_vote(item=item, seat=meeting.seats[place], choice=choice, **how)
    watch("open", hall, meeting, token)
    close_vote(item=item, by=OPERATOR)
    watch("closed", hall, meeting, token)


def make_body(hall: Hall) -> Body:
    """The academic committee of the first hospital; its members are those of the sitting."""
    return set_up_body(
        institution=hall.institution, unit=hall.general, code="AC", kind="academic",
        name_zh="总医院学术委员会", name_en="Academic Committee", opened_on=NOON.date(),
        term_years=4, meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip


def around(hall: Hall, meeting: Meeting) -> Told:
    """What is told of the closed sitting of a body elsewhere: its year and the year's workbook, minutes
    and what programs are told, to the office, to a leader, to the chair and to a member."""
    body, key, year = meeting.sitting.body_id, meeting.sitting.pk, NOON.year
    minutes = Minutes.objects.get(sitting=key).pk
    addresses = [
        reverse("body", args=[body]), reverse("body_year", args=[body, year]),
        reverse("body_year_export", args=[body, year]), reverse("minutes_file", args=[minutes]),
        reverse("list_export", args=["bodies"]), reverse("bodies"),
    ]  # fmt: skip
    operations = [
        f"/sittings/{key}", "/sittings", f"/sittings/{key}/minutes", f"/bodies/{body}", "/bodies",
        f"/bodies/{body}/years/{year}", "/tasks", f"/minutes/{minutes}/file",
    ]  # fmt: skip
    told: Told = {}
    for account in (hall.office, hall.leader, meeting.account(0), meeting.account(1)):
        _key, secret = make_key(account=account, name="program", may_write=False, by=OPERATOR)
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
        for address in addresses:
            told[f"{account.login} {address}"] = _body(signed_in(account, "en").get(address))
        for operation in operations:
            answer = Client().get(f"/api/v1{operation}", headers=headers)
            assert answer.status_code == 200, operation
            told[f"{account.login} program {operation}"] = _body(answer)
    return told


def counts_in(file: bytes) -> set[str]:
    """The counts of ballots that somebody with the key reads in a file, wherever in it they lie."""
    found = set()
    for token in set(re.findall(rb"gAAAA[\w=-]{115}", file)):
        try:
            text = decrypted(token.decode())
        except ValueError:
            continue
        if re.fullmatch(r'\["\d{5}", "\d{5}", "\d{5}"\]', text):
            found.add(text)
    return found


def difference(one: Told, other: Told) -> list[str]:
    return [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]


def test_swapped_choices_leave_the_same_database_letters_logs_and_pages_behind(
    frozen: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kept: list[dict[str, Told]] = []
    for choices in (FIRST, SWAPPED):
        start_anew(monkeypatch)
        caplog.clear()
        seen: dict[str, Told] = {}

        def watch(
            when: str, hall: Hall, meeting: Meeting, token: str, seen: dict[str, Told] = seen
        ) -> None:
            seen[f"{when} tables"] = database()
            if when == "closed":  # those of an open vote are compared below
                seen["closed pages"] = pages(hall, meeting, token)

        run(choices, watch)
        lines = [line.getMessage() for line in caplog.records if line.name.startswith("preceptor")]
        seen["logs"] = {"log": "\n".join(lines)}
        kept.append(seen)
    first, second = kept
    assert len(first["open tables"]) > 60
    assert "5" in json.dumps(first["closed pages"], ensure_ascii=False)
    exported = f"secretary {reverse('list_export', args=['sittings'])}"
    assert "学位论文答辩会" in first["closed pages"][exported]
    assert {name: difference(first[name], second[name]) for name in first} == {
        name: [] for name in first
    }


def test_the_test_above_would_see_a_choice_that_was_written_down(
    frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Told] = []
    for choices in (FIRST, SWAPPED):
        start_anew(monkeypatch)
        hall = make_hall()
        meeting = make_meeting(hall, starts_at=NOON, ends_at=None)
        item = add_item(meeting, OPEN)
        all_there(meeting)
        open_vote(item=item, by=OPERATOR)
        for place, choice in enumerate(choices[: MEMBERS - 1]):
            cast_vote(
                item=item, seat=meeting.seats[place], choice=choice, by=meeting.account(place)
            )
        kept.append(database())
    assert difference(*kept) == ["cases_openvote"]


def test_nothing_tells_the_counts_while_the_vote_is_open(
    frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal numbers of ballots with other totals cannot be told apart before the vote is closed."""
    kept: list[tuple[Told, Told, str]] = []
    for choices in (("for",) * MEMBERS, ("against",) * MEMBERS):
        start_anew(monkeypatch)

        def watch(when: str, hall: Hall, meeting: Meeting, token: str) -> None:
            if when == "open":
                lines = JournalEntry.objects.order_by("number").values_list(
                    "verb", "before", "after"
                )
                tables = database()
                box = tables.pop("cases_ballotbox")
                assert "clear:" in box
                assert sealed_lengths() == {120}
                kept.append((pages(hall, meeting, token), tables, json.dumps(list(lines))))

        run(choices, watch)
    assert difference(kept[0][0], kept[1][0]) == []
    assert difference(kept[0][1], kept[1][1]) == []
    assert kept[0][2] == kept[1][2]


def test_the_item_has_no_counts_before_the_vote_is_closed(
    frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_anew(monkeypatch)
    counts: list[Any] = []

    def watch(when: str, hall: Hall, meeting: Meeting, token: str) -> None:
        row = Item.objects.get(pk=meeting.items[0].pk)
        counts.append(
            (row.votes_cast, row.votes_for, row.votes_against, row.abstentions, row.result)
        )

    run(FIRST, watch)
    assert counts == [(None, None, None, None, ""), (9, 5, 3, 1, "passed")]


def test_swapped_choices_leave_the_same_year_minutes_and_interface_behind(
    frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands around a sitting of a body: the pages of its year, workbooks, minutes, programs."""
    kept: list[tuple[Told, Told]] = []
    for choices in (FIRST, SWAPPED):
        start_anew(monkeypatch)

        def watch(when: str, hall: Hall, meeting: Meeting, token: str) -> None:
            if when == "closed":
                close_sitting(sitting=meeting.sitting, record="逐项表决。", by=OPERATOR)
                write_minutes(sitting=meeting.sitting, language="zh", by=OPERATOR)
                kept.append((around(hall, meeting), database()))

        run(choices, watch, of_body=True)
    (first, tables), (second, others) = kept
    assert '"votes_for": 5' in first["office program /bodies/1/years/2026"]
    year = reverse("body_year", args=[1, NOON.year])
    assert "5 for, 3 against, 1 abstained" in first[f"member1 {year}"]
    assert difference(first, second) == []
    assert difference(tables, others) == []


def backup(target: Path) -> bytes:
    """A copy of the database as a backup takes it: of SQLite whole pages, with whatever was left in
    them, of PostgreSQL every row as text."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return target.read_bytes()
    rows: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows).encode()


def test_a_backup_tells_the_last_counts_alone_whoever_holds_the_key(
    frozen: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Were former counts left in a page, their order would tell who voted how, because that somebody
    voted is written down with its moment."""
    start_anew(monkeypatch)
    read: dict[str, set[str]] = {}

    def watch(when: str, hall: Hall, meeting: Meeting, token: str) -> None:
        read[when] = counts_in(backup(tmp_path / when))

    run(FIRST, watch)
    assert read == {when: {'["00005", "00003", "00001"]'} for when in ("open", "closed")}
