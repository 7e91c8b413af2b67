"""Drafting an agreement, its sides and papers, and sending it to legal review."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from preceptor.base import files
from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.cases.actions.document import MEGABYTE, ending_of, is_what_it_says
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of

from ..access import may_draft_agreement, may_keep_agreement
from ..choices import AgreementState
from ..models import Agreement, AgreementDocument, AgreementParty, Partner, Sight
from ..queries import last_day
from .locking import (
    checked,
    demand_open,
    demand_order,
    demand_own_unit,
    locked,
    stripped,
    told,
)

CHANGEABLE = frozenset(
    {"unit", "number", "kind", "title_zh", "title_en", "starts_on", "ends_on", "open_reason",
     "warns_days", "data_clause"}
)  # fmt: skip
TYPES = ("pdf", "docx", "jpg", "png")
MOST_MEGABYTES = 20
#: Two sides make an agreement.
FEWEST_SIDES = 2


def draft_agreement(
    *, institution: Unit, unit: Unit, number: str, kind: str, title_zh: str, by: Actor,
    title_en: str = "", starts_on: date | None = None, ends_on: date | None = None,
    open_reason: str = "", warns_days: int = 180, data_clause: str = "",
    follows: Agreement | None = None,
) -> Agreement:  # fmt: skip
    """Begin an agreement, kept by the unit. Days may still be open; at its signature it has an end, or
    says in `open_reason` why it has none.

    Raises PermissionDenied; RuleBroken when the number is taken, the days are in the wrong order, or
    the unit is of another institution.
    """
    may_draft_agreement(by, unit, kind).demand()
    demand_own_unit(institution, unit)
    demand_order(starts_on, ends_on)
    columns = stripped(
        {"unit": unit, "number": number, "kind": kind, "title_zh": title_zh, "title_en": title_en,
         "starts_on": starts_on, "ends_on": ends_on, "open_reason": open_reason,
         "warns_days": warns_days, "data_clause": data_clause}
    )  # fmt: skip
    with deed(by) as act:
        Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=institution.pk)
        _refuse_taken(institution.pk, columns["number"])
        row = checked(Agreement(institution=institution, follows=follows, **columns))
        row.save(force_insert=True)
        _write(act, "agreement.draft", row, None, columns)
    return row


def _refuse_taken(institution: int, number: str, but: int | None = None) -> None:
    rows = Agreement.objects.filter(institution=institution, number=number)
    if any(key != but for key in rows.values_list("pk", flat=True)):
        raise RuleBroken(
            _("The number %(number)s is that of another agreement. Every agreement has its own.")
            % {"number": number}
        )


def _write(
    act: Deed, verb: str, row: Agreement, before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    """A line on the agreement; of the data clause only that it changed."""
    was = None if before is None else _masked(before)
    act.write(verb, "agreement", row.pk, before=was, after=_masked(after))


def _masked(columns: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in columns.items() if name != "data_clause"}
    if columns.get("data_clause"):
        kept["data_clause"] = "…"
    return told(kept)


def change_agreement(
    *, agreement: Agreement, by: Actor, revision: int | None = None, **columns: Any
) -> Agreement:
    """Change an agreement that is not signed; one in legal review goes back to drafting.

    Nothing is written when nothing differs. Raises PermissionDenied; RuleBroken when it is signed,
    somebody was faster, and as `draft_agreement` does; ValueError for a column not changed here.
    """
    if not columns.keys() <= CHANGEABLE:
        raise ValueError(f"change_agreement takes {sorted(CHANGEABLE)}")
    given = stripped(columns)
    with deed(by) as act:
        held = locked(agreement, revision)
        may_keep_agreement(by, held).demand()
        before = {name: getattr(held, name) for name in given}
        if before == given:
            return held
        demand_open(held)
        _refuse_changes(held, given, by)
        for name, value in given.items():
            setattr(held, name, value)
        demand_order(held.starts_on, held.ends_on)
        held.state = AgreementState.DRAFTING
        stepped(checked(held))
        _write(act, "agreement.change", held, before, given)
    return held


def _refuse_changes(held: Agreement, given: dict[str, Any], by: Actor) -> None:
    if "number" in given:
        _refuse_taken(held.institution_id, given["number"], held.pk)
    unit, kind = given.get("unit", held.unit), given.get("kind", held.kind)
    may_draft_agreement(by, unit, kind).demand()
    if "unit" in given:
        demand_own_unit(held.institution, given["unit"])


def stepped(held: Agreement) -> Agreement:
    """Save a changed agreement under its next revision."""
    held.revision += 1
    held.save()
    return held


def send_to_review(*, agreement: Agreement, by: Actor, revision: int | None = None) -> Agreement:
    """Send a drafted agreement to legal review; sent twice, nothing happens the second time.

    Raises PermissionDenied; RuleBroken when it is signed already, has no end and no reason why (Civil
    Code, article 563: without end either side may leave at any time), no first day, or fewer than two
    sides of which one is the institution's own.
    """
    with deed(by) as act:
        held = locked(agreement, revision)
        may_keep_agreement(by, held).demand()
        if held.state == AgreementState.REVIEW:
            return held
        demand_open(held)
        demand_complete(held)
        held.state = AgreementState.REVIEW
        stepped(held)
        act.write("agreement.review", "agreement", held.pk, after={"state": held.state})
    return held


def demand_complete(held: Agreement) -> None:
    """Raise RuleBroken unless the agreement says from when until when it holds, and for whom."""
    if held.starts_on is None:
        raise RuleBroken(
            _("Agreement %(number)s has no first day. Enter from when on it holds.")
            % {"number": held.number}
        )
    if held.ends_on is None and not held.open_reason:
        raise RuleBroken(
            _(
                "Agreement %(number)s has no end. Enter the day on which it ends, or say why it is"
                " without one: either side may end such a contract at any time, with reasonable"
                " notice (Civil Code, article 563, paragraph 2)."
            )
            % {"number": held.number}
        )
    demand_order(held.starts_on, held.ends_on)
    _demand_after(held.follows, held.starts_on)
    _demand_sides(held)
    _demand_data_clause(held)


def _demand_after(earlier: Agreement | None, starts_on: date) -> None:
    """A renewal and what it renews are never in force on the same day."""
    if earlier is not None and starts_on <= last_day(earlier):
        raise RuleBroken(
            _("Agreement %(number)s lasts until %(day)s. Its renewal begins after that day.")
            % {"number": earlier.number, "day": last_day(earlier)}
        )


def _demand_sides(held: Agreement) -> None:
    parties = list(held.parties.values_list("unit", flat=True))
    if len(parties) < FEWEST_SIDES:
        raise RuleBroken(
            _("Agreement %(number)s has fewer than two sides. Enter everybody who signs it.")
            % {"number": held.number}
        )
    if not any(parties):
        raise RuleBroken(
            _("No side of agreement %(number)s is of %(institution)s. Enter who signs for it.")
            % {"number": held.number, "institution": name_of(held.institution)}
        )


def _demand_data_clause(held: Agreement) -> None:
    """Letting somebody see records of persons is providing them to another handler, which the
    agreement has to govern (Personal Information Protection Law, article 23)."""
    if not held.data_clause and Sight.objects.filter(agreement=held).exists():
        raise RuleBroken(
            _(
                "Agreement %(number)s lets a partner see records of persons and has no clause on"
                " personal data. Enter the clause, or hide the records."
            )
            % {"number": held.number}
        )


def add_party(
    *, agreement: Agreement, by: Actor, partner: Partner | None = None, unit: Unit | None = None,
    part: str = "", signatory: str = "", signatory_post: str = "", signed_on: date | None = None,
) -> AgreementParty:  # fmt: skip
    """Enter a side of an agreement: a partner, or a unit of the institution; who signs for it and when
    may follow by `record_signature`.

    Raises PermissionDenied; InputRefused unless exactly one of partner and unit is given; RuleBroken
    when it is a side already, belongs to another institution, or the agreement is signed.
    """
    if (partner is None) == (unit is None):
        raise InputRefused(_("A side is either a partner or a unit of the institution."))
    columns = stripped(
        {"part": part, "signatory": signatory, "signatory_post": signatory_post,
         "signed_on": signed_on}
    )  # fmt: skip
    with deed(by) as act:
        held = locked(agreement)
        may_keep_agreement(by, held).demand()
        demand_open(held)
        _refuse_side(held, partner, unit)
        row = checked(AgreementParty(agreement=held, partner=partner, unit=unit, **columns))
        row.save(force_insert=True)
        stepped(held)
        after = {"partner": partner and partner.pk, "unit": unit and unit.pk, "party": row.pk}
        act.write("agreement.party", "agreement", held.pk, after=after)
    return row


def _refuse_side(held: Agreement, partner: Partner | None, unit: Unit | None) -> None:
    if unit is not None:
        demand_own_unit(held.institution, unit)
    if partner is not None and partner.institution_id != held.institution_id:
        raise RuleBroken(
            _("%(partner)s is not in the register of partners of %(institution)s.")
            % {"partner": partner.name_zh, "institution": name_of(held.institution)}
        )
    if AgreementParty.objects.filter(agreement=held, partner=partner, unit=unit).exists():
        name = partner.name_zh if partner is not None else name_of(unit) if unit else ""
        raise RuleBroken(
            _("%(side)s is a side of agreement %(number)s already.")
            % {"side": name, "number": held.number}
        )


def remove_party(*, party: AgreementParty, by: Actor) -> None:
    """Take a side out of an agreement that is not signed, with what it was to see. Raises
    PermissionDenied, and RuleBroken when the agreement is signed."""
    with deed(by) as act:
        held = locked(party.agreement)
        may_keep_agreement(by, held).demand()
        demand_open(held)
        rows = AgreementParty.objects.filter(pk=party.pk, agreement=held)
        if not rows.exists():
            return
        Sight.objects.filter(agreement=held, partner__isnull=False, partner=party.partner).delete()
        rows.delete()
        stepped(held)
        before = {"partner": party.partner_id, "unit": party.unit_id, "party": party.pk}
        act.write("agreement.party_remove", "agreement", held.pk, before=before)


def add_agreement_document(
    *, agreement: Agreement, title: str, content: BinaryIO, file_name: str, by: Actor
) -> AgreementDocument:
    """Add a paper to an agreement in whatever state; the same paper under the same title again changes
    nothing.

    Raises PermissionDenied; InputRefused for a file that is empty, too large, of a type that is not
    taken, or not what its ending says.
    """
    may_keep_agreement(by, agreement).demand()
    body = paper(content, file_name)
    with deed(by) as act:
        held = locked(agreement)
        stored = files.keep(BytesIO(body), file_name)
        same = AgreementDocument.objects.filter(agreement=held, title=title.strip(), file=stored)
        if (row := same.first()) is not None:
            return row
        row = checked(
            AgreementDocument(
                agreement=held, title=title.strip(), file=stored, added_by=by.actor_name
            )
        )
        row.save(force_insert=True)
        after = {"document": row.title, "sha256": stored.sha256}
        act.write("agreement.document", "agreement", held.pk, after=after)
    return row


def paper(content: BinaryIO, file_name: str) -> bytes:
    """The content of a paper, read no further than it may be long. Raises InputRefused as said in
    `add_agreement_document`."""
    name, ending = Path(file_name).name, ending_of(file_name)
    if ending not in TYPES:
        raise InputRefused(
            _("“%(file)s” cannot be taken: hand in a file of the type %(types)s.")
            % {"file": name, "types": ", ".join(TYPES)}
        )
    body = content.read(MOST_MEGABYTES * MEGABYTE + 1)
    if not body:
        raise InputRefused(_("“%(file)s” is empty.") % {"file": name})
    if len(body) > MOST_MEGABYTES * MEGABYTE:
        raise InputRefused(
            _("“%(file)s” is too large: %(most)s MB at most.")
            % {"file": name, "most": MOST_MEGABYTES}
        )
    if not is_what_it_says(body, ending):
        raise InputRefused(
            _("“%(file)s” is not a %(ending)s file: its content is another. Save it anew as such.")
            % {"file": name, "ending": ending}
        )
    return body
