"""Short names of directions in the keys of figures."""

from __future__ import annotations

import re
import unicodedata

#: Directions of the national catalogue whose figures are known under a shorter name.
SHORT = {
    "105101": "internal_medicine",
    "105102": "paediatrics",
    "105103": "geriatrics",
    "105104": "neurology",
    "105111": "surgery",
    "105115": "obgyn",
    "105116": "ophthalmology",
    "105118": "anaesthesiology",
    "105121": "oncology",
    "105123": "radiology",
}


def slug_of(code: str, name_en: str) -> str:
    """The direction's name in a key: short where one is known, else from its English name."""
    plain = unicodedata.normalize("NFKD", name_en).encode("ascii", "ignore").decode().lower()
    return SHORT.get(code) or re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or code


def slugs(directions: list[tuple[int, str, str]]) -> list[tuple[int, str]]:
    """Key and slug of each direction given as key, code and English name; no two are alike."""
    found: dict[str, int] = {}
    for key, code, name in directions:
        slug = slug_of(code, name)
        found[slug if slug not in found else f"{slug}_{code}"] = key
    return [(key, slug) for slug, key in found.items()]
