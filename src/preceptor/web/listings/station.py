"""The list of postdoctoral stations."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.station import StationFilter, filtered_stations
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.station import heads, workbook_lines


def _stations(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_stations(user, StationFilter(query, user).chosen())
    return Sheet(heads(), workbook_lines(rows))


LISTINGS = (
    Listing("stations", _("Postdoctoral stations"), tuple(StationFilter.base_fields), _stations),
)
