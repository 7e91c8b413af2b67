"""Background work that pages ask for by name. Each calls one action.

All of it is long, so it keeps its own transaction and settles the job inside it; asked again
after a worker died, it does nothing twice.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from preceptor.base.deeds import deed
from preceptor.base.files import path_of
from preceptor.base.models import StoredFile
from preceptor.base.queue.lease import settle
from preceptor.base.queue.tasks import job
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.models import Account


def _account(key: int) -> Account:
    return Account.objects.get(pk=key)


def _institution(account: Account) -> Unit:
    """The institution whose office the account is."""
    return Unit.objects.get(pk=min(scope(account).institutions))


def _problem(refusal: Exception) -> dict[str, Any]:
    """The refusal of a whole workbook, in both languages, in the shape of an answer."""
    said = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            said[key] = str(refusal)
    empty = {"taken": 0, "changed": 0, "unchanged": 0}
    return {**empty, "refused": [], "by_sheet": [], "new": [], "changes": [], "problem": said}


@job("roster.preview", in_transaction=False)
def roster_preview(file: int, account: int) -> dict[str, Any]:
    """What the workbook would do; nothing is written."""
    return _roster(file, account, dry_run=True)


@job("roster.take", in_transaction=False)
def roster_take(file: int, account: int, preview: str) -> dict[str, Any]:
    """Take in the workbook whose preview was confirmed."""
    with deed(_account(account)):
        answer = _roster(file, account, dry_run=False)
        settle(answer)
    return answer


def _roster(file: int, account: int, *, dry_run: bool) -> dict[str, Any]:
    from .importers.roster.refusals import WorkbookRefused
    from .importers.roster.taking import import_roster

    stored, by = StoredFile.objects.get(pk=file), _account(account)
    try:
        return import_roster(
            path_of(stored), institution=_institution(by), by=by, name=stored.name, dry_run=dry_run
        )
    except WorkbookRefused as refusal:
        return _problem(refusal) | {"file": stored.sha256, "name": stored.name}


@job("census.freeze", in_transaction=False)
def census_freeze(day: str, account: int) -> dict[str, Any]:
    """Freeze the state of a day."""
    from preceptor.reports.actions import freeze

    by = _account(account)
    with deed(by):
        census = freeze(_institution(by), date.fromisoformat(day), by=by)
        answer = {"census": census.pk, "edition": census.edition}
        settle(answer)
    return answer


@job("report.write", in_transaction=False)
def report_write(census: int, account: int) -> dict[str, Any]:
    """Write the report of a census in all formats and languages."""
    from preceptor.reports.actions import write_report
    from preceptor.reports.models import Census
    from preceptor.reports.queries import report_folder

    found = Census.objects.get(pk=census)
    folder = report_folder(found.institution, found.day.year)
    paths = write_report(
        found, languages=["zh", "en"], formats=["html", "docx", "pdf"], folder=folder,
        by=_account(account),
    )  # fmt: skip
    return {"files": [path.name for path in paths]}
