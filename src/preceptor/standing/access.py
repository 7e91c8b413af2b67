"""Who may see, ask for and sign what this room keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Operator
from preceptor.base.permits import GRANTED, Permit, first_refusal, refused
from preceptor.base.today import today
from preceptor.institutions.choices import RegulationLayer
from preceptor.institutions.models import Unit
from preceptor.people.access import below, may_keep, scope
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Role
from preceptor.training.access import may_view_enrolment, visible_enrolments
from preceptor.training.models import Enrolment, Supervision

from .choices import DraftState, SignatureVerb, WaiverState
from .models import PackDraft, PackInForce, Preview, PreviewFlip, Waiver, WaiverSignature

#: Who speaks for an institution as a whole.
HEADS = (RoleKind.OFFICE, RoleKind.LEADER)
#: Layers of a part of an institution: its own officers have their authority.
LOWER = (RegulationLayer.UNIT, RegulationLayer.PROGRAMME)
#: Layers that bind more than one institution.
HIGHER = (RegulationLayer.STATUTE, RegulationLayer.MINISTRY, RegulationLayer.PROVINCE)
#: A request that nobody has decided.
OPEN = (WaiverState.ASKED, WaiverState.SIGNED_ONCE)
_ACCOUNT = "account:"


def visible_waivers(user: Any) -> QuerySet[Waiver]:
    """Waivers of the trainees whom the user may see."""
    reach = scope(user)
    if reach.everything:
        return Waiver.objects.all()
    seen = reach.within("enrolment__unit", "enrolment__institution")
    if reach.person is not None:
        guided = Supervision.objects.on(today()).filter(person=reach.person)
        seen |= Q(enrolment__person=reach.person) | Q(enrolment__in=guided.values("enrolment"))
    return Waiver.objects.filter(seen)


def may_view_waiver(user: Any, waiver: Waiver) -> Permit:
    """Whether the user may see the waiver; the same answer as `visible_waivers`."""
    return may_view_enrolment(user, waiver.enrolment)


def may_read_reasons(user: Any, waiver: Waiver) -> Permit:
    """Whether the user may read why it was asked for, refused or withdrawn: who reads the unit of
    the trainee, and who supervises the trainee today."""
    if scope(user).reads(waiver.enrolment.unit_id) or _guides(user, waiver.enrolment):
        return GRANTED
    return refused(_("The reasons are for the officers of the unit and the supervisor."))


def _guides(user: Any, enrolment: Enrolment) -> bool:
    person = scope(user).person
    if person is None:
        return False
    guided = Supervision.objects.on(today()).filter(person=person, enrolment=enrolment)
    return guided.exists()


def may_ask_waiver(user: Any, enrolment: Enrolment) -> Permit:
    """Whether the user may ask for a waiver for the trainee: who keeps the unit, or supervises."""
    if scope(user).person == enrolment.person_id:
        return refused(_("Nobody asks for a waiver for the own record: ask the supervisor."))
    if may_keep(user, enrolment.unit) or _guides(user, enrolment):
        return GRANTED
    return refused(
        _("The secretary of the unit, the graduate school office or the supervisor asks for it.")
    )


def within_authority(user: Any) -> Q:
    """The waivers whose rule stands at or below the user's authority; source: rules of the product.

    University: office and leaders of the institution. Unit and programme: who reads the whole
    place that the pack binds. Statute, ministry and province: nobody here.
    """
    if not isinstance(user, Account) or not user.is_active:
        return Q(pk__in=())
    return _of_heads(user) | _of_places(user) if scope(user).units else _of_heads(user)


def _headed(user: Any) -> set[int]:
    """The institutions for which the user speaks as a whole today."""
    return {role.unit_id for role in scope(user).roles if role.kind in HEADS}


def _of_heads(user: Any) -> Q:
    return Q(layer=RegulationLayer.UNIVERSITY, enrolment__institution__in=_headed(user))


def _of_places(user: Any) -> Q:
    """Waivers from rules of units and programmes whose place lies in the user's reach."""
    found = Q(pk__in=())
    for pack, units in bound_places(user):
        found |= Q(layer__in=LOWER, pack=pack, enrolment__unit__in=units)
    return found


