"""Dated values: each record is judged by what was in force on its own date."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from preceptor.policy import Batch, PackError, Verdict, evaluate, explain, load_pack_text
from small_packs import (
    FACTS,
    HEAD,
    PARAMETERS,
    SCHEMA,
    TODAY,
    case,
    pack_of,
    pack_text,
    rule_text,
    verdicts_of,
)

FAIL, PENDING, PASS, NOT = Verdict.FAIL, Verdict.PENDING, Verdict.PASS, Verdict.NOT_APPLICABLE


def test_in_bulk_every_record_takes_the_value_of_its_own_event_date() -> None:
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2022, 12, 31), date(2023, 1, 1)]
    records = [case(n=2, event_on=day) for day in days]
    found = verdicts_of(pack_of("n >= least"), records)
    assert found == [PENDING, PASS, PASS, FAIL]
    assert verdicts_of(pack_of("n >= least"), records[::-1]) == found[::-1]


def test_in_bulk_every_record_takes_the_value_of_its_own_cohort() -> None:
    days = [None, date(2018, 8, 31), date(2018, 9, 1), date(2021, 8, 31), date(2021, 9, 1)]
    found = verdicts_of(pack_of("n >= cohort_least"), [case(n=1, cohort_on=day) for day in days])
    assert found == [PENDING, PENDING, PASS, PASS, FAIL]


def test_a_cohort_without_a_value_is_pending_and_says_which_is_missing() -> None:
    pack = pack_of("n >= cohort_least")
    records = [case(n=9, cohort_on=date(2010, 9, 1)), case(n=9)]
    result = evaluate(pack, Batch.from_records(SCHEMA, "case", records, TODAY))
    assert result.missing("r", 0) == ["cohort_least"]
    assert result.missing("r", 1) == ["cohort_on"]


def test_one_record_may_use_a_cohort_value_and_an_event_value() -> None:
    record = case(n=4, cohort_on=date(2020, 9, 1), event_on=date(2024, 5, 1))
    assert verdicts_of(pack_of("n == cohort_least + least"), [record]) == [PASS]


def test_an_event_without_a_date_takes_its_planned_date_then_the_evaluation_date() -> None:
    old, new = date(2022, 6, 1), date(2023, 6, 1)
    records = [
        case(n=2, event_on=old, planned_on=new),
        case(n=2, planned_on=old),
        case(n=2, planned_on=new),
        case(n=2),
    ]
    pack = pack_of("n >= least")
    assert verdicts_of(pack, records, on=date(2024, 6, 1)) == [PASS, PASS, FAIL, FAIL]
    assert verdicts_of(pack, records, on=date(2022, 6, 1)) == [PASS, PASS, FAIL, PASS]


@pytest.mark.parametrize(
    ("columns", "note", "binding"),
    [
        ({"event_on": date(2022, 6, 1)}, None, date(2022, 6, 1)),
        (
            {"planned_on": date(2024, 7, 1)},
            "judged by the planned date 2024-07-01",
            date(2024, 7, 1),
        ),
        ({}, "judged by the evaluation date 2024-06-01", TODAY),
    ],
)
def test_the_verdict_says_when_it_was_judged_by_another_date(
    columns: dict[str, date], note: str | None, binding: date
) -> None:
    batch = Batch.from_records(SCHEMA, "case", [case(n=2, **columns)], TODAY)
    found = explain(pack_of("n >= least"), batch, 0, "en")[0]
    assert found.binding_date == binding
    assert (found.date_note or "").endswith(note or "")
    assert (found.date_note is None) == (note is None)


def test_no_date_note_where_no_date_decides() -> None:
    batch = Batch.from_records(SCHEMA, "case", [case(n=2)], TODAY)
    assert explain(pack_of("n >= 2"), batch, 0, "en")[0].date_note is None


def test_a_list_holds_from_its_own_date() -> None:
    old, new = date(2022, 1, 1), date(2024, 1, 1)
    records = [case(n=n, event_on=day) for day in (old, new) for n in (3, 5, 7, None)]
    found = verdicts_of(pack_of("n in sizes"), records)
    assert found == [FAIL, PASS, PASS, PENDING, PASS, FAIL, FAIL, PENDING]


def test_a_list_before_its_first_date_is_pending() -> None:
    assert verdicts_of(pack_of("n in sizes"), [case(n=5, event_on=date(1999, 1, 1))]) == [PENDING]


def test_a_map_is_looked_up_by_name_and_by_date() -> None:
    started = date(2020, 9, 1)
    records = [
        case(n=1, grade=grade, cohort_on=started) for grade in ("gold", "silver", "tin", None)
    ]
    assert verdicts_of(pack_of("n <= places[grade]"), records) == [PASS, PASS, FAIL, PENDING]
    early = [case(n=1, grade="gold", cohort_on=date(2018, 12, 31))]
    assert verdicts_of(pack_of("n <= places[grade]"), early) == [PENDING]
    assert verdicts_of(pack_of("n <= places['tin']"), [case(n=0, cohort_on=started)]) == [PASS]


def test_a_date_can_be_a_parameter() -> None:
    records = [case(begun_on=date(2022, 12, 31)), case(begun_on=date(2023, 1, 1)), case()]
    assert verdicts_of(pack_of("begun_on <= deadline"), records) == [PASS, FAIL, PENDING]


def test_a_rule_is_in_force_from_its_first_to_its_last_day() -> None:
    pack = pack_of("false", **{"from": "2020-01-01", "to": "2020-12-31"})
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    found = verdicts_of(pack, [case(event_on=day) for day in days])
    assert found == [NOT, FAIL, FAIL, NOT]


def test_a_rule_bound_to_the_cohort_looks_at_the_cohort_and_not_at_the_event() -> None:
    pack = pack_of("false", bind='"cohort"', **{"from": "2020-01-01"})
    records = [
        case(cohort_on=date(2019, 9, 1), event_on=date(2024, 1, 1)),
        case(cohort_on=date(2020, 9, 1), event_on=date(2019, 1, 1)),
        case(event_on=date(2024, 1, 1)),
    ]
    assert verdicts_of(pack, records) == [NOT, FAIL, PENDING]
    batch = Batch.from_records(SCHEMA, "case", records, TODAY)
    assert evaluate(pack, batch).missing("r", 2) == ["cohort_on"]
    assert "in force from 2020-01-01" in explain(pack, batch, 0, "en")[0].text


def test_an_unknown_when_is_pending_and_never_not_applicable() -> None:
    pack = pack_of("n > 1", when="\"grade == 'gold'\"")
    records = [case(grade=None, n=0), case(grade="tin", n=0), case(grade="gold", n=0)]
    assert verdicts_of(pack, records) == [PENDING, NOT, FAIL]
    batch = Batch.from_records(SCHEMA, "case", records, TODAY)
    assert evaluate(pack, batch).missing("r", 0) == ["grade"]


def test_the_evaluation_date_is_a_name_of_the_language() -> None:
    pack = pack_of("begun_on + 30 <= today")
    records = [case(begun_on=date(2024, 5, 2)), case(begun_on=date(2024, 5, 3)), case()]
    assert verdicts_of(pack, records, on=date(2024, 6, 1)) == [PASS, FAIL, PENDING]


def test_arrays_of_dates_give_what_the_records_give() -> None:
    days = np.array([18000, 18262, 19357, 19358, 0], dtype=np.int32)
    known = np.array([True, True, True, True, False])
    batch = Batch.from_columns(
        SCHEMA,
        "case",
        ["a", "b", "c", "d", "e"],
        {"n": (np.full(5, 2), None), "event_on": (days, known)},
        {"parts": (np.zeros(6, dtype=np.int64), {}), "marks": (np.zeros(6, dtype=np.int64), {})},
        date(2019, 1, 1),
    )
    found = evaluate(pack_of("n >= least"), batch)
    assert [found.verdict("r", i) for i in range(5)] == [PENDING, PASS, PASS, FAIL, PENDING]


def parameter(**keys: str) -> str:
    head = {
        "title": '{ zh = "甲", en = "A" }',
        "type": '"int"',
        "bind": '"event"',
        "evidence": '"S"',
        "values": '[{ from = 2000-01-01, value = 1, cite = "law" }]',
        **keys,
    }
    return "[param.extra]\n" + "".join(f"{key} = {value}\n" for key, value in head.items() if value)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"min": "0", "max": "9", "values": '[{ from = 2000-01-01, value = 10, cite = "law" }]'}, "out_of_bounds"),
        ({"min": "9", "max": "1"}, "bounds_crossed"),
        ({"type": '"bool"', "min": "0"}, "no_bounds"),
        ({"type": '"text"'}, "bad_type"),
        ({"type": '"dec(12)"'}, "bad_scale"),
        ({"type": '"map(grade)"'}, "bad_type"),
        ({"type": '"grade"'}, "not_a_name"),
        ({"type": '"bool"'}, "not_a_bool"),
        ({"type": '"date"'}, "not_a_date"),
        ({"values": "[]"}, "no_values"),
        ({"values": '[{ from = "2000-01-01", value = 1, cite = "law" }]'}, "date_expected"),
        ({"values": '[{ from = 2000-01-01, value = 1.5, cite = "law" }]'}, "too_many_places"),
        ({"values": '[{ from = 2000-01-01, value = true, cite = "law" }]'}, "not_a_number"),
        ({"values": "[{ from = 2000-01-01, value = 1 }]"}, "key_absent"),
        ({"values": '[{ from = 2000-01-01, value = 1, cite = "lawe" }]'}, "unknown_source"),
        ({"values": '[{ from = 2000-01-01, value = 1, cite = "law 9" }]'}, "unknown_clause"),
        (
            {
                "values": '[{ from = 2001-01-01, value = 1, cite = "law" }, '
                '{ from = 2000-01-01, value = 2, cite = "law" }]'
            },
            "values_out_of_order",
        ),
        ({"bind": '"day"'}, "unknown_choice"),
        ({"unit": '"furlong"'}, "unknown_choice"),
        ({"evidence": '"Z"'}, "unknown_choice"),
        ({"evidence": ""}, "key_absent"),
        ({"type": '"list(int)"'}, "list_value_expected"),
        ({"type": '"map(grade, int)"', "values": '[{ from = 2000-01-01, value = { gold = 1 }, cite = "law" }]'}, "map_value_expected"),
        ({"colour": '"red"'}, "unknown_key"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_at_its_place(keys: dict[str, str], problem: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack_text(HEAD + PARAMETERS + parameter(**keys) + FACTS + rule_text("true"), SCHEMA)
    assert caught.value.problem == problem
    assert caught.value.where.startswith("param extra")
    assert caught.value.line is not None


def test_a_parameter_of_the_cohort_is_refused_where_the_subject_has_none() -> None:
    rule = rule_text("n >= cohort_least", subject='"other"')
    with pytest.raises(PackError) as caught:
        load_pack_text(pack_text(rule), SCHEMA)
    assert caught.value.problem == "no_cohort_date"


def test_parameters_of_every_type_can_be_used_inside_a_where() -> None:
    started = date(2021, 9, 1)
    records = [
        case(begun_on=date(2022, 1, 1), cohort_on=day, parts=parts)
        for day in (date(2020, 9, 1), started, None)
        for parts in (
            [],
            [{"day": date(2022, 1, 2), "size": 1}, {"day": date(2022, 1, 2), "size": 2}],
            [{"day": date(2022, 1, 1), "size": 5}, {"day": None, "size": 5}],
        )
    ]
    found = verdicts_of(pack_of("late == 1"), records)
    assert found == [FAIL, FAIL, PENDING, FAIL, PASS, PENDING, FAIL, PENDING, PENDING]
