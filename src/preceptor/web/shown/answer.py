"""The answer to an invitation and the ballot of somebody who has a link."""

from __future__ import annotations

from typing import Any

from preceptor.cases.access import agenda_for
from preceptor.cases.actions import StatedTie
from preceptor.cases.actions.invitation import subjects_of
from preceptor.cases.choices import ItemState, LinkPurpose
from preceptor.cases.links import LinkState, is_answerable, state_of
from preceptor.cases.models import AnswerLink, Item, SittingSeat
from preceptor.cases.seating import item_voting
from preceptor.web.forms.sitting import AnswerForm
from preceptor.web.localised import localised
from preceptor.web.shown.sitting import (
    answer_text,
    ballot_of,
    definitions_of,
    moment,
    result_of,
    rule_text,
)


def form_for(seat: SittingSeat, data: Any = None) -> AnswerForm:
    """The form by which the holder of the seat answers; one query."""
    return AnswerForm(subjects_of(seat), data)


def ties_of(seat: SittingSeat, given: dict[str, Any]) -> tuple[StatedTie, ...]:
    """The tie that was declared, if one was; the form has checked that it is one of those offered."""
    if not given.get("tie"):
        return ()
    person, _mark, kind = given["tie"].partition(":")
    subjects = {one.pk: one for one in subjects_of(seat)}
    return (StatedTie(subjects[int(person)], kind, given.get("note", "")),)


def invitation_of(link: AnswerLink, token: str) -> dict[str, Any]:
    """The page of an invitation: to what, when, where, and what was answered by this link."""
    seat, agenda = link.seat, agenda_for(link.seat)
    return {
        "token": token,
        "sitting": seat.sitting,
        "title": localised(seat.sitting, "title"),
        "name": localised(seat.person, "name"),
        "role": seat.get_role_display(),
        "definitions": definitions_of(seat.sitting),
        "is_used": state_of(link) is LinkState.USED,
        "is_answerable": is_answerable(seat.sitting),
        "answer": answer_text(seat),
        "reason": seat.answer_reason,
        "subjects": [localised(one, "name") for one in subjects_of(seat)],
        "items": [localised(one, "title") for one in agenda.items],
        "withheld": agenda.withheld,
    }


def ballot_page(link: AnswerLink, token: str) -> dict[str, Any]:
    """The page of a ballot link: the vote that is open now, and the results of those that are closed."""
    seat, agenda = link.seat, agenda_for(link.seat)
    items = [one for one in agenda.items if link.item_id in (None, one.pk)]
    listed = [one for one in items if one.voting is not None]
    current = next((one for one in listed if one.state == ItemState.OPEN), None)
    return {
        "token": token,
        "sitting": seat.sitting,
        "title": localised(seat.sitting, "title"),
        "name": localised(seat.person, "name"),
        "role": seat.get_role_display(),
        "used_at": moment(link.used_at),
        "ballot": ballot_of(current, seat) if current is not None else None,
        "items": [_item(one) for one in listed],
        "withheld": agenda.withheld,
        "is_ballot": True,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "title": localised(item, "title"),
        "rule": rule_text(item_voting(item)),
        "state_title": item.get_state_display(),
        "result": result_of(item),
    }


def page_of_link(link: AnswerLink, token: str) -> dict[str, Any]:
    """What the page of the link shows, by its purpose."""
    if link.purpose == LinkPurpose.BALLOT:
        return ballot_page(link, token)
    return invitation_of(link, token)
