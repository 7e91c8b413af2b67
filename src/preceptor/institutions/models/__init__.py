from .discipline import DegreePoint, Discipline
from .platform import CoBuilder, Platform, PlatformSpan
from .regulation import Clause, Regulation
from .unit import Unit, UnitRelation

__all__ = [
    "Clause", "CoBuilder", "DegreePoint", "Discipline", "Platform", "PlatformSpan", "Regulation",
    "Unit", "UnitRelation",
]  # fmt: skip
