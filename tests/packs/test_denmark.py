"""Denmark's committees: rules of another country, in the same language and over the same records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from judged_packs import judge
from preceptor.standing.packs import find

DEFENCE = date(2024, 6, 1)
Record = dict[str, Any]


def member(**columns: Any) -> Record:
    return {
        "role": "member", "is_outside_institution": True, "is_from_abroad": False,
        "is_supervisor": False, "is_coauthor": False, "has_joint_paper": False, **columns,
    }  # fmt: skip


INSIDE = member(role="chair", is_outside_institution=False)
ABROAD = member(is_from_abroad=True)
SUPERVISOR = member(role="adviser", is_outside_institution=False, is_supervisor=True,
                    is_coauthor=True, has_joint_paper=True, joint_paper_years=0)  # fmt: skip
RIGHT = [INSIDE, member(), ABROAD]


def committee(members: list[Record], **columns: Any) -> Record:
    return {
        "stage": "defence", "event_on": DEFENCE, "recommended_on": date(2024, 5, 11),
        "has_sat": True, "votes_for": 2, "votes_cast": 3, "members": members, **columns,
    }  # fmt: skip


CASES: list[tuple[str, Record, set[str]]] = [
    ("three of whom two from outside and one from abroad", committee(RIGHT), set()),
    ("the supervisor assists without a vote", committee([*RIGHT, SUPERVISOR]), set()),
    ("the supervisor is a member", committee([{**SUPERVISOR, "role": "chair"}, member(), ABROAD]),
     {"committee.supervisors", "committee.coauthors"}),
    ("five members", committee([*RIGHT, member(), member()]),
     {"committee.size", "committee.majority"}),
    ("one from outside", committee([INSIDE, {**INSIDE, "role": "member"}, ABROAD]),
     {"committee.external"}),
    ("nobody from abroad", committee([INSIDE, member(), member()]), {"committee.abroad"}),
    ("a co-author of the candidate", committee([INSIDE, member(is_coauthor=True), ABROAD]),
     {"committee.coauthors"}),
    ("a joint paper of four years ago",
     committee([INSIDE, member(has_joint_paper=True, joint_paper_years=4), ABROAD]),
     {"committee.joint_papers"}),
    ("a joint paper of five years ago",
     committee([INSIDE, member(has_joint_paper=True, joint_paper_years=5), ABROAD]), set()),
    ("a joint paper of the member from inside",
     committee([{**INSIDE, "has_joint_paper": True, "joint_paper_years": 1}, member(), ABROAD]),
     set()),
    ("one vote of three", committee(RIGHT, votes_for=1), {"committee.majority"}),
    ("a recommendation of 20 days before", committee(RIGHT, recommended_on=date(2024, 5, 12)),
     {"committee.recommendation"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "fails"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_committee_is_judged_by_the_rules_of_denmark(record: Record, fails: set[str]) -> None:
    found = judge(find("dk/doctoral-panels"), "panel", record, DEFENCE)
    assert {rule for rule, verdict in found.items() if verdict.value == "fail"} == fails
    assert "pending" not in {verdict.value for verdict in found.values()}


def test_a_member_of_whom_it_is_not_known_whether_he_wrote_with_the_candidate_never_passes() -> (
    None
):
    record = committee([INSIDE, member(is_coauthor=None), ABROAD])
    found = judge(find("dk/doctoral-panels"), "panel", record, DEFENCE)
    assert found["committee.coauthors"].value == "pending"
