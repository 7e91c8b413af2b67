"""Which names the condition of a rule may use, and which the ``where`` of a fact."""

from __future__ import annotations

from collections.abc import Mapping

from preceptor.policy import tree
from preceptor.policy.check import Scope
from preceptor.policy.facts import Fact
from preceptor.policy.parameters import Parameter
from preceptor.policy.schema import Schema, Subject
from preceptor.policy.tree import Node


def subject_names(declared: Subject) -> dict[str, Node]:
    """The columns of a subject, and ``today``."""
    values: dict[str, Node] = {
        name: tree.column(name, kind) for name, kind in declared.columns.items()
    }
    values["today"] = tree.today()
    return values


def rule_scope(
    schema: Schema, subject: str, facts: Mapping[str, Fact], parameters: Mapping[str, Parameter]
) -> Scope:
    """What a rule may name: columns, facts and parameters; a column of a list only inside a ``where``."""
    declared = schema.subjects[subject]
    values = subject_names(declared)
    values |= {name: tree.fact_value(fact) for name, fact in facts.items()}
    elsewhere = {column: rows for rows in declared.lists for column in declared.rows(rows).columns}
    return Scope(values, parameters, "cohort" in declared.dates, elsewhere)


def where_scope(
    schema: Schema, subject: str, rows: str, parameters: Mapping[str, Parameter]
) -> Scope:
    """What a ``where`` over a list may name: the columns of the list and of the subject, parameters."""
    declared = schema.subjects[subject]
    values = subject_names(declared)
    for name, kind in declared.rows(rows).columns.items():
        values[name] = tree.column(name, kind, rows)
    return Scope(values, parameters, "cohort" in declared.dates)
