"""Counting votes: quorum and majority as shares, compared in integers. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass

from .choices import Choice, VoteResult
from .kinds.kind import Share, Voting


@dataclass(frozen=True)
class Tally:
    """How many chose what; `cast` is every ballot, abstentions too."""

    in_favour: int = 0
    against: int = 0
    abstentions: int = 0

    @property
    def cast(self) -> int:
        """All ballots, abstentions too."""
        return self.in_favour + self.against + self.abstentions

    def with_one(self, choice: Choice) -> Tally:
        """The tally after one more ballot."""
        return Tally(
            self.in_favour + (choice == Choice.FOR),
            self.against + (choice == Choice.AGAINST),
            self.abstentions + (choice == Choice.ABSTAIN),
        )


@dataclass(frozen=True)
class Quorum:
    """How many of `base` must be present, how many are, and whether that is enough."""

    needed: int
    present: int
    base: int

    @property
    def is_met(self) -> bool:
        """Whether enough are present; nobody of nobody is never enough."""
        return self.base > 0 and self.present >= self.needed


def least(share: Share, base: int) -> int:
    """The smallest count that meets the share of `base`; of nobody one is needed, so that a share
    of nobody is never met."""
    if base == 0:
        return 1
    whole, rest = divmod(base * share.numerator, share.denominator)
    return whole + 1 if share.more_than or rest else whole


def quorum_of(voting: Voting, members: int, present: int) -> Quorum:
    """Whether enough are present. A quorum is a share of all members, whatever its `of` says: of
    those present it would always be met."""
    return Quorum(least(voting.quorum, members), present, members)


def base_of(share: Share, members: int, present: int, cast: int) -> int:
    """The number of which the share is taken: all members, those present, or the ballots cast."""
    return {"all": members, "present": present, "cast": cast}[share.of]


def votes_needed(voting: Voting, members: int, present: int, cast: int) -> int:
    """How many votes in favour carry the vote."""
    return least(voting.passes, base_of(voting.passes, members, present, cast))


def count(voting: Voting, members: int, present: int, tally: Tally) -> VoteResult:
    """What the vote decided.

    Whoever was recused is not present. In a body of the Degrees Law he stays among the members, so
    that quorum and majority are those of all (article 10); elsewhere he stands in none of the
    numbers (`seating.counts_recused`).

    The share alone decides: with equal votes "more than half" is not met, "half" is, and nobody's
    vote counts twice. Without quorum nothing is carried. Raises ValueError where more voted than
    were present, or more were present than are members.
    """
    if not 0 <= tally.cast <= present <= members:
        raise ValueError(f"{tally.cast} ballots of {present} present of {members} members")
    if not quorum_of(voting, members, present).is_met:
        return VoteResult.FAILED
    base = base_of(voting.passes, members, present, tally.cast)
    return VoteResult.PASSED if voting.passes.is_met(tally.in_favour, base) else VoteResult.FAILED
