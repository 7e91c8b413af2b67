"""The form of a record: an example of a rule, or the usual record that examples build on.

Every cell may be left as usual, be given, or be unknown (written as a question mark).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.policy import BatchError, Pack, PackError
from preceptor.policy.content import Content
from preceptor.policy.types import Bool, Date, Enum, NotOfType, Scalar, encode
from preceptor.standing.editing.changes import ExampleAddition, UsualRecord
from preceptor.standing.editing.judging import answer
from preceptor.web.forms.change import DayField
from preceptor.web.forms.draft_fields import Both, line, pair_of, plain
from preceptor.web.shown.draft_words import language, within
from preceptor.web.templatetags.interface import VERDICTS

UNKNOWN = "?"
MOST_ROWS = 12
ANSWERS = ("pass", "fail", "pending", "not_applicable")


class RecordForm(forms.Form):
    """The columns of a subject, and rows of its lists: `counts` says how many places each list has."""

    blank: Any = _("as usual")

    def __init__(
        self,
        pack: Pack,
        subject: str,
        counts: Mapping[str, int],
        data: Any = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.pack, self.subject = pack, subject
        self.declared = pack.schema.subjects[subject]
        self.counts = {rows: counts.get(rows, 1) for rows in self.declared.lists}
        for column, kind in self.declared.columns.items():
            self.fields[f"c_{column}"] = self._cell(column, kind)
        for rows, count in self.counts.items():
            for place in range(count):
                self._add_row(rows, place)

    def _add_row(self, rows: str, place: int) -> None:
        self._begin_row(rows, place)
        for column, kind in self.declared.rows(rows).columns.items():
            self.fields[f"r_{rows}_{place}_{column}"] = self._cell(f"{rows}.{column}", kind)

    def _begin_row(self, rows: str, place: int) -> None:
        self.fields[f"r_{rows}_{place}_repeat"] = forms.IntegerField(
            label=_("How many such rows"), min_value=0, max_value=1000, required=False
        )

    def _cell(self, path: str, kind: Scalar) -> forms.Field:
        label = within(self.declared.title(path))
        if isinstance(kind, Bool | Enum):
            return forms.ChoiceField(label=label, choices=self._options(path, kind), required=False)
        shape = _("Such as 2024-06-01, or ?") if isinstance(kind, Date) else ""
        return line(label, most=32, required=False, help_text=shape)

    def _options(self, path: str, kind: Bool | Enum) -> list[tuple[str, Any]]:
        if isinstance(kind, Bool):
            known: list[tuple[str, Any]] = [("true", _("yes")), ("false", _("no"))]
        else:
            known = [(n, within(self.declared.title(f"{path}.{n}"))) for n in kind.values]
        return [("", self.blank), *known, (UNKNOWN, _("unknown"))]

    def columns(self) -> list[forms.BoundField]:
        """The fields of the subject's own columns."""
        return [self[f"c_{column}"] for column in self.declared.columns]

    def lists(self) -> list[dict[str, Any]]:
        """The fields of each list, by row."""
        return [
            {
                "name": rows,
                "title": within(self.declared.title(rows)),
                "count": count,
                "may_add": count < MOST_ROWS,
                "rows": [self._fields_of(rows, place) for place in range(count)],
            }
            for rows, count in self.counts.items()
        ]

    def _fields_of(self, rows: str, place: int) -> list[forms.BoundField]:
        start = f"r_{rows}_{place}_"
        return [self[name] for name in self.fields if name.startswith(start)]

    def _cells(self, start: str, columns: Mapping[str, Scalar]) -> Content:
        found: Content = {}
        unknown: list[str] = []
        for column, kind in columns.items():
            text = self.cleaned_data.get(start + column, "")
            if text == UNKNOWN:
                unknown.append(column)
            elif text:
                found[column] = self._value(start + column, kind, text)
        return {**found, "unknown": unknown} if unknown else found

    def _value(self, name: str, kind: Scalar, text: str) -> Any:
        try:
            value = _day(text) if isinstance(kind, Date) else plain(kind, "ratio", text)
            encode(kind, value)
        except NotOfType as fault:
            label = str(self.fields[name].label)
            said = PackError(fault.problem, at=label, **{**fault.values, "value": text})
            self.add_error(name, said.sentence(language()))
            return None
        return value

    def record(self) -> Content:
        """The record as an example writes it; what is wrong stands at the fields."""
        found = self._cells("c_", self.declared.columns)
        for rows, count in self.counts.items():
            written = [self._row(rows, place) for place in range(count)]
            present = [row for row in written if row is not None]
            if present:
                found[rows] = present
        return found

    def _row(self, rows: str, place: int) -> Content | None:
        start = f"r_{rows}_{place}_"
        cells = self._cells(start, self.declared.rows(rows).columns)
        repeat = self.cleaned_data.get(f"{start}repeat")
        if repeat is None and not cells:
            return None
        return cells if repeat in (None, 1) else {"repeat": repeat, **cells}


