"""The list of sittings."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.sitting import SittingFilter, filtered_sittings
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.sitting import heads, lines


def _sittings(user: Any, query: QueryDict) -> Sheet:
    return Sheet(heads(), lines(filtered_sittings(user, SittingFilter(query, user).chosen())))


LISTINGS = (Listing("sittings", _("Sittings"), tuple(SittingFilter.base_fields), _sittings),)
