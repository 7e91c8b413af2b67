"""Old packs against new ones: the same list as record by record with the plain interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planned_overlays import CHANGED, PACK, laid, months
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.demo.actions import INSTITUTION, build
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import institution as institution_of
from preceptor.policy import Pack, Verdict, reference
from preceptor.standing import population
from preceptor.standing.choices import WaiverState
from preceptor.standing.models import Waiver
from preceptor.standing.packs import find, in_force
from preceptor.standing.population import subjects_on, with_relations
from preceptor.standing.preview import compare as comparing
from preceptor.standing.preview.compare import Comparison, Flip, compare
from preceptor.standing.preview.keeping import keep_facts, kept_in
from preceptor.standing.preview.planned import planned_side
from preceptor.standing.preview.sides import present_side, side_of
from preceptor.standing.preview.slider import slide_named
from preceptor.standing.schema import SCHEMA
from preceptor.standing.verdicts import LOADERS

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

Row = tuple[str, int, str, str, str]
CENSUS = date(2023, 12, 31)


@pytest.fixture(scope="module")
def tenth(django_db_setup: None, django_db_blocker: Any) -> Iterator[Unit]:
    """The demo institution at a tenth of its size, taken back after this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(scale=Decimal("0.1"), by=OPERATOR)
        yield institution_of(INSTITUTION)
        transaction.set_rollback(True)


def rows_of(flips: Iterator[Flip] | Sequence[Flip]) -> list[Row]:
    return [
        (one.subject, (one.panel or one.enrolment).pk, one.rule, one.before.value, one.after.value)
        for one in flips
    ]


def one_by_one(institution: Unit, old: Pack, new: Pack, on: date) -> list[Row]:
    """Each record loaded for itself and read by the reference interpreter, under both packs."""
    found = []
    for subject, load in LOADERS.items():
        for row in with_relations(subjects_on(institution, subject, on), subject).order_by("pk"):
            [record] = load([row], on)
            key = row.enrolment_id if subject == "thesis" else row.pk
            sides = [reference.evaluate(pack, SCHEMA, subject, record, on) for pack in (old, new)]
            for rule in dict.fromkeys((*sides[0], *sides[1])):
                before, after = (
                    side[rule][0].value if rule in side else "not_applicable" for side in sides
                )
                if before != after:
                    found.append((subject, key, rule, before, after))
    return found


def test_the_list_is_that_of_a_record_by_record_reading_of_the_demo(tenth: Unit) -> None:
    old, new = find(PACK), laid(CHANGED)
    found = rows_of(compare(tenth, [old], [new], CENSUS))
    expected = one_by_one(tenth, old, new, CENSUS)
    assert sorted(found) == sorted(expected)
    assert len(found) > 100
    assert {row[0] for row in found} == {"enrolment", "thesis", "panel"}
    assert len({row[3:] for row in found}) >= 5


