"""What of this room waits on somebody, as lines of the task list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.cases.sources import Rows, Source, Told, told
from preceptor.cases.tasks import TaskLine
from preceptor.cases.waiting import both
from preceptor.people.access import scope

from .access import HEADS, LOWER, bound_places, near_waivers, waiting_drafts

SIGN, APPROVE = _("Sign the waiver"), _("Approve the planned change of a rule pack")


def _waiver_rows(user: Any) -> Rows | None:
    """The waivers that wait for the user's signature; of those from rules of a part
    of the institution some too many."""
    reach = scope(user)
    if not reach.units and not reach.kinds & set(HEADS):
        return None
    return told(
        near_waivers(user), "waiver", other="enrolment__unit_id",
        number="enrolment__student_number", zh="pack", en="layer",
        who_zh="enrolment__person__name_zh", who_en="enrolment__person__name_en", since="asked_at",
    )  # fmt: skip


def _waiver_lines(user: Any, rows: list[Told]) -> Iterator[TaskLine]:
    stage_zh, stage_en = both(SIGN)
    is_asked = any(row.en in LOWER for row in rows)
    bound = bound_places(user) if is_asked else []
    for row in rows:
        pack, layer = row.zh, row.en
        if layer in LOWER and not any(pack == one and row.other in below for one, below in bound):
            continue
        yield TaskLine(
            source="waiver", key=row.key, noun="waiver", noun_key=row.key,
            number=row.number or "", title_zh=f"豁免：{row.who_zh}",
            title_en=f"Waiver: {row.who_en or row.who_zh}", stage_zh=stage_zh, stage_en=stage_en,
            since=row.since or timezone.now(),
        )  # fmt: skip


def _draft_rows(user: Any) -> Rows | None:
    """The planned changes that wait for the user's approval."""
    reach = scope(user)
    if not reach.everything and not reach.kinds & set(HEADS):
        return None
    return told(
        waiting_drafts(user), "draft", zh="pack", since="changed_at",
        due_on="effective_from",
    )  # fmt: skip


def _draft_lines(user: Any, rows: list[Told]) -> Iterator[TaskLine]:
    stage_zh, stage_en = both(APPROVE)
    for row in rows:
        yield TaskLine(
            source="draft", key=row.key, noun="draft", noun_key=row.key, number=str(row.key),
            title_zh=row.zh or "", title_en=row.zh or "", stage_zh=stage_zh, stage_en=stage_en,
            since=row.since or timezone.now(), due_on=row.due_on,
        )  # fmt: skip


WAIVERS = Source(_waiver_rows, _waiver_lines)
DRAFTS = Source(_draft_rows, _draft_lines)
