"""What minutes say of a sitting: the fields that a template may name, and their values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..choices import BodyRole, Choice, ItemState, VoteResult
from ..kinds.kind import Voting
from ..models import Advice, Item, OpenVote, Recusal, Sitting, SittingSeat
from ..seating import VOTERS, item_voting
from ..voting import quorum_of

LANGUAGES = {"zh": "zh-hans", "en": "en"}
#: Every name that a template may use; what has a dot is said of each entry of a list.
FIELDS = (
    "institution", "unit", "body", "title", "number", "day", "begins", "ends", "place", "is_public",
    "chair", "secretary", "members_count", "present_count", "record",
    "present", "present.name", "present.role", "absent", "absent.name", "absent.role",
    "items", "items.place", "items.title", "items.case", "items.summary", "items.state",
    "items.has_vote", "items.is_secret", "items.members", "items.present", "items.quorum",
    "items.votes_cast", "items.votes_for", "items.votes_against", "items.abstentions",
    "items.result", "items.recused", "items.votes", "items.votes.name", "items.votes.choice",
    "advice", "advice.text", "advice.owner", "advice.due_on",
)  # fmt: skip
Fields = dict[str, Any]


def fields_of(sitting: Sitting, language: str) -> Fields:
    """The value of every field in the language (`zh` or `en`); a number that is not known, as of
    an item that was not voted on, is None. How somebody voted stands there for open votes alone.

    A fixed number of queries. Raises KeyError for another language.
    """
    with translation.override(LANGUAGES[language]):
        rows = sitting.seats.filter(released_at=None).select_related("person").order_by("pk")
        seats = list(rows.defer("answer_reason"))
        return {
            **_head(sitting, language),
            **_presence(seats, language),
            "items": _items(sitting, seats, language),
            "advice": _advice(sitting, language),
            "record": clean(sitting.record or ""),
        }


def clean(text: str) -> str:
    """The text without the characters that a Word file cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())


def name_in(person: Person | Unit, language: str) -> str:
    """The name in the language; in Chinese where there is no other."""
    return clean((language == "en" and person.name_en) or person.name_zh)


def _head(sitting: Sitting, language: str) -> Fields:
    english = language == "en"
    began = sitting.opened_at or sitting.starts_at
    body = sitting.body
    return {
        "institution": name_in(sitting.institution, language),
        "unit": name_in(sitting.unit, language),
        "body": "" if body is None else (english and body.name_en) or body.name_zh,
        "title": clean((english and sitting.title_en) or sitting.title_zh),
        "number": sitting.number or "",
        "day": "" if began is None else _day(timezone.localdate(began)),
        "begins": _time(began),
        "ends": _time(sitting.closed_at or sitting.ends_at),
        "place": clean(sitting.place),
        "is_public": sitting.is_public,
    }


def _day(day: date | None) -> str:
    return "" if day is None else date_format(day, "DATE_FORMAT")


def _time(at: datetime | None) -> str:
    return "" if at is None else timezone.localtime(at).strftime("%H:%M")


def _presence(seats: Sequence[SittingSeat], language: str) -> Fields:
    def listed(some: Iterable[SittingSeat]) -> list[Fields]:
        return [
            {"name": name_in(seat.person, language), "role": str(BodyRole(seat.role).label)}
            for seat in some
        ]

    def first(role: str) -> str:
        held = [seat for seat in seats if seat.role == role]
        return name_in(held[0].person, language) if held else ""

    voting = [seat for seat in seats if seat.role in VOTERS]
    return {
        "chair": first(BodyRole.CHAIR),
        "secretary": first(BodyRole.SECRETARY),
        "members_count": len(voting),
        "present_count": sum(bool(seat.is_present) for seat in voting),
        "present": listed(seat for seat in seats if seat.is_present),
        "absent": listed(seat for seat in seats if not seat.is_present),
    }


def _items(sitting: Sitting, seats: Sequence[SittingSeat], language: str) -> list[Fields]:
    items = list(sitting.items.select_related("case").order_by("place", "pk"))
    names = {seat.pk: name_in(seat.person, language) for seat in seats}
    recused: dict[int, list[str]] = defaultdict(list)
    for recusal in Recusal.objects.filter(item__in=items).defer("reason").order_by("pk"):
        recused[recusal.item_id].append(names.get(recusal.seat_id, ""))
    votes: dict[int, list[Fields]] = defaultdict(list)
    for vote in OpenVote.objects.filter(item__in=items).defer("reason").order_by("seat"):
        said = {"name": names.get(vote.seat_id, ""), "choice": str(Choice(vote.choice).label)}
        votes[vote.item_id].append(said)
    return [_item(item, recused[item.pk], votes[item.pk], language) for item in items]


def _item(item: Item, recused: list[str], votes: list[Fields], language: str) -> Fields:
    voting = item_voting(item)
    is_decided = item.state == ItemState.DECIDED
    is_secret = voting is not None and voting.is_secret
    return {
        "place": item.place,
        "title": clean((language == "en" and item.title_en) or item.title_zh),
        "case": item.case.number or "" if item.case is not None else "",
        "summary": clean(item.summary or ""),
        "state": str(ItemState(item.state).label),
        "has_vote": voting is not None and is_decided,
        "is_secret": is_secret,
        "members": item.members,
        "present": item.present,
        "quorum": _quorum(voting, item),
        "votes_cast": item.votes_cast,
        "votes_for": item.votes_for,
        "votes_against": item.votes_against,
        "abstentions": item.abstentions,
        "result": str(VoteResult(item.result).label) if item.result else "",
        "recused": recused,
        "votes": votes if is_decided and not is_secret else [],
    }


def _quorum(voting: Voting | None, item: Item) -> str:
    if voting is None or item.members is None or item.present is None:
        return ""
    needed = quorum_of(voting, item.members, item.present).needed
    return _("%(present)s of %(members)s members present, at least %(needed)s required") % {
        "present": item.present, "members": item.members, "needed": needed,
    }  # fmt: skip


def _advice(sitting: Sitting, language: str) -> list[Fields]:
    rows = Advice.objects.filter(sitting=sitting).select_related("owner", "owner_unit")
    return [
        {
            "text": clean(row.text or ""),
            "owner": _owner(row, language),
            "due_on": _day(row.due_on),
        }
        for row in rows.order_by("pk")
    ]


def _owner(row: Advice, language: str) -> str:
    """Whoever follows up the advice; empty where nobody is named."""
    owner = row.owner or row.owner_unit
    return "" if owner is None else name_in(owner, language)
