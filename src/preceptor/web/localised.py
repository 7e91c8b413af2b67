"""Bilingual columns in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def localised(record: Any, column: str) -> str:
    """`<column>_en` for a reader of English where it is filled, else `<column>_zh`."""
    english = getattr(record, f"{column}_en", "")
    chinese = getattr(record, f"{column}_zh", "")
    return str(english or chinese) if get_language() == "en" else str(chinese or english)
