"""The filters of the list of trainees. List, export and search narrow by these same functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.institutions.models import Discipline
from preceptor.institutions.queries import units_below
from preceptor.policy import Pack
from preceptor.standing.due import due_findings
from preceptor.standing.models import Finding
from preceptor.training.access import visible_enrolments
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment, Supervision
from preceptor.training.states import ENROLLED
from preceptor.web.addresses import address
from preceptor.web.filters.choices import Choices
from preceptor.web.filters.text import matches_name
from preceptor.web.localised import localised

#: What counts for the whole standing of a trainee; panels are judged for themselves.
OWN = ("enrolment", "thesis")

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
        label=_("Name, pinyin or student number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    unit = forms.TypedChoiceField(
        label=_("Unit and everything below it"), required=False, coerce=int, empty_value=None
    )
    direction = forms.ChoiceField(label=_("Direction"), required=False)
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
    )
    rule = forms.ChoiceField(label=_("Rule"), required=False)
    verdict = forms.ChoiceField(label=_("Verdict"), required=False, choices=VERDICT_CHOICES)
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


def filtered_enrolments(
    user: Any, chosen: dict[str, Any], packs: Sequence[Pack]
) -> QuerySet[Enrolment]:
    """The trainees whom the user may see and who meet all the chosen filters; `packs` are those
    in force, whose gates say what is due."""
    rows = visible_enrolments(user)
    if "unit" in chosen:
        rows = rows.filter(unit__in=units_below([chosen["unit"]]))
    if "direction" in chosen:
        rows = rows.filter(direction__code=chosen["direction"])
    if "cohort" in chosen:
        rows = rows.filter(cohort=chosen["cohort"])
    if chosen.get("state", ALL) != ALL:
        studying = chosen["state"] == STUDYING
        rows = rows.filter(state__in=ENROLLED if studying else [chosen["state"]])
    if "supervisor" in chosen:
        rows = rows.filter(guided_by(chosen["supervisor"]))
    if "q" in chosen:
        rows = matching(rows, chosen["q"])
    return by_standing(rows, packs, chosen.get("rule"), chosen.get("verdict"))


def guided_by(person: int) -> Q:
    """Trainees whom the person supervises today."""
    guided = Supervision.objects.on(today()).filter(person=person)
    return Q(pk__in=guided.values("enrolment"))


def matching(rows: QuerySet[Enrolment], text: str) -> QuerySet[Enrolment]:
    """Trainees whose student number begins with the text, or whose name has it."""
    text = text.strip()
    if not text:
        return rows
    number = Q(student_number__gte=text, student_number__lt=text + "\uffff")
    if text.isdecimal():
        return rows.filter(number)
    return rows.filter(number | Q(person__in=matches_name(text)))


def by_standing(
    rows: QuerySet[Enrolment], packs: Sequence[Pack], rule: str | None, verdict: str | None
) -> QuerySet[Enrolment]:
    """Narrow by stored verdicts.

    With a rule: trainees for whom the rule gave the verdict (any when none is chosen), as the
    rule's own counts say; `open` are those not met whose step is not near.
    With a verdict alone: trainees whose standing as a whole is this one, as the list shows it:
    the worst of not met, pending, notice, open and met over the rules on the trainee and the
    thesis, where what is not due counts as open; panels are judged for themselves. `waived`
    alone: any requirement waived.
    """
    found = Finding.objects.filter(enrolment=OuterRef("pk"))
    if rule:
        found = found.filter(rule=rule)
        return rows.filter(Exists(found.filter(_of(verdict, packs)) if verdict else found))
    return rows.filter(_whole(verdict, found, packs)) if verdict else rows


def _of(verdict: str, packs: Sequence[Pack]) -> Q:
    """The stored rows of one rule that read as the verdict; a rule that only warns gives notice."""
    if verdict == "warn":
        return Q(verdict="fail", kind="warn")
    if verdict in ("fail", "open"):
        failed = Q(verdict="fail") & ~Q(kind="warn")
        return failed & ~due_findings(packs) if verdict == "open" else failed
    return Q(verdict=verdict)


def _whole(verdict: str, found: QuerySet[Finding], packs: Sequence[Pack]) -> Q:
    own = found.filter(subject__in=OWN)
    if verdict == "waived":
        return Q(Exists(own.filter(verdict="waived")))
    counted, due = own.exclude(kind="inform"), due_findings(packs)
    blocked, waiting = Q(verdict="fail", kind="block"), Q(verdict="pending")
    worst_first = {
        "fail": counted.filter(blocked).filter(due),
        "pending": counted.filter(waiting).filter(due),
        "warn": counted.filter(verdict="fail", kind="warn"),
        "open": counted.filter(blocked | waiting),
        "pass": own,
    }
    wanted = Q()
    for name, rows in worst_first.items():
        if name == verdict:
            return wanted & Q(Exists(rows))
        wanted &= ~Q(Exists(rows))
    raise KeyError(verdict)
