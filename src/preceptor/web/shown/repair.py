"""A proposed repair of a panel: asked for as a job, shown when it is done, taken over in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.models import JobState
from preceptor.standing.repair.asking import last_job
from preceptor.training.choices import SeatRole
from preceptor.training.models import Panel
from preceptor.web.shown.composition import Chosen
from preceptor.web.shown.job import shown_job

Shown = dict[str, Any]


def last_repair(panel: Panel, user: Any) -> Shown | None:
    """What panel/repair.html takes; None where none was asked for."""
    job = last_job(panel, user)
    if job is None:
        return None
    url = reverse("panel_repair_state", args=[panel.pk])
    shown: Shown = {"job": shown_job(job, _("Looking for the smallest change"), url)}
    if job.state == JobState.DONE and isinstance(job.result, dict):
        shown |= answer(panel, job.result)
    return shown


def answer(panel: Panel, found: Mapping[str, Any]) -> Shown:
    """The proposal in the reader's language, and the address that takes it over."""
    word = "en" if get_language() == "en" else "zh"
    return {
        "is_done": True,
        "problem": found["problem"][word] if found.get("problem") else "",
        "is_feasible": found["is_feasible"],
        "is_optimal": found["is_optimal"],
        "changes": [change["text"][word] for change in found["changes"]],
        "conflicting": [one["title"][word] for one in found["conflicting"]],
        "accept_url": f"{reverse('panel_compose', args=[panel.pk])}?repair={found['panel']}",
    }


def accepted(panel: Panel, query: Mapping[str, str], user: Any) -> Chosen | None:
    """The composition as the last repair proposes it, not saved; None where none is asked for."""
    job = last_job(panel, user) if "repair" in query else None
    if job is None or not isinstance(job.result, dict) or not job.result.get("is_feasible"):
        return None
    roles = {seat.person_id: seat.role or SeatRole.MEMBER.value for seat in panel.seats.all()}
    for change in job.result["changes"]:
        if change["kind"] in ("replace", "remove") and change["out"]:
            roles.pop(change["out"]["key"], None)
        if change["kind"] != "remove" and change["person"]:
            roles[change["person"]["key"]] = change["role"] or SeatRole.MEMBER.value
    return Chosen(roles, panel.planned_on)
