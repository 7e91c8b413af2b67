"""Inviting to a sitting and answering; the links by which people without an account do."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor, Operator
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.people.actions.tie import declare_tie
from preceptor.people.models import Account, Person

from ..access.sitting import agenda_for, may_answer, may_run_sitting
from ..choices import Answer, ItemState, LinkPurpose, SittingState
from ..letters import reader_of, write_letters
from ..links import (
    TOKEN_BYTES,
    LinkState,
    digest_of,
    expiry,
    has_ballot_link,
    is_answerable,
    live_links,
    public_url,
    state_of,
)
from ..models import AnswerLink, Case, Item, Sitting, SittingSeat
from ..seating import VOTERS
from .chairing import (
    COMING,
    locked_sitting,
    move,
    refuse_seen_before,
    refuse_texts,
    refuse_times,
    when,
)
from .membership import follow_membership

REASON_LENGTH = 1000


@dataclass(frozen=True)
class StatedTie:
    """What an invited person declares: a tie to somebody whom an item is about."""

    other: Person
    kind: str
    note: str = ""


@dataclass(frozen=True)
class LinkHolder:
    """Somebody without an account who acts by an answer link."""

    link: AnswerLink

    @property
    def actor_key(self) -> str:
        return f"link:{self.link.pk}"

    @property
    def actor_name(self) -> str:
        return self.link.seat.person.name_zh


@dataclass(frozen=True)
class Invited:
    """The sitting after inviting, and the seats to which no letter could go: no address is known."""

    sitting: Sitting
    unreached: tuple[SittingSeat, ...] = ()


def has_account(person: Person) -> bool:
    """Whether the person can sign in."""
    return Account.objects.filter(person=person, is_active=True).exists()


def invite(*, sitting: Sitting, by: Actor, revision: int | None = None) -> Invited:
    """Write to everybody seated who was not invited yet, with a link for those without an account; at a
    meeting of a standing body also to who became a member since it was planned.

    Inviting again writes only to seats that are new. Raises PermissionDenied; RuleBroken without a
    day, when the sitting is over, or when somebody changed it since `revision`.
    """
    with deed(by) as act:
        held = locked_sitting(sitting, by)
        refuse_seen_before(held, revision)
        if held.starts_at is None:
            raise RuleBroken(gettext_lazy("Set the day and time of the sitting first."))
        if held.state in COMING:
            follow_membership(act, held, timezone.localdate(held.starts_at))
        unreached = _invite(act, held, by)
        if held.state == SittingState.PLANNED:
            move(act, held, "sitting.invite", state=SittingState.CALLED)
    return Invited(held, unreached)


def _invite(act: Deed, held: Sitting, by: Actor) -> tuple[SittingSeat, ...]:
    """Write to the seats not invited yet; gives those without an address."""
    unreached = []
    rows = held.seats.filter(released_at=None, invited_at=None).select_related("person")
    for seat in rows.order_by("pk"):
        seat.sitting = held
        seat.invited_at = timezone.now()
        seat.save(update_fields=["invited_at"])
        if not _write(act, seat, LinkPurpose.INVITATION, _invitation, by):
            unreached.append(seat)
    return tuple(unreached)


Text = Callable[[SittingSeat, str], tuple[str, str]]


def _write(
    act: Deed, seat: SittingSeat, purpose: LinkPurpose, text: Text, by: Actor,
    item: Item | None = None,
) -> bool:  # fmt: skip
    """The letter to the holder of the seat; False where no address is known. The token stands in
    the letter and nowhere else."""
    reader = reader_of(None, seat.person)
    if reader is None:
        return False
    if with_account := has_account(seat.person):
        address, mark = public_url("sitting", seat.sitting_id), f"{seat.sitting.revision}"
    else:
        link, token = _made(act, seat, purpose, by, item)
        address, mark = public_url("answer", token), f"link{link.pk}"
    key = f"sitting:{purpose}:{seat.pk}:{mark}"
    write_letters([reader], lambda: text(seat, address), key, holds_secret=not with_account)
    return True


def _at(sitting: Sitting) -> str:
    if sitting.starts_at is None:
        return _("to be announced")
    return f"{timezone.localtime(sitting.starts_at):%Y-%m-%d %H:%M}"


def title_of(sitting: Sitting) -> str:
    """What the sitting is called in the language that is active."""
    return (sitting.title_en if get_language() == "en" else "") or sitting.title_zh


def _invitation(seat: SittingSeat, address: str) -> tuple[str, str]:
    sitting = seat.sitting
    subject = _("Invitation: %(title)s") % {"title": title_of(sitting)}
    body = _(
        "You are invited to this sitting as %(role)s.\n\n"
        "%(title)s\n"
        "Time: %(at)s\n"
        "Place: %(place)s\n\n"
        "Please accept or decline here; the page also has the calendar file:\n"
        "%(address)s\n"
    ) % {
        "role": seat.get_role_display(), "title": title_of(sitting), "at": _at(sitting),
        "place": sitting.place or _("to be announced"), "address": address,
    }  # fmt: skip
    return subject, body


def _ballot(seat: SittingSeat, address: str) -> tuple[str, str]:
    subject = _("Your ballot: %(title)s") % {"title": title_of(seat.sitting)}
    body = _(
        "You are recorded as present at this sitting. Vote here once the vote is open:\n"
        "%(address)s\n\n"
        "The link is yours alone, serves today only, and takes one ballot for each vote.\n"
    ) % {"address": address}
    return subject, body


def send_ballot_link(act: Deed, seat: SittingSeat, by: Actor) -> None:
    """Send somebody present who has a vote and no account a link by which to vote, unless there is
    one. With a single vote ahead the link serves that vote alone."""
    ahead = list(
        seat.sitting.items.filter(state__in=(ItemState.LISTED, ItemState.OPEN))
        .filter(voting__isnull=False)
        .exclude(pk__in=seat.recusals.values("item"))[:2]
    )
    if not ahead or seat.role not in VOTERS or has_account(seat.person):
        return
    if not all(has_ballot_link(seat, item) for item in ahead):
        only = ahead[0] if len(ahead) == 1 else None
        _write(act, seat, LinkPurpose.BALLOT, _ballot, by, only)


def make_link(
    *, seat: SittingSeat, purpose: str, by: Actor, item: Item | None = None
) -> tuple[AnswerLink, str]:
    """A link for somebody without an account, with the token that is shown once and kept nowhere.

    Earlier links of the seat for the same purpose end. Raises PermissionDenied unless `by` runs the
    sitting; RuleBroken when the sitting is over, the seat was released or votes without a right to,
    or its holder has an account; InputRefused for an unknown purpose.
    """
    if purpose not in LinkPurpose.values:
        raise InputRefused(_("There is no link for “%(purpose)s”.") % {"purpose": purpose})
    with deed(by) as act:
        held = locked_sitting(seat.sitting, by)
        found = SittingSeat.objects.select_related("person").get(pk=seat.pk)
        found.sitting = held
        _refuse_link(found, LinkPurpose(purpose))
        return _made(act, found, LinkPurpose(purpose), by, item)


def _refuse_link(seat: SittingSeat, purpose: LinkPurpose) -> None:
    name = {"name": seat.person.name_zh}
    if seat.released_at is not None:
        raise RuleBroken(_("%(name)s has no seat any more.") % name)
    if has_account(seat.person):
        raise RuleBroken(_("%(name)s has an account and acts by signing in.") % name)
    if purpose == LinkPurpose.BALLOT and (seat.role not in VOTERS or not seat.is_present):
        raise RuleBroken(_("A ballot link is for a member with a vote who is present."))


def _made(
    act: Deed, seat: SittingSeat, purpose: LinkPurpose, by: Actor, item: Item | None
) -> tuple[AnswerLink, str]:
    now, token = timezone.now(), secrets.token_urlsafe(TOKEN_BYTES)
    live_links(seat, purpose).update(revoked_at=now)
    link = AnswerLink.objects.create(
        digest=digest_of(token), purpose=purpose, seat=seat, item=item, made_at=now,
        made_by_key=by.actor_key, expires_at=expiry(purpose, seat.sitting),
    )  # fmt: skip
    after = {"link": link.pk, "seat": seat.pk, "purpose": purpose}
    act.write("link.make", "sitting", seat.sitting_id, after=after)
    return link, token


def revoke_link(*, link: AnswerLink, by: Actor) -> AnswerLink:
    """End a link before it is used. Twice does not do it twice. Raises PermissionDenied."""
    with deed(by) as act:
        rows = AnswerLink.objects.select_for_update(no_key=True, of=("self",))
        held = rows.select_related("seat__sitting").get(pk=link.pk)
        may_run_sitting(by, held.seat.sitting).demand()
        if held.revoked_at is None:
            held.revoked_at = timezone.now()
            held.save(update_fields=["revoked_at"])
            act.write("link.revoke", "sitting", held.seat.sitting_id, after={"link": held.pk})
    return held


def revoke_links(*, seat: SittingSeat, by: Actor) -> int:
    """End every link of the seat that was not used, and give how many: a letter that went astray.
    Twice does not do it twice. Raises PermissionDenied unless `by` runs the sitting."""
    with deed(by) as act:
        rows = Sitting.objects.select_for_update(no_key=True, of=("self",))
        may_run_sitting(by, rows.get(pk=seat.sitting_id)).demand()
        links = AnswerLink.objects.filter(seat=seat, used_at=None, revoked_at=None)
        ended = list(links.order_by("pk").values_list("pk", flat=True))
        if ended:
            links.update(revoked_at=timezone.now())
            after = {"seat": seat.pk, "links": ended}
            act.write("link.revoke", "sitting", seat.sitting_id, after=after)
    return len(ended)


def used(link: AnswerLink, purpose: LinkPurpose, seat: SittingSeat) -> AnswerLink:
    """The link, locked, for use now. Raises RuleBroken when it is for something else, or does not
    serve any more: for a used one with the time at which it was used."""
    rows = AnswerLink.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("seat__person", "seat__sitting").get(pk=link.pk)
    if held.purpose != purpose or held.seat_id != seat.pk:
        raise RuleBroken(gettext_lazy("This link is for something else."))
    state = state_of(held)
    if state is LinkState.USED and held.used_at is not None:
        raise RuleBroken(
            _("This link was used on %(at)s already.")
            % {"at": f"{timezone.localtime(held.used_at):%Y-%m-%d %H:%M}"}
        )
    if state is LinkState.DEAD:
        raise RuleBroken(gettext_lazy("This link is not valid any more. Ask for a new one."))
    return held


def answer_invitation(
    *,
    seat: SittingSeat,
    answer: str,
    by: Actor | None = None,
    link: AnswerLink | None = None,
    reason: str = "",
    ties: Sequence[StatedTie] = (),
) -> SittingSeat:
    """Accept or decline, by an account or by a link (once), and declare ties to those concerned.

    Whoever runs the sitting may record an answer that was given otherwise. The same answer again
    changes nothing. Raises PermissionDenied; RuleBroken for a used or dead link, once the sitting
    began or was cancelled, for a refusal without a reason, or a tie to somebody no item is about;
    InputRefused for an unknown answer.
    """
    if answer not in Answer.values:
        raise InputRefused(_("The answer is to accept or to decline."))
    if len(reason) > REASON_LENGTH:
        raise InputRefused(
            _("The reason has %(most)s characters at most.") % {"most": REASON_LENGTH}
        )
    actor: Actor = LinkHolder(link) if link is not None else _given(by)
    with deed(actor) as act:
        held = _locked_for_answer(seat)
        if link is None:
            may_answer(by, held).demand()
        else:
            link = used(link, LinkPurpose.INVITATION, held)
        if not _is_new(held, answer, reason, ties):
            return held
        _refuse_answer(held, answer, reason)
        held.answer, held.answer_reason = answer, reason.strip()
        held.answered_at = timezone.now()
        held.save(update_fields=["answer", "answer_reason", "answered_at"])
        if link is not None:
            AnswerLink.objects.filter(pk=link.pk).update(used_at=held.answered_at)
        act.write(
            "sitting.answer", "sitting", held.sitting_id, after={"seat": held.pk, "answer": answer}
        )
        _declare(held, ties, actor)
    return held


def _given(by: Actor | None) -> Actor:
    if by is None:
        raise TypeError("answer_invitation takes by= or link=")
    return by


def _locked_for_answer(seat: SittingSeat) -> SittingSeat:
    """The sitting and its seat, in the order in which every action locks them."""
    Sitting.objects.select_for_update(no_key=True, of=("self",)).get(pk=seat.sitting_id)
    rows = SittingSeat.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person", "sitting__unit").get(pk=seat.pk)


def _is_new(held: SittingSeat, answer: str, reason: str, ties: Sequence[StatedTie]) -> bool:
    return bool(ties) or (held.answer, held.answer_reason) != (answer, reason.strip())


def _refuse_answer(held: SittingSeat, answer: str, reason: str) -> None:
    if held.released_at is not None:
        raise RuleBroken(_("%(name)s has no seat any more.") % {"name": held.person.name_zh})
    if not is_answerable(held.sitting):
        raise RuleBroken(
            _("The answer comes too late: the sitting is at %(state)s.")
            % {"state": SittingState(held.sitting.state).label}
        )
    if answer == Answer.DECLINED and not reason.strip():
        raise RuleBroken(gettext_lazy("Say why you cannot come, so that a substitute is sought."))


def subjects_of(seat: SittingSeat) -> list[Person]:
    """The persons whom the items are about that the holder of the seat is shown; two queries."""
    cases = [item.case_id for item in agenda_for(seat).items if item.case_id is not None]
    persons = Case.objects.filter(pk__in=cases, person__isnull=False).values("person")
    return list(Person.objects.filter(pk__in=persons).order_by("pk"))


def _declare(seat: SittingSeat, ties: Sequence[StatedTie], actor: Actor) -> None:
    if not ties:
        return
    known = {person.pk for person in subjects_of(seat)}
    if any(tie.other.pk not in known for tie in ties):
        raise RuleBroken(gettext_lazy("A tie is declared to a person whom an item is about."))
    if isinstance(actor, LinkHolder):
        # The link is the authority to speak for its own person, and for nothing else.
        actor = Operator(actor.actor_key, actor.actor_name)
    for tie in ties:
        declare_tie(person=seat.person, other=tie.other, kind=tie.kind, note=tie.note, by=actor)


def reschedule_sitting(
    *,
    sitting: Sitting,
    starts_at: datetime | None,
    by: Actor,
    ends_at: datetime | None = None,
    place: str = "",
    revision: int | None = None,
) -> Invited:
    """Move the sitting to another time or place. Who was invited is asked anew, since an answer
    holds for the time that was named.

    The same again changes nothing. Raises PermissionDenied; RuleBroken once it was opened, for an
    end before the start, without a day for a sitting to which people were invited, or when somebody
    changed it since `revision`.
    """
    refuse_times(starts_at, ends_at)
    refuse_texts(sitting.title_zh, "", place)
    with deed(by) as act:
        held = locked_sitting(sitting, by, COMING)
        asked: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "place": place.strip()}
        if asked == when(held):
            return Invited(held)
        refuse_seen_before(held, revision)
        if starts_at is None and held.state == SittingState.CALLED:
            raise RuleBroken(gettext_lazy("People are invited already: name the new day and time."))
        move(act, held, "sitting.reschedule", **asked)
        act.write("sitting.time", "sitting", held.pk, after=when(held))
        if held.state != SittingState.CALLED:
            return Invited(held)
        held.seats.filter(released_at=None).update(
            answer="", answered_at=None, answer_reason="", invited_at=None
        )
        links = AnswerLink.objects.filter(seat__sitting=held, revoked_at=None)
        links.update(revoked_at=timezone.now())
        return Invited(held, _invite(act, held, by))


def tell_cancelled(held: Sitting, reason: str) -> None:
    """Write to everybody invited that the sitting does not take place."""
    seats = held.seats.filter(released_at=None, invited_at__isnull=False).select_related("person")
    readers = [reader_of(None, seat.person) for seat in seats.order_by("pk")]

    def words() -> tuple[str, str]:
        subject = _("Cancelled: %(title)s") % {"title": title_of(held)}
        body = _("This sitting does not take place.\n\n%(title)s\nTime: %(at)s\n\n%(reason)s\n")
        return subject, body % {"title": title_of(held), "at": _at(held), "reason": reason}

    write_letters(readers, words, f"sitting:cancelled:{held.pk}")
