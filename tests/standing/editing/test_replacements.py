"""Values of upper packs that a draft sets: in the direction that they name, checked before approval."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.models import Account
from preceptor.policy import PackError, compose, write_pack
from preceptor.standing.actions import (
    approve_draft,
    change_draft,
    open_draft,
    propose_draft,
    put_in_force,
    write_draft,
)
from preceptor.standing.choices import DraftState
from preceptor.standing.editing import sight_of
from preceptor.standing.editing.beside import Beside, beside
from preceptor.standing.editing.changes import (
    DatedValue,
    Pair,
    ParameterChange,
    Removal,
    ReplacementChange,
    ReplacementRemoval,
    Several,
    SourceChange,
    Undoing,
    ValueChange,
)
from preceptor.standing.editing.layering import fault_sentence, layer_faults
from preceptor.standing.editing.overlaying import overlay_between
from preceptor.standing.editing.proposing import obstacles, reaches_back_to
from preceptor.standing.models import PackDraft, PackInForce
from preceptor.standing.packs import SHIPPED, find, in_force
from standing.test_bindings import DOCTORATE, LAW, STRICTER

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

LAW_DAY, REGULATION = date(2025, 1, 1), date(2024, 6, 15)
CITE = "report2023 四(五)"
PART = f"replace {LAW} defence_min"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are read here in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def law(cast: Cast) -> PackInForce:
    return put_in_force(institution=cast.institution, pack=LAW, valid_from=LAW_DAY, by=OPERATOR)


@pytest.fixture
def draft(cast: Cast, law: PackInForce, office: Account) -> PackDraft:
    force = PackInForce.objects.get(pack=DOCTORATE)
    return open_draft(institution=cast.institution, base=force, by=office)


def around(draft: PackDraft) -> Beside:
    pack = sight_of(draft).pack
    assert pack is not None
    return beside(draft, pack.layer, today())


def members(draft: PackDraft, value: Any, since: date | None = None) -> ReplacementChange:
    """An own number of members of a defence committee."""
    dated = DatedValue(since or LAW_DAY, value, CITE, "S")
    return ReplacementChange(LAW, "defence_min", dated, around(draft))


def take(draft: PackDraft, change: object, by: Account) -> PackDraft:
    return change_draft(draft=draft, edition=draft.edition, change=change, by=by)  # type: ignore[arg-type]


def own_values(draft: PackDraft) -> list[tuple[date, object]]:
    pack = sight_of(draft).pack
    assert pack is not None
    return [(one.since, one.value) for own in pack.replaces for one in own.values]


def previewed(draft: PackDraft) -> None:
    whole = sight_of(draft).whole
    assert whole is not None
    draft.previewed_hash = whole.hash
    draft.save(update_fields=["previewed_hash"])


def propose(draft: PackDraft, by: Account, since: date | None = None) -> PackDraft:
    return propose_draft(
        draft=draft, edition=draft.edition, effective_from=since or today(),
        regulation_on=REGULATION, by=by,
    )  # fmt: skip


def held_for(institution: Unit, on: date | None = None) -> list[tuple[str, object]]:
    law = next(pack for pack in in_force(institution, on) if pack.id == LAW)
    return [(step.pack, step.value) for step in law.parameters["defence_min"].steps]


def test_a_university_may_set_what_the_law_lets_it_and_nothing_of_its_own_or_lower_packs(
    cast: Cast, draft: PackDraft, office: Account
) -> None:
    put_in_force(
        institution=cast.institution, pack="cn/blind-review-scores", valid_from=LAW_DAY, by=OPERATOR
    )
    named = {(pack.id, one.name) for pack, one in around(draft).replaceable()}
    assert named == {
        (LAW, name) for name in ("defence_min", "defence_external_min", "committee_min")
    }
    own = write_draft(
        institution=cast.institution, pack="yunting/general", title=Pair("甲", "A"), layer="unit",
        unit=cast.general, by=office,
    )  # fmt: skip
    lower = {pack.id for pack, _one in around(own).replaceable()}
    assert lower == {LAW, "cn/blind-review-scores"}


def test_what_an_upper_pack_delegates_is_set_in_either_direction_by_that_layer_alone(
    cast: Cast, draft: PackDraft, office: Account
) -> None:
    put_in_force(institution=cast.institution, pack="cn/stipends", valid_from=LAW_DAY, by=OPERATOR)
    own = write_draft(
        institution=cast.institution, pack="yunting/general", title=Pair("甲", "A"), layer="unit",
        unit=cast.general, by=office,
    )  # fmt: skip
    source = SourceChange("paper", Pair("文件", "Paper"), None, None, "", is_new=True)
    less = {"doctor": 400, "master": 300}
    value = DatedValue(LAW_DAY, less, "paper", "S")
    change = ReplacementChange("cn/stipends", "assistantship_min", value, around(own))
    assert own_values(take(own, Several([source, change]), office)) == [(LAW_DAY, less)]
    assert "cn/stipends" not in {pack.id for pack, _one in around(draft).replaceable()}


def test_a_stricter_value_stands_in_the_draft_and_holds_once_approved(
    cast: Cast, draft: PackDraft, office: Account, leader: Account
) -> None:
    held = take(draft, members(draft, 7), office)
    assert own_values(held) == [(LAW_DAY, 7)]
    assert "defence_min" in held.overlay
    assert sight_of(held).is_change
    assert take(held, members(held, 7), office).edition == held.edition
    previewed(held)
    proposed = propose(held, office)
    assert held_for(cast.institution) == [(LAW, 5)]
    approve_draft(draft=proposed, edition=proposed.edition, by=leader)
    assert held_for(cast.institution) == [(DOCTORATE, 7)]


def test_a_looser_value_is_refused_with_the_day_and_both_values_and_nothing_is_written(
    draft: PackDraft, office: Account
) -> None:
    with pytest.raises(PackError) as refusal:
        take(draft, members(draft, 4, date(2026, 1, 1)), office)
    said = fault_sentence(refusal.value)
    for word in ("2026-01-01", "4", "5", LAW, "only raise"):
        assert word in said
    assert "higher" not in said
    with translation.override("zh-hans"):
        assert "只能提高" in fault_sentence(refusal.value)
    held = PackDraft.objects.get(pk=draft.pk)
    assert (held.edition, own_values(held)) == (draft.edition, [])


@pytest.mark.parametrize(
    ("value", "parameter", "problem"),
    [(99, "defence_min", "out_of_bounds"), ("many", "defence_min", "not_a_number"), (7, "nothing", "replaced_parameter_absent")],
)  # fmt: skip
def test_a_value_that_the_upper_parameter_cannot_take_is_refused(
    draft: PackDraft, office: Account, value: Any, parameter: str, problem: str
) -> None:
    dated = DatedValue(LAW_DAY, value, CITE, "S")
    with pytest.raises(PackError) as refusal:
        take(draft, ReplacementChange(LAW, parameter, dated, around(draft)), office)
    assert refusal.value.problem == problem


def test_only_one_pack_of_a_layer_sets_a_value(
    cast: Cast, draft: PackDraft, office: Account
) -> None:
    text = STRICTER.replace('layer = "unit"', 'layer = "university"').replace("VALUE", "7")
    text = text.replace(f'"{DOCTORATE}"', f'"{LAW}"').replace("clinical_months", "defence_min")
    put_in_force(
        institution=cast.institution, pack="yunting/stricter", valid_from=LAW_DAY, by=OPERATOR,
        text=text,
    )  # fmt: skip
    with pytest.raises(PackError) as refusal:
        take(draft, members(draft, 9), office)
    assert refusal.value.problem == "replaced_twice"


def test_a_clause_that_the_draft_does_not_know_is_refused(
    draft: PackDraft, office: Account
) -> None:
    change = ReplacementChange(
        LAW, "defence_min", DatedValue(LAW_DAY, 7, "nowhere 1", "S"), around(draft)
    )
    with pytest.raises(PackError) as refusal:
        take(draft, change, office)
    assert refusal.value.problem == "unknown_source"


def test_a_fault_elsewhere_in_the_draft_does_not_hold_up_a_value(
    draft: PackDraft, office: Account
) -> None:
    held = take(draft, Removal("param clinical_months"), office)
    assert sight_of(held).faults
    assert own_values(take(held, members(held, 7), office)) == [(LAW_DAY, 7)]


def test_an_own_value_is_taken_out_again_and_with_the_last_the_whole_part(
    draft: PackDraft, office: Account
) -> None:
    later = date(2026, 1, 1)
    held = take(take(draft, members(draft, 7), office), members(draft, 9, later), office)
    assert own_values(held) == [(LAW_DAY, 7), (later, 9)]
    held = take(held, ReplacementRemoval(LAW, "defence_min", LAW_DAY), office)
    assert own_values(held) == [(later, 9)]
    with pytest.raises(InputRefused):
        take(held, ReplacementRemoval(LAW, "defence_min", LAW_DAY), office)
    held = take(held, ReplacementRemoval(LAW, "defence_min", later), office)
    assert held.overlay == draft.overlay


def test_a_value_in_force_is_taken_out_by_a_later_draft_and_may_be_put_back(
    cast: Cast, draft: PackDraft, office: Account
) -> None:
    base = compose(find(DOCTORATE).content, {})
    own = {"from": LAW_DAY, "value": 7, "cite": CITE, "evidence": "S"}
    later = {**own, "from": date(2026, 1, 1), "value": 9}
    base["replace"] = [{"pack": LAW, "param": "defence_min", "values": [own, later]}]
    content = copy.deepcopy(base)
    ReplacementRemoval(LAW, "defence_min", LAW_DAY).apply(content)
    overlay = overlay_between(base, content)
    assert compose(base, overlay | {"pack": {}})["replace"] == content["replace"]
    ReplacementRemoval(LAW, "defence_min", date(2026, 1, 1)).apply(content)
    overlay = overlay_between(base, content)
    assert overlay["replace"] == [{"pack": LAW, "param": "defence_min", "drop": True}]
    assert compose(base, overlay | {"pack": {}})["replace"] == []
    Undoing(PART, base).apply(content)
    assert overlay_between(base, content) == {}
    Removal(PART).apply(content)
    assert content["replace"] == []


def test_a_past_day_of_an_own_value_needs_the_date_of_the_regulation(
    draft: PackDraft, office: Account
) -> None:
    held = take(draft, members(draft, 7), office)
    ahead = today() + timedelta(days=30)
    assert reaches_back_to(sight_of(held), ahead) == LAW_DAY
    assert reaches_back_to(sight_of(take(held, Undoing(PART, {}), office)), ahead) is None


def test_strangers_set_nothing(
    draft: PackDraft, secretary: Account, leader: Account, neighbour: Account, stranger: Account
) -> None:
    for user in (secretary, leader, neighbour, stranger):
        with pytest.raises(NotPermitted):
            take(draft, members(draft, 7), user)
    assert PackDraft.objects.get(pk=draft.pk).overlay == draft.overlay


def raised_law(value: int) -> str:
    """The law with so many members from 2025 on."""
    text = (SHIPPED / "cn" / "degrees-law-2025.toml").read_text(encoding="utf-8")
    return text.replace("from = 2025-01-01, value = 5", f"from = 2025-01-01, value = {value}")


def test_a_draft_that_has_become_looser_than_the_law_is_not_proposed(
    cast: Cast, draft: PackDraft, office: Account
) -> None:
    held = take(draft, members(draft, 7), office)
    previewed(held)
    assert layer_faults(held, sight_of(held)) == []
    ahead = today() + timedelta(days=30)
    text = raised_law(9)
    PackInForce.objects.create(
        institution=cast.institution, pack=LAW, layer="statute", version="2027.1", hash="9" * 64,
        text=text, in_force_from=ahead,
    )  # fmt: skip
    # Both a day before the newer law and its own are refused: it could not hold beside it.
    for day in (today(), ahead + timedelta(days=1)):
        with pytest.raises(RuleBroken) as refusal:
            propose(held, office, day)
        assert "looser than 9" in str(refusal.value)
    assert PackDraft.objects.get(pk=held.pk).state == DraftState.DRAFT
    with translation.override("zh-hans"):
        assert any("宽于" in str(said) for said in obstacles(held))


def test_a_university_is_told_which_pack_of_a_unit_would_become_looser(
    cast: Cast, office: Account
) -> None:
    force = PackInForce.objects.get(pack=DOCTORATE)
    first = open_draft(institution=cast.institution, base=force, by=office)
    title = Pair("临床月数", "clinical months")
    first = take(first, ParameterChange("clinical_months", title, "month", 0, 60, "higher"), office)
    whole = sight_of(first).pack
    assert whole is not None
    put_in_force(
        institution=cast.institution, pack=DOCTORATE, valid_from=date(2024, 1, 1), by=OPERATOR,
        text=write_pack(whole.content),
    )  # fmt: skip
    put_in_force(
        institution=cast.institution, pack="yunting/stricter", valid_from=date(2024, 1, 1),
        by=OPERATOR, text=STRICTER.replace("VALUE", "30"), unit=cast.general,
    )  # fmt: skip
    force = PackInForce.objects.filter(pack=DOCTORATE).latest("in_force_from")
    PackDraft.objects.all().delete()
    draft = open_draft(institution=cast.institution, base=force, by=office)
    more = DatedValue(date(2015, 9, 1), 36, CITE, "S")
    held = take(draft, ValueChange("clinical_months", more), office)
    # Its examples speak of 24 months; a draft with a fault of its own is not laid over others yet.
    assert layer_faults(held, sight_of(held)) == []
    held = take(held, Removal("rule training.clinical"), office)
    faults = layer_faults(held, sight_of(held))
    assert [(fault.problem, fault.file) for fault in faults] == [("looser", "yunting/stricter")]
    assert any(str(said).startswith("yunting/stricter: ") for said in obstacles(held))


def test_a_pack_may_consist_of_stricter_values_alone(
    cast: Cast, law: PackInForce, office: Account, leader: Account
) -> None:
    own = write_draft(
        institution=cast.institution, pack="yunting/panels", title=Pair("答辩细则", "Panels"),
        layer="university", by=office,
    )  # fmt: skip
    source = SourceChange("paper", Pair("文件", "Paper"), None, None, "", is_new=True)
    change = ReplacementChange(
        LAW, "defence_min", DatedValue(LAW_DAY, 7, "paper", "S"), around(own)
    )
    held = take(own, Several([source, change]), office)
    previewed(held)
    proposed = propose(held, office)
    approve_draft(draft=proposed, edition=proposed.edition, by=leader)
    assert held_for(cast.institution) == [("yunting/panels", 7)]
