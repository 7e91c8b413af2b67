"""Batches: records and arrays become the same columns; what does not fit is refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from preceptor.policy import (
    Batch,
    BatchError,
    Bool,
    Cells,
    Date,
    Enum,
    Int,
    ListCells,
    Rows,
    Schema,
    SchemaError,
    Subject,
    Verdict,
    evaluate,
)
from preceptor.policy.types import Dec, day_number, day_of, decode, encode
from small_packs import CASE, SCHEMA, TODAY, case, pack_of


@pytest.mark.parametrize(
    ("record", "problem", "said"),
    [
        (case(key="P1", sise=1), "unknown_column", "P1"),
        (case(key="P1", parts=[{}, {"colour": "red"}]), "unknown_column", "P1, parts[2]"),
        ({"key": "P1", "marks": []}, "list_absent", "P1"),
        ({"key": "P1", "parts": None, "marks": []}, "list_absent", "P1"),
        (case(key="P1", n="many"), "not_a_number", "P1, n"),
        (case(key="P1", n=1.5), "not_a_number", "P1, n"),
        (case(key="P1", n=True), "not_a_number", "P1, n"),
        (case(key="P1", n=Decimal("1.5")), "too_many_places", "P1, n"),
        (case(key="P1", n=2**31), "out_of_bounds", "P1, n"),
        (case(key="P1", n=Decimal("NaN")), "not_a_number", "P1, n"),
        (case(key="P1", n="9" * 40), "not_a_number", "P1, n"),
        (case(key="P1", y=0.3), "not_a_number", "P1, y"),
        (case(key="P1", y="0.30005"), "too_many_places", "P1, y"),
        (case(key="P1", y="1.0001"), "out_of_bounds", "P1, y"),
        (case(key="P1", flag=1), "not_a_bool", "P1, flag"),
        (case(key="P1", grade="bronze"), "not_a_name", "P1, grade"),
        (case(key="P1", begun_on="2024-01-01"), "not_a_date", "P1, begun_on"),
        (case(key="P1", begun_on=datetime(2024, 1, 1)), "not_a_date", "P1, begun_on"),  # noqa: DTZ001
        (case(key="P1", parts=[{"size": 6}]), "out_of_bounds", "P1, parts[1], size"),
    ],
)
def test_a_record_that_does_not_fit_is_refused_by_name(
    record: dict[str, Any], problem: str, said: str
) -> None:
    with pytest.raises(BatchError) as caught:
        Batch.from_records(SCHEMA, "case", [case(), record], TODAY)
    assert caught.value.problem == problem
    assert said in str(caught.value)


def test_an_unknown_subject_is_refused_with_a_hint() -> None:
    with pytest.raises(BatchError) as caught:
        Batch.from_records(SCHEMA, "cases", [], TODAY)
    assert caught.value.values["hint"] == "case"


def test_records_without_a_key_are_called_by_their_place() -> None:
    batch = Batch.from_records(SCHEMA, "case", [case(), case(key="P7"), case(key=12)], TODAY)
    assert list(batch.keys) == ["1", "P7", "12"]


def arrays(**more: Any) -> Batch:
    given: dict[str, Any] = {
        "keys": ["a", "b"],
        "columns": {},
        "lists": {
            "parts": (np.array([0, 0, 0]), {}),
            "marks": (np.array([0, 0, 0]), {}),
        },
        **more,
    }
    return Batch.from_columns(SCHEMA, "case", on=TODAY, **given)


def parts(offsets: Any, **columns: Any) -> dict[str, Any]:
    return {"parts": (np.array(offsets), columns), "marks": (np.array([0, 0, 0]), {})}


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"columns": {"n": (np.array([1]), None)}}, "wrong_length"),
        ({"columns": {"n": (np.array([1, 2]), np.array([True]))}}, "wrong_length"),
        ({"columns": {"n": (np.array([1.0, 2.0]), None)}}, "wrong_array"),
        ({"columns": {"n": (np.array([1, 2]), np.array([1, 1]))}}, "wrong_array"),
        ({"columns": {"flag": (np.array([1, 2]), None)}}, "wrong_array"),
        ({"columns": {"n": (np.array([0, 2**40]), None)}}, "out_of_bounds"),
        ({"columns": {"grade": (np.array([0, 3]), None)}}, "out_of_bounds"),
        ({"columns": {"grade": (np.array([-1, 0]), None)}}, "out_of_bounds"),
        ({"columns": {"m n": (np.array([0, 3]), None)}}, "unknown_column"),
        ({"lists": {"parts": (np.array([0, 0, 0]), {})}}, "list_absent"),
        ({"lists": parts([0, 1])}, "wrong_offsets"),
        ({"lists": parts([1, 1, 1])}, "wrong_offsets"),
        ({"lists": parts([0, 2, 1])}, "wrong_offsets"),
        ({"lists": parts([0, 1, 2], size=(np.array([1]), None))}, "wrong_length"),
        ({"lists": parts([0, 1, 2], sise=(np.array([1, 1]), None))}, "unknown_column"),
        ({"lists": parts([0, 1, 20_000])}, "too_many_rows"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(BatchError) as caught:
        arrays(**more)
    assert caught.value.problem == problem


def test_what_lies_in_an_unknown_cell_never_counts_whatever_it_is() -> None:
    known = np.array([True, False])
    pack = pack_of("n == 1 && smallest == 2 && grade == 'silver' && places[grade] == 1")
    for sentinel in (-(2**62), -1, 0, 255, 2**62):
        batch = arrays(
            columns={
                "n": (np.array([1, sentinel]), known),
                "grade": (np.array([1, sentinel]), known),
                "cohort_on": (np.array([19_000, 19_000]), None),
            },
            lists=parts([0, 1, 2], size=(np.array([2, sentinel]), known)),
        )
        result = evaluate(pack, batch)
        assert [result.verdict("r", place) for place in (0, 1)] == [Verdict.PASS, Verdict.PENDING]


def test_an_absent_column_is_unknown_for_all() -> None:
    result = evaluate(pack_of("n >= 0"), arrays())
    assert result.counts("r") == {
        "fail": 0,
        "pending": 2,
        "pass": 0,
        "not_applicable": 0,
        "waived": 0,
    }


def test_lists_can_come_with_the_labels_of_their_rows() -> None:
    cells = ListCells(
        np.array([0, 1, 1]),
        {"kind": Cells(np.array([0], dtype=np.uint8))},
        {"name": ["甲"]},
    )
    batch = arrays(lists={"parts": cells, "marks": (np.array([0, 0, 0]), {})})
    assert evaluate(pack_of("reds == 1"), batch).counts("r")["pass"] == 1
    from preceptor.policy import explain

    assert explain(pack_of("reds == 0"), batch, 0, "zh")[0].rows == ["甲"]


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_chunks_cover_every_record_once_and_in_order(rows: int) -> None:
    records = [case(key=str(place), parts=[{}] * (place % 4)) for place in range(9)]
    batch = Batch.from_records(SCHEMA, "case", records, TODAY)
    keys = [(start, list(part.keys)) for start, part in batch.chunks(rows)]
    assert [key for _, part in keys for key in part] == [str(place) for place in range(9)]
    assert [start for start, _ in keys] == [int(part[0]) for _, part in keys]
    for _, part in batch.chunks(rows):
        assert part.lists["parts"].lengths.tolist() == [int(key) % 4 for key in part.keys]


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Bool(), True, 1),
        (Int(0, 9), 9, 9),
        (Int(0, 9), Decimal("9"), 9),
        (Dec(4), "0.3001", 3001),
        (Dec(4), Decimal("-0.3"), -3000),
        (Dec(2), 7, 700),
        (Enum("a", "b"), "b", 1),
        (Date(), date(1970, 1, 1), 0),
        (Date(), date(1969, 12, 31), -1),
    ],
)
def test_values_are_coded_exactly_and_come_back(kind: Any, value: Any, code: int) -> None:
    assert encode(kind, value) == code
    back = decode(kind, code)
    assert back == (Decimal(value) if isinstance(value, str) and kind == Dec(4) else value)


def test_days_are_numbered_from_1970() -> None:
    for day in (date.min, date(1970, 1, 1), TODAY, date.max):
        assert day_of(day_number(day)) == day


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        (Subject(columns={"N": Bool()}), "schema_name"),
        (Subject(columns={"in": Bool()}), "schema_name"),
        (Subject(columns={"a": Enum()}), "schema_enum"),
        (Subject(columns={"a": Enum("x", "x")}), "schema_enum"),
        (Subject(columns={"a": Bool()}, dates={"event": "a"}), "schema_date"),
        (Subject(columns={"a": Date()}, dates={"day": "a"}), "schema_date_role"),
        (Subject(columns={"a": Bool()}, lists={"rows": {"a": Bool()}}), "schema_shadow"),
        (Subject(columns={}, lists={"Rows": Rows({})}), "schema_name"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(subject: Subject, problem: str) -> None:
    with pytest.raises(SchemaError) as caught:
        Schema({"case": subject})
    assert caught.value.problem == problem


def test_a_path_without_a_title_is_called_by_its_last_part() -> None:
    assert CASE.title("parts.kind.red").zh == "红"
    assert CASE.title("parts.kind.green").zh == "green"
