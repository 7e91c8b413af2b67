"""Amounts as pages write them: money with its currency, persons as a whole number."""

from __future__ import annotations

from decimal import Decimal

from preceptor.fellows.choices import LimitKind

PERSONS = (LimitKind.HIRE, LimitKind.ENROL)


def amount_text(kind: str, amount: Decimal | None) -> str:
    """Persons as a whole number, money with its currency; a dash where nothing is known."""
    if amount is None:
        return "–"
    plain = f"{amount:,.2f}".removesuffix(".00")
    return plain if kind in PERSONS else money_text(amount)


def money_text(amount: Decimal | None) -> str:
    """Money in CNY; a dash where it is not known."""
    if amount is None:
        return "–"
    sign = "-" if amount < 0 else ""
    return f"{sign}¥" + f"{abs(amount):,.2f}".removesuffix(".00")
