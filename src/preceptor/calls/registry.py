"""The purposes of calls: what rooms above say of what an accepted offer becomes."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from preceptor.base.actors import Mandate
from preceptor.base.permits import Permit
from preceptor.people.models import Person

from .models import Call, CallApplication, Offer


class Purpose(Protocol):
    """For what a call looks for people."""

    name: str

    def may_publish(self, call: Call) -> Permit:
        """Whether the call may be published as it stands."""

    def hosts(self, call: Call) -> list[Person]:
        """With whom an applicant may ask to work; empty where applicants name nobody."""

    def accept(self, application: CallApplication, offer: Offer, by: Mandate) -> None:
        """Carry out an accepted offer; called inside its deed."""

    def title(self, call: Call) -> tuple[str, str]:
        """For what one applies, in Chinese and English, such as 博士后进站."""


@runtime_checkable
class Chaired(Protocol):
    """A purpose whose applications a standing body of its own decides."""

    def body_for(self, call: Call, kind: str) -> int | None:
        """The body of the kind (its key); None where any of the institution may decide."""


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    """Make a purpose known under its name. Raises ValueError when another one holds the name."""
    held = _purposes.setdefault(purpose.name, purpose)
    if type(held) is not type(purpose):
        raise ValueError(f"The purpose {purpose.name!r} belongs to {type(held).__name__} already.")


def purpose_named(name: str) -> Purpose:
    """The purpose of this name. Raises LookupError when no room registered it."""
    if name not in _purposes:
        raise LookupError(f"No room registered the purpose {name!r}. Known: {sorted(_purposes)}.")
    return _purposes[name]


def purpose_of(call: Call) -> Purpose:
    """The purpose of the call."""
    return purpose_named(call.purpose)


def purposes() -> list[str]:
    """The names of all purposes, sorted."""
    return sorted(_purposes)
