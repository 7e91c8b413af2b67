"""Records of the rooms below, in the shape of the subject schema; missing stays missing.

Each loader makes the same number of queries for one record as for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import get_language

from preceptor.base.together import Question, Set, answer, asked, together
from preceptor.institutions.models import UnitRelation
from preceptor.people.choices import CapacityKind
from preceptor.people.models import Capacity, Person, Title
from preceptor.people.queries import best_first
from preceptor.supervisors.models import SupervisorQualification
from preceptor.supervisors.queries import HELD
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Panel,
    PanelSeat,
    Rotation,
    SimilarityCheck,
    Supervision,
    Thesis,
    ThesisReview,
)

from .months import training_months
from .ties import Ties, ties_asked

Record = dict[str, Any]
#: No page shows more panels than these.
PAGE = 100
R = TypeVar("R")
M = TypeVar("M", bound=Model)


def _grouped(rows: Iterable[R], key: str) -> dict[int, list[R]]:
    groups: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


def rows_asked(
    owners: Iterable[Model], relation: str, rows: QuerySet[M], key: str
) -> Question[dict[int, list[M]]]:
    """The rows of each owner; one set, and none for owners whose relation was prefetched.

    A page that shows the same rows prefetches them, so that they are read once for both.
    """
    read = {owner.pk: owner for owner in owners}
    prefetched = {
        pk: list(getattr(owner, relation).all())
        for pk, owner in read.items()
        if relation in getattr(owner, "_prefetched_objects_cache", {})
    }
    left = sorted(read.keys() - prefetched.keys())
    found: list[M] = []
    if left:
        [found] = yield [Set(rows.filter(**{f"{key}__in": left}))]
    groups = _grouped(found, f"{key}_id")
    groups.update(prefetched)
    return groups


def rows_of(
    owners: Iterable[Model], relation: str, rows: QuerySet[M], key: str
) -> dict[int, list[M]]:
    """What `rows_asked` asks for; one query at most."""
    return answer(rows_asked(owners, relation, rows, key))


def milestones_of(enrolments: Iterable[Enrolment]) -> dict[int, list[Milestone]]:
    """The steps of each trainee; one query."""
    return rows_of(enrolments, "milestones", Milestone.objects.all(), "enrolment")


def _held(milestones: Iterable[Milestone], kind: str, on: date) -> date | None:
    """The day on which the step was last held; None when it had not been held by the day."""
    days = [row.held_on for row in milestones if row.kind == kind and row.held_on is not None]
    return max((day for day in days if day <= on), default=None)


def _planned(milestones: Iterable[Milestone], kind: str) -> date | None:
    """The last day planned for the step, or set for it and still to come."""
    days = [row.held_on or row.planned_on for row in milestones if row.kind == kind]
    return max((day for day in days if day is not None), default=None)


def enrolment_records(
    enrolments: Sequence[Enrolment], on: date, states: dict[int, str] | None = None
) -> list[Record]:
    """Records of the subject `enrolment`, in the order given; one query for those of a page, two for
    more, none for what was prefetched.

    `states` gives the state of the day where it differs from today's. Rows after the day are
    left out: what had not happened by then does not count.
    """
    rotations, milestones = answer(
        together(
            rows_asked(enrolments, "rotations", Rotation.objects.all(), "enrolment"),
            rows_asked(enrolments, "milestones", Milestone.objects.all(), "enrolment"),
        ),
        is_long=len(enrolments) > PAGE,
    )
    return [
        {
            "key": str(enrolment.pk),
            "cohort_on": enrolment.cohort_on,
            "mode": enrolment.mode,
            "degree_type": enrolment.degree_type,
            "state": (states or {}).get(enrolment.pk, enrolment.state),
            "event_on": _held(milestones[enrolment.pk], MilestoneKind.DEFENCE, on),
            "planned_on": _planned(milestones[enrolment.pk], MilestoneKind.DEFENCE),
            "training": training_months(rotations[enrolment.pk], on),
            "milestones": [
                {
                    "name": f"{MilestoneKind(row.kind).label} {row.attempt}",
                    "kind": row.kind,
                    "attempt": row.attempt,
                    "day": row.held_on,
                    "outcome": row.outcome,
                }
                for row in milestones[enrolment.pk]
                if row.held_on is not None and row.held_on <= on
            ],
        }
        for enrolment in enrolments
    ]


def thesis_records(theses: Sequence[Thesis], on: date) -> list[Record]:
    """Records of the subject `thesis`, in the order given; the last check by the day counts.

    `theses` must come with their enrolment; three queries.
    """
    ids = [thesis.pk for thesis in theses]
    checks = _grouped(SimilarityCheck.objects.filter(thesis__in=ids), "thesis_id")
    reviews = _grouped(ThesisReview.objects.filter(thesis__in=ids), "thesis_id")
    defences = rows_of(
        [thesis.enrolment for thesis in theses],
        "milestones",
        Milestone.objects.filter(kind=MilestoneKind.DEFENCE),
        "enrolment",
    )
    return [
        {
            "key": str(thesis.pk),
            "cohort_on": thesis.enrolment.cohort_on,
            "event_on": _held(defences[thesis.enrolment_id], MilestoneKind.DEFENCE, on),
            "planned_on": _planned(defences[thesis.enrolment_id], MilestoneKind.DEFENCE),
            "similarity": _last_similarity(checks[thesis.pk], on),
            "reviews": [
                _review(review, _held(defences[thesis.enrolment_id], MilestoneKind.DEFENCE, on))
                for review in reviews[thesis.pk]
                if review.returned_on is None or review.returned_on <= on
            ],
        }
        for thesis in theses
    ]


def _review(review: ThesisReview, defended_on: date | None) -> Record:
    """A review in the shape of the schema; opinion, score and second look are not recorded yet."""
    return {
        "name": str(review.number),
        "is_blind": review.is_blind,
        "is_before_defence": _before(review, defended_on),
        "outcome": review.outcome,
    }


def _before(review: ThesisReview, defended_on: date | None) -> bool | None:
    """Whether a review was back before the defence ended; None when the records do not tell."""
    if review.returned_on is not None:
        return defended_on is None or review.returned_on <= defended_on
    return True if review.outcome is not None and defended_on is None else None


def _last_similarity(checks: Iterable[SimilarityCheck], on: date) -> Decimal | None:
    done = [check for check in checks if check.checked_on is None or check.checked_on <= on]
    last = max(done, key=lambda check: check.attempt, default=None)
    return None if last is None else Decimal(last.similarity_e4).scaleb(-4)


def panel_records(panels: Sequence[Panel], on: date) -> list[Record]:
    """Records of the subject `panel`, in the order given, each judged by the titles,
    qualifications and capacities valid on the day of its sitting.

    A panel without a day of sitting is judged on its planned day, else on `on`. `panels` must
    come with their enrolment; two queries for those of a page, ten for more, fewer for what was
    prefetched.
    """
    return answer(_panels_asked(panels, on), is_long=len(panels) > PAGE)


def _panels_asked(panels: Sequence[Panel], on: date) -> Question[list[Record]]:
    by_panel, guiding = yield from together(
        rows_asked(panels, "seats", seats(), "panel"),
        rows_asked(
            [panel.enrolment for panel in panels],
            "supervisions",
            Supervision.objects.known(),
            "enrolment",
        ),
    )
    persons = [seat.person for rows in by_panel.values() for seat in rows]
    known = yield from _register_asked(persons, panels, guiding)
    return [_panel_record(panel, by_panel[panel.pk], known, on) for panel in panels]


def seats() -> QuerySet[PanelSeat]:
    """Seats in their order, with their persons."""
    rows = PanelSeat.objects.select_related("person").order_by("id")
    # Ciphered columns are costly to read, and no rule speaks of them.
    return rows.defer("person__birth_on")


def capacities() -> QuerySet[Capacity]:
    """The known capacities of persons, with their units."""
    return Capacity.objects.known().select_related("unit")


def _panel_record(panel: Panel, seats: list[PanelSeat], known: _Register, on: date) -> Record:
    day = panel.sits_on or panel.planned_on or on
    votes_for, votes_cast = known.ties.votes(panel, on)
    return {
        "key": str(panel.pk),
        "stage": panel.stage,
        "cohort_on": panel.enrolment.cohort_on,
        "event_on": panel.sits_on,
        "planned_on": panel.planned_on,
        "has_sat": _has_sat(panel, on),
        "votes_for": votes_for,
        "votes_cast": votes_cast,
        "members": [_member(seat, panel, known, day) for seat in seats],
    }


def _has_sat(panel: Panel, on: date) -> bool | None:
    """Whether the day of the sitting has come; None for a planned day gone by without a sitting."""
    if panel.sits_on is not None:
        return panel.sits_on <= on
    return None if panel.planned_on is not None and panel.planned_on <= on else False


def _member(seat: PanelSeat, panel: Panel, known: _Register, day: date) -> Record:
    series, level = known.title_or_stated(seat, panel, day)
    joint = known.ties.joint(seat.person_id, known.guiding(panel, day), day)
    return {
        "name": seat.person.name_zh
        if get_language() != "en" or not seat.person.name_en
        else seat.person.name_en,
        "role": seat.role,
        "field": seat.field,
        "title_level": level,
        "title_series": series,
        "is_doctoral_supervisor": known.or_stated(
            seat.person_id, day, panel, known.supervises, seat.stated_doctoral_supervisor
        ),
        "in_clinical_work": known.or_stated(
            seat.person_id, day, panel, known.practises, seat.stated_clinical_work
        ),
        "is_degree_committee": known.or_stated(
            seat.person_id, day, panel, known.on_committee, seat.stated_degree_committee
        ),
        "is_outside_institution": known.outside_institution(seat, panel, day),
        "is_outside_unit": known.outside_unit(seat, panel, day),
        "is_supervisor": known.supervises_candidate(seat, panel, day),
        "is_from_abroad": known.ties.is_from_abroad(seat.person_id),
        "is_coauthor": known.ties.joint(seat.person_id, [panel.enrolment.person_id], day).exists,
        "has_joint_paper": joint.exists,
        "joint_paper_years": joint.years,
    }


def _register_asked(
    persons: list[Person], panels: Sequence[Panel], supervisions: dict[int, list[Supervision]]
) -> Question[_Register]:
    """What the registers know of the persons and the units; one round."""
    keys = {person.pk for person in persons}
    held = SupervisorQualification.objects.known().filter(
        person__in=keys, degree_level="doctor", state__in=HELD
    )
    others = {panel.enrolment.person_id for panel in panels}
    others |= {row.person_id for rows in supervisions.values() for row in rows}
    titles, capacities_of, (qualifications, relations), ties = yield from together(
        rows_asked(persons, "titles", Title.objects.known(), "person"),
        rows_asked(persons, "capacities", capacities(), "person"),
        asked(Set(held), Set(UnitRelation.objects.known())),
        ties_asked(keys, others, panels),
    )
    return _Register(
        supervisions, titles, capacities_of, _grouped(qualifications, "person_id"),
        _grouped(relations, "lower_id"), ties,
    )  # fmt: skip


@dataclass(frozen=True)
class _Register:
    """What the registers know of a set of persons, of the trainees whom their panels judge, and of
    the units, on any day."""

    supervisions: dict[int, list[Supervision]]
    titles: dict[int, list[Title]]
    capacities: dict[int, list[Capacity]]
    qualifications: dict[int, list[SupervisorQualification]]
    above: dict[int, list[UnitRelation]]
    ties: Ties

    def title(self, person: int, day: date) -> Title | None:
        """The best title valid on the day; None when none is known."""
        return next(iter(best_first([t for t in self.titles[person] if t.is_true_on(day)])), None)

    def title_or_stated(
        self, seat: PanelSeat, panel: Panel, day: date
    ) -> tuple[str | None, str | None]:
        """Series and level of the title on the day; where the registers have none, as stated.

        What was stated is not believed of a person whose registers the institution keeps, nor
        where the registers date that very level otherwise. It is then unknown, since the language
        has no word for somebody without a title.
        """
        title = self.title(seat.person_id, day)
        if title is not None:
            return title.series, title.level
        dated = {row.level for row in self.titles[seat.person_id]}
        if seat.stated_level in dated or self.is_in_house(
            seat.person_id, day, panel.institution_id
        ):
            return None, None
        return seat.stated_series, seat.stated_level

    def held(self, person: int, day: date) -> list[Capacity]:
        """The capacities held on the day."""
        return [row for row in self.capacities[person] if row.is_true_on(day)]

    def supervises(self, person: int, day: date) -> bool:
        return any(row.is_true_on(day) for row in self.qualifications[person])

    def supervises_candidate(self, seat: PanelSeat, panel: Panel, day: date) -> bool | None:
        """Whether the person guides the trainee on the day; None when nobody is known to."""
        guiding = self.guiding(panel, day)
        return seat.person_id in guiding if guiding else None

    def guiding(self, panel: Panel, day: date) -> set[int]:
        """Who guides the trainee on the day."""
        rows = self.supervisions[panel.enrolment_id]
        return {row.person_id for row in rows if row.is_true_on(day)}

    def practises(self, person: int, day: date) -> bool:
        return any(row.kind == CapacityKind.PHYSICIAN for row in self.held(person, day))

    def on_committee(self, person: int, day: date) -> bool:
        held = any(row.kind == CapacityKind.DEGREE_COMMITTEE for row in self.held(person, day))
        return held or self.ties.sits_in_degree_committee(person, day)

    def is_in_house(self, person: int, day: date, institution: int) -> bool:
        """Whether the institution keeps this person's registers, so that no row means no."""
        return any(
            row.kind in (CapacityKind.STAFF, CapacityKind.PHYSICIAN)
            and institution in (row.unit_id, row.unit.institution_id)
            for row in self.held(person, day)
        )

    def or_stated(
        self, person: int, day: date, panel: Panel, knows: Any, stated: bool | None
    ) -> bool | None:
        """What the register says; where it says nothing, what was stated, else unknown."""
        if knows(person, day):
            return True
        if self.is_in_house(person, day, panel.institution_id):
            return False
        return stated

    def outside_institution(self, seat: PanelSeat, panel: Panel, day: date) -> bool | None:
        """Outside the degree-granting institution (the Degrees Law's meaning of outside)."""
        if self.is_in_house(seat.person_id, day, panel.institution_id):
            return False
        return seat.stated_outside_institution

    def outside_unit(self, seat: PanelSeat, panel: Panel, day: date) -> bool | None:
        """Outside the trainee's own hospital or college."""
        if self.outside_institution(seat, panel, day):
            return True
        inside = [row for row in self.held(seat.person_id, day) if _is_post(row)]
        if inside:
            return not any(self._is_at(row, panel, day) for row in inside)
        return seat.stated_outside_unit

    def _is_at(self, post: Capacity, panel: Panel, day: date) -> bool:
        """Whether the post is in the trainee's hospital or college: in it, in a part of it, or,
        for a trainee placed in a part, above that part but below the institution."""
        home = panel.enrolment.unit_id
        return self._lies_in(post.unit_id, home, day) or (
            post.unit_id != panel.institution_id and self._lies_in(home, post.unit_id, day)
        )

    def _lies_in(self, unit: int, upper: int, day: date) -> bool:
        seen, left = set[int](), [unit]
        while left:
            here = left.pop()
            if here == upper:
                return True
            if here not in seen:
                seen.add(here)
                left += [row.upper_id for row in self.above[here] if row.is_true_on(day)]
        return False


def _is_post(capacity: Capacity) -> bool:
    return capacity.kind in (CapacityKind.STAFF, CapacityKind.PHYSICIAN)
