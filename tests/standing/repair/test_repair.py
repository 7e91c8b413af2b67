"""A failing composition is mended by the smallest change, or it is said what cannot hold together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panel_cast import adopt
from panel_pools import OUTSIDE, SITS_ON, Pool, defence, pool
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case, Sitting, SittingSeat
from preceptor.people.actions import declare_tie
from preceptor.people.models import Absence, Person
from preceptor.policy import Pack, Verdict, load_pack_text
from preceptor.standing.queries import panel_standings
from preceptor.standing.repair import exhaustive
from preceptor.standing.repair.answer import Repair
from preceptor.standing.repair.asking import Asked, as_asked, mended_by
from preceptor.standing.repair.candidate import Candidate
from preceptor.standing.repair.free import Engagement
from preceptor.standing.repair.pool import pool_of
from preceptor.standing.repair.problem import problem_of
from preceptor.standing.repair.repairing import repair
from preceptor.standing.schema import SCHEMA
from preceptor.training.actions import NewSeat, ask_milestone, compose_panels
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import ConflictOverride, MilestoneCase, Panel, PanelSeat

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

ON = date(2026, 11, 20)
NO: dict[str, Any] = {"field": "same"}
SOME = ("H1", "H2", "H3", "H4", "H5", "X1", "X2", "U1")


@pytest.fixture
def experts(cast: Cast) -> Pool:
    return pool(cast)


@pytest.fixture
def four(cast: Cast, experts: Pool) -> Panel:
    """Four members: a fifth is missing, and there is but one from outside."""
    return defence(
        cast,
        [
            (experts["X1"], "chair", OUTSIDE), (experts["H1"], "member", NO),
            (experts["H3"], "member", NO), (experts["H4"], "member", NO),
            (cast.persons["T3"], "secretary", {}),
        ],
    )  # fmt: skip


@pytest.fixture
def good(cast: Cast, experts: Pool) -> Panel:
    """Five members of whom every rule approves."""
    return defence(
        cast,
        [
            (experts["X1"], "chair", OUTSIDE), (experts["X2"], "member", OUTSIDE),
            (experts["H1"], "member", NO), (experts["H3"], "member", NO),
            (experts["H4"], "member", NO),
        ],
    )  # fmt: skip


def take_over(panel: Panel, found: Repair) -> None:
    """Write the changes as the panel's page would."""
    for change in found.changes:
        seats = PanelSeat.objects.filter(panel=panel)
        if change.out is not None:
            seats.filter(person=change.out.key).delete()
        if change.kind == "role" and change.person is not None:
            seats.filter(person=change.person.key).update(role=change.role)
        elif change.person is not None:
            PanelSeat.objects.create(
                panel=panel, person_id=change.person.key, role=change.role, **change.stated
            )


def stopping(panel: Panel) -> list[str]:
    """The blocking rules that the panel's own page shows as not met or open."""
    fresh = Panel.objects.select_related("enrolment").get(pk=panel.pk)
    known = panel_standings([fresh], ON, "en")[0].requirements
    bad = (Verdict.FAIL, Verdict.PENDING)
    return [one.rule for one in known if one.kind == "block" and one.verdict in bad]


def names(found: Repair) -> list[tuple[str, str, str]]:
    return [
        (one.kind, one.out.name.en if one.out else "", one.person.name.en if one.person else "")
        for one in found.changes
    ]


def test_a_panel_of_four_gains_the_missing_member_and_then_satisfies_every_rule(
    four: Panel,
) -> None:
    before = stopping(four)
    found = repair(four, ON)
    assert names(found) == [("add", "", "Expert X2")]
    assert found.is_optimal
    assert found.objective is not None and found.objective.changes == 1
    take_over(four, found)
    assert len(before) >= 2
    assert stopping(four) == []
    assert PanelSeat.objects.get(panel=four, role="secretary").person.name_en == "Fang Shuyu"


def test_the_answer_says_in_both_languages_what_changes_and_what_each_rule_then_says(
    four: Panel,
) -> None:
    found = repair(four, ON).as_json()
    assert "专家X2" in found["changes"][0]["text"]["zh"]
    assert "Expert X2" in found["changes"][0]["text"]["en"]
    assert {one["verdict"] for one in found["rules"]} == {"pass"}
    assert [one["name"]["en"] for one in found["kept"]] == [
        "Expert H1", "Expert H3", "Expert H4", "Expert X1",
    ]  # fmt: skip
    assert (found["on"], found["day"]) == ("2026-11-20", "2026-12-08")


