"""The agenda of a sitting: items put down, discussed, postponed."""

from __future__ import annotations

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken

from ..access.case import may_view_case
from ..bodies import kept_voting
from ..choices import CaseState, ItemState, SittingState
from ..kinds.kind import Voting
from ..models import BallotBox, Body, Case, Item, OpenVote, Sitting, VoteCast
from ..partiality import impartial
from ..registry import Chaired, port_of
from ..seating import voting_seats
from .chairing import locked_item, locked_sitting, refuse_texts

ENDED = (CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN)


def put_on_agenda(
    *,
    sitting: Sitting,
    title_zh: str,
    title_en: str = "",
    case: Case | None = None,
    voting: Voting | None,
    summary: str = "",
    by: Actor,
) -> Item:
    """Put an item at the end of the agenda; with a case the vote will be that case's decision.

    Without `voting` the item is only discussed. The same case again on the same agenda gives the
    item that is there. Raises PermissionDenied, also for a case that `by` may not see on the agenda
    of a panel; RuleBroken when the sitting is over, the case was not handed in, has ended, is
    another institution's, or another body's, stands on another agenda, has no rule to vote by, or when on a panel
    somebody has a vote whom it is about or who judged what is appealed.
    """
    refuse_texts(title_zh, title_en, "")
    with deed(by) as act:
        held = locked_sitting(sitting, by)
        if case is not None:
            found = _on_agenda(held, case)
            if found is not None:
                return found
            _refuse_case(held, case, voting)
            _refuse_panel(held, case, by)
        last = held.items.aggregate(place=Max("place"))["place"] or 0
        item = Item.objects.create(
            sitting=held, place=last + 1, case=case, title_zh=title_zh.strip(),
            title_en=title_en.strip(), summary=summary.strip(),
            voting=None if voting is None else kept_voting(voting),
        )  # fmt: skip
        after = {"item": item.pk, "case": case.number if case else None}
        act.write("sitting.item", "sitting", held.pk, after=after)
    return item


def _on_agenda(held: Sitting, case: Case) -> Item | None:
    """The open item of the case here. Raises RuleBroken when it stands on another agenda."""
    # The case is locked, so that the second of two agendas at once finds the first.
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    rows = Item.objects.filter(case=case, state__in=(ItemState.LISTED, ItemState.OPEN))
    found = rows.select_related("sitting").first()
    if found is None or found.sitting_id == held.pk:
        return found
    raise RuleBroken(
        _("The case stands on the agenda of %(sitting)s already.")
        % {"sitting": found.sitting.number or found.sitting_id}
    )


def _refuse_case(held: Sitting, case: Case, voting: Voting | None) -> None:
    if case.institution_id != held.institution_id:
        raise RuleBroken(_("This case belongs to another institution."))
    if Case.objects.filter(pk=case.pk, state=CaseState.DRAFT).exists():
        raise RuleBroken(_("This request was not handed in yet; there is nothing to decide."))
    if Case.objects.filter(pk=case.pk, state__in=ENDED).exists():
        raise RuleBroken(_("This case has ended; there is nothing left to decide."))
    if voting is None:
        raise RuleBroken(_("A case is decided by a vote: say which rule it follows."))


def _refuse_panel(held: Sitting, case: Case, by: Actor) -> None:
    """A standing body takes what waits for it, and recuses members; a panel is made for its case."""
    if held.body_id is not None:
        refuse_other_body(held, case)
        return
    may_view_case(by, case).demand()
    permit = impartial(case, voting_seats(held))
    if not permit:
        raise RuleBroken(permit.reason)


def refuse_other_body(held: Sitting, case: Case) -> None:
    """Raise RuleBroken at a sitting of another body than the one that decides the request, where
    there are several of the kind."""
    port = port_of(case)
    if held.body is None or not isinstance(port, Chaired):
        return
    own = port.body_for(case, held.body.kind)
    if own is not None and own != held.body_id:
        name = Body.objects.get(pk=own).name_zh
        raise RuleBroken(
            _("“%(case)s” is decided by %(body)s. Put it on the agenda of that body.")
            % {"case": case.title_zh, "body": name}
        )


def note_item(*, item: Item, by: Actor) -> Item:
    """Record that an item without a vote was discussed. Twice does not do it twice.

    Raises PermissionDenied; RuleBroken for an item that is voted on, or before the sitting opened.
    """
    with deed(by) as act:
        held = locked_sitting(item.sitting, by, (SittingState.OPEN,))
        found = locked_item(item, (ItemState.LISTED, ItemState.NOTED))
        if found.voting is not None:
            raise RuleBroken(_("This item is decided by a vote. Open the vote, or postpone it."))
        _settle(act, held, found, ItemState.NOTED, "sitting.note")
    return found


def postpone_item(*, item: Item, by: Actor, reason: str) -> Item:
    """Leave an item undecided; its case can go on another agenda. Ballots of a vote that is open
    are destroyed unread. Twice does not do it twice.

    Raises PermissionDenied; RuleBroken without a reason, or for an item that is settled.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the item is postponed."))
    with deed(by, reason.strip()) as act:
        held = locked_sitting(item.sitting, by)
        states = (ItemState.LISTED, ItemState.OPEN, ItemState.POSTPONED)
        found = locked_item(item, states)
        if found.state == ItemState.OPEN:
            _destroy_ballots(found)
        _settle(act, held, found, ItemState.POSTPONED, "sitting.postpone")
    return found


def _destroy_ballots(item: Item) -> None:
    for model in (BallotBox, VoteCast, OpenVote):
        model._base_manager.filter(item=item).delete()


def _settle(act: Deed, held: Sitting, item: Item, state: ItemState, verb: str) -> None:
    if item.state == state:
        return
    before = item.state
    Item.objects.filter(pk=item.pk).update(state=state)
    item.state = state
    Sitting.objects.filter(pk=held.pk).update(revision=F("revision") + 1)
    act.write(
        verb, "sitting", held.pk, before={"item": item.pk, "state": before}, after={"state": state}
    )
