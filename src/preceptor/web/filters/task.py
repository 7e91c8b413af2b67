"""The filters of the task list. List and export narrow by the same function."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.cases.tasks import PAGE, Place, TaskLine, Wanted, sources, tasks_of
from preceptor.web.filters.case import kinds_offered
from preceptor.web.filters.select import Select

#: What a source besides cases is called.
SOURCES = {
    "invitation": _("Invitations"),
    "ballot": _("Ballots"),
    "waiver": _("Waivers"),
    "draft": _("Planned changes"),
    "advice": _("Advice to follow up"),
    "term": _("Terms that end"),
    "vacancy": _("Vacant seats"),
    "agreement": _("Agreements that expire"),
    "obligation": _("Obligations that are due"),
    "appointment": _("Terms of principal investigators that end"),
}


class TaskFilter(forms.Form):
    """What the task list can be narrowed by; an unknown value is left out."""

    kind = forms.ChoiceField(label=_("Kind of request"), required=False, widget=Select)
    late = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[("", _("Any")), ("1", _("overdue"))],
        widget=Select,
    )
    whose = forms.ChoiceField(
        label=_("For whom"),
        required=False,
        choices=[
            ("", _("Me, and those for whom I act")),
            ("mine", _("me")),
            ("others", _("those for whom I act")),
        ],
        widget=Select,
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        others = [(name, SOURCES.get(name, name)) for name in sources()]
        offered = [("", _("Any")), *kinds_offered(user), *others]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def wanted_in(chosen: dict[str, Any]) -> Wanted:
    """Which tasks the chosen filters ask for."""
    whose = {"mine": False, "others": True}
    return Wanted(
        kind=chosen.get("kind", ""),
        is_overdue="late" in chosen,
        is_delegated=whose.get(chosen.get("whose", "")),
    )


def wanted_tasks(
    user: Any, chosen: dict[str, Any], after: Place | None = None, most: int | None = None
) -> list[TaskLine]:
    """What waits on the user and meets all the chosen filters, as it is due; all of it unless
    `most` says how many after the place."""
    return tasks_of(user, after=after, most=most, wanted=wanted_in(chosen))


__all__ = ["PAGE", "TaskFilter", "wanted_in", "wanted_tasks"]
