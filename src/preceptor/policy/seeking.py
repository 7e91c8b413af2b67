"""The search for examples: from the base record outwards, keeping what shows something new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from preceptor.policy import tree
from preceptor.policy.batch import Array
from preceptor.policy.candidates import Candidate, Codes, Group, Space
from preceptor.policy.mutants import Mutant, kills
from preceptor.policy.pack import Pack
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run
from preceptor.policy.spaces import full_record
from preceptor.policy.thresholds import options_of
from preceptor.policy.tree import Node
from preceptor.policy.types import Bool, Date, Enum, Number
from preceptor.policy.values import Interval
from preceptor.policy.verdict import VERDICTS, Verdict

ROUNDS = 6
ENOUGH = 3
MOST_NEW = 5000
MOST_ROWS = 600_000
FRONTIER = 20
OPEN = 2.5
UNKNOWN = ("nothing unknown", "unknown column", "unknown cell")
FAR = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Found:
    """A record, the verdict of the rule for it, what it costs a reader, and which mutants it kills.

    ``near`` are the thresholds at or next to which it lies: a comparison and -1, 0 or 1 unit from where
    it turns, a membership and the value.
    """

    candidate: Candidate
    verdict: Verdict
    cost: float
    killed: frozenset[int]
    near: frozenset[tuple[str, int]]


class Search:
    """A bounded search over the records of a space for those that show different sides of a rule."""

    def __init__(self, pack: Pack, rule: Rule, space: Space, mutants: Sequence[Mutant]) -> None:
        self.pack = pack
        self.rule = rule
        self.space = space
        self.mutants = mutants
        self.atoms = atoms_of(rule)
        self.seen: set[Candidate] = set()
        self.best: dict[bytes, Found] = {}
        self.contexts: dict[Codes, int] = {(): 0}

    def found(self) -> list[Found]:
        """For everything that a record can show, the one that says least, plainest first."""
        frontier = self.tried(list(self.beginnings()))
        for done in range(ROUNDS):
            if done >= ENOUGH and self.all_killed():
                break
            new = [near for one in frontier for near in self.neighbours(one.candidate)]
            frontier = self.tried(new)
            if not frontier:
                break
        return sorted(self.best.values(), key=_plainness)

    def all_killed(self) -> bool:
        """Whether every mutant is killed by some record found."""
        met = set().union(*(one.killed for one in self.best.values()))
        return len(met) == len(self.mutants)

    def beginnings(self) -> Iterator[Candidate]:
        """The base record without rows, and with one row for each fact."""
        yield self.space.home
        yield full_record(self.rule, self.space)

    def neighbours(self, candidate: Candidate) -> Iterator[Candidate]:
        """All records that differ by one step."""
        for name, codes in self.space.choices.items():
            for code in codes:
                yield self.space.plain(candidate.with_column(name, code))
        for place, group in enumerate(candidate.groups):
            others = (*candidate.groups[:place], *candidate.groups[place + 1 :])
            for changed in self.changed(group):
                yield candidate.with_groups((*others, *changed))
        for rows, variants in self.space.variants.items():
            for variant in range(len(variants)):
                for count in self.space.counts:
                    yield candidate.with_groups((*candidate.groups, Group(rows, variant, count)))

    def changed(self, group: Group) -> Iterator[tuple[Group, ...]]:
        """The same rows fewer or more, one of them another, or all of them others."""
        rows, variant, count = group
        yield ()
        for other in {*self.space.counts, count - 1, count + 1} - {0, count}:
            yield (Group(rows, variant, other),)
        for place in range(len(self.space.variants[rows])):
            if place != variant:
                yield (Group(rows, place, count),)
                yield Group(rows, variant, count - 1), Group(rows, place, 1)

    def tried(self, candidates: Sequence[Candidate]) -> list[Found]:
        """Those of the records that show something not seen before, plainest first."""
        chosen = self.chosen(candidates)
        if not chosen:
            return []
        new = []
        for mark, one in self.judged(chosen):
            if mark not in self.best:
                new.append(one)
            if mark not in self.best or one.cost < self.best[mark].cost:
                self.best[mark] = one
        return self.leading(new)

    def leading(self, new: Sequence[Found]) -> list[Found]:
        """The records to go on from: for each mutant the plainest that kills it, then the plainest."""
        ordered = sorted(new, key=lambda one: one.cost)
        first: dict[Found, None] = {}
        met: set[int] = set()
        for one in ordered:
            if not one.killed <= met:
                first[one] = None
                met |= one.killed
        return list(first | dict.fromkeys(ordered))[:FRONTIER]

    def chosen(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The plainest of the records that were not tried, as many as the bounds allow."""
        fresh = [one for one in dict.fromkeys(candidates) if one not in self.seen]
        fresh = [one for one in fresh if self.space.fits(one)]
        fresh.sort(key=self.space.cost)
        rows, found = 0, []
        for one in fresh[:MOST_NEW]:
            rows += sum(group.number for group in one.groups)
            if rows > MOST_ROWS:
                break
            found.append(one)
        self.seen |= set(found)
        return found

    def judged(self, candidates: Sequence[Candidate]) -> Iterator[tuple[bytes, Found]]:
        """What each sort of record shows: the plainest one of the sort."""
        batch = self.space.batch(candidates)
        run = Run(batch)
        verdicts = run.verdict(self.rule)
        killed = np.array(kills(batch, self.pack, self.mutants, run), dtype=np.bool_)
        killed = killed.reshape(len(self.mutants), len(candidates))
        places = [self.place(run, atom, len(candidates)) for atom in self.atoms]
        known = [verdicts, *self.cases(candidates, verdicts), *np.packbits(killed, axis=0)]
        known += [self.state(run, atom, len(candidates)) for atom in self.atoms]
        marks = np.stack([*(row.astype(np.int64) for row in known), *places], axis=1)
        kinds, first = np.unique(marks, axis=0, return_index=True)
        for mark, at in zip(kinds, first.tolist(), strict=True):
            verdict = VERDICTS[int(verdicts[at])]
            near = [int(found[at]) for found in places]
            yield mark.tobytes(), self.one(candidates[at], verdict, killed[:, at], near)

    def one(
        self, candidate: Candidate, verdict: Verdict, killed: Array, near: Sequence[int]
    ) -> Found:
        places = zip(self.atoms, near, strict=True)
        return Found(
            candidate,
            verdict,
            self.space.cost(candidate),
            frozenset(np.flatnonzero(killed).tolist()),
            frozenset((atom.key, place) for atom, place in places if place != FAR),
        )

    def cases(self, candidates: Sequence[Candidate], verdicts: Array) -> tuple[Array, Array]:
        """For each record why it is open, if it is, and in which case it is set."""
        unknown = [
            UNKNOWN.index(self.space.unknown(one)) if open_ else 0
            for one, open_ in zip(candidates, verdicts == Verdict.PENDING.code, strict=True)
        ]
        return np.array(unknown), np.array([self.context(one) for one in candidates])

    def context(self, candidate: Candidate) -> int:
        """In which case a record is set: one name or truth value other than at home; 0 for home, and
        for more than one. A record is judged new within its case, so that each case is gone into."""
        kinds = self.space.schema.subjects[self.space.subject].columns
        found = [
            step
            for step in candidate.columns
            if step[1] is not None
            and step not in self.space.home.columns
            and isinstance(kinds[step[0]], Bool | Enum)
        ]
        return self.contexts.setdefault(tuple(found), len(self.contexts)) if len(found) == 1 else 0

    def state(self, run: Run, atom: Node, size: int) -> Array:
        """What a part of the conditions comes to: false, open or true."""
        truth = run.truth(atom)
        state = truth.certain.astype(np.uint8) + truth.possible.astype(np.uint8)
        return np.broadcast_to(state, size)

    def place(self, run: Run, atom: Node, size: int) -> Array:
        """How a record lies to the threshold of a part; FAR when not next to it, or open."""
        if isinstance(atom, tree.Comparison) and isinstance(atom.left.type, Number | Date):
            left, right = run.number(atom.left), run.number(atom.right)
            return _near(_exact(left, size) - _exact(right, size), [0], size)
        if isinstance(atom, tree.Membership) and isinstance(atom.item.type, Number | Date):
            return _near(_exact(run.number(atom.item), size), options_of(atom), size)
        return np.full(size, FAR)


def _exact(value: Interval, size: int) -> Array:
    """Numbers as floats, which know "not a number": where a value is open."""
    low, high = (np.broadcast_to(np.asarray(end, dtype=np.float64), size) for end in value[:2])
    known = np.True_ if value.known is None else value.known
    return np.where((low == high) & known, low, np.nan)


def _near(values: Array, thresholds: Sequence[int], size: int) -> Array:
    """The values that are at most one unit from a threshold; FAR for all others."""
    found = np.full(size, FAR)
    for threshold in thresholds:
        near = np.abs(values - threshold) <= 1
        found[near] = values[near].astype(np.int64)
    return found


def _plainness(found: Found) -> float:
    """What an example costs a reader; one that is open shows a threshold less well than one that is not."""
    return found.cost + (OPEN if found.verdict is Verdict.PENDING else 0)


def atoms_of(rule: Rule) -> list[Node]:
    """The parts of the conditions that are not made of conditions."""
    found: dict[str, Node] = {}
    for written in (rule.require, rule.when):
        if written is not None:
            for node in tree.walk(written.tree):
                if isinstance(node.type, Bool) and not isinstance(node, tree.And | tree.Or | tree.Not | tree.Constant):  # fmt: skip
                    found[node.key] = node
    return list(found.values())
