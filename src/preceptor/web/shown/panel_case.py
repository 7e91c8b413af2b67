"""A panel within its request: what may be done now, who answered, what was decided."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.base.together import Set, answer, asked, together
from preceptor.cases.choices import Answer, CaseState, SittingState, StageKind, VoteResult
from preceptor.cases.models import Item, SittingSeat
from preceptor.cases.queries import kind_of
from preceptor.standing.compositions import ties_asked
from preceptor.training.access import may_call, may_compose
from preceptor.training.models import MilestoneCase, Panel, PanelSeat, SeatLink
from preceptor.web.localised import localised
from preceptor.web.shown.composition import ties_shown

Shown = dict[str, Any]


def panel_case(panel: Panel, user: Any) -> Shown | None:
    """What panel/case.html takes; None for a panel without a request. Invitations and counts are
    for those who call the sitting; the result is for everybody who sees the panel. `panel` comes with
    its request, the request's case and kind, and its sitting."""
    row: MilestoneCase | None = getattr(panel, "milestone_case", None)
    if row is None:
        return None
    compose, call = may_compose(user, row), may_call(user, row)
    return {
        "case": row.case,
        "url": reverse("case", args=[row.case_id]),
        "title": localised(row.case, "title"),
        "attempt": row.attempt,
        "stage": _stage(row),
        "compose_url": reverse("panel_compose", args=[panel.pk]) if compose else "",
        "call": _call(panel, row, bool(call)),
        "sitting": _sitting(panel),
        "seats": _seats(panel, row) if call or compose else [],
        "result": _result(panel),
    }


def _stage(row: MilestoneCase) -> str:
    """Where the request is, or how it ended."""
    if row.case.state != CaseState.RUNNING:
        return str(row.case.get_state_display())
    title = kind_of(row.case).stage(row.case.stage).title
    return title.en if get_language() == "en" else title.zh


def _call(panel: Panel, row: MilestoneCase, may: bool) -> str:
    """The address at which the sitting is called, while none is."""
    if not may or row.case.stage_kind != StageKind.SITTING or _is_called(panel):
        return ""
    return reverse("panel_call", args=[panel.pk])


def _is_called(panel: Panel) -> bool:
    return panel.sitting is not None and panel.sitting.state != SittingState.CANCELLED


def _sitting(panel: Panel) -> Shown | None:
    held = panel.sitting
    if held is None:
        return None
    starts = timezone.localtime(held.starts_at) if held.starts_at else None
    return {
        "url": reverse("sitting", args=[held.pk]),
        "number": held.number,
        "at": starts.strftime("%Y-%m-%d %H:%M") if starts else "",
        "place": held.place,
        "state": held.get_state_display(),
    }


def _seats(panel: Panel, row: MilestoneCase) -> list[Shown]:
    """The invitations: who answered what, what ties to the trainee, also what came to be known since,
    and how a seat is given to somebody else; one query."""
    if not _is_called(panel):
        return []
    links = SeatLink.objects.filter(seat__panel=panel).select_related("sitting_seat")
    (ties, overrides), [linked] = answer(
        together(ties_asked(panel, row, today()), asked(Set(links)))
    )
    held = {link.seat_id: link.sitting_seat for link in linked}
    return [
        _invited(panel, seat, held[seat.pk])
        | {"conflicts": ties_shown(panel, seat.person_id, ties.get(seat.person_id, ()), overrides)}
        for seat in panel.seats.all()
        if seat.pk in held
    ]


def _invited(panel: Panel, seat: PanelSeat, held: SittingSeat) -> Shown:
    words = {Answer.ACCEPTED.value: "pass", Answer.DECLINED.value: "fail"}
    return {
        "key": seat.person_id,
        "name": localised(seat.person, "name"),
        "answer": Answer(held.answer).label if held.answer else _("no answer yet"),
        "tone": words.get(held.answer, "pending"),
        "replace_url": reverse("seat_replace", args=[panel.pk, seat.pk]),
        "remove_url": reverse("seat_remove", args=[panel.pk, seat.pk]),
    }


def _result(panel: Panel) -> Shown | None:
    """What the vote decided; None before it. One query for a panel that was called."""
    if panel.sitting_id is None:
        return None
    item = Item.objects.filter(sitting=panel.sitting_id).exclude(result="").first()
    if item is None:
        return None
    is_passed = item.result == VoteResult.PASSED
    return {"word": VoteResult(item.result).label, "tone": "pass" if is_passed else "fail"}
