"""A small call for postdocs: the personnel office screens, a board votes, the first get the places.

`call_cast` makes fixtures of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from preceptor.base.actors import OPERATOR, Mandate
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED, Permit
from preceptor.calls.actions import (
    NewCriterion,
    begin_application,
    give_points,
    open_call,
    publish_call,
    set_criteria,
    submit_application,
)
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.cases.actions import (
    NewSittingSeat,
    attach_document,
    call_board,
    cast_vote,
    close_vote,
    decide_stage,
    mark_presence,
    open_sitting,
    open_vote,
)
from preceptor.cases.models import Sitting
from preceptor.people.actions import send_sign_in_link, use_sign_in_link
from preceptor.people.models import Account, Person
from small_kinds import PDF

if TYPE_CHECKING:
    from cast import Cast

KIND = """
name = "entry"
version = "1"
title = { zh = "博士后进站申请", en = "Entry of a postdoc" }
port = "calls.application"
prefix = "E"
opens = ["subject"]
sees = "outcome"

[[documents]]
id = "cv"
title = { zh = "个人简历", en = "curriculum vitae" }
types = ["pdf"]
most_megabytes = 1

[[stages]]
id = "screen"
title = { zh = "资格审查", en = "Screening" }
does = "review"
by = ["personnel of institution"]
then = { agreed = "board", refused = "refused" }

[[stages]]
id = "board"
title = { zh = "组成评审小组", en = "Composition of the board" }
does = "compose"
by = ["personnel of institution"]
then = { composed = "vote" }

[[stages]]
id = "vote"
title = { zh = "评审", en = "Vote of the board" }
does = "sitting"
by = ["personnel of institution"]
voting = { passes = "more than 1/2 of all", secret = false }
then = { passed = "granted", failed = "refused" }
"""


@dataclass
class TestPurpose:
    """A purpose that keeps what was accepted; `chosen` are the hosts, `says_no` a refusal."""

    __test__ = False

    name: str = "test.postdoc"
    chosen: list[Person] = field(default_factory=list)
    allows: Permit = GRANTED
    says_no: str = ""
    accepted: list[tuple[int, int, Mandate]] = field(default_factory=list)

    def may_publish(self, call: Call) -> Permit:
        return self.allows

    def hosts(self, call: Call) -> list[Person]:
        return self.chosen

    def accept(self, application: CallApplication, offer: Offer, by: Mandate) -> None:
        if self.says_no:
            raise RuleBroken(self.says_no)
        self.accepted.append((application.pk, offer.pk, by))

    def title(self, call: Call) -> tuple[str, str]:
        return "博士后进站", "Entry as a postdoc"


def drafted(cast: Cast, **more: Any) -> Call:
    """A call for one postdoc with one on the reserve list, open since yesterday for a week."""
    now = timezone.now()
    given: dict[str, Any] = {
        "number": "BSH-1", "purpose": "test.postdoc", "kind": "entry", "places": 1, "reserves": 1,
        "title_zh": "总医院博士后招收", "title_en": "Postdocs of the General Hospital",
        "text_zh": "面向海内外招收博士后。", "text_en": "Postdocs are wanted.",
        "opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=7),
    }  # fmt: skip
    call = open_call(institution=cast.institution, unit=cast.general, by=OPERATOR, **(given | more))
    criteria = [NewCriterion("科研业绩", "Research", 100, 70), NewCriterion("答辩", "Talk", 50, 30)]
    set_criteria(call=call, criteria=criteria, by=OPERATOR)
    return call


def published(cast: Cast, **more: Any) -> Call:
    """The same, published."""
    return publish_call(call=drafted(cast, **more), by=OPERATOR)


def signed_up(email: str) -> Account:
    """An applicant from outside, who came by a link sent by mail."""
    send_sign_in_link(email=email)
    return use_sign_in_link(token=token_of(email))


def token_of(email: str, page: str = "/enter/") -> str:
    """The token in the last letter to the address."""
    from preceptor.base.models import OutgoingMail

    letter = OutgoingMail.objects.filter(to=email).order_by("-pk")[0]
    return letter.body.split(page, 1)[1].split("/", 1)[0]


def began(call: Call, account: Account, name: str) -> CallApplication:
    """A draft with its curriculum vitae."""
    application = begin_application(call=call, by=account, name_zh=name)
    attach_document(
        case=application.case, name="cv", content=BytesIO(PDF), file_name="简历.pdf", by=account
    )
    return application


def applied(call: Call, account: Account, name: str) -> CallApplication:
    """An application that was handed in."""
    return submit_application(application=began(call, account, name), by=account)


def several(call: Call, names: Sequence[str]) -> list[CallApplication]:
    """Applications of people from outside, handed in one after the other."""
    return [
        applied(call, signed_up(f"applicant{place}@example.org"), name)
        for place, name in enumerate(names, start=1)
    ]


def screened(application: CallApplication) -> CallApplication:
    """Found eligible; its board is to be composed."""
    application.case = decide_stage(
        case=application.case, outcome="agreed", by=OPERATOR, revision=application.case.revision
    )
    return application


def board(application: CallApplication, persons: Sequence[Person], by: Any = OPERATOR) -> Sitting:
    """The board, the first of the persons in the chair."""
    application.case.refresh_from_db()
    seats = [
        NewSittingSeat(one, "member" if place else "chair") for place, one in enumerate(persons)
    ]
    return call_board(
        case=application.case, seats=seats, starts_at=timezone.now() + timedelta(days=1),
        revision=application.case.revision, by=by,
    )  # fmt: skip


def decided(sitting: Sitting, choice: str = "for") -> None:
    """Everybody is there and votes the same."""
    sitting = open_sitting(sitting=sitting, by=OPERATOR)
    seats = list(sitting.seats.filter(released_at=None).select_related("person"))
    for seat in seats:
        mark_presence(seat=seat, is_present=True, by=OPERATOR)
    item = open_vote(item=sitting.items.get(), by=OPERATOR)
    for seat in seats:
        voter = Account.objects.filter(person=seat.person).first()
        assert voter is not None
        cast_vote(item=item, seat=seat, choice=choice, by=voter)
    close_vote(item=item, by=OPERATOR)


def granted(
    application: CallApplication, voters: Sequence[Account], points: Decimal | None = None
) -> CallApplication:
    """Voted for by a board that gave these points for the research, and half for the talk."""
    screened(application)
    persons = [voter.person for voter in voters if voter.person is not None]
    sitting = board(application, persons)
    if points is not None:
        keys = list(application.call.criteria.values_list("pk", flat=True))
        for voter in voters:
            give_points(
                application=application, points={keys[0]: points, keys[1]: points / 2}, by=voter
            )
    decided(sitting)
    application.refresh_from_db()
    application.case.refresh_from_db()
    return application


def over(call: Call) -> Call:
    """The same call once its closing is past."""
    moment: datetime = timezone.now() - timedelta(minutes=1)
    Call.objects.filter(pk=call.pk).update(closes_at=moment)
    call.refresh_from_db()
    return call
