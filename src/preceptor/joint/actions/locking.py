"""What every write to an agreement begins with: its row locked, and nobody faster."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import RuleBroken
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of

from ..choices import AgreementState
from ..models import Agreement, JointSchool

M = TypeVar("M", bound=Model)

#: While it is written and reviewed an agreement can be changed.
OPEN = (AgreementState.DRAFTING, AgreementState.REVIEW)


def locked(agreement: Agreement, revision: int | None = None) -> Agreement:
    """The agreement, locked until the deed ends. Raises RuleBroken when it was changed since the
    revision."""
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("unit", "institution").get(pk=agreement.pk)
    if revision is not None and held.revision != revision:
        raise RuleBroken(
            _("Agreement %(number)s was changed meanwhile. Load the page again.")
            % {"number": held.number}
        )
    return held


def locked_school(school: JointSchool) -> JointSchool:
    """The joint school, locked until the deed ends."""
    rows = JointSchool.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("unit", "partner", "agreement__institution").get(pk=school.pk)


def demand_open(held: Agreement) -> None:
    """Raise RuleBroken unless the agreement can still be changed."""
    if held.state not in OPEN:
        raise RuleBroken(
            _("Agreement %(number)s is signed and is not changed any more. Renew or terminate it.")
            % {"number": held.number}
        )


def demand_own_unit(institution: Unit, unit: Unit) -> None:
    """Raise RuleBroken unless the unit is the institution or one of its units."""
    if institution.pk not in (unit.pk, unit.institution_id):
        raise RuleBroken(
            _("%(unit)s is not a unit of %(institution)s.")
            % {"unit": name_of(unit), "institution": name_of(institution)}
        )


def demand_order(first: date | None, last: date | None) -> None:
    """Raise RuleBroken when the last day lies before the first; an open side is in order."""
    if first is not None and last is not None and last < first:
        raise RuleBroken(
            _("The last day, %(last)s, lies before the first, %(first)s.")
            % {"last": last, "first": first}
        )


def checked(row: M) -> M:
    """The row, its columns fit for the table. Raises ValidationError for a text that is missing or
    too long, or a word that is none of the list."""
    relations = [field.name for field in row._meta.concrete_fields if field.is_relation]
    row.clean_fields(exclude=relations)
    return row


def stripped(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns with their texts stripped of blanks around them."""
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in columns.items()
    }


def told(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns as the journal keeps them: related rows by key."""
    return {
        name: value.pk if isinstance(value, Model) else value for name, value in columns.items()
    }
