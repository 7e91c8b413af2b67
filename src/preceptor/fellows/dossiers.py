"""Who compiles the dossier of a station: a room above, which holds the figures of the censuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .models import Station

#: The lines of the dossier of a station out of the census with the key, by figure. Raises RuleBroken
#: for a census that is none of the station's institution.
Compiler = Callable[[Station, int], dict[str, Any]]

_compilers: list[Compiler] = []


def register_compiler(compiler: Compiler) -> None:
    """Name who compiles dossiers; the last one registered counts."""
    _compilers[:] = [compiler]


def dossier_from(station: Station, census: int) -> dict[str, Any]:
    """The lines of the dossier, by figure. Raises LookupError when nobody compiles dossiers in this
    installation, and RuleBroken as the compiler does."""
    if not _compilers:
        raise LookupError("Nobody registered who compiles the dossiers of stations.")
    return _compilers[0](station, census)
