"""Incubations between medicine and engineering: begun, carried through their stages, or given up."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from preceptor.base import files
from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions.document import checked_body
from preceptor.cases.kinds.kind import Document, Words
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..access import may_keep_fellows, may_keep_incubation
from ..choices import StageKind
from ..models import Incubation, IncubationMember, IncubationStage, Postdoc

#: The stages in their order; each begins when the one before is done.
ORDER = tuple(StageKind)
#: What proves a stage: reports and pictures, 20 MB at most.
EVIDENCE = Document(
    "evidence", Words("阶段证明材料", "evidence of a stage"),
    types=("pdf", "docx", "xlsx", "png", "jpg"), most_megabytes=20,
)  # fmt: skip


def begin_incubation(
    *,
    institution: Unit,
    unit: Unit,
    number: str,
    title_zh: str,
    need: str,
    began_on: date,
    owner: Person,
    by: Actor,
    title_en: str = "",
    partner: Any = None,
    postdoc: Postdoc | None = None,
) -> Incubation:
    """Begin with a clinical need and who owns it: the first stage. Of the same number again it is
    given unchanged.

    Raises NotPermitted; RuleBroken for an empty number, title or need, a day ahead, or a postdoc,
    partner or unit of another institution.
    """
    may_keep_fellows(by, unit).demand()
    number, title_zh, need = number.strip(), title_zh.strip(), need.strip()
    if not (number and title_zh and need):
        raise RuleBroken(_("An incubation has a number, a title and the clinical need."))
    _demand_day(began_on)
    places = [unit.institution_id or unit.pk]
    places += [row.institution_id for row in (postdoc, partner) if row is not None]
    if set(places) != {institution.pk}:
        raise RuleBroken(
            _("Unit, partner and postdoc belong to the institution of the incubation.")
        )
    with deed(by) as act:
        list(Unit.objects.select_for_update(no_key=True).filter(pk=institution.pk))
        known = Incubation.objects.filter(institution=institution, number=number).first()
        if known is not None:
            return known
        row = Incubation.objects.create(
            institution=institution, unit=unit, number=number, title_zh=title_zh,
            title_en=title_en.strip(), need=need, partner=partner, postdoc=postdoc,
            began_on=began_on,
        )  # fmt: skip
        IncubationStage.objects.create(
            incubation=row, kind=StageKind.NEED, owner=owner, began_on=began_on
        )
        after = {"number": number, "owner": owner.pk, "on": began_on}
        act.write("incubation.begin", "incubation", row.pk, after=after)
    return row


def _demand_day(day: date) -> None:
    if day > today():
        raise RuleBroken(_("%(day)s lies ahead; record what has happened.") % {"day": day})


def _locked(incubation: Incubation, by: Actor) -> Incubation:
    """The incubation, locked, which the actor may write to and which was not given up."""
    rows = Incubation.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("unit").get(pk=incubation.pk)
    may_keep_incubation(by, held).demand()
    if held.dropped_on is not None:
        raise RuleBroken(
            _("This incubation was given up on %(day)s: %(reason)s")
            % {"day": held.dropped_on, "reason": held.drop_reason}
        )
    return held


def add_to_team(
    *, incubation: Incubation, person: Person, part: str, by: Actor
) -> IncubationMember:
    """Take a person into the joint team; who is in it keeps the part. Raises NotPermitted; RuleBroken
    without a part, or when the incubation was given up."""
    if not part.strip():
        raise RuleBroken(_("Say what the person does in the team."))
    with deed(by) as act:
        held = _locked(incubation, by)
        row, is_new = IncubationMember.objects.get_or_create(
            incubation=held, person=person, defaults={"part": part.strip()}
        )
        if is_new:
            after = {"person": person.pk, "part": row.part}
            act.write("incubation.team", "incubation", held.pk, after=after)
    return row


def begin_stage(
    *, incubation: Incubation, kind: StageKind, owner: Person, on: date, by: Actor,
    due_on: date | None = None,
) -> IncubationStage:  # fmt: skip
    """Begin the next stage: whose it is, and by when it is to be reached. Begun already it is given
    unchanged.

    Raises NotPermitted; RuleBroken where the stage before is not done, a day ahead or out of order,
    or when the incubation was given up.
    """
    kind = StageKind(kind)
    _demand_day(on)
    with deed(by) as act:
        held = _locked(incubation, by)
        stages = {row.kind: row for row in held.stages.all()}
        if kind in stages:
            return stages[kind]
        earlier = stages.get(ORDER[ORDER.index(kind) - 1])
        if earlier is None or earlier.done_on is None:
            raise RuleBroken(_("The stage before is not done yet; finish it first."))
        if on < earlier.done_on or (due_on is not None and due_on < on):
            raise RuleBroken(
                _(
                    "The stage before was done on %(day)s; this one begins then or later, and is due after it."
                )
                % {"day": earlier.done_on}
            )
        row = IncubationStage.objects.create(
            incubation=held, kind=kind, owner=owner, began_on=on, due_on=due_on
        )
        after = {"stage": kind, "owner": owner.pk, "on": on, "due_on": due_on}
        act.write("incubation.stage", "incubation", held.pk, after=after)
    return row


def finish_stage(
    *, stage: IncubationStage, done_on: date, evidence: str, by: Actor,
    file: BinaryIO | None = None, file_name: str = "",
) -> IncubationStage:  # fmt: skip
    """Say that a stage was reached, and what proves it, with a file where there is one. Done once it
    is not done again.

    Raises NotPermitted; RuleBroken without evidence, for a day ahead or before its beginning, or
    when the incubation was given up; InputRefused for a file of another type than it says, an empty
    or too large one. Then nothing is kept.
    """
    if not evidence.strip():
        raise RuleBroken(_("Say what proves that the stage was reached."))
    _demand_day(done_on)
    with deed(by) as act:
        held = _locked(stage.incubation, by)
        row = IncubationStage.objects.get(pk=stage.pk)
        if row.done_on is not None:
            return row
        if done_on < row.began_on:
            raise RuleBroken(
                _("The stage began on %(first)s; it cannot be done before.")
                % {"first": row.began_on}
            )
        row.done_on, row.evidence = done_on, evidence.strip()
        if file is not None:
            body = checked_body(EVIDENCE, file, file_name)
            row.file = files.keep(BytesIO(body), Path(file_name).name)
        row.save(update_fields=["done_on", "evidence", "file"])
        after = {"stage": row.kind, "on": done_on, "evidence": row.evidence}
        act.write("incubation.done", "incubation", held.pk, after=after)
    return row


def drop_incubation(*, incubation: Incubation, on: date, reason: str, by: Actor) -> Incubation:
    """Give an incubation up; what was learned stays. Raises NotPermitted; RuleBroken without a
    reason, for a day ahead or before its beginning, once it was translated or given up."""
    if not reason.strip():
        raise RuleBroken(_("Say why it is given up; others learn from it."))
    _demand_day(on)
    with deed(by) as act:
        held = _locked(incubation, by)
        if held.stages.filter(kind=StageKind.TRANSLATION, done_on__isnull=False).exists():
            raise RuleBroken(_("This incubation was translated; it is finished, not given up."))
        if on < held.began_on:
            raise RuleBroken(
                _("It began on %(first)s; it cannot be given up before.") % {"first": held.began_on}
            )
        held.dropped_on, held.drop_reason = on, reason.strip()
        held.save(update_fields=["dropped_on", "drop_reason"])
        after = {"on": on, "reason": held.drop_reason}
        act.write("incubation.drop", "incubation", held.pk, after=after)
    return held
