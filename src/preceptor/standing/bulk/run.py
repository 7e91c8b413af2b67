"""One bulk run: records read, judged, re-checked by sample, written."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from preceptor.policy import Batch, Pack

from .judging import Summary, judged
from .sampling import Sampler
from .write import results


@dataclass(frozen=True)
class Source:
    """Records of one subject in chunks, and how many records there are at most in a chunk.

    `read_ahead`: whether the chunks may be read by other threads, one at a time.
    """

    subject: str
    count: int
    size: int
    chunks: Iterable[Batch]
    read_ahead: bool = True


def evaluate_to(
    path: Path, pack: Pack, sources: Iterable[Source], seed: int | None = None
) -> Summary:
    """Judge all records by the pack and write the verdicts; nothing is left when anything fails.

    `seed` decides which records are judged again; each run has its own when none is given. Raises
    Differs, InputRefused, OSError.
    """
    drawn = secrets.randbits(32) if seed is None else seed
    summary = Summary(drawn)
    with results(path) as file:
        for source in sources:
            sampler = Sampler(pack, drawn, -(-source.count // source.size))
            for found in judged(pack, source.chunks, sampler, source.read_ahead):
                file.write(pack, found)
                summary.add(found)
    return summary
