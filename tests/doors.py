"""Every door of the house: who may open it, with which keys, and what must not come out of it.

Behind them lies the demo institution at a twentieth of its size, judged, frozen and reported, with
a trainee whose record has a reason that stands nowhere else, and accounts of people who have no
business there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from answers import readable, unpacked
from cases_behind_doors import make_cases, make_tie
from door import (
    DAYS,
    INTEGERS,
    LISTS,
    NIL,
    TEXTS,
    UNKNOWN,
    Door,
    For,
    Keys,
)
from doors_of_agreements import AGREEMENT_DOORS, make_agreement
from doors_of_calls import CALL_DOORS, make_call
from doors_of_fellows import FELLOW_DOORS, make_fellow
from doors_of_laboratories import LABORATORY_DOORS, make_laboratory
from doors_of_meetings import MEETING_DOORS
from doors_of_rules import RULE_DOORS
from planned_overlays import CHANGED
from preceptor.base.actors import OPERATOR
from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.cases.actions import (
    NewSittingSeat,
    advise,
    call_meeting,
    close_sitting,
    give_charter,
    give_seat,
    make_feed,
    make_link,
    open_sitting,
    plan_sitting,
    put_on_agenda,
    set_up_body,
    write_minutes,
)
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.demo.actions import INSTITUTION, build
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.models import Regulation, Unit
from preceptor.institutions.queries import institution
from preceptor.people.actions import (
    NewPerson,
    grant_role,
    open_account,
    register_persons,
)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Person, Role
from preceptor.reports.actions import freeze, write_report
from preceptor.reports.models import Census
from preceptor.standing.actions import ask_waiver, open_draft, preview_draft
from preceptor.standing.choices import DraftState
from preceptor.standing.models import PackDraft, PackInForce
from preceptor.standing.preview.keeping import keep_draft_facts
from preceptor.training.actions import change_state
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment, Panel, PanelSeat

DAY = date(2023, 12, 31)
SCALE = Decimal("0.05")
REASON = "家中老屋失火，停学照料祖母"
WAIVER_REASON = "委员因台风滞留外地，无法到会"
ROSTER_NAME = "祝寒汀"
ROSTER_NUMBER = "20239910001"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Place:
    """What lies behind the doors, and who stands before them."""

    root: Unit
    subject: Enrolment
    panel: Panel
    census: Census
    figure: int
    job: str
    home: Path
    waiver: int = 0
    body: int = 0
    body_seat: int = 0
    body_since: int = 0
    body_term: int = 0
    charter: int = 0
    advice: int = 0
    minuted: int = 0
    minutes: int = 0
    draft: int = 0
    planned: int = 0
    case: int = 0
    document: int = 0
    notice: int = 0
    search: int = 0
    tie: int = 0
    sitting: int = 0
    sitting_seat: int = 0
    item: int = 0
    token: str = ""
    feed: str = ""
    agreed: dict[str, int] = field(default_factory=dict)
    called: dict[str, int] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    hidden: dict[str, set[str]] = field(default_factory=dict)

    def address(self, name: str, keys: Keys | None = None) -> str:
        """Where the door is, with the keys of what lies behind it unless others are given."""
        chosen = DOORS[name].keys(self) if keys is None else keys
        return reverse(name, args=chosen)

    def named_in(self, name: str) -> set[str]:
        """The report is one text for all its readers: it names panels that break a rule by their
        number, and nobody by name."""
        if not name.startswith("report"):
            return set()
        return set(Panel.objects.values_list("number", flat=True))


def secretary_role() -> Role:
    """The role of the demo institution's secretary."""
    return Role.objects.known().get(account__login="secretary")


def _composed(place: Place) -> Keys:
    """A panel that is being composed for a trainee whom no outsider sees, a person on it, the seat."""
    seats = PanelSeat.objects.filter(panel__milestone_case__case__stage_kind="compose")
    hidden = seats.exclude(panel__enrolment__unit__code__startswith=f"{INSTITUTION}-CIH")
    seat = hidden.exclude(panel__enrolment__person__account__login="trainee").order_by("pk")[0]
    return (seat.panel_id, seat.person_id, seat.pk)


