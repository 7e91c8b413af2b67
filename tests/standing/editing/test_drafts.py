"""A draft on its way: opened, changed by one person at a time, proposed, approved by another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.policy.proposing import proposals_against
from preceptor.standing.access import (
    may_approve_draft,
    may_edit_packs,
    may_view_draft,
    visible_drafts,
)
from preceptor.standing.actions import (
    approve_draft,
    change_draft,
    open_draft,
    propose_draft,
    renew_draft,
    return_draft,
    withdraw_draft,
    write_draft,
)
from preceptor.standing.choices import DraftState
from preceptor.standing.editing import sight_of
from preceptor.standing.editing.changes import (
    ConditionChange,
    DatedValue,
    ExampleAddition,
    HeadChange,
    Pair,
    Several,
    ValueChange,
)
from preceptor.standing.models import PackDraft, PackInForce
from preceptor.standing.packs import in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are read here in English."""
    with translation.override("en"):
        yield


THIRTY = ValueChange("clinical_months", DatedValue(date(2024, 9, 1), 30, "report2023 四(五)", "S"))
REGULATION = date(2024, 6, 15)
Changed = Callable[..., PackDraft]


@pytest.fixture
def force(cast: Cast) -> PackInForce:
    return PackInForce.objects.get()


@pytest.fixture
def draft(cast: Cast, force: PackInForce, office: Account) -> PackDraft:
    return open_draft(institution=cast.institution, base=force, by=office)


def take(draft: PackDraft, change: object, by: Account) -> PackDraft:
    return change_draft(draft=draft, edition=draft.edition, change=change, by=by)  # type: ignore[arg-type]


def with_examples(draft: PackDraft, by: Account) -> PackDraft:
    """The draft with every example that the product proposes, confirmed."""
    sight = sight_of(draft)
    assert sight.whole is not None
    proposed = [
        ExampleAddition(rule, one.verdict.value, one.record, Pair(one.note_zh, one.note_en))
        for rule in sight.concerned
        for one in proposals_against(sight.whole, rule, sight.surviving)
    ]
    return take(draft, Several(proposed), by) if proposed else draft


def ready(draft: PackDraft, by: Account) -> PackDraft:
    """Thirty months for the cohort of 2024, with examples, and previewed."""
    found = with_examples(take(draft, THIRTY, by), by)
    previewed(found)
    return found


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


def test_a_draft_counts_the_version_on_and_is_opened_once(
    cast: Cast, force: PackInForce, office: Account
) -> None:
    first = open_draft(institution=cast.institution, base=force, by=office)
    second = open_draft(institution=cast.institution, base=force, by=office)
    assert first.pk == second.pk
    pack = sight_of(first).pack
    assert pack is not None
    assert pack.version == "2023.2"
    assert not sight_of(first).is_change


def test_only_the_office_writes_and_only_office_and_leaders_see(
    cast: Cast, force: PackInForce, draft: PackDraft, secretary: Account, leader: Account,
    neighbour: Account, trainee: Account, supervisor: Account, stranger: Account, office: Account,
) -> None:  # fmt: skip
    for user in (secretary, leader, neighbour, trainee, supervisor, stranger):
        with pytest.raises(NotPermitted):
            open_draft(institution=cast.institution, base=force, by=user)
        with pytest.raises(NotPermitted):
            take(draft, THIRTY, user)
        assert not may_edit_packs(user, cast.institution)
    seen = {user.login for user in (secretary, leader, neighbour, trainee, supervisor, stranger, office)
            if visible_drafts(user).filter(pk=draft.pk).exists()}  # fmt: skip
    assert seen == {"leader", "office"}
    for user in (secretary, leader, neighbour, trainee, supervisor, stranger, office):
        assert bool(may_view_draft(user, draft)) == (user.login in seen)


def test_two_at_once_do_not_overwrite_each_other_and_the_second_is_told(
    draft: PackDraft, office: Account, cast: Cast
) -> None:
    colleague = officer("colleague", cast)
    take(draft, THIRTY, colleague)
    with pytest.raises(RuleBroken, match=r"colleague.*param clinical_months"):
        take(draft, HeadChange(Pair("甲", "A"), "9", "university"), office)
    held = PackDraft.objects.get(pk=draft.pk)
    pack = sight_of(held).pack
    assert held.edition == 2
    assert pack is not None
    assert (pack.version, pack.parameters["clinical_months"].steps[-1].value) == ("2023.2", 30)


