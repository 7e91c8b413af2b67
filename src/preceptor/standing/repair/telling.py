"""The answer in words: changes, who stays, what conflicts, and what every rule then says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from preceptor.people.models import Person
from preceptor.policy import Pack
from preceptor.training.choices import SeatRole
from preceptor.training.models import PanelSeat

from ..queries import panel_standings
from ..radar.words import LANGUAGES, name_in, said
from .answer import Change, Named, Obstacle, RuleSaid, Said
from .candidate import Candidate
from .problem import Composition, Problem, apart_seats, with_seats

REPLACE = _("%(person)s replaces %(out)s, as %(role)s.")
ADD = _("%(person)s joins as %(role)s.")
REMOVE = _("%(out)s leaves the panel.")
ROLE = _("%(person)s becomes %(role)s.")
TITLES = {
    "conflicts": _("Nobody with a conflict of interest sits"),
    "availability": _("Everybody is free at the time of the sitting"),
    "pool": _("Only persons from the list of those who could be seated"),
    "kept": _("Who was asked to stay stays, and who was ruled out stays out"),
}


def named(person: Person) -> Named:
    """A person by key and name in both languages."""
    return Named(person.pk, Said(name_in(person, "zh-hans"), name_in(person, "en")))


def _role(role: str, language: str) -> str:
    with translation.override(language):
        return str(SeatRole(role).label) if role else pgettext("panel", "member")


def _said(template: str | Promise, role: str = "", **persons: Person) -> Said:
    zh, en = (
        said(
            template, language, role=_role(role, language),
            **{place: name_in(person, language) for place, person in persons.items()},
        )
        for language in LANGUAGES
    )  # fmt: skip
    return Said(zh, en)


def changes_of(problem: Problem, composition: Composition) -> tuple[Change, ...]:
    """The changes that lead to the composition: who leaves and who comes are paired, those of one
    role first; then changes of role."""
    current = problem.current
    rows = {row.key: row for row in problem.candidates}
    gone = [row for row in problem.candidates if row.seat and row.key not in composition]
    come = [row for row in problem.candidates if row.key in composition and not row.seat]
    found: list[Change] = []
    for out in sorted(gone, key=lambda row: (row.role or "", row.key)):
        fit = next((row for row in come if composition[row.key] == out.role), None)
        newcomer = fit or (come[-1] if len(come) >= _left(gone, found) and come else None)
        if newcomer is not None:
            come.remove(newcomer)
        found.append(_leaves(out, newcomer, composition))
    found += [_joins(row, composition[row.key]) for row in come]
    for key, role in composition.items():
        if key in current and current[key] != role:
            found.append(_moves(rows[key], role))
    return tuple(found)


def _left(gone: Sequence[Candidate], found: Sequence[Change]) -> int:
    """How many of those who leave are not paired yet."""
    return len(gone) - len(found)


def _leaves(out: Candidate, newcomer: Candidate | None, composition: Composition) -> Change:
    assert out.seat is not None
    if newcomer is None:
        text = _said(REMOVE, out=out.person)
        return Change("remove", text, seat=out.seat.pk, out=named(out.person))
    role = composition[newcomer.key]
    text = _said(REPLACE, role, person=newcomer.person, out=out.person)
    return Change(
        "replace", text, out.seat.pk, named(out.person), named(newcomer.person), role,
        newcomer.load, dict(newcomer.stated),
    )  # fmt: skip


def _joins(row: Candidate, role: str) -> Change:
    text = _said(ADD, role, person=row.person)
    stated = dict(row.stated)
    return Change("add", text, person=named(row.person), role=role, load=row.load, stated=stated)


def _moves(row: Candidate, role: str) -> Change:
    assert row.seat is not None
    text = _said(ROLE, role, person=row.person)
    return Change("role", text, seat=row.seat.pk, person=named(row.person), role=role)


def obstacles_of(problem: Problem, names: Sequence[str]) -> tuple[Obstacle, ...]:
    """What cannot hold together, by name and title."""
    bound = {one.name: one for one in problem.hard}
    found = []
    for name in names:
        if name in bound:
            title = bound[name].rule.title
            shown = Said(title.zh, title.en)
            found.append(Obstacle(bound[name].rule.id, shown, bound[name].pack.id))
        else:
            zh, en = (said(TITLES[name], language) for language in LANGUAGES)
            found.append(Obstacle(name, Said(zh, en)))
    return tuple(found)


def seats_in(problem: Problem, composition: Composition) -> list[PanelSeat]:
    """The seats of the composition with those that never change, not saved."""
    rows = [row for row in problem.candidates if row.key in composition]
    made = [row.seated(composition[row.key]) for row in rows]
    return [*apart_seats(problem.panel), *made]


def rules_after(
    problem: Problem, composition: Composition, packs: Sequence[Pack], on: date
) -> tuple[RuleSaid, ...]:
    """What every rule says of the composition, in both languages, by the evaluator that judges the
    panel's own page."""
    made = with_seats(problem.panel, seats_in(problem, composition))
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            standing = panel_standings([made], on, language, packs)[0]
            texts[language] = {one.rule: one for one in standing.requirements}
    zh, en = (texts[language] for language in LANGUAGES)
    return tuple(
        RuleSaid(
            rule, Said(known.title, en[rule].title), known.kind, known.verdict.value,
            Said(known.text, en[rule].text),
        )
        for rule, known in zh.items()
    )  # fmt: skip
