"""Who has no part in deciding: whom it is about, who judged before, who may not see it, who delegated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases import actions, registry
from preceptor.cases.appeals import barred
from preceptor.cases.kinds.kind import Voting
from preceptor.cases.models import Case, Item, Notice, Recusal, Sitting, SittingSeat, VoteCast
from preceptor.cases.queries import kind_of
from preceptor.people.actions import (
    NewPerson,
    declare_tie,
    delegate,
    grant_role,
    open_account,
    register_persons,
)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Person
from small_kinds import TestPort, in_force
from whole_kind import KIND, Stage, set_stage

pytestmark = pytest.mark.django_db

HEALTH = "家属病危，曾住院治疗"


@pytest.fixture
def port() -> Iterator[TestPort]:
    made = TestPort()
    registry._ports[made.name] = made
    yield made
    del registry._ports[made.name]


@pytest.fixture
def scene(db: None, port: TestPort) -> Stage:
    made = set_stage()
    port.guides = [made.persons["supervisor"]]
    return made


@pytest.fixture
def draft(scene: Stage) -> Case:
    return actions.open_case(
        institution=scene.institution, unit=scene.unit, kind="whole",
        person=scene.persons["trainee"], title_zh="林知远公派", title_en="Lin goes abroad",
        by=scene.accounts["trainee"], reason=HEALTH,
    )  # fmt: skip


@pytest.fixture
def waiting(scene: Stage, draft: Case) -> Case:
    """Composed: it waits for the vote."""
    case = actions.submit_case(case=draft, by=scene.accounts["trainee"])
    for name in ("supervisor", "secretary"):
        case = agreed(case, scene.accounts[name])
    return actions.finish_composing(
        case=case, by=scene.accounts["secretary"], revision=case.revision
    )


def agreed(case: Case, by: Account, outcome: str = "agreed") -> Case:
    return actions.decide_stage(
        case=case, outcome=outcome, by=by, revision=case.revision, reason="材料不足"
    )


def panel_of(scene: Stage, *names: str) -> Sitting:
    seats = [actions.NewSittingSeat(scene.persons[name], "member") for name in names]
    return actions.plan_sitting(
        institution=scene.institution, unit=scene.unit, title_zh="评审会", title_en="Panel",
        seats=seats, by=scene.accounts["secretary"],
    )  # fmt: skip


def put(sitting: Sitting, case: Case, by: Any, voting: Voting | None = None) -> Item:
    kept = voting or kind_of(case).stages[2].voting
    return actions.put_on_agenda(
        sitting=sitting, title_zh="是否同意", case=case, voting=kept, by=by
    )


def voted(scene: Stage, item: Item, choices: dict[str, str]) -> None:
    """All of these there, the vote taken and closed."""
    secretary = scene.accounts["secretary"]
    actions.open_sitting(sitting=item.sitting, by=secretary)
    for seat in SittingSeat.objects.filter(sitting=item.sitting_id, released_at=None):
        actions.mark_presence(seat=seat, is_present=True, by=secretary)
    opened = actions.open_vote(item=item, by=secretary)
    for name, choice in choices.items():
        seat = SittingSeat.objects.get(
            sitting=item.sitting_id, person=scene.persons[name], released_at=None
        )
        actions.cast_vote(item=opened, seat=seat, choice=choice, by=scene.accounts[name])
    actions.close_vote(item=opened, by=secretary)


def appealed(scene: Stage, case: Case) -> Case:
    """Refused at the vote, heard, refused, and appealed."""
    trainee, office = scene.accounts["trainee"], scene.accounts["office"]
    case.refresh_from_db()
    actions.state_facts(case=case, facts="论文未达要求", by=office, revision=case.revision)
    actions.state_own_view(case=case, statement=HEALTH, by=trainee)
    case.refresh_from_db()
    actions.decide_hearing(
        case=case, outcome="confirmed", by=office, revision=case.revision, record="已听取"
    )
    case.refresh_from_db()
    made = actions.appeal(case=case, ground="decision", reason=HEALTH, by=trainee)
    return actions.submit_case(case=made, by=trainee)


def test_a_request_that_was_not_handed_in_is_put_on_no_agenda(scene: Stage, draft: Case) -> None:
    sitting = panel_of(scene, "first", "second")
    with pytest.raises(RuleBroken) as told:
        put(sitting, draft, OPERATOR)
    assert HEALTH not in str(told.value)
    assert not Item.objects.exists()


def test_nobody_puts_a_request_on_a_panels_agenda_who_may_not_see_it(
    scene: Stage, waiting: Case
) -> None:
    neighbour = scene.accounts["neighbour"]
    unit = neighbour.roles.get().unit
    sitting = actions.plan_sitting(
        institution=scene.institution, unit=unit, title_zh="他院评审会", title_en="Other",
        seats=[actions.NewSittingSeat(scene.persons["first"], "chair")], by=neighbour,
    )  # fmt: skip
    with pytest.raises(NotPermitted) as told:
        put(sitting, waiting, neighbour)
    assert waiting.title_zh not in str(told.value)
    assert not Item.objects.exists()


def test_a_request_is_voted_on_by_the_rule_of_its_kind_and_by_no_other(
    scene: Stage, waiting: Case
) -> None:
    from sitting_cast import OPEN

    secretary = scene.accounts["secretary"]
    item = put(panel_of(scene, "first", "second"), waiting, secretary, OPEN)
    with pytest.raises(RuleBroken):
        voted(scene, item, {"first": "for"})
    item.refresh_from_db()
    assert (item.state, VoteCast.objects.count()) == ("listed", 0)


def test_a_panel_does_not_seat_the_person_concerned(scene: Stage, waiting: Case) -> None:
    secretary, person = scene.accounts["secretary"], scene.persons["trainee"]
    with pytest.raises(RuleBroken, match="林知远"):
        put(panel_of(scene, "first", "trainee"), waiting, secretary)
    assert not Item.objects.exists()
    item = put(panel_of(scene, "first", "second"), waiting, secretary)
    with pytest.raises(RuleBroken, match="林知远"):
        actions.seat_person(sitting=item.sitting, person=person, role="member", by=secretary)
    assert not SittingSeat.objects.filter(sitting=item.sitting, person=person).exists()
    seated = actions.seat_person(
        sitting=item.sitting, person=person, role="secretary", by=secretary
    )
    assert seated.role == "secretary"


def test_who_voted_as_a_substitute_judges_no_appeal_and_is_seated_at_none(
    scene: Stage, waiting: Case
) -> None:
    secretary, office = scene.accounts["secretary"], scene.accounts["office"]
    item = put(panel_of(scene, "first", "outsider"), waiting, secretary)
    replaced = SittingSeat.objects.get(person=scene.persons["outsider"])
    actions.seat_person(
        sitting=item.sitting, person=scene.persons["second"], role="member", by=secretary,
        stands_in_for=replaced,
    )  # fmt: skip
    voted(scene, item, {"first": "against", "second": "against"})
    made = appealed(scene, waiting)
    names = ("first", "second", "supervisor")
    assert barred(made) == {scene.persons[name].pk for name in names}
    for name in names:
        with pytest.raises(RuleBroken, match=scene.persons[name].name_zh):
            put(panel_of(scene, name, "outsider"), made, office, kind_of(waiting).stages[2].voting)
    fresh = put(panel_of(scene, "outsider"), made, office, kind_of(waiting).stages[2].voting)
    with pytest.raises(RuleBroken, match=scene.persons["second"].name_zh):
        actions.seat_person(
            sitting=fresh.sitting, person=scene.persons["second"], role="member", by=office
        )
    assert fresh.sitting.seats.count() == 1


def test_nobody_decides_an_appeal_for_somebody_who_judged_before(
    scene: Stage, waiting: Case
) -> None:
    """江晚晴 agreed, and leads since; whoever acts for her decides her appeals as little as she."""
    secretary, supervisor = scene.accounts["secretary"], scene.accounts["supervisor"]
    item = put(panel_of(scene, "first", "second"), waiting, secretary)
    voted(scene, item, {"first": "against", "second": "against"})
    made = appealed(scene, waiting)
    grant_role(
        account=supervisor, kind=RoleKind.LEADER, unit=scene.institution, valid_from=today(),
        by=OPERATOR,
    )  # fmt: skip
    new = NewPerson("staff_number", "aide", "温若乙")
    aide: Person = register_persons(institution=scene.institution, persons=[new], by=OPERATOR)[
        "aide"
    ]
    taker = open_account(
        login="aide", name="温若乙", password="only-for-tests-2026", person=aide, by=OPERATOR
    )
    delegate(
        giver=supervisor, taker=taker, valid_from=today(), valid_to=today() + timedelta(days=3),
        by=supervisor,
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        agreed(made, Account.objects.get(pk=taker.pk))
    made.refresh_from_db()
    assert made.state == "running"
    assert agreed(made, scene.accounts["leader"]).state == "granted"


def test_who_was_recused_released_and_seated_again_stays_recused(
    scene: Stage, waiting: Case
) -> None:
    secretary = scene.accounts["secretary"]
    item = put(panel_of(scene, "first", "second", "outsider"), waiting, secretary)
    seat = SittingSeat.objects.get(person=scene.persons["first"])
    actions.recuse(item=item, seat=seat, reason=HEALTH, by=secretary)
    actions.release_seat(seat=seat, by=secretary, reason="换人")
    again = actions.seat_person(
        sitting=item.sitting, person=scene.persons["first"], role="member", by=secretary
    )
    with pytest.raises(RuleBroken):
        voted(scene, item, {"first": "for"})
    assert Recusal.objects.filter(item=item, seat=again).exists()
    assert not VoteCast.objects.exists()
    lines = JournalEntry.objects.all()
    assert not any(HEALTH in str([line.before, line.after]) for line in lines)


def test_what_was_taken_back_is_on_display_and_on_an_agenda_no_more(
    scene: Stage, waiting: Case
) -> None:
    secretary = scene.accounts["secretary"]
    item = put(panel_of(scene, "first", "second"), waiting, secretary)
    voted(scene, item, {"first": "for", "second": "for"})
    waiting.refresh_from_db()
    notice = Notice.objects.get(case=waiting, state="open")
    item = put(panel_of(scene, "first", "outsider"), waiting, secretary)
    actions.withdraw_case(case=waiting, by=scene.accounts["trainee"])
    notice.refresh_from_db()
    item.refresh_from_db()
    assert (notice.state, item.state) == ("clear", "postponed")
    with pytest.raises(RuleBroken):
        actions.object_to(notice=notice, name="赵某", contact="13800000000", text="不符")


def test_who_may_not_see_a_hearing_is_not_told_who_acted_in_it(scene: Stage, waiting: Case) -> None:
    secretary = scene.accounts["secretary"]
    item = put(panel_of(scene, "first", "second"), waiting, secretary)
    voted(scene, item, {"first": "against", "second": "against"})
    waiting.refresh_from_db()
    assert waiting.stage == "hearing"
    for name in ("stranger", "neighbour"):
        with pytest.raises(NotPermitted) as told:
            actions.decide_hearing(
                case=waiting, outcome="changed", by=scene.accounts[name], revision=1
            )
        assert "secretary" not in str(told.value)


def test_a_draft_appeal_of_who_asked_keeps_the_person_concerned_from_nothing(
    scene: Stage, draft: Case
) -> None:
    trainee, secretary = scene.accounts["trainee"], scene.accounts["secretary"]
    case = actions.submit_case(case=draft, by=trainee)
    case = agreed(case, secretary, "refused")
    Case.objects.filter(pk=case.pk).update(asked_by=scene.accounts["stranger"])
    case.refresh_from_db()
    given: dict[str, Any] = {"case": case, "ground": "decision", "reason": HEALTH}
    Case.objects.create(
        institution=case.institution, unit=case.unit, kind=case.kind, person=case.person,
        asked_by=scene.accounts["stranger"], title_zh="复核", title_en="Appeal", appeal_of=case,
        ground="decision",
    )  # fmt: skip
    own = actions.appeal(by=trainee, **given)
    assert own.asked_by == trainee
    assert actions.submit_case(case=own, by=trainee).state == "running"
    with pytest.raises(NotPermitted):
        actions.appeal(by=scene.accounts["stranger"], **given)


@pytest.fixture
def before_body(scene: Stage) -> tuple[Case, Sitting]:
    """The same request where a degree committee votes, and a meeting of it: six members."""
    text = KIND.replace('"whole"', '"by_body"')
    in_force(
        scene.institution, text.replace('does = "sitting"', 'does = "sitting"\nbody = "degree"')
    )
    trainee, secretary = scene.accounts["trainee"], scene.accounts["secretary"]
    case = actions.open_case(
        institution=scene.institution, unit=scene.unit, kind="by_body",
        person=scene.persons["trainee"], title_zh="林知远公派", title_en="Lin goes abroad", by=trainee,
    )  # fmt: skip
    case = actions.submit_case(case=case, by=trainee)
    for name in ("supervisor", "secretary"):
        case = agreed(case, scene.accounts[name])
    case = actions.finish_composing(case=case, by=secretary, revision=case.revision)
    body = actions.set_up_body(
        institution=scene.institution, unit=scene.institution, code="DEC", kind="degree",
        name_zh="学位评定委员会", name_en="Degree committee", opened_on=date(2024, 9, 1),
        term_years=4, meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip
    names = ("first", "second", "trainee", "outsider", "deputy", "supervisor")
    seats = [actions.NewSittingSeat(scene.persons[name], "member") for name in names]
    sitting = actions.plan_sitting(
        institution=scene.institution, unit=scene.institution, title_zh="会议", title_en="Meeting",
        seats=seats, body=body, by=OPERATOR,
    )  # fmt: skip
    return case, sitting


def test_a_committee_votes_only_when_its_tied_and_concerned_members_are_recused(
    scene: Stage, before_body: tuple[Case, Sitting]
) -> None:
    case, sitting = before_body
    item = put(sitting, case, OPERATOR)
    declare_tie(
        person=scene.persons["second"], other=scene.persons["trainee"], kind="kinship", by=OPERATOR
    )
    actions.open_sitting(sitting=sitting, by=OPERATOR)
    for seat in sitting.seats.all():
        actions.mark_presence(seat=seat, is_present=True, by=OPERATOR)
    with pytest.raises(RuleBroken, match="方叔玉、林知远"):
        actions.open_vote(item=item, by=OPERATOR)
    for name in ("second", "trainee"):
        seat = sitting.seats.get(person=scene.persons[name])
        actions.recuse(item=item, seat=seat, reason=HEALTH, by=OPERATOR)
    opened = actions.open_vote(item=item, by=OPERATOR)
    assert (opened.state, opened.members, opened.present) == ("open", 6, 4)


def test_what_a_committee_decides_is_not_decided_by_a_panel(
    scene: Stage, before_body: tuple[Case, Sitting]
) -> None:
    case, _meeting = before_body
    item = put(panel_of(scene, "first", "second"), case, scene.accounts["secretary"])
    with pytest.raises(RuleBroken):
        voted(scene, item, {"first": "for"})
    item.refresh_from_db()
    assert item.state == "listed"
