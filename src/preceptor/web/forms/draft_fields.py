"""Fields that several forms of a draft share: texts in two languages, citations, values by type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.policy import Pack, PackError
from preceptor.policy.types import (
    Bool,
    Date,
    Enum,
    ListOf,
    MapOf,
    NotOfType,
    Number,
    Scalar,
    Type,
    encode,
)
from preceptor.standing.editing.changes import ClauseChange, Pair
from preceptor.web.forms.change import DayField
from preceptor.web.shown.draft_words import name_title
from preceptor.web.templatetags.interface import EVIDENCE

Options = list[tuple[str, Any]]
Fields = dict[str, forms.Field]
NEW_CLAUSE = "+"


def line(label: Any, *, most: int = 200, help_text: Any = "", required: bool = True) -> forms.Field:
    """A text of one line."""
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=required)


def paragraph(label: Any, *, help_text: Any = "", required: bool = True) -> forms.Field:
    """A text of a few lines."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, max_length=2000, help_text=help_text, required=required, widget=widget
    )


def pair_of(given: dict[str, Any], name: str) -> Pair | None:
    """The text in both languages, None where both are empty."""
    zh, en = given.get(f"{name}_zh", ""), given.get(f"{name}_en", "")
    return Pair(zh, en) if zh or en else None


def wanted(given: dict[str, Any], name: str) -> Pair:
    """The text in both languages of fields that must be filled."""
    return Pair(given[f"{name}_zh"], given[f"{name}_en"])


