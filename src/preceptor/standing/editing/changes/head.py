"""The head of a pack: what it is called, its version, its layer."""

from __future__ import annotations

from dataclasses import dataclass

from preceptor.policy.content import Content

from .change import Pair, group, put, readable


@dataclass(frozen=True)
class HeadChange:
    """Another title, version or layer."""

    title: Pair
    version: str
    layer: str
    part: str = "pack"

    def apply(self, content: Content) -> None:
        """Write the head."""
        head = group(content, "pack")
        head["title"] = self.title.content()
        put(head, "version", readable(self.version))
        put(head, "layer", readable(self.layer))


def first_content(pack: str, title: Pair, layer: str) -> Content:
    """A pack that has a head and nothing else yet."""
    return {
        "pack": {"id": readable(pack), "version": "1", "layer": layer, "title": title.content()}
    }
