"""The list of incubations between medicine and engineering."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.incubation import IncubationFilter, filtered_incubations
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.incubation import heads, workbook_lines


def _incubations(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_incubations(user, IncubationFilter(query, user).chosen())
    return Sheet(heads(), workbook_lines(rows))


LISTINGS = (
    Listing("incubations", _("Incubations"), tuple(IncubationFilter.base_fields), _incubations),
)
