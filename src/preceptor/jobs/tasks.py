"""Background work that pages ask for by name. Each calls one action.

All of it is long, so it keeps its own transaction and settles the job inside it; asked again
after a worker died, it does nothing twice.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.utils import translation

from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.files import path_of
from preceptor.base.guessing import forget_guesses
from preceptor.base.models import StoredFile
from preceptor.base.queue.lease import settle
from preceptor.base.queue.schedule import daily, recur
from preceptor.base.queue.tasks import job
from preceptor.base.today import today
from preceptor.calls.actions import lapse_offers
from preceptor.cases.actions import end_notices, handle_late
from preceptor.fellows.actions import begin_leaves, end_terms
from preceptor.fellows.models import Postdoc
from preceptor.institutions.models import Unit
from preceptor.joint.actions import warn
from preceptor.people.access import scope
from preceptor.people.models import Account
from preceptor.standing.actions import evaluate_all, preview_draft
from preceptor.standing.asking import EVALUATE, ask_evaluation
from preceptor.standing.choices import RunCause
from preceptor.standing.models import PackDraft
from preceptor.standing.preview.keeping import keep_draft_facts, keep_force_facts
from preceptor.standing.queries import judging_institutions
from preceptor.standing.watching import tell_conflicts
from preceptor.training.access import may_keep_training
from preceptor.training.models import Panel


def _account(key: int) -> Account:
    return Account.objects.get(pk=key)


def _institution(account: Account) -> Unit:
    """The institution whose office the account is."""
    return Unit.objects.get(pk=min(scope(account).institutions))


def _problem(refusal: Exception) -> dict[str, Any]:
    """The refusal of a whole workbook, in both languages, in the shape of an answer."""
    empty = {"taken": 0, "changed": 0, "unchanged": 0}
    said = _in_both(refusal)
    return {**empty, "refused": [], "by_sheet": [], "new": [], "changes": [], "problem": said}


def _in_both(refusal: Exception) -> dict[str, str]:
    """What the refusal says, in both languages."""
    said = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            said[key] = str(refusal)
    return said


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


@job("standing.nightly")
def standing_nightly() -> dict[str, Any]:
    """Have every institution that judges by packs evaluated, for what time alone changes."""
    found = list(judging_institutions())
    for institution in found:
        ask_evaluation(institution, RunCause.TIME)
    return {"institutions": len(found)}


@job(EVALUATE, in_transaction=False)
def standing_evaluate(institution: int, cause: str) -> dict[str, Any]:
    """Judge everybody of the institution as of today."""
    # It ends with its last transaction: what is put into force after that finds it done.
    records = evaluate_all(
        institution=Unit.objects.get(pk=institution), on=today(), by=OPERATOR,
        cause=RunCause(cause), then=lambda records: settle({"records": records}),
    )  # fmt: skip
    return {"records": records}


@job("preview.draft", in_transaction=False)
def draft_preview(draft: int, account: int, on: str = "") -> dict[str, Any]:
    """Work out whom a draft would concern; asked again, the same preview replaces itself."""
    row = PackDraft.objects.select_related("institution", "unit", "base").get(pk=draft)
    day = date.fromisoformat(on) if on else None
    kept = preview_draft(row, by=_account(account), on=day)
    keep_draft_facts(row, kept.on)
    return {"preview": kept.pk}


@job("preview.facts", in_transaction=False)
def force_facts(institution: int, pack: str, account: int) -> dict[str, Any]:
    """Compute what the slider over a rule in force needs, for all records as of today."""
    keep_force_facts(Unit.objects.get(pk=institution), pack, today())
    return {"pack": pack}


@job("cases.nightly", in_transaction=False)
def cases_nightly() -> dict[str, Any]:
    """End the public notices whose time is over, and let happen what follows a stage that is late;
    each in a transaction of its own, and nothing twice. Forget the links tried in vain of days before."""
    day = today()
    forget_guesses()
    ended = end_notices(on=day, by=OPERATOR)
    return {"notices": ended, "late": handle_late(on=day, by=OPERATOR)}


@job("calls.nightly", in_transaction=False)
def calls_nightly() -> dict[str, Any]:
    """Let lapse the offers whose last day is past, each place going to the reserve list; each in a
    transaction of its own, and nothing twice."""
    return {"lapsed": lapse_offers(on=today(), by=OPERATOR)}


@job("fellows.nightly", in_transaction=False)
def fellows_nightly() -> dict[str, Any]:
    """Let the states of postdocs follow the day: leaves that begin, and ends that were decided
    ahead; each institution in a transaction of its own, and nothing twice."""
    rows = Unit.objects.filter(institution=None, pk__in=Postdoc.objects.values("institution"))
    found = list(rows.order_by("pk"))
    left = sum(end_terms(institution=row, by=OPERATOR) for row in found)
    return {
        "left": left,
        "on_leave": sum(begin_leaves(institution=row, by=OPERATOR) for row in found),
    }


@job("joint.nightly", in_transaction=False)
def joint_nightly() -> dict[str, Any]:
    """Write to whoever is answerable about agreements that expire and obligations that are due; each
    institution in a transaction of its own, and nobody twice."""
    rows = Unit.objects.filter(institution=None, agreements__isnull=False).distinct()
    told = [warn(institution=row, on=today(), by=OPERATOR) for row in rows.order_by("pk")]
    return {"institutions": len(told), "told": sum(told)}


@job("panels.nightly", in_transaction=False)
def panels_nightly() -> dict[str, Any]:
    """Write to those who call a sitting about conflicts of interest that came to be known since; each
    panel in a transaction of its own, and nobody twice."""
    return {"told": tell_conflicts(on=today(), by=OPERATOR)}


@job("panel.repair", in_transaction=False)
def panel_repair(
    panel: int,
    account: int,
    on: str = "",
    keep: list[int] | None = None,
    without: list[int] | None = None,
    seats: list[tuple[int, str]] | None = None,
    planned_on: str = "",
) -> dict[str, Any]:
    """Work out the smallest change of a panel, or of the composition that is being chosen for it: its
    `seats` by person and role; nothing is written. A refusal is an answer too."""
    from preceptor.standing.repair.asking import Asked, as_asked
    from preceptor.standing.repair.repairing import repair

    row = Panel.objects.select_related("enrolment__person", "institution", "sitting").get(pk=panel)
    may_keep_training(_account(account), row.enrolment).demand()
    day = date.fromisoformat(on) if on else today()
    if seats is not None:
        row = as_asked(row, Asked.of(seats, planned_on), day)
    try:
        return repair(row, day, keep=keep or (), without=without or ()).as_json()
    except RuleBroken as refusal:
        answer = {"panel": panel, "number": row.number, "is_feasible": False, "is_optimal": True}
        return {**answer, "changes": [], "conflicting": [], "problem": _in_both(refusal)}


recur("standing.nightly", daily(time(hour=1)))
recur("cases.nightly", daily(time(hour=1, minute=30)))
recur("panels.nightly", daily(time(hour=2, minute=20)))
recur("fellows.nightly", daily(time(hour=0, minute=20)))
recur("joint.nightly", daily(time(hour=2)))
recur("calls.nightly", daily(time(hour=1, minute=40)))