def officer(login: str, cast: Cast, kind: RoleKind = RoleKind.OFFICE) -> Account:
    account = open_account(
        login=login, name=login, password="only-for-tests-2026", person=None, by=OPERATOR
    )
    since = date(2020, 1, 1)
    grant_role(account=account, kind=kind, unit=cast.institution, valid_from=since, by=OPERATOR)
    return account


def test_a_refused_step_leaves_nothing_behind(draft: PackDraft, office: Account) -> None:
    lines = JournalEntry.objects.count()
    with pytest.raises(InputRefused):
        take(draft, Several([THIRTY, ConditionChange("no.such.rule", "when", "true")]), office)
    held = PackDraft.objects.get(pk=draft.pk)
    assert (held.overlay, held.edition) == (draft.overlay, 1)
    assert JournalEntry.objects.count() == lines


def test_the_same_content_again_changes_nothing(draft: PackDraft, office: Account) -> None:
    once = take(draft, THIRTY, office)
    twice = take(once, THIRTY, office)
    assert (once.edition, twice.edition) == (2, 2)


def test_every_step_stands_in_the_journal(draft: PackDraft, office: Account) -> None:
    take(draft, THIRTY, office)
    line = JournalEntry.objects.get(verb="draft.change")
    assert (line.actor_key, line.subject_key) == (office.actor_key, str(draft.pk))
    assert line.after == {"edition": 2, "part": "param clinical_months"}


def test_a_draft_with_a_fault_is_kept_and_never_proposed(draft: PackDraft, office: Account) -> None:
    broken = take(draft, ConditionChange("training.clinical", "require", "clinicl > 3"), office)
    sight = sight_of(broken)
    assert [fault.where for fault in sight.faults] == ["rule training.clinical, require"]
    assert sight.pack is not None
    assert "training.chief" in sight.pack.rules
    with pytest.raises(RuleBroken, match="clinicl"):
        propose(broken, office)


def test_several_faults_are_told_at_once(draft: PackDraft, office: Account) -> None:
    broken = take(draft, ConditionChange("training.clinical", "require", "clinicl > 3"), office)
    broken = take(
        broken, ConditionChange("panel.defence.size", "when", "stage == 'defense'"), office
    )
    wheres = {fault.where for fault in sight_of(broken).faults}
    assert wheres == {"rule training.clinical, require", "rule panel.defence.size, when"}


def test_a_slip_that_no_example_notices_holds_the_draft_back(
    draft: PackDraft, office: Account
) -> None:
    changed = take(draft, THIRTY, office)
    assert {mutant.rule for mutant in sight_of(changed).surviving} == {"training.clinical"}
    previewed(changed)
    with pytest.raises(RuleBroken, match=r"30"):
        propose(changed, office)
    assert sight_of(with_examples(changed, office)).surviving == []


def test_nothing_is_proposed_without_a_change_or_without_a_preview_of_this_content(
    draft: PackDraft, office: Account
) -> None:
    with pytest.raises(RuleBroken):
        propose(draft, office)
    changed = with_examples(take(draft, THIRTY, office), office)
    with pytest.raises(RuleBroken, match="preview"):
        propose(changed, office)
    previewed(changed)
    later = take(changed, HeadChange(Pair("甲", "A"), "2024.1", "university"), office)
    with pytest.raises(RuleBroken, match="preview"):
        propose(later, office)


def test_a_day_that_has_passed_needs_the_regulations_own_date(
    draft: PackDraft, office: Account
) -> None:
    found = ready(draft, office)
    with pytest.raises(RuleBroken, match="2024-09-01"):
        propose_draft(draft=found, edition=found.edition, effective_from=today(), by=office)
    with pytest.raises(RuleBroken, match="future"):
        propose_draft(
            draft=found, edition=found.edition, effective_from=today(), by=office,
            regulation_on=today() + timedelta(days=1),
        )  # fmt: skip
    assert propose(found, office).state == DraftState.PROPOSED


def test_a_day_before_the_present_content_is_refused(
    draft: PackDraft, force: PackInForce, office: Account
) -> None:
    found = ready(draft, office)
    with pytest.raises(RuleBroken, match=str(force.in_force_from)):
        propose(found, office, force.in_force_from)


def test_a_proposed_draft_no_longer_changes(draft: PackDraft, office: Account) -> None:
    proposed = propose(ready(draft, office), office)
    with pytest.raises(RuleBroken):
        take(proposed, ConditionChange("training.clinical", "when", "true"), office)


