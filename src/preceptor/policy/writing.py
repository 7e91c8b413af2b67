"""Writing the content of a pack as TOML."""

from __future__ import annotations

import tomli_w

from preceptor.policy.content import Content

ORDER = ("pack", "source", "param", "fact", "example", "replace", "rule")


def write_pack(content: Content) -> str:
    """The content of a pack, or of an overlay, as a text; read again it has the same hash.

    Texts of several lines are written as such. Raises TypeError for what TOML cannot hold, such as None.
    """
    parts = sorted(content, key=lambda part: ORDER.index(part) if part in ORDER else -1)
    ordered = {part: content[part] for part in parts}
    plain = tomli_w.dumps(ordered)
    # The writer turns "\r\n" into "\n" where it writes several lines, which would be another text.
    return plain if "\\r" in plain else tomli_w.dumps(ordered, multiline_strings=True)
