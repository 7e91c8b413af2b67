"""The circles of requests about postdocs, applicants and principal investigators."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from preceptor.calls.models import CallApplication
from preceptor.cases.choices import CaseState
from preceptor.fellows.models import AssessmentCase, Host, PostdocCase

from .circle import Circle, Guide

CONCERNED = _("%(name)s, whom the request is about")
SELF = _("The request is about this person.")
HOSTS = _("Supervises the postdoc since %(day)s.")
HOSTED = _("Supervised the postdoc from %(day)s to %(end)s.")
CHOSEN = _("The applicant asks to work with this person.")


def circle_of_case(case: int) -> Circle | None:
    """The circle of the request: of a postdoc with all supervisors ever known, of an applicant with
    the host and the works that were named, of a principal investigator; None for a request about
    nobody of them. At most four queries."""
    return _of_postdoc(case) or _of_applicant(case) or _of_investigator(case)


def _of_postdoc(case: int) -> Circle | None:
    rows = PostdocCase.objects.filter(case=case).select_related("postdoc__person")
    row = rows.first()
    if row is None:
        return None
    postdoc = row.postdoc
    hosts = Host.objects.known().filter(postdoc=postdoc).select_related("person")
    hosts = hosts.defer("person__birth_on").order_by("valid_from", "pk")
    return Circle(
        person=postdoc.person, guides=tuple(_guide(host) for host in hosts), noun="postdoc",
        key=postdoc.pk, since=postdoc.entered_on, unit=postdoc.unit_id,
        institution=postdoc.institution_id, is_self=SELF, is_called=CONCERNED,
    )  # fmt: skip


def _guide(row: Host) -> Guide:
    says = HOSTS if row.valid_to is None else HOSTED
    return Guide(row.person, says, row.valid_from, row.valid_to)


def _of_applicant(case: int) -> Circle | None:
    rows = CallApplication.objects.filter(case=case)
    row = rows.select_related("person", "host", "call").first()
    if row is None:
        return None
    host = row.host
    works = row.works.exclude(doi="").order_by().values_list("doi", flat=True)
    return Circle(
        person=row.person, guides=(Guide(host, CHOSEN, None),) if host else (),
        noun="application", key=row.pk, since=None, unit=row.call.unit_id,
        institution=row.call.institution_id, is_self=SELF, is_called=CONCERNED, named=tuple(works),
    )  # fmt: skip


def competitors(case: int, persons: Collection[int]) -> set[int]:
    """Those of the persons who apply to the same call as the applicant of the request, and did not
    take it back; two queries."""
    call = CallApplication.objects.filter(case=case).values_list("call", flat=True).first()
    rows = CallApplication.objects.filter(call=call, person__in=persons)
    gone = (CaseState.WITHDRAWN, CaseState.DRAFT)
    return set(rows.exclude(case__state__in=gone).values_list("person", flat=True))


def _of_investigator(case: int) -> Circle | None:
    rows = AssessmentCase.objects.filter(case=case)
    row = rows.select_related("appointment__person", "appointment__programme").first()
    if row is None:
        return None
    held = row.appointment
    return Circle(
        person=held.person, guides=(), noun="appointment", key=held.pk, since=held.starts_on,
        unit=held.programme.unit_id, institution=held.programme.institution_id, is_self=SELF,
        is_called=CONCERNED,
    )  # fmt: skip
