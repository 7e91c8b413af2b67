"""Sentences in a language of choice: what the radar finds is stored and shown in both."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.functional import Promise

from preceptor.people.models import Person

LANGUAGES = ("zh-hans", "en")


def said(template: str | Promise, language: str, **places: object) -> str:
    """The sentence in the language; the template is a lazy translation."""
    with translation.override(language):
        return str(template) % places


def name_in(person: Person, language: str) -> str:
    """The name as it is written in the language; the Chinese one where no other is recorded."""
    return person.name_en if language == "en" and person.name_en else person.name_zh


def day_text(day: date | None) -> str:
    """A day as it is printed; a dash where none is recorded."""
    return day.isoformat() if day else "—"
