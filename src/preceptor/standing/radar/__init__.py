"""The conflict radar: what ties persons to a trainee whom they are to judge, and the evidence."""

from .conflict import Conflict, Evidence
from .radar import conflicts
from .rules import rule_of

__all__ = ["Conflict", "Evidence", "conflicts", "rule_of"]
