"""The preview of a draft: who would stand otherwise, why, and what was decided already."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.models import JobState
from preceptor.base.queue.tasks import enqueue
from preceptor.standing.access import (
    may_preview_draft,
    visible_drafts,
    visible_flips,
    visible_previews,
)
from preceptor.standing.choices import DraftState
from preceptor.standing.models import PackDraft, Preview, PreviewFlip
from preceptor.web.addresses import address
from preceptor.web.filters.enrolment import LAST_KEY
from preceptor.web.filters.preview import PreviewFilter, narrowed
from preceptor.web.forms.preview import PreviewForm
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.pages.enrolment import WORKBOOK
from preceptor.web.shown.job import failure_of, shown_job
from preceptor.web.shown.preview import (
    TASK,
    Planned,
    Shown,
    cards_of,
    counts_for,
    is_stale,
    is_under_way,
    last_job,
    offered_of,
    planned_of,
    reads_whole,
    stats_of,
    tables_of,
)
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.preview import (
    PAGE,
    cells_of,
    columns_of,
    heads,
    lines,
    said_of,
    with_persons,
)
from preceptor.web.tables.workbook import write_workbook

DECISIONS = "decisions"
#: A draft that was approved or withdrawn has no effect to come.
OPEN = (DraftState.DRAFT, DraftState.RETURNED, DraftState.PROPOSED)


def _seen(request: HttpRequest, key: int) -> tuple[PackDraft, Preview | None]:
    """The draft and its preview, where it has one; 404 for who may see neither."""
    if key > LAST_KEY:
        raise Http404
    related = ("draft__institution", "draft__unit", "draft__base", "institution")
    kept = visible_previews(request.user).filter(draft=key).select_related(*related).last()
    if kept is not None and kept.draft is not None:
        return kept.draft, kept
    drafts = visible_drafts(request.user).select_related("institution", "unit", "base")
    found = drafts.filter(pk=key).first()
    if found is None:
        raise Http404
    return found, None


@require_http_methods(["GET", "HEAD", "POST"])
def draft_preview(request: HttpRequest, key: int) -> HttpResponse:
    """Whom the draft would concern; a job works it out, and the page waits for it."""
    draft, kept = _seen(request, key)
    if request.method == "POST":
        return _asked(request, draft)
    job = last_job(draft)
    context: Shown = {"draft": draft, "preview": kept, "form": PreviewForm()}
    permit = may_preview_draft(request.user, draft)
    context |= {"permit": permit, "may_ask": permit and draft.state in OPEN}
    if is_under_way(job) and job is not None:
        context["job"] = shown_job(job, _("Working out whom the draft concerns"), request.path)
    if getattr(request, "htmx", False):
        if "job" not in context:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "parts/job.html", context)
    if job is not None and job.state == JobState.FAILED:
        context["failure"] = failure_of(job)
    if kept is not None and "job" not in context:
        context |= _shown(request, kept)
    return render(request, "preview/page.html", context)


def _asked(request: HttpRequest, draft: PackDraft) -> HttpResponse:
    """Ask for the work; asked twice, it is done once."""
    if not may_preview_draft(request.user, draft):
        raise Http404
    form = PreviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["on"]))
    else:
        on = form.cleaned_data["on"]
        given = {"draft": draft.pk, "account": request.user.pk, "on": on.isoformat() if on else ""}
        enqueue(TASK, given, unique_key=f"{TASK}:{draft.pk}:{draft.edition}:{given['on']}")
    return redirect("draft_preview", key=draft.pk)


def _shown(request: HttpRequest, preview: Preview) -> Shown:
    planned = planned_of(preview)
    counts, decided = _counts(request, preview)
    offered = offered_of(request.user, counts, planned)
    found = {
        "is_stale": is_stale(preview, planned),
        "is_whole": reads_whole(request.user, preview),
        "stats": stats_of(preview, counts, decided),
        "cards": cards_of(counts, request.path),
        "tables": tables_of(counts, offered, request.path),
    }
    if decided is not None and request.GET.get("show") == DECISIONS:
        offered = offered_of(request.user, decided, planned)
    return found | _persons(request, preview, planned, PreviewFilter(request.GET, offered))


def _counts(request: HttpRequest, preview: Preview) -> tuple[Shown, Shown | None]:
    """The numbers of present verdicts, and of decisions where the draft reaches back."""
    reaches_back = bool(preview.counts["since"])
    return (
        counts_for(request.user, preview),
        counts_for(request.user, preview, is_decided=True) if reaches_back else None,
    )


def _persons(
    request: HttpRequest, preview: Preview, planned: Planned, form: PreviewFilter
) -> Shown:
    query, chosen = request.GET.dict(), form.chosen()
    is_decided = query.get("show") == DECISIONS
    rows = narrowed(_rows(request, preview, is_decided=is_decided), chosen)
    page = slice_of(with_persons(rows), "student_number", request.path, query, size=PAGE)
    said = {} if is_decided else said_of(page.rows, preview, planned)
    count = capped_count(rows)
    every = narrowed(preview.rows.filter(decided_on__isnull=not is_decided), chosen)
    whole = reads_whole(request.user, preview)
    return {
        "filter": form,
        "chips": chips_of(form, chosen, request.path, query),
        "tabs": _tabs(request, preview, is_decided=is_decided),
        "kept": [("show", DECISIONS)] if is_decided else [],
        "clear_url": address(request.path, {"show": DECISIONS if is_decided else ""}),
        "unseen": 0 if whole else capped_count(every) - count,
        "count_text": ngettext("%(count)s verdict", "%(count)s verdicts", count)
        % {"count": count_as_text(count)},
        "columns": columns_of(is_decided=is_decided),
        "rows": cells_of(page.rows, planned, said, is_decided=is_decided),
        "previous_url": page.previous_url and f"{page.previous_url}#persons",
        "next_url": page.next_url and f"{page.next_url}#persons",
        "export_url": address(reverse("draft_preview_export", args=[preview.draft_id]), query),
    }


def _rows(request: HttpRequest, preview: Preview, *, is_decided: bool) -> QuerySet[PreviewFlip]:
    seen = visible_flips(request.user)
    return seen.filter(preview=preview, decided_on__isnull=not is_decided)


def _tabs(request: HttpRequest, preview: Preview, *, is_decided: bool) -> list[dict[str, Any]]:
    """Present verdicts, and decisions already taken; none where the draft does not reach back."""
    if not preview.counts["since"]:
        return []
    titles = {"": _("As they stand now"), DECISIONS: _("Decisions already taken")}
    return [
        {
            "title": title,
            "url": f"{address(request.path, {'show': show})}#persons",
            "is_current": bool(show) == is_decided,
        }
        for show, title in titles.items()
    ]


@require_safe
def export(request: HttpRequest, key: int) -> FileResponse:
    """Exactly the filtered persons as a workbook, with the clause that flips each."""
    _draft, preview = _seen(request, key)
    if preview is None:
        raise Http404
    planned = planned_of(preview)
    is_decided = request.GET.get("show") == DECISIONS
    counts = counts_for(request.user, preview, is_decided=is_decided)
    offered = offered_of(request.user, counts, planned)
    rows = _rows(request, preview, is_decided=is_decided)
    rows = narrowed(rows, PreviewFilter(request.GET, offered).chosen())
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_workbook(target, _("Effect of the draft"), heads(), lines(rows, preview, planned))
    target.seek(0)
    title = pgettext("name of a file", "effect")
    name = f"{title}-{preview.on.isoformat()}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)
