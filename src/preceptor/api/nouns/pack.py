"""Packs: the contents that are, were or will be in force, with their text."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

from preceptor.standing.institutions import institutions_of
from preceptor.standing.models import PackInForce

from ..fields import Day, Key
from ..guard import reader
from ..paging import one
from ..refusals import answers
from ..shapes import rule as shapes

router = Router(tags=["packs"])


class PackFilter(Schema):
    """On which day it is in force; without one all contents there ever were."""

    on: Day | None = None


def _rows(request: HttpRequest) -> QuerySet[PackInForce]:
    """The contents at the reader's institutions."""
    found = institutions_of(reader(request)).values("pk")
    rows = PackInForce.objects.filter(institution__in=found)
    return rows.select_related("institution", "unit").order_by("pack", "in_force_from", "pk")


@router.get("/packs", response=answers(list[shapes.PackLine]))
def packs(request: HttpRequest, narrowed: Query[PackFilter]) -> list[Any]:
    """The contents of packs at the reader's institutions, by pack and day."""
    rows = _rows(request).defer("text")
    if narrowed.on:
        ends = Q(in_force_to=None) | Q(in_force_to__gte=narrowed.on)
        rows = rows.filter(ends, in_force_from__lte=narrowed.on)
    return list(rows)


@router.get("/packs/{int:key}", response=answers(shapes.Pack))
def pack(request: HttpRequest, key: Key) -> Any:
    """One content with its text, as it was put into force."""
    return one(_rows(request), pk=key)
