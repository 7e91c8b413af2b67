"""What is wrong with a draft, as the strict loader says it, and what the draft is without that."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from preceptor.policy import Pack, PackError
from preceptor.policy.content import Content
from preceptor.policy.differences import Difference, differences
from preceptor.policy.examples import verdict_of
from preceptor.policy.loading import load_content
from preceptor.policy.mutants import Mutant, survivors
from preceptor.policy.reading_parameters import parameter_type
from preceptor.policy.table import Table
from preceptor.policy.types import Type

from ..models import PackDraft
from ..schema import SCHEMA
from .changes.change import Change
from .changes.removal import held, take_out
from .desk import Desk, desk_from

MOST_FAULTS = 12
#: What a number without declared bounds may be, at any number of decimal places.
WIDEST = 10**9
#: What is said of a name that was only left out because it is faulty itself.
FOLLOWING = {"unknown_name", "unknown_place", "unknown_source", "unknown_clause"}
PLACED = ("rule", "fact", "param", "source", "example", "replace")


@dataclass
class Sight:
    """A draft as the loader sees it.

    `pack` is what can be read of it, for pages to show; `faults` is what keeps it from being
    proposed, at most MOST_FAULTS. `whole` is the pack itself where there is no fault, else None.
    `marks` are wrong marks of equivalence, known once `surviving` was asked for.
    """

    pack: Pack | None
    base: Pack | None
    faults: list[PackError] = field(default_factory=list)
    marks: list[PackError] = field(default_factory=list)

    @property
    def whole(self) -> Pack | None:
        """The pack, where the strict loader takes it."""
        return None if self.faults else self.pack

    @cached_property
    def changes(self) -> list[Difference]:
        """What it changes of its base; of a pack from nothing, all that it holds."""
        return [] if self.pack is None else differences(self.base, self.pack)

    @cached_property
    def concerned(self) -> tuple[str, ...]:
        """The rules that the draft changes, or whose values or facts it changes."""
        if self.pack is None:
            return ()
        return tuple(rule for rule in self.pack.rules if self._is_concerned(rule))

    def _is_concerned(self, name: str) -> bool:
        assert self.pack is not None
        rule = self.pack.rules[name]
        parts = {("rule", name)} | {("param", one.name) for one in rule.parameters}
        parts |= {("fact", f"{rule.subject}.{one.name}") for one in rule.facts}
        parts |= {("fact", one.name) for one in rule.facts}
        return any((change.kind, change.name) in parts for change in self.changes)

    @cached_property
    def surviving(self) -> list[Mutant]:
        """The slips of a writer that the examples of the concerned rules would not notice.

        None are looked for while there are faults; a wrong mark of a rule is added to the faults.
        """
        found: list[Mutant] = []
        if self.whole is None:
            return found
        for rule in self.concerned:
            try:
                found += survivors(self.whole, (rule,))
            except PackError as fault:
                self.marks.append(fault)
        return found

    @property
    def is_change(self) -> bool:
        """Whether it changes anything but its own version."""
        return any((change.kind, change.part) != ("pack", "version") for change in self.changes)


def sight_of(draft: PackDraft) -> Sight:
    """The draft as the strict loader sees it; kept for as long as neither it nor its base changes."""
    return _seen(draft.pack, draft.overlay, draft.base.text if draft.base else None)


@lru_cache(maxsize=32)
def _seen(pack: str, overlay: str, base: str | None) -> Sight:
    return sight_of_desk(desk_from(pack, overlay, base), pack)


def sight_of_desk(desk: Desk, name: str) -> Sight:
    """The content on a desk as the strict loader sees it; never raises for what a form can write."""
    base = None if desk.base is None else load_content(desk.base, SCHEMA, name)
    faults: list[PackError] = []
    content = copy.deepcopy(desk.content)
    out: set[str] = set()
    while True:
        try:
            whole = load_content(content, SCHEMA, name, strict=True)
            return Sight(_readable(desk.content, name) if faults else whole, base, faults)
        except PackError as fault:
            if not _follows(fault, out):
                faults.append(fault)
            if len(faults) >= MOST_FAULTS or not _without(content, fault, out):
                return Sight(_readable(desk.content, name), base, faults or [fault])


def _follows(fault: PackError, out: set[str]) -> bool:
    return fault.problem in FOLLOWING and fault.values.get("name") in out


def _without(content: Content, fault: PackError, out: set[str]) -> bool:
    """Leave out the part that the fault is in; gives whether there was one."""
    part = part_of(fault)
    if part is None or held(content, part) is None:
        return False
    kind, _space, name = part.partition(" ")
    out.add(name.rpartition(".")[2] if kind == "fact" else name)
    take_out(content, part)
    return True


def part_of(fault: PackError) -> str | None:
    """The part of a pack that a fault is in, as changes name it: `rule panel.size`; None: none."""
    place = fault.where.partition(",")[0]
    kind = place.partition(" ")[0]
    return place if kind in PLACED and place != kind else None


def _readable(content: Content, name: str) -> Pack | None:
    """What can be read of the content without asking for titles and examples; None: nothing."""
    out: set[str] = set()
    content = copy.deepcopy(content)
    for _attempt in range(200):
        try:
            return load_content(content, SCHEMA, name)
        except PackError as fault:
            if not _without(content, fault, out):
                return None
    return None


def written_type(table: Content) -> Type:
    """The type that a parameter declares, with the bounds that it declares: what a new value of it
    may be, whatever values it has. Raises PackError."""
    declared = {key: table[key] for key in ("type", "min", "max") if key in table}
    return parameter_type(Table(declared, "param"), SCHEMA.enumerations(), (-WIDEST, WIDEST))


def answer(pack: Pack, rule: str, example: Change) -> str:
    """The verdict that the rule gives for an example that is not written yet.

    Raises PackError and BatchError where the record does not fit the schema.
    """
    content = copy.deepcopy(pack.content)
    held_rule = held(content, f"rule {rule}")
    if held_rule is not None:
        held_rule["example"] = []
    example.apply(content)
    found = load_content(content, SCHEMA, pack.id)
    known = found.rules[rule]
    return verdict_of(found, known, known.examples[-1]).value
