"""A laboratory as its page shows it: people, things, money, charter, requests, what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer, asked, first_of, together
from preceptor.fellows.access import (
    may_ask_closing,
    may_ask_lab,
    may_ask_limit,
    may_book,
    may_keep_laboratory,
    may_set_limit,
    may_view_money,
    visible_appointments,
    visible_programmes,
)
from preceptor.fellows.charter import terms_of
from preceptor.fellows.choices import AppointmentState, EntryKind, LabRole
from preceptor.fellows.models import Appointment, LabAsset, LabEntry, LabMember, Laboratory
from preceptor.fellows.queries import balance_asked
from preceptor.web.localised import localised
from preceptor.web.shown.charter import authorities_asked, ledger_asked, resting
from preceptor.web.shown.fellow_journal import journal_asked
from preceptor.web.shown.money import money_text
from preceptor.web.shown.requests import cases_about, requests_asked
from preceptor.web.tables.laboratory import TONES, state_of, state_text, until_text

Shown = dict[str, Any]
#: So many lines of the ledger and of the account stand on the page; the charter has all.
RECENT = 8


def page_of(row: Laboratory, user: Any) -> Shown:
    """All of a laboratory that the reader may see; it comes with unit, programme and head."""
    keep, money = may_keep_laboratory(user, row), may_view_money(user, row)
    (sees_programme, appointments, members, assets, terms), journal, requests, *charter = answer(
        together(
            asked(
                Set(visible_programmes(user).filter(pk=row.programme_id).order_by(), ("pk",)),
                Set(
                    visible_appointments(user).filter(laboratory=row).order_by("-starts_on", "-pk")
                ),
                Set(LabMember.objects.known().filter(laboratory=row).select_related("person")),
                Set(LabAsset.objects.known().filter(laboratory=row).select_related("goes_to")),
                Set(terms_of(row)),
            ),
            journal_asked(user, "laboratory", row),
            requests_asked(user, cases_about_laboratory(row, user)),
            *([_charter(row, user)] if money else []),
        )
    )
    return {
        "laboratory": row,
        "name": localised(row.unit, "name"),
        "state_title": state_text(row),
        "tone": TONES[state_of(row)],
        "programme_name": localised(row.programme, "name"),
        "programme_url": reverse("programmes_pi", args=[row.programme_id])
        if sees_programme
        else "",
        "head_name": localised(row.head, "name"),
        "appointments": _appointments(appointments),
        "keep": keep,
        "members": _members(members),
        "assets": _assets(assets),
        "money": money,
        "acts": acts_of(row, user, money),
        "journal": journal,
        "requests": requests,
        "rest": resting(row, today(), list(terms)) if money else None,
        **(charter[0] if charter else {}),
    }


def cases_about_laboratory(row: Laboratory, user: Any) -> Any:
    """The requests about the laboratory and its charter that the reader may see, newest first."""
    about = Q(lab_case__laboratory=row) | Q(charter_case__laboratory=row)
    return cases_about(user).filter(about | Q(closing_case__laboratory=row))


def _appointments(rows: Iterable[Appointment]) -> list[Shown]:
    return [
        {
            "number": one.number,
            "url": reverse("appointment", args=[one.pk]),
            "state": AppointmentState(one.state).label,
            "until": until_text(one),
        }
        for one in rows
    ]


def _members(rows: Iterable[LabMember]) -> list[Shown]:
    """Who works there, first those of today; then who left."""
    day = today()
    found = sorted(rows, key=lambda one: (not one.is_true_on(day), one.valid_from, one.pk))
    return [
        {
            "key": one.pk,
            "name": localised(one.person, "name"),
            "role": LabRole(one.role).label,
            "since": one.valid_from.isoformat(),
            "until": one.valid_to.isoformat() if one.valid_to else "",
            "is_there": one.is_true_on(day),
            "may_leave": one.valid_to is None or one.valid_to > day,
        }
        for one in found
    ]


def _assets(rows: Iterable[LabAsset]) -> list[Shown]:
    """What it holds, then what it passed on and to whom."""
    found = sorted(rows, key=lambda one: (one.valid_to is not None, one.number, one.pk))
    return [
        {
            "key": one.pk,
            "number": one.number,
            "name": one.name,
            "value": money_text(one.value_cny),
            "since": one.valid_from.isoformat(),
            "until": one.valid_to.isoformat() if one.valid_to else "",
            "goes_to": localised(one.goes_to, "name") if one.goes_to else "",
        }
        for one in found
    ]


def _charter(row: Laboratory, user: Any) -> Question[Shown]:
    """Account and charter, for who may read them; balance, entries, limits and ledger."""
    booked = LabEntry.objects.filter(laboratory=row).order_by("-booked_on", "-pk")
    held, [entries], authorities, uses = yield from together(
        balance_asked(row),
        asked(Set(first_of(booked.select_related("countered_by"), RECENT))),
        authorities_asked(row, today()),
        ledger_asked(row, user, RECENT),
    )
    book = may_book(user, row)
    return {
        "balance": money_text(held),
        "entries": [_entry(one, book) for one in entries],
        "authorities": authorities,
        "uses": uses,
    }


def _entry(one: LabEntry, book: Permit) -> Shown:
    is_countered = hasattr(one, "countered_by")
    return {
        "day": one.booked_on.isoformat(),
        "kind": EntryKind(one.kind).label,
        "amount": money_text(one.amount_cny),
        "note": one.note,
        "mark": _("counter-entry")
        if one.counters_id
        else pgettext("an entry", "taken back")
        if is_countered
        else "",
        "counter_url": reverse("laboratory_part", args=[one.laboratory_id, "counter", one.pk])
        if book and not is_countered and not one.counters_id
        else "",
    }


def acts_of(row: Laboratory, user: Any, money: Permit) -> list[Shown]:
    """What may be done, each with the reason where not; what is for others alone is left out."""
    if row.closed_on is not None:
        return []
    ask = may_ask_lab(user, row)
    acts = [_act(row, "laboratory_ask", (), _("Ask under the charter"), ask, "plus", "main")]
    if not money:
        return acts
    for verb, label, permit, icon in (
        ("limit-ask", _("Ask for another limit"), may_ask_limit(user, row), "scale"),
        ("limit-set", _("Set a limit"), may_set_limit(user, row), "pencil"),
        ("book", _("Book money"), may_book(user, row), "database"),
    ):
        acts.append(_act(row, "laboratory_change", (verb,), label, permit, icon))
    closing = may_ask_closing(user, row)
    acts.append(
        _act(
            row,
            "laboratory_close",
            (),
            pgettext("laboratory", "Ask for the closing"),
            closing,
            "lock",
        )
    )
    return acts


def _act(
    row: Laboratory, name: str, parts: tuple[str, ...], label: str, permit: Permit, icon: str,
    kind: str = "",
) -> Shown:  # fmt: skip
    return {
        "label": label,
        "url": reverse(name, args=[row.pk, *parts]),
        "icon": icon,
        "kind": kind,
        "reason": "" if permit else str(permit.reason),
        "identifier": "-".join([name, *parts]),
    }
