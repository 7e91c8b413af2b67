"""The granted applications of a call are compared, and the places given."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.cases.queries import UNDER_WAY

from ..choices import CallState, Result
from ..models import Call, CallApplication, Offer
from ..queries import Ranked, ranking
from .call import locked
from .telling import tell_compared


def rank_applications(*, call: Call, by: Actor) -> list[Ranked]:
    """Compare the granted applications: the first get the places, the next come on the reserve list,
    the others are not chosen. Each applicant is told by letter that it is done.

    Done again before the first offer it compares anew; after it, what was granted since (by an
    appeal) comes at the end of the reserve list, and the rest stays. Raises PermissionDenied;
    RuleBroken while applications are taken or one is not decided, and for a call that is not public.
    """
    with deed(by) as act:
        held = locked(call, by)
        _demand_decided(held)
        found = [row for row in ranking(held) if row.place is not None]
        if Offer.objects.filter(application__call=held).exists():
            changed = _appended(held, found)
        else:
            changed = [_placed(held, row) for row in found]
        for application in changed:
            application.save(update_fields=["result", "rank"])
            tell_compared(application)
        after = {row.pk: [row.result, row.rank] for row in changed}
        act.write("call.rank", "call", held.pk, after={"applications": after})
        return ranking(held)


def _demand_decided(call: Call) -> None:
    if call.state not in (CallState.PUBLISHED, CallState.CLOSED):
        raise RuleBroken(_("Only applications to a published call are compared."))
    if call.state == CallState.PUBLISHED and timezone.now() < call.closes_at:
        raise RuleBroken(_("Applications are still taken. Compare them once the call is closed."))
    waiting = CallApplication.objects.filter(call=call, case__state__in=UNDER_WAY)
    if number := waiting.count():
        raise RuleBroken(
            _("%(number)s applications are not decided yet, %(first)s for one.")
            % {"number": number, "first": waiting.select_related("case")[0].case}
        )


def _placed(call: Call, row: Ranked) -> CallApplication:
    application, place = row.application, row.place or 0
    if place <= call.places:
        application.result = Result.PLACED
    elif place <= call.places + call.reserves:
        application.result = Result.RESERVE
    else:
        application.result = Result.NOT_PLACED
    application.rank = place
    return application


def _appended(call: Call, found: Sequence[Ranked]) -> list[CallApplication]:
    """What was granted after the first offer, at the end of the reserve list."""
    late = [row.application for row in found if row.application.result == Result.OPEN]
    last = CallApplication.objects.filter(call=call).aggregate(last=Max("rank"))["last"] or 0
    for rank, application in enumerate(late, start=last + 1):
        application.result, application.rank = Result.RESERVE, rank
    return late
