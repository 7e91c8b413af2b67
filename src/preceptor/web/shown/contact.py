"""Contacts as the list shows them: the telephone masked, whole on the page of the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.privacy import masked
from preceptor.people.models import Contact
from preceptor.web.localised import localised

Shown = dict[str, Any]
HEADS = (_("Name"), _("E-mail"), _("Telephone"), _("Employer"), _("Country or region"))


def cells_of(rows: Sequence[Contact]) -> list[Shown]:
    """The lines of the list; `rows` come with their persons. Empty for what is not known."""
    return [
        {
            "key": row.person_id,
            "name": localised(row.person, "name"),
            "email": row.email,
            "telephone": masked(Contact.privacy, "telephone", row.telephone),
            "employer": localised(row, "employer"),
            "country": row.country,
        }
        for row in rows
    ]
