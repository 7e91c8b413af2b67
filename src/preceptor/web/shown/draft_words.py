"""The words in which a draft is shown: its parts, names of enumerations, units, states."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.policy.text import Text
from preceptor.policy.types import Enum
from preceptor.policy.units import UNITS
from preceptor.standing.schema import SCHEMA

Options = list[tuple[str, str]]


def language() -> str:
    """The reader's language as the rule engine takes it."""
    return get_language() or ""


def within(text: Text) -> str:
    """A bilingual text in the reader's language."""
    return text.within(language())


def name_title(kind: Enum, name: str) -> str:
    """What a name of an enumeration is called, wherever the schema has it."""
    found = _titles().get((kind, name))
    return within(found) if found else name


@lru_cache(maxsize=1)
def _titles() -> dict[tuple[Enum, str], Text]:
    return {
        (kind, name): subject.title(f"{path}.{name}")
        for subject in SCHEMA.subjects.values()
        for path, kind in _columns(subject)
        if isinstance(kind, Enum)
        for name in kind.values
    }


def _columns(subject: Any) -> list[tuple[str, Any]]:
    inner = [
        (f"{rows}.{name}", kind)
        for rows in subject.lists
        for name, kind in subject.rows(rows).columns.items()
    ]
    return [*subject.columns.items(), *inner]


def subject_title(subject: str) -> str:
    """What a subject of rules is called."""
    return capfirst(within(SCHEMA.subjects[subject].title("")))


def unit_options() -> Options:
    """The units that an amount may have."""
    chinese = language().startswith("zh")
    other = {"none": _("no unit"), "ratio": _("share, in per cent")}
    return [
        (key, other.get(key) or (zh if chinese else many))
        for key, (zh, _one, many) in UNITS.items()
    ]


def unit_title(unit: str) -> str:
    """What a unit is called."""
    return dict(unit_options()).get(unit, unit)


def type_options() -> Options:
    """The types that a new parameter may have, each as a pack writes it."""
    plain = [
        ("int", _("a whole number")),
        ("dec(2)", _("a number with two decimal places")),
        ("dec(4)", _("a number with four decimal places, or a share")),
        ("list(int)", _("several whole numbers, of which one must be met")),
        ("date", _("a day")),
        ("bool", _("yes or no")),
    ]
    named = []
    for path, title in enumeration_options():
        named.append((path, _("one of: %(names)s") % {"names": title}))
        named.append((f"list({path})", _("several of: %(names)s") % {"names": title}))
        named.append(
            (f"map({path}, int)", _("a whole number for each of: %(names)s") % {"names": title})
        )
    return plain + named


def enumeration_options() -> Options:
    """Every enumeration of the schema by its full name, with what it is called."""
    return [
        (f"{name}.{path}", f"{subject_title(name)} · {within(subject.title(path))}")
        for name, subject in SCHEMA.subjects.items()
        for path, kind in _columns(subject)
        if isinstance(kind, Enum)
    ]


def subject_options() -> Options:
    """What rules may speak of."""
    return [(name, subject_title(name)) for name in SCHEMA.subjects]
