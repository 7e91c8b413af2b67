"""What if: a trainee's standing with something added that has not happened. Nothing is written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.standing.whatif import what_if
from preceptor.web.forms.whatif import WhatIfForm
from preceptor.web.pages.enrolment import seen
from preceptor.web.shown.enrolment import frame_of
from preceptor.web.shown.whatif import whatif_shown


@require_safe
def what_if_page(request: HttpRequest, key: int) -> HttpResponse:
    """The form, and below it before and after side by side."""
    found = seen(request, key)
    form = WhatIfForm(request.GET if request.GET else None)
    supposed = form.supposition()
    context: dict[str, Any] = frame_of(request, found, "") | {"form": form}
    if not supposed.is_empty:
        answer = what_if(found, supposed, today(), get_language() or "")
        context |= whatif_shown(answer)
    return render(request, "whatif/page.html", context)
