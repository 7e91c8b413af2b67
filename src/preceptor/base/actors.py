"""Who acts. Accounts live higher up; the ground knows only a key and a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Actor(Protocol):
    """Anything that can be named in the journal as the one who did it."""

    @property
    def actor_key(self) -> str: ...

    @property
    def actor_name(self) -> str: ...


@dataclass(frozen=True)
class Operator:
    """The person at the installation's own command line, who may do everything and is named."""

    actor_key: str = "operator"
    actor_name: str = "operator"


OPERATOR = Operator()


@dataclass(frozen=True)
class Mandate(Operator):
    """What a case carries out: the authority of the case, in the name of who decided.

    Only the engine of cases makes one: when a case ends, when it calls its board, and when what it
    granted is taken up later.
    """

    actor_key: str = ""
    actor_name: str = ""
    case: str = ""
