"""Letters before an agreement expires or an obligation is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.cases.letters import Reader, reader_of, write_letters
from preceptor.institutions.models import Unit
from preceptor.people.access import KEEPING, may_keep_institution
from preceptor.people.models import Account, Role

from ..models import Agreement, Obligation
from ..queries import expiring
from ..waiting import due_obligations, still_owed

Words = Callable[[], tuple[str, str]]


def warn(*, institution: Unit, on: date, by: Actor) -> int:
    """Write about the agreements that expire soon to whoever keeps them and is answerable for their
    obligations, and about obligations due soon to whoever is answerable, or else keeps their unit.

    Gives of how many it was told. Asked for again, nobody gets a second letter about the same end or
    due day. Raises PermissionDenied.
    """
    may_keep_institution(by, institution).demand()
    ending = expiring(on, Agreement.objects.filter(institution=institution))
    due = due_obligations(on).filter(agreement__institution=institution)
    owed = still_owed(list(due.select_related("agreement", "owner", "owner_unit")), on)
    agreements = list(ending.select_related("unit"))
    with deed(by):
        for row in agreements:
            _tell_of_end(row, on)
        for one in owed:
            _tell_of_obligation(one, on)
    return len(agreements) + len(owed)


def _tell_of_end(row: Agreement, on: date) -> None:
    owners = row.obligations.filter(owner__isnull=False).select_related("owner")
    readers = [*_keepers(row.unit, on), *(reader_of(None, one.owner) for one in owners)]
    write_letters(readers, _end_words(row), f"agreement:{row.pk}:ends:{row.ends_on}")


def _end_words(row: Agreement) -> Words:
    names = {"number": row.number, "title": row.title_zh, "day": row.ends_on}

    def words() -> tuple[str, str]:
        return (
            _("Agreement %(number)s ends on %(day)s") % names,
            _(
                "Agreement %(number)s, “%(title)s”, ends on %(day)s. Renew it in time, or settle with"
                " the partner what becomes of whoever is under it."
            )
            % names,
        )

    return words


def _tell_of_obligation(row: Obligation, on: date) -> None:
    owner = reader_of(None, row.owner) if row.owner is not None else None
    readers = [owner] if owner is not None else _keepers(row.owner_unit, on)
    write_letters(readers, _due_words(row), f"obligation:{row.pk}:due:{row.due_on}")


def _due_words(row: Obligation) -> Words:
    names = {
        "number": row.agreement.number, "clause": row.clause, "title": row.title_zh,
        "day": row.due_on,
    }  # fmt: skip

    def words() -> tuple[str, str]:
        return (
            _("An obligation of agreement %(number)s is due on %(day)s") % names,
            _(
                "Clause %(clause)s of agreement %(number)s, “%(title)s”, is to be fulfilled by"
                " %(day)s and is not yet."
            )
            % names,
        )

    return words


def _keepers(unit: Unit, on: date) -> list[Reader | None]:
    """The secretary of the unit, or else the office of its institution."""
    for place in (unit.pk, unit.institution_id):
        roles = Role.objects.on(on).filter(unit=place, kind__in=KEEPING).order_by()
        accounts = Account.objects.filter(is_active=True, pk__in=roles.values("account"))
        found = [reader_of(account, None) for account in accounts.order_by("pk")]
        if found:
            return list(found)
    return []