def _day(text: str) -> Any:
    field = DayField(required=True)
    try:
        return field.clean(text)
    except forms.ValidationError:
        raise NotOfType("not_a_date", value=text) from None


class ExampleForm(RecordForm):
    """A record, and what the rule must answer for it."""

    def __init__(self, pack: Pack, rule: str, counts: Mapping[str, int], data: Any = None) -> None:
        super().__init__(pack, pack.rules[rule].subject, counts, data)
        self.rule = rule
        answers = [(name, VERDICTS[name][2]) for name in ANSWERS]
        self.fields["verdict"] = forms.ChoiceField(
            label=_("What the rule must answer"), choices=answers
        )
        note = _("What is special in this record")
        self.fields["note_zh"] = line(_("%(note)s, in Chinese") % {"note": note}, required=False)
        self.fields["note_en"] = line(_("%(note)s, in English") % {"note": note}, required=False)

    def clean(self) -> dict[str, Any]:
        """Read the record."""
        given = super().clean() or {}
        Both("note")(self)
        self.read = self.record()
        return given

    def change(self) -> ExampleAddition:
        """The step that the form describes."""
        note = pair_of(self.cleaned_data, "note")
        return ExampleAddition(self.rule, self.cleaned_data["verdict"], self.read, note)


def answer_of(form: ExampleForm) -> None:
    """Ask the rule itself: where it answers otherwise, that stands at the form."""
    try:
        found = answer(form.pack, form.rule, form.change())
    except (PackError, BatchError) as fault:
        form.add_error(None, fault.sentence(language()))
        return
    if found != form.cleaned_data["verdict"]:
        form.add_error(
            "verdict",
            _(
                "The rule answers “%(found)s” for this record. Correct the record or the answer, or "
                "first the rule."
            )
            % {"found": VERDICTS[found][2]},
        )


class UsualForm(RecordForm):
    """The usual record of a subject, and the usual row of each list."""

    blank = _("not stated: unknown")

    def __init__(self, pack: Pack, subject: str, data: Any = None, initial: Any = None) -> None:
        super().__init__(pack, subject, {}, data, initial)

    def _begin_row(self, rows: str, place: int) -> None:
        """A usual row is one row."""

    def clean(self) -> dict[str, Any]:
        """Read the record and the rows."""
        given = super().clean() or {}
        self.read = self._cells("c_", self.declared.columns)
        self.rows = {
            rows: self._cells(f"r_{rows}_0_", self.declared.rows(rows).columns)
            for rows in self.declared.lists
        }
        return given

    def change(self) -> UsualRecord:
        """The step that the form describes."""
        return UsualRecord(self.subject, self.read, self.rows)


def usual_of(content: Content, subject: str) -> dict[str, Any]:
    """What the form of a usual record begins with."""
    held = content.get("example", {}).get(subject, {})
    found = {f"c_{name}": text for name, text in _texts(held.get("record", {}))}
    for rows, row in held.get("rows", {}).items():
        found |= {f"r_{rows}_0_{name}": text for name, text in _texts(row)}
    return found


def _texts(cells: Content) -> list[tuple[str, str]]:
    texts = [(name, UNKNOWN) for name in cells.get("unknown", [])]
    for name, value in cells.items():
        if name != "unknown" and not isinstance(value, list | dict):
            texts.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
    return texts
