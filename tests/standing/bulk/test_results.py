"""Verdicts by the million: the file says what the rules say, whole or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from preceptor.base.errors import InputRefused
from preceptor.policy import Batch, Pack, Verdict, load_pack_text, reference
from preceptor.policy.run import Run
from preceptor.standing.bulk.export import write_batches
from preceptor.standing.bulk.judging import Summary
from preceptor.standing.bulk.parquet import Folder
from preceptor.standing.bulk.run import Source, evaluate_to
from preceptor.standing.bulk.sampling import SAMPLE, Differs, Sampler, plain_record
from small_packs import CASE, SCHEMA, TODAY, pack_text, rule_text

CONDITIONS = (
    "fine >= least && total > 0",
    "grade in ['gold', 'silver'] || places[grade] > fine_reds",
    "first_on <= last_on && late == 0",
    "paid * x >= y || every",
    "n + points > m - 3",
)
COUNT = 90


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def pack() -> Pack:
    rules = [
        rule_text(condition, id=f'"r{number}"', **({"when": '"flag"'} if number == 1 else {}))
        for number, condition in enumerate(CONDITIONS)
    ]
    return load_pack_text(pack_text(*rules), SCHEMA)


def some(chance: random.Random, value: Callable[[], Any]) -> Any:
    return None if chance.random() < 0.15 else value()


def day(chance: random.Random) -> date:
    return date(2019, 1, 1) + timedelta(days=chance.randrange(2000))


def record(chance: random.Random, key: str) -> dict[str, Any]:
    """A record of which about one cell in seven is not known."""
    return {
        "key": key,
        "n": some(chance, lambda: chance.randrange(-3, 4)),
        "m": some(chance, lambda: chance.randrange(-3, 4)),
        "x": some(chance, lambda: Decimal(chance.randrange(-300, 300)).scaleb(-2)),
        "y": some(chance, lambda: Decimal(chance.randrange(0, 10_001)).scaleb(-4)),
        "flag": some(chance, lambda: chance.random() < 0.5),
        "grade": some(chance, lambda: chance.choice(["gold", "silver", "tin"])),
        "begun_on": some(chance, lambda: day(chance)),
        "cohort_on": some(chance, lambda: day(chance)),
        "event_on": some(chance, lambda: day(chance)),
        "parts": [
            {
                "size": some(chance, lambda: chance.randrange(-5, 6)),
                "price": some(chance, lambda: Decimal(chance.randrange(-500, 501)).scaleb(-2)),
                "day": some(chance, lambda: day(chance)),
                "ok": some(chance, lambda: chance.random() < 0.6),
                "kind": some(chance, lambda: chance.choice(["red", "green", "blue"])),
            }
            for _row in range(chance.choice([0, 0, 1, 2, 5]))
        ],
        "marks": [
            {"seen": some(chance, lambda: True), "points": some(chance, lambda: 3)}
            for _row in range(chance.choice([0, 1, 2]))
        ],
    }


@pytest.fixture
def records() -> list[dict[str, Any]]:
    chance = random.Random(5)
    return [record(chance, f"K{number}") for number in range(COUNT)]


@pytest.fixture
def folder(tmp_path: Path, records: list[dict[str, Any]]) -> Path:
    place = tmp_path / "inputs"
    place.mkdir()
    whole = Batch.from_records(SCHEMA, "case", records, TODAY)
    write_batches(CASE, "case", iter([whole]), place)
    return place


@pytest.fixture
def pieces(tmp_path: Path, records: list[dict[str, Any]]) -> Path:
    """The same records in files that were written in two pieces."""
    place = tmp_path / "pieces"
    place.mkdir()
    whole = Batch.from_records(SCHEMA, "case", records, TODAY)
    write_batches(CASE, "case", iter([whole.part(0, 50), whole.part(50, COUNT)]), place)
    return place


def run(folder: Path, out: Path, size: int = 32, seed: int = 1) -> Summary:
    found = Folder(folder).chunks(pack(), "case", TODAY, size)
    return evaluate_to(out, pack(), [Source("case", COUNT, size, found)], seed)


@pytest.mark.parametrize("size", [1, 7, 32, 1000])
def test_every_line_is_what_the_definition_of_the_language_says(
    folder: Path, tmp_path: Path, records: list[dict[str, Any]], size: int
) -> None:
    out = tmp_path / "out.parquet"
    run(folder, out, size)
    lines = pq.read_table(out).to_pylist()
    wanted = [
        (one["key"], rule, verdict.value, ",".join(missing))
        for one in records
        for rule, (verdict, missing) in reference.evaluate(
            pack(), SCHEMA, "case", one, TODAY
        ).items()
    ]
    keys = ("subject_key", "rule", "verdict", "missing")
    assert [tuple(line[key] for key in keys) for line in lines] == wanted
    assert {line["verdict"] for line in lines} >= {"pass", "fail", "pending", "not_applicable"}
    same = {(line["pack"], line["version"], line["hash"], line["on"]) for line in lines}
    assert same == {("test/small", "1", pack().hash, TODAY)}


def test_records_come_back_from_the_files_as_they_went_in(
    folder: Path, records: list[dict[str, Any]]
) -> None:
    declared = {*CASE.columns, "key"}
    asked = [
        plain_record(batch, place)
        for batch in Folder(folder).chunks(pack(), "case", TODAY, 33)
        for place in range(len(batch))
    ]
    assert len(asked) == COUNT
    # Only what the rules speak of is read, and that is the same.
    for back, went in zip(asked, records, strict=True):
        for name in declared - {"other", "planned_on"}:
            assert back[name] == went.get(name), name
        assert back["parts"] == went["parts"]


def test_the_pieces_in_which_a_file_was_written_change_nothing(
    folder: Path, pieces: Path, tmp_path: Path
) -> None:
    for place in (folder, pieces):
        run(place, tmp_path / f"{place.name}.parquet")
    whole, parts = (pq.read_table(tmp_path / f"{p.name}.parquet") for p in (folder, pieces))
    assert whole.to_pylist() == parts.to_pylist()


def test_a_comma_file_says_the_same(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "out.parquet")
    run(folder, tmp_path / "out.csv")
    lines = pyarrow.csv.read_csv(
        tmp_path / "out.csv",
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={"version": "string"}, strings_can_be_null=False
        ),
    )
    assert lines.to_pylist() == pq.read_table(tmp_path / "out.parquet").to_pylist()


def test_the_summary_counts_every_record_once(folder: Path, tmp_path: Path) -> None:
    found = run(folder, tmp_path / "out.parquet")
    assert found.records == COUNT
    assert [sum(counts.values()) for counts in found.counts.values()] == [COUNT] * len(CONDITIONS)


def test_at_least_one_record_of_each_chunk_is_judged_again_and_their_number_is_bounded(
    folder: Path, tmp_path: Path
) -> None:
    assert run(folder, tmp_path / "out.parquet", size=1).sampled == COUNT
    assert run(folder, tmp_path / "out.parquet", size=1000).sampled == COUNT
    expected = Sampler(pack(), 1, 10_000)
    assert sum(expected.size(number) for number in range(10_000)) == 10_000
    few = Sampler(pack(), 1, 40)
    assert 40 < sum(few.size(number) for number in range(40)) <= SAMPLE


def wrong(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Let the evaluator over columns turn one record's answer by one rule."""
    judge = Run.verdict

    def verdict(self: Run, rule: Any) -> Any:
        codes = judge(self, rule).copy()
        for place, found in enumerate(self.batch.keys):
            if rule.id == "r3" and found == key:
                codes[place] = Verdict.WAIVED.code
        return codes

    monkeypatch.setattr(Run, "verdict", verdict)


