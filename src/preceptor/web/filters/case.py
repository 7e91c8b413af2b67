"""The filters of the list of requests. List and export narrow by the same function."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.cases.access import kinds_in_force, visible_cases
from preceptor.cases.choices import CaseState
from preceptor.cases.listing import ALL, Narrowing
from preceptor.cases.models import Case
from preceptor.cases.queries import UNDER_WAY
from preceptor.institutions.access import visible_units
from preceptor.people.access import below, scope
from preceptor.people.models import Account
from preceptor.people.queries import matches_name
from preceptor.web.filters.select import Select
from preceptor.web.localised import localised

#: The choice that stands for all states in which somebody has to act.
OPEN = "open"


class CaseFilter(forms.Form):
    """What the list of requests can be narrowed by; an unknown value is left out."""

    q = forms.CharField(
        label=_("Begin of a number, or a person"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Anybody's")), ("mine", _("made by me")), ("about", _("about me"))],
        widget=Select,
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of a request", "State"),
        required=False,
        choices=[("", _("Any")), (OPEN, _("not decided yet")), *CaseState.choices],
        widget=Select,
    )
    kind = forms.ChoiceField(label=_("Kind of request"), required=False, widget=Select)
    unit = forms.TypedChoiceField(
        label=_("Unit and everything below it"), required=False, coerce=int, empty_value=None,
        widget=Select,
    )  # fmt: skip
    late = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[("", _("Any")), ("1", _("overdue"))],
        widget=Select,
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        reach = scope(user)
        units = [row for row in visible_units(user).order_by("code") if reach.reads(row.pk)]
        for name, offered in (
            ("kind", kinds_offered(user)),
            ("unit", [(row.pk, localised(row, "name")) for row in units]),
        ):
            self.fields[name].choices = [("", _("Any")), *offered]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def kinds_offered(user: Any) -> list[tuple[str, str]]:
    """Name and title of the kinds of request that the reader meets today; one query."""
    found = {row.name: localised(row, "title") for row in kinds_in_force(user)}
    return sorted(found.items(), key=lambda pair: pair[1])


def filtered_cases(user: Any, chosen: dict[str, Any]) -> QuerySet[Case]:
    """The requests that the user may see and that meet all the chosen filters, without the reasons."""
    return _narrowed(visible_cases(user).defer("reason"), user, _resolved(user, chosen))


def _resolved(user: Any, chosen: dict[str, Any]) -> dict[str, Any]:
    """What was chosen, with all the units below a chosen one."""
    if "unit" not in chosen:
        return chosen
    return chosen | {"unit": tuple(sorted(below(user, chosen["unit"])))}


def _narrowed(rows: QuerySet[Case], user: Any, wanted: dict[str, Any]) -> QuerySet[Case]:
    if "whose" in wanted:
        rows = rows.filter(_whose(user, wanted["whose"]))
    if "state" in wanted:
        states = UNDER_WAY if wanted["state"] == OPEN else (wanted["state"],)
        rows = rows.filter(state__in=states)
    if "kind" in wanted:
        rows = rows.filter(kind__name=wanted["kind"])
    if "unit" in wanted:
        rows = rows.filter(unit__in=wanted["unit"])
    if "late" in wanted:
        rows = rows.filter(state=CaseState.RUNNING, due_on__lt=today())
    return rows.filter(_matches(wanted["q"].strip())) if "q" in wanted else rows


def narrowing(user: Any, chosen: dict[str, Any]) -> Narrowing:
    """What leaves those that meet all the chosen filters."""
    if not chosen:
        return ALL
    wanted = _resolved(user, chosen)
    return Narrowing(tuple(sorted(wanted.items())), partial(_narrowed, user=user, wanted=wanted))


def _whose(user: Any, wanted: str) -> Q:
    if not isinstance(user, Account):
        return Q(pk__in=[])
    if wanted == "mine":
        return Q(asked_by=user.pk)
    return Q(person=user.person_id) if user.person_id else Q(pk__in=[])


def _matches(text: str) -> Q:
    """A number that begins with the text, or a person so named."""
    begin = text.upper()
    number = Q(number__gte=begin, number__lt=begin + "\uffff")
    return number if text.isdecimal() else number | Q(person__in=matches_name(text))
