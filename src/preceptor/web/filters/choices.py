"""What the filters of a list offer: units, directions and rules within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.access import scope
from preceptor.policy import Pack
from preceptor.standing.listing import placed_of
from preceptor.standing.packs import in_force_at
from preceptor.standing.schema import SCHEMA

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """Units and directions to choose from, and the rules in force, grouped by subject.

    `placed` are the units whose trainees the reader sees; None where these are all units.
    """

    units: list[Unit]
    directions: list[Discipline]
    packs: list[Pack]
    placed: frozenset[int] | None = frozenset()

    @property
    def rules(self) -> list[tuple[str, Options]]:
        """Rules as groups of options: their subject, then id and title of each."""
        language = get_language() or ""
        groups: dict[str, Options] = {}
        for pack in self.packs:
            for rule in pack.rules.values():
                groups.setdefault(rule.subject, []).append((rule.id, rule.title.within(language)))
        return [(subject_title(subject), options) for subject, options in groups.items()]

    def rule_title(self, rule: str) -> str:
        """The title of a rule in the reader's language; its id where no pack has it."""
        found = [pack.rules[rule] for pack in self.packs if rule in pack.rules]
        return found[0].title.within(get_language() or "") if found else rule


def subject_title(subject: str) -> str:
    """What a subject of rules is called; its own name where the schema does not have it."""
    titles = {"enrolment": _("Trainee"), "thesis": _("Thesis"), "panel": _("Panel")}
    if subject in titles or subject not in SCHEMA.subjects:
        return titles.get(subject, subject)
    return capfirst(SCHEMA.subjects[subject].title("").within(get_language() or ""))


def choices_for(user: Any) -> Choices:
    """What the reader may choose from; three queries, whatever the size of the institution."""
    reach = scope(user)
    units = list(visible_units(user).order_by("code"))
    offered = [unit for unit in units if reach.reads(unit.pk)]
    roots = {unit.institution_id or unit.pk for unit in offered} or _only_root(units)
    directions = visible_disciplines(user).filter(level=DisciplineLevel.DIRECTION)
    return Choices(
        offered, list(directions.only("code", "name_zh", "name_en")), in_force_at(sorted(roots)),
        placed_of(user, units),
    )  # fmt: skip


def _only_root(units: list[Unit]) -> set[int]:
    """A supervisor or trainee reads no unit: the rules are those of the first institution."""
    return {unit.pk for unit in [unit for unit in units if unit.institution_id is None][:1]}
