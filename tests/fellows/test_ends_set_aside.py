"""An end of a term that is set aside gives back what stood before, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from new_fellows import TERM_END, Fellows, entering
from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.cases.registry import port_of
from preceptor.fellows.actions import NewHost, ask_step, end_terms, enter_postdoc, sign_contract
from preceptor.fellows.choices import Grade, IntakeSource, PostdocState, PostdocStep, StayEnd
from preceptor.fellows.models import Host, Postdoc, PostdocAssessment, PostdocCase, Stay

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("procedures")]
A_DAY = timedelta(days=1)
SOON = today() + 40 * A_DAY


def now(fellows: Fellows) -> Postdoc:
    return Postdoc.objects.get(pk=fellows.xu.pk)


def asked(fellows: Fellows, step: PostdocStep, **wishes: Any) -> Case:
    return ask_step(postdoc=now(fellows), step=step, by=fellows.personnel, **wishes)


def ended(case: Case, outcome: str) -> None:
    """What the end of the request does, under the mandate of who decided it."""
    mandate = Mandate("account:1", "leader", str(case))
    case.refresh_from_db()
    with deed(mandate):
        port_of(case).effect(case, outcome, mandate, None)
    state = "running" if outcome == "set_aside" else outcome
    Case.objects.filter(pk=case.pk).update(state=state)


def leaving(fellows: Fellows, **wishes: Any) -> Case:
    """The move elsewhere, or to the station that is named, decided for a day ahead."""
    case = asked(fellows, PostdocStep.TRANSFER, wished_on=SOON, **wishes)
    ended(case, "granted")
    return case


def test_a_withdrawal_set_aside_leaves_the_end_that_was_decided_before(fellows: Fellows) -> None:
    leaving(fellows)
    withdrawal = asked(fellows, PostdocStep.WITHDRAWAL)
    ended(withdrawal, "granted")
    assert now(fellows).state == PostdocState.WITHDRAWN
    ended(withdrawal, "set_aside")
    held = now(fellows)
    assert (held.state, held.left_on) == (PostdocState.IN_STATION, SOON)
    stay = Stay.objects.get(postdoc=held)
    assert (stay.ends_on, stay.goes_by) == (SOON, StayEnd.TRANSFER)
    assert {row.valid_to for row in Host.objects.known()} == {SOON}


def test_an_end_whose_day_has_come_meanwhile_has_come_when_the_withdrawal_is_set_aside(
    fellows: Fellows,
) -> None:
    leave = leaving(fellows)
    withdrawal = asked(fellows, PostdocStep.WITHDRAWAL)
    ended(withdrawal, "granted")
    row = PostdocCase.objects.get(case=withdrawal)
    row.restores = {"hosts": [], "end": [today().isoformat(), "transfer"]}
    row.save()
    PostdocCase.objects.filter(case=leave).update(wished_on=today())
    ended(withdrawal, "set_aside")
    assert (now(fellows).state, now(fellows).left_on) == (PostdocState.TRANSFERRED, today())


def test_an_end_that_was_set_aside_itself_does_not_stand_again(fellows: Fellows) -> None:
    leave = leaving(fellows)
    withdrawal = asked(fellows, PostdocStep.WITHDRAWAL)
    ended(withdrawal, "granted")
    ended(leave, "set_aside")
    assert now(fellows).state == PostdocState.WITHDRAWN
    ended(withdrawal, "set_aside")
    assert (now(fellows).state, now(fellows).left_on) == (PostdocState.IN_STATION, None)


def test_a_move_set_aside_before_its_day_takes_the_entry_at_the_new_station_back(
    fellows: Fellows,
) -> None:
    case = leaving(fellows, to_station=fellows.other_station)
    following = Postdoc.objects.get(follows=fellows.xu)
    ended(case, "set_aside")
    assert list(Postdoc.objects.all()) == [now(fellows)] and Stay.objects.count() == 1
    assert now(fellows).left_on is None
    line = JournalEntry.objects.get(verb="postdoc.entry_back")
    assert line.subject_key == str(following.pk)
    assert end_terms(institution=fellows.institution, by=fellows.office) == 0


def test_a_move_after_which_something_was_written_to_the_new_term_is_not_set_aside(
    fellows: Fellows,
) -> None:
    case = leaving(fellows, to_station=fellows.other_station)
    following = Postdoc.objects.get(follows=fellows.xu)
    sign_contract(
        postdoc=following, number="HT-9", signed_on=today(), first_on=SOON,
        last_on=SOON + 300 * A_DAY, by=fellows.personnel,
    )  # fmt: skip
    with pytest.raises(RuleBroken):
        ended(case, "set_aside")
    assert Postdoc.objects.filter(follows=fellows.xu).exists()
    assert now(fellows).left_on == SOON


def test_a_move_whose_new_term_has_begun_is_not_set_aside(fellows: Fellows) -> None:
    case = asked(fellows, PostdocStep.TRANSFER, wished_on=today(), to_station=fellows.other_station)
    ended(case, "granted")
    with pytest.raises(RuleBroken):
        ended(case, "set_aside")
    assert now(fellows).state == PostdocState.TRANSFERRED


def test_an_assessment_that_was_not_held_takes_no_other_grade_with_it(fellows: Fellows) -> None:
    held = asked(fellows, PostdocStep.ANNUAL, year=2025)
    PostdocCase.objects.filter(case=held).update(grade=Grade.GOOD)
    ended(held, "granted")
    second = asked(fellows, PostdocStep.ANNUAL, year=2025)
    ended(second, "refused")
    ended(second, "set_aside")
    assert PostdocAssessment.objects.get().grade == Grade.GOOD
    ended(held, "set_aside")
    assert PostdocAssessment.objects.get().grade is None


def test_a_joint_intake_that_moves_leaves_its_workstation_and_agreement_behind(
    fellows: Fellows,
) -> None:
    joint = enter_postdoc(
        **entering(
            fellows, intake=IntakeSource.JOINT, workstation=fellows.workstation,
            agreement=fellows.agreement, term_ends_on=today() + 90 * A_DAY,
            hosts=[NewHost(fellows.persons["T1"]), NewHost(fellows.persons["T2"], is_outside=True)],
        )
    )  # fmt: skip
    case = ask_step(
        postdoc=joint, step=PostdocStep.TRANSFER, wished_on=SOON,
        to_station=fellows.other_station, by=fellows.personnel,
    )  # fmt: skip
    ended(case, "granted")
    made = Postdoc.objects.get(follows=joint)
    assert (made.intake, made.workstation, made.agreement) == ("own", None, None)
    assert made.term_ends_on - made.entered_on == joint.term_ends_on - joint.entered_on
    hosts = Host.objects.known().filter(postdoc=made).order_by("person")
    assert [(row.person, row.is_outside, row.valid_from) for row in hosts] == [
        (fellows.persons["T1"], False, SOON), (fellows.persons["T2"], True, SOON),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "goes_by"),
    [(-1, StayEnd.EARLY_EXIT), (0, StayEnd.EXIT), (1, StayEnd.EXIT)],
)
def test_an_exit_on_the_last_day_of_the_term_is_no_early_one(
    fellows: Fellows, days: int, goes_by: StayEnd
) -> None:
    on = TERM_END + days * A_DAY
    case = asked(fellows, PostdocStep.EXIT, wished_on=on)
    PostdocCase.objects.filter(case=case).update(grade=Grade.GOOD)
    ended(case, "granted")
    stay = Stay.objects.get()
    assert (stay.ends_on, stay.goes_by) == (on, goes_by)


def test_an_extension_names_no_station_to_move_to(fellows: Fellows) -> None:
    later = date(2030, 1, 1)
    with pytest.raises(RuleBroken):
        asked(fellows, PostdocStep.EXTENSION, wished_on=later, to_station=fellows.other_station)
    assert not PostdocCase.objects.exists()
    assert asked(fellows, PostdocStep.EXTENSION, wished_on=later).postdoc_case.wished_on == later
