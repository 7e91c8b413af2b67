"""The board of a request: called to a sitting, the request on its agenda and sent on, in one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.people.models import Person

from ..access.case import may_compose, may_view_case
from ..access.holding import tied
from ..boards import WORD
from ..choices import CaseState, StageKind
from ..interests import free_to_decide
from ..kinds.kind import Voting
from ..models import Case, CaseParty, Sitting
from ..queries import kind_of
from ..registry import Boarding, port_of
from ..seating import VOTERS
from .agenda import put_on_agenda
from .decision import finish_composing
from .invitation import invite
from .sitting import NewSittingSeat, plan_sitting
from .stepping import demand_revision, is_repeated, locked


def call_board(
    *,
    case: Case,
    seats: Sequence[NewSittingSeat],
    starts_at: datetime,
    revision: int,
    by: Actor,
    ends_at: datetime | None = None,
    place: str = "",
    token: str = "",
) -> Sitting:
    """Call the board that decides a request: its sitting is planned, the request put on its agenda
    with the voting rule of the next stage and sent on, and everybody is invited; all of it, or
    nothing. The board may read the request from then on.

    The same token again gives the sitting that was called. Raises PermissionDenied, also at another
    stage; InputRefused for a person named twice; RuleBroken where no board decides at the next stage,
    where the board is not complete or a rule holds it back, for a member with a vote whom it is about,
    who judged what is appealed, or whom a declared tie or a conflict of interest keeps from it, or
    when somebody was faster.
    """
    with deed(by):
        held = locked(case)
        may_view_case(by, held).demand()
        if is_repeated(held, by, token):
            return _called(held)
        demand_revision(held, revision)
        may_compose(by, held).demand()
        _refuse_double(seats)
        board, voting = _board(held), _voting(held)
        # Who composes the board calls it, also where others keep the records of the unit.
        mandate = Mandate(by.actor_key, by.actor_name, str(held))
        sitting = plan_sitting(
            institution=held.institution, unit=held.unit, title_zh=held.title_zh,
            title_en=held.title_en, board=board, seats=seats, starts_at=starts_at,
            ends_at=ends_at, place=place, by=mandate,
        )  # fmt: skip
        put_on_agenda(
            sitting=sitting, title_zh=held.title_zh, title_en=held.title_en, case=held,
            voting=voting, by=mandate,
        )  # fmt: skip
        _refuse_partial(held, [seat.person for seat in seats if seat.role in VOTERS])
        _let_read(held, seats)
        finish_composing(case=held, by=by, revision=revision, token=token)
        return invite(sitting=sitting, by=mandate).sitting


def _called(case: Case) -> Sitting:
    """The sitting to which the board was called last. Raises RuleBroken where the token was one of
    another step."""
    found = Sitting.objects.filter(items__case=case, body=None).order_by("-pk").first()
    if found is None:
        raise RuleBroken(_("This form was sent already. Load the page again."))
    return found


def _refuse_double(seats: Sequence[NewSittingSeat]) -> None:
    if len({seat.person.pk for seat in seats}) != len(seats):
        raise InputRefused(_("The same person is chosen twice. Everybody has one seat."))


def _board(case: Case) -> str:
    port = port_of(case)
    if case.state != CaseState.RUNNING or not isinstance(port, Boarding):
        raise RuleBroken(_("No board is called for this request."))
    return port.board


def _voting(case: Case) -> Voting | None:
    """The rule by which the stage after the composition votes."""
    kind = kind_of(case)
    goal = kind.goal(case.stage, "composed")
    following = next((stage for stage in kind.stages if stage.id == goal), None)
    if following is None or following.does != StageKind.SITTING.value or following.body:
        raise RuleBroken(_("No sitting of a board follows at this request."))
    return following.voting


def _refuse_partial(case: Case, voters: Sequence[Person]) -> None:
    """A tie is declared to keep somebody out; what the records say is asked of the room above, which
    for an appeal weighs declared ties too."""
    bound = tied([one.pk for one in voters], case.person_id)
    if bound and case.appeal_of_id is None:
        names = "、".join(one.name_zh for one in voters if one.pk in bound)
        raise RuleBroken(
            _("A declared tie binds to the person concerned: %(names)s. Choose others.")
            % {"names": names}
        )
    permit = free_to_decide(case, voters)
    if not permit:
        raise RuleBroken(permit.reason)


def _let_read(case: Case, seats: Sequence[NewSittingSeat]) -> None:
    for seat in seats:
        CaseParty.objects.update_or_create(
            case=case, person=seat.person, word=WORD, defaults={"until": None}
        )
