"""Signing in and out, and what the signed-in account is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from preceptor.base.today import today
from preceptor.web.demonstration import demonstration
from preceptor.web.forms.sign_in import SignInForm
from preceptor.web.shown.account import roles_of


class SignIn(LoginView):
    """Sign in with a local account; whoever is signed in already goes on."""

    template_name = "account/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """The form, and in a demonstration the accounts to try."""
        return {**super().get_context_data(**given), **demonstration()}


class SignOut(LogoutView):
    """Sign out, by POST only."""

    http_method_names = ["post", "options"]


def account(request: HttpRequest) -> HttpResponse:
    """Who the reader is, with roles and their units."""
    return render(request, "account/account.html", {"roles": roles_of(request.user, today())})
