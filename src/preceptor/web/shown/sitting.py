"""A sitting for its readers: who is there, what is on the agenda, how the vote stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.permits import Permit
from preceptor.cases.access import agenda_of, may_run_sitting
from preceptor.cases.access.sitting import seat_refusal
from preceptor.cases.chair_notes import ties_at, unreached
from preceptor.cases.choices import Answer, BodyRole, Choice, ItemState, SittingState
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import Item, OpenVote, Recusal, Sitting, SittingSeat, VoteCast
from preceptor.cases.seating import (
    VOTERS,
    attendance_of,
    clashes,
    counts_recused,
    is_there,
    item_voting,
    waits_for_result,
)
from preceptor.cases.voting import Quorum, quorum_of
from preceptor.people.access import scope
from preceptor.web.localised import localised
from preceptor.web.shown.minutes import minutes_of

COMING = (SittingState.PLANNED, SittingState.CALLED)
TONES = {
    SittingState.PLANNED: "none",
    SittingState.CALLED: "info",
    SittingState.OPEN: "warn",
    SittingState.CLOSED: "pass",
    SittingState.CANCELLED: "none",
}
ITEM_TONES = {ItemState.OPEN: "warn", ItemState.DECIDED: "pass"}
CHOICE_ICONS = {Choice.FOR: "check", Choice.AGAINST: "x", Choice.ABSTAIN: "minus"}


def moment(at: datetime | None) -> str:
    """An instant in the institution's time zone; empty where none is known."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at is not None else ""


def time_of(sitting: Sitting) -> str:
    """From when until when, as far as it is known."""
    if sitting.starts_at is None:
        return _("No time set yet")
    start = moment(sitting.starts_at)
    if sitting.ends_at is None:
        return start
    is_same = timezone.localdate(sitting.ends_at) == timezone.localdate(sitting.starts_at)
    end = timezone.localtime(sitting.ends_at)
    return f"{start} – {end:%H:%M}" if is_same else f"{start} – {moment(sitting.ends_at)}"


def share_text(share: Share) -> str:
    """A share in words."""
    of = {"all": _("of all members"), "present": _("of those present"), "cast": _("of the ballots")}
    form = _("more than %(part)s %(of)s") if share.more_than else _("at least %(part)s %(of)s")
    return form % {"part": f"{share.numerator}/{share.denominator}", "of": of[share.of]}


def rule_text(voting: Voting | None) -> str:
    """The rule of an item in one line; that it is only discussed where there is none."""
    if voting is None:
        return _("Discussed without a vote")
    kind = _("secret ballot") if voting.is_secret else _("open vote")
    return _("%(kind)s; carried by %(passes)s; quorum %(quorum)s") % {
        "kind": kind, "passes": share_text(voting.passes), "quorum": share_text(voting.quorum),
    }  # fmt: skip


def rows_of(sitting: Sitting, user: Any) -> dict[str, Any]:
    """What the page reads of the sitting: seats with their persons, the items that the reader is shown
    with their cases and how many are withheld, and by item who is recused and who voted. Four queries
    at most."""
    seats = list(sitting.seats.select_related("person", "stands_in_for__person").order_by("pk"))
    agenda = agenda_of(user, sitting)
    items = list(agenda.items)
    out, cast = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for item, seat in Recusal.objects.filter(item__sitting=sitting).values_list("item", "seat"):
        out[item].add(seat)
    if any(item.state in (ItemState.OPEN, ItemState.DECIDED) for item in items):
        votes = VoteCast.objects.filter(item__sitting=sitting)
        for item, seat in votes.values_list("item", "seat"):
            cast[item].add(seat)
    keeps = counts_recused(sitting)
    return {
        "seats": seats, "items": items, "withheld": agenda.withheld, "out": out, "cast": cast,
        "keeps_recused": keeps,
    }  # fmt: skip


