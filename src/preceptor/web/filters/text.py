"""Finding persons by what people type: a Chinese name, or its pinyin with or without a space."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from preceptor.people.models import Person

LAST = "\uffff"


def _begins(column: str, text: str) -> Q:
    """A prefix as a range, so that the index serves it on both databases."""
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST})


def name_is(text: str) -> Q:
    """The condition on a person that the text is part of the Chinese name, or begins the pinyin
    or the English name. The pinyin has one space, after the surname; typed text may lack it."""
    text = text.strip()
    if not text.isascii():
        return Q(name_zh__contains=text)
    typed = " ".join(text.lower().split())
    found = _begins("name_pinyin", typed) | Q(name_en__istartswith=text)
    if " " not in typed:
        for place in range(1, min(len(typed), 8)):
            found |= _begins("name_pinyin", f"{typed[:place]} {typed[place:]}")
    return found


def matches_name(text: str) -> QuerySet[Any]:
    """The keys of persons with such a name; whoever uses it narrows it by scope."""
    return Person.objects.filter(name_is(text)).values("pk")