DOORS: dict[str, Door] = {
    **AGREEMENT_DOORS,
    **CALL_DOORS,
    **LABORATORY_DOORS,
    **FELLOW_DOORS,
    **RULE_DOORS,
    **MEETING_DOORS,
    "home": Door(For.SIGNED_IN),
    "sign_in": Door(For.ANYBODY, posts=True, queries=("next=//example.org", "next=%00")),
    "sign_out": Door(For.SIGNED_IN, posts=True, gets=False),
    "account": Door(For.SIGNED_IN),
    "password_change": Door(For.SIGNED_IN, posts=True),
    "absence_new": Door(For.SIGNED_IN, posts=True),
    "absence_end": Door(
        For.CONCERNED, lambda place: (UNKNOWN,), INTEGERS, posts=True, gets=False
    ),
    "ties": Door(For.SIGNED_IN, queries=LISTS),
    "tie_new": Door(For.SIGNED_IN, posts=True),
    "tie_withdraw": Door(
        For.CONCERNED, lambda place: (place.tie,), INTEGERS, posts=True, gets=False
    ),
    "contacts": Door(For.SIGNED_IN, queries=(*LISTS, "person=%00", "person=" + "x" * 4000)),
    "contact": Door(
        For.CONCERNED, lambda place: (place.subject.person_id,), INTEGERS, posts=True
    ),
    "delegations": Door(For.SIGNED_IN, queries=LISTS),
    "delegation_new": Door(For.SIGNED_IN, posts=True),
    "delegation_substitute": Door(For.OFFICE, posts=True),
    "delegation_end": Door(
        For.CONCERNED, lambda place: (UNKNOWN,), INTEGERS, posts=True, gets=False
    ),
    "calendar": Door(For.MEMBER, queries=("year=%00", "year=99999999999999999999", "year=x")),
    "calendar_enter": Door(For.OFFICE, posts=True),
    "calendar_adopt": Door(For.OFFICE, posts=True, gets=False),
    "calendar_day_add": Door(For.OFFICE, lambda place: (2026,), INTEGERS, posts=True),
    "calendar_day_remove": Door(
        For.OFFICE, lambda place: (2026, UNKNOWN), ((0, 0), (2**63, 2**63)), posts=True, gets=False
    ),
    "key_new": Door(For.SIGNED_IN, posts=True),
    "feed_new": Door(For.SIGNED_IN, posts=True, gets=False),
    "feed_revoke": Door(For.SIGNED_IN, posts=True, gets=False),
    "key_revoke": Door(For.SIGNED_IN, lambda place: (UNKNOWN,), INTEGERS, posts=True, gets=False),
    "list_export": Door(
        For.SIGNED_IN, lambda place: ("enrolments",), TEXTS, queries=LISTS
    ),
    "list_table": Door(
        For.SIGNED_IN, lambda place: ("enrolments",), TEXTS,
        queries=(*LISTS, "by=1&across=2", "by=%00", "by=99&across=x", "by=" + "9" * 4000),
    ),
    "list_table_export": Door(
        For.SIGNED_IN, lambda place: ("enrolments",), TEXTS,
        queries=(*LISTS, "by=1&across=2", "by=%00"),
    ),
    "search_save": Door(
        For.SIGNED_IN, lambda place: ("enrolments",), TEXTS, posts=True, gets=False
    ),
    "searches": Door(For.SIGNED_IN),
    "saved_search": Door(For.OFFICE, lambda place: (place.search,), INTEGERS, posts=True),
    "search_remove": Door(
        For.OFFICE, lambda place: (place.search,), INTEGERS, posts=True, gets=False
    ),
    "tasks": Door(
        For.SIGNED_IN, queries=(*LISTS, "kind=%00", "late=1", "whose=others", "after=~case~1")
    ),
    "tasks_first": Door(For.SIGNED_IN),
    "task_count": Door(For.SIGNED_IN),
    "cases": Door(
        For.SIGNED_IN, queries=(*LISTS, "kind=%00", "late=1", "whose=about", "state=open")
    ),
    "case_new": Door(
        For.SIGNED_IN, posts=True,
        queries=("enrolment=%00", "enrolment=99999999999999999999", "kind=defence", "q=%00"),
    ),
    "case": Door(For.CONCERNED, lambda place: (place.case,), INTEGERS),
    "case_rules": Door(For.CONCERNED, lambda place: (place.case,), INTEGERS),
    "case_appeal": Door(For.CONCERNED, lambda place: (place.case,), INTEGERS, posts=True),
    "case_experts": Door(For.CONCERNED, lambda place: (place.case,), INTEGERS, posts=True),
    "case_document": Door(
        For.CONCERNED, lambda place: (place.case, place.document),
        tuple((*keys, 0) for keys in INTEGERS),
    ),
    "case_step": Door(
        For.CONCERNED, lambda place: (place.case, "decide"),
        tuple((UNKNOWN, verb) for (verb,) in TEXTS), posts=True, gets=False,
    ),
    "notices": Door(For.ANYBODY),
    "notice": Door(For.ANYBODY, lambda place: (place.notice,), INTEGERS, posts=True),
    "set_theme": Door(For.ANYBODY, posts=True, gets=False),
    "set_language": Door(For.ANYBODY, posts=True, gets=False),
    "search": Door(For.SIGNED_IN, queries=LISTS),
    "health": Door(For.ANYBODY, queries=("format=json", "format=%00")),
    "enrolments": Door(For.SIGNED_IN, queries=LISTS),
    "enrolments_export": Door(For.SIGNED_IN, queries=LISTS),
    "enrolment": Door(
        For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS,
        queries=("show=standing", "show=timeline", "show=courses", "show=panels", "show=guidance", "show=record"),
    ),
    "enrolment_state": Door(For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS, posts=True),
    "enrolment_period": Door(For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS, posts=True),
    "enrolment_placement": Door(
        For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS, posts=True
    ),
    "enrolment_journal": Door(For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS),
    "panels": Door(For.SIGNED_IN, queries=LISTS),
    "panel": Door(For.CONCERNED, lambda place: (place.panel.pk,), INTEGERS),
    "waiver_ask": Door(For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS, posts=True,
                       queries=("rule=training.clinical", "rule=%00", "rule=no.such.rule")),
    "waiver_ask_panel": Door(For.CONCERNED, lambda place: (place.panel.pk,), INTEGERS, posts=True),
    "panel_compose": Door(For.CONCERNED, lambda place: _composed(place)[:1], INTEGERS, posts=True),
    "panel_repair_state": Door(For.CONCERNED, lambda place: _composed(place)[:1], INTEGERS),
    "panel_call": Door(For.CONCERNED, lambda place: _composed(place)[:1], INTEGERS, posts=True),
    "panel_override": Door(
        For.CONCERNED, lambda place: _composed(place)[:2], ((0, 0), (2**63, 2**63)), posts=True
    ),
    "seat_replace": Door(
        For.CONCERNED, lambda place: _composed(place)[::2], ((0, 0), (2**63, 2**63)), posts=True
    ),
    "seat_remove": Door(
        For.CONCERNED, lambda place: _composed(place)[::2], ((0, 0), (2**63, 2**63)), posts=True
    ),
    "panel_begin": Door(
        For.CONCERNED, lambda place: (UNKNOWN,), INTEGERS, posts=True, gets=False
    ),
    "waivers": Door(
        For.SIGNED_IN,
        queries=(*LISTS, "waits=me", "ends=60", "ends=x", "state=in_force", "state=expired"),
    ),
    "waivers_export": Door(For.SIGNED_IN, queries=LISTS),
    "waivers_by_rule": Door(For.READER),
    "waiver": Door(For.CONCERNED, lambda place: (place.waiver,), INTEGERS),
    "waiver_sign": Door(
        For.CONCERNED, lambda place: (place.waiver,), INTEGERS, posts=True, gets=False
    ),
    "waiver_refuse": Door(For.CONCERNED, lambda place: (place.waiver,), INTEGERS, posts=True),
    "waiver_withdraw": Door(For.CONCERNED, lambda place: (place.waiver,), INTEGERS, posts=True),
    "rules": Door(For.SIGNED_IN),
    "rule": Door(For.MEMBER, lambda place: ("training.clinical",), TEXTS, queries=LISTS),
    "accounts": Door(For.OFFICE, queries=LISTS),
    "account_open": Door(For.OFFICE, posts=True),
    "account_of": Door(For.OFFICE, lambda place: (secretary_role().account_id,), INTEGERS, posts=True),
    "account_switch": Door(
        For.OFFICE, lambda place: (secretary_role().account_id,), INTEGERS, posts=True, gets=False
    ),
    "role_end": Door(
        For.OFFICE, lambda place: (secretary_role().account_id, secretary_role().pk),
        tuple((*keys, 0) for keys in INTEGERS), posts=True,
    ),
    "units": Door(For.SIGNED_IN, queries=DAYS),
    "unit": Door(For.SIGNED_IN, lambda place: (place.subject.unit_id,), INTEGERS),
    "directions": Door(For.SIGNED_IN, queries=DAYS),
    "direction": Door(For.SIGNED_IN, lambda place: (place.subject.direction.code,), TEXTS),
    "regulations": Door(For.SIGNED_IN),
    "regulation": Door(
        For.MEMBER,
        lambda place: (Regulation.objects.filter(institution=place.root)[0].pk,),
        INTEGERS,
    ),
    "roster": Door(For.OFFICE, posts=True),
    "roster_preview": Door(
        For.OFFICE, lambda place: (place.job,), (NIL,), queries=("refused=xlsx", "refused=%00")
    ),
    "roster_take": Door(For.OFFICE, lambda place: (place.job,), (NIL,), posts=True, gets=False),
    "censuses": Door(
        For.READER, posts=True, queries=("check=1", "check=99999999999999999999", "job=x")
    ),
    "census": Door(
        For.READER, lambda place: (place.census.pk,), INTEGERS,
        queries=("chapter=training", "chapter=%00"),
    ),
    "figure": Door(
        For.READER, lambda place: (place.figure,), INTEGERS,
        queries=("kind=enrolment", "kind=person", "kind=%00", "after=99999999999999999999~1",
                 "after=-1~0", "before=%00", "before=x"),
    ),
    "report": Door(For.READER, lambda place: (place.census.pk,), INTEGERS, posts=True),
    "report_file": Door(
        For.READER,
        lambda place: (place.census.pk, "report-2023-zh.docx"),
        tuple((key, "report-2023-zh.docx") for (key,) in INTEGERS),
    ),
    "guide": Door(For.SIGNED_IN),
}  # fmt: skip


