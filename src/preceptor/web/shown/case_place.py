"""Where a request is, with whom, and until when, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.cases.access import is_staff
from preceptor.cases.choices import CaseState
from preceptor.cases.kinds.kind import Words
from preceptor.cases.models import Case
from preceptor.cases.queries import Holder, Whereabouts, kind_of
from preceptor.people.choices import RoleKind

Shown = dict[str, Any]
TONES = {
    CaseState.DRAFT: "none", CaseState.RUNNING: "info", CaseState.RETURNED: "warn",
    CaseState.GRANTED: "pass", CaseState.REFUSED: "fail", CaseState.WITHDRAWN: "none",
}  # fmt: skip


def within(words: Words) -> str:
    """The text in the reader's language; in the other one where it is not written."""
    return (words.en or words.zh) if get_language() == "en" else (words.zh or words.en)


def holder_text(holder: Holder) -> str:
    """A person by name; a role with the unit."""
    english = get_language() == "en"
    name = (holder.name_en or holder.name_zh) if english else (holder.name_zh or holder.name_en)
    if not holder.role:
        return name
    role = RoleKind(holder.role).label
    return _("%(role)s (%(unit)s)") % {"role": role, "unit": name}


def holders_text(holders: Sequence[Holder]) -> str:
    """All with whom the request is."""
    return pgettext("between names", ", ").join(holder_text(holder) for holder in holders)


def is_late(case: Case) -> bool:
    """Whether the request is under way and its deadline has passed."""
    return case.state == CaseState.RUNNING and case.due_on is not None and case.due_on < today()


def due_text(due_on: date | None) -> str:
    """Until when, and how long that is; empty without a deadline."""
    if due_on is None:
        return ""
    left = (due_on - today()).days
    values = {"day": due_on.isoformat(), "days": abs(left)}
    if left < 0:
        return _("%(day)s, %(days)s days overdue") % values
    return _("%(day)s, today") % values if left == 0 else _("%(day)s, %(days)s days left") % values


def day_of(instant: datetime | None) -> str:
    """The day of an instant, here; empty where there is none."""
    return timezone.localdate(instant).isoformat() if instant else ""


def lists_stage(user: Any, case: Case) -> bool:
    """Whether a list may say at which stage the case is: of a kind whose subject reads only the end,
    to those alone who read the unit."""
    return kind_of(case).sees != "outcome" or is_staff(user, case)


def place_cell(user: Any, case: Case, places: Mapping[int, Whereabouts]) -> Shown:
    """The stage and with whom it is; the state where the case is not under way, or nothing more may
    be told."""
    where = places[case.pk]
    if where.stage is None or not lists_stage(user, case):
        return {"text": CaseState(case.state).label}
    return {"text": within(where.stage), "note": holders_text(where.holders)}
