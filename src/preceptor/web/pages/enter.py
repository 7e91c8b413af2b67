"""Signing in by a link sent by mail. Looking at a link does not use it: mail programs do that."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import Refusal
from preceptor.people.actions import send_sign_in_link, use_sign_in_link
from preceptor.people.queries import sign_in_link_of
from preceptor.web.forms.enter import EnterForm
from preceptor.web.guessing import few_guesses

asks = require_http_methods(["GET", "HEAD", "POST"])
BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@login_not_required
@asks
def send(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether there is an account or not."""
    is_sent = request.method == "POST"
    form = EnterForm(
        request.POST if is_sent else None, initial={"next": request.GET.get("next", "")}
    )
    if form.is_bound and form.is_valid():
        try:
            send_sign_in_link(email=form.cleaned_data["email"], goes_to=form.cleaned_data["next"])
            return render(request, "enter/sent.html", {"email": form.cleaned_data["email"]})
        except Refusal as refusal:
            form.add_error("email", str(refusal))
    return render(request, "enter/ask.html", {"form": form})


@never_cache
@login_not_required
@few_guesses
@asks
def use(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: a button signs in and uses it up."""
    link = sign_in_link_of(token)
    if request.method != "POST" or link is None:
        status = 200 if link is not None else 404
        return render(request, "enter/use.html", {"is_alive": link is not None}, status=status)
    try:
        account = use_sign_in_link(token=token)
    except Refusal:
        return render(request, "enter/use.html", {"is_alive": False}, status=404)
    login(request, account, backend=BACKEND)
    return redirect(link.goes_to or reverse("home"))
