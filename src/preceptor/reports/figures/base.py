"""DuckDB over the Parquet files of one census."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from ..census.manifest import RULES
from .slugs import slugs
from .views import VIEWS

Row = tuple[Any, ...]
#: Code of the degree point, of a unit in it or null, and the part or null.
Place = tuple[str, str | None, str | None]
Keys = npt.NDArray[np.int64]

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "640MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": False,
}


@contextmanager
def opened(folder: Path, day: date, views: Sequence[str] = VIEWS) -> Iterator[Base]:
    """The census in the folder, ready for the SQL of the figures; nothing is written to it."""
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        base = Base(connection, folder)
        base.prepare(day, views)
        yield base
    finally:
        connection.close()


def quoted(text: str) -> str:
    """The text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _once(keys: Keys) -> Keys:
    """The keys in ascending order, each once; sorting beats numpy's hashing twentyfold here."""
    ordered = np.sort(keys)
    if len(ordered) < 2:
        return ordered
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


class Base:
    """A connection with the tables of the census and the views that the figures share."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder

    def prepare(self, day: date, views: Sequence[str]) -> None:
        """Name the tables, the days, and the views."""
        for path in sorted(self.folder.glob("*.parquet")):
            files = quoted(path.as_posix())
            self.run(f"CREATE VIEW {path.stem} AS SELECT * FROM read_parquet({files})")
        self.run(f"SET VARIABLE day = DATE '{day.isoformat()}'")
        self.run(f"SET VARIABLE year_start = DATE '{day.year}-01-01'")
        self.run(f"SET VARIABLE previous_end = DATE '{day.year - 1}-12-31'")
        self.run(f"SET VARIABLE three_years_start = DATE '{day.year - 2}-01-01'")
        self._name_directions()
        self._name_rules()
        for view in views:
            self.run(view)

    def _name_directions(self) -> None:
        self.run("CREATE TEMP TABLE slugs (key BIGINT, slug VARCHAR)")
        known = self.rows("SELECT key, code, name_en FROM disciplines ORDER BY code, key")
        if known:
            self.connection.executemany("INSERT INTO slugs VALUES (?, ?)", slugs(known))

    def _name_rules(self) -> None:
        self.run("CREATE TEMP TABLE rules (rule VARCHAR, subject VARCHAR, kind VARCHAR)")
        known = json.loads((self.folder / RULES).read_bytes())["rules"]
        if known:
            rows = [(rule["id"], rule["subject"], rule["kind"]) for rule in known]
            self.connection.executemany("INSERT INTO rules VALUES (?, ?, ?)", rows)

    def run(self, sql: str) -> None:
        """Do something that gives no rows."""
        self.connection.execute(sql)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """All rows of a question whose answer is small."""
        return self.connection.execute(sql, list(values)).fetchall()

    def pick(self, *selects: str) -> dict[Place, Keys]:
        """The records that some SELECTs of figures pick, by place; sorted and unlike each other.

        A place without records is not among them. The rows stay in `picked` for `measured`.
        """
        union = " UNION ALL ".join(f"({select})" for select in selects)
        self.run(f"CREATE OR REPLACE TEMP TABLE picked AS {union}")
        places = self.rows("SELECT DISTINCT point, unit, part FROM picked ORDER BY ALL")
        if len(places) < 2:
            keys = self.connection.execute("SELECT record FROM picked").fetchnumpy()["record"]
            return {(point, unit, part): _once(keys) for point, unit, part in places}
        return self._sorted_apart(places)

    def _sorted_apart(self, places: list[Row]) -> dict[Place, Keys]:
        """The picked records of several places: strings stay in the database, numbers come out."""
        self.run(
            "CREATE OR REPLACE TEMP TABLE places_found (number USMALLINT, point VARCHAR, unit VARCHAR, part VARCHAR)"
        )
        self.connection.executemany(
            "INSERT INTO places_found VALUES (?, ?, ?, ?)",
            [(number, *place) for number, place in enumerate(places)],
        )
        columns = self.connection.execute(
            "SELECT f.number, picked.record FROM picked JOIN places_found f"
            " ON picked.point = f.point AND picked.unit IS NOT DISTINCT FROM f.unit"
            " AND picked.part IS NOT DISTINCT FROM f.part"
        ).fetchnumpy()
        order = np.argsort(columns["number"], kind="stable")
        numbers, records = columns["number"][order], columns["record"][order]
        bounds = np.searchsorted(numbers, np.arange(len(places) + 1))
        return {
            (point, unit, part): _once(records[bounds[n] : bounds[n + 1]])
            for n, (point, unit, part) in enumerate(places)
        }

    def measured(self, measure: str) -> dict[Place, Decimal]:
        """A measure of the picked rows, by place."""
        rows = self.rows(
            f"SELECT point, unit, part, {measure} FROM picked GROUP BY point, unit, part"
        )
        return {(point, unit, part): Decimal(value) for point, unit, part, value in rows}
