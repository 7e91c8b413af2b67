"""Who sees calls and applications, keeps them, applies, gives points and answers offers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.base.together import Question, Set
from preceptor.cases.access import may_attach, visible_cases
from preceptor.cases.choices import CaseState, ItemState, SittingState
from preceptor.cases.models import Item, Recusal, SittingSeat
from preceptor.cases.seating import VOTERS
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_fellows, scope
from preceptor.people.models import Account

from .choices import CallState, OfferState, Result
from .models import Call, CallApplication, Offer

LIVE_SITTINGS = (SittingState.PLANNED, SittingState.CALLED, SittingState.OPEN)
UNDECIDED = (ItemState.LISTED, ItemState.OPEN)


def visible_calls(user: Any) -> QuerySet[Call]:
    """Calls that were published, for everybody; the others for who reads fellows of their unit."""
    reach = scope(user)
    if reach.everything:
        return Call.objects.all()
    public = Q(published_at__isnull=False)
    return Call.objects.filter(public | Q(unit__in=reach.fellows_read))


def may_view_call(user: Any, call: Call) -> Permit:
    """Whether the user may see the call; the same answer as `visible_calls`."""
    if call.published_at is not None or scope(user).reads_fellows(call.unit_id):
        return GRANTED
    return refused(_("This call is not published."))


def may_keep_calls(user: Any, unit: Unit) -> Permit:
    """Whether the user may prepare calls of the unit: a personnel office, the graduate school office
    or the unit's secretary."""
    return may_keep_fellows(user, unit)


def may_keep_call(user: Any, call: Call) -> Permit:
    """Whether the user may change the call, rank its applications and make offers: who keeps calls
    of its unit, but nobody who applies to it."""
    permit = may_keep_fellows(user, call.unit)
    if permit and _applies(user, call):
        return refused(_("You applied to this call: somebody else keeps it."))
    return permit


def _applies(user: Any, call: Call) -> bool:
    person = scope(user).person
    return person is not None and _applications(call.pk, person).exists()


def _applications(call: int, person: int) -> QuerySet[CallApplication]:
    return CallApplication.objects.filter(call=call, person=person)


def is_open(call: Call, at: datetime | None = None) -> bool:
    """Whether applications are taken at the moment (now): from the opening on, and up to the closing
    but no longer at it."""
    moment = at or timezone.now()
    return call.state == CallState.PUBLISHED and call.opens_at <= moment < call.closes_at


def may_apply(user: Any, call: Call) -> Permit:
    """Whether the user may begin an application now: anybody with an account may."""
    if not isinstance(user, Account) or not user.is_active:
        return refused(_("Sign in to apply; a link by mail is enough."))
    return takes_applications(call)


def takes_applications(call: Call) -> Permit:
    """Whether the call takes applications now, else why not."""
    if call.state != CallState.PUBLISHED:
        return refused(_("This call takes no applications."))
    if timezone.now() < call.opens_at:
        return refused(_("Applications are taken from %(at)s on.") % {"at": moment(call.opens_at)})
    if not is_open(call):
        return refused(_("This call closed on %(at)s.") % {"at": moment(call.closes_at)})
    return GRANTED


def moment(at: datetime) -> str:
    """A moment in the institution's time, to the minute."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def is_applicant(user: Any, application: CallApplication) -> bool:
    """Whether the application is the user's own."""
    person = scope(user).person
    return person is not None and person == application.person_id


def visible_applications(user: Any) -> QuerySet[CallApplication]:
    """The own applications, drafts too; besides, those handed in whose case the user may see, and
    those to calls of units whose fellows the user reads; never those of who competes with the user."""
    reach = scope(user)
    if reach.everything:
        return CallApplication.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return CallApplication.objects.none()
    seen = Q(case__in=visible_cases(user).values("pk"))
    if reach.fellows_read:
        seen |= Q(call__unit__in=reach.fellows_read, case__submitted_at__isnull=False)
    if reach.person is None:
        return CallApplication.objects.filter(seen)
    rivals = Q(call__in=_entered(reach.person))
    return CallApplication.objects.filter((seen & ~rivals) | Q(person=reach.person))


def _entered(person: int) -> QuerySet[Any, Any]:
    """The calls to which the person applies."""
    return CallApplication.objects.filter(person=person).order_by().values("call")


def rival_cases(persons: Collection[int]) -> QuerySet[Any, Any]:
    """The keys of the cases of who competes with one of the persons: the applications of others to
    the calls to which the persons apply, also by a draft."""
    own = CallApplication.objects.filter(person__in=persons).order_by()
    rows = CallApplication.objects.filter(call__in=own.values("call")).exclude(person__in=persons)
    return rows.order_by().values("case")


def may_view_application(user: Any, application: CallApplication) -> Permit:
    """Whether the user may see the application; the same answer as `visible_applications`."""
    if visible_applications(user).filter(pk=application.pk).exists():
        return GRANTED
    return refused(_("This application is outside what you may see."))


def may_change_application(user: Any, application: CallApplication) -> Permit:
    """Whether the user may write in the application: the applicant, while it is not handed in or was
    returned for correction."""
    if not scope(user).everything and not is_applicant(user, application):
        return refused(_("Only the applicant writes in an application."))
    return may_attach(user, application.case)


