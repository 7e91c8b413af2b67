"""Requests: the list, and one with its track, whereabouts and history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest
from ninja import Query, Router

from preceptor.base.files import path_of
from preceptor.base.keyset import capped_count, newest_part
from preceptor.base.today import today
from preceptor.cases.access import (
    acting_for,
    is_asker,
    is_staff,
    may_attach,
    may_compose,
    may_decide,
    may_read_reason,
    may_return,
    may_submit,
    may_withdraw,
    sees_reasons,
    sees_stages,
    visible_cases,
)
from preceptor.cases.access.time import (
    may_appeal,
    may_remind,
    may_state_facts,
    may_state_view,
)
from preceptor.cases.actions import asked_gate
from preceptor.cases.choices import CaseState, ItemState, NoticeState, StageKind, Verb
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.models import Case, CaseStep, Item
from preceptor.cases.queries import (
    UNDER_WAY,
    Whereabouts,
    kind_in_force,
    kind_of,
    kind_of_row,
    whereabouts,
)
from preceptor.cases.registry import port_of
from preceptor.cases.ways import appeal_ways, awaited_body, may_end_next
from preceptor.institutions.queries import units_below
from preceptor.people.models import Account
from preceptor.people.queries import begins, matches_name
from preceptor.training.asking import NextAttempt, next_after
from preceptor.training.models import MilestoneCase
from preceptor.training.queries import attempts_of

from ..fields import Key, Name, Wanted
from ..guard import reader
from ..paging import Page, Paging, one, place_of, shown
from ..refusals import answers
from ..shapes import case as shapes
from ..shapes.named import Words

router = Router(tags=["cases"])
#: So many of the last sittings that took a request up are told.
SHOWN_ITEMS = 5
#: Steps that leave the stage where it is.
STAYING = frozenset({Verb.OPEN, Verb.SUBMIT, Verb.RETURN, Verb.WITHDRAW, Verb.REOPEN, Verb.TELL})
MAY = {
    "submit": may_submit, "attach": may_attach, "decide": may_decide, "compose": may_compose,
    "return": may_return, "withdraw": may_withdraw, "remind": may_remind, "appeal": may_appeal,
    "state_view": may_state_view, "state_facts": may_state_facts,
}  # fmt: skip


class CaseFilter(Paging):
    """What the list can be narrowed by; `open`: not decided yet."""

    q: Wanted = ""
    whose: Literal["mine", "about"] | None = None
    state: CaseState | Literal["open"] | None = None
    kind: Name | None = None
    unit: Key | None = None
    is_late: bool = False


@router.get("/cases", response=answers(Page[shapes.CaseLine]))
def cases(request: HttpRequest, narrowed: Query[CaseFilter]) -> dict[str, Any]:
    """The requests that the reader may see, newest first."""
    user = reader(request)
    rows = _narrowed(visible_cases(user), narrowed, user)
    count = capped_count(rows)
    rows = rows.select_related("kind", "person", "unit", "institution").defer("reason")
    part = newest_part(rows, place_of(narrowed, "pk"), size=narrowed.size)
    places = whereabouts(part.rows)
    lines = [_line(row, places[row.pk] if _lists_stage(user, row) else None) for row in part.rows]
    return shown(part, lines, count)


def _narrowed(rows: QuerySet[Case], narrowed: CaseFilter, user: Any) -> QuerySet[Case]:
    text = narrowed.q.strip()
    if text:
        rows = rows.filter(begins("number", text) | Q(person__in=matches_name(text)))
    if narrowed.whose == "mine":
        rows = rows.filter(asked_by=user)
    if narrowed.whose == "about":
        rows = rows.filter(person=user.person_id) if user.person_id else rows.none()
    if narrowed.state == "open":
        rows = rows.filter(state__in=UNDER_WAY)
    elif narrowed.state:
        rows = rows.filter(state=narrowed.state)
    if narrowed.kind:
        rows = rows.filter(kind__name=narrowed.kind)
    if narrowed.unit:
        rows = rows.filter(unit__in=units_below([narrowed.unit]))
    if narrowed.is_late:
        rows = rows.filter(state=CaseState.RUNNING, due_on__lt=today())
    return rows


def _lists_stage(user: Any, row: Case) -> bool:
    """Whether a list may say at which stage the request is: of a kind whose subject reads only the
    end, to those alone who read the unit."""
    return kind_of(row).sees != "outcome" or is_staff(user, row)


def _words(words: Any) -> Words:
    return Words(zh=words.zh, en=words.en)


def _line(row: Case, place: Whereabouts | None) -> dict[str, Any]:
    columns = (
        "number", "title_zh", "title_en", "person", "unit", "state", "revision", "submitted_at",
        "decided_at",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "kind": row.kind.name,
        "version": row.kind.version,
        "place": _place(row, place),
    }


def _place(row: Case, place: Whereabouts | None) -> dict[str, Any] | None:
    if place is None or place.stage is None:
        return None
    return {
        "may_end": may_end_next(row),
        "stage": _words(place.stage),
        "holders": [
            {"name_zh": one.name_zh, "name_en": one.name_en, "role": one.role}
            for one in place.holders
        ],
        "since": place.since,
        "due_on": place.due_on,
        "next_stages": [_words(title) for title in place.next_stages],
    }


def seen_case(request: HttpRequest, key: int) -> Case:
    """The request with what is told of one; 404 for one that the reader may not see."""
    rows = visible_cases(reader(request)).select_related(
        "kind", "person", "unit", "institution", "asked_by"
    )
    found: Case = one(rows.prefetch_related("steps"), pk=key)
    return found


@router.get("/cases/{int:key}", response=answers(shapes.Case))
def case(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One request: where it is and with whom, what happened, and what may be done."""
    return told(request, seen_case(request, key))


