"""Platforms on a day, their states and co-builders."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import StringConstraints

from preceptor.base.today import today
from preceptor.institutions.access import visible_disciplines, visible_platforms, visible_units
from preceptor.institutions.actions import (
    add_co_builder,
    change_platform_state,
    end_co_builder,
    register_platform,
)
from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import Platform, PlatformSpan
from preceptor.people.access import may_keep_institution

from ..fields import Day, Key, Paper, Readable, Remark
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import joint as shapes
from .agreement import columns_of
from .change import Sent
from .partner import Code

router = Router(tags=["platforms"])
Approval = Annotated[str, StringConstraints(max_length=120), Readable]
Why = Annotated[str, StringConstraints(max_length=500), Readable]


class PlatformFilter(Paging):
    """On which day (today without one), of which kind and level, in which state."""

    on: Day | None = None
    kind: PlatformKind | None = None
    level: PlatformLevel | None = None
    state: PlatformState | None = None


class NewPlatform(Sent):
    """A platform at a unit; `upper` is the one of which it is a branch."""

    unit: Key
    code: Code
    kind: PlatformKind
    level: PlatformLevel
    name_zh: Paper
    name_en: Remark = ""
    state: PlatformState = PlatformState.OPERATING
    valid_from: Day
    discipline: Key | None = None
    upper: Key | None = None
    approved_on: Day | None = None
    approval: Approval = ""


class NewPlatformState(Sent):
    """Another state from a day on."""

    state: PlatformState
    valid_from: Day
    reason: Why = ""


class NewCoBuilder(Sent):
    """Who builds it too: a unit of the institution, or somebody outside by name."""

    unit: Key | None = None
    name: Remark = ""
    valid_from: Day
    valid_to: Day | None = None


class CoBuilderEnd(Sent):
    """The last day of a co-builder, and why."""

    last_on: Day
    reason: Why = ""


_LINE = ("code", "kind", "level", "name_zh", "name_en", "approved_on")


def _line(row: Platform, span: PlatformSpan | None) -> dict[str, Any]:
    return {
        **columns_of(row, _LINE), "unit": row.unit_id, "upper": row.upper_id,
        "state": span.state if span is not None else None,
        "since": span.valid_from if span is not None else None,
    }  # fmt: skip


@router.get("/platforms", response=answers(Page[shapes.PlatformLine]))
def platforms(request: HttpRequest, narrowed: Query[PlatformFilter]) -> dict[str, Any]:
    """The platforms that were begun by the day, by code."""
    spans = PlatformSpan.objects.on(narrowed.on or today()).order_by()
    if narrowed.state:
        spans = spans.filter(state=narrowed.state)
    rows = visible_platforms(reader(request)).filter(pk__in=spans.values("platform"))
    for name in ("kind", "level"):
        if wanted := getattr(narrowed, name):
            rows = rows.filter(**{name: wanted})
    page = page_of(rows, "code", narrowed)
    held = {span.platform_id: span for span in spans.filter(platform__in=page["rows"])}
    return {**page, "rows": [_line(row, held.get(row.pk)) for row in page["rows"]]}


def _seen(request: HttpRequest, key: int) -> Platform:
    rows = visible_platforms(reader(request)).select_related("institution")
    found: Platform = one(rows, pk=key)
    return found


@router.get("/platforms/{int:key}", response=answers(shapes.Platform))
def platform(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One platform today, with its co-builders and branches."""
    row = _seen(request, key)
    span = PlatformSpan.objects.on(today()).filter(platform=row).first()
    known = row.co_builders.known().order_by("pk")
    return {
        **_line(row, span),
        "approval": row.approval,
        "states": list(row.spans.known().order_by("valid_from")),
        "co_builders": [
            {**columns_of(one_, ("name", "valid_from", "valid_to")), "unit": one_.unit_id}
            for one_ in known
        ],
        "branches": list(row.branches.order_by("pk").values_list("pk", flat=True)),
    }


def _now(request: HttpRequest, key: int) -> dict[str, Any]:
    found: dict[str, Any] = platform(request, key)
    return found


def _one(rows: Any, key: int | None) -> Any:
    return None if key is None else one(rows, pk=key)


@router.post("/platforms", response=answers(shapes.Platform, 201))
def enter_platform(request: HttpRequest, sent: NewPlatform) -> Made:
    """Enter a platform; for who keeps the institution."""
    user = reader(request)
    unit = one(visible_units(user).select_related("institution"), pk=sent.unit)
    root = unit.institution or unit
    given = sent.dict() | {
        "unit": unit,
        "discipline": _one(visible_disciplines(user), sent.discipline),
        "upper": _one(visible_platforms(user), sent.upper),
    }
    permit = may_keep_institution(user, root)
    made = register_platform(institution=root, by=user, permit=permit, **given)
    return Status(201, _now(request, made.pk))


@router.post("/platforms/{int:key}/states", response=answers(shapes.Platform, 201))
def change_one_platform_state(request: HttpRequest, key: Key, sent: NewPlatformState) -> Made:
    """Record that a platform is in another state from a day on."""
    row, user = _seen(request, key), reader(request)
    permit = may_keep_institution(user, row.institution)
    change_platform_state(platform=row, by=user, permit=permit, **sent.dict())
    return Status(201, _now(request, key))


@router.post("/platforms/{int:key}/co-builders", response=answers(shapes.Platform, 201))
def add_platform_co_builder(request: HttpRequest, key: Key, sent: NewCoBuilder) -> Made:
    """Record who builds a platform together with its unit."""
    row, user = _seen(request, key), reader(request)
    permit = may_keep_institution(user, row.institution)
    given = sent.dict() | {"unit": _one(visible_units(user), sent.unit)}
    add_co_builder(platform=row, by=user, permit=permit, **given)
    return Status(201, _now(request, key))


@router.post("/platforms/{int:key}/co-builders/{int:part}/end", response=answers(shapes.Platform))
def end_platform_co_builder(
    request: HttpRequest, key: Key, part: Key, sent: CoBuilderEnd
) -> dict[str, Any]:  # fmt: skip
    """Let a co-builder's part end with a day; before its first day it never was."""
    row, user = _seen(request, key), reader(request)
    builders = row.co_builders.known().select_related("platform__institution")
    permit = may_keep_institution(user, row.institution)
    end_co_builder(co_builder=one(builders, pk=part), by=user, permit=permit, **sent.dict())
    return _now(request, key)
