"""A waiver as a reader sees it: its words, its page, what it would change, and who asks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.institutions.choices import RegulationLayer
from preceptor.people.access import scope
from preceptor.policy import Pack, Verdict
from preceptor.standing.access import (
    OPEN,
    may_ask_waiver,
    may_read_reasons,
    may_refuse_waiver,
    may_sign_waiver,
    may_withdraw_waiver,
)
from preceptor.standing.candidates import Candidate
from preceptor.standing.choices import WaiverState
from preceptor.standing.models import Waiver
from preceptor.standing.waiving import waivable
from preceptor.training.models import Enrolment, Panel
from preceptor.web.localised import localised
from preceptor.web.shown.rule import gate_title

Shown = dict[str, Any]
#: Verdicts, as the pages say them, of a rule that is not met.
UNMET = ("fail", "open", "warn")
TONES = {
    WaiverState.ASKED: "pending", WaiverState.SIGNED_ONCE: "pending", WaiverState.GRANTED: "waived",
    WaiverState.REFUSED: "fail", WaiverState.WITHDRAWN: "none",
}  # fmt: skip


def rule_title(rule: str, packs: Sequence[Pack]) -> str:
    """The title of a rule in the reader's language; its id where it is not in force any more."""
    found = (pack.rules[rule].title for pack in packs if rule in pack.rules)
    return next((title.within(get_language() or "") for title in found), rule)


def is_expired(row: Waiver) -> bool:
    """Whether it was granted and its last day has passed."""
    return row.state == WaiverState.GRANTED and row.valid_to < today()


def state_title(row: Waiver) -> str:
    """The state in words; of a granted one also whether it begins later or has expired."""
    if is_expired(row):
        return _("expired")
    if row.state == WaiverState.GRANTED and row.valid_from > today():
        return _("granted, begins later")
    return str(WaiverState(row.state).label)


def period(row: Waiver) -> str:
    """Its first and last day."""
    return f"{row.valid_from.isoformat()} – {row.valid_to.isoformat()}"


def url_of(record: Enrolment | Panel) -> str:
    """The page of a trainee or of a panel."""
    return reverse("panel" if isinstance(record, Panel) else "enrolment", args=[record.pk])


def page_of(row: Waiver, user: Any, packs: Sequence[Pack]) -> Shown:
    """All of a waiver that the reader may see; the reasons only for whom they are."""
    shows_reasons = bool(may_read_reasons(user, row))
    return {
        "waiver": row,
        "title": rule_title(row.rule, packs),
        "name": localised(row.enrolment.person, "name"),
        "record_url": url_of(row.panel or row.enrolment),
        "state": "expired" if is_expired(row) else row.state,
        "state_title": state_title(row),
        "tone": "none" if is_expired(row) else TONES[WaiverState(row.state)],
        "period": period(row),
        "definitions": _definitions(row, packs, shows_reasons),
        "entries": _entries(row, shows_reasons),
        "sign": may_sign_waiver(user, row),
        "refuse": may_refuse_waiver(user, row),
        "withdraw": may_withdraw_waiver(user, row),
        "is_open": row.state in OPEN,
    }


def _definitions(row: Waiver, packs: Sequence[Pack], shows_reasons: bool) -> list[Shown]:
    in_force = any(row.rule in pack.rules for pack in packs)
    items: list[Shown] = [
        {
            "term": _("Rule"),
            "value": rule_title(row.rule, packs),
            "url": reverse("rule", args=[row.rule]) if in_force else "",
            "note": row.rule,
        },
        {"term": _("Layer"), "value": RegulationLayer(row.layer).label},
        {
            "term": _("For"),
            "value": localised(row.enrolment.person, "name"),
            "url": url_of(row.panel or row.enrolment),
            "note": row.panel.number if row.panel else row.enrolment.student_number,
        },
        {
            "term": _("Holds"),
            "value": period(row),
            "note": _("Judged on the day of the event, both days included."),
        },
        {"term": _("Paper"), "value": row.paper},
    ]
    if shows_reasons:
        items.append({"term": _("Reason"), "value": row.reason})
    return items


def _entries(row: Waiver, shows_reasons: bool) -> list[Shown]:
    """The request and what each signer said, as parts/timeline.html takes them."""
    asked = {
        "day": timezone.localdate(row.asked_at).isoformat(),
        "title": _("Asked for by %(name)s") % {"name": row.asked_by},
        "state": "past",
    }
    words = {
        "granted": _("Signed by %(name)s"),
        "refused": _("Refused by %(name)s"),
        "withdrawn": _("Withdrawn by %(name)s"),
    }
    said = [
        {
            "day": timezone.localdate(one.signed_at).isoformat(),
            "title": words[one.verb] % {"name": one.signer},
            "text": one.reason if shows_reasons else "",
            "state": "past",
        }
        for one in row.signatures.all()
    ]
    return [asked, *said, *_awaited(row)]


