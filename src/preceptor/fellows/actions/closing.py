"""A laboratory closes: granted only when nobody, nothing and no money is left."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from preceptor.base.actors import Actor, Mandate
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED as ALLOWED
from preceptor.base.permits import Permit, refused
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.cases.actions import open_case
from preceptor.cases.models import Case

from ..access.laboratory import may_ask_closing
from ..choices import AppointmentState
from ..models import Appointment, ClosingCase, Laboratory, Limit
from ..queries.laboratory import Remains, left_behind
from .laboratory import locked_laboratory
from .requests import GRANTED, demand_procedure, reason_of, refuse_second

CLOSING = "lab_closing"


def ask_closing_of_laboratory(
    *, laboratory: Laboratory, closes_on: date, by: Actor, reason: str = ""
) -> Case:
    """Prepare the request that the laboratory be closed on a day.

    It can be prepared while people, things or money are left; handed in only when nothing is.
    Raises PermissionDenied; RuleBroken for a day before the laboratory opened, or while such a
    request is not ended.
    """
    may_ask_closing(by, laboratory).demand()
    with deed(by) as act:
        held = locked_laboratory(laboratory)
        if closes_on < held.opened_on:
            raise RuleBroken(
                _("The laboratory opened on %(day)s; it cannot close before.")
                % {"day": held.opened_on}
            )
        demand_procedure(held.institution, CLOSING)
        refuse_second(Case.objects.filter(closing_case__laboratory=held))
        case = open_case(
            institution=held.institution, unit=held.unit, kind=CLOSING, person=held.head,
            title_zh=_title("zh-hans", held), title_en=_title("en", held), reason=reason, by=by,
        )  # fmt: skip
        ClosingCase.objects.create(case=case, laboratory=held, closes_on=closes_on)
        after = {"laboratory": held.pk, "closes_on": closes_on}
        act.write("case.closing", "case", case.pk, after=after)
    return case


def _title(language: str, held: Laboratory) -> str:
    with override(language):
        name = held.unit.name_en if language == "en" and held.unit.name_en else held.unit.name_zh
        return _("Closing of %(laboratory)s") % {"laboratory": name}


def may_close(row: ClosingCase) -> Permit:
    """Whether nobody, nothing and no money would be left on the day; the reason names what is."""
    if row.laboratory.closed_on is not None:
        return refused(_("The laboratory is closed already."))
    found = left_behind(row.laboratory, row.closes_on, besides=[row.case_id])
    return refused(told(found)) if found else ALLOWED


def told(found: Remains) -> str | Promise:
    """What is left, one line for each kind of thing, by name."""
    lines = [
        _("People in the laboratory: %(names)s.")
        % {"names": _listed(row.person.name_zh for row in found.members)} if found.members else "",
        _("Postdocs guided by the head alone: %(names)s.")
        % {"names": _listed(row.person.name_zh for row in found.postdocs)}
        if found.postdocs else "",
        _("Things: %(names)s.")
        % {"names": _listed(f"{row.number} {row.name}" for row in found.assets)}
        if found.assets else "",
        _("Money in the account: CNY %(money)s.") % {"money": found.money} if found.money else "",
        _("Requests under way: %(names)s.")
        % {"names": _listed(str(case) for case in found.requests)} if found.requests else "",
    ]  # fmt: skip
    head = _("The laboratory cannot close yet. Place these first:")
    return "\n".join([head, *(line for line in lines if line)])


def _listed(names: object) -> str:
    return "、".join(names)  # type: ignore[arg-type]


def begin_closing(act: Deed, laboratory: Laboratory) -> None:
    """Let the laboratory begin to close today, inside the deed of the verb that ended the office of its
    head; one that is closing goes on."""
    held = locked_laboratory(laboratory)
    if held.closing_on is None:
        held.closing_on = today()
        held.save(update_fields=["closing_on"])
        after = {"closing_on": held.closing_on}
        act.write("laboratory.begin_closing", "laboratory", held.pk, after=after)


def end_closing(*, row: ClosingCase, outcome: str, by: Mandate) -> None:
    """Close the laboratory: its limits end, and the appointments that led it. Its unit keeps its
    place, so that who read its records goes on reading them. Nothing changes unless granted.

    Raises RuleBroken before the day, and, naming it, where something came in meanwhile.
    """
    if outcome != GRANTED:
        return
    with deed(by, reason_of(row.case)) as act:
        # The appointments before the laboratory, the last one first: so whoever starts one locks them.
        rows = Appointment.objects.select_for_update(no_key=True, of=("self",))
        list(rows.filter(laboratory=row.laboratory).order_by("-starts_on", "-pk"))
        held = locked_laboratory(row.laboratory)
        _refuse_early(row.closes_on)
        permit = may_close(ClosingCase(laboratory=held, closes_on=row.closes_on, case=row.case))
        if not permit:
            raise RuleBroken(permit.reason)
        _end_limits(act, held, row.closes_on)
        _end_appointments(act, held, row.closes_on)
        before = {"closed_on": None}
        held.closing_on = held.closing_on or today()
        held.closed_on = row.closes_on
        held.save(update_fields=["closing_on", "closed_on"])
        after = {"closed_on": held.closed_on}
        act.write("laboratory.close", "laboratory", held.pk, before=before, after=after)


def _refuse_early(closes_on: date) -> None:
    """What may still come in until the day could be left behind."""
    if closes_on > today():
        raise RuleBroken(
            _("The laboratory closes on %(day)s; it is decided on that day or later.")
            % {"day": closes_on}
        )


def _end_limits(act: Deed, held: Laboratory, day: date) -> None:
    rows = Limit.objects.known().filter(Q(valid_to=None) | Q(valid_to__gt=day), laboratory=held)
    for limit in rows:
        if limit.valid_from > day:
            retract(limit)
        else:
            supersede(limit, valid_to=day)
        after = {"limit": limit.pk, "kind": limit.kind, "to": day}
        act.write("charter.end", "laboratory", held.pk, after=after)


def _end_appointments(act: Deed, held: Laboratory, day: date) -> None:
    rows = Appointment.objects.filter(laboratory=held).exclude(state=AppointmentState.ENDED)
    for one in rows.order_by("pk"):
        before = {"state": one.state, "left_on": one.left_on}
        one.state = AppointmentState.ENDED
        one.left_on = one.left_on or min(day, one.ends_on)
        one.save(update_fields=["state", "left_on"])
        after = {"state": one.state, "left_on": one.left_on}
        act.write("appointment.end", "appointment", one.pk, before=before, after=after)
        act.touch("appointment", [one.pk])
