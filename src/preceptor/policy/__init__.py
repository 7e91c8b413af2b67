"""The rule engine: regulations as data, evaluated for one record or a million by the same code.

This room imports nothing but the standard library and numpy, and where packs are read and written
tomli and tomli-w.
"""

from preceptor.policy.batch import Batch, Cells, ListCells
from preceptor.policy.composing import compose
from preceptor.policy.content import Content
from preceptor.policy.errors import BatchError, PackError, PolicyError, SchemaError
from preceptor.policy.evaluate import Evaluation, evaluate, gate_open, wholes
from preceptor.policy.explain import Explanation, ParameterUse, explain
from preceptor.policy.layers import LAYERS, layered
from preceptor.policy.loading import load_content, load_pack, load_pack_text, read_content
from preceptor.policy.pack import Pack
from preceptor.policy.schema import Rows, Schema, Subject
from preceptor.policy.text import Text
from preceptor.policy.types import Bool, Date, Dec, Enum, Int
from preceptor.policy.verdict import VERDICTS, WHOLES, Verdict, WaiverNote, Whole, whole
from preceptor.policy.writing import write_pack

__all__ = [
    "LAYERS",
    "VERDICTS",
    "WHOLES",
    "Batch",
    "BatchError",
    "Bool",
    "Cells",
    "Content",
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
    "WaiverNote",
    "Whole",
    "compose",
    "evaluate",
    "explain",
    "gate_open",
    "layered",
    "load_content",
    "load_pack",
    "load_pack_text",
    "read_content",
    "whole",
    "wholes",
    "write_pack",
]
