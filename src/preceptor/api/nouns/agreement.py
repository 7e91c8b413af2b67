"""Agreements with partners: read, drafted, signed, and what is owed and shown by them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.joint.access import (
    may_keep_agreement,
    visible_agreements,
    visible_partners,
)
from preceptor.joint.actions import (
    add_party,
    change_agreement,
    close_obligation,
    draft_agreement,
    give_evidence,
    hide,
    leave_agreement,
    let_see,
    put_under_agreement,
    record_signature,
    remove_party,
    renew_agreement,
    send_to_review,
    set_obligation,
    sign_agreement,
    terminate_agreement,
)
from preceptor.joint.choices import AgreementKind, EvidenceKind, Noun, Standing
from preceptor.joint.models import Agreement, AgreementTrainee, Evidence
from preceptor.joint.queries import obligation_states, standings, with_standing
from preceptor.joint.under import Under
from preceptor.people.access import scope, visible_persons
from preceptor.standing.people_under import people_seen
from preceptor.training.access import visible_enrolments

from ..fields import Day, Key, Paper, Readable, Reason, Remark, Revision, Title
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import joint as shapes
from .change import Sent

router = Router(tags=["agreements"])

Number = Annotated[str, StringConstraints(min_length=1, max_length=60), Readable]
Named = Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
Why = Annotated[str, StringConstraints(max_length=300), Readable]
Because = Annotated[str, StringConstraints(min_length=1, max_length=300), Readable]
Text = Annotated[str, StringConstraints(max_length=20_000), Readable]
Days = Annotated[int, Field(ge=0, le=3650)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]


class AgreementFilter(Paging):
    """What the list can be narrowed by."""

    standing: Standing | None = None
    kind: AgreementKind | None = None
    partner: Key | None = None


class NewAgreement(Sent):
    """An agreement to be drafted; without an end it says why."""

    unit: Key
    number: Number
    kind: AgreementKind
    title_zh: Title
    title_en: Remark = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    open_reason: Why = ""
    warns_days: Days = 180
    data_clause: Text = ""


class AgreementChange(Sent):
    """What is changed; what is left out stays."""

    revision: Revision | None = None
    number: Number | None = None
    title_zh: Title | None = None
    title_en: Remark | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    open_reason: Why | None = None
    warns_days: Days | None = None
    data_clause: Text | None = None


class Seen(Sent):
    """The revision that was read; null takes whatever there is."""

    revision: Revision | None = None


class Termination(Seen):
    """From which day on it is not in force any more, and why."""

    terminated_on: Day
    reason: Because


class Renewal(Sent):
    """Number and days of the agreement that renews this one."""

    number: Number
    starts_on: Day
    ends_on: Day | None = None
    open_reason: Why = ""


class NewSide(Sent):
    """A side: a partner or a unit of the institution."""

    partner: Key | None = None
    unit: Key | None = None
    part: Annotated[str, StringConstraints(max_length=80), Readable] = ""


class NewSignature(Sent):
    """Who signed for a side, and when."""

    signatory: Named
    signatory_post: Annotated[str, StringConstraints(max_length=120), Readable] = ""
    signed_on: Day


class NewObligation(Sent):
    """What a clause obliges to."""

    clause: Number
    title_zh: Paper
    title_en: Remark = ""
    owner_unit: Key
    owner: Key | None = None
    evidence: EvidenceKind
    target: Amount = Decimal(1)
    counts_from: Day
    due_on: Day


class NewEvidence(Sent):
    """What was done for an obligation; a paper is handed in on the page."""

    done_on: Day
    amount: Amount = Decimal(1)
    note: Because


class Closing(Sent):
    """Why."""

    reason: Because


class NewSight(Sent):
    """What a partner may see."""

    partner: Key
    noun: Noun


class NewTrainee(Sent):
    """Which trainee is under the agreement, on which days."""

    enrolment: Key
    first_on: Day
    last_on: Day | None = None


class AgreementEnd(Sent):
    """The last day under the agreement."""

    last_on: Day
    reason: Reason


_LINE = (
    "number", "kind", "title_zh", "title_en", "state", "signed_on", "starts_on", "ends_on",
    "terminated_on",
)  # fmt: skip
_WHOLE = ("open_reason", "terminated_reason", "warns_days", "revision")
_SIDE = ("part", "signatory", "signatory_post", "signed_on")
_DUE = (
    "clause", "title_zh", "title_en", "evidence", "counts_from", "due_on", "closed_reason",
)  # fmt: skip


def columns_of(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The columns of the row by name, with its key."""
    return {"key": row.pk, **{name: getattr(row, name) for name in names}}