def bound_places(user: Any) -> list[tuple[str, frozenset[int]]]:
    """The packs of units and programmes whose place lies in the user's reach, each with the units
    that it binds; one query."""
    reach = scope(user)
    rows = PackInForce.objects.filter(layer__in=LOWER)
    held: list[tuple[str, int]] = list(rows.values_list("pack", Coalesce("unit", "institution")))
    places = {(pack, place) for pack, place in held if reach.reads(place)}
    return [(pack, below(user, place)) for pack, place in sorted(places)]


def _has_authority(user: Any, waiver: Waiver) -> Permit:
    if isinstance(user, Operator):
        return refused(_("A waiver is signed by persons of the institution, not by the operator."))
    if scope(user).person is not None and scope(user).person == waiver.enrolment.person_id:
        return refused(_("Nobody decides on a waiver for the own record."))
    if Waiver.objects.filter(within_authority(user), pk=waiver.pk).exists():
        return GRANTED
    if waiver.layer in LOWER:
        return refused(_("The secretary of the unit whose rule it is, or someone above, decides."))
    return refused(_("The graduate school office and the leaders of the university decide."))


def _is_among(user: Any, keys: Iterable[str]) -> bool:
    """Whether one of the actors is the user: the same account, or another of the same person."""
    known, person = set(keys), scope(user).person
    if user.actor_key in known:
        return True
    accounts = [key.removeprefix(_ACCOUNT) for key in known if key.startswith(_ACCOUNT)]
    return person is not None and Account.objects.filter(pk__in=accounts, person=person).exists()


def _is_undecided(user: Any, waiver: Waiver) -> Permit:
    if waiver.state not in OPEN:
        return refused(_("This request has been decided."))
    if _is_among(user, [waiver.asked_by_key]):
        return refused(_("You asked for this waiver; two other persons decide."))
    return GRANTED


def may_sign_waiver(user: Any, waiver: Waiver) -> Permit:
    """Whether the user may sign the request: with the authority, not the asker, and not twice."""
    permit = first_refusal(_has_authority(user, waiver), _is_undecided(user, waiver))
    if permit and _is_among(user, signers_of(waiver)):
        return refused(_("You have signed; a second person signs next."))
    return permit


def may_refuse_waiver(user: Any, waiver: Waiver) -> Permit:
    """Whether the user may refuse the request: with the authority, and not the asker. Who signed
    first may think better of it."""
    return first_refusal(_has_authority(user, waiver), _is_undecided(user, waiver))


def may_withdraw_waiver(user: Any, waiver: Waiver) -> Permit:
    """Whether the user may take back a granted waiver, with the authority to sign it, or the own
    request while it is open."""
    if waiver.state in OPEN and _is_among(user, [waiver.asked_by_key]):
        return GRANTED
    if waiver.state == WaiverState.GRANTED:
        return _has_authority(user, waiver)
    if waiver.state in OPEN:
        return refused(_("Only who asked takes back an open request; a signer may refuse it."))
    return refused(_("Only a waiver that is granted can be withdrawn."))


def signers_of(waiver: Waiver) -> list[str]:
    """The keys of those who granted it; one query."""
    rows = WaiverSignature.objects.filter(waiver=waiver, verb=SignatureVerb.GRANTED)
    return list(rows.values_list("signer_key", flat=True))


def waiting_waivers(user: Any) -> QuerySet[Waiver]:
    """The open requests that wait for the user's signature; the same answer as `may_sign_waiver`."""
    return _unsigned(user, within_authority(user))


def near_waivers(user: Any) -> QuerySet[Waiver]:
    """The requests of `waiting_waivers`, and besides perhaps some from rules of units and programmes
    in the user's reach whose place is another: `bound_places` tells. Asks nothing beforehand."""
    units = scope(user).units
    packs = PackInForce.objects.filter(layer__in=LOWER).order_by().values("pack")
    near = Q(layer__in=LOWER, enrolment__unit__in=units, pack__in=packs)
    return _unsigned(user, _of_heads(user) | near if units else _of_heads(user))


def _unsigned(user: Any, authority: Q) -> QuerySet[Waiver]:
    if not isinstance(user, Account) or not user.is_active:
        return Waiver.objects.none()
    signed = WaiverSignature.objects.filter(signer_key=user.actor_key, verb=SignatureVerb.GRANTED)
    rows = Waiver.objects.filter(authority, state__in=OPEN)
    rows = rows.exclude(asked_by_key=user.actor_key).exclude(pk__in=signed.values("waiver"))
    return rows.exclude(enrolment__person=user.person_id) if user.person_id else rows


