"""A sitting of nine members for tests: who sits, who has an account, and how each votes.

The fixtures `meeting` and `voting_now` are in sitting_fixtures.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.cases.actions.agenda import put_on_agenda
from preceptor.cases.actions.attendance import mark_presence
from preceptor.cases.actions.sitting import NewSittingSeat, open_sitting, plan_sitting
from preceptor.cases.choices import BodyRole
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import Item, Sitting, SittingSeat
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit
from preceptor.people.actions import NewPerson, grant_role, open_account, register_persons
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Contact, Person

#: Two thirds of all must be there; more than half of those present carry.
SECRET = Voting(passes=Share(1, 2, of="present", more_than=True))
OPEN = Voting(passes=Share(1, 2, of="present", more_than=True), is_secret=False)
MEMBERS = 9
PASSWORD = "only-for-tests-2026"
SURNAMES = "秦钟苏叶白温陆罗穆"


@dataclass(frozen=True)
class Hall:
    """A small university: two hospitals and one account of each role, nobody enrolled."""

    institution: Unit
    general: Unit
    cancer: Unit
    secretary: Account
    neighbour: Account
    office: Account
    leader: Account
    stranger: Account


def make_hall() -> Hall:
    """The university with its officers; cheap, because no rule judges anybody."""
    root = _unit(None, "YT", "university", "云汀医科大学", "Yunting Medical University")
    general = _unit(root, "YT-01", "hospital", "总医院", "General Hospital")
    cancer = _unit(root, "YT-02", "hospital", "肿瘤医院", "Cancer Hospital")
    kinds = (
        ("secretary", RoleKind.SECRETARY, general), ("neighbour", RoleKind.SECRETARY, cancer),
        ("office", RoleKind.OFFICE, root), ("leader", RoleKind.LEADER, root),
        ("stranger", None, root),
    )  # fmt: skip
    return Hall(root, general, cancer, *(_officer(*given) for given in kinds))


def _unit(upper: Unit | None, code: str, kind: str, name_zh: str, name_en: str) -> Unit:
    return open_unit(
        upper=upper, code=code, kind=kind, name_zh=name_zh, name_en=name_en,
        valid_from=date(1951, 6, 1), by=OPERATOR,
    )  # fmt: skip


def _officer(login: str, kind: RoleKind | None, unit: Unit) -> Account:
    account = open_account(login=login, name=login, password=PASSWORD, person=None, by=OPERATOR)
    if kind is not None:
        grant_role(account=account, kind=kind, unit=unit, valid_from=date(2020, 1, 1), by=OPERATOR)
    return account


def signed_in(account: Account | None, language: str = "zh-hans") -> Client:
    """A client signed in as the account, or nobody's."""
    client = Client()
    if account is not None:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["language"] = language
    return client


@dataclass
class Meeting:
    """The sitting with its seats; the last member, 穆…, is an outsider without an account."""

    sitting: Sitting
    seats: list[SittingSeat]
    adviser: SittingSeat
    recorder: SittingSeat
    accounts: dict[int, Account] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    def account(self, place: int) -> Account:
        """The account of the member at the place."""
        return self.accounts[self.seats[place].pk]

    @property
    def item(self) -> Item:
        """The first item, as it stands now."""
        return Item.objects.get(pk=self.items[0].pk)


def persons(root: Any, count: int = MEMBERS + 2) -> list[Person]:
    """Members of whom the last is an outsider, then an adviser and a secretary."""
    new = [
        NewPerson(
            "expert", f"E{place}", f"{SURNAMES[place % 9]}若{'甲乙丙丁戊己庚辛壬癸子'[place]}"
        )
        for place in range(count)
    ]
    found = register_persons(institution=root, persons=new, by=OPERATOR)
    return [found[one.number] for one in new]


def _accounts(people: list[Person]) -> dict[int, Account]:
    """All but the outsider can sign in."""
    return {
        person.pk: open_account(
            login=f"member{place}", name=person.name_zh, password=PASSWORD, person=person,
            email=f"member{place}@example.edu", by=OPERATOR,
        )
        for place, person in enumerate(people)
        if place != MEMBERS - 1
    }  # fmt: skip


def starting(days: int = 7) -> datetime:
    """Nine in the morning: a sitting some hours later is on the same day, whenever the tests run."""
    nine = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    return nine + timedelta(days=days)


def make_meeting(hall: Hall, by: Any = OPERATOR, **changed: Any) -> Meeting:
    """Nine members (the first in the chair), an adviser and a secretary; a week from now."""
    people = persons(hall.institution)
    accounts = _accounts(people)
    Contact.objects.create(person=people[MEMBERS - 1], email="outsider@example.org")
    roles = [BodyRole.CHAIR, *[BodyRole.MEMBER] * 8, BodyRole.ADVISER, BodyRole.SECRETARY]
    given: dict[str, Any] = {
        "institution": hall.institution, "unit": hall.general, "title_zh": "学位论文答辩会",
        "title_en": "Thesis defence", "starts_at": starting(),
        "ends_at": starting() + timedelta(hours=3), "place": "总医院三号楼 201",
        "board": "training.panel",
    }  # fmt: skip
    seats = [NewSittingSeat(person, role) for person, role in zip(people, roles, strict=True)]
    sitting = plan_sitting(**(given | changed), seats=seats, by=by)
    rows = list(sitting.seats.select_related("person").order_by("pk"))
    by_seat = {row.pk: accounts[row.person_id] for row in rows if row.person_id in accounts}
    return Meeting(sitting, rows[:MEMBERS], rows[MEMBERS], rows[MEMBERS + 1], by_seat)


def add_item(meeting: Meeting, voting: Voting | None = SECRET, **changed: Any) -> Item:
    """One more item on the agenda."""
    given: dict[str, Any] = {"title_zh": "是否通过答辩", "title_en": "Whether the defence passed"}
    item = put_on_agenda(sitting=meeting.sitting, voting=voting, by=OPERATOR, **(given | changed))
    meeting.items.append(item)
    return item


def all_there(meeting: Meeting, absent: int = 0) -> None:
    """Open the sitting with everybody there but the last so many members."""
    open_sitting(sitting=meeting.sitting, by=OPERATOR)
    for seat in meeting.seats[: MEMBERS - absent]:
        mark_presence(seat=seat, is_present=True, by=OPERATOR)
