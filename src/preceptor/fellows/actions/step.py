"""Asking for a step of a postdoc, saying the grade; asking to open or close a station."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.access import may_view_case
from preceptor.cases.actions import open_case
from preceptor.cases.choices import CaseState, StageKind
from preceptor.cases.models import Case

from ..access import may_ask_for_postdoc, may_grade, may_keep_postdoc, may_keep_station
from ..asking import allows_closing, allows_opening, allows_step, allows_wish
from ..choices import Grade, PostdocStep, StationState
from ..dossiers import dossier_from
from ..models import Ground, Postdoc, PostdocCase, Station, StationCase
from .following import follow_request
from .postdoc import locked_postdoc
from .requests import demand, demand_procedure, refuse_second
from .station import OPENING, locked_station, put_in_state

#: Steps that end in an assessment with a grade.
GRADED = frozenset({PostdocStep.ANNUAL, PostdocStep.MIDTERM, PostdocStep.EXIT})
CLOSING = "station_closing"
OPENING_TITLE = gettext_lazy("opening of the station")
CLOSING_TITLE = gettext_lazy("closing of the station")


def ask_step(
    *,
    postdoc: Postdoc,
    step: PostdocStep,
    by: Actor,
    year: int | None = None,
    wished_on: date | None = None,
    to_station: Station | None = None,
    reason: str = "",
) -> Case:
    """Prepare a request about a postdoc; documents are handed in, then it is submitted.

    `wished_on` is the day of exit or move, or the new end of the term; a move without `to_station`
    leads to a station elsewhere; `year` is that of an assessment, this year when not given. A
    withdrawal keeps the grounds that were recorded by now. Raises NotPermitted; RuleBroken when the
    postdoc has left, the day or the station makes no sense, or such a request is running already.
    """
    step = PostdocStep(step)
    may_ask_for_postdoc(by, postdoc).demand()
    if step == PostdocStep.WITHDRAWAL:
        may_keep_postdoc(by, postdoc).demand()
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        kind = f"postdoc_{step}"
        demand_procedure(held.institution, kind)
        demand(allows_step(held, step))
        demand(allows_wish(held, step, wished_on, to_station))
        refuse_second(Case.objects.filter(postdoc_case__postdoc=held, postdoc_case__step=step))
        case = _open(held, kind, step.label, by, reason)
        row = PostdocCase.objects.create(
            case=case, postdoc=held, step=step, year=year or today().year, wished_on=wished_on,
            to_station=to_station, grounds=_grounds(held, step),
        )  # fmt: skip
        after = {"postdoc": held.pk, "step": step, "year": row.year, "wished_on": wished_on}
        act.write("case.postdoc_step", "case", case.pk, after=after)
    return case


def _grounds(held: Postdoc, step: PostdocStep) -> list[dict[str, Any]] | None:
    """The grounds as they stand now, without their notes; None for other steps."""
    if step != PostdocStep.WITHDRAWAL:
        return None
    rows = Ground.objects.filter(postdoc=held, taken_back_at=None)
    return [
        {
            "ground": row.pk, "kind": row.kind, "found_on": row.found_on.isoformat(),
            "days": row.days, "paper": row.paper,
        }
        for row in rows
    ]  # fmt: skip


def _open(held: Postdoc, kind: str, about: str | Promise, by: Actor, reason: str) -> Case:
    names = {"zh-hans": held.person.name_zh, "en": held.person.name_en or held.person.name_zh}
    titles = _titles(about, names)
    return open_case(
        institution=held.institution, unit=held.unit, kind=kind, person=held.person,
        title_zh=titles["zh-hans"], title_en=titles["en"], reason=reason.strip(), by=by,
    )  # fmt: skip


def _titles(about: str | Promise, names: Mapping[str, str]) -> dict[str, str]:
    """What is asked for and about whom, in each language."""
    found = {}
    for language, name in names.items():
        with override(language):
            found[language] = capfirst(_("%(what)s: %(name)s") % {"what": about, "name": name})
    return found


def grade_step(*, case: Case, grade: Grade, by: Actor) -> PostdocCase:
    """Say the grade that the board gives, before its vote is closed; a later word replaces an earlier
    one. What the vote then says and the grade must agree: who is not carried is not qualified.

    Raises NotPermitted, also outside the sitting; RuleBroken for a step without a grade.
    """
    with deed(by) as act:
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        may_view_case(by, held).demand()
        may_grade(by, held).demand()
        row = PostdocCase.objects.get(case=held)
        if row.step not in GRADED:
            raise RuleBroken(_("No grade is given at this step."))
        before, after = {"grade": row.grade}, {"grade": Grade(grade).value}
        if before == after:
            return row
        row.grade = after["grade"]
        row.save(update_fields=["grade"])
        act.write("case.grade", "case", held.pk, before=before, after=after)
    return row


def ask_opening(*, station: Station, by: Actor, reason: str = "") -> Case:
    """Prepare the request to open a station; one that was only needed is being prepared from now on.

    Raises NotPermitted; RuleBroken for a station that is open, closed or not pursued, or while such
    a request is running.
    """
    return _ask_station(station, True, by, reason)


def ask_closing(*, station: Station, by: Actor, reason: str = "") -> Case:
    """Prepare the request to close a station. Raises as `ask_opening` does."""
    return _ask_station(station, False, by, reason)


def _ask_station(station: Station, opens: bool, by: Actor, reason: str) -> Case:
    kind = OPENING if opens else CLOSING
    with deed(by) as act:
        held = locked_station(station)
        may_keep_station(by, held).demand()
        demand_procedure(held.institution, kind)
        demand(allows_opening(held) if opens else allows_closing(held))
        refuse_second(Case.objects.filter(station_case__station=held, station_case__opens=opens))
        names = {"zh-hans": held.name_zh, "en": held.name_en}
        titles = _titles(OPENING_TITLE if opens else CLOSING_TITLE, names)
        case = open_case(
            institution=held.institution, unit=held.unit, kind=kind, person=None,
            title_zh=titles["zh-hans"], title_en=titles["en"], reason=reason.strip(), by=by,
        )  # fmt: skip
        StationCase.objects.create(case=case, station=held, opens=opens)
        if opens and held.state == StationState.NEED:
            put_in_state(act, held, StationState.PREPARING, today())
        act.write("case.station", "case", case.pk, after={"station": held.pk, "opens": opens})
    return case


#: Until which stages the dossier of a station may be changed, and the approval entered.
_WRITING = (CaseState.DRAFT, CaseState.RETURNED, CaseState.RUNNING)


def keep_dossier(*, case: Case, census: int, by: Actor) -> StationCase:
    """Keep the dossier of a station as it is handed in: the figures of a census, named by its key, each
    with the query that gave it. Nothing in it is typed. A later one replaces it, until the board has
    it.

    Raises NotPermitted; RuleBroken once the board or an authority outside has the request, and for a
    census that is none of the institution's; LookupError when nobody compiles dossiers.
    """
    with deed(by) as act:
        row = _station_row(case, by)
        dossier = dossier_from(row.station, census)
        held = row.case
        if held.state not in _WRITING or held.stage_kind == StageKind.SITTING:
            raise RuleBroken(_("The dossier was handed on; it stays as it was handed in."))
        if row.dossier == dossier:
            return row
        row.dossier = dossier
        row.save(update_fields=["dossier"])
        act.write(
            "case.dossier", "case", held.pk, after={"census": census, "entries": sorted(dossier)}
        )
    return row


def record_approval(*, case: Case, number: str, by: Actor) -> StationCase:
    """Enter the number of the national approval while the request waits for it; a station that was
    submitted is approved with it. The same again changes nothing. Raises NotPermitted; RuleBroken for an empty number or an ended request."""
    number = number.strip()
    with deed(by) as act:
        row = _station_row(case, by)
        if not number or row.case.state != CaseState.RUNNING:
            raise RuleBroken(_("An approval has a number, and is entered while the request runs."))
        if row.national_number == number:
            return row
        before = {"number": row.national_number}
        row.national_number = number
        row.save(update_fields=["national_number"])
        act.write("case.approval", "case", case.pk, before=before, after={"number": number})
        if row.station.state == StationState.SUBMITTED:
            follow_request(row=row, to=StationState.APPROVED, by=by)
    return row


def _station_row(case: Case, by: Actor) -> StationCase:
    """The row of a case about a station, its case locked, which the actor may write to."""
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    row = StationCase.objects.select_related("case", "station__unit").get(case=case.pk)
    may_keep_station(by, row.station).demand()
    return row
