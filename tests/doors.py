"""Every door of the house: who may open it, with which keys, and what must not come out of it.

Behind them lies the demo institution at a twentieth of its size, judged, frozen and reported, with
a trainee whose record has a reason that stands nowhere else, and accounts of people who have no
business there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from planned_overlays import CHANGED
from preceptor.base.actors import OPERATOR
from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.demo.actions import INSTITUTION, build
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.models import Regulation, Unit
from preceptor.institutions.queries import institution
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Role
from preceptor.reports.actions import freeze, write_report
from preceptor.reports.models import Census
from preceptor.standing.actions import ask_waiver, open_draft, preview_draft
from preceptor.standing.choices import DraftState
from preceptor.standing.models import PackDraft, PackInForce
from preceptor.standing.preview.keeping import keep_draft_facts
from preceptor.training.actions import change_state
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment, Panel

DAY = date(2023, 12, 31)
SCALE = Decimal("0.05")
REASON = "家中老屋失火，停学照料祖母"
WAIVER_REASON = "委员因台风滞留外地，无法到会"
ROSTER_NAME = "祝寒汀"
ROSTER_NUMBER = "20239910001"
BACKEND = "django.contrib.auth.backends.ModelBackend"
#: A key that no row has, and that no database counts up to while a test runs.
UNKNOWN = 987_654_321

Keys = tuple[Any, ...]


class For(Enum):
    """For whom a door is."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    MEMBER = "of the institution"
    READER = "secretary, office, leader"
    OFFICE = "office"
    CONCERNED = "who has to do with the trainee"


@dataclass(frozen=True)
class Door:
    """For whom it is, the keys of what lies behind it, and whether something can be sent there."""

    whom: For
    keys: Callable[[Place], Keys] = lambda place: ()
    odd: tuple[Keys, ...] = ()
    posts: bool = False
    gets: bool = True
    queries: tuple[str, ...] = ()

    def may_open(self, who: str) -> bool:
        """Whether the door is for the outsider."""
        return self.whom in OPENS[who]


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
    draft: int = 0
    planned: int = 0
    clients: dict[str, Client] = field(default_factory=dict)
    hidden: dict[str, set[str]] = field(default_factory=dict)

    def address(self, name: str, keys: Keys | None = None) -> str:
        """Where the door is, with the keys of what lies behind it unless others are given."""
        chosen = DOORS[name].keys(self) if keys is None else keys
        return reverse(name, args=chosen)

    def named_in(self, name: str) -> set[str]:
        """The report is one text for all its readers: it names panels that break a rule by their
        number, and nobody by name."""
        return {self.panel.number} if name.startswith("report") else set()


INTEGERS: tuple[Keys, ...] = ((0,), (UNKNOWN,), (2**31,), (2**63,), (10**40,))
TEXTS: tuple[Keys, ...] = (
    ("0",), ("none",), ("..",), ("' OR 1=1 --",), ("%",), ("\x00",), ("林",), ("a" * 3000,),
)  # fmt: skip
NIL = ("00000000-0000-0000-0000-000000000000",)
LISTS = (
    "after=%00", "after=%00~1", "before=2021%00~1", "before=~", "after=~999999999999999999999999",
    "before=x~-1", "unit=-1",
    "unit=99999999999999999999", "cohort=%00", "cohort=99999999999999999999", "direction=%00",
    "rule=no.such.rule", "verdict=never", "state=%F0%9F%92%A5", "supervisor=0",
    "supervisor=99999999999999999999", "q=%00", "q=%EF%BF%BF", "q=%25", "q=_", "q=" + "x" * 4000,
    "on=2023-02-30", "on=%00", "verdict=fail&rule=training.clinical", "q=%ED%A0%80",
)  # fmt: skip

DAYS = ("on=2023-02-30", "on=%00", "on=0001-01-01", "on=9999-12-31")


def secretary_role() -> Role:
    """The role of the demo institution's secretary."""
    return Role.objects.known().get(account__login="secretary")


def _draft(*parts: str) -> Callable[[Place], Keys]:
    """The keys of the planned change that lies behind the doors, and of a part of it."""
    return lambda place: (place.draft, *parts)


def _under(texts: tuple[Keys, ...]) -> tuple[Keys, ...]:
    """Odd texts below a draft that nobody has."""
    return tuple((UNKNOWN, *text) for text in texts)


