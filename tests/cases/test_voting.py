"""Counting votes: every edge of quorum and majority, held against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from preceptor.cases.choices import Choice, VoteResult
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.voting import Tally, count, least, quorum_of, votes_needed

PASSED, FAILED = VoteResult.PASSED, VoteResult.FAILED


def shares(of: tuple[str, ...] = ("all", "present", "cast")) -> st.SearchStrategy[Share]:
    return st.integers(1, 12).flatmap(
        lambda denominator: st.builds(
            Share, st.integers(0, denominator), st.just(denominator), st.sampled_from(of),
            st.booleans(),
        )
    )  # fmt: skip


@st.composite
def votes(draw: st.DrawFn) -> tuple[int, int, Tally]:
    members = draw(st.integers(0, 60))
    present = draw(st.integers(0, members))
    cast = draw(st.integers(0, present))
    in_favour = draw(st.integers(0, cast))
    against = draw(st.integers(0, cast - in_favour))
    return members, present, Tally(in_favour, against, cast - in_favour - against)


def meets(share: Share, number: int, base: int) -> bool:
    """The definition, in exact fractions."""
    if base == 0:
        return False
    wanted = Fraction(share.numerator, share.denominator)
    part = Fraction(number, base)
    return part > wanted if share.more_than else part >= wanted


@given(shares(), shares(("all",)), votes())
@example(Share(1, 2, "present", True), Share(2, 3), (9, 6, Tally(3, 3, 0)))
@example(Share(1, 2, "present", False), Share(2, 3), (9, 6, Tally(3, 3, 0)))
@example(Share(2, 3, "all", False), Share(2, 3), (9, 6, Tally(6, 0, 0)))
def test_a_vote_is_carried_exactly_when_both_shares_are_met(
    passes: Share, quorum: Share, numbers: tuple[int, int, Tally]
) -> None:
    members, present, tally = numbers
    base = {"all": members, "present": present, "cast": tally.cast}[passes.of]
    carried = meets(quorum, present, members) and meets(passes, tally.in_favour, base)
    result = count(Voting(passes, quorum), members, present, tally)
    assert result == (PASSED if carried else FAILED)


@given(shares(), st.integers(0, 200))
def test_the_least_number_is_the_first_that_meets_the_share(share: Share, base: int) -> None:
    needed = least(share, base)
    assert not any(meets(share, number, base) for number in range(needed))
    assert base == 0 or needed > base or meets(share, needed, base)


@given(shares(("all",)), votes())
def test_the_quorum_told_in_numbers_is_the_quorum_demanded(
    share: Share, numbers: tuple[int, int, Tally]
) -> None:
    members, present, _tally = numbers
    quorum = quorum_of(Voting(Share(1, 2), share), members, present)
    assert quorum.is_met == meets(share, present, members)
    assert quorum.is_met == (members > 0 and present >= quorum.needed)


@given(shares(), votes())
def test_so_many_votes_as_are_said_to_be_needed_carry_and_one_fewer_does_not(
    share: Share, numbers: tuple[int, int, Tally]
) -> None:
    members, present, tally = numbers
    voting = Voting(share, Share(0, 1))
    needed = votes_needed(voting, members, present, tally.cast)
    carried = count(voting, members, present, tally) is PASSED
    assert carried == (members > 0 and tally.in_favour >= needed)


@pytest.mark.parametrize(
    ("voting", "members", "present", "tally", "result"),
    [
        (Voting(Share(1, 2, "all", True)), 9, 9, Tally(4, 4, 1), FAILED),
        (Voting(Share(1, 2, "all", True)), 9, 9, Tally(5, 4, 0), PASSED),
        (Voting(Share(1, 2, "all", True)), 9, 6, Tally(5, 1, 0), PASSED),
        (Voting(Share(1, 2, "all", True)), 9, 5, Tally(5, 0, 0), FAILED),
        (Voting(Share(2, 3, "present")), 7, 6, Tally(4, 2, 0), PASSED),
        (Voting(Share(2, 3, "present")), 7, 7, Tally(4, 3, 0), FAILED),
        (Voting(Share(2, 3, "present")), 7, 7, Tally(5, 0, 2), PASSED),
        (Voting(Share(1, 2, "present", True)), 8, 8, Tally(4, 4, 0), FAILED),
        (Voting(Share(1, 2, "cast", True)), 9, 9, Tally(2, 1, 0), PASSED),
        (Voting(Share(1, 2, "cast", True)), 9, 9, Tally(2, 0, 2), FAILED),
        (Voting(Share(1, 2, "cast", True)), 9, 9, Tally(0, 0, 0), FAILED),
    ],
)
def test_votes_at_the_edge_are_decided_as_the_rule_reads(
    voting: Voting, members: int, present: int, tally: Tally, result: VoteResult
) -> None:
    assert count(voting, members, present, tally) is result


@pytest.mark.parametrize(
    ("members", "present", "tally"), [(3, 4, Tally()), (3, 2, Tally(3, 0, 0)), (3, 2, Tally(-1))]
)
def test_numbers_that_cannot_be_are_a_fault_and_no_result(
    members: int, present: int, tally: Tally
) -> None:
    with pytest.raises(ValueError, match="ballots of"):
        count(Voting(Share(1, 2)), members, present, tally)


def test_each_choice_raises_its_own_count_by_one() -> None:
    tally = Tally()
    for choice in (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.ABSTAIN):
        tally = tally.with_one(choice)
    assert tally == Tally(2, 1, 1)
    assert tally.cast == 4
