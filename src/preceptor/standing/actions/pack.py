"""Putting packs into force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution
from preceptor.policy import load_pack_text

from ..models import PackInForce
from ..packs import find
from ..schema import SCHEMA


def put_in_force(*, institution: Unit, pack: str, valid_from: date, by: Actor) -> PackInForce:
    """Put a pack into force for the institution, with the content it has now.

    Its examples must have the verdicts that the pack itself gives them. The same content from the same day again changes nothing. Stored verdicts stay as they are
    until `evaluate_all`. Raises PermissionDenied, InputRefused when there is no such pack, and
    PackError when it is wrong; then nothing is changed.
    """
    may_keep_institution(by, institution).demand()
    text = Path(find(pack).file).read_text(encoding="utf-8")
    found = load_pack_text(text, SCHEMA, pack, strict=True)
    columns = {"version": found.version, "hash": found.hash, "in_force_from": valid_from}
    with deed(by) as act:
        Unit.objects.select_for_update(no_key=True).get(pk=institution.pk)
        held = PackInForce.objects.filter(institution=institution, unit=None, pack=found.id)
        row = held.filter(in_force_from=valid_from).first()
        before = {name: getattr(row, name) for name in columns} if row else None
        if row is not None and before == columns:
            return row
        row, _created = PackInForce.objects.update_or_create(
            institution=institution, unit=None, pack=found.id, in_force_from=valid_from,
            defaults=columns | {"text": text},
        )  # fmt: skip
        act.write("pack.force", "pack", found.id, before=before, after=columns)
    return row
