"""The requests about one record of fellows: where each is, with whom, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.together import Question, Set, first_of
from preceptor.cases.access import visible_cases
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.cases.queries import Whereabouts, whereabouts, whereabouts_asked
from preceptor.web.localised import localised
from preceptor.web.shown.case_place import (
    TONES,
    day_of,
    due_text,
    holders_text,
    lists_stage,
    within,
)

Shown = dict[str, Any]
#: So many are shown, the newest first.
MOST = 20


def cases_about(user: Any, **about: Any) -> QuerySet[Case]:
    """The requests that the reader may see about the record, the newest first."""
    rows = visible_cases(user).filter(**about).select_related("kind", "unit", "person")
    return rows.order_by("-pk")


def requests_shown(user: Any, cases: Sequence[Case]) -> list[Shown]:
    """Title, state, with whom, until when and what follows, as far as the reader may be told; one
    query."""
    places = whereabouts(cases)
    return [_shown(user, case, places[case.pk]) for case in cases]


def requests_asked(user: Any, cases: QuerySet[Case], most: int = MOST) -> Question[list[Shown]]:
    """The first of the requests as `requests_shown` tells of them; a set in each of two rounds."""
    [found] = yield [Set(first_of(cases, most))]
    places = yield from whereabouts_asked(found)
    return [_shown(user, case, places[case.pk]) for case in found]


def _shown(user: Any, case: Case, place: Whereabouts) -> Shown:
    shown = {
        "key": case.pk,
        "url": reverse("case", args=[case.pk]),
        "title": localised(case, "title"),
        "number": case.number or "",
        "state": CaseState(case.state).label,
        "tone": TONES[CaseState(case.state)],
        "day": day_of(case.decided_at or case.submitted_at),
        "is_open": case.state in (CaseState.DRAFT, CaseState.RUNNING, CaseState.RETURNED),
        "next": "",
    }
    if case.state == CaseState.DRAFT:
        return shown | {"next": _("Hand in the documents and submit it.")}
    if case.state == CaseState.RETURNED:
        return shown | {"next": _("Correct what was asked for and submit it again.")}
    if place.stage is None or not lists_stage(user, case):
        return shown
    return shown | {"next": _ahead(place), "due": due_text(case.due_on)}


def _ahead(place: Whereabouts) -> str:
    """The stage, with whom it is, and which stages can follow."""
    if place.stage is None:
        return ""
    said = _("%(stage)s, with %(holders)s.") % {
        "stage": within(place.stage), "holders": holders_text(place.holders),
    }  # fmt: skip
    later = pgettext("between names", ", ").join(within(title) for title in place.next_stages)
    if not later:
        return said
    return said + _(" Then: %(stages)s.") % {"stages": later}
