"""Blind review in two manners, the inspection of theses, and what trainees are paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from judged_packs import judge
from preceptor.policy import Verdict
from preceptor.standing.packs import find

ON = date(2024, 6, 1)
Record = dict[str, Any]


def opinions(*first: str | None, again: tuple[str | None, ...] = ()) -> Record:
    rows = [{"opinion": opinion, "is_re_review": False} for opinion in first]
    rows += [{"opinion": opinion, "is_re_review": True} for opinion in again]
    return {"event_on": ON, "reviews": rows}


MAJOR = "major_revision"
SHANDONG: list[tuple[str, Record, str | None]] = [
    ("all agree", opinions("agree", "agree", "agree"), None),
    ("minor revisions", opinions("minor_revision", "minor_revision"), None),
    ("one major: the same reviewer must see it again", opinions("agree", MAJOR),
     "review.second_look"),
    ("one major, then content", opinions("agree", MAJOR, again=("minor_revision",)), None),
    ("one major, still major", opinions("agree", MAJOR, again=(MAJOR,)), "review.still_major"),
    ("two major: void at once", opinions("agree", MAJOR, MAJOR), "review.opinions"),
    ("three major", opinions(MAJOR, MAJOR, MAJOR), "review.opinions"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "fails"), [c[1:] for c in SHANDONG], ids=[c[0] for c in SHANDONG]
)
def test_shandong_asks_the_same_reviewer_again_after_one_major_revision(
    record: Record, fails: str | None
) -> None:
    found = judge(find("shandong-university/blind-review"), "thesis", record, ON)
    assert [rule for rule, verdict in found.items() if verdict is Verdict.FAIL] == (
        [fails] if fails else []
    )


def test_an_opinion_not_recorded_keeps_the_answer_open() -> None:
    pack = find("shandong-university/blind-review")
    found = judge(pack, "thesis", opinions("agree", MAJOR, None), ON)
    assert found["review.opinions"] is Verdict.PENDING


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ((90, 80, 70), "pass"), ((85, 85, 60), "pass"), ((85, 85, 59), "fail"),
        ((85, 69, 60), "fail"), ((85, 70, 69), "pass"), ((85, 85, None), "pending"),
        ((59, 85, None), "fail"),
    ],
)  # fmt: skip
def test_scores_below_sixty_or_two_below_seventy_make_a_thesis_disputed(
    scores: tuple[int | None, ...], verdict: str
) -> None:
    record = {"event_on": ON, "reviews": [{"score": score} for score in scores]}
    found = judge(find("cn/blind-review-scores"), "thesis", record, ON)
    assert found["review.undisputed"].value == verdict


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        ("ppp", "", "pass"), ("ppf", "pp", "pass"), ("ppf", "pf", "fail"), ("pff", "", "fail"),
        ("fff", "", "fail"), ("pp?", "", "pass"), ("pf?", "", "pending"),
    ],
)  # fmt: skip
def test_two_of_three_experts_or_one_of_two_more_make_a_problem_thesis(
    first: str, second: str, problem: str
) -> None:
    outcome = {"p": "pass", "f": "fail", "?": None}
    rows = [{"round": "first", "outcome": outcome[letter]} for letter in first]
    rows += [{"round": "second", "outcome": outcome[letter]} for letter in second]
    found = judge(find("cn/thesis-sampling"), "sampling", {"opinions": rows, "event_on": ON}, ON)
    assert found["sampling.problem"].value == problem


YEAR = date(2024, 12, 31)


def paid(*payments: tuple[str, int, int], **columns: Any) -> Record:
    rows = [
        {"kind": kind, "amount": amount} for kind, amount, times in payments for _ in range(times)
    ]
    return {
        "event_on": YEAR, "degree_level": "doctor", "degree_type": "professional",
        "months_enrolled": 12, "assistant_months": 0, "has_scholarship": False,
        "payments": rows, **columns,
    }  # fmt: skip


STIPENDS: list[tuple[str, Record, str | None]] = [
    ("the year of a doctor: 15000 and 8000 and an assistantship",
     paid(("national_grant", 1500, 10), ("academic_scholarship", 8000, 1),
          ("assistantship", 500, 12), assistant_months=12, has_scholarship=True), None),
    ("nine months of grant", paid(("national_grant", 1500, 9)), "stipend.grant.year"),
    ("four months for one who came in September",
     paid(("national_grant", 1500, 4), months_enrolled=4), None),
    ("ten months for one who came in September",
     paid(("national_grant", 1500, 10), months_enrolled=4), "stipend.grant.part"),
    ("an assistantship of 499", paid(("national_grant", 1500, 10), ("assistantship", 499, 1),
                                     assistant_months=1), "stipend.assistantship"),
    ("no scholarship paid", paid(("national_grant", 1500, 10), has_scholarship=True),
     "stipend.scholarship.professional"),
    ("a master's trainee", paid(("national_grant", 600, 10), ("academic_scholarship", 4000, 1),
                                degree_level="master", has_scholarship=True), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "fails"), [c[1:] for c in STIPENDS], ids=[c[0] for c in STIPENDS]
)
def test_what_was_paid_is_held_against_what_was_due(record: Record, fails: str | None) -> None:
    found = judge(find("cn/stipends"), "stipend", record, YEAR)
    assert [rule for rule, verdict in found.items() if verdict is Verdict.FAIL] == (
        [fails] if fails else []
    )


def test_a_full_year_is_judged_alike_by_the_clinical_rules_and_by_the_stipend_rules() -> None:
    """The amounts stand in both packs; they must not come to differ."""
    clinical, stipends = find("yunting/clinical-doctorate"), find("cn/stipends")
    for months, verdict in ((9, "fail"), (10, "pass"), (11, "fail")):
        record = paid(("national_grant", 1500, months))
        assert judge(clinical, "stipend", record, YEAR)["stipend.grant"].value == verdict
        assert judge(stipends, "stipend", record, YEAR)["stipend.grant.year"].value == verdict
