"""Trainees who are brought to where a request of the demo begins, and a defence that fails.

Invented. Used where the institution is made so small that too few trainees stand in a state; the
figures of the censuses, which are of earlier days, are not touched.
"""

from __future__ import annotations

from datetime import date, timedelta

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import (
    appeal,
    cast_vote,
    close_sitting,
    close_vote,
    decide_stage,
    make_link,
    mark_presence,
    open_sitting,
    open_vote,
    submit_case,
)
from preceptor.cases.choices import Choice, LinkPurpose
from preceptor.cases.models import Case, Item, Sitting, SittingSeat
from preceptor.cases.seating import VOTERS
from preceptor.people.actions import open_account_with_role
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.training.actions import (
    change_milestone,
    change_state,
    record_checks,
    record_milestones,
    record_reviews,
    record_rotations,
    record_theses,
)
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind, Outcome, RotationKind
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Rotation,
    SimilarityCheck,
    Thesis,
    ThesisReview,
)
from preceptor.training.queries import attempts_of, decided_attempts, next_attempt

from .accounts import PASSWORD

#: The states in their order, each with the step that leads to it.
PATH: tuple[tuple[State, MilestoneKind | None], ...] = (
    (State.TRAINING, None),
    (State.CANDIDATE, MilestoneKind.PROPOSAL),
    (State.MIDTERM_PASSED, MilestoneKind.MIDTERM),
    (State.CLINICAL_PASSED, MilestoneKind.CLINICAL_EXAM),
    (State.PREDEFENCE_PASSED, MilestoneKind.PREDEFENCE),
    (State.THESIS_IN_REVIEW, None),
    (State.DEFENCE_READY, None),
    (State.DEFENDED, MilestoneKind.DEFENCE),
    (State.GRADUATED, None),
)
ORDER = [state for state, _step in PATH]
REASON = "演示数据"
REVIEWS = 3
APPELLANT = "trainee-2"


def before(state: State) -> list[State]:
    """The state, then those from which a trainee is brought to it, the nearest first."""
    return ORDER[ORDER.index(state) :: -1] if state in ORDER else [state]


def bring_to(row: Enrolment, goal: State) -> Enrolment:
    """The trainee in the state, with what is recorded of somebody who got there; who is there already
    is given unchanged. Raises what the actions raise."""
    if row.state == goal or goal not in ORDER:
        return row
    ahead = PATH[ORDER.index(State(row.state)) + 1 : ORDER.index(goal) + 1]
    for place, (state, step) in enumerate(ahead):
        if step is not None:
            _pass(row, step, today() - timedelta(days=40 * (len(ahead) - place)))
        if state == State.THESIS_IN_REVIEW:
            _train(row)
            _review(row)
        row = change_state(enrolment=row, to=state, on=today(), reason=REASON, by=OPERATOR)
    return Enrolment.objects.select_related("unit", "institution", "person").get(pk=row.pk)


def _pass(row: Enrolment, step: MilestoneKind, day: date) -> None:
    attempts = attempts_of(row, step)
    if decided_attempts(attempts, Outcome.PASS):
        return
    number = next_attempt(attempts)
    held = next((one for one in attempts if one.attempt == number), None)
    if held is not None:
        change_milestone(
            milestone=held, held_on=day, outcome=Outcome.PASS, reason=REASON, by=OPERATOR
        )
        return
    fresh = Milestone(
        enrolment=row, kind=step, attempt=number, planned_on=day, held_on=day, outcome=Outcome.PASS
    )
    record_milestones(institution=row.institution, milestones=[fresh], by=OPERATOR)


def _train(row: Enrolment) -> None:
    """Two years and more of a post in the clinic, which satisfy both rules of training."""
    end = today().replace(day=1)
    post = Rotation(
        enrolment=row, department="内科", start_month=end.replace(year=end.year - 2, month=1),
        end_month=end, kind=RotationKind.EQUIVALENT_POST,
    )  # fmt: skip
    record_rotations(institution=row.institution, rotations=[post], by=OPERATOR)


def _review(row: Enrolment) -> None:
    """A thesis below the ceiling of similarity with its blind reviews, where there is none."""
    if Thesis.objects.filter(enrolment=row).exists():
        return
    place, day = row.institution, today() - timedelta(days=20)
    thesis = Thesis(
        enrolment=row, title_zh="临床队列的前瞻性研究", title_en="A prospective clinical cohort"
    )
    record_theses(institution=place, theses=[thesis], by=OPERATOR)
    check = SimilarityCheck(thesis=thesis, similarity_e4=900, checked_on=day)
    record_checks(institution=place, checks=[check], by=OPERATOR)
    reviews = [
        ThesisReview(
            thesis=thesis, number=number, is_blind=True, outcome=Outcome.PASS, returned_on=day
        )
        for number in range(1, REVIEWS + 1)
    ]
    record_reviews(institution=place, reviews=reviews, by=OPERATOR)


def vote_on(sitting: Sitting, record: str, *, is_carried: bool) -> None:
    """The sitting is held and its only item voted on: carried by all, or one ballot is missing.

    Whoever has no account votes by a link.
    """
    sitting = open_sitting(sitting=sitting, by=OPERATOR)
    seats = list(sitting.seats.filter(released_at=None).select_related("person"))
    for seat in seats:
        mark_presence(seat=seat, is_present=True, by=OPERATOR)
    item = open_vote(item=sitting.items.get(), by=OPERATOR)
    seats = [seat for seat in seats if seat.role in VOTERS]
    # More than half of all carry in a body, two thirds in a panel: this fails in both.
    in_favour = len(seats) if is_carried else len(seats) // 2
    for place, seat in enumerate(seats):
        _cast(item, seat, Choice.FOR if place < in_favour else Choice.AGAINST)
    close_vote(item=item, by=OPERATOR)
    sitting.refresh_from_db()
    close_sitting(sitting=sitting, by=OPERATOR, record=record)


def _cast(item: Item, seat: SittingSeat, choice: Choice) -> None:
    account = Account.objects.filter(person=seat.person_id).first()
    if account is not None:
        cast_vote(item=item, seat=seat, choice=choice, by=account)
        return
    link, _token = make_link(seat=seat, purpose=LinkPurpose.BALLOT, by=OPERATOR)
    cast_vote(item=item, seat=seat, choice=choice, link=link)


def fail_and_appeal(case: Case, sitting: Sitting, row: Enrolment) -> Case:
    """The vote fails, the trainee asks for the academic review, and the office takes it up: its new
    experts are to be chosen."""
    vote_on(sitting, "会议按议程进行，表决未通过。", is_carried=False)
    case.refresh_from_db()
    asker = open_trainee_account(row, APPELLANT)
    made = appeal(case=case, ground="academic", reason="对样本量的评价与论文不符", by=asker)
    made = submit_case(case=made, by=asker)
    decide_stage(
        case=made, outcome="agreed", by=OPERATOR, revision=made.revision, passing_over=REASON
    )
    return case


def open_trainee_account(row: Enrolment, login: str) -> Account:
    """An account of the trainee: nobody else can appeal or state a view."""
    return open_account_with_role(
        login=login, name=row.person.name_zh, password=PASSWORD, person=row.person,
        email=f"{login}@example.edu", kind=RoleKind.TRAINEE, unit=row.unit,
        valid_from=row.cohort_on, by=OPERATOR,
    )  # fmt: skip
