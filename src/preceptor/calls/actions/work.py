"""The works that an applicant names."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today

from ..models import ApplicationWork, CallApplication
from .application import locked_application

MOST_WORKS = 200
FIRST_YEAR = 1900


def add_work(
    *,
    application: CallApplication,
    by: Actor,
    kind: str,
    title: str,
    year: int,
    part: str = "",
    doi: str = "",
    is_representative: bool = False,
) -> ApplicationWork:
    """Name one more work. The same again gives the one that is there.

    Raises PermissionDenied for everybody but the applicant, and once it is handed in; InputRefused
    for an unknown kind, a missing or too long text, or a year that cannot be; RuleBroken for more
    works than anybody reads.
    """
    with deed(by) as act:
        held = locked_application(application, by)
        work = ApplicationWork(
            application=held, kind=kind, title=title.strip(), year=year, part=part.strip(),
            doi=doi.strip(), is_representative=is_representative,
        )  # fmt: skip
        _refuse(work)
        same = held.works.filter(kind=kind, title=work.title, year=year).first()
        if same is not None:
            return same
        if held.works.count() >= MOST_WORKS:
            raise RuleBroken(_("%(most)s works at most.") % {"most": MOST_WORKS})
        work.save()
        act.write("application.work", "application", held.pk, after={"work": work.pk})
    return work


def _refuse(work: ApplicationWork) -> None:
    try:
        work.clean_fields(exclude=["application"])
    except ValidationError as error:
        raise InputRefused("\n".join(error.messages)) from None
    if not FIRST_YEAR <= work.year <= today().year + 1:
        raise InputRefused(_("Check the year of the work: %(year)s.") % {"year": work.year})


def remove_work(*, work: ApplicationWork, by: Actor) -> None:
    """Take a work off the application; twice does not do it twice. Raises PermissionDenied for
    everybody but the applicant, and once it is handed in."""
    with deed(by) as act:
        held = locked_application(work.application, by)
        deleted, _kinds = held.works.filter(pk=work.pk).delete()
        if deleted:
            act.write("application.work", "application", held.pk, before={"work": work.pk})
