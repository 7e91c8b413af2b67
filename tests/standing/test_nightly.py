"""Every night each institution is judged anew; also beside deeds, and when it is cut short."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.journal import first_broken
from preceptor.base.models import Job, JobState, JournalEntry
from preceptor.base.queue import clock, schedule
from preceptor.base.queue.worker import Worker
from preceptor.base.today import today
from preceptor.jobs import tasks
from preceptor.standing.actions import evaluate_all, put_in_force
from preceptor.standing.choices import RunCause
from preceptor.standing.models import Finding, FindingChange, StandingRun
from preceptor.standing.queries import as_of
from preceptor.training.actions import change_rotation, record_rotations
from preceptor.training.models import Enrolment, Rotation
from standing.test_bindings import OWN
from standing.test_findings import check_everybody
from standing.test_storing import counted, kept
from training.test_two_at_once import at_once

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

A_DAY = timedelta(days=1)
RUN = """
import pathlib, sys, time
import django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.standing import runs
from preceptor.standing.actions import evaluate_all
whole, begun = runs.settle_trainees, []
def then_sleep(*given):
    answer = whole(*given)
    begun.append(answer)
    if len(begun) == 2:
        pathlib.Path(sys.argv[1]).touch()
        time.sleep(120)
    return answer
runs.settle_trainees, runs.CHUNK = then_sleep, 1
evaluate_all(institution=Unit.objects.get(code="YT"), on=today(), by=OPERATOR)
"""


def behind(enrolment: Enrolment) -> Rotation:
    """A rotation that came in without a deed: the stored verdict on the trainee is now wrong."""
    row = Rotation(
        enrolment=enrolment, department="内科", start_month=date(2021, 9, 1),
        end_month=date(2023, 8, 1), kind="specialty",
    )  # fmt: skip
    row.save()
    return row


def verdict_on(row: Any) -> str:
    return Finding.objects.get(enrolment=row, rule="training.clinical").verdict


def test_the_night_judges_every_institution_once_and_as_of_that_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        schedule, "_recurring", {"standing.nightly": schedule._recurring["standing.nightly"]}
    )
    night = datetime.combine(today() + 40 * A_DAY, datetime.min.time(), UTC)
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: night)
        for _worker in range(2):
            schedule.Watch().enqueue_due()
    assert Job.objects.filter(task="standing.nightly").count() == 1
    Job.objects.update(run_at=clock.after(-A_DAY))
    behind(cast.gu)
    monkeypatch.setattr(tasks, "today", lambda: today() + 40 * A_DAY)
    assert Worker().run_due() == 2
    assert verdict_on(cast.gu) == "pass"
    assert as_of(cast.institution) == today() + 40 * A_DAY
    run = StandingRun.objects.latest("pk")
    assert (run.cause, run.records, run.changed) == ("time", 4, 1)
    assert FindingChange.objects.get().cause == "time"
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


def test_a_second_run_of_the_same_night_changes_nothing(cast: Cast) -> None:
    before = list(Finding.objects.order_by("pk").values())
    for _time in range(2):
        tasks.standing_evaluate.func(institution=cast.institution.pk, cause="time")
    assert list(Finding.objects.order_by("pk").values()) == before
    assert list(StandingRun.objects.order_by("-pk").values_list("changed", flat=True)[:2]) == [0, 0]


def test_an_evaluation_answers_the_request_that_waits(cast: Cast) -> None:
    put_in_force(
        institution=cast.institution, pack="yunting/own", valid_from=today(), by=OPERATOR, text=OWN
    )
    assert Job.objects.filter(task="standing.evaluate").count() == 1
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)
    assert not Job.objects.filter(task="standing.evaluate").exists()
    assert Finding.objects.filter(pack="yunting/own").exists()


def test_the_night_beside_deeds_leaves_what_is_true_and_one_chain(cast: Cast) -> None:
    row = behind(cast.gu)
    rows = [
        Rotation(
            enrolment=cast.lin, department="外科", start_month=date(2023, month, 1),
            end_month=date(2023, month, 1), kind="specialty",
        )
        for month in (4, 5, 6)
    ]  # fmt: skip
    works: list[Any] = [
        lambda: evaluate_all(
            institution=cast.institution, on=today(), by=OPERATOR, cause=RunCause.TIME
        ),
        lambda: change_rotation(rotation=row, by=OPERATOR, reason="更正", kind="other"),
        lambda: evaluate_all(institution=cast.institution, on=today(), by=OPERATOR),
    ]
    works += [
        lambda one=one: record_rotations(institution=cast.institution, rotations=[one], by=OPERATOR)
        for one in rows
    ]
    answers = at_once(works)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert check_everybody() > 0
    assert kept() == counted()
    assert verdict_on(cast.gu) == "fail"
    assert first_broken() is None


def test_a_pack_put_into_force_beside_a_running_evaluation_is_not_forgotten(cast: Cast) -> None:
    def put() -> Any:
        return put_in_force(
            institution=cast.institution, pack="yunting/own", valid_from=today(), by=OPERATOR,
            text=OWN,
        )  # fmt: skip

    works: list[Any] = [put]
    works += [
        lambda: tasks.standing_evaluate.func(institution=cast.institution.pk, cause="time")
    ] * 2
    at_once(works)
    Worker().run_due()
    assert Finding.objects.filter(pack="yunting/own").exists()
    assert kept() == counted()


def test_an_evaluation_that_is_killed_in_the_middle_leaves_true_verdicts_and_the_old_day(
    cast: Cast, process_environment: dict[str, str], tmp_path: Path
) -> None:
    first, second, third = Enrolment.objects.order_by("pk")
    for row in (first, second, third):
        behind(row)
    evaluated = StandingRun.objects.create(
        institution=cast.institution, on=today() - A_DAY, cause="time", records=4, changed=0,
        sampled=4,
    )  # fmt: skip
    lines, marker = JournalEntry.objects.count(), tmp_path / "begun"
    child = subprocess.Popen([sys.executable, "-c", RUN, str(marker)], env=process_environment)
    try:
        until = time.monotonic() + 60
        while not marker.exists():
            assert child.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert [verdict_on(row) for row in (first, second, third)] == ["pass", "fail", "fail"]
    assert [change.enrolment for change in FindingChange.objects.all()] == [first]
    assert kept() == counted()
    assert StandingRun.objects.latest("pk") == evaluated
    assert as_of(cast.institution) == today() - A_DAY
    assert JournalEntry.objects.count() == lines
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)
    assert {verdict_on(row) for row in (first, second, third)} == {"pass"}
    assert (check_everybody() > 0, kept()) == (True, counted())
    assert as_of(cast.institution) == today()
    assert first_broken() is None
