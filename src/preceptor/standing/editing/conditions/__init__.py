"""Conditions of rules and filters of facts: checked as text, or picked from names."""

from .checking import Checked, checked
from .names import Named, names_in, suit
from .picked import Block, Picked, Row, picked, text_of

__all__ = [
    "Block",
    "Checked",
    "Named",
    "Picked",
    "Row",
    "checked",
    "names_in",
    "picked",
    "suit",
    "text_of",
]