DOORS: dict[str, Door] = {
    "home": Door(For.SIGNED_IN),
    "sign_in": Door(For.ANYBODY, posts=True, queries=("next=//example.org", "next=%00")),
    "sign_out": Door(For.SIGNED_IN, posts=True, gets=False),
    "account": Door(For.SIGNED_IN),
    "password_change": Door(For.SIGNED_IN, posts=True),
    "set_theme": Door(For.ANYBODY, posts=True, gets=False),
    "set_language": Door(For.ANYBODY, posts=True, gets=False),
    "search": Door(For.SIGNED_IN, queries=LISTS),
    "health": Door(For.ANYBODY, queries=("format=json", "format=%00")),
    "enrolments": Door(For.SIGNED_IN, queries=LISTS),
    "enrolments_export": Door(For.SIGNED_IN, queries=LISTS),
    "enrolment": Door(
        For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS,
        queries=("show=standing", "show=timeline", "show=courses", "show=panels", "show=record"),
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
    "drafts": Door(For.OFFICE),
    "draft_open": Door(
        For.OFFICE, lambda place: ("yunting/clinical-doctorate",), TEXTS, posts=True,
        queries=("unit=99999999999999", "unit=%00", "unit=-1&rule=%F0%9F%92%A5"),
    ),
    "draft_new": Door(For.OFFICE, posts=True),
    "draft": Door(
        For.OFFICE, _draft(), INTEGERS,
        queries=("show=values", "show=rules", "show=facts", "show=sources", "show=text", "show=%00"),
    ),
    "draft_undo": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_head": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_check": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_propose": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_decide": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_withdraw": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_renew": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_parameter_new": Door(
        For.OFFICE, _draft(), INTEGERS, posts=True,
        queries=("type=int", "type=list(int)", "type=map(supervisor.grade, int)", "type=%00"),
    ),
    "draft_parameter": Door(
        For.OFFICE, _draft("clinical_months"), _under(TEXTS), posts=True
    ),
    "draft_value_remove": Door(
        For.OFFICE, _draft("clinical_months"), _under(TEXTS), posts=True, gets=False
    ),
    "draft_upper": Door(
        For.OFFICE, _draft("defence_min", "cn/degrees-law"),
        tuple((UNKNOWN, "defence_min", pack) for (pack,) in TEXTS), posts=True,
    ),
    "draft_rule_new": Door(
        For.OFFICE, _draft(), INTEGERS, posts=True, queries=("subject=panel", "subject=%00")
    ),
    "draft_rule": Door(For.OFFICE, _draft("training.clinical"), _under(TEXTS), posts=True),
    "draft_examples": Door(For.OFFICE, _draft("training.clinical"), _under(TEXTS), posts=True),
    "draft_example_new": Door(For.OFFICE, _draft("training.clinical"), _under(TEXTS), posts=True),
    "draft_condition": Door(
        For.OFFICE, _draft("training.clinical", "require"),
        tuple((UNKNOWN, "training.clinical", part) for (part,) in TEXTS), posts=True,
        queries=("as=text", "as=%00"),
    ),
    "draft_fact_new": Door(
        For.OFFICE, _draft(), INTEGERS, posts=True, queries=("subject=panel", "subject=%00")
    ),
    "draft_fact": Door(
        For.OFFICE, _draft("panel", "size"),
        tuple((UNKNOWN, "panel", fact) for (fact,) in TEXTS), posts=True,
    ),
    "draft_filter": Door(
        For.OFFICE, _draft("panel", "size"),
        tuple((UNKNOWN, "panel", fact) for (fact,) in TEXTS), posts=True,
    ),
    "draft_preview": Door(
        For.READER, lambda place: (place.planned,), INTEGERS, posts=True,
        queries=(*LISTS, "show=decisions", "show=%00", "change=pass%3Efail", "change=%00"),
    ),
    "draft_preview_export": Door(
        For.READER, lambda place: (place.planned,), INTEGERS,
        queries=(*LISTS, "show=decisions", "change=a%3Eb"),
    ),
    "draft_slider": Door(
        For.OFFICE, lambda place: (place.planned,), INTEGERS, posts=True,
        queries=("topic=x~y~z", "topic=%00", "value=%00", "value=NaN", "value=1e999"),
    ),
    "rule_slider": Door(
        For.OFFICE, lambda place: ("training.clinical",), TEXTS, posts=True,
        queries=("topic=%00", "value=9999999999999999999999"),
    ),
    "what_if": Door(
        For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS,
        queries=("rotation=specialty&first=2023-01&last=2023-12", "step=defence&passed_on=9999-12-31",
                 "similarity=%00", "similarity=NaN", "first=0001-01&last=9999-12&rotation=other"),
    ),
    "draft_source_new": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_source": Door(For.OFFICE, _draft("report2023"), _under(TEXTS), posts=True),
    "draft_record": Door(For.OFFICE, _draft("panel"), _under(TEXTS), posts=True),
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

#: Who stands before the doors, and which of them open to each.
OPENS = {
    "stranger": {For.ANYBODY, For.SIGNED_IN},
    "departed": {For.ANYBODY, For.SIGNED_IN},
    "neighbour": {For.ANYBODY, For.SIGNED_IN, For.MEMBER, For.READER},
    "classmate": {For.ANYBODY, For.SIGNED_IN, For.MEMBER},
}
OUTSIDERS = tuple(OPENS)


def names_of_all_addresses() -> list[str | None]:
    """The name of every URL pattern that the product answers to."""
    found: list[str | None] = []
    for entry in get_resolver().url_patterns:
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
    return place


_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|CREATE|DROP|ALTER)", re.I)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change a table, but for sessions; all is taken back at the end."""
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITES.match(sql) and "django_session" not in sql:
            found.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield found
        transaction.set_rollback(True)


def row_counts() -> dict[str, int]:
    """How many rows each table has, but for the sessions."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            if table != "django_session":
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
                counts[table] = cursor.fetchone()[0]
    return counts


def told(response: Any) -> str:
    """All that an answer tells: its headers, its body, and what is packed into the body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    parts = [
        f"{name}: {value}" for name, value in response.headers.items() if name != "Content-Length"
    ]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
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
