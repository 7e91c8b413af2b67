"""The packs that bind together with a draft's, and what its layer may set of those above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from preceptor.policy import LAYERS, Pack, layered
from preceptor.policy.content import Content
from preceptor.policy.head import Layer
from preceptor.policy.loading import load_content
from preceptor.policy.parameters import Parameter

from ..models import PackDraft
from ..packs import force_on
from ..schema import SCHEMA


@dataclass(frozen=True)
class Beside:
    """The packs of the draft's layer and of those above it that bind whom the draft's pack binds.

    `absent` are the ids of packs that are not in force on the day. The draft's own pack, as it is
    in force, is not among them.
    """

    layer: Layer
    packs: tuple[Pack, ...]
    absent: frozenset[str]

    def upper(self) -> tuple[Pack, ...]:
        """The packs above the draft's layer, laid over each other; packs of its layer count for
        their values too. Raises PackError where those in force contradict each other."""
        laid = layered(self.packs, self.absent)
        return tuple(pack for pack in laid if is_above(pack.layer, self.layer))

    def replaceable(self) -> Iterator[tuple[Pack, Parameter]]:
        """Every parameter of an upper pack that a pack of the draft's layer may set, with its pack."""
        for pack in self.upper():
            for parameter in pack.parameters.values():
                if parameter.stricter is not None or self.layer in parameter.delegates:
                    yield pack, parameter

    def check(self, content: Content, replacement: Content) -> None:
        """Raise PackError where the replacement of a draft's content may not be laid over the upper
        packs, or cannot be read. Other faults of the content are passed over."""
        alone = {
            "pack": content.get("pack", {}),
            "source": content.get("source", {}),
            "replace": [replacement],
        }
        pack = load_content(alone, SCHEMA)
        layered((*self.packs, pack), self.absent)


def is_above(layer: Layer, other: Layer) -> bool:
    """Whether packs of a layer bind those of the other."""
    return LAYERS.index(layer) < LAYERS.index(other)


def beside(draft: PackDraft, layer: Layer, on: date) -> Beside:
    """What binds together with the draft's pack on the day; a query, and one more where a unit has
    packs of its own."""
    force = force_on(draft.institution_id, on)
    found = tuple(
        known.pack
        for known in force.bindings
        if known.binds(draft.unit_id)
        and known.pack.id != draft.pack
        and not is_above(layer, known.pack.layer)
    )
    return Beside(layer, found, force.absent)
