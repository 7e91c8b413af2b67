"""What all requests of this room share: the procedure in force, one at a time, and the reason that
a decided request gives for what it changed."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preceptor.base.errors import RuleBroken
from preceptor.base.permits import Permit
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.cases.queries import kind_in_force
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of

#: A request in these states is not ended.
ALIVE = (CaseState.DRAFT, CaseState.RUNNING, CaseState.RETURNED)
#: What a case can end as, for the effects of the ports.
GRANTED, REFUSED, WITHDRAWN, SET_ASIDE = "granted", "refused", "withdrawn", "set_aside"


def demand(permit: Permit) -> None:
    """Raise RuleBroken with the reason of a permit that says no."""
    if not permit:
        raise RuleBroken(permit.reason)


def demand_procedure(institution: Unit, kind: str) -> None:
    """Raise RuleBroken where the institution has no procedure in force for the request."""
    if kind_in_force(institution, kind) is None:
        raise RuleBroken(
            _("%(institution)s has no procedure in force for this request. Ask the office.")
            % {"institution": name_of(institution)}
        )


def refuse_second(cases: QuerySet[Case]) -> None:
    """Raise RuleBroken, naming it, where one of the cases is not ended."""
    running = cases.filter(state__in=ALIVE).first()
    if running is not None:
        raise RuleBroken(
            _("A request of this kind is not ended yet: %(number)s.") % {"number": running}
        )


def reason_of(case: Case) -> str:
    """The case as the reason of what it changed: its number and title."""
    return _("Decided in request %(number)s: %(title)s") % {
        "number": case.number or case.pk,
        "title": case.title_zh,
    }
