"""Clinical training as calendar months: what overlaps counts once, at its highest kind."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preceptor.standing.months import HIGHEST_FIRST, highest, training_months
from preceptor.training.models import Rotation

KINDS = [*HIGHEST_FIRST, None]
LATER = date(2030, 1, 1)


def rotation(first: tuple[int, int], last: tuple[int, int], kind: str | None) -> Rotation:
    return Rotation(
        department="内科", start_month=date(*first, 1), end_month=date(*last, 1), kind=kind
    )


def months(rotations: list[Rotation], on: date = LATER) -> list[tuple[date, str | None]]:
    return [(row["month"], row["kind"]) for row in training_months(rotations, on)]


def test_a_rotation_covers_its_first_and_its_last_month() -> None:
    found = months([rotation((2022, 11), (2023, 2), "specialty")])
    assert [month for month, _kind in found] == [
        date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1), date(2023, 2, 1),
    ]  # fmt: skip


def test_a_month_covered_by_two_rotations_counts_once_at_the_higher_kind() -> None:
    found = months(
        [
            rotation((2022, 1), (2022, 3), "specialty"),
            rotation((2022, 3), (2022, 4), "chief_resident"),
        ]
    )
    assert [kind for _month, kind in found] == [
        "specialty", "specialty", "chief_resident", "chief_resident",
    ]  # fmt: skip


def test_a_month_names_every_department_that_covers_it_once() -> None:
    rows = [rotation((2022, 1), (2022, 1), "specialty") for _ in range(2)]
    rows.append(rotation((2022, 1), (2022, 1), "other"))
    rows[2].department = "急诊"
    assert training_months(rows, LATER)[0]["name"] == "2022-01 内科、急诊"


def test_a_month_that_has_not_begun_does_not_count_yet() -> None:
    rows = [rotation((2022, 11), (2023, 2), "specialty")]
    assert len(months(rows, date(2022, 12, 31))) == 2
    assert len(months(rows, date(2023, 1, 1))) == 3
    assert months(rows, date(2022, 10, 31)) == []


def test_no_rotation_is_no_month() -> None:
    assert training_months([], LATER) == []


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        (["other", "specialty"], "specialty"),
        (["specialty", "equivalent_post"], "equivalent_post"),
        (["equivalent_post", "chief_resident"], "chief_resident"),
        (["other", None], None),
        (["specialty", None], None),
        (["equivalent_post", None], None),
        (["chief_resident", None], "chief_resident"),
        ([None], None),
        (["other"], "other"),
    ],
)
def test_a_month_of_unknown_kind_is_unknown_unless_it_is_the_highest_anyhow(
    kinds: list[str | None], found: str | None
) -> None:
    assert highest(kinds) == found


SPANS = st.tuples(st.integers(0, 30), st.integers(0, 12), st.sampled_from(KINDS))


def later(months_after: int) -> tuple[int, int]:
    return 2020 + months_after // 12, 1 + months_after % 12


@given(st.lists(SPANS, max_size=6), st.randoms())
def test_months_are_each_there_once_in_order_whatever_the_order_of_rotations(
    spans: list[tuple[int, int, str | None]], random: object
) -> None:
    rows = [rotation(later(first), later(first + length), kind) for first, length, kind in spans]
    found = months(rows)
    covered = {later(first + more) for first, length, _kind in spans for more in range(length + 1)}
    assert [(month.year, month.month) for month, _kind in found] == sorted(covered)
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert months(rows) == found


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
def test_knowing_an_unknown_kind_never_contradicts_what_was_said_before(
    kinds: list[str | None],
) -> None:
    said = highest(kinds)
    for known in HIGHEST_FIRST:
        told = highest([kind or known for kind in kinds])
        assert said is None or told == said
