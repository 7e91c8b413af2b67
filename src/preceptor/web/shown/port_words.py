"""What a kind of request is connected with, in words: one name for each port."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

PORT_TITLES: dict[str, Any] = {
    "calls.application": gettext_lazy("applications to a call"),
    "cases.appeal": gettext_lazy("appeals against a decision"),
    "fellows.assessment": gettext_lazy("assessments of principal investigators"),
    "fellows.charter": gettext_lazy("limits in the charter of a laboratory"),
    "fellows.closing": gettext_lazy("the closing of a laboratory"),
    "fellows.laboratory": gettext_lazy("matters of a laboratory under its charter"),
    "fellows.postdoc": gettext_lazy("postdocs: entry, assessment, extension, exit"),
    "fellows.station": gettext_lazy("the opening and closing of postdoctoral stations"),
    "training.milestone": gettext_lazy("milestones of the training and their panels"),
    "training.other": gettext_lazy(
        "other requests about a trainee; the decision is all they bring"
    ),
    "training.period": gettext_lazy("changes of the time of study"),
    "training.state": gettext_lazy("changes of the status of enrolment"),
}


def port_words(name: str) -> str:
    """What the port of this name connects with; a name that is not known here stands as it is."""
    return str(PORT_TITLES.get(name, name))