def may_preview_draft(user: Any, draft: PackDraft) -> Permit:
    """Whether the user may have the effect of a draft worked out: office and leaders, who speak
    for the institution."""
    if _speaks_for(user, draft.institution_id, HEADS):
        return GRANTED
    return refused(_("The graduate school office and the leaders work out the effect of a draft."))


def visible_previews(user: Any) -> QuerySet[Preview]:
    """Previews of the drafts that the user may see; for the secretaries of an institution's units
    those of drafts that were proposed, for then they concern somebody."""
    reach = scope(user)
    if reach.everything:
        return Preview.objects.all()
    seen = Q(draft__in=visible_drafts(user).values("pk"))
    if reach.parts and reach.institution is not None:
        told = (DraftState.PROPOSED, DraftState.APPROVED)
        seen |= Q(institution=reach.institution.pk, draft__state__in=told)
    return Preview.objects.filter(seen)


def may_view_preview(user: Any, preview: Preview) -> Permit:
    """Whether the user may see the numbers of a preview; the same answer as `visible_previews`.
    Which persons are named is a question of `visible_enrolments`."""
    if visible_previews(user).filter(pk=preview.pk).exists():
        return GRANTED
    return refused(_("This preview is outside what you may see."))


def _speaks_for(user: Any, institution: int, kinds: Iterable[str]) -> bool:
    """Whether the user holds one of the roles at the institution as a whole today."""
    if scope(user).everything:
        return True
    if not isinstance(user, Account) or not user.is_active:
        return False
    held = Role.objects.on(today()).filter(account=user, kind__in=list(kinds), unit=institution)
    return held.exists()


def visible_drafts(user: Any) -> QuerySet[PackDraft]:
    """Planned changes of the institutions for whose office or leaders the user speaks."""
    if scope(user).everything:
        return PackDraft.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return PackDraft.objects.none()
    return PackDraft.objects.filter(institution__in=_headed(user))


def waiting_drafts(user: Any) -> QuerySet[PackDraft]:
    """Proposed drafts that wait for the user's approval: of the user's institutions, proposed by
    somebody else."""
    own = {"author_key": getattr(user, "actor_key", "")}
    return visible_drafts(user).filter(state=DraftState.PROPOSED).exclude(**own)


def may_view_draft(user: Any, draft: PackDraft) -> Permit:
    """Whether the user may see the draft; the same answer as `visible_drafts`."""
    if _speaks_for(user, draft.institution_id, HEADS):
        return GRANTED
    return refused(_("Drafts are seen by the graduate school office and the leaders."))


def may_edit_packs(user: Any, institution: Unit) -> Permit:
    """Whether the user may write drafts of the institution's packs: its graduate school office."""
    if _speaks_for(user, institution.pk, (RoleKind.OFFICE,)):
        return GRANTED
    return refused(_("Only the graduate school office plans changes of the rules."))


def may_change_layer(user: Any, layer: str) -> Permit:
    """Whether rules of the layer can be written here: those above the university by nobody but
    the operator of the installation, because they bind other institutions too."""
    if layer in HIGHER and not scope(user).everything:
        return refused(
            _(
                "Rules of the state are the same for every institution and are kept by the operator "
                "of the installation. Your own rules may be stricter: write a pack of your own layer."
            )
        )
    return GRANTED


def may_approve_draft(user: Any, draft: PackDraft) -> Permit:
    """Whether the user may approve or return the proposed draft: the office or a leader of the
    institution, with another account than its author and another person."""
    if not _speaks_for(user, draft.institution_id, HEADS) or isinstance(user, Operator):
        return refused(_("The graduate school office or a leader of the university approves."))
    if draft.state != DraftState.PROPOSED:
        return refused(_("Only a draft that was proposed can be approved or returned."))
    if _is_among(user, [draft.author_key]):
        return refused(_("You proposed this draft; a second person approves it."))
    return GRANTED


def visible_flips(user: Any) -> QuerySet[PreviewFlip]:
    """The rows of previews that the user may see, of trainees whom the user may see."""
    return PreviewFlip.objects.filter(
        preview__in=visible_previews(user).values("pk"),
        enrolment__in=visible_enrolments(user).values("pk"),
    )
