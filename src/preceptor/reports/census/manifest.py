"""The manifest: what a census holds, and all that one needs to trust or repeat it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from preceptor.base import journal
from preceptor.institutions.models import Unit
from preceptor.standing.packs import Force, force_on

PACKAGE = Path(__file__).resolve().parents[2]
MANIFEST = "manifest.json"
FIGURES = "figures.json"
RULES = "rules.json"

Json = dict[str, Any]


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        for block in iter(lambda: source.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def files_of(folder: Path, rows: dict[str, int]) -> Json:
    """Hash, size and, where it has rows, their number for each file lying directly in the folder.

    The key files of the figures lie deeper; `figures.json` holds their hashes.
    """
    return {
        path.name: {
            "sha256": digest_of(path),
            "bytes": path.stat().st_size,
            **({"rows": rows[path.stem]} if path.suffix == ".parquet" else {}),
        }
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def packs_of(institution: Unit, day: date) -> list[Json]:
    """The packs by which the day is judged, by id: layer, content and, where lower layers set
    values in it, the contents that were laid over each other (`parts`, the pack itself first).

    `units` are the codes of the units that are judged by it so; null where all are.
    """
    force = force_on(institution.pk, day)
    whole = {pack.hash for pack in force.of(None)}
    units = _units_judged(force)
    keys = {unit for judged in units.values() for unit in judged}
    codes = dict(Unit.objects.filter(pk__in=keys).values_list("pk", "code"))
    return [
        {
            "pack": pack.id,
            "version": pack.version,
            "layer": pack.layer,
            "hash": pack.hash,
            "parts": list(pack.parts) or [pack.hash],
            "units": None
            if pack.hash in whole
            else sorted(codes[unit] for unit in units[pack.hash]),
        }
        for pack in sorted(force.contents(), key=lambda pack: (pack.id, pack.hash not in whole))
    ]


def _units_judged(force: Force) -> dict[str, set[int]]:
    """The units with bindings of their own, by the hash of each content that judges them."""
    found: dict[str, set[int]] = {}
    for unit in {unit for known in force.bindings for unit in known.units or ()}:
        for pack in force.of(unit):
            found.setdefault(pack.hash, set()).add(unit)
    return found


@cache
def code_version() -> Json:
    """Version of the package, commit where the code lies in a checkout, hash of its source."""
    return {"version": version("preceptor"), "commit": _commit(), "source": _source_hash()}


def _commit() -> str | None:
    """The commit checked out; None where there is no git or no checkout."""
    try:
        found = subprocess.run(
            ["git", "-C", str(PACKAGE), "rev-parse", "HEAD"],
            capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None


def _source_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def head_of_journal() -> Json:
    """The last line of the journal at the freeze."""
    head = journal.head()
    return {"number": head.number, "hash": head.hash}


def write_manifest(folder: Path, manifest: Json) -> str:
    """Write the manifest; gives its SHA-256."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()
