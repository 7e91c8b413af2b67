"""What may be sent: every number has bounds that a database can ask for, every text an end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

LAST_KEY = 2**63 - 1
#: The revision of a record is an ordinary integer of both databases.
LAST_REVISION = 2**31 - 1
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def _readable(text: str) -> str:
    """PostgreSQL keeps no NUL, and neither database a half of a pair of surrogates."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("unreadable")
    return text


def _near(moment: datetime) -> datetime:
    """Databases and time zones end before the year 9999 does."""
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise ValueError("too far")
    return moment


Key = Annotated[int, Field(ge=1, le=LAST_KEY)]
Revision = Annotated[int, Field(ge=0, le=LAST_REVISION)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Year = Annotated[int, Field(ge=1950, le=2200)]
Readable = AfterValidator(_readable)
#: What is looked for: the begin of a name or of a number.
Wanted = Annotated[str, StringConstraints(max_length=60), Readable]
#: The id of a rule, the code of a direction, the name of a kind: short and of no language.
Name = Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500), Readable]
LongReason = Annotated[str, StringConstraints(min_length=1, max_length=1000), Readable]
#: An instant with its offset, as 2026-11-22T14:00:00+08:00.
Moment = Annotated[AwareDatetime, AfterValidator(_near)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=300), Readable]
#: What may be left empty.
Remark = Annotated[str, StringConstraints(max_length=200), Readable]
Note = Annotated[str, StringConstraints(max_length=1000), Readable]
#: As long as a statement or a record may be.
Record = Annotated[str, StringConstraints(max_length=20_000), Readable]
Paper = Annotated[str, StringConstraints(min_length=1, max_length=200), Readable]
