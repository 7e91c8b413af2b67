"""A standing body as its page shows it: seats, charter, meetings by year, waiting cases, advice, law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.cases.access.body import may_advise, may_keep_body, visible_advice
from preceptor.cases.access.case import visible_cases
from preceptor.cases.access.sitting import visible_sittings
from preceptor.cases.bodies import (
    MET,
    SOON,
    is_ending,
    last_decided,
    seats_on,
    voting_of,
    waiting_cases,
)
from preceptor.cases.choices import AdviceState, BodyKind, BodyRole, SittingState
from preceptor.cases.kinds.kind import Share
from preceptor.cases.models import Advice, Body, BodySeat, Charter, Sitting
from preceptor.standing.queries import item_standing
from preceptor.web.localised import localised
from preceptor.web.shown.requirement import requirements
from preceptor.web.tables.body import meetings_text

Shown = dict[str, Any]
MONTHS = range(1, 13)
#: How many years back the calendar shows.
YEARS = 3
COMING = (SittingState.PLANNED, SittingState.CALLED, SittingState.OPEN)


def page_of(body: Body, user: Any) -> Shown:
    """What body/page.html takes. Rows of sittings, cases and advice only as the reader may see."""
    day = body.closed_on if body.closed_on and body.closed_on < today() else today()
    keep = may_keep_body(user, body)
    seats = seats_on([body.pk], day).get(body.pk, [])
    meetings = _meetings(body, user)
    return {
        "body": body,
        "name": localised(body, "name"),
        "kind": BodyKind(body.kind).label,
        "unit": localised(body.unit, "name"),
        "upper": body.upper,
        "upper_name": localised(body.upper, "name") if body.upper else "",
        "guided_name": localised(body.person, "name") if body.person else "",
        "seats": [seat_of(seat, day) for seat in seats],
        "has_substitutes": any(seat.substitute_id for seat in seats),
        "ending": _ending(seats, day),
        "voting": voting_words(body),
        "calendar": calendar_of(body, meetings),
        "coming": [_choice(row) for row in meetings if row.state in COMING],
        "waiting": _waiting(body, user),
        "advice": advice_of(body, user),
        "charters": charters_of(body),
        "has_law": body.kind == BodyKind.DEGREE and any(row.state in MET for row in meetings),
        "keep": keep,
        "advise": may_advise(user, body),
    }


def seat_of(seat: BodySeat, day: date) -> Shown:
    """One seat as the table of members takes it."""
    ends = seat.valid_to
    return {
        "key": seat.pk,
        "name": localised(seat.person, "name"),
        "role": BodyRole(seat.role).label,
        "is_head": seat.is_head,
        "term": seat.term,
        "since": seat.valid_from.isoformat(),
        "until": ends.isoformat() if ends else "",
        "ends_soon": ends is not None and ends <= day + SOON,
        "substitute": localised(seat.substitute, "name") if seat.substitute else "",
    }


def _ending(seats: Sequence[BodySeat], day: date) -> list[str]:
    rows = [seat for seat in seats if is_ending(seat, day)]
    rows.sort(key=lambda seat: seat.valid_to or day)
    return [
        _("%(name)s until %(day)s") % {"name": localised(seat.person, "name"), "day": seat.valid_to}
        for seat in rows
    ]


def share_words(share: Share) -> str:
    """A share in words: `more than 1/2 of all members`."""
    bases = {
        "all": _("of all members"), "present": _("of those present"), "cast": _("of the ballots cast"),
    }  # fmt: skip
    pattern = (
        _("more than %(numerator)s/%(denominator)s %(base)s")
        if share.more_than
        else _("%(numerator)s/%(denominator)s %(base)s")
    )
    words = {"numerator": share.numerator, "denominator": share.denominator}
    return pattern % {**words, "base": bases[share.of]}


def voting_words(body: Body) -> str:
    """How the body votes, in one sentence."""
    voting = voting_of(body)
    method = _("secret ballot") if voting.is_secret else _("open vote")
    return _("%(method)s; quorum %(quorum)s; carried by %(passes)s") % {
        "method": method, "quorum": share_words(voting.quorum), "passes": share_words(voting.passes),
    }  # fmt: skip


def _meetings(body: Body, user: Any) -> list[Sitting]:
    """The meetings that the reader may see, without cancelled ones; one query."""
    rows = visible_sittings(user).filter(body=body).exclude(state=SittingState.CANCELLED)
    return list(rows.defer("record").order_by("starts_at", "pk"))


def calendar_of(body: Body, rows: Sequence[Sitting]) -> list[Shown]:
    """For each of the last years its meetings by month, against how often the body is to meet."""
    year = today().year
    first = max(body.opened_on.year, year - YEARS + 1)
    meetings = [_meeting(row) for row in rows]
    years = []
    for one in range(max(year, *(found["year"] for found in meetings), year), first - 1, -1):
        own = [found for found in meetings if found["year"] == one]
        held = sum(found["is_held"] for found in own)
        wanted = body.meetings_a_year
        years.append(
            {
                "year": one,
                "text": meetings_text(held, wanted),
                "is_short": wanted is not None
                and body.opened_on.year < one < year
                and held < wanted,
                "months": [[row for row in own if row["month"] == month] for month in MONTHS],
                "meetings": own,
            }
        )
    return years


def _meeting(row: Sitting) -> Shown:
    at = row.opened_at or row.starts_at
    day = timezone.localdate(at) if at is not None else None
    return {
        "year": day.year if day else 0,
        "month": day.month if day else 0,
        "day": day.isoformat() if day else _("no day set"),
        "short": f"{day.day}" if day else "",
        "title": localised(row, "title"),
        "state": SittingState(row.state).label,
        "is_held": row.state in MET,
        "url": reverse("sitting", args=[row.pk]),
    }


def _choice(row: Sitting) -> tuple[int, str]:
    """A meeting to which a case can still be put, as an option."""
    at = f"{timezone.localtime(row.starts_at):%Y-%m-%d %H:%M} " if row.starts_at else ""
    return row.pk, at + localised(row, "title")


def _waiting(body: Body, user: Any) -> list[Shown]:
    rows = waiting_cases(body).filter(pk__in=visible_cases(user).values("pk"))
    return [
        {
            "key": row.pk,
            "title": localised(row, "title"),
            "number": row.number or "",
            "unit": localised(row.unit, "name"),
            "since": timezone.localdate(row.stage_since) if row.stage_since else "",
            "due": row.due_on,
            "url": reverse("case", args=[row.pk]),
        }
        for row in rows.defer("reason")
    ]


def advice_of(body: Body, user: Any) -> list[Shown]:
    """The body's advice that the reader may see: what is open first, then the newest."""
    rows = visible_advice(user).filter(body=body).select_related("owner", "owner_unit", "person")
    shown = [advice_line(row) for row in rows]
    return sorted(shown, key=lambda one: not one["is_open"])


