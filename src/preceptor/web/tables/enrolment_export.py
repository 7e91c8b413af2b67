"""The list of trainees as a workbook: the rows of the filtered list, with each rule's verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.policy import Pack
from preceptor.standing.due import WORST_FIRST
from preceptor.standing.models import Finding
from preceptor.standing.queries import as_of_each, judging_institutions
from preceptor.training.models import Enrolment
from preceptor.web.localised import localised
from preceptor.web.shown.verdicts import findings_of, shown
from preceptor.web.tables.enrolment import with_names
from preceptor.web.tables.waiver import waivers_said
from preceptor.web.templatetags.interface import verdict_word

CHUNK = 1000


def heads(packs: list[Pack]) -> list[str]:
    """The titles of the columns; one for each rule at the end."""
    language = get_language() or ""
    rules = [rule.title.within(language) for pack in packs for rule in pack.rules.values()]
    return [
        _("Student number"), _("Name"), _("Pinyin"), _("Direction code"), _("Direction"),
        _("Cohort"), _("Unit"), _("Supervisor"), _("State"), _("Standing"), _("As of"), *rules,
    ]  # fmt: skip


def lines(rows: QuerySet[Enrolment], packs: list[Pack]) -> Iterator[list[Any]]:
    """One line for each trainee by student number; a bounded number in memory at a time."""
    rules = [rule for pack in packs for rule in pack.rules]
    days = as_of_each(judging_institutions())
    found = with_names(rows).order_by("student_number", "pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        findings = findings_of(row.pk for row in chunk)
        waived = waivers_said(row.pk for row in chunk)
        for row in chunk:
            day, said = days.get(row.institution_id), waived.get(row.pk, {})
            yield _line(row, findings[row.pk], rules, day, said)


def _line(
    row: Any, findings: list[Finding], rules: list[str], as_of: date | None, waived: dict[str, str],
) -> list[Any]:  # fmt: skip
    said: dict[str, list[str]] = {}
    for found in findings:
        said.setdefault(found.rule, []).append(shown(found))
    return [
        row.student_number, localised(row.person, "name"), row.person.name_pinyin,
        row.direction.code, localised(row.direction, "name"), row.cohort,
        localised(row.unit, "name"), row.guide or None, row.get_state_display(),
        verdict_word(row.whole) if row.whole else None, as_of if row.whole else None,
        *(_word(said.get(rule, []), waived.get(rule, "")) for rule in rules),
    ]  # fmt: skip


def _word(said: list[str], waiver: str) -> str | None:
    """Of several records (panels) the worst verdict, a waived one with its waiver; None where the
    rule does not apply."""
    if not said:
        return None
    worst = next((name for name in WORST_FIRST if name in said), said[0])
    return waiver if worst == "waived" and waiver else verdict_word(worst)
