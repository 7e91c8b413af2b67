"""What an answer tells, as a reader has it."""

from __future__ import annotations

import html
import io
import json
import zipfile
from typing import Any


def text_of(response: Any) -> str:
    """All that a JSON answer tells, with its characters as they are: the JSON itself writes 林 as six
    others, and a name that leaks would not be found in it."""
    return readable(response.content)


def readable(body: bytes) -> str:
    """The JSON with its characters as they are."""
    return json.dumps(json.loads(body), ensure_ascii=False)


def page_of(response: Any) -> str:
    """All that a page tells, with its characters as they are: the page itself writes O'Neil as
    O&#x27;Neil."""
    assert response.headers["Content-Type"].startswith("text/html")
    return html.unescape(response.content.decode())


def unpacked(body: bytes) -> dict[str, str]:
    """The parts of a workbook or a Word file by their names: packed, they show no word."""
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