def advice_line(row: Advice) -> Shown:
    """One advice as lists take it."""
    owner = row.owner or row.owner_unit
    is_open = row.state == AdviceState.OPEN
    overdue = is_open and row.due_on is not None and row.due_on < today()
    tone = {"open": "fail" if overdue else "pending", "done": "pass"}.get(row.state, "none")
    return {
        "key": row.pk,
        "text": row.text or "",
        "given_on": row.given_on.isoformat(),
        "owner": localised(owner, "name") if owner else "",
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "person": localised(row.person, "name") if row.person else "",
        "is_open": is_open,
        "tone": tone,
        "state": _("overdue") if overdue else AdviceState(row.state).label,
        "url": reverse("advice", args=[row.pk]),
    }


def charters_of(body: Body) -> list[Shown]:
    """The versions of the charter, the newest first."""
    rows = Charter.objects.known().filter(body=body).select_related("file").order_by("-valid_from")
    return [
        {
            "title": localised(row, "title"),
            "text": localised(row, "text"),
            "since": row.valid_from.isoformat(),
            "until": row.valid_to.isoformat() if row.valid_to else "",
            "is_in_force": row.is_true_on(today()),
            "url": reverse("body_charter_file", args=[body.pk, row.pk]) if row.file else "",
        }
        for row in rows
    ]


def law_of(body: Body, user: Any) -> Shown | None:
    """What the rules say of the last decision; None for other bodies and before the first one."""
    if body.kind != BodyKind.DEGREE:
        return None
    item = last_decided(body, user)
    if item is None:
        return None
    found = item_standing(item, today(), get_language() or "")
    return {
        "item": localised(item, "title"),
        "url": reverse("sitting", args=[item.sitting_id]),
        "requirements": requirements(found, frozenset()),
    }


def reports_of(advice: Advice, reports: Sequence[Any]) -> list[Shown]:
    """The advice and what was done about it, as parts/timeline.html takes them."""
    given = {"day": advice.given_on.isoformat(), "title": _("Advice given"), "state": "past"}
    said = [
        {
            "day": timezone.localdate(one.at).isoformat(),
            "title": _("%(state)s: %(name)s")
            % {"state": AdviceState(one.state).label, "name": one.by_name},
            "text": one.text,
            "state": "past",
        }
        for one in reports
    ]
    return [given, *said]
