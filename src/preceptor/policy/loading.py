"""Loading a pack from TOML: everything that can be wrong with it is said here, with its place."""

from __future__ import annotations

import datetime
import hashlib
import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from preceptor.policy import tree
from preceptor.policy.check import Scope, check
from preceptor.policy.errors import PackError, nearest
from preceptor.policy.examples import check_examples
from preceptor.policy.expression import Expression
from preceptor.policy.facts import AGGREGATES, Aggregate, Fact, fact_type
from preceptor.policy.locate import locate
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter
from preceptor.policy.reading_parameters import read_parameter
from preceptor.policy.reading_rules import read_rule
from preceptor.policy.reading_sources import read_sources
from preceptor.policy.rules import Rule
from preceptor.policy.schema import Schema, Subject
from preceptor.policy.table import Table, as_table, check_name
from preceptor.policy.text import Text
from preceptor.policy.tree import Node
from preceptor.policy.units import UNITS

LARGEST_FILE = 4_000_000
# Part of the content hash: the same text under another meaning of the language is another pack.
LANGUAGE = 1


def load_pack(path: Path | str, schema: Schema, strict: bool = False) -> Pack:
    """The pack of a file, checked against a schema.

    ``strict`` also asks for titles of all facts and for examples that pass, fail and stay pending for
    each rule, and runs them. Raises PackError for everything that is wrong with it.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        text = content.decode() if len(content) <= LARGEST_FILE else ""
    except OSError as fault:
        raise _in_file(PackError("unreadable", reason=fault.strerror or ""), str(path)) from None
    except UnicodeDecodeError:
        raise _in_file(PackError("not_utf8"), str(path)) from None
    if len(content) > LARGEST_FILE:
        raise _in_file(PackError("file_too_large", most=LARGEST_FILE), str(path))
    return load_pack_text(text, schema, str(path), strict)


def load_pack_text(text: str, schema: Schema, file: str = "pack", strict: bool = False) -> Pack:
    """The pack of a text; ``file`` is what messages call it. Raises PackError."""
    try:
        content = _parse_toml(text)
        pack = _Loader(content, schema, file, strict).pack()
    except PackError as fault:
        fault.line = fault.line or locate(text, fault)
        raise _in_file(fault, file) from None
    return pack


def _in_file(fault: PackError, file: str) -> PackError:
    fault.file = file
    return fault


def _parse_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, InvalidOperation, RecursionError) as fault:
        raise PackError("not_toml", reason=str(fault)) from None


def content_hash(content: Mapping[str, Any]) -> str:
    """The hash of a pack's content, the same whatever the order of its keys."""
    plain = {"language": LANGUAGE, "pack": content}
    text = json.dumps(
        plain, sort_keys=True, ensure_ascii=False, default=_plain, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


class _Loader:
    def __init__(self, content: dict[str, Any], schema: Schema, file: str, strict: bool) -> None:
        self.content = content
        self.table = as_table(content)
        self.schema = schema
        self.file = file
        self.strict = strict
        self.scopes: dict[str, Scope] = {}

    def pack(self) -> Pack:
        self.table.allow("pack", "source", "param", "fact", "example", "rule")
        head = Table(self.table.raw("pack"), "pack")
        head.allow("id", "version", "title")
        self.sources = read_sources(self.table)
        self.parameters = self._parameters()
        self.facts = self._facts()
        rules = self._rules()
        pack = Pack(
            id=head.string("id"),
            version=head.string("version"),
            hash=content_hash(self.content),
            title=head.text("title"),
            schema=self.schema,
            sources=self.sources,
            parameters=self.parameters,
            facts=self.facts,
            rules=rules,
            file=self.file,
        )
        if self.strict:
            check_examples(pack)
        return pack

    def _parameters(self) -> dict[str, Parameter]:
        names = self.schema.enumerations()
        found = {}
        for name, table in self.table.named("param", "param"):
            check_name(name, table)
            found[name] = read_parameter(name, table, self.sources, names)
        return found

    def _facts(self) -> dict[str, dict[str, Fact]]:
        found: dict[str, dict[str, Fact]] = {name: {} for name in self.schema.subjects}
        for name, group in self.table.named("fact", "fact"):
            if name not in self.schema.subjects:
                hint = nearest(name, self.schema.subjects)
                raise group.fault("unknown_subject", name=name, hint=hint)
            for fact in group.content:
                inner = Table(group.content[fact], f"fact {name}.{fact}")
                found[name][fact] = self._fact(check_name(fact, inner), name, inner)
        return found

    def _fact(self, name: str, subject: str, table: Table) -> Fact:
        table.allow(*AGGREGATES, "where", "title", "unit")
        declared = self.schema.subjects[subject]
        if name in declared.columns or name in self.parameters:
            raise table.fault("name_taken", name=name)
        aggregate, rows, column = _source(table, declared)
        cell = declared.rows(rows).columns[column] if column else None
        kind = fact_type(aggregate, declared.rows(rows), cell)
        if kind is None:
            raise table.fault("wrong_aggregate", aggregate=aggregate, name=f"{rows}.{column}")
        where = self._where(table, subject, rows)
        unit = table.choice("unit", tuple(UNITS), "none")
        title = table.optional_text("title")
        if title is None and self.strict:
            raise table.fault("key_absent", name="title")
        title = title or Text(name, name)
        return Fact(name, subject, aggregate, rows, column, where, kind, cell, title, unit)

    def _where(self, table: Table, subject: str, rows: str) -> Expression | None:
        if "where" not in table.content:
            return None
        declared = self.schema.subjects[subject]
        values = _subject_names(declared)
        for name, kind in declared.rows(rows).columns.items():
            values[name] = tree.column(name, kind, rows)
        scope = Scope(values, self._free_parameters(table, values), "cohort" in declared.dates)
        try:
            return check(table.string("where"), scope)
        except PackError as fault:
            raise fault.placed(f"{table.where}, where") from None

    def _free_parameters(self, table: Table, values: Mapping[str, Node]) -> dict[str, Parameter]:
        for name in self.parameters:
            if name in values:
                raise table.fault("name_taken", name=name)
        return self.parameters

    def _rules(self) -> dict[str, Rule]:
        found: dict[str, Rule] = {}
        bases = self.table.table("example")
        for table in self.table.tables("rule"):
            name = table.string("id")
            table.where = f"rule {name}"
            if name in found:
                raise table.fault("rule_twice", name=name)
            subject = table.choice("subject", tuple(self.schema.subjects))
            scope = self._scope(subject, table)
            found[name] = read_rule(name, subject, table, scope, self.schema, self.sources, bases)
        return found

    def _scope(self, subject: str, table: Table) -> Scope:
        if subject not in self.scopes:
            self.scopes[subject] = self._new_scope(subject, table)
        return self.scopes[subject]

    def _new_scope(self, subject: str, table: Table) -> Scope:
        declared = self.schema.subjects[subject]
        values = _subject_names(declared)
        self._free_parameters(table, values)
        values |= {name: tree.fact_value(fact) for name, fact in self.facts[subject].items()}
        elsewhere = {
            column: rows for rows in declared.lists for column in declared.rows(rows).columns
        }
        return Scope(values, self.parameters, "cohort" in declared.dates, elsewhere)


def _subject_names(declared: Subject) -> dict[str, Node]:
    values: dict[str, Node] = {
        name: tree.column(name, kind) for name, kind in declared.columns.items()
    }
    values["today"] = tree.today()
    return values


def _source(table: Table, declared: Subject) -> tuple[Aggregate, str, str | None]:
    given = [word for word in AGGREGATES if word in table.content]
    if len(given) != 1:
        raise table.fault("one_aggregate", allowed=", ".join(AGGREGATES))
    aggregate, source = given[0], table.string(given[0])
    rows, dot, column = source.partition(".")
    if rows not in declared.lists:
        hint = nearest(rows, declared.lists)
        raise table.fault("unknown_list", name=rows, hint=hint)
    if (aggregate == "count") == bool(dot):
        raise table.fault(
            "count_of_rows" if dot else "column_wanted", aggregate=aggregate, name=source
        )
    columns = declared.rows(rows).columns
    if dot and column not in columns:
        raise table.fault("unknown_column", name=column, record=rows, hint=nearest(column, columns))
    return aggregate, rows, column or None
