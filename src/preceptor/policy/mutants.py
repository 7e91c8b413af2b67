"""Mutants: each rule with one slip in it. The examples of a pack must tell every one of them apart.

A mutant is killed when some example of the rule gets another verdict. One that survives shows a place
of the regulation of which no example speaks: the number could be one off and nobody would notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from preceptor.policy.batch import Batch
from preceptor.policy.errors import PackError
from preceptor.policy.pack import Pack
from preceptor.policy.rules import Example, Rule
from preceptor.policy.run import Run
from preceptor.policy.slips import Slip, slips
from preceptor.policy.text import Text, fill

SURVIVES = Text(
    "规则 {rule}：把{title}由“{before}”改为“{after}”，现有示例的结论全都不变；请补一个能区分两者的示例。",
    "Rule {rule}: with {title} changed from “{before}” to “{after}”, every example keeps its verdict. "
    "Add an example that tells them apart.",
)
DROPPED = Text("（去掉）", "(left out)")


@dataclass(frozen=True, eq=False)
class Mutant:
    """A rule with one slip: which rule, what was changed in it, from what to what.

    ``title`` says in words what was changed; ``changed`` is the rule as it would then be.
    """

    rule: str
    what: str
    before: str
    after: str
    title: Text
    changed: Rule = field(repr=False)

    @property
    def text(self) -> str:
        """The name of the mutant, as ``equivalent`` of a rule lists it: ``require: size > 5``."""
        return f"{self.what}: {self.after}"

    def sentence(self, language: str) -> str:
        """What the examples do not tell apart, and what to do, in a reader's language."""
        return fill(
            SURVIVES.within(language),
            rule=self.rule,
            title=self.title.within(language),
            before=self.before,
            after=self.after or DROPPED.within(language),
        )


def mutants_of(pack: Pack, rule: Rule | str) -> tuple[Mutant, ...]:
    """All mutants of a rule that are of a right type and not provably the same as the rule.

    Left out are values beyond the declared bounds of their parameter, and slips that give an equal
    tree. Raises KeyError for a rule that the pack does not have.
    """
    chosen = pack.rules[rule] if isinstance(rule, str) else rule
    return tuple(_mutant(chosen, slip) for slip in slips(pack, chosen))


def _mutant(rule: Rule, slip: Slip) -> Mutant:
    return Mutant(rule.id, slip.what, slip.before, slip.after, slip.title, slip.rule)


def survivors(pack: Pack, rules: Collection[str] | None = None) -> list[Mutant]:
    """The mutants that no example kills, of all rules or of those named, in the order of the pack.

    A mutant that the rule lists as ``equivalent`` is left out. Raises PackError when such a mark fits
    no survivor (the mark is wrong, or an example tells the two apart after all), BatchError when an
    example does not fit the schema.
    """
    found: list[Mutant] = []
    for rule in pack.rules.values():
        if rules is None or rule.id in rules:
            found += _unmarked(rule, surviving(pack, rule.examples, mutants_of(pack, rule)))
    return found


def _unmarked(rule: Rule, living: Sequence[Mutant]) -> list[Mutant]:
    """The survivors that are not marked as equivalent. Raises PackError for a mark of no survivor."""
    marked = {_spaced(text): text for text in rule.equivalent}
    known = {_spaced(mutant.text) for mutant in living}
    for spaced, text in marked.items():
        if spaced not in known:
            raise PackError("not_a_survivor", text=text).placed(f"rule {rule.id}, equivalent")
    return [mutant for mutant in living if _spaced(mutant.text) not in marked]


def _spaced(text: str) -> str:
    return " ".join(text.split())


def surviving(pack: Pack, examples: Collection[Example], mutants: Sequence[Mutant]) -> list[Mutant]:
    """The mutants of one rule for which all of the examples keep their verdict.

    Raises BatchError when an example does not fit the schema.
    """
    living = list(mutants)
    for batch in _batches(pack, examples, mutants):
        living = [
            mutant
            for mutant, differs in zip(living, kills(batch, pack, living), strict=True)
            if not differs.any()
        ]
    return living


def _batches(
    pack: Pack, examples: Collection[Example], mutants: Sequence[Mutant]
) -> Iterator[Batch]:
    """One batch of examples for each evaluation date."""
    if not mutants:
        return
    subject = pack.rules[mutants[0].rule].subject
    for day in sorted({example.on for example in examples}):
        records = [example.record for example in examples if example.on == day]
        yield Batch.from_records(pack.schema, subject, records, day)


def kills(
    batch: Batch, pack: Pack, mutants: Sequence[Mutant], run: Run | None = None
) -> list[npt.NDArray[np.bool_]]:
    """For each mutant (of one rule): for which records of the batch it gives another verdict.

    All are evaluated in one run: what a mutant shares with its rule is computed once. ``run`` may be
    one of the same batch that was begun before.
    """
    run = run or Run(batch)
    return [
        run.verdict(mutant.changed) != run.verdict(pack.rules[mutant.rule]) for mutant in mutants
    ]
