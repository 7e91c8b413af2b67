"""Opening a vote, casting a ballot, closing the vote.

A secret ballot is written down nowhere by itself: the box of an item holds one sealed set of counts
of constant length, written anew with every ballot in the transaction that records who voted.
"""

from __future__ import annotations

import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken

from ..access.sitting import closed_because, may_run_sitting, may_seat_vote, own_seats
from ..choices import (
    CaseState,
    Choice,
    ItemState,
    LinkPurpose,
    SittingState,
    StageKind,
    VoteResult,
)
from ..kinds.kind import Stage, Voting
from ..models import AnswerLink, BallotBox, Case, Item, OpenVote, Sitting, SittingSeat, VoteCast
from ..partiality import to_recuse
from ..queries import kind_of
from ..seating import attendance, is_there, item_voting, voting_seats, waits_for_result
from ..voting import Quorum, Tally, count, quorum_of
from .agenda import refuse_other_body
from .chairing import locked_item, locked_sitting
from .decision import record_result
from .invitation import LinkHolder, send_ballot_link, used

REASON_LENGTH = 1000


def open_vote(*, item: Item, by: Actor) -> Item:
    """Open the vote on an item; enough members must be present.

    Opening twice does not open twice. Raises PermissionDenied unless `by` runs the sitting;
    RuleBroken with the numbers when the quorum is missing, when the sitting is not in session, the
    item has no vote or is settled, another vote is open, its case does not wait for a decision by
    this kind of sitting and vote, or a member must be recused first.
    """
    with deed(by) as act:
        held = locked_sitting(item.sitting, by, (SittingState.OPEN,))
        found = locked_item(item, (ItemState.LISTED, ItemState.OPEN))
        if found.state == ItemState.OPEN:
            return found
        found.sitting = held
        voting = _voting(found)
        _refuse_opening(found)
        there = attendance(found)
        _demand_quorum(quorum_of(voting, there.members, there.present))
        found.state, found.opened_at = ItemState.OPEN, timezone.now()
        found.members, found.present = there.members, there.present
        found.save(update_fields=["state", "opened_at", "members", "present"])
        if voting.is_secret:
            BallotBox.objects.create(item=found, sealed=_sealed(Tally()))
        after = {"item": found.pk, "members": there.members, "present": there.present}
        act.write("vote.open", "sitting", held.pk, after=after)
        _send_links(act, found, by)
    return found


def _voting(item: Item) -> Voting:
    voting = item_voting(item)
    if voting is None:
        raise RuleBroken(gettext_lazy("There is no vote on this item."))
    return voting


def _refuse_opening(item: Item) -> None:
    if item.sitting.items.filter(state=ItemState.OPEN).exists():
        raise RuleBroken(gettext_lazy("Another vote is open. Close it first."))
    case = item.case
    if case is None:
        return
    if case.state != CaseState.RUNNING or case.stage_kind != StageKind.SITTING:
        raise RuleBroken(
            _("The case does not wait for a decision; it is at: %(state)s. Postpone the item.")
            % {"state": case.get_state_display()}
        )
    _refuse_other_vote(item, kind_of(case).stage(case.stage))
    refuse_other_body(item.sitting, case)
    partial = to_recuse(item, item.sitting)
    if partial:
        raise RuleBroken(
            _(
                "Record first that %(names)s take no part: the case is about them or somebody to "
                "whom a tie binds them, or they judged what is appealed."
            )
            % {"names": "、".join(seat.person.name_zh for seat in partial)}
        )


def _refuse_other_vote(item: Item, stage: Stage) -> None:
    """The case is decided by whom and by the rule that its kind names, whatever stood on the agenda
    before it came to this stage."""
    body = item.sitting.body
    if (body.kind if body is not None else "") != stage.body or item_voting(item) != stage.voting:
        raise RuleBroken(
            gettext_lazy(
                "The kind of this request names another body or another rule to vote by. Postpone "
                "the item and put it on the right agenda."
            )
        )


def _demand_quorum(quorum: Quorum) -> None:
    if not quorum.is_met:
        raise RuleBroken(
            _(
                "There is no quorum: %(present)s of %(base)s members are present, %(needed)s are "
                "needed."
            )
            % {"present": quorum.present, "base": quorum.base, "needed": quorum.needed}
        )


