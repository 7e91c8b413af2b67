"""A candidate as the table of an example writes it, and what is special in it, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from preceptor.policy.candidates import Candidate, Code, Codes, Group, Space
from preceptor.policy.phrases import say
from preceptor.policy.schema import Subject
from preceptor.policy.text import Text
from preceptor.policy.types import Bool, Date, Enum, Scalar, day_of, decode
from preceptor.policy.wording import number_text

LANGUAGES = ("zh", "en")


def record_of(space: Space, candidate: Candidate) -> dict[str, Any]:
    """The record as the table of an example states it: only what differs from the base record."""
    declared = space.schema.subjects[space.subject]
    record = _stated(candidate.columns, declared.columns, space.blank[""])
    for rows in space.variants:
        kinds = declared.rows(rows).columns
        found = []
        for group in candidate.groups:
            if group.rows == rows:
                row = _stated(space.stated[rows][group.variant], kinds, space.blank[rows])
                found.append(({"repeat": group.number} if group.number > 1 else {}) | row)
        record[rows] = found
    return record


def _stated(codes: Codes, kinds: Mapping[str, Scalar], blank: frozenset[str]) -> dict[str, Any]:
    """The values stated; ``unknown`` where it differs from what the base says is unknown."""
    found = {name: _plain(kinds[name], code) for name, code in codes if code is not None}
    unknown = (blank - found.keys()) | {name for name, code in codes if code is None}
    return found if unknown == blank else found | {"unknown": sorted(unknown)}


def _plain(kind: Scalar, code: int) -> object:
    value = decode(kind, code)
    return f"{value:f}" if isinstance(value, Decimal) else value


def note_of(space: Space, candidate: Candidate) -> Text:
    """What is special in a record: the columns that are stated, and the rows of each list."""
    zh, en = (_Note(space, language).text(candidate) for language in LANGUAGES)
    return Text(zh, en)


class _Note:
    def __init__(self, space: Space, language: str) -> None:
        self.space = space
        self.language = language
        self.declared: Subject = space.schema.subjects[space.subject]

    def text(self, candidate: Candidate) -> str:
        parts = [self.cell("", name, code) for name, code in candidate.columns]
        parts += [self.rows(rows, candidate.groups) for rows in self.space.variants]
        return say("semicolon", self.language).join(parts) or say("as_base", self.language)

    def rows(self, rows: str, groups: Sequence[Group]) -> str:
        found = [self.group(group) for group in groups if group.rows == rows]
        title = self.declared.title(rows).within(self.language)
        text = say("comma", self.language).join(found) or say("none", self.language)
        return say("told", self.language, name=title, value=text)

    def group(self, group: Group) -> str:
        phrase = "one_row" if group.number == 1 else "many_rows"
        count = say(phrase, self.language, number=str(group.number))
        said = self.space.stated[group.rows][group.variant]
        cells = [self.cell(f"{group.rows}.", name, code) for name, code in said]
        if not cells:
            return count
        return say(
            "rows_with", self.language, rows=count, cells=say("comma", self.language).join(cells)
        )

    def cell(self, owner: str, name: str, code: Code) -> str:
        title = self.declared.title(owner + name).within(self.language)
        if code is None:
            return say("is_unknown", self.language, name=title)
        return say("told", self.language, name=title, value=self.value(owner, name, code))

    def value(self, owner: str, name: str, code: int) -> str:
        kinds = self.declared.rows(owner[:-1]).columns if owner else self.declared.columns
        kind = kinds[name]
        if isinstance(kind, Bool):
            return say("yes" if code else "no", self.language)
        if isinstance(kind, Date):
            return day_of(code).isoformat()
        if isinstance(kind, Enum):
            path = f"{owner}{name}.{kind.values[code]}"
            return self.declared.title(path).within(self.language)
        return number_text(kind, code, self.declared.units.get(owner + name, "none"))
