"""Who sees which request: the question for all and the question for one give the same answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.access import (
    acting_for,
    may_act,
    may_attach,
    may_return,
    may_view_case,
    may_withdraw,
    visible_cases,
    visible_kinds,
)
from preceptor.cases.actions import decide_stage, submit_case, withdraw_case
from preceptor.cases.listing import ALL, Narrowing, count_cases, newest_cases
from preceptor.cases.models import Case, CaseKind, CaseParty, Task
from preceptor.people.models import Account, Delegation
from small_kinds import KIND, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def everybody(
    trainee: Account, supervisor: Account, secretary: Account, neighbour: Account, office: Account,
    leader: Account, stranger: Account,
) -> dict[str, Account]:  # fmt: skip
    found = (trainee, supervisor, secretary, neighbour, office, leader, stranger)
    return {account.login: account for account in found}


def seen(user: Any) -> set[int]:
    """What the user sees, asked as in a new request."""
    return set(visible_cases(Account.objects.get(pk=user.pk)).values_list("pk", flat=True))


def test_a_draft_is_seen_by_its_asker_alone(draft: Case, everybody: dict[str, Account]) -> None:
    CaseParty.objects.create(case=draft, person=everybody["supervisor"].person, word="guide")
    assert {name for name, user in everybody.items() if seen(user)} == {"trainee"}
    withdraw_case(case=draft, by=everybody["trainee"])
    assert {name for name, user in everybody.items() if seen(user)} == {"trainee"}


def test_a_request_is_seen_by_its_unit_its_people_and_who_judges_it(
    case: Case, everybody: dict[str, Account]
) -> None:
    readers = {"trainee", "supervisor", "secretary", "office", "leader"}
    assert {name for name, user in everybody.items() if seen(user)} == readers
    decide_stage(case=case, outcome="agreed", by=everybody["supervisor"], revision=case.revision)
    assert seen(everybody["supervisor"]) == {case.pk}


def test_a_party_follows_a_request_until_the_day(
    case: Case, everybody: dict[str, Account], cast: Cast
) -> None:
    Account.objects.filter(pk=everybody["stranger"].pk).update(person=cast.persons["T3"])
    party = CaseParty.objects.create(
        case=case, person=cast.persons["T3"], word="expert", until=today()
    )
    assert seen(everybody["stranger"]) == {case.pk}
    party.until = today() - timedelta(days=1)
    party.save()
    assert seen(everybody["stranger"]) == set()


def test_who_acts_for_another_sees_what_waits_and_no_more(
    case: Case, everybody: dict[str, Account], cast: Cast
) -> None:
    row = Delegation.objects.create(
        giver=everybody["supervisor"], taker=everybody["stranger"], institution=cast.institution,
        kind="delegation", valid_from=today(), made_by="江晚晴",
    )  # fmt: skip
    taker = Account.objects.get(pk=everybody["stranger"].pk)
    assert seen(taker) == {case.pk}
    assert acting_for(taker, case) == everybody["supervisor"]
    assert may_act(taker, case)
    assert not may_withdraw(taker, case)
    row.case_kind = "defence"
    row.save()
    assert seen(taker) == set()
    row.case_kind = "leave"
    row.save()
    assert seen(taker) == {case.pk}
    decide_stage(case=case, outcome="agreed", by=everybody["supervisor"], revision=case.revision)
    assert seen(taker) == set()


def test_each_may_is_its_own_question(case: Case, everybody: dict[str, Account]) -> None:
    granted = {
        ask.__name__: {name for name, user in everybody.items() if ask(user, case)}
        for ask in (may_act, may_return, may_withdraw, may_attach)
    }
    assert granted == {
        "may_act": {"supervisor"}, "may_return": {"supervisor"}, "may_withdraw": {"trainee"},
        "may_attach": set(),
    }  # fmt: skip
    for name, user in everybody.items():
        refusals = [
            ask(user, case).reason
            for ask in (may_act, may_withdraw, may_attach)
            if not ask(user, case)
        ]
        assert all(str(reason) for reason in refusals), name
        assert not any("林知远" in str(reason) for reason in refusals)


PLACES = st.tuples(
    st.sampled_from(["general", "cancer"]), st.sampled_from(["S1", "S2", "S3"]),
    st.sampled_from(["draft", "running", "returned", "withdrawn", "granted"]),
    st.sampled_from(["trainee", "secretary", "neighbour", "stranger"]),
    st.sampled_from(["", "account", "person", "role"]), st.booleans(), st.sampled_from([None, -1, 0, 5]),
)  # fmt: skip


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(PLACES, min_size=1, max_size=5), delegated=st.booleans())
def test_the_list_and_the_single_request_agree_for_everybody(
    leave_kind: CaseKind,
    cast: Cast,
    everybody: dict[str, Account],
    rows: list[Any],
    delegated: bool,
) -> None:
    Case.objects.all().delete()
    Delegation.objects.all().delete()
    if delegated:
        Delegation.objects.create(
            giver=everybody["supervisor"], taker=everybody["stranger"], kind="delegation",
            institution=cast.institution, valid_from=date(2021, 1, 1), made_by="江晚晴",
        )  # fmt: skip
    for row in rows:
        _made(cast, leave_kind, everybody, *row)
    cases = list(Case.objects.all())
    for account in everybody.values():
        user = Account.objects.get(pk=account.pk)
        one_by_one = {case.pk for case in cases if may_view_case(user, case)}
        assert seen(user) == one_by_one
        assert len(visible_cases(user)) == len(one_by_one)
        assert_lists_give(user, one_by_one)
        assert one_by_one >= {case.pk for case in cases if case.asked_by_id == user.pk}
        assert not one_by_one & {
            case.pk for case in cases if case.submitted_at is None and case.asked_by_id != user.pk
        }
    assert {case.pk for case in cases} == set(visible_cases(OPERATOR).values_list("pk", flat=True))


def running(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.filter(state="running")


def assert_lists_give(user: Account, keys: set[int]) -> None:
    """The pages of the list are the cases that the user sees, newest first, forward and back; with a
    filter too."""
    under_way = set(Case.objects.filter(pk__in=keys, state="running").values_list("pk", flat=True))
    for narrow, expected in ((ALL, keys), (Narrowing("running", running), under_way)):
        newest = sorted(expected, reverse=True)
        page = newest_cases(user, {}, QuerySet.all, narrow)
        assert [row.pk for row in page.rows] == newest
        assert count_cases(user, narrow) == len(newest)
        for place, key in enumerate(newest):
            after = newest_cases(user, {"after": str(key)}, QuerySet.all, narrow)
            assert [row.pk for row in after.rows] == newest[place + 1 :]
            before = newest_cases(user, {"before": str(key)}, QuerySet.all, narrow)
            assert [row.pk for row in before.rows] == newest[:place]


def test_who_may_see_nothing_lists_nothing(case: Case, stranger: Account) -> None:
    for user in (AnonymousUser(), Account.objects.get(pk=stranger.pk)):
        assert newest_cases(user, {}, QuerySet.all).rows == []
        assert count_cases(user) == 0
    assert count_cases(OPERATOR) == 1


def test_own_cases_are_found_by_indexes_alone(case: Case, supervisor: Account) -> None:
    with CaptureQueriesContext(connection) as made:
        assert count_cases(Account.objects.get(pk=supervisor.pk)) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + made[-1]["sql"])
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
        assert "MERGE (UNION)" in plan and "TEMP B-TREE" not in plan, plan
        for index in ("task_case_of_account", "task_case_of_person", "case_party_of_person"):
            assert f"COVERING INDEX {index}" in plan, plan


def _made(
    cast: Cast, kind: CaseKind, everybody: dict[str, Account], place: str, key: str, state: str,
    asker: str, holder: str, is_done: bool, until: int | None,
) -> None:  # fmt: skip
    case = Case.objects.create(
        institution=cast.institution, unit=getattr(cast, place), kind=kind, person=cast.persons[key],
        asked_by=everybody[asker], title_zh="请求", title_en="request", state=state,
        stage="opinion" if state in ("running", "returned") else "",
        submitted_at=None if state == "draft" else "2026-01-05T08:00:00Z",
    )  # fmt: skip
    if until is not None:
        CaseParty.objects.create(
            case=case,
            person=cast.persons["T2"],
            word="expert",
            until=today() + timedelta(days=until),
        )
    if not holder or state == "draft":
        return
    whose: dict[str, Any] = {
        "account": {"account": everybody["neighbour"]}, "person": {"person": cast.persons["T1"]},
        "role": {"role": "secretary", "unit": cast.cancer},
    }[holder]  # fmt: skip
    Task.objects.create(
        case=case, stage="opinion", holder=holder, institution=cast.institution,
        since="2026-01-05T08:00:00Z", done_at="2026-01-06T08:00:00Z" if is_done else None, **whose,
    )  # fmt: skip


def test_the_number_of_queries_does_not_grow_with_the_requests(
    case: Case, cast: Cast, trainee: Account, django_assert_num_queries: Any
) -> None:
    for count in (1, 3):
        while Case.objects.count() < count:
            submit_case(case=prepared(cast, trainee), by=trainee)
        user = Account.objects.get(pk=trainee.pk)
        with django_assert_num_queries(2):
            assert len(visible_cases(user)) == count


def test_drafts_of_kinds_are_seen_by_who_reads_the_institution_only(
    leave_kind: CaseKind, cast: Cast, everybody: dict[str, Account]
) -> None:
    draft = in_force(cast.institution, KIND.replace('"leave"', '"secret-plan"'))
    CaseKind.objects.filter(pk=draft.pk).update(state="draft")
    by_user = {name: set(visible_kinds(user)) for name, user in everybody.items()}
    assert by_user["stranger"] == set()
    assert by_user["trainee"] == by_user["supervisor"] == by_user["secretary"] == {leave_kind}
    assert by_user["office"] == by_user["leader"] == {leave_kind, draft}
    assert not CaseKind.objects.filter(Q(pk=draft.pk), state="in_force").exists()
