"""The slider: at every value the same counts as an evaluation of everybody with that value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from planned_overlays import CHANGED, PACK, laid, months
from preceptor.base.actors import OPERATOR
from preceptor.demo.actions import INSTITUTION, build
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import institution as institution_of
from preceptor.policy import Pack, load_pack_text
from preceptor.standing.packs import find
from preceptor.standing.population import in_chunks, subjects_on, with_relations
from preceptor.standing.preview import keeping
from preceptor.standing.preview.folders import folder
from preceptor.standing.preview.keeping import Kept, keep_facts, kept_in
from preceptor.standing.preview.sides import Side, side_of
from preceptor.standing.preview.slider import Slide, moved, narrowed, slide_named, slides_of
from preceptor.standing.schema import SCHEMA
from preceptor.standing.verdicts import judge

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CENSUS = date(2023, 12, 31)


@pytest.fixture(scope="module")
def tenth(django_db_setup: None, django_db_blocker: Any) -> Iterator[Unit]:
    """The demo institution at a tenth of its size, taken back after this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(scale=Decimal("0.1"), by=OPERATOR)
        yield institution_of(INSTITUTION)
        transaction.set_rollback(True)


def kept(tenth: Unit, path: Path, pack: Pack) -> tuple[Kept, Side]:
    side = side_of([pack])
    keep_facts(path, tenth, side, pack.id, CENSUS)
    found = kept_in(path)
    assert found is not None
    return found, side


def slide(pack: Pack, rule: str, parameter: str, since: date) -> Slide:
    found = slide_named(pack, rule, parameter, since)
    assert found is not None
    return found


def overlay_with(parameter: str, since: str, value: str) -> Pack:
    return laid(
        f'[pack]\nextends = {{ id = "{PACK}" }}\n[param.{parameter}]\n'
        f'values = [{{ from = {since}, value = {value}, cite = "report2023 四(四)2" }}]\n'
    )


def everybody(tenth: Unit, pack: Pack, rule: str) -> Counter[str]:
    """Counts by a whole evaluation of the records, as the list of rules has them."""
    found: Counter[str] = Counter()
    subject = pack.rules[rule].subject
    rows = with_relations(subjects_on(tenth, subject, CENSUS), subject)
    for chunk in in_chunks(rows):
        found.update(judge(pack, subject, chunk, CENSUS).result.counts(rule))
    return found


@pytest.mark.parametrize(
    ("rule", "parameter", "since", "values"),
    [
        ("training.clinical", "clinical_months", "2015-09-01", range(61)),
        ("training.chief", "chief_months", "2015-09-01", range(25)),
        ("panel.proposal", "proposal_min", "2000-01-01", range(1, 16)),
        ("panel.predefence", "predefence_min", "2000-01-01", range(1, 16)),
    ],
)
def test_at_every_value_the_counts_are_those_of_a_whole_evaluation(
    tenth: Unit, tmp_path: Path, rule: str, parameter: str, since: str, values: range
) -> None:
    facts, side = kept(tenth, tmp_path / "facts", find(PACK))
    chosen = slide(find(PACK), rule, parameter, date.fromisoformat(since))
    assert list(chosen.codes) == list(values)
    answers = facts.counts(side, chosen, list(chosen.codes))
    assert len({tuple(sorted(answer.items())) for answer in answers}) > 2
    for value, answer in zip(values, answers, strict=True):
        pack = overlay_with(parameter, since, str(value))
        assert Counter(answer) == everybody(tenth, pack, rule), value


def test_a_share_goes_in_steps_that_a_hand_can_set_and_counts_as_a_whole_evaluation(
    tenth: Unit, tmp_path: Path
) -> None:
    facts, side = kept(tenth, tmp_path / "facts", find(PACK))
    chosen = slide(find(PACK), "thesis.similarity", "similarity_max", date(2000, 1, 1))
    assert (len(chosen.codes), chosen.codes.step) == (101, 100)
    codes = [code for code in chosen.codes if code <= 2000]
    answers = facts.counts(side, chosen, codes)
    for code, answer in zip(codes, answers, strict=True):
        pack = overlay_with("similarity_max", "2000-01-01", f'"{chosen.value_of(code)}"')
        assert Counter(answer) == everybody(tenth, pack, "thesis.similarity")
    assert answers[0] != answers[-1]


