"""A condition while it is written: its meaning in words, its fault with a caret, the lists of a picker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import Pack
from preceptor.policy.types import Enum
from preceptor.standing.editing.conditions import Named, checked, names_in, suit
from preceptor.web.forms.draft_condition import Picker, Typed, operators_of
from preceptor.web.shown.draft_words import language, name_title, within
from preceptor.web.shown.expression import Words

Shown = dict[str, Any]


def checked_shown(pack: Pack, subject: str, text: str, rows: str = "") -> Shown:
    """The meaning of a text in the reader's language, or what is wrong with it and where."""
    found = checked(pack, subject, text, rows)
    if found.expression is not None:
        words = Words(pack, subject, today())
        return {"state": "good", "meaning": words.conditions(found.expression)}
    if found.fault is None:
        return {"state": "empty"}
    return {
        "state": "wrong",
        "sentence": found.fault.sentence(language()),
        "caret": found.fault.caret,
        "column": found.fault.column,
    }


def names_by(pack: Pack, subject: str, rows: str = "") -> dict[str, Named]:
    """The names that a condition may be picked from."""
    return {named.name: named for named in names_in(pack, subject, rows)}


def origin_titles() -> dict[str, str]:
    """Where names come from, as headings of a list to choose from."""
    return {
        "fact": _("What is counted"),
        "column": _("What is recorded"),
        "parameter": _("Numbers and limits"),
        "today": _("Days"),
    }


def operator_titles(named: Named) -> list[tuple[str, str]]:
    """The comparisons that suit a name, in words."""
    days = {"<": _("before"), "<=": _("not after"), ">": _("after"), ">=": _("not before")}
    plain = {
        "==": _("is"), "!=": _("is not"), "<": _("less than"), "<=": _("at most"),
        ">": _("more than"), ">=": _("at least"), "in": _("one of"), "not in": _("none of"),
        "yes": _("holds"), "no": _("does not hold"),
    }  # fmt: skip
    titles = plain | days if named.kind == "date" else plain
    return [(operator, titles[operator]) for operator in operators_of(named)]


def picker_shown(picker: Picker, names: Mapping[str, Named]) -> Shown:
    """The picker with everything that there is to choose from."""
    return {
        "join": picker.join,
        "is_joined": len(picker.blocks) > 1,
        "blocks": [
            {
                "number": number,
                "join": block.join,
                "is_joined": len(block.rows) > 1,
                "rows": [
                    _row(row, names, f"b{number}_r{place}_", (number, place) in picker.wrong)
                    | {"drop": f"drop:{number}:{place}"}
                    for place, row in enumerate(block.rows)
                ],
            }
            for number, block in enumerate(picker.blocks)
        ],
    }


def _row(row: Typed, names: Mapping[str, Named], start: str, is_wrong: bool) -> Shown:
    named = names.get(row.name)
    shown: Shown = {"start": start, "row": row, "names": grouped(names), "is_wrong": is_wrong}
    if named is None:
        return shown
    operators = operator_titles(named)
    operator = row.operator if row.operator in dict(operators) else operators[0][0]
    is_search = operator in ("in", "not in")
    others = [
        (other.name, capfirst(within(other.title)))
        for other in names.values()
        if suit(named, other) and other.is_list == is_search
    ]
    return shown | {
        "operators": operators,
        "operator": operator,
        "others": others,
        "control": _control(named, operator, row.other, dict(others)),
        "options": _options(named),
        "values": row.values,
        "value": ", ".join(row.values),
        "can_be_fixed": named.kind != "date",
    }


def _control(named: Named, operator: str, other: str, others: Mapping[str, str]) -> str:
    """How a fixed value is entered; nothing where another name stands on the right."""
    if operator in ("yes", "no") or named.kind == "date" or other in others:
        return ""
    if named.kind == "name":
        return "many" if operator in ("in", "not in") else "one"
    return "text"


def _options(named: Named) -> list[tuple[str, str]]:
    kind = named.item
    if not isinstance(kind, Enum):
        return []
    return [(name, name_title(kind, name)) for name in kind.values]


def grouped(
    names: Mapping[str, Named], *, with_lists: bool = False
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The names by where they come from; a list can only stand on the right of `in`."""
    groups: dict[str, list[tuple[str, str]]] = {}
    titles = origin_titles()
    for named in names.values():
        if with_lists or not named.is_list:
            entry = (named.name, capfirst(within(named.title)))
            groups.setdefault(titles[named.origin], []).append(entry)
    return list(groups.items())
