"""What the candidates for the examples of a rule are made of: its columns, its rows, its thresholds."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from preceptor.policy import tree
from preceptor.policy.batch import Array
from preceptor.policy.candidates import Candidate, Code, Codes, Group, Space
from preceptor.policy.facts import Fact
from preceptor.policy.mutants import Mutant
from preceptor.policy.pack import Pack
from preceptor.policy.reading_rules import EXAMPLE_DAY
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run
from preceptor.policy.table import Table
from preceptor.policy.thresholds import Targets, targets
from preceptor.policy.types import Bool, Date, Enum, NotOfType, Scalar, day_number, encode

MOST_VARIANTS = 48
MOST_PRODUCTS = 4000
MOST_COUNTS = 14
MOST_CHANGES = 3
TODAY = day_number(EXAMPLE_DAY)


@dataclass(frozen=True)
class Base:
    """The base record of a subject and the base rows of its lists, as codes. Absent is absent.

    ``blank`` names what the record (``""``) and the rows of each list say is unknown.
    """

    columns: Mapping[str, Code]
    rows: Mapping[str, Mapping[str, Code]]
    blank: Mapping[str, frozenset[str]]


def base_of(pack: Pack, subject: str) -> Base:
    """The base that the pack gives for examples of a subject. Raises PackError when it does not fit."""
    declared = pack.schema.subjects[subject]
    table = Table(pack.content.get("example", {}), "example").table(subject)
    tables = {name: table.table("rows").table(name) for name in declared.lists}
    rows = {name: _codes(tables[name], declared.rows(name).columns) for name in tables}
    blank = {name: _blank(known) for name, known in tables.items()}
    record = table.table("record")
    return Base(_codes(record, declared.columns), rows, blank | {"": _blank(record)})


def _codes(table: Table, kinds: Mapping[str, Scalar]) -> dict[str, Code]:
    found: dict[str, Code] = {}
    for name, value in table.content.items():
        if name in kinds:
            try:
                found[name] = encode(kinds[name], value)
            except NotOfType as fault:
                raise table.fault(fault.problem, at=name, **fault.values) from None
    return found | dict.fromkeys(_blank(table))


def _blank(table: Table) -> frozenset[str]:
    names = table.content.get("unknown", [])
    if not isinstance(names, list):
        raise table.fault("list_of_names_expected", name="unknown")
    return frozenset(str(name) for name in names)


def space_of(pack: Pack, rule: Rule, mutants: Sequence[Mutant]) -> Space:
    """What the candidates of a rule are made of. Raises PackError for a base that does not fit."""
    return _Making(pack, rule, mutants).space()


def full_record(rule: Rule, space: Space) -> Candidate:
    """The home record with, for each fact, the plainest row that it surely takes."""
    found = [group for rows in space.variants for group in _row_for_each_fact(rule, space, rows)]
    return space.home.with_groups(found)


def _row_for_each_fact(rule: Rule, space: Space, rows: str) -> list[Group]:
    run = Run(space.batch(space.single_rows(rows)))
    found: dict[Group, None] = {}
    for fact in rule.facts:
        if fact.rows == rows:
            certain = run.truth(fact.where.tree, rows).certain if fact.where else np.True_
            places = np.flatnonzero(np.broadcast_to(certain, len(space.variants[rows])))
            found |= {Group(rows, int(place), 1): None for place in places[:1]}
    return list(found)


class _Making:
    def __init__(self, pack: Pack, rule: Rule, mutants: Sequence[Mutant]) -> None:
        self.pack = pack
        self.rule = rule
        self.mutants = mutants
        self.declared = pack.schema.subjects[rule.subject]
        self.base = base_of(pack, rule.subject)
        self.lists = tuple(dict.fromkeys(fact.rows for fact in rule.facts))

    def space(self) -> Space:
        bare = self.bare()
        # Twice: a value found for one column may be what another has to be measured against.
        for _ in range(2):
            bare = replace(bare, choices=self.choices(bare.base, targets(self.rule, bare)))
        filled = self.with_rows(bare, targets(self.rule, bare))
        # Facts that are unknown without rows show their thresholds only once they have some.
        return self.with_rows(filled, targets(self.rule, filled, full_record(self.rule, filled)))

    def with_rows(self, space: Space, known: Targets) -> Space:
        """The same space with the values and rows that lie around the thresholds."""
        found = {rows: self.variants(rows, known, space) for rows in self.lists}
        return replace(
            space,
            choices=self.choices(space.base, known),
            variants={rows: [codes for codes, _ in pairs] for rows, pairs in found.items()},
            stated={rows: [said for _, said in pairs] for rows, pairs in found.items()},
            counts=self.counts(known, found),
        )

    def bare(self) -> Space:
        """The columns, with all values of the few-valued ones, and no rows yet."""
        columns = {name: self.base.columns.get(name) for name in self.columns()}
        kinds = self.declared.columns
        natural = [(name, self.natural(kinds[name], code)) for name, code in columns.items()]
        choices = self.choices(columns, Targets({}, {}))
        empty = Space(self.pack.schema, self.rule.subject, columns, Candidate(), choices, blank=self.base.blank)  # fmt: skip
        return replace(empty, home=empty.plain(Candidate(tuple(sorted(natural)))))

    def natural(self, kind: Scalar, code: Code) -> Code:
        """A value to begin with, where the base has none."""
        if code is not None:
            return code
        if isinstance(kind, Date):
            return TODAY
        if isinstance(kind, Bool):
            return 1
        return 0 if isinstance(kind, Enum) else max(kind.low, min(0, kind.high))

    def columns(self) -> list[str]:
        """The columns of the subject that the rule looks at, and the dates it is bound to."""
        found = [
            node.name for node in self.nodes() if isinstance(node, tree.Column) and not node.rows
        ]
        if self.rule.parameters or self.rule.dated:
            found += [self.declared.dates[role] for role in ("cohort", "event") if role in self.declared.dates]  # fmt: skip
        return sorted(set(found))

    def nodes(self) -> Iterator[tree.Node]:
        rule = self.rule
        wheres = [fact.where for fact in rule.facts]
        for written in (rule.require, rule.when, *wheres):
            if written is not None:
                yield from tree.walk(written.tree)

    def choices(self, columns: Iterable[str], known: Targets) -> dict[str, list[Code]]:
        """The values of each column that are worth trying; unknown among them."""
        found = {}
        for name in columns:
            kind = self.declared.columns[name]
            values = self.values(kind, known.columns.get(name, ()))
            if isinstance(kind, Date):
                values = [*values, *self.bound(name)]
            found[name] = [*dict.fromkeys(values), None]
        return found

    def values(self, kind: Scalar, wanted: Iterable[int]) -> list[Code]:
        """All values of few, or those around the wanted ones, within bounds."""
        if isinstance(kind, Bool):
            return [1, 0]
        if isinstance(kind, Enum):
            return list(range(len(kind.values)))
        return [code for code in _around(wanted) if kind.low <= code <= kind.high]

    def bound(self, name: str) -> list[int]:
        """The days around those from which parameters and the rule hold, if the column binds them."""
        roles = {role for role, column in self.declared.dates.items() if column == name}
        days: list[int] = []
        for parameter in self.rule.parameters:
            if parameter.bind in roles:
                days += [day + step for day in parameter.since for step in (0, -1)]
        if self.rule.bind in roles:
            ends = [day_number(day) for day in (self.rule.since, self.rule.until) if day]
            days += _around(ends)
        return days

    def variants(
        self, rows: str, known: Targets, bare: Space
    ) -> list[tuple[dict[str, Code], Codes]]:
        """Rows that the facts of the rule tell apart, the plainest of each sort; their codes, and what
        they say beyond the base row."""
        base = {name: self.base.rows[rows].get(name) for name in self.row_columns(rows)}
        kinds = self.declared.rows(rows).columns
        natural = {name: self.natural(kinds[name], code) for name, code in base.items()}
        offers = {name: self.cells(rows, name, natural[name], known) for name in base}
        found = []
        for codes in _combined(natural, offers):
            given = self.base.rows[rows]
            said = tuple((n, c) for n, c in codes.items() if n not in given or given[n] != c)
            found.append((codes, said))
        return self.distinct(rows, found, bare)

    def row_columns(self, rows: str) -> list[str]:
        found = [
            node.name
            for node in self.nodes()
            if isinstance(node, tree.Column) and node.rows == rows
        ]
        found += [fact.column for fact in self.rule.facts if fact.rows == rows and fact.column]
        return sorted(set(found), key=list(self.declared.rows(rows).columns).index)

    def cells(self, rows: str, name: str, natural: Code, known: Targets) -> list[Code]:
        """The values of a column of a list that are worth trying; unknown among them."""
        kind = self.declared.rows(rows).columns[name]
        wanted = {0 if natural is None else natural, *known.columns.get(f"{rows}.{name}", ())}
        for fact in self.rule.facts:
            if fact.rows == rows and fact.column == name:
                wanted |= set(known.facts.get(fact.name, ()))
        extra = [] if isinstance(kind, Bool | Enum | Date) else [0]
        return [*dict.fromkeys([*self.values(kind, sorted(wanted)), *extra]), None]

    def distinct(
        self, rows: str, found: list[tuple[dict[str, Code], Codes]], bare: Space
    ) -> list[tuple[dict[str, Code], Codes]]:
        """Of rows that all facts (and their mutants) treat alike, only the one that says least."""
        space = replace(bare, variants={rows: [codes for codes, _ in found]})
        run = Run(space.batch(space.single_rows(rows)))
        marks: list[Array] = [np.zeros((len(found), 1), dtype=np.int64)]
        for fact in self.all_facts(rows):
            marks.append(_marks(run, fact, len(found)))
        _, first = np.unique(np.concatenate(marks, axis=1), axis=0, return_index=True)
        return [found[place] for place in sorted(first)][:MOST_VARIANTS]

    def all_facts(self, rows: str) -> list[Fact]:
        facts = [*self.rule.facts, *(fact for one in self.mutants for fact in one.changed.facts)]
        return list({fact.name: fact for fact in facts if fact.rows == rows}.values())

    def counts(
        self, known: Targets, variants: Mapping[str, list[tuple[dict[str, Code], Codes]]]
    ) -> list[int]:
        """Numbers of rows worth trying: around each threshold of a fact, and between two thresholds."""
        wanted: set[int] = set()
        for fact in self.rule.facts:
            found = known.facts.get(fact.name, ())
            if fact.column is None:
                wanted |= set(found)
            elif fact.aggregate == "sum":
                cell = max(1, variants[fact.rows][0][0][fact.column] or 1)
                wanted |= {target // cell for target in found}
        between = {abs(a - b) for a, b in itertools.combinations(sorted(wanted)[:4], 2)}
        near = {count for count in (1, 2, *_around(wanted), *between) if 0 < count <= 1000}
        return sorted(near)[:MOST_COUNTS]


def _around(codes: Iterable[int]) -> list[int]:
    return [code + step for code in codes for step in (0, -1, 1)]


def _combined(
    natural: Mapping[str, Code], offers: Mapping[str, Sequence[Code]]
) -> list[dict[str, Code]]:
    """The base row with ever more cells changed, as long as there are not too many rows."""
    found = [dict(natural)]
    for changes in range(1, MOST_CHANGES + 1):
        for names in itertools.combinations(natural, changes):
            others = [[code for code in offers[name] if code != natural[name]] for name in names]
            for codes in itertools.product(*others):
                if len(found) == MOST_PRODUCTS:
                    return found
                found.append({**natural, **dict(zip(names, codes, strict=True))})
    return found


def _marks(run: Run, fact: Fact, rows: int) -> Array:
    """How a fact treats each row: whether it takes it, and what it takes from it."""
    where = run.truth(fact.where.tree, fact.rows) if fact.where else None
    if where is None:
        certain = possible = np.ones(rows, dtype=np.int64)
    else:
        certain, possible = (np.broadcast_to(mask, rows).astype(np.int64) for mask in where)
    if fact.column is None:
        return np.stack([certain, possible], axis=1)
    cells = run.batch.lists[fact.rows].columns[fact.column]
    known = np.ones(rows, dtype=np.int64) if cells.known is None else cells.known.astype(np.int64)
    taken = cells.values.astype(np.int64) * known * possible
    return np.stack([certain, possible, known * possible, taken], axis=1)
