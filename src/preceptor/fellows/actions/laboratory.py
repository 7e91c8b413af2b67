"""Laboratories: opened, their members, their things, and their money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.records import supersede
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.institutions.actions import open_laboratory_unit
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of, units_below
from preceptor.people.models import Person

from ..access.laboratory import may_book, may_keep_laboratory
from ..access.programme import may_keep_programme
from ..charter import CENT
from ..choices import EntryKind, LabRole
from ..models import LabAsset, LabEntry, LabMember, Laboratory, PiProgramme
from ..queries.laboratory import balance

#: Money that comes in; the other kinds go out.
INCOMING = frozenset({EntryKind.TRANCHE, EntryKind.PACKAGE})
A_DAY = timedelta(days=1)
#: What fits into the columns of amounts, and is more than any thing costs or laboratory has.
MOST_MONEY = Decimal(10) ** 12


@dataclass(frozen=True)
class NewUnit:
    """The unit that is opened for a laboratory: its code, and its name in both languages."""

    code: str
    name_zh: str
    name_en: str


def locked_laboratory(laboratory: Laboratory) -> Laboratory:
    """The laboratory as it stands now; nobody else decides, books or joins until the transaction
    ends. Every verb of this room takes a request before its laboratory, never the other way."""
    rows = Laboratory.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(
        "unit", "institution", "head", "programme__unit", "programme__director",
        "programme__institution",
    ).get(pk=laboratory.pk)  # fmt: skip


def open_laboratory(
    *, programme: PiProgramme, unit: Unit, head: Person, opened_on: date, by: Actor
) -> Laboratory:
    """Open a laboratory in a unit below that of the programme.

    The same unit with the same head again gives the laboratory that is there. Raises
    PermissionDenied; RuleBroken for a unit elsewhere or of another laboratory, or a day before the
    programme began.
    """
    may_keep_programme(by, programme).demand()
    with deed(by) as act:
        PiProgramme.objects.select_for_update(no_key=True, of=("self",)).get(pk=programme.pk)
        held = Laboratory.objects.filter(unit=unit).first()
        if held is not None and held.head_id == head.pk and held.closed_on is None:
            return held
        _refuse_place(programme, unit, held, opened_on)
        made = Laboratory.objects.create(
            unit=unit, institution=programme.institution, programme=programme, head=head,
            opened_on=opened_on,
        )  # fmt: skip
        after = {"unit": unit.code, "head": head.pk, "opened_on": opened_on}
        act.write("laboratory.open", "laboratory", made.pk, after=after)
    return made


def found_laboratory(
    *, programme: PiProgramme, new_unit: NewUnit, head: Person, opened_on: date, by: Actor
) -> Laboratory:
    """Open a laboratory and its unit, below that of the programme, in one step.

    The same code with the same head again gives the laboratory that is there. Raises
    PermissionDenied; InputRefused without code or names; RuleBroken for a code that is taken, or a
    day before the programme began.
    """
    may_keep_programme(by, programme).demand()
    with deed(by) as act:
        PiProgramme.objects.select_for_update(no_key=True, of=("self",)).get(pk=programme.pk)
        rows = Laboratory.objects.filter(programme=programme, unit__code=new_unit.code.strip())
        held = rows.filter(head=head, closed_on=None).first()
        if held is not None:
            return held
        unit = open_laboratory_unit(
            act, upper=programme.unit, code=new_unit.code, name_zh=new_unit.name_zh,
            name_en=new_unit.name_en, valid_from=opened_on,
        )  # fmt: skip
        return open_laboratory(
            programme=programme, unit=unit, head=head, opened_on=opened_on, by=by
        )


def _refuse_place(
    programme: PiProgramme, unit: Unit, held: Laboratory | None, opened_on: date
) -> None:
    if held is not None:
        raise RuleBroken(
            _("%(unit)s is the unit of a laboratory already.") % {"unit": name_of(unit)}
        )
    below = units_below([programme.unit_id], opened_on) - {programme.unit_id}
    if unit.pk not in below:
        raise RuleBroken(
            _(
                "%(unit)s does not belong to %(programme)s on %(day)s. Enter the unit below it first."
            )
            % {"unit": unit.name_zh, "programme": programme.name_zh, "day": opened_on}
        )
    if opened_on < programme.opened_on:
        raise RuleBroken(
            _("The programme began on %(day)s; no laboratory of it is older.")
            % {"day": programme.opened_on}
        )


def join_lab(
    *, laboratory: Laboratory, person: Person, role: LabRole, valid_from: date, by: Actor,
    valid_to: date | None = None,
) -> LabMember:  # fmt: skip
    """Record that a person works in the laboratory for a time, both days included.

    The same place again is given back. Raises PermissionDenied; RuleBroken for days before the
    laboratory opened, days the wrong way round, or days that the person is a member already.
    """
    with deed(by) as act:
        held = locked_laboratory(laboratory)
        may_keep_laboratory(by, held).demand()
        _refuse_span(held, valid_from, valid_to)
        rows = LabMember.objects.known().filter(laboratory=held, person=person)
        for row in rows:
            if (row.role, row.valid_from, row.valid_to) == (role, valid_from, valid_to):
                return row
            if _overlap(row, valid_from, valid_to):
                raise RuleBroken(
                    _("%(name)s belongs to the laboratory from %(first)s already.")
                    % {"name": person.name_zh, "first": row.valid_from}
                )
        made = LabMember.objects.create(
            laboratory=held, person=person, role=role, valid_from=valid_from, valid_to=valid_to
        )
        after = {"person": person.pk, "role": role, "from": valid_from, "to": valid_to}
        act.write("laboratory.join", "laboratory", held.pk, after=after)
    return made


def _overlap(row: LabMember, first: date, last: date | None) -> bool:
    begins_before_end = last is None or row.valid_from <= last
    return begins_before_end and (row.valid_to is None or row.valid_to >= first)


def _refuse_span(held: Laboratory, first: date, last: date | None) -> None:
    if first < held.opened_on:
        raise RuleBroken(
            _("The laboratory opened on %(day)s; nothing in it is older.") % {"day": held.opened_on}
        )
    if last is not None and last < first:
        raise RuleBroken(_("The last day lies before the first."))


def leave_lab(*, member: LabMember, last_day: date, by: Actor, reason: str = "") -> LabMember:
    """Record that a person worked in the laboratory until the day, that day included. The same end
    again changes nothing. Raises PermissionDenied; RuleBroken for a day before the first, or an
    entry that was corrected meanwhile."""
    with deed(by, reason) as act:
        held = locked_laboratory(member.laboratory)
        may_keep_laboratory(by, held).demand()
        row = LabMember.objects.get(pk=member.pk)
        _refuse_old(row)
        if row.valid_to == last_day:
            return row
        _refuse_early(row.valid_from, last_day)
        ended = supersede(row, valid_to=last_day)
        after = {"person": row.person_id, "to": last_day}
        act.write("laboratory.leave", "laboratory", held.pk, after=after)
    return ended


def _refuse_old(row: LabMember | LabAsset) -> None:
    if row.superseded_at is not None:
        raise RuleBroken(_("This entry was corrected meanwhile. Reload the page and try again."))


def _refuse_early(first: date, last_day: date) -> None:
    if last_day < first:
        raise RuleBroken(
            _("The last day, %(day)s, lies before the first, %(first)s.")
            % {"day": last_day, "first": first}
        )


def hold_asset(
    *, laboratory: Laboratory, number: str, name: str, valid_from: date, by: Actor,
    value_cny: Decimal | None = None,
) -> LabAsset:  # fmt: skip
    """Record a thing that the laboratory holds from the day on; a value that is not known is None.

    The same number again gives the entry that is there. Raises PermissionDenied; InputRefused for a
    missing number or name, or a negative value.
    """
    demand_thing(number, name, value_cny)
    with deed(by) as act:
        held = locked_laboratory(laboratory)
        may_keep_laboratory(by, held).demand()
        _refuse_span(held, valid_from, None)
        rows = LabAsset.objects.known().filter(
            laboratory=held, number=number.strip(), valid_to=None
        )
        same = rows.first()
        if same is not None:
            return same
        made = LabAsset.objects.create(
            laboratory=held, number=number.strip(), name=name.strip(), value_cny=value_cny,
            valid_from=valid_from,
        )  # fmt: skip
        after = {"number": made.number, "value_cny": value_cny, "from": valid_from}
        act.write("laboratory.hold", "laboratory", held.pk, after=after)
    return made


def demand_thing(number: str, name: str, value_cny: Decimal | None) -> None:
    """Raise InputRefused for a thing without number or name, or a value that is no amount."""
    if not number.strip() or not name.strip():
        raise InputRefused(_("A thing has a number and a name."))
    if value_cny is not None and (not value_cny.is_finite() or not 0 <= value_cny < MOST_MONEY):
        raise InputRefused(
            _(
                "The value of %(number)s is a number from 0 in CNY; leave it out where it is unknown."
            )
            % {"number": number}
        )


def pass_asset(
    *, asset: LabAsset, goes_to: Unit, last_day: date, by: Actor, reason: str = ""
) -> LabAsset:
    """Record that a thing went to another unit, which has it from the next day on; where that unit
    is a laboratory, it holds the thing. The same again changes nothing.

    Raises PermissionDenied; RuleBroken for the own unit, a unit of another institution, a day before
    the first, or a thing that was passed on already.
    """
    with deed(by, reason) as act:
        taker = _locked_taker(asset.laboratory, goes_to)
        held = locked_laboratory(asset.laboratory)
        may_keep_laboratory(by, held).demand()
        row = LabAsset.objects.get(pk=asset.pk)
        _refuse_old(row)
        if (row.goes_to_id, row.valid_to) == (goes_to.pk, last_day):
            return row
        _refuse_goal(held, row, goes_to)
        _refuse_early(row.valid_from, last_day)
        passed = supersede(row, valid_to=last_day, goes_to=goes_to)
        after = {"number": row.number, "goes_to": goes_to.code, "to": last_day}
        act.write("laboratory.pass", "laboratory", held.pk, after=after)
        if taker is not None:
            _take_over(act, passed, taker, last_day + A_DAY)
    return passed


def _locked_taker(giver: Laboratory, goes_to: Unit) -> Laboratory | None:
    """The open laboratory in the unit to which a thing goes, both locked in one order, so that none
    closes while it is handed a thing; None where the unit is none."""
    rows = Laboratory.objects.select_for_update(no_key=True, of=("self",))
    both = rows.filter(Q(pk=giver.pk) | Q(unit=goes_to)).order_by("pk")
    found = [row for row in both if row.unit_id == goes_to.pk and row.closed_on is None]
    return found[0] if found else None


def _refuse_goal(held: Laboratory, row: LabAsset, goes_to: Unit) -> None:
    if row.valid_to is not None:
        raise RuleBroken(_("This thing left the laboratory on %(day)s.") % {"day": row.valid_to})
    if goes_to.pk == held.unit_id:
        raise RuleBroken(_("The thing is with this unit already; name another."))
    if (goes_to.institution_id or goes_to.pk) != held.institution_id:
        raise RuleBroken(_("A thing is passed to a unit of the same institution."))


def _take_over(act: Deed, asset: LabAsset, taker: Laboratory, first: date) -> None:
    LabAsset.objects.create(
        laboratory=taker, number=asset.number, name=asset.name, value_cny=asset.value_cny,
        valid_from=first,
    )  # fmt: skip
    act.write("laboratory.hold", "laboratory", taker.pk, after={"number": asset.number})


def book_entry(
    *, laboratory: Laboratory, kind: EntryKind, amount_cny: Decimal, booked_on: date, by: Actor,
    note: str = "", case: Case | None = None,
) -> LabEntry:  # fmt: skip
    """Book money of the laboratory. `amount_cny` is positive; whether it comes in or goes out
    follows from the kind. An entry is never changed: `counter_entry` takes it back.

    Raises PermissionDenied; InputRefused for a kind that is none, an amount that is not positive or
    has parts of a cent; RuleBroken for more than is there, a day before the laboratory opened or
    ahead, or a tranche: that is booked by its release.
    """
    amount = demand_money(amount_cny)
    if kind not in EntryKind.values:
        raise InputRefused(
            _("“%(kind)s” is no kind of entry. Choose one of: %(known)s.")
            % {"kind": kind, "known": ", ".join(EntryKind.values)}
        )
    if kind == EntryKind.TRANCHE:
        raise RuleBroken(_("A tranche is booked when it is released, and in no other way."))
    with deed(by) as act:
        held = locked_laboratory(laboratory)
        may_book(by, held).demand()
        _refuse_booking(held, booked_on)
        if kind not in INCOMING:
            _refuse_overdraft(held, amount)
        return write_entry(act, held, kind, amount, booked_on, note, case)


def _refuse_booking(held: Laboratory, booked_on: date) -> None:
    """Money that is to come tomorrow cannot be spent today."""
    _refuse_span(held, booked_on, None)
    if booked_on > today():
        raise RuleBroken(_("%(day)s lies ahead; record what has happened.") % {"day": booked_on})


def demand_money(amount: Decimal) -> Decimal:
    """The amount in whole cents. Raises InputRefused unless it is positive and no absurd number."""
    if not amount.is_finite() or not 0 < amount < MOST_MONEY or amount != amount.quantize(CENT):
        raise InputRefused(_("An amount of money is positive, with two decimals at most."))
    return amount.quantize(CENT)


def _refuse_overdraft(held: Laboratory, amount: Decimal) -> None:
    there = balance(held)
    if amount > there:
        raise RuleBroken(
            _("The account of the laboratory holds CNY %(there)s; CNY %(amount)s cannot go out.")
            % {"there": there, "amount": amount}
        )


def write_entry(
    act: Deed, laboratory: Laboratory, kind: EntryKind, amount: Decimal, booked_on: date,
    note: str, case: Case | None = None, counters: LabEntry | None = None,
) -> LabEntry:  # fmt: skip
    """Write one entry with its journal line, inside the deed of a verb that locked the laboratory
    and asked for the permit; `amount` is positive, except for a counter-entry."""
    signed = amount if kind in INCOMING or counters is not None else -amount
    entry = LabEntry.objects.create(
        laboratory=laboratory, kind=kind, amount_cny=signed, booked_on=booked_on,
        note=note.strip()[:200], case=case, counters=counters,
    )  # fmt: skip
    after = {"entry": entry.pk, "kind": kind, "amount_cny": signed, "on": booked_on}
    act.write("laboratory.book", "laboratory", laboratory.pk, after=after)
    return entry


def counter_entry(*, entry: LabEntry, booked_on: date, by: Actor, reason: str) -> LabEntry:
    """Take a wrong entry back by its counter-entry; both stay. Twice does not do it twice.

    Raises PermissionDenied; RuleBroken without a reason, for a counter-entry, a day before the
    laboratory opened or ahead, or where money that came in wrongly was spent already.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the entry is taken back."))
    with deed(by, reason.strip()) as act:
        held = locked_laboratory(entry.laboratory)
        may_book(by, held).demand()
        done = LabEntry.objects.filter(counters=entry).first()
        if done is not None:
            return done
        if entry.counters_id is not None:
            raise RuleBroken(_("A counter-entry is not taken back; book the entry anew."))
        if entry.amount_cny > 0:
            _refuse_overdraft(held, entry.amount_cny)
        _refuse_booking(held, booked_on)
        kind = EntryKind(entry.kind)
        return write_entry(
            act, held, kind, -entry.amount_cny, booked_on, reason, entry.case, counters=entry
        )