def board_seat(user: Any, application: CallApplication) -> SittingSeat | None:
    """The seat with a vote by which the user judges the application now, on the board that is called
    for it; None without one, and for who was recused."""
    person = scope(user).person
    return None if person is None else _seats(application, person).first()


def _seats(application: CallApplication, person: int) -> QuerySet[SittingSeat]:
    items = Item.objects.filter(
        case=application.case_id, state__in=UNDECIDED, sitting__body=None,
        sitting__state__in=LIVE_SITTINGS,
    )  # fmt: skip
    seats = SittingSeat.objects.filter(
        person=person, released_at=None, role__in=VOTERS, sitting__in=items.values("sitting")
    )
    return seats.exclude(pk__in=Recusal.objects.filter(item__in=items.values("pk")).values("seat"))


@dataclass(frozen=True)
class Judging:
    """How one account stands to one application as a judge: whether it applies to the call too, has a
    seat by which it gives points now, and sat on the board that has decided."""

    account: int
    applies: bool
    has_seat: bool
    has_sat: bool


def keep_judging(user: Any, application: CallApplication) -> Question[None]:
    """Keep at the application how the user stands to it, for a page that changes nothing: the permits
    then ask no more. One set; none for an account without a person."""
    person = scope(user).person
    if person is None:
        return
    grounds = {
        "_applies": _applications(application.call_id, person),
        "_has_seat": _seats(application, person),
        "_has_sat": _past_seats(application, person),
    }
    asked = {name: Exists(rows.order_by()) for name, rows in grounds.items()}
    rows = CallApplication.objects.filter(pk=application.pk).annotate(**asked)
    [[answers]] = yield [Set(rows, tuple(asked))]
    application.judging = Judging(user.pk, *answers)  # type: ignore[attr-defined]


def _judging(user: Any, application: CallApplication) -> Judging | None:
    kept: Judging | None = getattr(application, "judging", None)
    is_theirs = kept is not None and isinstance(user, Account) and kept.account == user.pk
    return kept if is_theirs else None


def may_score(user: Any, application: CallApplication) -> Permit:
    """Whether the user may give points now: a member of its board with a vote who was not recused,
    until the vote is closed; never the applicant."""
    if is_applicant(user, application):
        return refused(_("Nobody gives points to the own application."))
    if application.case.state != CaseState.RUNNING:
        return refused(_("The application is not under way; no points are given."))
    kept = _judging(user, application)
    has_seat = board_seat(user, application) is not None if kept is None else kept.has_seat
    if not has_seat:
        return refused(_("Points are given by the members of the board, until its vote is closed."))
    return GRANTED


def may_read_scores(user: Any, application: CallApplication) -> Permit:
    """Whether the user reads the points that others gave, and the ranking: who reads fellows of the
    unit, and the board once its vote is closed. Never the applicant."""
    if is_applicant(user, application):
        return refused(_("The points of the single members are not told to applicants."))
    kept = _judging(user, application)
    if _applies(user, application.call) if kept is None else kept.applies:
        return refused(_("The points of the single members are not told to applicants."))
    if scope(user).reads_fellows(application.call.unit_id):
        return GRANTED
    if _sat(user, application) if kept is None else kept.has_sat:
        return GRANTED
    return refused(_("Points are read by the board after its vote, and by the office."))


def _sat(user: Any, application: CallApplication) -> bool:
    """Whether the user sat on the board that has decided the application, and was not recused."""
    person = scope(user).person
    return person is not None and _past_seats(application, person).exists()


def _past_seats(application: CallApplication, person: int) -> QuerySet[SittingSeat]:
    items = Item.objects.filter(
        case=application.case_id, state=ItemState.DECIDED, sitting__body=None
    )
    seats = SittingSeat.objects.filter(released_at=None, sitting__in=items.values("sitting"))
    recused = Recusal.objects.filter(item__in=items.values("pk"))
    seats = seats.exclude(pk__in=recused.values("seat"))
    return seats.filter(person=person, role__in=VOTERS)


def may_read_result(user: Any, application: CallApplication) -> Permit:
    """Whether the user reads where the application came in the comparison: the applicant once that
    is decided, and who may see it besides."""
    if is_applicant(user, application) and application.result == Result.OPEN:
        return refused(_("The comparison of the applications is not finished."))
    return may_view_application(user, application)


def may_answer_offer(user: Any, offer: Offer) -> Permit:
    """Whether the user may accept or decline the offer now: the applicant alone, up to and on the
    last day."""
    if not is_applicant(user, offer.application):
        return refused(_("Only the applicant answers an offer."))
    if offer.state != OfferState.OPEN:
        return refused(
            _("The offer is closed: %(state)s.") % {"state": OfferState(offer.state).label}
        )
    if offer.answer_by < today():
        return refused(
            _("The offer could be answered until %(day)s.") % {"day": offer.answer_by.isoformat()}
        )
    return GRANTED


def visible_offers(user: Any) -> QuerySet[Offer]:
    """The own offers, and those made for calls of units whose fellows the user reads; never those of
    who competes with the user."""
    reach = scope(user)
    if reach.everything:
        return Offer.objects.all()
    seen = Q(application__call__unit__in=reach.fellows_read)
    if reach.person is None:
        return Offer.objects.filter(seen)
    rivals = Q(application__call__in=_entered(reach.person))
    return Offer.objects.filter((seen & ~rivals) | Q(application__person=reach.person))