def test_chunks_of_records_add_up(
    tenth: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, side = kept(tenth, tmp_path / "whole", find(PACK))
    monkeypatch.setattr(keeping, "CHUNK", 7)
    gathered, _side = kept(tenth, tmp_path / "gathered", find(PACK))
    assert len(gathered.parts) == len(whole.parts)
    monkeypatch.setattr(keeping, "TOGETHER", 20)
    parted, _side = kept(tenth, tmp_path / "parted", find(PACK))
    assert len(parted.parts) > len(whole.parts)
    chosen = slide(find(PACK), "training.clinical", "clinical_months", date(2015, 9, 1))
    codes = list(chosen.codes)
    assert gathered.counts(side, chosen, codes) == whole.counts(side, chosen, codes)
    assert parted.counts(side, chosen, codes) == whole.counts(side, chosen, codes)


def test_a_value_of_an_earlier_day_moves_without_touching_the_later_one(
    tenth: Unit, tmp_path: Path
) -> None:
    pack = laid(months(30, "2021-09-01"))
    facts, side = kept(tenth, tmp_path / "facts", pack)
    earlier = slide(pack, "training.clinical", "clinical_months", date(2015, 9, 1))
    later = slide(pack, "training.clinical", "clinical_months", date(2021, 9, 1))
    [present] = facts.counts(side, later, [30])
    assert facts.counts(side, earlier, [24]) == [present]
    both = {value: facts.counts(side, later, [value])[0] for value in (0, 60)}
    assert both[0]["fail"] < present["fail"] <= both[60]["fail"]
    assert everybody(tenth, laid(months(60, "2021-09-01")), "training.clinical") == both[60]


def test_only_numbers_between_declared_bounds_can_be_moved() -> None:
    names = {(one.rule.id, one.parameter.name) for one in slides_of(find(PACK))}
    assert ("training.clinical", "clinical_months") in names
    assert ("thesis.similarity", "similarity_max") in names
    assert not [name for _rule, name in names if name in ("defence_sizes", "midterm_sizes")]
    assert not [rule for rule, _name in names if rule.startswith(("supervisor", "stipend"))]


def test_a_value_that_chooses_the_rows_of_a_fact_is_not_offered() -> None:
    text = (
        f'[pack]\nextends = {{ id = "{PACK}" }}\n'
        '[fact.enrolment]\nclinical = { count = "training", where = "months >= chief_months", '
        'title = { zh = "月数", en = "months" } }\n'
    )
    pack = load_pack_text(text, SCHEMA, base=find(PACK))
    moved_ones = {(one.rule.id, one.parameter.name) for one in slides_of(pack)}
    assert ("training.clinical", "chief_months") not in moved_ones
    assert ("training.clinical", "clinical_months") in moved_ones


def test_the_narrowed_pack_keeps_the_values_of_every_day() -> None:
    pack = laid(CHANGED)
    chosen = slide(pack, "training.clinical", "clinical_months", date(2015, 9, 1))
    small = narrowed(pack, chosen.rule)
    other = moved(small, chosen, 5)
    assert list(small.rules) == list(other.rules) == ["training.clinical"]
    assert [step.value for step in small.parameters["clinical_months"].steps] == [18]
    assert [step.value for step in other.parameters["clinical_months"].steps] == [5]


def test_facts_that_are_not_complete_are_not_there(tmp_path: Path) -> None:
    assert kept_in(tmp_path / "nothing") is None
    (tmp_path / "begun").mkdir()
    assert kept_in(tmp_path / "begun") is None
    assert folder().name == "previews"


def test_facts_computed_again_take_the_place_of_the_old_which_a_reader_may_still_hold(
    tenth: Unit, tmp_path: Path
) -> None:
    first, side = kept(tenth, tmp_path / "facts", find(PACK))
    chosen = slide(find(PACK), "training.clinical", "clinical_months", date(2015, 9, 1))
    second, _side = kept(tenth, tmp_path / "facts", find(PACK))
    assert first.path != second.path
    assert first.counts(side, chosen, [24]) == second.counts(side, chosen, [24])
    third, _side = kept(tenth, tmp_path / "facts", find(PACK))
    assert not first.path.exists()
    assert second.path.exists() and third.path.exists()
