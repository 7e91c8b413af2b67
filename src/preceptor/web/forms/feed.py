"""The form of the calendar address."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class FeedForm(forms.Form):
    """In which language the calendar is written."""

    language = forms.ChoiceField(label=_("Language of the calendar"), choices=settings.LANGUAGES)
