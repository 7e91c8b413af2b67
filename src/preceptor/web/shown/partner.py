"""A partner as its page shows it, and the register of partners with its changes."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.institutions.choices import UnitKind
from preceptor.institutions.models import Unit
from preceptor.joint.access import (
    may_keep_partners,
    reads_reasons_of_partner,
    visible_abroad,
    visible_agreements,
    visible_schools,
)
from preceptor.joint.actions import change_partner, record_contribution, record_event
from preceptor.joint.choices import (
    AbroadKind,
    AgreementKind,
    ContributionKind,
    EventKind,
    PartnerKind,
)
from preceptor.joint.models import Partner
from preceptor.joint.queries import standings
from preceptor.joint.under import away
from preceptor.people.access import scope
from preceptor.web.changing import Change
from preceptor.web.countries import country_name
from preceptor.web.forms.partner import ContributionForm, EventForm, PartnerForm
from preceptor.web.localised import localised
from preceptor.web.shown.agreement import days_of, plain
from preceptor.web.shown.record_page import Row, Section, Text, act, cell, definitions, history_of
from preceptor.web.tables.agreement import TONES

Shown = dict[str, Any]
VERBS: dict[str, Text] = {
    "partner.register": gettext_lazy("Entered into the register"),
    "partner.change": gettext_lazy("Corrected"),
    "partner.contribution": gettext_lazy("Contribution recorded"),
    "partner.event": gettext_lazy("Event recorded"),
}


def roots_kept(user: Any) -> list[Unit]:
    """The institutions whose register of partners the reader keeps, by code; one query."""
    reach = scope(user)
    return [row for row in roots_of(user) if reach.keeps(row.pk)]


def roots_of(user: Any) -> list[Unit]:
    """The institutions of the installation, by code; one query."""
    rows = visible_units(user).filter(kind=UnitKind.UNIVERSITY, institution=None)
    return list(rows.order_by("code"))


def _change_form(row: Partner, user: Any, data: QueryDict | None) -> PartnerForm:
    roots = roots_of(user)
    return PartnerForm(roots, [one for one in roots if one.pk != row.institution_id], data, row)


def _keeps(user: Any, row: Partner) -> Permit:
    return may_keep_partners(user, row.institution)


CHANGES: dict[str, Change] = {
    "change": Change(
        gettext_lazy("Correct the partner"), gettext_lazy("Keep the changes"),
        gettext_lazy("The changes are kept."), _change_form, _keeps,
        lambda row, given, user: change_partner(partner=row, by=user, **given),
    ),
    "contribution": Change(
        gettext_lazy("Record a contribution"), gettext_lazy("Record it"),
        gettext_lazy("The contribution is recorded."),
        lambda row, user, data: ContributionForm(row, user, data), _keeps,
        lambda row, given, user: record_contribution(partner=row, by=user, **given),
    ),
    "event": Change(
        gettext_lazy("Record an event"), gettext_lazy("Record it"),
        gettext_lazy("The event is recorded."),
        lambda row, user, data: EventForm(row, user, data), _keeps,
        lambda row, given, user: record_event(partner=row, by=user, **given),
    ),
}  # fmt: skip


def page_of(row: Partner, user: Any) -> Shown:
    """All of a partner that the reader may see; a fixed number of queries."""
    keep = may_keep_partners(user, row.institution)
    change = act("partner_change", _("Correct"), keep, row.pk, "change")
    return {
        "name": localised(row, "name"),
        "above": [(_("Partners"), reverse("partners"))],
        "meta": [row.code, PartnerKind(row.kind).label, country_name(row.country)],
        "acts": [change] if keep else [],
        "notices": [],
        "sections": [_agreements(row, user), _given(row, keep), _events(row, keep)],
        "beside": [_schools(row, user), _guests(row, user)],
        "definitions": definitions(
            [
                (_("Code"), row.code), (_("Name in Chinese"), row.name_zh),
                (_("Name in English"), row.name_en), (_("Kind of partner"), PartnerKind(row.kind).label),
                (_("Country"), country_name(row.country)),
                (_("Partner of"), localised(row.institution, "name")),
                (_("Its own records here"), localised(row.peer, "name") if row.peer else ""),
            ]
        ),
        "texts": [],
        "entries": history_of(
            "partner", row.pk, VERBS, tells_reasons=reads_reasons_of_partner(user, row)
        ),
    }  # fmt: skip


def _agreements(row: Partner, user: Any) -> Section:
    rows = list(visible_agreements(user).filter(parties__partner=row).distinct().order_by("-pk"))
    known = standings(rows, today())
    lines = [
        Row(
            [
                cell(localised(one, "title"), url=reverse("agreement", args=[one.pk]), note=one.number),
                cell(AgreementKind(one.kind).label), cell(days_of(one)),
                cell(known[one.pk].label, tone=TONES.get(known[one.pk], "none")),
            ]
        )
        for one in rows
    ]  # fmt: skip
    return Section(
        "agreements", _("Agreements"),
        [_("Agreement"), _("Kind of agreement"), pgettext("co-operation", "In force"), pgettext("of an agreement", "Standing")], lines,
        _("There is no agreement with this partner, or none that you may see."),
    )  # fmt: skip


def _given(row: Partner, keep: Permit) -> Section:
    lines = [
        Row(
            [
                cell(ContributionKind(one.kind).label, note=one.note), cell(plain(one.amount)),
                cell(one.given_on), cell(one.agreement.number if one.agreement else None),
            ]
        )
        for one in row.contributions.select_related("agreement")
    ]  # fmt: skip
    return Section(
        "contributions", _("Contributions"),
        [_("What was given"), _("How much"), _("Given on"), _("Agreement")], lines,
        _("Nothing is recorded that the partner gave."),
        [act("partner_change", _("Record a contribution"), keep, row.pk, "contribution", icon="plus")]
        if keep
        else [],
    )  # fmt: skip


def _events(row: Partner, keep: Permit) -> Section:
    lines = [
        Row(
            [
                cell(localised(one, "title")), cell(EventKind(one.kind).label),
                cell(one.first_on if one.first_on == one.last_on
                     else _("%(first)s to %(last)s") % {"first": one.first_on, "last": one.last_on}),
                cell(one.persons), cell(one.agreement.number if one.agreement else None),
            ]
        )
        for one in row.events.select_related("agreement")
    ]  # fmt: skip
    return Section(
        "events", _("Events and visits"),
        [_("Event"), _("Kind of event"), _("Days"), _("Persons"), _("Agreement")], lines,
        _("No event with this partner is recorded."),
        [act("partner_change", _("Record an event"), keep, row.pk, "event", icon="plus")]
        if keep
        else [],
    )  # fmt: skip


def _schools(row: Partner, user: Any) -> Section:
    lines = [
        Row(
            [
                cell(localised(one.unit, "name"), url=reverse("school", args=[one.pk])),
                cell(one.opened_on),
            ]
        )
        for one in visible_schools(user).filter(partner=row).select_related("unit")
    ]
    return Section(
        "schools", _("Joint schools"), [_("Joint school"), pgettext("co-operation", "Opened on")], lines,
        _("There is no joint school with this partner."),
    )  # fmt: skip


def _guests(row: Partner, user: Any) -> Section:
    rows = visible_abroad(user).filter(away(today()), partner=row).select_related("person")
    lines = [
        Row(
            [
                cell(localised(one.person, "name")),
                cell(AbroadKind(one.kind).label),
                cell(one.first_on),
            ]
        )
        for one in rows.order_by("first_on", "pk")
    ]
    return Section(
        "guests", _("Our people there today"), [_("Name"), _("As"), _("First day")], lines,
        _("Nobody of ours is there today."),
    )  # fmt: skip
