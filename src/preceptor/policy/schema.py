"""The schema: which subjects there are, which columns and lists they have, and what these are called.

Only the names of a schema exist in a pack; nothing else of the database can be named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from preceptor.policy.errors import SchemaError
from preceptor.policy.text import Text
from preceptor.policy.types import Date, Enum, Scalar

NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "today",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
        "and",
        "or",
        "not",
    ]
)
MOST_ROWS = 10_000
MOST_NAMES = 250


@dataclass(frozen=True)
class Rows:
    """A list of child rows.

    ``label`` names a row in explanations: columns of the list, or labels that exist only as text (a
    member's name) and cannot be used in expressions. ``most`` bounds the rows of one record.
    """

    columns: Mapping[str, Scalar]
    label: tuple[str, ...] = ("name",)
    most: int = MOST_ROWS

    @property
    def text_labels(self) -> tuple[str, ...]:
        """The labels that are not columns."""
        return tuple(name for name in self.label if name not in self.columns)


@dataclass(frozen=True)
class Subject:
    """What rules speak of: columns, lists of rows, and the columns that rules and parameters bind to.

    ``dates`` says which column is the ``cohort`` date, the ``event`` date and the ``planned`` date.
    ``titles`` gives (Chinese, English) for a path: ``""`` the subject, ``mode``, ``mode.full_time``,
    ``members``, ``members.field``, ``members.field.same``. ``units`` gives a column its unit.
    ``gates`` are the steps that a rule may hold back; empty means that any name will do.
    """

    columns: Mapping[str, Scalar]
    lists: Mapping[str, Rows | Mapping[str, Scalar]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    gates: tuple[str, ...] = ()

    def rows(self, name: str) -> Rows:
        """The declaration of a list."""
        found = self.lists[name]
        return found if isinstance(found, Rows) else Rows(found)

    def title(self, path: str) -> Text:
        """What a path is called; its last part when nobody gave it a title."""
        zh, en = self.titles.get(path) or (path.rpartition(".")[2],) * 2
        return Text(zh, en)


@dataclass(frozen=True)
class Schema:
    """All subjects, under a version. Raises SchemaError when it contradicts itself."""

    subjects: Mapping[str, Subject]
    version: str = "1"

    def __post_init__(self) -> None:
        for name, subject in self.subjects.items():
            _check_name(name)
            _check_subject(name, subject)

    def enumerations(self) -> dict[str, set[Enum]]:
        """Every enumeration by the names a pack may give it: ``grade``, ``supervisor.grade``."""
        found: dict[str, set[Enum]] = {}
        for path, kind in self._columns():
            if isinstance(kind, Enum):
                for name in {path, path.rpartition(".")[2]}:
                    found.setdefault(name, set()).add(kind)
        return found

    def _columns(self) -> list[tuple[str, Scalar]]:
        columns: list[tuple[str, Scalar]] = []
        for name, subject in self.subjects.items():
            columns += [(f"{name}.{column}", kind) for column, kind in subject.columns.items()]
            for rows in subject.lists:
                inner = subject.rows(rows).columns
                columns += [(f"{name}.{rows}.{column}", kind) for column, kind in inner.items()]
        return columns


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or name in RESERVED:
        raise SchemaError("schema_name", name=name)


def _check_subject(name: str, subject: Subject) -> None:
    _check_columns(name, subject.columns)
    for rows in subject.lists:
        _check_name(rows)
        inner = subject.rows(rows).columns
        _check_columns(f"{name}.{rows}", inner)
        shared = set(inner) & set(subject.columns)
        if shared:
            raise SchemaError("schema_shadow", name=sorted(shared)[0], list=f"{name}.{rows}")
    for role, column in subject.dates.items():
        if role not in ("cohort", "event", "planned"):
            raise SchemaError("schema_date_role", role=role, subject=name)
        if not isinstance(subject.columns.get(column), Date):
            raise SchemaError("schema_date", role=role, column=column, subject=name)


def _check_columns(owner: str, columns: Mapping[str, Scalar]) -> None:
    for name, kind in columns.items():
        _check_name(name)
        if (
            isinstance(kind, Enum)
            and not 0 < len(set(kind.values)) == len(kind.values) < MOST_NAMES
        ):
            raise SchemaError("schema_enum", name=f"{owner}.{name}")
