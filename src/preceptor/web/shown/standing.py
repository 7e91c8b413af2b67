"""Where a trainee stands, as the page, the trainee's home and the supervisor's view show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from preceptor.policy import Pack
from preceptor.standing.due import gates_ahead
from preceptor.standing.packs import in_force_in
from preceptor.standing.queries import Standing, standing_of
from preceptor.standing.steps import Step
from preceptor.standing.waiving import alive
from preceptor.training.models import Enrolment
from preceptor.web.shown.measure import meters_of
from preceptor.web.shown.months import months_of
from preceptor.web.shown.requirement import counts, requirements
from preceptor.web.shown.stepper import steps_of

Shown = dict[str, Any]
SETTLED = ("pass", "waived")


def standing_shown(enrolment: Enrolment, on: date, packs: Sequence[Pack] | None = None) -> Shown:
    """Lead, requirements, counts, steps, months and packs of one trainee, evaluated afresh.

    Three queries, and two for the thesis, when `enrolment` comes with institution and thesis.
    """
    # What the rules, the steps and the strip of months all speak of is read once.
    waivers = Prefetch("waivers", alive())
    prefetch_related_objects([enrolment], "rotations", "milestones", waivers)
    if packs is None:
        packs = in_force_in(enrolment.institution_id, enrolment.unit_id)
    language = get_language() or ""
    standing = standing_of(enrolment, on, language, packs=packs, with_panels=False)
    meters = meters_of(packs, "enrolment", enrolment, on)
    milestones = list(enrolment.milestones.all())
    ahead = gates_ahead(enrolment.state, milestones)
    shown = requirements(standing.requirements, ahead, meters)
    return {
        "on": on,
        "step": standing.step,
        "held_back_by": _held_back(standing),
        "lead": lead(shown, standing.step),
        "meters": [one for one in shown if one["meter"] and one["verdict"] not in SETTLED],
        "requirements": shown,
        "counts": counts(shown),
        "steps": steps_of(milestones, on),
        "months": months_of(enrolment, on),
        "packs": [
            {"id": pack, "version": version, "hash": content[:12]}
            for pack, version, content in standing.packs
        ],
    }


def lead(shown: list[Shown], step: Step | None) -> str:
    """The first sentence a trainee reads: how many requirements are met, and what is left."""
    if not shown:
        return _("No rule in force speaks of this enrolment yet.")
    met = sum(1 for one in shown if one["verdict"] in SETTLED)
    failed = sum(1 for one in shown if one["verdict"] == "fail")
    if met == len(shown):
        return _("All %(all)s requirements are met.") % {"all": len(shown)}
    said = _("%(met)s of %(all)s requirements are met.") % {"met": met, "all": len(shown)}
    if failed:
        more = ngettext(
            "%(count)s stands in the way now.", "%(count)s stand in the way now.", failed
        ) % {"count": failed}
    elif step is not None and step.is_open:
        more = _("Nothing stands in the way of the next step.")
    else:
        return said
    return _("%(first)s %(second)s") % {"first": said, "second": more}


def _held_back(standing: Standing) -> list[str]:
    return [known.title for known in standing.step.held_back_by] if standing.step else []