def _send_links(act: Deed, item: Item, by: Actor) -> None:
    for seat in voting_seats(item.sitting):
        if is_there(seat):
            seat.sitting = item.sitting
            send_ballot_link(act, seat, by)


def cast_vote(
    *,
    item: Item,
    seat: SittingSeat,
    choice: str,
    by: Actor | None = None,
    link: AnswerLink | None = None,
    reason: str = "",
) -> VoteCast:
    """Take a ballot of the holder of the seat, by the own account or by the own ballot link.

    In a secret ballot the choice goes into the sealed counts and nowhere else, and no reason is
    taken. Raises PermissionDenied when the account is not the holder's; RuleBroken for somebody who
    left, is absent, recused, released, has no vote, or voted already, before the vote is opened and
    after it was closed, for a used or dead link, an abstention where none is allowed, or a reason
    in a secret ballot; InputRefused for an unknown choice. Nothing is written then.
    """
    chosen = _choice(choice)
    with deed(_voter(by, link)) as act:
        found = locked_item_for_ballot(item)
        held = _own_seat(seat, found, by)
        if link is not None:
            link = used(link, LinkPurpose.BALLOT, held)
            _refuse_other_item(link, found)
        permit = may_seat_vote(held, found)
        if not permit:
            raise RuleBroken(permit.reason)
        voting = _voting(found)
        _refuse_choice(voting, chosen, reason)
        cast = VoteCast.objects.create(item=found, seat=held, at=timezone.now())
        if voting.is_secret:
            _drop_in(found, chosen)
        else:
            OpenVote.objects.create(item=found, seat=held, choice=chosen, reason=reason.strip())
        if link is not None and link.item_id is not None:
            AnswerLink.objects.filter(pk=link.pk).update(used_at=cast.at)
        act.write(
            "vote.cast", "sitting", found.sitting_id, after={"item": found.pk, "seat": held.pk}
        )
    return cast


def _choice(choice: str) -> Choice:
    if choice not in Choice.values:
        raise InputRefused(gettext_lazy("Choose in favour, against, or abstention."))
    return Choice(choice)


def _voter(by: Actor | None, link: AnswerLink | None) -> Actor:
    if link is not None:
        return LinkHolder(link)
    if by is None:
        raise TypeError("cast_vote takes by= or link=")
    return by


def locked_item_for_ballot(item: Item) -> Item:
    """The item, locked, so that ballots and the closing of the vote come one after the other."""
    rows = Item.objects.select_for_update(no_key=True, of=("self",))
    return rows.get(pk=item.pk)


def _own_seat(seat: SittingSeat, item: Item, by: Actor | None) -> SittingSeat:
    """The seat, locked. Raises PermissionDenied when the account is not its holder's."""
    rows = SittingSeat.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("person").get(pk=seat.pk)
    if by is not None and not _is_holder(by, held):
        raise NotPermitted(
            gettext_lazy("Everybody votes for oneself; a ballot is never delegated.")
        )
    if held.sitting_id != item.sitting_id:
        raise RuleBroken(closed_because(item) if item.state != ItemState.OPEN else _stranger())
    return held


def _is_holder(by: Actor, seat: SittingSeat) -> bool:
    return own_seats(by).filter(pk=seat.pk).exists() or (
        seat.released_at is not None and getattr(by, "person_id", None) == seat.person_id
    )


def _stranger() -> str:
    return _("You have no seat at this sitting.")


def _refuse_other_item(link: AnswerLink, item: Item) -> None:
    if link.item_id not in (None, item.pk):
        raise RuleBroken(gettext_lazy("This link is for another vote."))


def _refuse_choice(voting: Voting, choice: Choice, reason: str) -> None:
    if choice == Choice.ABSTAIN and not voting.may_abstain:
        raise RuleBroken(gettext_lazy("Nobody abstains in this vote: choose in favour or against."))
    if voting.is_secret and reason.strip():
        raise RuleBroken(
            gettext_lazy("A secret ballot takes no reason: words could tell whose it is.")
        )
    if len(reason) > REASON_LENGTH:
        raise InputRefused(
            _("The reason has %(most)s characters at most.") % {"most": REASON_LENGTH}
        )


def _sealed(tally: Tally) -> str:
    """The counts as text of constant length, so that the length of the cipher tells nothing."""
    return json.dumps([f"{one:05}" for one in (tally.in_favour, tally.against, tally.abstentions)])


