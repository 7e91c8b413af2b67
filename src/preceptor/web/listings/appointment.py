"""The list of appointments."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.appointment import AppointmentFilter, filtered_appointments
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.appointment import heads, workbook_lines


def _appointments(user: Any, query: QueryDict) -> Sheet:
    form = AppointmentFilter(query, user)
    rows = filtered_appointments(user, form.chosen()).rows
    return Sheet(heads(form.is_judging), workbook_lines(rows, form.is_judging))


LISTINGS = (
    Listing("appointments", _("Appointments"), tuple(AppointmentFilter.base_fields), _appointments),
)
