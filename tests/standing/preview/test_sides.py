"""The two sides of a comparison bind the units as what is in force does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.policy import PackError
from preceptor.policy.layers import layered
from preceptor.standing.actions import end_force, put_in_force
from preceptor.standing.packs import force_on
from preceptor.standing.preview.sides import present_side
from standing.test_bindings import DOCTORATE, ORDERED, STRICTER

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_units_value_for_a_pack_that_has_ended_is_passed_over_as_it_is_in_force(
    cast: Cast,
) -> None:
    place: dict[str, Any] = {"institution": cast.institution, "by": OPERATOR}
    since, last = date(2024, 1, 1), today()
    put_in_force(pack=DOCTORATE, valid_from=since, text=ORDERED, **place)
    put_in_force(
        pack="yunting/stricter", valid_from=since, text=STRICTER.replace("VALUE", "30"),
        unit=cast.general, **place,
    )  # fmt: skip
    end_force(pack=DOCTORATE, last_day=last, **place)
    for day, known in ((last, 2), (last + timedelta(days=1), 1)):
        side, force = present_side(cast.institution, day), force_on(cast.institution.pk, day)
        said = [pack.hash for pack in side.of(cast.general.pk)]
        assert said == [pack.hash for pack in force.of(cast.general.pk)]
        assert len(said) == known
        assert len(side.of(cast.cancer.pk)) == known - 1
    # Without saying that it has ended, the value would be one for a pack that nobody knows.
    with pytest.raises(PackError):
        layered([binding.pack for binding in side.bindings])
