"""Every step that a form can take in a draft."""

from .change import Change, Pair, Several
from .example import EquivalentMark, ExampleAddition, ExampleRemoval, UsualRecord
from .fact import FactChange, FilterChange
from .head import HeadChange, first_content
from .parameter import DatedValue, ParameterChange, ValueChange, ValueRemoval
from .removal import Removal, Undoing
from .replacement import ReplacementChange, ReplacementRemoval
from .rule import ConditionChange, RuleChange
from .source import ClauseChange, SourceChange

__all__ = [
    "Change",
    "ClauseChange",
    "ConditionChange",
    "DatedValue",
    "EquivalentMark",
    "ExampleAddition",
    "ExampleRemoval",
    "FactChange",
    "FilterChange",
    "HeadChange",
    "Pair",
    "ParameterChange",
    "Removal",
    "ReplacementChange",
    "ReplacementRemoval",
    "RuleChange",
    "Several",
    "SourceChange",
    "Undoing",
    "UsualRecord",
    "ValueChange",
    "ValueRemoval",
    "first_content",
]
