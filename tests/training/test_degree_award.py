"""From the request to the degree: sub-committee, committee, public notice; and how a refusal is heard."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from committees import SINCE, Committee, convene, degree_committee, meeting, vote
from panel_cast import PDF, adopt, agreed
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import (
    attach_document,
    close_sitting,
    decide_hearing,
    end_notices,
    give_seat,
    recuse,
    set_up_body,
    state_facts,
    state_own_view,
    submit_case,
    take_up_cases,
)
from preceptor.cases.bodies import waiting_cases
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case, CaseStep, Item, Notice
from preceptor.people.models import Account
from preceptor.standing.actions import put_in_force
from preceptor.training.actions import ask_state
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import StateSpan

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture
def committee(cast: Cast) -> Committee:
    """Nine members; procedures and the Degrees Law in force; 林知远 has graduated."""
    adopt(cast)
    law = "cn/degrees-law"
    put_in_force(institution=cast.institution, pack=law, valid_from=date(2025, 1, 1), by=OPERATOR)
    cast.lin.state = EnrolmentState.GRADUATED
    cast.lin.save(update_fields=["state"])
    return degree_committee(cast, 9)


def below(cast: Cast, committee: Committee, size: int = 5, code: str = "SUB") -> Committee:
    """The sub-committee of the General Hospital, of the last members of the committee."""
    body = set_up_body(
        institution=cast.institution, unit=cast.general if code == "SUB" else cast.cancer,
        code=code, kind="degree_sub", name_zh=f"分委员会{code}", name_en=f"Sub-committee {code}",
        opened_on=SINCE, upper=committee.body, by=OPERATOR,
    )  # fmt: skip
    made = Committee(body, committee.members[-size:], committee.accounts[-size:])
    for place, person in enumerate(made.members):
        role = "member" if place else "chair"
        give_seat(body=body, person=person, role=role, valid_from=SINCE, by=OPERATOR)
    return made


@pytest.fixture
def accepted(cast: Cast, committee: Committee, trainee: Account, office: Account) -> Case:
    """The request of 林知远, taken up by the office."""
    case = ask_state(enrolment=cast.lin, to=EnrolmentState.AWARDED, by=trainee)
    attach_document(
        case=case, name="application", content=io.BytesIO(PDF), file_name="申请书.pdf", by=trainee
    )
    return agreed(submit_case(case=case, by=trainee), office)


def decided(body: Committee, case: Case, in_favour: int, office: Account) -> Item:
    """A meeting at which all are there and so many vote in favour, the others against."""
    sitting = meeting(body)
    [item] = take_up_cases(sitting=sitting, cases=[case], by=office)
    assert not waiting_cases(body.body).exists()
    convene(sitting, len(body.members))
    against = len(body.members) - in_favour
    found = vote(body, item, ["for"] * in_favour + ["against"] * against)
    close_sitting(sitting=sitting, record="", by=OPERATOR)
    case.refresh_from_db()
    return found


def test_two_bodies_and_a_notice_without_objection_award_the_degree(
    cast: Cast, committee: Committee, accepted: Case, office: Account
) -> None:
    sub = below(cast, committee)
    assert list(waiting_cases(sub.body)) == [accepted]
    decided(sub, accepted, 3, office)
    assert accepted.stage == "committee"
    assert list(waiting_cases(committee.body)) == [accepted]
    decided(committee, accepted, 5, office)
    notice = Notice.objects.get(case=accepted)
    assert end_notices(on=notice.last_on, by=OPERATOR) == 0
    assert end_notices(on=notice.last_on + A_DAY, by=OPERATOR) == 1
    accepted.refresh_from_db()
    cast.lin.refresh_from_db()
    assert accepted.state == CaseState.GRANTED
    assert (cast.lin.state, cast.lin.awarded_on) == (EnrolmentState.AWARDED, today())
    assert StateSpan.objects.known().get(enrolment=cast.lin, state="awarded").reason
    last = CaseStep.objects.filter(case=accepted).order_by("-revision")[0]
    assert {one["rule"] for one in last.gate["findings"]} >= {
        "law.committee.quorum", "law.committee.vote",
    }  # fmt: skip
    entry = JournalEntry.objects.filter(verb="enrolment.state").latest("pk")
    assert entry.subject_key == str(cast.lin.pk)


def test_a_case_waits_for_the_sub_committee_of_its_own_unit_alone(
    cast: Cast, committee: Committee, accepted: Case, office: Account
) -> None:
    other = below(cast, committee, code="SUB-2")
    assert not waiting_cases(other.body).exists()
    assert not waiting_cases(committee.body).exists()
    with pytest.raises(RuleBroken):
        take_up_cases(sitting=meeting(other), cases=[accepted], by=office)
    sub = below(cast, committee)
    sitting = meeting(sub)
    [item] = take_up_cases(sitting=sitting, cases=[accepted], by=office)
    with pytest.raises(RuleBroken):
        take_up_cases(sitting=sitting, cases=[accepted], by=office)
    assert item.case == accepted
    assert Item.objects.count() == 1


def told(case: Case, by: Account) -> None:
    """The office writes why the vote was not carried."""
    case.refresh_from_db()
    state_facts(
        case=case, facts="两项主要终点未达成，依据学位授予细则。", by=by, revision=case.revision
    )


def test_a_refusal_is_heard_before_it_is_made_and_leaves_the_trainee_as_before(
    cast: Cast, committee: Committee, accepted: Case, trainee: Account, office: Account
) -> None:
    decided(below(cast, committee), accepted, 2, office)
    assert (accepted.stage, accepted.state) == ("hearing", CaseState.RUNNING)
    with pytest.raises(RuleBroken):
        decide_hearing(case=accepted, outcome="confirmed", by=office, revision=accepted.revision)
    told(accepted, office)
    state_own_view(case=accepted, statement="补充了随访数据", by=trainee)
    accepted.refresh_from_db()
    decide_hearing(
        case=accepted, outcome="confirmed", record="陈述未改变事实认定", by=office,
        revision=accepted.revision,
    )  # fmt: skip
    accepted.refresh_from_db()
    cast.lin.refresh_from_db()
    assert accepted.state == CaseState.REFUSED
    assert (cast.lin.state, cast.lin.awarded_on) == (EnrolmentState.GRADUATED, None)


def test_a_hearing_that_changes_the_view_leads_to_the_committee(
    cast: Cast, committee: Committee, accepted: Case, trainee: Account, office: Account
) -> None:
    decided(below(cast, committee), accepted, 3, office)
    decided(committee, accepted, 4, office)
    assert accepted.stage == "hearing"
    told(accepted, office)
    state_own_view(case=accepted, statement="附上更正后的统计", by=trainee)
    accepted.refresh_from_db()
    decide_hearing(
        case=accepted, outcome="changed", record="采纳", by=office, revision=accepted.revision
    )
    accepted.refresh_from_db()
    assert list(waiting_cases(committee.body)) == [accepted]
    decided(committee, accepted, 5, office)
    assert accepted.stage == "notice"


@pytest.mark.parametrize(("in_favour", "stage"), [(4, "hearing"), (5, "notice")])
def test_a_recused_member_stays_one_of_all_members(
    cast: Cast, committee: Committee, accepted: Case, office: Account, in_favour: int, stage: str
) -> None:
    decided(below(cast, committee), accepted, 3, office)
    sitting = meeting(committee)
    [item] = take_up_cases(sitting=sitting, cases=[accepted], by=office)
    convene(sitting, 8)
    recuse(item=item, seat=sitting.seats.order_by("pk")[7], reason="导师", by=office)
    found = vote(committee, item, ["for"] * in_favour + ["against"] * (7 - in_favour))
    accepted.refresh_from_db()
    assert (found.members, found.present, accepted.stage) == (9, 7, stage)
