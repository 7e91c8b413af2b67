"""Joint schools, their settlement, and the audit of dual degrees."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.joint.access import (
    may_view_costs,
    visible_agreements,
    visible_duals,
    visible_schools,
)
from preceptor.joint.actions import leave_dual, open_joint_school, record_cost
from preceptor.joint.models import AgreementParty, DualEnrolment, JointSchool, Recognition
from preceptor.joint.queries import chain_of, settlement, shares_on
from preceptor.policy import Explanation
from preceptor.standing.dual import audit, judged_on
from preceptor.standing.duals import RELATIONS, DualSide, sides_of
from preceptor.standing.sights import Sight, sight_of

from ..fields import Day, Key, Readable, Reason, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import joint as shapes
from .agreement import Why, columns_of
from .change import Sent

router = Router(tags=["joint schools"])
Purpose = Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
Yuan = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]


class NewSchool(Sent):
    """At which unit, by which agreement, with which partner."""

    unit: Key
    agreement: Key
    partner: Key
    opened_on: Day


class NewCost(Sent):
    """What was spent, for what, and which side of the agreement paid it."""

    side: Key
    purpose: Purpose
    amount_cny: Yuan
    spent_on: Day
    note: Why = ""


class Leaving(Sent):
    """From which day on each side stands alone, and why."""

    left_on: Day
    reason: Reason


_PROGRAMME = ("code", "name_zh", "name_en", "award_kind", "valid_from", "valid_to")
_SHARE = ("purpose", "share_e4", "valid_from", "valid_to")
_COST = ("purpose", "amount_cny", "spent_on", "note")
#: So many costs are told, the newest first; the settlement counts all.
MOST = 200
_RELATED = ("unit", "partner", "agreement__institution", "agreement__unit")


def _line(row: JointSchool) -> dict[str, Any]:
    keys = {name: getattr(row, f"{name}_id") for name in ("unit", "partner", "agreement")}
    return {**columns_of(row, ("opened_on", "closed_on")), **keys}


@router.get("/schools", response=answers(Page[shapes.SchoolLine]))
def joint_schools(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """The joint schools that the reader may see."""
    page = page_of(visible_schools(reader(request)), "pk", narrowed)
    return {**page, "rows": [_line(row) for row in page["rows"]]}


def seen_school(request: HttpRequest, key: int) -> JointSchool:
    """The joint school; 404 for one that the reader may not see."""
    found: JointSchool = one(visible_schools(reader(request)).select_related(*_RELATED), pk=key)
    return found


@router.get("/schools/{int:key}", response=answers(shapes.School))
def joint_school(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One joint school: programmes, recognised courses, and the dual trainees who may be seen."""
    row, user = seen_school(request, key), reader(request)
    duals = visible_duals(user).filter(programme__school=row).order_by("pk")
    known = Recognition.objects.known().filter(programme__school=row).order_by("pk")
    return {
        **_line(row),
        **_accounts(row, user),
        "programmes": [
            {
                **columns_of(one_, _PROGRAMME), "home_programme": one_.home_programme_id,
                "partner_programme": one_.partner_programme_id,
            }
            for one_ in row.programmes.all()
        ],
        "recognitions": [
            {
                **columns_of(one_, ("credits", "valid_from", "valid_to")),
                "programme": one_.programme_id, "taken": one_.taken_id,
                "counts_as": one_.counts_as_id,
            }
            for one_ in known
        ],
        "duals": list(duals.values_list("pk", flat=True)),
    }  # fmt: skip


def _accounts(row: JointSchool, user: Any) -> dict[str, Any]:
    """The shares of today and the costs, the newest first; null for who may not view costs."""
    if not may_view_costs(user, row):
        return {"shares": None, "costs": None}
    shares = [share for rows in shares_on(row, today()).values() for share in rows]
    costs = row.costs.order_by("-spent_on", "-pk")[:MOST]
    return {
        "shares": [
            {name: getattr(share, name) for name in _SHARE} | {"side": share.party_id}
            for share in shares
        ],
        "costs": [{**columns_of(cost, _COST), "side": cost.party_id} for cost in costs],
    }


def _now(request: HttpRequest, key: int) -> dict[str, Any]:
    found: dict[str, Any] = joint_school(request, key)
    return found


