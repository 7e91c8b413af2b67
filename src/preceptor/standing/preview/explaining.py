"""The clause that flips a record: what the new rules say of it, or why the old one is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from preceptor.policy import Explanation
from preceptor.training.models import Enrolment, Panel, Thesis

from ..population import with_relations
from ..verdicts import explained, judge
from .compare import enrolment_of
from .sides import Side


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule on one record; `panel` where the rule speaks of one."""

    enrolment: Enrolment
    panel: Panel | None
    subject: str
    rule: str


Key = tuple[int, int | None, str, str]


def key_of(asked: Any) -> Key:
    """What tells the answers apart: trainee, panel, subject, rule."""
    panel = asked.panel.pk if asked.panel is not None else None
    return asked.enrolment.pk, panel, asked.subject, asked.rule


def clauses(asked: Iterable[Any], side: Side, on: date, language: str) -> dict[Key, Explanation]:
    """What the packs of the side say of each record under the rule, as of the day.

    `asked` have enrolment, panel, subject and rule. A rule that the side does not have, or whose
    record is gone, has no entry. A fixed number of queries for each subject and pack.
    """
    found: dict[Key, Explanation] = {}
    by_subject: dict[str, list[Any]] = {}
    for one in asked:
        by_subject.setdefault(one.subject, []).append(one)
    for subject, some in by_subject.items():
        for one, known in _said(subject, some, side, on, language):
            found[key_of(one)] = known
    return found


def _said(
    subject: str, asked: Sequence[Any], side: Side, on: date, language: str
) -> Iterable[tuple[Any, Explanation]]:
    rows = _records(subject, asked)
    groups: dict[int, tuple[tuple[Any, ...], set[int]]] = {}
    for owner, row in rows.items():
        packs = side.of(enrolment_of(row).unit_id)
        groups.setdefault(id(packs), (packs, set()))[1].add(owner)
    for packs, bound in groups.values():
        wanted = [one for one in asked if _owner(one) in bound]
        for pack in packs:
            rules = {rule.id for rule in pack.rules_of(subject)}
            some = [one for one in wanted if one.rule in rules]
            yield from _of_pack(pack, subject, rows, some, on, language)


def _of_pack(
    pack: Any, subject: str, rows: dict[int, Any], asked: Sequence[Any], on: date, language: str
) -> Iterable[tuple[Any, Explanation]]:
    owners = list(dict.fromkeys(_owner(one) for one in asked))
    if not owners:
        return
    judged = judge(pack, subject, [rows[owner] for owner in owners], on)
    places = {owner: place for place, owner in enumerate(owners)}
    said: dict[int, dict[str, Explanation]] = {}
    for one in asked:
        owner = _owner(one)
        if owner not in said:
            every = explained(judged, places[owner], language, None)
            said[owner] = {known.rule: known for known in every}
        yield one, said[owner][one.rule]


def _owner(asked: Any) -> int:
    """The panel that the rule speaks of, else the trainee."""
    found: int = (asked.panel if asked.subject == "panel" else asked.enrolment).pk
    return found


def _records(subject: str, asked: Sequence[Any]) -> dict[int, Any]:
    """The records by the key of the panel, else of the trainee."""
    if subject == "panel":
        return {one.panel.pk: one.panel for one in asked}
    if subject == "enrolment":
        return {one.enrolment.pk: one.enrolment for one in asked}
    keys = [one.enrolment.pk for one in asked]
    theses = with_relations(Thesis.objects.filter(enrolment__in=keys), "thesis")
    return {thesis.enrolment_id: thesis for thesis in theses}
