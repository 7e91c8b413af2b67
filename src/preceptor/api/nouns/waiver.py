"""Waivers: the list, one with its signatures, asking for one, and deciding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Status

from preceptor.base.today import today
from preceptor.people.access import READING, scope
from preceptor.standing.access import (
    OPEN,
    may_ask_waiver,
    may_read_reasons,
    may_refuse_waiver,
    may_sign_waiver,
    may_withdraw_waiver,
    visible_waivers,
    waiting_waivers,
)
from preceptor.standing.actions import ask_waiver, refuse_waiver, sign_waiver, withdraw_waiver
from preceptor.standing.candidates import candidates
from preceptor.standing.choices import SignatureVerb, WaiverState
from preceptor.standing.counted import verdict_counts
from preceptor.standing.models import Waiver, WaiverSignature
from preceptor.training.models import Enrolment, Panel

from ..fields import Day, Key, LongReason, Name, Paper
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import waiver as shapes
from .change import Sent
from .enrolment import seen
from .panel import seen_panel

router = Router(tags=["waivers"])
SOON = timedelta(days=60)
State = Literal["in_force", "expired", "asked", "signed_once", "granted", "refused", "withdrawn"]


class WaiverFilter(Paging):
    """What the list can be narrowed by; `ends` 60: in force and ending within 60 days; `waits` me:
    those that wait for the reader's signature."""

    rule: Name | None = None
    state: State | None = None
    ends: Literal[60] | None = None
    waits: Literal["me"] | None = None


def _in_state(rows: QuerySet[Waiver], state: str) -> QuerySet[Waiver]:
    granted = rows.filter(state=WaiverState.GRANTED)
    if state == "in_force":
        return granted.filter(valid_from__lte=today(), valid_to__gte=today())
    return granted.filter(valid_to__lt=today()) if state == "expired" else rows.filter(state=state)


@router.get("/waivers", response=answers(Page[shapes.WaiverLine]))
def waivers(request: HttpRequest, narrowed: Query[WaiverFilter]) -> dict[str, Any]:
    """The waivers of the trainees whom the reader may see, by student number; without reasons."""
    user = reader(request)
    rows = visible_waivers(user)
    if narrowed.waits:
        rows = rows.filter(pk__in=waiting_waivers(user).values("pk"))
    if narrowed.rule:
        rows = rows.filter(rule=narrowed.rule)
    if narrowed.state:
        rows = _in_state(rows, narrowed.state)
    if narrowed.ends:
        rows = _in_state(rows, "in_force").filter(valid_to__lte=today() + SOON)
    signatures = Prefetch("signatures", WaiverSignature.objects.defer("reason"))
    rows = rows.defer("reason").annotate(student_number=F("enrolment__student_number"))
    rows = rows.select_related("enrolment__person", "enrolment__unit", "panel")
    page = page_of(rows.prefetch_related(signatures), "student_number", narrowed)
    return {**page, "rows": [_line(row) for row in page["rows"]]}


def _line(row: Waiver) -> dict[str, Any]:
    columns = (
        "pack", "rule", "layer", "state", "valid_from", "valid_to", "paper", "asked_by", "asked_at",
    )  # fmt: skip
    said = row.signatures.all()
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "trainee": row.enrolment,
        "unit": row.enrolment.unit,
        "panel": row.panel.number if row.panel else None,
        "signers": [one.signer for one in said if one.verb == SignatureVerb.GRANTED],
    }


def _seen(request: HttpRequest, key: int) -> Waiver:
    rows = visible_waivers(reader(request)).select_related(
        "enrolment__person", "enrolment__unit", "enrolment__institution", "panel"
    )
    found: Waiver = one(rows.prefetch_related("signatures"), pk=key)
    return found


MAY = {"sign": may_sign_waiver, "refuse": may_refuse_waiver, "withdraw": may_withdraw_waiver}


