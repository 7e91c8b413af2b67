"""First-level disciplines above the entries of the catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline

#: The category of medicine in the national catalogues: the first two digits of its codes.
MEDICINE = "10"


class First(NamedTuple):
    """A first-level discipline by code and Chinese name."""

    code: str
    name: str

    def is_same(self, other: First) -> bool:
        """Whether both are one discipline: the catalogues of academic and of professional degrees
        number it apart (临床医学 is 1002 and 1051) and call it the same."""
        return self.code == other.code or self.name == other.name

    @property
    def is_medicine(self) -> bool:
        """Whether it belongs to the category of medicine."""
        return self.code.startswith(MEDICINE)


def first_levels(disciplines: Iterable[int | None]) -> dict[int | None, First]:
    """The first-level discipline of each entry that lies in one, by key; one query."""
    keys = {key for key in disciplines if key is not None}
    if not keys:
        return {}
    prefixes = ("", "parent__", "parent__parent__")
    names = [f"{prefix}{name}" for prefix in prefixes for name in ("level", "code", "name_zh")]
    rows = Discipline.objects.filter(pk__in=keys).order_by().values("pk", *names)
    found: dict[int | None, First] = {}
    for row in rows:
        for prefix in prefixes:
            if row[f"{prefix}level"] == DisciplineLevel.FIRST:
                found[row["pk"]] = First(row[f"{prefix}code"], row[f"{prefix}name_zh"])
                break
    return found


def same_discipline(left: First | None, right: First | None) -> bool | None:
    """Whether both lie in one first-level discipline; None where one of them is not known."""
    return None if left is None or right is None else left.is_same(right)
