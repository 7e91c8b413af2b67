"""A composition is judged before it is written, by the rules of the day of the sitting."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.standing.actions import put_in_force
from preceptor.standing.supposing import supposed_panel
from preceptor.training.models import Panel, PanelSeat

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]


def seat(cast: Cast, key: str, role: str = "member", **stated: object) -> PanelSeat:
    return PanelSeat(panel=cast.panel, person=cast.persons[key], role=role, **stated)


def law(cast: Cast) -> None:
    put_in_force(
        institution=cast.institution, pack="cn/degrees-law", valid_from=date(2025, 1, 1),
        by=OPERATOR,
    )  # fmt: skip


def of_defence(cast: Cast, day: date) -> Panel:
    panel: Panel = cast.panel
    panel.stage, panel.sits_on, panel.planned_on = "defence", None, day
    return panel


def test_what_is_supposed_is_judged_and_nothing_is_written(cast: Cast) -> None:
    cast.panel.sits_on = date(2023, 6, 1)
    before = list(PanelSeat.objects.values_list("pk", "person", "role"))
    two = [seat(cast, "T1", "chair"), seat(cast, "T2")]
    assert supposed_panel(cast.panel, two, today(), "zh").verdict.value == "fail"
    three = [*two, seat(cast, "T3", stated_level="associate", stated_series="teacher")]
    standing = supposed_panel(cast.panel, three, today(), "zh")
    # 方叔玉 is in house: what is stated of him is not believed.
    assert standing.verdict.value == "pending"
    assert [one["name"] for one in standing.members] == ["江晚晴", "韩明澈", "方叔玉"]
    assert list(PanelSeat.objects.values_list("pk", "person", "role")) == before
    assert "seats" not in getattr(cast.panel, "_prefetched_objects_cache", {})


@pytest.mark.parametrize(
    ("day", "is_asked"),
    [(date(2024, 12, 31), False), (date(2025, 1, 1), True), (date(2027, 6, 1), True)],
)
def test_the_law_is_asked_from_the_day_on_which_it_holds_on_the_day_of_the_sitting(
    day: date, is_asked: bool, cast: Cast
) -> None:
    law(cast)
    panel = of_defence(cast, day)
    seats = [seat(cast, "T1", "chair", stated_outside_institution=True), seat(cast, "T2")]
    asked = {known.rule for known in supposed_panel(panel, seats, today(), "zh").requirements}
    assert ("law.defence.external" in asked) == is_asked


def test_what_follows_a_sitting_is_not_asked_on_its_very_day(cast: Cast) -> None:
    law(cast)
    panel = of_defence(cast, today())
    found = supposed_panel(panel, [seat(cast, "T1", "chair")], today(), "zh").requirements
    assert "law.defence.votes" not in {known.rule for known in found}


def test_one_seat_costs_as_many_queries_as_three(cast: Cast) -> None:
    seats = [seat(cast, key) for key in ("T1", "T2", "T3")]

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            supposed_panel(cast.panel, seats[:count], today(), "zh")
        return len(captured)

    cost(1)
    assert cost(1) == cost(3)
