"""Reading the rules of a pack, with their examples."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from preceptor.policy.check import Scope, check
from preceptor.policy.errors import PackError, nearest
from preceptor.policy.expression import Expression
from preceptor.policy.parameters import BINDS
from preceptor.policy.reading_sources import read_citation
from preceptor.policy.rules import Example, Rule
from preceptor.policy.schema import Schema, Subject
from preceptor.policy.sources import EVIDENCE, Source
from preceptor.policy.table import Table
from preceptor.policy.text import Message, Text, parse_message
from preceptor.policy.tree import FactValue
from preceptor.policy.verdict import KINDS, Verdict

KEYS = (
    "id", "subject", "kind", "gate", "title", "when", "require", "message", "met", "cite", "evidence",
    "bind", "from", "to", "example", "equivalent",
)  # fmt: skip
EXAMPLE_DAY = datetime.date(2024, 6, 1)


def read_rule(
    name: str,
    subject: str,
    table: Table,
    scope: Scope,
    schema: Schema,
    sources: Mapping[str, Source],
    bases: Table,
) -> Rule:
    """A rule, its condition checked against the names of its subject. Raises PackError."""
    table.allow(*KEYS)
    declared = schema.subjects[subject]
    bind = table.choice("bind", BINDS, "event")
    if bind == "cohort" and "cohort" not in declared.dates:
        raise table.fault("no_cohort_date", name=name)
    since, until = table.optional_date("from"), table.optional_date("to")
    if since is not None and until is not None and until < since:
        raise table.fault("dates_crossed")
    message, met = _message(table, "message", scope), None
    if "met" in table.content:
        met = _message(table, "met", scope)
    base = bases.table(subject)
    return Rule(
        id=name,
        subject=subject,
        kind=table.choice("kind", KINDS),
        gate=_gate(table, declared),
        title=table.text("title"),
        when=_condition(table, "when", scope) if "when" in table.content else None,
        require=_condition(table, "require", scope),
        message=message,
        met=met,
        citation=read_citation(table, sources),
        evidence=table.choice("evidence", EVIDENCE),
        bind=bind,
        since=since,
        until=until,
        examples=tuple(_example(item, declared, base) for item in table.tables("example")),
        equivalent=_equivalent(table),
    )


def _condition(table: Table, key: str, scope: Scope) -> Expression:
    try:
        return check(table.string(key), scope)
    except PackError as fault:
        raise fault.placed(f"{table.where}, {key}") from None


def _gate(table: Table, declared: Subject) -> str | None:
    if "gate" not in table.content:
        return None
    gate = table.string("gate")
    if declared.gates and gate not in declared.gates:
        hint = nearest(gate, declared.gates)
        allowed = ", ".join(declared.gates)
        raise table.fault("unknown_choice", name="gate", value=gate, allowed=allowed, hint=hint)
    return gate


def _message(table: Table, key: str, scope: Scope) -> Message:
    try:
        message = parse_message(table.text(key))
    except PackError as fault:
        raise fault.placed(f"{table.where}, {key}") from None
    for place in message.places():
        value = scope.values.get(place.name)
        if value is None and place.name not in scope.parameters:
            hint = nearest(place.name, [*scope.values, *scope.parameters])
            absent = PackError("unknown_place", name=place.name, hint=hint)
            raise absent.placed(f"{table.where}, {key}")
        if place.rows and not isinstance(value, FactValue):
            raise PackError("no_rows", name=place.name).placed(f"{table.where}, {key}")
    return message


def _example(table: Table, declared: Subject, base: Table) -> Example:
    table.allow("verdict", "on", "note", "record")
    words = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.WAIVED)
    word = table.choice("verdict", words)
    return Example(
        verdict=Verdict(word),
        record=_record(table.table("record"), declared, base),
        on=table.optional_date("on") or EXAMPLE_DAY,
        note=_note(table),
    )


def _note(table: Table) -> Text:
    """The note of an example, in both languages or in one for all readers; empty when it has none."""
    note = table.content.get("note")
    if isinstance(note, dict):
        return table.text("note")
    text = table.optional_string("note") or ""
    return Text(text, text)


def _equivalent(table: Table) -> tuple[str, ...]:
    """The mutants that the rule marks as the same as itself. Raises PackError."""
    marks = table.content.get("equivalent", [])
    if not isinstance(marks, list) or not all(isinstance(mark, str) for mark in marks):
        raise table.fault("list_of_texts_expected", name="equivalent")
    return tuple(marks)


def _record(table: Table, declared: Subject, base: Table) -> dict[str, object]:
    """The base record of the subject with what the example changes; ``unknown`` names what is blank."""
    base.allow("record", "rows")
    merged = {**base.table("record").content, **table.content}
    record = _blanked(merged, table)
    for name in declared.lists:
        rows = Table({name: record.get(name, [])}, table.where).tables(name)
        record[name] = [
            row for item in rows for row in _repeated(item, base.table("rows").table(name))
        ]
    return record


def _repeated(table: Table, base: Table) -> list[dict[str, object]]:
    row = _blanked({**base.content, **table.content}, table)
    times = row.pop("repeat", 1)
    if not isinstance(times, int) or not 0 <= times <= 1000:
        raise table.fault("bad_repeat")
    return [dict(row) for _ in range(times)]


def _blanked(content: dict[str, Any], table: Table) -> dict[str, object]:
    blank = content.pop("unknown", [])
    if not isinstance(blank, list):
        raise table.fault("list_of_tables_expected", name="unknown")
    return {**content, **{str(name): None for name in blank}}
