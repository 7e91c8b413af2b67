"""What exceeds the authority of who agrees goes on to somebody else instead of being refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from preceptor.base.actors import OPERATOR, Actor
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases import registry
from preceptor.cases.actions import decide_stage, handle_late, submit_case
from preceptor.cases.appeals import JUDGING
from preceptor.cases.choices import Verb
from preceptor.cases.kinds.checking import faults
from preceptor.cases.kinds.editing import without_stage
from preceptor.cases.kinds.faults import KindFaulty
from preceptor.cases.kinds.reading import read_kind
from preceptor.cases.kinds.writing import write_kind
from preceptor.cases.models import Case, CaseStep
from preceptor.cases.queries import where_is
from preceptor.people.models import Account
from small_kinds import KIND, TestPort, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db

#: The secretary grants what lies within the unit's authority; the rest goes to the graduate school.
BOUNDED = KIND.replace(
    'then = { agreed = "grant", refused = "refused" }',
    'then = { agreed = "granted", beyond = "grant", refused = "refused" }',
)


@dataclass
class BoundedPort(TestPort):
    """Knows a limit; whom it asked about stands in `asked`."""

    __test__ = False

    within: bool = True
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def is_within(self, case: Case, stage: str, by: Actor) -> bool:
        self.asked.append((str(case), stage, by.actor_key))
        return self.within


@pytest.fixture
def port(cast: Cast) -> Iterator[BoundedPort]:
    made = BoundedPort(guides=[cast.persons["T1"]])
    registry._ports[made.name] = made
    yield made
    del registry._ports[made.name]


@pytest.fixture
def case(cast: Cast, port: BoundedPort, trainee: Account, supervisor: Account) -> Case:
    """林知远's request, waiting for the secretary, whose authority has a limit."""
    in_force(cast.institution, BOUNDED)
    held = submit_case(case=prepared(cast, trainee), by=trainee)
    return decide_stage(case=held, outcome="agreed", by=supervisor, revision=held.revision)


def test_what_lies_within_the_authority_is_granted(
    case: Case, secretary: Account, port: BoundedPort
) -> None:
    held = decide_stage(case=case, outcome="agreed", by=secretary, revision=case.revision)
    assert held.state == "granted"
    assert port.asked == [(str(case), "check", secretary.actor_key)]


def test_what_lies_beyond_it_climbs_and_the_history_says_so(
    case: Case, secretary: Account, office: Account, port: BoundedPort
) -> None:
    port.within = False
    held = decide_stage(
        case=case, outcome="agreed", by=secretary, revision=case.revision, reason="经费合理"
    )
    assert (held.state, held.stage) == ("running", "grant")
    step = CaseStep.objects.get(case=case, revision=held.revision)
    assert (step.verb, step.stage, step.reason) == (Verb.CLIMB, "check", "经费合理")
    assert case.tasks.get(stage="check").outcome == Verb.CLIMB
    assert JournalEntry.objects.filter(verb="case.climb", subject_key=str(case.pk)).count() == 1
    assert port.done == []
    # The limit is the secretary's; nobody asks it of the graduate school.
    ended = decide_stage(case=held, outcome="agreed", by=office, revision=held.revision)
    assert ended.state == "granted"
    assert len(port.asked) == 1


def test_a_refusal_is_within_every_authority(
    case: Case, secretary: Account, port: BoundedPort
) -> None:
    port.within = False
    held = decide_stage(
        case=case, outcome="refused", by=secretary, revision=case.revision, reason="与课题无关"
    )
    assert held.state == "refused"
    assert port.asked == []


def test_nobody_chooses_to_pass_a_request_on(case: Case, secretary: Account) -> None:
    with pytest.raises(InputRefused):
        decide_stage(case=case, outcome="beyond", by=secretary, revision=case.revision)
    case.refresh_from_db()
    assert case.stage == "check"


def test_the_same_click_twice_climbs_once(
    case: Case, secretary: Account, port: BoundedPort
) -> None:
    port.within = False
    for _click in range(2):
        held = decide_stage(
            case=case, outcome="agreed", by=secretary, revision=case.revision, token="t"
        )
    assert (held.stage, held.revision) == ("grant", case.revision + 1)
    with pytest.raises(RuleBroken):
        decide_stage(case=case, outcome="agreed", by=secretary, revision=case.revision)


def test_the_passing_of_time_gives_nobody_more_authority(
    cast: Cast, port: BoundedPort, trainee: Account
) -> None:
    late = BOUNDED.replace(
        'by = ["secretary of unit"]\n',
        'by = ["secretary of unit"]\ndeadline = { days = 3, late = "pass" }\n',
    )
    in_force(cast.institution, late)
    held = submit_case(case=prepared(cast, trainee), by=trainee)
    held = decide_stage(case=held, outcome="agreed", by=OPERATOR, revision=held.revision)
    port.within = False
    assert handle_late(on=today() + timedelta(days=4), by=OPERATOR) == 1
    held.refresh_from_db()
    assert (held.state, held.stage) == ("running", "grant")


def test_where_a_request_goes_next_names_where_it_may_climb(case: Case) -> None:
    assert [title.zh for title in where_is(case).next_stages] == ["研究生院审批"]


def test_who_passed_a_request_on_judged_it() -> None:
    assert Verb.CLIMB in JUDGING


def test_a_kind_with_the_outcome_reads_back_as_it_was_written(port: BoundedPort) -> None:
    kind = read_kind(BOUNDED)
    assert read_kind(write_kind(kind)) == kind
    assert kind.stage("check").then["beyond"] == "grant"
    assert faults(kind) == []
    assert "beyond" in without_stage(kind, "grant").stage("check").then


def test_a_kind_needs_a_port_that_knows_the_limit_and_one_who_decides(cast: Cast) -> None:
    blind = TestPort()
    registry._ports[blind.name] = blind
    try:
        found = [fault.place for fault in faults(read_kind(BOUNDED))]
        assert found == ["stages[2].then.beyond"]
        together = BOUNDED.replace(
            'by = ["secretary of unit"]', 'by = ["secretary of unit"]\nneeds = "all"'
        )
        assert "stages[2].needs" in [fault.place for fault in faults(read_kind(together))]
        with pytest.raises(KindFaulty, match="stages"):
            in_force(cast.institution, BOUNDED)
    finally:
        del registry._ports[blind.name]


def test_only_an_opinion_can_lie_beyond_an_authority(port: BoundedPort) -> None:
    composing = BOUNDED.replace(
        'does = "review"\nby = ["guide"]', 'does = "compose"\nby = ["guide"]'
    )
    kind = read_kind(composing.replace('agreed = "check"', 'composed = "check", beyond = "grant"'))
    assert "stages[1].then.beyond" in [fault.place for fault in faults(kind)]
