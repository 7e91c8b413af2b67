"""Finding persons by what people type: the begin of a Chinese name, or its pinyin with or without
a space. Each condition is a range of an index, so that a million names are searched as fast."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from preceptor.people.models import Person

LAST = "\uffff"


def begins(column: str, text: str) -> Q:
    """A prefix as a range, so that the index serves it on both databases."""
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST})


def name_is(text: str) -> Q:
    """The condition on a person with `english` (`_persons`) that the text begins the Chinese name,
    the pinyin or the English name. The pinyin has one space, after the surname; typed text may
    lack it."""
    if not text.isascii():
        return begins("name_zh", text)
    typed = " ".join(text.lower().split())
    found = begins("name_pinyin", typed) | begins("english", text.lower())
    if " " not in typed:
        for place in range(1, min(len(typed), 8)):
            found |= begins("name_pinyin", f"{typed[:place]} {typed[place:]}")
    return found


def _persons(text: str) -> QuerySet[Any]:
    return Person.objects.alias(english=Lower(F("name_en"))).filter(name_is(text.strip()))


def matches_name(text: str) -> QuerySet[Any]:
    """The keys of persons with such a name; whoever uses it narrows it by scope."""
    return _persons(text).values("pk")


def has_name(column: str, text: str) -> Q:
    """The condition that the person in a column has such a name, asked of each row by itself."""
    return Q(Exists(_persons(text).filter(pk=OuterRef(column))))
