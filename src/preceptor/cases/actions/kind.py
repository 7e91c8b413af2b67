"""A case kind is written, proposed, approved by a second person, or put into force as shipped."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit

from ..access.kind import may_adopt_kinds, may_approve_kind, may_edit_kinds, may_end_kind
from ..appeals import PORT as APPEALS
from ..choices import KindState
from ..kinds.checking import checked_kind
from ..kinds.kind import Kind
from ..models import CaseKind
from ..queries import kind_of_row
from ..registry import Naming, port_named
from .stepping import demand_reason

SHIPPED = Path(__file__).resolve().parent.parent / "shipped"
A_DAY = timedelta(days=1)
OPEN_STATES = (KindState.DRAFT, KindState.PROPOSED)


def shipped_texts(folder: str) -> dict[str, str]:
    """The shipped kinds of a folder: their texts by name. Raises InputRefused for no such folder."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in _files(folder)}
    if not found:
        raise InputRefused(_("No case kinds are shipped under “%(name)s”.") % {"name": folder})
    return found


def _files(folder: str) -> list[Path]:
    known = {path.name for path in SHIPPED.iterdir()} if SHIPPED.is_dir() else set()
    return sorted((SHIPPED / folder).glob("*.toml")) if folder in known else []


def adopt_kinds(
    *, institution: Unit, folder: str = "yunting", by: Actor, valid_from: date
) -> list[CaseKind]:
    """Put all shipped kinds of the folder into force from the day; those whose content is in force
    already stay as they are. Gives the versions in force, by name.

    Raises NotPermitted for everybody but the operator, and KindFaulty when a shipped kind is wrong;
    then none is adopted.
    """
    may_adopt_kinds(by, institution).demand()
    texts = shipped_texts(folder)
    names = set(texts) | _names_in_force(institution)
    kinds = {name: checked_kind(text, name, names) for name, text in texts.items()}
    with deed(by) as act:
        _take_turns(institution)
        return [
            _adopted(act, institution, kinds[name], texts[name], by, valid_from) for name in kinds
        ]


def _adopted(
    act: Deed, institution: Unit, kind: Kind, text: str, by: Actor, valid_from: date
) -> CaseKind:
    held = CaseKind.objects.filter(institution=institution, name=kind.name)
    same = held.filter(hash=digest_of(text), state=KindState.IN_FORCE, valid_to=None).first()
    if same is not None:
        return same
    row = _filled(CaseKind(institution=institution), kind, text, by)
    _demand_fresh_version(row)
    row.approved_by_key, row.approved_by = by.actor_key, by.actor_name
    _put_in_force(act, row, valid_from, "kind.adopt")
    return row


def write_kind_draft(
    *,
    institution: Unit,
    text: str,
    by: Actor,
    draft: CaseKind | None = None,
    revision: int | None = None,
) -> CaseKind:
    """Keep a text as a draft: a new one, or in the place of the draft that was read at `revision`.

    Whether the kinds that its appeals name are in force is asked when it is proposed. Raises
    NotPermitted; KindFaulty with every fault, dead ends too; RuleBroken where the version exists,
    the draft was proposed already, somebody else changed it since it was read, or for a new name
    that nobody asks for.
    """
    may_edit_kinds(by, institution).demand()
    kind = checked_kind(text)
    with deed(by) as act:
        _take_turns(institution)
        row = CaseKind(institution=institution) if draft is None else _draft(draft, revision)
        _demand_name(institution, kind, row)
        before = said(row) if draft is not None else None
        if before and before["hash"] == digest_of(text):
            return row
        _demand_fresh_version(_filled(row, kind, text, by))
        row.revision += 1
        row.save()
        act.write("kind.write", "case_kind", row.pk, before=before, after=said(row))
    return row


