"""Who may see and keep agreements, partners and joint schools, and what a partner's side sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.base.together import Set, read_together
from preceptor.institutions.models import Unit
from preceptor.people.access import (
    READING,
    may_keep,
    may_keep_institution,
    scope,
    visible_persons,
)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Capacity, Person

from .choices import AgreementKind, AgreementState, Noun
from .models import (
    Abroad,
    Agreement,
    AgreementTrainee,
    Contribution,
    DualEnrolment,
    Evidence,
    JointEvent,
    JointProgramme,
    JointSchool,
    Obligation,
    Partner,
    Sight,
)
from .queries import Ended, in_force
from .queries.standing import ended_among, predecessors_of_each

#: Who of a partner's institution sees what its agreement shows: its office and its leaders.
PEERS = frozenset({RoleKind.OFFICE, RoleKind.LEADER})
#: Agreements on postdocs are kept also by the personnel office, which keeps these.
OF_POSTDOCS = frozenset({AgreementKind.TRIPARTITE})
#: An agreement that was signed once; a partner's side learns nothing of one being drafted.
SIGNED = (AgreementState.SIGNED, AgreementState.TERMINATED)


def _institutions(user: Any) -> frozenset[int]:
    """The institutions in which the user reads a unit, or keeps its personnel."""
    reading = READING | {RoleKind.PERSONNEL}
    roles = [role for role in scope(user).roles if role.kind in reading]
    return frozenset(role.unit.institution_id or role.unit_id for role in roles)


def peers_of(user: Any) -> frozenset[int]:
    """The institutions for which the user looks at what partners show: as office or leader of the
    whole institution."""
    roles = [role for role in scope(user).roles if role.kind in PEERS]
    return frozenset(role.unit_id for role in roles if role.unit.institution_id is None)


def visible_agreements(user: Any) -> QuerySet[Agreement]:
    """Agreements of the units that the user reads, those on postdocs for who reads postdocs there, and
    those in which an obligation is the user's own. A partner's side keeps its own record of them and
    does not see these."""
    reach = scope(user)
    if reach.everything:
        return Agreement.objects.all()
    seen = reach.within("unit", "institution")
    seen |= Q(kind__in=OF_POSTDOCS, unit__in=reach.fellows_read)
    if reach.person is not None:
        owned = Obligation.objects.filter(owner=reach.person).order_by()
        seen |= Q(pk__in=owned.values("agreement"))
    return Agreement.objects.filter(seen)


def may_view_agreement(user: Any, agreement: Agreement) -> Permit:
    """Whether the user may see the agreement; the same answer as `visible_agreements`."""
    if visible_agreements(user).filter(pk=agreement.pk).exists():
        return GRANTED
    return refused(_("This agreement is outside what you may see."))


def ended_under(user: Any) -> list[Ended]:
    """The ended agreements under which somebody still is, of those that the user may see; those that
    ended first come first."""
    seen = visible_agreements(user).order_by()
    # What renews an agreement counts, whether or not the user may see it.
    rows = Agreement.objects.filter(institution__in=seen.values("institution"))
    rows = rows.annotate(is_seen=Exists(seen.filter(pk=OuterRef("pk"))))
    return [one for one in ended_among(rows, today()) if one.agreement.is_seen]  # type: ignore[attr-defined]


def reads_reasons_of_agreement(user: Any, agreement: Agreement) -> bool:
    """Whether the user reads in the journal why something was done to the agreement: who reads the
    records of its unit. Who is answerable for an obligation alone is told who did what and when."""
    reach = scope(user)
    is_of_postdocs = agreement.kind in OF_POSTDOCS and reach.reads_fellows(agreement.unit_id)
    return reach.reads(agreement.unit_id) or is_of_postdocs


def reads_reasons_of_partner(user: Any, partner: Partner) -> bool:
    """The same of a partner: who reads the records of the whole institution, or keeps its personnel."""
    reach = scope(user)
    is_staff = partner.institution_id in reach.staff_institutions
    return reach.reads(partner.institution_id) or is_staff


def may_draft_agreement(user: Any, unit: Unit, kind: str = "") -> Permit:
    """Whether the user may draft an agreement of the kind that the unit keeps: who keeps the records
    of the unit, and for one on postdocs who keeps these."""
    if kind in OF_POSTDOCS and scope(user).keeps_fellows(unit.pk):
        return GRANTED
    return may_keep(user, unit)


def may_keep_agreement(user: Any, agreement: Agreement) -> Permit:
    """Whether the user may write the agreement, as said in `may_draft_agreement`."""
    return may_draft_agreement(user, agreement.unit, agreement.kind)


def visible_obligations(user: Any) -> QuerySet[Obligation]:
    """The obligations of the agreements that the user may see."""
    if scope(user).everything:
        return Obligation.objects.all()
    return Obligation.objects.filter(agreement__in=visible_agreements(user).order_by().values("pk"))


def visible_evidences(user: Any) -> QuerySet[Evidence]:
    """What was entered by hand for the obligations that the user may see, taken back or not."""
    return Evidence.objects.filter(obligation__in=visible_obligations(user).order_by().values("pk"))


def may_give_evidence(user: Any, obligation: Obligation) -> Permit:
    """Whether the user may say what was done: its owner, and who keeps its unit or the agreement."""
    reach = scope(user)
    if reach.person is not None and reach.person == obligation.owner_id:
        return GRANTED
    if reach.keeps(obligation.owner_unit_id) or may_keep_agreement(user, obligation.agreement):
        return GRANTED
    return refused(
        _("Only who is answerable for the obligation, or keeps the agreement, may do this.")
    )


def visible_partners(user: Any) -> QuerySet[Partner]:
    """The partners of the institutions in which the user reads a unit."""
    if scope(user).everything:
        return Partner.objects.all()
    return Partner.objects.filter(institution__in=_institutions(user))


def may_view_partner(user: Any, partner: Partner) -> Permit:
    """Whether the user may see the partner; the same answer as `visible_partners`."""
    if scope(user).everything or partner.institution_id in _institutions(user):
        return GRANTED
    return refused(_("This partner is outside what you may see."))


def may_keep_partners(user: Any, institution: Unit) -> Permit:
    """Whether the user may write the register of partners of the institution, and what they give."""
    return may_keep_institution(user, institution)


def visible_contributions(user: Any) -> QuerySet[Contribution]:
    """What the partners gave whom the user may see."""
    return Contribution.objects.filter(partner__in=visible_partners(user).order_by().values("pk"))


def visible_events(user: Any) -> QuerySet[JointEvent]:
    """The joint events with partners whom the user may see."""
    return JointEvent.objects.filter(partner__in=visible_partners(user).order_by().values("pk"))


def visible_abroad(user: Any) -> QuerySet[Abroad]:
    """The times abroad of persons whom the user may see, and of trainees of the user's units."""
    reach = scope(user)
    if reach.everything:
        return Abroad.objects.all()
    trained = Person.objects.filter(enrolments__unit__in=reach.parts).order_by()
    known = visible_persons(user).order_by()
    return Abroad.objects.filter(
        Q(person__in=known.values("pk")) | Q(person__in=trained.values("pk"))
    )


