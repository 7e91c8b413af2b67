"""Who could be seated on a panel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from preceptor.base.together import Question, Set, answer, asked, together
from preceptor.cases.kinds.kind import Conflicts
from preceptor.people.models import Capacity, Contact, Person, Title
from preceptor.supervisors.models import SupervisorQualification
from preceptor.supervisors.queries import HELD
from preceptor.training.choices import FieldRelation
from preceptor.training.models import ConflictOverride, Panel, PanelSeat

from ..radar import Conflict, conflicts_asked, rule_of
from ..records import rows_asked, seats
from .candidate import APART, STATED, Candidate
from .free import Engaged, day_of, engaged_asked, loads_asked

Stated = dict[int, dict[str, Any]]
#: Of more persons each set is read by itself: unpacking so many rows costs more than queries do.
MANY = 1000


def pool_of(
    panel: Panel, on: date, persons: Collection[Person] | None = None, rule: Conflicts | None = None
) -> list[Candidate]:
    """The members of the panel and whoever could take a seat, by key: persons of the institution
    with a title on the day, doctoral supervisors, and experts known from contacts or earlier
    panels; or the persons given. A fixed number of queries.

    What is stated of a newcomer comes from the last panel that stated anything and from the
    contact; what nobody stated stays unknown.
    """
    others = _others(panel, day_of(panel, on)) if persons is None else persons
    question = pool_asked(panel, on, others, rule or rule_of(panel))
    return answer(question, is_long=len(others) > MANY)


def pool_asked(
    panel: Panel, on: date, persons: Collection[Person], rule: Conflicts
) -> Question[list[Candidate]]:
    """What `pool_of` gives of the persons, with the members of the panel; one round where the seats of
    the panel, and of its trainee `radar.guidance`, were kept, else two more."""
    rows = yield from rows_asked([panel], "seats", seats(), "panel")
    seated = {seat.person_id: seat for seat in rows[panel.pk] if seat.role not in APART}
    apart = {seat.person_id for seat in rows[panel.pk]} - seated.keys()
    known = {key: seat.person for key, seat in seated.items()}
    known |= {one.pk: one for one in persons if one.pk not in seated and one.pk not in apart}
    day, keys = day_of(panel, on), None if len(known) > MANY else list(known)
    stated, ties, overridden, engaged, loads = yield from together(
        _stated_asked(panel, known.keys() - seated.keys(), day, keys),
        conflicts_asked(known.values(), panel.enrolment, day, rule, panel),
        _overridden_asked(panel),
        engaged_asked(panel, day, keys),
        loads_asked(panel, day, keys),
    )
    return [
        _judged(
            Candidate(known[key], seated.get(key), stated.get(key, {})),
            ties[key], overridden, engaged, loads,
        )
        for key in sorted(known)
    ]  # fmt: skip


def stated_of(panel: Panel, on: date, persons: Collection[Person]) -> dict[int, dict[str, Any]]:
    """What is to be stated of those of the persons who are new on the panel, by key: the same that a
    proposed repair reckons with, so that what is known of an outsider is not lost when the seat is
    written. Empty for who sits already and where nothing is known."""
    return {row.key: dict(row.stated) for row in pool_of(panel, on, persons)}


def _others(panel: Panel, day: date) -> list[Person]:
    titled = Title.objects.on(day).order_by().values("person")
    guiding = SupervisorQualification.objects.on(day).filter(degree_level="doctor", state__in=HELD)
    known = Contact.objects.exclude(employer_zh="", employer_en="").values("person")
    seated = PanelSeat.objects.filter(panel__institution=panel.institution_id).order_by()
    rows = Person.objects.filter(institution=panel.institution_id).filter(
        Q(pk__in=titled)
        | Q(pk__in=guiding.order_by().values("person"))
        | Q(pk__in=known)
        | Q(pk__in=seated.values("person"))
    )
    return list(rows.defer("birth_on").order_by("pk"))


def _judged(
    row: Candidate,
    ties: Sequence[Conflict],
    overridden: Collection[tuple[int, str]],
    engaged: Engaged,
    loads: Mapping[int, int],
) -> Candidate:
    key = row.key
    return Candidate(
        row.person, row.seat, {} if row.seat else row.stated,
        blocked=any(_blocks(tie, key, overridden) for tie in ties),
        warned=sum(tie.level == "warn" for tie in ties),
        busy=key in engaged,
        load=loads.get(key, 0),
        engagements=tuple(engaged.get(key, ())),
        conflicts=tuple(ties),
    )  # fmt: skip


def _blocks(tie: Conflict, person: int, overridden: Collection[tuple[int, str]]) -> bool:
    """Whether the conflict keeps the person off."""
    if tie.level != "block":
        return False
    return tie.is_final or (person, tie.kind) not in overridden


def _overridden_asked(panel: Panel) -> Question[set[tuple[int, str]]]:
    """Persons and the kinds of conflict in spite of which they sit, each with a recorded reason."""
    rows = ConflictOverride.objects.filter(panel=panel).defer("reason")
    [found] = yield from asked(Set(rows))
    return {(row.person_id, kind) for row in found for kind in _kinds(row.conflict)}


def _kinds(text: str | None) -> list[str]:
    return [kind.strip() for kind in (text or "").split(",")]


def _stated_asked(
    panel: Panel, persons: Collection[int], day: date, keys: Collection[int] | None
) -> Question[Stated]:
    """What would be stated of each newcomer; four sets, of the persons of the `keys` or of all."""
    among = Q() if keys is None else Q(person__in=keys)
    employed = Contact.objects.exclude(employer_zh="", employer_en="")
    earlier, guiding, contacts, posted = yield [
        _earlier(panel, among),
        _of_direction(panel, day, among),
        Set(employed.filter(among).order_by(), ("person",)),
        _posted(panel, day, among),
    ]
    found: Stated = {key: {} for key in persons}
    direction = panel.enrolment.direction_id
    for row in earlier:
        if row.person_id in found:
            found[row.person_id] |= _known(row, same_direction=row.panel.enrolment.direction_id == direction)  # fmt: skip
    for key in _keys(guiding) & found.keys():
        found[key]["field"] = FieldRelation.SAME
    for key in (_keys(contacts) & found.keys()) - _keys(posted):
        found[key].setdefault("stated_outside_unit", True)
        found[key].setdefault("stated_outside_institution", True)
    return found


def _keys(rows: Iterable[tuple[int]]) -> set[int]:
    return {key for (key,) in rows}


def _earlier(panel: Panel, among: Q) -> Set:
    """Seats on the institution's other panels, the earliest first: the last statement counts."""
    rows = PanelSeat.objects.filter(among, panel__institution=panel.institution_id)
    rows = rows.exclude(panel=panel).select_related("panel__enrolment")
    return Set(rows.order_by("panel__sits_on", "pk"))


def _known(seat: PanelSeat, *, same_direction: bool) -> dict[str, Any]:
    """What a seat states; how near the field is only says something for the same direction, and
    whether somebody is of the unit only for the same hospital, so that it is left out."""
    skipped = {"stated_outside_unit"} | (set() if same_direction else {"field"})
    values = {name: getattr(seat, name) for name in STATED if name not in skipped}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _of_direction(panel: Panel, day: date, among: Q) -> Set:
    """Who supervises in the direction of the trainee on the day."""
    rows = SupervisorQualification.objects.on(day).filter(among, state__in=HELD)
    rows = rows.filter(direction=panel.enrolment.direction_id)
    return Set(rows.order_by(), ("person",))


def _posted(panel: Panel, day: date, among: Q) -> Set:
    """Persons with a post at the institution on the day."""
    inside = Q(unit=panel.institution_id) | Q(unit__institution=panel.institution_id)
    rows = Capacity.objects.on(day).filter(among, inside, kind__in=("staff", "physician"))
    return Set(rows.order_by(), ("person",))