def _line(row: Agreement, standing: str) -> dict[str, Any]:
    return {**columns_of(row, _LINE), "unit": row.unit_id, "standing": standing}


@router.get("/agreements", response=answers(Page[shapes.AgreementLine]))
def agreements(request: HttpRequest, narrowed: Query[AgreementFilter]) -> dict[str, Any]:
    """The agreements that the reader may see, by key, each with where it stands today."""
    user = reader(request)
    rows = with_standing(visible_agreements(user), today())
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.standing:
        rows = rows.filter(stands=narrowed.standing)
    if narrowed.partner:
        rows = rows.filter(parties__partner=narrowed.partner).distinct()
    page = page_of(rows, "pk", narrowed)
    return {**page, "rows": [_line(row, row.stands) for row in page["rows"]]}


def seen_agreement(request: HttpRequest, key: int) -> Agreement:
    """The agreement; 404 for one that the reader may not see."""
    rows = visible_agreements(reader(request)).select_related("institution", "unit__institution")
    found: Agreement = one(rows, pk=key)
    return found


@router.get("/agreements/{int:key}", response=answers(shapes.Agreement))
def agreement(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One agreement: sides, obligations with their state, what partners see."""
    row, user = seen_agreement(request, key), reader(request)
    reads = bool(may_keep_agreement(user, row)) or scope(user).reads(row.unit_id)
    owed = list(row.obligations.prefetch_related("evidences__file"))
    states = obligation_states(owed, today())
    return {
        **_line(row, standings([row], today())[row.pk]), **columns_of(row, _WHOLE),
        "institution": row.institution_id, "follows": row.follows_id,
        "data_clause": row.data_clause if reads else None,
        "sides": [
            {**columns_of(side, _SIDE), "partner": side.partner_id, "unit": side.unit_id}
            for side in row.parties.all()
        ],
        "obligations": [
            {
                **columns_of(due, _DUE), "owner": due.owner_id, "owner_unit": due.owner_unit_id,
                **{name: getattr(states[due.pk], name)
                   for name in ("state", "reached", "target", "reached_on")},
                "evidences": [evidence_told(shown) for shown in due.evidences.all()],
            }
            for due in owed
        ],
        "documents": papers_of(row),
        **_people(row, user),
        "sights": [
            {**columns_of(sight, ("noun",)), "partner": sight.partner_id}
            for sight in row.sights.order_by("pk")
        ]
        if reads
        else None,
    }  # fmt: skip


def papers_of(row: Agreement) -> list[dict[str, Any]]:
    """The documents of the agreement, as they are told."""
    return [
        {**columns_of(one_, ("title", "added_at", "added_by")), "file_name": one_.file.name}
        for one_ in row.documents.select_related("file").order_by("pk")
    ]


def evidence_told(row: Evidence) -> dict[str, Any]:
    """What was entered by hand, as it is told."""
    told = columns_of(row, ("amount", "done_on", "note", "added_by", "taken_back_at"))
    return {**told, "file_name": row.file.name if row.file else None}


def _people(row: Agreement, user: Any) -> dict[str, Any]:
    """Who is under the agreement today: those whom the reader may see, and how many more."""
    seen, hidden = people_seen(row, user, today())
    keys = [one_.key for one_ in seen if one_.noun == "enrolment"]
    under = {one_.agreement for one_ in seen}
    trained = AgreementTrainee.objects.filter(agreement__in=under, enrolment__in=keys)
    days = {(one_.agreement_id, one_.enrolment_id): one_ for one_ in trained}
    return {"people": [_person(one_, days) for one_ in seen], "hidden_people": hidden}


def _person(one_: Under, days: Mapping[tuple[int, int], AgreementTrainee]) -> dict[str, Any]:
    trained = days.get((one_.agreement, one_.key)) if one_.noun == "enrolment" else None
    return {
        "noun": one_.noun, "record": one_.key, "name_zh": one_.name_zh, "name_en": one_.name_en,
        "first_on": trained.first_on if trained else None,
        "last_on": trained.last_on if trained else None,
    }  # fmt: skip


def _now(request: HttpRequest, key: int) -> dict[str, Any]:
    found: dict[str, Any] = agreement(request, key)
    return found


@router.post("/agreements", response=answers(shapes.Agreement, 201))
def draft_one_agreement(request: HttpRequest, sent: NewAgreement) -> Made:
    """Draft an agreement; for who keeps the records of the unit."""
    user = reader(request)
    unit = one(visible_units(user).select_related("institution"), pk=sent.unit)
    columns = sent.dict() | {"unit": unit}
    made = draft_agreement(institution=unit.institution or unit, by=user, **columns)
    return Status(201, _now(request, made.pk))


@router.post("/agreements/{int:key}/change", response=answers(shapes.Agreement))
def change_one_agreement(request: HttpRequest, key: Key, sent: AgreementChange) -> dict[str, Any]:
    """Change an agreement that is not signed."""
    row, given = seen_agreement(request, key), sent.dict(exclude_unset=True)
    change_agreement(agreement=row, by=reader(request), **given)
    return _now(request, key)


@router.post("/agreements/{int:key}/review", response=answers(shapes.Agreement))
def review_one_agreement(request: HttpRequest, key: Key, sent: Seen) -> dict[str, Any]:
    """Send an agreement to legal review."""
    send_to_review(
        agreement=seen_agreement(request, key), by=reader(request), revision=sent.revision
    )
    return _now(request, key)


@router.post("/agreements/{int:key}/sign", response=answers(shapes.Agreement))
def sign_one_agreement(request: HttpRequest, key: Key, sent: Seen) -> dict[str, Any]:
    """Declare an agreement signed once every side has signed."""
    sign_agreement(
        agreement=seen_agreement(request, key), by=reader(request), revision=sent.revision
    )
    return _now(request, key)


@router.post("/agreements/{int:key}/terminate", response=answers(shapes.Agreement))
def terminate_one_agreement(request: HttpRequest, key: Key, sent: Termination) -> dict[str, Any]:
    """End a signed agreement before its time."""
    terminate_agreement(agreement=seen_agreement(request, key), by=reader(request), **sent.dict())
    return _now(request, key)


@router.post("/agreements/{int:key}/renewal", response=answers(shapes.Agreement, 201))
def renew_one_agreement(request: HttpRequest, key: Key, sent: Renewal) -> Made:
    """Draft the agreement that renews a signed one."""
    made = renew_agreement(
        agreement=seen_agreement(request, key), by=reader(request), **sent.dict()
    )
    return Status(201, _now(request, made.pk))


@router.post("/agreements/{int:key}/sides", response=answers(shapes.Agreement, 201))
def add_agreement_side(request: HttpRequest, key: Key, sent: NewSide) -> Made:
    """Add a side to an agreement that is not signed."""
    row, user = seen_agreement(request, key), reader(request)
    partner = None if sent.partner is None else one(visible_partners(user), pk=sent.partner)
    unit = None if sent.unit is None else one(visible_units(user), pk=sent.unit)
    add_party(agreement=row, partner=partner, unit=unit, part=sent.part, by=user)
    return Status(201, _now(request, key))


@router.post("/agreements/{int:key}/sides/{int:part}/signature", response=answers(shapes.Agreement))
def record_side_signature(
    request: HttpRequest, key: Key, part: Key, sent: NewSignature
) -> dict[str, Any]:
    """Record who signed for a side."""
    side = one(seen_agreement(request, key).parties.select_related("agreement"), pk=part)
    record_signature(party=side, by=reader(request), **sent.dict())
    return _now(request, key)


@router.post("/agreements/{int:key}/sides/{int:part}/remove", response=answers(shapes.Agreement))
def remove_agreement_side(request: HttpRequest, key: Key, part: Key) -> dict[str, Any]:
    """Take a side out of an agreement that is not signed, with what it was to see."""
    sides = seen_agreement(request, key).parties.select_related(
        "agreement__unit", "agreement__institution"
    )
    remove_party(party=one(sides, pk=part), by=reader(request))
    return _now(request, key)


@router.post("/agreements/{int:key}/obligations", response=answers(shapes.Agreement, 201))
def add_agreement_obligation(request: HttpRequest, key: Key, sent: NewObligation) -> Made:
    """Enter an obligation; its state follows from operations."""
    row = seen_agreement(request, key)
    set_obligation(agreement=row, by=reader(request), **_owed(request, sent))
    return Status(201, _now(request, key))


@router.post(
    "/agreements/{int:key}/obligations/{int:part}/change", response=answers(shapes.Agreement)
)
def change_agreement_obligation(
    request: HttpRequest, key: Key, part: Key, sent: NewObligation
) -> dict[str, Any]:
    """Say otherwise what a clause obliges to."""
    row, user = seen_agreement(request, key), reader(request)
    held = one(row.obligations.all(), pk=part)
    set_obligation(agreement=row, obligation=held, by=user, **_owed(request, sent))
    return _now(request, key)


def _owed(request: HttpRequest, sent: NewObligation) -> dict[str, Any]:
    """What is owed, with the unit and the person who are answerable as records."""
    user = reader(request)
    unit = one(visible_units(user), pk=sent.owner_unit)
    owner = None if sent.owner is None else one(visible_persons(user), pk=sent.owner)
    return sent.dict() | {"owner_unit": unit, "owner": owner}


def obligation_of(request: HttpRequest, key: int, part: int) -> Any:
    """The obligation of the agreement; 404 for one that the reader may not see."""
    rows = seen_agreement(request, key).obligations.select_related("agreement__unit")
    return one(rows, pk=part)


@router.post(
    "/agreements/{int:key}/obligations/{int:part}/evidence", response=answers(shapes.Agreement, 201)
)
def give_obligation_evidence(request: HttpRequest, key: Key, part: Key, sent: NewEvidence) -> Made:
    """Say what was done for an obligation and cannot be read from operations."""
    row = obligation_of(request, key, part)
    give_evidence(obligation=row, by=reader(request), **sent.dict())
    return Status(201, _now(request, key))


@router.post(
    "/agreements/{int:key}/obligations/{int:part}/close", response=answers(shapes.Agreement)
)
def close_one_obligation(
    request: HttpRequest, key: Key, part: Key, sent: Closing
) -> dict[str, Any]:
    """Close an obligation that needs no fulfilment any more."""
    row = obligation_of(request, key, part)
    close_obligation(obligation=row, by=reader(request), reason=sent.reason)
    return _now(request, key)


@router.post("/agreements/{int:key}/sights", response=answers(shapes.Agreement, 201))
def let_partner_see(request: HttpRequest, key: Key, sent: NewSight) -> Made:
    """Let a partner see records of the persons under the agreement, while it is in force."""
    row, user = seen_agreement(request, key), reader(request)
    partner = one(visible_partners(user), pk=sent.partner)
    let_see(agreement=row, partner=partner, noun=sent.noun, by=user)
    return Status(201, _now(request, key))


@router.post("/agreements/{int:key}/sights/{int:part}/hide", response=answers(shapes.Agreement))
def hide_from_partner(request: HttpRequest, key: Key, part: Key) -> dict[str, Any]:
    """Let a partner see it no more."""
    row = seen_agreement(request, key)
    hide(sight=one(row.sights.select_related("agreement"), pk=part), by=reader(request))
    return _now(request, key)


@router.post("/agreements/{int:key}/trainees", response=answers(shapes.Agreement, 201))
def put_trainee_under(request: HttpRequest, key: Key, sent: NewTrainee) -> Made:
    """Put a trainee under an agreement in force."""
    row, user = seen_agreement(request, key), reader(request)
    enrolment = one(visible_enrolments(user).select_related("unit"), pk=sent.enrolment)
    put_under_agreement(
        agreement=row, enrolment=enrolment, first_on=sent.first_on, last_on=sent.last_on, by=user
    )
    return Status(201, _now(request, key))


@router.post("/agreements/{int:key}/trainees/{int:part}/end", response=answers(shapes.Agreement))
def end_trainee_under(
    request: HttpRequest, key: Key, part: Key, sent: AgreementEnd
) -> dict[str, Any]:
    """Record the last day of a trainee (the key of the enrolment) under the agreement."""
    rows = seen_agreement(request, key).trainees.select_related("agreement", "enrolment__unit")
    leave_agreement(trainee=one(rows, enrolment=part), by=reader(request), **sent.dict())
    return _now(request, key)