def names_of_all_addresses() -> list[str | None]:
    """The name of every URL pattern of a page; those of the REST interface are in `api_doors`."""
    found: list[str | None] = []
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == "api":
            continue
        assert isinstance(entry, URLPattern), "a nested configuration: walk into it here"
        found.append(entry.name)
    return found


def _account(login: str, kind: RoleKind | None = None, unit: Unit | None = None) -> Account:
    account = open_account(
        login=login, name=login, password="only-for-tests-2026", person=None, by=OPERATOR
    )
    if kind and unit:
        grant_role(account=account, kind=kind, unit=unit, valid_from=date(2020, 1, 1), by=OPERATOR)
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def _people(place: Place) -> None:
    cancer = Unit.objects.get(code=f"{INSTITUTION}-CIH")
    departed = _account("departed", RoleKind.SECRETARY, place.subject.unit)
    Role.objects.filter(account=departed).update(valid_to=today() - timedelta(days=1))
    closed = _account("closed", RoleKind.OFFICE, place.root)
    place.clients = {
        "nobody": Client(),
        "stranger": signed_in(_account("stranger")),
        "departed": signed_in(departed),
        "closed": signed_in(closed),
        "neighbour": signed_in(_account("neighbour", RoleKind.SECRETARY, cancer)),
        "classmate": signed_in(Account.objects.get(login="trainee")),
        "office": signed_in(Account.objects.get(login="office")),
    }
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    seen = {
        "neighbour": {
            row.pk for row in Enrolment.objects.filter(unit__code__startswith=cancer.code)
        },
        "classmate": {row.pk for row in Enrolment.objects.filter(person__account__login="trainee")},
    }
    for who in place.clients:
        place.hidden[who] = _secrets(seen.get(who, set())) | _of_roster()
    place.hidden["office"] = set()


