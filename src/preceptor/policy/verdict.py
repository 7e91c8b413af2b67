"""What a rule says of a record, and what all rules say together."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

Kind = Literal["block", "warn", "inform"]
KINDS: tuple[Kind, ...] = ("block", "warn", "inform")


class Verdict(StrEnum):
    """The answer of one rule for one record, as other programs read it.

    ``PENDING``: something is unknown. ``NOT_APPLICABLE``: the rule does not concern the record, or was
    not in force on its date. ``WAIVED``: it failed, and a valid waiver says that this may stand.
    In bulk a verdict is its ``code``, the position in this list.
    """

    FAIL = "fail"
    PENDING = "pending"
    PASS = "pass"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"

    @property
    def code(self) -> int:
        """The number that stands for the verdict in arrays."""
        return VERDICTS.index(self)


# By code. Fail, pending, pass: the number of truth values that are certain or possible.
VERDICTS: tuple[Verdict, ...] = tuple(Verdict)


class Whole(StrEnum):
    """The answer of several rules for one record: the worst of fail, pending, warn, pass."""

    NOT_APPLICABLE = "not_applicable"
    PASS = "pass"
    WARN = "warn"
    PENDING = "pending"
    FAIL = "fail"

    @property
    def code(self) -> int:
        """The number that stands for the answer in arrays; a worse answer has a higher one."""
        return WHOLES.index(self)


# By code, from the best to the worst.
WHOLES: tuple[Whole, ...] = tuple(Whole)


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """What is printed of the waiver that lets a fail stand: its ``key``, its days (both included), the
    paper, who signed, and all of it with what fails without it as one ``text``."""

    key: int
    since: datetime.date
    until: datetime.date
    paper: str
    signers: tuple[str, ...]
    text: str


class Judged(Protocol):
    """A rule's verdict on one record, with the rule's kind: an explanation, or a stored finding."""

    @property
    def kind(self) -> Kind: ...

    @property
    def verdict(self) -> Verdict: ...


def whole(verdicts: Iterable[Judged]) -> Whole:
    """The worst of the verdicts on one record; not applicable when no rule concerns it.

    A failed ``warn`` rule counts as warn, an open answer as pending, a waiver as pass; a rule that only
    informs never makes it worse.
    """
    found = [whole_of(one.kind, one.verdict) for one in verdicts]
    return max(found, key=WHOLES.index, default=Whole.NOT_APPLICABLE)


def whole_of(kind: Kind, verdict: Verdict) -> Whole:
    """What one verdict adds to the whole."""
    if verdict is Verdict.NOT_APPLICABLE:
        return Whole.NOT_APPLICABLE
    if kind == "inform" or verdict in (Verdict.PASS, Verdict.WAIVED):
        return Whole.PASS
    if verdict is Verdict.PENDING:
        return Whole.PENDING
    return Whole.FAIL if kind == "block" else Whole.WARN
