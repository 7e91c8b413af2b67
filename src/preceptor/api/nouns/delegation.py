"""Who acts for whom, and the days on which the reader is absent."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import StringConstraints

from preceptor.base.errors import InputRefused
from preceptor.cases.queries import kinds_on
from preceptor.people.access import (
    institutions_of,
    may_keep_institution,
    scope,
    visible_absences,
    visible_delegations,
)
from preceptor.people.actions import delegate, end_absence, end_delegation, record_absence
from preceptor.people.choices import DelegationKind
from preceptor.people.models import Absence, Account
from preceptor.people.queries import account_named

from ..fields import Day, Key, Readable, Remark
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import case as shapes
from .change import Sent

router = Router(tags=["delegations"])
#: A sign-in name, a staff number or a student number.
Who = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Readable
]
KindName = Annotated[str, StringConstraints(max_length=60), Readable]


class NewDelegation(Sent):
    """Who acts, on which days, for which kind of request (all where empty); an office that sets a
    substitution says also for whom."""

    taker: Who
    giver: Who | None = None
    valid_from: Day
    valid_to: Day
    case_kind: KindName = ""
    reason: Remark = ""


class NewAbsence(Sent):
    """The days on which the reader cannot act."""

    first_on: Day
    last_on: Day


@router.get("/delegations", response=answers(Page[shapes.Delegation]))
def delegations(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """Who acts for whom: what the reader gave or took, and for an office those of its institution."""
    rows = visible_delegations(reader(request)).select_related("giver", "taker")
    return page_of(rows, "pk", narrowed)


@router.post("/delegations", response=answers(shapes.Delegation, 201))
def make_delegation(request: HttpRequest, sent: NewDelegation) -> Made:
    """Delegate the own tasks; with `giver`, set a substitution for somebody absent, as the office."""
    user, kind, giver = reader(request), DelegationKind.DELEGATION, reader(request)
    if sent.giver is not None:
        _demand_office(user)
        kind, giver = DelegationKind.SUBSTITUTION, _named(user, sent.giver)
    made: Any = delegate(
        giver=giver, taker=_named(user, sent.taker), kind=kind, valid_from=sent.valid_from,
        valid_to=sent.valid_to, case_kind=_known_kind(user, sent.case_kind), reason=sent.reason,
        by=user,
    )  # fmt: skip
    return Status(201, made)


def _demand_office(user: Account) -> None:
    root = scope(user).institution
    if root is None or not may_keep_institution(user, root):
        raise Http404


def _known_kind(user: Account, name: str) -> str:
    """The name of a kind in force. Raises InputRefused for another."""
    root = scope(user).institution
    known = {kind.name for kind in kinds_on(root)} if root is not None else set()
    if name and name not in known:
        raise InputRefused(_("No kind of request is called %(name)s.") % {"name": name})
    return name


def _named(user: Account, text: str) -> Account:
    found = account_named(institutions_of(user), text)
    if found is None:
        raise InputRefused(
            _("Nobody with the sign-in name or number %(text)s can act in your institution.")
            % {"text": text[:60]}
        )
    return found


@router.post("/delegations/{int:key}/end", response=answers(shapes.Delegation))
def end_one_delegation(request: HttpRequest, key: Key) -> Any:
    """End a delegation at once."""
    row = one(visible_delegations(reader(request)).select_related("giver", "taker"), pk=key)
    return end_delegation(delegation=row, by=reader(request))


def _own_absences(request: HttpRequest) -> QuerySet[Absence]:
    user = reader(request)
    return visible_absences(user).filter(person=user.person_id).select_related("person")


@router.get("/absences", response=answers(list[shapes.Absence]))
def absences(request: HttpRequest) -> list[Any]:
    """The reader's own absences, the latest first; at most two hundred."""
    return list(_own_absences(request).order_by("-valid_from", "-pk")[:200])


@router.post("/absences", response=answers(shapes.Absence, 201))
def record_own_absence(request: HttpRequest, sent: NewAbsence) -> Made:
    """Record the days on which the reader cannot act; 404 for an account without a person."""
    user = reader(request)
    if user.person is None:
        raise Http404
    made: Any = record_absence(
        person=user.person, first_on=sent.first_on, last_on=sent.last_on, by=user
    )
    return Status(201, made)


@router.post("/absences/{int:key}/end", response=answers(shapes.Absence))
def end_own_absence(request: HttpRequest, key: Key) -> Any:
    """End one of the reader's absences at once."""
    return end_absence(absence=one(_own_absences(request), pk=key), by=reader(request))
