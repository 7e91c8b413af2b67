"""Reading what a pack replaces in packs of upper layers."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from preceptor.policy.reading_sources import read_citation
from preceptor.policy.replacement import ReplacedValue, Replacement
from preceptor.policy.sources import EVIDENCE, Evidence, Source
from preceptor.policy.table import Table


def read_replacements(content: Table, sources: Mapping[str, Source]) -> tuple[Replacement, ...]:
    """The replacements of a pack, read without the packs that they are for. Raises PackError."""
    found: dict[str, Replacement] = {}
    for table in content.tables("replace"):
        one = _replacement(table, sources)
        if one.where in found:
            raise table.fault("replaced_twice", name=f"{one.pack} {one.parameter}")
        found[one.where] = one
    return tuple(found.values())


def _replacement(table: Table, sources: Mapping[str, Source]) -> Replacement:
    pack, parameter = table.string("pack"), table.string("param")
    table.where = f"replace {pack} {parameter}"
    table.allow("pack", "param", "evidence", "values")
    evidence = table.choice("evidence", EVIDENCE) if "evidence" in table.content else None
    values = [_value(inner, evidence, sources) for inner in table.tables("values")]
    if not values:
        raise table.fault("no_values")
    for earlier, later in itertools.pairwise(values):
        if later.since <= earlier.since:
            raise table.fault("values_out_of_order", date=later.since)
    return Replacement(pack, parameter, tuple(values))


def _value(table: Table, evidence: Evidence | None, sources: Mapping[str, Source]) -> ReplacedValue:
    table.allow("from", "value", "cite", "evidence", "from_evidence")
    level = table.choice("evidence", EVIDENCE, evidence)
    return ReplacedValue(
        since=table.date("from"),
        value=table.raw("value"),
        citation=read_citation(table, sources),
        evidence=level,
        from_evidence=table.choice("from_evidence", EVIDENCE, level),
    )