def _of_roster() -> set[str]:
    return {ROSTER_NAME, ROSTER_NUMBER, REASON, WAIVER_REASON}


def _secrets(seen: set[int]) -> set[str]:
    """Names, numbers and panels of all trainees but those seen; no part of a name that is seen."""
    rows = list(Enrolment.objects.select_related("person").prefetch_related("panels"))
    assert seen < {row.pk for row in rows}
    visible = " ".join(_words(row) for row in rows if row.pk in seen)
    hidden = {word for row in rows if row.pk not in seen for word in _words(row).split("|") if word}
    return {word for word in hidden if word not in visible}


def _words(row: Enrolment) -> str:
    panels = [panel.number for panel in row.panels.all()]
    person = row.person
    return "|".join([person.name_zh, person.name_en, row.student_number, *panels])


def _preview(office: Client) -> str:
    """A workbook that the office handed in, and its preview, which names a trainee."""
    from preceptor.jobs.tasks import roster_preview
    from roster_workbooks import Book, trainee

    book = Book()
    book.trainees(trainee(ROSTER_NUMBER, name=ROSTER_NAME), trainee("20239910002", code="999999"))
    upload = SimpleUploadedFile("名册.xlsx", book.file().read())
    response = office.post(reverse("roster"), {"file": upload})
    assert response.status_code == 302
    job = Job.objects.get(task="roster.preview")
    job.result = roster_preview.func(**job.arguments["kwargs"])
    job.state = JobState.DONE
    job.save()
    return str(job.key)


