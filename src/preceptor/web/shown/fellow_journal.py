"""The journal of a station, a postdoc, an appointment or a laboratory, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.together import Question, answer
from preceptor.fellows.access import history_told
from preceptor.web.shown.record_page import Shown, Text, entries_asked

#: Of every kind of record, what was done.
VERBS: dict[str, Text] = {
    "station.enter": pgettext_lazy("journal of a station", "Station recorded"),
    "station.state": pgettext_lazy("journal of a station", "State recorded"),
    "station.history": pgettext_lazy("journal of a station", "History recorded from a document"),
    "station.target": pgettext_lazy("journal of a station", "Target set"),
    "postdoc.enter": _("Entered the station"),
    "postdoc.change": _("Track or source changed"),
    "postdoc.shorten": _("Extension set aside"),
    "postdoc.number": _("National number entered"),
    "postdoc.certificate": _("Certificate of exit entered"),
    "postdoc.prolong": _("Term extended"),
    "postdoc.platform": _("Work on a platform recorded"),
    "postdoc.platform_end": _("Work on a platform ended"),
    "postdoc.host": _("Supervisor added"),
    "postdoc.host_end": _("Supervisor's part ended"),
    "postdoc.hosts_end": _("Supervision ended with the stay"),
    "postdoc.hosts_back": _("Supervision restored"),
    "postdoc.leave_of_absence": _("Leave recorded"),
    "postdoc.return": _("Return from leave recorded"),
    "postdoc.on_leave": _("Went on leave"),
    "postdoc.back": _("Leaving set aside"),
    "postdoc.entry_back": _("Entry taken back"),
    "postdoc.ground": _("Finding recorded"),
    "postdoc.ground_back": _("Finding taken back"),
    "postdoc.contract": pgettext_lazy("journal of a postdoc", "Contract recorded"),
    "postdoc.funding": _("Share of the costs recorded"),
    "postdoc.support": _("Payment recorded"),
    "postdoc.goal": _("Goal of the plan set"),
    "postdoc.goal_report": _("Goal of the plan reported on"),
    "postdoc.months": _("Months of the track entered"),
    "postdoc.assessment": pgettext_lazy("journal of a postdoc", "Assessment held"),
    "postdoc.leave": _("Leaving decided"),
    "postdoc.left": _("Left the station"),
    "appointment.make": pgettext_lazy("journal of an appointment", "Appointed"),
    "appointment.sign": pgettext_lazy("journal of an appointment", "Contract recorded"),
    "appointment.start": _("Term of office begun"),
    "appointment.end": _("Term of office ended"),
    "appointment.leave": _("Term ended without an assessment"),
    "appointment.resume": _("End of the term undone"),
    "appointment.goal": _("Target of the contract written"),
    "appointment.report": _("Target of the contract reported on"),
    "appointment.take_back": _("Further term taken back"),
    "appointment.work": _("Representative work named"),
    "appointment.work_drop": _("Representative work taken out"),
    "appointment.teaching": _("Teaching recorded"),
    "appointment.assess": pgettext_lazy("journal of an appointment", "Assessment held"),
    "appointment.verdict": _("Verdict of the assessment carried out"),
    "appointment.set_aside": _("Verdict set aside"),
    "tranche.plan": _("Tranche planned"),
    "tranche.released": _("Tranche released"),
    "tranche.held": _("Tranche held back"),
    "tranche.stopped": _("Tranche stopped"),
    "tranche.restore": _("Tranche restored"),
    "laboratory.open": _("Laboratory opened"),
    "laboratory.join": _("Member recorded"),
    "laboratory.leave": _("Member left"),
    "laboratory.hold": _("Thing recorded"),
    "laboratory.pass": _("Thing passed on"),
    "laboratory.book": _("Money booked"),
    "laboratory.begin_closing": _("Closing begun"),
    "laboratory.stay_open": _("Closing called off"),
    "laboratory.close": _("Laboratory closed"),
    "charter.set": _("Limit of the charter set"),
    "charter.end": _("Limit of the charter ended"),
    "charter.use": _("Decided under the charter"),
    "charter.return": _("Use given back"),
}


def journal_of(user: Any, kind: str, row: Any) -> list[Shown]:
    """The latest lines that the reader is told, as parts/timeline.html takes them; one query."""
    return answer(journal_asked(user, kind, row))


def journal_asked(user: Any, kind: str, row: Any) -> Question[list[Shown]]:
    """As `journal_of`; one set."""
    told = history_told(user, kind, row)
    return entries_asked(told.lines, VERBS, tells_reasons=told.tells_reasons)
