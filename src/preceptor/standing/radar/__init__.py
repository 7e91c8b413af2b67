"""The conflict radar: what ties persons to somebody whom they are to judge, and the evidence."""

from .circle import circle_of
from .conflict import Conflict, Evidence
from .fellows import circle_of_case, competitors
from .radar import conflicts, conflicts_with
from .rules import rule_of

__all__ = [
    "Conflict",
    "Evidence",
    "circle_of",
    "circle_of_case",
    "competitors",
    "conflicts",
    "conflicts_with",
    "rule_of",
]
