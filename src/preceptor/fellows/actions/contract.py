"""The work contract of a postdoc, who pays what, and what was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.institutions.models import Unit

from ..access import may_keep_postdoc
from ..choices import Payer, SupportKind
from ..models import Contract, FundingShare, Postdoc, Support
from .postdoc import locked_postdoc, touch

_MOST = Decimal(10_000_000)


def sign_contract(
    *,
    postdoc: Postdoc,
    number: str,
    signed_on: date,
    first_on: date,
    last_on: date,
    by: Actor,
    ownership: str = "",
    breach: str = "",
) -> Contract:
    """Record a signed contract: whose the results are, and what follows a breach. Of the same number
    again it is given unchanged.

    Raises NotPermitted; RuleBroken for an empty number, days the wrong way round, a day of signing
    ahead, or a time that overlaps another contract.
    """
    number = number.strip()
    if not number:
        raise RuleBroken(_("A contract has a number."))
    if last_on <= first_on:
        raise RuleBroken(_("The last day of the contract lies after its first."))
    if signed_on > today():
        raise RuleBroken(_("%(day)s lies ahead; record what is signed.") % {"day": signed_on})
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        known = Contract.objects.filter(postdoc=held, number=number).first()
        if known is not None:
            return known
        _demand_no_other(held, first_on, last_on)
        row = Contract.objects.create(
            postdoc=held, number=number, signed_on=signed_on, first_on=first_on, last_on=last_on,
            ownership=ownership.strip(), breach=breach.strip(),
        )  # fmt: skip
        after = {"number": number, "signed_on": signed_on, "from": first_on, "to": last_on}
        act.write("postdoc.contract", "postdoc", held.pk, after=after)
        touch(act, held)
    return row


def _demand_no_other(held: Postdoc, first_on: date, last_on: date) -> None:
    rows = Contract.objects.filter(postdoc=held, first_on__lte=last_on, last_on__gte=first_on)
    other = rows.first()
    if other is not None:
        raise RuleBroken(
            _("The contract %(number)s holds from %(first)s to %(last)s; the new one overlaps it.")
            % {"number": other.number, "first": other.first_on, "last": other.last_on}
        )


def set_funding(
    *,
    postdoc: Postdoc,
    payer: Payer,
    purpose: SupportKind,
    amount_cny: Decimal,
    since: date,
    by: Actor,
    payer_unit: Unit | None = None,
    payer_name: str = "",
) -> FundingShare | None:
    """Say what a side pays for a purpose in CNY a year, from a day on; zero ends it (None is given).
    The present share of the same payer and purpose ends the day before. The same again changes
    nothing.

    Raises NotPermitted; RuleBroken for a negative or absurd amount, or a day before the entry.
    """
    _demand_amount(amount_cny, Decimal(0))
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        if since < held.entered_on:
            raise RuleBroken(
                _("The postdoc entered on %(entry)s; %(day)s lies before it.")
                % {"entry": held.entered_on, "day": since}
            )
        name = payer_name.strip()
        shares = _shares_reaching(held, payer, purpose, payer_unit, name, since)
        if [(one.amount_cny, one.valid_from, one.valid_to) for one in shares] == (
            [(amount_cny, since, None)] if amount_cny else []
        ):
            return shares[0] if shares else None
        before = _end_shares(shares, since)
        row = None
        if amount_cny:
            row = FundingShare.objects.create(
                postdoc=held, payer=Payer(payer), purpose=SupportKind(purpose),
                amount_cny=amount_cny, payer_unit=payer_unit, payer_name=name, valid_from=since,
            )  # fmt: skip
        after = {"payer": payer, "purpose": purpose, "amount_cny": amount_cny, "from": since}
        act.write("postdoc.funding", "postdoc", held.pk, before=before, after=after)
        touch(act, held)
    return row


def _shares_reaching(
    held: Postdoc, payer: Payer, purpose: SupportKind, unit: Unit | None, name: str, since: date
) -> list[FundingShare]:
    """The shares of the payer for the purpose that reach the day."""
    rows = FundingShare.objects.known().filter(
        postdoc=held, payer=payer, purpose=purpose, payer_unit=unit, payer_name=name
    )
    return list(rows.filter(Q(valid_to=None) | Q(valid_to__gte=since)).order_by("pk"))


def _end_shares(ended: Sequence[FundingShare], since: date) -> dict[str, object] | None:
    """End the shares the day before; what they were."""
    for row in ended:
        if row.valid_from >= since:
            retract(row)
        else:
            supersede(row, valid_to=since - timedelta(days=1))
    return {"amount_cny": ended[-1].amount_cny} if ended else None


def _demand_amount(amount_cny: Decimal, least: Decimal) -> None:
    if not least <= amount_cny <= _MOST:
        raise RuleBroken(
            _("An amount lies between %(least)s and %(most)s CNY.")
            % {"least": least, "most": _MOST}
        )


def give_support(
    *, postdoc: Postdoc, kind: SupportKind, payer: Payer, amount_cny: Decimal, paid_on: date,
    by: Actor,
) -> Support:  # fmt: skip
    """Record what a postdoc was paid or given, in CNY. Each call is one payment.

    Raises NotPermitted; RuleBroken for an amount that is none, a day before the entry or ahead.
    """
    _demand_amount(amount_cny, Decimal("0.01"))
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        if not held.entered_on <= paid_on <= today():
            raise RuleBroken(
                _("What was paid was paid between the entry on %(entry)s and today.")
                % {"entry": held.entered_on}
            )
        row = Support.objects.create(
            postdoc=held, kind=SupportKind(kind), payer=Payer(payer), amount_cny=amount_cny,
            paid_on=paid_on,
        )  # fmt: skip
        after = {"kind": kind, "payer": payer, "amount_cny": amount_cny, "on": paid_on}
        act.write("postdoc.support", "postdoc", held.pk, after=after)
    return row
