"""A proposed repair of a panel: asked for as a job, shown when it is done, taken over in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.models import Job, JobState
from preceptor.standing.repair.asking import Asked, asked_in, last_job, mended_by
from preceptor.training.models import Panel
from preceptor.web.shown.composition import Chosen, saved
from preceptor.web.shown.job import shown_job

Shown = dict[str, Any]


def last_repair(panel: Panel, user: Any, chosen: Chosen | None = None) -> Shown | None:
    """What panel/repair.html takes; None where none was asked for. `chosen` is what stands in the page,
    where that is known."""
    job = last_job(panel, user)
    if job is None:
        return None
    url = reverse("panel_repair_state", args=[panel.pk])
    shown: Shown = {"job": shown_job(job, _("Looking for the smallest change"), url)}
    if job.state == JobState.DONE and isinstance(job.result, dict):
        shown |= answer(job.result) | _fit(job, panel, chosen)
    return shown


def _fit(job: Job, panel: Panel, chosen: Chosen | None) -> Shown:
    """Whether what stands in the page is what the repair makes, or neither that nor what it was made
    of."""
    if chosen is None or not isinstance(job.result, dict):
        return {}
    now, base = _asked(chosen), asked_in(job) or _asked(saved(panel))
    is_taken = bool(job.result["changes"]) and now == mended_by(base, job.result)
    return {"is_taken": is_taken, "is_of_another": not is_taken and now != base}


def answer(found: Mapping[str, Any]) -> Shown:
    """The proposal in the reader's language."""
    word = "en" if get_language() == "en" else "zh"
    return {
        "is_done": True,
        "problem": found["problem"][word] if found.get("problem") else "",
        "is_feasible": found["is_feasible"],
        "is_optimal": found["is_optimal"],
        "changes": [
            {"text": change["text"][word], "load": change.get("load")}
            for change in found["changes"]
        ],
        "conflicting": [one["title"][word] for one in found["conflicting"]],
    }


def accepted(panel: Panel, chosen: Chosen, user: Any) -> Chosen | None:
    """What the last repair makes of the composition in the page, not saved; also of an older one that
    nothing but what is written stands in the place of. None where there is no repair, and where the
    page was changed since it was asked for."""
    job = last_job(panel, user)
    if job is None or not isinstance(job.result, dict) or not job.result.get("is_feasible"):
        return None
    base = asked_in(job) or _asked(saved(panel))
    if _asked(chosen) not in (base, _asked(saved(panel))):
        return None
    mended = mended_by(base, job.result)
    return Chosen(mended.roles, mended.planned_on)


def _asked(chosen: Chosen) -> Asked:
    return Asked(dict(chosen.roles), chosen.planned_on)
