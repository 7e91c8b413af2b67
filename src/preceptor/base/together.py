"""Several sets of rows read in one query.

A page, or the loader of a subject of rules, needs many small sets that have nothing to do with each
other: leaves, contracts, months of a postdoc. Each of them is a branch of one UNION ALL, its columns
packed into one JSON array and unpacked here into what the set itself would have given.

Who needs an answer before the next set can be asked for writes a `Question`: a generator that
yields the sets of a round and is sent their rows. Questions that are asked together share rounds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.db import connections, models, router
from django.db.models import JSONField, Model, QuerySet, Value
from django.db.models.functions import Cast, JSONArray

from .today import today

R = TypeVar("R")
M = TypeVar("M", bound=Model)
#: Rows that a set gave: records, or tuples of the columns asked for.
Rows = list[Any]


class Set(NamedTuple):
    """A queryset to be read: whole records (with what its `select_related`, `defer` and annotations
    say), or tuples of the `columns`, of which each is a name or a path. It is not sliced."""

    rows: QuerySet[Any]
    columns: tuple[str, ...] = ()


def first_of(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    """The first so many rows in their order, as a set takes them: their keys are what is sliced."""
    keys = rows.select_related(None).values("pk")[:most]
    return rows.filter(pk__in=keys)


#: Sets of a round out, their rows in, and at the end what was asked for.
Question = Generator[Sequence[Set], list[Rows], R]


def answer(question: Question[R], *, is_long: bool = False) -> R:
    """What the question is about, with one query for each of its rounds. Where it `is_long`, one for
    each set: so many rows that unpacking them costs more than the queries do."""
    try:
        asked = next(question)
        while True:
            rounds = [[one] for one in asked] if is_long else [asked]
            asked = question.send([rows for sets in rounds for rows in read_together(sets)])
    except StopIteration as end:
        return cast("R", end.value)


def together(*questions: Question[Any]) -> Question[list[Any]]:
    """The answers of all, in the order given; as many rounds as the longest of them takes."""
    open_ones: dict[int, Sequence[Set]] = {}
    found: list[Any] = [None] * len(questions)

    def go_on(place: int, rows: list[Rows] | None) -> None:
        try:
            question = questions[place]
            open_ones[place] = next(question) if rows is None else question.send(rows)
        except StopIteration as end:
            found[place] = end.value

    for place in range(len(questions)):
        go_on(place, None)
    while open_ones:
        asked, open_ones = open_ones, {}
        answers = iter((yield [one for sets in asked.values() for one in sets]))
        for place, sets in asked.items():
            go_on(place, [next(answers) for _one in sets])
    return found


def asked(*sets: Set) -> Question[list[Rows]]:
    """The rows of the sets, as they come."""
    found = yield sets
    return found


def kept_at(owners: Iterable[Model], relation: str, rows: QuerySet[Any]) -> Question[None]:
    """The rows of a relation kept at their owners, as `prefetch_related` keeps them; nothing is asked
    for owners that have them."""
    field: Any = None
    left = {}
    for owner in owners:
        field = owner._meta.get_field(relation).remote_field
        if relation not in _kept(owner):
            left[owner.pk] = owner
    if not left:
        return
    [found] = yield [Set(rows.filter(**{f"{field.name}__in": sorted(left)}))]
    groups: dict[int, Rows] = defaultdict(list)
    for row in found:
        key = getattr(row, field.attname)
        field.set_cached_value(row, left[key])
        groups[key].append(row)
    for key, owner in left.items():
        held = getattr(owner, relation).all()
        held._result_cache, held._prefetch_done = groups[key], True
        _kept(owner)[relation] = held


def _kept(owner: Any) -> dict[str, Any]:
    kept: dict[str, Any] = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    return kept


def read_together(sets: Sequence[Set]) -> list[Rows]:
    """The rows of each set, each in the order of its queryset, what is missing last; one query.

    Tuples come in no order unless their queryset asks for one. Raises TypeError for a column whose
    values cannot travel so, and for an order that is no name.
    """
    if not sets:
        return []
    if len(sets) == 1:
        [(only, columns)] = sets
        return [list(only.values_list(*columns) if columns else only)]
    shapes = [_Shape.of(one) for one in sets]
    return _unpacked(sets, shapes, _union(sets, shapes))


def _union(sets: Sequence[Set], shapes: Sequence[_Shape]) -> QuerySet[Any, Any]:
    """The place of the set and the packed columns, of each row."""
    first, *others = (
        one.rows.order_by().values_list(
            Value(place),
            JSONArray(*_packed(one.rows, shape), output_field=JSONField(decoder=_Exact)),
        )
        for place, (one, shape) in enumerate(zip(sets, shapes, strict=True))
    )
    return first.union(*others, all=True)


def _unpacked(
    sets: Sequence[Set], shapes: Sequence[_Shape], packed: Iterable[tuple[int, Sequence[Any]]]
) -> list[Rows]:
    found: list[Rows] = [[] for _one in sets]
    for place, values in packed:
        found[place].append(shapes[place].made(iter(values)))
    for one, rows in zip(sets, found, strict=True):
        _sort(one, rows)
    return found


@dataclass(frozen=True)
class _Statement:
    day: date
    sets: Sequence[Set]
    shapes: Sequence[_Shape]
    sql: str
    values: Sequence[Any]


class Prepared(Generic[M]):
    """Sets of a record that every page reads: making their statement would take longer than the answer
    does, so it is made once a day, with a stand-in where each record's key comes.

    `sets` gives at least two sets for a record of which it reads nothing but the key. Of what else it
    reads, only the day may change.
    """

    #: No record has this key.
    STAND_IN = -(2**62)

    def __init__(self, sets: Callable[[M], Sequence[Set]]) -> None:
        self._sets = sets
        self._made: dict[str, _Statement] = {}

    def read(self, record: M) -> list[Rows]:
        """The rows of each set for the record, as `read_together` gives them; one query."""
        return self.told(record)[0]

    def told(self, record: M) -> tuple[list[Rows], bytes]:
        """The rows, and a digest of all that the database told of the record."""
        # The reader of a request is a stand-in for the account, of another class.
        model = cast("type[M]", record._meta.model)
        using = router.db_for_read(model)
        made = self._made.get(using)
        if made is None or made.day != today():
            made = self._made[using] = self._prepared(model, using)
        values = [record.pk if value == self.STAND_IN else value for value in made.values]
        with connections[using].cursor() as cursor:
            cursor.execute(made.sql, values)
            found = cursor.fetchall()
        digest = blake2b(repr(found).encode(), digest_size=16).digest()
        packed = [(place, json.loads(row, cls=_Exact)) for place, row in found]
        return _unpacked(made.sets, made.shapes, packed), digest

    def _prepared(self, model: type[M], using: str) -> _Statement:
        sets = self._sets(model(pk=self.STAND_IN))
        shapes = [_Shape.of(one) for one in sets]
        sql, values = _union(sets, shapes).query.get_compiler(using).as_sql()
        return _Statement(today(), sets, shapes, sql, values)


def _packed(rows: QuerySet[Any], shape: _Shape) -> list[Any]:
    """The columns as they travel: JSON as text, which its own field reads as ever."""
    return [
        Cast(path, models.TextField()) if isinstance(_field_of(rows, path), JSONField) else path
        for path in shape.paths()
    ]


class _Exact(json.JSONDecoder):
    """Reads a number with a point as Decimal, so that no amount passes through a float."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, parse_float=Decimal)


