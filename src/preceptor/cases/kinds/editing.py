"""Small changes of a case kind, such that one that ends everywhere still does as far as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused

from .kind import OUTCOMES, REFUSED, Appeal, Document, Kind, Stage

N = TypeVar("N", Stage, Document)
#: The outcome by which a request goes on.
ONWARD = {
    "review": "agreed",
    "compose": "composed",
    "sitting": "passed",
    "notice": "clear",
    "hearing": "changed",
}


def with_stage(kind: Kind, stage: Stage) -> Kind:
    """The kind with the stage in the place of the one of its name. Raises InputRefused when there
    is none."""
    return replace(kind, stages=_put(kind.stages, stage, stage.id))


def with_new_stage(kind: Kind, stage: Stage, after: str = "") -> Kind:
    """The kind with one more stage: where the stage `after` went on, it now goes to the new one, and
    the new one goes on from there; without `after` it comes first. Everything else that can happen at
    it leads to a refusal. Raises InputRefused for a name that is used, or a stage that is not there."""
    if stage.id in [one.id for one in kind.stages]:
        raise _taken(stage.id)
    before = next((one for one in kind.stages if one.id == after), None)
    if after and before is None:
        raise _absent(after)
    onward = before.then[ONWARD[before.does]] if before else kind.stages[0].id
    new = replace(stage, then=_leading(stage, onward))
    if before is None:
        return replace(kind, stages=(new, *kind.stages))
    turned = replace(before, then={**before.then, ONWARD[before.does]: new.id})
    place = kind.stages.index(before)
    return replace(kind, stages=(*kind.stages[:place], turned, new, *kind.stages[place + 1 :]))


def _leading(stage: Stage, onward: str) -> dict[str, str]:
    return {
        outcome: onward if outcome == ONWARD[stage.does] else REFUSED
        for outcome in OUTCOMES[stage.does]
    }


def with_document(kind: Kind, document: Document, held: str = "") -> Kind:
    """The kind with the document in the place of `held`, or as the last one. Raises InputRefused
    when another document has the name, or there is no such document."""
    return replace(kind, documents=_put(kind.documents, document, held))


def with_appeal(kind: Kind, appeal: Appeal) -> Kind:
    """The kind with the appeal, in the place of the one on the same ground, else as the last."""
    if appeal.ground not in [one.ground for one in kind.appeals]:
        return replace(kind, appeals=(*kind.appeals, appeal))
    appeals = (appeal if one.ground == appeal.ground else one for one in kind.appeals)
    return replace(kind, appeals=tuple(appeals))


def without_stage(kind: Kind, name: str) -> Kind:
    """The kind without the stage; what led to it leads to where the stage went on."""
    gone = next((stage for stage in kind.stages if stage.id == name), None)
    stages = _left(kind.stages, name)
    if gone is None:
        raise _absent(name)
    onward = gone.then.get(ONWARD[gone.does], REFUSED)
    goal = REFUSED if onward == name else onward
    return replace(kind, stages=tuple(_turned(stage, name, goal) for stage in stages))


def _turned(stage: Stage, name: str, goal: str) -> Stage:
    then = {outcome: goal if to == name else to for outcome, to in stage.then.items()}
    return replace(stage, then=then)


def without_document(kind: Kind, name: str) -> Kind:
    """The kind without the document."""
    return replace(kind, documents=_left(kind.documents, name))


def without_appeal(kind: Kind, ground: str) -> Kind:
    """The kind without the appeal on the ground."""
    kept = tuple(one for one in kind.appeals if one.ground != ground)
    if len(kept) == len(kind.appeals):
        raise _absent(ground)
    return replace(kind, appeals=kept)


def moved_stage(kind: Kind, name: str, by: int) -> Kind:
    """The kind with the stage so many places further down; at an end it stays. The first stage is
    where a request begins."""
    names = [stage.id for stage in kind.stages]
    if name not in names:
        raise _absent(name)
    place = names.index(name)
    goal = min(max(place + by, 0), len(names) - 1)
    stages = list(kind.stages)
    stages.insert(goal, stages.pop(place))
    return replace(kind, stages=tuple(stages))


def _put(rows: Sequence[N], row: N, held: str) -> tuple[N, ...]:
    names = [one.id for one in rows]
    if held and held not in names:
        raise _absent(held)
    if row.id != held and row.id in names:
        raise _taken(row.id)
    return tuple(row if one.id == held else one for one in rows) + (() if held else (row,))


def _left(rows: Sequence[N], name: str) -> tuple[N, ...]:
    if name not in [one.id for one in rows]:
        raise _absent(name)
    return tuple(one for one in rows if one.id != name)


def _taken(name: str) -> InputRefused:
    return InputRefused(_("The name “%(name)s” is used already. Choose another.") % {"name": name})


def _absent(name: str) -> InputRefused:
    return InputRefused(
        _("“%(name)s” is not in this version any more. Load the page again.") % {"name": name}
    )
