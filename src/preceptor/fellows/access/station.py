"""Who may see stations, and who keeps them and the fellows of a unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of
from preceptor.people.access import scope

from ..models import Host, Laboratory, Postdoc, Station

#: How long a supervisor goes on reading a term that has ended: certificate, report and settlement of
#: an exit are done in this time.
AFTERWARDS = timedelta(days=180)


def may_keep_fellows(user: Any, unit: Unit) -> Permit:
    """Whether the user may write the records of stations, postdocs and laboratories of the unit."""
    if scope(user).keeps_fellows(unit.pk):
        return GRANTED
    return refused(
        _(
            "Only the personnel office, the graduate school or the secretary of %(unit)s may do this."
        )
        % {"unit": name_of(unit)}
    )


def has_term(person: OuterRef) -> Exists:
    """Whether a person, as an outer query names it, is or was a postdoc here."""
    return Exists(Postdoc.objects.filter(person=person).order_by())


def has_hosted(person: OuterRef) -> Exists:
    """Whether a person, as an outer query names it, supervises or has supervised a postdoc."""
    return Exists(Host.objects.filter(person=person).order_by())


def leads_laboratory(person: OuterRef) -> Exists:
    """Whether a person, as an outer query names it, leads a laboratory that is open."""
    return Exists(Laboratory.objects.filter(head=person, closed_on=None).order_by())


#: What the scope of who holds a role knows of the person (`register_mark`).
MARKS = {"postdoc": has_term, "host": has_hosted, "head": leads_laboratory}
OF_TERMS = frozenset({"postdoc", "host"})


def own_terms(user: Any) -> QuerySet[Postdoc]:
    """The terms of the user as a postdoc, those that the user supervises today, and those that the
    user supervised to the end, for `AFTERWARDS` after it. Who holds a role and was never either is
    known from the scope to have none: no query looks for them."""
    reach = scope(user)
    if reach.person is None or (reach.roles and not reach.marks & OF_TERMS):
        return Postdoc.objects.none()
    own = Postdoc.objects.filter(person=reach.person).order_by().values("pk")
    hosted = _hosted(reach.person).order_by().values("postdoc")
    # Two lists of keys put together are read by their indexes; an OR would have every row looked at.
    return Postdoc.objects.filter(pk__in=own.union(hosted))


def _hosted(person: int) -> QuerySet[Host]:
    day = today()
    goes_on = Q(postdoc__left_on=None) | Q(postdoc__left_on__gt=day)
    is_true = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    ended = Q(postdoc__left_on__lte=day, postdoc__left_on__gt=day - AFTERWARDS)
    to_the_end = Q(valid_to=None) | Q(valid_to__gte=F("postdoc__left_on"))
    return Host.objects.known().filter((goes_on & is_true) | (ended & to_the_end), person=person)


def readable_institutions(user: Any) -> QuerySet[Unit]:
    """The institutions of which the user reads the fellows of some unit, by code."""
    reach = scope(user)
    roots = Unit.objects.filter(institution=None).order_by("code")
    if reach.everything:
        return roots
    parts = Unit.objects.filter(pk__in=reach.fellows_read, institution__isnull=False)
    return roots.filter(Q(pk__in=reach.fellows_read) | Q(pk__in=parts.values("institution")))


def visible_stations(user: Any) -> QuerySet[Station]:
    """Stations of the units whose fellows the user reads, and those at which the user is or was a
    postdoc or supervises one (`own_terms`)."""
    reach = scope(user)
    if reach.everything:
        return Station.objects.all()
    own = own_terms(user).order_by()
    return Station.objects.filter(
        Q(unit__in=reach.fellows_read)
        | Q(pk__in=own.values("station"))
        | Q(pk__in=own.filter(workstation__isnull=False).values("workstation"))
    )


def may_view_station(user: Any, station: Station) -> Permit:
    """Whether the user may see the station; the same answer as `visible_stations`."""
    here = Q(station=station) | Q(workstation=station)
    if scope(user).reads_fellows(station.unit_id) or own_terms(user).filter(here).exists():
        return GRANTED
    return refused(_("This station is outside what you may see."))


def may_keep_station(user: Any, station: Station) -> Permit:
    """Whether the user may write the records of the station."""
    return may_keep_fellows(user, station.unit)
