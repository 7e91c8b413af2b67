"""The authority of a case that was granted, for what is taken up after it ended."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Mandate
from preceptor.base.errors import RuleBroken

from ..choices import CaseState
from ..models import Case


def mandate_of(case: Case, by: Actor) -> Mandate:
    """What the case granted may be carried out, in the name of who takes it up: a place that is
    accepted, for one. Whether `by` may do so is asked before. Raises RuleBroken for a case that is
    not granted, or not any more."""
    if not Case.objects.filter(pk=case.pk, state=CaseState.GRANTED).exists():
        raise RuleBroken(_("This request is not granted; nothing can be carried out."))
    return Mandate(by.actor_key, by.actor_name, str(case))