@pytest.mark.parametrize("key", ["K0", "K49", "K61", f"K{COUNT - 1}"])
def test_a_difference_stops_the_run_and_publishes_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    out = tmp_path / "out.parquet"
    out.write_bytes(b"of yesterday")
    wrong(monkeypatch, key)
    with pytest.raises(Differs) as refusal:
        run(folder, out, size=1000)
    assert f"Record {key}, rule r3: the evaluation says waived" in str(refusal.value)
    assert out.read_bytes() == b"of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inputs", "out.parquet"]


def test_a_wrong_missing_name_is_a_difference_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from preceptor.policy.gaps import Gaps

    mark = Gaps.mark

    def forgetful(self: Gaps, name: str, mask: Any, rows: str = "") -> None:
        if name != "y":
            mark(self, name, mask, rows)

    monkeypatch.setattr(Gaps, "mark", forgetful)
    with pytest.raises(Differs, match="pending"):
        run(folder, tmp_path / "out.parquet", size=1000)


def test_a_fault_in_the_last_chunk_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    rows = folder / "case.parts.parquet"
    table = pq.read_table(rows)
    last = table.slice(table.num_rows - 1)
    stranger = last.set_column(0, "subject_key", pyarrow.array(["nobody"]).dictionary_encode())
    both = pyarrow.concat_tables([table, stranger.cast(table.schema)])
    pq.write_table(both.unify_dictionaries(), rows)
    with pytest.raises(InputRefused, match="nobody"):
        run(folder, tmp_path / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["inputs"]


def test_another_suffix_is_refused_before_the_work(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"\.parquet or \.csv"):
        run(folder, tmp_path / "out.xlsx")


def test_waivers_reach_the_file_and_the_sample(
    tmp_path: Path, folder: Path, records: list[dict[str, Any]]
) -> None:
    waived = {"r0": np.arange(COUNT) % 2 == 0}
    whole = Batch.from_records(SCHEMA, "case", records, TODAY).with_waived(waived)
    out = tmp_path / "out.parquet"
    source = Source("case", COUNT, COUNT, [whole])
    counts = evaluate_to(out, pack(), [source], 1).counts["r0"]
    plain = run(folder, tmp_path / "plain.parquet").counts["r0"]
    assert counts["waived"] > 0
    assert counts["waived"] + counts["fail"] == plain["fail"]
