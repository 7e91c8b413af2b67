"""What the rules say of recorded postdocs: withdrawal under four lists, the clock, exit, extension."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from new_fellows import ENTRY, TERM_END, Fellows, entering, tripartite
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.base.together import answer
from preceptor.cases.actions import adopt_kinds
from preceptor.cases.models import Case
from preceptor.fellows.actions import ask_step, enter_postdoc
from preceptor.fellows.clock import days_in_stations
from preceptor.fellows.models import (
    Contract,
    Ground,
    Leave,
    PlanGoal,
    Postdoc,
    PostdocAssessment,
    Stay,
    TrackMonths,
)
from preceptor.policy import Explanation, Verdict
from preceptor.standing.actions import put_in_force
from preceptor.standing.clocks import clocks_asked
from preceptor.standing.gates import gate_answer
from preceptor.standing.models import Finding
from preceptor.standing.packs import find
from preceptor.standing.population import subjects_on, with_relations
from preceptor.standing.postdocs import postdoc_records
from preceptor.standing.queries import counts
from preceptor.standing.subjects import explain_read, explain_record, explain_rows, judgements
from preceptor.standing.verdicts import judge, judge_all

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
MANAGEMENT = "cn/postdoctoral-management"
#: Each maker's list, and the grounds that it sees in the one postdoc of the test.
LISTS = {
    "cn/postdoctoral-withdrawal": {"assessment", "absence", "sanction"},
    "zhejiang-university/postdoctoral-withdrawal": {"assessment", "degree"},
    "zhengzhou-university/postdoctoral-withdrawal": {"degree"},
    "soochow-university/postdoctoral-withdrawal": {"absence", "sanction"},
}
DAY = date(2024, 6, 1)


def loaded(postdoc: Postdoc) -> Postdoc:
    found: Postdoc = with_relations(Postdoc.objects.filter(pk=postdoc.pk), "postdoc").get()
    return found


def record(postdoc: Postdoc, on: date = DAY) -> dict[str, Any]:
    return postdoc_records([loaded(postdoc)], on)[0]


def verdicts(pack: str, postdoc: Postdoc, on: date = DAY) -> dict[str, str]:
    judged = judge(find(pack), "postdoc", [loaded(postdoc)], on)
    rules = judged.pack.rules_of("postdoc")
    return {rule.id: judged.result.verdict(rule.id, 0).value for rule in rules}


def change(postdoc: Postdoc, **columns: Any) -> Postdoc:
    Postdoc.objects.filter(pk=postdoc.pk).update(**columns)
    return loaded(postdoc)


def found(postdoc: Postdoc, kind: str, on: date, days: int | None = None, **more: Any) -> Ground:
    return Ground.objects.create(
        postdoc=postdoc,
        kind=kind,
        found_on=on,
        first_on=more.pop("first_on", on),
        days=days,
        **more,
    )


def held(postdoc: Postdoc, kind: str, on: date, grade: str | None, attempt: int = 1) -> None:
    PostdocAssessment.objects.create(
        postdoc=postdoc, kind=kind, held_on=on, year=on.year, grade=grade, attempt=attempt
    )


def troubled(fellows: Fellows) -> Postdoc:
    """许望舒: no doctorate by 2024-06-01, the mid-term failed once, absent for 16 days, warned."""
    found(fellows.xu, "no_doctorate", date(2024, 3, 15))
    held(fellows.xu, "midterm", date(2024, 4, 10), "unqualified")
    found(fellows.xu, "absence", date(2024, 5, 20), 16, first_on=date(2024, 5, 2))
    found(fellows.xu, "disciplinary", date(2024, 5, 25))
    return fellows.xu


@pytest.mark.parametrize("pack", LISTS)
def test_one_recorded_postdoc_has_the_grounds_of_each_maker_s_list(
    fellows: Fellows, pack: str
) -> None:
    said = verdicts(pack, troubled(fellows))
    fails = {rule.removeprefix("withdrawal.") for rule, one in said.items() if one == "fail"}
    assert fails == LISTS[pack]
    assert "pending" not in said.values()


def test_each_list_explains_its_answer_with_its_own_numbers_and_source(fellows: Fellows) -> None:
    postdoc = troubled(fellows)
    texts = {}
    for pack in LISTS:
        put_in_force(
            institution=fellows.institution, pack=pack, valid_from=date(2020, 1, 1), by=OPERATOR
        )
        row = fellows.institution
        said = explain_record("postdoc", postdoc, DAY, "zh")
        own = [one for one in said if one.pack == pack]
        texts[pack] = {one.rule: one.text for one in own if one.verdict is Verdict.FAIL}
        assert row.pk and {one.citation.split("，")[0] for one in own}
    national, soochow = (texts[f"{name}/postdoctoral-withdrawal"] for name in (
        "cn", "soochow-university",
    ))  # fmt: skip
    assert "16" in national["withdrawal.absence"] and "15" in national["withdrawal.absence"]
    assert "苏州大学" in soochow["withdrawal.absence"]
    assert national["withdrawal.absence"] != soochow["withdrawal.absence"]


def test_a_ground_taken_back_or_found_later_is_none(fellows: Fellows) -> None:
    row = found(fellows.xu, "misconduct", date(2024, 5, 1))
    found(fellows.xu, "false_entry", date(2024, 6, 2))
    known = record(fellows.xu)
    assert (known["has_misconduct"], known["has_false_entry"]) == (True, False)
    Ground.objects.filter(pk=row.pk).update(taken_back_at=timezone.now())
    assert record(fellows.xu)["has_misconduct"] is False


def test_absences_of_a_year_add_up_within_365_days_and_unknown_days_stay_unknown(
    fellows: Fellows,
) -> None:
    found(fellows.xu, "absence", date(2024, 1, 30), 14, first_on=date(2024, 1, 10))
    found(fellows.xu, "absence", date(2024, 5, 30), 12, first_on=date(2024, 5, 10))
    found(fellows.xu, "absence", date(2022, 5, 30), 14, first_on=date(2022, 5, 10))
    known = record(fellows.xu)
    assert (known["absent_days_running"], known["absent_days_in_year"]) == (14, 26)
    found(fellows.xu, "absence", date(2024, 5, 31), None)
    known = record(fellows.xu)
    assert (known["absent_days_running"], known["absent_days_in_year"]) == (None, None)


@pytest.mark.parametrize(
    ("returned", "late"),
    [(date(2024, 3, 1), 0), (date(2024, 3, 31), 30), (date(2024, 4, 1), 31), (None, None)],
)
def test_who_came_back_late_is_told_by_the_leave_and_who_never_registered_a_return_is_unknown(
    fellows: Fellows, returned: date | None, late: int | None
) -> None:
    Leave.objects.create(
        postdoc=fellows.xu, kind="abroad", first_on=date(2024, 1, 1), last_on=date(2024, 2, 29),
        returned_on=returned,
    )  # fmt: skip
    assert record(fellows.xu)["abroad_days_late"] == late
    assert record(fellows.xu, date(2024, 2, 29))["abroad_days_late"] == 0


def test_failures_in_a_row_are_counted_for_each_kind_and_an_unknown_grade_ends_the_count(
    fellows: Fellows,
) -> None:
    for month, grade in enumerate(("unqualified", "unqualified", None, "unqualified", "good"), 1):
        held(fellows.xu, "midterm", date(2024, month, 1), grade, month)
    held(fellows.xu, "annual", date(2024, 1, 15), "unqualified")
    rows = record(fellows.xu)["assessments"]
    midterms = [row["fails_running"] for row in rows if row["kind"] == "midterm"]
    assert midterms == [1, 2, None, None, 0]
    assert [row["fails_running"] for row in rows if row["kind"] == "annual"] == [1]


# ------------------------------------------------------------------------------------- the clock


def stayed(fellows: Fellows, *spans: tuple[date, date | None]) -> Postdoc:
    """许望舒 with these stays only, in turn at both stations."""
    Stay.objects.filter(postdoc=fellows.xu).delete()
    for place, (first, until) in enumerate(spans):
        Stay.objects.create(
            postdoc=fellows.xu, institution=fellows.institution,
            station=fellows.other_station if place % 2 else fellows.station, track="clinical",
            intake="own", begins_on=first, ends_on=until, comes_by="entry",
            goes_by="" if until is None else "transfer",
        )  # fmt: skip
    return change(fellows.xu, entered_on=spans[0][0])


@pytest.mark.parametrize(
    ("on", "verdict"), [(date(2024, 3, 1), "pass"), (date(2024, 3, 2), "fail")]
)
def test_six_years_end_on_their_day_across_leap_years_and_a_transfer(
    fellows: Fellows, on: date, verdict: str
) -> None:
    half = date(2021, 2, 28)
    postdoc = stayed(fellows, (date(2018, 3, 1), half), (half, None))
    assert verdicts(MANAGEMENT, postdoc, on)["postdoc.clock"] == verdict
    said = verdicts("zhejiang-university/postdoctoral-withdrawal", postdoc, on)
    assert said["withdrawal.years"] == verdict


@pytest.mark.parametrize(
    ("kind", "verdict"), [("maternity", "pass"), ("illness", "fail"), ("abroad", "fail")]
)
def test_only_leaves_of_the_kinds_that_the_pack_names_stop_the_clock(
    fellows: Fellows, kind: str, verdict: str
) -> None:
    postdoc = stayed(fellows, (date(2018, 3, 1), None))
    Leave.objects.create(
        postdoc=postdoc, kind=kind, first_on=date(2020, 2, 1), last_on=date(2020, 5, 8),
        returned_on=date(2020, 5, 9),
    )  # fmt: skip
    last = date(2024, 3, 1) + timedelta(days=98)
    assert verdicts(MANAGEMENT, postdoc, last)["postdoc.clock"] == verdict
    assert verdicts(MANAGEMENT, postdoc, last + timedelta(days=1))["postdoc.clock"] == "fail"


def test_the_leaves_that_stop_the_clock_are_told_by_their_names(fellows: Fellows) -> None:
    put_in_force(
        institution=fellows.institution, pack=MANAGEMENT, valid_from=date(2016, 1, 1), by=OPERATOR
    )
    for language, name in (("zh", "产假"), ("en", "maternity leave")):
        said = explain_record("postdoc", fellows.xu, today(), language)
        used = {use.name: use.value for one in said for use in one.parameters}
        assert used["stopping_leaves"] == name


def test_the_clock_of_the_rules_is_that_of_the_room_of_fellows(fellows: Fellows) -> None:
    postdoc = stayed(
        fellows, (date(2016, 2, 29), date(2019, 6, 1)), (date(2019, 1, 1), date(2020, 1, 1)),
        (date(2021, 5, 5), None),
    )  # fmt: skip
    for kind, first, last, returned in (
        ("maternity", date(2018, 1, 1), date(2018, 6, 30), date(2018, 6, 1)),
        ("maternity", date(2019, 12, 1), date(2020, 2, 1), None),
        ("maternity", date(2022, 1, 1), date(2022, 3, 1), date(2022, 4, 1)),
    ):
        Leave.objects.create(
            postdoc=postdoc, kind=kind, first_on=first, last_on=last, returned_on=returned
        )
    for on in (date(2016, 2, 29), date(2018, 3, 1), date(2019, 12, 31), date(2020, 6, 1), DAY):
        clock = answer(clocks_asked([(postdoc.person_id, on)]))[postdoc.person_id, on]
        stopped = sum(leave.days for leave in clock.leaves)
        ours = clock.days - stopped
        assert ours == days_in_stations(postdoc.person, on, ["maternity"])  # type: ignore[list-item]


def test_a_day_of_two_leaves_stops_the_clock_once(fellows: Fellows) -> None:
    postdoc = stayed(fellows, (date(2020, 1, 1), None))
    for kind, first in (("illness", date(2021, 1, 1)), ("maternity", date(2021, 1, 11))):
        Leave.objects.create(postdoc=postdoc, kind=kind, first_on=first, last_on=date(2021, 1, 20))
    rows = record(postdoc)["leaves"]
    assert [(row["leave"], row["days"]) for row in rows] == [("illness", 20)]


def test_a_postdoc_without_a_stay_on_record_has_no_known_clock(fellows: Fellows) -> None:
    Stay.objects.filter(postdoc=fellows.xu).delete()
    assert record(fellows.xu)["station_days"] is None
    assert verdicts(MANAGEMENT, fellows.xu)["postdoc.clock"] == "pending"


# ------------------------------------------------------------- term, papers, months, requests


def test_on_the_day_of_entry_no_day_is_spent_in_stations_and_that_is_known(
    fellows: Fellows,
) -> None:
    found = record(fellows.xu, ENTRY)
    assert (found["station_days"], found["station_months"]) == (0, 0)
    assert verdicts(MANAGEMENT, fellows.xu, ENTRY)["postdoc.clock"] == "pass"


def test_who_has_left_is_not_in_station_from_that_day_on(fellows: Fellows) -> None:
    change(fellows.xu, left_on=date(2024, 6, 1))
    assert record(fellows.xu, date(2024, 5, 31))["is_in_station"] is True
    assert record(fellows.xu, DAY)["is_in_station"] is False
    assert record(fellows.xu, ENTRY - timedelta(days=1))["is_in_station"] is False


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (date(2025, 8, 30), "fail"), (TERM_END, "pass"), (date(2027, 8, 31), "pass"),
        (date(2027, 9, 1), "fail"),
    ],
)  # fmt: skip
def test_a_term_has_two_to_four_years_to_the_day(fellows: Fellows, end: date, verdict: str) -> None:
    postdoc = change(fellows.xu, term_ends_on=end)
    assert verdicts(MANAGEMENT, postdoc)["postdoc.term"] == verdict


def test_a_joint_intake_needs_its_agreement_or_the_renewal_of_it_in_force(fellows: Fellows) -> None:
    old = fellows.agreement
    postdoc = change(fellows.xu, intake="joint")
    assert verdicts(MANAGEMENT, postdoc)["postdoc.agreement"] == "fail"
    change(fellows.xu, agreement=old)
    assert verdicts(MANAGEMENT, postdoc)["postdoc.agreement"] == "pass"
    after = date(2037, 6, 1)
    assert verdicts(MANAGEMENT, postdoc, after)["postdoc.agreement"] == "fail"
    tripartite(
        fellows.institution, fellows.general, fellows.partner, "HT-2037-01", follows=old,
        starts_on=after, ends_on=date(2040, 5, 31),
    )  # fmt: skip
    assert verdicts(MANAGEMENT, postdoc, after)["postdoc.agreement"] == "pass"


def test_a_contract_counts_while_it_holds(fellows: Fellows) -> None:
    assert verdicts(MANAGEMENT, fellows.xu)["postdoc.contract"] == "fail"
    Contract.objects.create(
        postdoc=fellows.xu, number="L-1", signed_on=ENTRY, first_on=ENTRY, last_on=DAY
    )
    assert verdicts(MANAGEMENT, fellows.xu)["postdoc.contract"] == "pass"
    assert verdicts(MANAGEMENT, fellows.xu, DAY + timedelta(days=1))["postdoc.contract"] == "fail"


def test_planned_and_spent_months_are_counted_apart_and_none_twice(fellows: Fellows) -> None:
    for planned, first, last, share in (
        (True, date(2024, 1, 1), date(2024, 12, 1), 60), (True, date(2024, 6, 1), date(2024, 6, 1), 60),
        (False, date(2024, 4, 1), date(2024, 12, 1), 50),
    ):  # fmt: skip
        TrackMonths.objects.create(
            postdoc=fellows.xu, kind="clinical", is_planned=planned, place="心内科", first_month=first,
            last_month=last, share_e2=share,
        )  # fmt: skip
    rows = record(fellows.xu)["months"]
    planned = [row["share"] for row in rows if row["is_planned"]]
    assert planned == ["0.60"] * 5 + ["1.00"] + ["0.60"] * 6
    assert [row["month"].month for row in rows if not row["is_planned"]] == [4, 5, 6]


def test_a_goal_without_a_report_is_not_reached_and_not_missed(fellows: Fellows) -> None:
    PlanGoal.objects.create(
        postdoc=fellows.xu,
        kind="paper",
        text="SCI 论文",
        target=2,
        due_on=TERM_END,
        agreed_on=ENTRY,
    )
    [goal] = record(fellows.xu)["goals"]
    assert goal["reached"] is None and goal["is_agreed"] is True
    assert verdicts(MANAGEMENT, fellows.xu)["postdoc.plan"] == "pass"


@pytest.fixture
def in_force(fellows: Fellows) -> None:
    """The pack on postdocs and the shipped kinds of requests; gates are judged by the pack."""
    put_in_force(
        institution=fellows.institution, pack=MANAGEMENT, valid_from=date(2016, 1, 1), by=OPERATOR
    )
    adopt_kinds(institution=fellows.institution, by=OPERATOR, valid_from=date(2016, 1, 1))


def asked(fellows: Fellows, step: Any, wished_on: date) -> Case:
    """The request of a postdoc whose term ends in 100 days."""
    ends = today() + timedelta(days=100)
    Postdoc.objects.filter(pk=fellows.xu.pk).update(
        entered_on=ends - timedelta(days=730), term_ends_on=ends
    )
    return ask_step(postdoc=loaded(fellows.xu), step=step, by=fellows.postdoc, wished_on=wished_on)


def answered(fellows: Fellows, case: Case, gate: str) -> dict[str, str]:
    answer = gate_answer(case, gate, {"postdoc": {fellows.xu.pk}}, today())
    return {one.rule: one.verdict for one in answer.findings}


@pytest.mark.usefixtures("in_force")
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (100, {"postdoc.exit.notice": "pass"}),
        (59, {"postdoc.exit.notice": "pass", "postdoc.exit.early": "pass",
              "postdoc.exit.early_notice": "fail"}),
        (60, {"postdoc.exit.notice": "pass", "postdoc.exit.early": "pass",
              "postdoc.exit.early_notice": "pass"}),
        (1, {"postdoc.exit.notice": "fail", "postdoc.exit.early": "fail",
             "postdoc.exit.early_notice": "fail"}),
    ],
)  # fmt: skip
def test_a_request_of_exit_is_judged_by_the_days_it_leaves_while_it_is_prepared(
    fellows: Fellows, days: int, expected: dict[str, str]
) -> None:
    case = asked(fellows, "exit", today() + timedelta(days=days))
    said = answered(fellows, case, "exit")
    assert {rule: said[rule] for rule in expected} == expected
    assert set(said) == set(expected)


@pytest.mark.usefixtures("in_force")
def test_nobody_else_is_told_of_a_request_that_is_not_handed_in(fellows: Fellows) -> None:
    asked(fellows, "exit", today() + timedelta(days=1))
    said = explain_record("postdoc", fellows.xu, today(), "en")
    assert not [one for one in said if one.rule.startswith("postdoc.exit")]
    assert [one for one in said if one.rule == "postdoc.clock"]


@pytest.mark.usefixtures("in_force")
def test_an_extension_beyond_four_years_is_held_back_and_says_by_which_clause(
    fellows: Fellows,
) -> None:
    ends = today() + timedelta(days=100)
    fits = asked(fellows, "extension", ends + timedelta(days=360))
    said = answered(fellows, fits, "extension")
    assert set(said.values()) == {"pass"} and len(said) == 3
    Postdoc.objects.filter(pk=fellows.xu.pk).update(entered_on=ends - timedelta(days=1200))
    answer = gate_answer(fits, "extension", {"postdoc": {fellows.xu.pk}}, today())
    [holding] = answer.holding
    assert holding.rule == "postdoc.extension.longest"
    assert "48" in holding.text_zh and "2015" in holding.text_en


# --------------------------------------------------------------------------- pages, lists, counts


def many(fellows: Fellows, count: int) -> list[Postdoc]:
    rows = [
        Postdoc(
            number=f"N{place:04}", person=fellows.persons["P2"], institution=fellows.institution,
            unit=(fellows.general, fellows.cancer)[place % 2], station=fellows.station,
            track="dual", intake="joint", entered_on=ENTRY, term_ends_on=TERM_END,
            agreement=fellows.agreement,
        )
        for place in range(count)
    ]  # fmt: skip
    made = Postdoc.objects.bulk_create(rows)
    Stay.objects.bulk_create(
        Stay(
            postdoc=row, institution=row.institution, station=row.station, track="dual",
            intake="joint", begins_on=ENTRY, comes_by="entry",
        )
        for row in made
    )  # fmt: skip
    for row in made:
        held(row, "annual", date(2024, 1, 10), "good")
        found(row, "party", date(2024, 2, 1))
    return made


@pytest.mark.database
@pytest.mark.usefixtures("in_force")
def test_a_page_of_fifty_postdocs_costs_as_many_queries_as_one(fellows: Fellows) -> None:
    rows = many(fellows, 50)
    asked_for: list[int] = []
    for page in (rows[:2], rows):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            said = explain_rows("postdoc", page, DAY, "zh")
        asked_for.append(len(caught))
        assert len(said) == len(page) and all(said)
    assert asked_for[0] == asked_for[1] <= 18


@pytest.mark.usefixtures("in_force")
def test_rows_are_answered_in_the_order_given_and_each_by_its_own_record(fellows: Fellows) -> None:
    first, second = many(fellows, 2)
    change(first, term_ends_on=date(2024, 9, 1))
    said: list[dict[str, Explanation]] = [
        {one.rule: one for one in rules}
        for rules in explain_rows("postdoc", [second, first], DAY, "en")
    ]
    terms = [rules["postdoc.term"].verdict for rules in said]
    assert terms == [Verdict.PASS, Verdict.FAIL]


@pytest.mark.usefixtures("in_force")
def test_the_rule_s_own_page_counts_the_postdocs_in_station_and_nothing_is_stored(
    fellows: Fellows,
) -> None:
    many(fellows, 3)
    [clock] = counts(fellows.institution, DAY, rule="postdoc.clock")
    assert sum(clock.counts.values()) == 4 == clock.counts["pass"]
    rows = with_relations(subjects_on(fellows.institution, "postdoc", DAY), "postdoc")
    assert judge_all(lambda _unit: (find(MANAGEMENT),), "postdoc", list(rows), DAY)
    assert not Finding.objects.exists()


@pytest.mark.both
def test_a_list_tells_of_each_postdoc_the_verdicts_that_a_page_explains(fellows: Fellows) -> None:
    for pack in (MANAGEMENT, *LISTS):
        put_in_force(pack=pack, institution=fellows.institution, valid_from=DAY, by=OPERATOR)
    enter_postdoc(**entering(fellows))
    Ground.objects.create(postdoc=fellows.xu, kind="absence", found_on=DAY, days=40)
    rows = list(with_relations(Postdoc.objects.order_by("pk"), "postdoc"))
    told = explain_read("postdoc", rows, today(), "en")
    listed = judgements("postdoc", rows, today(), "en")
    assert [sorted(one) for one in listed] == [
        sorted((known.rule, known.title, known.kind, known.gate, known.verdict) for known in page)
        for page in told
    ]
    words = {one.verdict for page in listed for one in page}
    assert {Verdict.FAIL, Verdict.PASS} <= words
    assert len({tuple(page) for page in listed}) == 2
