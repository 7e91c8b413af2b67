"""All definitions, in the order of the report."""

from __future__ import annotations

from . import (
    admission,
    cases,
    completeness,
    fellows,
    joint,
    reconciliation,
    situation,
    strength,
    training,
)
from .figure import Definition

DEFINITIONS: tuple[Definition, ...] = (
    *situation.FIGURES,
    *strength.FIGURES,
    *admission.FIGURES,
    *training.FIGURES,
    *cases.FIGURES,
    *fellows.FIGURES,
    *joint.FIGURES,
    *completeness.FIGURES,
    *reconciliation.FIGURES,
)

_BY_KEY = {definition.key: definition for definition in reversed(DEFINITIONS)}


def definition_of(key: str) -> Definition | None:
    """The definition of a figure by its key; the key of a part finds that of the whole series.

    None for a figure that this version of the product no longer defines.
    """
    while key:
        if key in _BY_KEY:
            return _BY_KEY[key]
        key = key.rpartition(".")[0]
    return None
