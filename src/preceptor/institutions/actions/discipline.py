"""Every write to the catalogue of disciplines."""

from __future__ import annotations

from typing import Any

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed

from ..models import Discipline
from .register import may_keep_registers


def add_discipline(*, by: Actor, **columns: Any) -> Discipline:
    """Enter a discipline or direction into the catalogue. Raises PermissionDenied."""
    may_keep_registers(by).demand()
    with deed(by) as act:
        entry = Discipline.objects.create(**columns)
        act.write("discipline.add", "discipline", entry.pk, after={"code": entry.code})
    return entry
