"""The lists of agreements, partners, times abroad and platforms."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.agreement import AgreementFilter, filtered_agreements
from preceptor.web.filters.partner import (
    AbroadFilter,
    PartnerFilter,
    filtered_abroad,
    filtered_partners,
)
from preceptor.web.filters.platform import PlatformFilter, day_of, filtered_platforms
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.shown import school_list
from preceptor.web.tables import agreement, partner, platform


def _agreements(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_agreements(user, AgreementFilter(query, user).chosen())
    return Sheet(agreement.heads(), agreement.workbook_lines(rows))


def _partners(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_partners(user, PartnerFilter(query, user).chosen())
    return Sheet([_("Code"), *partner.TITLES], partner.workbook_lines(rows))


def _abroad(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_abroad(user, AbroadFilter(query, user).chosen())
    return Sheet(partner.abroad_heads(), partner.abroad_lines(rows))


def _schools(user: Any, query: QueryDict) -> Sheet:
    return Sheet(school_list.heads(), school_list.lines(user))


def _platforms(user: Any, query: QueryDict) -> Sheet:
    chosen = PlatformFilter(query, user).chosen()
    lines = platform.workbook_lines(filtered_platforms(user, chosen), day_of(chosen))
    return Sheet(platform.heads(), lines)


LISTINGS = (
    Listing("agreements", _("Agreements"), tuple(AgreementFilter.base_fields), _agreements),
    Listing("partners", _("Partners"), tuple(PartnerFilter.base_fields), _partners),
    Listing("abroad", _("Abroad"), tuple(AbroadFilter.base_fields), _abroad),
    Listing("schools", _("Joint schools"), (), _schools),
    Listing("platforms", _("Platforms"), tuple(PlatformFilter.base_fields), _platforms),
)
