"""The list of postdocs."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.postdoc import PostdocFilter, filtered_postdocs, legs_of
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.postdoc import heads, workbook_lines


def _postdocs(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_postdocs(user, PostdocFilter(query, user).chosen())
    return Sheet(heads(), workbook_lines(legs_of(rows)))


LISTINGS = (Listing("postdocs", _("Postdocs"), tuple(PostdocFilter.base_fields), _postdocs),)