def _sort(asked: Set, rows: Rows) -> None:
    own = () if asked.columns else asked.rows.model._meta.ordering or ()
    for name in reversed(asked.rows.query.order_by or tuple(own)):
        if not isinstance(name, str):
            raise TypeError(f"{asked.rows.model.__name__}: an order by {name} is no column's.")
        rows.sort(key=partial(_place, asked, name), reverse=name.startswith("-"))


def _place(asked: Set, order: str, row: Any) -> tuple[bool, Any]:
    path = order.removeprefix("-")
    if asked.columns:
        value = row[asked.columns.index(path)]
    else:
        value = row
        for name in path.split("__"):
            value = getattr(value, name)
    if isinstance(value, Model):
        raise TypeError(f"{asked.rows.model.__name__}: an order by {path} is no column's.")
    return (value is None) != order.startswith("-"), value


Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class _Shape:
    """How a row of a set is made of values: a tuple of columns, or a record with others beside it."""

    columns: Sequence[tuple[str, Reader]]
    model: type[Model] | None = None
    #: Names of the record's own columns; what follows among `columns` was annotated.
    own: Sequence[str] = ()
    beside: Sequence[tuple[Any, _Shape]] = ()
    using: str = ""

    @classmethod
    def of(cls, asked: Set) -> _Shape:
        rows = asked.rows
        if asked.columns:
            return cls([(name, _reader(rows, name)) for name in asked.columns])
        related = rows.query.select_related
        beside = related if isinstance(related, dict) else {}
        return cls._record(rows, rows.model, "", beside, rows.query.annotation_select)

    @classmethod
    def _record(
        cls, rows: QuerySet[Any], model: type[Model], prefix: str, related: dict[str, Any],
        annotated: Iterable[str] = (),
    ) -> _Shape:  # fmt: skip
        own = [
            field.attname
            for field in model._meta.concrete_fields
            if field.primary_key or _is_taken(rows, prefix, field.name)
        ]
        beside = []
        for name, further in related.items():
            field: Any = model._meta.get_field(name)
            path = f"{prefix}{name}__"
            shape = cls._record(rows, field.related_model, path, further)
            beside.append((field, shape))
        paths = [*(f"{prefix}{name}" for name in own), *annotated]
        columns = [(path, _reader(rows, path)) for path in paths]
        return cls(columns, model, own, beside, rows.db)

    def paths(self) -> list[str]:
        """The columns in the order in which `made` takes their values."""
        others = (path for _field, shape in self.beside for path in shape.paths())
        return [*(path for path, _reader in self.columns), *others]

    def made(self, values: Iterator[Any]) -> Any:
        """The row of these values."""
        read = [
            None if (value := next(values)) is None else reader(value)
            for _path, reader in self.columns
        ]
        if self.model is None:
            return tuple(read)
        row = self.model.from_db(self.using, self.own, read[: len(self.own)])
        for (name, _reader), value in zip(
            self.columns[len(self.own) :], read[len(self.own) :], strict=True
        ):
            setattr(row, name, value)
        for field, shape in self.beside:
            other = shape.made(values)
            field.set_cached_value(row, None if other.pk is None else other)
        return row


