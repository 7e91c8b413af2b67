"""A request, its document and its notice behind the doors of `doors`, and a saved search."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.files import keep
from preceptor.base.today import today
from preceptor.cases.actions import adopt_kinds
from preceptor.cases.models import Case, CaseDocument, CaseKind, Notice
from preceptor.people.actions import declare_tie, keep_contact, save_search
from preceptor.people.models import Account, Person
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import StateCase

if TYPE_CHECKING:
    from doors import Place


def make_cases(place: Place, reason: str) -> None:
    """A request about the trainee with a document, on public display; and a search of the office."""
    if not CaseKind.objects.filter(name="degree_award").exists():
        adopt_kinds(institution=place.root, by=OPERATOR, valid_from=date(2020, 1, 1))
    kind = CaseKind.objects.filter(name="degree_award").latest("pk")
    subject = place.subject
    case = Case.objects.create(
        number="SQ-2024-000001", institution=place.root, unit=subject.unit, kind=kind,
        person=subject.person, title_zh="学位授予申请", title_en="Award of the degree", reason=reason,
        state="running", stage="notice", stage_kind="notice", stage_since=timezone.now(),
        submitted_at=timezone.now(),
    )  # fmt: skip
    StateCase.objects.create(case=case, enrolment=subject, to=EnrolmentState.AWARDED)
    file = keep(io.BytesIO(b"%PDF-1.7"), "application.pdf")
    document = CaseDocument.objects.create(
        case=case, name="application", file=file, file_name="application.pdf", by_key="operator",
        by_name="operator", at=timezone.now(),
    )  # fmt: skip
    notice = Notice.objects.create(
        case=case, institution=place.root, round=1, title_zh="学位授予公示", title_en="Award",
        first_on=today(), last_on=today() + timedelta(days=7),
    )  # fmt: skip
    office = Account.objects.get(login="office")
    search = save_search(account=office, listing="panels", name="P", query="q=P", by=office)
    place.case, place.document, place.notice = case.pk, document.pk, notice.pk
    place.search = search.pk


def make_tie(place: Place, reason: str) -> None:
    """A declared tie of the trainee, and how the trainee is reached."""
    person = place.subject.person
    other = Person.objects.filter(institution=place.root).exclude(pk=person.pk).earliest("pk")
    made = declare_tie(person=person, other=other, kind="dispute", note=reason, by=OPERATOR)
    keep_contact(person=person, telephone="13912345678", by=OPERATOR)
    place.tie = made.pk
