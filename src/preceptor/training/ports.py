"""What the cases of this room are about, whom they concern, and what they change when they end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.cases.boards import board_seated, who_judged
from preceptor.cases.models import Case, Item
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from .asking import allows_period, allows_state, allows_step
from .choices import EnrolmentState, MilestoneKind, PeriodKind
from .composing import has_chair, has_day, nobody_barred, nobody_tied
from .models import Enrolment, MilestoneCase, OtherCase, Panel, PeriodCase, StateCase, Thesis
from .queries import JUDGING, attempts_of, former_panels, judges, steps_of, supervisors_of

Faults = list[tuple[str, str]]
SUPERVISOR, PANEL = "supervisor", "panel"
#: The port under which the office makes kinds of its own.
OTHER = "training.other"


def _first_refusal(row: MilestoneCase, *asked: Callable[[MilestoneCase], Permit]) -> Permit:
    """The first that says no; what comes after it is not asked any more."""
    return next((permit for ask in asked if not (permit := ask(row))), GRANTED)


def _subject(enrolment: Enrolment) -> Subject:
    person = enrolment.person
    return Subject("enrolment", enrolment.pk, person.name_zh, person.name_en)


def _of_trainee(enrolment: Enrolment, word: str) -> list[Person]:
    return supervisors_of(enrolment) if word == SUPERVISOR else []


def _known(settings: Mapping[str, Any], names: Iterable[str]) -> Faults:
    """A fault for each setting that the port does not know."""
    return [
        (f"设置中没有“{name}”这一项，请删去", f"there is no setting {name!r}; remove it")
        for name in sorted(settings.keys() - set(names))
    ]


def _one_of(settings: Mapping[str, Any], name: str, values: Sequence[str]) -> Faults:
    if settings.get(name) in values:
        return []
    allowed = ", ".join(values)
    return [(f"设置 {name} 应为以下之一：{allowed}", f"setting {name!r} must be one of: {allowed}")]


class MilestonePort:
    """A step of training before a panel; `settings` say which (`milestone`)."""

    name: str = "training.milestone"
    words: frozenset[str] = frozenset({SUPERVISOR, PANEL})
    has_panel: bool = True

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """Settings that name no step, or that nobody reads."""
        return _one_of(settings, "milestone", MilestoneKind.values) + _known(
            settings, ["milestone"]
        )

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The trainee of each case; one query."""
        rows = MilestoneCase.objects.filter(case__in=[case.pk for case in cases])
        rows = rows.select_related("enrolment__person")
        return {row.case_id: _subject(row.enrolment) for row in rows}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The trainee, the thesis if there is one, and the panel once it is composed."""
        row = case.milestone_case
        theses = Thesis.objects.filter(enrolment=row.enrolment_id).values_list("pk", flat=True)
        found = {"enrolment": {row.enrolment_id}, "thesis": set(theses)}
        return found | ({"panel": {row.panel_id}} if row.panel_id else {})

    def persons(self, case: Case, word: str) -> list[Person]:
        """The supervisors of today, or those who judge on the panel."""
        row = case.milestone_case
        if word != PANEL:
            return _of_trainee(row.enrolment, word)
        if row.panel is None:
            return []
        seats = row.panel.seats.filter(role__in=JUDGING).select_related("person")
        return [seat.person for seat in seats]

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the step is open to the trainee today, as state and earlier attempts have it."""
        from preceptor.cases.queries import kind_of

        row = case.milestone_case
        attempts = attempts_of(row.enrolment, row.milestone)
        milestone = MilestoneKind(row.milestone)
        return allows_step(row.enrolment, milestone, attempts, kind_of(case).retake, today())

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether there is a panel with a day, one chair, and nobody who judged before."""
        row = steps_of([case])[case.pk]
        if row.panel is None:
            return refused(_("Choose the members of the panel first."))
        return _first_refusal(row, has_day, has_chair, nobody_barred, nobody_tied)

    def experts(self, case: Case) -> set[int]:
        """Who judged on the panels of every round."""
        row = case.milestone_case
        now = {row.panel_id} if row.panel_id else set()
        former = former_panels(row).values_list("pk", flat=True)
        return judges(Panel.objects.filter(pk__in=now | set(former)))

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Record the attempt and move the trainee on; or clear the attempt after an appeal."""
        from .actions.ending import end_step

        end_step(row=steps_of([case])[case.pk], outcome=outcome, by=by, item=item)


