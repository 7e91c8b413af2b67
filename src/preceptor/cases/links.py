"""Answer links of people without an account: how a token leads to its link, and how that stands."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone

from preceptor.base.addresses import public_url as public_url
from preceptor.base.today import today

from .choices import CaseState, LetterState, LinkPurpose, SittingState
from .models import AnswerLink, Item, Letter, Sitting, SittingSeat

#: How long a ballot link serves after it was made: the day of the sitting, and no more.
BALLOT_HOURS = timedelta(hours=12)
#: How long an invitation can be answered where no day of the sitting is set.
INVITATION_DAYS = timedelta(days=30)
#: Bytes of chance in a token; guessing is hopeless.
TOKEN_BYTES = 32


class LinkState(StrEnum):
    """How a link stands."""

    VALID = "valid"
    USED = "used"
    DEAD = "dead"


def digest_of(token: str) -> str:
    """The digest under which the link of a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link_of(token: str) -> AnswerLink | None:
    """The link of a token with its seat, person and sitting; None for a token that leads nowhere.

    One query. Whoever shows it asks `state_of` first: a dead link is shown like none.
    """
    rows = AnswerLink.objects.select_related("seat__person", "seat__sitting", "item")
    return rows.filter(digest=digest_of(token)).first()


def state_of(link: AnswerLink) -> LinkState:
    """Whether the link serves, was used, or is dead: expired, revoked, its seat released. What was
    used and revoked is dead."""
    if link.revoked_at is not None or link.seat.released_at is not None:
        return LinkState.DEAD
    if link.used_at is not None:
        return LinkState.USED
    return LinkState.DEAD if link.expires_at <= timezone.now() else LinkState.VALID


def letter_of(token: str) -> Letter | None:
    """The outside letter of a token, with its case; None for a token that leads nowhere. One query.
    Whoever shows it asks `is_letter_open` first."""
    rows = Letter.objects.select_related("case__institution", "case__kind")
    return rows.filter(digest=digest_of(token)).first()


def is_letter_open(letter: Letter) -> bool:
    """Whether the letter is still waited for: asked for, not past its day, its case under way.
    `letter` comes with its case."""
    is_asked = letter.state == LetterState.ASKED and letter.due_on >= today()
    return is_asked and letter.case.state == CaseState.RUNNING


def expiry(purpose: LinkPurpose, sitting: Sitting) -> datetime:
    """Until when a link made now serves: an invitation until the sitting starts, a ballot for the
    day."""
    now = timezone.now()
    if purpose == LinkPurpose.BALLOT:
        return now + BALLOT_HOURS
    starts = sitting.starts_at
    return starts if starts is not None and starts > now else now + INVITATION_DAYS


def live_links(seat: SittingSeat, purpose: LinkPurpose) -> QuerySet[AnswerLink]:
    """The links of the seat that serve now."""
    rows = AnswerLink.objects.filter(seat=seat, purpose=purpose, used_at=None, revoked_at=None)
    return rows.filter(expires_at__gt=timezone.now())


def has_ballot_link(seat: SittingSeat, item: Item) -> bool:
    """Whether the holder of the seat has a link by which to vote on the item."""
    live = live_links(seat, LinkPurpose.BALLOT)
    return live.filter(Q(item=None) | Q(item=item)).exists()


def is_answerable(sitting: Sitting) -> bool:
    """Whether an invitation can still be answered: the sitting has neither begun nor been
    cancelled."""
    return sitting.state in (SittingState.PLANNED, SittingState.CALLED)
