"""A principal investigator resigns, moves, retires or dies, or both sides agree: the term ends without a
verdict, and what follows is what follows a verdict of exit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import timezone

from pi_rows import ENDS, NOON, SINCE, asked, decided, limited, voted, with_report
from preceptor.base.actors import OPERATOR, Mandate
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import finish_composing
from preceptor.cases.actions.agenda import put_on_agenda
from preceptor.cases.actions.appeal import appeal
from preceptor.cases.actions.attendance import mark_presence
from preceptor.cases.actions.ballot import open_vote
from preceptor.cases.actions.meeting import call_meeting
from preceptor.cases.actions.sitting import open_sitting
from preceptor.cases.models import Case, Item
from preceptor.cases.queries import kind_of
from preceptor.fellows.actions import (
    ask_assessment,
    ask_closing_of_laboratory,
    end_appointment,
    propose_verdict,
    resume_appointment,
    start_appointment,
)
from preceptor.fellows.actions.assessment import end_assessment
from preceptor.fellows.charter import rest_of
from preceptor.fellows.choices import LimitKind, Rest, ReviewKind, TermEndGround, Verdict
from preceptor.fellows.models import Appointment, AssessmentCase, Laboratory, TermEnd, Tranche
from preceptor.fellows.waiting import ending_terms

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

CARRIED = ("for", "for", "against")
SECRET = "确诊后请辞，家属签字"
A_DAY = timedelta(days=1)
DAY = NOON.date()


def ended(
    pis: Programme, who: str = "personnel", ground: TermEndGround = TermEndGround.RESIGNED,
    **more: Any,
) -> Appointment:  # fmt: skip
    given = {"on": today(), "reason": SECRET, **more}
    return end_appointment(appointment=pis.appointment, ground=ground, by=pis[who], **given)


def standing(pis: Programme) -> Appointment:
    return Appointment.objects.get(pk=pis.appointment.pk)


def states(pis: Programme) -> list[str]:
    rows = Tranche.objects.filter(appointment=pis.appointment).order_by("place")
    return [row.state for row in rows]


def laboratory(pis: Programme) -> Laboratory:
    return Laboratory.objects.get(pk=pis.laboratory.pk)


def lines(verb: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(verb=verb).order_by("pk"))


@pytest.mark.parametrize("ground", list(TermEndGround))
def test_a_term_that_ends_by_hand_stops_the_money_rests_the_head_and_begins_the_closing(
    pis: Programme, ground: TermEndGround
) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100)
    ended(pis, "director", ground, paper="云医人〔2026〕8号")
    held = standing(pis)
    assert (held.state, held.left_on) == ("ended", DAY)
    assert (held.end_by_hand.ground, held.end_by_hand.reason) == (ground, SECRET)
    assert states(pis) == ["released", "stopped", "stopped"]
    assert (laboratory(pis).closing_on, laboratory(pis).closed_on) == (DAY, None)
    assert rest_of(pis.laboratory, DAY) == Rest.LEFT
    assert rest_of(laboratory(pis), DAY) == Rest.CLOSING
    case = decided(asked(pis.laboratory, LimitKind.BUY, 1, pis["member"]), pis["head"])
    assert case.stage == "director"
    assert not ending_terms(ENDS).filter(pk=held.pk).exists()


def test_the_reason_is_kept_encrypted_and_the_journal_names_day_ground_and_paper_only(
    pis: Programme,
) -> None:
    ended(pis, paper="云医人〔2026〕8号")
    [line] = lines("appointment.leave")
    assert line.actor_key == pis["personnel"].actor_key
    assert line.after == {
        "state": "ended", "left_on": DAY.isoformat(), "ground": "resigned",
        "paper": "云医人〔2026〕8号",
    }  # fmt: skip
    assert not any(
        SECRET in str((one.reason, one.before, one.after)) for one in JournalEntry.objects.all()
    )


@pytest.mark.parametrize("who", ["head", "member", "neighbour", "stranger", "other", "c0"])
def test_nobody_ends_the_own_term_nor_that_of_another_programme(pis: Programme, who: str) -> None:
    with pytest.raises(NotPermitted):
        ended(pis, who)
    assert standing(pis).state == "started"
    assert not TermEnd.objects.exists()
    ended(pis)
    with pytest.raises(NotPermitted):
        resume_appointment(appointment=pis.appointment, reason="误录", by=pis[who])
    assert standing(pis).state == "ended"


def test_a_director_who_leads_a_laboratory_does_not_end_the_own_term(pis: Programme) -> None:
    pis.programme.director = pis.persons["head"]
    pis.programme.save()
    with pytest.raises(NotPermitted):
        ended(pis, "head")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": "  "}, InputRefused), ({"reason": "长" * 2001}, InputRefused),
        ({"ground": TermEndGround.AGREED}, InputRefused), ({"paper": "文" * 201}, InputRefused),
        ({"on": DAY + A_DAY}, RuleBroken), ({"on": SINCE - A_DAY}, RuleBroken),
    ],
)  # fmt: skip
def test_an_end_without_its_reason_paper_or_day_is_refused_and_nothing_is_written(
    pis: Programme, more: dict[str, Any], error: type[Exception]
) -> None:
    case = ask_assessment(appointment=pis.appointment, kind=ReviewKind.ANNUAL, by=pis["head"])
    with pytest.raises(error):
        ended(pis, **more)
    assert standing(pis).state == "started"
    assert states(pis) == ["released", "planned", "planned"]
    assert laboratory(pis).closing_on is None
    assert Case.objects.get(pk=case.pk).state == "draft"


def test_a_term_that_ran_out_ends_on_the_day_after_its_last_and_not_later(pis: Programme) -> None:
    with time_machine.travel(ENDS + timedelta(days=40), tick=False):
        with pytest.raises(RuleBroken):
            ended(pis, on=ENDS + 2 * A_DAY)
        assert ended(pis, on=ENDS + A_DAY).left_on == ENDS + A_DAY


def test_a_double_click_ends_once_and_another_end_is_refused_with_the_day(pis: Programme) -> None:
    ended(pis)
    ended(pis)
    assert len(lines("appointment.leave")) == 1
    with pytest.raises(RuleBroken, match=DAY.isoformat()):
        ended(pis, ground=TermEndGround.RETIRED)
    with pytest.raises(RuleBroken):
        ended(pis, on=DAY - A_DAY)
    assert TermEnd.objects.get().ground == "resigned"


def test_an_assessment_that_is_under_way_is_taken_off_and_says_why(pis: Programme) -> None:
    draft = ask_assessment(appointment=pis.appointment, kind=ReviewKind.ANNUAL, by=pis["head"])
    running = with_report(
        ask_assessment(appointment=pis.appointment, kind=ReviewKind.APPOINTMENT, by=pis["head"]),
        pis["head"],
    )
    ended(pis)
    for case in (draft, running):
        held = Case.objects.get(pk=case.pk)
        assert held.state == "withdrawn"
        assert "辞职" in held.steps.order_by("-revision")[0].reason
        assert not held.tasks.filter(done_at=None).exists()
    with pytest.raises(NotPermitted):
        decided(running, pis["personnel"])
    with pytest.raises(RuleBroken):
        ask_assessment(appointment=standing(pis), kind=ReviewKind.MIDTERM, by=pis["personnel"])


def before_vote(pis: Programme, verdict: Verdict) -> Case:
    draft = ask_assessment(appointment=pis.appointment, kind=ReviewKind.APPOINTMENT, by=pis["head"])
    case = decided(with_report(draft, pis["head"]), pis["personnel"])
    propose_verdict(case=case, verdict=verdict, by=pis["director"])
    return finish_composing(case=case, by=pis["director"], revision=case.revision)


def listed(pis: Programme, case: Case) -> Item:
    start = timezone.now() + timedelta(hours=1)
    sitting = call_meeting(
        body=pis.committee, starts_at=start, ends_at=start + timedelta(hours=2), by=OPERATOR
    )
    return put_on_agenda(
        sitting=sitting, case=case, title_zh=case.title_zh,
        voting=kind_of(case).stage("committee").voting, by=OPERATOR,
    )  # fmt: skip


def test_an_assessment_on_an_agenda_leaves_it_and_one_that_is_voted_on_holds_the_end_back(
    pis: Programme,
) -> None:
    item = listed(pis, before_vote(pis, Verdict.RENEW))
    open_sitting(sitting=item.sitting, by=OPERATOR)
    for seat in item.sitting.seats.all():
        mark_presence(seat=seat, is_present=True, by=OPERATOR)
    open_vote(item=item, by=OPERATOR)
    with pytest.raises(RuleBroken, match="正在表决"):
        ended(pis)
    assert standing(pis).state == "started"
    Item.objects.filter(pk=item.pk).update(state="listed")
    ended(pis)
    assert Item.objects.get(pk=item.pk).state == "postponed"


def test_a_further_term_that_has_not_begun_ends_too_and_one_that_has_is_ended_itself(
    pis: Programme,
) -> None:
    voted(pis, before_vote(pis, Verdict.RENEW), CARRIED)
    further = Appointment.objects.get(follows=pis.appointment)
    ended(pis)
    row = Appointment.objects.get(pk=further.pk)
    assert (row.state, row.left_on, row.end_by_hand.ground) == ("ended", row.starts_on, "resigned")
    with pytest.raises(RuleBroken, match="前一聘期"):
        resume_appointment(appointment=row, reason="误录", by=pis["personnel"])
    resume_appointment(appointment=pis.appointment, reason="误录", by=pis["personnel"])
    assert Appointment.objects.get(pk=further.pk).state == "contracted"
    Appointment.objects.filter(pk=further.pk).update(
        contract_number="HT-2", contracted_on=DAY, state="started"
    )
    with pytest.raises(RuleBroken, match=further.number):
        ended(pis)


def test_a_further_term_that_ends_before_its_first_day_leaves_the_present_one_as_it_is(
    pis: Programme,
) -> None:
    voted(pis, before_vote(pis, Verdict.RENEW), CARRIED)
    further = Appointment.objects.get(follows=pis.appointment)
    end_appointment(
        appointment=further, ground=TermEndGround.MOVED, on=DAY, reason=SECRET, by=pis["personnel"]
    )
    assert standing(pis).state == "started"
    assert laboratory(pis).closing_on is None
    with pytest.raises(RuleBroken):
        start_appointment(appointment=further, on=further.starts_on, by=pis["personnel"])


def test_an_end_recorded_by_mistake_is_undone_and_all_stands_as_before(pis: Programme) -> None:
    Tranche.objects.filter(appointment=pis.appointment, place=2).update(
        state="held", reason="待核", decided_on=SINCE
    )
    ended(pis)
    for _twice in range(2):
        resume_appointment(appointment=pis.appointment, reason="误录", by=pis["director"])
    held = standing(pis)
    assert (held.state, held.left_on) == ("started", None)
    assert states(pis) == ["released", "held", "planned"]
    tranche = Tranche.objects.get(appointment=held, place=2)
    assert (tranche.reason, tranche.decided_on) == ("待核", SINCE)
    assert laboratory(pis).closing_on is None
    assert rest_of(laboratory(pis), DAY) is None
    assert not TermEnd.objects.exists()
    assert len(lines("appointment.resume")) == 1
    ended(pis, ground=TermEndGround.RETIRED)
    assert standing(pis).state == "ended"


def test_an_end_is_not_undone_without_reason_nor_while_the_closing_is_asked_for(
    pis: Programme,
) -> None:
    ended(pis)
    with pytest.raises(InputRefused):
        resume_appointment(appointment=pis.appointment, reason=" ", by=pis["office"])
    case = ask_closing_of_laboratory(laboratory=pis.laboratory, closes_on=DAY, by=pis["director"])
    with pytest.raises(RuleBroken, match="撤回"):
        resume_appointment(appointment=pis.appointment, reason="误录", by=pis["office"])
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    Laboratory.objects.filter(pk=pis.laboratory.pk).update(closed_on=DAY)
    with pytest.raises(RuleBroken, match=DAY.isoformat()):
        resume_appointment(appointment=pis.appointment, reason="误录", by=pis["office"])


def test_a_term_that_a_verdict_ended_is_not_undone_by_hand(pis: Programme) -> None:
    voted(pis, before_vote(pis, Verdict.EXIT), CARRIED)
    with pytest.raises(RuleBroken):
        ended(pis)
    with pytest.raises(RuleBroken):
        resume_appointment(appointment=pis.appointment, reason="误录", by=pis["office"])
    assert standing(pis).state == "ended"


def test_an_appeal_against_an_earlier_verdict_does_not_bring_back_who_left_meanwhile(
    pis: Programme,
) -> None:
    case = voted(pis, before_vote(pis, Verdict.STOP), CARRIED)
    ended(pis, on=DAY)
    ground = kind_of(case).appeals[0].ground
    complaint = appeal(case=case, ground=ground, reason="材料未看", by=pis["head"])
    with pytest.raises(RuleBroken, match=DAY.isoformat()):
        end_assessment(
            row=AssessmentCase.objects.get(case=case), outcome="set_aside",
            by=Mandate("a", "b", str(complaint)), item=None,
        )  # fmt: skip
    assert standing(pis).state == "ended"
