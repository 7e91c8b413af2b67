"""A joint school as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from preceptor.base.permits import GRANTED, Permit
from preceptor.base.today import today
from preceptor.base.together import Set, answer, asked, kept_at, together
from preceptor.joint.access import (
    may_keep_school,
    may_view_costs,
    visible_agreements,
    visible_duals,
)
from preceptor.joint.choices import AwardKind
from preceptor.joint.models import DualEnrolment, JointProgramme, JointSchool, Recognition
from preceptor.joint.queries import settlement, shares_on, side_of
from preceptor.people.access import scope
from preceptor.web.localised import localised
from preceptor.web.shown.agreement import plain
from preceptor.web.shown.record_page import (
    Act,
    Row,
    Section,
    Text,
    act,
    cell,
    definitions,
    history_of,
)

Shown = dict[str, Any]
#: So many costs are shown, the newest first; the settlement counts all.
MOST = 60
#: So many years back the settlement is offered.
YEARS = 4
VERBS: dict[str, Text] = {
    "school.open": gettext_lazy("Opened"),
    "school.programme": gettext_lazy("Joint programme added"),
    "school.recognise": gettext_lazy("Course recognised"),
    "school.recognition_end": gettext_lazy("Recognition ended"),
    "school.share": gettext_lazy("Shares agreed"),
    "school.cost": gettext_lazy("Cost recorded"),
}


def page_of(row: JointSchool, user: Any, year: int) -> Shown:
    """All of a joint school that the reader may see; costs, shares and the settlement of the year
    only for who may view costs; a fixed number of queries."""
    keep, costs = may_keep_school(user, row), may_view_costs(user, row)
    accounts = [*_settlement(row, year), _costs(row, keep, year)] if costs else []
    is_ours = scope(user).reads(row.unit_id)
    programmes = JointProgramme.objects.select_related("home_programme", "partner_programme")
    trained = visible_duals(user).filter(programme__school=row)
    found, _kept = answer(
        together(
            asked(
                Set(recognitions_of(row).order_by("programme__code", "taken__code", "valid_from")),
                Set(trained.select_related("home__person", "partner", "programme")),
                Set(visible_agreements(user).filter(pk=row.agreement_id).order_by(), ("pk",)),
            ),
            kept_at([row], "programmes", programmes),
        )
    )
    courses, duals, agreements = found
    return {
        "name": localised(row.unit, "name"),
        "above": [(_("Joint schools"), reverse("schools"))],
        "meta": [
            localised(row.partner, "name"), _("since %(day)s") % {"day": row.opened_on},
            *([_("closed on %(day)s") % {"day": row.closed_on}] if row.closed_on else []),
        ],
        "notices": []
        if costs
        else [{"level": "info", "title": "", "text": costs.reason}],
        "wide": [_programmes(row, keep), _recognitions(row, keep, courses), _duals(row, keep, duals)],
        "sections": accounts,
        "beside": [_shares(row, keep)] if costs else [],
        "definitions": _definitions(row, bool(agreements)),
        "texts": [],
        "entries": history_of("joint_school", row.pk, VERBS) if is_ours else [],
    }  # fmt: skip


def _definitions(row: JointSchool, sees_agreement: bool) -> list[Shown]:
    found = definitions(
        [
            (_("Kept by"), localised(row.agreement.institution, "name")),
            (_("Partner"), localised(row.partner, "name")), (pgettext("co-operation", "Opened on"), row.opened_on),
            (_("Closed on"), row.closed_on),
        ]
    )  # fmt: skip
    url = reverse("agreement", args=[row.agreement_id]) if sees_agreement else ""
    return [*found, {"term": _("Rests on agreement"), "value": row.agreement.number, "url": url}]


def _add(verb: str, title: str, row: JointSchool, keep: Permit) -> list[Act]:
    return [act("school_change", title, keep, row.pk, verb, icon="plus")] if keep else []


def _programmes(row: JointSchool, keep: Permit) -> Section:
    lines = [
        Row(
            [
                cell(localised(one, "name"), note=one.code),
                cell(localised(one.home_programme, "title")),
                cell(localised(one.partner_programme, "title") if one.partner_programme else None),
                cell(AwardKind(one.award_kind).label),
                cell(one.valid_from, note=_("until %(day)s") % {"day": one.valid_to}
                     if one.valid_to else ""),
            ]
        )
        for one in row.programmes.all()
    ]  # fmt: skip
    return Section(
        "programmes", _("Joint programmes"),
        [pgettext("co-operation", "Programme"), localised(row.agreement.institution, "name"), localised(row.partner, "name"),
         _("Leads to"), pgettext("co-operation", "From")],
        lines, _("There is no joint programme yet."),
        _add("programme", _("Add a joint programme"), row, keep),
    )  # fmt: skip


def recognitions_of(row: JointSchool) -> QuerySet[Recognition]:
    """The recognised courses of the school as they are known now, past ones among them."""
    rows = Recognition.objects.known().filter(programme__school=row)
    return rows.select_related(
        "programme__school__unit", "taken__institution", "counts_as__institution"
    )


def _recognitions(row: JointSchool, keep: Permit, rows: Sequence[Recognition]) -> Section:
    return Section(
        "recognitions", _("Recognised courses"),
        [_("Course that is taken"), _("Counts as"), _("Credits"), pgettext("co-operation", "Programme"), pgettext("co-operation", "From")],
        [_recognition(row, one, keep) for one in rows],
        _("No course is recognised yet."), _add("recognise", _("Recognise a course"), row, keep),
    )  # fmt: skip


def _recognition(row: JointSchool, one: Recognition, keep: Permit) -> Row:
    is_past = one.valid_to is not None and one.valid_to < today()
    return Row(
        [
            cell(localised(one.taken, "name"), note=localised(one.taken.institution, "name")),
            cell(localised(one.counts_as, "name"), note=localised(one.counts_as.institution, "name")),
            cell(plain(one.credits)), cell(localised(one.programme, "name")),
            cell(one.valid_from, note=_("until %(day)s") % {"day": one.valid_to}
                 if one.valid_to else ""),
        ],
        [act("recognition_end", pgettext("co-operation", "End"), GRANTED, row.pk, one.pk, icon="x")]
        if keep and not is_past
        else [],
        is_past,
    )  # fmt: skip


def _duals(row: JointSchool, keep: Permit, rows: Sequence[DualEnrolment]) -> Section:
    lines = [
        Row(
            [
                cell(localised(one.home.person, "name"), url=reverse("dual", args=[one.pk])),
                cell(localised(one.programme, "name")),
                cell(_("both sides") if one.partner_id else _("our side only")),
                cell(one.starts_on), cell(one.left_on),
            ],
            is_past=one.left_on is not None,
        )
        for one in rows
    ]  # fmt: skip
    return Section(
        "duals", _("Dual trainees"),
        [_("Name"), pgettext("co-operation", "Programme"), _("Enrolled by"), pgettext("co-operation", "From"), pgettext("co-operation", "Left on")], lines,
        _("No trainee is in a joint programme, or none whom you may see."),
        _add("enrol", _("Enter a dual trainee"), row, keep),
    )  # fmt: skip


def _side(party: Any) -> str:
    return localised(party.partner or party.unit, "name")


def _shares(row: JointSchool, keep: Permit) -> Section:
    lines = [
        Row(
            [
                cell(purpose),
                cell(_side(one.party)),
                cell(f"{one.share_e4 / 100:.2f} %"),
                cell(one.valid_from),
            ]
        )
        for purpose, rows in shares_on(row, today()).items()
        for one in sorted(rows, key=lambda share: side_of(share.party))
    ]
    return Section(
        "shares", _("Shares of costs today"), [_("Purpose"), _("Side"), _("Bears"), pgettext("co-operation", "From")], lines,
        _("No shares are agreed yet."), _add("share", _("Agree shares"), row, keep),
    )  # fmt: skip


def money(amount: Any) -> str:
    """An amount in CNY with its fen: 12,500.00."""
    return f"{amount:,.2f}"


def _costs(row: JointSchool, keep: Permit, year: int) -> Section:
    """What was spent in the year that is settled above."""
    rows = row.costs.filter(spent_on__year=year)
    rows = rows.select_related("party__partner", "party__unit")[:MOST]
    lines = [
        Row(
            [
                cell(one.spent_on),
                cell(one.purpose, note=one.note),
                cell(_side(one.party)),
                cell(money(one.amount_cny)),
            ]
        )
        for one in rows
    ]
    return Section(
        "costs", _("Costs of %(year)s") % {"year": year}, [_("Spent on"), _("Purpose"), _("Paid by"), _("Amount (CNY)")], lines,
        _("No cost is recorded yet."), _add("cost", _("Record a cost"), row, keep),
    )  # fmt: skip


def _settlement(row: JointSchool, year: int) -> list[Section]:
    found = settlement(row, year)
    accounts = [
        Row([cell(localised(one, "name")), cell(money(one.paid_cny)), cell(money(one.part_cny)),
             cell(money(one.balance_cny))])
        for one in found.accounts
    ]  # fmt: skip
    payments = [
        Row([cell(localised(one.debtor, "name")), cell(localised(one.creditor, "name")),
             cell(money(one.amount_cny))])
        for one in found.payments
    ]  # fmt: skip
    url = reverse("school", args=[row.pk])
    this = today().year
    years = [
        Act(str(one), f"{url}?year={one}#settlement", "calendar")
        for one in range(max(row.opened_on.year, this - YEARS + 1), this + 1)
        if one != year
    ]
    unshared = (
        _("For %(count)s costs no shares are agreed; they are in no account.")
        % {"count": len(found.unshared)}
        if found.unshared
        else _("By the shares that were agreed on the day of each cost, exact to the fen.")
    )
    return [
        Section(
            "settlement", _("Settlement of %(year)s") % {"year": year},
            [_("Side"), _("Paid"), _("Its part"), _("Is owed (below zero: owes)")], accounts,
            _("Nothing was spent in this year."), years, unshared,
        ),
        Section(
            "payments", _("Payments that even it out"), [_("Pays"), _("To"), _("Amount (CNY)")], payments,
            _("Nobody owes anybody anything."),
        ),
    ]  # fmt: skip