def test_the_list_does_not_depend_on_the_size_of_the_chunks(
    tenth: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = find(PACK), laid(CHANGED)
    whole = rows_of(compare(tenth, [old], [new], CENSUS))
    chunks = population.in_chunks
    monkeypatch.setattr(comparing, "in_chunks", lambda rows: chunks(rows, 7))
    assert rows_of(compare(tenth, [old], [new], CENSUS)) == whole


def test_turned_round_every_change_is_turned_round(tenth: Unit) -> None:
    old, new = find(PACK), laid(CHANGED)
    forth = rows_of(compare(tenth, [old], [new], CENSUS))
    back = rows_of(compare(tenth, [new], [old], CENSUS))
    assert sorted((*row[:3], row[4], row[3]) for row in forth) == sorted(back)


def test_the_same_content_changes_nobody_and_reads_no_record(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as captured:
        same = [find(PACK)], in_force(cast.institution)
        assert list(compare(cast.institution, *same, today())) == []
    assert not [query for query in captured if "rotation" in query["sql"]]
    assert list(compare(cast.institution, [find(PACK)], [laid(months(24))], today())) == []


def test_nineteen_months_fail_twenty_four_and_pass_eighteen(cast: Cast) -> None:
    on = today()
    flips = list(compare(cast.institution, in_force(cast.institution), [laid(months(18))], on))
    [flip] = [one for one in flips if one.enrolment == cast.lin]
    assert (flip.rule, flip.before, flip.after) == (
        "training.clinical", Verdict.FAIL, Verdict.PASS,
    )  # fmt: skip
    assert flip.panel is None
    assert [one.enrolment for one in flips] == [cast.lin]


def test_the_cast_agrees_with_a_reading_record_by_record(cast: Cast) -> None:
    old, new = find(PACK), laid(CHANGED)
    found = rows_of(compare(cast.institution, [old], [new], today()))
    assert sorted(found) == sorted(one_by_one(cast.institution, old, new, today()))
    assert ("panel", cast.panel.pk, "panel.midterm", "pending", "fail") in found


def test_a_rule_that_only_one_side_has_is_not_applicable_on_the_other(cast: Cast) -> None:
    new = laid(CHANGED)
    flips = list(compare(cast.institution, in_force(cast.institution), [new], today()))
    gone = {one.after for one in flips if one.rule == "training.chief"}
    come = {one.before for one in flips if one.rule == "training.any"}
    assert gone == come == {Verdict.NOT_APPLICABLE}
    none = list(compare(cast.institution, in_force(cast.institution), [], today()))
    assert {one.after for one in none} == {Verdict.NOT_APPLICABLE}
    assert len(none) > len({one.rule for one in none}) > 3


def test_a_new_value_that_begins_with_the_next_cohort_concerns_nobody_before_it(
    cast: Cast,
) -> None:
    later = laid(months(60, "2022-09-01"))
    sooner = laid(months(18, "2021-09-01"))
    old = in_force(cast.institution)
    assert list(compare(cast.institution, old, [later], today())) == []
    assert [one.enrolment for one in compare(cast.institution, old, [sooner], today())] == [
        cast.lin
    ]


def test_a_pack_of_another_name_takes_the_place_of_the_one_it_extends(cast: Cast) -> None:
    renamed = laid(months(18).replace("extends", 'id = "yunting/planned"\nextends', 1))
    assert renamed.id == "yunting/planned"
    flips = list(compare(cast.institution, in_force(cast.institution), [renamed], today()))
    assert [one.rule for one in flips] == ["training.clinical"]


def test_a_change_planned_for_one_hospital_leaves_the_others_alone(cast: Cast) -> None:
    on = today()
    present = present_side(cast.institution, on)
    own = laid(CHANGED.replace("extends", 'id = "yunting/own"\nextends', 1))
    planned = planned_side(present, own, unit=cast.general)
    comparison = Comparison(cast.institution, present, planned, on)
    concerned = {one.enrolment for one in comparison.flips()}
    assert concerned == {cast.lin, cast.gu}
    everywhere = planned_side(present, own)
    flips = Comparison(cast.institution, present, everywhere, on).flips()
    assert {one.enrolment for one in flips} == {cast.lin, cast.gu, cast.shen}


def test_as_many_queries_for_a_hundred_changes_as_for_one(tenth: Unit) -> None:
    old = find(PACK)
    counted = []
    for new in (laid(months(25)), laid(CHANGED)):
        with CaptureQueriesContext(connection) as captured:
            list(compare(tenth, [old], [new], CENSUS))
        counted.append(len(captured))
    assert counted[0] == counted[1] < 60


def _waive(cast: Cast) -> None:
    """The clinical months of 林知远 are waived, by two signatures, for this year and the next."""
    Waiver.objects.create(
        enrolment=cast.lin, pack=PACK, rule="training.clinical", layer="university", reason="x",
        paper="y", valid_from=today() - timedelta(days=30), valid_to=today() + timedelta(days=300),
        state=WaiverState.GRANTED, asked_by="z", asked_by_key="account:0", asked_at=timezone.now(),
    )  # fmt: skip


def test_who_is_waived_stays_waived_under_more_months_and_is_met_under_fewer(cast: Cast) -> None:
    _waive(cast)
    old = in_force(cast.institution)
    assert list(compare(cast.institution, old, [laid(months(30))], today())) == []
    [flip] = compare(cast.institution, old, [laid(months(18))], today())
    assert (flip.enrolment, flip.before, flip.after) == (cast.lin, Verdict.WAIVED, Verdict.PASS)


def test_the_slider_counts_who_is_waived(cast: Cast, home: Path) -> None:
    _waive(cast)
    pack = in_force(cast.institution)[0]
    side = side_of([pack])
    keep_facts(home / "facts", cast.institution, side, pack.id, today())
    facts = kept_in(home / "facts")
    chosen = slide_named(pack, "training.clinical", "clinical_months", date(2015, 9, 1))
    assert facts and chosen
    found = facts.counts(side, chosen, [18, 24])
    assert [(one["pass"], one["waived"], one["fail"]) for one in found] == [(1, 0, 2), (0, 1, 2)]
