"""What an answer of the interface tells, as a reader has it."""

from __future__ import annotations

import json
from typing import Any


def text_of(response: Any) -> str:
    """All that a JSON answer tells, with its characters as they are: the JSON itself writes 林 as six
    others, and a name that leaks would not be found in it."""
    return readable(response.content)


def readable(body: bytes) -> str:
    """The JSON with its characters as they are."""
    return json.dumps(json.loads(body), ensure_ascii=False)
