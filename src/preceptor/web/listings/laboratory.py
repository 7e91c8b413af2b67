"""The list of laboratories."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.laboratory import LaboratoryFilter, filtered_laboratories
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.laboratory import heads, workbook_lines


def _laboratories(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_laboratories(user, LaboratoryFilter(query, user).chosen())
    return Sheet(heads(), workbook_lines(rows, user))


LISTINGS = (
    Listing("laboratories", _("Laboratories"), tuple(LaboratoryFilter.base_fields), _laboratories),
)
