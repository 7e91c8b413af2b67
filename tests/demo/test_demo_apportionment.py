"""Whole persons shared out by largest remainder."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preceptor.demo.apportionment import apportion, scaled

WEIGHTS = st.lists(st.integers(0, 500), min_size=1, max_size=30).filter(any)


@given(st.integers(0, 5000), WEIGHTS)
def test_the_shares_add_up_and_none_is_a_whole_person_from_its_due(
    total: int, weights: list[int]
) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1


@given(WEIGHTS)
def test_the_sum_of_the_weights_is_shared_out_as_the_weights(weights: list[int]) -> None:
    assert apportion(sum(weights), weights) == weights


def test_nothing_is_given_where_nobody_weighs() -> None:
    assert apportion(0, [0, 0]) == [0, 0]


def test_equal_remainders_go_to_the_first() -> None:
    assert apportion(1, [1, 1, 1]) == [1, 0, 0]


@pytest.mark.parametrize(
    ("scale", "number"), [("0.1", 61), ("1", 613), ("10", 6130), ("0.0015", 1)]
)
def test_a_number_is_scaled_to_whole_persons(scale: str, number: int) -> None:
    assert scaled(613, Decimal(scale)) == number
