"""What can be done for a postdoc: the requests, and the records that officers and the plan need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.permits import Permit, first_refusal
from preceptor.cases.access import may_open
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kind_of_row
from preceptor.fellows.access import may_ask_for_postdoc
from preceptor.fellows.asking import allows_step
from preceptor.fellows.choices import PostdocState, PostdocStep
from preceptor.fellows.states import PRESENT

if TYPE_CHECKING:
    from preceptor.web.shown.postdoc import View

Shown = dict[str, Any]


def acts_of(view: View, procedures: Mapping[str, CaseKind]) -> Shown:
    """The requests that can be asked for by the procedures in force, each with the reason why not, and
    the records that the reader may write."""
    return {"steps": steps_of(view, procedures), "records": records_of(view) if view.keep else []}


def _act(view: View, verb: str, label: Any, permit: Permit | None = None) -> Shown:
    return {
        "verb": verb,
        "label": label,
        "url": reverse("postdoc_change", args=[view.row.pk, verb]),
        "reason": str(permit.reason) if permit is not None and not permit else "",
        "identifier": f"postdoc-{verb}",
    }


def steps_of(view: View, procedures: Mapping[str, CaseKind]) -> list[Shown]:
    """Each step of which requests are made at the institution; a withdrawal is the officers'. Of a
    postdoc who has left nothing can be asked for."""
    row, user = view.row, view.user
    if row.state not in PRESENT:
        return []
    asking, found = may_ask_for_postdoc(user, row), []
    for step in PostdocStep:
        kind = procedures.get(f"postdoc_{step}")
        if kind is None or (step == PostdocStep.WITHDRAWAL and not view.keep):
            continue
        opening = may_open(user, kind_of_row(kind), row.institution_id, row.unit_id, row.person_id)
        permit = first_refusal(asking, allows_step(row, step), opening)
        found.append(_act(view, step.value, step.label, permit))
    return found


def records_of(view: View) -> list[Shown]:
    """What officers record; of a postdoc who has left only what still makes sense."""
    is_here = view.row.state in PRESENT
    always = [("number", _("Enter the national number"))]
    here = [
        ("host", _("Add a supervisor")),
        ("platform", _("Place on a platform")),
        ("leave", _("Record a leave")),
        ("track", _("Change track or source")),
    ]
    gone = []
    if view.row.state in (PostdocState.EXITED, PostdocState.LEFT_EARLY):
        gone = [("certificate", _("Enter the certificate"))]
    return [_act(view, verb, label) for verb, label in (here if is_here else []) + gone + always]
