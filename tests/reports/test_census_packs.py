"""A census judges its day by the packs that were in force on it, and names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from preceptor.base.actors import OPERATOR
from preceptor.reports.actions import freeze
from preceptor.reports.census.folders import folder_of
from preceptor.reports.models import Census
from preceptor.standing.actions import put_in_force
from standing.test_bindings import DOCTORATE, LAW, STRICTER, order, put

if TYPE_CHECKING:
    from cast import Cast
    from preceptor.institutions.models import DegreePoint

pytest_plugins = ["cast", "frozen_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

FrozenOn = Callable[[date], Census]


@pytest.fixture
def frozen_on(cast: Cast, point: DegreePoint) -> FrozenOn:
    return lambda day: freeze(cast.institution, day, by=OPERATOR)


def rows_of(census: Census, rule: str) -> list[dict[str, Any]]:
    table = pq.read_table(folder_of(census) / "findings.parquet")
    return [row for row in table.to_pylist() if row["rule"] == rule]


def test_a_day_before_a_pack_is_in_force_is_not_judged_by_it(
    cast: Cast, frozen_on: FrozenOn
) -> None:
    put_in_force(institution=cast.institution, pack=LAW, valid_from=date(2025, 1, 1), by=OPERATOR)
    before, within, after = (
        frozen_on(day) for day in (date(2022, 12, 31), date(2023, 12, 31), date(2025, 12, 31))
    )
    named = [
        [pack["pack"] for pack in census.manifest["packs"]] for census in (before, within, after)
    ]
    assert named == [[], [DOCTORATE], [LAW, DOCTORATE]]
    judged = [len(rows_of(census, "training.clinical")) for census in (before, within, after)]
    assert judged == [0, 3, 3]


def test_the_manifest_names_what_was_laid_over_each_other_and_for_which_units(
    cast: Cast, frozen_on: FrozenOn
) -> None:
    order(cast)
    lower = put(cast, STRICTER.replace("VALUE", "30"), date(2024, 6, 1), cast.general)
    census = frozen_on(date(2024, 12, 31))
    whole, composed, own = census.manifest["packs"]
    assert (whole["pack"], whole["units"], whole["parts"]) == (DOCTORATE, None, [whole["hash"]])
    assert composed["parts"] == [whole["hash"], lower.hash]
    assert (composed["pack"], composed["units"]) == (DOCTORATE, ["YT-01"])
    assert (own["pack"], own["layer"], own["units"]) == ("yunting/stricter", "unit", ["YT-01"])
    hashes = {row["enrolment_id"]: row["hash"] for row in rows_of(census, "training.clinical")}
    assert hashes == {
        cast.lin.pk: composed["hash"], cast.gu.pk: composed["hash"],
        cast.shen.pk: whole["hash"],
    }  # fmt: skip
