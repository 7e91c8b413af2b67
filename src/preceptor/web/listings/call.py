"""The list of calls."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.call import CallFilter, filtered_calls
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.call import heads, workbook_lines


def _calls(user: Any, query: QueryDict) -> Sheet:
    return Sheet(heads(), workbook_lines(filtered_calls(user, CallFilter(query, user).chosen())))


LISTINGS = (Listing("calls", _("Calls"), tuple(CallFilter.base_fields), _calls),)
