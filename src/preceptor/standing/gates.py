"""What the rules say to a case that wants to pass a step: the answer to the gate of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import override

from preceptor.cases.choices import ItemState
from preceptor.cases.gates import GateAnswer, GateFinding
from preceptor.cases.models import Case, Item, Sitting
from preceptor.fellows.models import Appointment, Postdoc
from preceptor.policy import Explanation, Verdict
from preceptor.training.models import Enrolment, Milestone, MilestoneCase, Panel, Thesis

from .appointments import asked_assessments
from .committee import committee_items
from .fellows import NOUNS
from .packs import force_on
from .population import is_judged, with_relations
from .postdocs import asked_cases
from .verdicts import OF_TRAINEES, Judged, PacksOf, explained, judge_all, trainee_of

#: Where a record can be judged: the rows behind the keys that a port gives.
ROWS: dict[str, Callable[[], QuerySet[Any]]] = {
    "enrolment": Enrolment.objects.all,
    "thesis": Thesis.objects.all,
    "panel": Panel.objects.all,
    **{subject: noun.all_rows for subject, noun in NOUNS.items()},
}
#: Subjects of which every blocking rule counts: who decides must be composed as the rules demand,
#: whatever step the rule names.
DECIDING = ("panel", "board", "committee")
LANGUAGES = (("zh", "zh-hans"), ("en", "en"))

#: What was said of one rule for one record, in both languages.
Said = dict[str, Explanation]


def gate_answer(case: Case, gate: str, judged: Mapping[str, set[int]], on: date) -> GateAnswer:
    """What the packs in force on the day say: the rules of the gate for the records, and every
    blocking rule for panels, boards and for the committee's vote on the case.

    Rules that do not concern a record are left out; a record of a trainee for whom the packs do not
    speak has none. A step before a panel is judged as if it were taken on the day: what asks for its
    day is not held back by that it lies ahead. The number of queries depends neither on the records
    nor on the rules.
    """
    packs_of = force_on(case.institution_id, on).of
    rows = {subject: found for subject, found in _rows(case, judged) if found}
    _suppose_taken(case, rows.get("enrolment", []), on)
    _let_know_of(case, rows.get("postdoc", []), rows.get("appointment", []))
    findings = [
        finding
        for subject, found in rows.items()
        for finding in _findings(packs_of, subject, found, gate, _day(case, subject, found, on))
    ]
    return GateAnswer(gate, on, tuple(findings))


def _day(case: Case, subject: str, rows: Sequence[Any], on: date) -> date:
    """The day on which the records are judged: a panel or board that has not voted on the case, as on
    the eve of its sitting at the latest, because what follows a sitting is not asked before it."""
    if subject not in ("panel", "board"):
        return on
    sittings = [row.pk if subject == "board" else row.sitting_id for row in rows]
    held = [key for key in sittings if key]
    if Item.objects.filter(case=case, sitting__in=held, state=ItemState.DECIDED).exists():
        return on
    days = [
        _called_for(row) if subject == "board" else row.sits_on or row.planned_on for row in rows
    ]
    return min([on, *(day - timedelta(days=1) for day in days if day)])


def _called_for(sitting: Sitting) -> date | None:
    return None if sitting.starts_at is None else timezone.localdate(sitting.starts_at)


def _rows(case: Case, judged: Mapping[str, set[int]]) -> Iterator[tuple[str, list[Any]]]:
    """The records by subject; of the committee's votes on the case only the last, because an
    appeal sets the earlier ones aside."""
    for subject in sorted(judged):
        rows = ROWS[subject]().filter(pk__in=judged[subject]).order_by("pk")
        found = list(with_relations(rows, subject))
        if subject in OF_TRAINEES:
            found = [row for row in found if is_judged(trainee_of(subject, row))]
        yield subject, found
    votes = committee_items(case.institution).filter(case=case).order_by("-pk")
    yield "committee", list(with_relations(votes, "committee")[:1])


def _suppose_taken(case: Case, trainees: Sequence[Enrolment], on: date) -> None:
    """Let the step that the case asks for be held on the day among what is read of the trainee;
    nothing is written. A case that asks for no step, or whose attempt was held, changes nothing."""
    row = MilestoneCase.objects.filter(case=case).first() if trainees else None
    if row is None:
        return
    prefetch_related_objects(list(trainees), "milestones")
    for trainee in trainees:
        known = list(trainee.milestones.all())
        same = [one for one in known if (one.kind, one.attempt) == (row.milestone, row.attempt)]
        if trainee.pk != row.enrolment_id or any(one.held_on for one in same):
            continue
        taken = Milestone(
            enrolment=trainee, kind=row.milestone, attempt=row.attempt, planned_on=on, held_on=on
        )
        rows = Milestone.objects.none()
        rows._result_cache = [*(one for one in known if one not in same), taken]
        trainee._prefetched_objects_cache["milestones"] = rows  # type: ignore[attr-defined]


def _let_know_of(
    case: Case, postdocs: Sequence[Postdoc], appointments: Sequence[Appointment]
) -> None:
    """Let the request be read with its postdoc or principal investigator, also while nobody else is
    told of it."""
    for some, asked in ((postdocs, asked_cases), (appointments, asked_assessments)):
        if some:
            prefetch_related_objects(list(some), Prefetch("cases", asked(case)))


def _findings(
    packs_of: PacksOf, subject: str, rows: Sequence[Any], gate: str, on: date
) -> list[GateFinding]:
    """The findings on the rows of one subject, by record and rule."""
    said: dict[tuple[int, str, str], tuple[Judged, Said]] = {}
    for short, language in LANGUAGES:
        # Names of members within the records are read in the language too.
        with override(language):
            for judged in judge_all(packs_of, subject, rows, on):
                for place, row in enumerate(judged.rows):
                    for one in explained(judged, place, short, gate):
                        if _counts(one, subject, gate):
                            key = (row.pk, judged.pack.id, one.rule)
                            said.setdefault(key, (judged, {}))[1][short] = one
    return [_finding(judged, texts) for judged, texts in said.values()]


def _counts(one: Explanation, subject: str, gate: str) -> bool:
    if one.verdict is Verdict.NOT_APPLICABLE:
        return False
    return one.gate == gate or (subject in DECIDING and str(one.kind) == "block")


def _finding(judged: Judged, texts: Said) -> GateFinding:
    zh, en = texts["zh"], texts["en"]
    return GateFinding(
        rule=zh.rule, kind=str(zh.kind), verdict=zh.verdict.value, title_zh=zh.title,
        title_en=en.title, text_zh=zh.text, text_en=en.text, pack=judged.pack.id,
        version=judged.pack.version, hash=judged.pack.hash,
    )  # fmt: skip
