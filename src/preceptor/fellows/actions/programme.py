"""A programme of independent principal investigators is set up, changed, and called for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.calls.access import may_keep_call
from preceptor.calls.choices import CallState
from preceptor.calls.models import Call
from preceptor.cases.choices import BodyKind
from preceptor.cases.models import Body
from preceptor.institutions.models import Regulation, Unit
from preceptor.institutions.queries import name_of
from preceptor.people.models import Person

from ..access.programme import may_keep_programme, may_set_up_programme
from ..models import PiCall, PiProgramme

#: The purpose of calls for principal investigators.
PURPOSE = "fellows.pi"
#: The source names no length; five years are common, and the contract settles the days.
FIRST_TERM_MONTHS, MOST_MONTHS = 60, 240

#: The committees of a programme, and what kind of standing body each is.
COMMITTEES = {
    "academic_committee": BodyKind.ACADEMIC,
    "training_committee": BodyKind.TALENT_TRAINING,
    "education_committee": BodyKind.EDUCATION,
    "instrument_committee": BodyKind.INSTRUMENT,
}
CHANGEABLE = frozenset({"director", "delegation", "name_zh", "name_en", "closed_on", *COMMITTEES})


def set_up_programme(
    *,
    institution: Unit,
    unit: Unit,
    code: str,
    name_zh: str,
    name_en: str,
    opened_on: date,
    by: Actor,
    director: Person | None = None,
    delegation: Regulation | None = None,
    committees: dict[str, Body] | None = None,
) -> PiProgramme:
    """Set up a programme in a unit of its own. `committees` names its standing bodies by column
    (`academic_committee`, `training_committee`, `education_committee`, `instrument_committee`).

    The same code again gives the programme that is there. Raises PermissionDenied; RuleBroken for a
    unit of another institution or of another programme, a committee of another kind, or a name that
    is missing.
    """
    may_set_up_programme(by, institution).demand()
    code = code.strip()
    held = PiProgramme.objects.filter(institution=institution, code=code).first()
    if held is not None:
        return held
    _refuse_names(code, name_zh, name_en)
    _refuse_unit(institution, unit)
    given: dict[str, Any] = {"director": director, "delegation": delegation, **(committees or {})}
    _refuse_columns(institution, given)
    with deed(by) as act:
        made = PiProgramme.objects.create(
            institution=institution, unit=unit, code=code, name_zh=name_zh.strip(),
            name_en=name_en.strip(), opened_on=opened_on, **given,
        )  # fmt: skip
        after = {"code": made.code, "unit": unit.code, **_kept(given)}
        act.write("programme.set_up", "pi_programme", made.pk, after=after)
    return made


def change_programme(
    *, programme: PiProgramme, by: Actor, reason: str = "", **columns: Any
) -> PiProgramme:
    """Give the programme another director, committee, delegation, name or end. The same again
    changes nothing. Raises PermissionDenied; RuleBroken as `set_up_programme` does."""
    may_set_up_programme(by, programme.institution).demand()
    unknown = columns.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"A programme has nothing to change called {sorted(unknown)}.")
    with deed(by, reason) as act:
        rows = PiProgramme.objects.select_for_update(no_key=True, of=("self",))
        held = rows.select_related("institution", "unit", "director").get(pk=programme.pk)
        changed = {name: value for name, value in columns.items() if getattr(held, name) != value}
        if not changed:
            return held
        _refuse_names(*(changed[name] for name in ("name_zh", "name_en") if name in changed))
        _refuse_columns(held.institution, changed)
        before = _kept({name: getattr(held, name) for name in changed})
        for name, value in changed.items():
            setattr(held, name, value)
        held.save(update_fields=list(changed))
        after = _kept(changed)
        act.write("programme.change", "pi_programme", held.pk, before=before, after=after)
    return held


def _kept(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns as the journal says them: records by key."""
    return {name: getattr(value, "pk", value) for name, value in columns.items()}


def _refuse_names(*texts: str) -> None:
    if not all(text.strip() for text in texts):
        raise RuleBroken(_("A programme has a code, and a name in both languages."))


def _refuse_unit(institution: Unit, unit: Unit) -> None:
    if unit.institution_id != institution.pk:
        raise RuleBroken(
            _("%(unit)s is no unit of %(institution)s.")
            % {"unit": name_of(unit), "institution": name_of(institution)}
        )
    if PiProgramme.objects.filter(unit=unit).exists():
        raise RuleBroken(
            _("%(unit)s is the unit of another programme already.") % {"unit": name_of(unit)}
        )


def _refuse_columns(institution: Unit, columns: dict[str, Any]) -> None:
    for name, kind in COMMITTEES.items():
        body = columns.get(name)
        if body is not None and (body.kind != kind or body.institution_id != institution.pk):
            raise RuleBroken(
                _("%(body)s is no %(kind)s of %(institution)s.")
                % {
                    "body": body.name_zh,
                    "kind": kind.label,
                    "institution": institution.name_zh,
                }
            )
    delegation = columns.get("delegation")
    if delegation is not None and delegation.institution_id != institution.pk:
        raise RuleBroken(_("The delegation is a paper of the institution itself."))


def call_for_programme(
    *, call: Call, programme: PiProgramme, by: Actor, months: int = FIRST_TERM_MONTHS
) -> PiCall:
    """Say for which programme a call for principal investigators is, and for how many months who is
    chosen will be appointed. The same again changes nothing.

    Raises PermissionDenied; InputRefused for a number of months that cannot be; RuleBroken for a call
    of another purpose or institution, or one that was published already.
    """
    may_keep_call(by, call).demand()
    may_keep_programme(by, programme).demand()
    if not 1 <= months <= MOST_MONTHS:
        raise InputRefused(
            _("A term has 1 to %(most)s months, not %(months)s.")
            % {"most": MOST_MONTHS, "months": months}
        )
    with deed(by) as act:
        held = Call.objects.select_for_update(no_key=True, of=("self",)).get(pk=call.pk)
        aim = PiCall.objects.filter(call=held).first()
        if aim is not None and (aim.programme_id, aim.months) == (programme.pk, months):
            return aim
        _refuse_call(held, programme)
        aim, _is_new = PiCall.objects.update_or_create(
            call=held, defaults={"programme": programme, "months": months}
        )
        after = {"programme": programme.pk, "months": months}
        act.write("call.aim", "call", held.pk, after=after)
    return aim


def _refuse_call(call: Call, programme: PiProgramme) -> None:
    if call.purpose != PURPOSE or call.institution_id != programme.institution_id:
        raise RuleBroken(
            _("This call does not look for principal investigators of %(programme)s.")
            % {"programme": name_of(programme)}
        )
    if call.state != CallState.DRAFT:
        raise RuleBroken(_("The call is published; for which programme it is stays as it is."))
