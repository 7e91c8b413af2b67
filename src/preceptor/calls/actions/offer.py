"""A place is offered, accepted, declined, taken back, or lapses; the reserve list moves up."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.cases.access.time import may_run_clock
from preceptor.cases.actions import mandate_of
from preceptor.cases.choices import CaseState

from ..access import may_answer_offer, visible_offers
from ..choices import CallState, OfferState, Result
from ..models import Call, CallApplication, Offer
from ..queries import open_offer
from ..registry import purpose_of
from .call import alone, locked
from .telling import tell_lapsed, tell_offer, tell_withdrawn

TERMS_LENGTH, REASON_LENGTH = 5000, 1000


def make_offer(*, application: CallApplication, terms: str = "", by: Actor) -> Offer:
    """Offer an applicant a place, to be answered within the days of the call, the last one included;
    the applicant is told by letter. Offered already, the offer is given unchanged.

    From the reserve list the first is offered a place when one is free. Raises PermissionDenied;
    InputRefused for terms that are too long; RuleBroken for who has no place, while the decision is
    under appeal, or when all places are taken.
    """
    if len(terms) > TERMS_LENGTH:
        raise InputRefused(
            _("The terms are too long: %(most)s characters at most.") % {"most": TERMS_LENGTH}
        )
    with deed(by) as act:
        call = locked(application.call, by)
        held = _application(application)
        offered = open_offer(held)
        if offered is not None:
            return offered
        _refuse_offer(call, held)
        return _offered(act, call, held, terms.strip())


def _application(application: CallApplication) -> CallApplication:
    rows = CallApplication.objects.select_related("case__asked_by", "person", "call")
    return rows.get(pk=application.pk)


def _refuse_offer(call: Call, application: CallApplication) -> None:
    if call.state == CallState.CANCELLED or application.case.state != CaseState.GRANTED:
        raise RuleBroken(_("This application is not granted; no place can be offered."))
    if application.result == Result.PLACED:
        return
    first = _next_reserve(call)
    if application.result != Result.RESERVE or first is None:
        raise RuleBroken(_("This application was not chosen; no place can be offered."))
    if first.pk != application.pk:
        raise RuleBroken(
            _("%(name)s comes first on the reserve list.") % {"name": first.person.name_zh}
        )
    if not _has_room(call):
        raise RuleBroken(_("All places of this call are taken; the reserve list waits."))


def _has_room(call: Call) -> bool:
    """Whether a place is free: whoever is chosen has one, offered or not, until it is given up."""
    return call.applications.filter(result=Result.PLACED).count() < call.places


def _next_reserve(call: Call) -> CallApplication | None:
    rows = CallApplication.objects.filter(call=call, result=Result.RESERVE)
    rows = rows.filter(case__state=CaseState.GRANTED).order_by("rank", "pk")
    return rows.select_related("case__asked_by", "person", "call").first()


def _offered(act: Deed, call: Call, application: CallApplication, terms: str) -> Offer:
    if application.result != Result.PLACED:
        application.result = Result.PLACED
        application.save(update_fields=["result"])
    offer = Offer.objects.create(
        application=application, terms=terms, made_at=timezone.now(),
        answer_by=today() + timedelta(days=call.offer_days),
    )  # fmt: skip
    after = {"offer": offer.pk, "answer_by": offer.answer_by}
    act.write("application.offer", "application", application.pk, after=after)
    tell_offer(offer)
    return offer


def answer_offer(*, offer: Offer, accepts: bool, reason: str = "", by: Actor) -> Offer:
    """Accept or decline an offer. Accepted, it becomes what the call is for; declined, the place goes
    to the first of the reserve list, who is told by letter.

    The same answer again changes nothing; of an answer and the lapse at once one wins. Raises
    PermissionDenied for everybody but the applicant, for another answer once it was given, and after
    the last day; RuleBroken where the room that takes the applicant on says no: the offer stays open.
    """
    if len(reason) > REASON_LENGTH:
        raise InputRefused(
            _("The reason is too long: %(most)s characters at most.") % {"most": REASON_LENGTH}
        )
    state = OfferState.ACCEPTED if accepts else OfferState.DECLINED
    with deed(by) as act:
        call, held = _locked(offer)
        if held.state == state and visible_offers(by).filter(pk=held.pk).exists():
            return held
        may_answer_offer(by, held).demand()
        _settle(act, held, state, reason.strip())
        if accepts:
            mandate = mandate_of(held.application.case, by)
            purpose_of(call).accept(held.application, held, mandate)
        else:
            _free(act, call, held.application)
    return held


def withdraw_offer(*, offer: Offer, reason: str, by: Actor) -> Offer:
    """Take back an offer that was not answered, with the reason, which the applicant is told. Its
    place is free; who of the reserve list gets it, if anybody, is offered it separately.

    Twice does not do it twice. Raises PermissionDenied; RuleBroken without a reason, or for an offer
    that was answered.
    """
    if not reason.strip() or len(reason) > REASON_LENGTH:
        raise RuleBroken(
            _("Say why the offer is taken back, in at most %(most)s characters.")
            % {"most": REASON_LENGTH}
        )
    with deed(by) as act:
        locked(offer.application.call, by)
        _call, held = _locked(offer)
        if held.state == OfferState.WITHDRAWN:
            return held
        if held.state != OfferState.OPEN:
            raise RuleBroken(
                _("The offer is closed: %(state)s.") % {"state": OfferState(held.state).label}
            )
        _settle(act, held, OfferState.WITHDRAWN, reason.strip())
        _give_up(held.application)
        tell_withdrawn(held, reason.strip())
    return held


def lapse_offers(*, on: date, by: Actor) -> int:
    """Let lapse every offer whose last day was before the day, and offer each place to the first of
    the reserve list; gives how many lapsed. Each in a transaction of its own, and once.

    Raises PermissionDenied for everybody but the nightly job.
    """
    may_run_clock(by).demand()
    rows = Offer.objects.filter(state=OfferState.OPEN, answer_by__lt=on).order_by("pk")
    return sum(_lapse(offer, on, by) for offer in rows.select_related("application__call"))


def _lapse(offer: Offer, on: date, by: Actor) -> bool:
    """Whether it lapsed now; somebody may have answered it meanwhile."""
    with deed(by) as act:
        call, held = _locked(offer)
        if held.state != OfferState.OPEN or held.answer_by >= on:
            return False
        _settle(act, held, OfferState.LAPSED, "")
        tell_lapsed(held)
        _free(act, call, held.application)
    return True


def _locked(offer: Offer) -> tuple[Call, Offer]:
    """The call and the offer, locked in this order by whoever changes places."""
    call = alone(offer.application.call)
    rows = Offer.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related(
        "application__case__asked_by", "application__person", "application__call__unit"
    ).get(pk=offer.pk)
    return call, held


def _settle(act: Deed, offer: Offer, state: OfferState, reason: str) -> None:
    before = {"offer": offer.pk, "state": offer.state}
    offer.state, offer.reason = state, reason
    if state in (OfferState.ACCEPTED, OfferState.DECLINED):
        offer.answered_at = timezone.now()
    offer.save(update_fields=["state", "reason", "answered_at"])
    act.write(
        "application.answer", "application", offer.application_id, before=before,
        after={"state": state.value},
    )  # fmt: skip


def _give_up(application: CallApplication) -> None:
    application.result = Result.NOT_PLACED
    application.save(update_fields=["result"])


def _free(act: Deed, call: Call, application: CallApplication) -> None:
    """The place that was given up goes to the first of the reserve list."""
    _give_up(application)
    following = _next_reserve(call)
    if call.state != CallState.CANCELLED and following is not None and _has_room(call):
        # The terms of one applicant are not told to the next.
        _offered(act, call, following, "")
