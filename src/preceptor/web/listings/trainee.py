"""Lists of training: trainees and panels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.web.filters.choices import choices_for
from preceptor.web.filters.enrolment import EnrolmentFilter, asked, listing_of
from preceptor.web.filters.panel import PanelFilter, filtered_panels
from preceptor.web.listings.listing import Listing, Sheet, in_chunks
from preceptor.web.localised import localised
from preceptor.web.shown.panel import day_text
from preceptor.web.shown.verdicts import panel_findings, whole_of
from preceptor.web.tables.enrolment_export import heads, lines
from preceptor.web.templatetags.interface import verdict_word


def _trainees(user: Any, query: QueryDict) -> Sheet:
    form = EnrolmentFilter(asked(query), choices_for(user))
    packs = form.choices.packs
    return Sheet(heads(packs), lines(listing_of(user, form.chosen(), form.choices).rows(), packs))


def _panels(user: Any, query: QueryDict) -> Sheet:
    rows = filtered_panels(user, PanelFilter(query).chosen())
    rows = rows.select_related("enrolment__person", "enrolment__unit")
    titles = [
        _("Panel"), _("Step"), _("Trainee"), _("Student number"), _("Unit"),
        _("Day of the sitting"), _("Members"), _("Verdict"), _("Rules open"),
    ]  # fmt: skip
    return Sheet(titles, _panel_lines(rows.annotate(members=Count("seats"))))


def _panel_lines(rows: Any) -> Iterator[list[Any]]:
    for chunk in in_chunks(rows.order_by("number", "pk")):
        findings = panel_findings(row.pk for row in chunk)
        for row in chunk:
            whole = whole_of(findings[row.pk])
            yield [
                row.number, row.get_stage_display(), localised(row.enrolment.person, "name"),
                row.enrolment.student_number, localised(row.enrolment.unit, "name"),
                day_text(row) or None, row.members,
                verdict_word(whole.verdict) if whole else None,
                whole.total - whole.settled if whole else None,
            ]  # fmt: skip


LISTINGS = (
    Listing("enrolments", gettext_lazy("Trainees"), tuple(EnrolmentFilter.base_fields), _trainees),
    Listing("panels", gettext_lazy("Panels"), tuple(PanelFilter.base_fields), _panels),
)