def test_nobody_approves_the_own_draft_nor_a_second_account_of_the_same_person(
    cast: Cast, draft: PackDraft, office: Account, leader: Account, secretary: Account
) -> None:
    Account.objects.filter(pk=office.pk).update(person=cast.persons["T2"])
    office.refresh_from_db()
    proposed = propose(ready(draft, office), office)
    for user in (office, secretary, OPERATOR):
        assert not may_approve_draft(user, proposed)
        with pytest.raises(NotPermitted):
            approve_draft(draft=proposed, edition=proposed.edition, by=user)
    assert may_approve_draft(leader, proposed)


def test_a_leader_approves_and_the_cohort_of_2024_is_held_to_thirty_from_that_day(
    cast: Cast, draft: PackDraft, office: Account, leader: Account
) -> None:
    proposed = propose(ready(draft, office), office)
    approved = approve_draft(draft=proposed, edition=proposed.edition, by=leader)
    assert approved.state == DraftState.APPROVED
    assert approved.result is not None
    assert (approved.result.version, approved.result.in_force_from) == ("2023.2", today())
    pack = next(pack for pack in in_force(cast.institution) if pack.id == draft.pack)
    values = [step.value for step in pack.parameters["clinical_months"].steps]
    assert values == [24, 30]
    line = JournalEntry.objects.get(verb="draft.approve")
    assert line.actor_key == leader.actor_key


def test_a_draft_for_a_day_to_come_waits_for_its_day(
    cast: Cast, draft: PackDraft, office: Account, leader: Account
) -> None:
    proposed = propose(ready(draft, office), office, today() + timedelta(days=30))
    approve_draft(draft=proposed, edition=proposed.edition, by=leader)
    now = next(pack for pack in in_force(cast.institution) if pack.id == draft.pack)
    then = in_force(cast.institution, today() + timedelta(days=30))
    assert now.version == "2023.1"
    assert next(pack for pack in then if pack.id == draft.pack).version == "2023.2"


def test_a_returned_draft_is_corrected_and_proposed_again(
    draft: PackDraft, office: Account, leader: Account
) -> None:
    proposed = propose(ready(draft, office), office)
    with pytest.raises(InputRefused):
        return_draft(draft=proposed, edition=proposed.edition, remark="  ", by=leader)
    returned = return_draft(draft=proposed, edition=proposed.edition, remark="缺少条款", by=leader)
    assert (returned.state, returned.remark) == (DraftState.RETURNED, "缺少条款")
    assert propose(returned, office).state == DraftState.PROPOSED


def test_a_withdrawn_draft_stays_as_it_was(draft: PackDraft, office: Account) -> None:
    gone = withdraw_draft(draft=draft, edition=draft.edition, by=office)
    with pytest.raises(RuleBroken):
        take(gone, THIRTY, office)
    with pytest.raises(RuleBroken):
        withdraw_draft(draft=gone, edition=gone.edition, by=office)


def test_a_draft_begun_before_another_was_approved_is_brought_up_to_date_first(
    cast: Cast, force: PackInForce, office: Account, leader: Account
) -> None:
    first = ready(open_draft(institution=cast.institution, base=force, by=office), office)
    proposed = propose(first, office)
    second = open_draft(institution=cast.institution, base=force, by=office)
    assert second.pk != first.pk
    second = take(
        second, HeadChange(Pair("培养规则", "Training rules"), "2023.2", "university"), office
    )
    approve_draft(draft=proposed, edition=proposed.edition, by=leader)
    with pytest.raises(RuleBroken, match="approved since"):
        propose(second, office, today() + timedelta(days=1))
    renewed = renew_draft(draft=second, edition=second.edition, by=office)
    pack = sight_of(renewed).pack
    assert pack is not None
    assert pack.version == "2023.3"
    assert pack.title.zh == "培养规则"
    assert [step.value for step in pack.parameters["clinical_months"].steps] == [24, 30]


def test_rules_of_the_state_are_not_changed_here(
    cast: Cast, force: PackInForce, office: Account
) -> None:
    force.layer = "statute"
    force.save()
    with pytest.raises(NotPermitted, match="operator"):
        open_draft(institution=cast.institution, base=force, by=office)
    with pytest.raises(NotPermitted):
        write_draft(
            institution=cast.institution, pack="yunting/law", title=Pair("法", "Law"),
            layer="statute", by=office,
        )  # fmt: skip


def test_a_pack_from_nothing_has_an_id_of_its_own(cast: Cast, office: Account) -> None:
    for name in (
        "yunting/clinical-doctorate",
        "Law",
        "a/b/c",
        "云汀/规则",
        "x" * 90,
        "a/",
        "../etc",
    ):
        with pytest.raises(RuleBroken):
            write_draft(
                institution=cast.institution, pack=name, title=Pair("规", "Rules"),
                layer="university", by=office,
            )  # fmt: skip
