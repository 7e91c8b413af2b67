"""Times abroad of trainees, postdocs and staff, with partners whose agreements are in force.

Invented: in each year of three, some left and most came back; some are away on the census day and
some today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from preceptor.joint.choices import AbroadKind
from preceptor.joint.models import Abroad
from preceptor.people.choices import CapacityKind
from preceptor.people.models import Capacity
from preceptor.training.models import Enrolment

from ..apportionment import scaled
from ..fellows.postdocs import Written
from ..months import add_months
from ..stage import CENSUS, Stage
from .partners import Partners

TRAINEES, POSTDOCS, STAFF = 60, 15, 90


def write_abroad(stage: Stage, partners: Partners, postdocs: Sequence[Written]) -> None:
    """All times abroad."""
    random = stage.stream("abroad")
    for person in _trainees(scaled(TRAINEES, stage.scale)):
        _write(stage, random, partners, AbroadKind.TRAINEE, person, date(2022, 3, 1))
    for written in postdocs[: scaled(POSTDOCS, stage.scale)]:
        first = written.term.entered_on + timedelta(days=60)
        _write(stage, random, partners, AbroadKind.POSTDOC, written.person, first)
    for person in _staff(stage, scaled(STAFF, stage.scale)):
        _write(stage, random, partners, AbroadKind.STAFF, person, date(2021, 9, 1))
    stage.batch.write("times abroad")


def _trainees(count: int) -> list[int]:
    rows = Enrolment.objects.filter(institution__code="YUNTING", cohort__in=(2021, 2022))
    rows = rows.filter(awarded_on=None, degree_type="professional").exclude(state="withdrawn")
    return list(rows.order_by("pk").values_list("person", flat=True)[:count])


def _staff(stage: Stage, count: int) -> list[int]:
    held = Capacity.objects.on(CENSUS).filter(
        unit__institution=stage.root, kind=CapacityKind.STAFF, person__account=None
    )
    return list(held.order_by("-person").values_list("person", flat=True).distinct()[:count])


def _write(
    stage: Stage, random: Random, partners: Partners, kind: AbroadKind, person: int, since: date
) -> None:
    partner, country, agreement = random.choice(partners.abroad)
    first = since + timedelta(days=random.randint(0, 540))
    last = add_months(first, random.choice((3, 6, 12, 12)))
    if random.random() < 0.12:
        first = stage.day - timedelta(days=random.randint(20, 120))
        last = add_months(first, 12)
    back = last + timedelta(days=random.randint(-5, 3))
    stage.batch.add(
        Abroad, institution_id=stage.root, person_id=person, kind=kind, country=country,
        host="国际合作实验室", partner_id=partner, agreement_id=agreement, first_on=first,
        last_on=last, returned_on=back if back <= stage.day else None,
    )  # fmt: skip
