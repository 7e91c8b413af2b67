"""A case kind is written by one person and approved by another, and holds from a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import (
    adopt_kinds,
    approve_kind,
    propose_kind,
    return_kind,
    withdraw_kind,
    write_kind_draft,
)
from preceptor.cases.actions import kind as kind_actions
from preceptor.cases.kinds.faults import KindFaulty
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kind_in_force
from preceptor.institutions.models import Unit
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from small_kinds import KIND, TestPort

if TYPE_CHECKING:
    from pathlib import Path

    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)


def version(number: int, text: str = KIND) -> str:
    return text.replace('version = "1"', f'version = "{number}"')


def drafted(cast: Cast, by: Account, text: str = KIND, **more: Any) -> CaseKind:
    return write_kind_draft(institution=cast.institution, text=text, by=by, **more)


def approved(cast: Cast, office: Account, leader: Account, number: int, days: int = 0) -> CaseKind:
    draft = drafted(cast, office, version(number))
    propose_kind(draft=draft, valid_from=today() + timedelta(days=days), by=office)
    return approve_kind(draft=draft, by=leader)


def test_a_kind_holds_from_its_day_once_a_second_person_approved_it(
    cast: Cast, port: TestPort, office: Account, leader: Account
) -> None:
    draft = drafted(cast, office)
    assert kind_in_force(cast.institution, "leave") is None
    propose_kind(draft=draft, valid_from=today() + TOMORROW, by=office)
    row = approve_kind(draft=draft, by=leader)
    assert approve_kind(draft=draft, by=leader).revision == row.revision
    assert kind_in_force(cast.institution, "leave") is None
    assert kind_in_force(cast.institution, "leave", today() + TOMORROW) == row
    verbs = JournalEntry.objects.filter(subject_kind="case_kind").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "kind.write",
        "kind.propose",
        "kind.approve",
    ]


def test_a_newer_version_ends_the_one_before_the_day_before(
    cast: Cast, port: TestPort, office: Account, leader: Account
) -> None:
    first = approved(cast, office, leader, 1)
    second = approved(cast, office, leader, 2, days=10)
    first.refresh_from_db()
    assert first.valid_to == today() + timedelta(days=9)
    assert kind_in_force(cast.institution, "leave") == first
    assert kind_in_force(cast.institution, "leave", today() + timedelta(days=10)) == second
    with pytest.raises(RuleBroken):
        approved(cast, office, leader, 3, days=5)
    same_day = approved(cast, office, leader, 4, days=10)
    assert kind_in_force(cast.institution, "leave", today() + timedelta(days=10)) == same_day


def test_who_wrote_a_kind_does_not_approve_it_but_a_colleague_does(
    cast: Cast, port: TestPort, office: Account
) -> None:
    draft = drafted(cast, office)
    propose_kind(draft=draft, valid_from=today(), by=office)
    with pytest.raises(NotPermitted):
        approve_kind(draft=draft, by=office)
    colleague = open_account(
        login="second", name="乙", password="only-for-tests-2026", person=None, by=OPERATOR
    )
    grant_role(
        account=colleague,
        kind=RoleKind.OFFICE,
        unit=cast.institution,
        valid_from=today(),
        by=OPERATOR,
    )
    assert approve_kind(draft=draft, by=colleague).state == "in_force"


def test_the_same_person_behind_two_accounts_is_one_person(
    cast: Cast, port: TestPort, office: Account, leader: Account
) -> None:
    draft = drafted(cast, office)
    propose_kind(draft=draft, valid_from=today(), by=office)
    Account.objects.filter(pk=office.pk).update(person=cast.persons["T3"])
    leader.person = cast.persons["T3"]
    with pytest.raises(NotPermitted):
        approve_kind(draft=draft, by=leader)


def test_others_than_office_and_leader_touch_no_kind(
    cast: Cast, port: TestPort, office: Account, leader: Account, secretary: Account,
    trainee: Account, stranger: Account,
) -> None:  # fmt: skip
    draft = drafted(cast, office)
    propose_kind(draft=draft, valid_from=today(), by=office)
    for by in (secretary, trainee, stranger):
        for step in (
            lambda by=by: drafted(cast, by, version(9)),
            lambda by=by: propose_kind(draft=draft, valid_from=today(), by=by),
            lambda by=by: approve_kind(draft=draft, by=by),
            lambda by=by: return_kind(draft=draft, reason="改", by=by),
            lambda by=by: withdraw_kind(draft=draft, by=by),
        ):
            with pytest.raises(NotPermitted) as refusal:
                step()
            assert "外出参会" not in str(refusal.value)
    with pytest.raises(NotPermitted):
        drafted(cast, leader, version(9))
    draft.refresh_from_db()
    assert (draft.state, CaseKind.objects.count()) == ("proposed", 1)


def test_a_kind_edited_into_a_dead_end_is_refused_and_the_draft_stays(
    cast: Cast, port: TestPort, office: Account
) -> None:
    draft = drafted(cast, office)
    circle = KIND.replace('"granted"', '"check"').replace('"refused"', '"check"')
    with pytest.raises(KindFaulty) as refusal:
        drafted(cast, office, circle, draft=draft, revision=draft.revision)
    assert "check" in str(refusal.value)
    draft.refresh_from_db()
    assert (draft.content, draft.revision) == (KIND, 1)


def test_of_two_who_change_a_draft_the_second_is_told(
    cast: Cast, port: TestPort, office: Account
) -> None:
    draft = drafted(cast, office)
    read = draft.revision
    drafted(cast, office, version(1, KIND + "\n# 甲"), draft=draft, revision=read)
    with pytest.raises(RuleBroken) as told:
        drafted(cast, office, version(1, KIND + "\n# 乙"), draft=draft, revision=read)
    assert office.name in str(told.value)
    draft.refresh_from_db()
    assert draft.content.endswith("# 甲")


def test_a_version_exists_once_and_days_gone_by_are_refused(
    cast: Cast, port: TestPort, office: Account
) -> None:
    draft = drafted(cast, office)
    with pytest.raises(RuleBroken):
        drafted(cast, office)
    with pytest.raises(RuleBroken):
        propose_kind(draft=draft, valid_from=today() - TOMORROW, by=office)


def test_an_appeal_of_a_kind_that_is_not_in_force_is_refused_when_proposed(
    cast: Cast, port: TestPort, office: Account
) -> None:
    appeal = '\n[[appeals]]\nground = "decision"\nkind = "review"\nwithin = { days = 30 }\nreopens = "grant"\n'
    draft = drafted(cast, office, KIND + appeal)
    with pytest.raises(KindFaulty):
        propose_kind(draft=draft, valid_from=today(), by=office)


def test_a_returned_kind_is_a_draft_again_and_a_withdrawn_one_is_gone(
    cast: Cast, port: TestPort, office: Account, leader: Account
) -> None:
    draft = drafted(cast, office)
    propose_kind(draft=draft, valid_from=today(), by=office)
    with pytest.raises(RuleBroken):
        return_kind(draft=draft, reason=" ", by=leader)
    assert return_kind(draft=draft, reason="第二步缺期限", by=leader).state == "draft"
    withdraw_kind(draft=draft, by=office)
    with pytest.raises(RuleBroken):
        propose_kind(draft=draft, valid_from=today(), by=office)
    row = approved(cast, office, leader, 2)
    with pytest.raises(RuleBroken):
        withdraw_kind(draft=row, by=office)


def test_shipped_kinds_are_adopted_by_the_operator_all_or_none_and_once(
    institution: Unit, port: TestPort, office: Account, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(kind_actions, "SHIPPED", tmp_path)
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "leave.toml").write_text(KIND, encoding="utf-8")

    def adopt(by: Any = OPERATOR, folder: str = "small") -> list[CaseKind]:
        return adopt_kinds(institution=institution, folder=folder, by=by, valid_from=today())

    with pytest.raises(NotPermitted):
        adopt(office)
    for folder in ("none", "../small", "."):
        with pytest.raises(InputRefused):
            adopt(folder=folder)
    [row] = adopt()
    assert adopt() == [row]
    assert (row.state, row.valid_from) == ("in_force", today())
    (tmp_path / "small" / "leave.toml").write_text(version(2), encoding="utf-8")
    (tmp_path / "small" / "other.toml").write_text(
        KIND.replace('"granted"', '"nowhere"'), encoding="utf-8"
    )
    with pytest.raises(KindFaulty):
        adopt()
    assert CaseKind.objects.get() == row
