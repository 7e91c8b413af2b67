"""Whom a conflict is measured by: the trainee, and those who guide or guided the trainee."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.people.models import Person
from preceptor.training.models import Enrolment, Supervision

from .conflict import Evidence
from .words import name_in, said

TRAINEE = _("the trainee %(name)s")
SUPERVISOR = _("the supervisor %(name)s")


@dataclass(frozen=True)
class Circle:
    """The trainee's person and every supervision ever known, main or co."""

    enrolment: Enrolment
    trainee: Person
    supervisions: tuple[Supervision, ...]

    @property
    def supervisors(self) -> dict[int, Person]:
        """The supervisors, past and present, by key."""
        return {row.person_id: row.person for row in self.supervisions}

    @property
    def persons(self) -> dict[int, Person]:
        """The trainee and the supervisors, by key."""
        return {**self.supervisors, self.trainee.pk: self.trainee}

    def called(self, person: int, language: str) -> str:
        """“the trainee Lin”, “the supervisor Jiang”; the name alone for anybody else."""
        name = name_in(self.persons[person], language)
        if person == self.trainee.pk:
            return said(TRAINEE, language, name=name)
        return said(SUPERVISOR, language, name=name)

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
    rows = Supervision.objects.known().filter(enrolment=enrolment).select_related("person")
    rows = rows.defer("person__birth_on").order_by("valid_from", "pk")
    return Circle(enrolment, enrolment.person, tuple(rows))