@router.get("/schools/{int:key}/settlements/{int:year}", response=answers(shapes.Settlement))
def school_settlement(request: HttpRequest, key: Key, year: Year) -> dict[str, Any]:
    """Who owes whom for the costs of the year; for who may view costs, and 404 for others."""
    row = seen_school(request, key)
    if not may_view_costs(reader(request), row):
        raise Http404
    found = settlement(row, year)
    return {
        "year": found.year,
        "accounts": found.accounts,
        "payments": [
            {
                "debtor_zh": one_.debtor.name_zh, "creditor_zh": one_.creditor.name_zh,
                "amount_cny": one_.amount_cny,
            }
            for one_ in found.payments
        ],
        "unshared": len(found.unshared),
    }  # fmt: skip


@router.post("/schools", response=answers(shapes.School, 201))
def open_one_school(request: HttpRequest, sent: NewSchool) -> Made:
    """Open a joint school on the ground of an agreement in force."""
    user = reader(request)
    agreement = one(visible_agreements(user).select_related("institution"), pk=sent.agreement)
    side = one(agreement.parties.select_related("partner"), partner=sent.partner)
    unit = one(visible_units(user).select_related("institution"), pk=sent.unit)
    made = open_joint_school(
        unit=unit, partner=side.partner, agreement=agreement, opened_on=sent.opened_on, by=user
    )
    return Status(201, _now(request, made.pk))


@router.post("/schools/{int:key}/costs", response=answers(shapes.School, 201))
def record_school_cost(request: HttpRequest, key: Key, sent: NewCost) -> Made:
    """Record what was spent for the joint school; `side` is a side of its agreement."""
    row, given = seen_school(request, key), sent.dict()
    rows = AgreementParty.objects.filter(agreement__in=chain_of(row.agreement))
    party = one(rows, pk=given.pop("side"))
    record_cost(school=row, party=party, by=reader(request), **given)
    return Status(201, _now(request, key))


_DUAL = (
    *RELATIONS, "home__person", "home__unit", "home__institution", "partner__person",
    "partner__unit", "partner__institution",
)  # fmt: skip


def seen_dual(request: HttpRequest, key: int) -> DualEnrolment:
    """The dual trainee; 404 for one whom the reader may not see."""
    found: DualEnrolment = one(visible_duals(reader(request)).select_related(*_DUAL), pk=key)
    return found


@router.get("/duals/{int:key}", response=answers(shapes.Dual))
def dual_audit(request: HttpRequest, key: Key) -> dict[str, Any]:
    """What the rules of both sides say of a dual trainee today, or said on the last day in the joint
    programme, as far as the reader may see."""
    row, user = seen_dual(request, key), reader(request)
    found = audit(row, judged_on(row, today()), get_language() or "")
    home, partner = sides_of(row)
    sights = [sight_of(user, row, side.enrolment) for side in (home, partner)]
    return {
        **columns_of(row, ("starts_on", "left_on")),
        "programme": row.programme_id,
        "award_kind": found.award_kind,
        "home": _side(home, sights[0], found.home, found.meets_home),
        "partner": _side(partner, sights[1], found.partner, found.meets_partner),
    }


def _side(
    side: DualSide, sight: Sight, said: list[Explanation], meets: bool | None
) -> dict[str, Any]:
    row = side.enrolment
    is_told = row is not None and sight.state
    return {
        "is_enrolled": row is not None,
        "student_number": row.student_number if row is not None and is_told else None,
        "state": row.state if row is not None and is_told else None,
        "meets": meets if sight.standing else None,
        "rules": [
            {
                "rule": one_.rule, "title": one_.title, "verdict": one_.verdict.value,
                "message": one_.message, "citation": str(one_.citation or ""),
            }
            for one_ in said
        ]
        if sight.standing
        else None,
    }  # fmt: skip


@router.post("/duals/{int:key}/leave", response=answers(shapes.Dual))
def leave_joint_programme(request: HttpRequest, key: Key, sent: Leaving) -> dict[str, Any]:
    """Record that a trainee left the joint programme."""
    leave_dual(dual=seen_dual(request, key), by=reader(request), **sent.dict())
    found: dict[str, Any] = dual_audit(request, key)
    return found
