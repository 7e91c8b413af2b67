"""What is on public display, for everybody, and objections to it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import StringConstraints

from preceptor.cases.access import may_act
from preceptor.cases.access.time import visible_notices, visible_objections
from preceptor.cases.actions import answer_objection, object_to
from preceptor.cases.choices import NoticeState
from preceptor.cases.models import Case, Notice, Objection
from preceptor.people.models import Account

from ..fields import Key, Readable
from ..guard import ANYBODY, reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import case as shapes
from .case import seen_case
from .change import Sent

router = Router(tags=["notices"])
#: Nothing else of a notice leaves the house by these operations, and nothing at all of its case.
PUBLIC = (
    "institution__code", "institution__name_zh", "institution__name_en", "title_zh", "title_en",
    "text_zh", "text_en", "first_on", "last_on",
)  # fmt: skip
Called = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), Readable
]
Reached = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Readable
]
Said = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), Readable
]


class NewObjection(Sent):
    """Who objects, how to reach them, and to what."""

    name: Called
    contact: Reached
    text: Said


class ObjectionAnswer(Sent):
    """Whether it is upheld, and the answer."""

    verdict: Literal["upheld", "dismissed"]
    answer: Said


def _displayed(request: HttpRequest) -> QuerySet[Notice]:
    return visible_notices(request.user).select_related("institution").only(*PUBLIC)


@router.get("/notices", response=answers(Page[shapes.Notice]), auth=ANYBODY)
def notices(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """What is on public display today; nobody has to be signed in."""
    return page_of(_displayed(request), "pk", narrowed)


@router.get("/notices/{int:key}", response=answers(shapes.Notice), auth=ANYBODY)
def notice(request: HttpRequest, key: Key) -> Any:
    """One notice on display; nobody has to be signed in."""
    return one(_displayed(request), pk=key)


@router.post("/notices/{int:key}/objections", response=answers(shapes.Received, 201), auth=ANYBODY)
def object_to_notice(request: HttpRequest, key: Key, sent: NewObjection) -> Made:
    """Object to what is on display; nobody has to be signed in. Who answers it reads the name."""
    row = one(visible_notices(request.user).select_related("institution", "case"), pk=key)
    by = request.user if isinstance(request.user, Account) else None
    made: Any = object_to(notice=row, by=by, **sent.dict())
    return Status(201, made)


def _objections(request: HttpRequest, row: Case) -> QuerySet[Objection]:
    """All to the open notice of the request for who acts on it; for others the own."""
    user = reader(request)
    rows = visible_objections(user).filter(notice__case=row, notice__state=NoticeState.OPEN)
    return rows if may_act(user, row) else rows.filter(by_key=user.actor_key)


@router.get("/cases/{int:key}/objections", response=answers(list[shapes.Objection]))
def case_objections(request: HttpRequest, key: Key) -> list[Any]:
    """The objections to the open notice of a request, for who answers them."""
    return list(_objections(request, seen_case(request, key)).order_by("pk"))


@router.post(
    "/cases/{int:key}/objections/{int:objection}/answer", response=answers(shapes.Objection)
)
def answer_case_objection(
    request: HttpRequest, key: Key, objection: Key, sent: ObjectionAnswer
) -> Any:
    """Answer an objection: it is upheld, or dismissed."""
    rows = _objections(request, seen_case(request, key)).select_related("notice__case__kind")
    return answer_objection(
        objection=one(rows, pk=objection), is_upheld=sent.verdict == "upheld", answer=sent.answer,
        by=reader(request),
    )  # fmt: skip
