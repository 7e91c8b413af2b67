"""An answer to "may I?" that always carries its reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from .errors import NotPermitted


@dataclass(frozen=True)
class Permit:
    """True when granted; otherwise `reason` says why not, in words fit for a disabled button."""

    granted: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.granted

    def demand(self) -> None:
        """Raise NotPermitted with the reason unless granted."""
        if not self.granted:
            raise NotPermitted(self.reason)


GRANTED = Permit(True)


def refused(reason: str | Promise) -> Permit:
    """A permit that says no, and why."""
    return Permit(False, reason)


def first_refusal(*permits: Permit) -> Permit:
    """The first of the permits that says no, else a granted one."""
    return next((permit for permit in permits if not permit), GRANTED)
