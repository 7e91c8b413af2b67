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
from preceptor.cases.bodies import (
    SOON,
    DayMet,
    is_ending,
    is_open_on,
    last_decided,
    seats_on,
    vacancies,
    voting_of,
    waiting_cases,
)
from preceptor.cases.choices import AdviceState, BodyKind, BodyRole, SittingState
from preceptor.cases.kinds.kind import Share
from preceptor.cases.models import Advice, Body, BodySeat, Charter, Sitting
from preceptor.cases.years import Meetings, meetings_of
from preceptor.standing.queries import committee_standing
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
    meetings = meetings_of(body, user)
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
        "vacant": [_vacant(seat) for seat in _vacancies(body)],
        "voting": voting_words(body),
        "calendar": calendar_of(body, meetings),
        "coming": [_choice(row) for row in meetings.seen if row.state in COMING],
        "waiting": _waiting(body, user),
        "advice": advice_of(body, user),
        "charters": charters_of(body),
        "has_law": body.kind == BodyKind.DEGREE,
        "this_year": max(day.year, body.opened_on.year),
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
        "is_renewable": is_ending(seat, day),
        "substitute": localised(seat.substitute, "name") if seat.substitute else "",
    }


def _ending(seats: Sequence[BodySeat], day: date) -> list[str]:
    rows = [seat for seat in seats if is_ending(seat, day)]
    rows.sort(key=lambda seat: seat.valid_to or day)
    return [
        _("%(name)s until %(day)s") % {"name": localised(seat.person, "name"), "day": seat.valid_to}
        for seat in rows
    ]


def _vacancies(body: Body) -> list[BodySeat]:
    """The seats that are vacant today; none in a closed body."""
    if body.closed_on is not None and body.closed_on < today():
        return []
    return list(vacancies(Body.objects.filter(pk=body.pk), today()))


def _vacant(seat: BodySeat) -> Shown:
    return {
        "key": seat.pk,
        "name": localised(seat.person, "name"),
        "role": BodyRole(seat.role).label,
        "until": seat.valid_to.isoformat() if seat.valid_to else "",
    }


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


def calendar_of(body: Body, found: Meetings) -> list[Shown]:
    """For each of the last years its meetings by month, against how often the body is to meet; those
    that the reader may see with their title and address."""
    year = today().year
    first = max(body.opened_on.year, year - YEARS + 1)
    seen = {row.pk: row for row in found.seen}
    meetings = [_meeting(one, seen.get(one.sitting)) for one in reversed(found.days)]
    years = []
    for one in range(max(year, *(row["year"] for row in meetings), year), first - 1, -1):
        own = [row for row in meetings if row["year"] == one]
        held = sum(row["is_held"] for row in own)
        wanted = body.meetings_a_year
        years.append(
            {
                "year": one,
                "url": reverse("body_year", args=[body.pk, one]),
                "text": meetings_text(held, wanted),
                "is_short": wanted is not None
                and body.opened_on.year < one < year
                and held < wanted,
                "months": [[row for row in own if row["month"] == month] for month in MONTHS],
                "meetings": own,
            }
        )
    return years


def _meeting(one: DayMet, row: Sitting | None) -> Shown:
    return {
        "year": one.on.year,
        "month": one.on.month,
        "day": one.on.isoformat(),
        "short": f"{one.on.day}",
        "title": localised(row, "title") if row else "",
        "state": SittingState(one.state).label,
        "is_held": one.is_held,
        "url": reverse("sitting", args=[row.pk]) if row else "",
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
    """What the rules say of the committee as it is composed today, and of its last decision; None for
    other bodies and closed ones without a decision."""
    if body.kind != BodyKind.DEGREE:
        return None
    is_open, item = is_open_on(body), last_decided(body, user)
    if item is None and not is_open:
        return None
    composed, decided = committee_standing(
        body, item, today(), get_language() or "", is_open=is_open
    )
    return {
        "composed": requirements(composed, frozenset()),
        "item": localised(item, "title") if item else "",
        "url": reverse("sitting", args=[item.sitting_id]) if item else "",
        "requirements": requirements(decided, frozenset()),
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
