"""An incubation as its page shows it: stages as a track, team, what comes next."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.fellows.access import may_keep_incubation, visible_postdocs
from preceptor.fellows.choices import StageKind
from preceptor.fellows.models import Incubation, IncubationStage
from preceptor.web.localised import localised
from preceptor.web.tables.incubation import is_late, stage_now, state_text

Shown = dict[str, Any]


def page_of(row: Incubation, user: Any) -> Shown:
    """All of an incubation that the reader may see; it comes with stages and their owners."""
    keep = may_keep_incubation(user, row)
    stages = {one.kind: one for one in row.stages.all()}
    now = stage_now(row)
    return {
        "incubation": row,
        "title": localised(row, "title"),
        "state": state_text(row),
        "tone": _tone(row, now),
        "definitions": _definitions(row, user),
        "track": [_step(row, StageKind(kind), stages.get(kind)) for kind in StageKind.values],
        "stages": [_stage(row, stages[kind], bool(keep)) for kind in StageKind.values if kind in stages],
        "team": [
            {"name": localised(one.person, "name"), "part": one.part}
            for one in row.team.select_related("person").order_by("pk")
        ],
        "keep": keep,
        "next_text": next_text(row, now),
        "acts": _acts(row, now) if keep else [],
    }  # fmt: skip


def _tone(row: Incubation, now: IncubationStage | None) -> str:
    if row.dropped_on is not None:
        return "none"
    if now is not None and now.kind == StageKind.TRANSLATION and now.done_on is not None:
        return "pass"
    return "warn" if is_late(row, now) else "info"


def _definitions(row: Incubation, user: Any) -> list[Shown]:
    items: list[Shown] = [
        {"term": _("Number"), "value": row.number},
        {"term": _("Unit"), "value": localised(row.unit, "name")},
        {"term": _("Began on"), "value": row.began_on},
    ]
    if row.partner is not None:
        items.append({"term": _("Company or hospital"), "value": localised(row.partner, "name")})
    if row.postdoc is not None and visible_postdocs(user).filter(pk=row.postdoc.pk).exists():
        items.append({
            "term": _("Postdoc"), "value": localised(row.postdoc.person, "name"),
            "url": reverse("postdoc", args=[row.postdoc_id]),
        })  # fmt: skip
    if row.dropped_on is not None:
        items += [
            {"term": _("Given up on"), "value": row.dropped_on},
            {"term": _("Why it was given up"), "value": row.drop_reason},
        ]
    return items


def _step(row: Incubation, kind: StageKind, stage: IncubationStage | None) -> Shown:
    """A stage of the track: done, under way, given up or ahead."""
    if stage is None:
        return {"title": kind.label, "state": "ahead", "note": ""}
    if stage.done_on is not None:
        return {"title": kind.label, "state": "done", "note": stage.done_on.isoformat()}
    if row.dropped_on is not None:
        return {"title": kind.label, "state": "failed", "note": _("given up")}
    note = _("due on %(day)s") % {"day": stage.due_on} if stage.due_on else ""
    return {"title": kind.label, "state": "now", "note": note}


def _stage(row: Incubation, stage: IncubationStage, keeps: bool) -> Shown:
    may_finish = keeps and stage.done_on is None and row.dropped_on is None
    return {
        "kind": StageKind(stage.kind).label,
        "owner": localised(stage.owner, "name"),
        "began_on": stage.began_on,
        "due_on": stage.due_on,
        "done_on": stage.done_on,
        "evidence": stage.evidence,
        "is_late": stage.done_on is None and stage.due_on is not None and stage.due_on < today(),
        "finish_url": reverse("incubation_part", args=[row.pk, stage.pk]) if may_finish else "",
    }


def next_text(row: Incubation, now: IncubationStage | None) -> str:
    """Who acts next, and on what."""
    if row.dropped_on is not None:
        return _("It was given up; what was learned stays readable.")
    if now is None:
        return _("Begin with the clinical need.")
    if now.done_on is None:
        return _("%(owner)s carries the stage “%(stage)s” and says what proves that it is reached.") % {
            "owner": localised(now.owner, "name"), "stage": StageKind(now.kind).label,
        }  # fmt: skip
    if now.kind == StageKind.TRANSLATION:
        return _("It was translated: the work is done.")
    return _("The stage is done. Begin the next one, and say whose it is.")


def _acts(row: Incubation, now: IncubationStage | None) -> list[Shown]:
    if row.dropped_on is not None:
        return []
    is_done = now is not None and now.kind == StageKind.TRANSLATION and now.done_on is not None
    acts = [("team", _("Take somebody into the team"), "users")]
    if now is not None and now.done_on is not None and not is_done:
        acts.insert(0, ("stage", _("Begin the next stage"), "plus"))
    if not is_done:
        acts.append(("drop", _("Give it up"), "x"))
    return [
        {"label": label, "icon": icon, "url": reverse("incubation_change", args=[row.pk, verb])}
        for verb, label, icon in acts
    ]
