"""Who may see and keep enrolments and panels."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.cases.access.case import may_act
from preceptor.cases.choices import StageKind
from preceptor.people.access import may_keep, scope
from preceptor.people.choices import CapacityKind
from preceptor.people.models import Capacity, Contact, Person

from .choices import EnrolmentState
from .models import Enrolment, MilestoneCase, Panel, PanelSeat, Supervision
from .states import DEFERRABLE, following

#: In these capacities a person can be asked onto a panel.
EXPERTS = (CapacityKind.STAFF, CapacityKind.PHYSICIAN, CapacityKind.EXTERNAL)


def own_keys(user: Any) -> frozenset[int]:
    """The keys of the user's own enrolments and of those the user supervises today.

    One query, none for an account without a person; kept on the account for the request.
    """
    reach = scope(user)
    if reach.everything or reach.person is None:
        return frozenset()
    kept: frozenset[int] | None = getattr(user, "_own_keys", None)
    if kept is None:
        kept = user._own_keys = frozenset(key for (key,) in own_rows(user))
    return kept


def own_rows(user: Any) -> QuerySet[Any, Any]:
    """The same keys as rows of one column, for a condition within another query."""
    person = scope(user).person
    guided = Supervision.objects.on(today()).filter(person=person).order_by()
    own = Enrolment.objects.filter(person=person).order_by()
    return own.values_list("pk").union(guided.values_list("enrolment"))


def enrolments_in_units(user: Any) -> QuerySet[Enrolment]:
    """Enrolments in the units that the user reads, without those that are the user's own."""
    return Enrolment.objects.filter(scope(user).within("unit", "institution"))


def enrolments_elsewhere(user: Any) -> QuerySet[Enrolment]:
    """The user's own enrolments, and those supervised today, outside the units that the user
    reads: few. With `enrolments_in_units` together each of `visible_enrolments` once."""
    reach = scope(user)
    if reach.everything or reach.person is None:
        return Enrolment.objects.none()
    rows = Enrolment.objects.filter(pk__in=own_rows(user))
    return rows.exclude(institution__in=reach.institutions).exclude(unit__in=reach.parts)


def _reach(user: Any) -> Q:
    reach = scope(user)
    if reach.everything:
        return Q()
    seen = reach.within("unit", "institution")
    if reach.person is not None:
        guided = Supervision.objects.on(today()).filter(person=reach.person)
        seen |= Q(person=reach.person) | Q(pk__in=guided.values("enrolment"))
    return seen


def visible_enrolments(user: Any) -> QuerySet[Enrolment]:
    """Enrolments in the user's units, those the user supervises today, and the user's own."""
    if not scope(user).institutions:
        return Enrolment.objects.filter(_reach(user))
    # Who reads a whole institution sees nearly every row: the condition is asked of each row in
    # the order of the list, where an OR would have the database gather and sort them all.
    seen = Case(When(_reach(user), then=Value(True)), default=Value(False))
    return Enrolment.objects.alias(is_seen=seen).filter(is_seen=True)


def may_view_enrolment(user: Any, enrolment: Enrolment) -> Permit:
    """Whether the user may see the enrolment; the same answer as `visible_enrolments`."""
    reach = scope(user)
    sees = (
        reach.everything
        or enrolment.institution_id in reach.institutions
        or enrolment.unit_id in reach.parts
        or (reach.person is not None and _is_own(reach.person, enrolment))
    )
    return GRANTED if sees else refused(_("This trainee is outside what you may see."))


def _is_own(person: int, enrolment: Enrolment) -> bool:
    if enrolment.person_id == person:
        return True
    guided = Supervision.objects.on(today()).filter(person=person, enrolment=enrolment)
    return guided.exists()


def visible_panels(user: Any) -> QuerySet[Panel]:
    """Panels of the trainees whom the user may see."""
    reach = scope(user)
    if reach.everything:
        return Panel.objects.all()
    seen = reach.within("enrolment__unit", "enrolment__institution")
    if reach.person is not None:
        guided = Supervision.objects.on(today()).filter(person=reach.person)
        seen |= Q(enrolment__person=reach.person) | Q(enrolment__in=guided.values("enrolment"))
    return Panel.objects.filter(seen)


def may_view_panel(user: Any, panel: Panel) -> Permit:
    """Whether the user may see the panel; the same answer as `visible_panels`."""
    return may_view_enrolment(user, panel.enrolment)


def may_change_state(user: Any, enrolment: Enrolment) -> Permit:
    """Whether the user may move the enrolment to any other state now."""
    permit = may_keep_training(user, enrolment)
    if permit and not following(EnrolmentState(enrolment.state), EnrolmentState.TRAINING):
        return refused(_("This enrolment has ended; no other state can follow."))
    return permit


def may_grant_period(user: Any, enrolment: Enrolment) -> Permit:
    """Whether the user may extend the study or defer the award now."""
    permit = may_keep_training(user, enrolment)
    if permit and EnrolmentState(enrolment.state) not in DEFERRABLE:
        return refused(_("Only while the degree is still to come can there be more time."))
    return permit


def may_keep_training(user: Any, enrolment: Enrolment) -> Permit:
    """Whether the user may record rotations, milestones, theses and panels of the trainee."""
    return may_keep(user, enrolment.unit)


def may_ask_for(user: Any, enrolment: Enrolment) -> Permit:
    """Whether the user may ask for a step, more time or the degree: the trainee, whoever supervises
    the trainee today, and whoever keeps the records."""
    reach = scope(user)
    if may_keep_training(user, enrolment):
        return GRANTED
    if reach.person is not None and _is_own(reach.person, enrolment):
        return GRANTED
    return refused(
        _("Only the trainee, the supervisor, the secretary of the unit or the office may ask.")
    )


def visible_experts(user: Any) -> QuerySet[Person]:
    """The persons whom the user may seat on a panel: who holds a post or is an external expert
    today in an institution where the user keeps a unit, and who is known there from a contact or
    from a panel."""
    reach = scope(user)
    posted = Capacity.objects.on(today()).filter(kind__in=EXPERTS)
    rows = Person.objects.filter(
        Q(pk__in=posted.values("person"))
        | Q(pk__in=Contact.objects.exclude(employer_zh="", employer_en="").values("person"))
        | Q(pk__in=PanelSeat.objects.order_by().values("person"))
    )
    if reach.everything:
        return rows
    if not reach.kept or reach.institution is None:
        return rows.none()
    return rows.filter(institution=reach.institution)


def may_compose(user: Any, row: MilestoneCase) -> Permit:
    """Whether the user may write the composition now: the request waits for it, and on the user."""
    if row.case.stage_kind != StageKind.COMPOSE:
        return refused(_("The panel is composed at that stage of the request only."))
    return may_act(user, row.case)


def may_call(user: Any, row: MilestoneCase) -> Permit:
    """Whether the user may call the sitting and change who comes to it: the request waits for the
    sitting, and on the user."""
    if row.case.stage_kind != StageKind.SITTING:
        return refused(_("The composition is not approved yet; the sitting is called after it."))
    return may_act(user, row.case)


def may_override(user: Any, row: MilestoneCase) -> Permit:
    """Whether the user may seat somebody in spite of a conflict of interest: who composes the panel
    or calls its sitting."""
    if row.case.stage_kind == StageKind.SITTING:
        return may_call(user, row)
    return may_compose(user, row)