def may_record_abroad(user: Any, person: Person) -> Permit:
    """Whether the user may record a person's time abroad: who keeps the institution, or a unit to
    which the person belongs today, as staff or as a trainee."""
    reach = scope(user)
    if reach.keeps(person.institution_id):
        return GRANTED
    posted = Capacity.objects.on(today()).filter(person=person, unit__in=reach.kept)
    trained = Person.objects.filter(pk=person.pk, enrolments__unit__in=reach.kept)
    if reach.kept and (posted.exists() or trained.exists()):
        return GRANTED
    return refused(_("Only an officer who keeps the records of this person may do this."))


def agreements_shown(user: Any, noun: str) -> frozenset[int]:
    """The agreements of other institutions whose sight lets the user's institution see the noun
    today, with those that they renew; keys. Empty for who is no office or leader of a partner. Kept on
    the account for the request, as its scope is."""
    peers = peers_of(user)
    if not peers:
        return frozenset()
    kept: dict[str, frozenset[int]] | None = getattr(user, "_agreements_shown", None)
    if kept is None:
        kept = user._agreements_shown = _agreements_shown(peers)
    return kept.get(noun, frozenset())


def _agreements_shown(peers: Collection[int]) -> dict[str, frozenset[int]]:
    """The same for every noun that is shown at all to the institutions."""
    sights = Sight.objects.filter(
        in_force(today(), "agreement__"),
        partner__peer__in=peers,
        partner__institution=F("agreement__institution"),
        agreement__parties__partner=F("partner"),
    )
    shown: dict[str, set[int]] = defaultdict(set)
    for noun, agreement in sights.order_by().values_list("noun", "agreement"):
        shown[noun].add(agreement)
    return predecessors_of_each(shown)


#: The columns of `_shown` that hold the enrolment.
_ENROLMENTS = ("enrolment", "home")


def _shown(user: Any, noun: str) -> list[QuerySet[Any]]:
    """Who is under agreements that show the noun: trained under one, or in a programme of a joint
    school that rests on one. Only enrolments of the institution that shows them."""
    agreements, day = agreements_shown(user, noun), today()
    trained = AgreementTrainee.objects.filter(
        Q(last_on=None) | Q(last_on__gte=day), first_on__lte=day, agreement__in=agreements,
        enrolment__institution=F("agreement__institution"),
    )  # fmt: skip
    duals = DualEnrolment.objects.filter(
        Q(left_on=None) | Q(left_on__gt=day), starts_on__lte=day,
        programme__school__agreement__in=agreements,
        home__institution=F("programme__school__agreement__institution"),
    )  # fmt: skip
    return [trained.order_by(), duals.order_by()]