def _unsealed(text: str) -> Tally:
    return Tally(*(int(one) for one in json.loads(text)))


def _drop_in(item: Item, choice: Choice) -> None:
    """Write the counts anew with one more; the lock on the item keeps ballots one after another."""
    box = BallotBox.objects.get(item=item)
    box.sealed = _sealed(_unsealed(box.sealed or "").with_one(choice))
    box.save(update_fields=["sealed"])


def close_vote(*, item: Item, by: Actor) -> Item:
    """Close the vote, count, and say what it decided; where the item decides a case, the case goes
    on in the same deed.

    Where a rule holds the case back, the vote is closed all the same, and `carry_out` takes the case
    on later: a vote that could stay open would tell its result while ballots are still taken.
    Closing twice does not count twice. Raises PermissionDenied unless `by` runs the sitting;
    RuleBroken when no vote is open, or so many left that there is no quorum any more: then bring
    them back or postpone the item, which destroys the ballots unread.
    """
    with deed(by) as act:
        held = locked_sitting(item.sitting, by, (SittingState.OPEN,))
        found = locked_item(item, (ItemState.OPEN, ItemState.DECIDED))
        if found.state == ItemState.DECIDED:
            return found
        found.sitting = held
        voting, there = _voting(found), attendance(found)
        _demand_quorum(quorum_of(voting, there.members, there.present))
        tally = _counted(found, voting)
        found.members, found.present = there.members, there.present
        _decide(found, tally, count(voting, there.members, there.present, tally))
        Sitting.objects.filter(pk=held.pk).update(revision=held.revision + 1)
        act.write("vote.close", "sitting", held.pk, after=_told(found))
        if found.case is not None:
            _record(act, found.case, found, by)
    return found


def _record(act: Deed, case: Case, item: Item, by: Actor) -> None:
    """Take the case on, or nothing of it where a rule holds it back."""
    kept = len(act.lines)
    try:
        with transaction.atomic():
            record_result(case=case, item=item, by=by)
    except RuleBroken as refusal:
        del act.lines[kept:]
        act.write(
            "vote.held_back", "sitting", item.sitting_id, after={"item": item.pk},
            reason=str(refusal),
        )  # fmt: skip


def carry_out(*, item: Item, by: Actor) -> Item:
    """Take the case of a decided item on, where a rule held it back when the vote was closed.

    A result that was carried out changes nothing. Raises PermissionDenied unless `by` runs the
    sitting; RuleBroken for an item that decided no case, and where a rule still holds it back.
    """
    with deed(by):
        may_run_sitting(by, item.sitting).demand()
        found = locked_item(item, (ItemState.DECIDED,))
        if found.case is None:
            raise RuleBroken(gettext_lazy("This item decides no case."))
        if waits_for_result(found):
            record_result(case=found.case, item=found, by=by)
    return found


def _counted(item: Item, voting: Voting) -> Tally:
    """The counts of the box, or of the open votes. Raises ValueError where they are not as many as
    those who voted: then somebody wrote past the actions."""
    if voting.is_secret:
        tally = _unsealed(BallotBox.objects.get(item=item).sealed or "")
    else:
        tally = Tally()
        for choice in OpenVote.objects.filter(item=item).values_list("choice", flat=True):
            tally = tally.with_one(Choice(choice))
    voted = VoteCast.objects.filter(item=item).count()
    if tally.cast != voted:
        raise ValueError(f"item {item.pk}: {tally.cast} ballots of {voted} who voted")
    return tally


def _decide(item: Item, tally: Tally, result: VoteResult) -> None:
    item.state, item.decided_at, item.result = ItemState.DECIDED, timezone.now(), result
    item.votes_cast, item.votes_for = tally.cast, tally.in_favour
    item.votes_against, item.abstentions = tally.against, tally.abstentions
    item.save(update_fields=[
        "state", "decided_at", "result", "members", "present", "votes_cast", "votes_for",
        "votes_against", "abstentions",
    ])  # fmt: skip


def _told(item: Item) -> dict[str, object]:
    return {
        "item": item.pk, "result": item.result, "members": item.members, "present": item.present,
        "for": item.votes_for, "against": item.votes_against, "abstentions": item.abstentions,
    }  # fmt: skip
