"""What one text finds, and the numbers of the first page."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import StringConstraints

from preceptor.institutions.access import visible_regulations, visible_units
from preceptor.people.queries import begins
from preceptor.standing.counted import state_counts, verdict_counts
from preceptor.standing.institutions import institutions_of, packs_for
from preceptor.standing.listing import named
from preceptor.standing.panels import matching_panels
from preceptor.standing.queries import as_of_all
from preceptor.training.access import visible_enrolments, visible_panels

from ..fields import Readable
from ..guard import reader
from ..refusals import answers
from ..shapes import search as shapes
from ..shapes.named import Words

router = Router(tags=["search"])
MOST = 12
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Readable
]


@router.get("/search", response=answers(shapes.Finds))
def search(request: HttpRequest, q: Query[Text]) -> dict[str, Any]:
    """What a name, its pinyin, a number or words of a title find; a fixed number of queries."""
    user = reader(request)
    number = begins("student_number", q)
    trainees = visible_enrolments(user).filter(number if q.isdecimal() else named(q).plain)
    panels = matching_panels(visible_panels(user), q).select_related("enrolment__person")
    return {
        "enrolments": trainees.select_related("person").order_by("student_number", "pk")[:MOST],
        "panels": [_panel(row) for row in panels.order_by("number", "pk")[:MOST]],
        "rules": _rules(user, q),
        "regulations": [_regulation(row) for row in _regulations(user, q)],
        "units": _units(user, q),
    }


def _panel(row: Any) -> dict[str, Any]:
    return {"key": row.pk, "number": row.number, "stage": row.stage, "trainee": row.enrolment}


def _rules(user: Any, text: str) -> list[dict[str, Any]]:
    wanted = text.casefold()
    found = [
        {"rule": rule.id, "title": Words(zh=rule.title.zh, en=rule.title.en)}
        for pack in packs_for(user)
        for rule in pack.rules.values()
        if any(wanted in part.casefold() for part in (rule.id, rule.title.zh, rule.title.en))
    ]
    return found[:MOST]


def _regulations(user: Any, text: str) -> Any:
    has = Q(title_zh__icontains=text) | Q(title_en__icontains=text) | Q(number__icontains=text)
    return visible_regulations(user).filter(has).order_by("layer", "code")[:MOST]


def _regulation(row: Any) -> dict[str, Any]:
    titles = {"title_zh": row.title_zh, "title_en": row.title_en}
    return {"key": row.pk, "number": row.number, **titles}


def _units(user: Any, text: str) -> Any:
    has = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__istartswith=text)
    return visible_units(user).filter(has).order_by("code")[:MOST]


@router.get("/overview", response=answers(shapes.Overview))
def overview(request: HttpRequest) -> dict[str, Any]:
    """The numbers of the first page, within the reader's scope."""
    user = reader(request)
    counts = {rule: dict(found) for rule, found in verdict_counts(user).items()}
    return {
        "states": dict(state_counts(user)),
        "wholes": counts.pop("", {}),
        "rules": counts,
        "as_of": as_of_all(institutions_of(user)),
    }
