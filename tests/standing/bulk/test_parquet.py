"""Records of other programs: what fits is judged, what does not is refused in one clear message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from preceptor.base.errors import InputRefused
from preceptor.policy import Pack, Verdict, evaluate
from preceptor.standing.bulk.parquet import Folder
from preceptor.standing.packs import find

PACK = "yunting/clinical-doctorate"
ON = date(2024, 6, 1)
TEXT = pa.dictionary(pa.int32(), pa.string())
Columns = dict[str, tuple[list[Any], pa.DataType]]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


TRAINEES: Columns = {
    "key": (["A", "B", "C"], pa.string()),
    "cohort_on": ([date(2021, 9, 1)] * 3, pa.date32()),
    "mode": (["full_time", None, "in_service"], TEXT),
    "degree_type": (["professional"] * 3, TEXT),
    "state": (["training"] * 3, pa.string()),
    "event_on": ([None] * 3, pa.null()),
}
MONTHS: Columns = {
    "subject_key": (["A"] * 24 + ["C"] * 19, TEXT),
    "months": ([1] * 43, pa.int64()),
    "kind": (["chief_resident"] * 6 + ["specialty"] * 37, TEXT),
}
THESES: Columns = {
    "key": (["T1", "T2", "T3"], pa.string()),
    "similarity": ([Decimal("0.3000"), Decimal("0.3001"), None], pa.decimal128(6, 4)),
    "event_on": ([date(2024, 5, 1)] * 3, pa.date32()),
}


def write(path: Path, columns: Columns, **changed: tuple[list[Any], pa.DataType] | None) -> None:
    """Write columns to a file, some changed, added, or (None) left out."""
    given = {**columns, **changed}
    arrays = {name: pa.array(*cells) for name, cells in given.items() if cells is not None}
    pq.write_table(pa.table(arrays), path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "enrolment.parquet", TRAINEES)
    write(tmp_path / "enrolment.training.parquet", MONTHS)
    write(tmp_path / "thesis.parquet", THESES)
    return tmp_path


def pack() -> Pack:
    return find(PACK)


def verdicts(folder: Path, subject: str, rule: str, size: int = 2) -> list[str]:
    found = []
    for batch in Folder(folder).chunks(pack(), subject, ON, size):
        result = evaluate(pack(), batch)
        found += [result.verdict(rule, place).value for place in range(len(batch))]
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_the_rows_of_each_trainee_reach_that_trainee_in_chunks_of_any_size(
    folder: Path, size: int
) -> None:
    assert verdicts(folder, "enrolment", "training.clinical", size) == ["pass", "fail", "fail"]


def test_an_absent_list_means_that_nobody_has_rows(folder: Path) -> None:
    (folder / "enrolment.training.parquet").unlink()
    assert verdicts(folder, "enrolment", "training.clinical") == ["fail"] * 3


def test_exactly_thirty_per_cent_passes_and_an_unknown_similarity_stays_open(folder: Path) -> None:
    assert verdicts(folder, "thesis", "thesis.similarity") == ["pass", "fail", "pending"]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), TEXT, pa.dictionary(pa.int8(), pa.string())]
)
def test_text_may_be_written_plainly_or_by_a_dictionary(folder: Path, kind: pa.DataType) -> None:
    write(
        folder / "enrolment.training.parquet", MONTHS,
        subject_key=(MONTHS["subject_key"][0], kind), kind=(MONTHS["kind"][0], kind),
    )  # fmt: skip
    assert verdicts(folder, "enrolment", "training.clinical") == ["pass", "fail", "fail"]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.decimal128(9, 0), pa.decimal128(9, 3)])
def test_a_number_may_be_written_in_any_exact_type(folder: Path, kind: pa.DataType) -> None:
    write(folder / "enrolment.training.parquet", MONTHS,
          months=([Decimal(1) if pa.types.is_decimal(kind) else 1] * 43, kind))  # fmt: skip
    assert verdicts(folder, "enrolment", "training.clinical") == ["pass", "fail", "fail"]


def test_a_coarser_decimal_is_read_exactly(folder: Path) -> None:
    write(folder / "thesis.parquet", THESES,
          similarity=([Decimal("0.3"), Decimal("0.4"), None], pa.decimal128(3, 1)))  # fmt: skip
    assert verdicts(folder, "thesis", "thesis.similarity") == ["pass", "fail", "pending"]


def test_a_file_of_other_programs_row_groups_is_read_alike(folder: Path) -> None:
    path = folder / "enrolment.training.parquet"
    pq.write_table(pq.read_table(path), path, row_group_size=5)
    assert verdicts(folder, "enrolment", "training.clinical", 2) == ["pass", "fail", "fail"]


def waive(folder: Path, **changed: Any) -> None:
    columns: Columns = {
        "subject_key": (["C", "B"], pa.string()),
        "rule": (["training.clinical", "training.clinical"], pa.string()),
        "valid_from": ([date(2024, 1, 1), date(2023, 1, 1)], pa.date32()),
        "valid_to": ([date(2024, 12, 31), date(2023, 12, 31)], pa.date32()),
    }
    write(folder / "enrolment.waivers.parquet", columns, **changed)


def test_a_waiver_counts_on_the_day_of_the_event_and_only_then(folder: Path) -> None:
    waive(folder)
    found = verdicts(folder, "enrolment", "training.clinical")
    assert found == [Verdict.PASS, Verdict.FAIL, Verdict.WAIVED]


Broken = Callable[[Path], None]
REFUSED: dict[str, tuple[str, Broken, list[str]]] = {
    "a subject without a file": (
        "thesis", lambda at: (at / "thesis.parquet").unlink(), ["thesis.parquet", "packs schema"],
    ),
    "an unknown column": (
        "enrolment",
        lambda at: write(at / "enrolment.parquet", TRAINEES, stat=(["x"] * 3, TEXT)),
        ["enrolment.parquet", "column stat", "state"],
    ),
    "a list that the subject does not have": (
        "enrolment",
        lambda at: write(at / "enrolment.trainings.parquet", MONTHS),
        ["enrolment.trainings.parquet", "enrolment.training.parquet"],
    ),
    "no key": (
        "enrolment",
        lambda at: write(at / "enrolment.parquet", TRAINEES, key=None),
        ["enrolment.parquet", "column key", "missing"],
    ),
    "an empty key": (
        "enrolment",
        lambda at: write(at / "enrolment.parquet", TRAINEES, key=(["A", None, "C"], pa.string())),
        ["enrolment.parquet", "column key", "empty"],
    ),
    "an empty key of a row": (
        "enrolment",
        lambda at: write(
            at / "enrolment.training.parquet", MONTHS, subject_key=([None] * 43, TEXT)
        ),
        ["enrolment.training.parquet", "column subject_key", "empty"],
    ),
    "a date as text": (
        "enrolment",
        lambda at: write(
            at / "enrolment.parquet", TRAINEES, cohort_on=(["2021-09-01"] * 3, pa.string())
        ),
        ["enrolment.parquet", "column cohort_on", "string", "date32"],
    ),
    "a floating number": (
        "thesis",
        lambda at: write(at / "thesis.parquet", THESES, similarity=([0.3] * 3, pa.float64())),
        ["thesis.parquet", "column similarity", "double", "decimal128(18, 4)"],
    ),
    "a column of the wrong type that no rule asks for": (
        "enrolment",
        lambda at: write(
            at / "enrolment.training.parquet", MONTHS, month=([1.5] * 43, pa.float64())
        ),
        ["enrolment.training.parquet", "column month", "date32"],
    ),
    "a name that the enumeration does not have": (
        "enrolment",
        lambda at: write(
            at / "enrolment.training.parquet", MONTHS, kind=(["speciality"] * 43, TEXT)
        ),
        ["enrolment.training.parquet", "column kind", "speciality", "specialty", "chief_resident"],
    ),
    "a number out of bounds": (
        "enrolment",
        lambda at: write(
            at / "enrolment.training.parquet", MONTHS, months=([1] * 42 + [2], pa.int64())
        ),
        ["enrolment.training.parquet", "column months", "2 is out of bounds", "0 to 1"],
    ),
    "a decimal out of bounds": (
        "thesis",
        lambda at: write(
            at / "thesis.parquet", THESES, similarity=([Decimal("1.5")] * 3, pa.decimal128(6, 4))
        ),
        ["thesis.parquet", "column similarity", "1.5000 is out of bounds", "0.0000 to 1.0000"],
    ),
    "a decimal beyond all arithmetic": (
        "thesis",
        lambda at: write(
            at / "thesis.parquet", THESES,
            similarity=([Decimal(10) ** 30] * 3, pa.decimal128(38, 4)),
        ),
        ["thesis.parquet", "column similarity", "out of bounds"],
    ),
    "a decimal that would lose digits": (
        "thesis",
        lambda at: write(
            at / "thesis.parquet", THESES,
            similarity=([Decimal("0.30001")] * 3, pa.decimal128(9, 5)),
        ),
        ["thesis.parquet", "column similarity", "0.30001", "4 decimal places"],
    ),
    "a key twice": (
        "enrolment",
        lambda at: write(at / "enrolment.parquet", TRAINEES, key=(["A", "C", "A"], pa.string())),
        ["enrolment.parquet", "column key", "A stands there more than once"],
    ),
    "rows out of order": (
        "enrolment",
        lambda at: write(
            at / "enrolment.training.parquet", MONTHS, subject_key=(["C"] * 19 + ["A"] * 24, TEXT)
        ),
        ["enrolment.training.parquet", "column subject_key", "order of enrolment.parquet"],
    ),
    "rows of a trainee in two places": (
        "enrolment",
        lambda at: write(
            at / "enrolment.training.parquet", MONTHS,
            subject_key=(["A"] * 10 + ["C"] * 19 + ["A"] * 14, TEXT),
        ),
        ["enrolment.training.parquet", "column subject_key", "order of enrolment.parquet"],
    ),
    "rows of a stranger": (
        "enrolment",
        lambda at: write(
            at / "enrolment.training.parquet", MONTHS, subject_key=(["A"] * 24 + ["X"] * 19, TEXT)
        ),
        ["enrolment.training.parquet", "X is not a key of enrolment.parquet"],
    ),
    "a file that is no Parquet": (
        "enrolment",
        lambda at: scribble(at / "enrolment.parquet"),
        ["enrolment.parquet", "cannot be read as Parquet"],
    ),
    "a truncated file": (
        "enrolment",
        lambda at: cut(at / "enrolment.training.parquet"),
        ["enrolment.training.parquet", "cannot be read as Parquet"],
    ),
    "a file with a hole": (
        "enrolment",
        lambda at: overwrite(at / "enrolment.training.parquet"),
        ["enrolment.training.parquet", "cannot be read as Parquet"],
    ),
    "a waiver of nobody": (
        "enrolment",
        lambda at: waive(at, subject_key=(["C", "X"], pa.string())),
        ["enrolment.waivers.parquet", "X is not a key"],
    ),
    "a waiver without an end": (
        "enrolment",
        lambda at: waive(at, valid_to=([date(2024, 12, 31), None], pa.date32())),
        ["enrolment.waivers.parquet", "column valid_to", "empty"],
    ),
    "a waiver with a column too many": (
        "enrolment",
        lambda at: waive(at, reason=(["ill"] * 2, pa.string())),
        ["enrolment.waivers.parquet", "column reason"],
    ),
}  # fmt: skip


def scribble(path: Path) -> None:
    path.write_text("key;mode")


def cut(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def overwrite(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[4:60] = b"\xff" * 56
    path.write_bytes(bytes(whole))


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("size", [2, 100])
def test_what_does_not_fit_is_refused_with_file_column_and_remedy(
    folder: Path, case: str, size: int
) -> None:
    subject, broken, words = REFUSED[case]
    broken(folder)
    with pytest.raises(InputRefused) as refusal:
        list(Folder(folder).chunks(pack(), subject, ON, size))
    said = str(refusal.value)
    assert [word for word in words if word not in said] == [], said
    assert "\n" not in said


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="nowhere"):
        Folder(tmp_path / "nowhere")


def test_keys_in_no_order_are_accepted_when_all_differ(folder: Path) -> None:
    write(folder / "enrolment.parquet", TRAINEES, key=(["C", "A", "B"], pa.string()))
    write(folder / "enrolment.training.parquet", MONTHS,
          subject_key=(["C"] * 24 + ["A"] * 19, TEXT))  # fmt: skip
    assert verdicts(folder, "enrolment", "training.clinical", 1) == ["pass", "fail", "fail"]
