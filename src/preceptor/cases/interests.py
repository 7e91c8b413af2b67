"""The port through which `standing` says whom a conflict of interest keeps from deciding a request: an
appeal, or one that a board decides."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.people.models import Person

from .models import Case

#: Gives the keys of those of the persons whom a conflict keeps from deciding the request.
Stopped = Callable[[Case, Collection[Person]], Collection[int]]
_asked: list[Stopped] = []


def register_interests(stopped: Stopped) -> None:
    """Name who knows conflicts of interest; the last one registered counts."""
    _asked[:] = [stopped]


def stopped(case: Case, persons: Collection[Person]) -> set[int]:
    """The keys of those of the persons whom a conflict keeps from deciding the request. Raises
    LookupError when nobody knows conflicts in this installation."""
    if not _asked:
        raise LookupError("Nobody registered who knows conflicts of interest.")
    return set(_asked[0](case, persons))


def free_to_decide(case: Case, persons: Collection[Person]) -> Permit:
    """Whether no conflict keeps one of the persons from deciding the request. Raises LookupError when
    nobody knows conflicts in this installation."""
    keys = stopped(case, persons)
    names = [one.name_zh for one in persons if one.pk in keys]
    if not names:
        return GRANTED
    return refused(
        _("A conflict of interest keeps from deciding this request: %(names)s. Choose others.")
        % {"names": "、".join(names)}
    )
