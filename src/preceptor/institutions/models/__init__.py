from .discipline import DegreePoint, Discipline
from .regulation import Regulation
from .unit import Unit, UnitRelation

__all__ = ["DegreePoint", "Discipline", "Regulation", "Unit", "UnitRelation"]
