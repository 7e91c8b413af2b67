"""Stored verdicts: never older than the records, always what an evaluation afresh says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.actions import give_capacities, give_titles
from preceptor.people.models import Account, Capacity, Title
from preceptor.policy import Verdict
from preceptor.standing.actions import evaluate_all
from preceptor.standing.models import Finding
from preceptor.standing.packs import in_force
from preceptor.standing.population import enrolled_on
from preceptor.standing.queries import counts, standing_of
from preceptor.supervisors.actions import record_qualifications
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training import actions
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Panel,
    Rotation,
    SimilarityCheck,
    Thesis,
    ThesisReview,
)
from preceptor.training.states import following

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

Answers = dict[tuple[int | None, str], str]
A_DAY = timedelta(days=1)


def stored(enrolment: Enrolment) -> Answers:
    rows = Finding.objects.filter(enrolment=enrolment)
    answers = [((row.panel_id, row.rule), row.verdict) for row in rows]
    assert len(dict(answers)) == len(answers)
    return dict(answers)


def afresh(enrolment: Enrolment) -> Answers:
    standing = standing_of(enrolment, today(), "zh")
    is_enrolled = enrolled_on(enrolment.institution, today()).filter(pk=enrolment.pk).exists()
    own = standing.requirements if is_enrolled else []
    found: Answers = {(None, known.rule): known.verdict.value for known in own}
    for panel in standing.panels:
        found |= {(panel.panel.pk, known.rule): known.verdict.value for known in panel.requirements}
    return found


def check_everybody() -> int:
    """Compare what is stored with what is so; gives how many verdicts were compared."""
    compared = 0
    for enrolment in Enrolment.objects.select_related("institution"):
        assert stored(enrolment) == afresh(enrolment)
        compared += len(stored(enrolment))
    return compared


def pick(rows: Any, number: int) -> Any:
    listed = list(rows.order_by("pk"))
    return listed[number % len(listed)] if listed else None


def day(number: int) -> date:
    return date(2022, 1, 1) + 53 * number * A_DAY


def any_trainee(number: int) -> Enrolment:
    return pick(Enrolment.objects.select_related("unit", "institution"), number)


def rotate(cast: Cast, a: int, b: int) -> None:
    kinds = ["specialty", "chief_resident", "equivalent_post", "other", None]
    first = day(b).replace(day=1)
    row = Rotation(
        enrolment=any_trainee(a), department="外科", start_month=first,
        end_month=(first + 120 * A_DAY).replace(day=1), kind=kinds[(a + b) % 5],
    )  # fmt: skip
    actions.record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)


def correct_rotation(_cast: Cast, a: int, b: int) -> None:
    row = pick(Rotation.objects.select_related("enrolment__unit"), a)
    kinds = ["chief_resident", "other", None]
    actions.change_rotation(rotation=row, by=OPERATOR, reason="更正", kind=kinds[b % 3])


def reach(cast: Cast, a: int, b: int) -> None:
    trainee, kinds = any_trainee(a), ["proposal", "midterm", "predefence", "defence"]
    kind = kinds[b % 4]
    row = Milestone(
        enrolment=trainee, kind=kind, held_on=day(b), outcome=["pass", "fail", None][a % 3],
        attempt=1 + trainee.milestones.filter(kind=kind).count(),
    )  # fmt: skip
    actions.record_milestones(institution=cast.institution, milestones=[row], by=OPERATOR)


def decide(_cast: Cast, a: int, b: int) -> None:
    row = pick(Milestone.objects.select_related("enrolment__unit"), a)
    actions.change_milestone(
        milestone=row, by=OPERATOR, reason="更正", outcome=["pass", "fail", None][b % 3]
    )


def write_thesis(cast: Cast, a: int, b: int) -> None:
    trainee = any_trainee(a)
    thesis = Thesis.objects.filter(enrolment=trainee).first()
    place: dict[str, Any] = {"institution": cast.institution, "by": OPERATOR}
    if thesis is None:
        actions.record_theses(theses=[Thesis(enrolment=trainee, title_zh="题目")], **place)
    elif b % 2:
        number = 1 + thesis.similarity_checks.count()
        check = SimilarityCheck(thesis=thesis, attempt=number, similarity_e4=2999 + b % 4)
        actions.record_checks(checks=[check], **place)
    else:
        number = 1 + thesis.reviews.count()
        review = ThesisReview(thesis=thesis, number=number, is_blind=[True, False, None][b % 3])
        actions.record_reviews(reviews=[review], **place)


def change_state(_cast: Cast, a: int, b: int) -> None:
    trainee = any_trainee(a)
    before = actions.enrolment.state_before_suspension(trainee)
    allowed = sorted(following(State(trainee.state), before))
    if allowed:
        actions.change_state(
            enrolment=trainee,
            to=allowed[b % len(allowed)],
            on=today(),
            reason="依申请",
            by=OPERATOR,
        )


def correct_cohort(_cast: Cast, a: int, b: int) -> None:
    year = 2014 + b % 9
    actions.correct_enrolment(
        enrolment=any_trainee(a), by=OPERATOR, reason="核对", cohort=year,
        cohort_on=date(year, 9, 1),
    )  # fmt: skip


def move(cast: Cast, a: int, b: int) -> None:
    actions.move(
        enrolment=any_trainee(a), unit=[cast.general, cast.cancer][b % 2], direction=cast.medicine,
        on=today(), reason="转院", by=OPERATOR,
    )  # fmt: skip


def compose(cast: Cast, a: int, b: int) -> None:
    stages = ["proposal", "midterm", "clinical_exam", "predefence", "defence"]
    row = Panel(
        number=f"N{Panel.objects.count()}", institution=cast.institution,
        enrolment=any_trainee(a), stage=stages[b % 5], sits_on=day(b) if a % 2 else None,
    )  # fmt: skip
    people = [cast.persons[key] for key in ("T1", "T2", "T3", "S3")][: 1 + a % 4]
    seats = [actions.NewSeat(person, "chair" if b % 3 else None) for person in people]
    actions.compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)


def reseat(_cast: Cast, a: int, b: int) -> None:
    panel = pick(Panel.objects.select_related("enrolment__unit"), a)
    seat = pick(panel.seats, b)
    actions.change_seat(
        seat=seat, by=OPERATOR, reason="更正", role=["member", "secretary", None][b % 3],
        stated_level=["full", "associate", None][a % 3],
    )  # fmt: skip


def resit(_cast: Cast, a: int, b: int) -> None:
    panel = pick(Panel.objects.select_related("enrolment__unit"), a)
    on = None if b % 5 == 0 else day(b)
    actions.reschedule_panel(panel=panel, sits_on=on, precision="day", by=OPERATOR, reason="改期")


def give(cast: Cast, a: int, b: int) -> None:
    person = cast.persons[["T1", "T2", "T3", "S3"][a % 4]]
    institution, since = cast.institution, day(b)
    if b % 3 == 0:
        level = ["full", "associate", "intermediate"][a % 3]
        row = Title(person=person, series="teacher", level=level, name="某职称", valid_from=since)
        give_titles(institution=institution, titles=[row], by=OPERATOR)
    elif b % 3 == 1:
        kind = ["staff", "physician", "degree_committee"][a % 3]
        post = Capacity(person=person, unit=cast.cancer, kind=kind, valid_from=since)
        give_capacities(institution=institution, capacities=[post], by=OPERATOR)
    else:
        right = SupervisorQualification(
            person=person, unit=cast.general, degree_level="doctor", degree_type="professional",
            state="engaged", valid_from=since,
        )  # fmt: skip
        record_qualifications(institution=institution, qualifications=[right], by=OPERATOR)


ACTS: list[Callable[[Any, int, int], None]] = [
    rotate, correct_rotation, reach, decide, write_thesis, write_thesis, change_state,
    correct_cohort, move, compose, reseat, resit, give, give,
]  # fmt: skip
SEQUENCES = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 11), st.integers(0, 11)),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=SEQUENCES)
def test_after_any_actions_what_is_stored_is_what_an_evaluation_afresh_says(
    cast: Cast, sequence: list[tuple[Callable[[Any, int, int], None], int, int]]
) -> None:
    with transaction.atomic():
        for act, a, b in sequence:
            act(cast, a, b)
            assert check_everybody() > 0
        before = {row.pk: stored(row) for row in Enrolment.objects.all()}
        evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)
        assert {row.pk: stored(row) for row in Enrolment.objects.all()} == before
        transaction.set_rollback(True)


def test_verdicts_are_stored_in_the_transaction_of_the_write(cast: Cast) -> None:
    rule = {"enrolment": cast.shen, "rule": "training.clinical"}
    assert Finding.objects.get(**rule).verdict == Verdict.FAIL
    row = Rotation(
        enrolment=cast.shen, department="内科", start_month=date(2021, 9, 1),
        end_month=date(2023, 8, 1), kind="specialty",
    )  # fmt: skip
    with pytest.raises(ZeroDivisionError), deed(OPERATOR):
        actions.record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)
        raise ZeroDivisionError
    assert Finding.objects.get(**rule).verdict == Verdict.FAIL
    row.pk = None
    actions.record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)
    assert Finding.objects.get(**rule).verdict == Verdict.PASS


def test_a_refused_write_leaves_every_verdict_as_it_was(cast: Cast, neighbour: Account) -> None:
    before = list(Finding.objects.order_by("pk").values())
    with pytest.raises(NotPermitted):
        actions.change_state(
            enrolment=cast.lin, to=State.WITHDRAWN, on=today(), reason="x", by=neighbour
        )
    with pytest.raises(RuleBroken):
        actions.change_state(
            enrolment=cast.lin, to=State.AWARDED, on=today(), reason="x", by=OPERATOR
        )
    assert list(Finding.objects.order_by("pk").values()) == before


def test_verdicts_on_a_withdrawn_trainee_vanish_and_on_the_panels_stay(cast: Cast) -> None:
    actions.record_theses(
        institution=cast.institution, theses=[Thesis(enrolment=cast.lin, title_zh="x")], by=OPERATOR
    )
    others = Finding.objects.exclude(enrolment=cast.lin).count()
    assert set(Finding.objects.filter(enrolment=cast.lin).values_list("subject", flat=True)) == {
        "enrolment", "thesis", "panel",
    }  # fmt: skip
    actions.change_state(
        enrolment=cast.lin, to=State.WITHDRAWN, on=today(), reason="申请", by=OPERATOR
    )
    left = Finding.objects.filter(enrolment=cast.lin)
    assert set(left.values_list("subject", flat=True)) == {"panel"}
    assert Finding.objects.exclude(enrolment=cast.lin).count() == others


def test_a_suspended_trainee_is_still_judged(cast: Cast) -> None:
    before = stored(cast.lin)
    actions.change_state(
        enrolment=cast.lin, to=State.SUSPENDED, on=today(), reason="休", by=OPERATOR
    )
    assert stored(cast.lin) == before


def test_a_master_s_trainee_has_no_requirement_of_the_doctors_pack(cast: Cast) -> None:
    entry = actions.NewEnrolment(
        student_number="M1", person=cast.persons["S1"], unit=cast.general,
        direction=cast.medicine, cohort=2022, cohort_on=date(2022, 9, 1), state="training",
        mode="full_time", degree_level="master",
    )  # fmt: skip
    master = actions.enrol(institution=cast.institution, entries=[entry], by=OPERATOR)[0]
    assert stored(master) == {}
    assert standing_of(master, today(), "zh").requirements == []


def test_counts_are_those_of_the_stored_verdicts(cast: Cast) -> None:
    actions.record_theses(
        institution=cast.institution, theses=[Thesis(enrolment=cast.gu, title_zh="x")], by=OPERATOR
    )
    actions.change_state(
        enrolment=cast.shen, to=State.WITHDRAWN, on=today(), reason="申请", by=OPERATOR
    )
    rows = Counter(Finding.objects.values_list("rule", "verdict"))
    found = counts(cast.institution, today())
    said = {
        (count.rule, verdict): number
        for count in found
        for verdict, number in count.counts.items()
        if number and verdict != Verdict.NOT_APPLICABLE
    }
    assert said == dict(rows)
    clinical = next(count for count in found if count.rule == "training.clinical")
    assert sum(clinical.counts.values()) == 2
    assert counts(cast.institution, today(), rule="training.clinical") == [clinical]


def test_counting_on_an_earlier_day_asks_about_those_enrolled_then(cast: Cast) -> None:
    actions.change_state(
        enrolment=cast.shen, to=State.WITHDRAWN, on=date(2023, 3, 1), reason="申请", by=OPERATOR
    )

    def judged(on: date) -> int:
        packs = in_force(cast.institution)
        found = counts(cast.institution, on, packs=packs, rule="training.clinical")
        return sum(found[0].counts.values())

    assert [judged(date(2021, 8, 31)), judged(date(2023, 2, 28)), judged(date(2023, 3, 1))] == [
        0, 3, 2,
    ]  # fmt: skip


def test_a_verdict_names_the_pack_its_version_and_content_and_the_day(cast: Cast) -> None:
    row = Finding.objects.filter(enrolment=cast.lin).first()
    assert row is not None
    assert (row.pack, row.as_of) == ("yunting/clinical-doctorate", today())
    assert row.version
    assert len(row.hash) >= 12


def test_what_is_missing_is_named(cast: Cast) -> None:
    row = Finding.objects.get(panel=cast.panel, rule="panel.midterm")
    assert row.verdict == Verdict.PENDING
    assert "title_level" in row.missing


def test_only_who_keeps_the_institution_has_everything_judged_afresh(
    cast: Cast, office: Account, secretary: Account, leader: Account
) -> None:
    before = JournalEntry.objects.count()
    for by in (secretary, leader):
        with pytest.raises(NotPermitted):
            evaluate_all(institution=cast.institution, on=today(), by=by)
    assert JournalEntry.objects.count() == before
    assert evaluate_all(institution=cast.institution, on=today(), by=office) == 4
    line = JournalEntry.objects.order_by("number").last()
    assert line is not None
    assert line.after == {"records": 4}


def test_the_database_itself_refuses_two_verdicts_of_one_rule_on_one_record(cast: Cast) -> None:
    for row in (
        Finding.objects.filter(panel=None).first(), Finding.objects.exclude(panel=None).first(),
    ):  # fmt: skip
        assert row is not None
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
