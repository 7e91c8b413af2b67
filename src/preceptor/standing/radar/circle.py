"""Whom a conflict is measured by: the person concerned, and those who guide or guided that person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.base.together import Question, answer
from preceptor.people.models import Person
from preceptor.training.choices import SupervisionRole
from preceptor.training.models import Enrolment, Supervision

from ..records import rows_asked
from .conflict import Evidence
from .words import name_in, said

TRAINEE = _("the trainee %(name)s")
SUPERVISOR = _("the supervisor %(name)s")
SELF = _("This is the trainee.")
GUIDES = {
    SupervisionRole.MAIN: _("Guides the trainee as main supervisor since %(day)s."),
    SupervisionRole.CO: _("Guides the trainee as co-supervisor since %(day)s."),
}
GUIDED = _("Guided the trainee from %(day)s to %(end)s.")


@dataclass(frozen=True)
class Guide:
    """Somebody who guides the person concerned, `until` None where it goes on; `says` is the sentence
    by which it is told, with the places `day` and `end`."""

    person: Person
    says: str | Promise
    since: date | None
    until: date | None = None


@dataclass(frozen=True)
class Circle:
    """The person concerned and everybody ever known to guide that person.

    `noun` and `key` are the record that says so, true since a day; `unit` is where the person works.
    `is_self` and `is_called` are how the person is spoken of. `enrolment` is None for who is no
    trainee: then no panels of a training are looked at. `named` are the DOIs of the works that the
    person names where the registers of the institution do not hold them.
    """

    person: Person
    guides: tuple[Guide, ...]
    noun: str
    key: int
    since: date | None
    unit: int
    institution: int
    is_self: str | Promise
    is_called: str | Promise
    enrolment: Enrolment | None = None
    named: tuple[str, ...] = ()

    @property
    def persons(self) -> dict[int, Person]:
        """The person concerned and the guides, past and present, by key."""
        return {**{one.person.pk: one.person for one in self.guides}, self.person.pk: self.person}

    def called(self, person: int, language: str) -> str:
        """“the trainee Lin”, “the supervisor Jiang”: what one of the circle is called."""
        name = name_in(self.persons[person], language)
        template = self.is_called if person == self.person.pk else SUPERVISOR
        return said(template, language, name=name)

    def evidence(
        self, template: str | Promise, other: int, noun: str, key: int, **places: str
    ) -> Evidence:
        """A sentence about somebody's tie to one of the circle, in both languages."""
        zh, en = (
            said(template, language, other=self.called(other, language), **places)
            for language in ("zh-hans", "en")
        )
        return Evidence(zh, en, noun, key)


def circle_of(enrolment: Enrolment) -> Circle:
    """The circle of a trainee; two queries, one where the person was read with the enrolment."""
    return answer(circle_asked(enrolment))


def guidance() -> QuerySet[Supervision]:
    """Who guides or guided, with their persons; as the circle reads it, and the rules too."""
    rows = Supervision.objects.known().select_related("person")
    return rows.defer("person__birth_on")


def circle_asked(enrolment: Enrolment) -> Question[Circle]:
    """The circle of a trainee; one set, none where `guidance` was kept at the enrolment."""
    found = yield from rows_asked([enrolment], "supervisions", guidance(), "enrolment")
    rows = sorted(found[enrolment.pk], key=lambda row: (row.valid_from or date.min, row.pk))
    return Circle(
        person=enrolment.person, guides=tuple(_guide(row) for row in rows), noun="enrolment",
        key=enrolment.pk, since=enrolment.cohort_on, unit=enrolment.unit_id,
        institution=enrolment.institution_id, is_self=SELF, is_called=TRAINEE,
        enrolment=enrolment,
    )  # fmt: skip


def _guide(row: Supervision) -> Guide:
    says = GUIDES[SupervisionRole(row.role)] if row.valid_to is None else GUIDED
    return Guide(row.person, says, row.valid_from, row.valid_to)
