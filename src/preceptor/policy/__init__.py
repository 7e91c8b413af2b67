"""The rule engine: regulations as data, evaluated for one record or a million by the same code.

This room imports nothing but the standard library and numpy.
"""

from preceptor.policy.batch import Batch, Cells, ListCells
from preceptor.policy.errors import BatchError, PackError, PolicyError, SchemaError
from preceptor.policy.evaluate import Evaluation, evaluate, gate_open, wholes
from preceptor.policy.explain import Explanation, ParameterUse, explain
from preceptor.policy.loading import load_pack, load_pack_text
from preceptor.policy.pack import Pack
from preceptor.policy.schema import Rows, Schema, Subject
from preceptor.policy.text import Text
from preceptor.policy.types import Bool, Date, Dec, Enum, Int
from preceptor.policy.verdict import VERDICTS, WHOLES, Verdict, Whole, whole

__all__ = [
    "VERDICTS",
    "WHOLES",
    "Batch",
    "BatchError",
    "Bool",
    "Cells",
    "Date",
    "Dec",
    "Enum",
    "Evaluation",
    "Explanation",
    "Int",
    "ListCells",
    "Pack",
    "PackError",
    "ParameterUse",
    "PolicyError",
    "Rows",
    "Schema",
    "SchemaError",
    "Subject",
    "Text",
    "Verdict",
    "Whole",
    "evaluate",
    "explain",
    "gate_open",
    "load_pack",
    "load_pack_text",
    "whole",
    "wholes",
]
