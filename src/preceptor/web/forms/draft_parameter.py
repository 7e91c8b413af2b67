"""The forms of a parameter: another value from a day on, what it is called, a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.policy import Pack
from preceptor.policy.parameters import Parameter
from preceptor.policy.types import ListOf, MapOf, Number, Type
from preceptor.standing.editing.changes import (
    Change,
    DatedValue,
    ParameterChange,
    Several,
    ValueChange,
)
from preceptor.web.forms.change import DayField
from preceptor.web.forms.draft_fields import (
    citation_fields,
    clause_of,
    evidence_field,
    line,
    plain,
    value_fields,
    value_of,
    wanted,
)
from preceptor.web.shown.draft_words import unit_options

STRICTER = (
    ("", _("it may not be changed by lower units")),
    ("higher", _("a higher value is stricter")),
    ("lower", _("a lower value is stricter")),
    ("fewer", _("fewer of the values is stricter")),
)


class DatedForm(forms.Form):
    """A value with its day, clause and evidence."""

    def __init__(self, pack: Pack, kind: Type, unit: str, **named: Any) -> None:
        super().__init__(**named)
        self.kind, self.unit_name = kind, unit
        self.fields |= value_fields(pack, kind, unit, _("Value"))
        self.fields["since"] = DayField(label=_("Holds from the day"))
        self.fields |= citation_fields(pack)
        self.fields["evidence"] = evidence_field(_("How the value is attested"))
        self.fields["from_evidence"] = evidence_field(
            _("How the day is attested, if otherwise"), required=False
        )

    def clean(self) -> dict[str, Any]:
        """Read the value by its type, and the new clause."""
        given = super().clean() or {}
        self.value = value_of(self, self.kind, self.unit_name)
        self.clause = clause_of(self)
        return given

    def dated(self) -> DatedValue:
        """The value as a step of a draft has it."""
        given = self.cleaned_data
        cite = self.clause.cite if self.clause else given["cite"]
        return DatedValue(
            given["since"], self.value, cite, given["evidence"], given["from_evidence"]
        )

    def with_clause(self, change: Change) -> Change:
        """The step, after the one that writes the new clause."""
        return Several([self.clause, change]) if self.clause else change


class ValueForm(DatedForm):
    """Another value of a known parameter."""

    def __init__(self, pack: Pack, parameter: Parameter, kind: Type, data: Any = None) -> None:
        super().__init__(pack, kind, parameter.unit, data=data)
        self.parameter = parameter

    def change(self) -> Change:
        """The step that the form describes."""
        return self.with_clause(ValueChange(self.parameter.name, self.dated()))


class _Described(forms.Form):
    """Title, unit, bounds and direction."""

    title_zh = line(_("Title in Chinese"))
    title_en = line(_("Title in English"))
    unit = forms.ChoiceField(label=_("Unit"), choices=unit_options)
    low = line(_("Least value that makes sense"), most=32, required=False)
    high = line(_("Greatest value that makes sense"), most=32, required=False)
    stricter = forms.ChoiceField(
        label=_("For units below the university"), choices=STRICTER, required=False
    )

    def bounds(self, kind: Type) -> tuple[Any, Any]:
        """Both bounds as a pack writes them; None where there is none."""
        item = kind.item if isinstance(kind, ListOf | MapOf) else kind
        given = [self.cleaned_data.get(name) for name in ("low", "high")]
        if not isinstance(item, Number):
            return None, None
        unit = self.cleaned_data.get("unit", "")
        low, high = (plain(item, unit, text) if text else None for text in given)
        return low, high

    def clean(self) -> dict[str, Any]:
        """Refuse bounds that are no numbers."""
        given = super().clean() or {}
        for name in ("low", "high"):
            text = given.get(name, "")
            if text and not _is_number(str(plain(Number(9, 0, 0), given.get("unit", ""), text))):
                self.add_error(name, _("Write a number, or leave it empty."))
        return given


def _is_number(text: str) -> bool:
    body = text.removeprefix("-")
    return len(text) <= 32 and body.isascii() and body.replace(".", "", 1).isdigit()


class ParameterForm(_Described):
    """What a known parameter is called, and its bounds."""

    def __init__(self, parameter: Parameter, table: dict[str, Any], data: Any = None) -> None:
        title = parameter.title
        known = {
            "title_zh": title.zh, "title_en": title.en, "unit": parameter.unit,
            "low": table.get("min"), "high": table.get("max"),
            "stricter": table.get("stricter", ""),
        }  # fmt: skip
        super().__init__(data, initial=known, auto_id="head_%s")
        self.parameter = parameter

    def change(self) -> ParameterChange:
        """The step that the form describes."""
        given = self.cleaned_data
        low, high = self.bounds(self.parameter.type)
        return ParameterChange(
            self.parameter.name, wanted(given, "title"), given["unit"], low, high,
            given["stricter"],
        )  # fmt: skip


class NewParameterForm(_Described, DatedForm):
    """A new parameter of a type that was chosen before, with its first value."""

    bind = forms.ChoiceField(
        label=_("Which value counts for a record"),
        choices=[
            ("event", _("the one of the day of the event")),
            (
                "cohort",
                _("the one of the trainee's cohort: later changes leave earlier cohorts alone"),
            ),
        ],
    )
    name = line(
        _("Short name for conditions"), most=60,
        help_text=_("Small letters, digits and underscores, such as blind_copies."),
    )  # fmt: skip

    def __init__(self, pack: Pack, kind: Type, written: str, data: Any = None) -> None:
        super().__init__(pack, kind, data.get("unit", "none") if data else "none", data=data)
        self.written = written
        first = ("title_zh", "title_en", "name", "unit")
        self.order_fields(first)

    def change(self) -> Change:
        """The step that the form describes."""
        given = self.cleaned_data
        low, high = self.bounds(self.kind)
        return self.with_clause(
            ParameterChange(
                given["name"],
                wanted(given, "title"),
                given["unit"],
                low,
                high,
                given["stricter"],
                self.written,
                given["bind"],
                self.dated(),
            )
        )
