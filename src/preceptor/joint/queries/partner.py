"""Partners, ever and active, and who is abroad, by country."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from preceptor.institutions.models import Unit

from ..choices import AbroadKind, AgreementState
from ..models import Abroad, AgreementParty, Partner
from ..under import away
from .standing import in_force


def _with_agreement(condition: Q) -> Exists:
    """The condition on a partner that an agreement to which it is a party fulfils the condition."""
    sides = AgreementParty.objects.filter(partner=OuterRef("pk")).order_by()
    return Exists(sides.filter(condition))


def partners_ever(institution: Unit | None, on: date, country: str = "") -> QuerySet[Partner]:
    """The partners with whom an agreement came into force on the day or before, of the institution or
    of all; of one country where it is named."""
    never = Q(
        agreement__state=AgreementState.TERMINATED,
        agreement__terminated_on__lte=F("agreement__starts_on"),
    )
    signed = Q(agreement__state__in=(AgreementState.SIGNED, AgreementState.TERMINATED))
    begun = signed & ~never & Q(agreement__starts_on__lte=on)
    return _of(institution, country).filter(_with_agreement(begun))


def partners_active(institution: Unit | None, on: date, country: str = "") -> QuerySet[Partner]:
    """The partners with whom an agreement is in force on the day, of the institution or of all."""
    return _of(institution, country).filter(_with_agreement(in_force(on, "agreement__")))


def _of(institution: Unit | None, country: str) -> QuerySet[Partner]:
    rows = Partner.objects.all()
    if institution is not None:
        rows = rows.filter(institution=institution)
    return rows.filter(country=country) if country else rows


@dataclass(frozen=True)
class CountryPartners:
    """How many partners of a country had an agreement ever, and how many have one in force."""

    country: str
    ever: int
    active: int


def partners_by_country(institution: Unit, on: date) -> list[CountryPartners]:
    """The countries of partners with agreements, those with most first; two queries."""
    ever = _by_country(partners_ever(institution, on))
    active = _by_country(partners_active(institution, on))
    rows = [CountryPartners(country, n, active.get(country, 0)) for country, n in ever.items()]
    return sorted(rows, key=lambda row: (-row.ever, row.country))


def _by_country(rows: QuerySet[Partner]) -> dict[str, int]:
    counted = rows.order_by().values("country").annotate(n=Count("pk"))
    return dict(counted.values_list("country", "n"))


@dataclass(frozen=True)
class CountryAbroad:
    """How many persons are abroad in a country on a day, by what they are; each person once."""

    country: str
    trainees: int
    postdocs: int
    staff: int

    @property
    def persons(self) -> int:
        """All of them."""
        return self.trainees + self.postdocs + self.staff


def abroad_on(institution: Unit, on: date) -> QuerySet[Abroad]:
    """The times abroad of the institution's persons that last on the day."""
    return Abroad.objects.filter(away(on), institution=institution)


def abroad_by_country(institution: Unit, on: date) -> list[CountryAbroad]:
    """The countries in which somebody is on the day, those with most first; one query."""
    rows = abroad_on(institution, on).order_by().values("country", "kind")
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows.annotate(n=Count("person", distinct=True)):
        counted[row["country"]][row["kind"]] = row["n"]
    found = [
        CountryAbroad(country, *(kinds.get(kind, 0) for kind in AbroadKind))
        for country, kinds in counted.items()
    ]
    return sorted(found, key=lambda row: (-row.persons, row.country))
