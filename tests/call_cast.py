"""A small call over the fixed cast, as fixtures.

The personnel office (`personnel`) keeps the call; 江晚晴, 韩明澈 and 方叔玉 (`voters`) are the board.
A test module gets them with `pytest_plugins = ["cast", "call_cast"]`, and what is no fixture from
`small_calls`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.calls import registry
from preceptor.calls.choices import Result
from preceptor.calls.models import Call, CallApplication
from preceptor.cases.models import Case, CaseKind
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from small_calls import KIND, TestPurpose, applied, over, published, several, signed_up
from small_kinds import START, in_force

if TYPE_CHECKING:
    from cast import Cast


@pytest.fixture
def addresses(settings: Any) -> None:
    """What letters point to."""
    settings.ROOT_URLCONF = "call_addresses"


@pytest.fixture
def purpose(cast: Cast, addresses: None) -> Iterator[TestPurpose]:
    """What the calls are for; 江晚晴 is a host."""
    made = TestPurpose(chosen=[cast.persons["T1"]])
    registry._purposes[made.name] = made
    yield made
    del registry._purposes[made.name]


@pytest.fixture
def entry_kind(cast: Cast, purpose: TestPurpose) -> CaseKind:
    """博士后进站申请, in force."""
    return in_force(cast.institution, KIND)


@pytest.fixture
def personnel(cast: Cast) -> Account:
    """The personnel office of the university."""
    account = open_account(login="hr", name="人事处", password="x", person=None, by=OPERATOR)
    grant_role(
        account=account, kind=RoleKind.PERSONNEL, unit=cast.institution, valid_from=START,
        by=OPERATOR,
    )  # fmt: skip
    return account


@pytest.fixture
def call(cast: Cast, entry_kind: CaseKind) -> Call:
    """For one postdoc, with one on the reserve list; open."""
    return published(cast)


@pytest.fixture
def applicant(call: Call) -> Account:
    """苏未央, from outside."""
    return signed_up("su@example.org")


@pytest.fixture
def application(call: Call, applicant: Account) -> CallApplication:
    """苏未央's application, handed in."""
    return applied(call, applicant, "苏未央")


@pytest.fixture
def voters(cast: Cast) -> list[Account]:
    """Three who can vote."""
    return [
        open_account(
            login=key, name=cast.persons[key].name_zh, password="x", person=cast.persons[key],
            by=OPERATOR,
        )
        for key in ("T1", "T2", "T3")
    ]  # fmt: skip


@pytest.fixture
def compared(call: Call) -> list[CallApplication]:
    """Three granted applications that were compared: chosen, on the reserve list, not chosen."""
    rows = several(call, ["苏未央", "程望舒", "纪云谦"])
    results = (Result.PLACED, Result.RESERVE, Result.NOT_PLACED)
    for rank, (row, result) in enumerate(zip(rows, results, strict=True), start=1):
        Case.objects.filter(pk=row.case_id).update(state="granted", stage="", stage_kind="")
        CallApplication.objects.filter(pk=row.pk).update(result=result, rank=rank)
        row.refresh_from_db()
    over(call)
    return rows
