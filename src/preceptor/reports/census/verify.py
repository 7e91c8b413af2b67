"""Whether the files of a census are still those that were frozen, and its figures with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from ..models import Census
from .folders import folder_of
from .manifest import FIGURES, MANIFEST, Json, digest_of


def verify(census: Census) -> list[str]:
    """What no longer agrees with the manifest, one sentence each; empty when all is as frozen."""
    folder = folder_of(census)
    path = folder / MANIFEST
    if not path.is_file():
        return [_missing(path.as_posix())]
    text = path.read_bytes()
    if hashlib.sha256(text).hexdigest() != census.manifest_hash:
        return [_changed(path.as_posix())]
    manifest = json.loads(text)
    hashes = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    problems = _of_files(folder, hashes, {MANIFEST}, folder.iterdir())
    if census.manifest != manifest:
        problems.append(_("The row of the census in the database differs from its manifest."))
    return problems or _of_figures(census, folder)


def _missing(name: str) -> str:
    return _("%(file)s is missing.") % {"file": name}


def _changed(name: str) -> str:
    return _("%(file)s was changed after the freeze.") % {"file": name}


def _of_files(folder: Path, hashes: Json, known: set[str], lying: Iterable[Path]) -> list[str]:
    found = {path.relative_to(folder).as_posix() for path in lying if path.is_file()} - known
    expected = set(hashes)
    added = [
        _("%(file)s does not belong to the census.") % {"file": name}
        for name in sorted(found - expected)
    ]
    changed = [
        _changed(name)
        for name in sorted(expected & found)
        if digest_of(folder / name) != hashes[name]
    ]
    return [*map(_missing, sorted(expected - found)), *added, *changed]


def _of_figures(census: Census, folder: Path) -> list[str]:
    """The key files of the figures, and their values in the database, against `figures.json`."""
    figures = json.loads((folder / FIGURES).read_bytes())["figures"]
    hashes = {part["file"]: part["sha256"] for entry in figures for part in entry["files"].values()}
    problems = _of_files(folder, hashes, set(), (folder / "figures").rglob("*"))
    frozen = {(e["key"], e["scope"], e["period"]): e["value"] for e in figures}
    stored = {(row.key, row.scope, row.period): row.value for row in census.figures.all()}
    return problems + [
        _("The value of %(figure)s in the database differs from the one frozen.")
        % {"figure": " ".join(key)}
        for key in sorted(frozen.keys() | stored.keys())
        if key not in stored or key not in frozen or stored[key] != _number(frozen[key])
    ]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
