"""The head of a pack: what it is called, whose layer it is of, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from preceptor.policy.table import Table
from preceptor.policy.text import Text

Layer = Literal["statute", "ministry", "province", "university", "unit", "programme"]
#: Who made a regulation; each binds those after it.
LAYERS: tuple[Layer, ...] = ("statute", "ministry", "province", "university", "unit", "programme")

LAYER_TITLES: dict[Layer, Text] = {
    "statute": Text("国家法律法规", "statute"),
    "ministry": Text("部委", "ministry"),
    "province": Text("省（市）", "province"),
    "university": Text("学校", "university"),
    "unit": Text("医院或学院", "hospital or college"),
    "programme": Text("培养项目", "programme"),
}


@dataclass(frozen=True, slots=True)
class Extends:
    """The base of an overlay. ``version`` and ``hash`` are empty when the overlay does not say them."""

    id: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a whole pack. ``based_on`` is None for a pack that was not made by an overlay."""

    id: str
    version: str
    title: Text
    layer: Layer
    based_on: Extends | None


def read_head(content: Mapping[str, Any]) -> Head:
    """The head of a whole pack. Raises PackError."""
    table = _table(content)
    table.allow("id", "version", "title", "layer", "based_on")
    based_on = _base(table, "based_on") if "based_on" in table.content else None
    return Head(
        id=table.string("id"),
        version=table.string("version"),
        title=table.text("title"),
        layer=table.choice("layer", LAYERS, "university"),
        based_on=based_on,
    )


def read_extends(content: Mapping[str, Any]) -> Extends | None:
    """What an overlay is laid over; None for a whole pack. Raises PackError."""
    table = _table(content)
    return _base(table, "extends") if "extends" in table.content else None


def _table(content: Mapping[str, Any]) -> Table:
    return Table(Table(dict(content), "").raw("pack"), "pack")


def _base(head: Table, key: str) -> Extends:
    table = Table(head.content[key], f"pack, {key}")
    table.allow("id", "version", "hash")
    return Extends(
        table.string("id"),
        table.optional_string("version") or "",
        table.optional_string("hash") or "",
    )