def told(request: HttpRequest, row: Case) -> dict[str, Any]:
    """All of a request that the reader may see."""
    user, kind = reader(request), kind_of(row)
    steps, stages = list(row.steps.all()), sees_stages(user, row, kind)
    is_about = row.person_id is not None and row.person_id == user.person_id
    reads = sees_reasons(user, row, kind) or is_asker(user, row) or is_about
    return {
        **_line(row, whereabouts([row])[row.pk] if stages else None),
        "kind_title": _words(kind.title),
        "about": _words(kind.about),
        "subject": port_of(row).subjects([row]).get(row.pk),
        "asked_by": row.asked_by.name if row.asked_by else None,
        "reason": row.reason if reads else None,
        "round": row.round,
        "appeal_of": row.appeal_of_id,
        "ground": row.ground,
        "track": _track(row, kind, steps) if stages else [],
        "steps": [
            _step(user, row, kind, step, reads) for step in steps if stages or _is_own(user, step)
        ],
        "documents": _documents(row, kind),
        "next_attempt": _next_attempt(row),
        **_possible(user, row, stages),
        **_worked_on(user, row, stages),
    }


def _possible(user: Account, row: Case, stages: bool) -> dict[str, Any]:
    """What the reader may do with the request now; and why not the rest, for who is told the stages:
    the reasons speak of them."""
    permits = {name: permit(user, row) for name, permit in MAY.items()}
    giver = acting_for(user, row) if row.state == CaseState.RUNNING else None
    sent = row.reminders.filter(on=today()).first() if permits["remind"] else None
    return {
        "may": [name for name, permit in permits.items() if permit],
        "may_not": [
            {"name": name, "reason": str(permit.reason)}
            for name, permit in permits.items()
            if stages and not permit
        ],
        "acts_for": giver.name if giver else None,
        "reminded": sent.by_name if sent else None,
        "appeals": [
            {
                "ground": way.ground.value,
                "until": way.until.day,
                "refusal": None if way.permit else str(way.permit.reason),
            }
            for way in appeal_ways(user, row)
        ],
    }


