"""What the chair's table does: each deed with its form, its permit by state, and what is said after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.base.errors import InputRefused
from preceptor.base.permits import GRANTED
from preceptor.cases.actions import (
    answer_invitation,
    cancel_sitting,
    carry_out,
    close_sitting,
    close_vote,
    invite,
    leave,
    make_link,
    mark_presence,
    note_item,
    open_sitting,
    open_vote,
    postpone_item,
    put_on_agenda,
    recuse,
    release_seat,
    reschedule_sitting,
    revoke_links,
    seat_person,
)
from preceptor.cases.actions.invitation import has_account
from preceptor.cases.bodies import voting_of
from preceptor.cases.choices import Answer, ItemState, LinkPurpose, SittingState
from preceptor.cases.links import public_url
from preceptor.cases.models import Item, Sitting, SittingSeat
from preceptor.cases.seating import VOTERS, is_there
from preceptor.people.access import visible_persons
from preceptor.people.models import Person
from preceptor.people.queries import numbered
from preceptor.web.forms.sitting import (
    ItemForm,
    ReasonForm,
    RecordForm,
    RecusalForm,
    SeatForm,
    TimeForm,
)
from preceptor.web.localised import localised
from preceptor.web.shown.sitting import COMING, item_line, moment, panel_url, rows_of, seat_line

Given = Mapping[str, str] | None
Text = str | Promise


class SittingDeed(NamedTuple):
    """A deed that needs no form: the action, and what is said when it is done."""

    act: Callable[[Sitting, int, Any], Any]
    said: Text


SITTING_DEEDS = {
    "invite": SittingDeed(
        lambda sitting, revision, by: invite(sitting=sitting, revision=revision, by=by),
        gettext_lazy("The invitations are written."),
    ),
    "open": SittingDeed(
        lambda sitting, revision, by: open_sitting(sitting=sitting, revision=revision, by=by),
        gettext_lazy("The sitting is open."),
    ),
}


@dataclass
class Asked:
    """A page of the chair's table: what it shows, and what a sent form asks to be done."""

    context: dict[str, Any]
    act: Callable[[], Any] | None = None
    said: Text = ""
    is_wrong: bool = False
    is_simple: bool = False
    shown: Callable[[], dict[str, Any] | None] = field(default=lambda: None)


def find_person(user: Any, sitting: Sitting, text: str) -> Person:
    """The person of this number, or of this full name if only one has it, among those whom the user
    may see. Raises InputRefused."""
    seen = visible_persons(user)
    found = numbered(sitting.institution_id, text)
    if found is not None and seen.filter(pk=found.pk).exists():
        return found
    named = list((seen.filter(name_zh=text.strip()) | seen.filter(name_en=text.strip()))[:2])
    if len(named) != 1:
        raise InputRefused(
            _("Nobody, or more than one, is called “%(text)s”. Enter the number of the person.")
            % {"text": text.strip()}
        )
    return named[0]


def _form(kind: Callable[[Given], forms.Form], given: Given, do: str) -> forms.Form:
    """The form, filled with what was sent when it was this one that was sent."""
    return kind(given if given is not None and given.get("do") == do else None)


def _asked(
    page: dict[str, Any], given: Given, deeds: Mapping[str, tuple[forms.Form | None, Any, Text]]
) -> Asked:
    """The deed that was sent, with its form; without a form it is simple."""
    if given is None:
        return Asked(page)
    form, act, said = deeds.get(given.get("do", ""), (None, None, ""))
    if form is None:
        return Asked(page, act, said, is_simple=True)
    if not form.is_valid():
        return Asked(page, is_wrong=True)
    values = form.cleaned_data
    return Asked(page, lambda: act(values), said)


def _listed(sitting: Sitting, values: dict[str, Any], by: Any) -> Item:
    """An item on the agenda: to be voted on as the body votes, else discussed only."""
    body, is_voted = sitting.body, values.pop("is_voted", False)
    voting = voting_of(body) if body is not None and is_voted else None
    return put_on_agenda(sitting=sitting, voting=voting, by=by, **values)


def plan_page(sitting: Sitting, user: Any, given: Given) -> Asked:
    """Time and place, a new seat, an item to discuss, the record at the end, cancelling."""
    known = {name: getattr(sitting, name) for name in ("starts_at", "ends_at", "place")}
    form_time = _form(lambda sent: TimeForm(sent, initial=known), given, "time")
    body = sitting.body
    form_seat = _form(SeatForm, given, "seat")
    form_item = _form(lambda sent: ItemForm(sent, is_of_body=body is not None), given, "item")
    form_record, form_cancel = _form(RecordForm, given, "close"), _form(ReasonForm, given, "cancel")
    revision = given.get("revision", "") if given is not None else ""
    seen = int(revision) if revision.isdecimal() and len(revision) < 10 else sitting.revision
    page = {
        "sitting": sitting, "title": localised(sitting, "title"), "is_coming": sitting.state in COMING,
        "is_open": sitting.state == SittingState.OPEN, "panel_url": panel_url(sitting),
        "time": form_time, "seat": form_seat, "item": form_item, "record": form_record,
        "cancel": form_cancel,
    }  # fmt: skip
    named: dict[str, Any] = {"sitting": sitting, "by": user}
    deeds = {
        "time": (
            form_time, lambda values: reschedule_sitting(**named, revision=seen, **values),
            _("Time and place are set. Whoever was invited is asked anew."),
        ),
        "seat": (
            form_seat,
            lambda values: seat_person(
                **named, person=find_person(user, sitting, values["person"]), role=values["role"]
            ),
            _("The person is seated."),
        ),
        "item": (
            form_item, lambda values: _listed(sitting, values, user),
            _("The item is on the agenda."),
        ),
        "close": (
            form_record, lambda values: close_sitting(**named, revision=seen, **values),
            _("The sitting is closed."),
        ),
        "cancel": (
            form_cancel, lambda values: cancel_sitting(**named, revision=seen, **values),
            _("The sitting is cancelled."),
        ),
    }  # fmt: skip
    return _asked(page, given, deeds)


