"""What an application is about, whom it concerns, and what its end means in the comparison."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.permits import GRANTED, Permit, first_refusal, refused
from preceptor.cases.choices import BodyRole, ItemState, LetterState
from preceptor.cases.models import Case, Item, Letter, Sitting, SittingSeat
from preceptor.cases.queries import board_of, kind_of
from preceptor.cases.registry import Subject
from preceptor.cases.seating import VOTERS
from preceptor.people.models import Person

from .access import rival_cases, takes_applications
from .choices import CallState
from .models import CallApplication
from .registry import Chaired, purpose_of

PORT, BOARD, HOST = "calls.application", "calls.board", "host"


def _read_with(case: Case) -> CallApplication | None:
    """The application that was read with its case, and its person with it; None where it was not."""
    row: CallApplication | None = case._state.fields_cache.get("call_application")
    return row if row is not None and "person" in row._state.fields_cache else None


class ApplicationPort:
    """An application to a call."""

    name: str = PORT
    board: str = BOARD
    words: frozenset[str] = frozenset({HOST})

    def faults(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The port takes no settings."""
        return [
            (f"设置中没有“{name}”这一项，请删去", f"there is no setting {name!r}; remove it")
            for name in sorted(settings)
        ]

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The applicant of each case; one query, none for cases that come with their application and
        its person."""
        rows = [row for case in cases if (row := _read_with(case)) is not None]
        if len(rows) < len(cases):
            found = CallApplication.objects.filter(case__in=[case.pk for case in cases])
            rows = list(found.select_related("person"))
        return {
            row.case_id: Subject("application", row.pk, row.person.name_zh, row.person.name_en)
            for row in rows
        }

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The application, and the sitting of its board once that is called."""
        found = {"applicant": {case.call_application.pk}}
        board = board_of(case)
        return found | ({"board": {board.pk}} if board is not None else {})

    def persons(self, case: Case, word: str) -> list[Person]:
        """The host whom the applicant named."""
        host = case.call_application.host
        return [host] if word == HOST and host is not None else []

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the call takes applications now, and the host is one of its hosts. What was returned
        came in time, and comes again corrected, unless the call was cancelled. The call is locked until
        the step is written: of who hands in and who cancels the call at once, the second finds what the
        first did."""
        from .actions.call import alone

        application = case.call_application
        call = alone(application.call)
        is_returned = case.submitted_at is not None and call.state != CallState.CANCELLED
        taken = GRANTED if is_returned else takes_applications(call)
        return first_refusal(taken, _may_host(case, application))

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether a board with a chair is called, and the letters that the call asks for are there."""
        application, board = case.call_application, board_of(case)
        listed = Item.objects.filter(case=case, state=ItemState.LISTED, sitting=board)
        if board is None or not listed.exists():
            return refused(_("Call the board that decides on this application."))
        return first_refusal(_has_chair(board), _has_letters(case, application.call.letters))

    def body_for(self, case: Case, kind: str) -> int | None:
        """The body that the purpose of the call names; None where it names none."""
        call = case.call_application.call
        purpose = purpose_of(call)
        return purpose.body_for(call, kind) if isinstance(purpose, Chaired) else None

    def rivals(self, persons: Collection[int]) -> QuerySet[Any, Any]:
        """The cases of the other applications to the calls to which one of the persons applies."""
        return rival_cases(persons)

    def asks(self, person: OuterRef) -> Exists:
        """Whether the person applies to any call."""
        return Exists(CallApplication.objects.filter(person=person).order_by())

    def withheld(self, person: int) -> QuerySet[Any, Any]:
        """The cases of who applies to work with the person: a host gains an applicant, and the writers
        were promised that those who judge read them."""
        return CallApplication.objects.filter(host=person).order_by().values("case")

    def experts(self, case: Case) -> set[int]:
        """Who had a vote on a board of the case."""
        seats = SittingSeat.objects.filter(
            sitting__items__case=case, sitting__body=None, role__in=VOTERS, released_at=None
        )
        return set(seats.values_list("person", flat=True))

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Granted, it stays open until the applications are ranked; any other end takes it out of
        the comparison, and a decision that is set aside brings it back."""
        from .actions.ending import end_application

        end_application(application=case.call_application, outcome=outcome, by=by)


def _may_host(case: Case, application: CallApplication) -> Permit:
    """Where the kind asks the host, there is one; who is named is one of the call's hosts today."""
    asks = any(actor.word == HOST for stage in kind_of(case).stages for actor in stage.by)
    if application.host is None:
        return refused(_("Choose with whom you would work.")) if asks else GRANTED
    hosts = {person.pk for person in purpose_of(application.call).hosts(application.call)}
    if application.host_id in hosts:
        return GRANTED
    return refused(
        _("%(name)s cannot be chosen for this call. Choose somebody else.")
        % {"name": application.host.name_zh}
    )


def _has_chair(board: Sitting) -> Permit:
    chairs = SittingSeat.objects.filter(sitting=board, released_at=None, role=BodyRole.CHAIR)
    if chairs.count() == 1:
        return GRANTED
    return refused(_("A board has one chair. Say who it is."))


def _has_letters(case: Case, wanted: int) -> Permit:
    given = Letter.objects.filter(case=case, state=LetterState.GIVEN).count() if wanted else 0
    if given >= wanted:
        return GRANTED
    return refused(
        _("The call asks for %(wanted)s outside letters; %(given)s are here.")
        % {"wanted": wanted, "given": given}
    )
