"""Papers, projects, kinship and earlier panels: what the conflict radar must find, and what it must
not mistake for a conflict.

On the planned panel of four each member has one conflict, planted on purpose; beside them lie papers
and projects of everybody, too old or of others, in which no member of that panel is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from preceptor.people.choices import TieKind
from preceptor.people.models import Tie
from preceptor.research.models import Authorship, Paper, Project, ProjectMember
from preceptor.training.models import Panel, PanelSeat, Supervision

from .institution import Institution
from .stories import Fault
from .supervisors import SupervisorRoll

PLANT = "conflict_of_interest"
#: What is planted: the kind, and which member of the panel of four has it (the chair is 0).
CONFLICTS = (("kinship", 0), ("coauthor", 1), ("coauthor", 2), ("project", 3), ("panel", 2))
#: So many papers of pairs who never sit together on that panel (invented).
PAPERS = 120
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Stage:
    """Where the conflicts are planted: the panel, its members in order, trainee and supervisor."""

    institution: Institution
    panel: Panel
    members: tuple[int, ...]
    trainee: int
    supervisor: int

    @property
    def day(self) -> date:
        """The day on which the panel is planned to sit."""
        assert self.panel.planned_on is not None
        return self.panel.planned_on


def write_ties(institution: Institution, roll: SupervisorRoll) -> None:
    """Plant the conflicts and scatter the rest; nothing is planted where the panel of four could not
    be filled."""
    stage = _stage(institution)
    if stage is not None:
        _kinship(stage)
        _papers(stage)
        _project(stage)
        _earlier_panel(stage)
    _scatter(institution, roll, stage)
    institution.batch.write("papers, projects and declared ties")


def _stage(institution: Institution) -> Stage | None:
    number = next(iter(institution.planted.get(Fault.FOUR_MEMBERS.value, [])), None)
    panel = Panel.objects.filter(number=number).select_related("enrolment").first()
    if panel is None:
        return None
    members = tuple(panel.seats.order_by("pk").values_list("person", flat=True))
    guiding = Supervision.objects.filter(enrolment=panel.enrolment, role="main", valid_to=None)
    supervisor = guiding.values_list("person", flat=True).first()
    if len(members) < 4 or supervisor is None or panel.planned_on is None:
        return None
    return Stage(institution, panel, members, panel.enrolment.person_id, supervisor)


def _plant(stage: Stage, kind: str, person: int) -> None:
    stage.institution.plant(PLANT, f"{stage.panel.number} {person} {kind}")


def _kinship(stage: Stage) -> None:
    chair = stage.members[0]
    stage.institution.batch.add(
        Tie, person_id=stage.supervisor, other_id=chair, kind=TieKind.KINSHIP, note="",
        declared_by="demo", valid_from=date(2023, 9, 1),
    )  # fmt: skip
    _plant(stage, "kinship", chair)


def _papers(stage: Stage) -> None:
    """One with the trainee, ten months before; one with the supervisor, of unknown day."""
    first, second = stage.members[1], stage.members[2]
    _paper(stage.institution, "LW-0001", [stage.trainee, first], stage.day - A_YEAR + timedelta(60))
    _paper(stage.institution, "LW-0002", [stage.supervisor, second], None)
    _plant(stage, "coauthor", first)
    _plant(stage, "coauthor", second)


def _paper(
    institution: Institution, number: str, authors: list[int], published_on: date | None
) -> None:
    batch = institution.batch
    paper = batch.add(
        Paper, institution_id=institution.root, number=number, title=f"临床研究论文 {number}",
        published_on=published_on, source="demo",
    )  # fmt: skip
    for place, person in enumerate(authors, start=1):
        batch.add(Authorship, paper_id=paper, person_id=person, place=place)


def _project(stage: Stage) -> None:
    """One that the supervisor leads and that still runs."""
    member = stage.members[3]
    _write_project(stage.institution, "KT-0001", [stage.supervisor, member], date(2022, 1, 1), None)
    _plant(stage, "project", member)


def _write_project(
    institution: Institution, number: str, members: list[int], starts_on: date, ends_on: date | None
) -> None:
    batch = institution.batch
    project = batch.add(
        Project, institution_id=institution.root, number=number, title=f"科研项目 {number}",
        starts_on=starts_on, ends_on=ends_on, source="demo",
    )  # fmt: skip
    for place, person in enumerate(members):
        batch.add(ProjectMember, project_id=project, person_id=person, is_head=place == 0)


def _earlier_panel(stage: Stage) -> None:
    """A member sat on a panel of the trainee within the year before, if one is on record: the last
    of its members was this person."""
    person = stage.members[2]
    held = Panel.objects.filter(
        enrolment=stage.panel.enrolment, sits_on__range=(stage.day - A_YEAR, stage.day)
    )
    earlier = held.order_by("-sits_on", "pk").first()
    if earlier is None:
        return
    seats = PanelSeat.objects.filter(panel=earlier)
    if not seats.filter(person=person).exists():
        last = seats.filter(role="member").order_by("-pk").values("pk")[:1]
        seats.filter(pk__in=list(last.values_list("pk", flat=True))).update(person=person)
    _plant(stage, "panel", person)


def _scatter(institution: Institution, roll: SupervisorRoll, stage: Stage | None) -> None:
    """Papers of two supervisors, of all years, and an ended project for every tenth of them."""
    random = institution.stream("ties")
    apart = {stage.supervisor, *stage.members} if stage else set()
    people = [place for place in range(len(roll)) if roll.person(place) not in apart]
    if len(people) < 2:
        return
    for number in range(3, PAPERS + 3):
        pair = [roll.person(place) for place in random.sample(people, 2)]
        _paper(institution, f"LW-{number:04}", pair, _some_day(random))
        if number % 10 == 0:
            begun = _some_day(random)
            _write_project(institution, f"KT-{number:04}", pair, begun, begun + 2 * A_YEAR)
    if stage is not None:
        # Old enough to count no more, so that a radar which forgets the years is found out.
        _paper(institution, "LW-0900", [stage.trainee, stage.members[3]], date(2019, 5, 2))
        _write_project(
            institution, "KT-0900", [stage.supervisor, stage.members[1]], date(2016, 1, 1),
            date(2018, 12, 31),
        )  # fmt: skip


def _some_day(random: Random) -> date:
    return date(2016, 1, 2) + timedelta(days=random.randrange(365 * 8))
