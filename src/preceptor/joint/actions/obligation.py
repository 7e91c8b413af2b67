"""Obligations of an agreement, and the evidence that somebody gives of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base import files
from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..access import may_give_evidence, may_keep_agreement
from ..choices import EvidenceKind
from ..models import Agreement, Evidence, Obligation
from .agreement import paper
from .locking import checked, demand_order, demand_own_unit, locked, stripped, told


def set_obligation(
    *, agreement: Agreement, clause: str, title_zh: str, owner_unit: Unit, evidence: str,
    counts_from: date, due_on: date, by: Actor, target: Decimal = Decimal(1),
    owner: Person | None = None, title_en: str = "", obligation: Obligation | None = None,
) -> Obligation:  # fmt: skip
    """Enter what a clause obliges to, with who is answerable, until when, how much and by what it is
    shown; or change the given one. The state follows from operations and is never entered.

    The same obligation again changes nothing. Raises PermissionDenied; InputRefused for an
    obligation of another agreement; RuleBroken for a target of nothing, days in the wrong order, or
    somebody answerable from another institution.
    """
    columns = stripped(
        {"clause": clause, "title_zh": title_zh, "title_en": title_en, "owner_unit": owner_unit,
         "owner": owner, "evidence": evidence, "target": target, "counts_from": counts_from,
         "due_on": due_on}
    )  # fmt: skip
    with deed(by) as act:
        held = locked(agreement)
        may_keep_agreement(by, held).demand()
        _refuse_columns(held, owner_unit, owner, target)
        demand_order(counts_from, due_on)
        same = Obligation.objects.filter(agreement=held, **columns).first()
        if same is not None:
            return same
        row = _row(held, obligation)
        before = {name: getattr(row, name) for name in columns} if obligation else None
        for name, value in columns.items():
            setattr(row, name, value)
        checked(row).save()
        was = told(before) | {"target": str(before["target"])} if before else None
        after = {**told(columns), "target": str(target), "obligation": row.pk}
        act.write("agreement.obligation", "agreement", held.pk, before=was, after=after)
    return row


def _row(held: Agreement, obligation: Obligation | None) -> Obligation:
    if obligation is None:
        return Obligation(agreement=held)
    row = Obligation.objects.filter(agreement=held, pk=obligation.pk).first()
    if row is None:
        raise InputRefused(_("This obligation is one of another agreement."))
    return row


def _refuse_columns(held: Agreement, unit: Unit, owner: Person | None, target: Decimal) -> None:
    demand_own_unit(held.institution, unit)
    if owner is not None and owner.institution_id != held.institution_id:
        raise RuleBroken(_("Who is answerable for an obligation is a person of the institution."))
    if target <= 0:
        raise RuleBroken(_("An obligation has a target above nothing. Enter how much is owed."))


def close_obligation(*, obligation: Obligation, reason: str, by: Actor) -> Obligation:
    """Close an obligation that needs no fulfilment any more; it is neither open nor overdue then.

    Closed again it stays as it is. Raises PermissionDenied, and RuleBroken without a reason.
    """
    with deed(by, reason.strip()) as act:
        held = locked(obligation.agreement)
        may_keep_agreement(by, held).demand()
        row = Obligation.objects.get(pk=obligation.pk, agreement=held)
        if row.closed_reason:
            return row
        if not reason.strip():
            raise RuleBroken(_("Say why the obligation is closed: it is kept with it."))
        row.closed_reason = reason.strip()
        checked(row).save(update_fields=["closed_reason"])
        act.write("agreement.obligation_close", "agreement", held.pk, after={"obligation": row.pk})
    return row


def give_evidence(
    *, obligation: Obligation, done_on: date, note: str, by: Actor, amount: Decimal = Decimal(1),
    content: BinaryIO | None = None, file_name: str = "",
) -> Evidence:  # fmt: skip
    """Say what was done for an obligation and cannot be read from operations, in its unit.

    The same evidence again changes nothing. Raises PermissionDenied; RuleBroken for an amount of
    nothing, a day to come or before the obligation counts, or a document that is missing where one
    is owed; InputRefused for a file as `add_agreement_document` does.
    """
    may_give_evidence(by, obligation).demand()
    _refuse_evidence(obligation, amount, done_on, content is not None)
    body = paper(content, file_name) if content is not None else None
    with deed(by) as act:
        locked(obligation.agreement)
        stored = files.keep(BytesIO(body), file_name) if body is not None else None
        columns = {
            "obligation": obligation, "amount": amount, "done_on": done_on, "note": note.strip(),
            "file": stored,
        }  # fmt: skip
        same = Evidence.objects.filter(**columns, taken_back_at=None).first()
        if same is not None:
            return same
        row = checked(Evidence(**columns, added_by=by.actor_name))
        row.save(force_insert=True)
        after = {
            "obligation": obligation.pk,
            "evidence": row.pk,
            "amount": str(amount),
            "on": done_on,
        }
        act.write("agreement.evidence", "agreement", obligation.agreement_id, after=after)
    return row


def _refuse_evidence(row: Obligation, amount: Decimal, done_on: date, has_file: bool) -> None:
    if amount <= 0:
        raise RuleBroken(_("Evidence is of more than nothing. Enter how much was done."))
    if done_on > today():
        raise RuleBroken(_("%(day)s lies ahead. Enter what was done.") % {"day": done_on})
    if done_on < row.counts_from:
        raise RuleBroken(
            _("What is done counts from %(day)s for this obligation.") % {"day": row.counts_from}
        )
    if row.evidence == EvidenceKind.DOCUMENT and not has_file:
        raise RuleBroken(_("A document is owed for this obligation. Hand it in."))


def take_back_evidence(*, evidence: Evidence, reason: str, by: Actor) -> Evidence:
    """Take back evidence that was wrong; it stays readable and counts no more.

    Taken back again it stays as it is. Raises PermissionDenied, and RuleBroken without a reason.
    """
    may_give_evidence(by, evidence.obligation).demand()
    with deed(by, reason.strip()) as act:
        locked(evidence.obligation.agreement)
        row = Evidence.objects.get(pk=evidence.pk)
        if row.taken_back_at is not None:
            return row
        if not reason.strip():
            raise RuleBroken(_("Say why the evidence is taken back: it is kept with it."))
        row.taken_back_at = timezone.now()
        row.save(update_fields=["taken_back_at"])
        before = {"obligation": row.obligation_id, "evidence": row.pk, "amount": str(row.amount)}
        key = evidence.obligation.agreement_id
        act.write("agreement.evidence_back", "agreement", key, before=before)
    return row
