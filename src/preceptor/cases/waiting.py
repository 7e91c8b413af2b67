"""What of standing bodies waits on somebody, as lines of the task list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from preceptor.base.encryption import decrypted
from preceptor.base.today import today
from preceptor.people.access import scope

from .access.body import advice_to_follow
from .bodies import SOON, terms_ending, vacancies
from .models import Body, BodySeat
from .sources import Rows, Source, Told, told
from .tasks import TaskLine

#: So much of an advice tells which one it is.
WORDS = 40
FOLLOW, FILL = _("Follow up the advice"), _("The term ends: fill the seat")
VACANT = _("A seat is vacant: fill it")


def _advice_rows(user: Any) -> Rows | None:
    """The open advice that the user follows up."""
    reach = scope(user)
    if reach.person is None and not reach.kept:
        return None
    return told(
        advice_to_follow(user), "advice", number="body__code",
        zh="body__name_zh", en="body__name_en", text="text", since_on="given_on", due_on="due_on",
    )  # fmt: skip


def _advice_lines(user: Any, rows: list[Told]) -> Iterator[TaskLine]:
    stage = both(FOLLOW)
    for row in rows:
        text = decrypted(row.text).strip() if row.text else ""
        begin = text if len(text) <= WORDS else f"{text[:WORDS]}…"
        yield TaskLine(
            source="advice", key=row.key, noun="advice", noun_key=row.key, number=row.number or "",
            title_zh=f"{row.zh}：{begin}", title_en=f"{row.en}: {begin}", stage_zh=stage[0],
            stage_en=stage[1], since=_morning(row.since_on or today()), due_on=row.due_on,
        )  # fmt: skip


def _kept(user: Any) -> QuerySet[Body] | None:
    """The bodies that the user keeps today; None for who keeps none."""
    reach = scope(user)
    if not reach.everything and not reach.kept:
        return None
    kept = Q() if reach.everything else Q(unit__in=reach.kept)
    return Body.objects.filter(kept, Q(closed_on=None) | Q(closed_on__gte=today()))


def _told_of_seats(rows: QuerySet[BodySeat], source: str, **days: str) -> Rows:
    """The seats with their bodies and who holds or held them."""
    return told(
        rows, source, other="body_id", number="body__code", zh="body__name_zh",
        en="body__name_en", who_zh="person__name_zh", who_en="person__name_en", **days,
    )  # fmt: skip


def _term_rows(user: Any) -> Rows | None:
    """The seats, in bodies that the user keeps, whose term ends within 90 days and whose holder has
    no later one."""
    bodies = _kept(user)
    if bodies is None:
        return None
    return _told_of_seats(terms_ending(bodies, today()), "term", due_on="valid_to")


def _term_lines(user: Any, rows: list[Told]) -> Iterator[TaskLine]:
    stage = both(FILL)
    for row in rows:
        # Every seat that ends has a last day: `terms_ending` asks for one.
        last = row.due_on or today()
        yield TaskLine(
            source="term", key=row.key, noun="body", noun_key=row.other or 0,
            number=row.number or "", title_zh=f"{row.zh}：{row.who_zh}",
            title_en=f"{row.en}: {row.who_en or row.who_zh}", stage_zh=stage[0],
            stage_en=stage[1], since=_morning(last - SOON), due_on=last,
        )  # fmt: skip


def _vacant_rows(user: Any) -> Rows | None:
    """The seats that ended and were not filled, in bodies that the user keeps."""
    bodies = _kept(user)
    if bodies is None:
        return None
    return _told_of_seats(vacancies(bodies, today()), "vacancy", since_on="valid_to")


def _vacant_lines(user: Any, rows: list[Told]) -> Iterator[TaskLine]:
    """One line a body, of the seat that ended last: its page shows all that are vacant."""
    stage = both(VACANT)
    newest: dict[int, Told] = {}
    for row in sorted(rows, key=lambda one: (one.since_on or date.min, one.key)):
        newest[row.other or 0] = row
    for body, row in newest.items():
        # Every seat that ended has a last day: `vacancies` asks for one.
        since = (row.since_on or today()) + timedelta(days=1)
        yield TaskLine(
            source="vacancy", key=row.key, noun="body", noun_key=body,
            number=row.number or "", title_zh=f"{row.zh}：{row.who_zh}",
            title_en=f"{row.en}: {row.who_en or row.who_zh}", stage_zh=stage[0],
            stage_en=stage[1], since=_morning(since),
        )  # fmt: skip


def _morning(day: date) -> datetime:
    """The first moment of a day, in the institution's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def both(text: Promise) -> tuple[str, str]:
    """A text in Chinese and English."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(str(text))
    return said[0], said[1]


ADVICE = Source(_advice_rows, _advice_lines)
TERMS = Source(_term_rows, _term_lines)
VACANCIES = Source(_vacant_rows, _vacant_lines)
