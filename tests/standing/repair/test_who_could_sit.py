"""Who could take a seat: free at that time, not the trainee, and not who has another part already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from panel_pools import OUTSIDE, SITS_ON, Pool, defence, pool
from preceptor.base import together
from preceptor.cases.models import Sitting, SittingSeat
from preceptor.people.models import Absence
from preceptor.standing.packs import in_force_in
from preceptor.standing.repair.candidate import Candidate
from preceptor.standing.repair.exhaustive import MOST, is_small
from preceptor.standing.repair.free import engaged_asked
from preceptor.standing.repair.pool import pool_of
from preceptor.standing.repair.problem import problem_of
from preceptor.training.models import ConflictOverride, Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

ON = date(2026, 11, 20)
NO: dict[str, Any] = {"field": "same"}


def busy_on(panel: Panel) -> set[int]:
    """Whoever is engaged elsewhere on the day of the sitting."""
    return set(together.answer(engaged_asked(panel, SITS_ON, None)))


@pytest.fixture
def experts(cast: Cast) -> Pool:
    return pool(cast)


@pytest.fixture
def panel(cast: Cast, experts: Pool) -> Panel:
    seats = [(experts["X1"], "chair", OUTSIDE), (experts["H1"], "member", NO)]
    return defence(cast, [*seats, (cast.persons["T3"], "secretary", {})])


def meeting(cast: Cast, hour: int = 9, hours: int = 2, **columns: Any) -> Sitting:
    """A sitting on the day of the panel."""
    begins = timezone.make_aware(datetime.combine(SITS_ON, time(hour)))
    given = {"title_zh": "会议", "state": "called", "board": "body"} | columns
    return Sitting.objects.create(
        institution=cast.institution, unit=cast.general, starts_at=begins,
        ends_at=begins + timedelta(hours=hours), **given,
    )  # fmt: skip


def test_who_declined_another_sitting_is_free_and_who_accepted_is_not(
    cast: Cast, experts: Pool, panel: Panel
) -> None:
    other = meeting(cast)
    for key, answer in (("H2", "declined"), ("H3", "accepted"), ("H4", "")):
        SittingSeat.objects.create(sitting=other, person=experts[key], role="member", answer=answer)
    gone = SittingSeat.objects.create(sitting=other, person=experts["H5"], role="member")
    SittingSeat.objects.filter(pk=gone.pk).update(released_at=timezone.now())
    assert busy_on(panel) == {experts["H3"].pk, experts["H4"].pk}
    Sitting.objects.filter(pk=other.pk).update(state="cancelled")
    assert busy_on(panel) == set()


def test_a_sitting_that_ends_when_the_panel_begins_keeps_nobody_busy(
    cast: Cast, experts: Pool, panel: Panel
) -> None:
    before, after = meeting(cast, hour=8, hours=1), meeting(cast, hour=11, hours=1)
    during = meeting(cast, hour=10, hours=3)
    for other, key in ((before, "H2"), (after, "H3"), (during, "H4")):
        SittingSeat.objects.create(sitting=other, person=experts[key], role="member")
    panel.sitting = meeting(cast, hour=9, hours=2)
    assert busy_on(panel) == {experts["H4"].pk}


def test_no_override_lets_the_trainee_judge_the_own_work(
    cast: Cast, experts: Pool, panel: Panel
) -> None:
    ConflictOverride.objects.create(
        panel=panel, person=cast.persons["S1"], conflict="self", reason="无他人", at=timezone.now(),
        by_key="1", by_name="office",
    )  # fmt: skip
    [own] = [
        row for row in pool_of(panel, ON, [cast.persons["S1"]]) if row.person == cast.persons["S1"]
    ]
    assert own.blocked


def test_the_secretary_of_the_panel_is_proposed_for_no_voting_seat(
    cast: Cast, experts: Pool, panel: Panel
) -> None:
    found = {row.key for row in pool_of(panel, ON, [cast.persons["T3"], experts["H2"]])}
    assert cast.persons["T3"].pk not in found
    assert experts["H2"].pk in found


def test_who_is_busy_and_who_has_a_conflict_are_told_apart(
    cast: Cast, experts: Pool, panel: Panel
) -> None:
    Absence.objects.create(person=experts["H2"], valid_from=SITS_ON, valid_to=SITS_ON)
    rows = {row.key: row for row in pool_of(panel, ON)}
    busy = rows[experts["H2"].pk]
    tied = replace(rows[experts["H3"].pk], blocked=True)
    packs = in_force_in(cast.institution.pk, cast.general.pk)
    problem = problem_of(panel, ON, list(rows.values()), packs)

    def may_sit(row: Candidate, *relaxed: str) -> bool:
        return replace(problem, relaxed=frozenset(relaxed)).may_sit(row)

    assert busy.busy and not busy.blocked and not tied.busy
    assert (may_sit(busy), may_sit(busy, "conflicts"), may_sit(busy, "availability")) == (
        False, False, True,
    )  # fmt: skip
    assert (may_sit(tied), may_sit(tied, "availability"), may_sit(tied, "conflicts")) == (
        False, False, True,
    )  # fmt: skip


def test_twelve_who_could_sit_are_tried_out_and_thirteen_are_not() -> None:
    def of(able: int) -> Any:
        return SimpleNamespace(candidates=[*[True] * able, False], may_sit=bool)

    assert is_small(of(MOST))
    assert not is_small(of(MOST + 1))
