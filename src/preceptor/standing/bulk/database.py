"""Records of an institution straight from the database in columns, without an object for a row.

Both databases are asked what the loader of records asks, through ADBC; the columns are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import adbc_driver_manager
import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.institutions.models import Unit
from preceptor.policy import Batch, Pack
from preceptor.policy.types import Bool, Date, Scalar

from ..choices import WaiverState
from ..models import Waiver
from ..population import in_chunks, subjects_on, with_relations
from ..schema import SCHEMA
from ..verdicts import LOADERS
from ..waiving import waivable, waived
from . import enrolments as trainees
from . import theses
from .cells import Coded, coded
from .enrolments import KEY, Reader
from .needed import needed
from .parquet import Keys
from .refusals import At
from .run import Source
from .waivers import Waivers

#: Records that are held at a time.
RECORDS = 16_384
#: More rows than a chunk has: SQLite's driver takes the types of a column from what it reads first.
ROWS_AT_ONCE = 2**21
#: Rows of children lie all over the file: 32 MB of its pages are kept.
PRAGMAS = ("PRAGMA cache_size=-32768",)
#: The columns of the record itself, and what adds the others and the lists.
READERS: dict[str, tuple[dict[str, Scalar], Reader]] = {
    "enrolment": (trainees.OWN, trainees.enrolment_columns),
    "thesis": (theses.OWN, theses.thesis_columns),
}


class Snapshot:
    """The database at one moment, for one institution and day.

    Use it as a context. Raises InputRefused when the database cannot be read this way.
    """

    def __init__(self, institution: Unit, on: date) -> None:
        self.institution = institution
        self.on = on

    def __enter__(self) -> Self:
        with _clear():
            self._connection = _connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def source(self, pack: Pack, subject: str) -> Source:
        """The records of a subject in chunks, with their waivers, in the order of their keys."""
        count = subjects_on(self.institution, subject, self.on).count()
        if subject in READERS:
            return Source(subject, count, RECORDS, self.chunks(pack, subject))
        return Source(subject, count, RECORDS, self._records(pack, subject), read_ahead=False)

    def chunks(self, pack: Pack, subject: str, size: int = RECORDS) -> Iterator[Batch]:
        """The records of a subject that are read in columns: trainees and theses."""
        waivers = _waivers(self.institution, pack, subject)
        return self._chunks(pack, subject, size, waivers)

    def _chunks(self, pack: Pack, subject: str, size: int, waivers: Waivers) -> Iterator[Batch]:
        rows = subjects_on(self.institution, subject, self.on).order_by("pk")
        (kinds, reader), asked, last = READERS[subject], needed(pack, subject), 0
        while True:
            own = self.ask(rows.filter(pk__gt=last)[:size], {"pk": KEY, **kinds})
            found = own.pop("pk")[0]
            if not len(found):
                return
            columns, lists = reader(self.ask, own, found, self.on, asked)
            keys = pa.array(found).cast(pa.string())
            batch = Batch.from_columns(SCHEMA, subject, Keys(keys), columns, lists, self.on)
            yield batch.with_waived(waivers.within(batch, keys))
            last = int(found[-1])

    def _records(self, pack: Pack, subject: str) -> Iterator[Batch]:
        """Records of other subjects, by their own loader."""
        rows = with_relations(subjects_on(self.institution, subject, self.on), subject)
        for chunk in in_chunks(rows):
            records = LOADERS[subject](chunk, self.on)
            batch = Batch.from_records(SCHEMA, subject, records, self.on)
            yield batch.with_waived(waived(pack, subject, chunk, records, self.on))

    def ask(self, rows: QuerySet[Any], kinds: dict[str, Scalar]) -> dict[str, Coded]:
        """Columns of the rows, each with its type; null is not known."""
        sql, parameters = rows.values_list(*kinds).query.sql_with_params()
        with _clear(), self._connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.adbc_statement.set_options(
                    **{"adbc.sqlite.query.batch_rows": str(ROWS_AT_ONCE)}
                )
            cursor.execute(_placed(sql), parameters)
            found = cursor.fetch_arrow_table()
        return {
            name: _coded(cells, kind, At(Path(rows.model._meta.db_table), name))
            for (name, kind), cells in zip(kinds.items(), found.columns, strict=True)
        }


def _coded(column: pa.ChunkedArray, kind: Scalar, at: At) -> Coded:
    cells = pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0)
    if isinstance(kind, Date) and not pa.types.is_date32(cells.type):
        # SQLite keeps days as texts; a column without any comes as numbers.
        cells = cells.cast(pa.string()).cast(pa.date32())
    if pa.types.is_integer(cells.type) and isinstance(kind, Bool):
        cells = cells.cast(pa.bool_())
    return coded(cells, kind, at)


def _placed(sql: str) -> str:
    """The statement with the places of parameters as the driver writes them."""
    first, *rest = sql.split("%s")
    if connection.vendor == "sqlite":
        return "?".join([first, *rest])
    return first + "".join(f"${place}{part}" for place, part in enumerate(rest, start=1))


def _connect() -> Any:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        # For reading only: who closes a file that it may write believes to be the last one, because a
        # process has no locks against itself, and clears away the journal that Django still writes.
        address = f"file:{quote(str(settings['NAME']))}?mode=ro"
        return _prepared(adbc_driver_sqlite.dbapi.connect(address), *PRAGMAS)
    from psycopg.conninfo import make_conninfo

    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    given = {name: str(settings[key]) for key, name in names.items() if settings.get(key)}
    found = adbc_driver_postgresql.dbapi.connect(make_conninfo("", **given))
    return _prepared(found, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _prepared(found: Any, *statements: str) -> Any:
    with found.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()
    return found


@contextmanager
def _clear() -> Iterator[None]:
    try:
        yield
    except adbc_driver_manager.Error as error:
        raise InputRefused(
            _("The database could not be read in columns: %(error)s") % {"error": error}
        ) from None


def _waivers(institution: Unit, pack: Pack, subject: str) -> Waivers:
    """The granted waivers of rules of the pack on the institution's trainees or their theses."""
    key = "enrolment__thesis" if subject == "thesis" else "enrolment"
    rules = [rule.id for rule in pack.rules_of(subject) if waivable(pack, rule)]
    rows = list(
        Waiver.objects.filter(
            enrolment__institution=institution, panel=None, state=WaiverState.GRANTED,
            pack=pack.id, rule__in=rules, **{f"{key}__isnull": False},
        ).values_list(key, "rule", "valid_from", "valid_to")
    )  # fmt: skip
    keys, named, first, last = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Waivers(
        pa.array([str(key) for key in keys], pa.string()),
        np.array(named, dtype=object),
        *(np.array(days, dtype="datetime64[D]").astype(np.int64) for days in (first, last)),
    )
