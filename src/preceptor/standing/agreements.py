"""What agreements learn from trainees and postdocs: what was done for their obligations, and who is
still under them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from preceptor.base.together import Question, Set
from preceptor.joint.choices import EvidenceKind
from preceptor.joint.evidence import (
    Done,
    by_agreement,
    by_school,
    of_agreements,
    register_evidence,
)
from preceptor.joint.models import (
    Agreement,
    AgreementTrainee,
    DualEnrolment,
    Obligation,
    Recognition,
)
from preceptor.joint.under import Under, named_under, register_people
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import CourseRecord, StateSpan
from preceptor.training.states import ENDED

ONE = Decimal(1)


def dual_degrees(obligations: Sequence[Obligation], until: date) -> Question[list[Done]]:
    """The dual trainees who hold the degrees of both sides, by the day of the later one."""
    keys = yield from by_school(obligations)
    rows = DualEnrolment.objects.filter(
        programme__school__agreement__in=list(keys),
        home__state=EnrolmentState.AWARDED, home__awarded_on__lte=until,
        partner__state=EnrolmentState.AWARDED, partner__awarded_on__lte=until,
    )  # fmt: skip
    columns = ("programme__school__agreement", "home__awarded_on", "partner__awarded_on")
    [awarded] = yield [Set(rows.order_by(), columns)]
    return [Done(key, max(days), ONE) for school, *days in awarded for key in keys[school]]


def joint_courses(obligations: Sequence[Obligation], until: date) -> Question[list[Done]]:
    """The recognised courses in which a dual trainee has a result, each once a year.

    A result tells its year alone: it counts on the first day of the year, or the first day from
    which the obligation counts within that year.
    """
    keys = yield from by_school(obligations)
    begins = {row.pk: row.counts_from for row in obligations}
    run = yield from _courses_run(list(keys), until)
    return [
        Done(key, begins[key] if begins[key].year == year else date(year, 1, 1), ONE)
        for agreement, _course, year in sorted(run)
        for key in keys[agreement]
    ]


def _courses_run(agreements: Collection[int], until: date) -> Question[set[tuple[int, int, int]]]:
    """Agreement, course and year, for courses that are recognised in the year."""
    known = Recognition.objects.known().filter(programme__school__agreement__in=agreements)
    columns = ("programme", "programme__school__agreement", "taken", "valid_from", "valid_to")
    [rows] = yield [Set(known.order_by(), columns)]
    years = yield from _years({row[0] for row in rows}, {row[2] for row in rows}, until)
    return {
        (agreement, course, year)
        for programme, agreement, course, first, last in rows
        for year in years.get((programme, course), ())
        if first.year <= year and (last is None or year <= last.year)
    }


def _years(
    programmes: Collection[int], courses: Collection[int], until: date
) -> Question[dict[tuple[int, int], set[int]]]:
    """The years in which dual trainees of a programme have results in a course."""
    found: dict[tuple[int, int], set[int]] = {}
    if not courses:
        return found
    results = CourseRecord.objects.filter(course__in=courses, year__lte=until.year).order_by()
    paths = [f"enrolment__dual_as_{side}__programme" for side in ("home", "partner")]
    sides = yield [
        Set(results.filter(**{f"{path}__in": programmes}).distinct(), (path, "course", "year"))
        for path in paths
    ]
    for programme, course, year in (row for rows in sides for row in rows):
        found.setdefault((programme, course), set()).add(year)
    return found


def postdocs_taken_in(obligations: Sequence[Obligation], until: date) -> Question[list[Done]]:
    """The postdocs who entered under the agreement, by the day of entry."""
    rows = Agreement.objects.filter(
        pk__in=list(by_agreement(obligations)), postdocs__entered_on__lte=until
    ).order_by()
    [entered] = yield [Set(rows, ("pk", "postdocs__entered_on"))]
    return of_agreements(obligations, ((key, day, ONE) for key, day in entered))


def _ended(on: date) -> QuerySet[StateSpan]:
    """The states on the day that end an enrolment."""
    return StateSpan.objects.on(on).filter(state__in=ENDED).order_by()


def trainees_under(agreements: Collection[int], on: date) -> Question[list[Under]]:
    """The trainees under agreements on the day whose enrolment has not ended."""
    rows = AgreementTrainee.objects.filter(
        Q(last_on=None) | Q(last_on__gte=on), agreement__in=agreements, first_on__lte=on
    ).exclude(enrolment__in=_ended(on).values("enrolment"))
    names = ("enrolment__person__name_zh", "enrolment__person__name_en")
    return named_under("enrolment", rows, "agreement", "enrolment", *names)


def duals_under(agreements: Collection[int], on: date) -> Question[list[Under]]:
    """The dual trainees of joint schools that rest on agreements, whose home enrolment has not
    ended."""
    rows = DualEnrolment.objects.filter(
        Q(left_on=None) | Q(left_on__gt=on), starts_on__lte=on,
        programme__school__agreement__in=agreements,
    ).exclude(home__in=_ended(on).values("enrolment"))  # fmt: skip
    names = ("home__person__name_zh", "home__person__name_en")
    return named_under("dual", rows, "programme__school__agreement", "pk", *names)


def postdocs_under(agreements: Collection[int], on: date) -> Question[list[Under]]:
    """The postdocs under agreements who are in station on the day."""
    in_station = Q(postdocs__left_on=None) | Q(postdocs__left_on__gt=on)
    rows = Agreement.objects.filter(in_station, pk__in=agreements, postdocs__entered_on__lte=on)
    names = ("postdocs__person__name_zh", "postdocs__person__name_en")
    return named_under("postdoc", rows, "pk", "postdocs__pk", *names)


def register() -> None:
    """Let agreements ask what this module knows."""
    register_evidence(EvidenceKind.DUAL_DEGREE, dual_degrees)
    register_evidence(EvidenceKind.JOINT_COURSE, joint_courses)
    register_evidence(EvidenceKind.INTAKE, postdocs_taken_in)
    for people in (trainees_under, duals_under, postdocs_under):
        register_people(people)
