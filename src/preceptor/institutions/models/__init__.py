from .discipline import DegreePoint, Discipline
from .regulation import Clause, Regulation
from .unit import Unit, UnitRelation

__all__ = ["Clause", "DegreePoint", "Discipline", "Regulation", "Unit", "UnitRelation"]