def test_nothing_changes_where_every_rule_is_satisfied(good: Panel) -> None:
    found = repair(good, ON)
    assert found.changes == ()
    assert found.objective is not None and found.objective.changes == 0


def test_the_supervisor_is_replaced_unless_the_conflict_was_overridden(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    PanelSeat.objects.filter(panel=good, person=experts["H4"]).update(person=experts["H5"])
    declare_tie(
        person=experts["H5"], other=cast.persons["S1"], kind="kinship", by=OPERATOR,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    assert names(repair(good, ON))[0][:2] == ("replace", "Expert H5")
    ConflictOverride.objects.create(
        panel=good, person=experts["H5"], conflict="kinship", reason="无他人", at=timezone.now(),
        by_key="1", by_name="office",
    )  # fmt: skip
    assert repair(good, ON).changes == ()


def test_who_is_absent_that_day_is_replaced_and_nobody_absent_comes_instead(
    experts: Pool, good: Panel
) -> None:
    for key in ("H4", "H2"):
        Absence.objects.create(person=experts[key], valid_from=SITS_ON, valid_to=SITS_ON)
    assert names(repair(good, ON)) == [("replace", "Expert H4", "Expert H5")]


def test_another_panel_on_that_day_keeps_somebody_busy(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    other = Panel(
        number="P-2026-0002", institution=cast.institution, enrolment=cast.shen, stage="midterm",
        sits_on=SITS_ON,
    )  # fmt: skip
    seats = [NewSeat(experts["H3"], "member")]
    compose_panels(institution=cast.institution, panels=[(other, seats)], by=OPERATOR)
    assert names(repair(good, ON)) == [("replace", "Expert H3", "Expert H2")]
    Panel.objects.filter(pk=other.pk).update(sits_on=SITS_ON + timedelta(days=1))
    assert repair(good, ON).changes == ()


def at(hour: int) -> datetime:
    return datetime(2026, 12, 8, hour, tzinfo=UTC)


def test_sittings_that_overlap_keep_somebody_busy_and_those_that_only_touch_do_not(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    where = {
        "institution": cast.institution,
        "unit": cast.general,
        "title_zh": "会",
        "title_en": "",
    }
    own = Sitting.objects.create(**where, starts_at=at(2), ends_at=at(4))
    good.sitting = own
    good.save()
    other = Sitting.objects.create(**where, starts_at=at(3), ends_at=at(5))
    SittingSeat.objects.create(sitting=other, person=experts["H1"], role="member")
    assert [one[1] for one in names(repair(good, ON))] == ["Expert H1"]
    Sitting.objects.filter(pk=other.pk).update(starts_at=at(4))
    assert repair(good, ON).changes == ()
    Sitting.objects.filter(pk=other.pk).update(ends_at=None)
    assert [one[1] for one in names(repair(good, ON))] == ["Expert H1"]
    Sitting.objects.filter(pk=other.pk).update(state="cancelled")
    assert repair(good, ON).changes == ()


def another(cast: Cast, person: Person, number: str, **columns: Any) -> Panel:
    """Another trainee's panel with one seat."""
    row = Panel(
        number=number, institution=cast.institution, enrolment=cast.shen, stage="midterm", **columns
    )
    compose_panels(
        institution=cast.institution, panels=[(row, [NewSeat(person, "member")])], by=OPERATOR
    )
    return row


def test_two_sittings_of_one_hour_keep_somebody_busy_wherever_they_are_held(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    where = {"institution": cast.institution, "title_zh": "会", "title_en": ""}
    times = {"starts_at": at(2), "ends_at": at(3)}
    good.sitting = Sitting.objects.create(unit=cast.general, place="东院", **where, **times)
    good.save()
    other = Sitting.objects.create(unit=cast.cancer, place="西院", **where, **times)
    seat = SittingSeat.objects.create(sitting=other, person=experts["H1"], role="member")
    [change] = repair(good, ON).changes
    assert change.out is not None and change.out.name.en == "Expert H1"
    held = {row.key: row.engagements for row in pool_of(good, ON)}
    assert held[experts["H1"].pk] == (Engagement("sitting", at(2), at(3)),)
    assert held[experts["H2"].pk] == ()
    for columns in ({"answer": "declined"}, {"answer": "", "released_at": at(1)}):
        SittingSeat.objects.filter(pk=seat.pk).update(**columns)
        assert repair(good, ON).changes == ()


def test_an_absence_keeps_somebody_off_from_its_first_day_to_its_last(
    experts: Pool, good: Panel
) -> None:
    row = Absence.objects.create(
        person=experts["H4"], valid_from=SITS_ON - timedelta(days=3), valid_to=SITS_ON
    )
    assert len(repair(good, ON).changes) == 1
    for first, last in ((-3, -1), (1, 3)):
        days = (SITS_ON + timedelta(days=first), SITS_ON + timedelta(days=last))
        Absence.objects.filter(pk=row.pk).update(valid_from=days[0], valid_to=days[1])
        assert repair(good, ON).changes == ()


def test_a_panel_that_was_given_up_or_called_off_keeps_nobody_busy_and_is_no_load(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    adopt(cast)
    case = ask_milestone(enrolment=cast.shen, milestone=MilestoneKind.MIDTERM, by=OPERATOR)
    planned = another(cast, experts["H3"], "P-2026-0002", planned_on=SITS_ON)
    MilestoneCase.objects.filter(case=case).update(panel=planned)

    def known() -> tuple[bool, int]:
        return next(
            (row.busy, row.load) for row in pool_of(good, ON) if row.person == experts["H3"]
        )

    assert known() == (True, 1)
    Case.objects.filter(pk=case.pk).update(state=CaseState.WITHDRAWN)
    assert known() == (False, 0)
    Case.objects.filter(pk=case.pk).update(state=CaseState.RUNNING)
    called = Sitting.objects.create(
        institution=cast.institution, unit=cast.general, title_zh="会", title_en="",
        starts_at=at(2), ends_at=at(4),
    )  # fmt: skip
    Panel.objects.filter(pk=planned.pk).update(sitting=called, sits_on=SITS_ON)
    assert known() == (True, 1)
    Sitting.objects.filter(pk=called.pk).update(state="cancelled")
    assert known() == (False, 0)


def test_a_composition_that_nobody_saved_is_mended_as_if_it_were_written(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    """The saved panel is good; the one being chosen lacks an outsider and has the secretary apart."""
    keys = {"X1": "chair", "H1": "member", "H3": "member", "H4": "member", "H5": "member"}
    roles = {experts[key].pk: role for key, role in keys.items()} | {
        cast.persons["T3"].pk: "secretary"
    }
    asked = Asked(roles, SITS_ON)
    chosen = as_asked(Panel.objects.select_related("enrolment").get(pk=good.pk), asked, ON)
    found = repair(chosen, ON)
    assert repair(good, ON).changes == ()
    [change] = found.changes
    assert change.kind == "replace" and change.person is not None
    mended = mended_by(asked, found.as_json())
    assert mended.roles[cast.persons["T3"].pk] == "secretary"
    assert change.person.key in mended.roles and len(mended.roles) == 6
    assert {seat.person for seat in PanelSeat.objects.filter(panel=good)} == {
        experts[key] for key in ("X1", "X2", "H1", "H3", "H4")
    }


def test_of_equal_changes_the_one_is_chosen_who_sits_least_this_year(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    PanelSeat.objects.filter(panel=good, person=experts["H4"]).delete()
    assert names(repair(good, ON)) == [("add", "", "Expert H2")]
    for place, key in enumerate(("H2", "H4", "H5", "X3")):
        row = Panel(
            number=f"P-2026-1{place}", institution=cast.institution, enrolment=cast.shen,
            stage="midterm", sits_on=date(2026, 3, 1 + place),
        )  # fmt: skip
        seats = [NewSeat(experts[key], "member")]
        compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)
    assert names(repair(good, ON)) == [("add", "", "Expert H6")]


def test_who_must_stay_stays_and_who_is_ruled_out_stays_out(experts: Pool, four: Panel) -> None:
    found = repair(four, ON, without=[experts["X2"].pk])
    assert names(found) == [("add", "", "Expert X3")]
    found = repair(four, ON, keep=[experts["H6"].pk])
    assert found.objective is not None and found.objective.changes == 2
    assert "Expert H6" in [new for _kind, _out, new in names(found)]
    with pytest.raises(RuleBroken):
        repair(four, ON, keep=[10**6])


def test_a_person_of_unknown_title_never_mends_a_panel(
    cast: Cast, experts: Pool, good: Panel
) -> None:
    PanelSeat.objects.filter(panel=good, person=experts["H4"]).delete()
    others = [experts[key].pk for key in ("H2", "H4", "H5", "H6", "X3")]
    assert experts["U1"].pk in {row.key for row in pool_of(good, ON)}
    assert names(repair(good, ON, without=others)) == [("add", "", "Han Mingche")]
    found = repair(good, ON, without=[*others, cast.persons["T2"].pk])
    assert not found.is_feasible
    assert {one.name for one in found.conflicting} >= {"panel.defence.size", "kept"}


def test_where_nobody_from_outside_is_left_the_rule_is_named_with_what_keeps_them_off(
    experts: Pool, good: Panel
) -> None:
    for key in ("X2", "X3"):
        Absence.objects.create(person=experts[key], valid_from=SITS_ON, valid_to=SITS_ON)
    found = repair(good, ON)
    named = {one.name for one in found.conflicting}
    assert len(named) == 3
    assert named >= {"availability", "pool"}
    assert any(one.pack == "cn/degrees-law" and one.title.zh for one in found.conflicting)
    assert found.is_optimal
    Absence.objects.all().delete()
    assert repair(good, ON).is_feasible


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seated=st.sets(st.sampled_from(SOME), min_size=1, max_size=6), chair=st.sampled_from(SOME))
def test_whatever_composition_is_mended_the_panels_own_page_then_shows_no_blocking_rule(
    good: Panel, experts: Pool, seated: set[str], chair: str
) -> None:
    with transaction.atomic():
        PanelSeat.objects.filter(panel=good).delete()
        for key in sorted(seated):
            stated = OUTSIDE if key[0] == "X" else NO
            role = "chair" if key == chair else "member"
            PanelSeat.objects.create(panel=good, person=experts[key], role=role, **stated)
        found = repair(good, ON)
        take_over(good, found)
        assert found.is_optimal
        assert stopping(good) == []
        transaction.set_rollback(True)


def test_the_same_panel_gives_the_same_answer_every_time(four: Panel) -> None:
    assert repair(four, ON).as_json() == repair(four, ON).as_json()


def test_a_panel_that_has_sat_is_not_changed_any_more(cast: Cast) -> None:
    sat = Panel.objects.select_related("enrolment", "sitting").get(pk=cast.panel.pk)
    with pytest.raises(RuleBroken, match="P-2022-0001"):
        repair(sat, ON)


HEAD = """
[pack]
id = "test/product"
version = "1"
layer = "university"
title = { zh = "试", en = "trial" }
[source.own]
title = { zh = "规定", en = "rules" }
short = { zh = "规定", en = "rules" }
issued_on = 2020-01-01
[fact.panel]
size = { count = "members", where = "role in ['chair', 'member']", unit = "person", title = { zh = "人数", en = "members" } }
outside = { count = "members", where = "is_outside_institution", unit = "person", title = { zh = "外", en = "outsiders" } }
[example.panel]
stage = "defence"
"""
PRODUCT = """
[[rule]]
id = "product"
subject = "panel"
kind = "block"
title = { zh = "积", en = "product" }
cite = "own"
evidence = "S"
require = "size * outside >= 10"
message = { zh = "积 {size} {outside}", en = "product {size} {outside}" }
"""


def product() -> Pack:
    """A pack whose rule multiplies two facts, which no linear condition says."""
    return load_pack_text(HEAD + PRODUCT, SCHEMA, file="product")


def few(panel: Panel) -> list[Candidate]:
    """The members of the panel and four newcomers."""
    every = pool_of(panel, ON)
    return [*(row for row in every if row.seat), *[row for row in every if not row.seat][-4:]]


def test_a_rule_that_the_solver_cannot_read_is_named_and_held_all_the_same(four: Panel) -> None:
    found = repair(four, ON, few(four), packs=[product()])
    assert found.untranslated == ("product",)
    assert found.is_feasible
    take_over(four, found)
    sizes = PanelSeat.objects.filter(panel=four).exclude(role="secretary").count()
    outside = PanelSeat.objects.filter(panel=four, stated_outside_institution=True).count()
    assert sizes * outside >= 10


def test_such_a_rule_is_searched_for_where_the_pool_is_too_large_to_try_all(
    four: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_trying = repair(four, ON, few(four), packs=[product()])
    monkeypatch.setattr(exhaustive, "MOST", 3)
    found = repair(four, ON, few(four), packs=[product()])
    assert found.objective == by_trying.objective
    problem = problem_of(four, ON, few(four), [product()])
    with pytest.raises(InputRefused):
        exhaustive.search(problem)


@pytest.mark.database
def test_the_pool_takes_as_many_queries_for_many_as_for_few(
    four: Panel, experts: Pool, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30):
        found = pool_of(four, ON)
    keys = {row.key for row in found}
    assert {experts[key].pk for key in ("H1", "H6", "X3", "U1")} <= keys
    stated = next(row.stated for row in found if row.key == experts["X3"].pk)
    assert stated["stated_outside_institution"] is True
    assert "stated_outside_unit" not in stated