def _awaited(row: Waiver) -> list[Shown]:
    """What an open request waits for; nothing for one that was decided."""
    if row.state not in OPEN:
        return []
    second = row.state == WaiverState.SIGNED_ONCE
    title = _("A second person signs") if second else _("Two persons sign")
    return [{"day": "", "title": title, "state": "now"}]


def requests_of(
    requirements: Sequence[Shown],
    record: Enrolment | Panel,
    packs: Sequence[Pack],
    user: Any,
) -> list[Shown]:
    """The requirements, each that is not met with its `request`: the way to ask for a waiver, the
    reason why there is none, or the request that is open already.

    Who may not ask is told so only where a fail stands in the way now. `record` comes with its
    waivers prefetched; at most one query.
    """
    enrolment = record.enrolment if isinstance(record, Panel) else record
    permit, asked = may_ask_waiver(user, enrolment), _open_requests(record)
    is_own = scope(user).person == enrolment.person_id
    for place, one in enumerate(requirements):
        if one["rule"] in asked and one["verdict"] not in ("pass", "not_applicable"):
            one["request"] = asked[one["rule"]]
        elif _is_unmet(one) and (permit or (one["verdict"] == "fail" and not is_own)):
            one["request"] = _request(one["rule"], record, packs, permit, place)
    return list(requirements)


def _is_unmet(one: Shown) -> bool:
    """Whether it fails, now or ahead of its step; what only waits for a value cannot be waived."""
    return one["verdict"] in UNMET and not one["missing"]


def _open_requests(record: Enrolment | Panel) -> dict[str, Shown]:
    """What is asked for the record and not decided, by rule; no query where it was prefetched."""
    return {
        row.rule: {
            "url": reverse("waiver", args=[row.pk]),
            "asked": _("A waiver until %(day)s is asked for: %(state)s.")
            % {"day": row.valid_to.isoformat(), "state": state_title(row)},
        }
        for row in record.waivers.all()
        if row.state in OPEN and (isinstance(record, Panel) or row.panel_id is None)
    }


def _request(
    rule: str, record: Enrolment | Panel, packs: Sequence[Pack], permit: Permit, place: int
) -> Shown:
    pack = next((pack for pack in packs if rule in pack.rules), None)
    if permit and pack is not None:
        permit = waivable(pack, pack.rules[rule])
    name = "waiver_ask_panel" if isinstance(record, Panel) else "waiver_ask"
    return {
        "url": f"{reverse(name, args=[record.pk])}?rule={rule}",
        "reason": permit.reason,
        "identifier": f"waiver-{place}",
    }


def effect_of(
    chosen: Candidate, offered: Sequence[Candidate], first: date | None, last: date | None
) -> Shown:
    """What a waiver of these days would change for the record today, in words."""
    known = chosen.known
    rule = chosen.pack.rules[known.rule]
    then = chosen.with_waiver(first, last) if first and last else known.verdict
    return {
        "title": known.title,
        "rule_url": reverse("rule", args=[known.rule]),
        "text": known.text,
        "now": known.verdict.value,
        "then": then.value,
        "day": _day_sentence(chosen),
        "result": _result(known.verdict, then, has_days=bool(first and last)),
        "gate": gate_title(rule.gate),
        "others": [
            one.known.title
            for one in offered
            if one.known.rule != known.rule
            and one.known.gate == known.gate
            and one.known.verdict in (Verdict.FAIL, Verdict.PENDING)
            and one.known.kind == "block"
        ],
    }


def _day_sentence(chosen: Candidate) -> str:
    sentences = {
        "event": _("The event was on %(day)s: the waiver counts if it holds on that day."),
        "planned": _(
            "The event is planned for %(day)s: the waiver counts if it holds on that day."
        ),
        "today": _(
            "No day is set for the event yet: today, %(day)s, counts until it is, then the day of "
            "the event."
        ),
    }
    return sentences[chosen.basis] % {"day": chosen.event_on.isoformat()}


def _result(now: Verdict, then: Verdict, *, has_days: bool) -> str:
    if now is Verdict.PENDING:
        return _(
            "Something is not recorded yet: a waiver leaves that open. It counts only if the rule "
            "is then not met."
        )
    if now is Verdict.WAIVED:
        return _("Another waiver holds on that day; this one could follow it.")
    if not has_days:
        return _("Enter both days to see what the waiver would change.")
    if then is Verdict.WAIVED:
        return _("With both signatures this requirement reads “Waived” instead of “Not met”.")
    return _("That day lies outside the days entered: the waiver would change nothing.")


def refusals_of(candidates: Sequence[Candidate], rule: str) -> list[Mapping[str, str]]:
    """Why the rule named in the address cannot be asked for; empty where it can, or none is named."""
    named = [one for one in candidates if one.known.rule == rule]
    if not named or any(one.permit for one in named):
        return []
    return [{"title": named[0].known.title, "reason": str(named[0].permit.reason)}]
