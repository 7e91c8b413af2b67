"""Contacts: how the reader is reached, and those whose records the reader keeps."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from ninja import Query, Router
from pydantic import StringConstraints

from preceptor.base.errors import InputRefused
from preceptor.people.access import may_keep_contact, visible_contacts, visible_persons
from preceptor.people.actions import keep_contact

from ..fields import Key, Readable, Remark
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import answers
from ..shapes import tie as shapes
from .change import Sent

router = Router(tags=["contacts"])
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), Readable]
Telephone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), Readable]
Country = Annotated[str, StringConstraints(pattern="^([A-Za-z]{2})?$")]


class Reached(Sent):
    """How a person is reached, and where somebody from outside works; empty for unknown."""

    email: Email = ""
    telephone: Telephone = ""
    employer_zh: Remark = ""
    employer_en: Remark = ""
    country: Country = ""


@router.get("/contacts", response=answers(Page[shapes.Contact]))
def contacts(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """How the reader is reached, and those whose records the reader keeps."""
    rows = visible_contacts(reader(request)).select_related("person")
    return page_of(rows, "pk", narrowed)


@router.get("/contacts/{int:key}", response=answers(shapes.Contact))
def contact(request: HttpRequest, key: Key) -> Any:
    """How one person is reached, by the key of the person; 404 where nothing is recorded."""
    return one(visible_contacts(reader(request)).select_related("person"), person=key)


@router.post("/contacts/{int:key}", response=answers(shapes.Contact))
def keep_one_contact(request: HttpRequest, key: Key, sent: Reached) -> Any:
    """Record how a person is reached, by the key of the person: all of it, empty for unknown."""
    user = reader(request)
    person = one(visible_persons(user), pk=key)
    if not may_keep_contact(user, person):
        raise Http404
    try:
        return keep_contact(person=person, by=user, **sent.dict())
    except ValidationError as refusal:
        raise InputRefused(" ".join(refusal.messages)) from refusal
