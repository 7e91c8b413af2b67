"""Taking a part out of a draft, and giving a part back the content that is in force."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from preceptor.policy.content import Content

from .change import absent, group, listed

#: Parts that are tables of a list, and the keys that name them.
NAMING = {"rule": ("id",), "replace": ("pack", "param")}


@dataclass(frozen=True)
class Removal:
    """A parameter, fact, rule, source or replacement is taken out. Who used it is told by the loader."""

    part: str

    def apply(self, content: Content) -> None:
        """Remove the part. Raises InputRefused where it is not there."""
        if held(content, self.part) is None:
            raise absent(self.part)
        take_out(content, self.part)


@dataclass(frozen=True)
class Undoing:
    """A part is again what it is in the base of the draft."""

    part: str
    base: Content = field(hash=False)

    def apply(self, content: Content) -> None:
        """Put the part of the base back; a part that the base lacks is removed."""
        before = copy.deepcopy(held(self.base, self.part))
        if self.part.partition(" ")[0] in NAMING:
            _put_listed(content, self.part, before)
            return
        if held(content, self.part) is not None:
            take_out(content, self.part)
        if before is not None:
            owner, last = _owner(content, self.part)
            owner[last] = before


def held(content: Content, part: str) -> Content | None:
    """The table of a part; None if absent.

    Parts are `param size`, `fact panel.size`, `rule panel.size`, `source rules`, `example panel`,
    `replace cn/degrees-law defence_min`, `pack`.
    """
    kind = part.partition(" ")[0]
    if kind in NAMING:
        return next((table for table in listed(content, kind) if is_named(table, part)), None)
    owner, last = _owner(content, part)
    found = owner.get(last)
    return found if isinstance(found, dict) else None


def is_named(table: Content, part: str) -> bool:
    """Whether a table of a list is the part."""
    kind, _space, name = part.partition(" ")
    return " ".join(str(table.get(key)) for key in NAMING[kind]) == name


def _owner(content: Content, part: str) -> tuple[Content, str]:
    kind, _space, name = part.partition(" ")
    if kind == "pack":
        return content, "pack"
    if kind == "fact":
        subject, _dot, fact = name.partition(".")
        return group(content, "fact", subject), fact
    if kind not in ("param", "source", "example"):
        raise absent(part)
    return group(content, kind), name


def take_out(content: Content, part: str) -> None:
    """Remove a part where it is there."""
    kind = part.partition(" ")[0]
    if kind in NAMING:
        tables = listed(content, kind)
        tables[:] = [table for table in tables if not is_named(table, part)]
        return
    owner, last = _owner(content, part)
    owner.pop(last, None)


def _put_listed(content: Content, part: str, before: Content | None) -> None:
    """The table of the base in the place of the present one, at the end where it was removed."""
    tables = listed(content, part.partition(" ")[0])
    places = [place for place, table in enumerate(tables) if is_named(table, part)]
    if not places and before is None:
        raise absent(part.partition(" ")[2])
    if before is None:
        del tables[places[0]]
    elif places:
        tables[places[0]] = before
    else:
        tables.append(before)
