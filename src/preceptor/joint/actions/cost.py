"""Costs of a joint school, and which side bears which part of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.records import supersede
from preceptor.base.today import today

from ..access import may_keep_school
from ..models import AgreementParty, Cost, CostShare, JointSchool
from ..queries import chain_of, side_of
from ..settling import WHOLE
from .locking import checked, demand_order, locked_school

FEN = Decimal("0.01")


def set_share(
    *, school: JointSchool, purpose: str, shares: Mapping[AgreementParty, int], valid_from: date,
    by: Actor, valid_to: date | None = None,
) -> list[CostShare]:  # fmt: skip
    """Agree which part of the costs for a purpose each side bears from the day on, in hundredths of a
    per cent: all sides at once, so that the shares add up to 10,000 on each day.

    What was agreed before ends the day before and stays readable. The same again changes nothing.
    Raises PermissionDenied; RuleBroken for shares that do not add up, a side that is named twice or
    is none, or days that are in the wrong order or lie in an agreement that begins later.
    """
    demand_order(valid_from, valid_to)
    named = purpose.strip()
    with deed(by) as act:
        held = locked_school(school)
        may_keep_school(by, held).demand()
        _refuse_shares(held, shares)
        known = CostShare.objects.known().filter(school=held, purpose=named)
        touching = list(known.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from)))
        if _is_same(touching, shares, valid_from, valid_to):
            return touching
        _end_before(touching, valid_from, valid_to)
        rows = [
            checked(
                CostShare(
                    school=held, party=party, purpose=named, share_e4=share,
                    valid_from=valid_from, valid_to=valid_to,
                )
            )
            for party, share in shares.items()
        ]  # fmt: skip
        for row in rows:
            row.save(force_insert=True)
        after = {
            "purpose": named, "from": valid_from, "to": valid_to,
            "shares": {str(party.pk): share for party, share in shares.items()},
        }  # fmt: skip
        act.write("school.share", "joint_school", held.pk, after=after)
    return rows


def _refuse_shares(held: JointSchool, shares: Mapping[AgreementParty, int]) -> None:
    demand_sides(held, *shares)
    if len({side_of(party) for party in shares}) != len(shares):
        raise RuleBroken(_("A side is named twice among the shares."))
    total = sum(shares.values())
    if total != WHOLE or min(shares.values(), default=0) < 0:
        raise RuleBroken(
            _("The shares add up to %(total)s %%, not to 100 %%.")
            % {"total": (Decimal(total) / 100).quantize(FEN)}
        )


def demand_sides(held: JointSchool, *parties: AgreementParty) -> None:
    """Raise InputRefused unless all are sides of the agreement of the school, or of one that renews
    it or that it renews."""
    chain = chain_of(held.agreement)
    if any(party.agreement_id not in chain for party in parties):
        raise InputRefused(_("This is no side of the agreement on which the joint school rests."))


def _is_same(
    rows: list[CostShare], shares: Mapping[AgreementParty, int], first: date, last: date | None
) -> bool:
    held = {(row.party_id, row.share_e4, row.valid_from, row.valid_to) for row in rows}
    return held == {(party.pk, share, first, last) for party, share in shares.items()}


def _end_before(rows: list[CostShare], first: date, last: date | None) -> None:
    """End what was agreed the day before; refuse where it begins within the new days."""
    for row in rows:
        if row.valid_from >= first and (last is None or row.valid_from <= last):
            raise RuleBroken(
                _(
                    "Shares for %(purpose)s are agreed from %(first)s on already. Begin after that day."
                )
                % {"purpose": row.purpose, "first": row.valid_from}
            )
    for row in rows:
        if row.valid_from < first:
            supersede(row, valid_to=first - timedelta(days=1))


def record_cost(
    *, school: JointSchool, party: AgreementParty, purpose: str, amount_cny: Decimal,
    spent_on: date, by: Actor, note: str = "",
) -> Cost:  # fmt: skip
    """Record what was spent for the joint school, and which side paid it.

    The same again changes nothing: the note tells two payments of one day apart. Raises PermissionDenied; RuleBroken for an amount of nothing or finer than a fen, a day to come, or
    a purpose for which no shares are agreed on the day; InputRefused for a side that is none.
    """
    with deed(by) as act:
        held = locked_school(school)
        may_keep_school(by, held).demand()
        demand_sides(held, party)
        _refuse_cost(held, purpose.strip(), amount_cny, spent_on)
        columns = {
            "school": held, "party": party, "purpose": purpose.strip(), "amount_cny": amount_cny,
            "spent_on": spent_on, "note": note.strip(),
        }  # fmt: skip
        same = Cost.objects.filter(**columns).first()
        if same is not None:
            return same
        row = checked(Cost(**columns))
        row.save(force_insert=True)
        after = {
            "cost": row.pk, "purpose": row.purpose, "party": party.pk, "on": spent_on,
            "amount_cny": str(amount_cny),
        }  # fmt: skip
        act.write("school.cost", "joint_school", held.pk, after=after)
    return row


def _refuse_cost(held: JointSchool, purpose: str, amount: Decimal, day: date) -> None:
    if amount <= 0 or amount != amount.quantize(FEN):
        raise RuleBroken(_("A cost is an amount above nothing, in yuan and fen."))
    if day > today():
        raise RuleBroken(_("%(day)s lies ahead. Record what was spent.") % {"day": day})
    if not CostShare.objects.on(day).filter(school=held, purpose=purpose).exists():
        raise RuleBroken(
            _("No shares are agreed for %(purpose)s on %(day)s. Agree them first.")
            % {"purpose": purpose, "day": day}
        )
