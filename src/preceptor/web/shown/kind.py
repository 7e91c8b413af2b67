"""A case kind as its page shows it: stages in order, documents, appeals, and what is wrong."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preceptor.cases.access import may_approve_kind, may_edit_kinds, may_end_kind, visible_kinds
from preceptor.cases.appeals import PORT as APPEALS
from preceptor.cases.choices import AppealGround, BodyKind, KindState, StageKind
from preceptor.cases.kinds.checking import faults
from preceptor.cases.kinds.faults import Fault
from preceptor.cases.kinds.kind import Kind, Stage
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kind_of_row
from preceptor.web.localised import localised
from preceptor.web.shown.case_place import within
from preceptor.web.shown.kind_words import (
    CONFLICT_TITLES,
    OUTCOME_TITLES,
    SEES_TITLES,
    actors_words,
    deadline_words,
    gate_words,
    goal_words,
    spoken,
    time_words,
    voting_words,
)
from preceptor.web.shown.port_words import port_words

Shown = dict[str, Any]
TONES = {
    KindState.DRAFT: "warn",
    KindState.PROPOSED: "info",
    KindState.IN_FORCE: "pass",
    KindState.ENDED: "none",
}


def titles_of(row: CaseKind) -> dict[str, str]:
    """The title of every kind of the institution, by its name: those that an appeal may name; the
    latest version gives it. One query."""
    rows = CaseKind.objects.filter(institution=row.institution_id).order_by("pk")
    return {one.name: localised(one, "title") for one in rows.defer("content")}


def appeal_titles_of(row: CaseKind) -> dict[str, str]:
    """As `titles_of`, of those kinds alone in which appeals are decided."""
    rows = CaseKind.objects.filter(institution=row.institution_id, port=APPEALS).order_by("pk")
    return {one.name: localised(one, "title") for one in rows.defer("content")}


def faults_of(row: CaseKind, kind: Kind) -> list[Fault]:
    """What keeps a draft from being proposed; nothing is looked for in a settled version."""
    if row.state not in (KindState.DRAFT, KindState.PROPOSED):
        return []
    return faults(kind, set(appeal_titles_of(row)))


def _at(found: list[Fault], place: str) -> list[str]:
    return [str(fault.message) for fault in found if fault.place.startswith(place)]


def stage_shown(kind: Kind, stage: Stage, number: int, found: list[Fault]) -> Shown:
    """One stage: what happens, who acts, how long, where each outcome leads."""
    facts = [
        {"term": _("Acts"), "value": actors_words(stage.by)},
        {"term": _("Time"), "value": deadline_words(stage.deadline) or _("no limit")},
    ]
    if stage.voting:
        facts.append({"term": _("Vote"), "value": voting_words(stage.voting)})
    if stage.body:
        facts.append({"term": _("Body"), "value": _body(stage.body)})
    if stage.conflicts:
        facts.append({"term": _("Conflicts of interest"), "value": _conflicts(stage)})
    return {
        "id": stage.id,
        "number": number,
        "title": spoken(stage.title),
        "does": StageKind(stage.does).label,
        "facts": facts,
        "ways": [
            {"outcome": OUTCOME_TITLES.get(word, word), "goal": goal_words(kind, goal)}
            for word, goal in stage.then.items()
        ],
        "returns": stage.returns,
        "faults": _at(found, f"stages[{number}]"),
    }


def _body(code: str) -> str:
    return str(BodyKind(code).label) if code in BodyKind.values else code


def _conflicts(stage: Stage) -> str:
    if stage.conflicts is None:
        return ""
    words = (str(CONFLICT_TITLES.get(one, one)) for one in stage.conflicts.blocks)
    return _("keep off: %(ties)s") % {"ties": _(", ").join(words)}


def kind_shown(user: Any, row: CaseKind) -> Shown:
    """The version with its text in words and what the reader may do with it."""
    kind = kind_of_row(row)
    found = faults_of(row, kind)
    return {
        "row": row,
        "kind": kind,
        "title": spoken(kind.title),
        "about": spoken(kind.about),
        "tone": TONES[KindState(row.state)],
        "head": _head(kind),
        "stages": [
            stage_shown(kind, stage, number, found)
            for number, stage in enumerate(kind.stages, start=1)
        ],
        "documents": [_document(kind, index, found) for index in range(len(kind.documents))],
        "appeals": _appeals(row, kind, found),
        "retake": _retake(kind),
        "faults": [fault for fault in found if not fault.place.startswith("stages[")],
        "fault_count": len(found),
        "is_draft": row.state == KindState.DRAFT,
        "is_proposed": row.state == KindState.PROPOSED,
        "edit": may_edit_kinds(user, row.institution),
        "approve": may_approve_kind(user, row),
        "end": may_end_kind(user, row),
    }


def _head(kind: Kind) -> list[Shown]:
    gate = gate_words(kind.gate) if kind.gate else _("none")
    return [
        {"term": _("Who may ask"), "value": actors_words(kind.opens)},
        {"term": _("What the person concerned sees"), "value": SEES_TITLES[kind.sees]},
        {"term": _("Gate of the rules"), "value": gate},
        {"term": _("Begin of the number"), "value": kind.prefix},
        {"term": _("Connected with"), "value": port_words(kind.port)},
    ]


def _document(kind: Kind, index: int, found: list[Fault]) -> Shown:
    document = kind.documents[index]
    return {
        "id": document.id,
        "title": spoken(document.title),
        "required": document.required,
        "types": ", ".join(document.types),
        "most": document.most_megabytes,
        "faults": _at(found, f"documents[{index + 1}]"),
    }


def _appeals(row: CaseKind, kind: Kind, found: list[Fault]) -> list[Shown]:
    titles = titles_of(row) if kind.appeals else {}
    return [_appeal(kind, index, found, titles) for index in range(len(kind.appeals))]


def _appeal(kind: Kind, index: int, found: list[Fault], titles: dict[str, str]) -> Shown:
    appeal = kind.appeals[index]
    return {
        "ground": appeal.ground,
        "title": AppealGround(appeal.ground).label,
        "kind": titles.get(appeal.kind, appeal.kind),
        "within": time_words(appeal.within),
        "reopens": goal_words(kind, appeal.reopens),
        "faults": _at(found, f"appeals[{index + 1}]"),
    }


def _retake(kind: Kind) -> list[Shown]:
    if kind.retake is None:
        return []
    retake = kind.retake
    latest = retake.within_days
    return [
        {"term": _("Attempts in all"), "value": retake.attempts},
        {"term": _("At the earliest after (days)"), "value": retake.after_days},
        {"term": _("At the latest within (days)"), "value": latest or _("no limit")},
        {
            "term": _("Panel of the next attempt"),
            "value": _("new members only") if retake.panel == "new" else _("may be the same"),
        },
        {"term": _("Regulation"), "value": within(retake.source)},
    ]


def listed(user: Any) -> QuerySet[CaseKind]:
    """The versions that the reader may see, the newest of a name first."""
    return visible_kinds(user).select_related("institution").order_by("name", "-id")
