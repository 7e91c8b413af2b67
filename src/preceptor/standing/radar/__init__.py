"""The conflict radar: what ties persons to somebody whom they are to judge, and the evidence."""

from .circle import circle_of, guidance
from .conflict import Conflict, Evidence
from .fellows import circle_of_case, competitors
from .radar import conflicts, conflicts_asked, conflicts_with
from .rules import rule_in, rule_of

__all__ = [
    "Conflict",
    "Evidence",
    "circle_of",
    "circle_of_case",
    "competitors",
    "conflicts",
    "conflicts_asked",
    "conflicts_with",
    "guidance",
    "rule_in",
    "rule_of",
]
