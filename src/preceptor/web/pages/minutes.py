"""Minutes of sittings: writing, reading and signing them, and the institution's own template."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import Refusal
from preceptor.base.files import path_of
from preceptor.cases.access.minutes import keeps_template, may_sign_minutes, visible_minutes
from preceptor.cases.access.sitting import visible_sittings
from preceptor.cases.actions import keep_template, sign_minutes, write_minutes
from preceptor.cases.actions.minutes import template_of
from preceptor.cases.minutes.fields import FIELDS, LANGUAGES
from preceptor.cases.minutes.signed import signed_copy
from preceptor.people.access import scope
from preceptor.web.forms.minutes import SignForm, TemplateForm
from preceptor.web.localised import localised
from preceptor.web.shown.minutes import templates_of

asks = require_http_methods(["GET", "HEAD", "POST"])
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_POST
def write(request: HttpRequest, key: int) -> HttpResponse:
    """Write the minutes of a closed sitting in the language chosen."""
    sitting = get_object_or_404(visible_sittings(request.user), pk=key)
    language = request.POST.get("language", "")
    try:
        made = write_minutes(sitting=sitting, language=language, by=request.user)  # type: ignore[arg-type]
    except (Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Version %(number)s of the minutes is there.") % {"number": made.version}
        )
    return redirect(reverse("sitting", args=[key]) + "#minutes")


@require_safe
def file(request: HttpRequest, key: int) -> FileResponse:
    """The Word file of one version."""
    found = get_object_or_404(visible_minutes(request.user).select_related("file"), pk=key)
    content = path_of(found.file).open("rb")
    return FileResponse(content, as_attachment=True, filename=found.file.name, content_type=WORD)


@require_safe
def signed(request: HttpRequest, key: int) -> FileResponse | HttpResponse:
    """A copy of one version with the sheet of its signatures."""
    found = get_object_or_404(visible_minutes(request.user).select_related("file"), pk=key)
    try:
        content = signed_copy(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("sitting", args=[found.sitting_id]) + "#minutes")
    name = f"{PurePath(found.file.name).stem}-signed.docx"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=WORD)


@require_safe
def template_file(request: HttpRequest, language: str) -> FileResponse:
    """The template that counts now for a language, to begin an own one from; for the office."""
    institution = scope(request.user).institution
    if institution is None or not keeps_template(request.user) or language not in LANGUAGES:
        raise Http404
    content = BytesIO(template_of(institution, language))
    name = f"minutes-{language}.docx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=WORD)


@sensitive_post_parameters("password")
@asks
def sign(request: HttpRequest, key: int) -> HttpResponse:
    """Sign the newest version, with the password entered again."""
    rows = visible_minutes(request.user).select_related("file", "sitting")
    found = get_object_or_404(rows, pk=key)
    form = SignForm(request.POST or None)
    back = reverse("sitting", args=[found.sitting_id]) + "#minutes"
    if request.method == "POST" and form.is_valid():
        confirmed = request.user.check_password(form.cleaned_data["password"])
        try:
            sign_minutes(minutes=found, by=request.user, password_confirmed=confirmed)  # type: ignore[arg-type]
        except (Refusal, PermissionDenied) as refusal:
            form.add_error("password" if not confirmed else None, str(refusal))
        else:
            messages.success(request, _("You signed the minutes."))
            return redirect(back)
    context = {
        "minutes": found, "form": form, "permit": may_sign_minutes(request.user, found),
        "title": localised(found.sitting, "title"), "back": back,
    }  # fmt: skip
    return render(request, "minutes/sign.html", context)


@asks
def template(request: HttpRequest) -> HttpResponse:
    """Hand in the institution's own Word template; for the office."""
    institution = scope(request.user).institution
    if institution is None or not keeps_template(request.user):
        raise Http404
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        handed = form.cleaned_data["file"]
        try:
            keep_template(
                institution=institution, language=form.cleaned_data["language"],
                content=handed.file, file_name=handed.name, by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
        except (Refusal, PermissionDenied) as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(
                request, _("The template is kept; minutes are written with it from now on.")
            )
            return redirect("minutes_template")
    how = (
        _(
            "Write a field as {{ title }}; repeat over a list between {%%p for item in items %%} and "
            "{%%p endfor %%}, and name its fields as {{ item.title }}."
        )
        % {}
    )
    context = {"form": form, "fields": FIELDS, "how": how, "present": templates_of(institution)}
    return render(request, "minutes/template.html", context)
