"""Tells admission to which programmes the university left their own quota line: two rooms of one
floor that must not know each other."""

from __future__ import annotations

from preceptor.admission.access import Delegation, register_delegations
from preceptor.fellows.queries import delegation_of
from preceptor.institutions.models import Unit


def delegation(unit: Unit) -> Delegation | None:
    """The delegation of the programme whose unit this is; None where there is none."""
    found = delegation_of(unit)
    return None if found is None else Delegation(*found)


def register() -> None:
    """Name this room as the one who knows."""
    register_delegations(delegation)
