"""Examples that the product proposes for a rule: records at and around each of its thresholds.

An officer sees what the rule says of each, and confirms those that are as the regulation means it. Nothing
is taken by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from preceptor.policy.candidates import Space
from preceptor.policy.content import Content
from preceptor.policy.example_records import note_of, record_of
from preceptor.policy.examples import WANTED
from preceptor.policy.mutants import Mutant, mutants_of
from preceptor.policy.pack import Pack
from preceptor.policy.rules import Rule
from preceptor.policy.seeking import Found, Search
from preceptor.policy.spaces import space_of
from preceptor.policy.text import Text
from preceptor.policy.verdict import Verdict

ORDER = (Verdict.PASS, Verdict.FAIL, Verdict.PENDING, Verdict.NOT_APPLICABLE)
# A mutant by its place, a verdict or a reason by its word, a place next to a threshold.
Goal = int | str | tuple[str, int]
Goals = set[Goal]


@dataclass(frozen=True, eq=False)
class Proposal:
    """A record, as the table of an example states it, what the rule says of it, and what is special."""

    verdict: Verdict
    record: dict[str, Any]
    note: Text

    @property
    def note_zh(self) -> str:
        """What is special in the record, in Chinese."""
        return self.note.zh

    @property
    def note_en(self) -> str:
        """What is special in the record, in English."""
        return self.note.en

    @property
    def content(self) -> Content:
        """The example as a pack holds it."""
        note = {"zh": self.note.zh, "en": self.note.en}
        return {"verdict": self.verdict.value, "note": note, "record": self.record}


def proposals(pack: Pack, rule_id: str) -> list[Proposal]:
    """Examples for a rule, as if it had none: every verdict it can give, and all mutants killed.

    Each says as little as it can beyond the base record of its subject. The search is bounded: a mutant
    that it does not reach stays, and ``survivors`` names it. Raises KeyError for a rule that the pack does
    not have, PackError when the base record does not fit the schema.
    """
    rule = pack.rules[rule_id]
    return _proposed(pack, rule, mutants_of(pack, rule), None)


def proposals_against(pack: Pack, rule_id: str, mutants: Collection[Mutant]) -> list[Proposal]:
    """What to add to the examples of a rule: against each of the mutants, and for a verdict without example.

    Empty when nothing is wanted, or the bounded search finds nothing. Raises as ``proposals``.
    """
    rule = pack.rules[rule_id]
    given = {example.verdict for example in rule.examples}
    wanted = [verdict.value for verdict in WANTED if verdict not in given]
    own = [mutant for mutant in mutants if mutant.rule == rule_id]
    return _proposed(pack, rule, own, {*range(len(own)), *wanted})


def _proposed(
    pack: Pack, rule: Rule, mutants: Sequence[Mutant], wanted: Goals | None
) -> list[Proposal]:
    """The proposals that reach the goals wanted; None wants all that can be reached."""
    if wanted is not None and not wanted:
        return []
    space = space_of(pack, rule, mutants)
    found = Search(pack, rule, space, mutants).found()
    if wanted is None:
        wanted = set().union(*(_goals(space, one) for one in found))
    chosen = _chosen(space, found, wanted)
    chosen.sort(key=lambda one: (ORDER.index(one.verdict), one.cost))
    return [
        Proposal(one.verdict, record_of(space, one.candidate), note_of(space, one.candidate))
        for one in chosen
    ]


def _chosen(space: Space, found: Sequence[Found], wanted: Goals) -> list[Found]:
    """For every goal that can be reached the plainest record, without those that are not needed."""
    reached = {one: _goals(space, one) & wanted for one in found}
    plainest: dict[Goal, Found] = {}
    for one in found:
        for goal in reached[one]:
            plainest.setdefault(goal, one)
    return _without_needless(list(dict.fromkeys(plainest.values())), reached)


def _without_needless(chosen: list[Found], reached: dict[Found, Goals]) -> list[Found]:
    """Drop, costliest first, what the others reach as well."""
    kept = list(chosen)
    for one in sorted(chosen, key=lambda found: -found.cost):
        others: Goals = set()
        others = others.union(*(reached[other] for other in kept if other is not one))
        if reached[one] <= others:
            kept.remove(one)
    return kept


def _goals(space: Space, one: Found) -> Goals:
    """What a record shows: the mutants it kills, its verdict, why that is open, what it is next to."""
    goals: Goals = {*one.killed, one.verdict.value}
    if one.verdict is Verdict.PENDING:
        goals.add(space.unknown(one.candidate))
    if one.verdict in (Verdict.PASS, Verdict.FAIL):
        goals |= one.near
    return goals
