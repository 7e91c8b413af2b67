"""What the Degrees Law asks of a degree evaluation committee, judged over its real sittings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committees import convene, degree_committee, listed, meeting, vote
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions.attendance import leave, recuse
from preceptor.cases.actions.ballot import open_vote
from preceptor.cases.actions.body import end_seat
from preceptor.cases.actions.sitting import cancel_sitting
from preceptor.cases.models import Body, BodySeat, Item, SittingSeat
from preceptor.cases.seating import attendance
from preceptor.people.models import Title
from preceptor.policy import Verdict
from preceptor.standing.actions import evaluate_all, put_in_force
from preceptor.standing.committee import committee_records
from preceptor.standing.models import Finding
from preceptor.standing.packs import find
from preceptor.standing.population import subjects_on, with_relations
from preceptor.standing.preview.compare import compare
from preceptor.standing.queries import counts
from preceptor.standing.verdicts import judge, judge_all, unit_of

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

LAW = "cn/degrees-law"
SIZE, TITLES, CHAIR, QUORUM, VOTE = (
    f"law.committee.{name}" for name in ("size", "titles", "chair", "quorum", "vote")
)


def said(item: Item, on: date | None = None) -> dict[str, str]:
    """The verdict of each rule of the law on the item."""
    judged = judge(find(LAW), "committee", [item], on or today())
    rules = [rule.id for rule in judged.pack.rules_of("committee")]
    return {rule: judged.result.verdict(rule, 0).value for rule in rules}


def decided(cast: Cast, size: int, present: int, in_favour: int) -> dict[str, str]:
    made = degree_committee(cast, size)
    sitting = meeting(made)
    convene(sitting, present)
    ballots = ["for"] * in_favour + ["against"] * (present - in_favour)
    return said(vote(made, listed(made, sitting), ballots))


def test_a_committee_of_nine_that_votes_as_the_law_demands_passes_every_rule(cast: Cast) -> None:
    assert set(decided(cast, 9, 6, 5).values()) == {"pass"}


@pytest.mark.parametrize(
    ("size", "verdict"), [(7, "fail"), (9, "pass"), (10, "fail"), (11, "pass")]
)
def test_a_committee_is_odd_and_has_nine_members_at_least(
    cast: Cast, size: int, verdict: str
) -> None:
    made = degree_committee(cast, size, with_accounts=False)
    assert said(listed(made, meeting(made)))[SIZE] == verdict


@pytest.mark.parametrize(("in_favour", "verdict"), [(5, "fail"), (6, "pass")])
def test_more_than_half_of_all_is_asked_for_and_not_of_those_present(
    cast: Cast, in_favour: int, verdict: str
) -> None:
    found = decided(cast, 11, 8, in_favour)
    assert (found[VOTE], found[QUORUM]) == (verdict, "pass")


def test_with_eight_of_thirteen_present_no_vote_is_opened_and_with_nine_it_is(cast: Cast) -> None:
    made = degree_committee(cast, 13, with_accounts=False)
    sitting = meeting(made)
    convene(sitting, 8)
    item = listed(made, sitting)
    with pytest.raises(RuleBroken):
        open_vote(item=item, by=OPERATOR)
    assert said(with_sitting(item))[QUORUM] == "fail"
    ninth = sitting.seats.filter(is_present=False).order_by("pk")[0]
    SittingSeat.objects.filter(pk=ninth.pk).update(is_present=True)
    assert open_vote(item=item, by=OPERATOR).state == "open"
    assert said(with_sitting(item))[QUORUM] == "pass"


def with_sitting(item: Item) -> Item:
    return Item.objects.select_related("sitting__body").get(pk=item.pk)


def test_a_member_who_left_before_the_vote_is_not_present(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    convene(sitting, 6)
    item = listed(made, sitting)
    leave(seat=sitting.seats.order_by("pk")[5], by=OPERATOR)
    record = committee_records([with_sitting(item)], today())[0]
    assert [one["is_present"] for one in record["members"]] == [True] * 5 + [False] * 4
    assert said(with_sitting(item))[QUORUM] == "fail"


@pytest.mark.parametrize(("came", "verdict"), [(6, "fail"), (7, "pass")])
def test_a_recused_member_is_one_of_all_and_not_one_of_those_present(
    cast: Cast, came: int, verdict: str
) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    convene(sitting, came)
    item = listed(made, sitting)
    recuse(item=item, seat=sitting.seats.order_by("pk")[came - 1], reason="导师", by=OPERATOR)
    record = committee_records([with_sitting(item)], today())[0]
    there = attendance(with_sitting(item))
    assert (there.members, there.present) == (len(record["members"]), came - 1)
    assert sum(one["is_present"] is True for one in record["members"]) == there.present
    assert said(with_sitting(item))[QUORUM] == verdict
    if verdict == "fail":
        with pytest.raises(RuleBroken):
            open_vote(item=item, by=OPERATOR)
    else:
        assert open_vote(item=item, by=OPERATOR).members == 9


def test_in_a_sub_committee_too_a_recused_member_counts_and_in_other_bodies_none_does(
    cast: Cast,
) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    convene(sitting, 9)
    item = listed(made, sitting)
    recuse(item=item, seat=sitting.seats.order_by("pk")[8], reason="导师", by=OPERATOR)
    for kind, members in (("degree_sub", 9), ("degree", 9), ("academic", 8)):
        Body.objects.filter(pk=made.body.pk).update(kind=kind)
        there = attendance(with_sitting(item))
        assert (there.members, there.present) == (members, 8)


def test_what_nobody_recorded_stays_unknown_and_never_passes(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    Title.objects.filter(person=made.members[3]).delete()
    sitting = meeting(made)
    convene(sitting, 9)
    SittingSeat.objects.filter(sitting=sitting).update(is_present=None)
    found = said(with_sitting(listed(made, sitting)))
    assert (found[TITLES], found[QUORUM], found[VOTE]) == ("pending", "pending", "pending")


def test_before_the_sitting_neither_quorum_nor_votes_are_asked_for(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    item = with_sitting(listed(made, meeting(made, today() + timedelta(days=7))))
    assert said(item) == {
        SIZE: "pass", TITLES: "pass", CHAIR: "pass", QUORUM: "not_applicable",
        VOTE: "not_applicable",
    }  # fmt: skip
    later = committee_records([item], today() + timedelta(days=30))[0]
    assert later["has_met"] is None


def test_members_are_those_of_the_day_of_the_sitting(cast: Cast) -> None:
    made = degree_committee(cast, 11, with_accounts=False)
    item = with_sitting(listed(made, meeting(made, today() + timedelta(days=30))))
    for seat in BodySeat.objects.known().filter(body=made.body).order_by("-pk")[:2]:
        end_seat(seat=seat, last_on=today(), reason="退休", by=OPERATOR)
    assert len(committee_records([item], today())[0]["members"]) == 9


def test_the_head_is_to_have_the_chair(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    BodySeat.objects.filter(body=made.body).update(is_head=False)
    assert said(with_sitting(listed(made, meeting(made))))[CHAIR] == "fail"


def test_a_thousand_items_cost_as_many_queries_as_one(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    rows = [with_sitting(listed(made, meeting(made), title=f"事项{place}")) for place in range(3)]

    def asked(some: list[Item]) -> int:
        with CaptureQueriesContext(connection) as queries:
            committee_records(some, today())
        return len(queries)

    assert asked(rows[:1]) == asked(rows) == 4


def test_items_that_are_only_discussed_and_cancelled_sittings_are_not_judged(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting, other = meeting(made), meeting(made, today() + timedelta(days=9))
    kept, dropped = listed(made, sitting), listed(made, other)
    Item.objects.create(sitting=sitting, place=9, title_zh="通报")
    cancel_sitting(sitting=other, reason="改期", by=OPERATOR)
    found = list(subjects_on(cast.institution, "committee", today()))
    assert found == [kept]
    assert dropped not in found


def test_counts_nightly_runs_and_previews_go_on_where_a_committee_is_judged(cast: Cast) -> None:
    made = degree_committee(cast, 9)
    sitting = meeting(made)
    convene(sitting, 7)
    item = vote(made, listed(made, sitting), ["for"] * 4 + ["against"] * 3)
    put_in_force(institution=cast.institution, pack=LAW, valid_from=date(2025, 1, 1), by=OPERATOR)
    law = find(LAW)
    found = {row.rule: row.counts for row in counts(cast.institution, today(), packs=[law])}
    assert (found[VOTE]["fail"], found[QUORUM]["pass"]) == (1, 1)
    assert unit_of("committee", item) == cast.institution.pk
    rows = with_relations(subjects_on(cast.institution, "committee", today()), "committee")
    [judged] = judge_all(lambda _unit: [law], "committee", list(rows), today())
    assert judged.result.verdict(VOTE, 0) is Verdict.FAIL
    assert evaluate_all(institution=cast.institution, on=today(), by=OPERATOR) > 0
    assert not Finding.objects.filter(subject="committee").exists()
    assert {flip.subject for flip in compare(cast.institution, [law], [], today())} <= {
        "enrolment", "thesis", "panel",
    }  # fmt: skip


def test_bulk_evaluation_reads_the_decisions_of_a_committee(cast: Cast) -> None:
    from preceptor.standing.bulk.database import Snapshot

    made = degree_committee(cast, 9, with_accounts=False)
    listed(made, meeting(made))
    with Snapshot(cast.institution, today()) as snapshot:
        source = snapshot.source(find(LAW), "committee")
        [batch] = list(source.chunks)
    assert (source.count, len(batch)) == (1, 1)