def seat_page(seat: SittingSeat, user: Any, given: Given) -> Asked:
    """Presence, the answer that was told, a link, a recusal, a substitute, the release."""
    sitting = seat.sitting
    items = list(
        sitting.items.filter(state__in=(ItemState.LISTED, ItemState.OPEN)).filter(
            voting__isnull=False
        )
    )
    is_voting = seat.role in VOTERS
    form_recusal = _form(lambda sent: RecusalForm(items, sent), given, "recuse")
    form_release = _form(ReasonForm, given, "release")
    form_decline = _form(ReasonForm, given, "declined")
    form_substitute = _form(lambda sent: SeatForm(sent, is_voting=is_voting), given, "substitute")
    page = {
        "sitting": sitting, "title": localised(sitting, "title"), "panel_url": panel_url(sitting),
        "seat": seat_line(seat, GRANTED, set()), "held": seat, "is_coming": sitting.state in COMING,
        "is_live": sitting.state in (*COMING, SittingState.OPEN), "is_there": is_there(seat),
        "is_outsider": not has_account(seat.person), "is_voting": is_voting,
        "recusal": form_recusal if items and is_voting else None, "release": form_release,
        "decline": form_decline, "substitute": form_substitute,
    }  # fmt: skip
    asked = _asked(page, given, _seat_deeds(seat, user, items, page))
    if given is not None and given.get("do") in ("link_invitation", "link_ballot"):
        return _link(asked, seat, user, given["do"].removeprefix("link_"))
    return asked


def _seat_deeds(
    seat: SittingSeat, user: Any, items: list[Item], page: dict[str, Any]
) -> dict[str, tuple[forms.Form | None, Any, Text]]:
    named: dict[str, Any] = {"seat": seat, "by": user}
    chosen = {item.pk: item for item in items}
    return {
        "present": (None, lambda: mark_presence(**named, is_present=True), ""),
        "absent": (None, lambda: mark_presence(**named, is_present=False), ""),
        "leave": (None, lambda: leave(**named), ""),
        "revoke": (
            None, lambda: revoke_links(**named), _("No link of this seat serves any more."),
        ),
        "accepted": (
            None, lambda: answer_invitation(**named, answer=Answer.ACCEPTED), _("The answer is recorded."),
        ),
        "declined": (
            page["decline"],
            lambda values: answer_invitation(**named, answer=Answer.DECLINED, **values),
            _("The answer is recorded."),
        ),
        "recuse": (
            page["recusal"],
            lambda values: recuse(
                item=chosen[values["item"]], seat=seat, reason=values["reason"], by=user
            ),
            _("The recusal is recorded."),
        ),
        "release": (
            page["release"], lambda values: release_seat(**named, **values), _("The seat is released."),
        ),
        "substitute": (
            page["substitute"],
            lambda values: seat_person(
                sitting=seat.sitting, person=find_person(user, seat.sitting, values["person"]),
                role=values["role"], by=user, stands_in_for=seat,
            ),
            _("The substitute is seated."),
        ),
    }  # fmt: skip


def _link(asked: Asked, seat: SittingSeat, user: Any, purpose: str) -> Asked:
    """A new link, which the page shows once: for somebody who has no address, or lost the letter."""
    made: list[tuple[Any, str]] = []

    def shown() -> dict[str, Any]:
        link, token = made[0]
        return {
            "sitting": seat.sitting, "title": localised(seat.sitting, "title"),
            "name": localised(seat.person, "name"), "address": public_url("answer", token),
            "purpose": LinkPurpose(purpose).label, "until": moment(link.expires_at),
        }  # fmt: skip

    asked.act = lambda: made.append(make_link(seat=seat, purpose=purpose, by=user))
    asked.is_simple, asked.shown = True, shown
    return asked


def item_page(item: Item, user: Any, given: Given) -> Asked:
    """Opening and closing the vote, noting, postponing, carrying out a result."""
    form = _form(ReasonForm, given, "postpone")
    found = rows_of(item.sitting, user)
    page = {
        "sitting": item.sitting, "title": localised(item.sitting, "title"), "postpone": form,
        "item": item_line(item, found),
        "is_open": item.sitting.state == SittingState.OPEN,
        "is_settled": item.state not in (ItemState.LISTED, ItemState.OPEN),
    }  # fmt: skip
    named: dict[str, Any] = {"item": item, "by": user}
    deeds: dict[str, tuple[forms.Form | None, Any, Text]] = {
        "open": (None, lambda: open_vote(**named), _("The vote is open.")),
        "close": (None, lambda: close_vote(**named), _("The vote is closed and counted.")),
        "note": (None, lambda: note_item(**named), _("The item is noted.")),
        "carry_out": (None, lambda: carry_out(**named), _("The result is carried out.")),
        "postpone": (
            form, lambda values: postpone_item(**named, **values), _("The item is postponed."),
        ),
    }  # fmt: skip
    return _asked(page, given, deeds)
