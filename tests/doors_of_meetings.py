"""The doors of standing bodies, sittings, minutes and answer links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from door import INTEGERS, LISTS, TEXTS, Door, For, Keys

PAIRS: tuple[Keys, ...] = ((0, 0), (2**63, 2**63))


def _of(*columns: str) -> Callable[[Any], Keys]:
    """The keys of these columns of the place."""
    return lambda place: tuple(getattr(place, column) for column in columns)


def _concerned(*columns: str, posts: bool = False, gets: bool = True) -> Door:
    """The door of a record of the trainee's committee or sitting."""
    odd = INTEGERS if len(columns) == 1 else PAIRS
    return Door(For.CONCERNED, _of(*columns), odd, posts=posts, gets=gets)


MEETING_DOORS: dict[str, Door] = {
    "bodies": Door(For.SIGNED_IN, queries=(*LISTS, "kind=%00", "kind=degree", "closed=x")),
    "body": _concerned("body"),
    "body_law": _concerned("body"),
    "body_year": _concerned("body", "body_since"),
    "body_year_export": _concerned("body", "body_since"),
    "body_new": Door(For.READER, posts=True),
    "body_close": _concerned("body", posts=True),
    "body_seat": _concerned("body", posts=True),
    "body_seat_end": _concerned("body", "body_seat", posts=True),
    "body_seat_renew": _concerned("body", "body_term", posts=True),
    "body_charter": _concerned("body", posts=True),
    "body_charter_file": _concerned("body", "charter"),
    "body_meeting": _concerned("body", posts=True),
    "body_take_up": _concerned("body", posts=True, gets=False),
    "advice": _concerned("advice", posts=True),
    "advice_new": _concerned("body", posts=True),
    "minutes_template": Door(For.OFFICE, posts=True),
    "minutes_template_file": Door(For.OFFICE, lambda _place: ("zh",), TEXTS),
    "minutes_write": _concerned("minuted", posts=True, gets=False),
    "minutes_file": _concerned("minutes"),
    "minutes_signed": _concerned("minutes"),
    "minutes_sign": _concerned("minutes", posts=True),
    "sittings": Door(For.SIGNED_IN, queries=(*LISTS, "state=open", "time=%00", "body=x")),
    "sitting": _concerned("sitting"),
    "sitting_live": _concerned("sitting"),
    "sitting_result": _concerned("sitting"),
    "sitting_calendar": _concerned("sitting"),
    "sitting_answer": _concerned("sitting", posts=True, gets=False),
    "sitting_step": _concerned("sitting", posts=True, gets=False),
    "sitting_plan": _concerned("sitting", posts=True),
    "sitting_seat": _concerned("sitting", "sitting_seat", posts=True),
    "sitting_item": _concerned("sitting", "item", posts=True),
    "sitting_vote": _concerned("sitting", "item", posts=True, gets=False),
    "answer": Door(For.ANYBODY, _of("token"), TEXTS, posts=True),
    "answer_calendar": Door(For.ANYBODY, _of("token"), TEXTS),
    "feed": Door(For.ANYBODY, _of("feed"), TEXTS),
}