def _planned(root: Unit, base: PackInForce) -> int:
    """A proposed change that concerns trainees of many units, with its effect worked out."""
    draft = PackDraft.objects.create(
        institution=root, pack=base.pack, base=base, overlay=CHANGED, state=DraftState.PROPOSED,
        author="office", author_key="account:0",
    )  # fmt: skip
    kept = preview_draft(draft, by=OPERATOR)
    assert len({row.enrolment.unit_id for row in kept.rows.all()}) > 3
    keep_draft_facts(draft, kept.on)
    return draft.pk


def _guided(place: Place) -> None:
    """A guidance committee of the trainee: charter as a file, an advice, a meeting with minutes."""
    subject, first = place.subject, today() - timedelta(days=30)
    body = set_up_body(
        institution=place.root, unit=subject.unit, code="G-DOOR", kind="guidance",
        name_zh=f"{subject.person.name_zh}指导小组", name_en="Guidance committee",
        person=subject.person, opened_on=first, by=OPERATOR,
    )  # fmt: skip
    chair = Person.objects.filter(institution=place.root).exclude(pk=subject.person_id).first()
    assert chair is not None
    seat = give_seat(body=body, person=chair, role="chair", valid_from=first, by=OPERATOR)
    term = give_seat(
        body=body, role="adviser", valid_from=first, valid_to=today() + timedelta(days=30),
        person=Person.objects.exclude(pk__in=(subject.person_id, chair.pk)).order_by("pk")[0],
        by=OPERATOR,
    )  # fmt: skip
    # A first version, so that the keys of body and charter differ.
    give_charter(body=body, title_zh="章程", text_zh=REASON, valid_from=first, by=OPERATOR)
    charter = give_charter(
        body=body, title_zh="章程", content=io.BytesIO(b"%PDF-1.7"), file_name="charter.pdf",
        valid_from=first + timedelta(days=1), by=OPERATOR,
    )  # fmt: skip
    place.body_term = term.pk
    advice = advise(
        body=body, text=REASON, given_on=first, person=subject.person, owner_unit=subject.unit,
        by=OPERATOR,
    )  # fmt: skip
    sitting = call_meeting(body=body, starts_at=timezone.now(), by=OPERATOR)
    open_sitting(sitting=sitting, by=OPERATOR)
    close_sitting(sitting=sitting, record=REASON, by=OPERATOR)
    place.body_since = first.year
    place.body, place.body_seat, place.charter = body.pk, seat.pk, charter.pk
    place.advice, place.minuted = advice.pk, sitting.pk
    place.minutes = write_minutes(sitting=sitting, language="zh", by=OPERATOR).pk


