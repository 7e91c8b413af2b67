"""The comparison of the applications to a call, for those who read them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preceptor.base.together import Set, read_together
from preceptor.calls.access import may_keep_call, visible_applications
from preceptor.calls.choices import CallState, OfferState, Result
from preceptor.calls.models import Call, Offer
from preceptor.calls.queries import ALIVE, Ranked, offers_of, ranking
from preceptor.cases.choices import CaseState
from preceptor.web.localised import localised
from preceptor.web.shown.application import OFFER_TONES, RESULT_TONES
from preceptor.web.shown.case_place import TONES

Shown = dict[str, Any]


def page_of(user: Any, call: Call) -> Shown:
    """Every application that was handed in, in its place, with the newest offer; four queries and
    what asks who keeps the call."""
    visible = visible_applications(user).filter(call=call)
    made, keys = read_together(
        [Set(offers_of(call).order_by("pk")), Set(visible.order_by(), ("pk",))]
    )
    offers: dict[int, Offer] = {offer.application_id: offer for offer in made}
    seen = {key for (key,) in keys}
    compared = ranking(call)
    rows = [row for row in compared if row.application.pk in seen]
    keep = may_keep_call(user, call)
    turn = _turn(call, compared)
    return {
        "call": call,
        "title": localised(call, "title"),
        "keep": keep,
        "rows": [_line(row, offers.get(row.application.pk), bool(keep), turn) for row in rows],
        "taken": sum(offer.state in ALIVE for offer in made),
        "is_public": call.state in (CallState.PUBLISHED, CallState.CLOSED),
        "waiting": sum(row.application.case.state in _WAITING for row in rows),
        "is_settled": bool(offers) and not any(_is_open(row) for row in rows),
    }


def _turn(call: Call, rows: list[Ranked]) -> int | None:
    """Who of the reserve list is offered a place next; None while all places are taken."""
    placed = sum(row.application.result == Result.PLACED for row in rows)
    reserves = [row for row in rows if row.application.result == Result.RESERVE and row.place]
    first = min(
        reserves, key=lambda row: (row.application.rank or 0, row.application.pk), default=None
    )
    return first.application.pk if first is not None and placed < call.places else None


def _is_open(row: Ranked) -> bool:
    """Whether the comparison has still to say what comes of the application."""
    case = row.application.case
    return case.state in _WAITING or (
        case.state == CaseState.GRANTED and row.application.result == Result.OPEN
    )


_WAITING = (CaseState.RUNNING, CaseState.RETURNED)


def _line(row: Ranked, offer: Offer | None, keeps: bool, turn: int | None) -> Shown:
    found, case = row.application, row.application.case
    result = Result(found.result)
    return {
        "key": found.pk,
        "name": localised(found.person, "name"),
        "url": reverse("application", args=[found.pk]),
        "number": case.number,
        "state": CaseState(case.state).label,
        "tone": TONES[CaseState(case.state)],
        "host": localised(found.host, "name") if found.host else "",
        "total": row.total,
        "members": row.members,
        "place": row.place,
        "rank": found.rank,
        "result": result.label if result != Result.OPEN else "",
        "result_tone": RESULT_TONES[result],
        "offer": _offer(offer),
        "may_offer": keeps and _is_offered(result, case.state, offer),
        "waits": result == Result.RESERVE and found.pk != turn,
    }


def _offer(offer: Offer | None) -> Shown | None:
    if offer is None:
        return None
    state = OfferState(offer.state)
    return {
        "key": offer.pk,
        "state": state.label,
        "tone": OFFER_TONES.get(state, "none"),
        "is_open": state == OfferState.OPEN,
        "answer_by": offer.answer_by.isoformat(),
    }


def _is_offered(result: Result, state: str, offer: Offer | None) -> bool:
    """Whether a place could be offered; whose turn it is, the action says."""
    alive = offer is not None and offer.state in (OfferState.OPEN, OfferState.ACCEPTED)
    chosen = result in (Result.PLACED, Result.RESERVE)
    return chosen and state == CaseState.GRANTED and not alive


TITLES = (
    _("Place in the order"), _("Applicant"), _("State"), _("Points"), _("Result"), _("Offer"),
)  # fmt: skip
