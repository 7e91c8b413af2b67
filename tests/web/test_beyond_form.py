"""The form of a stage keeps where a request climbs that exceeds the authority of who agrees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict

from preceptor.base.actors import Actor
from preceptor.cases import registry
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.kinds.reading import read_kind
from preceptor.cases.models import Case
from preceptor.web.forms.kind import StageForm
from small_kinds import KIND, TestPort

BOUNDED = KIND.replace(
    'then = { agreed = "grant", refused = "refused" }',
    'then = { agreed = "granted", beyond = "grant", refused = "refused" }',
)
WORDS = frozenset({"guide"})


@dataclass
class BoundedPort(TestPort):
    __test__ = False

    def is_within(self, case: Case, stage: str, by: Actor) -> bool:
        return True


@pytest.fixture(params=[BoundedPort, TestPort])
def port(request: pytest.FixtureRequest) -> Iterator[TestPort]:
    made: TestPort = request.param()
    registry._ports[made.name] = made
    yield made
    del registry._ports[made.name]


def sent(kind: Kind, **more: str) -> StageForm:
    """The form of the check by the unit, sent as it was shown but for these values."""
    stage = kind.stage("check")
    shown = StageForm(kind, stage.does, WORDS, stage)
    given: dict[str, Any] = {
        name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()
    }
    held = {
        name: [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        for name, value in (given | more).items()
        if value not in (None, False)
    }
    return StageForm(kind, stage.does, WORDS, stage, MultiValueDict(held))


def test_the_way_beyond_is_offered_where_the_port_knows_a_limit_and_kept(port: TestPort) -> None:
    kind = read_kind(BOUNDED)
    form = sent(kind)
    assert ("then_beyond" in form.fields) == isinstance(port, BoundedPort)
    assert form.is_valid(), form.errors
    then = form.made().then
    assert then.get("beyond") == ("grant" if isinstance(port, BoundedPort) else None)
    assert (then["agreed"], then["refused"]) == ("granted", "refused")


def test_without_a_way_there_is_no_limit(port: TestPort) -> None:
    form = sent(read_kind(BOUNDED), then_beyond="")
    assert form.is_valid(), form.errors
    assert "beyond" not in form.made().then
