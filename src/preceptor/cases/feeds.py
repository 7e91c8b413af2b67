"""What stands in the calendar that an account subscribes to: its sittings and its deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from preceptor.people.models import Account

from .choices import Answer, SittingState
from .links import digest_of
from .models import CalendarFeed, Item, Sitting, SittingSeat
from .queries import kind_of_row
from .tasks import TaskLine, tasks_of

#: So far back a calendar still shows what was.
BACK = timedelta(days=180)
#: More tasks than these are looked up in the list of tasks.
MOST_TASKS = 200


@dataclass(frozen=True)
class Meeting:
    """A sitting as a calendar tells it; `kind_zh` and `kind_en` say what is decided there, of nobody by
    name, empty where nothing tells. `is_off`: it does not take place, or not for this person."""

    sitting: Sitting
    kind_zh: str
    kind_en: str
    is_off: bool


@dataclass(frozen=True)
class Feed:
    """What one account has to come to and to do; only tasks with a deadline."""

    language: str
    meetings: tuple[Meeting, ...]
    tasks: tuple[TaskLine, ...]


def feed_of(token: str) -> Feed | None:
    """The calendar at the secret address; None for one that leads nowhere: never made, revoked, or of
    a closed account. A fixed number of queries."""
    rows = CalendarFeed.objects.filter(digest=digest_of(token), revoked_at=None)
    found = rows.filter(account__is_active=True).select_related("account").first()
    if found is None:
        return None
    tasks = tasks_of(found.account, most=MOST_TASKS)
    dated = tuple(line for line in tasks if line.due_on is not None)
    return Feed(found.language, tuple(meetings_of(found.account)), dated)


def live_feed(account: Account) -> CalendarFeed | None:
    """The address of the account that serves now; None where there is none. One query."""
    return CalendarFeed.objects.filter(account=account, revoked_at=None).first()


def meetings_of(account: Account, since: date | None = None) -> list[Meeting]:
    """The sittings at which the person of the account has or had a seat, and those called where a panel
    decides on that person's own request; from the day on, by default 180 days back. What was cancelled
    and seats given up stay, marked, so that a calendar takes them out. Three queries at most."""
    person = account.person_id
    if person is None:
        return []
    seats = SittingSeat.objects.filter(person=person).order_by("pk")
    taken = dict(seats.values_list("sitting", "pk"))
    gone = {row.sitting_id for row in seats if _is_gone(row)} - {
        row.sitting_id for row in seats if not _is_gone(row)
    }
    own = Item.objects.filter(case__person=person, sitting__body=None)
    own = own.exclude(sitting__state=SittingState.PLANNED)
    rows = Sitting.objects.filter(Q(pk__in=taken) | Q(pk__in=own.values("sitting")))
    rows = rows.filter(starts_at__gte=since or timezone.now() - BACK).select_related("body")
    sittings = list(rows.order_by("starts_at", "pk"))
    kinds = _kinds([row.pk for row in sittings])
    return [
        Meeting(
            row, *_named(row, kinds), row.state == SittingState.CANCELLED or row.pk in gone
        )
        for row in sittings
    ]  # fmt: skip


def _is_gone(seat: SittingSeat) -> bool:
    return seat.released_at is not None or seat.answer == Answer.DECLINED


def _kinds(sittings: list[int]) -> dict[int, tuple[str, str]]:
    """What kind of request is on the agenda of each sitting, the first where there are several."""
    rows = Item.objects.filter(sitting__in=sittings, case__isnull=False)
    found: dict[int, tuple[str, str]] = {}
    for item in rows.select_related("case__kind").order_by("pk"):
        assert item.case is not None
        title = kind_of_row(item.case.kind).title
        found.setdefault(item.sitting_id, (title.zh, title.en))
    return found


def _named(row: Sitting, kinds: Mapping[int, tuple[str, str]]) -> tuple[str, str]:
    if row.body is not None:
        return row.body.name_zh, row.body.name_en
    return kinds.get(row.pk, ("", ""))