@router.get("/waivers/{int:key}", response=answers(shapes.Waiver))
def waiver(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One waiver: what it excepts, until when, on what paper, who signed, what may be done."""
    row, user = _seen(request, key), reader(request)
    tells = bool(may_read_reasons(user, row))
    signatures = [
        {
            "signer": one.signer, "verb": one.verb, "signed_at": one.signed_at,
            "reason": one.reason if tells else None,
        }
        for one in row.signatures.all()
    ]  # fmt: skip
    may = [name for name, permit in MAY.items() if permit(user, row)]
    reason = row.reason if tells else None
    return {**_line(row), "reason": reason, "signatures": signatures, "may": may}


@router.get("/waived-rules", response=answers(list[shapes.WaivedRule]))
def waived_rules(request: HttpRequest) -> list[dict[str, Any]]:
    """How often each rule is waived; for those who read a unit."""
    user = reader(request)
    if not scope(user).kinds & READING:
        raise Http404
    granted = Q(state=WaiverState.GRANTED)
    holds = granted & Q(valid_from__lte=today(), valid_to__gte=today())
    rows = visible_waivers(user).order_by().values("rule").annotate(
        in_force=Count("pk", filter=holds), granted=Count("pk", filter=granted),
        asked=Count("pk", filter=Q(state__in=OPEN)),
        refused=Count("pk", filter=Q(state=WaiverState.REFUSED)),
    )  # fmt: skip
    counted = verdict_counts(user)
    return [_waived(dict(row), counted[row["rule"]]) for row in rows.order_by("rule")]


def _waived(row: dict[str, Any], counts: dict[str, int]) -> dict[str, Any]:
    waived = counts["waived"]
    would_fail = waived + counts["fail"]
    share = waived * 100 // would_fail if would_fail else 0
    return {**row, "waived": waived, "would_fail": would_fail, "share_percent": share}


@router.get("/enrolments/{int:key}/waivable", response=answers(list[shapes.Candidate]))
def waivable_of_enrolment(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """For which rules a waiver could be asked for the trainee or the thesis."""
    row = seen(request, key)
    may_ask_waiver(reader(request), row).demand()
    return _candidates(row)


@router.get("/panels/{int:key}/waivable", response=answers(list[shapes.Candidate]))
def waivable_of_panel(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """For which rules a waiver could be asked for the panel."""
    row = seen_panel(request, key)
    may_ask_waiver(reader(request), row.enrolment).demand()
    return _candidates(row)


def _candidates(record: Enrolment | Panel) -> list[dict[str, Any]]:
    return [
        {
            "rule": found.known.rule,
            "pack": found.pack.id,
            "title": found.known.title,
            "verdict": found.known.verdict.value,
            "event_on": found.event_on,
            "basis": found.basis,
            "refusal": None if found.permit else str(found.permit.reason),
        }
        for found in candidates(record, today(), get_language() or "")
    ]


class NewWaiver(Sent):
    """Which rule is to be waived, on which days, on what paper, and why."""

    rule: Name
    valid_from: Day
    valid_to: Day
    paper: Paper
    reason: LongReason


class Decision(Sent):
    """Why."""

    reason: LongReason


@router.post("/enrolments/{int:key}/waivers", response=answers(shapes.Waiver, 201))
def ask_waiver_for_enrolment(request: HttpRequest, key: Key, sent: NewWaiver) -> Made:
    """Ask for a waiver for the trainee or the thesis; the same request is not made twice."""
    row = seen(request, key)
    made = ask_waiver(enrolment=row, by=reader(request), **sent.dict())
    return Status(201, _told(request, made))


@router.post("/panels/{int:key}/waivers", response=answers(shapes.Waiver, 201))
def ask_waiver_for_panel(request: HttpRequest, key: Key, sent: NewWaiver) -> Made:
    """Ask for a waiver for the panel; the same request is not made twice."""
    row = seen_panel(request, key)
    made = ask_waiver(enrolment=row.enrolment, panel=row, by=reader(request), **sent.dict())
    return Status(201, _told(request, made))


@router.post("/waivers/{int:key}/sign", response=answers(shapes.Waiver))
def sign_one_waiver(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Put the reader's signature under the request; the second one grants it."""
    return _told(request, sign_waiver(waiver=_seen(request, key), by=reader(request)))


@router.post("/waivers/{int:key}/refuse", response=answers(shapes.Waiver))
def refuse_one_waiver(request: HttpRequest, key: Key, sent: Decision) -> dict[str, Any]:
    """Refuse the request; one refusal ends it."""
    row = _seen(request, key)
    return _told(request, refuse_waiver(waiver=row, reason=sent.reason, by=reader(request)))


@router.post("/waivers/{int:key}/withdraw", response=answers(shapes.Waiver))
def withdraw_one_waiver(request: HttpRequest, key: Key, sent: Decision) -> dict[str, Any]:
    """Take back a granted waiver, or the own request."""
    row = _seen(request, key)
    return _told(request, withdraw_waiver(waiver=row, reason=sent.reason, by=reader(request)))


def _told(request: HttpRequest, row: Waiver) -> dict[str, Any]:
    found: dict[str, Any] = waiver(request, row.pk)
    return found
