"""First-level disciplines above the entries of the catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from preceptor.base.together import Question, Set, answer
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline

#: The category of medicine in the national catalogues: the first two digits of its codes.
MEDICINE = "10"
COLUMNS = ("level", "code", "name_zh", "name_en")


class First(NamedTuple):
    """A first-level discipline by code and names; the English one may be empty."""

    code: str
    name: str
    name_en: str = ""

    def is_same(self, other: First) -> bool:
        """Whether both are one discipline: the catalogues of academic and of professional degrees
        number it apart (临床医学 is 1002 and 1051) and call it the same."""
        return self.code == other.code or self.name == other.name

    @property
    def is_medicine(self) -> bool:
        """Whether it belongs to the category of medicine."""
        return self.code.startswith(MEDICINE)


def first_levels(disciplines: Iterable[int | None]) -> dict[int | None, First]:
    """What `first_levels_asked` asks for; one query."""
    return answer(first_levels_asked(disciplines))


def first_levels_asked(disciplines: Iterable[int | None]) -> Question[dict[int | None, First]]:
    """The first-level discipline of each entry that lies in one, by key; one set."""
    keys = {key for key in disciplines if key is not None}
    if not keys:
        return {}
    above = ("", "parent__", "parent__parent__")
    names = [f"{prefix}{name}" for prefix in above for name in COLUMNS]
    [rows] = yield [Set(Discipline.objects.filter(pk__in=keys), ("pk", *names))]
    found: dict[int | None, First] = {}
    for key, *path in rows:
        entries = zip(*(path[place::4] for place in range(4)), strict=True)
        for level, code, name, name_en in entries:
            if level == DisciplineLevel.FIRST:
                found[key] = First(code, name, name_en)
                break
    return found


def same_discipline(left: First | None, right: First | None) -> bool | None:
    """Whether both lie in one first-level discipline; None where one of them is not known."""
    return None if left is None or right is None else left.is_same(right)
