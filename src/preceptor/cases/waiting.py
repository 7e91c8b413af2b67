"""What of standing bodies waits on somebody, as lines of the task list."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from preceptor.base.today import today
from preceptor.people.access import scope

from .access.body import advice_to_follow
from .bodies import SOON, terms_ending
from .models import Advice, Body, BodySeat
from .tasks import TaskLine

#: So many of each are shown among the tasks; the pages of the bodies show all.
MOST = 100
#: So much of an advice tells which one it is.
WORDS = 40
FOLLOW, FILL = _("Follow up the advice"), _("The term ends: fill the seat")


def advice_lines(user: Any) -> list[TaskLine]:
    """The open advice that the user follows up, what is due first first; one query."""
    rows = advice_to_follow(user).select_related("body").order_by("due_on", "id")[:MOST]
    stage = _both(FOLLOW)
    return [_advice(row, stage) for row in rows]


def _advice(row: Advice, stage: tuple[str, str]) -> TaskLine:
    text = (row.text or "").strip()
    told = text if len(text) <= WORDS else f"{text[:WORDS]}…"
    return TaskLine(
        source="advice", key=row.pk, noun="advice", noun_key=row.pk, number=row.body.code,
        title_zh=f"{row.body.name_zh}：{told}", title_en=f"{row.body.name_en}: {told}",
        stage_zh=stage[0], stage_en=stage[1], since=_morning(row.given_on), due_on=row.due_on,
    )  # fmt: skip


def term_lines(user: Any) -> list[TaskLine]:
    """The seats, in bodies that the user keeps, whose term ends within 90 days and whose holder has
    no later one; soonest first. One query, none for whoever keeps nothing."""
    reach = scope(user)
    if not reach.everything and not reach.kept:
        return []
    kept = Q() if reach.everything else Q(unit__in=reach.kept)
    bodies = Body.objects.filter(kept, Q(closed_on=None) | Q(closed_on__gte=today()))
    stage = _both(FILL)
    return [_term(seat, stage) for seat in terms_ending(bodies, today())[:MOST]]


def _term(seat: BodySeat, stage: tuple[str, str]) -> TaskLine:
    person, body = seat.person, seat.body
    # Every seat that ends has a last day: `terms_ending` asks for one.
    last = seat.valid_to or today()
    return TaskLine(
        source="term", key=seat.pk, noun="body", noun_key=body.pk, number=body.code,
        title_zh=f"{body.name_zh}：{person.name_zh}",
        title_en=f"{body.name_en}: {person.name_en or person.name_zh}",
        stage_zh=stage[0], stage_en=stage[1], since=_morning(last - SOON), due_on=last,
    )  # fmt: skip


def _morning(day: date) -> datetime:
    """The first moment of a day, in the institution's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _both(text: Promise) -> tuple[str, str]:
    """A text in Chinese and English."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(str(text))
    return said[0], said[1]
