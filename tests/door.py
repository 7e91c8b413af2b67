"""What a door is: for whom, with which keys, and what odd keys and questions are tried at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

#: A key that no row has, and that no database counts up to while a test runs.
UNKNOWN = 987_654_321

Keys = tuple[Any, ...]


class For(Enum):
    """For whom a door is."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    MEMBER = "of the institution"
    READER = "secretary, office, leader"
    OFFICE = "office"
    CONCERNED = "who has to do with the trainee"


@dataclass(frozen=True)
class Door:
    """For whom it is, the keys of what lies behind it, and whether something can be sent there."""

    whom: For
    keys: Callable[[Any], Keys] = lambda place: ()
    odd: tuple[Keys, ...] = ()
    posts: bool = False
    gets: bool = True
    queries: tuple[str, ...] = ()

    def may_open(self, who: str) -> bool:
        """Whether the door is for the outsider."""
        return self.whom in OPENS[who]


#: Who stands before the doors, and which of them open to each.
OPENS = {
    "stranger": {For.ANYBODY, For.SIGNED_IN},
    "departed": {For.ANYBODY, For.SIGNED_IN},
    "neighbour": {For.ANYBODY, For.SIGNED_IN, For.MEMBER, For.READER},
    "classmate": {For.ANYBODY, For.SIGNED_IN, For.MEMBER},
}
OUTSIDERS = tuple(OPENS)

INTEGERS: tuple[Keys, ...] = ((0,), (UNKNOWN,), (2**31,), (2**63,), (10**40,))
TEXTS: tuple[Keys, ...] = (
    ("0",), ("none",), ("..",), ("' OR 1=1 --",), ("%",), ("\x00",), ("林",), ("a" * 3000,),
)  # fmt: skip
NIL = ("00000000-0000-0000-0000-000000000000",)
LISTS = (
    "after=%00", "after=%00~1", "before=2021%00~1", "before=~", "after=~999999999999999999999999",
    "before=x~-1", "unit=-1",
    "unit=99999999999999999999", "cohort=%00", "cohort=99999999999999999999", "direction=%00",
    "rule=no.such.rule", "verdict=never", "state=%F0%9F%92%A5", "supervisor=0",
    "supervisor=99999999999999999999", "q=%00", "q=%EF%BF%BF", "q=%25", "q=_", "q=" + "x" * 4000,
    "on=2023-02-30", "on=%00", "verdict=fail&rule=training.clinical", "q=%ED%A0%80",
)  # fmt: skip

DAYS = ("on=2023-02-30", "on=%00", "on=0001-01-01", "on=9999-12-31")


def under(texts: tuple[Keys, ...]) -> tuple[Keys, ...]:
    """Odd texts below a record that nobody has."""
    return tuple((UNKNOWN, *text) for text in texts)
