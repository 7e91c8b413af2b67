"""What a workbook would do, or did: the answer of its job in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.models import Job, JobState, StoredFile
from preceptor.web.shown.job import visible_jobs
from preceptor.web.tables.workbook import write_workbook

Shown = dict[str, Any]
PREVIEW, TAKE = "roster.preview", "roster.take"
TASKS = (PREVIEW, TAKE)
#: How many rows of each kind a page shows; the workbook of refused rows has all.
MOST = 200
RECENT = 10


def _language() -> str:
    return "en" if get_language() == "en" else "zh"


def recent_jobs(user: Any) -> list[Shown]:
    """The last uploads of the office, newest first; three queries."""
    jobs = list(visible_jobs(user, TASKS)[:RECENT])
    files = StoredFile.objects.in_bulk([job.arguments["kwargs"]["file"] for job in jobs])
    titles = {PREVIEW: _("preview"), TAKE: _("taken in")}
    return [
        {
            "name": files[key].name if (key := job.arguments["kwargs"]["file"]) in files else "",
            "what": titles[job.task],
            "at": job.created_at,
            "state": job.get_state_display(),
            "url": reverse("roster_preview", args=[job.key]),
        }
        for job in jobs
    ]


def answer_of(job: Job) -> Shown | None:
    """What the job answered; None until it is done."""
    return job.result if job.state == JobState.DONE else None


def problem_of(answer: Shown) -> str:
    """Why the workbook as a whole was refused; empty when it was read."""
    problem = answer.get("problem")
    return str(problem[_language()]) if problem else ""


def message_of(refusal: Shown) -> str:
    """Why a row was refused, in the reader's language."""
    return str(refusal[f"message_{_language()}"])


def would_write(answer: Shown) -> bool:
    """Whether anything is new or changed, so that taking it in makes sense."""
    return bool(answer["taken"] or answer["changed"]) and not answer.get("problem")


def totals_of(answer: Shown, *, is_taken: bool) -> list[Shown]:
    """The four numbers that an office asks for first."""
    return [
        {
            "label": _("Taken as new") if is_taken else _("New"),
            "value": f"{answer['taken']:,}",
        },
        {"label": _("Changed"), "value": f"{answer['changed']:,}"},
        {"label": _("Unchanged"), "value": f"{answer['unchanged']:,}"},
        {"label": _("Refused"), "value": f"{len(answer['refused']):,}"},
    ]


def rows_of(answer: Shown) -> dict[str, list[Shown]]:
    """Rows as parts/preview.html takes them, by kind; at most MOST of each."""
    return {
        "new": [_new(row) for row in answer["new"][:MOST]],
        "changed": [_changed(row) for row in answer["changes"][:MOST]],
        "refused": [_refused(row) for row in answer["refused"][:MOST]],
    }


def _new(row: Shown) -> Shown:
    return {
        "kind": "new",
        "subject": row["name"] or row["number"],
        "sheet": row["sheet"],
        "row": row["row"],
        "message": row["number"] if row["name"] else "",
    }


def _changed(row: Shown) -> Shown:
    said = {"field": row["field"], "before": _known(row["before"]), "after": _known(row["after"])}
    return {
        "kind": "changed",
        "subject": row["number"],
        "sheet": row["sheet"],
        "row": row["row"],
        "column": row["column"],
        **said,
    }


def _known(value: object) -> str:
    return _("unknown") if value in (None, "") else str(value)


def _refused(row: Shown) -> Shown:
    value = row.get("value")
    return {
        "kind": "refused",
        "subject": str(value) if value not in (None, "") else _("(empty cell)"),
        "sheet": row["sheet"],
        "row": row["row"],
        "column": row["column"],
        "message": message_of(row),
    }


def write_refused(target: Any, answer: Shown) -> None:
    """Write every refused row as a workbook, so that the office can mend the cells one by one."""
    heads = [_("Sheet"), _("Row"), _("Column"), _("What the cell holds"), _("Kind"), _("Reason")]
    write_workbook(target, _("Refused rows"), heads, _lines(answer["refused"]))


def _lines(refused: Sequence[Shown]) -> Iterator[list[Any]]:
    for row in refused:
        yield [
            row["sheet"], row["row"], row["column"], row.get("value"), row["kind"], message_of(row),
        ]  # fmt: skip


def taken_from(user: Any, preview: Job) -> Job | None:
    """The job that takes in the confirmed preview, unless it failed: confirming twice does it once."""
    asked = visible_jobs(user, [TAKE]).filter(arguments__kwargs__preview=str(preview.key))
    return asked.exclude(state=JobState.FAILED).first()