class PeriodPort:
    """An extension, a suspension or a deferred award."""

    name: str = "training.period"
    words: frozenset[str] = frozenset({SUPERVISOR})

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """The port takes no settings."""
        return _known(settings, [])

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The trainee of each case; one query."""
        rows = PeriodCase.objects.filter(case__in=[case.pk for case in cases])
        rows = rows.select_related("enrolment__person")
        return {row.case_id: _subject(row.enrolment) for row in rows}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The trainee."""
        return {"enrolment": {case.period_case.enrolment_id}}

    def persons(self, case: Case, word: str) -> list[Person]:
        """The supervisors of today."""
        return _of_trainee(case.period_case.enrolment, word)

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the state of the trainee allows it."""
        return allows_period(case.period_case.enrolment, PeriodKind(case.period_case.kind))

    def may_finish_composing(self, case: Case) -> Permit:
        """Nothing is composed."""
        return GRANTED

    def experts(self, case: Case) -> set[int]:
        """No experts judge it."""
        return set()

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Give the time that was asked for; any other end changes nothing."""
        from .actions.ending import end_period_request

        end_period_request(row=case.period_case, outcome=outcome, by=by)


class StatePort:
    """Another state by a decision: award of the degree, for one; `settings` say which (`to`)."""

    name: str = "training.state"
    words: frozenset[str] = frozenset({SUPERVISOR})

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """Settings that name no state, or that nobody reads."""
        return _one_of(settings, "to", EnrolmentState.values) + _known(settings, ["to"])

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The trainee of each case; one query."""
        rows = StateCase.objects.filter(case__in=[case.pk for case in cases])
        rows = rows.select_related("enrolment__person")
        return {row.case_id: _subject(row.enrolment) for row in rows}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The trainee, and the thesis if there is one."""
        enrolment = case.state_case.enrolment_id
        theses = Thesis.objects.filter(enrolment=enrolment).values_list("pk", flat=True)
        return {"enrolment": {enrolment}, "thesis": set(theses)}

    def persons(self, case: Case, word: str) -> list[Person]:
        """The supervisors of today."""
        return _of_trainee(case.state_case.enrolment, word)

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the state may follow the present one."""
        return allows_state(case.state_case.enrolment, EnrolmentState(case.state_case.to))

    def may_finish_composing(self, case: Case) -> Permit:
        """Nothing is composed."""
        return GRANTED

    def experts(self, case: Case) -> set[int]:
        """No experts judge it: the committee does."""
        return set()

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Move the trainee to the state; any other end changes nothing."""
        from .actions.ending import end_state_request

        end_state_request(row=case.state_case, outcome=outcome, by=by)


class OtherPort:
    """Any other request about a trainee, of a kind that the office made. It changes no record; a panel
    that decides it is its sitting."""

    name: str = OTHER
    words: frozenset[str] = frozenset({SUPERVISOR})
    board: str = OTHER
    has_own_kinds: bool = True
    askers: frozenset[str] = frozenset({"subject", "asker", SUPERVISOR, "secretary", "office"})

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """The port takes no settings."""
        return _known(settings, [])

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The trainee of each case; one query."""
        rows = OtherCase.objects.filter(case__in=[case.pk for case in cases])
        rows = rows.select_related("enrolment__person")
        return {row.case_id: _subject(row.enrolment) for row in rows}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The trainee, and the thesis if there is one."""
        enrolment = case.other_case.enrolment_id
        theses = Thesis.objects.filter(enrolment=enrolment).values_list("pk", flat=True)
        return {"enrolment": {enrolment}, "thesis": set(theses)}

    def persons(self, case: Case, word: str) -> list[Person]:
        """The supervisors of today."""
        return _of_trainee(case.other_case.enrolment, word)

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Always, besides documents and gate."""
        return GRANTED

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether a board is called with a member who votes."""
        return board_seated(case)

    def experts(self, case: Case) -> set[int]:
        """Who had a vote on a board of any round."""
        return who_judged(case)

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Nothing but the decision itself, which the journal has."""
