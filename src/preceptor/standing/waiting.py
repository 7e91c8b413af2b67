"""What of this room waits on somebody, as lines of the task list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from preceptor.cases.tasks import TaskLine

from .access import waiting_drafts, waiting_waivers
from .models import PackDraft, Waiver

#: So many of each are shown among the tasks; their own lists show all.
MOST = 100
SIGN, APPROVE = _("Sign the waiver"), _("Approve the planned change of a rule pack")


def _both(text: Any) -> tuple[str, str]:
    """A text in Chinese and English."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(str(text))
    return said[0], said[1]


def waiver_lines(user: Any) -> list[TaskLine]:
    """The waivers that wait for the user's signature, the oldest first."""
    rows = waiting_waivers(user).select_related("enrolment__person").order_by("asked_at", "id")
    stage_zh, stage_en = _both(SIGN)
    return [_waiver(row, stage_zh, stage_en) for row in rows.defer("reason")[:MOST]]


def _waiver(row: Waiver, stage_zh: str, stage_en: str) -> TaskLine:
    person = row.enrolment.person
    return TaskLine(
        source="waiver", key=row.pk, noun="waiver", noun_key=row.pk,
        number=row.enrolment.student_number, title_zh=f"豁免：{person.name_zh}",
        title_en=f"Waiver: {person.name_en or person.name_zh}", stage_zh=stage_zh,
        stage_en=stage_en, since=row.asked_at,
    )  # fmt: skip


def draft_lines(user: Any) -> list[TaskLine]:
    """The planned changes that wait for the user's approval, the oldest first."""
    stage_zh, stage_en = _both(APPROVE)
    rows = waiting_drafts(user).order_by("changed_at", "id").defer("overlay")[:MOST]
    return [_draft(row, stage_zh, stage_en) for row in rows]


def _draft(row: PackDraft, stage_zh: str, stage_en: str) -> TaskLine:
    return TaskLine(
        source="draft", key=row.pk, noun="draft", noun_key=row.pk, number=str(row.pk),
        title_zh=row.pack, title_en=row.pack, stage_zh=stage_zh, stage_en=stage_en,
        since=row.changed_at, due_on=row.effective_from,
    )  # fmt: skip
