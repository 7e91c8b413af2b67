"""Chunks of records judged on all cores, in order, with what each open answer lacks."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from django.utils import translation
from django.utils.translation import get_language

from preceptor.policy import VERDICTS, Batch, Pack
from preceptor.policy.evaluate import CHUNK, Codes
from preceptor.policy.gaps import Gaps
from preceptor.policy.run import Run

from .sampling import Sampler

T = TypeVar("T")
#: More names than a combination of them has bits would be told as their own text anyway.
MOST_NAMES = 62
#: Names of which all combinations are few enough to be counted.
FEW_NAMES = 12


@dataclass(frozen=True)
class Lacking:
    """What keeps a rule pending: for each record the place of its text in `texts`; the first text
    is empty."""

    texts: tuple[str, ...]
    places: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Verdicts:
    """A chunk with the verdicts of each rule, and what the pending ones lack."""

    batch: Batch
    codes: Mapping[str, Codes]
    lacking: Mapping[str, Lacking]
    sampled: int

    def missing(self, rule: str, place: int) -> list[str]:
        """The names that a pending verdict lacks, in alphabetical order."""
        found = self.lacking[rule]
        return [name for name in found.texts[int(found.places[place])].split(",") if name]


@dataclass
class Summary:
    """How many records of a run stand where against each rule; `seed` chose those of the sample."""

    seed: int
    records: int = 0
    sampled: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, found: Verdicts) -> None:
        """Count a chunk."""
        self.records += len(found.batch)
        self.sampled += found.sampled
        for rule, codes in found.codes.items():
            counted = np.bincount(codes, minlength=len(VERDICTS))
            total = self.counts.setdefault(rule, Counter())
            total.update({verdict.value: int(counted[verdict.code]) for verdict in VERDICTS})


def judged(
    pack: Pack, chunks: Iterable[Batch], sampler: Sampler, read_ahead: bool = True
) -> Iterator[Verdicts]:
    """The verdicts of the chunks, in their order; a bounded number is under way at a time, and the
    next is read meanwhile where it may be.

    Raises Differs when a record of the sample is judged otherwise by the definition.
    """
    cores = os.cpu_count() or 1
    under_way: deque[Future[Verdicts]] = deque()
    with ThreadPoolExecutor(cores + 1) as pool:
        read = _ahead(pool, chunks) if read_ahead else chunks
        try:
            for number, batch in enumerate(read):
                under_way.append(_submit(pool, judge_chunk, pack, batch, sampler, number))
                if len(under_way) > cores:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for waiting in under_way:
                waiting.cancel()


def _ahead(pool: ThreadPoolExecutor, chunks: Iterable[Batch]) -> Iterator[Batch]:
    """The chunks, of which the next is being read while one is in use."""
    stream = iter(chunks)
    reading = _submit(pool, next, stream, None)
    while (batch := reading.result()) is not None:
        reading = _submit(pool, next, stream, None)
        yield batch


def _submit(pool: ThreadPoolExecutor, work: Callable[..., T], *arguments: Any) -> Future[T]:
    """Work for another thread, which speaks the reader's language as this one does."""
    language = get_language()

    def spoken() -> T:
        with translation.override(language):
            return work(*arguments)

    return pool.submit(spoken)


def judge_chunk(pack: Pack, batch: Batch, sampler: Sampler, number: int) -> Verdicts:
    """The verdicts of one chunk, of which some were judged again."""
    rules = pack.rules_of(batch.subject)
    codes = {rule.id: np.empty(len(batch), dtype=np.uint8) for rule in rules}
    lacking: dict[str, list[tuple[int, dict[str, Any]]]] = {rule.id: [] for rule in rules}
    for start, part in batch.chunks(CHUNK):
        run = Run(part)
        for rule in rules:
            codes[rule.id][start : start + len(part)] = run.verdict(rule)
            lacking[rule.id].append((start, Gaps(run, rule).records))
    texts = {rule: _lacking(found, len(batch)) for rule, found in lacking.items()}
    found = Verdicts(batch, codes, texts, 0)
    sampled = sampler.check(number, batch, codes, found.missing)
    return Verdicts(batch, codes, texts, sampled)


def _lacking(parts: list[tuple[int, dict[str, Any]]], size: int) -> Lacking:
    """Combinations of names as numbers, one bit a name, and each that occurs as a text."""
    names = sorted({name for _start, masks in parts for name in masks})
    bits = np.zeros(size, dtype=np.int64)
    for start, masks in parts:
        for name, mask in masks.items():
            bits[start : start + len(mask)] |= np.int64(1 << names.index(name)) * mask
    if not names:
        return Lacking(("",), np.zeros(size, dtype=np.int32))
    if len(names) > MOST_NAMES:
        raise OverflowError(f"One rule lacks more than {MOST_NAMES} names.")
    return _texts(bits, names)


def _texts(bits: npt.NDArray[np.int64], names: list[str]) -> Lacking:
    if len(names) <= FEW_NAMES:
        there = np.bincount(bits, minlength=2) > 0
        there[0] = True
        kinds, places = np.flatnonzero(there), np.cumsum(there)[bits] - 1
    else:
        kinds, places = np.unique(np.concatenate(([0], bits)), return_inverse=True)
        places = places[1:]
    texts = (_names(kind, names) for kind in kinds.tolist())
    return Lacking(tuple(texts), places.astype(np.int32))


def _names(kind: int, names: list[str]) -> str:
    return ",".join(name for place, name in enumerate(names) if kind >> place & 1)
