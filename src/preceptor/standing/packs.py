"""Where packs lie, and which are in force for an institution."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.policy import Pack, load_pack, load_pack_text

from .models import PackInForce
from .schema import SCHEMA

SHIPPED = Path(__file__).resolve().parent.parent / "packs"


def folders() -> list[Path]:
    """Where packs are looked for: the institution's own folder first, then those shipped."""
    return [Path(settings.PRECEPTOR_HOME) / "packs", SHIPPED]


@lru_cache(maxsize=64)
def _loaded(path: Path, changed: int) -> Pack:
    return load_pack(path, SCHEMA)


def read(path: Path) -> Pack:
    """The pack in the file, checked; read again only when the file changed.

    Raises PackError when the pack is wrong, InputRefused when there is no such file.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        raise InputRefused(_("There is no pack file %(path)s.") % {"path": str(path)}) from None
    return _loaded(path, changed)


def _id_in(path: Path) -> str | None:
    """The id that a pack file states, without checking the rest of it."""
    try:
        return _stated_id(path, path.stat().st_mtime_ns)
    except OSError:
        return None


# Every page asks which packs are in force: a file is parsed again only when it changed.
@lru_cache(maxsize=256)
def _stated_id(path: Path, changed: int) -> str | None:
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8"))["pack"]["id"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return None


def find(pack: str) -> Pack:
    """The pack of the id, or in the file of that name. Raises PackError or InputRefused."""
    if pack.endswith(".toml"):
        return read(Path(pack))
    for folder in folders():
        for path in sorted(folder.glob("**/*.toml")):
            if _id_in(path) == pack:
                return read(path)
    raise InputRefused(
        _("There is no pack “%(pack)s”. Packs here: %(known)s.")
        % {"pack": pack, "known": ", ".join(shipped()) or "—"}
    )


def shipped() -> list[str]:
    """The ids of all packs that lie here."""
    paths = [path for folder in folders() for path in sorted(folder.glob("**/*.toml"))]
    return sorted({found for path in paths if (found := _id_in(path))})


def in_force(institution: Unit) -> list[Pack]:
    """The packs that the institution has put into force from a day that has come, by id.

    One query; the text of a pack is fetched and checked once for each content.
    """
    return in_force_at([institution.pk])


def in_force_at(institutions: Collection[int] | QuerySet[Unit]) -> list[Pack]:
    """The packs in force at any of the institutions, each content once, by id.

    Of several contents of a pack at one institution the one that began last counts.
    """
    rows = PackInForce.objects.filter(
        institution__in=institutions, in_force_from__lte=today()
    ).order_by("pack", "in_force_from", "pk")
    last = {
        (row["institution"], row["unit"], row["pack"]): row
        for row in rows.values("pk", "institution", "unit", "pack", "hash", "in_force_to")
        if row["in_force_to"] is None or row["in_force_to"] >= today()
    }
    held = {row["hash"]: row for row in last.values()}
    return [_put(row["pk"], row["pack"], row["hash"]) for row in held.values()]


@lru_cache(maxsize=64)
def _put(key: int, pack: str, content: str) -> Pack:
    text = PackInForce.objects.values_list("text", flat=True).get(pk=key)
    return load_pack_text(text, SCHEMA, file=pack)