def live_of(sitting: Sitting, user: Any, found: dict[str, Any] | None = None) -> dict[str, Any]:
    """What changes while the sitting is in session: seats, items and the reader's own ballot."""
    found = rows_of(sitting, user) if found is None else found
    runs = may_run_sitting(user, sitting)
    own = own_seat(user, found["seats"])
    current = next((item for item in found["items"] if item.state == ItemState.OPEN), None)
    voted = found["cast"][current.pk] if current is not None else set()
    return {
        "sitting": sitting,
        "runs": runs,
        "is_live": sitting.state in (*COMING, SittingState.OPEN),
        "is_open": sitting.state == SittingState.OPEN,
        "seats": [seat_line(seat, runs, voted) for seat in found["seats"]],
        "items": [item_line(item, found) for item in found["items"]],
        "withheld": found["withheld"],
        "room": _room(sitting, found, current),
        "ballot": ballot_of(current, own, found) if current is not None and own else None,
        "own": own,
    }


def own_seat(user: Any, seats: Iterable[SittingSeat]) -> SittingSeat | None:
    """The reader's own among the seats, as `own_seats` tells it; None without one. No query."""
    person = scope(user).person
    held = (seat for seat in seats if seat.released_at is None and seat.person_id == person)
    return next(held, None)


def _room(sitting: Sitting, found: dict[str, Any], current: Item | None) -> dict[str, Any] | None:
    """How many with a vote are there, and how many the vote that is open or comes next needs."""
    ahead = [item for item in found["items"] if item.state == ItemState.LISTED and item.voting]
    item = current or (ahead[0] if ahead else None)
    if item is None or sitting.state in (SittingState.CLOSED, SittingState.CANCELLED):
        return None
    quorum = _quorum(item, found)
    return None if quorum is None else _meter(quorum) | {"title": localised(item, "title")}


def _quorum(item: Item, found: dict[str, Any]) -> Quorum | None:
    voting = item_voting(item)
    if voting is None:
        return None
    there = attendance_of(
        found["seats"], found["out"][item.pk], found["cast"][item.pk],
        keeps_recused=found["keeps_recused"],
    )  # fmt: skip
    return quorum_of(voting, there.members, there.present)


def _meter(quorum: Quorum) -> dict[str, Any]:
    texts = {"present": quorum.present, "base": quorum.base, "needed": quorum.needed}
    return {
        "value": quorum.present,
        "limit": max(quorum.needed, 1),
        "scale": max(quorum.base, quorum.needed, 1),
        "is_met": quorum.is_met,
        "text": _("%(present)s of %(base)s present, %(needed)s needed") % texts,
    }


def seat_line(seat: SittingSeat, runs: Permit, voted: set[int]) -> dict[str, Any]:
    """A seat as the page shows it; who answered what for which reason is for who runs it."""
    state, tone = _presence(seat)
    return {
        "key": seat.pk,
        "name": localised(seat.person, "name"),
        "role": seat.get_role_display(),
        "state": state,
        "tone": tone,
        "is_there": is_there(seat),
        "is_gone": seat.released_at is not None,
        "has_vote": seat.role in VOTERS,
        "has_voted": seat.pk in voted,
        "replaces": localised(seat.stands_in_for.person, "name") if seat.stands_in_for else "",
        "reason": seat.answer_reason if runs else "",
    }


def _presence(seat: SittingSeat) -> tuple[str, str]:
    """What is known of the holder of a seat, and its tone."""
    if seat.released_at is not None:
        return _("released"), "none"
    if seat.left_at is not None:
        return _("left at %(time)s") % {"time": f"{timezone.localtime(seat.left_at):%H:%M}"}, "warn"
    if seat.is_present is not None:
        return (_("present"), "pass") if seat.is_present else (_("absent"), "fail")
    answers = {Answer.ACCEPTED: (_("accepted"), "info"), Answer.DECLINED: (_("declined"), "fail")}
    if seat.answer:
        return answers[Answer(seat.answer)]
    return (_("no answer yet"), "pending") if seat.invited_at else (_("not invited yet"), "none")