class Both:
    """Refuses a text of which only one language is written."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def __call__(self, form: forms.Form) -> None:
        """Put the error at the empty half."""
        for name in self.names:
            halves = {half: form.cleaned_data.get(f"{name}_{half}") for half in ("zh", "en")}
            empty = [half for half, text in halves.items() if not text]
            if len(empty) == 1:
                form.add_error(f"{name}_{empty[0]}", _("Write it in both languages."))


def evidence_field(label: Any, *, required: bool = True) -> forms.Field:
    """How well a statement is attested."""
    options: Options = [("", "—"), *((mark, f"{mark} · {text}") for mark, text in EVIDENCE.items())]
    return forms.ChoiceField(label=label, choices=options, required=required)


def citation_fields(pack: Pack) -> Fields:
    """A clause to choose, or the words of a new one of a source that is known."""
    return {
        "cite": forms.ChoiceField(
            label=_("Where it stands"),
            choices=[*clause_options(pack), (NEW_CLAUSE, _("A clause that is not listed yet"))],
        ),
        "clause_source": forms.ChoiceField(
            label=_("New clause: of the source"), choices=source_options(pack), required=False
        ),
        "clause_zh": line(
            _("New clause: what it is called, in Chinese"), required=False, most=80,
            help_text=_("Such as 第四条（一）."),
        ),
        "clause_en": line(
            _("New clause: what it is called, in English"), required=False, most=80,
            help_text=_("Such as article 4(1)."),
        ),
    }  # fmt: skip


def clause_options(pack: Pack) -> Options:
    """Every source and clause of the pack, as a citation writes them."""
    language = get_language() or ""
    options: Options = [("", _("Choose a clause"))]
    for key, source in pack.sources.items():
        title = source.short.within(language)
        inner = [(key, _("%(source)s as a whole") % {"source": title})]
        inner += [
            (f"{key} {clause.key}", f"{title} {clause.title.within(language)}")
            for clause in source.clauses.values()
        ]
        options.append((title, inner))
    return options


def source_options(pack: Pack) -> Options:
    """The sources of the pack."""
    language = get_language() or ""
    known = [(key, source.title.within(language)) for key, source in pack.sources.items()]
    return [("", "—"), *known]


def clause_of(form: forms.Form) -> ClauseChange | None:
    """The new clause that the form describes; its faults stand at the fields."""
    given = form.cleaned_data
    if given.get("cite") != NEW_CLAUSE:
        return None
    for name in ("clause_source", "clause_zh", "clause_en"):
        if not given.get(name):
            form.add_error(name, _("A new clause needs a source and a name in both languages."))
            return None
    return ClauseChange(given["clause_source"], Pair(given["clause_zh"], given["clause_en"]))


def value_fields(pack: Pack, kind: Type, unit: str, label: Any) -> Fields:
    """The controls for a value of the type: one, or for a map one for each name."""
    if isinstance(kind, MapOf):
        return {
            f"value_{key}": scalar_field(pack, kind.item, unit, f"{label}: {_title(key, kind.key)}")
            for key in kind.key.values
        }
    if not isinstance(kind, ListOf):
        return {"value": scalar_field(pack, kind, unit, label)}
    if isinstance(kind.item, Enum):
        names = [(name, _title(name, kind.item)) for name in kind.item.values]
        widget = forms.CheckboxSelectMultiple
        return {"value": forms.MultipleChoiceField(label=label, choices=names, widget=widget)}
    return {"value": line(label, help_text=_("Several values, with commas between: 5, 7"))}


def _title(name: str, kind: Enum) -> str:
    return name_title(kind, name)


def scalar_field(pack: Pack, kind: Scalar, unit: str, label: Any) -> forms.Field:
    """The control for one value."""
    if isinstance(kind, Bool):
        return forms.ChoiceField(label=label, choices=[("true", _("yes")), ("false", _("no"))])
    if isinstance(kind, Date):
        return DayField(label=label)
    if isinstance(kind, Enum):
        names = [(name, _title(name, kind)) for name in kind.values]
        return forms.ChoiceField(label=label, choices=names)
    hint = _("As a percentage, such as 30%.") if unit == "ratio" else ""
    return line(label, most=32, help_text=hint)


def value_of(form: forms.Form, kind: Type, unit: str) -> Any:
    """The value that the form gives, as a pack writes it; what is wrong stands at the fields."""
    given = form.cleaned_data
    if isinstance(kind, MapOf):
        item = kind.item
        return {
            key: _scalar(form, f"value_{key}", item, unit, given.get(f"value_{key}", ""))
            for key in kind.key.values
        }
    value = given.get("value", "")
    if not isinstance(kind, ListOf):
        return _scalar(form, "value", kind, unit, value)
    parts: Iterable[str] = value
    if isinstance(value, str):
        parts = [part for part in value.replace("，", ",").replace("、", ",").split(",") if part]
    return [_scalar(form, "value", kind.item, unit, part) for part in parts]


def _scalar(form: forms.Form, name: str, kind: Scalar, unit: str, given: Any) -> Any:
    try:
        value = plain(kind, unit, given)
        encode(kind, value)
    except NotOfType as fault:
        label = str(form.fields[name].label)
        said = PackError(fault.problem, at=label, **{**fault.values, "value": given})
        form.add_error(name, said.sentence(get_language() or ""))
        return None
    return value


def plain(kind: Scalar, unit: str, given: Any) -> Any:
    """What was typed as a value of a pack: a number without a fraction as such, others as text."""
    if isinstance(kind, Bool):
        return given == "true" if given in ("true", "false") else given
    if not isinstance(kind, Number) or not isinstance(given, str):
        return given
    text = given.strip().replace("％", "%").replace(" ", "")
    if text.endswith("%") and unit == "ratio":
        text = _share(text[:-1])
    if kind.scale == 0 and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text) if len(text) < 25 else text
    return text


def _share(text: str) -> str:
    try:
        share = Decimal(text)
    except InvalidOperation:
        return text
    return f"{share / 100:f}" if share.is_finite() and abs(share) < 10**9 else text


def day_in(text: str) -> date | None:
    """A day as a date input sends it; None for anything else."""
    try:
        found: date = DayField().clean(text)
    except forms.ValidationError:
        return None
    return found
