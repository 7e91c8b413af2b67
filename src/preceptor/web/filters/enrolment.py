"""The filters of the list of trainees. List, export and search narrow by these same functions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.institutions.models import Discipline
from preceptor.people.access import below
from preceptor.people.queries import begins
from preceptor.standing.listing import Listing, Wanted, named
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment
from preceptor.training.states import ENROLLED
from preceptor.web.addresses import address
from preceptor.web.filters.choices import Choices
from preceptor.web.filters.select import Select
from preceptor.web.localised import localised

#: The choice that stands for all states of a trainee who is enrolled and studying.
STUDYING = "studying"
#: The choice of every state.
ALL = "all"

#: A larger number is no key: the database cannot even be asked for it.
LAST_KEY = 2**63 - 1

VERDICT_CHOICES = [
    ("", _("Any")),
    ("fail", _("Not met")),
    ("pending", _("Pending")),
    ("warn", _("Notice")),
    ("open", _("Open")),
    ("pass", _("Met")),
    ("waived", _("Waived")),
]


class EnrolmentFilter(forms.Form):
    """What the list of trainees can be narrowed by; an unknown value is named and left out."""

    q = forms.CharField(
        label=_("Begin of a name, of its pinyin or of a student number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    unit = forms.TypedChoiceField(
        label=_("Unit and everything below it"), required=False, coerce=int, empty_value=None,
        widget=Select,
    )  # fmt: skip
    direction = forms.ChoiceField(label=_("Direction"), required=False, widget=Select)
    cohort = forms.IntegerField(
        label=_("Cohort"),
        required=False,
        min_value=1950,
        max_value=2200,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(ALL, _("Any")), (STUDYING, _("enrolled and studying")), *EnrolmentState.choices],
        widget=Select,
    )
    rule = forms.ChoiceField(label=_("Rule"), required=False, widget=Select)
    verdict = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=VERDICT_CHOICES, widget=Select
    )
    supervisor = forms.IntegerField(
        label=_("Supervisor"),
        required=False,
        min_value=1,
        max_value=LAST_KEY,
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Any, choices: Choices) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.choices = choices
        for name, offered in (
            ("unit", [(unit.pk, localised(unit, "name")) for unit in choices.units]),
            ("direction", [(line.code, _named(line)) for line in choices.directions]),
            ("rule", choices.rules),
        ):
            self.fields[name].choices = [("", _("Any")), *offered]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


def asked(query: QueryDict) -> dict[str, str]:
    """What the address asks for, with its state: where it asks for nothing at all, those who are
    enrolled and studying; where it narrows by something else, every state."""
    given = {name: str(value) for name, value in query.dict().items() if value}
    narrows = any(name in given for name in EnrolmentFilter.base_fields) or "state" in query
    return {"state": ALL if narrows else STUDYING, **given}


def narrowing(chosen: dict[str, Any]) -> dict[str, Any]:
    """The chosen filters without the states that the tabs of the list stand for."""
    on_tab = chosen.get("state") in (ALL, STUDYING)
    return {name: value for name, value in chosen.items() if name != "state" or not on_tab}


def tabs_of(query: dict[str, str], path: str) -> list[dict[str, Any]]:
    """Those enrolled and studying, and all records, each with the other filters kept."""
    titles = {STUDYING: _("Enrolled and studying"), ALL: _("All records")}
    return [
        {
            "title": title,
            "url": address(path, query, state=state),
            "is_current": query["state"] == state,
        }
        for state, title in titles.items()
    ]


def _named(direction: Discipline) -> str:
    return f"{localised(direction, 'name')} {direction.code}"


def listing_of(user: Any, chosen: dict[str, Any], choices: Choices) -> Listing:
    """The trainees whom the user may see and who meet all the chosen filters.

    With a rule and a verdict: those for whom the rule gave it, as the rule's own counts say;
    `open` are those not met whose step is not near. With a rule alone: those whom it judged. With
    a verdict alone: those whose standing as a whole is this one, as the list shows it: the worst
    of not met, pending, notice, open and met over the rules on the trainee and the thesis, where
    what is not due counts as open; panels are judged for themselves; `waived` alone: any
    requirement waived.
    """
    code = chosen.get("direction")
    lines = (line.pk for line in choices.directions if line.code == code)
    wanted = Wanted(
        placed=choices.placed,
        units=below(user, chosen["unit"]) if "unit" in chosen else None,
        directions=frozenset(lines) if code else None,
        cohort=chosen.get("cohort"),
        states=_states(chosen.get("state", ALL)),
        supervisor=chosen.get("supervisor"),
        text=chosen.get("q", "").strip(),
        rule=chosen.get("rule", ""),
        verdict=chosen.get("verdict", ""),
    )
    return Listing(user, wanted, choices.packs)


def _states(chosen: str) -> frozenset[str] | None:
    if chosen == ALL:
        return None
    return frozenset(ENROLLED) if chosen == STUDYING else frozenset({chosen})


def matching(rows: QuerySet[Enrolment], text: str) -> QuerySet[Enrolment]:
    """Trainees whose student number begins with the text, or whose name does."""
    text = text.strip()
    if not text:
        return rows
    if text.isdecimal():
        return rows.filter(begins("student_number", text))
    return rows.filter(named(text).plain)
