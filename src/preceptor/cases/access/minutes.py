"""Who may write, read and sign the minutes of a sitting."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution, scope

from ..choices import SittingState
from ..models import Minutes, Sitting, SittingSeat
from .sitting import may_read_in_full, may_run_sitting, own_seats, sittings_in_full


def visible_minutes(user: Any) -> QuerySet[Minutes]:
    """Minutes of the sittings that the user may see with every item of theirs."""
    return Minutes.objects.filter(sitting__in=sittings_in_full(user).values("pk"))


def may_write_minutes(user: Any, sitting: Sitting) -> Permit:
    """Whether the user may write the minutes now: who runs the sitting, once it is closed."""
    permit = may_run_sitting(user, sitting)
    if permit and sitting.state != SittingState.CLOSED:
        return refused(_("Minutes are written once the sitting is closed."))
    return permit


def signing_seat(user: Any, sitting: Sitting) -> SittingSeat | None:
    """The seat under whose name the user signs; None for who was not present."""
    return own_seats(user).filter(sitting=sitting, is_present=True).first()


def may_sign_minutes(user: Any, minutes: Minutes) -> Permit:
    """Whether the user may sign this version: who was present and may read all of it, as long as it is
    the newest."""
    permit = may_read_in_full(user, minutes.sitting)
    if not permit:
        return permit
    if signing_seat(user, minutes.sitting) is None:
        return refused(_("Minutes are signed by those who were present."))
    newer = Minutes.objects.filter(sitting=minutes.sitting_id, version__gt=minutes.version)
    if newer.exists():
        return refused(_("There is a newer version of these minutes. Sign that one."))
    return GRANTED


def may_keep_template(user: Any, institution: Unit) -> Permit:
    """Whether the user may change the institution's template of minutes: the office."""
    return may_keep_institution(user, institution)


def keeps_template(user: Any) -> bool:
    """Whether the user may change the template of the institution in which the user acts."""
    institution = scope(user).institution
    return institution is not None and bool(may_keep_template(user, institution))
