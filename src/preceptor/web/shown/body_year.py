"""A standing body's year as its page and its workbook show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from preceptor.cases.choices import (
    AdviceState,
    BodyKind,
    BodyRole,
    ItemState,
    SittingState,
    VoteResult,
)
from preceptor.cases.models import Advice, BodySeat, Item
from preceptor.cases.years import Attended, BodyYear, Meeting, item_quorum, years_of
from preceptor.web.localised import localised
from preceptor.web.shown.body import advice_line
from preceptor.web.tables.body import meetings_text

Shown = dict[str, Any]
TONES = {VoteResult.PASSED.value: "pass", VoteResult.FAILED.value: "fail"}


def year_shown(found: BodyYear) -> Shown:
    """What body/year.html takes."""
    body = found.body
    return {
        "body": body,
        "name": localised(body, "name"),
        "kind": BodyKind(body.kind).label,
        "year": found.year,
        "tabs": [_tab(body.pk, one, found.year) for one in reversed(years_of(body))],
        "stats": stats_of(found),
        "is_short": found.is_short,
        "unread": unread_text(found.unread),
        "meetings": [_meeting(one) for one in found.meetings],
        "people": [_person(one) for one in found.people],
        "has_recused": any(one.recused for one in found.people),
        "advice": [advice_line(one) for one in found.advice],
        "begun": [_seat(one) for one in found.begun],
        "ended": [_seat(one) for one in found.ended],
    }


def _tab(body: int, year: int, current: int) -> Shown:
    url = reverse("body_year", args=[body, year])
    return {"title": str(year), "url": url, "is_current": year == current}


def unread_text(count: int) -> str:
    """How many meetings are told by their number alone; empty for none."""
    if not count:
        return ""
    return ngettext(
        "%(count)s meeting that you may not read is counted and not shown.",
        "%(count)s meetings that you may not read are counted and not shown.",
        count,
    ) % {"count": count}


def stats_of(found: BodyYear) -> list[Shown]:
    """The year in four numbers, each with what lies behind it."""
    return [
        {
            "label": _("Meetings held"),
            "value": meetings_text(found.held, found.body.meetings_a_year),
        },
        _decided(found),
        {"label": _("Advice given"), "value": len(found.advice), "note": _advised(found)},
        _attendance(found),
    ]


def _decided(found: BodyYear) -> Shown:
    """How many items were decided; not known to who may read none of the meetings."""
    stat: Shown = {"label": _("Decided by a vote"), "value": None, "note": ""}
    if found.unread and not found.meetings:
        return stat
    counts = {
        "passed": found.decided(VoteResult.PASSED), "failed": found.decided(VoteResult.FAILED),
    }  # fmt: skip
    note = _("%(passed)s carried, %(failed)s not carried") % counts
    return stat | {"value": found.decided(), "note": note}


def _advised(found: BodyYear) -> str:
    counts = {state.value: found.advised(state) for state in AdviceState}
    return _("%(done)s done, %(open)s open, %(declined)s not taken up") % counts


def _attendance(found: BodyYear) -> Shown:
    """Which share of the members came, of those of whom it is known; none where of nobody."""
    held = [one for one in found.meetings if one.is_held]
    came = sum(one.came for one in held)
    known = sum(one.members - one.unknown for one in held)
    return {
        "label": _("Attendance"),
        "value": f"{round(100 * came / known)} %" if known else None,
        "note": _("%(came)s of %(known)s seats with a vote") % {"came": came, "known": known}
        if known
        else "",
    }


def _meeting(one: Meeting) -> Shown:
    minutes = one.minutes
    return {
        "day": one.day.isoformat(),
        "title": localised(one.sitting, "title"),
        "url": reverse("sitting", args=[one.sitting.pk]),
        "state": SittingState(one.sitting.state).label,
        "tone": "pass" if one.is_held else "none",
        "attendance": _came(one) if one.is_held else "",
        "items": [_item(item) for item in one.items],
        "minutes": _signed(one) if minutes is not None else "",
        "minutes_url": reverse("minutes_file", args=[minutes.pk]) if minutes is not None else "",
        "lacks_minutes": minutes is None and one.sitting.state == SittingState.CLOSED,
    }


def _came(one: Meeting) -> str:
    text = _("%(came)s of %(members)s members with a vote came") % {
        "came": one.came, "members": one.members,
    }  # fmt: skip
    if not one.unknown:
        return text
    return f"{text} · " + _("not recorded of %(count)s") % {"count": one.unknown}


def _signed(one: Meeting) -> str:
    assert one.minutes is not None
    return _("Minutes, version %(version)s, signed by %(count)s") % {
        "version": one.minutes.version, "count": one.signatures,
    }  # fmt: skip


def _item(item: Item) -> Shown:
    is_voted = item.state == ItemState.DECIDED
    return {
        "title": localised(item, "title"),
        "url": reverse("case", args=[item.case_id]) if item.is_read else "",  # type: ignore[attr-defined]
        "number": (item.case.number or "") if item.case else "",
        "state": VoteResult(item.result).label if item.result else ItemState(item.state).label,
        "tone": TONES.get(item.result, "none"),
        "votes": _votes(item) if is_voted else "",
        "quorum": _quorum(item) if is_voted else "",
    }


def _votes(item: Item) -> str:
    counts = {
        "in_favour": item.votes_for, "against": item.votes_against, "abstentions": item.abstentions,
    }  # fmt: skip
    return _("%(in_favour)s for, %(against)s against, %(abstentions)s abstained") % counts


def _quorum(item: Item) -> str:
    quorum = item_quorum(item)
    if quorum is None:
        return ""
    return _("%(present)s of %(base)s present, %(needed)s needed") % {
        "present": quorum.present, "base": quorum.base, "needed": quorum.needed,
    }  # fmt: skip


def _person(one: Attended) -> Shown:
    known = one.called - one.unknown
    return {
        "name": localised(one.person, "name"),
        "role": _role(one),
        "called": one.called,
        "came": one.came,
        "missed": one.missed,
        "notes": _notes(one),
        "recused": one.recused,
        "share": f"{round(100 * one.came / known)} %" if known else "–",
    }


def _role(one: Attended) -> str:
    return _("substitute") if one.is_substitute else str(BodyRole(one.role).label)


def _notes(one: Attended) -> str:
    notes = []
    if one.replaced:
        notes.append(_("substituted %(count)s times") % {"count": one.replaced})
    if one.unknown:
        notes.append(_("not recorded %(count)s times") % {"count": one.unknown})
    return " · ".join(notes)


def _seat(seat: BodySeat) -> Shown:
    return {
        "name": localised(seat.person, "name"),
        "role": BodyRole(seat.role).label,
        "since": seat.valid_from.isoformat(),
        "until": seat.valid_to.isoformat() if seat.valid_to else "",
        "term": seat.term,
        "is_renewed": seat.term > 1,
    }


Sheets = list[tuple[str, Sequence[str], Iterator[Sequence[Any]]]]


def sheets_of(found: BodyYear) -> Sheets:
    """The same as the sheets of a workbook: title, heads and lines of each."""
    return [
        (_("Meetings and decisions"), _decision_heads(), _decision_lines(found)),
        (_("Attendance"), _attendance_heads(), _attendance_lines(found)),
        (_("Advice"), _advice_heads(), _advice_lines(found.advice)),
        (_("Seats"), _seat_heads(), _seat_lines(found)),
    ]


def _decision_heads() -> list[str]:
    return [
        _("Meeting"), _("Day"), _("State"), _("Members"), pgettext("to a meeting", "Came"), _("Item"), _("Number of the request"),
        _("Result"), _("Members counted"), _("Present"), _("In favour"), _("Against"), _("Abstentions"),
        _("Signatures under the minutes"),
    ]  # fmt: skip


def _decision_lines(found: BodyYear) -> Iterator[Sequence[Any]]:
    """A line for each item; one without an item for a meeting that has none."""
    for one in found.meetings:
        signed = one.signatures if one.minutes is not None else None
        head = [
            localised(one.sitting, "title"), one.day, SittingState(one.sitting.state).label,
            one.members, one.came if one.is_held else None,
        ]  # fmt: skip
        for item in one.items or (None,):
            yield [*head, *_item_cells(item), signed]


def _item_cells(item: Item | None) -> list[Any]:
    if item is None:
        return [None] * 8
    shown = _item(item)
    return [
        shown["title"], shown["number"] or None, shown["state"], item.members, item.present,
        item.votes_for, item.votes_against, item.abstentions,
    ]  # fmt: skip


def _attendance_heads() -> list[str]:
    return [
        _("Name"), _("Role"), _("Meetings held"), pgettext("to a meeting", "Came"), _("Did not come"), _("Sent a substitute"),
        _("Not recorded"), _("Recused from items"),
    ]  # fmt: skip


def _attendance_lines(found: BodyYear) -> Iterator[Sequence[Any]]:
    for one in found.people:
        yield [
            localised(one.person, "name"), _role(one), one.called, one.came, one.missed, one.replaced,
            one.unknown, one.recused,
        ]  # fmt: skip


def _advice_heads() -> list[str]:
    return [
        _("Advice"), _("Given on"), pgettext("of an advice", "About"), _("Followed up by"), _("Due on"),
        pgettext("of an advice", "State"),
    ]  # fmt: skip


def _advice_lines(advice: Sequence[Advice]) -> Iterator[Sequence[Any]]:
    for row in advice:
        line = advice_line(row)
        yield [
            line["text"], row.given_on, line["person"] or None, line["owner"], row.due_on,
            line["state"],
        ]  # fmt: skip


def _seat_heads() -> list[str]:
    return [_("Name"), _("Role"), _("Term"), _("From the day"), _("Last day"), _("In this year")]


def _seat_lines(found: BodyYear) -> Iterator[Sequence[Any]]:
    for word, rows in ((_("began"), found.begun), (_("ended"), found.ended)):
        for row in rows:
            yield [
                localised(row.person, "name"), BodyRole(row.role).label, row.term, row.valid_from,
                row.valid_to, word,
            ]  # fmt: skip
