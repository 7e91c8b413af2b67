"""Who may see and keep programmes of principal investigators, and who stands above a head."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.cases.access.holding import posts
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of
from preceptor.people.access import scope
from preceptor.people.choices import RoleKind
from preceptor.people.models import Person

from ..models import Laboratory, PiProgramme

#: Above the heads of laboratories stand, besides the director, these roles at the institution.
ABOVE = (RoleKind.OFFICE, RoleKind.LEADER)


def visible_programmes(user: Any) -> QuerySet[PiProgramme]:
    """Programmes of the units where the user reads fellows, those the user directs, and those in
    which the user leads a laboratory."""
    reach = scope(user)
    rows = PiProgramme.objects.all()
    if reach.everything:
        return rows
    seen = Q(unit__in=reach.fellows_read)
    if reach.person is not None:
        led = Laboratory.objects.filter(head=reach.person).order_by()
        seen |= Q(director=reach.person) | Q(pk__in=led.values("programme"))
    return rows.filter(seen)


def may_view_programme(user: Any, programme: PiProgramme) -> Permit:
    """Whether the user may see the programme; the same answer as `visible_programmes`."""
    if visible_programmes(user).filter(pk=programme.pk).exists():
        return GRANTED
    return refused(_("This programme is outside what you may see."))


def may_set_up_programme(user: Any, institution: Unit) -> Permit:
    """Whether the user may set up a programme or change who directs it: the office or a leader of
    the institution."""
    if _holds_above(user, institution.pk):
        return GRANTED
    return refused(
        _("A programme is set up by the office or a leader of %(institution)s.")
        % {"institution": name_of(institution)}
    )


def may_keep_programme(user: Any, programme: PiProgramme) -> Permit:
    """Whether the user may keep the records of the programme: who keeps fellows in its unit, its
    director, the office and leaders of the institution."""
    reach = scope(user)
    if reach.everything or programme.unit_id in reach.fellows or directs(user, programme):
        return GRANTED
    if _holds_above(user, programme.institution_id):
        return GRANTED
    return refused(
        _("Only the director of %(programme)s, the office or the personnel office may do this.")
        % {"programme": name_of(programme.unit)}
    )


def directs(user: Any, programme: PiProgramme) -> bool:
    """Whether the user is the director of the programme."""
    person = scope(user).person
    return person is not None and person == programme.director_id


def stands_above(user: Any, programme: PiProgramme, head: int) -> bool:
    """Whether the user decides above the head of a laboratory: the director of the programme, the
    office or a leader of the institution. Nobody stands above oneself, whatever the post."""
    reach = scope(user)
    if reach.everything:
        return True
    if reach.person is not None and reach.person == head:
        return False
    return directs(user, programme) or _holds_above(user, programme.institution_id)


def may_decide_above(user: Any, programme: PiProgramme, head: int) -> Permit:
    """`stands_above` as a permit whose reason names who may."""
    if stands_above(user, programme, head):
        return GRANTED
    director = programme.director
    return refused(
        _(
            "Only the director of %(programme)s (%(director)s), the office or a leader of "
            "%(institution)s decides this, and nobody for the own laboratory."
        )
        % {
            "programme": name_of(programme.unit),
            "director": _name(director) if director else _("not named yet"),
            "institution": name_of(programme.institution),
        }
    )


def _holds_above(user: Any, institution: int) -> bool:
    if scope(user).everything:
        return True
    held = posts(user)
    return any(institution in held.get(role, frozenset()) for role in ABOVE)


def _name(person: Person) -> str:
    spoken = get_language() == "en" and person.name_en
    return person.name_en if spoken else person.name_zh