def make(home: Path) -> Place:
    build(scale=SCALE, by=OPERATOR)
    rules_in_force()
    root = institution(INSTITUTION)
    panel = Panel.objects.get(number="P-2024-0001")
    subject = panel.enrolment
    change_state(
        enrolment=subject, to=EnrolmentState.SUSPENDED, on=today(), reason=REASON, by=OPERATOR
    )
    waiver = ask_waiver(
        enrolment=subject, panel=panel, rule="panel.defence.size", valid_from=date(2024, 1, 1),
        valid_to=date(2024, 12, 31), paper="test paper", reason=WAIVER_REASON, by=OPERATOR,
    )  # fmt: skip
    census = freeze(root, DAY, by=OPERATOR)
    write_report(
        census, languages=["zh", "en"], formats=["html", "docx"], folder=home / "report" / "2023",
        by=OPERATOR,
    )  # fmt: skip
    figure = census.figures.get(key="enrolled.fulltime_prof_doctoral", scope=f"{INSTITUTION}-DP")
    place = Place(root, subject, panel, census, figure.pk, "", home, waiver.pk)
    force = PackInForce.objects.get(institution=root, pack="yunting/clinical-doctorate")
    place.planned = _planned(root, force)
    place.draft = open_draft(institution=root, base=force, by=OPERATOR).pk
    _people(place)
    place.job = _preview(place.clients["office"])
    make_cases(place, REASON)
    make_tie(place, REASON)
    place.agreed = make_agreement(place)
    make_call(place, REASON)
    make_laboratory(place, REASON)
    make_fellow(place, REASON)
    _sitting(place)
    _guided(place)
    return place


def _sitting(place: Place) -> None:
    """A sitting of the trainee's hospital with one outsider, who has a link to the invitation."""
    given = {"institution": place.root, "by": OPERATOR}
    expert = register_persons(persons=[NewPerson("expert", "E-1", "罗观澜")], **given)["E-1"]
    held = plan_sitting(
        unit=place.subject.unit, title_zh="学位论文答辩会", title_en="Thesis defence",
        seats=[NewSittingSeat(expert, "member")],
        starts_at=timezone.now() + timedelta(days=3), **given,
    )  # fmt: skip
    voting = Voting(Share(1, 2, more_than=True))
    item = put_on_agenda(sitting=held, title_zh="是否通过", voting=voting, by=OPERATOR)
    seat = held.seats.get()
    _link, place.token = make_link(seat=seat, purpose="invitation", by=OPERATOR)
    _feed, place.feed = make_feed(account=secretary_role().account, by=OPERATOR)
    place.sitting, place.sitting_seat, place.item = held.pk, seat.pk, item.pk


#: What is written while pages are opened: nothing of the records, and nothing of a person.
BESIDE_RECORDS = ("django_session", "base_guessing")
_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|CREATE|DROP|ALTER)", re.I)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change a table, but for sessions and the count of links and keys tried in
    vain, which is no record; all is taken back at the end."""
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITES.match(sql) and not any(table in sql for table in BESIDE_RECORDS):
            found.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield found
        transaction.set_rollback(True)


def row_counts() -> dict[str, int]:
    """How many rows each table has, but for those beside the records."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            if table not in BESIDE_RECORDS:
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
                counts[table] = cursor.fetchone()[0]
    return counts


def told(response: Any) -> str:
    """All that an answer tells: its headers, its body, and what is packed into the body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    parts = [
        f"{name}: {unquote(value)}"  # a name in a header is written in percents
        for name, value in response.headers.items()
        if name != "Content-Length"
    ]
    if body.startswith(b"PK"):
        parts += unpacked(body).values()
    elif response.headers.get("Content-Type", "").startswith("application/json"):
        parts.append(readable(body))
    else:
        parts.append(body.decode("utf-8", "replace"))
    return "\n".join(parts)


def leaks(place: Place, who: str, text: str, typed: str = "") -> set[str]:
    """The secrets that the text tells to one from whom they are hidden; typed ones come back."""
    return {word for word in place.hidden[who] if word in text and word not in typed}


_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def without_address(text: str, key: object) -> str:
    """The answer without its own address and token: what is left must not tell two apart."""
    return _TOKEN.sub("", text).replace(f"/{key}/", "/KEY/").replace(f"%2F{key}%2F", "%2FKEY%2F")