def propose_kind(*, draft: CaseKind, valid_from: date, by: Actor) -> CaseKind:
    """Hand a draft to the second person, to hold from the day on. Twice does not do it twice.

    Raises NotPermitted; KindFaulty where an appeal names a kind that is not in force; RuleBroken
    for a day gone by.
    """
    may_edit_kinds(by, draft.institution).demand()
    with deed(by) as act:
        row = _locked(draft)
        if row.state == KindState.PROPOSED and row.valid_from == valid_from:
            return row
        _demand_state(row, KindState.DRAFT)
        _demand_day(valid_from)
        checked_kind(row.content, row.name, _appeals_in_force(row))
        row.valid_from = valid_from
        _move(act, row, KindState.PROPOSED, "kind.propose")
    return row


def approve_kind(*, draft: CaseKind, by: Actor) -> CaseKind:
    """Put a proposed version into force from its day; the one before ends the day before. Cases that
    run keep theirs. Twice does not do it twice.

    Raises NotPermitted for who wrote it; KindFaulty where it cannot be used any more; RuleBroken
    where its day has gone by or another version begins later.
    """
    with deed(by) as act:
        _take_turns(draft.institution)
        row = _locked(draft)
        if row.state == KindState.IN_FORCE and row.approved_by_key == by.actor_key:
            return row
        may_approve_kind(by, row).demand()
        valid_from = row.valid_from or today()
        _demand_day(valid_from)
        checked_kind(row.content, row.name, _appeals_in_force(row))
        row.approved_by_key, row.approved_by = by.actor_key, by.actor_name
        _put_in_force(act, row, valid_from, "kind.approve")
    return row


def return_kind(*, draft: CaseKind, reason: str, by: Actor) -> CaseKind:
    """Give a proposed version back to its writer, with a reason. Raises NotPermitted, RuleBroken."""
    given = demand_reason(reason, _("Say what has to be changed."))
    with deed(by) as act:
        row = _locked(draft)
        may_approve_kind(by, row).demand()
        row.valid_from = None
        _move(act, row, KindState.DRAFT, "kind.return", given)
    return row


def withdraw_kind(*, draft: CaseKind, by: Actor) -> None:
    """Throw a draft or a proposed version away. Raises NotPermitted; RuleBroken for a version that
    was ever in force, because cases refer to it."""
    may_edit_kinds(by, draft.institution).demand()
    with deed(by) as act:
        row = _locked(draft)
        _demand_state(row, *OPEN_STATES)
        act.write("kind.withdraw", "case_kind", row.pk, before=said(row))
        row.delete()


def end_kind(*, kind: CaseKind, last_day: date, by: Actor) -> CaseKind:
    """Let a kind that the office made hold until the day, and no more; requests under way go on by it.
    The same day once more changes nothing.

    Raises NotPermitted; RuleBroken for a day gone by or before the version began, and where decisions
    of another kind in force are appealed by it.
    """
    with deed(by) as act:
        _take_turns(kind.institution)
        row = _locked(kind)
        if row.valid_to == last_day:
            return row
        may_end_kind(by, row).demand()
        if last_day < today() or (row.valid_from is not None and last_day < row.valid_from):
            raise RuleBroken(_("The last day is today or later, and not before the version began."))
        _refuse_needed(row)
        before = said(row)
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])
        act.write("kind.end", "case_kind", row.pk, before=before, after=said(row))
    return row


def _refuse_needed(row: CaseKind) -> None:
    held = CaseKind.objects.filter(
        institution=row.institution, state=KindState.IN_FORCE, valid_to=None
    ).exclude(pk=row.pk)
    needed = [one.name for one in held if row.name in {a.kind for a in kind_of_row(one).appeals}]
    if needed:
        raise RuleBroken(
            _("Decisions of these kinds are appealed by it: %(names)s. Change them first.")
            % {"names": ", ".join(sorted(needed))}
        )


