"""Signing in and out, and what the signed-in account is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.web.demonstration import demonstration
from preceptor.web.forms.feed import FeedForm
from preceptor.web.forms.password import PasswordForm
from preceptor.web.forms.sign_in import SignInForm
from preceptor.web.shown.account import feed_of_account, keys_of, roles_of
from preceptor.web.shown.delegation import absences_of
from preceptor.web.shown.tie import own_ties


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


class ChangePassword(PasswordChangeView):
    """Choose another password; the reader stays signed in here and is signed out elsewhere."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "account/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Write it, and say so on the account page."""
        answer = super().form_valid(form)
        messages.success(self.request, _("The password is changed."))
        return answer


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who the reader is: roles and their units, access keys in force, the calendar address, the own
    absences and ties."""
    context = {
        "roles": roles_of(request.user, today()),
        "keys": keys_of(request.user, today()),
        "feed": feed_of_account(request.user),
        "feed_form": FeedForm(initial={"language": get_language()}),
        "absences": absences_of(request.user),
        "ties": own_ties(request.user),
        "person": getattr(request.user, "person_id", None),
        "has_person": getattr(request.user, "person_id", None) is not None,
    }
    return render(request, "account/account.html", context)
