"""Theses with their similarity checks and blind reviews."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING

from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import Outcome
from preceptor.training.models import SimilarityCheck, Thesis, ThesisReview

from .catalogue import described
from .insertion import Batch
from .workdays import after

if TYPE_CHECKING:
    from .trainees import Trainee

REVIEWS = 3
#: Ordinary rates, in ten-thousandths: about 9 % with a spread of 5, none above 28 %.
MEAN_E4, SPREAD_E4, MOST_E4 = 900, 500, 2800
_ANGLES = (
    ("{}患者预后预测模型的建立与验证", "A prognostic model for {}: derivation and validation"),
    ("{}早期诊断标志物的临床研究", "Markers for the early diagnosis of {}: a clinical study"),
    ("{}个体化治疗策略的临床研究", "Individual treatment strategies for {}: a clinical study"),
    ("{}危险因素的前瞻性队列研究", "Risk factors in {}: a prospective cohort study"),
    ("{}疗效评价的多中心研究", "Outcome of treatment in {}: a multicentre study"),
)


def write_thesis(batch: Batch, random: Random, trainee: Trainee) -> None:
    """A thesis once it is handed in after the pre-defence: its check, and its reviews if sent."""
    predefence = trainee.made.reached(State.PREDEFENCE_PASSED)
    sent = trainee.made.reached(State.THESIS_IN_REVIEW)
    planted = trainee.story.similarity_e4 if trainee.story else None
    if predefence is None or (sent is None and planted is None):
        return
    topic_zh, topic_en = random.choice(described()[trainee.lot.direction].topics)
    angle_zh, angle_en = random.choice(_ANGLES)
    thesis = batch.add(
        Thesis,
        enrolment_id=trainee.enrolment,
        title_zh=angle_zh.format(topic_zh),
        title_en=angle_en.format(topic_en),
    )
    batch.add(
        SimilarityCheck,
        thesis_id=thesis,
        similarity_e4=_ordinary(random) if planted is None else planted,
        checked_on=after(predefence, 6),
    )
    if sent:
        _write_reviews(batch, random, trainee, thesis, sent)


def _ordinary(random: Random) -> int:
    return max(0, min(MOST_E4, round(random.gauss(MEAN_E4, SPREAD_E4))))


def _write_reviews(batch: Batch, random: Random, trainee: Trainee, thesis: int, sent: date) -> None:
    """Three blind reviews: all returned once the thesis is ready, one adverse when it went back."""
    made = trainee.made
    is_open = made.state is State.THESIS_IN_REVIEW
    back = made.reached(State.DEFENCE_READY) or made.reached(State.REVISING)
    for number in range(1, REVIEWS + 1):
        returned = after(back, -random.randint(3, 9)) if back else after(sent, 8)
        is_missing = is_open and number > 1
        is_adverse = made.state is State.REVISING and number == REVIEWS
        outcome = Outcome.FAIL if is_adverse else Outcome.PASS
        batch.add(
            ThesisReview,
            thesis_id=thesis,
            number=number,
            is_blind=True,
            returned_on=None if is_missing else max(returned, after(sent, 1)),
            outcome=None if is_missing else outcome,
        )
