"""An agreement as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer, kept_at, together
from preceptor.joint.access import (
    may_give_evidence,
    may_keep_agreement,
    reads_reasons_of_agreement,
    visible_agreements,
    visible_schools,
)
from preceptor.joint.actions.locking import OPEN
from preceptor.joint.choices import (
    AgreementKind,
    AgreementState,
    EvidenceKind,
    Noun,
    ObligationState,
    Standing,
)
from preceptor.joint.models import (
    Agreement,
    AgreementDocument,
    AgreementParty,
    AgreementTrainee,
    Evidence,
    JointSchool,
    Obligation,
    Sight,
)
from preceptor.joint.queries import (
    IN_FORCE,
    ObligationStanding,
    chain_of,
)
from preceptor.joint.queries.obligation import obligations_asked
from preceptor.joint.queries.standing import with_standing
from preceptor.joint.under import Under
from preceptor.people.access import scope
from preceptor.standing.people_under import KnownUnder, known_under
from preceptor.web.localised import localised
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
from preceptor.web.tables.agreement import TONES

Shown = dict[str, Any]
VERBS: dict[str, Text] = {
    "agreement.draft": gettext_lazy("Drafted"),
    "agreement.change": gettext_lazy("Changed"),
    "agreement.review": gettext_lazy("Sent to legal review"),
    "agreement.party": gettext_lazy("Side added"),
    "agreement.party_remove": gettext_lazy("Side removed"),
    "agreement.document": gettext_lazy("Document added"),
    "agreement.signature": gettext_lazy("Signature recorded"),
    "agreement.sign": gettext_lazy("Signed by all sides"),
    "agreement.terminate": gettext_lazy("Terminated"),
    "agreement.renew": gettext_lazy("Renewal drafted"),
    "agreement.obligation": gettext_lazy("Obligation entered or changed"),
    "agreement.obligation_close": gettext_lazy("Obligation closed"),
    "agreement.evidence": gettext_lazy("Evidence given"),
    "agreement.evidence_back": gettext_lazy("Evidence taken back"),
    "agreement.let_see": gettext_lazy("Partner let see"),
    "agreement.hide": gettext_lazy("Hidden from a partner"),
}
OBLIGATION_TONES = {
    ObligationState.OPEN: "pending", ObligationState.DONE: "pass",
    ObligationState.DONE_LATE: "warn", ObligationState.OVERDUE: "fail",
    ObligationState.CLOSED: "none",
}  # fmt: skip
NOUNS: dict[str, Text] = {
    "enrolment": gettext_lazy("trainee"), "dual": gettext_lazy("dual trainee"),
    "postdoc": gettext_lazy("postdoc"), "abroad": gettext_lazy("abroad"),
}  # fmt: skip


def frame_of(user: Any) -> Shown:
    """What joint/list.html takes besides the rows."""
    reach = scope(user)
    permit = GRANTED if reach.kept or reach.fellows or reach.everything else None
    return {
        "heading": _("Agreements"),
        "intro": _(
            "What the institution has agreed with partners: where each agreement stands, who is under"
            " it, and what is owed."
        ),
        "acts": [act("agreement_new", _("Draft an agreement"), permit, icon="plus", kind="main")]
        if permit
        else [],
        "icon_name": "certificate",
        "empty_title": _("No agreement matches"),
        "empty_text": _("Agreements are drafted by the graduate school office, or by the secretary of"
                        " the unit that keeps them."),
        "clear_url": reverse("agreements"),
    }  # fmt: skip


def page_of(row: Agreement, user: Any) -> Shown:
    """All of an agreement that the reader may see; a fixed number of queries."""
    keep, links = may_keep_agreement(user, row), chain_of(row)
    until_here = links[: links.index(row.pk) + 1]
    chain, schools, under, states, *_kept = answer(
        together(
            _renewals(links, user), _schools_asked(row, user), known_under(until_here, user, today()),
            _obligations_asked(row),
            kept_at([row], "parties", AgreementParty.objects.select_related("partner", "unit")),
            kept_at([row], "documents", AgreementDocument.objects.select_related("file")),
            kept_at([row], "sights", Sight.objects.select_related("partner").order_by("pk")),
        )
    )  # fmt: skip
    known = {one.pk: Standing(one.stands) for one in chain}
    standing = known[row.pk]
    carried = any(word in IN_FORCE for word in known.values())
    people = under.of(None if standing in IN_FORCE else row.pk)
    reads = bool(keep) or scope(user).reads(row.unit_id)
    return {
        "name": localised(row, "title"),
        "above": [(_("Agreements"), reverse("agreements"))],
        "state_title": standing.label,
        "tone": TONES.get(standing, "none"),
        "meta": [row.number, AgreementKind(row.kind).label, localised(row.unit, "name"), days_of(row)],
        "acts": _acts(row, keep),
        "notices": _notices(row, standing, [] if carried else people),
        "wide": [_obligations(row, user, keep, states)],
        "sections": [
            _under(row, keep, people, under, standing), _parties(row, keep),
            _documents(row, keep),
        ],
        "beside": [
            *([_sights(row, keep)] if reads else []), _chain(row, chain, known),
            *_schools(row, keep, schools, standing),
        ],
        "definitions": _definitions(row),
        "texts": [(_("Clause on personal data"), row.data_clause)]
        if reads and row.data_clause
        else [],
        "entries": history_of(
            "agreement", row.pk, VERBS, tells_reasons=reads_reasons_of_agreement(user, row)
        ),
    }  # fmt: skip


def days_of(row: Agreement) -> str:
    """From when until when it holds, in words."""
    if row.starts_on is None:
        return _("no first day yet")
    if row.ends_on is None:
        return _("from %(day)s, without end") % {"day": row.starts_on}
    return _("from %(first)s to %(last)s") % {"first": row.starts_on, "last": row.ends_on}


def _definitions(row: Agreement) -> list[Shown]:
    return definitions(
        [
            (_("Number"), row.number), (_("Kind of agreement"), AgreementKind(row.kind).label),
            (pgettext("co-operation", "Institution"), localised(row.institution, "name")),
            (_("Unit that keeps it"), localised(row.unit, "name")),
            (pgettext("co-operation", "State"), AgreementState(row.state).label), (_("Signed on"), row.signed_on),
            (_("In force from"), row.starts_on), (pgettext("agreement", "Last day in force"), row.ends_on),
            (_("Why it has no end"), row.open_reason if row.ends_on is None else ""),
            (_("Terminated from"), row.terminated_on),
            (_("Why it was terminated"), row.terminated_reason),
            (_("Warns so many days before its end"), row.warns_days),
        ]
    )  # fmt: skip


def _in_state(keep: Permit, row: Agreement, *states: str) -> Permit:
    """The permit to keep it, refused besides in any other state."""
    if keep and row.state not in states:
        return refused(
            _("The agreement is “%(state)s”.") % {"state": AgreementState(row.state).label}
        )
    return keep


def _acts(row: Agreement, keep: Permit) -> list[Act]:
    """What the state lets follow; nothing for who may not keep the agreement."""
    if not keep:
        return []

    def to(verb: str, title: str, icon: str, kind: str = "") -> Act:
        return act("agreement_change", title, keep, row.pk, verb, icon=icon, kind=kind)

    if row.state == AgreementState.DRAFTING:
        return [to("change", pgettext("co-operation", "Change"), "pencil"),
                to("review", _("Send to legal review"), "gavel", "main")]  # fmt: skip
    if row.state == AgreementState.REVIEW:
        return [to("change", pgettext("co-operation", "Change"), "pencil"),
                to("sign", _("Declare it signed"), "certificate", "main")]  # fmt: skip
    if row.state == AgreementState.SIGNED:
        return [to("terminate", _("Terminate"), "x"), to("renew", _("Renew"), "refresh", "main")]
    return []


def _notices(row: Agreement, standing: Standing, people: Sequence[Under]) -> list[Shown]:
    if people and standing in (Standing.EXPIRED, Standing.TERMINATED, Standing.RENEWED):
        return [
            {
                "level": "error",
                "title": _("The agreement has ended, and people are still under it"),
                "text": ngettext(
                    "%(count)s person is still under it. Renew it, or settle with the partner what"
                    " becomes of the person.",
                    "%(count)s persons are still under it. Renew it, or settle with the partner what"
                    " becomes of them.",
                    len(people),
                )
                % {"count": len(people)},
            }
        ]  # fmt: skip
    if standing == Standing.EXPIRING:
        last = row.terminated_on or row.ends_on
        return [
            {
                "level": "warning",
                "title": _("The agreement ends on %(day)s") % {"day": last},
                "text": _("Renew it in time, or settle with the partner what becomes of whoever is"
                          " under it."),
            }
        ]  # fmt: skip
    return []


def _parties(row: Agreement, keep: Permit) -> Section:
    is_open = row.state in OPEN
    add = _in_state(keep, row, *OPEN)
    return Section(
        "sides", _("Sides and signatures"),
        [_("Side"), _("Part"), _("Signed by"), _("Signed on")],
        [_party(row, party, bool(keep) and is_open) for party in row.parties.all()],
        _("No side is entered yet."),
        [act("agreement_change", _("Add a side"), add, row.pk, "party", icon="plus")]
        if keep and is_open
        else [],
    )  # fmt: skip


def _party(row: Agreement, party: Any, is_open: bool) -> Row:
    side = party.partner or party.unit
    url = reverse("partner", args=[party.partner_id]) if party.partner_id else ""
    kind = _("partner") if party.partner_id else _("unit of the institution")
    acts = [
        act("agreement_part", _("Signature"), GRANTED, row.pk, party.pk, "signature"),
        act("agreement_part", _("Remove"), GRANTED, row.pk, party.pk, "remove-side", icon="trash"),
    ]
    return Row(
        [
            cell(localised(side, "name"), url=url, note=kind), cell(party.part),
            cell(party.signatory, note=party.signatory_post), cell(party.signed_on),
        ],
        acts if is_open else [],
    )  # fmt: skip


def _documents(row: Agreement, keep: Permit) -> Section:
    return Section(
        "documents", pgettext("co-operation", "Documents"), [pgettext("co-operation", "Document"), _("Added"), _("By")],
        [
            Row(
                [
                    cell(
                        one.title, note=one.file.name,
                        url=reverse("agreement_document", args=[row.pk, one.pk]),
                    ),
                    cell(f"{one.added_at:%Y-%m-%d}"), cell(one.added_by),
                ]
            )
            for one in row.documents.all()
        ],
        _("No document is filed yet."),
        [act("agreement_change", _("Add a document"), keep, row.pk, "document", icon="file-upload")]
        if keep
        else [],
    )  # fmt: skip


def _obligations_asked(row: Agreement) -> Question[dict[int, ObligationStanding]]:
    """Where each obligation stands; they are kept at the agreement, what was entered for them at the
    obligations."""
    rows = Obligation.objects.select_related("owner", "owner_unit")
    yield from kept_at([row], "obligations", rows)
    owed, files = list(row.obligations.all()), Evidence.objects.select_related("file")
    found = yield from together(obligations_asked(owed, today()), kept_at(owed, "evidences", files))
    states: dict[int, ObligationStanding] = found[0]
    return states


def _obligations(
    row: Agreement, user: Any, keep: Permit, states: Mapping[int, ObligationStanding]
) -> Section:
    lines: list[Row] = []
    for one in row.obligations.all():
        lines.append(_obligation(one, states[one.pk], user, keep))
        lines += [_evidence(row, found, user, one) for found in one.evidences.all()]
    return Section(
        "obligations", _("Obligations"),
        [_("Obligation"), pgettext("co-operation", "State"), _("Reached"), _("Due on"), _("Answerable"), _("Shown by")],
        lines, _("No obligation is entered."),
        [act("agreement_change", _("Add an obligation"), keep, row.pk, "obligation", icon="plus")]
        if keep
        else [],
    )  # fmt: skip


def plain(amount: Decimal) -> str:
    """The amount without zeros that say nothing: 12, 12.5."""
    return f"{amount.normalize():f}"


def _obligation(row: Obligation, standing: ObligationStanding, user: Any, keep: Permit) -> Row:
    reached = _("%(reached)s of %(target)s") % {
        "reached": plain(standing.reached), "target": plain(standing.target),
    }  # fmt: skip
    entered = sum(
        (one.amount for one in row.evidences.all() if one.taken_back_at is None
         and row.counts_from <= one.done_on <= today()), Decimal(0),
    )  # fmt: skip
    owner = localised(row.owner, "name") if row.owner else ""
    state = standing.state
    since = _("since %(day)s") % {"day": standing.reached_on} if standing.reached_on else ""
    return Row(
        [
            cell(localised(row, "title"), note=_("clause %(clause)s") % {"clause": row.clause}),
            cell(state.label, tone=OBLIGATION_TONES[state], note=row.closed_reason or since),
            cell(reached, meter={"value": float(min(standing.reached, standing.target)),
                                 "limit": float(standing.target)}),
            cell(row.due_on, note=_("counts from %(day)s") % {"day": row.counts_from}),
            cell(owner or localised(row.owner_unit, "name"),
                 note=localised(row.owner_unit, "name") if owner else ""),
            cell(EvidenceKind(row.evidence).label, note=_("%(read)s read from operations, %(entered)s"
                 " entered by hand") % {"read": plain(standing.reached - entered),
                                        "entered": plain(entered)}),
        ],
        _obligation_acts(row, user, keep),
    )  # fmt: skip


def _obligation_acts(row: Obligation, user: Any, keep: Permit) -> list[Act]:
    keys = (row.agreement_id, row.pk)
    acts = []
    if may_give_evidence(user, row) and not row.closed_reason:
        acts.append(act("agreement_part", _("Evidence"), GRANTED, *keys, "evidence", icon="plus"))
    if keep and not row.closed_reason:
        acts.append(
            act(
                "agreement_part",
                pgettext("co-operation", "Change"),
                GRANTED,
                *keys,
                "change-obligation",
            )
        )
        acts.append(act("agreement_part", _("Close"), GRANTED, *keys, "close", icon="lock"))
    return acts


def _evidence(row: Agreement, one: Evidence, user: Any, obligation: Obligation) -> Row:
    url = reverse("agreement_evidence", args=[row.pk, one.pk]) if one.file_id else ""
    is_back = one.taken_back_at is not None
    may = not is_back and bool(may_give_evidence(user, obligation))
    return Row(
        [
            cell(one.note, url=url, note=one.file.name if one.file else ""),
            cell(_("taken back") if is_back else _("evidence"), tone="none" if is_back else "info"),
            cell(plain(one.amount)), cell(one.done_on), cell(one.added_by),
            cell(_("entered by hand")),
        ],
        [act("agreement_part", pgettext("co-operation", "Take back"), GRANTED, row.pk, one.pk, "take-back", icon="x")]
        if may
        else [],
        is_past=is_back,
    )  # fmt: skip


def _under(
    row: Agreement, keep: Permit, people: Sequence[Under], known: KnownUnder, standing: Standing
) -> Section:
    shown = known.shown(people)
    hidden = len(people) - len(shown)
    return Section(
        "people", _("People under it"), [_("Name"), _("As"), pgettext("co-operation", "From"), pgettext("co-operation", "Until")],
        [_person(one, known.days.get((one.agreement, one.key)), keep) for one in shown],
        _("Nobody is under this agreement today.") if not hidden else "",
        [act("agreement_change", _("Put a trainee under it"), keep, row.pk, "trainee", icon="plus")]
        if keep and standing in IN_FORCE
        else [],
        ngettext(
            "%(count)s more is under it whom you may not see.",
            "%(count)s more are under it whom you may not see.", hidden,
        )
        % {"count": hidden}
        if hidden
        else "",
    )  # fmt: skip


def _person(one: Under, trained: AgreementTrainee | None, keep: Permit) -> Row:
    is_linked = one.noun != "abroad"
    url = reverse(one.noun, args=[one.key]) if is_linked else reverse("abroad")
    acts = []
    if keep and one.noun == "enrolment" and trained is not None:
        keys = (trained.agreement_id, trained.pk)
        acts = [act("agreement_part", _("Last day"), GRANTED, *keys, "leave", icon="x")]
    return Row(
        [
            cell(localised(one, "name"), url=url), cell(NOUNS[one.noun]),
            cell(trained.first_on if trained is not None else None),
            cell(trained.last_on if trained is not None else None),
        ],
        acts,
    )  # fmt: skip


def _sights(row: Agreement, keep: Permit) -> Section:
    lines = [
        Row(
            [cell(localised(one.partner, "name")), cell(Noun(one.noun).label)],
            [act("agreement_part", _("Hide"), GRANTED, row.pk, one.pk, "hide", icon="x")]
            if keep
            else [],
        )
        for one in row.sights.all()
    ]
    return Section(
        "sights", _("What partners see"), [_("Partner"), _("May see")], lines,
        _("No partner sees records of persons by this agreement."),
        [act("agreement_change", _("Let a partner see"), keep, row.pk, "see", icon="eye")]
        if keep
        else [],
    )  # fmt: skip


def _renewals(links: Sequence[int], user: Any) -> Question[list[Any]]:
    """The agreements of the chain that the reader may see, in their order, each with where it
    stands."""
    rows = with_standing(visible_agreements(user).filter(pk__in=links), today())
    [found] = yield [Set(rows.order_by("starts_on", "pk"))]
    return found


def _chain(row: Agreement, rows: Sequence[Agreement], known: Mapping[int, Standing]) -> Section:
    """The agreement with those that it renews and that renew it, in their order."""
    lines = [
        Row(
            [
                cell(one.number, url="" if one.pk == row.pk else reverse("agreement", args=[one.pk]),
                     note=_("this agreement") if one.pk == row.pk else ""),
                cell(days_of(one)),
                cell(known[one.pk].label, tone=TONES.get(known[one.pk], "none")),
            ]
        )
        for one in rows
    ]  # fmt: skip
    return Section(
        "renewals",
        _("Renewals"),
        [
            _("Number"),
            pgettext("co-operation", "In force"),
            pgettext("of an agreement", "Standing"),
        ],
        lines,
        "",
    )


def _schools_asked(row: Agreement, user: Any) -> Question[list[JointSchool]]:
    """The joint schools that rest on the agreement, as far as the reader sees them."""
    [found] = yield [Set(visible_schools(user).filter(agreement=row).select_related("unit"))]
    return found


def _schools(
    row: Agreement, keep: Permit, rows: Sequence[JointSchool], standing: Standing
) -> list[Section]:
    """The joint schools that rest on the agreement; nothing for one of another kind."""
    if row.kind != AgreementKind.DUAL_DEGREE and not rows:
        return []
    lines = [
        Row(
            [
                cell(localised(one.unit, "name"), url=reverse("school", args=[one.pk])),
                cell(one.opened_on),
            ]
        )
        for one in rows
    ]
    return [
        Section(
            "schools", _("Joint schools"), [_("Joint school"), pgettext("co-operation", "Opened on")], lines,
            _("No joint school rests on this agreement."),
            [act("agreement_change", _("Open a joint school"), keep, row.pk, "school", icon="school")]
            if keep and standing in IN_FORCE
            else [],
        )
    ]  # fmt: skip
