"""The new experts of an appeal: who could decide it, and their call to a sitting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from preceptor.cases.access import may_compose
from preceptor.cases.actions import call_experts
from preceptor.cases.models import Case
from preceptor.people.models import Person
from preceptor.people.queries import matches_name
from preceptor.standing.interests import Eligibility, eligibilities
from preceptor.training.access import visible_experts

from ..fields import Key, Moment, Remark, Revision
from ..guard import reader
from ..refusals import Made, answers
from ..shapes import composition as sittings
from ..shapes import expert as shapes
from .case import seen_case
from .case_step import Match, Once, revision_of
from .change import Sent
from .composition import MOST_SEATS, OFFERED, Searched, tie_of

router = Router(tags=["cases"])


class NewExperts(Sent):
    """Who decides the appeal, the first in the chair; when and where they sit."""

    persons: Annotated[list[Key], Field(max_length=MOST_SEATS)]
    starts_at: Moment
    ends_at: Moment | None = None
    place: Remark = ""
    revision: Revision | None = None


def _appeal(request: HttpRequest, key: int) -> Case:
    """The appeal; 404 for a request that the reader may not see or that is no appeal."""
    row = seen_case(request, key)
    if row.appeal_of_id is None:
        raise Http404
    return row


@router.get("/cases/{int:key}/experts", response=answers(list[shapes.Expert]))
def case_experts(request: HttpRequest, key: Key, q: Query[Searched]) -> list[dict[str, Any]]:
    """Who of such a name could decide the appeal, with what keeps somebody off; at most eight. For
    who calls the experts."""
    row = _appeal(request, key)
    may_compose(reader(request), row).demand()
    rows = visible_experts(reader(request)).filter(pk__in=matches_name(q)).defer("birth_on")
    return [
        _told(found)
        for found in eligibilities(row, list(rows.order_by("name_pinyin", "pk")[:OFFERED]))
    ]


def _told(found: Eligibility) -> dict[str, Any]:
    columns = ("person", "is_former", "is_concerned", "is_stopped")
    told = {name: getattr(found, name) for name in columns}
    return {**told, "conflicts": [tie_of(tie) for tie in found.conflicts]}


@router.post("/cases/{int:key}/experts", response=answers(sittings.Called, 201))
def call_case_experts(
    request: HttpRequest, key: Key, sent: NewExperts, idempotency_key: Once, if_match: Match
) -> Made:
    """Call the new experts of the appeal to their sitting and invite them; the appeal goes on to
    their vote."""
    row = _appeal(request, key)
    made: Any = call_experts(
        case=row, persons=_persons(request, row, sent.persons), starts_at=sent.starts_at,
        ends_at=sent.ends_at, place=sent.place, by=reader(request), token=idempotency_key,
        revision=revision_of(sent.revision, if_match),
    )  # fmt: skip
    return Status(201, made)


def _persons(request: HttpRequest, row: Case, keys: Sequence[int]) -> list[Person]:
    """The persons in their order, twice where named twice; 404 where one is no expert of the
    reader's. Raises NotPermitted for who calls nobody."""
    known = {one.pk: one for one in visible_experts(reader(request)).filter(pk__in=keys)}
    if not set(keys) <= known.keys():
        may_compose(reader(request), row).demand()
        raise Http404
    return [known[key] for key in keys]
