"""The preview of a draft, kept: its rows and numbers, who may ask, and what was decided already."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planned_overlays import CHANGED, HEAD, PACK, months
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.policy import PackError, Verdict
from preceptor.standing.access import visible_flips, visible_previews
from preceptor.standing.actions import preview_draft
from preceptor.standing.choices import DraftState
from preceptor.standing.models import PackDraft, PackInForce, Preview, PreviewFlip
from preceptor.standing.preview.compare import compare
from preceptor.standing.preview.decisions import Decision, decided_otherwise
from preceptor.standing.preview.drafted import draft_pack, planned_draft
from preceptor.training.actions import record_milestones
from preceptor.training.choices import MilestoneKind, Outcome
from preceptor.training.models import Milestone

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def draft_of(cast: Cast, overlay: str, **columns: Any) -> PackDraft:
    """A draft as it lies in the database, over the pack in force."""
    base = PackInForce.objects.get(institution=cast.institution, pack=PACK)
    return PackDraft.objects.create(
        institution=cast.institution, pack=PACK, base=base, overlay=overlay, author="a",
        author_key="account:0", **columns,
    )  # fmt: skip


def rows_of(preview: Preview) -> list[tuple[Any, ...]]:
    rows = preview.rows.filter(decided_on=None).order_by("pk")
    return list(
        rows.values_list(
            "enrolment", "panel", "student_number", "subject", "rule", "before", "after"
        )
    )


def test_the_rows_are_those_of_the_comparison(cast: Cast, office: Account) -> None:
    draft = draft_of(cast, CHANGED)
    kept = preview_draft(draft, by=office)
    planned = planned_draft(draft, today())
    old, new = planned.old.of(cast.general.pk), planned.new.of(cast.general.pk)
    flips = list(compare(cast.institution, old, new, today()))
    assert rows_of(kept) == [
        (
            one.enrolment.pk, one.panel.pk if one.panel else None, one.enrolment.student_number,
            one.subject, one.rule, one.before.value, one.after.value,
        )
        for one in flips
    ]  # fmt: skip
    assert kept.flips == len(flips) > 5
    assert kept.records == 4
    assert kept.on == today()


def test_the_numbers_are_those_of_the_rows(cast: Cast, office: Account) -> None:
    kept = preview_draft(draft_of(cast, CHANGED), by=office)
    rows = kept.rows.filter(decided_on=None)
    changes = Counter(f"{row.before}>{row.after}" for row in rows)
    assert kept.counts["changes"] == changes
    assert kept.counts["persons"] == len({row.enrolment_id for row in rows}) == 3
    for name, key in (
        ("rules", lambda row: row.rule),
        ("units", lambda row: str(row.enrolment.unit_id)),
        ("cohorts", lambda row: str(row.enrolment.cohort)),
    ):
        found = {group: sum(numbers.values()) for group, numbers in kept.counts[name].items()}
        assert found == Counter(key(row) for row in rows)


def test_the_draft_remembers_which_content_was_previewed(cast: Cast, office: Account) -> None:
    draft = draft_of(cast, months(30))
    kept = preview_draft(draft, by=office)
    held = PackDraft.objects.get(pk=draft.pk)
    assert held.previewed_hash == kept.hash == draft_pack(held).hash
    assert kept.base_hash == PackInForce.objects.get().hash
    assert held.edition == draft.edition
    assert JournalEntry.objects.filter(verb="draft.preview", subject_key=str(draft.pk)).count() == 1


def test_a_second_preview_takes_the_place_of_the_first(cast: Cast, office: Account) -> None:
    draft = draft_of(cast, months(18))
    first = preview_draft(draft, by=office)
    draft.overlay = months(20)
    draft.save()
    second = preview_draft(draft, by=office)
    assert first.flips == 1
    assert second.flips == 0
    assert list(Preview.objects.all()) == [second]
    assert not PreviewFlip.objects.exists()


def test_a_draft_changed_while_it_was_worked_out_is_not_previewed(
    cast: Cast, office: Account
) -> None:
    draft = draft_of(cast, months(18))
    PackDraft.objects.filter(pk=draft.pk).update(overlay=months(30))
    with pytest.raises(RuleBroken):
        preview_draft(draft, by=office)
    assert not Preview.objects.exists()
    assert PackDraft.objects.get(pk=draft.pk).previewed_hash == ""


@pytest.mark.parametrize("state", [DraftState.APPROVED, DraftState.WITHDRAWN])
def test_a_draft_that_was_decided_has_no_effect_to_come(
    cast: Cast, office: Account, state: str
) -> None:
    with pytest.raises(RuleBroken):
        preview_draft(draft_of(cast, months(30), state=state), by=office)
    assert not Preview.objects.exists()


def test_a_draft_that_cannot_be_read_is_refused_and_nothing_is_kept(
    cast: Cast, office: Account
) -> None:
    broken = HEAD + '[[rule]]\nid = "training.clinical"\nrequire = "clinicl >= 3"\n'
    with pytest.raises(PackError):
        preview_draft(draft_of(cast, broken), by=office)
    assert not Preview.objects.exists()


def test_secretaries_trainees_and_strangers_do_not_work_out_the_effect_of_a_draft(
    cast: Cast, secretary: Account, trainee: Account, stranger: Account, leader: Account
) -> None:
    draft = draft_of(cast, months(18))
    for account in (secretary, trainee, stranger):
        with pytest.raises(NotPermitted):
            preview_draft(draft, by=account)
    assert not Preview.objects.exists()
    assert preview_draft(draft, by=leader).flips == 1


def test_a_secretary_sees_a_proposed_drafts_preview_and_in_it_the_own_trainees(
    cast: Cast, office: Account, leader: Account, secretary: Account, neighbour: Account,
    trainee: Account, stranger: Account,
) -> None:  # fmt: skip
    draft = draft_of(cast, CHANGED)
    preview_draft(draft, by=office)
    assert not visible_previews(secretary).exists()
    PackDraft.objects.filter(pk=draft.pk).update(state=DraftState.PROPOSED)
    seen = {
        account.login: {row.enrolment_id for row in visible_flips(account)}
        for account in (office, leader, secretary, neighbour, trainee, stranger)
    }
    general, cancer = {cast.lin.pk, cast.gu.pk}, {cast.shen.pk}
    assert seen["office"] == seen["leader"] == general | cancer
    assert seen["secretary"] == general
    assert seen["neighbour"] == cancer
    assert seen["trainee"] == seen["stranger"] == set()


def _passed(cast: Cast, kind: MilestoneKind, on: date) -> None:
    row = Milestone(enrolment=cast.lin, kind=kind, held_on=on, outcome=Outcome.PASS)
    record_milestones(institution=cast.institution, milestones=[row], by=OPERATOR)


def otherwise(cast: Cast, overlay: str, since: date) -> list[Decision]:
    planned = planned_draft(draft_of(cast, overlay), today())
    both = planned.old, planned.new
    return list(decided_otherwise(cast.institution, *both, since, today()))


EVERY_STEP = (
    (MilestoneKind.MIDTERM, date(2022, 12, 1)), (MilestoneKind.CLINICAL_EXAM, date(2023, 3, 10)),
    (MilestoneKind.PREDEFENCE, date(2023, 4, 10)), (MilestoneKind.DEFENCE, date(2023, 6, 10)),
)  # fmt: skip
#: Nothing but clinical months holds back 林知远's defence.
EASIER = """
[[rule]]
id = "training.chief"
drop = true
"""


def test_a_defence_that_was_taken_would_have_been_held_back(cast: Cast) -> None:
    for kind, day in EVERY_STEP:
        _passed(cast, kind, day)
    easier = PackInForce.objects.get()
    with_nineteen = months(19) + EASIER
    first = draft_of(cast, with_nineteen)
    from preceptor.policy.writing import write_pack

    PackInForce.objects.filter(pk=easier.pk).update(
        text=write_pack(draft_pack(first).content), hash=draft_pack(first).hash
    )
    found = otherwise(cast, months(20), date(2023, 1, 1))
    assert [(one.enrolment, one.on, one.step, one.rule) for one in found] == [
        (cast.lin, date(2023, 6, 10), "defence", "training.clinical")
    ]
    assert (found[0].before, found[0].after) == (Verdict.PASS, Verdict.FAIL)
    assert otherwise(cast, months(20), date(2023, 6, 11)) == []
    assert otherwise(cast, months(18), date(2023, 1, 1)) == []


def test_a_panel_that_sat_would_have_been_composed_otherwise(cast: Cast) -> None:
    five = CHANGED.replace("2000-01-01, value = [5]", "2022-01-01, value = [5]")
    found = [one for one in otherwise(cast, five, date(2022, 1, 1)) if one.panel]
    assert found == []
    three = HEAD + ('[[rule]]\nid = "panel.midterm"\nrequire = "size in midterm_sizes"\n')
    [panel] = [one for one in otherwise(cast, three, date(2022, 1, 1)) if one.panel]
    assert (panel.panel, panel.on, panel.step) == (cast.panel, date(2022, 12, 1), "midterm")
    assert (panel.rule, panel.before, panel.after) == (
        "panel.midterm", Verdict.PENDING, Verdict.PASS,
    )  # fmt: skip


def test_a_draft_that_reaches_back_lists_decisions_and_one_that_does_not_lists_none(
    cast: Cast, office: Account
) -> None:
    three = HEAD + '[[rule]]\nid = "panel.midterm"\nrequire = "size in midterm_sizes"\n'
    reaching = draft_of(cast, three, effective_from=date(2022, 1, 1))
    kept = preview_draft(reaching, by=office)
    [row] = kept.rows.exclude(decided_on=None)
    assert (row.panel, row.decided_on, row.step) == (cast.panel, date(2022, 12, 1), "midterm")
    assert kept.counts["decided"]["changes"] == {"pending>pass": 1}
    assert kept.counts["decided"]["units"] == {str(cast.general.pk): {"pending>pass": 1}}
    assert kept.counts["since"] == "2022-01-01"
    later = draft_of(cast, three, effective_from=date(2090, 1, 1))
    ahead = preview_draft(later, by=office)
    assert ahead.counts["since"] is None
    assert ahead.on == date(2090, 1, 1)
    assert not ahead.rows.exclude(decided_on=None).exists()
