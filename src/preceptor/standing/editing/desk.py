"""A draft laid out for work: the whole content as it would be, and the content it begins from."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import lru_cache

from preceptor.policy.composing import compose
from preceptor.policy.content import Content
from preceptor.policy.hashing import content_hash
from preceptor.policy.loading import read_content
from preceptor.policy.writing import write_pack

from ..models import PackDraft, PackInForce
from .overlaying import overlay_between


@dataclass
class Desk:
    """`content` is the whole pack as the draft would have it, `base` what is in force (or None)."""

    content: Content
    base: Content | None

    @property
    def hash(self) -> str:
        """The hash that the pack would have."""
        return content_hash(self.content)


def desk_of(draft: PackDraft) -> Desk:
    """The draft laid out; both contents may be changed freely. Raises PackError for an unreadable text.

    One query for the base, unless it was fetched with the draft.
    """
    return desk_from(draft.pack, draft.overlay, draft.base.text if draft.base else None)


def desk_from(pack: str, overlay: str, base: str | None) -> Desk:
    """The texts of a draft and of its base (None: from nothing) laid out. Raises PackError."""
    changes = read_content(overlay, pack)
    if base is None:
        return Desk(changes, None)
    held = copy.deepcopy(_read(base))
    return Desk(compose(held, changes), held)


def content_of(row: PackInForce) -> Content:
    """The content of a pack in force, as a copy."""
    return copy.deepcopy(_read(row.text))


@lru_cache(maxsize=16)
def _read(text: str) -> Content:
    return read_content(text)


def overlay_text(desk: Desk, base: PackInForce | None) -> str:
    """The draft as text: what it changes of its base, or the whole pack where it has none."""
    content = pruned(desk.content)
    if desk.base is None or base is None:
        return write_pack(content)
    overlay = overlay_between(desk.base, content)
    head: Content = {"id": content["pack"].get("id", base.pack)}
    head["extends"] = {"id": base.pack, "version": base.version, "hash": base.hash}
    overlay["pack"] = {**overlay.get("pack", {}), **head}
    return write_pack(overlay)


def pruned(content: Content) -> Content:
    """The content without groups that hold nothing."""
    found = {key: value for key, value in content.items() if value not in ({}, [])}
    facts = found.get("fact")
    if isinstance(facts, dict):
        found["fact"] = {subject: held for subject, held in facts.items() if held}
    return found
