"""What every list can do: be exported, and be found again as a saved search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import Refusal
from preceptor.base.today import today
from preceptor.people.access import visible_searches
from preceptor.people.actions import remove_search, rename_search, save_search
from preceptor.web.forms.search import SearchForm
from preceptor.web.listings.registry import listing_named
from preceptor.web.shown.list_table import table_of
from preceptor.web.shown.search_kept import searches_of, url_of
from preceptor.web.tables.workbook import write_workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def export(request: HttpRequest, listing: str) -> FileResponse:
    """Exactly the filtered list, as far as the reader sees it, as a workbook."""
    wanted = listing_named(listing)
    return _workbook(str(wanted.title), *wanted.sheet(request.user, request.GET))


def _workbook(title: str, heads: Sequence[Any], lines: Iterable[Sequence[Any]]) -> FileResponse:
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_workbook(target, title, heads, lines)
    target.seek(0)
    name = f"{title.lower().replace(' ', '-')}-{today().isoformat()}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)


@require_safe
def table(request: HttpRequest, listing: str) -> HttpResponse:
    """The filtered list counted by what stands in one or two of its columns."""
    wanted = listing_named(listing)
    context = table_of(request.user, wanted, request.GET)
    return render(request, "listing/table.html", context)


@require_safe
def table_export(request: HttpRequest, listing: str) -> HttpResponse | FileResponse:
    """The same as a workbook; the page itself where nothing can be counted."""
    wanted = listing_named(listing)
    context = table_of(request.user, wanted, request.GET)
    if not context["lines"]:
        return render(request, "listing/table.html", context)
    return _workbook(str(context["title"]), context["heads"], context["lines"])


@require_POST
def save(request: HttpRequest, listing: str) -> HttpResponse:
    """Keep the filters of the list under a name."""
    wanted = listing_named(listing)
    kept = wanted.kept(QueryDict(request.POST.get("query", "")[:4000]).dict())
    form = SearchForm(request.POST)
    try:
        name = form.cleaned_data["name"] if form.is_valid() else request.POST.get("name", "")
        save_search(account=request.user, listing=listing, name=name, query=kept, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The search is saved as “%(name)s”.") % {"name": name})
    except (Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
    page = redirect(listing)
    page["Location"] += f"?{kept}" if kept else ""
    return page


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """All searches that the reader saved, by list."""
    return render(request, "searches/list.html", {"groups": searches_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, key: int) -> HttpResponse:
    """Give a saved search another name."""
    found = get_object_or_404(visible_searches(request.user), pk=key)
    form = SearchForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        try:
            rename_search(search=found, name=form.cleaned_data["name"], by=request.user)  # type: ignore[arg-type]
            return redirect("searches")
        except (Refusal, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
    context = {"search": found, "url": url_of(found), "form": form}
    return render(request, "searches/rename.html", context)


@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Forget a saved search."""
    found = get_object_or_404(visible_searches(request.user), pk=key)
    remove_search(search=found, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The search “%(name)s” is removed.") % {"name": found.name})
    return redirect("searches")
