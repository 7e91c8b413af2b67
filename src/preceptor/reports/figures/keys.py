"""Reading the record keys of a figure, without the engine that computed it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..census.folders import folder_of
from ..census.manifest import FIGURES
from ..models import FigureValue


@lru_cache(maxsize=8)
def _entries(folder: Path) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The files of each figure of a census, which never changes."""
    figures = json.loads((folder / FIGURES).read_bytes())["figures"]
    return {(entry["key"], entry["scope"], entry["period"]): entry["files"] for entry in figures}


def record_kinds(figure: FigureValue) -> tuple[str, ...]:
    """The kinds of records that the figure counts; a quotient may have two."""
    return tuple(figure.record_kind.split("+")) if figure.record_kind else ()


def record_keys(figure: FigureValue, kind: str = "") -> Iterator[int]:
    """The keys of the figure's records in ascending order, of the kind or else of its first one.

    Empty where the figure counts no record of the kind.
    """
    folder = folder_of(figure.census)
    files = _entries(folder).get((figure.key, figure.scope, figure.period), {})
    wanted = kind or next(iter(record_kinds(figure)), "")
    if wanted not in files:
        return
    with gzip.open(folder / files[wanted]["file"], "rt", encoding="ascii") as lines:
        for line in lines:
            yield int(line)
