"""Records by the million, reading and writing included: from Parquet and from both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from preceptor.policy import Pack, evaluate
from preceptor.standing.bulk.export import write_batches
from preceptor.standing.bulk.parquet import RECORDS, Folder
from preceptor.standing.bulk.run import Source, evaluate_to
from preceptor.standing.schema import SCHEMA

from .measure import Row, peak_megabytes, seconds, timed, times
from .rules import made_up, shipped
from .synthetic import ON, enrolments

SUBJECT = "enrolment"
#: Records in a group of rows of the files.
GROUP = 1_000_000


def inputs(folder: Path, count: int) -> None:
    """Write the made-up enrolments to a folder, as another program would."""
    folder.mkdir()
    batches = (part for _start, part in enrolments(SCHEMA, count).chunks(GROUP))
    write_batches(SCHEMA.subjects[SUBJECT], SUBJECT, batches, folder)


def parquet(folder: Path, count: int) -> Iterator[Row]:
    """Verdicts of 12 rules on the records of a folder, written to a file beside it."""
    pack, found = made_up(12), Folder(folder)
    before = peak_megabytes()

    def work() -> Any:
        chunks = found.chunks(pack, SUBJECT, ON)
        source = Source(SUBJECT, found.count(pack, SUBJECT), RECORDS, chunks)
        return evaluate_to(folder.with_suffix(".out.parquet"), pack, [source])

    summary, spent = work(), timed(work, times=3, warm=0)
    yield Row(
        f"12 rules on {count:,} enrolments x 30 rows from Parquet, all included",
        "3 s, 512 MB",
        f"{seconds(spent.median)} ({seconds(spent.used)} of a processor), "
        f"{peak_megabytes():,.0f} MB at most ({before:,.0f} MB before it began), reading, "
        f"missing names, {summary.sampled} records judged again and writing included",
        f"{times(spent.used / spent.median)} processors busy",
    )


def columns(vendor: str) -> Iterator[Row]:
    """Verdicts on the trainees of a database, read in columns; then beside ORM objects."""
    from preceptor.institutions.queries import institution
    from preceptor.standing.bulk.database import Snapshot

    place, pack = institution(), made_up(12)
    before = peak_megabytes()
    with TemporaryDirectory() as folder, Snapshot(place, ON) as snapshot:

        def work() -> Any:
            sources = [snapshot.source(pack, SUBJECT)]
            return evaluate_to(Path(folder) / "out.parquet", pack, sources)

        count, spent = work().records, timed(work, times=3, warm=0)
        yield Row(
            f"12 rules on {count:,} enrolments x 30 rows from {vendor} through ADBC, all included",
            "15 µs a record",
            f"{seconds(spent.median / count)} a record ({seconds(spent.used / count)} of a "
            f"processor), {peak_megabytes():,.0f} MB at most ({before:,.0f} MB before it began)",
        )
        yield _beside_objects(vendor, count, _reading(snapshot, shipped()))


def _reading(snapshot: Any, pack: Pack) -> Callable[[], Any]:
    def work() -> list[Any]:
        return [evaluate(pack, batch) for batch in snapshot.chunks(pack, SUBJECT)]

    return work


def _beside_objects(vendor: str, count: int, work: Callable[[], Any]) -> Row:
    """The rules of the shipped pack on trainees, against ORM objects of a part of them."""
    from .objects import by_objects

    part = min(count, 10_000)
    ours = timed(work, times=3)
    theirs = timed(lambda: by_objects(ON, part), times=2)
    each = theirs.used / part
    return Row(
        f"3 rules on {count:,} trainees x 30 rows against ORM objects with prefetch, {vendor}, "
        "loading included",
        "50 times faster",
        f"{seconds(ours.used / count)} a trainee ({seconds(ours.median / count)} on the wall); "
        f"objects {seconds(each)} ({seconds(theirs.median / part)} on the wall), "
        f"{part:,} of them",
        f"{times(each / (ours.used / count))} times faster "
        f"({times(theirs.median / part / (ours.median / count))} on the wall)",
    )
