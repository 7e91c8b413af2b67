"""The doors of calls, applications, offers, boards, letters and links that sign in, and what lies
behind them: an application of the hidden trainee, with a letter and an offer."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from door import INTEGERS, LISTS, TEXTS, UNKNOWN, Door, For, Keys, under
from preceptor.base.files import keep
from preceptor.base.today import today
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.cases.links import digest_of
from preceptor.cases.models import Case, CaseKind, Letter
from preceptor.people.models import SignInLink

if TYPE_CHECKING:
    from doors import Place

#: The tokens of the links behind the doors.
LETTER_TOKEN, LINK_TOKEN = "letter-of-the-doors", "link-of-the-doors"
PAIRS: tuple[Keys, ...] = ((0, 0), (2**63, 2**63))


def _of(*names: str) -> Callable[[Any], Keys]:
    """The keys of these records."""
    return lambda place: tuple(place.called[name] for name in names)


def _kept(name: str, *, gets: bool = True) -> Door:
    """The door of a record that somebody keeps or judges."""
    return Door(For.CONCERNED, _of(name), INTEGERS, posts=True, gets=gets)


CALL_DOORS: dict[str, Door] = {
    "calls": Door(
        For.ANYBODY, queries=(*LISTS, "time=open", "purpose=%00", "state=draft", "institution=x")
    ),
    "call": Door(For.ANYBODY, _of("call"), INTEGERS),
    "call_apply": Door(For.SIGNED_IN, _of("call"), INTEGERS, posts=True),
    "call_new": Door(For.READER, posts=True),
    "call_edit": _kept("call"),
    "call_criteria": _kept("call"),
    "call_cancel": _kept("call"),
    "call_step": Door(
        For.CONCERNED, lambda place: (place.called["call"], "close"), under(TEXTS), posts=True,
        gets=False,
    ),
    "call_ranking": _kept("call"),
    "application": Door(For.CONCERNED, _of("application"), INTEGERS),
    "application_save": Door(
        For.CONCERNED, lambda place: (place.called["application"], "statement"), under(TEXTS),
        posts=True, gets=False,
    ),
    "application_score": _kept("application"),
    "application_aside": _kept("application", gets=False),
    "offer_make": _kept("application"),
    "offer_answer": _kept("offer", gets=False),
    "offer_withdraw": _kept("offer"),
    "case_board": _kept("case"),
    "letter_ask": _kept("case", gets=False),
    "letter_revoke": Door(
        For.CONCERNED, _of("case", "letter"), PAIRS, posts=True, gets=False
    ),
    "letter_file": Door(For.CONCERNED, _of("case", "letter"), PAIRS),
    "letter": Door(For.ANYBODY, lambda place: (LETTER_TOKEN,), TEXTS, posts=True),
    "sign_in_link": Door(For.ANYBODY, posts=True, queries=("next=//example.org", "next=%00")),
    "sign_in_use": Door(For.ANYBODY, lambda place: (LINK_TOKEN,), TEXTS, posts=True),
}  # fmt: skip


def make_call(place: Place, reason: str) -> None:
    """A published call of the trainee's unit, and the trainee's application to it, in which the
    reason is written; a letter with a file, a letter that is waited for, and an offer."""
    now, subject = timezone.now(), place.subject
    call = Call.objects.create(
        institution=place.root, unit=subject.unit, number="BSH-DOOR", purpose="fellows.postdoc",
        kind="postdoc_entry", title_zh="博士后招收", title_en="Postdocs", text_zh="招收", text_en="x",
        places=1, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1),
        state="published", published_at=now,
    )  # fmt: skip
    case = Case.objects.create(
        number="JZ-DOOR", institution=place.root, unit=subject.unit, person=subject.person,
        kind=CaseKind.objects.filter(name="postdoc_entry").latest("pk"), title_zh="博士后进站",
        title_en="Entry", reason=reason, state="running", stage="screening", stage_kind="review",
        stage_since=now, submitted_at=now,
    )  # fmt: skip
    application = CallApplication.objects.create(
        case=case, call=call, person=subject.person, statement=reason
    )
    offer = Offer.objects.create(
        application=application, terms=reason, made_at=now, answer_by=today() + timedelta(days=9)
    )
    letter = _letter(case, "given", "given-of-the-doors", text=reason)
    letter.file = keep(io.BytesIO(b"%PDF-1.7"), "letter.pdf")
    letter.save()
    _letter(case, "asked", LETTER_TOKEN)
    SignInLink.objects.create(
        digest=digest_of(LINK_TOKEN), email="door@example.org", made_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    place.called = {
        "call": call.pk, "application": application.pk, "offer": offer.pk, "case": case.pk,
        "letter": letter.pk, "unknown": UNKNOWN,
    }  # fmt: skip


def _letter(case: Case, state: str, token: str, text: str = "") -> Letter:
    return Letter.objects.create(
        case=case, name="陆远舟", email=f"{state}@example.org", digest=digest_of(token), text=text,
        asked_at=timezone.now(), due_on=today() + timedelta(days=9), state=state,
    )  # fmt: skip
