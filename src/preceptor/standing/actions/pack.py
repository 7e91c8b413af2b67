"""Putting packs into force, and ending it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.permits import GRANTED, Permit
from preceptor.base.today import today
from preceptor.institutions.actions import keep_cited
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution
from preceptor.policy import Pack, load_pack_text
from preceptor.policy.writing import write_pack

from ..access import may_approve_draft, may_change_layer
from ..asking import ask_evaluation
from ..choices import DraftState, RunCause
from ..cited import cited_sources
from ..models import PackDraft, PackInForce
from ..packs import check_layers, find
from ..schema import SCHEMA
from ..storing import take_turns

#: What the journal says of a content in force.
COLUMNS = ("version", "hash", "layer", "unit_id", "in_force_from", "in_force_to")
A_DAY = timedelta(days=1)


def put_in_force(
    *,
    institution: Unit,
    pack: str,
    valid_from: date,
    by: Actor,
    unit: Unit | None = None,
    text: str | None = None,
) -> PackInForce:
    """Put a pack into force from the day on, for the institution or for one unit and all below.

    `text` is the content; without it the pack of that id or file is taken as it is now. Its
    examples must have the verdicts that it gives them, and it must lie over and under the other
    packs. Where the day has come, everybody is judged anew in the background. The same content
    from the same day again changes nothing. Raises PermissionDenied, InputRefused when there is
    no such pack, RuleBroken where another content has begun on that very day, and PackError when
    the pack is wrong; then nothing is changed.
    """
    _may_put(by, institution, pack, unit).demand()
    found, content = _content(pack, text)
    may_change_layer(by, found.layer).demand()
    _demand_place(institution, unit)
    row = PackInForce(
        institution=institution, unit=unit, pack=found.id, layer=found.layer,
        version=found.version, hash=found.hash, text=content, in_force_from=valid_from,
    )  # fmt: skip
    with deed(by) as act:
        take_turns([institution.pk])
        held = _contents(row).filter(in_force_from=valid_from).first()
        if held is not None and _said(held) == _said(row):
            return held
        _put(row, held, act)
        keep_cited(
            institution=institution, pack=found.id, layer=found.layer,
            sources=cited_sources(found), by=by,
        )  # fmt: skip
        check_layers(institution.pk, valid_from)
        if valid_from <= today():
            ask_evaluation(institution, RunCause.PACK)
    return row


def _may_put(by: Actor, institution: Unit, pack: str, unit: Unit | None) -> Permit:
    """Who keeps the institution may; for a draft that waits, also who may approve it."""
    permit = may_keep_institution(by, institution)
    waiting = PackDraft.objects.filter(
        institution=institution, pack=pack, unit=unit, state=DraftState.PROPOSED
    )
    if not permit and any(may_approve_draft(by, draft) for draft in waiting):
        return GRANTED
    return permit


def _content(pack: str, text: str | None) -> tuple[Pack, str]:
    """The pack, strictly checked, and its whole text: an overlay that lies here is written out."""
    if text is None:
        laid = find(pack)
        whole = laid.extends is not None
        text = write_pack(laid.content) if whole else Path(laid.file).read_text(encoding="utf-8")
        return load_pack_text(text, SCHEMA, pack, strict=True), text
    found = load_pack_text(text, SCHEMA, pack, strict=True)
    if found.id != pack:
        raise InputRefused(
            _("The text is of the pack %(found)s, not of %(pack)s.")
            % {"found": found.id, "pack": pack}
        )
    return found, text


def _demand_place(institution: Unit, unit: Unit | None) -> None:
    if unit is not None and unit.institution_id != institution.pk:
        raise RuleBroken(
            _("%(unit)s is not a unit of %(institution)s.")
            % {"unit": unit.name_zh, "institution": institution.name_zh}
        )


def _contents(row: PackInForce) -> QuerySet[PackInForce]:
    """All contents of the row's pack for the row's place."""
    return PackInForce.objects.filter(
        institution=row.institution, unit=row.unit, pack=row.pack
    ).order_by("in_force_from", "pk")


def _said(row: PackInForce) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _put(row: PackInForce, held: PackInForce | None, act: Deed) -> None:
    """Write the row, in the place of one that was to begin on the same day."""
    if held is not None:
        if held.hash != row.hash and held.in_force_from <= today():
            raise RuleBroken(
                _(
                    "Another content of %(pack)s is in force from %(day)s already, and what was "
                    "judged by it stays derivable. Choose a later day."
                )
                % {"pack": row.pack, "day": row.in_force_from}
            )
        row.pk = held.pk
    row.save()
    act.write(
        "pack.force", "pack", row.pack, before=_said(held) if held else None, after=_said(row)
    )


def end_force(
    *, institution: Unit, pack: str, last_day: date, by: Actor, unit: Unit | None = None
) -> PackInForce:
    """Let the content that is in force on the day bind no longer than that day.

    Asked again with another day it moves the end; the same day again changes nothing. Raises
    PermissionDenied, InputRefused when the pack is not in force on the day, and RuleBroken when
    another content follows later, which ends this one by itself.
    """
    may_keep_institution(by, institution).demand()
    place = PackInForce(institution=institution, unit=unit, pack=pack)
    with deed(by) as act:
        take_turns([institution.pk])
        row = _ending(place, last_day)
        may_change_layer(by, row.layer).demand()
        if row.in_force_to == last_day:
            return row
        before, earlier = _said(row), row.in_force_to
        row.in_force_to = last_day
        row.save(update_fields=["in_force_to"])
        act.write("pack.end", "pack", pack, before=before, after=_said(row))
        if min(last_day, earlier or last_day) < today():
            ask_evaluation(institution, RunCause.PACK)
    return row


def _ending(place: PackInForce, last_day: date) -> PackInForce:
    """The content that began last by the day. Raises InputRefused or RuleBroken."""
    rows = list(_contents(place))
    begun = [row for row in rows if row.in_force_from <= last_day]
    if not begun:
        raise InputRefused(
            _("%(pack)s is not in force on %(day)s.") % {"pack": place.pack, "day": last_day}
        )
    if later := [row for row in rows if row.in_force_from > last_day]:
        raise RuleBroken(
            _("Another content of %(pack)s follows on %(day)s; it ends the one before by itself.")
            % {"pack": place.pack, "day": later[0].in_force_from}
        )
    return begun[-1]
