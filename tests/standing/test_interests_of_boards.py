"""Whom a conflict of interest keeps off the board of a request about a postdoc or an applicant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from new_fellows import Fellows, boarded, decided, entering, handed_in
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import mark_presence, open_sitting, open_vote, seat_person
from preceptor.cases.choices import BodyRole
from preceptor.cases.models import Case, Sitting, SittingSeat
from preceptor.cases.queries import board_of
from preceptor.fellows.actions import ask_step, enter_postdoc, grade_step
from preceptor.fellows.choices import Grade, PostdocStep
from preceptor.fellows.models import Host, PostdocCase
from preceptor.people.actions import declare_tie
from preceptor.people.choices import TieKind
from preceptor.people.models import Account
from preceptor.standing.interests import eligibilities, stopped_experts

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("procedures")]


def at_board(fellows: Fellows) -> Case:
    """A mid-term of 许望舒 whose board is to be composed."""
    case = ask_step(postdoc=fellows.xu, step=PostdocStep.MIDTERM, by=fellows.postdoc)
    return decided(handed_in(case, fellows.postdoc), fellows.host)


def called(case: Case) -> Sitting:
    found = board_of(case)
    assert found is not None
    return found


def test_who_supervised_a_postdoc_once_is_kept_off_the_board(fellows: Fellows) -> None:
    former, case = fellows.persons["E1"], at_board(fellows)
    Host.objects.create(
        postdoc=fellows.xu, person=former, valid_from=date(2023, 9, 1), valid_to=date(2024, 1, 1)
    )
    assert stopped_experts(case, fellows.board()) == {former.pk}
    with pytest.raises(RuleBroken, match=former.name_zh):
        boarded(case, fellows.board(), fellows.secretary)


def test_kinship_with_the_supervisor_keeps_off_as_kinship_with_the_postdoc_does(
    fellows: Fellows,
) -> None:
    case, kin = at_board(fellows), fellows.persons["E2"]
    declare_tie(
        person=kin, other=fellows.persons["T1"], kind=TieKind.KINSHIP,
        valid_from=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip
    assert stopped_experts(case, fellows.board()) == {kin.pk}
    [shown] = eligibilities(case, [kin])
    assert [tie.kind for tie in shown.conflicts if tie.level == "block"] == ["kinship"]
    assert fellows.persons["T1"].name_zh in shown.conflicts[0].evidence[0].text_zh


def test_a_post_in_the_same_hospital_is_shown_and_keeps_nobody_off(fellows: Fellows) -> None:
    case, colleague = at_board(fellows), fellows.persons["T2"]
    [shown] = eligibilities(case, [colleague])
    assert [(tie.kind, tie.level) for tie in shown.conflicts] == [("same_unit", "warn")]
    assert not shown.is_stopped


def test_a_substitute_with_a_conflict_is_not_seated_on_a_board_that_was_called(
    fellows: Fellows,
) -> None:
    case = at_board(fellows)
    boarded(case, fellows.board()[:5], fellows.secretary)
    case.refresh_from_db()
    with pytest.raises(RuleBroken, match=fellows.persons["T1"].name_zh):
        seat_person(
            sitting=called(case), person=fellows.persons["T1"], role=BodyRole.MEMBER,
            by=fellows.secretary,
        )  # fmt: skip
    assert not SittingSeat.objects.filter(person=fellows.persons["T1"]).exists()


def test_a_conflict_that_comes_to_be_known_after_the_call_is_recused_before_the_vote(
    fellows: Fellows,
) -> None:
    case = at_board(fellows)
    boarded(case, fellows.board(), fellows.secretary)
    case.refresh_from_db()
    sitting, kin = called(case), fellows.persons["E3"]
    declare_tie(
        person=kin, other=fellows.xu.person, kind=TieKind.FINANCIAL,
        valid_from=today() - timedelta(days=9), by=OPERATOR,
    )  # fmt: skip
    open_sitting(sitting=sitting, by=fellows.secretary)
    for seat in sitting.seats.all():
        mark_presence(seat=seat, is_present=True, by=fellows.secretary)
    item = sitting.items.get()
    with pytest.raises(RuleBroken, match=kin.name_zh):
        open_vote(item=item, by=fellows.secretary)


def test_nobody_enters_or_grades_oneself_whatever_the_role(fellows: Fellows) -> None:
    officer = fellows.secretary
    Account.objects.filter(pk=officer.pk).update(person=fellows.persons["P2"])
    officer = Account.objects.get(pk=officer.pk)
    with pytest.raises(NotPermitted):
        enter_postdoc(**entering(fellows, by=officer))
    case = at_board(fellows)
    boarded(case, fellows.board(), fellows.secretary)
    case.refresh_from_db()
    Account.objects.filter(pk=officer.pk).update(person=None)
    Account.objects.filter(person=fellows.xu.person).update(person=None)
    Account.objects.filter(pk=officer.pk).update(person=fellows.xu.person)
    with pytest.raises(NotPermitted):
        grade_step(case=case, grade=Grade.EXCELLENT, by=Account.objects.get(pk=officer.pk))
    assert PostdocCase.objects.get(case=case).grade is None
