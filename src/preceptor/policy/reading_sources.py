"""Reading the sources of a pack, and citations of them."""

from __future__ import annotations

from collections.abc import Mapping

from preceptor.policy.errors import nearest
from preceptor.policy.sources import Citation, Clause, Source
from preceptor.policy.table import Table


def read_sources(content: Table) -> dict[str, Source]:
    """The sources of a pack by key. Raises PackError."""
    return {name: _source(name, table) for name, table in content.named("source", "source")}


def _source(name: str, table: Table) -> Source:
    table.allow("title", "short", "issued_on", "url", "clause")
    title = table.text("title")
    clauses = {
        key: _clause(key, inner) for key, inner in table.named("clause", f"source {name}, clause")
    }
    return Source(
        name,
        title,
        table.optional_text("short") or title,
        table.optional_date("issued_on"),
        table.optional_string("url"),
        clauses,
    )


def _clause(key: str, table: Table) -> Clause:
    table.allow("title", "wording")
    return Clause(key, table.text("title"), table.optional_string("wording"))


def read_citation(table: Table, sources: Mapping[str, Source]) -> Citation:
    """The citation of a rule or a value: ``"report2023 四(五)"``, a source and a clause of it."""
    key, _, clause = table.string("cite").partition(" ")
    if key not in sources:
        hint = nearest(key, sources)
        raise table.fault("unknown_source", name=key, allowed=", ".join(sources), hint=hint)
    clauses = sources[key].clauses
    if clause and clause not in clauses:
        hint = nearest(clause, clauses)
        raise table.fault(
            "unknown_clause", name=clause, source=key, allowed=", ".join(clauses), hint=hint
        )
    return Citation(sources[key], clauses.get(clause))
