"""Measures what the product takes, and keeps the table of `docs/performance.md`.

    make bench                                  everything, at 20 times the demo institution
    make bench ARGS="--scale 200 --only pages"  one group, at 200 times
    make bench ARGS="--keep /data/bench"        keep the institutions for the next run

Each group runs in processes of its own, so that the most memory of one is not that of another.
Nothing here is a test: a machine that others use as well makes every time longer.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from benchmarks import homes, summary
from benchmarks.measure import Row, machine, stamped, timed
from benchmarks.table import keep, written

import postgres

DOCUMENT = homes.ROOT / "docs" / "performance.md"
VENDORS = ("SQLite", "PostgreSQL")
GROUPS = ("rules", "bulk", "pages", "million", "cases", "flow", "repair", "office", "start")
Found = dict[str, Any]
#: Trainees in a database are so many times fewer than enrolments in files: making them takes longer.
CROWD = 10
#: Postdocs whose flow is asked for.
POSTDOCS = 350_000


def _child(home: Path, *words: object, database: str = "") -> Any:
    """The answer of a measuring process that works on the folder, or on another database than the
    one there. Raises CalledProcessError."""
    command = [sys.executable, str(Path(__file__).resolve()), "--measure", *map(str, words)]
    environment = homes.environment(home) | ({"DATABASE_URL": database} if database else {})
    answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(answer.stdout.splitlines()[-1])


def _rules(count: int) -> list[Found]:
    from benchmarks import rules

    found = [*rules.bulk(count), *rules.change(count), *rules.one(), *rules.load()]
    return [row.as_json() for row in found]


def _inputs(folder: str, count: str) -> None:
    homes.begin()
    from benchmarks import bulk

    bulk.inputs(Path(folder), int(count))


def _parquet(folder: str, count: str) -> list[Found]:
    homes.begin()
    from benchmarks import bulk

    return [row.as_json() for row in bulk.parquet(Path(folder), int(count))]


def _crowd(home: str, count: str) -> int:
    homes.begin()
    homes.make_empty(Path(home))
    from benchmarks import crowd

    return crowd.fill(int(count))


def _columns(vendor: str) -> list[Found]:
    homes.begin()
    from benchmarks import bulk

    return [row.as_json() for row in bulk.columns(vendor)]


def _openfisca(count: str) -> list[Found]:
    homes.begin()
    from benchmarks import openfisca

    return [row.as_json() for row in openfisca.against(int(count))]


def _make(home: str, scale: str) -> Found:
    homes.begin()
    return homes.make(Path(home), Decimal(scale))


def _objects() -> Found:
    homes.begin()
    from benchmarks import objects

    return objects.objects()


def _pages() -> Found:
    homes.begin()
    from benchmarks import pages

    names = pages.addresses()
    return {"names": names, "session": pages.session(), "pages": pages.in_process(names)}


def _million(home: str, enrolments: str) -> Found:
    homes.begin()
    from benchmarks import million

    million.make(Path(home), int(enrolments))
    return million.measure()


def _cases(home: str, count: str) -> Found:
    homes.begin()
    from benchmarks import cases

    cases.make(Path(home), int(count))
    return cases.measure()


def _flow(home: str, count: str) -> Found:
    homes.begin()
    from benchmarks import flow

    flow.make(Path(home), int(count))
    return flow.measure()


def _repair() -> list[Found]:
    homes.begin()
    from benchmarks import repair

    return [row.as_json() for row in repair.rows()]


def _empty(home: str) -> None:
    homes.begin()
    homes.make_empty(Path(home))


def _office(name: str) -> Found:
    homes.begin()
    from benchmarks import office

    work: dict[str, Callable[[], Found]] = {
        "roster": office.roster,
        "census": office.census,
        "report": office.report,
    }
    return work[name]()


MEASURES: dict[str, Callable[..., Any]] = {
    "rules": lambda count: _rules(int(count)),
    "inputs": _inputs,
    "parquet": _parquet,
    "crowd": _crowd,
    "columns": _columns,
    "openfisca": _openfisca,
    "make": _make,
    "objects": _objects,
    "pages": _pages,
    "million": _million,
    "cases": _cases,
    "flow": _flow,
    "repair": _repair,
    "empty": _empty,
    "office": _office,
}


class Bench:
    """One run: the institutions in a folder, made when they are first asked for."""

    def __init__(self, folder: Path, scale: Decimal, count: int) -> None:
        self.folder, self.scale, self.count = folder, scale, count
        self.made: dict[Path, Found] = {}

    def institution(self, scale: Decimal) -> tuple[Path, Found]:
        """The folder of an institution of the scale, judged, and how long that took."""
        home = self.folder / f"scale-{scale}"
        if home not in self.made:
            self.made[home] = _child(home, "make", home, scale)
        return home, self.made[home]

    def rules(self) -> Iterator[Row]:
        """Rules over columns, one record, a change, a pack; then beside ORM objects."""
        home, _made = self.institution(Decimal(1))
        yield from (Row(**found) for found in _child(home, "rules", self.count))
        yield from summary.objects(_child(home, "objects"))

    def bulk(self) -> Iterator[Row]:
        """Records by the million: from Parquet, from both databases, against OpenFisca-Core."""
        home, files = self.folder / "crowd", self.folder / f"parquet-{self.count}"
        if not files.exists():
            _child(self.folder, "inputs", files, self.count)
        yield from (Row(**row) for row in _child(self.folder, "parquet", files, self.count))
        people = max(self.count // CROWD, 1000)
        _child(home, "crowd", home, people)
        yield from (Row(**row) for row in _child(home, "columns", "SQLite"))
        yield from self._postgresql(home, people)
        yield from (Row(**row) for row in _child(self.folder, "openfisca", self.count))

    def _postgresql(self, home: Path, people: int) -> Iterator[Row]:
        """The same trainees in a server of the run's own, where PostgreSQL is installed."""
        programs = postgres.programs()
        if programs is None:
            print("PostgreSQL is not installed: its lines are not measured.", file=sys.stderr)
            return
        cluster = postgres.start(programs)
        try:
            own = home.with_name("crowd-postgresql")
            _child(own, "crowd", own, people, database=cluster.url)
            found = _child(own, "columns", "PostgreSQL", database=cluster.url)
            yield from (Row(**row) for row in found)
        finally:
            cluster.stop()

    def pages(self) -> Iterator[Row]:
        """The institutions judged, and their pages."""
        sizes = [self._size(scale) for scale in sorted({Decimal(1), self.scale})]
        small, large = sizes[0], sizes[-1]
        yield from (summary.standing(found["made"]) for found in sizes)
        yield from summary.pages(small, large)
        yield from summary.served(small, large)

    def _size(self, scale: Decimal) -> Found:
        from benchmarks import served

        home, made = self.institution(scale)
        found = _child(home, "pages") | {"made": made}
        with served.server(home) as (port, process, first):
            found["first"] = first
            found["served"] = served.pages(port, found["session"], found["names"])
            found["megabytes"] = served.proportional_megabytes(process.pid)
        return dict(found)

    def million(self) -> Iterator[Row]:
        """Lists and pages at the number of records asked for beside a tenth, on both databases."""
        from benchmarks import million

        yield from million.rows(self._beside_a_tenth("million"))

    def cases(self) -> Iterator[Row]:
        """Task lists and one case among so many cases as there are records, beside a tenth, on both
        databases."""
        from benchmarks import cases

        yield from cases.rows(self._beside_a_tenth("cases"))

    def flow(self) -> Iterator[Row]:
        """The flow of postdocs between two days, on both databases."""
        from benchmarks import flow

        for vendor in VENDORS:
            found = self._on(vendor, "flow", POSTDOCS)
            if found:
                yield from flow.rows(vendor, found)

    def _beside_a_tenth(self, name: str) -> dict[str, tuple[Found, Found]]:
        """By database, what was measured on a tenth of the records and on all of them."""
        found = {}
        for vendor in VENDORS:
            small, large = (self._on(vendor, name, size) for size in (self.count // 10, self.count))
            if small and large:
                found[vendor] = (small, large)
        return found

    def _on(self, vendor: str, name: str, size: int) -> Found:
        """What was measured on the database; nothing where PostgreSQL is not installed."""
        home = self.folder / f"{name}-{vendor}-{size}".lower()
        if vendor == "SQLite":
            return dict(_child(home, name, home, size))
        programs = postgres.programs()
        if programs is None:
            return {}
        cluster = postgres.start(programs)
        try:
            return dict(_child(home, name, home, size, database=cluster.url))
        finally:
            cluster.stop()

    def repair(self) -> Iterator[Row]:
        """The repair of a panel from pools of two sizes."""
        yield from (Row(**found) for found in _child(self.folder, "repair"))

    def office(self) -> Iterator[Row]:
        """The workbook into an empty institution, a census of both sizes, the report."""
        empty = self.folder / "empty"
        _child(empty, "empty", empty)
        yield from summary.roster(_child(empty, "office", "roster"))
        for scale in sorted({Decimal(1), self.scale}):
            home, made = self.institution(scale)
            yield from summary.census(_child(home, "office", "census"), made)
        yield from summary.report(_child(self.institution(Decimal(1))[0], "office", "report"))

    def start(self) -> Iterator[Row]:
        """The start of the command."""
        home, _made = self.institution(Decimal(1))
        help_words = ["-m", "preceptor", "--help"]
        times = {
            "help": timed(lambda: homes.start_time(help_words, home), times=7).median,
            "python": timed(lambda: homes.start_time(["-c", "pass"], home), times=7).median,
        }
        yield summary.command(times)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scale", type=Decimal, default=Decimal(20), metavar="X",
                        help="times the demo institution, beside 1 (880: a million enrolments)")  # fmt: skip
    parser.add_argument("--records", type=int, default=1_000_000, metavar="N",
                        help="enrolments for the rules over columns")  # fmt: skip
    parser.add_argument("--only", choices=GROUPS, action="append", help="this group alone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER",
                        help="where the institutions are kept, or found, instead of made anew")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="leave the document as it is")
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(arguments: argparse.Namespace, folder: Path) -> None:
    bench = Bench(folder, arguments.scale, arguments.records)
    for group in arguments.only or GROUPS:
        print(f"{group}: {machine()}", file=sys.stderr, flush=True)
        rows = [stamped(row) for row in getattr(bench, group)()]
        print(written(rows), flush=True)
        if not arguments.dry_run:
            keep(DOCUMENT, rows)


def main() -> int:
    """Measure what was asked for; a measuring process of this program answers in JSON."""
    arguments = _arguments()
    if arguments.measure:
        name, *words = arguments.measure
        print(json.dumps(MEASURES[name](*words)))
        return 0
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        _run(arguments, arguments.keep.resolve())
        return 0
    with TemporaryDirectory() as folder:
        _run(arguments, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
