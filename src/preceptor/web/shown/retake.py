"""What may follow a step that was not passed, as the trainee reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from preceptor.cases.kinds.kind import Kind
from preceptor.cases.queries import kind_of_row, kinds_on
from preceptor.training.asking import NextAttempt, next_after
from preceptor.training.models import Enrolment, Milestone
from preceptor.web.shown.case_place import within

Shown = dict[str, Any]


def step_of(kind: Kind) -> str:
    """The step that requests of the kind ask for; empty for any other kind."""
    return str(kind.settings.get("milestone", "")) if kind.port == "training.milestone" else ""


def attempts_in(
    enrolment: Enrolment, attempts: Sequence[Milestone], kind: Kind
) -> NextAttempt | None:
    """What may follow the attempts of the trainee at the step of the kind; None where none failed."""
    own = [row for row in attempts if row.kind == step_of(kind)]
    return next_after(own, kind.retake) if own else None


def retake_text(found: NextAttempt) -> str:
    """The same in one sentence."""
    places = {"used": found.used, "most": found.most, "first": found.first, "until": found.until}
    if found.is_used_up:
        return _("All attempts are used up: %(used)s of %(most)s.") % places
    if found.first is None:
        return _("Another attempt: %(used)s of %(most)s are used up.") % places
    if found.until is None:
        return _("Another attempt from %(first)s on; %(used)s of %(most)s are used up.") % places
    return (
        _("Another attempt from %(first)s until %(until)s; %(used)s of %(most)s are used up.")
        % places
    )


def retake_shown(found: NextAttempt | None, kind: Kind, since: Any) -> Shown | None:
    """What case/retake.html takes, with the rule: the kind in force and since when."""
    if found is None:
        return None
    panel = _("new members only") if found.needs_new_panel else _("may be the same")
    rule = _("%(kind)s, version %(version)s, in force since %(since)s") % {
        "kind": within(kind.title), "version": kind.version, "since": since,
    }  # fmt: skip
    items = [{"term": _("Rule"), "value": rule, "note": within(found.source)}]
    if not found.is_used_up:
        items.insert(0, {"term": _("Panel of the next attempt"), "value": panel})
    return {"text": retake_text(found), "items": items}


def retake_in_force(enrolment: Enrolment, name: str, attempts: Sequence[Milestone]) -> Shown | None:
    """What may follow, by the version of the kind in force today, by which the next request would run;
    None where none failed or no such kind is in force. One query."""
    row = kinds_on(enrolment.institution).filter(name=name).first()
    if row is None:
        return None
    kind = kind_of_row(row)
    return retake_shown(attempts_in(enrolment, attempts, kind), kind, row.valid_from)
