"""A board as it is being chosen: who is on it, what the rules say, who else could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.cases.access.holding import tied
from preceptor.cases.choices import BodyRole
from preceptor.cases.interests import stopped
from preceptor.cases.models import Case
from preceptor.people.choices import TitleLevel
from preceptor.people.models import Person
from preceptor.policy import Verdict
from preceptor.standing.supposed_boards import SupposedBoard, supposed_board
from preceptor.web.localised import localised
from preceptor.web.shown.requirement import requirements

Shown = dict[str, Any]


def board_of(
    case: Case, roles: Mapping[Person, str], found: Sequence[Person], day: datetime | None
) -> Shown:
    """What board/page.html takes: the members with what ties them, those offered, the verdicts of the
    rules. A fixed number of queries."""
    everybody = [*roles, *found]
    reasons = _stopped(case, everybody)
    board = supposed_board(case, roles, day, today(), get_language() or "") if roles else None
    facts = board.members if board else []
    lines = [_line(one, reasons) for one in everybody]
    kept_off = [one for one in found if one.pk in reasons]
    clauses = _clauses(case, roles, kept_off, day) if kept_off else {}
    for line in lines:
        line["clauses"] = clauses.get(line["key"], [])
    for line, role, fact in zip(lines, roles.values(), facts, strict=False):
        line |= {"role": role, "notes": _notes(fact)}
    return {
        "chosen": lines[: len(roles)],
        "found": lines[len(roles) :],
        "roles": [(role.value, role.label) for role in BodyRole],
        "requirements": _requirements(board),
        "is_checked": board is not None,
    }


def _clauses(
    case: Case, roles: Mapping[Person, str], kept_off: Sequence[Person], day: datetime | None
) -> dict[int, list[Shown]]:
    """For each supervisor of the person concerned who is kept off: the rules that the board would
    break with the supervisor on it, with their clauses."""
    language, member = get_language() or "", BodyRole.MEMBER.value
    before = supposed_board(case, roles, day, today(), language)
    wished = {**roles, **dict.fromkeys(kept_off, member)}
    after = supposed_board(case, wished, day, today(), language)
    kept = {one.rule for one in before.explanations if one.verdict is not Verdict.FAIL}
    broken = [
        {"title": one.title, "citation": one.citation, "mark": one.evidence}
        for one in after.explanations
        if one.verdict is Verdict.FAIL and one.rule in kept
    ]
    facts = zip(wished, after.members, strict=True)
    return {one.pk: broken for one, fact in facts if one in kept_off and fact.get("is_host")}


def _requirements(board: SupposedBoard | None) -> list[Shown]:
    return requirements(board.explanations, frozenset()) if board else []


def _stopped(case: Case, persons: Sequence[Person]) -> dict[int, str]:
    """Why somebody cannot decide the request, by key."""
    found = {key: _("a conflict of interest keeps from deciding") for key in stopped(case, persons)}
    for key in tied([one.pk for one in persons], case.person_id):
        found[key] = _("a declared tie binds to the person concerned")
    if case.person_id is not None:
        found[case.person_id] = _("the request is about this person")
    return found


def _line(person: Person, reasons: Mapping[int, str]) -> Shown:
    return {
        "key": person.pk,
        "name": localised(person, "name"),
        "stopped": reasons.get(person.pk, ""),
        "role": "",
        "notes": [],
    }


def _notes(fact: Mapping[str, Any]) -> list[str]:
    """What the registers say of a member on that day; what they do not know is said."""
    level = fact.get("title_level")
    notes = [TitleLevel(level).label if level else _("title not recorded")]
    outside = fact.get("is_outside_institution")
    if outside is None:
        notes.append(_("place of work not recorded"))
    elif outside:
        notes.append(_("from outside"))
    if fact.get("is_host"):
        notes.append(_("supervisor of the person concerned"))
    return [str(note) for note in notes]
