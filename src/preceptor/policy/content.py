"""The content of a pack as parsed from TOML, before it is read."""

from __future__ import annotations

from typing import Any

#: Tables, lists, strings, whole numbers, decimals, dates and truth values, as TOML has them.
Content = dict[str, Any]
