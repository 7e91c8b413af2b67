"""Rules over columns, one record explained, a parameter changed, a pack loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from preceptor.policy import Batch, Pack, evaluate, explain, load_pack, load_pack_text, reference
from preceptor.policy.cached import evaluate_cached, facts_of
from preceptor.standing.bulk.sampling import plain_record
from preceptor.standing.schema import SCHEMA

from .measure import Row, Timing, peak_megabytes, seconds, timed, times
from .synthetic import ON, enrolments, pack_text

REGULATION = "clinical-doctorate-2023.toml"
SAMPLE = 300


def shipped() -> Pack:
    """The regulation that the demo institution judges by."""
    folder = Path(reference.__file__).resolve().parents[1] / "packs"
    return load_pack(next(folder.rglob(REGULATION)), SCHEMA)


def made_up(rules: int, change: int = 0) -> Pack:
    """A made-up pack of so many rules on enrolments."""
    return load_pack_text(pack_text(rules, change), SCHEMA)


def records(batch: Batch, count: int) -> list[dict[str, Any]]:
    """The first records of a batch as plain records, for what reads them one at a time."""
    return [plain_record(batch, place) for place in range(count)]


def bulk(count: int) -> Iterator[Row]:
    """Rules over columns: made-up packs and the shipped one, against the reference interpreter."""
    batch = enrolments(SCHEMA, count)
    before = peak_megabytes()
    for title, pack, goal in (
        (f"12 rules on {count:,} enrolments x 30 rows, from arrays", made_up(12),
         "–"),
        (f"the shipped regulation on {count:,} enrolments x 30 rows, from arrays", shipped(), "–"),
    ):  # fmt: skip
        bulk_time = timed(_evaluation(pack, batch), times=3)
        single = _single(pack, batch)
        ratio = single.used / SAMPLE / (bulk_time.used / count)
        peak = peak_megabytes()
        yield Row(
            title,
            goal,
            f"{seconds(bulk_time.median)} ({seconds(bulk_time.used)} of a processor), "
            f"{peak:,.0f} MB at most, {before:,.0f} MB of it reached before the rules ran",
            f"{times(ratio)} times as fast a record as the reference interpreter",
        )


def _evaluation(pack: Pack, batch: Batch) -> Callable[[], Any]:
    return lambda: evaluate(pack, batch)


def _single(pack: Pack, batch: Batch) -> Timing:
    sample = records(batch, SAMPLE)
    _refuse_difference(pack, batch.part(0, SAMPLE), sample)

    def work() -> None:
        for record in sample:
            reference.evaluate(pack, SCHEMA, "enrolment", record, ON)

    return timed(work, times=3)


def _refuse_difference(pack: Pack, part: Batch, sample: list[dict[str, Any]]) -> None:
    """Both must say the same, or their times say nothing. Raises RuntimeError."""
    result = evaluate(pack, part)
    for place, record in enumerate(sample):
        wanted = reference.evaluate(pack, SCHEMA, "enrolment", record, ON)
        for rule, (verdict, _missing) in wanted.items():
            if result.verdict(rule, place) is not verdict:
                raise RuntimeError(f"{rule}, record {place}: {verdict} by the reference.")


def one(count: int = 1000) -> Iterator[Row]:
    """One record with its full explanation, and with its verdicts alone."""
    batch = enrolments(SCHEMA, count)
    sample = records(batch, 1)
    for size, goal in ((30, "1 ms"), (300, "10 ms")):
        pack = made_up(size)

        def explained(pack: Pack = pack) -> None:
            fresh = Batch.from_records(SCHEMA, "enrolment", sample, ON)
            explain(pack, fresh, 0, "zh")

        def judged(pack: Pack = pack) -> None:
            evaluate(pack, Batch.from_records(SCHEMA, "enrolment", sample, ON))

        full, short = timed(explained, times=41, warm=3), timed(judged, times=41, warm=3)
        yield Row(
            f"one record explained, {size} rules",
            goal,
            f"{seconds(full.median)}, 95th {seconds(full.high)} "
            f"({seconds(full.used)} of a processor); verdicts alone {seconds(short.used)}",
            f"{times(full.used / short.used)} times the verdicts alone",
        )


def change(count: int) -> Iterator[Row]:
    """One parameter changed: what the rules that name it take, and what all of them take."""
    batch = enrolments(SCHEMA, count)
    old, new = made_up(12), made_up(12, change=1)
    touched = [name for name, rule in new.rules.items() if "least_0" in rule.require.text]
    facts, whole = facts_of(old, batch), timed(lambda: evaluate(old, batch), times=3)
    kept = timed(lambda: evaluate_cached(new, facts, touched), times=9)
    for name in touched:
        if (evaluate_cached(new, facts, [name])[name] != evaluate(new, batch).verdicts[name]).any():
            raise RuntimeError(f"{name}: the facts that were kept say something else.")
    yield Row(
        f"one parameter changed, {count:,} enrolments x 30 rows",
        "100 ms with facts cached",
        f"{seconds(kept.median)} ({seconds(kept.used)} of a processor), facts kept",
        f"{times(kept.used / whole.used)} of all 12 rules from the rows",
    )


def load() -> Iterator[Row]:
    """Loading and checking packs."""
    text = pack_text(300)
    whole = timed(lambda: load_pack_text(text, SCHEMA), times=5)
    part = timed(lambda: load_pack_text(pack_text(30), SCHEMA), times=5)
    yield Row(
        "load and check a pack of 300 rules with 300 parameters",
        "50 ms",
        f"{seconds(whole.median)} ({seconds(whole.used)} of a processor)",
        f"{times(whole.used / part.used)} times a pack of 30",
    )
