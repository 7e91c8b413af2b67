"""Any order of steps by anybody: a request never comes where its kind does not allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import (
    attach_document,
    decide_stage,
    finish_composing,
    handle_late,
    return_case,
    submit_case,
    withdraw_case,
)
from preceptor.cases.kinds.kind import ENDS, Kind
from preceptor.cases.models import Case, CaseStep, Task
from preceptor.cases.queries import kind_of
from preceptor.people.models import Account
from small_kinds import KIND, PDF, TestPort, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

ACTORS = ("trainee", "supervisor", "secretary", "neighbour", "office", "leader", "stranger")
#: Who may take which step where, written down once more, apart from the engine.
MAY_DECIDE = {"opinion": {"supervisor", "secretary"}, "check": {"secretary"}, "grant": {"office"}}
LATE = KIND.replace('late = "remind"', 'late = "pass"')
LATE = LATE.replace('by = ["guide"]', 'by = ["guide", "secretary of unit"]\nneeds = "all"')
LATE = LATE.replace(
    'then = { agreed = "grant", refused = "refused" }',
    'then = { agreed = "grant", refused = "opinion" }',
)

VERBS = ("attach", "submit", "agree", "refuse", "return", "withdraw", "compose", "late")
MOVE = st.tuples(
    st.sampled_from(VERBS),
    st.sampled_from(ACTORS),
    st.integers(-1, 1),
    st.sampled_from(["", "a", "b"]),
)


@dataclass
class Walk:
    """A request, who is who, and what should be so."""

    case: Case
    kind: Kind
    actors: dict[str, Account]
    done: list[str] = field(default_factory=list)

    def take(self, verb: str, who: str, off: int, token: str) -> None:
        """Try the step; a refusal of any kind must leave everything as it was."""
        before = self.seen()
        by: Any = self.actors[who]
        try:
            with transaction.atomic():
                self.step(verb, by, before["revision"] + off, token)
        except (RuleBroken, NotPermitted, InputRefused):
            assert self.seen() == before
        else:
            self.check(verb, who, before)

    def step(self, verb: str, by: Any, revision: int, token: str) -> None:
        case = self.case
        if verb == "attach":
            attach_document(
                case=case,
                name="letter",
                content=BytesIO(PDF + token.encode()),
                file_name="a.pdf",
                by=by,
            )
        elif verb == "submit":
            submit_case(case=case, by=by, token=token)
        elif verb in ("agree", "refuse"):
            outcome = {"agree": "agreed", "refuse": "refused"}[verb]
            decide_stage(
                case=case, outcome=outcome, by=by, revision=revision, reason="因为", token=token
            )
        elif verb == "return":
            return_case(case=case, by=by, revision=revision, reason="请补", token=token)
        elif verb == "withdraw":
            withdraw_case(case=case, by=by, token=token)
        elif verb == "compose":
            finish_composing(case=case, by=by, revision=revision, token=token)
        else:
            handle_late(on=today() + timedelta(days=30), by=OPERATOR)

    def seen(self) -> dict[str, Any]:
        row = (
            Case.objects.filter(pk=self.case.pk).values("state", "stage", "revision", "round").get()
        )
        tasks = Task.objects.filter(case=self.case, done_at=None)
        return row | {
            "tasks": sorted(tasks.values_list("pk", flat=True)),
            "lines": JournalEntry.objects.filter(subject_kind="case").count(),
            "steps": CaseStep.objects.filter(case=self.case).count(),
        }

    def check(self, verb: str, who: str, before: dict[str, Any]) -> None:
        """What a step that was taken may have done, and what holds at every moment."""
        after = self.seen()
        if after["revision"] != before["revision"]:
            self.check_who(verb, who, before)
            assert (after["revision"], after["steps"]) == (
                before["revision"] + 1,
                before["steps"] + 1,
            )
            assert after["lines"] == before["lines"] + 1
        self.check_way(before, after)
        held = set(
            Task.objects.filter(case=self.case, done_at=None).values_list("stage", flat=True)
        )
        assert held == ({after["stage"]} if after["state"] in ("running", "returned") else set())

    def check_who(self, verb: str, who: str, before: dict[str, Any]) -> None:
        if verb in ("submit", "withdraw", "attach"):
            assert who == "trainee"
        elif verb != "late":
            assert before["state"] == "running"
            assert who in MAY_DECIDE[before["stage"]]

    def check_way(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """From each place only to where the kind leads, or back to the asker, or withdrawn."""
        old, new = (before["state"], before["stage"]), (after["state"], after["stage"])
        allowed = {old}
        if before["state"] in ("running", "draft", "returned"):
            allowed.add(("withdrawn", ""))
        if before["state"] == "running":
            goals = self.kind.stage(before["stage"]).then.values()
            allowed |= {(goal, "") if goal in ENDS else ("running", goal) for goal in goals}
            allowed.add(("returned", before["stage"]))
        if before["state"] == "returned":
            allowed.add(("running", before["stage"]))
        if before["state"] == "draft":
            allowed.add(("running", self.kind.stages[0].id))
        assert new in allowed


@pytest.fixture
def walking(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, secretary: Account,
    neighbour: Account, office: Account, leader: Account, stranger: Account,
) -> dict[str, Account]:  # fmt: skip
    """All accounts, with a kind that has parallel signatures, a way back, and a time that ends."""
    in_force(cast.institution, LATE)
    return {account.login: account for account in (
        trainee, supervisor, secretary, neighbour, office, leader, stranger,
    )}  # fmt: skip


def granting() -> list[tuple[str, str, int, str]]:
    return [
        ("submit", "trainee", 0, ""), ("agree", "secretary", 0, ""), ("agree", "supervisor", 0, ""),
        ("refuse", "secretary", 0, ""), ("late", "office", 0, ""), ("return", "secretary", 0, ""),
        ("submit", "trainee", 0, ""), ("agree", "secretary", 0, ""), ("agree", "office", 0, ""),
    ]  # fmt: skip


@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@example(moves=granting(), ends="granted")
@given(moves=st.lists(MOVE, min_size=4, max_size=14), ends=st.none())
def test_no_order_of_steps_by_anybody_brings_a_request_where_its_kind_does_not_allow(
    walking: dict[str, Account],
    cast: Cast,
    moves: list[tuple[str, str, int, str]],
    ends: str | None,
) -> None:
    with transaction.atomic():
        case = prepared(cast, walking["trainee"])
        walk = Walk(case, kind_of(case), walking)
        for move in moves:
            walk.take(*move)
        if ends is not None:
            assert Case.objects.get(pk=case.pk).state == ends
        transaction.set_rollback(True)
