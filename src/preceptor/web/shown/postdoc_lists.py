"""One postdoc under every list of grounds for a withdrawal, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.fellows.choices import PostdocState
from preceptor.fellows.models import Postdoc
from preceptor.fellows.states import PRESENT
from preceptor.people.access import scope
from preceptor.standing.withdrawal_lists import (
    WithdrawalList,
    grounds_named,
    is_answered_alike,
    lists_about,
)
from preceptor.web.localised import localised
from preceptor.web.shown.postdoc import TONES
from preceptor.web.shown.requirement import as_ground, requirement

Shown = dict[str, Any]


def page_of(row: Postdoc, user: Any) -> Shown:
    """What postdoc/lists.html takes, for a reader who may read the grounds; the row comes with what
    `pages.postdoc.seen` reads."""
    relations = scope(user).relations
    lists = lists_about(row, today(), get_language() or "", relations)
    lines = {rule: _line(rule, lists) for rule in grounds_named(lists)}
    alike = {rule for rule in lines if is_answered_alike(rule, lists)}
    return {
        "postdoc": row,
        "name": localised(row.person, "name"),
        "state_title": PostdocState(row.state).label,
        "tone": TONES[PostdocState(row.state)],
        "on": today(),
        "lead": _lead(row, len(lines), len(lines) - len(alike)),
        "decides": _decides(lists),
        "lists": [_list(known) for known in lists],
        "different": [line for rule, line in lines.items() if rule not in alike],
        "alike": [line for rule, line in lines.items() if rule in alike],
    }


def _lead(row: Postdoc, named: int, different: int) -> str:
    """The first sentence: on how many of the grounds the lists differ for this postdoc."""
    if row.state not in PRESENT:
        return _("The term is over: no list names a ground for a withdrawal any more.")
    if not different:
        return _("For this postdoc every list gives the same answer today.")
    return _(
        "For this postdoc the lists differ today on %(count)s of the %(named)s grounds that they name."
    ) % {"count": different, "named": named}


def _decides(lists: Sequence[WithdrawalList]) -> str:
    """Which list decides, and that the others do not."""
    titles = [_title(known) for known in lists if known.is_in_force]
    if not titles:
        return _("No list is in force for this unit: nothing here decides about the postdoc.")
    return _(
        "Only the list in force decides: %(lists)s. The others are shown for comparison; for this "
        "postdoc nothing follows from them."
    ) % {"lists": pgettext("between names", ", ").join(titles)}


def _title(known: WithdrawalList) -> str:
    return known.pack.title.within(get_language() or "")


def _list(known: WithdrawalList) -> Shown:
    return {
        "title": _title(known),
        "version": known.pack.version,
        "is_in_force": known.is_in_force,
        "named": len(known.grounds),
        "there": _("; ").join(one.title for one in known.there),
    }


def _line(rule: str, lists: Sequence[WithdrawalList]) -> Shown:
    """One ground with a cell for each list; it leads to its rule where a list in force names it."""
    first = next(known for known in lists if rule in known.grounds)
    title = first.grounds[rule].title
    return {
        "title": title,
        "url": reverse("rule", args=[rule]) if first.is_in_force else "",
        "cells": [_cell(rule, known, title) for known in lists],
    }


def _cell(rule: str, known: WithdrawalList, title: str) -> Shown:
    label = _title(known)
    if known.is_in_force:
        label = _("%(list)s (in force)") % {"list": label}
    if rule not in known.grounds:
        return {"label": label}
    said = as_ground(requirement(known.grounds[rule]))
    return said | {"label": label, "title": said["title"] if said["title"] != title else ""}
