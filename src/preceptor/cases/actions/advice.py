"""What a standing body advised, and what came of it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..access.body import may_advise, may_report_on_advice
from ..choices import AdviceState
from ..models import Advice, AdviceReport, Body, Case, Sitting


def advise(
    *,
    body: Body,
    text: str,
    given_on: date,
    by: Actor,
    sitting: Sitting | None = None,
    case: Case | None = None,
    person: Person | None = None,
    owner: Person | None = None,
    owner_unit: Unit | None = None,
    due_on: date | None = None,
) -> Advice:
    """Record an advice of the body: about a case, a person, or what was discussed at a sitting;
    `owner` or `owner_unit` follows it up by `due_on`.

    Raises PermissionDenied; RuleBroken without a text or anybody to follow it up, and for days
    that do not fit; InputRefused for a sitting of another body or a unit of another institution.
    """
    may_advise(by, body).demand()
    if not text.strip():
        raise RuleBroken(_("Say what the body advises."))
    if owner is None and owner_unit is None:
        raise RuleBroken(_("Name the person or the unit that follows up the advice."))
    if due_on is not None and due_on < given_on:
        raise RuleBroken(_("The advice cannot be due before it was given."))
    _refuse_strangers(body, sitting, case, owner_unit)
    with deed(by) as act:
        advice = Advice.objects.create(
            body=body, sitting=sitting, case=case, person=person, text=text.strip(),
            given_on=given_on, owner=owner, owner_unit=owner_unit, due_on=due_on,
        )  # fmt: skip
        after = {"advice": advice.pk, "given_on": given_on, "due_on": due_on}
        act.write("body.advise", "body", body.pk, after=after)
    return advice


def _refuse_strangers(
    body: Body, sitting: Sitting | None, case: Case | None, owner_unit: Unit | None
) -> None:
    if sitting is not None and sitting.body_id != body.pk:
        raise InputRefused(_("This sitting is one of another body."))
    if case is not None and case.institution_id != body.institution_id:
        raise InputRefused(_("This case is one of another institution."))
    if owner_unit is not None and body.institution_id not in (
        owner_unit.pk, owner_unit.institution_id,
    ):  # fmt: skip
        raise InputRefused(_("This unit is not one of the institution's."))


def report_on_advice(*, advice: Advice, text: str, state: str, by: Actor) -> AdviceReport:
    """Say what was done about an advice: `open` (it goes on), `done`, or `declined` with the reason.

    The same report twice is one. Raises PermissionDenied, also when the advice is done or
    declined already; RuleBroken without a text.
    """
    if not text.strip():
        raise RuleBroken(_("Say what was done, or why the advice is not taken up."))
    with deed(by) as act:
        rows = Advice.objects.select_for_update(no_key=True, of=("self",))
        held = rows.select_related("body").get(pk=advice.pk)
        last = held.reports.order_by("-pk").first()
        if last is not None and _is_same(last, text, state, by):
            return last
        may_report_on_advice(by, held).demand()
        report = AdviceReport.objects.create(
            advice=held, text=text.strip(), at=timezone.now(), state=AdviceState(state),
            by_key=by.actor_key, by_name=by.actor_name,
        )  # fmt: skip
        before, held.state = held.state, AdviceState(state)
        held.save(update_fields=["state"])
        act.write(
            "body.follow_up", "body", held.body_id, before={"advice": held.pk, "state": before},
            after={"advice": held.pk, "state": held.state},
        )  # fmt: skip
    return report


def _is_same(last: AdviceReport, text: str, state: str, by: Actor) -> bool:
    return (last.text, last.state, last.by_key) == (text.strip(), state, by.actor_key)
