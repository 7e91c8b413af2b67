"""Taking in the office workbook: upload, preview, and for real. For the office only."""

from __future__ import annotations

import uuid
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.files import keep
from preceptor.base.models import Job, JobState
from preceptor.base.queue.tasks import enqueue
from preceptor.people.models import Account
from preceptor.web.forms.roster import RosterForm
from preceptor.web.pages.enrolment import WORKBOOK
from preceptor.web.shown.job import (
    failure_of,
    is_ended,
    job_named,
    lock,
    office_institutions,
    shown_job,
)
from preceptor.web.shown.roster import (
    PREVIEW,
    TAKE,
    TASKS,
    answer_of,
    problem_of,
    recent_jobs,
    rows_of,
    taken_from,
    totals_of,
    would_write,
    write_refused,
)


def _seen(request: HttpRequest, key: uuid.UUID) -> Job:
    found = job_named(request.user, key, TASKS)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """Hand in a workbook; a job then says what it would do."""
    if not office_institutions(request.user) or not isinstance(request.user, Account):
        raise Http404
    is_sent = request.method == "POST"
    form = RosterForm(request.POST, request.FILES) if is_sent else RosterForm()
    if is_sent and form.is_valid():
        return redirect("roster_preview", job=_asked(form, request.user))
    context = {"form": form, "recent": recent_jobs(request.user)}
    return render(request, "roster/upload.html", context, status=400 if is_sent else 200)


def _asked(form: RosterForm, user: Account) -> str:
    """Keep the file and ask for its preview; the job's key. The same file twice is asked once."""
    given = form.cleaned_data["file"]
    with transaction.atomic():
        stored = keep(given, given.name)
        task = enqueue(
            PREVIEW,
            {"file": stored.pk, "account": user.pk},
            unique_key=f"{PREVIEW}:{stored.sha256}:{user.pk}",
        )
    return str(task.id)


@require_safe
def preview(request: HttpRequest, job: uuid.UUID) -> HttpResponseBase:
    """What the workbook would do, or did; asks again until the job has ended."""
    found = _seen(request, job)
    if request.GET.get("refused") == "xlsx":
        return _refused(found)
    is_taken = found.task == TAKE
    title = _("Taking in the workbook") if is_taken else _("Reading the workbook")
    context: dict[str, Any] = {"key": found.key, "is_taken": is_taken}
    context["job"] = shown_job(found, title, request.path)
    if getattr(request, "htmx", False):
        if is_ended(found):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "parts/job.html", context)
    if found.state == JobState.FAILED:
        context["failure"] = failure_of(found)
    elif (answer := answer_of(found)) is not None:
        context |= _answered(request, found, answer, is_taken)
    return render(request, "roster/preview.html", context)


def _answered(
    request: HttpRequest, job: Job, answer: dict[str, Any], is_taken: bool
) -> dict[str, Any]:
    taking = None if is_taken else taken_from(request.user, job)
    context = {"answer": answer, "problem": problem_of(answer)}
    if context["problem"]:
        return context
    return context | {
        "totals": totals_of(answer, is_taken=is_taken),
        "rows": rows_of(answer),
        "may_take": not is_taken and taking is None and would_write(answer),
        "taking_url": reverse("roster_preview", args=[taking.key]) if taking else "",
    }


def _refused(job: Job) -> FileResponse:
    answer = answer_of(job)
    if answer is None or not answer["refused"]:
        raise Http404
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_refused(target, answer)
    target.seek(0)
    title = pgettext("name of a file", "refused-rows")
    name = f"{title}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)


@require_POST
def take(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Take in the workbook whose preview was seen; asking twice does it once."""
    found = _seen(request, job)
    answer = answer_of(found)
    if found.task != PREVIEW or answer is None or not would_write(answer):
        messages.error(request, _("There is nothing to take in: upload the workbook once more."))
        return redirect("roster")
    with transaction.atomic():
        lock(found)
        taking = taken_from(request.user, found)
        key = str(taking.key) if taking else _taking(request, found)
    return redirect("roster_preview", job=key)


def _taking(request: HttpRequest, preview: Job) -> str:
    given = {
        "file": preview.arguments["kwargs"]["file"],
        "account": request.user.pk,
        "preview": str(preview.key),
    }
    return str(enqueue(TAKE, given, unique_key=f"{TAKE}:{preview.key}").id)