def item_line(item: Item, found: dict[str, Any]) -> dict[str, Any]:
    """An item as the page shows it, from what `rows_of` read."""
    voting, quorum = item_voting(item), _quorum(item, found)
    return {
        "key": item.pk,
        "place": item.place,
        "title": localised(item, "title"),
        "summary": item.summary,
        "rule": rule_text(voting),
        "state": item.state,
        "state_title": ItemState(item.state).label,
        "tone": ITEM_TONES.get(ItemState(item.state), "none"),
        "has_vote": voting is not None,
        "case": _case(item),
        "recused": _names(found["seats"], found["out"][item.pk]),
        "voted": len(found["cast"][item.pk]),
        "members": quorum.base if quorum else 0,
        "hold": _no_quorum(quorum),
        "result": result_of(item),
        "waits": waits_for_result(item),
    }  # fmt: skip


def _case(item: Item) -> dict[str, Any] | None:
    if item.case is None:
        return None
    return {"title": item.case.number or localised(item.case, "title"), "key": item.case_id}


def _names(seats: Iterable[SittingSeat], keys: set[int]) -> list[str]:
    return [localised(seat.person, "name") for seat in seats if seat.pk in keys]


def _no_quorum(quorum: Quorum | None) -> str:
    """Why the vote cannot be opened for want of members; empty where it can."""
    if quorum is None or quorum.is_met:
        return ""
    return _("No quorum: %(present)s of %(base)s are present, %(needed)s are needed.") % {
        "present": quorum.present, "base": quorum.base, "needed": quorum.needed,
    }  # fmt: skip


def result_of(item: Item) -> dict[str, Any] | None:
    """What a closed vote decided, with its numbers; None before, whoever asks."""
    if item.state != ItemState.DECIDED:
        return None
    is_passed = item.result == "passed"
    return {
        "title": item.get_result_display(),
        "tone": "pass" if is_passed else "fail",
        "icon": "circle-check" if is_passed else "circle-x",
        "in_favour": item.votes_for,
        "against": item.votes_against,
        "abstentions": item.abstentions,
        "members": item.members,
        "present": item.present,
        "cast": item.votes_cast,
        "at": moment(item.decided_at),
    }


def ballot_of(item: Item, seat: SittingSeat, found: dict[str, Any] | None = None) -> dict[str, Any]:
    """The ballot of one seat for the open item: its buttons, or why there is none. Without `found`
    two queries."""
    if found is None:
        is_out = Recusal.objects.filter(item=item, seat=seat).exists()
        has_cast = VoteCast.objects.filter(item=item, seat=seat).exists()
    else:
        is_out, has_cast = seat.pk in found["out"][item.pk], seat.pk in found["cast"][item.pk]
    voting = item_voting(item)
    permit = seat_refusal(seat, item, is_recused=is_out, has_voted=has_cast)
    choices = [one for one in Choice if one != Choice.ABSTAIN or (voting and voting.may_abstain)]
    return {
        "key": item.pk,
        "title": localised(item, "title"),
        "rule": rule_text(voting),
        "is_secret": bool(voting and voting.is_secret),
        "is_cast": has_cast,
        "reason": permit.reason,
        "may": bool(permit),
        "choices": [
            {"value": one.value, "title": one.label, "icon": CHOICE_ICONS[one]} for one in choices
        ],
    }


