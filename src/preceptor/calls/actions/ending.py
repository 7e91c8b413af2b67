"""What the end of its case means for an application."""

from __future__ import annotations

from django.utils.translation import gettext as _

from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken

from ..choices import Result
from ..models import CallApplication
from ..queries import open_offer
from .call import alone

#: Granted, it waits for the comparison; set aside, it is decided anew.
RESULTS = {
    "granted": Result.OPEN,
    "set_aside": Result.OPEN,
    "refused": Result.NOT_PLACED,
    "withdrawn": Result.NOT_PLACED,
}


def end_application(*, application: CallApplication, outcome: str, by: Mandate) -> None:
    """Put down what the end of the case means in the comparison; called inside its deed. Raises
    RuleBroken where a decision is set aside on which a place was offered."""
    with deed(by) as act:
        # Places are given one by one: an offer at the same time waits, or is found here.
        alone(application.call)
        if outcome == "set_aside" and open_offer(application) is not None:
            raise RuleBroken(
                _(
                    "A place is offered to this applicant; settle the offer before the decision is reopened."
                )
            )
        application.result, application.rank = RESULTS[outcome], None
        application.save(update_fields=["result", "rank"])
        after = {"result": application.result}
        act.write("application.end", "application", application.pk, after=after)
