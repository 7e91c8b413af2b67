"""A request is prepared, handed in, and taken back."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.models import Account, Person

from ..access.case import may_open, may_submit, may_view_case, may_withdraw
from ..choices import CaseState, ItemState, Verb
from ..kinds.kind import OWN_WORDS, ROLE_WORDS
from ..models import Case, CaseDocument, CaseParty, Item, Sitting
from ..queries import UNDER_WAY, kind_in_force, kind_of, kind_of_row, spoken
from ..registry import port_of
from .gating import judged_gate
from .moving import begin, withdraw
from .stepping import Move, demand_length, is_repeated, locked, stands, take_step, tell

TITLE_LENGTH = 300


def open_case(
    *,
    institution: Unit,
    unit: Unit,
    kind: str,
    person: Person | None,
    title_zh: str,
    title_en: str,
    by: Actor,
    reason: str = "",
    appeal_of: Case | None = None,
    ground: str = "",
) -> Case:
    """Prepare a request of the kind in force: a draft that only its asker sees.

    The room that registered the kind calls it inside its own deed and adds what the case is about.
    Raises NotPermitted for who may not make it; InputRefused where no such kind is in force;
    RuleBroken for an empty title or a text that is too long.
    """
    row = kind_in_force(institution, kind)
    if row is None:
        raise InputRefused(
            _("No case kind “%(kind)s” is in force at %(institution)s.")
            % {"kind": kind, "institution": institution.name_zh}
        )
    may_open(by, kind_of_row(row), institution.pk, unit.pk, person.pk if person else None).demand()
    if not title_zh.strip() or not title_en.strip():
        raise RuleBroken(_("A request has a title in both languages."))
    with deed(by) as act:
        case = Case.objects.create(
            institution=institution, unit=unit, kind=row, person=person,
            asked_by=by if isinstance(by, Account) else None,
            title_zh=title_zh.strip()[:TITLE_LENGTH], title_en=title_en.strip()[:TITLE_LENGTH],
            reason=demand_length(reason), appeal_of=appeal_of, ground=ground,
        )  # fmt: skip
        move = Move(by=by, verb=Verb.OPEN)
        before = stands(case)
        take_step(act, case, move)
        case.save(update_fields=["revision"])
        tell(act, case, move, before)
    return case


def submit_case(*, case: Case, by: Actor, token: str = "", passing_over: str = "") -> Case:
    """Hand in the request: for the first time it gets a number and goes to the first stage, after a
    correction to the stage that returned it.

    The documents must be complete, the room must allow it, and the gate must hold; its answer is
    kept. The same token again changes nothing. Raises NotPermitted, and RuleBroken naming what is
    missing or which rules hold it back.
    """
    with deed(by) as act:
        held = locked(case)
        if is_repeated(held, by, token):
            return held
        may_view_case(by, held).demand()
        may_submit(by, held).demand()
        is_first = held.state == CaseState.DRAFT
        if is_first:
            _take_present_kind(held)
            _demand_opener(held, by)
        kind = kind_of(held)
        if held.appeal_of_id is not None:
            # Of two appeals handed in at once the second finds the first.
            locked(Case(pk=held.appeal_of_id))
        _demand_documents(held)
        port_of(held).may_submit(held, kind.settings).demand()
        move = Move(
            by=by, verb=Verb.SUBMIT, token=token, passing_over=demand_length(passing_over),
            is_attended=True,
        )  # fmt: skip
        gate = judged_gate(held, move)
        if is_first:
            _number(held, kind.prefix)
            _seat_subject(held)
        begin(act, held, kind.stages[0].id if is_first else held.stage, move, gate)
    return held


def _take_present_kind(case: Case) -> None:
    """A draft waits without a version; what is handed in runs by the version of that day."""
    row = kind_in_force(case.institution, case.kind.name)
    if row is None:
        raise RuleBroken(
            _(
                "The case kind “%(kind)s” is not in force any more; this request cannot be handed in."
            )
            % {"kind": case.kind.name}
        )
    case.kind = row


def _demand_opener(case: Case, by: Actor) -> None:
    """Who made the request is one of those whom the kind lets make it, now that its subject is
    known."""
    if scope(by).everything:
        return
    actors = kind_of(case).opens
    words = {actor.word for actor in actors} - ROLE_WORDS - OWN_WORDS
    permit = may_open(
        by, kind_of(case), case.institution_id, case.unit_id, case.person_id, with_port=False
    )
    if permit:
        return
    own = by.person_id if isinstance(by, Account) else None
    named = {person.pk for word in words for person in port_of(case).persons(case, word)}
    if own is None or own not in named:
        raise NotPermitted(permit.reason)


def _demand_documents(case: Case) -> None:
    """Raise RuleBroken, naming every document that is still missing."""
    given = set(
        CaseDocument.objects.filter(case=case, replaced_at=None).values_list("name", flat=True)
    )
    missing = [one for one in kind_of(case).documents if one.required and one.id not in given]
    if missing:
        names = ", ".join(spoken(document.title) for document in missing)
        raise RuleBroken(_("These documents are missing: %(names)s.") % {"names": names})


def _number(case: Case, prefix: str) -> None:
    case.number = f"{prefix}-{today().year}-{case.pk:06}"
    case.submitted_at = timezone.now()


def _seat_subject(case: Case) -> None:
    """The subject may follow the case from now on."""
    if case.person is not None:
        CaseParty.objects.get_or_create(case=case, person=case.person, word="subject")


def _take_turns_with_votes(case: Case) -> None:
    """Lock the sittings on whose agenda the case stands before the case itself: whoever closes a vote
    takes them in this order too, so that neither waits for the other for ever."""
    ahead = (ItemState.LISTED, ItemState.OPEN)
    rows = Sitting.objects.filter(items__case=case, items__state__in=ahead).order_by("pk")
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def drop_case(*, case: Case, by: Actor, reason: str) -> Case:
    """End a request that has nothing to decide any more, because what it is about has ended; its
    history stays. The room of the kind calls it inside its own deed and has asked for the permit.

    A request that has ended changes nothing. Raises RuleBroken while a vote on it is open.
    """
    with deed(by) as act:
        _take_turns_with_votes(case)
        held = locked(case)
        if held.state not in (CaseState.DRAFT, *UNDER_WAY):
            return held
        if Item.objects.filter(case=held, state=ItemState.OPEN).exists():
            raise RuleBroken(
                _("A vote on %(number)s is open. Close it first; then this can be recorded.")
                % {"number": held}
            )
        withdraw(act, held, Move(by=by, verb=Verb.WITHDRAW, reason=demand_length(reason)))
    return held


def withdraw_case(*, case: Case, by: Actor, reason: str = "", token: str = "") -> Case:
    """Take the request back before it is decided; its history stays. Twice does not do it twice.

    Raises NotPermitted for everybody but the asker, and once the case has ended.
    """
    with deed(by) as act:
        _take_turns_with_votes(case)
        held = locked(case)
        if is_repeated(held, by, token):
            return held
        may_view_case(by, held).demand()
        may_withdraw(by, held).demand()
        move = Move(by=by, verb=Verb.WITHDRAW, reason=demand_length(reason), token=token)
        withdraw(act, held, move)
    return held
