"""The register of regulations of the demo institution, with the statutes above them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from preceptor.institutions.choices import RegulationLayer
from preceptor.institutions.models import Regulation

from .insertion import Batch

_NATIONAL = (RegulationLayer.STATUTE, RegulationLayer.MINISTRY)
_UNIVERSITY = ["云汀医科大学", "Yunting Medical University"]


def listed() -> list[dict[str, Any]]:
    """The regulations as written in the table, those that are replaced before their successors."""
    text = (files(__package__) / "data" / "regulations.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["regulation"]
    return rows


def write_regulations(batch: Batch, root: int) -> None:
    """Enter them all; those of the state belong to no institution."""
    keys: dict[str, int] = {}
    for row in listed():
        keys[row["code"]] = _write(batch, root, row, keys)


def _write(batch: Batch, root: int, row: dict[str, Any], keys: dict[str, int]) -> int:
    issuer_zh, issuer_en = row.get("issuer", _UNIVERSITY)
    title_zh, title_en = row["title"]
    return batch.add(
        Regulation,
        code=row["code"],
        institution_id=None if row["layer"] in _NATIONAL else root,
        layer=row["layer"],
        title_zh=title_zh,
        title_en=title_en,
        issuer_zh=issuer_zh,
        issuer_en=issuer_en,
        number=row.get("number", ""),
        on_trial=row.get("trial", False),
        issued_on=row.get("issued"),
        effective_from=row.get("from"),
        effective_to=row.get("to"),
        replaces_id=keys[row["replaces"]] if "replaces" in row else None,
        pack=row.get("pack", ""),
        source_in_pack=row.get("source", ""),
    )
