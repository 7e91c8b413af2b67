"""The hash of a pack's content."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

# Part of the hash: the same text under another meaning of the language is another pack.
LANGUAGE = 1


def content_hash(content: Mapping[str, Any]) -> str:
    """The hash of a pack's content, the same whatever the order of its keys."""
    plain = {"language": LANGUAGE, "pack": content}
    text = json.dumps(
        plain,
        sort_keys=True,
        ensure_ascii=False,
        check_circular=False,
        default=_plain,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return _written(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _written(value: Decimal) -> str:
    """A decimal as TOML can write it: never as a whole number, which would be another value."""
    text = str(value)
    return f"{text}.0" if text.lstrip("-").isdigit() else text
