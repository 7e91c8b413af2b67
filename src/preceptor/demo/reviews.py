"""An assessment of a principal investigator on its way: three outside letters are asked for, one has
come, and the verdict is still to be proposed.

Invented. Everything goes through the actions of the rooms, as if people had done it.
"""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import NamedTuple

from preceptor.base.today import today
from preceptor.cases.actions import (
    answer_letter,
    ask_letter,
    attach_document,
    decide_stage,
    submit_case,
)
from preceptor.cases.models import Case
from preceptor.fellows.actions import ask_assessment
from preceptor.fellows.choices import AppointmentState, ReviewKind
from preceptor.fellows.models import Appointment, AssessmentCase
from preceptor.people.models import Account

from .cases import PDF, date_back

_DESKS = ("office", "personnel", "director")


class Expert(NamedTuple):
    """Who is asked for a letter: an invented person at an invented place."""

    name: str
    email: str
    affiliation: str


EXPERTS = (
    Expert("顾砚清", "expert-a@example.edu", "示例医科大学甲"),
    Expert("Prof. Ada Lindqvist", "expert-b@example.edu", "Example Institute of Physiology"),
    Expert("Prof. Marc Oriel", "expert-c@example.edu", "Example University Medical School"),
)
LETTER = (
    "The candidate has opened a line of work that others now follow. Output is still uneven; a clear "
    "plan for the next two years would justify going on."
)


def plant_review() -> list[Case]:
    """Make the assessment; gives it. Nothing where the accounts are not there, and never a second
    time."""
    accounts = {row.login: row for row in Account.objects.filter(login__in=_DESKS)}
    rows = Appointment.objects.filter(state=AppointmentState.STARTED, person__account=None)
    held = rows.select_related("programme", "institution", "person").order_by("number").first()
    if len(accounts) < len(_DESKS) or held is None or AssessmentCase.objects.exists():
        return []
    case = ask_assessment(
        appointment=held, kind=ReviewKind.MIDTERM, by=accounts["office"],
        reason="聘期过半，按授权书安排中期考核",
    )  # fmt: skip
    attach_document(
        case=case, name="report", content=BytesIO(PDF), file_name="履职总结.pdf",
        by=accounts["office"],
    )  # fmt: skip
    case = submit_case(case=case, by=accounts["office"], passing_over="演示数据")
    case = decide_stage(
        case=case, outcome="agreed", by=accounts["personnel"], revision=case.revision,
        reason="材料齐全", passing_over="演示数据",
    )  # fmt: skip
    tokens = [_asked(case, one, accounts["director"]) for one in EXPERTS]
    answer_letter(token=tokens[1], grade=4, text=LETTER)
    date_back(case, 10)
    return [case]


def _asked(case: Case, expert: Expert, by: Account) -> str:
    """The expert is asked for a letter; gives the token of its link."""
    _letter, token = ask_letter(
        case=case, name=expert.name, email=expert.email, affiliation=expert.affiliation,
        due_on=today() + timedelta(days=21), by=by,
    )  # fmt: skip
    return token
