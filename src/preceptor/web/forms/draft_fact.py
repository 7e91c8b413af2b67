"""The form of a fact: what is counted, over which rows, under which name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.policy import Pack, PackError
from preceptor.policy.facts import Aggregate, Fact, fact_type
from preceptor.standing.editing.changes import FactChange
from preceptor.web.forms.draft_fields import Options, line, wanted
from preceptor.web.shown.draft_words import language, unit_options, within

AGGREGATES: tuple[tuple[Aggregate, Any], ...] = (
    ("count", _("the number of rows")),
    ("sum", _("the sum of a column")),
    ("min", _("the least value, or the first day, of a column")),
    ("max", _("the greatest value, or the last day, of a column")),
    ("any", _("whether a column holds for any row")),
    ("all", _("whether a column holds for all rows")),
)


class FactForm(forms.Form):
    """A fact of a subject that is known."""

    title_zh = line(_("Title in Chinese"))
    title_en = line(_("Title in English"))
    aggregate = forms.ChoiceField(label=_("What is taken"), choices=AGGREGATES)
    source = forms.ChoiceField(
        label=pgettext_lazy("rows of a list", "From"),
        help_text=_("The list alone for a number of rows; else one of its columns."),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=unit_options)

    def __init__(self, pack: Pack, subject: str, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.pack, self.subject = pack, subject
        self.fields["source"].choices = source_options(pack, subject)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse an aggregate that the column does not have."""
        given = super().clean() or {}
        source, aggregate = given.get("source"), given.get("aggregate")
        if source and aggregate:
            rows, _dot, column = source.partition(".")
            fault = _unfit(self.pack, self.subject, aggregate, rows, column)
            if fault is not None:
                self.add_error("source", fault.sentence(language()))
        return given

    def fact_change(self, name: str, *, is_new: bool = False) -> FactChange:
        """The step that the form describes for the fact; its filter stays."""
        given = self.cleaned_data
        rows, _dot, column = given["source"].partition(".")
        return FactChange(
            self.subject, name, given["aggregate"], rows, column, given["unit"],
            wanted(given, "title"), is_new=is_new,
        )  # fmt: skip


class NewFactForm(FactForm):
    """A fact that is not there yet."""

    def __init__(self, pack: Pack, subject: str, data: Any = None) -> None:
        super().__init__(pack, subject, data)
        self.fields["name"] = line(
            _("Short name for conditions"), most=60,
            help_text=_("Small letters, digits and underscores, such as blind_reviews."),
        )  # fmt: skip
        self.order_fields(["title_zh", "title_en", "name"])

    def change(self) -> FactChange:
        """The step that the form describes."""
        return self.fact_change(self.cleaned_data["name"], is_new=True)


def source_options(pack: Pack, subject: str) -> Options:
    """Every list of the subject, and below it its columns."""
    declared = pack.schema.subjects[subject]
    options: Options = []
    for rows in declared.lists:
        title = within(declared.title(rows))
        inner = [(rows, _("the rows of “%(rows)s”") % {"rows": title})]
        inner += [
            (f"{rows}.{column}", within(declared.title(f"{rows}.{column}")))
            for column in declared.rows(rows).columns
        ]
        options.append((title, inner))
    return options


def _unfit(pack: Pack, subject: str, aggregate: Aggregate, rows: str, column: str) -> Any:
    """Why the aggregate cannot be taken, as the loader says it; None where it can."""
    declared = pack.schema.subjects[subject].rows(rows)
    source = f"{rows}.{column}" if column else rows
    if (aggregate == "count") == bool(column):
        problem = "count_of_rows" if column else "column_wanted"
        return PackError(problem, aggregate=aggregate, name=source)
    cell = declared.columns[column] if column else None
    if fact_type(aggregate, declared, cell) is None:
        return PackError("wrong_aggregate", aggregate=aggregate, name=source)
    return None


def known(fact: Fact) -> dict[str, Any]:
    """What the form of a known fact begins with."""
    return {
        "title_zh": fact.title.zh,
        "title_en": fact.title.en,
        "aggregate": fact.aggregate,
        "source": fact.source,
        "unit": fact.unit,
    }
