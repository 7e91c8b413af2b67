"""The ports through which rooms above say what their cases are about; `cases` imports none of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from django.db.models import Exists, OuterRef, QuerySet

from preceptor.base.actors import Actor, Mandate
from preceptor.base.permits import Permit
from preceptor.people.models import Person

from .models import Case, Item


@dataclass(frozen=True)
class Subject:
    """What a case is about: the noun and key by which pages find it, and its name."""

    noun: str
    key: int
    name_zh: str
    name_en: str


class Port(Protocol):
    """What a room says of its cases. Reading methods take many cases at once and cost a fixed
    number of queries; `effect` runs inside the deed of the step that ended the case."""

    name: str
    words: frozenset[str]

    def faults(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is wrong with a kind's settings, each in Chinese and English; empty when nothing."""

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """What each case is about, by the case's key."""

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The records whose rules the gate asks, by subject of the rules."""

    def persons(self, case: Case, word: str) -> list[Person]:
        """Who a word of the port means today; empty when nobody."""

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the request can be made at all, besides documents and gate."""

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether the panel is complete and may be sent on."""

    def experts(self, case: Case) -> set[int]:
        """The persons who judged the case in any round so far; they judge no appeal of it."""

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Carry out `granted`, `refused`, `withdrawn`, or `set_aside` after a granted appeal."""


@runtime_checkable
class Bounding(Protocol):
    """A port that knows limits of authority: what exceeds them has the outcome `beyond`."""

    def is_within(self, case: Case, stage: str, by: Actor) -> bool:
        """Whether who agrees at the stage may decide this alone. Asked inside the step, with the case
        locked; the port locks what the limit is counted from until the transaction ends."""


@runtime_checkable
class Following(Protocol):
    """A port whose subject moves on while its request does, not only when it ends."""

    def entered(self, case: Case, stage: str, settings: Mapping[str, Any], by: Mandate) -> None:
        """Carry out what it means that the request came to the stage, inside the deed of the step."""


@runtime_checkable
class Boarding(Protocol):
    """A port whose panel is the sitting itself: `board` names it on the sitting."""

    board: str


@runtime_checkable
class Composing(Protocol):
    """A port whose requests have a panel of their own, kept by its room beside the sitting."""

    has_panel: bool


@runtime_checkable
class Naming(Protocol):
    """A port under which the office makes kinds of its own: requests are asked for by the name of the
    kind, so that there may be many. Of every other port the names are fixed by the room."""

    has_own_kinds: bool


@runtime_checkable
class Asked(Protocol):
    """A port that lets nobody but these make a request at all, whatever a kind says."""

    askers: frozenset[str]


@runtime_checkable
class Chaired(Protocol):
    """A port whose requests go to a standing body of their own, where there are several of a kind."""

    def body_for(self, case: Case, kind: str) -> int | None:
        """The body of the kind (its key) that decides the request; None where any may."""


@runtime_checkable
class Competing(Protocol):
    """A port whose requests compete with each other."""

    def rivals(self, persons: Collection[int]) -> QuerySet[Any, Any]:
        """The keys of the requests that compete with one of the persons', without the persons' own,
        as a subquery that is cheap where none of them competes."""

    def asks(self, person: OuterRef) -> Exists:
        """Whether a person, as an outer query names it, has such a request."""


@runtime_checkable
class Withholding(Protocol):
    """A port that keeps outside letters from persons who have a part of their own in the request."""

    def withheld(self, person: int) -> QuerySet[Any, Any]:
        """The keys of the requests whose letters the person neither asks for nor reads, as a
        subquery."""


_ports: dict[str, Port] = {}


def register_port(port: Port) -> None:
    """Make a port known under its name. Raises ValueError when another one holds the name."""
    held = _ports.setdefault(port.name, port)
    if type(held) is not type(port):
        raise ValueError(f"The port {port.name!r} belongs to {type(held).__name__} already.")


def port_named(name: str) -> Port:
    """The port of this name. Raises LookupError when no room registered it."""
    if name not in _ports:
        raise LookupError(f"No room registered the port {name!r}. Known: {sorted(_ports)}.")
    return _ports[name]


def port_of(case: Case) -> Port:
    """The port of the case's kind; `case` comes with its kind."""
    return port_named(case.kind.port)


def ports() -> list[str]:
    """The names of all ports, sorted."""
    return sorted(_ports)
