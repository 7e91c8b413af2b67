"""The charter of a laboratory as pages show it: what is left, the ledger, and the limits in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from preceptor.base.together import Question, Set, answer, asked, first_of
from preceptor.cases.access import visible_cases
from preceptor.cases.models import Case
from preceptor.fellows.access import may_set_limit
from preceptor.fellows.charter import Authority, authority_asked, authority_in, ledger, rest_of
from preceptor.fellows.choices import LimitKind, LimitPeriod
from preceptor.fellows.models import Appointment, Laboratory, Limit, LimitUse
from preceptor.web.shown.case import who
from preceptor.web.shown.money import amount_text

Shown = dict[str, Any]


def authorities_shown(laboratory: Laboratory, on: date) -> list[Shown]:
    """For every kind what the head may decide alone, with use against limit; two queries."""
    return answer(authorities_asked(laboratory, on))


def authorities_asked(laboratory: Laboratory, on: date) -> Question[list[Shown]]:
    """As `authorities_shown`; a set in each of two rounds."""
    found = yield from authority_asked(laboratory, on)
    return [_authority(one) for one in found]


def _authority(one: Authority) -> Shown:
    kind = one.kind
    shown: Shown = {"kind": kind.value, "title": kind.label, "limit": one.limit}
    if one.limit is None or one.most is None or one.period is None:
        return shown | {"text": _("No authority: every request goes to the director.")}
    words = {
        "used": amount_text(kind, one.used), "most": amount_text(kind, one.most),
        "left": amount_text(kind, one.left),
    }  # fmt: skip
    is_each = one.period == LimitPeriod.ONCE
    return shown | {
        "text": _("up to %(most)s each time") % words if is_each else _("%(left)s left") % words,
        "measure": _("%(used)s of %(most)s used") % words,
        "left": words["left"],
        "has_meter": not is_each and one.most > 0,
        "value": min(one.used or Decimal(0), one.most),
        "most": one.most,
        "period": one.period.label,
        "paper": one.limit.paper,
        "since": one.limit.valid_from.isoformat(),
        "until": one.limit.valid_to.isoformat() if one.limit.valid_to else "",
    }


def ledger_shown(laboratory: Laboratory, user: Any, most: int | None = None) -> list[Shown]:
    """The lines of the ledger, the newest first: who decided what, and whether within; two queries.
    A request is linked as far as the reader sees it."""
    return answer(ledger_asked(laboratory, user, most))


def ledger_asked(
    laboratory: Laboratory, user: Any, most: int | None = None
) -> Question[list[Shown]]:
    """As `ledger_shown`; a set in each of two rounds."""
    lines = ledger(laboratory).order_by("-decided_on", "-pk")
    [rows] = yield [Set(lines if most is None else first_of(lines, most))]
    keys = {row.case_id for row in rows if row.case_id}
    seen = (yield from asked(Set(_seen(user, keys), ("pk",))))[0] if keys else []
    may_return = bool(may_set_limit(user, laboratory))
    return [_use(row, {key for (key,) in seen}, may_return) for row in rows]


def _seen(user: Any, cases: Collection[int]) -> QuerySet[Case]:
    return visible_cases(user).filter(pk__in=cases).order_by()


def _use(row: LimitUse, seen: set[int], may_return: bool) -> Shown:
    is_return = row.returns_id is not None
    return {
        "key": row.pk,
        "day": row.decided_on.isoformat(),
        "kind": LimitKind(row.kind).label,
        "amount": amount_text(row.kind, row.amount),
        "before": amount_text(row.kind, row.used_before),
        "most": amount_text(row.kind, row.most),
        "by": who(row.by_key, row.by_name),
        "note": row.note,
        "is_return": is_return,
        "verdict": _("given back") if is_return else within_text(row),
        "tone": "none" if is_return else "pass" if row.is_within else "warn",
        "number": row.case.number if row.case else "",
        "url": reverse("case", args=[row.case_id]) if row.case_id in seen else "",
        "return_url": reverse("laboratory_part", args=[row.laboratory_id, "return", row.pk])
        if may_return and not is_return
        else "",
    }


def within_text(row: LimitUse) -> str:
    """Whether the head decided within the limit, or somebody above."""
    return _("within the limit") if row.is_within else _("decided above the head")


def limits_shown(laboratory: Laboratory) -> list[Shown]:
    """The limits that hold, held and will hold, by kind and day; one query."""
    rows = Limit.objects.known().filter(laboratory=laboratory).select_related("case")
    return [
        {
            "kind": LimitKind(row.kind).label,
            "most": amount_text(row.kind, row.most),
            "period": LimitPeriod(row.period).label,
            "since": row.valid_from.isoformat(),
            "until": row.valid_to.isoformat() if row.valid_to else "",
            "paper": row.paper,
        }
        for row in rows.order_by("kind", "-valid_from", "pk")
    ]


def resting(
    laboratory: Laboratory, on: date, terms: Sequence[Appointment] | None = None
) -> Shown | None:
    """The notice that the authority of the head rests, with the reason, or that the laboratory is closed;
    None while it does not rest.
    One query, none where the terms of the laboratory are given."""
    why = rest_of(laboratory, on, terms)
    if why is None:
        return None
    if laboratory.closed_on is not None:
        text = _("Nothing is decided under its charter any more; the ledger stays.")
        return {"level": "info", "title": _("The laboratory is closed"), "text": text}
    text = _("Reason: %(reason)s. The head decides nothing alone: every request goes on to the "
             "director.") % {"reason": why.label}  # fmt: skip
    return {"level": "warning", "title": _("The authority of the head rests"), "text": text}


def climbing(laboratory: Laboratory, kind: str, amount: Decimal, on: date, reads: bool) -> Shown:
    """Whether the head could decide the amount alone on the day, before anything is sent; what is
    left is told only to who reads the charter."""
    one = authority_in(laboratory, kind, on)
    if rest_of(laboratory, on) is not None:
        text = _("The authority of the head rests: the request goes on to the director by itself.")
        return {"level": "warning", "title": _("It will climb"), "text": text}
    if one.most is None:
        text = _("The charter leaves nothing of this kind to the head: the request goes on to the "
                 "director by itself.")  # fmt: skip
        return {"level": "warning", "title": _("It will climb"), "text": text}
    left = _("Left now: %(left)s.") % {"left": amount_text(kind, one.left)} if reads else ""
    if one.covers(amount):
        text = _("The head decides it alone, within the charter.")
        return {"level": "success", "title": _("Within the charter"), "text": f"{text} {left}"}
    text = _("More than the head may decide alone: when the head agrees, the request goes on to the "
             "director by itself.")  # fmt: skip
    return {"level": "warning", "title": _("It will climb"), "text": f"{text} {left}"}


LEDGER_HEADS = (
    gettext_lazy("Day"), pgettext_lazy("of a limit", "Kind"), pgettext_lazy("decided", "Amount"), gettext_lazy("Used before"), gettext_lazy("Limit"), gettext_lazy("Within the limit"), gettext_lazy("Decided by"),
    gettext_lazy("Request"), gettext_lazy("Note"), gettext_lazy("Given back of line"), gettext_lazy("Line"),
)  # fmt: skip


def ledger_lines(laboratory: Laboratory) -> list[Sequence[Any]]:
    """The ledger as lines of a workbook, in the order in which it was written."""
    return [
        [
            row.decided_on, LimitKind(row.kind).label, row.amount, row.used_before, row.most,
            _("given back") if row.returns_id else within_text(row), who(row.by_key, row.by_name),
            row.case.number if row.case else None, row.note or None, row.returns_id, row.pk,
        ]
        for row in ledger(laboratory)
    ]  # fmt: skip
