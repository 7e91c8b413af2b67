"""Privacy classes of personal data (domain specification 6.6).

Every model of the record rooms declares `privacy`: either `NOT_PERSONAL`, or a class for each
of its columns. The house test refuses a model without it and a personal column left out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Privacy(StrEnum):
    """How sensitive a column is; the higher, the fewer may see it."""

    PUBLIC = "P0"
    BASIC = "P1"
    IDENTITY = "P2"
    SENSITIVE = "P3"
    JUDGEMENT = "P4"
    SECRET = "P5"


PrivacyMap = dict[str, Privacy]
NOT_PERSONAL: Final[PrivacyMap] = {}

#: Columns that every table has for keeping house and that say nothing of a person.
HOUSEKEEPING: Final = frozenset(
    {"id", "valid_from", "valid_to", "recorded_at", "superseded_at", "created_at", "source"}
)


def masked(privacy: PrivacyMap, column: str, value: object) -> object:
    """The value as the journal may keep it: identity and above are never written out."""
    hidden = privacy.get(column, Privacy.PUBLIC) in (
        Privacy.IDENTITY,
        Privacy.SENSITIVE,
        Privacy.SECRET,
    )
    return "•••" if hidden and value not in (None, "") else value