def _is_taken(rows: QuerySet[Any], prefix: str, name: str) -> bool:
    """Whether the column is read, by the `defer` or the `only` of the queryset. Of a record beside of
    which `only` names no column all are."""
    named, is_left_out = rows.query.deferred_loading
    path = f"{prefix}{name}"
    if is_left_out:
        return path not in named
    if prefix and not any(one.startswith(prefix) for one in named):
        return True
    return any(one == path or one.startswith(f"{path}__") for one in named)


def _reader(rows: QuerySet[Any], path: str) -> Reader:
    """What makes the value of a column again of what JSON holds for it."""
    field, connection = _field_of(rows, path), connections[rows.db]
    read = next((make for kind, make in _READERS if isinstance(field, kind)), None)
    if read is None:
        raise TypeError(f"{rows.model.__name__}.{path}: values of {field} cannot be read together.")
    stored = getattr(field, "from_db_value", None)
    if stored is None:
        return partial(read, field)
    return lambda value: stored(read(field, value), None, connection)


def _field_of(rows: QuerySet[Any], path: str) -> Any:
    if path in rows.query.annotations:
        return rows.query.annotations[path].output_field
    options: Any = rows.model._meta
    *steps, last = path.split("__")
    for step in steps:
        options = options.get_field(step).related_model._meta
    field = options.pk if last == "pk" else options.get_field(last)
    while field.is_relation:
        field = field.related_model._meta.pk
    return field


def _instant(_field: Any, value: str) -> datetime:
    found = datetime.fromisoformat(value)
    # SQLite keeps instants without their zone, as UTC.
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _amount(field: Any, value: Any) -> Decimal:
    places = field.decimal_places
    number = Decimal(value)
    return number if places is None else number.quantize(Decimal(1).scaleb(-places))


def _same(_field: Any, value: Any) -> Any:
    return value


#: The first kind that fits counts.
_READERS: tuple[tuple[type[Any], Callable[[Any, Any], Any]], ...] = (
    (models.DateTimeField, _instant),
    (models.DateField, lambda _field, value: date.fromisoformat(value)),
    (models.DecimalField, _amount),
    (models.BooleanField, lambda _field, value: bool(value)),
    (models.IntegerField, _same),
    (models.CharField, _same),
    (models.TextField, _same),
    (JSONField, _same),
)
