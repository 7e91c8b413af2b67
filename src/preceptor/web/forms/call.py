"""The forms of calls: what is asked, by what it is judged, and steps that need a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.calls.actions import NewCriterion
from preceptor.calls.actions.call import MOST_DAYS, MOST_PLACES, TEXT_LENGTH
from preceptor.calls.actions.criterion import MOST_CRITERIA, MOST_POINTS, MOST_WEIGHT
from preceptor.calls.models import Call, Criterion
from preceptor.cases.models import CaseKind
from preceptor.fellows.actions.station_call import MOST_MONTHS
from preceptor.fellows.choices import IntakeSource, Track
from preceptor.web.forms.body import MomentField
from preceptor.web.forms.change import ReasonField
from preceptor.web.localised import localised

STATION, PROGRAMME = "station", "programme"
#: Rows of criteria that a form offers beyond those that are there.
SPARE = 3
#: What a call says in both languages and when it is open.
WORDS = ("title_zh", "title_en", "text_zh", "text_en", "opens_at", "closes_at")
NUMBERS = ("number", "kind", "places", "reserves", "letters", "offer_days")
AIM = ("aim", "track", "intake", "months", "workstation")


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip


def _count(label: Any, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class CallForm(forms.Form):
    """A call as it is prepared. `aims` are the stations and programmes that the reader keeps, `kinds`
    the procedures in force; of a published call only the words and the closing are asked."""

    number = forms.CharField(
        label=_("Number"), max_length=40, help_text=_("As it is printed, such as BSH-2026-01.")
    )
    aim = forms.ChoiceField(label=_("For whom it looks"))
    workstation = forms.ChoiceField(
        label=_("Workstation"), required=False, help_text=_("For a joint intake of postdocs only.")
    )
    track = forms.ChoiceField(
        label=_("Track"), required=False, help_text=_("For postdocs only."),
        choices=[("", "–"), *Track.choices],
    )  # fmt: skip
    intake = forms.ChoiceField(
        label=_("Source of the places"), required=False, help_text=_("For postdocs only."),
        choices=[("", "–"), *IntakeSource.choices],
    )  # fmt: skip
    months = _count(_("Months of the first term"), 1, MOST_MONTHS)
    kind = forms.ChoiceField(label=_("Procedure"))
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=300)
    title_en = forms.CharField(label=_("Title in English"), max_length=300)
    text_zh = _text(_("What is asked, in Chinese"), _("Tasks, conditions and what is offered."))
    text_en = _text(_("What is asked, in English"))
    places = _count(_("Places"), 1, MOST_PLACES)
    reserves = _count(_("Places on the reserve list"), 0, MOST_PLACES)
    letters = _count(
        _("Outside letters for each application"), 0, 30, _("0 where none are asked for.")
    )
    offer_days = _count(_("Days to answer an offer"), 1, MOST_DAYS)
    opens_at = MomentField(label=_("Applications from"))
    closes_at = MomentField(
        label=_("Applications until"), help_text=_("From this moment on none is taken.")
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        aims: Sequence[tuple[str, str]],
        workstations: Sequence[tuple[str, str]],
        kinds: Sequence[CaseKind],
        data: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        is_public: bool = False,
    ) -> None:
        first = {"places": 1, "reserves": 0, "letters": 0, "offer_days": 14, "months": 24}
        super().__init__(data, initial=first | (initial or {}))
        if is_public:
            for name in (*NUMBERS, *AIM, "opens_at"):
                del self.fields[name]
            return
        offered = [(kind.name, localised(kind, "title")) for kind in kinds]
        self.fields["aim"].choices = aims  # type: ignore[attr-defined]
        self.fields["workstation"].choices = [("", "–"), *workstations]  # type: ignore[attr-defined]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for track and source where the call is for a station."""
        given: dict[str, Any] = super().clean() or {}
        if str(given.get("aim", "")).startswith(STATION):
            for name in ("track", "intake"):
                if not given.get(name):
                    self.add_error(name, _("Say this for a call for postdocs."))
        return given

    def columns(self) -> dict[str, Any]:
        """What the call itself says."""
        names = {*WORDS, *NUMBERS} & self.cleaned_data.keys()
        return {name: self.cleaned_data[name] for name in sorted(names)}


def initial_of(call: Call) -> dict[str, Any]:
    """The values of a call as its form shows them."""
    found = {name: getattr(call, name) for name in (*WORDS, *NUMBERS)}
    found["revision"] = call.revision
    station, programme = getattr(call, "station_call", None), getattr(call, "pi_call", None)
    if station is not None:
        found |= {name: getattr(station, name) for name in ("track", "intake", "months")}
        found |= {
            "aim": f"{STATION}:{station.station_id}", "workstation": station.workstation_id or "",
        }  # fmt: skip
    if programme is not None:
        found |= {"aim": f"{PROGRAMME}:{programme.programme_id}", "months": programme.months}
    return found


class CriterionForm(forms.Form):
    """One criterion; a row left empty is none."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    most = forms.IntegerField(label=_("Full mark"), min_value=1, max_value=MOST_POINTS)
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=MOST_WEIGHT)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.empty_permitted, self.use_required_attribute = True, False

    def criterion(self) -> NewCriterion | None:
        """What the row says; None for one without names."""
        given = self.cleaned_data
        if not given.get("name_zh") and not given.get("name_en"):
            return None
        return NewCriterion(
            given["name_zh"], given["name_en"], given.get("most") or 100, given.get("weight") or 100
        )


def criterion_forms(held: Sequence[Criterion], data: Any = None) -> list[CriterionForm]:
    """A row for each criterion that is there, and spare ones."""
    rows = [
        {"name_zh": one.name_zh, "name_en": one.name_en, "most": one.most, "weight": one.weight}
        for one in held
    ]
    rows += [{"most": 100, "weight": 100}] * SPARE
    return [
        CriterionForm(data, prefix=f"c{place}", initial=row)
        for place, row in enumerate(rows[:MOST_CRITERIA])
    ]


class CallReasonForm(forms.Form):
    """Why a call is cancelled."""

    reason = ReasonField()
