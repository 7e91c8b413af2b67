"""Verdicts: of one record or of a million, by the same code."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from preceptor.policy.batch import Batch, Mask
from preceptor.policy.gaps import Gaps
from preceptor.policy.pack import Pack
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run
from preceptor.policy.verdict import VERDICTS, Verdict, Whole, whole_of

Codes = npt.NDArray[np.uint8]
# Records and child rows that are worked on at a time: small enough for a processor's cache.
CHUNK = 400_000
# Records of a page or of one step of a job: what was computed for them is kept with their verdicts, so
# that asking for missing names computes nothing twice.
FEW = 5000


class Evaluation:
    """The verdicts of a pack for a batch: ``verdicts[rule]`` holds a code (Verdict) for each record."""

    def __init__(
        self, pack: Pack, batch: Batch, verdicts: dict[str, Codes], run: Run | None = None
    ) -> None:
        self.pack = pack
        self.batch = batch
        self.verdicts = verdicts
        self._run = run
        self._gaps: dict[str, Gaps] = {}

    def verdict(self, rule: str, place: int) -> Verdict:
        """The verdict of a rule for one record."""
        return VERDICTS[int(self.verdicts[rule][place])]

    def counts(self, rule: str) -> dict[str, int]:
        """How many records have each verdict; every verdict is named, also with 0."""
        found = np.bincount(self.verdicts[rule], minlength=len(VERDICTS))
        return {verdict.value: int(found[verdict.code]) for verdict in VERDICTS}

    def missing(self, rule: str, place: int) -> list[str]:
        """The names that keep the rule pending for one record; empty when it is not pending."""
        if self.verdicts[rule][place] != Verdict.PENDING.code:
            return []
        if self._run is None:
            run = Run(self.batch.part(place, place + 1))
            return Gaps(run, self.pack.rules[rule]).names(0)
        if rule not in self._gaps:
            self._gaps[rule] = Gaps(self._run, self.pack.rules[rule])
        return self._gaps[rule].names(place)

    def missing_masks(self, rule: str) -> dict[str, Mask]:
        """For every name that keeps the rule pending somewhere: for which records it does."""
        found: dict[str, Mask] = {}
        for start, part in self.batch.chunks(CHUNK):
            for name, mask in Gaps(Run(part), self.pack.rules[rule]).records.items():
                whole = found.setdefault(name, np.zeros(len(self.batch), dtype=np.bool_))
                whole[start : start + len(part)] = mask
        return found

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that were evaluated: those of the batch's subject."""
        return self.pack.rules_of(self.batch.subject)


def evaluate(
    pack: Pack, batch: Batch, rules: Collection[str] | None = None, chunk: int = CHUNK
) -> Evaluation:
    """The verdicts of the pack's rules of the batch's subject (or of the ``rules`` named).

    The work goes in parts of about ``chunk`` records and rows; the verdicts do not depend on it.
    """
    chosen = [rule for rule in pack.rules_of(batch.subject) if rules is None or rule.id in rules]
    verdicts = {rule.id: np.empty(len(batch), dtype=np.uint8) for rule in chosen}
    kept = None
    for start, part in batch.chunks(chunk):
        run = Run(part)
        for rule in chosen:
            verdicts[rule.id][start : start + len(part)] = run.verdict(rule)
        kept = run if len(part) == len(batch) <= FEW else None
    return Evaluation(pack, batch, verdicts, kept)


def wholes(result: Evaluation, without: Collection[str] = ()) -> Codes:
    """The worst of all rules for each record, as codes of Whole; ``without`` leaves rules out.

    A failed ``warn`` rule counts as warn, a rule that informs never makes it worse, a waiver counts as
    pass, an open answer as pending. Records that no rule concerns are not applicable.
    """
    worst = np.full(len(result.batch), Whole.NOT_APPLICABLE.code, dtype=np.uint8)
    for rule in result.rules:
        if rule.id in result.verdicts and rule.id not in without:
            table = np.array(
                [whole_of(rule.kind, verdict).code for verdict in VERDICTS], dtype=np.uint8
            )
            np.maximum(worst, table[result.verdicts[rule.id]], out=worst)
    return worst


def gate_open(result: Evaluation, gate: str) -> Mask:
    """For which records no ``block`` rule of a gate holds the step back. Pending is not passed."""
    return _none_open(result, (rule for rule in result.rules if rule.gate == gate))


def _none_open(result: Evaluation, rules: Iterable[Rule]) -> Mask:
    free = np.ones(len(result.batch), dtype=np.bool_)
    for rule in rules:
        if rule.kind == "block" and rule.id in result.verdicts:
            codes = result.verdicts[rule.id]
            free &= (codes != Verdict.FAIL.code) & (codes != Verdict.PENDING.code)
    return free
