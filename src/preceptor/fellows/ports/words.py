"""Whom the words of this room's kinds mean today, and what is wrong with settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from preceptor.base.today import today
from preceptor.people.choices import RoleKind
from preceptor.people.models import Person, Role

from ..models import LabMember, Laboratory, PiProgramme

HEAD, DIRECTOR, MEMBER = "head", "director", "member"
Faults = list[tuple[str, str]]


def unknown_settings(settings: Mapping[str, Any], names: Iterable[str] = ()) -> Faults:
    """A fault for each setting that a port does not know, in Chinese and English."""
    return [
        (f"设置中没有“{name}”这一项，请删去", f"there is no setting {name!r}; remove it")
        for name in sorted(settings.keys() - set(names))
    ]


def one_of(settings: Mapping[str, Any], name: str, values: Sequence[str]) -> Faults:
    """A fault unless the setting is one of the values."""
    if settings.get(name) in values:
        return []
    allowed = ", ".join(values)
    return [(f"设置 {name} 应为以下之一：{allowed}", f"setting {name!r} must be one of: {allowed}")]


def above(programme: PiProgramme, head: int) -> list[Person]:
    """Who decides above the head of a laboratory: the director of the programme; where there is
    none, or the director is the head, the leaders of the institution of today. Nobody decides
    above oneself."""
    director = programme.director
    if director is not None and director.pk != head:
        return [director]
    roles = Role.objects.on(today()).filter(
        kind=RoleKind.LEADER, unit=programme.institution_id, account__is_active=True
    )
    found = Person.objects.filter(pk__in=roles.order_by().values("account__person"))
    return list(found.exclude(pk=head).order_by("pk"))


def of_laboratory(laboratory: Laboratory, word: str) -> list[Person]:
    """The head, who decides above the head, or who works in the laboratory today."""
    if word == HEAD:
        return [laboratory.head]
    if word == DIRECTOR:
        return above(laboratory.programme, laboratory.head_id)
    if word == MEMBER:
        rows = LabMember.objects.on(today()).filter(laboratory=laboratory)
        return [row.person for row in rows.select_related("person").order_by("pk")]
    return []
