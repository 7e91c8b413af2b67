"""Lines of the table from what the measuring processes found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .measure import Row, seconds, times

Found = dict[str, Any]

GOALS = {
    "home of the office": "50 ms at 10^6 trainees",
    "a trainee's page, standing explained": "20 ms, the same at 10^6",
}
LIST = "95th 19 ms at 10^6; at most 1.15 times the time at 10^5"


def size(made: Found) -> str:
    """How large an institution is: `613 enrolments`."""
    return f"{made['enrolments']:,} enrolments"


def standing(made: Found) -> Row:
    """How fast everybody was judged."""
    records, wall = made["records"], made["judged"]
    built = f"; made in {seconds(made['built'])}" if made["built"] else ""
    return Row(
        f"everybody judged and stored, {size(made)}",
        "–",
        f"{records:,} records, {made['verdicts']:,} verdicts in {seconds(wall)} "
        f"({seconds(made['judged_used'])} of a processor): {records / wall:,.0f} records a second; "
        f"{made['peak']:,.0f} MB at most{built}",
    )


def pages(small: Found, large: Found) -> Iterator[Row]:
    """A line for each page: in process at both sizes, and from the web server at the larger."""
    for name, far in large["pages"].items():
        near = small["pages"].get(name)
        served = large["served"].get(name)
        measured = [f"{size(large['made'])}: {_page(far)}"]
        if near is not None:
            measured.append(f"{size(small['made'])}: {_page(near)}")
        if served is not None:
            high = seconds(served["high"])
            measured.append(f"web server, larger: {seconds(served['median'])}, 95th {high}")
        ratio = f"{times(far['used'] / near['used'])} times the smaller" if near else "–"
        yield Row(name, GOALS.get(name, LIST), "; ".join(measured), ratio)
    yield _queries(small, large)


def _page(found: Found) -> str:
    return (
        f"{seconds(found['median'])}, 95th {seconds(found['high'])} "
        f"({seconds(found['used'])} of a processor), {found['queries']} queries"
    )


def _queries(small: Found, large: Found) -> Row:
    most = max(found["queries"] for found in large["pages"].values())
    grown = [
        name
        for name, found in large["pages"].items()
        if name in small["pages"] and found["queries"] > small["pages"][name]["queries"]
    ]
    said = "none grows with the rows" if not grown else "more at the larger: " + ", ".join(grown)
    return Row("queries a page", "at most 12, for any number of rows", f"at most {most}; {said}")


def served(small: Found, large: Found) -> Iterator[Row]:
    """The start of the web server and its memory after all pages were asked for."""
    for found in (small, large):
        yield Row(
            f"web server, {size(found['made'])}: first answer after start",
            "0.5 s",
            seconds(found["first"]),
        )
        yield Row(
            f"web server, {size(found['made'])}: memory, two workers and what starts them",
            "250 MB, shared pages divided",
            f"{found['megabytes']:,.0f} MB after all pages above",
        )


def objects(found: Found) -> Iterator[Row]:
    """Beside ORM objects with prefetch, on the smaller institution."""
    plain, records = found["objects"], found["records"]
    goal = "–"
    yield Row(
        f"3 rules on {records:,} trainees against ORM objects with prefetch, arrays at hand",
        goal,
        f"{seconds(found['arrays'])} a trainee; objects {seconds(plain)}, the same verdicts",
        f"{times(plain / found['arrays'])} times faster",
    )
    yield Row(
        f"3 rules on {records:,} trainees against ORM objects with prefetch, our loader included",
        goal,
        f"{seconds(found['loaded'])} a trainee; objects {seconds(plain)}: "
        "the loader of pages, which makes records of ORM objects",
        f"{times(plain / found['loaded'])} times faster",
    )


def roster(found: Found) -> Iterator[Row]:
    """Taking in the office workbook."""
    read = found["read"]
    for title, key in (
        ("the office workbook read", "read"),
        ("the office workbook previewed (dry run)", "preview"),
        ("the office workbook taken in", "take"),
        ("the office workbook taken in again, nothing new", "again"),
    ):
        ratio = "–" if key == "read" else f"{times(found[key] / read)} times reading it"
        yield Row(title, "–", seconds(found[key]), ratio)


def census(found: Found, made: Found) -> Iterator[Row]:
    """Freezing a day with its figures."""
    figures, whole = found["figures"], found["freeze"]
    yield Row(
        f"census frozen with all figures, {size(made)}",
        "10 s, 1 GB at 10^6 trainees (all figures)",
        f"{seconds(whole)} ({seconds(found['freeze_used'])} of a processor), "
        f"{found['peak']:,.0f} MB at most",
        f"{times(whole / found['compute'])} times its figures alone",
    )
    yield Row(
        f"all {figures:,} figures of a census, {size(made)}",
        "10 s, 1 GB at 10^6 trainees",
        seconds(found["compute"]),
    )


def report(found: Found) -> Iterator[Row]:
    """Writing the yearly report."""
    yield Row(
        "the yearly report, two languages, three formats",
        "–",
        f"{seconds(found['whole'])} ({seconds(found['used'])} of a processor), "
        f"{found['peak']:,.0f} MB at most",
    )
    yield Row(
        "the yearly report, Word and PDF of one language",
        "0.25 of WeasyPrint's PDF (2.34 s when that was measured; not beside ours in this run)",
        seconds(found["one"]),
        f"{times(found['one'] / found['whole'])} of all six",
    )


def command(found: Found) -> Row:
    """The start of the command."""
    return Row(
        "`preceptor --help`, from start to end",
        "–",
        seconds(found["help"]),
        f"{times(found['help'] / found['python'])} times a Python that does nothing",
    )
