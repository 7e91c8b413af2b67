"""Planned changes of packs: written step by step, proposed, approved by a second person."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.institutions.models import Unit
from preceptor.policy.writing import write_pack

from ..access import may_approve_draft, may_change_layer, may_edit_packs
from ..choices import DraftState
from ..editing.changes import Change, Pair, first_content
from ..editing.changes.change import readable
from ..editing.desk import Desk, content_of, desk_of, overlay_text, pruned
from ..editing.proposing import obstacles
from ..models import PackDraft, PackInForce
from .pack import put_in_force

WRITABLE = (DraftState.DRAFT, DraftState.RETURNED)
PACK_ID = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*")
NUMBER_AT_END = re.compile(r"(.*?)(\d+)$", re.DOTALL)
REMARK_LENGTH = 500


def open_draft(*, institution: Unit, base: PackInForce, by: Actor) -> PackDraft:
    """Begin a change of the pack in force; an unfinished draft of the same pack is given back.

    The version counts on by itself. Raises PermissionDenied, RuleBroken for rules of the state and
    when `base` is not the last content of its pack.
    """
    may_edit_packs(by, institution).demand()
    may_change_layer(by, base.layer).demand()
    with deed(by) as act:
        _take_turn(institution)
        _demand_last(base, institution)
        unfinished = PackDraft.objects.filter(
            institution=institution, unit=base.unit_id, pack=base.pack, state__in=WRITABLE
        ).first()
        if unfinished is not None:
            return unfinished
        desk = Desk(content_of(base), content_of(base))
        desk.content["pack"]["version"] = _next_version(institution, base)
        draft = _begin(institution, base.pack, base, overlay_text(desk, base), by)
        draft.unit = base.unit
        draft.save()
        act.write("draft.open", "draft", draft.pk, after={"pack": draft.pack, "base": base.hash})
    return draft


def write_draft(
    *, institution: Unit, pack: str, title: Pair, layer: str, by: Actor, unit: Unit | None = None
) -> PackDraft:
    """Begin a pack from nothing. Raises PermissionDenied; RuleBroken when the id is taken, or names
    no pack, or when only a part of the institution can have a pack of the layer."""
    may_edit_packs(by, institution).demand()
    may_change_layer(by, layer).demand()
    if not PACK_ID.fullmatch(pack) or len(pack) > 80:
        raise RuleBroken(
            _(
                "“%(pack)s” cannot be the id of a pack. Write institution/regulation in small "
                "letters, digits and hyphens, such as yunting/blind-review."
            )
            % {"pack": pack[:80]}
        )
    if unit is not None and unit.institution_id != institution.pk:
        raise InputRefused(_("This unit does not belong to the institution."))
    with deed(by) as act:
        _take_turn(institution)
        _demand_free(institution, pack)
        text = write_pack(pruned(first_content(pack, title, layer)))
        draft = _begin(institution, pack, None, text, by)
        draft.unit = unit
        draft.save()
        act.write("draft.open", "draft", draft.pk, after={"pack": pack, "base": ""})
    return draft


def change_draft(*, draft: PackDraft, edition: int, change: Change, by: Actor) -> PackDraft:
    """Take one step in the draft; the same content again changes nothing.

    `edition` is the one that the person saw: when somebody else has changed the draft since, nothing
    is written and the refusal says who and what. A step that leaves a fault may be taken. Raises
    PermissionDenied, RuleBroken, InputRefused, and PackError for a draft that cannot be read.
    """
    may_edit_packs(by, draft.institution).demand()
    with deed(by) as act:
        held = _held(draft, edition)
        _demand_state(held, WRITABLE)
        desk = desk_of(held)
        change.apply(desk.content)
        text = overlay_text(desk, held.base)
        if text == held.overlay:
            return held
        held.overlay = text
        held.edition += 1
        # What was written must be readable again, or nothing is written.
        desk_of(held)
        held.save()
        act.write(
            "draft.change", "draft", held.pk,
            before={"edition": edition}, after={"edition": held.edition, "part": change.part},
        )  # fmt: skip
    return held


def propose_draft(
    *,
    draft: PackDraft,
    edition: int,
    effective_from: date,
    by: Actor,
    regulation_on: date | None = None,
    remark: str = "",
) -> PackDraft:
    """Hand the draft to a second person, to hold from a day on.

    Raises PermissionDenied, and RuleBroken with what stands in the way: a fault, a slip that no
    example would notice, no preview of this very content, a day that is not possible, or a day that
    has passed without the date of the regulation itself.
    """
    may_edit_packs(by, draft.institution).demand()
    with deed(by) as act:
        held = _held(draft, edition)
        _demand_state(held, WRITABLE)
        before = _days(held)
        held.effective_from, held.regulation_on = effective_from, regulation_on
        _refuse_first(obstacles(held))
        held.state = DraftState.PROPOSED
        held.author, held.author_key = by.actor_name, by.actor_key
        held.remark = _remark(remark)
        held.edition += 1
        held.save()
        act.write(
            "draft.propose", "draft", held.pk, before=before, after=_days(held), reason=held.remark
        )
    return held


def return_draft(*, draft: PackDraft, edition: int, remark: str, by: Actor) -> PackDraft:
    """Give a proposed draft back for correction, with what is to be corrected."""
    may_approve_draft(by, draft).demand()
    if not remark.strip():
        raise InputRefused(_("Write what is to be corrected."))
    with deed(by) as act:
        held = _held(draft, edition)
        _demand_state(held, (DraftState.PROPOSED,))
        return _moved(act, held, DraftState.RETURNED, "draft.return", remark)


def withdraw_draft(*, draft: PackDraft, edition: int, by: Actor, remark: str = "") -> PackDraft:
    """Take the draft back for good, before it is approved."""
    may_edit_packs(by, draft.institution).demand()
    with deed(by) as act:
        held = _held(draft, edition)
        _demand_state(held, (*WRITABLE, DraftState.PROPOSED))
        return _moved(act, held, DraftState.WITHDRAWN, "draft.withdraw", remark)


def approve_draft(*, draft: PackDraft, edition: int, by: Actor) -> PackDraft:
    """Put the proposed content into force from its day; another person than its author does.

    Everything is asked again, because rules and days go on while a draft waits. Raises
    PermissionDenied, and RuleBroken with what stands in the way.
    """
    may_approve_draft(by, draft).demand()
    with deed(by) as act:
        _take_turn(draft.institution)
        held = _held(draft, edition)
        may_approve_draft(by, held).demand()
        _refuse_first(obstacles(held))
        assert held.effective_from is not None
        held.result = put_in_force(
            institution=held.institution, pack=held.pack, valid_from=held.effective_from, by=by,
            unit=held.unit, text=write_pack(desk_of(held).content),
        )  # fmt: skip
        held.state = DraftState.APPROVED
        held.approver, held.approver_key = by.actor_name, by.actor_key
        held.save()
        after = {"hash": held.result.hash, **_days(held)}
        act.write("draft.approve", "draft", held.pk, after=after)
    return held


def renew_draft(*, draft: PackDraft, edition: int, by: Actor) -> PackDraft:
    """Lay the draft over the content of its pack that was put into force since it was begun.

    What the draft changes stays; everything else is as it is now. Raises PermissionDenied and
    RuleBroken when there is nothing newer.
    """
    may_edit_packs(by, draft.institution).demand()
    with deed(by) as act:
        held = _held(draft, edition)
        _demand_state(held, WRITABLE)
        newest = _rows(held.institution, held.pack, held.unit_id).last()
        if held.base is None or newest is None or newest.pk == held.base_id:
            raise RuleBroken(_("The draft begins from the present content already."))
        before = {"base": held.base.hash}
        held.base = newest
        desk = desk_of(held)
        desk.content["pack"]["version"] = _next_version(held.institution, newest)
        held.overlay = overlay_text(desk, newest)
        held.edition += 1
        held.save()
        act.write("draft.renew", "draft", held.pk, before=before, after={"base": newest.hash})
    return held


def _begin(
    institution: Unit, pack: str, base: PackInForce | None, overlay: str, by: Actor
) -> PackDraft:
    return PackDraft(
        institution=institution, pack=pack, base=base, overlay=overlay, author=by.actor_name,
        author_key=by.actor_key,
    )  # fmt: skip


def _take_turn(institution: Unit) -> None:
    Unit.objects.select_for_update(no_key=True).get(pk=institution.pk)


def _rows(institution: Unit, pack: str, unit: int | None) -> Any:
    rows = PackInForce.objects.filter(institution=institution, pack=pack, unit=unit)
    return rows.order_by("in_force_from", "pk")


def _demand_last(base: PackInForce, institution: Unit) -> None:
    last = _rows(institution, base.pack, base.unit_id).last()
    if last is None or last.pk != base.pk:
        raise RuleBroken(
            _("A newer content of this pack has been approved. Plan the change from that one.")
        )


def _demand_free(institution: Unit, pack: str) -> None:
    drafts = PackDraft.objects.filter(institution=institution, pack=pack)
    open_ones = drafts.filter(state__in=(*WRITABLE, DraftState.PROPOSED))
    if PackInForce.objects.filter(pack=pack).exists() or open_ones.exists():
        raise RuleBroken(
            _("There is a pack “%(pack)s” already. Choose another id, or plan a change of it.")
            % {"pack": pack}
        )


def _next_version(institution: Unit, base: PackInForce) -> str:
    """The version after that of the base which no content of the pack has had."""
    used = set(_rows(institution, base.pack, base.unit_id).values_list("version", flat=True))
    version = base.version
    while version in used:
        found = NUMBER_AT_END.fullmatch(version)
        version = f"{found[1]}{int(found[2]) + 1}" if found else f"{version}.2"
    return version[-40:]


def _held(draft: PackDraft, edition: int) -> PackDraft:
    """The draft as it lies in the database, for this deed alone. Raises RuleBroken when it is not
    the one that the person saw."""
    rows = PackDraft.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("institution", "unit", "base").get(pk=draft.pk)
    if held.edition != edition:
        raise RuleBroken(_changed_since(held))
    return held


def _changed_since(held: PackDraft) -> Any:
    last = JournalEntry.objects.filter(subject_kind="draft", subject_key=str(held.pk))
    entry = last.exclude(verb="draft.preview").order_by("-number").first()
    return _(
        "%(who)s changed this draft in the meantime (%(what)s). Your entry was not taken over: look "
        "at the draft as it is now, and enter it again if it still fits."
    ) % {
        "who": entry.actor_name if entry else held.author,
        "what": (entry.after or {}).get("part", entry.verb) if entry else held.pack,
    }


def _demand_state(held: PackDraft, states: tuple[DraftState, ...]) -> None:
    if held.state not in states:
        raise RuleBroken(
            _("This draft is “%(state)s”; this can no longer be done with it.")
            % {"state": DraftState(held.state).label}
        )


def _refuse_first(found: list[Any]) -> None:
    if found:
        raise RuleBroken(found[0])


def _remark(text: str) -> str:
    return readable(text)[:REMARK_LENGTH]


def _moved(act: Deed, held: PackDraft, state: DraftState, verb: str, remark: str) -> PackDraft:
    before = {"state": held.state}
    held.state, held.remark = state, _remark(remark)
    held.edition += 1
    held.save()
    act.write(verb, "draft", held.pk, before=before, after={"state": state}, reason=held.remark)
    return held


def _days(draft: PackDraft) -> dict[str, Any]:
    return {
        "state": draft.state,
        "effective_from": draft.effective_from,
        "regulation_on": draft.regulation_on,
        "edition": draft.edition,
    }
