"""Loading a pack from TOML: everything that can be wrong with it is said here, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomli

from preceptor.policy.check import Scope, check
from preceptor.policy.composing import compose
from preceptor.policy.content import Content
from preceptor.policy.errors import PackError, nearest
from preceptor.policy.examples import check_examples
from preceptor.policy.expression import Expression
from preceptor.policy.facts import AGGREGATES, Aggregate, Fact, fact_type
from preceptor.policy.hashing import content_hash
from preceptor.policy.head import Extends, read_extends, read_head
from preceptor.policy.locate import locate
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter
from preceptor.policy.reading_parameters import read_parameter
from preceptor.policy.reading_replacements import read_replacements
from preceptor.policy.reading_rules import read_rule
from preceptor.policy.reading_sources import read_sources
from preceptor.policy.rules import Rule
from preceptor.policy.schema import Schema, Subject
from preceptor.policy.scopes import rule_scope, where_scope
from preceptor.policy.table import Table, as_table, check_name
from preceptor.policy.text import Text
from preceptor.policy.units import UNITS

LARGEST_FILE = 4_000_000
# Tables within tables: far more than a pack needs, and few enough for whatever walks through it.
DEEPEST = 40
EMPTY: Mapping[str, Parameter] = MappingProxyType({})


def load_pack(
    path: Path | str, schema: Schema, strict: bool = False, base: Pack | None = None
) -> Pack:
    """The pack of a file, checked against a schema; an overlay is laid over ``base``.

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
    return load_pack_text(text, schema, str(path), strict, base)


def load_pack_text(
    text: str,
    schema: Schema,
    file: str = "pack",
    strict: bool = False,
    base: Pack | None = None,
) -> Pack:
    """The pack of a text; ``file`` is what messages call it, ``base`` what an overlay is laid over.

    Raises PackError, with the line of the text where that can be told; ``base_absent`` for an overlay
    without its base, ``base_differs`` when another pack is given for it. A base of another content than
    the overlay names is taken: ``extends`` of the result says what it was written for, ``based_on`` in
    its content what it was laid over.
    """
    content = read_content(text, file)
    try:
        extends = read_extends(content)
        if extends is not None:
            content = _laid(content, extends, base)
        return _Loader(content, schema, file, strict, extends).pack()
    except PackError as fault:
        fault.line = fault.line or locate(text, fault)
        raise _in_file(fault, file) from None


def load_content(
    content: Content, schema: Schema, file: str = "pack", strict: bool = False
) -> Pack:
    """The pack of a whole content. Raises PackError as ``load_pack_text``, without a line."""
    try:
        _check_depth(content)
        extends = read_extends(content)
        if extends is not None:
            raise PackError("base_absent", name=extends.id).placed("pack")
        return _Loader(content, schema, file, strict).pack()
    except PackError as fault:
        raise _in_file(fault, file) from None


def reread(
    pack: Pack, parameters: Mapping[str, Parameter], hash_: str, parts: tuple[str, ...]
) -> Pack:
    """The same pack with other parameters in place of its own, under another hash. Raises PackError."""
    try:
        loader = _Loader(pack.content, pack.schema, pack.file, strict=False, extends=pack.extends)
        return replace(loader.pack(parameters), hash=hash_, parts=parts)
    except PackError as fault:
        raise _in_file(fault, pack.file) from None


def read_content(text: str, file: str = "pack") -> Content:
    """The content of a text, neither laid over a base nor checked. Raises PackError with the line."""
    try:
        if len(text) > LARGEST_FILE:
            raise PackError("file_too_large", most=LARGEST_FILE)
        content = _parse_toml(text)
        _check_depth(content)
        return content
    except PackError as fault:
        fault.line = locate(text, fault)
        raise _in_file(fault, file) from None


def _laid(content: Content, extends: Extends, base: Pack | None) -> Content:
    if base is None:
        raise PackError("base_absent", name=extends.id).placed("pack")
    if base.id != extends.id:
        raise PackError("base_differs", name=extends.id, found=base.id).placed("pack")
    return compose(base.content, content)


def _in_file(fault: PackError, file: str) -> PackError:
    fault.file = file
    return fault


def _parse_toml(text: str) -> Content:
    try:
        return tomli.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except (tomli.TOMLDecodeError, InvalidOperation, RecursionError) as fault:
        raise PackError("not_toml", reason=str(fault)) from None


def _check_depth(content: Content) -> None:
    """Refuse tables nested deeper than DEEPEST. Raises PackError."""
    level: list[Any] = [content]
    for _depth in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise PackError("nested_too_deep", most=DEEPEST)


class _Loader:
    def __init__(
        self,
        content: Content,
        schema: Schema,
        file: str,
        strict: bool,
        extends: Extends | None = None,
    ) -> None:
        self.content = content
        self.table = as_table(content)
        self.schema = schema
        self.file = file
        self.strict = strict
        self.extends = extends
        self.scopes: dict[tuple[str, str], Scope] = {}

    def pack(self, replaced: Mapping[str, Parameter] = EMPTY) -> Pack:
        self.table.allow("pack", "source", "param", "fact", "example", "replace", "rule")
        self.head = read_head(self.content)
        self.sources = read_sources(self.table)
        self.parameters = {**self._parameters(), **replaced}
        self.facts = self._facts()
        rules = self._rules()
        pack = Pack(
            id=self.head.id,
            version=self.head.version,
            hash=content_hash(self.content),
            title=self.head.title,
            schema=self.schema,
            sources=self.sources,
            parameters=self.parameters,
            facts=self.facts,
            rules=rules,
            file=self.file,
            content=self.content,
            layer=self.head.layer,
            extends=self.extends or self.head.based_on,
            replaces=read_replacements(self.table, self.sources),
        )
        if self.strict:
            check_examples(pack)
        return pack

    def _parameters(self) -> dict[str, Parameter]:
        names = self.schema.enumerations()
        found = {}
        for name, table in self.table.named("param", "param"):
            check_name(name, table)
            found[name] = read_parameter(name, table, self.sources, names, self.head)
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
        try:
            return check(table.string("where"), self._where_scope(subject, rows, table))
        except PackError as fault:
            raise fault.placed(f"{table.where}, where") from None

    def _where_scope(self, subject: str, rows: str, table: Table) -> Scope:
        if (subject, rows) not in self.scopes:
            scope = where_scope(self.schema, subject, rows, self.parameters)
            self.scopes[subject, rows] = _unambiguous(scope, table)
        return self.scopes[subject, rows]

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
        if (subject, "") not in self.scopes:
            scope = rule_scope(self.schema, subject, self.facts[subject], self.parameters)
            self.scopes[subject, ""] = _unambiguous(scope, table)
        return self.scopes[subject, ""]


def _unambiguous(scope: Scope, table: Table) -> Scope:
    """The scope, in which no parameter has the name of something else. Raises PackError."""
    for name in scope.parameters:
        if name in scope.values:
            raise table.fault("name_taken", name=name)
    return scope


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