def digest_of(text: str) -> str:
    """The SHA-256 by which a content is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def said(row: CaseKind) -> dict[str, Any]:
    """What the journal says of a version."""
    return {
        "name": row.name,
        "version": row.version,
        "hash": row.hash,
        "state": str(row.state),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _names_in_force(institution: Unit) -> set[str]:
    """The kinds in force today or later."""
    rows = CaseKind.objects.filter(institution=institution, state=KindState.IN_FORCE)
    return set(
        rows.filter(Q(valid_to=None) | Q(valid_to__gte=today())).values_list("name", flat=True)
    )


def _appeals_in_force(row: CaseKind) -> set[str]:
    """The kinds in force in which appeals are decided, and the row itself."""
    rows = CaseKind.objects.filter(institution=row.institution, port=APPEALS)
    return _names_in_force(row.institution) & set(rows.values_list("name", flat=True)) | {row.name}


def _filled(row: CaseKind, kind: Kind, text: str, by: Actor) -> CaseKind:
    row.name, row.version, row.port = kind.name, kind.version, kind.port
    row.title_zh, row.title_en = kind.title.zh, kind.title.en
    row.content, row.hash = text, digest_of(text)
    row.written_by_key, row.written_by = by.actor_key, by.actor_name
    return row


def _demand_name(institution: Unit, kind: Kind, row: CaseKind) -> None:
    """Requests of most ports are asked for by fixed names: a kind of another name would never run."""
    if isinstance(port_named(kind.port), Naming):
        return
    rows = CaseKind.objects.filter(institution=institution, name=kind.name).exclude(pk=row.pk)
    if not rows.exists():
        raise RuleBroken(
            _(
                "Requests about “%(port)s” have kinds of fixed names, and “%(name)s” is none that is in "
                "use. Plan a change of one of them, or begin a new kind of request."
            )
            % {"port": kind.port, "name": kind.name}
        )


def _demand_fresh_version(row: CaseKind) -> None:
    twin = CaseKind.objects.filter(
        institution=row.institution, name=row.name, version=row.version
    ).exclude(pk=row.pk)
    if twin.exists():
        raise RuleBroken(
            _("Version %(version)s of “%(name)s” exists already. Give the text another version.")
            % {"version": row.version, "name": row.name}
        )


def _take_turns(institution: Unit) -> None:
    """One writer of kinds at a time: the second sees what the first did."""
    Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=institution.pk)


def _locked(draft: CaseKind) -> CaseKind:
    rows = CaseKind.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("institution").filter(pk=draft.pk).first()
    if found is None:
        raise RuleBroken(_("This draft was withdrawn."))
    return found


def _draft(draft: CaseKind, revision: int | None) -> CaseKind:
    row = _locked(draft)
    _demand_state(row, KindState.DRAFT)
    if row.revision != revision:
        raise RuleBroken(
            _(
                "%(who)s changed this draft since you read it. Load it again; your text stays with you."
            )
            % {"who": row.written_by}
        )
    return row


def _demand_state(row: CaseKind, *states: KindState) -> None:
    if row.state not in states:
        raise RuleBroken(
            _("“%(name)s” %(version)s: %(state)s. This cannot be done now.")
            % {"name": row.name, "version": row.version, "state": KindState(row.state).label}
        )


def _demand_day(day: date) -> None:
    if day < today():
        raise RuleBroken(
            _("A case kind begins today or later: requests of past days ran without it.")
        )


def _move(act: Deed, row: CaseKind, state: KindState, verb: str, reason: str = "") -> None:
    before = said(row)
    row.state = state
    row.revision += 1
    row.save()
    act.write(verb, "case_kind", row.pk, before=before, after=said(row), reason=reason)


def _put_in_force(act: Deed, row: CaseKind, valid_from: date, verb: str) -> None:
    """Let the row hold from the day; what held before ends the day before."""
    held = CaseKind.objects.filter(
        institution=row.institution, name=row.name, state=KindState.IN_FORCE, valid_to=None
    ).first()
    if held is not None:
        _end(act, held, valid_from)
    row.valid_from = valid_from
    _move(act, row, KindState.IN_FORCE, verb)


def _end(act: Deed, held: CaseKind, follower_from: date) -> None:
    if held.valid_from is not None and held.valid_from > follower_from:
        raise RuleBroken(
            _("Another version of “%(name)s” begins on %(day)s; choose that day or a later one.")
            % {"name": held.name, "day": held.valid_from.isoformat()}
        )
    before = said(held)
    held.valid_to = follower_from - A_DAY
    if held.valid_to < today():
        held.state = KindState.ENDED
    held.save(update_fields=["valid_to", "state"])
    act.write("kind.end", "case_kind", held.pk, before=before, after=said(held))
