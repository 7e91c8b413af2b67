"""The port through which `standing` says whom a conflict of interest keeps off a panel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.people.models import Person

from .models import Panel

#: Gives, by the key of the person, the kinds of conflict that block and that nobody overrode.
Blocked = Callable[[Panel, Collection[Person]], Mapping[int, Collection[str]]]
_asked: list[Blocked] = []


def register_interests(blocked: Blocked) -> None:
    """Name who knows conflicts of interest; the last one registered counts."""
    _asked[:] = [blocked]


def free_of_conflicts(panel: Panel, persons: Collection[Person]) -> Permit:
    """Whether no conflict keeps one of the persons off the panel, except those that were overridden
    with a reason. Raises LookupError when nobody knows conflicts in this installation."""
    if not _asked:
        raise LookupError("Nobody registered who knows conflicts of interest.")
    stopped = {key for key, kinds in _asked[0](panel, persons).items() if kinds}
    names = [one.name_zh for one in persons if one.pk in stopped]
    if not names:
        return GRANTED
    return refused(
        _("A conflict of interest keeps off the panel: %(names)s. Choose others, or record why.")
        % {"names": "、".join(names)}
    )
