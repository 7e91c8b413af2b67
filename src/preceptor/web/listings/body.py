"""The list of standing bodies."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.body import BodyFilter, filtered_bodies
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.body import heads, workbook_lines


def _bodies(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_bodies(user, BodyFilter(query, user).chosen())
    return Sheet(heads(), workbook_lines(rows, user))


LISTINGS = (Listing("bodies", _("Standing bodies"), tuple(BodyFilter.base_fields), _bodies),)