def seen_by_partner(user: Any, noun: str) -> Q:
    """The filter over enrolments of other institutions whose `noun` (choices.Noun) the user may see
    today, because an agreement in force lets the user's institution; it matches nothing else.

    It opens that noun of those enrolments: no other noun, no other record of the same person, and
    nothing from the day on which the agreement ends.
    """
    trained, duals = _shown(user, noun)
    return Q(pk__in=trained.values("enrolment")) | Q(pk__in=duals.values("home"))


def may_see_as_partner(user: Any, enrolment: int, noun: str) -> Permit:
    """Whether an agreement lets the user see the noun of the enrolment (its key); the same answer as
    `seen_by_partner`."""
    if nouns_seen_by_partner(user, enrolment, [noun]):
        return GRANTED
    return refused(_("No agreement in force lets your institution see this."))


def nouns_seen_by_partner(user: Any, enrolment: int, nouns: Sequence[str]) -> frozenset[str]:
    """Those of the nouns of the enrolment (its key) that an agreement lets the user see. One query, none
    where no agreement shows any."""
    shown = [noun for noun in nouns if agreements_shown(user, noun)]
    found = read_together(
        [
            Set(rows.filter(**{column: enrolment}), ("pk",))
            for noun in shown
            for rows, column in zip(_shown(user, noun), _ENROLMENTS, strict=True)
        ]
    )
    return frozenset(
        noun
        for noun, trained, duals in zip(shown, found[::2], found[1::2], strict=True)
        if trained or duals
    )


def visible_schools(user: Any) -> QuerySet[JointSchool]:
    """Joint schools of the institutions in which the user reads a unit; those with the user's
    institution as partner, for its office and leaders, once the agreement was signed."""
    reach = scope(user)
    if reach.everything:
        return JointSchool.objects.all()
    own = Q(agreement__institution__in=_institutions(user))
    shared = Q(partner__peer__in=peers_of(user), agreement__state__in=SIGNED)
    return JointSchool.objects.filter(own | shared)


def may_view_school(user: Any, school: JointSchool) -> Permit:
    """Whether the user may see the joint school; the same answer as `visible_schools`."""
    if visible_schools(user).filter(pk=school.pk).exists():
        return GRANTED
    return refused(_("This joint school is outside what you may see."))


def may_keep_school(user: Any, school: JointSchool) -> Permit:
    """Whether the user may write programmes, recognised courses, shares and costs of the school."""
    return may_keep(user, school.unit)


def may_view_costs(user: Any, school: JointSchool) -> Permit:
    """Whether the user may see costs and shares: who reads the school's unit, and the partner's side
    while an agreement in force shows it costs."""
    if scope(user).reads(school.unit_id):
        return GRANTED
    if school.partner.peer_id in peers_of(user) and school.agreement_id in agreements_shown(
        user, Noun.COSTS
    ):
        return GRANTED
    return refused(_("The costs of this joint school are outside what you may see."))


def visible_duals(user: Any) -> QuerySet[DualEnrolment]:
    """Dual enrolments in joint schools of the user's units, and those of which a side lies in these
    units, is the user's own or supervised by the user today, or is shown by an agreement. What each
    side's records say is asked for on its own."""
    reach = scope(user)
    if reach.everything:
        return DualEnrolment.objects.all()
    seen = Q(programme__school__unit__in=reach.parts)
    for side in ("home", "partner"):
        seen |= reach.within(f"{side}__unit", f"{side}__institution")
        if reach.person is not None:
            seen |= Q(**{f"{side}__person": reach.person})
            seen |= Q(pk__in=_guided(reach.person, side))
    trained, duals = _shown(user, Noun.TRAINEES)
    seen |= Q(home__in=trained.values("enrolment")) | Q(pk__in=duals.values("pk"))
    return DualEnrolment.objects.filter(seen)


def _guided(person: int, side: str) -> QuerySet[Any, Any]:
    day, path = today(), f"{side}__supervisions__"
    is_open = Q(**{f"{path}valid_to": None}) | Q(**{f"{path}valid_to__gte": day})
    rows = DualEnrolment.objects.filter(
        is_open, **{f"{path}person": person, f"{path}superseded_at": None,
                    f"{path}valid_from__lte": day},
    )  # fmt: skip
    return rows.order_by().values("pk")


def may_view_dual(user: Any, dual: DualEnrolment) -> Permit:
    """Whether the user may see that the trainee is in the joint programme; the same answer as
    `visible_duals`."""
    if visible_duals(user).filter(pk=dual.pk).exists():
        return GRANTED
    return refused(_("This trainee is outside what you may see."))


def may_enrol_dual(user: Any, programme: JointProgramme) -> Permit:
    """Whether the user may enter trainees into the joint programme."""
    return may_keep_school(user, programme.school)