def page_of(sitting: Sitting, user: Any) -> dict[str, Any]:
    """The whole page of a sitting."""
    found = rows_of(sitting, user)
    context = live_of(sitting, user, found)
    runs, own = context["runs"], context["own"]
    is_coming = sitting.state in COMING
    return context | {
        "title": localised(sitting, "title"),
        "state_title": SittingState(sitting.state).label,
        "tone": TONES[SittingState(sitting.state)],
        "time": time_of(sitting),
        "is_coming": is_coming,
        "is_over": sitting.state == SittingState.CLOSED,
        "definitions": definitions_of(sitting),
        "panel_url": panel_url(sitting),
        "body_url": reverse("body", args=[sitting.body_id]) if sitting.body_id else "",
        "warnings": _warnings(sitting) if runs and is_coming else [],
        "ties": _ties(sitting, found["items"]) if runs else [],
        "may_answer": own is not None and is_coming and own.invited_at is not None,
        "answer": answer_text(own) if own is not None else "",
        "record": "" if found["withheld"] else sitting.record,
        "votes": _open_votes(found["items"]),
        "unreached": [localised(one, "name") for one in unreached(sitting)]
        if runs and is_coming
        else [],
        "minutes": minutes_of(sitting, user)
        if sitting.state == SittingState.CLOSED and not found["withheld"]
        else None,
    }


def definitions_of(sitting: Sitting) -> list[dict[str, Any]]:
    """When, where and of what the sitting is."""
    found = [
        {"term": pgettext("sitting", "Time"), "value": time_of(sitting)},
        {"term": _("Place"), "value": sitting.place or _("No place set yet")},
        {"term": _("Unit"), "value": localised(sitting.unit, "name")},
    ]
    if sitting.body is not None:
        found.append({"term": _("Standing body"), "value": localised(sitting.body, "name")})
    if sitting.is_public:
        found.append({"term": _("Open to"), "value": _("everybody")})
    return found


def panel_url(sitting: Sitting) -> str:
    """The page of the panel that sits; empty for a standing body."""
    if not sitting.board:
        return ""
    panel = getattr(sitting, "panel", None)
    return reverse("panel", args=[panel.pk]) if panel is not None else ""


def answer_text(seat: SittingSeat) -> str:
    """What was answered and when; empty where nothing was."""
    if not seat.answer:
        return ""
    texts = {
        Answer.ACCEPTED: _("Accepted on %(at)s"),
        Answer.DECLINED: _("Declined on %(at)s"),
    }
    return texts[Answer(seat.answer)] % {"at": moment(seat.answered_at)}


def _warnings(sitting: Sitting) -> list[str]:
    """Who cannot come at that time, as far as it is known here."""
    return [
        _("%(name)s has another sitting then: %(other)s")
        % {"name": localised(one.person, "name"), "other": time_of(one.sitting)}
        if one.sitting is not None
        else _("%(name)s is absent on that day.") % {"name": localised(one.person, "name")}
        for one in clashes(sitting)
    ]


def _ties(sitting: Sitting, items: Iterable[Item]) -> list[str]:
    """Who of the seated declared a tie to somebody whom an item is about."""
    persons = [item.case.person_id for item in items if item.case is not None]
    about = {person for person in persons if person is not None}
    return [
        _("%(one)s and %(other)s: a tie was declared. Decide on a recusal.")
        % {"one": localised(row.person, "name"), "other": localised(row.other, "name")}
        for row in ties_at(sitting, about)
    ]


def _open_votes(items: Sequence[Item]) -> dict[int, list[dict[str, Any]]]:
    """Who voted how, by item; only of open votes that are closed."""
    if all(item.state != ItemState.DECIDED for item in items):
        return {}
    rows = OpenVote.objects.filter(item__in=items, item__state=ItemState.DECIDED)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.select_related("seat__person").order_by("seat"):
        found[row.item_id].append(
            {"name": localised(row.seat.person, "name"), "choice": row.get_choice_display(),
             "reason": row.reason}
        )  # fmt: skip
    return dict(found)


def roles(is_voting: bool | None = None) -> Sequence[tuple[str, Any]]:
    """The roles to choose from; with or without a vote where that must stay."""
    return [
        (role.value, role.label)
        for role in BodyRole
        if is_voting is None or (role in VOTERS) == is_voting
    ]