def _worked_on(user: Account, row: Case, stages: bool) -> dict[str, Any]:
    """Where the present stage is worked on, for who is told the stages."""
    stage = row.stage_kind if stages and row.state == CaseState.RUNNING else ""
    items = list(_items(row)) if stage == StageKind.SITTING else []
    is_listed = any(one.state in (ItemState.LISTED, ItemState.OPEN) for one in items)
    awaits = stage == StageKind.SITTING and not is_listed
    shown = row.notices.filter(state=NoticeState.OPEN) if stage == StageKind.NOTICE else None
    panel = getattr(getattr(row, "milestone_case", None), "panel_id", None)
    return {
        "sittings": [_taken_up(one) for one in items],
        "body": awaited_body(user, row) if awaits else None,
        "notice": shown.first() if shown is not None else None,
        "panel": panel if stage == StageKind.COMPOSE else None,
    }


def _items(row: Case) -> QuerySet[Item]:
    return row.items.select_related("sitting").order_by("-pk")[:SHOWN_ITEMS]


def _taken_up(item: Item) -> dict[str, Any]:
    held = item.sitting
    return {
        "item": item.pk,
        "sitting": held.pk,
        "number": held.number,
        "starts_at": held.starts_at,
        "place": held.place,
        "state": item.state,
    }


def _next_attempt(row: Case) -> NextAttempt | None:
    """What may follow a step that was refused, by the kind that is in force today; null for any other
    request."""
    if row.state != CaseState.REFUSED:
        return None
    step = MilestoneCase.objects.filter(case=row).select_related("enrolment__institution").first()
    kind = kind_in_force(step.enrolment.institution, row.kind.name) if step else None
    if step is None or kind is None:
        return None
    return next_after(attempts_of(step.enrolment, step.milestone), kind_of_row(kind).retake)


def _is_own(user: Any, step: CaseStep) -> bool:
    return bool(step.by_key == user.actor_key)


def _step(user: Any, row: Case, kind: Kind, step: CaseStep, reads: bool) -> dict[str, Any]:
    columns = ("revision", "verb", "stage", "by_name", "on_behalf_of", "at")
    reason = step.reason if may_read_reason(user, row, kind, step) else None
    gate = step.gate if reads else None
    return {**{name: getattr(step, name) for name in columns}, "reason": reason, "gate": gate}


def _track(row: Case, kind: Kind, steps: Sequence[CaseStep]) -> list[dict[str, Any]]:
    """The stages in the order of the kind, as the last round went through them."""
    last = [place for place, step in enumerate(steps) if step.verb == Verb.REOPEN]
    left = {
        step.stage: step.at for step in steps[last[-1] if last else 0 :] if step.verb not in STAYING
    }
    return [
        {
            "stage": stage.id,
            "title": _words(stage.title),
            "does": stage.does,
            "state": _reached(row, stage.id, left),
            "at": left.get(stage.id),
        }
        for stage in kind.stages
    ]


def _reached(row: Case, stage: str, left: dict[str, Any]) -> str:
    if row.state in UNDER_WAY and row.stage == stage:
        return "now"
    return "done" if stage in left else "ahead"


def _documents(row: Case, kind: Kind) -> list[dict[str, Any]]:
    rows = row.documents.filter(replaced_at=None).select_related("file")
    given = {found.name: found for found in rows}
    return [_document(one, given.get(one.id)) for one in kind.documents]


def _document(wanted: Any, found: Any) -> dict[str, Any]:
    return {
        "name": wanted.id,
        "title": _words(wanted.title),
        "is_required": wanted.required,
        "most_megabytes": wanted.most_megabytes,
        "types": list(wanted.types),
        "key": found.pk if found else None,
        "file_name": found.file_name if found else None,
        "bytes": found.file.size if found else None,
        "by_name": found.by_name if found else None,
        "at": found.at if found else None,
    }


@router.get("/cases/{int:key}/rules", response=answers(shapes.Gate))
def case_rules(request: HttpRequest, key: Key) -> dict[str, Any]:
    """What the rules behind the request say today, as handing in or granting would ask them."""
    return asked_gate(seen_case(request, key)).kept()


@router.get("/cases/{int:key}/documents/{int:document}", response=answers(None))
def case_document(request: HttpRequest, key: Key, document: Key) -> Any:
    """A document that was handed in."""
    row = one(seen_case(request, key).documents.select_related("file"), pk=document)
    kind = "application/octet-stream"
    content = path_of(row.file).open("rb")
    return FileResponse(content, as_attachment=True, filename=row.file_name, content_type=kind)
